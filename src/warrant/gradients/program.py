"""The straight-line program that the checker makes of two graphs, as the program ``warrant-program`` lists it.

It comes from the same extracted code as the checker, so that instructions have the same numbers.  Untrusted.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import special

from warrant.checkers import find_checker, written

__all__ = [
    "EVERYWHERE",
    "KINKS",
    "MAGIC",
    "SMOOTH",
    "SUBGRADIENTS",
    "WITHIN",
    "Listing",
    "Program",
    "Said",
    "extent_of",
    "find_lister",
    "list_program",
    "read_instruction",
    "run_lister",
    "write_certificate",
    "write_cover",
]

MAGIC = b"WRNT\x01"
SMOOTH, KINKS, SUBGRADIENTS, EVERYWHERE, WITHIN = "G", "K", "S", "E", "W"
"""What a proof is about: inputs at which no kink is hit; kinks too; those too, and a subgradient; all of the domain; as
the first, but for a tolerance."""
Floats = NDArray[np.float64]


def write_certificate(named: Iterable[int], extent: str = SMOOTH) -> bytes:
    """The certificate of such an extent that names these instructions."""
    return MAGIC + extent.encode() + np.array(sorted(named), dtype="<u4").tobytes()


def write_cover(named: Iterable[int], choices: Iterable[int] = ()) -> bytes:
    """The certificate within a tolerance that names these instructions and covers the domain by these choices."""
    names = sorted(named)
    return MAGIC + WITHIN.encode() + np.array([len(names), *names, *choices], dtype="<u4").tobytes()


def extent_of(certificate: bytes) -> str | None:
    """The extent of a proof, or None where it is none."""
    letter = certificate[5:6].decode("latin-1")
    known = (SMOOTH, KINKS, SUBGRADIENTS, EVERYWHERE, WITHIN)
    return letter if certificate.startswith(MAGIC) and letter in known else None


@dataclass(frozen=True)
class Program:
    """Instructions 1, 2, …: a name, the numbers of its operands, and the number that it is (or 0).

    Attributes:
        instructions: instruction i stands at place i - 1.
        value: the instructions of the function's output.
        pairs: for each entry of the selected inputs, its adjoint (0: it is zero) and what the derivative gives.
    """

    instructions: tuple[tuple[str, tuple[int, ...], float], ...]
    value: tuple[int, ...]
    pairs: tuple[tuple[int, int], ...]

    @property
    def has_kinks(self) -> bool:
        """Whether the function has any."""
        last = max(self.value, default=0)
        return any(name in ("relu", "step") for name, _, _ in self.instructions[:last])

    @property
    def inputs(self) -> int:
        """How many instructions are inputs; they come first."""
        return sum(name == "input" for name, _, _ in self.instructions)

    def evaluate(self, x: Floats) -> Floats:
        """The values (points, instructions + 1) at inputs (points, inputs), in binary64; column 0 is 0."""
        values = np.zeros((len(x), len(self.instructions) + 1))
        with np.errstate(all="ignore"):
            for i, (name, operands, number) in enumerate(self.instructions, 1):
                a = [values[:, k] for k in operands]
                if name == "input":
                    values[:, i] = x[:, i - 1]
                elif name == "number":
                    values[:, i] = number
                else:
                    values[:, i] = _FUNCTIONS[name](*a)
        return values


_FUNCTIONS: dict[str, Callable[..., Floats]] = {
    "opp": np.negative,
    "root": np.sqrt,
    "relu": lambda a: np.maximum(a, 0),
    "exp": np.exp,
    "log": np.log,
    "step": lambda a: (a > 0).astype(float),
    "erf": special.erf,
    "bell": lambda a: 2 / np.sqrt(np.pi) * np.exp(-a * a),
    "add": np.add,
    "mul": np.multiply,
    "div": np.divide,
}


@dataclass(frozen=True)
class Listing:
    """What ``warrant-program`` said.

    Attributes:
        program: the program.
        undefined: instructions of the derivative that are not known to be defined (for a proof about everything, those
            of the function that are not known to be smooth, too); None without a certificate.
        differing: entries (from 0) at which the normal forms differ; None without a certificate.
        boxes: the choices that cover the domain by boxes, for a certificate within a tolerance; None where there are
            none.
    """

    program: Program
    undefined: tuple[int, ...] | None
    differing: tuple[int, ...] | None
    boxes: tuple[int, ...] | None = None


def find_lister() -> Path | None:
    """The program ``warrant-program``, which lies beside the native checker."""
    checker = find_checker()
    if checker is None:
        return None
    path = checker.with_name("warrant-program")
    return path if path.is_file() and os.access(path, os.X_OK) else None


def list_program(
    files: Sequence[bytes], certificate: bytes | None = None, *, timeout: float | None = None
) -> Listing | str:
    """The program of a claim's three files, and how far a certificate reaches; or why there is none, in words.

    Raises:
        TimeoutError: it took longer than ``timeout`` seconds.
    """
    said = run_lister([*files, *([certificate] if certificate is not None else [])], timeout=timeout)
    return _read(said.text) if said.reason is None else said.reason


@dataclass(frozen=True)
class Said:
    """What ``warrant-program`` printed, or why it printed nothing."""

    text: str
    reason: str | None = None


def run_lister(files: Sequence[bytes], *, word: str | None = None, timeout: float | None = None) -> Said:
    """Run ``warrant-program`` on these files.

    Args:
        files: what it is to read.
        word: an argument that comes first, for other lists than the usual one.
        timeout: seconds; None for no limit.

    Raises:
        TimeoutError: it took longer than ``timeout`` seconds.
    """
    lister = find_lister()
    if lister is None:
        return Said("", "the search needs warrant-program, which `make checker` makes beside the native checker")
    with written(files) as paths:
        try:
            done = subprocess.run(
                [lister, *([word] if word else []), *paths],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=timeout,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise TimeoutError from None
        except OSError as problem:
            return Said("", f"{lister} could not be run: {problem}")
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["warrant-program failed"])[-1]
        return Said("", last.removeprefix("warrant-program: "))
    return Said(done.stdout)


def _read(text: str) -> Listing:
    instructions: list[tuple[str, tuple[int, ...], float]] = []
    pairs: list[tuple[int, int]] = []
    lists: dict[str, tuple[int, ...]] = {}
    for line in text.splitlines():
        head, *words = line.split()
        if head == "pair":
            pairs.append((int(words[0]), int(words[1])))
        elif head.isdigit():
            instructions.append(read_instruction(words))
        elif words != ["none"]:
            lists[head] = tuple(map(int, words))
    differing = lists.get("differing")
    return Listing(
        Program(tuple(instructions), lists["value"], tuple(pairs)),
        lists.get("undefined"),
        tuple(k - 1 for k in differing) if differing is not None else None,
        lists.get("boxes"),
    )


def read_instruction(words: Sequence[str]) -> tuple[str, tuple[int, ...], float]:
    """An instruction, as :class:`Program` holds it, from the words of its line after its number."""
    name, *rest = words
    if name == "number":
        return name, (), _rational(rest[0])
    return name, tuple(map(int, rest)), 0.0


def _rational(text: str) -> float:
    numerator, _, denominator = text.partition("/")
    return float(Fraction(int(numerator, 16), int(denominator, 16)))

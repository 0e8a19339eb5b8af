"""The straight-line program that the checker makes of a loss, with what it finds out about each instruction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from warrant.gradients import Program, read_instruction, run_lister

__all__ = ["Listing", "list_loss"]

_INFIX = {"add": "+", "mul": "*", "div": "/"}
_NAMES = {"opp": "-", "root": "sqrt"}
_DEPTH = 3


@dataclass(frozen=True)
class Listing:
    """What ``warrant-program`` says about a loss.

    Attributes:
        program: the instructions; its one value is the loss.
        known: for instructions with facts, which of ``convex``, ``concave`` and ``nonnegative`` they are.
        slope: a Lipschitz constant of the loss, where one is known.
        bend: one of its gradient.
        rounding: of a claim about rounding errors, how its analysis ended, in one word, and the bound it found.
        follows: whether the claim follows by the checker's rules, with any point of the domain.
    """

    program: Program
    known: dict[int, frozenset[str]]
    slope: Fraction | None
    bend: Fraction | None
    rounding: tuple[str, float] | None
    follows: bool

    @property
    def value(self) -> int:
        """The instruction that is the loss."""
        return self.program.value[0]

    def blame(self) -> int | None:
        """The first instruction that the loss needs and that is not known to be convex or concave."""
        needed = {self.value}
        for i in range(self.value, 0, -1):
            if i in needed:
                needed.update(self.program.instructions[i - 1][1])
        for i in sorted(needed):
            if not self.known.get(i, frozenset()) & {"convex", "concave"}:
                return i
        return None

    def show(self, i: int, names: Sequence[str], depth: int = _DEPTH) -> str:
        """An instruction as a formula, for people; ``names`` are those of the inputs."""
        name, operands, number = self.program.instructions[i - 1]
        if name == "input":
            return names[i - 1]
        if name == "number":
            return f"{number:g}"
        if depth == 0:
            return "…"
        inner = [self.show(k, names, depth - 1) for k in operands]
        if name in _INFIX:
            return f"({inner[0]} {_INFIX[name]} {inner[1]})"
        return f"{_NAMES.get(name, name)}({inner[0]})"


def list_loss(files: Sequence[bytes], *, timeout: float | None = None) -> Listing | str:
    """The program of a claim's two files; or why there is none, in words.

    Raises:
        TimeoutError: it took longer than ``timeout`` seconds.
    """
    said = run_lister(files, timeout=timeout)
    if said.reason is not None:
        return said.reason
    instructions = []
    known = {}
    value = 0
    constants: dict[str, Fraction] = {}
    rounding: tuple[str, float] | None = None
    follows = False
    for line in said.text.splitlines():
        head, *words = line.split()
        if head == "value":
            value = int(words[0])
        elif head in ("slope", "bend"):
            numerator, _, denominator = words[0].partition("/")
            constants[head] = Fraction(int(numerator, 16), int(denominator, 16))
        elif head == "rounding":
            rounding = (words[0], float.fromhex(words[1]))
        elif head == "follows":
            follows = True
        elif head == "known":
            known[int(words[0])] = frozenset(words[1:])
        else:
            instructions.append(read_instruction(words))
    program = Program(tuple(instructions), (value,), ())
    return Listing(program, known, constants.get("slope"), constants.get("bend"), rounding, follows)

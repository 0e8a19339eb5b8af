"""The programs extracted from Coq, as tests run them: warrant-check and warrant-evaluate."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

Enclosure = tuple[float, float]

EXIT_CODES = {"PROVED": 0, "REFUTED": 1, "UNKNOWN": 3}


def literal(value: float | Fraction) -> str:
    """The exact decimal literal of a binary floating-point number, or of another fraction that has one."""
    if isinstance(value, Fraction):
        return _decimal(value)
    return format(Decimal(float(value)), "f")


def _decimal(value: Fraction) -> str:
    places, rest = 0, value.denominator
    while rest % 10 == 0:
        places, rest = places + 1, rest // 10
    while rest % 2 == 0:
        places, rest = places + 1, rest // 2
    while rest % 5 == 0:
        places, rest = places + 1, rest // 5
    assert rest == 1, f"{value} has no decimal literal"
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    text = f"{digits[: len(digits) - places]}.{digits[len(digits) - places :]}" if places else digits
    return "-" + text if value < 0 else text


def witness(point: Iterable[float | Fraction]) -> bytes:
    """A witness certificate: the point, exactly."""
    return b"WRNT\x01R" + "\n".join(map(literal, point)).encode()


@dataclass(frozen=True)
class Evaluator:
    """warrant-evaluate: the Spec's operators on outward-rounded intervals."""

    program: Path
    folder: Path

    def at(self, model: bytes, point: Sequence[float | Fraction]) -> list[Enclosure] | None:
        """An enclosure of each output at a point; None if the model has no meaning there."""
        (self.folder / "model.onnx").write_bytes(model)
        (self.folder / "point").write_text("\n".join(map(literal, point)))
        done = subprocess.run(
            [self.program, "model.onnx", "point"], cwd=self.folder, capture_output=True, text=True, timeout=120
        )
        assert done.returncode in (0, 3), (done.returncode, done.stderr)
        if done.returncode == 3:
            assert done.stdout == ""
            return None
        pairs = [tuple(map(float.fromhex, line.split())) for line in done.stdout.splitlines()]
        return [(low, high) for low, high in pairs]


@dataclass(frozen=True)
class Answer:
    """The checker's one line: its first word, and the reason after UNKNOWN."""

    word: str
    reason: str = ""


@dataclass(frozen=True)
class Checker:
    """warrant-check; its protocol (one line, and the exit code that belongs to it) is asserted at every call."""

    program: Path
    folder: Path

    def check(self, model: bytes, property: bytes, certificate: bytes, *, timeout: float = 60) -> Answer:
        """The answer on three files."""
        files = {"model.onnx": model, "property.vnnlib": property, "certificate.bin": certificate}
        return self.check_files("network", files, timeout=timeout)

    def check_files(self, family: str, files: Mapping[str, bytes], *, timeout: float = 60) -> Answer:
        """The answer on the files of a claim of a family and, last, its certificate."""
        for name, data in files.items():
            (self.folder / name).write_bytes(data)
        done = subprocess.run([self.program, family, *files], cwd=self.folder, capture_output=True, timeout=timeout)
        lines = done.stdout.decode().splitlines()
        assert len(lines) == 1, (done.returncode, done.stdout, done.stderr[-500:])
        word, _, reason = lines[0].partition(": ")
        assert done.returncode == EXIT_CODES[word], (done.returncode, lines)
        assert bool(reason) == (word == "UNKNOWN")
        return Answer(word, reason)

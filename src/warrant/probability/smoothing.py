"""Randomised smoothing: radii from counts, and the statement that the checker reads (docs/smoothing.md).

Source: J. Cohen, E. Rosenfeld and Z. Kolter, Certified adversarial robustness via randomized smoothing, 2019; A. Levine
and S. Feizi, Robustness certificates for sparse adversarial attacks by randomized ablation, 2020; G. Yang et al.,
Randomized smoothing of all shapes and sizes, 2020.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import NormalDist

from warrant._groups import groups
from warrant.claims.smoothing import Smoothing
from warrant.errors import SearchError, WrongInput
from warrant.probability.limits import clopper_pearson
from warrant.probability.statement import show
from warrant.probability.tables import Source, Table, rational, read_table, table_bytes, value

__all__ = ["MAGIC", "Ablation", "Entry", "Gaussian", "Noise", "Statement", "Uniform", "read_noise", "state"]

MAGIC = b"WRNT\x01S"
"""The certificate, all of it."""
_FORM = "(smoothing 1) (confidence C) (noise …) (counts SKIP) (certify ROW CLASS RADIUS)…"
_NOISES = (
    "gaussian:DEVIATION, such as gaussian:0.25, uniform:HALF-WIDTH, such as uniform:0.5, or ablation:KEPT/ALL, such as "
    "ablation:45/784"
)
_DIGITS = 10
_MOST_COPIES = 1 << 24
_MOST_ROWS = 1_000_000
_MOST_KEPT = 5000
_FARTHEST = 8
"""Deviations: how far out the checker computes tails of the normal distribution."""
_ROUNDING, _RELATIVE = 2e-16, 1e-12
"""What the checker's rounding takes from a tail is about this much times exp(t²/2) at t."""


@dataclass(frozen=True)
class Ablation:
    """Only ``kept`` of ``all`` coordinates, chosen at random, are shown to the classifier."""

    all: int
    kept: int

    distance = "ℓ0"

    def limit(self, radius: Fraction) -> Fraction:
        """The radius is right where misses are less probable than this."""
        changed = max(0, math.floor(radius))
        return Fraction(math.comb(self.all - changed, self.kept), math.comb(self.all, self.kept)) - Fraction(1, 2)

    def radius(self, missed: Fraction) -> Fraction | None:
        """The greatest whole radius with at least this limit; None where there is none."""
        low, high = -1, self.all
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self.limit(Fraction(middle)) >= missed else (low, middle - 1)
        return Fraction(low) if low >= 0 else None

    def __str__(self) -> str:
        return f"ablation {self.all} {self.kept}"


@dataclass(frozen=True)
class Uniform:
    """A random number between -h and h is added to each coordinate, h being the half-width."""

    half_width: Fraction

    distance = "ℓ1"

    def limit(self, radius: Fraction) -> Fraction:
        """The radius is right where misses are less probable than this."""
        return Fraction(1, 2) - radius / (2 * self.half_width)

    def radius(self, missed: Fraction) -> Fraction | None:
        """The greatest radius with at least this limit, rounded down to ten decimals; None where there is none."""
        found = Fraction(math.floor(2 * self.half_width * (Fraction(1, 2) - missed) * 10**_DIGITS), 10**_DIGITS)
        return found if found >= 0 else None

    def __str__(self) -> str:
        return f"uniform {show(self.half_width)}"


@dataclass(frozen=True)
class Gaussian:
    """A normal random number of mean 0 and this standard deviation is added to each coordinate."""

    deviation: Fraction

    distance = "ℓ2"

    def limit(self, radius: Fraction) -> Fraction:
        """The radius is right where misses are less probable than this, but for floats' rounding."""
        return Fraction(NormalDist().cdf(-float(radius / self.deviation)))

    def radius(self, missed: Fraction) -> Fraction | None:
        """The greatest radius with at least this limit, but for what the checker's and floats' rounding takes."""
        if not 0 < float(missed) < 0.5:
            return None
        far = -NormalDist().inv_cdf(float(missed))
        less = _ROUNDING * math.exp(far * far) + _RELATIVE
        found = Fraction(math.floor(self.deviation * Fraction(max(0.0, far - less)) * 10**_DIGITS), 10**_DIGITS)
        return found if found <= _FARTHEST * self.deviation else Fraction(_FARTHEST) * self.deviation

    def __str__(self) -> str:
        return f"gaussian {show(self.deviation)}"


Noise = Ablation | Uniform | Gaussian
_ADDED: dict[str, type[Uniform] | type[Gaussian]] = {"uniform": Uniform, "gaussian": Gaussian}


def read_noise(text: str) -> Noise:
    """The noise that a short text names.

    Raises:
        WrongInput: it names none.
    """
    kind, _, rest = text.partition(":")
    number = value(rest)
    if kind in _ADDED and isinstance(number, Fraction) and number > 0:
        return _ADDED[kind](number)
    parts = re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})", rest)
    if kind == "ablation" and parts:
        kept, most = int(parts[1]), int(parts[2])
        if 0 < kept <= min(most, _MOST_KEPT):
            return Ablation(most, kept)
    raise WrongInput(f"the noise {text!r}", expected=_NOISES)


@dataclass(frozen=True)
class Entry:
    """A radius for the input in a row of the counts, and the class that it keeps."""

    row: int
    label: int
    radius: Fraction


@dataclass(frozen=True)
class Statement:
    """Radii, all of which hold at once with a confidence.

    Attributes:
        confidence: between 0 and 1.
        noise: what is added to inputs, or hidden of them.
        skip: rows of names at the top of the counts.
        entries: the radii.
    """

    confidence: Fraction
    noise: Noise
    skip: int
    entries: tuple[Entry, ...]

    @classmethod
    def read(cls, data: bytes, *, file: str) -> Statement:
        """Read a statement.

        Raises:
            WrongInput: it is none.
        """
        wrong = WrongInput("not a statement of radii", file=file, expected=_FORM)
        found = groups(data.decode("utf-8", "surrogateescape"))
        if len(found) < 4 or found[0] != ["smoothing", "1"]:
            raise wrong
        head, noise, counts, *rest = found[1:]
        if [len(head), head[0], noise[:1], len(counts), counts[0]] != [2, "confidence", ["noise"], 2, "counts"]:
            raise wrong
        confidence = value(head[1])
        if not isinstance(confidence, Fraction) or not re.fullmatch("[0-9]{1,4}", counts[1]):
            raise wrong
        kinds = {(added, 3): f"{added}:{{2}}" for added in _ADDED} | {("ablation", 4): "ablation:{3}/{2}"}
        form = kinds.get((noise[1], len(noise)) if len(noise) > 1 else ("", 0))
        if form is None:
            raise wrong
        entries = []
        for word, *numbers in rest:
            radius = value(numbers[2]) if len(numbers) == 3 else ""
            if word != "certify" or not isinstance(radius, Fraction) or not all(map(str.isdecimal, numbers[:2])):
                raise wrong
            entries.append(Entry(int(numbers[0]), int(numbers[1]), radius))
        return cls(confidence, read_noise(form.format(*noise)), int(counts[1]), tuple(entries))

    def write(self) -> bytes:
        """The text of the statement."""
        lines = ["(smoothing 1)", f"(confidence {show(self.confidence)})", f"(noise {self.noise})"]
        lines += [f"(counts {self.skip})"]
        lines += [f"(certify {entry.row} {entry.label} {show(entry.radius)})" for entry in self.entries]
        return "\n".join([*lines, ""]).encode()

    def share(self, counts: Sequence[Sequence[int]]) -> Fraction:
        """What may go wrong with each input and class (the union bound)."""
        return (1 - self.confidence) / (len(counts) * len(counts[0]))

    def counts(self, table: Table) -> list[list[int]]:
        """How many noisy copies of each input (row) got each class (column).

        Raises:
            WrongInput: a cell is no whole number, or an input has no or too many copies.
        """
        rows = []
        if len(table.rows) - self.skip > _MOST_ROWS:
            found = f"{len(table.rows) - self.skip} inputs"
            raise WrongInput(found, file=table.name, expected=f"at most {_MOST_ROWS}")
        for number, cells in enumerate(table.rows[self.skip :]):
            row = []
            for column, cell in enumerate(cells):
                if isinstance(cell, str) or cell < 0 or cell.denominator != 1:
                    place = f"row {number + self.skip + 1}, column {column + 1}"
                    raise WrongInput(f"{cell}", file=table.name, place=place, expected="a number of noisy copies")
                row.append(int(cell))
            if not 0 < sum(row) <= _MOST_COPIES:
                place = f"row {number + self.skip + 1}"
                expected = f"at least 1, and at most {_MOST_COPIES}"
                raise WrongInput(f"{sum(row)} noisy copies", file=table.name, place=place, expected=expected)
            rows.append(row)
        if not rows:
            raise WrongInput("no rows", file=table.name, expected="one row for each input")
        return rows


def state(
    counts: Source,
    *,
    noise: str,
    confidence: object = "0.999",
    radius: object = None,
    header: bool | None = None,
) -> Smoothing:
    """The claim about counts; see :func:`warrant.smoothing`."""
    confident = rational(confidence, "confidence")
    if not 0 < confident < 1:
        raise SearchError(f"confidence: {confidence}; expected a number between 0 and 1, such as 0.999")
    wanted = None if radius is None else rational(radius, "radius")
    if wanted is not None and wanted < 0:
        raise SearchError(f"radius: {radius}; expected at least 0")
    data, name = table_bytes(counts, "counts")
    table = read_table(data, file=name)
    names = table.has_names() if header is None else header and table.text
    draft = Statement(confident, read_noise(noise), int(names), ())
    rows = draft.counts(table)
    share = draft.share(rows)
    entries = []
    for number, row in enumerate(rows):
        label = max(range(len(row)), key=row.__getitem__)
        missed = clopper_pearson(sum(row), sum(row) - row[label], share)
        found = draft.noise.radius(missed) if wanted is None else wanted
        if found is not None:
            entries.append(Entry(number, label, found))
    if not entries:
        raise SearchError(
            "no input has a class that more than half of its noisy copies get, with this confidence; expected more "
            "copies, or less noise"
        )
    return Smoothing(Statement(confident, draft.noise, draft.skip, tuple(entries)).write(), data, name)

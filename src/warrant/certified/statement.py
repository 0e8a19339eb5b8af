"""What a claim of certified accuracy says, and its text (docs/certified.md)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, get_args

from warrant._groups import groups
from warrant.errors import WrongInput

__all__ = [
    "NORMS",
    "NUMBER",
    "SCORES",
    "THRESHOLD",
    "TOLERANCE",
    "Norm",
    "Statement",
    "read_statement",
    "write_statement",
]

Norm = Literal["linf", "l1", "l2"]
NORMS: tuple[Norm, ...] = get_args(Norm)
SCORES, THRESHOLD, TOLERANCE = "scores", "threshold", "tolerance"
_DECISIONS = (SCORES, THRESHOLD, TOLERANCE)
NUMBER = re.compile(
    r"[+-]?(\d{1,400}(\.\d{0,400})?|\.\d{1,400})([eE][+-]?\d{1,3})?|-?\d{1,400}/0*[1-9]\d{0,400}", re.ASCII
)
"""A decimal or a fraction, as the checker reads them."""
_MOST, _MOST_TOP = 99_999_999, 9999
_FORM = "(certified 1) (at-least k) (norm …) (radius …) (low …) (high …) (scores …), in this order"


@dataclass(frozen=True)
class Statement:
    """At least so many inputs of a test set are classified as their label says, with all inputs near them.

    Attributes:
        least: how many.
        norm: of the distance between inputs.
        radii: one, or with ``linf`` one for each input of the model.
        low, high: the ends that inputs have: none, one for all, or one for each.
        decision: ``scores`` (the label's is among the first so many), ``threshold`` (the label is 1 above it, else 0),
            ``tolerance`` (the output is at most so far from the label).
        number: so many, the threshold, or so far.
    """

    least: int
    norm: Norm
    radii: tuple[Fraction, ...]
    low: tuple[Fraction, ...]
    high: tuple[Fraction, ...]
    decision: str
    number: Fraction

    def box(self, x: tuple[Fraction, ...]) -> tuple[tuple[Fraction, Fraction], ...]:
        """The least box around the inputs near x, (inputs,)."""
        n = len(x)
        radii, low, high = (_for_each(n, values) for values in (self.radii, self.low, self.high))
        ends = []
        for k, (v, r) in enumerate(zip(x, radii, strict=True)):
            ends.append((max([v - r, *low[k : k + 1]]), min([v + r, *high[k : k + 1]])))
        return tuple(ends)

    def near(self, x: tuple[Fraction, ...], other: tuple[Fraction, ...]) -> bool:
        """Whether another input is near x, exactly."""
        n = len(x)
        far = [abs(b - a) for a, b in zip(x, other, strict=True)]
        low, high = _for_each(n, self.low), _for_each(n, self.high)
        if any(v < e for v, e in zip(other, low, strict=False)) or any(
            v > e for v, e in zip(other, high, strict=False)
        ):
            return False
        if self.norm == "l1":
            return sum(far) <= self.radii[0]
        if self.norm == "l2":
            return self.radii[0] >= 0 and sum(d * d for d in far) <= self.radii[0] ** 2
        return all(d <= r for d, r in zip(far, _for_each(n, self.radii), strict=True))

    def fits(self, inputs: int, *, file: str) -> None:
        """Whether there are as many radii and ends as a model with so many inputs needs.

        Raises:
            WrongInput: there are not.
        """
        for what, values, least in (("radius", self.radii, 1), ("low", self.low, 0), ("high", self.high, 0)):
            wanted = (least, 1) if what == "radius" and self.norm != "linf" else (least, 1, inputs)
            if len(values) not in wanted:
                raise WrongInput(f"{what}: {len(values)} numbers", file=file, expected=f"one, or {inputs}")
        if any(r < 0 for r in self.radii):
            raise WrongInput("a radius below 0", file=file, expected="at least 0")


def _for_each(n: int, values: tuple[Fraction, ...]) -> tuple[Fraction, ...]:
    return values * n if len(values) == 1 else values


def write_statement(statement: Statement) -> bytes:
    """The text of a statement.

    Raises:
        WrongInput: a count is larger than the format can say.
    """
    if not 0 <= statement.least <= _MOST:
        raise WrongInput(f"at-least: {statement.least}", expected=f"a whole number from 0 to {_MOST}")
    lines = (
        "(certified 1)",
        f"(at-least {statement.least})",
        f"(norm {statement.norm})",
        _group("radius", statement.radii),
        _group("low", statement.low),
        _group("high", statement.high),
        _group(statement.decision, (statement.number,)),
    )
    return ("\n".join(lines) + "\n").encode("ascii")


def _group(name: str, values: tuple[Fraction, ...]) -> str:
    return f"({' '.join([name, *map(show, values)])})"


def show(value: Fraction) -> str:
    """A short decimal where there is one, else a fraction."""
    short = repr(float(value)) if abs(value) < 10**16 else ""
    return short.removesuffix(".0") if short and Fraction(short) == value else str(value)


def read_statement(data: bytes, *, file: str) -> Statement:
    """Read a statement's text.

    Raises:
        WrongInput: it is not one.
    """
    wrong = WrongInput("not a statement of certified accuracy", file=file, expected=_FORM)
    try:
        found = groups(data.decode("ascii"))
    except UnicodeDecodeError:
        raise wrong from None
    if len(found) != 7:
        raise wrong
    heads = [group[0] for group in found]
    if found[0] != ["certified", "1"] or heads[1:6] != ["at-least", "norm", "radius", "low", "high"]:
        raise wrong
    counts = [len(found[k]) for k in (1, 2, 6)]
    if counts != [2, 2, 2] or heads[6] not in _DECISIONS or found[2][1] not in NORMS:
        raise wrong
    if not re.fullmatch(r"[0-9]{1,8}", found[1][1]):
        raise wrong
    if not all(NUMBER.fullmatch(word) for group in found[3:] for word in group[1:]):
        raise wrong
    radii, low, high = (tuple(map(Fraction, words)) for _, *words in found[3:6])
    number = Fraction(found[6][1])
    if heads[6] == SCORES and (number.denominator != 1 or not 1 <= number <= _MOST_TOP):
        raise WrongInput(f"{SCORES}: {found[6][1]}", file=file, expected="a whole number of at least 1")
    norm = NORMS[NORMS.index(found[2][1])]
    return Statement(int(found[1][1]), norm, radii, low, high, heads[6], number)

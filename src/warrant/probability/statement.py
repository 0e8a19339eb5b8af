"""What a claim about errors says, and its text (docs/probability.md)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from warrant._groups import groups
from warrant.errors import WrongInput
from warrant.probability.rates import FRACTIONS, RATES
from warrant.probability.tables import Table, Value, value

__all__ = [
    "MAGIC",
    "Bound",
    "Calibration",
    "Count",
    "Difference",
    "Statement",
    "read_statement",
    "show",
    "write_statement",
]

MAGIC = b"WRNT\x01A"
"""The certificate, all of it."""
_FORM = (
    "(accuracy 1) (confidence C) (labels SKIP COLUMN) (predictions SKIP) (groups COLUMN) (bound MODEL LIMIT [GROUP])… "
    "(rate NAME POSITIVE MODEL LIMIT [GROUP])… (bin NAME POSITIVE LOW HIGH MODEL LIMIT)… (difference I J LIMIT)… "
    "(calibration MODEL LIMIT I J…)…"
)
_WORD = re.compile(r"[^\s();]+")


@dataclass(frozen=True)
class Bound:
    """One bound: the model's column, the limit, the group (None: all rows), and what is bounded.

    Attributes:
        rate: one of ``RATES``, or of ``FRACTIONS`` with a bin; empty: the probability of error.
        positive: which label and prediction is the positive one, for a rate.
        bin: for a fraction, the rows that count: those whose prediction is a number above the first and not above the
            second.
    """

    model: int
    limit: Fraction
    group: Value | None = None
    rate: str = ""
    positive: Value = ""
    bin: tuple[Fraction, Fraction] | None = None

    def happened(self, label: Value, prediction: Value) -> bool | None:
        """Whether what is bounded happened in a row; None: the row is not counted."""
        if not self.rate:
            return label != prediction
        if self.bin is not None:
            inside = isinstance(prediction, Fraction) and self.bin[0] < prediction <= self.bin[1]
            return FRACTIONS[self.rate](label == self.positive) if inside else None
        return RATES[self.rate](label == self.positive, prediction == self.positive)


@dataclass(frozen=True)
class Difference:
    """The probabilities of two bounds, by number, sum to at most 1 plus the limit.

    Where the second is the opposite of the first's rate, in another group, the rates differ by the limit at most.
    """

    first: int
    second: int
    limit: Fraction


@dataclass(frozen=True)
class Calibration:
    """The expected calibration error of a model's scores is at most the limit.

    Attributes:
        model: the column of the scores.
        limit: at most this.
        pairs: for each bin the numbers of the bounds of its fractions of positive and of negative labels.
    """

    model: int
    limit: Fraction
    pairs: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Count:
    """What was seen for a bound: the rows that count, and those among them in which it happened (the mistakes)."""

    rows: int
    mistakes: int


@dataclass(frozen=True)
class Statement:
    """Bounds on the probabilities of error, which hold at once with a confidence.

    Attributes:
        confidence: between 0 and 1.
        labels_skip, predictions_skip: rows of names at the top of the tables.
        label: the column of the labels.
        group: the column of the groups, in the table of the labels.
        bounds: at least one.
        differences: between two of them.
        calibrations: errors of models whose scores have bounds in bins.
    """

    confidence: Fraction
    labels_skip: int
    label: int
    predictions_skip: int
    group: int
    bounds: tuple[Bound, ...]
    differences: tuple[Difference, ...] = ()
    calibrations: tuple[Calibration, ...] = ()

    @property
    def share(self) -> Fraction:
        """What may go wrong with each bound (the union bound)."""
        return (1 - self.confidence) / len(self.bounds)

    def counts(self, labels: Table, predictions: Table) -> tuple[Count, ...]:
        """Rows and mistakes for each bound.

        Raises:
            WrongInput: the tables do not fit together, or a group has no rows.
        """
        y = labels.column(self.label, skip=self.labels_skip)
        groups = (
            labels.column(self.group, skip=self.labels_skip) if any(b.group is not None for b in self.bounds) else y
        )
        found = []
        for bound in self.bounds:
            z = predictions.column(bound.model, skip=self.predictions_skip)
            if len(y) != len(z):
                several = f"{len(z)} predictions for the {len(y)} labels of {labels.name}"
                raise WrongInput(several, file=predictions.name, expected="as many rows as labels")
            rows = zip(groups, y, z, strict=True)
            seen = [bound.happened(a, b) for g, a, b in rows if bound.group is None or g == bound.group]
            counted = [happened for happened in seen if happened is not None]
            if not counted:
                rows_of = f"no row of the group {show(bound.group)}" + f" for the {bound.rate}" * bool(bound.rate)
                raise WrongInput(rows_of, file=labels.name, expected="some rows")
            found.append(Count(len(counted), sum(counted)))
        return tuple(found)


def show(shown: Value | None) -> str:
    """A number as a short decimal where there is one, else as a fraction; a text as it is; ``all`` for None."""
    if shown is None:
        return "all"
    if isinstance(shown, str):
        return shown
    short = f"{float(shown):.15g}" if abs(shown) < 10**15 else ""
    return short if short and Fraction(short) == shown else str(shown)


def write_statement(statement: Statement) -> bytes:
    """The text of a statement.

    Raises:
        WrongInput: a group's name cannot be written.
    """
    lines = [
        "(accuracy 1)",
        f"(confidence {show(statement.confidence)})",
        f"(labels {statement.labels_skip} {statement.label})",
        f"(predictions {statement.predictions_skip})",
        f"(groups {statement.group})",
    ]
    for bound in statement.bounds:
        group = "" if bound.group is None else f" {_word(bound.group, 'group')}"
        what = f"rate {bound.rate} {_word(bound.positive, 'positive label')}" if bound.rate else "bound"
        if bound.bin is not None:
            what = what.replace("rate", "bin", 1) + " {} {}".format(*map(show, bound.bin))
        lines.append(f"({what} {bound.model} {show(bound.limit)}{group})")
    lines += [f"(difference {d.first} {d.second} {show(d.limit)})" for d in statement.differences]
    for one in statement.calibrations:
        pairs = " ".join(f"{i} {j}" for i, j in one.pairs)
        lines.append(f"(calibration {one.model} {show(one.limit)} {pairs})")
    return ("\n".join(lines) + "\n").encode("utf-8", "surrogateescape")


def _word(name: Value, what: str) -> str:
    if not _WORD.fullmatch(show(name)):
        raise WrongInput(f"the {what} {name!r}", expected="a name without spaces, parentheses and semicolons")
    return show(name)


def read_statement(data: bytes, *, file: str) -> Statement:
    """Read a statement.

    Raises:
        WrongInput: it is none.
    """
    wrong = WrongInput("not a statement of bounds on errors", file=file, expected=_FORM)
    found = groups(data.decode("utf-8", "surrogateescape"))
    if len(found) < 6 or found[0] != ["accuracy", "1"]:
        raise wrong
    heads = [("confidence", 2), ("labels", 3), ("predictions", 2), ("groups", 2)]
    if any(group[:1] != [head] or len(group) != n for group, (head, n) in zip(found[1:5], heads, strict=True)):
        raise wrong
    small = [*found[2][1:], found[3][1], found[4][1]]
    confidence = value(found[1][1])
    bounds: list[Bound] = []
    differences: list[Difference] = []
    calibrations: list[Calibration] = []
    for word, *rest in found[5:]:
        if word == "difference" and len(rest) == 3:
            limit = value(rest[2])
            small += rest[:2]
        elif word == "calibration" and len(rest) > 2 and len(rest) % 2 == 0:
            limit = value(rest[1])
            small += [rest[0], *rest[2:]]
        elif word in ("bound", "rate", "bin"):
            skipped = {"bound": 0, "rate": 2, "bin": 4}[word]
            head, rest = rest[:skipped], rest[skipped:]
            names = {"bound": ("",), "rate": tuple(RATES), "bin": tuple(FRACTIONS)}[word]
            rate, positive = (head[0], value(head[1])) if len(head) > 1 else ("", "")
            edges = [edge for edge in map(value, head[2:]) if isinstance(edge, Fraction)]
            if len(rest) not in ((2,) if word == "bin" else (2, 3)) or rate not in names or len(edges) < skipped - 2:
                raise wrong
            limit = value(rest[1])
            small.append(rest[0])
        else:
            raise wrong
        if not isinstance(limit, Fraction) or not all(re.fullmatch("[0-9]{1,4}", number) for number in small):
            raise wrong
        if word == "difference":
            differences.append(Difference(int(rest[0]), int(rest[1]), limit))
        elif word == "calibration":
            numbers = [int(number) for number in rest[2:]]
            pairs = tuple(zip(numbers[::2], numbers[1::2], strict=True))
            calibrations.append(Calibration(int(rest[0]), limit, pairs))
        else:
            bin = (edges[0], edges[1]) if edges else None
            bounds.append(Bound(int(rest[0]), limit, value(rest[2]) if len(rest) == 3 else None, rate, positive, bin))
    if not bounds or not isinstance(confidence, Fraction):
        raise wrong
    skip, label, other_skip, column = (int(word) for word in small[:4])
    return Statement(
        confidence, skip, label, other_skip, column, tuple(bounds), tuple(differences), tuple(calibrations)
    )

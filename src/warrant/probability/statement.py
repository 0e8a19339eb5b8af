"""What a claim about errors says, and its text (docs/probability.md)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from warrant.errors import WrongInput
from warrant.probability.tables import Table, Value, value

__all__ = ["MAGIC", "Bound", "Count", "Statement", "read_statement", "show", "write_statement"]

MAGIC = b"WRNT\x01A"
"""The certificate, all of it."""
_FORM = (
    "(accuracy 1) (confidence C) (labels SKIP COLUMN) (predictions SKIP) (groups COLUMN) (bound MODEL LIMIT [GROUP])…"
)
_WORD = re.compile(r"[^\s();]+")


@dataclass(frozen=True)
class Bound:
    """One bound: the model's column, the limit of its probability of error, and the group (None: all rows)."""

    model: int
    limit: Fraction
    group: Value | None = None


@dataclass(frozen=True)
class Count:
    """What was seen for a bound: the rows, and the mistakes among them."""

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
    """

    confidence: Fraction
    labels_skip: int
    label: int
    predictions_skip: int
    group: int
    bounds: tuple[Bound, ...]

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
                rows = f"{len(z)} predictions for the {len(y)} labels of {labels.name}"
                raise WrongInput(rows, file=predictions.name, expected="as many rows as labels")
            wrong = [a != b for g, a, b in zip(groups, y, z, strict=True) if bound.group is None or g == bound.group]
            if not wrong:
                raise WrongInput(f"no row of the group {show(bound.group)}", file=labels.name, expected="some rows")
            found.append(Count(len(wrong), sum(wrong)))
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
        group = "" if bound.group is None else f" {show(bound.group)}"
        if bound.group is not None and not _WORD.fullmatch(group[1:]):
            raise WrongInput(f"the group {bound.group!r}", expected="a name without spaces, parentheses and semicolons")
        lines.append(f"(bound {bound.model} {show(bound.limit)}{group})")
    return ("\n".join(lines) + "\n").encode("utf-8", "surrogateescape")


def read_statement(data: bytes, *, file: str) -> Statement:
    """Read a statement.

    Raises:
        WrongInput: it is none.
    """
    wrong = WrongInput("not a statement of bounds on errors", file=file, expected=_FORM)
    text = re.sub(r";[^\n\r]*", " ", data.decode("utf-8", "surrogateescape"))
    groups = [group.split() for group in re.findall(r"\(([^()]*)\)", text)]
    if re.sub(r"\([^()]*\)", "", text).strip() or len(groups) < 6 or groups[0] != ["accuracy", "1"]:
        raise wrong
    heads = [("confidence", 2), ("labels", 3), ("predictions", 2), ("groups", 2)]
    if any(group[:1] != [head] or len(group) != n for group, (head, n) in zip(groups[1:5], heads, strict=True)):
        raise wrong
    if any(group[:1] != ["bound"] or len(group) not in (3, 4) for group in groups[5:]):
        raise wrong
    small = [*groups[2][1:], groups[3][1], groups[4][1], *(group[1] for group in groups[5:])]
    limits = [value(group[2]) for group in groups[5:]]
    confidence = value(groups[1][1])
    if not all(re.fullmatch("[0-9]{1,4}", word) for word in small) or not isinstance(confidence, Fraction):
        raise wrong
    bounds = []
    for group, limit in zip(groups[5:], limits, strict=True):
        if not isinstance(limit, Fraction):
            raise wrong
        bounds.append(Bound(int(group[1]), limit, value(group[3]) if len(group) == 4 else None))
    numbers = [int(word) for word in small[:4]]
    return Statement(confidence, numbers[0], numbers[1], numbers[2], numbers[3], tuple(bounds))

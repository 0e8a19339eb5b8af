"""The expected calibration error of scores: what was seen, and what bounds in bins prove.

Source: C. Guo et al., On calibration of modern neural networks, 2017, section 2 (bins of equal width).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from warrant.probability.statement import Bound, Calibration, Count, Statement
from warrant.probability.tables import Table

__all__ = ["calibrations", "provable", "seen"]

_DIGITS = 10


def calibrations(bounds: Sequence[Bound]) -> tuple[Calibration, ...]:
    """For each model whose scores have bounds in bins, the pairs of them; the limits are still 1."""
    found: dict[int, dict[tuple[Fraction, Fraction], list[int]]] = {}
    for number, bound in enumerate(bounds):
        if bound.bin is not None:
            found.setdefault(bound.model, {}).setdefault(bound.bin, []).append(number)
    return tuple(
        Calibration(model, Fraction(1), tuple((pair[0], pair[1]) for _, pair in sorted(bins.items())))
        for model, bins in found.items()
    )


def _sums(statement: Statement, one: Calibration, predictions: Table) -> list[tuple[int, Fraction]]:
    """For each bin how many scores it has, and their sum."""
    column = predictions.column(one.model, skip=statement.predictions_skip)
    spans = [statement.bounds[i].bin for i, _ in one.pairs]
    inside = [
        [s for s in column if span is not None and isinstance(s, Fraction) and span[0] < s <= span[1]] for span in spans
    ]
    return [(len(scores), sum(scores, Fraction(0))) for scores in inside]


def seen(statement: Statement, one: Calibration, counts: Sequence[Count], predictions: Table) -> Fraction:
    """The error with the fractions of positive labels that were seen."""
    parts = zip(one.pairs, _sums(statement, one, predictions), strict=True)
    return sum((abs(counts[i].mistakes - total) for (i, _), (_, total) in parts), Fraction(0)) / counts_of(one, counts)


def counts_of(one: Calibration, counts: Sequence[Count]) -> int:
    """How many scores there are in all bins."""
    return sum(counts[i].rows for i, _ in one.pairs)


def provable(statement: Statement, one: Calibration, counts: Sequence[Count], predictions: Table) -> Fraction:
    """The least error that the limits in the bins prove, rounded up to ten decimals."""
    total = Fraction(0)
    for (i, j), (rows, scores) in zip(one.pairs, _sums(statement, one, predictions), strict=True):
        high, low = statement.bounds[i].limit, 1 - statement.bounds[j].limit
        total += max(rows * high - scores, scores - rows * low)
    return Fraction(math.ceil(total / counts_of(one, counts) * 10**_DIGITS), 10**_DIGITS)

"""Reliability diagrams: fractions of positive labels in bins of scores, with their proved bounds.

Source: C. Guo et al., On calibration of modern neural networks, 2017 (the diagram and the expected calibration error).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from warrant._svg import drawing
from warrant.claims.accuracy import Accuracy
from warrant.probability.tables import read_table

__all__ = ["Bin", "diagram", "draw", "expected_error"]


@dataclass(frozen=True)
class Bin:
    """What was seen in a bin of scores, and what is proved.

    Attributes:
        model: the column of the scores.
        rows: how many scores are in the bin.
        score: their mean.
        seen: the fraction of them whose label is positive.
        low, high: the bounds of the probability of a positive label in this bin.
    """

    model: int
    rows: int
    score: float
    seen: float
    low: float
    high: float


def diagram(claim: Accuracy) -> list[Bin]:
    """The bins of a claim that bounds fractions of positive labels, in the order of its text.

    Raises:
        WrongInput: a file of the claim cannot be read.
    """
    statement, counts = claim.content
    scores = read_table(claim.predictions_bytes, file=claim.predictions_name)
    pairs = list(zip(statement.bounds, counts, strict=True))
    found = []
    for bound, count in pairs:
        if bound.bin is None or bound.rate != "fraction_of_positives":
            continue
        low, high = bound.bin
        column = [s for s in scores.column(bound.model, skip=statement.predictions_skip) if isinstance(s, Fraction)]
        inside = [score for score in column if low < score <= high]
        others = [b.limit for b, _ in pairs if (b.model, b.bin) == (bound.model, bound.bin) and b.rate != bound.rate]
        found.append(
            Bin(
                bound.model,
                count.rows,
                float(sum(inside, Fraction(0)) / len(inside)),
                count.mistakes / count.rows,
                float(1 - min(others, default=Fraction(1))),
                float(bound.limit),
            )
        )
    return found


def expected_error(bins: Sequence[Bin]) -> float:
    """The expected calibration error that was seen: how far fractions are from mean scores, on average over rows."""
    rows = sum(one.rows for one in bins)
    return sum(one.rows / rows * abs(one.seen - one.score) for one in bins)


def draw(bins: Sequence[Bin], file: str | os.PathLike[str], *, title: str) -> None:
    """Draw a reliability diagram as an SVG, a colour for each model; the file appears whole or not at all.

    Raises:
        WarrantError: matplotlib is not installed.
        WrongInput: the file cannot be written.
    """
    models = list(dict.fromkeys(one.model for one in bins))
    outside = sum(not one.low <= one.score <= one.high for one in bins)
    words = (
        f"{title}: fractions of positive labels in {len(bins)} bins of scores, with their proved bounds; in {outside} "
        "bins the mean score is outside of the bounds"
    )
    with drawing(file, size=(5.0, 4.8), title="Scores, and how often they are right", description=words) as figure:
        axis: Any = figure.subplots()
        axis.plot([0, 1], [0, 1], ":", color="#888888", label="calibrated")
        for k, model in enumerate(models):
            own = [one for one in bins if one.model == model]
            seen, scores = [one.seen for one in own], [one.score for one in own]
            lengths = [[max(0.0, one.seen - one.low) for one in own], [max(0.0, one.high - one.seen) for one in own]]
            label = f"column {model}: seen (error {expected_error(own):.3f}), proved bounds"
            axis.errorbar(scores, seen, yerr=lengths, fmt="o", color=f"C{k}", capsize=3, label=label)
        axis.set(title=title, xlabel="mean score", ylabel="fraction of positive labels")
        axis.legend()

"""Coverage curves: what the first half of some scores guarantees, and how much of the second half it covers."""

from __future__ import annotations

import os
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import betabinom

from warrant._svg import drawing
from warrant.claims.conformal import Conformal
from warrant.errors import WrongInput
from warrant.probability.conformal import rank
from warrant.probability.tables import Source, read_table, table_bytes

__all__ = ["Curve", "curve", "draw"]

_POINTS = 99
_USUAL = 0.99

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Curve:
    """What is guaranteed and what is measured at some coverages.

    Attributes:
        coverages: the stated coverages, (k,), increasing.
        exact: the coverage of the rule for distinct exchangeable scores, (k,).
        measured: the share of the new scores that are covered, (k,).
        low, high: where that share lies with probability 0.99, at each coverage, if the scores are distinct and
            exchangeable, (k,).
        calibrated, tested: how many scores the thresholds come from, and how many were tried on them.
    """

    coverages: Floats
    exact: Floats
    measured: Floats
    low: Floats
    high: Floats
    calibrated: int
    tested: int


def curve(claim: Conformal, new: Source | None = None) -> Curve:
    """The curve of a claim's calibration scores on new ones, or of their first half on the second, in file order.

    A model that was fitted to the calibration examples, or a distribution that drifts, shows in it; exchangeable scores
    stay between ``low`` and ``high``.

    Raises:
        WrongInput: the new scores cannot be read, or there are not two scores.

    Source: V. Vovk, Conditional validity of inductive conformal predictors, 2012 (the distribution of the share).
    """
    statement, scores = claim.content
    if new is None:
        half = len(scores) // 2
        old, tried = scores[:half], scores[half:]
    else:
        data, name = table_bytes(new, "new scores")
        column = read_table(data, file=name).column(statement.column, skip=statement.skip)
        old, tried = scores, [cell for cell in column if isinstance(cell, Fraction)]
        if len(tried) < len(column):
            raise WrongInput("a text", file=name, expected="a column of numbers, as in the calibration scores")
    if not old:
        raise WrongInput("1 score", file=claim.scores_name, expected="at least 2 for a curve")
    n, ordered, values = len(old), np.sort([float(x) for x in old]), np.array([float(x) for x in tried])
    levels = [Fraction(i, _POINTS + 1) for i in range(1, _POINTS + 1) if rank(Fraction(i, _POINTS + 1), n) <= n]
    ranks = np.array([rank(level, n) for level in levels])
    usual = betabinom(len(values), ranks, n + 1 - ranks)
    low, high = (np.asarray(usual.ppf((1 + side * _USUAL) / 2)) / len(values) for side in (-1, 1))
    measured = (values[None, :] <= ordered[ranks - 1][:, None]).mean(axis=1)
    coverages = np.array([float(level) for level in levels])
    return Curve(coverages, ranks / (n + 1), measured, low, high, n, len(values))


def draw(curve: Curve, file: str | os.PathLike[str], *, title: str) -> None:
    """Draw a curve as an SVG; the file appears whole or not at all.

    Raises:
        WarrantError: matplotlib is not installed.
        WrongInput: the file cannot be written.
    """
    inside = ((curve.low <= curve.measured) & (curve.measured <= curve.high)).mean()
    words = (
        f"{title}: thresholds from {curve.calibrated} scores, tried on {curve.tested}; at {inside:.0%} of the "
        f"coverages the measured share is where that of distinct exchangeable scores is with probability {_USUAL}"
    )
    with drawing(file, size=(5.4, 4.6), title="Stated, proved and measured coverage", description=words) as figure:
        axis: Any = figure.subplots()
        axis.fill_between(
            curve.coverages, curve.low, curve.high, alpha=0.2, label=f"{_USUAL:.0%} of exchangeable scores"
        )
        axis.plot(curve.coverages, curve.exact, "--", color="C0", label="proved, for distinct scores: k/(n + 1)")
        axis.plot(curve.coverages, curve.measured, color="C1", label=f"measured on {curve.tested} scores")
        axis.set(title=title, xlabel="stated coverage", ylabel="share of new scores below the threshold")
        axis.legend()

"""The epsilon that a plan keeps to, for each delta: by moments or shares of delta, and by the sum of its losses."""

from __future__ import annotations

import math
import os
from dataclasses import replace
from fractions import Fraction

from warrant._svg import drawing
from warrant.probability.budgets import best_order, best_shares, pure
from warrant.probability.plans import Plan

__all__ = ["curve", "draw"]

_EXPONENTS = [k / 4 for k in range(-48, -3)]


def curve(plan: Plan) -> list[tuple[float, float]]:
    """Pairs of a delta, from 1e-12 to 0.1, and the least epsilon that moments or shares of it show, if any."""
    points = []
    for exponent in _EXPONENTS:
        at = replace(plan, delta=Fraction(10.0**exponent))
        shown = [way.epsilon for way in (best_order(at), best_shares(at)) if way is not None]
        if shown:
            points.append((float(at.delta), min(shown)))
    return points


def draw(plan: Plan, file: str | os.PathLike[str], *, title: str) -> None:
    """Draw the curve as an SVG, with the sum of losses and the budget; the file appears whole or not at all.

    Raises:
        WarrantError: matplotlib is not installed.
        WrongInput: the file cannot be written.
    """
    points, total = curve(plan), pure(plan).total
    description = "epsilon by moments or shares of delta, against delta" + (
        "" if math.isinf(total) else f"; sum of losses {total:.4g}"
    )
    with drawing(file, size=(6, 4), title=f"{title}: epsilon for each delta", description=description) as figure:
        axes = figure.add_subplot(
            xscale="log", xlabel="delta", ylabel="epsilon", title=f"{title}: what the plan keeps to"
        )
        axes.plot(
            [delta for delta, _ in points], [epsilon for _, epsilon in points], label="by moments, or shares of delta"
        )
        if not math.isinf(total):
            axes.axhline(total, color="0.5", linestyle="--", label="sum of losses (delta = 0)")
        if plan.epsilon is not None and plan.delta > 0:
            axes.plot([float(plan.delta)], [float(plan.epsilon)], "o", color="C3", label="the budget")
        axes.set_ylim(bottom=0)
        axes.legend()

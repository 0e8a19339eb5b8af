"""Proved rates beside PEPit's numbers and a simulated run, as a figure."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from warrant._svg import drawing
from warrant.rates.sweep import Row

__all__ = ["draw"]

_WIDE = 20
"""Scales are logarithmic where the largest value is more than so many times the least."""


def draw(rows: Sequence[Row], file: str | os.PathLike[str], *, title: str, over: str, proved: str = "proved") -> None:
    """Draw what is proved, PEPit's numbers and a simulated run as an SVG; the file appears whole or not at all.

    Args:
        rows: by increasing value.
        file: the figure.
        title: of the figure.
        over: what the values are, the name of the axis.
        proved: what the proved bounds are called.

    Raises:
        WarrantError: matplotlib is not installed.
        WrongInput: the file cannot be written.
    """
    curves = {
        proved: [(r.value, float(r.proved)) for r in rows if r.proved is not None],
        "PEPit": [(r.value, r.pepit) for r in rows if r.pepit is not None],
        "a run on a quadratic function": [(r.value, r.simulated) for r in rows if r.simulated is not None],
    }
    looks: list[dict[str, Any]] = [
        {"marker": "_", "markersize": 11, "linestyle": "-", "color": "#d1495b"},
        {"marker": "o", "markersize": 4, "linestyle": "", "color": "#1f83c6"},
        {"linestyle": "--", "color": "#2f9e44"},
    ]
    with drawing(file, size=(6.4, 4.4), title=title, description=_words(curves, over)) as figure:
        axis = figure.add_subplot()
        for (name, points), look in zip(curves.items(), looks, strict=True):
            if points:
                axis.plot(*zip(*points, strict=True), label=name, **look)
        values = [y for points in curves.values() for _, y in points]
        if values and min(values) > 0 and max(values) > _WIDE * min(values):
            axis.set_yscale("log")
        axis.set(title=title, xlabel=over, ylabel="performance measure")
        axis.xaxis.get_major_locator().set_params(integer=all(isinstance(r.value, int) for r in rows))
        axis.grid(which="major", linewidth=0.4, alpha=0.6)
        axis.legend(frameon=False)


def _words(curves: dict[str, list[tuple[int | float, float]]], over: str) -> str:
    """The figure in words."""
    parts = []
    for name, points in curves.items():
        if points:
            (first, low), (last, high) = points[0], points[-1]
            parts.append(f"{name}: {low:.4g} where {over} is {first:g}, {high:.4g} where it is {last:g}")
    return "; ".join(parts) + "."

"""The cactus plot: how many instances each tool solves if every instance has so many seconds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from warrant._svg import drawing, require_matplotlib
from warrant.bench.compare import Curve
from warrant.errors import WrongInput

__all__ = ["cactus"]

_LEAST = 0.01
"""Seconds; lesser times are drawn as these."""
_INSIDE = 0.85
"""A curve that ends before this share of the width has its name in the plot."""
_COLOURS = (
    "#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#8c564b", "#e377c2", "#17a2b8", "#7f7f7f", "#a0a000"
)  # fmt: skip
_STYLES = ("-", "--", ":", "-.")


def cactus(curves: Sequence[Curve], file: Path) -> None:
    """Draw the curves as an SVG, those of ``warrant bench`` with a heavier line; the file appears whole or not at all.

    Raises:
        WarrantError: matplotlib is not installed.
        WrongInput: no curve has a solved instance, or the file cannot be written.
    """
    require_matplotlib()
    drawn = sorted((c for c in curves if c.times()), key=lambda c: (-len(c.times()), sum(c.times())))
    if not drawn:
        raise WrongInput("nothing was solved, so that there is nothing to draw", file=str(file))
    size = (9.5, max(5.0, 0.22 * len(drawn) + 1.5))
    solved = "; ".join(f"{c.name} solves {len(c.times())}" for c in drawn)
    title = "How many instances are solved, if each has so many seconds"
    with drawing(file, size=size, title=title, description=f"{solved}.") as figure:
        _draw(figure.add_subplot(), drawn)


def _draw(axes: Any, drawn: list[Curve]) -> None:
    """The curves, each with its name at its end, or to the right of the plot where many end close together."""
    axes.set_yscale("log")
    most = max(len(curve.times()) for curve in drawn)
    axes.set_xlim(0, most + 1)
    axes.set_xlabel("instances solved, the quickest first")
    axes.set_ylabel("wall time for each instance, seconds (log scale)")
    axes.yaxis.set_major_formatter(lambda seconds, _: f"{seconds:g}")
    axes.grid(which="major", linewidth=0.4, alpha=0.6)
    axes.spines[["top", "right"]].set_visible(False)
    for k, curve in enumerate(drawn):
        times = [max(t, _LEAST) for t in curve.times()]
        style = _STYLES[k // len(_COLOURS) % len(_STYLES)]
        marker = "o" if len(times) == 1 else None
        width = 2.8 if curve.own else 1.4
        x = range(1, len(times) + 1)
        axes.step(x, times, where="mid", color=_colour(k), linestyle=style, linewidth=width, marker=marker)
    axes.figure.draw_without_rendering()  # settles the scales and the layout, by which the names are placed
    outside = [k for k, curve in enumerate(drawn) if len(curve.times()) > _INSIDE * most]
    _name(axes, drawn, outside, inside=False)
    _name(axes, drawn, [k for k in range(len(drawn)) if k not in outside], inside=True)


def _name(axes: Any, drawn: list[Curve], which: list[int], *, inside: bool) -> None:
    """Write the names of some curves, in the plot beside their ends or to the right of it."""
    ends = [(len(drawn[k].times()), max(drawn[k].times()[-1], _LEAST)) for k in which]
    heights = [axes.transAxes.inverted().transform(axes.transData.transform(end))[1] for end in ends]
    for k, end, place in zip(which, ends, _apart(heights, axes), strict=True):
        left = axes.transAxes.inverted().transform(axes.transData.transform(end))[0] + 0.02 if inside else 1.04
        axes.annotate(
            f"{drawn[k].name} ({end[0]})",
            xy=(end[0], max(end[1], _LEAST)),
            xytext=(left, place),
            textcoords="axes fraction",
            color=_colour(k),
            fontweight="bold" if drawn[k].own else "normal",
            va="center",
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.5},
            arrowprops={
                "arrowstyle": "-",
                "color": _colour(k),
                "linewidth": 0.7,
                "alpha": 0.7,
                "relpos": (0, 0.5),
                "shrinkA": 1,
                "shrinkB": 0,
            },
        )


def _colour(k: int) -> str:
    return _COLOURS[k % len(_COLOURS)]


def _apart(wanted: Sequence[float], axes: Any) -> list[float]:
    """Heights near the wanted ones, as shares of the axes, that leave room for a line of text each."""
    gap = 13 / (axes.get_window_extent().height / axes.figure.dpi * 72)
    order = sorted(range(len(wanted)), key=lambda k: wanted[k])
    places = [0.0] * len(wanted)
    least = 0.0
    for k in order:
        places[k] = least = max(wanted[k], least)
        least += gap
    most = 1.0
    for k in reversed(order):
        places[k] = most = min(places[k], most)
        most -= gap
    return places

"""A picture of a region of inputs against data: a row for each feature, on a scale of its own."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from warrant._words import number_of
from warrant.claims import Span
from warrant.evidence.pictures.shapes import Picture, Shape, cut_off, legend, line, path, rect, text

__all__ = ["MOST_INPUTS", "against"]

MOST_INPUTS = 2000
"""Of which there is a picture."""
_ROWS, _MARKS = 24, 300
"""Features that are drawn, and values of each."""
_HEIGHT, _LEFT, _WIDE, _RIGHT = 34, 152, 340, 506
_BEYOND = 0.5
"""How much of the data's range is shown on each side of it, at most; a region that goes further has an arrow."""
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class _Feature:
    """A feature: its values in the data, sorted, its span, and the numbers of the inputs that decide."""

    name: str
    values: Floats
    span: Span
    found: tuple[float, ...]

    @property
    def narrowness(self) -> float:
        """How wide the region is, the data being 1 wide; infinite where all data are the same."""
        range_, width = self.values[-1] - self.values[0], self.span.high - self.span.low
        return float(width / range_) if range_ > 0 else math.inf

    @property
    def differs(self) -> bool:
        """Whether two inputs that decide differ in it."""
        return len(set(self.found)) > 1

    @property
    def inside(self) -> int:
        """How many values lie in the span."""
        low, high = np.searchsorted(self.values, self.span.low), np.searchsorted(self.values, self.span.high, "right")
        return int(high - low)

    @property
    def scale(self) -> tuple[float, float]:
        """The least and the greatest value that is shown."""
        low, high = float(self.values[0]), float(self.values[-1])
        width = self.span.high - self.span.low
        one = (high - low) or (width if 0 < width < math.inf else 0.0) or abs(low) or 1.0
        return max(min(self.span.low, low), low - _BEYOND * one), min(max(self.span.high, high), high + _BEYOND * one)


def against(
    data: Floats, region: Sequence[Span], points: Sequence[Sequence[float]], called: str, *, by_name: bool
) -> Picture:
    """The region against the data, (rows, features), with up to two inputs that decide the claim.

    Where there are many features, those in which the two inputs differ come first, then those of which the region is
    narrowest, as a share of the data's range.

    called: what these inputs are; by_name: whether the data's columns were found by name.
    """
    low, high = (np.array([getattr(span, end) for span in region]) for end in ("low", "high"))
    inside = int(((data >= low) & (data <= high)).all(axis=1).sum())
    features = [
        _Feature(span.name, np.sort(data[:, k]), span, tuple(point[k] for point in points[:2]))
        for k, span in enumerate(region)
    ]
    moved = sum(f.differs for f in features)
    ranked = sorted(range(len(features)), key=lambda k: (not features[k].differs, features[k].narrowness))
    chosen = sorted(ranked[:_ROWS])
    shapes: list[Shape] = []
    for row, k in enumerate(chosen):
        shapes += _row(features[k], row * _HEIGHT)
    below, height = _legend(len(chosen) * _HEIGHT + 8, called if points else "", len(points))
    lie = "lies" if inside == 1 else "lie"
    count = f"{inside} of the data's {number_of(len(data), 'row')} {lie} between the region's ends in every feature."
    drawn = set(chosen)
    left = [f for k, f in enumerate(features) if k not in drawn]
    others = _others(left, len(data), moved) if left else ""
    marks = f"{_MARKS} values at equal steps of rank" if len(data) > _MARKS else "a mark for each value"
    order = "" if by_name else " The columns were taken in their order, not by name."
    caption = (
        f"{count} For each feature, on a scale of its own: the least and the greatest value that it has in the claim's "
        f"region, above the data ({marks}, a box from the lower to the upper quartile, a line at the median)."
        f"{order}{others}"
    )
    described = "; ".join(_words(features[k], called, len(data)) for k in chosen)
    return Picture("The region against the data", f"{count}{others} {described}.", caption, height, (*shapes, *below))


def _others(left: Sequence[_Feature], rows: int, moved: int) -> str:
    whole = sum(feature.inside == rows for feature in left)
    chosen = "first those in which the two inputs differ, then " if moved else ""
    chosen += "those of which the region is narrowest beside the data"
    others = f"{number_of(len(left), 'other')} {'is' if len(left) == 1 else 'are'} not"
    return (
        f" Drawn are {_ROWS} features, {chosen}; {others}, and for "
        f"{whole or 'none'} of these all values lie in the region."
    )


def _words(feature: _Feature, called: str, rows: int) -> str:
    found = f", {called} {' and '.join(f'{v:.4g}' for v in feature.found)}" if feature.found else ""
    return (
        f"{feature.name}: region {_range(feature.span.low, feature.span.high)}, data "
        f"{_range(feature.values[0], feature.values[-1])}, {feature.inside} of {rows} in it{found}"
    )


def _range(low: float, high: float) -> str:
    return f"{low:.4g} to {high:.4g}" if low != high else f"{low:.4g}"


def _row(feature: _Feature, y: float) -> list[Shape]:
    """One feature: its name, the region as a bar, the data below it, and the numbers."""
    low, high = feature.scale
    width = high - low

    def place(value: float) -> float:
        return _LEFT + min(max((value - low) / width, 0.0), 1.0) * _WIDE if width > 0 else _LEFT + _WIDE / 2

    values, span = feature.values, feature.span
    lower, median, upper = (place(float(v)) for v in np.quantile(values, (0.25, 0.5, 0.75)))
    steps = np.linspace(0, len(values) - 1, min(len(values), _MARKS)).round().astype(int)
    ticks = sorted({round(2 * place(float(v))) / 2 for v in values[steps]})
    left, right = place(span.low), place(span.high)
    wide = max(right - left, 2.0)
    left = min(max((left + right - wide) / 2, _LEFT), _LEFT + _WIDE - wide)
    shapes = [
        line(0, y + _HEIGHT - 1, 700, y + _HEIGHT - 1, "track"),
        text(0, y + 20, cut_off(feature.name, _LEFT - 12)),
        rect(left, y + 4, wide, 9, "reach"),
        rect(lower, y + 16, max(upper - lower, 1.0), 11, "half"),
        path("".join(f"M{x:g} {y + 18:g}v7" for x in ticks), "values"),
        line(median, y + 15, median, y + 28, "median"),
        text(_RIGHT, y + 13, cut_off(f"region {_range(span.low, span.high)}", 194)),
        text(_RIGHT, y + 27, cut_off(f"data {_range(values[0], values[-1])}", 194)),
    ]
    if span.low < low:
        shapes.append(path(f"M{_LEFT:g} {y + 3:g}v11l-7 -5.5z", "beyond"))
    if span.high > high:
        shapes.append(path(f"M{_LEFT + _WIDE:g} {y + 3:g}v11l7 -5.5z", "beyond"))
    marks = [_mark(place(v), y + 8.5, second=k == 1) for k, v in enumerate(feature.found)]
    return [*shapes, *reversed(marks)]  # the first is the smaller one, and seen where both are the same


def _mark(x: float, y: float, *, second: bool) -> Shape:
    half = 7 if second else 4.5
    d = f"M{x:.2f} {y - half:.2f}l{half:g} {half:g} -{half:g} {half:g} -{half:g} -{half:g}z"
    return path(d, "at second" if second else "at")


def _legend(y: float, called: str, points: int) -> tuple[list[Shape], float]:
    shapes, end = legend([("reach", "region"), ("half", "middle half of the data, with the median")], y)
    x = 380.0
    for k, words in enumerate([called] if points == 1 else [f"{called}: first", "second"] if points else []):
        shapes += [_mark(x + 6, y + 8.5, second=k == 1), text(x + 18, y + 12.5, words)]
        x += 180
    return shapes, end

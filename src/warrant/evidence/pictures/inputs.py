"""Pictures of a claim about many inputs: each in order, and how their margins are distributed."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from warrant.claims import Margins
from warrant.evidence.pictures.shapes import (
    WIDTH,
    Picture,
    Shape,
    counted,
    legend,
    line,
    rect,
    rounded_step,
    text,
    ticks,
)

__all__ = ["Panel", "histogram", "in_order", "states"]

MOST = 5000
"""Inputs that are drawn one by one."""
_WORDS = {
    "proved": "proved",
    "refuted": "refuted",
    "wrong": "not in the certificate, and the model does not say the label",
    "open": "not in the certificate",
}
_ROW, _HEIGHT, _BARS, _LEFT = 50, 96, 48, 40


def states(marks: Sequence[bool], word: str, margins: Margins | None) -> tuple[str, ...]:
    """Of each input: ``proved`` or ``refuted`` by the certificate; ``wrong``, where ONNX Runtime says so; ``open``."""
    right = margins.right if margins is not None else (True,) * len(marks)
    shown = word.lower()
    return tuple(shown if m else "open" if r else "wrong" for m, r in zip(marks, right, strict=True))


def _counts(found: Sequence[str]) -> str:
    number = Counter(found)
    return counted(f"{number[state]} {words}" for state, words in _WORDS.items() if number[state])


def _legend(found: Sequence[str], y: float) -> tuple[list[Shape], float]:
    return legend([(state, words) for state, words in _WORDS.items() if state in found], y)


def in_order(found: Sequence[str]) -> Picture | None:
    """A square for each input, in their order; None where there are too many, or only one."""
    if not 1 < len(found) <= MOST:
        return None
    shapes = [rect(14 * (k % _ROW) + 2, 14 * (k // _ROW) + 2, 10, 10, state) for k, state in enumerate(found)]
    below, height = _legend(found, 14 * -(-len(found) // _ROW) + 8)
    caption = "The inputs of the test set, in their order, 50 a line."
    return Picture("The inputs", f"Of {len(found)} inputs: {_counts(found)}.", caption, height, (*shapes, *below))


@dataclass(frozen=True)
class Panel:
    """One histogram: the margins of a test set, and the state of each of its inputs."""

    margins: Margins
    states: tuple[str, ...]


def histogram(panels: Sequence[Panel]) -> Picture:
    """The margins of the same test set, with the states that the inputs have for one or several settings."""
    values = panels[0].margins.values
    low, high = min(*values, 0.0), max(*values, 0.0)
    step = rounded_step((high - low) / _BARS if high > low and math.isfinite(high - low) else 1.0)
    first, last = math.floor(low / step), max(math.floor(high / step), math.floor(low / step)) + 1
    scale = (WIDTH - _LEFT - 10) / (last - first)
    places = [min(math.floor(v / step), last - 1) - first for v in values]
    most = max(Counter(places).values())

    shapes: list[Shape] = []
    y, zero = 0.0, _LEFT - first * scale
    for panel in panels:
        bottom = y + 18 + _HEIGHT
        shapes.append(text(_LEFT, y + 11, f"{panel.margins.setting}: {_short(panel.states)}"))
        shapes += _bars(places, panel.states, bottom, scale, _HEIGHT / most)
        shapes += [line(_LEFT, bottom, WIDTH - 10, bottom, "axis"), line(zero, y + 18, zero, bottom, "zero")]
        shapes += [text(_LEFT - 5, bottom - _HEIGHT + 8, str(most), anchor="end")]
        shapes += [text(_LEFT - 5, bottom, "0", anchor="end")]
        y = bottom + 10
    for value in ticks(first * step, last * step, 8):
        at = _LEFT + (value / step - first) * scale
        shapes += [line(at, y - 10, at, y - 6, "axis"), text(at, y + 6, f"{value:g}", anchor="middle")]
    shapes.append(text(WIDTH / 2 + 15, y + 22, f"margin: {panels[0].margins.meaning}", anchor="middle"))
    every = [state for panel in panels for state in panel.states]
    below, height = _legend(every, y + 32)
    described = "; ".join(f"{panel.margins.setting}: {_by_margin(panel)}" for panel in panels)
    caption = (
        "How clearly the model says the labels, as ONNX Runtime computes it: the number of inputs by their margin, "
        f"{panels[0].margins.meaning}. Left of the line at 0 it does not say them. "
        "The margins are no part of the proof."
    )
    return Picture("Margins over the test set", f"{described}.", caption, height, (*shapes, *below))


def _short(found: Sequence[str]) -> str:
    number = Counter(found)
    known = [f"{number[state]} {state}" for state in ("proved", "refuted") if number[state]]
    return ", ".join([*known, f"{number['wrong'] + number['open']} others"])


def _by_margin(panel: Panel) -> str:
    """The states with the least, the middle and the greatest margin of each."""
    parts = []
    for state, words in _WORDS.items():
        found = sorted(v for v, s in zip(panel.margins.values, panel.states, strict=True) if s == state)
        if found:
            spread = f"{found[0]:.3g} to {found[-1]:.3g}, the middle one {found[len(found) // 2]:.3g}"
            parts.append(f"{len(found)} {words} (margins {spread})")
    return counted(parts)


def _bars(places: Sequence[int], found: Sequence[str], bottom: float, scale: float, one: float) -> list[Shape]:
    """Bars of the inputs in each place, the states one above the other."""
    shapes, tops = [], dict.fromkeys(places, bottom)
    number = Counter(zip(places, found, strict=True))
    for state in _WORDS:
        for place in sorted(tops):
            if count := number[place, state]:
                tops[place] -= count * one
                x, width = _LEFT + place * scale, max(scale - 1, 0.5)
                shapes.append(rect(x + 0.5, tops[place], width, count * one, state))
    return shapes

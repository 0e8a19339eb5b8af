"""Pictures as shapes: what they show in words, and elements of SVG with their attributes, all of it text."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = [
    "WIDTH",
    "Picture",
    "Shape",
    "counted",
    "cut_off",
    "fits",
    "legend",
    "line",
    "path",
    "rect",
    "rounded_step",
    "text",
    "ticks",
]

WIDTH = 700
"""Of every picture, in units of its own; texts are 11 units high."""
_LETTER = 6.2
"""About how wide a letter is."""


@dataclass(frozen=True)
class Shape:
    """One element of SVG.  Tags, names and classes are ours; only ``text`` may come from files."""

    tag: str
    attributes: tuple[tuple[str, str], ...]
    text: str = ""


@dataclass(frozen=True)
class Picture:
    """A picture.

    Attributes:
        title: what it is, in a few words.
        description: what it shows, for those who do not see it.
        caption: how it is to be read.
        height: in the units of which it is 700 wide.
        shapes: what is drawn, in order.
    """

    title: str
    description: str
    caption: str
    height: float
    shapes: tuple[Shape, ...]


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def rect(x: float, y: float, width: float, height: float, kind: str, **more: str) -> Shape:
    """A rectangle of a class of the template's style sheet."""
    places = zip(("x", "y", "width", "height"), map(_n, (x, y, width, height)), strict=True)
    return Shape("rect", (("class", kind), *places, *((k.replace("_", "-"), v) for k, v in more.items())))


def line(x1: float, y1: float, x2: float, y2: float, kind: str) -> Shape:
    """A line of a class."""
    return Shape("line", (("class", kind), *zip(("x1", "y1", "x2", "y2"), map(_n, (x1, y1, x2, y2)), strict=True)))


def path(d: str, kind: str, **more: str) -> Shape:
    """A path of a class."""
    return Shape("path", (("class", kind), ("d", d), *((k.replace("_", "-"), v) for k, v in more.items())))


def text(x: float, y: float, words: str, *, anchor: str = "start") -> Shape:
    """A line of text that begins, has its middle, or ends there."""
    return Shape("text", (("x", _n(x)), ("y", _n(y)), ("text-anchor", anchor)), words)


def fits(words: str, width: float) -> bool:
    """Whether the words are about so wide, or less."""
    return len(words) * _LETTER <= width


def cut_off(words: str, width: float) -> str:
    """The words, cut off where they are wider."""
    return words if fits(words, width) else f"{words[: int(width / _LETTER) - 1]}…"


def legend(entries: Sequence[tuple[str, str]], y: float) -> tuple[list[Shape], float]:
    """What the classes mean, in lines from y on; and where they end."""
    shapes, x = [], 0.0
    for kind, words in entries:
        width = 18 + _LETTER * len(words) + 22
        if x and x + width > WIDTH:
            x, y = 0.0, y + 18
        shapes += [rect(x + 1, y + 3, 11, 11, kind), text(x + 18, y + 12.5, words)]
        x += width
    return shapes, y + 20


def ticks(low: float, high: float, count: int) -> list[float]:
    """About so many round numbers from low to high."""
    step = rounded_step((high - low) / max(count, 1))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [k * step for k in range(first, min(last, first + 50) + 1)]


def rounded_step(least: float) -> float:
    """The next number of 1, 2, 2.5 or 5 times a power of 10."""
    power: float = 10.0 ** math.floor(math.log10(least))
    return next((power * k for k in (1, 2, 2.5, 5) if power * k >= least * (1 - 1e-9)), 10 * power)


def counted(words: Iterable[str]) -> str:
    """The words with commas and an *and*."""
    listed = list(words)
    return " and ".join([", ".join(listed[:-1]), listed[-1]] if len(listed) > 1 else listed)

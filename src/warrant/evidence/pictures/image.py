"""A picture of two inputs that are images, beside each other, and of their difference."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from warrant.claims import Image
from warrant.evidence.pictures.shapes import Picture, Shape, path, rect, text

__all__ = ["beside"]

_SIDE, _MOST = 212, 64
"""The side of an image in the picture, and the most pixels along it."""
Floats = NDArray[np.float64]


def beside(image: Image) -> Picture:
    """The two inputs and what the second has more or less, pixel by pixel; large ones are made smaller by averages."""
    shape = (image.height, image.width, image.colours)
    first, second = (_reduced(np.array(v).reshape(shape)) for v in (image.first, image.second))
    given = np.array([image.first, image.second])
    low, high, changes = float(given.min()), float(given.max()), given[1] - given[0]
    most, moved = float(np.abs(changes).max()), int(np.count_nonzero(changes.reshape(-1, image.colours).any(axis=1)))
    size = _SIDE / max(first.shape[:2])
    height, width = (size * n for n in first.shape[:2])
    shapes: list[Shape] = []
    for k, (name, drawn) in enumerate(
        (
            (image.names[0], _colours(first, low, high, size)),
            (image.names[1], _colours(second, low, high, size)),
            ("difference", _differences(second - first, most, size)),
        )
    ):
        x = 12 + 232 * k + (_SIDE - width) / 2
        shapes.append(text(x, 12, name))
        shapes += [_moved(each, x, 18) for each in drawn]
        shapes.append(rect(x, 18, width, height, "frame"))
    pixels = f"{image.height} × {image.width} pixels{', each of three colours' if image.colours == 3 else ''}"
    dark, bright = ("black", "white") if image.colours == 1 else ("dark", "bright")
    less = "the stronger, the more it differs" if image.colours == 3 else "orange where the second has more, blue less"
    smaller = " They are drawn smaller, by averages." if first.shape[:2] != shape[:2] else ""
    changed = f"{moved} of {image.height * image.width} pixels differ, by at most {most:.4g}"
    return Picture(
        f"The {image.names[1]} as an image",
        f"Two images of {pixels}, {image.names[0]} and {image.names[1]}. {changed}.",
        f"{pixels}; {low:g} is {dark} and {high:g} {bright}. {changed}; in the difference, {less}.{smaller}",
        height + 26,
        tuple(shapes),
    )


def _reduced(pixels: Floats) -> Floats:
    """Averages of squares of pixels, (height, width, colours), so that no side has too many."""
    k = -(-max(pixels.shape[:2]) // _MOST)
    if k == 1:
        return pixels
    height, width, colours = pixels.shape
    rows, columns = -(-height // k), -(-width // k)
    padded = np.pad(pixels, ((0, rows * k - height), (0, columns * k - width), (0, 0)), mode="edge")
    averages: Floats = padded.reshape(rows, k, columns, k, colours).mean(axis=(1, 3))
    return averages


def _colours(pixels: Floats, low: float, high: float, size: float) -> list[Shape]:
    """A path for each colour that occurs, of 64 greys or 32 steps of each of three colours."""
    steps = 63 if pixels.shape[2] == 1 else 31
    share = (pixels - low) / (high - low) if high > low else np.full(pixels.shape, 0.5)
    levels = np.rint(np.clip(share, 0, 1) * steps).astype(int)
    shown = np.broadcast_to(np.rint(levels * 255 / steps).astype(int), (*pixels.shape[:2], 3))
    keys = shown @ np.array([65536, 256, 1])
    return [path(d, "pixels", fill=f"#{key:06x}") for key, d in _runs(keys, size).items()]


def _differences(change: Floats, most: float, size: float) -> list[Shape]:
    """A path for each of 15 strengths in which something becomes more, or less."""
    if not most > 0:
        return []
    one = np.abs(change).max(axis=2) if change.shape[2] > 1 else change[:, :, 0]
    levels = (np.sign(one) * np.ceil(np.abs(one) / most * 15 - 1e-9)).astype(int)
    return [
        path(d, "more" if level > 0 else "less", fill_opacity=f"{abs(level) / 15:.2f}")
        for level, d in _runs(levels, size).items()
        if level
    ]


def _runs(keys: NDArray[np.int64], size: float) -> dict[int, str]:
    """For each key the squares of its pixels as the text of a path, those beside each other in one."""
    found: dict[int, list[str]] = {}
    for y, row in enumerate(keys):
        ends = [*(np.flatnonzero(np.diff(row)) + 1).tolist(), len(row)]
        start = 0
        for end in ends:
            x, width, top = start * size, (end - start) * size, y * size
            found.setdefault(int(row[start]), []).append(f"M{x:.2f} {top:.2f}h{width:.2f}v{size:.2f}h{-width:.2f}z")
            start = end
    return {key: "".join(parts) for key, parts in found.items()}


def _moved(shape: Shape, x: float, y: float) -> Shape:
    return Shape(shape.tag, (*shape.attributes, ("transform", f"translate({x:.2f} {y:.2f})")))

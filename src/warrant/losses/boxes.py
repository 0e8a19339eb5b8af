"""Proofs about a loss by branch and bound: a bounded box of inputs, bisected until enclosures of derivatives suffice.

The checker's own function looks for the bisection (``warrant-program boxes``), so that what it finds it also accepts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from warrant.checkers import PROVED, check_bytes
from warrant.gradients import run_lister

if TYPE_CHECKING:
    from warrant.losses.search import Layout

__all__ = ["COVER", "prove_in_boxes"]

COVER = b"WRNT\x01B"
_MOST_ENTRIES = 8
_PATIENCE = 60.0
"""Seconds, at most, for the bisection."""


def prove_in_boxes(
    files: Sequence[bytes], layout: Layout, points: Iterable[NDArray[np.float64]], *, timeout: float | None
) -> tuple[bytes | None, str]:
    """A certificate that proves a claim about a loss's curvature or slope, or None and what stood in the way.

    Args:
        files: the loss and the text of the property.
        layout: the entries of the inputs.
        points: points that may be in the loss's domain (entries,).
        timeout: seconds for the bisection; None for the most that are given to it.
    """
    if not (np.isfinite(layout.least).all() and np.isfinite(layout.greatest).all()):
        return None, "with bounds of all inputs, enclosures of its derivatives might show it"
    if len(layout.names) > _MOST_ENTRIES:
        return None, f"derivatives are enclosed only of losses of at most {_MOST_ENTRIES} numbers"
    seconds = min(timeout or _PATIENCE, _PATIENCE)
    try:
        said = run_lister(files, word="boxes", timeout=seconds).text.split()
    except TimeoutError:
        return None, f"enclosing its derivatives took longer than {seconds:g} seconds"
    if said[:1] == ["boxes"] and said[1:] != ["none"]:
        choices = np.array(said[1:], dtype="<u4").tobytes()
        for point in points:
            certificate = COVER + point.astype("<f8").tobytes() + choices
            if check_bytes("loss", [*files, certificate]).word == PROVED:
                return certificate, ""
        return None, "no point was found at which the loss is certainly defined"
    if said[:1] == ["open"]:
        return None, f"nor do enclosures of its derivatives show it where {', '.join(_sides(layout.names, said[1:]))}"
    return None, "its derivatives are not enclosed"


def _sides(names: Sequence[str], words: Sequence[str]) -> Iterator[str]:
    """The intervals of a box (LEAST:GREATEST in hexadecimal), for people."""
    for name, word in zip(names, words, strict=True):
        least, greatest = map(float.fromhex, word.split(":"))
        yield f"{name} is between {least:.7g} and {greatest:.7g}"

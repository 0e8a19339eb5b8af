"""Proofs about a loss by branch and bound: a bounded box, bisected until enclosures of derivatives suffice.

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
    from warrant.losses.listing import Listing
    from warrant.losses.search import Layout

__all__ = ["COVER", "prove_in_boxes"]

COVER = b"WRNT\x01B"
_MOST_ENTRIES = 64
_PATIENCE = 60.0
"""Seconds, at most, for the bisection."""


def prove_in_boxes(
    files: Sequence[bytes],
    found: Listing,
    layout: Layout,
    points: Iterable[NDArray[np.float64]],
    *,
    timeout: float | None,
) -> tuple[bytes | None, str]:
    """A certificate that proves a claim about a loss's curvature or slope, or None and what stood in the way.

    Args:
        files: the loss and the text of the property.
        found: what the checker says about the loss.
        layout: the entries of the inputs.
        points: points that may be in the loss's domain (entries,).
        timeout: seconds for the bisection; None for the most that are given to it.
    """
    if not (np.isfinite(layout.least).all() and np.isfinite(layout.greatest).all()):
        return None, "with bounds of all inputs, enclosures of its derivatives might show it"
    if len(layout.names) > _MOST_ENTRIES:
        return None, f"derivatives are not enclosed of losses with more than {_MOST_ENTRIES} entries of inputs"
    seconds = min(timeout or _PATIENCE, _PATIENCE)
    try:
        said = run_lister(files, word="boxes", timeout=seconds).text.split()
    except TimeoutError:
        return None, f"enclosing its derivatives took longer than {seconds:g} seconds"
    if said[:1] == ["boxes"] and said[1:] != ["none"]:
        bisection = np.array(said[1:], dtype="<u4").tobytes()
        for point in points:
            certificate = COVER + point.astype("<f8").tobytes() + bisection
            if check_bytes("loss", [*files, certificate]).word == PROVED:
                return certificate, ""
        return None, "no point was found at which the loss is certainly defined"
    if said[:1] == ["open"]:
        part = " and ".join(_sides(found, layout, said[1:]))
        return None, f"nor do enclosures of its derivatives show it where {part}"
    return (
        None,
        "derivatives are enclosed only where the loss is a function of at most 8 affine functions of its inputs",
    )


def _sides(found: Listing, layout: Layout, words: Sequence[str]) -> Iterator[str]:
    """The intervals of instructions (NUMBER=LEAST:GREATEST, in hexadecimal), for people."""
    for word in words:
        number, _, interval = word.partition("=")
        least, greatest = map(float.fromhex, interval.split(":"))
        yield f"{found.show(int(number), layout.names)} is between {least:.7g} and {greatest:.7g}"

"""Max pooling and its gradient, written with maxima and comparisons of entries at known places.

A maximum's gradient goes to the first of the greatest entries of a window, in row-major order, as in PyTorch: the
backward pass of an exported graph scatters by indices that MaxPool computes.  Untrusted, like all of the exporters.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import NodeProto, helper

__all__ = ["Pool", "in_windows", "places"]

Places = NDArray[np.int64]


@dataclass(frozen=True)
class Pool:
    """The windows of a max pooling.

    Attributes:
        places: for each entry of a window, where it stands in the flattened input, in the shape of the output.
        entries: the names of these values.
        before: for each entry but the first, the name of the maximum of those before it.
    """

    places: tuple[Places, ...]
    entries: tuple[str, ...]
    before: tuple[str, ...]


def places(node: NodeProto, shape: tuple[int, ...]) -> tuple[Places, ...] | None:
    """Where the entries of all windows stand; None if some windows reach beyond the input, or are no plain ones."""
    given = {a.name: helper.get_attribute_value(a) for a in node.attribute}
    sides = len(shape) - 2
    kernel = list(given.get("kernel_shape", []))
    strides, dilations = (list(given.get(name, [1] * sides)) for name in ("strides", "dilations"))
    padded = any(given.get("pads", [])) or given.get("auto_pad", b"NOTSET") not in (b"NOTSET", b"VALID")
    if sides < 1 or len(kernel) != sides or padded or given.get("ceil_mode", 0) or given.get("storage_order", 0):
        return None
    counts = [(s - d * (k - 1) - 1) // t + 1 for s, k, t, d in zip(shape[2:], kernel, strides, dilations, strict=True)]
    if min(counts) < 1:
        return None
    whole = np.arange(int(np.prod(shape)), dtype=np.int64).reshape(shape)
    found = []
    for position in itertools.product(*(range(k) for k in kernel)):
        steps = zip(position, dilations, counts, strides, strict=True)
        cut = tuple(slice(p * d, p * d + (c - 1) * t + 1, t) for p, d, c, t in steps)
        found.append(whole[(slice(None), slice(None), *cut)])
    return tuple(found)


def in_windows(graph: Any, x: str, found: tuple[Places, ...], out: str) -> Pool:
    """Write the maxima of windows of ``x`` to the value ``out``."""
    row = graph.emit("Reshape", x, graph.number(np.array([-1], dtype=np.int64)))
    entries = tuple(graph.emit("Gather", row, graph.number(place), axis=0) for place in found)
    before = [entries[0]]
    for k, entry in enumerate(entries[1:], start=2):
        before.append(graph.emit("Max", before[-1], entry, out=out if k == len(entries) else ""))
    if len(entries) == 1:
        graph.emit("Identity", entries[0], out=out)
    return Pool(found, entries, tuple(before[:-1]))

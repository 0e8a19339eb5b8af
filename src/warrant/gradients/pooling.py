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

from warrant.gradients.nodes import Array, evaluated

__all__ = ["Pool", "max_pool", "to_the_greatest"]

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


def _places(node: NodeProto, shape: tuple[int, ...]) -> tuple[Places, ...] | None:
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


def _in_windows(graph: Any, x: str, found: tuple[Places, ...], out: str) -> Pool:
    """Write the maxima of windows of ``x`` to the value ``out``."""
    row = graph.emit("Reshape", x, graph.number(np.array([-1], dtype=np.int64)))
    entries = tuple(graph.emit("Gather", row, graph.number(place), axis=0) for place in found)
    before = [entries[0]]
    for k, entry in enumerate(entries[1:], start=2):
        before.append(graph.emit("Max", before[-1], entry, out=out if k == len(entries) else ""))
    if len(entries) == 1:
        graph.emit("Identity", entries[0], out=out)
    return Pool(found, entries, tuple(before[:-1]))


def max_pool(graph: Any, node: NodeProto) -> bool:
    """The maxima of entries at known places; the indices, if they are asked for, are for :func:`to_the_greatest`."""
    shape = graph.shapes.get(node.input[0])
    found = _places(node, shape) if shape is not None else None
    if found is None:
        return False
    pool = _in_windows(graph, node.input[0], found, node.output[0])
    indices = node.output[1] if len(node.output) > 1 else ""
    if indices and len(found) == 1:
        graph.constant(indices, found[0])
    elif indices:
        graph.pools[indices] = pool
        # stays only if something else uses the indices
        node.output[0] = f"unused {indices}"
        graph.nodes.append(node)
    return True


_KEEPING_ORDER = ("Add", "Cast", "Flatten", "Identity", "Reshape", "Squeeze", "Sub", "Unsqueeze")
"""Operators that make of indices others, one of each, in the same order."""


def _chosen(graph: Any, name: str, k: int) -> tuple[Array, Pool | None] | None:
    """The value of an index, where the k-th entries of all windows are the greatest; and the pool that it is of."""
    if name in graph.constants:
        return graph.constants[name], None
    if name in graph.pools:
        pool = graph.pools[name]
        return (pool.places[k], pool) if k < len(pool.places) else None
    node = graph.made_by(name)
    if node is None or node.op_type not in _KEEPING_ORDER:
        return None
    inner = {i: _chosen(graph, i, k) for i in node.input if i}
    known = {i: found for i, found in inner.items() if found is not None}
    pools = [pool for _, pool in known.values() if pool is not None]
    values = evaluated(node, {i: value for i, (value, _) in known.items()}, graph.opset)
    if len(known) < len(inner) or len(pools) != 1 or values is None:
        return None
    return values[0], pools[0]


def to_the_greatest(graph: Any, node: NodeProto) -> bool:
    """Numbers that are added where the greatest entries of windows stand: at each place, where its entry is that."""
    data, index, updates = node.input
    first = _chosen(graph, index, 0)
    shape = graph.shapes.get(updates)
    if first is None or first[1] is None or shape is None or data not in graph.constants:
        return False
    pool = first[1]
    if graph.constants[data].any() or first[0].size != pool.places[0].size or first[0].shape != shape:
        return False
    kind = graph.kind(updates)
    one = graph.number(np.array(1, dtype=kind))
    form = graph.number(np.array(shape, dtype=np.int64))
    target = helper.np_dtype_to_tensor_dtype(np.dtype(kind))
    later, terms = one, []
    for k in reversed(range(len(pool.places))):
        place = _chosen(graph, index, k)
        if place is None:
            return False
        share = later
        if k:
            greater = graph.emit("Cast", graph.emit("Greater", pool.entries[k], pool.before[k - 1]), to=target)
            share = graph.emit("Mul", later, greater)
            later = graph.emit("Mul", later, graph.emit("Sub", one, greater))
        part = graph.emit("Mul", updates, graph.emit("Reshape", share, form))
        graph.shapes[part] = shape
        copy = NodeProto()
        copy.CopyFrom(node)
        terms.append(f"{node.output[0]} {k}")
        copy.input[1], copy.input[2], copy.output[0] = graph.number(place[0]), part, terms[-1]
        graph.add(copy)
    graph.emit("Sum", *terms, out=node.output[0])
    return True

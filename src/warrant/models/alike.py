"""Whether two networks differ in their numbers only (theories/Checker/Alike.v)."""

from __future__ import annotations

from typing import Any

import numpy as np

from warrant.models.onnx_file import Graph, Node, Value
from warrant.models.tensors import Affine

# Arithmetic may read numbers that differ.
ARITHMETIC = frozenset({"Add", "Sub", "Mul", "Neg", "Relu", "MatMul", "Gemm", "Conv"})
MOVERS = frozenset(
    {
        "Div",
        "AveragePool",
        "GlobalAveragePool",
        "Identity",
        "Reshape",
        "Flatten",
        "Transpose",
        "Squeeze",
        "Unsqueeze",
    }
)


def same_numbers(a: Value, b: Value) -> bool:
    """Whether two tensors of numbers have the same entries."""
    if isinstance(a, Affine) and isinstance(b, Affine):
        return a.shape == b.shape and np.array_equal(a.bias, b.bias)
    return isinstance(a, np.ndarray) and isinstance(b, np.ndarray) and np.array_equal(a, b)


def one_graph(a: Graph, b: Graph) -> bool:
    """Whether the graphs have the same nodes, one by one, whatever the names of tensors and the weights."""
    weights = list(zip(a.initializers.values(), b.initializers.values(), strict=False))
    if a.input_shape != b.input_shape or len(a.initializers) != len(b.initializers) or len(a.nodes) != len(b.nodes):
        return False
    differ = {k for k, (v, w) in enumerate(weights, start=1) if not same_numbers(v, w)}
    if not all(_same_kind(*weights[k - 1]) for k in differ):
        return False
    places = [{name: k for k, name in enumerate((g.input_name, *g.initializers))} for g in (a, b)]
    for n, m in zip(a.nodes, b.nodes, strict=True):
        if not _alike(n, m):
            return False
        reads = [[p.get(name) if name else -1 for name in node.inputs] for p, node in zip(places, (n, m), strict=True)]
        if reads[0] != reads[1] or None in reads[0]:
            return False
        if n.op in MOVERS and differ.intersection(reads[0]):
            return False
        for p, node in zip(places, (n, m), strict=True):
            p[node.outputs[0]] = len(p)
    outputs = [p.get(g.output_name) for p, g in zip(places, (a, b), strict=True)]
    return outputs[0] is not None and outputs[0] == outputs[1]


def near(a: Graph, b: Graph) -> bool:
    """Whether the weights differ by at most half of what they are: else what both share is too little to cancel."""
    change = size = 0.0
    for v, w in zip(a.initializers.values(), b.initializers.values(), strict=True):
        if isinstance(v, Affine) and isinstance(w, Affine):
            change += float(np.abs(w.bias - v.bias).sum())
            size += float(np.abs(v.bias).sum())
    return change <= size / 2


def _same_kind(v: Value, w: Value) -> bool:
    return isinstance(v, Affine) and isinstance(w, Affine) and v.shape == w.shape


def _alike(n: Node, m: Node) -> bool:
    if n.op != m.op or n.op not in ARITHMETIC | MOVERS:
        return False
    if len(n.outputs) != 1 or len(m.outputs) != 1 or not n.outputs[0] or not m.outputs[0]:
        return False
    return list(n.attributes) == list(m.attributes) and all(
        _same_attribute(v, w) for v, w in zip(n.attributes.values(), m.attributes.values(), strict=True)
    )


def _same_attribute(v: Any, w: Any) -> bool:
    known = isinstance(v, int | float | str) or (isinstance(v, list) and all(isinstance(k, int) for k in v))
    return known and type(v) is type(w) and bool(v == w)

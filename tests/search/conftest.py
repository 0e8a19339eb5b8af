"""Small networks and properties for the tests of the search."""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

sys.path.insert(0, str(Path(__file__).parent))


def dense_model(sizes: list[int], seed: int) -> bytes:
    """A random network of dense layers: Gemm and Relu by turns."""
    rng = np.random.default_rng(seed)
    nodes, weights, name = [], [], "x"
    for k, (n, m) in enumerate(itertools.pairwise(sizes)):
        w = (rng.normal(size=(n, m)) / np.sqrt(n) * 1.5).astype(np.float32)
        b = (rng.normal(size=m) * 0.1).astype(np.float32)
        weights += [numpy_helper.from_array(w, f"w{k}"), numpy_helper.from_array(b, f"b{k}")]
        nodes.append(helper.make_node("Gemm", [name, f"w{k}", f"b{k}"], [f"z{k}"]))
        name = f"z{k}"
        if k < len(sizes) - 2:
            nodes.append(helper.make_node("Relu", [name], [f"r{k}"]))
            name = f"r{k}"
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, sizes[0]])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, sizes[-1]])],
        weights,
    )
    return onnx.helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8).SerializeToString()


def box_property(n: int, m: int, low: float, high: float, claim: str) -> bytes:
    """A VNN-LIB 1.0 text: inputs in [low, high], and what must not happen."""
    lines = [f"(declare-const X_{i} Real)" for i in range(n)] + [f"(declare-const Y_{j} Real)" for j in range(m)]
    lines += [f"(assert (>= X_{i} {low}))\n(assert (<= X_{i} {high}))" for i in range(n)]
    return "\n".join([*lines, claim]).encode()


@pytest.fixture
def dense() -> object:
    """Makes random dense networks."""
    return dense_model


@pytest.fixture
def box() -> object:
    """Makes properties over a box."""
    return box_property

"""Small random networks, claims about them, and random changes of files, for tests of the checker."""

from __future__ import annotations

import random

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

INPUTS, OUTPUTS = 3, 2


def network(kind: str, seed: int) -> bytes:
    """A small random network: dense, with a convolution, residual, or with LeakyRelu and BatchNormalization."""
    rng = np.random.default_rng(seed)
    weights: list[onnx.TensorProto] = []

    def const(name: str, *shape: int, positive: bool = False) -> str:
        a = rng.normal(size=shape).astype(np.float32)
        weights.append(numpy_helper.from_array(np.abs(a) + np.float32(0.5) if positive else a, name))
        return name

    node = helper.make_node
    first = [node("Gemm", ["x", const("w0", INPUTS, 6), const("b0", 6)], ["z0"])]
    if kind == "dense":
        middle = [node("Relu", ["z0"], ["r0"]), node("Gemm", ["r0", const("w1", 6, 6), const("b1", 6)], ["h"])]
    elif kind == "convolution":
        middle = [
            node("Relu", ["z0"], ["r0"]),
            node("Unsqueeze", ["r0"], ["u"], axes=[1]),
            node("Conv", ["u", const("k", 2, 1, 3), const("kb", 2)], ["c"], pads=[1, 1], strides=[2]),
            node("Flatten", ["c"], ["h"]),
        ]
    elif kind == "residual":
        middle = [
            node("Relu", ["z0"], ["r0"]),
            node("MatMul", ["r0", const("w1", 6, 6)], ["m"]),
            node("Add", ["m", "z0"], ["h"]),
        ]
    else:
        parameters = [const("s", 6), const("o", 6), const("mu", 6), const("var", 6, positive=True)]
        middle = [
            node("LeakyRelu", ["z0"], ["r0"], alpha=0.1),
            node("BatchNormalization", ["r0", *parameters], ["h"]),
        ]
    last = [node("Relu", ["h"], ["r"]), node("Gemm", ["r", const("w2", 6, OUTPUTS), const("b2", OUTPUTS)], ["y"])]
    graph = helper.make_graph(
        first + middle + last,
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, INPUTS])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, OUTPUTS])],
        weights,
    )
    made: bytes = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 11)], ir_version=8
    ).SerializeToString()
    return made


def excludes(formula: str) -> bytes:
    """The claim that no input in the box [-1/2, 1/2] and its output satisfy a formula."""
    lines = [f"(declare-const X_{i} Real)" for i in range(INPUTS)]
    lines += [f"(declare-const Y_{i} Real)" for i in range(OUTPUTS)]
    lines += [f"(assert (>= X_{i} -0.5))\n(assert (<= X_{i} 0.5))" for i in range(INPUTS)]
    return "\n".join([*lines, f"(assert {formula})"]).encode()


def at_most(bound: float) -> bytes:
    """The claim that Y_0 is never above a bound on the box [-1/2, 1/2]."""
    return excludes(f"(> Y_0 {bound:.6f})")


def changed(data: bytes, rng: random.Random) -> bytes:
    """The bytes with a few of them changed, removed, doubled or cut off."""
    out = bytearray(data)
    for _ in range(rng.choice([1, 1, 1, 2, 5])):
        at = rng.randrange(len(out)) if out else 0
        choice = rng.randrange(11)
        if choice < 3:
            out[at : at + 1] = bytes([rng.randrange(256)])
        elif choice < 6 and out:
            out[at] ^= 1 << rng.randrange(8)
        elif choice < 8:
            del out[at : at + rng.randrange(1, 4)]
        elif choice < 9:
            out[at:at] = bytes(rng.randrange(256) for _ in range(rng.randrange(1, 4)))
        elif choice < 10:
            out[at:at] = out[at : at + rng.randrange(1, 20)]
        else:
            del out[rng.randrange(len(out) + 1) :]
    return bytes(out)

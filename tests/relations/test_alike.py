"""Two networks that differ in their numbers only: lowered in lock step, and what is not."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from small_claims import changed

import warrant
from warrant import Domain, Equivalent, models
from warrant.models.alike import near, one_graph
from warrant.models.onnx_file import read_graph

node = helper.make_node
Weights = dict[str, np.ndarray]


def weights(seed: int) -> Weights:
    """A network of 3 inputs, with a convolution and products: one of its neurons is nearly dead."""
    rng = np.random.default_rng(seed)
    shapes = {"w0": (3, 8), "b0": (8,), "k": (2, 1, 3), "kb": (2,), "m": (16, 6), "a": (1, 6), "s": (6,), "w2": (6, 2)}
    made = {name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
    made["w0"][:, 0], made["b0"][0] = np.float32(1e-4), np.float32(1e-5)
    return made


def onnx_bytes(
    w: Weights, *, prefix: str = "", edit: Callable[[list[onnx.NodeProto]], None] = lambda _: None, strides: int = 1
) -> bytes:
    """The network, with names that start with the prefix."""
    p = prefix
    nodes = [
        node("Gemm", [f"{p}x", f"{p}w0", f"{p}b0"], [f"{p}z0"]),
        node("Relu", [f"{p}z0"], [f"{p}r0"]),
        node("Unsqueeze", [f"{p}r0"], [f"{p}u"], axes=[1]),
        node("Conv", [f"{p}u", f"{p}k", f"{p}kb"], [f"{p}c"], pads=[1, 1], strides=[strides], auto_pad="NOTSET"),
        node("Flatten", [f"{p}c"], [f"{p}f"]),
        node("MatMul", [f"{p}f", f"{p}m"], [f"{p}g"]),
        node("Add", [f"{p}g", f"{p}a"], [f"{p}z1"]),
        node("Relu", [f"{p}z1"], [f"{p}r1"]),
        node("Mul", [f"{p}r1", f"{p}s"], [f"{p}h"]),
        node("MatMul", [f"{p}h", f"{p}w2"], [f"{p}y"]),
    ]
    edit(nodes)
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info(f"{p}x", TensorProto.FLOAT, [1, 3])],
        [helper.make_tensor_value_info(f"{p}y", TensorProto.FLOAT, [1, 2])],
        [numpy_helper.from_array(v, p + name) for name, v in w.items()],
    )
    made: bytes = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 11)], ir_version=8
    ).SerializeToString()
    return made


def rounded(w: Weights, bits: int = 9) -> Weights:
    """The weights as so many bits; where the neuron is nearly dead, 0."""
    out = {}
    for name, v in w.items():
        unit = np.abs(v).max() / 2 ** (bits - 1)
        out[name] = (np.round(v / unit) * unit).astype(np.float32)
    return out


FIRST = weights(1)
SECOND = rounded(FIRST)
ONE, OTHER = onnx_bytes(FIRST), onnx_bytes(SECOND, prefix="other_")
DOMAIN = Domain.box(np.full(3, -0.5), np.full(3, 0.5))


def product(one: bytes, other: bytes) -> models.Lowered:
    lowered = models.load_product([one, other], [0, 1], names=["one", "other"])
    assert isinstance(lowered, models.Lowered)
    x = np.random.default_rng(3).uniform(-1, 1, size=(20, 6))
    z = np.concatenate([x[:, :3], x[:, 3:] - x[:, :3]], axis=1)
    parts = [models.load(one).evaluate(x[:, :3]), models.load(other).evaluate(x[:, 3:])]
    assert np.allclose(lowered.evaluate(z), np.concatenate(parts, axis=1), atol=1e-9)
    return lowered


def test_differences_are_values_of_their_own() -> None:
    lowered = product(ONE, OTHER)
    assert lowered.lock_step and [b.function for b in lowered.blocks].count("rise") == 2
    assert not product(ONE, onnx_bytes(weights(2))).lock_step, "what they share is too little"


def swap(nodes: list[onnx.NodeProto]) -> None:
    nodes[6].input[0], nodes[6].input[1] = nodes[6].input[1], nodes[6].input[0]


def rename_operator(nodes: list[onnx.NodeProto]) -> None:
    nodes[6].op_type = "Sub"


def more(nodes: list[onnx.NodeProto]) -> None:
    nodes[9].output[0] = "before"
    nodes.append(node("Identity", ["before"], ["y"]))


def attribute(nodes: list[onnx.NodeProto]) -> None:
    nodes[0].attribute.append(helper.make_attribute("alpha", 1.5))


@pytest.mark.parametrize("edit", [swap, rename_operator, more, attribute])
def test_other_graphs_go_one_after_the_other(native_checker, edit: Callable[[list[onnx.NodeProto]], None]) -> None:
    other = onnx_bytes(SECOND, edit=edit)
    assert not one_graph(read_graph(ONE), read_graph(other)) and not product(ONE, other).lock_step
    # the checker does not take them for one graph either: it lowers them one after the other
    claim = Equivalent(onnx_bytes(SECOND), DOMAIN, tolerance=0.5).claim(ONE)
    data = claim.find(timeout=60, jobs=1, report=None).certificate
    assert data is not None and data[5:6] == b"D"
    strange = Equivalent(other, DOMAIN, tolerance=0.5).claim(ONE)
    files = {a.file: a.data for a in strange.artefacts} | {"certificate.bin": data}
    assert native_checker.check_files(strange.family, files).word == "UNKNOWN"


def test_numbers_that_are_moved_must_be_the_same() -> None:
    def moved(nodes: list[onnx.NodeProto]) -> None:
        nodes[8].input[1] = "t"
        nodes.insert(0, node("Flatten", ["s"], ["t"], axis=0))

    one, other = onnx_bytes(FIRST, edit=moved), onnx_bytes(SECOND, edit=moved)
    assert not one_graph(read_graph(one), read_graph(other))
    same = onnx_bytes(SECOND | {"s": FIRST["s"]}, edit=moved)
    assert one_graph(read_graph(one), read_graph(same)) and product(one, same).lock_step


def test_near_is_about_all_weights() -> None:
    assert near(read_graph(ONE), read_graph(OTHER)) and not near(read_graph(ONE), read_graph(onnx_bytes(weights(2))))


@pytest.mark.parametrize(("tolerance", "word"), [(0.3, "PROVED"), (0.05, "PROVED"), (0.005, "REFUTED")])
def test_answers_and_refusals(native_checker, tolerance: float, word: str) -> None:
    claim = Equivalent(OTHER, DOMAIN, tolerance=tolerance).claim(ONE)
    data = claim.find(timeout=60, jobs=1, report=None).certificate
    assert data is not None

    def asked(data: bytes, *, one: bytes = ONE, other: bytes = OTHER, tolerance: float = tolerance) -> str:
        claim = Equivalent(other, DOMAIN, tolerance=tolerance).claim(one)
        files = {a.file: a.data for a in claim.artefacts} | {"certificate.bin": data}
        answer: str = native_checker.check_files(claim.family, files).word
        return answer

    assert asked(data) == word
    rng = random.Random(5)
    for _ in range(40):
        assert asked(changed(data, rng)) in (word, "UNKNOWN")
    if word == "PROVED":
        assert asked(b"WRNT\x01P" + data[6:]) == "UNKNOWN", "the letter says what the trees are about"
        # one weight more, or a claim that says more
        assert asked(data, other=onnx_bytes(SECOND | {"w2": SECOND["w2"] + 1})) == "UNKNOWN"
        assert asked(data, tolerance=tolerance / 20) == "UNKNOWN"
        assert asked(data, other=onnx_bytes(weights(2))) == "UNKNOWN"


def test_kernel(tmp_path) -> None:
    verdict = warrant.prove(ONE, Equivalent(OTHER, DOMAIN, tolerance=0.3), timeout=60, kernel=True, out=tmp_path / "w")
    if isinstance(verdict, warrant.Unknown) and "the kernel was not asked" in verdict.reason:
        pytest.skip("there is no Coq here")
    assert verdict.line == "PROVED" and verdict.checked_by == ("native", "kernel")
    assert warrant.check(tmp_path / "w").line == "PROVED"

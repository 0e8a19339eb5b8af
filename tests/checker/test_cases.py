"""Proofs by cases: of labels and categories, found for true claims, refused for false ones, the same in both checkers."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from kernel import verdicts
from native import Checker, witness
from onnx import TensorProto, helper, numpy_helper
from small_claims import changed

from warrant import models, properties, search
from warrant.certificates import Cut, Proof, Tree, boxes_bytes, cases_bytes, proof_bytes
from warrant.errors import Unsupported

ML = "ai.onnx.ml"
NAMES = [4, -3, 8]
CHANGED = 40


def built(nodes: list[onnx.NodeProto], width: int, constants: dict[str, Any]) -> bytes:
    graph = helper.make_graph(
        nodes,
        "cases",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, width])],
        [helper.make_tensor_value_info("label", TensorProto.INT64, None)],
        [numpy_helper.from_array(np.asarray(v), k) for k, v in constants.items()],
    )
    sets = [helper.make_opsetid("", 17), helper.make_opsetid(ML, 3)]
    return helper.make_model(graph, opset_imports=sets, ir_version=8).SerializeToString()


def linear(weights: list[list[float]], intercepts: list[float]) -> bytes:
    """A label by scores that are linear in two inputs."""
    flat = [w for row in weights for w in row]
    node = helper.make_node(
        "LinearClassifier",
        ["x"],
        ["label", "scores"],
        domain=ML,
        coefficients=flat,
        intercepts=intercepts,
        classlabels_ints=NAMES[: len(weights)],
        post_transform="SOFTMAX",
    )
    return built([node], 2, {})


def rectified(seed: int = 0) -> bytes:
    """The label of the largest of three scores of a small network, looked up in a list."""
    rng = np.random.default_rng(seed)
    constants = {
        "v": rng.normal(size=(2, 5)).astype(np.float32),
        "w": rng.normal(size=(5, 3)).astype(np.float32),
        "names": np.int32(NAMES),
        "flat": np.int64([-1]),
    }
    nodes = [
        helper.make_node("MatMul", ["x", "v"], ["a"]),
        helper.make_node("Relu", ["a"], ["b"]),
        helper.make_node("MatMul", ["b", "w"], ["s"]),
        helper.make_node("ArgMax", ["s"], ["k"], axis=1),
        helper.make_node("ArrayFeatureExtractor", ["names", "k"], ["n"], domain=ML),
        helper.make_node("Reshape", ["n", "flat"], ["r"]),
        helper.make_node("Cast", ["r"], ["label"], to=TensorProto.INT64),
    ]
    return built(nodes, 2, constants)


def categorical() -> bytes:
    """A label by a number and a category: 8 where 3 · [category = 2] − x is at least 1, else 4."""
    nodes = [
        helper.make_node("ArrayFeatureExtractor", ["x", "second"], ["c"], domain=ML),
        helper.make_node("Cast", ["c"], ["i"], to=TensorProto.INT64),
        helper.make_node("OneHotEncoder", ["i"], ["hot"], domain=ML, cats_int64s=[0, 2], zeros=0),
        helper.make_node("Reshape", ["hot", "flat"], ["columns"]),
        helper.make_node("ArrayFeatureExtractor", ["x", "first"], ["n"], domain=ML),
        helper.make_node("Concat", ["n", "columns"], ["z"], axis=1),
        helper.make_node(
            "LinearClassifier",
            ["z"],
            ["label", "scores"],
            domain=ML,
            coefficients=[1.0, 0.0, -3.0, 0.0, 0.0, 0.0],
            intercepts=[1.0, 0.0],
            classlabels_ints=[4, 8],
        ),
    ]
    return built(nodes, 2, {"first": np.int64([0]), "second": np.int64([1]), "flat": np.int64([-1, 2])})


def text(box: list[tuple[float, float]], failure: str) -> bytes:
    """A property of a box of inputs, and of what must not be said of the label Y_0 there."""
    lines = [f"(declare-const X_{k} Real)" for k in range(len(box))] + ["(declare-const Y_0 Real)"]
    for k, (low, high) in enumerate(box):
        lines += [f"(assert (>= X_{k} {low}))", f"(assert (<= X_{k} {high}))"]
    return "\n".join([*lines, f"(assert {failure})"]).encode()


def other_than(label: int) -> str:
    return f"(or (< Y_0 {label - 0.5}) (> Y_0 {label + 0.5}))"


def find(data: bytes, said: bytes) -> search.Proof | search.Witness | search.Unknown:
    model = models.read(data)
    assert isinstance(model, models.Decided)
    assert model.label
    return search.find(model, properties.load(said, model), timeout=60)


LINEAR = linear([[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]], [0.0, 0.25, 0.5])
CLAIMS: dict[str, tuple[bytes, bytes, bytes]] = {
    "linear": (LINEAR, text([(1, 2), (-1, 0)], other_than(4)), text([(1, 2), (-1, 2)], other_than(4))),
    "two labels": (
        linear([[1.0, 0.0], [0.0, 1.0]], [0.0, 0.0]),
        text([(1, 2), (0, 0.5)], other_than(4)),
        text([(1, 2), (0, 1.5)], other_than(4)),
    ),
    "rectified": (rectified(), text([(1, 2), (-2, 0)], other_than(8)), text([(-2, 2), (-2, 2)], other_than(8))),
    "categories": (
        categorical(),
        text([(0, 1), (0, 2)], "(and (or (= X_1 0) (= X_1 2)) (or (and (= X_1 0) (> Y_0 5)) (and (= X_1 2) (< Y_0 7))))"),
        text([(0, 3), (0, 2)], "(and (or (= X_1 0) (= X_1 2)) (or (and (= X_1 0) (> Y_0 5)) (and (= X_1 2) (< Y_0 7))))"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CLAIMS)
def test_claims(name: str, native_checker: Checker) -> None:
    data, true, false = CLAIMS[name]
    proof, counterexample = find(data, true), find(data, false)
    assert isinstance(proof, search.Proof)
    assert proof.certificate[5:6] == b"C"
    assert isinstance(counterexample, search.Witness)
    assert native_checker.check(data, true, proof.certificate).word == "PROVED"
    assert native_checker.check(data, false, counterexample.certificate).word == "REFUTED"
    assert native_checker.check(data, false, proof.certificate).word == "UNKNOWN"
    assert native_checker.check(data, true, counterexample.certificate).word == "UNKNOWN"
    rng = random.Random(1)
    for _ in range(CHANGED):
        assert native_checker.check(data, false, changed(proof.certificate, rng)).word != "PROVED"
    for other, _, _ in CLAIMS.values():
        if other != data:
            assert native_checker.check(other, false, proof.certificate).word != "PROVED"


def test_ties(native_checker: Checker) -> None:
    """Where the largest scores are equal, it is the first label: that it is another is refuted."""
    box: list[tuple[float, float]] = [(-1, 1), (-1, 1)]
    for data in (
        linear([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]], [0.0, 0.0, 0.0]),
        linear([[1.0, 0.0], [0.0, 1.0]], [0.0, 0.0]),
    ):
        assert models.read(data).evaluate(np.zeros((1, 2))) == NAMES[0]
        for label in NAMES:
            answer = native_checker.check(data, text(box, other_than(label)), witness([0.0, 0.0])).word
            assert answer == ("UNKNOWN" if label == NAMES[0] else "REFUTED")


def test_both_checkers(native_checker: Checker, tmp_path: Path) -> None:
    """Whole, with another proof inside, cut short, and with bytes behind."""
    data, true, _ = CLAIMS["categories"]
    found = find(data, true)
    assert isinstance(found, search.Proof)
    good = found.certificate
    nothing = proof_bytes(Proof((Tree(),)))
    cases = {
        "good": good,
        "empty proofs": cases_bytes([nothing, nothing]),
        "one proof": cases_bytes([nothing]),
        "none": cases_bytes([]),
        "cut short": good[:-1],
        "bytes behind": good + b"\0",
        "too long a part": good[:6] + b"\x7f" + good[7:],
        "the other kind": good[:5] + b"P" + good[6:],
        "boxes": boxes_bytes([Cut(), Cut()]),
    }
    words = {name: native_checker.check(data, true, certificate).word for name, certificate in cases.items()}
    assert words.pop("good") == "PROVED"
    assert set(words.values()) == {"UNKNOWN"}
    kernel = verdicts("Main", [(data, true, certificate) for certificate in cases.values()], tmp_path)
    assert kernel == ["PROVED" if name == "good" else "UNKNOWN" for name in cases]


def test_categories_have_to_be_fixed() -> None:
    """A range of a category is refused with a line that says what to do."""
    with pytest.raises(Unsupported, match="can vary"):
        find(categorical(), text([(0, 1), (0, 2)], other_than(4)))


def test_networks_without_labels(native_checker: Checker) -> None:
    """A proof by cases may be about any network: it has one case then."""
    nodes = [
        helper.make_node("MatMul", ["x", "v"], ["a"]),
        helper.make_node("Relu", ["a"], ["label"]),
    ]
    data = built(nodes, 2, {"v": np.float32([[1.0], [1.0]])})
    said = text([(0, 1), (0, 1)], "(< Y_0 -0.5)")
    model = models.load(data)
    found = search.find(model, properties.load(said, model))
    assert isinstance(found, search.Proof)
    assert native_checker.check(data, said, found.certificate).word == "PROVED"
    assert native_checker.check(data, said, cases_bytes([found.certificate])).word == "PROVED"
    false = text([(0, 1), (0, 1)], "(> Y_0 1.5)")
    assert native_checker.check(data, false, cases_bytes([found.certificate])).word == "UNKNOWN"

"""Piecewise linear operators: the certificates that the search finds are accepted, and no others."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from native import Checker, Evaluator
from onnx import TensorProto, helper, numpy_helper

from warrant import models, properties, search
from warrant.errors import WrongInput
from warrant.models.onnx_file import read_graph

HIDDEN = 6


def weights(rng: np.random.Generator, *shape: int) -> Any:
    return rng.normal(size=shape).astype(np.float32)


def tail(source: str, size: int) -> list[Any]:
    """A last dense layer with two outputs."""
    return [
        helper.make_node("Flatten", [source], ["flat"]),
        helper.make_node("Gemm", ["flat", f"w{size}", "b"], ["y"]),
    ]


def network(op: str, seed: int) -> bytes:
    """Three inputs, a dense layer, the operator, and a dense layer with two outputs."""
    rng = np.random.default_rng(seed)
    node = helper.make_node
    constants = {"w": weights(rng, 3, HIDDEN), "b": weights(rng, 2), "low": np.float32(-0.25), "high": np.float32(0.5)}
    nodes = [node("MatMul", ["x", "w"], ["h"])]
    size = HIDDEN
    if op in ("Max", "Min"):
        constants["v"] = weights(rng, 3, HIDDEN)
        constants["c"] = weights(rng, HIDDEN)
        nodes += [node("MatMul", ["x", "v"], ["k"]), node(op, ["h", "c", "k"], ["r"])]
    elif op == "MaxPool":
        constants["image"] = np.array([1, 1, HIDDEN])
        size = 3
        nodes += [node("Reshape", ["h", "image"], ["s"])]
        nodes += [node("MaxPool", ["s"], ["r"], kernel_shape=[3], strides=[2], pads=[0, 1])]
    elif op == "Clip":
        nodes += [node("Clip", ["h", "low", "high"], ["r"])]
    elif op in ("ReduceMax", "ReduceMin"):
        size = 1
        nodes += [node(op, ["h"], ["r"], axes=[1])]
    else:
        nodes += [node(op, ["h"], ["r"])]
    constants[f"w{size}"] = weights(rng, size, 2)
    graph = helper.make_graph(
        [*nodes, *tail("r", size)],
        "piecewise",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(np.asarray(v), k) for k, v in constants.items()],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    data: bytes = made.SerializeToString()
    return data


def claim(bound: float) -> str:
    """That the first output is less than this for inputs between -1 and 1."""
    lines = [f"(declare-const X_{k} Real)" for k in range(3)] + [f"(declare-const Y_{k} Real)" for k in range(2)]
    lines += [f"(assert (>= X_{k} -1)) (assert (<= X_{k} 1))" for k in range(3)]
    return "\n".join([*lines, f"(assert (>= Y_0 {bound}))"])


def found(model: bytes, text: str) -> tuple[str, bytes]:
    lowered = models.load(model)
    result = search.find(lowered, properties.load(text.encode(), lowered), timeout=60)
    assert isinstance(result, search.Proof | search.Witness)
    return ("PROVED" if isinstance(result, search.Proof) else "REFUTED"), result.certificate


OPERATORS = ["Abs", "Clip", "HardSigmoid", "Max", "MaxPool", "Min", "ReduceMax", "ReduceMin"]


@pytest.mark.parametrize("op", OPERATORS)
def test_bounds_of_an_output_are_proved_or_refuted(op: str, native_checker: Checker) -> None:
    model = network(op, OPERATORS.index(op))
    values = models.load(model).evaluate(np.random.default_rng(0).uniform(-1, 1, (20000, 3)))[:, 0]
    most, room = float(values.max()), float(np.ptp(values))
    holds, fails = claim(most + 0.1 * room), claim(most - 0.1 * room)
    word, proof = found(model, holds)
    assert word == "PROVED"
    assert native_checker.check(model, holds.encode(), proof).word == "PROVED"
    word, witness = found(model, fails)
    assert word == "REFUTED"
    assert native_checker.check(model, fails.encode(), witness).word == "REFUTED"
    # the same certificates say nothing of a claim that fails, or holds, and of another network
    assert native_checker.check(model, fails.encode(), proof).word == "UNKNOWN"
    assert native_checker.check(model, holds.encode(), witness).word == "UNKNOWN"
    assert native_checker.check(network(op, 100), claim(-100.0).encode(), proof).word == "UNKNOWN"


def test_what_has_no_meaning(evaluator: Evaluator) -> None:
    def alone(op: str, shape: list[int], *, opset: int = 13, constants: Any = None, **attributes: Any) -> bytes:
        extra = constants or {}
        graph = helper.make_graph(
            [helper.make_node(op, ["x", *extra], ["y"], **attributes)],
            "alone",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
            [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
            [numpy_helper.from_array(np.asarray(v), k) for k, v in extra.items()],
        )
        made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
        data: bytes = made.SerializeToString()
        return data

    two = np.zeros(2, np.float32)
    cases = [
        alone("Abs", [2], alpha=1.0),
        alone("Max", [3], constants={"c": two}),
        alone("Max", [2], constants={"c": np.array([1, 2])}),
        alone("Clip", [2], constants={"c": two}),
        alone("Clip", [2], min=float("nan"), opset=10),
        alone("Clip", [2], constants={"low": np.float32(0)}, min=0.0),
        alone("MaxPool", [1, 1, 2], kernel_shape=[1], pads=[1, 1]),
        alone("MaxPool", [1, 1, 2], kernel_shape=[3]),
        alone("MaxPool", [2], kernel_shape=[1]),
        alone("GlobalMaxPool", [1, 2]),
        alone("ReduceMax", [2], axes=[1]),
        alone("ReduceMin", [2], axes=[0], noop_with_empty_axes=1, opset=18),
        alone("Cast", [2], to=TensorProto.INT64),
        alone("Cast", [2], to=TensorProto.FLOAT16),
    ]
    for model in cases:
        assert evaluator.at(model, [1.0] * read_graph(model).input_shape[-1]) is None
        with pytest.raises(WrongInput):
            models.load(model)
    assert evaluator.at(alone("Abs", [2]), [-1.0, 2.0]) == [(1.0, 1.0), (2.0, 2.0)]


def test_a_number_is_cast_where_it_is_one_of_the_new_type(evaluator: Evaluator) -> None:
    def shifted(by: float) -> bytes:
        graph = helper.make_graph(
            [helper.make_node("Cast", ["c"], ["d"], to=TensorProto.FLOAT), helper.make_node("Add", ["x", "d"], ["y"])],
            "shifted",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1])],
            [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
            [numpy_helper.from_array(np.array([by]), "c")],
        )
        made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
        data: bytes = made.SerializeToString()
        return data

    ((low, high),) = evaluator.at(shifted(0.75), [1.0]) or []
    assert low <= 1.75 <= high <= low + 1e-15
    assert models.load(shifted(0.75)).evaluate(np.ones((1, 1))).tolist() == [[1.75]]
    for not_single in (0.1, 1e300, 2.0**-1000):
        assert evaluator.at(shifted(not_single), [1.0]) is None
        with pytest.raises(WrongInput):
            models.load(shifted(not_single))

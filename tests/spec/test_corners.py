"""Corners of operators: where implementations differ, and files that look as if they meant something else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from native import Evaluator
from onnx import TensorProto, helper, numpy_helper

from warrant import models
from warrant.errors import WrongInput

MOST, LEAST = 2**63 - 1, -(2**63)


def network(
    op: str, shape: list[int], constants: dict[str, Any], *, opset: int = 13, outputs: int = 1, **attributes: Any
) -> bytes:
    """One node on the input x and these constants, in order."""
    names = [f"y{k}" for k in range(outputs)]
    graph = helper.make_graph(
        [helper.make_node(op, ["x", *constants], names, **attributes)],
        "corner",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("y0", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(np.asarray(v), k) for k, v in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    made: bytes = model.SerializeToString()
    return made


def floats(values: Any) -> Any:
    return np.array(values, np.float32)


def integers(*values: int) -> Any:
    return np.array(values, np.int64)


def agree(evaluator: Evaluator, model: bytes, x: list[float], y: list[float]) -> None:
    found = evaluator.at(model, x)
    assert found is not None
    assert np.allclose(found, np.array(y)[:, None], rtol=1e-12)
    assert np.allclose(models.load(model).evaluate(np.array([x])), [y], rtol=1e-12)


def refused(evaluator: Evaluator, model: bytes, x: list[float]) -> None:
    assert evaluator.at(model, x) is None
    with pytest.raises(WrongInput):
        models.load(model)


# ---- the largest integers stand for "to the end" in files that PyTorch writes

X = [1.0, 2.0, 3.0]


@pytest.mark.parametrize("end", [MOST, MOST - 1])
def test_slice_to_the_end(end: int, evaluator: Evaluator) -> None:
    agree(evaluator, network("Slice", [3], {"starts": integers(1), "ends": integers(end)}), X, [2.0, 3.0])
    agree(evaluator, network("Slice", [3], {}, opset=9, starts=[1], ends=[end]), X, [2.0, 3.0])


def test_slice_backwards_to_the_beginning(evaluator: Evaluator) -> None:
    constants = {"starts": integers(MOST), "ends": integers(LEAST), "axes": integers(0), "steps": integers(-1)}
    agree(evaluator, network("Slice", [3], constants), X, [3.0, 2.0, 1.0])


# ---- normalisation as in training

PARAMETERS = {k: floats([v]) for k, v in (("s", 1), ("b", 0), ("m", 0), ("v", 1))}


@pytest.mark.parametrize("opset", [7, 9, 13])
def test_batch_normalization_with_five_outputs_is_training(opset: int, evaluator: Evaluator) -> None:
    """Before operator set 14 there was no attribute training_mode: a node with more outputs worked as in training."""
    refused(evaluator, network("BatchNormalization", [2, 1], PARAMETERS, opset=opset, outputs=5), [1.0, 3.0])


def test_batch_normalization_with_one_output(evaluator: Evaluator) -> None:
    agree(evaluator, network("BatchNormalization", [2, 1], PARAMETERS, opset=9, epsilon=0.0), [1.0, 3.0], [1.0, 3.0])


# ---- windows


def test_same_padding_counts_dilations(evaluator: Evaluator) -> None:
    """Cells two apart, windows two apart, one more cell of padding before than after (ONNX Runtime makes three windows)."""
    x = [float(k) for k in range(8)]
    model = network(
        "AveragePool", [1, 1, 8], {}, opset=22, kernel_shape=[3], dilations=[2], strides=[2], auto_pad="SAME_LOWER"
    )
    agree(evaluator, model, x, [1.0, 2.0, 4.0, 5.0])


def test_valid_padding_with_ceil_mode_has_no_meaning(evaluator: Evaluator) -> None:
    """The specification says ⌈(5 − 2 + 1) / 2⌉ = 2 windows, ONNX's shape inference and ONNX Runtime make 3."""
    model = network(
        "AveragePool", [1, 1, 5], {}, opset=22, kernel_shape=[2], strides=[2], auto_pad="VALID", ceil_mode=1
    )
    refused(evaluator, model, [1.0, 2.0, 3.0, 4.0, 5.0])


@pytest.mark.parametrize("attributes", [
    {"kernel_shape": [2]},
    {"kernel_shape": [1], "pads": [1, 0]},
    {"kernel_shape": [2], "dilations": [2], "pads": [1, 1]},
])  # fmt: skip
def test_windows_without_a_cell_have_no_meaning(attributes: Any, evaluator: Evaluator) -> None:
    refused(evaluator, network("AveragePool", [1, 1, 1], {}, opset=22, **attributes), [1.0])


# ---- shapes


def test_reshape_cannot_keep_a_dimension_that_is_not_there(evaluator: Evaluator) -> None:
    refused(evaluator, network("Reshape", [3], {"shape": integers(3, 0)}), X)


@pytest.mark.parametrize(("op", "shape", "constants", "attributes"), [
    ("Reshape", [3], {"shape": integers(2, -1)}, {}),
    ("Reshape", [4], {"shape": integers(-1, -1)}, {}),
    ("Transpose", [1, 3], {}, {"perm": [0, 0]}),
    ("Squeeze", [1, 3], {"axes": integers(1)}, {}),
    ("Squeeze", [1, 3], {"axes": integers(0, -2)}, {}),
    ("Unsqueeze", [3], {"axes": integers(0, -3)}, {}),
    ("Gather", [3], {"at": integers(3)}, {}),
    ("Gather", [3], {"at": integers(-4)}, {}),
    ("Slice", [3], {"starts": integers(0), "ends": integers(1), "axes": integers(1)}, {}),
    ("Slice", [3], {"starts": integers(0), "ends": integers(1), "axes": integers(0), "steps": integers(0)}, {}),
    ("Add", [3], {"c": np.zeros(2, np.float32)}, {}),
    ("MatMul", [3], {"c": np.zeros((2, 3), np.float32)}, {}),
    ("Div", [3], {"c": floats([1, 0, 1])}, {}),
    ("Pad", [3], {"pads": integers(-2, -2)}, {}),
    ("Split", [3], {"split": integers(1, 1)}, {}),
    ("LeakyRelu", [3], {}, {"alpha": float("nan")}),
    ("Relu", [3], {}, {"alpha": 1.0}),
    ("Flatten", [3], {}, {"axis": 2}),
    ("Concat", [3], {"c": floats([[1, 2]])}, {"axis": 0}),
    ("ReduceSum", [3], {"axes": integers(1)}, {}),
])  # fmt: skip
def test_what_does_not_fit_has_no_meaning(
    op: str, shape: list[int], constants: Any, attributes: Any, evaluator: Evaluator
) -> None:
    refused(evaluator, network(op, shape, constants, **attributes), [1.0] * int(np.prod(shape)))


def test_a_scalar_can_be_transposed(evaluator: Evaluator) -> None:
    model = network("Transpose", [], {})
    agree(evaluator, model, [2.0], [2.0])
    assert models.load(model).output_shape == ()


def test_padding_that_removes_all(evaluator: Evaluator) -> None:
    agree(evaluator, network("Pad", [2], {}, opset=10, pads=[-3, 5], value=1.5), [1.0, 2.0], [1.5] * 4)

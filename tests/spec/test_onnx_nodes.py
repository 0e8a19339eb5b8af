"""The Spec's operators against the ONNX project's own node tests.

The Spec knows networks with one real input and one output, so each case is run as several networks:

- for each operand of floats, the network whose input it is, with the other operands as constants of the model;
- one whose operands are all constants, with an input that is not used;
- the first of these once more with its output transposed: the entries then come in an order that depends on the shape.

The cases' expected outputs were computed in float32; the Spec's meaning is over the reals. The enclosure that warrant-evaluate
prints must be narrow, and the expected output must lie within ``ROUNDING`` of it; where an operator only moves entries, or
takes one as it is, both must be equal.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import onnx
import pytest
from native import Evaluator
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnx.backend.test.case.node import collect_testcases

from warrant import models
from warrant.errors import WrongInput

Array = NDArray[Any]

ROUNDING = 2e-6
"""Of the reference, in float32: relative to the largest entry of the output or, if that is smaller, to 1."""
ROUNDED = {"test_averagepool_2d_ceil_last_window_starts_on_pad": 1e-4}
"""Cases whose expected output is written down with fewer digits."""
LARGE = 10_000
"""Operands of more entries make one network only, for they take seconds."""
WIDTH = 1e-13
"""Of the enclosures, relative to the same."""
EXACT = {
    *("And", "ArgMax", "ArgMin", "Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Not", "Or", "Sign"),
    *("Where", "Abs", "Clip", "Concat", "Constant", "Dropout", "Flatten", "Gather", "GlobalMaxPool", "Identity", "Max"),
    *("MaxPool", "Min", "Neg", "Pad", "ReduceMax", "ReduceMin", "Relu"),
    *("Reshape", "Slice", "Split", "Squeeze", "Transpose", "Unsqueeze"),
}

INTEGERS = "the data are integers, but not of an index or shape"
TRAINING = "the operator works as in training"
NO_TENSOR = "the data are no tensors of numbers"
EMPTY = "the largest or the least of no numbers is infinite"
MODE = "padding other than with a constant"

INTEGER_KINDS = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
NOT_APPLICABLE = {
    **{
        f"test_{op}_{kind}": INTEGERS
        for op in ("add", "div", "mul", "sub")
        for kind in ("int8", "int16", "uint8", "uint16", "uint32", "uint64")
    },
    "test_div_int32_trunc": INTEGERS,
    "test_clip_default_int8_inbounds_expanded": INTEGERS,
    **{
        f"test_{op}": INTEGERS
        for op in ("clip_default_int8_inbounds", "clip_default_int8_max", "clip_default_int8_min")
    },
    **{f"test_{op}_{kind}": INTEGERS for op in ("max", "min") for kind in INTEGER_KINDS},
    **{
        f"test_{op}_{kind}": INTEGERS
        for op in ("equal", "greater", "greater_equal", "less", "less_equal")
        for kind in ("int8", "int16", "uint16", "uint32", "uint64")
    },
    "test_equal_string": NO_TENSOR,
    "test_equal_string_broadcast": NO_TENSOR,
    "test_maxpool_2d_uint8": INTEGERS,
    "test_reduce_max_bool_inputs": INTEGERS,
    "test_reduce_min_bool_inputs": INTEGERS,
    "test_reduce_max_empty_set": EMPTY,
    "test_reduce_max_empty_set_bool": EMPTY,
    "test_reduce_min_empty_set": EMPTY,
    "test_batchnorm_example_training_mode": TRAINING,
    "test_batchnorm_epsilon_training_mode": TRAINING,
    "test_training_dropout": TRAINING,
    "test_training_dropout_default": TRAINING,
    "test_training_dropout_default_mask": TRAINING,
    "test_training_dropout_mask": TRAINING,
    "test_training_dropout_zero_ratio": TRAINING,
    "test_training_dropout_zero_ratio_mask": TRAINING,
    "test_identity_opt": NO_TENSOR,
    "test_identity_sequence": NO_TENSOR,
    "test_edge_pad": MODE,
    "test_reflect_pad": MODE,
    "test_wrap_pad": MODE,
}
"""Cases that Warrant gives no meaning, with the reason. A case that a new version of ONNX brings is tested unless it is put here."""


@dataclass(frozen=True)
class Case:
    """A node with its operands (None where one is left out) and its first expected output."""

    name: str
    node: onnx.NodeProto
    opset: int
    operands: tuple[Array | None, ...]
    expected: Array


@cache
def node_tests() -> dict[str, Any]:
    """ONNX's tests of a single node of a supported operator."""
    found = {}
    with warnings.catch_warnings(action="ignore"):  # ONNX makes its data as it goes, NaNs and infinities too
        cases = collect_testcases(None)
    for case in cases:
        assert case.model is not None
        (*_, node) = case.model.graph.node
        if len(case.model.graph.node) == 1 and node.op_type in models.supported() and not node.domain:
            if node.op_type == "Cast":
                continue  # hundreds, with infinities and NaNs in them: random models have casts
            found[case.name] = case
    return found


def applicable() -> list[str]:
    return sorted(set(node_tests()) - set(NOT_APPLICABLE))


def read(test: Any) -> Case:
    (node,) = test.model.graph.node
    inputs, outputs = test.data_sets[0]
    values = iter(inputs)
    operands: tuple[Any, ...] = tuple(next(values) if name else None for name in node.input)
    (opset,) = (max(7, o.version) for o in test.model.opset_import if o.domain in ("", "ai.onnx"))  # Not: 1, as in 7
    expected = np.asarray(outputs[0])
    if node.op_type in ("AveragePool", "MaxPool") and expected.size > LARGE:  # channels do not mix: one of them will do
        operands, expected = (operands[0][:, :1],), expected[:, :1]
    return Case(test.name, node, opset, operands, expected)


def network(case: Case, variable: int | None, *, transposed: bool = False) -> bytes:
    """The network with this operand as its input (None: one input that is not used) and constants for the others."""
    node = onnx.NodeProto()
    node.CopyFrom(case.node)
    del node.input[:]
    shape, constants = [1], []
    for k, operand in enumerate(case.operands):
        node.input.append("" if operand is None else "x" if k == variable else f"c{k}")
        if k == variable:
            assert operand is not None
            shape = list(operand.shape)
        elif operand is not None:
            constants.append(numpy_helper.from_array(operand, f"c{k}"))
    nodes, output = [node], node.output[0]
    if transposed:
        nodes.append(helper.make_node("Transpose", [output], ["in_other_order"]))  # axes reversed
        output = "in_other_order"
    graph = helper.make_graph(
        nodes,
        case.name,
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, None)],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", case.opset)])
    data: bytes = model.SerializeToString()
    return data


def variables(case: Case) -> list[int]:
    """The operands that can be the input; the divisor, bounds and the parameters of a normalisation have to be constants."""
    most = {"BatchNormalization": 1, "Clip": 1, "Div": 1, "Dropout": 1, "Pad": 1}.get(case.node.op_type, 3)
    floats = [k for k, v in enumerate(case.operands[:most]) if v is not None and v.dtype == np.float32 and v.size]
    return floats


def rounding(case: Case) -> float:
    return 0.0 if case.node.op_type in EXACT else ROUNDED.get(case.name, ROUNDING)


def assert_encloses(case: Case, found: list[tuple[float, float]] | None, expected: Array) -> None:
    assert found is not None, "the Spec gives the model no meaning"
    assert len(found) == expected.size
    if not found:
        return
    low, high = np.array(found).T
    wanted = expected.reshape(-1).astype(np.float64)
    scale = max(1.0, float(np.abs(wanted).max()))
    if case.node.op_type in EXACT:
        assert np.array_equal(low, wanted)
        assert np.array_equal(high, wanted)
        return
    assert (low <= high).all()
    assert ((high - low) <= WIDTH * scale).all(), f"wide: {(high - low).max()}"
    off = np.maximum(low - wanted, wanted - high).max()
    assert off <= rounding(case) * scale, f"off by {off}"


def assert_lowers(case: Case, model: bytes, x: Array, expected: Array) -> None:
    """The Python reader gives the same function, with the right shape."""
    read = models.read(model)
    assert not isinstance(read, models.Forest)
    if isinstance(read, models.Lowered):
        assert read.output_shape == expected.shape
    else:
        assert read.part(dict(enumerate(map(float, x.reshape(-1))))).output_shape == expected.shape
    found = read.evaluate(x.reshape(1, -1).astype(np.float64)).reshape(expected.shape)
    scale = max(1.0, float(np.abs(expected).max(initial=0)))
    np.testing.assert_allclose(found, expected, rtol=0, atol=rounding(case) * scale)


def test_every_supported_operator_is_tested() -> None:
    tested = {node_tests()[name].model.graph.node[0].op_type for name in applicable()}
    others = {op for op in models.supported() if op.startswith("ai.onnx.ml.")} | {"Cast"}  # random models test these
    assert tested | others == set(models.supported())


@pytest.mark.parametrize("name", applicable())
def test_case(name: str, evaluator: Evaluator) -> None:
    case = read(node_tests()[name])
    choices: list[int | None] = [*variables(case), None]
    for k in choices:
        x = np.full(1, 0.5, np.float32) if k is None else case.operands[k]
        assert x is not None
        model = network(case, k)
        point = x.reshape(-1).tolist()
        assert_encloses(case, evaluator.at(model, point), case.expected)
        assert_lowers(case, model, x, case.expected)
        if x.size > LARGE:
            return
        if k == choices[0]:
            assert_encloses(case, evaluator.at(network(case, k, transposed=True), point), case.expected.T)


@pytest.mark.parametrize("name", sorted(set(NOT_APPLICABLE) & set(node_tests())))
def test_nothing_is_claimed_about(name: str, evaluator: Evaluator) -> None:
    test = node_tests()[name]
    tries = [test.model.SerializeToString()]
    if NOT_APPLICABLE[name] != NO_TENSOR:
        case = read(test)
        tries += [network(case, None), *(network(case, k) for k in variables(case))]
    for model in tries:
        assert evaluator.at(model, [0.5]) is None
        with pytest.raises(WrongInput):
            models.load(model)

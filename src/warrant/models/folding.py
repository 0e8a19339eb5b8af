"""Scalers before an ensemble of trees, folded into its thresholds: outside the proof, when a model is exported.

A test of a scaled feature is one of the feature itself.  In binary32, as ONNX Runtime computes, a scaled feature never
falls where the feature grows, so that such a test holds up to some number, and no further: the new threshold.  The new
file agrees with the old one on all binary32 inputs, and its trees read the inputs themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper

from warrant.errors import WarrantError
from warrant.models.forest import ENSEMBLES, columns_before, is_forest
from warrant.models.onnx_file import ML, read_graph

if TYPE_CHECKING:
    from warrant.models.columns import Columns

__all__ = ["with_folded_scalers"]

Values = Callable[[NDArray[np.float32]], NDArray[np.float32]]

_GREATEST = float(np.finfo(np.float32).max)
_NOT_STRICT = {
    "BRANCH_LEQ": "BRANCH_LEQ",
    "BRANCH_LT": "BRANCH_LEQ",
    "BRANCH_GT": "BRANCH_GT",
    "BRANCH_GTE": "BRANCH_GT",
}
_STRICT = ("BRANCH_LT", "BRANCH_GTE")


def with_folded_scalers(model: onnx.ModelProto) -> bool:
    """Has an ensemble of trees read the inputs, where only scalers stand before it.  Says whether something changed."""
    try:
        graph = read_graph(model.SerializeToString())
        if not is_forest(graph):
            return False
        place, columns = columns_before(graph)
    except WarrantError:
        return False  # reading the file will say why
    node = model.graph.node[place]
    if not place or f"{ML}.{node.op_type}" not in ENSEMBLES[:2] or not _rising(columns):
        return False
    given = {a.name: helper.get_attribute_value(a) for a in node.attribute}
    if "nodes_values" not in given:
        return False
    modes = [mode.decode() for mode in given["nodes_modes"]]
    tests = np.array([k for k, mode in enumerate(modes) if mode in _NOT_STRICT], dtype=np.int64)
    features = np.array(given["nodes_featureids"], dtype=np.int64)
    values = np.array(given["nodes_values"], dtype=np.float32)
    strict = np.array([mode in _STRICT for mode in modes])
    last = _last(_scaled(model, node.input[0], columns, features[tests]), values[tests], strict[tests])
    if last is None:
        return False
    values[tests] = last
    features[tests] = columns.source[features[tests]]
    _set(node, "nodes_values", [float(v) for v in values])
    _set(node, "nodes_featureids", [int(f) for f in features])
    _set(node, "nodes_modes", [_NOT_STRICT.get(mode, mode) for mode in modes])
    node.input[0] = graph.input_name
    del model.graph.node[:place]
    return True


def _rising(columns: Columns) -> bool:
    """Whether each column is an input times a number above 0, plus a number."""
    plain = all(c.lookup is None and not c.whole for c in columns.members)
    return plain and all(number > 0 for c in columns.members for product, number in c.steps if product)


def _scaled(model: onnx.ModelProto, name: str, columns: Columns, features: NDArray[np.int64]) -> Values:
    """The scaled features (tests,) that ONNX Runtime makes of values (tests,) of the inputs that they come from."""
    import onnxruntime as ort

    before = onnx.ModelProto()
    before.CopyFrom(model)
    del before.graph.output[:]
    before.graph.output.append(helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None))
    source, (batch, width) = before.graph.input[0].name, before.graph.input[0].type.tensor_type.shape.dim
    batch.dim_param = "tests"
    data = onnx.utils.Extractor(before).extract_model([source], [name]).SerializeToString()
    session = ort.InferenceSession(data, providers=["CPUExecutionProvider"])
    rows, sources = np.arange(len(features)), columns.source[features]

    def values(x: NDArray[np.float32]) -> NDArray[np.float32]:
        inputs = np.zeros((len(x), width.dim_value), dtype=np.float32)
        inputs[rows, sources] = x
        made: NDArray[np.float32] = np.asarray(session.run(None, {source: inputs})[0])[rows, features]
        return made

    return values


def _last(values: Values, thresholds: NDArray[np.float32], strict: NDArray[np.bool_]) -> NDArray[np.float32] | None:
    """(tests,) the greatest binary32 numbers at which the tests hold; None where there is none for some test."""

    def holds(place: NDArray[np.int64]) -> NDArray[np.bool_]:
        z = values(_number(place))
        found: NDArray[np.bool_] = (z < thresholds) | (~strict & (z == thresholds))
        return found

    low = np.full(len(thresholds), -_place(_GREATEST))
    high = np.full(len(thresholds), _place(_GREATEST) + 1)
    if not holds(low).all():
        return None
    while (high - low > 1).any():
        middle = (low + high) // 2
        there = holds(middle)
        low, high = np.where(there, middle, low), np.where(there, high, middle)
    return _number(low)


def _place(value: float) -> int:
    """The place of a binary32 number that is not below 0 in the order of them."""
    return int(np.float32(value).view(np.int32))


def _number(place: NDArray[np.int64]) -> NDArray[np.float32]:
    """The binary32 numbers at places; those below 0 are at places below 0."""
    size = np.abs(place).astype(np.int32).view(np.float32)
    return np.where(place < 0, -size, size)


def _set(node: onnx.NodeProto, name: str, value: list[float] | list[int] | list[str]) -> None:
    kept = [a for a in node.attribute if a.name != name]
    del node.attribute[:]
    node.attribute.extend([*kept, helper.make_attribute(name, value)])

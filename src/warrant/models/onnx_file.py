"""Reads the bytes of an ONNX file into a plain graph of nodes, numbers and shapes."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
from onnx import numpy_helper

from warrant.errors import Unsupported, WrongInput
from warrant.models.tensors import MAX_ENTRIES, Affine, Ints, constant

if TYPE_CHECKING:
    from numpy.typing import NDArray

OLDEST, NEWEST = 7, 26
FLOATS = {
    onnx.TensorProto.FLOAT: "float32",
    onnx.TensorProto.DOUBLE: "float64",
    onnx.TensorProto.FLOAT16: "float16",
    onnx.TensorProto.BFLOAT16: "bfloat16",
}
INTEGERS = {
    onnx.TensorProto.INT64: "int64",
    onnx.TensorProto.INT32: "int32",
    onnx.TensorProto.UINT8: "uint8",
    onnx.TensorProto.BOOL: "bool",
}
_KNOWN_ATTRIBUTES = {"FLOAT", "INT", "STRING", "TENSOR", "FLOATS", "INTS", "STRINGS"}
ML = "ai.onnx.ml"
NEWEST_ML = 5
Value = Affine | Ints


@dataclass(frozen=True)
class Node:
    """One operator: its attributes, the names of its inputs ("" for one left out) and of its outputs.

    op: its name; for an operator of the domain ai.onnx.ml, with the domain and a dot before it.
    """

    op: str
    place: str
    attributes: dict[str, Any] = field(default_factory=dict)
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Graph:
    """Nodes in the order of the file, initializers, the one input and the one output."""

    nodes: tuple[Node, ...]
    initializers: dict[str, Value]
    input_name: str
    input_shape: tuple[int, ...]
    output_name: str
    name: str = ""


@lru_cache(maxsize=2)
def read_graph(data: bytes, *, name: str = "model.onnx") -> Graph:
    """The graph in an ONNX file's bytes.

    Raises WrongInput if the bytes are no ONNX model, Unsupported if the model uses what Warrant does not handle.
    """
    try:
        model = onnx.load_from_string(data)
    except Exception as error:
        raise WrongInput(
            "the bytes are not an ONNX model (a truncated download?)" if data else "the file is empty",
            file=name,
            expected="a file written by an ONNX exporter",
        ) from error
    try:
        return _graph(model, name)
    except WrongInput as error:
        raise error.at(file=name) from error


def _graph(model: onnx.ModelProto, name: str) -> Graph:
    if not model.HasField("graph") or not model.graph.node:
        raise WrongInput("there is no graph in the file", expected="an ONNX model with nodes")
    versions = list({o.version for o in model.opset_import if o.domain in ("", "ai.onnx")})
    if len(versions) != 1:
        raise WrongInput(f"{len(versions)} operator sets of the domain ai.onnx are imported", expected="one")
    if not OLDEST <= versions[0] <= NEWEST:
        raise Unsupported(
            f"operator set {versions[0]}",
            expected=f"{OLDEST} to {NEWEST}",
            hint="convert the model with onnx.version_converter",
        )
    versions_ml = list({o.version for o in model.opset_import if o.domain == ML})
    if any(node.domain == ML for node in model.graph.node) and (
        len(versions_ml) != 1 or not 1 <= versions_ml[0] <= NEWEST_ML
    ):
        sets = f"operator set {versions_ml[0]} of {ML}" if len(versions_ml) == 1 else f"{len(versions_ml)} sets of {ML}"
        raise Unsupported(sets, expected=f"one, 1 to {NEWEST_ML}", hint="export the model for an older set")
    if model.functions:
        raise Unsupported("the model defines functions", hint="inline them with onnx.inliner")
    graph = model.graph
    if graph.sparse_initializer:
        raise Unsupported("the model has sparse initializers", hint="store them densely")
    initializers = {t.name: tensor(t, f"initializer {t.name!r}") for t in graph.initializer}
    if len(initializers) != len(graph.initializer):
        raise WrongInput("two initializers have the same name")
    inputs = [i for i in graph.input if i.name not in initializers]
    for kind, found in (("inputs", inputs), ("outputs", list(graph.output))):
        if len(found) != 1:
            names = ", ".join(repr(i.name) for i in found) or "none"
            hint = 'of a classifier, warrant.prove(…, output="label") in Python takes one' if kind == "outputs" else ""
            raise Unsupported(f"the network has {len(found)} {kind} ({names})", expected="one", hint=hint)
    return Graph(
        tuple(_node(n, k) for k, n in enumerate(graph.node)),
        initializers,
        inputs[0].name,
        _shape(inputs[0]),
        graph.output[0].name,
        name,
    )


def _shape(info: onnx.ValueInfoProto) -> tuple[int, ...]:
    place = f"input {info.name!r}"
    kind = info.type.tensor_type
    if not info.type.HasField("tensor_type") or kind.elem_type not in FLOATS:
        raise Unsupported("the input is not a tensor of floats", place=place, expected=" or ".join(FLOATS.values()))
    if not kind.HasField("shape"):
        raise WrongInput(
            "the input's shape is not given", place=place, hint="export the model with a fixed input shape"
        )
    dims = []
    for k, d in enumerate(kind.shape.dim):
        if d.HasField("dim_value"):
            if d.dim_value <= 0:
                raise WrongInput(f"dimension {k} is {d.dim_value}", place=place, expected="a positive number")
            dims.append(int(d.dim_value))
        elif k == 0:
            dims.append(1)
        else:
            what = f"named {d.dim_param!r}" if d.dim_param else "not given"
            raise Unsupported(
                f"dimension {k} is {what}",
                place=place,
                expected="fixed dimensions (only the first may be left open; it is then 1)",
                hint="export the model with a fixed input shape",
            )
    if prod(dims) > MAX_ENTRIES:
        raise Unsupported(f"the input has {prod(dims)} entries", place=place, expected=f"at most {MAX_ENTRIES}")
    return tuple(dims)


def _node(node: onnx.NodeProto, position: int) -> Node:
    named = f" {node.name!r}" if node.name else f" (node {position + 1}, making {list(node.output)})"
    place = f"{node.op_type}{named}"
    if node.domain not in ("", "ai.onnx", ML) or node.overload:
        raise Unsupported(f"operator {node.domain}.{node.op_type} is not of the domain ai.onnx or {ML}", place=place)
    attributes: dict[str, Any] = {}
    for a in node.attribute:
        kind = onnx.AttributeProto.AttributeType.Name(a.type)
        if kind not in _KNOWN_ATTRIBUTES or a.ref_attr_name:
            raise Unsupported(f"attribute {a.name!r} of kind {kind}", place=place)
        if a.name in attributes:
            raise WrongInput(f"attribute {a.name!r} is given twice", place=place)
        attributes[a.name] = tensor(a.t, place) if kind == "TENSOR" else _plain(a, kind)
    op = f"{ML}.{node.op_type}" if node.domain == ML else node.op_type
    return Node(op, place, attributes, tuple(node.input), tuple(node.output))


def _plain(a: onnx.AttributeProto, kind: str) -> Any:
    value = onnx.helper.get_attribute_value(a)
    if kind == "STRING":
        return value.decode("utf-8", "replace")
    if kind == "STRINGS":
        return [text.decode("utf-8", "replace") for text in value]
    return list(value) if kind in ("INTS", "FLOATS") else value


def tensor(proto: onnx.TensorProto, place: str) -> Value:
    """A tensor of the file: integers as int64 (truth as 1), floats as binary64 (exactly)."""
    if proto.data_location == onnx.TensorProto.EXTERNAL:
        raise Unsupported(
            "its numbers stand in another file",
            place=place,
            hint="save the model in one file: onnx.save_model(model, path, save_as_external_data=False)",
        )
    kind = onnx.TensorProto.DataType.Name(proto.data_type) if proto.data_type else "undefined"
    if proto.data_type not in FLOATS and proto.data_type not in INTEGERS:
        readable = ", ".join([*FLOATS.values(), *INTEGERS.values()])
        raise Unsupported(f"numbers of type {kind}", place=place, expected=f"one of {readable}")
    if proto.HasField("segment") or any(d < 0 for d in proto.dims) or prod(proto.dims) > MAX_ENTRIES:
        raise Unsupported(f"a tensor of shape {list(proto.dims)} (or in segments)", place=place)
    try:
        array: NDArray[Any] = np.asarray(numpy_helper.to_array(proto))
    except Exception as error:
        raise WrongInput(f"its numbers do not fill its shape {list(proto.dims)}", place=place) from error
    if proto.data_type in INTEGERS:
        return array.astype(np.int64)
    numbers = array.astype(np.float64)
    if not np.isfinite(numbers).all():
        raise WrongInput(
            "a number is NaN or infinite", place=place, expected="finite weights", hint="was training stable?"
        )
    return constant(numbers, literal=True)

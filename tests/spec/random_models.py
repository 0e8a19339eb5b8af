"""Random ONNX models of all supported operators, made node by node; ONNX Runtime tells what each node makes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import ml_dtypes
import numpy as np
import onnx
import onnxruntime as ort
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from warrant.models.onnx_file import NEWEST, OLDEST

Array = NDArray[Any]
Shape = tuple[int, ...]

STORED = {"float32": np.float32, "float64": np.float64, "float16": np.float16, "bfloat16": ml_dtypes.bfloat16}
MOST_ENTRIES, MOST_SIZE = 600, 40.0
"""Nodes that make larger tensors, or larger numbers, are left out."""

ort.set_default_logger_severity(4)


class NotHere(Exception):
    """The operator cannot be put here."""


@dataclass
class Graph:
    """A graph under construction; ``values`` are what the tensors are at the input ``x``."""

    rng: np.random.Generator
    opset: int
    stored: str
    x: Array
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: dict[str, Array] = field(default_factory=dict)
    values: dict[str, Array] = field(default_factory=dict)
    names: int = 0

    def name(self) -> str:
        self.names += 1
        return f"t{self.names}"

    # ---- choices

    def some(self, options: Sequence[Any]) -> Any:
        return options[int(self.rng.integers(len(options)))]

    def chance(self, p: float = 0.5) -> bool:
        return bool(self.rng.random() < p)

    def integer(self, low: int, high: int) -> int:
        return int(self.rng.integers(low, high + 1))

    # ---- constants

    def numbers(self, shape: Sequence[int], *, scale: float = 1.0, values: Array | None = None) -> str:
        """A constant of floats that the model's type can hold: an initializer, or the value of a node."""
        drawn = self.rng.normal(size=shape) * scale if values is None else values
        array = np.asarray(drawn).astype(np.float32).astype(STORED[self.stored]).astype(np.float32)
        name = self.name()
        self.values[name] = self.constants[name] = array
        if self.chance(0.2):
            del self.constants[name]
            self.nodes.append(self.constant_node(name, array))
        return name

    def constant_node(self, name: str, array: Array) -> onnx.NodeProto:
        if self.opset >= 12 and self.stored == "float32" and array.ndim <= 1 and self.chance():
            if array.ndim == 1:
                return helper.make_node("Constant", [], [name], value_floats=array.tolist())
            return helper.make_node("Constant", [], [name], value_float=float(array))
        return helper.make_node("Constant", [], [name], value=numpy_helper.from_array(array, "value"))

    def integers(self, values: Sequence[int], *, scalar: bool = False) -> str:
        """A constant of int64: an initializer, the value of a node, or put together from two."""
        array = np.array(values[0] if scalar else values, np.int64)
        name = self.name()
        self.values[name] = array
        way = self.integer(0, 3)
        if way == 0 and self.opset >= 12 and not scalar and len(values):
            self.nodes.append(helper.make_node("Constant", [], [name], value_ints=[int(v) for v in values]))
        elif way == 1:
            self.nodes.append(helper.make_node("Constant", [], [name], value=numpy_helper.from_array(array, "value")))
        elif way == 2 and len(values) > 1:
            k = self.integer(1, len(values) - 1)
            parts = [self.integers(values[:k]), self.integers(values[k:])]
            self.nodes.append(helper.make_node("Concat", parts, [name], axis=0))
        else:
            self.constants[name] = array
        return name

    def indices(self, array: Array) -> str:
        name = self.name()
        self.values[name] = self.constants[name] = array.astype(np.int64)
        return name

    # ---- nodes

    def moving(self) -> list[str]:
        """The tensors of floats that nodes have made of the input, newest first."""
        made = [
            o for n in self.nodes if n.op_type != "Constant" for o in n.output if self.values[o].dtype == np.float32
        ]
        return [*reversed(made), "x"]

    def operand(self, *, least: int = 0, most: int = 6) -> str:
        """A tensor with so many axes: mostly the newest."""
        found = [name for name in self.moving() if least <= self.values[name].ndim <= most]
        if not found:
            raise NotHere
        return found[0] if self.chance(0.7) else str(self.some(found))

    def add(self, op: str, inputs: Sequence[str], outputs: int = 1, **attributes: Any) -> None:
        """Add a node if ONNX Runtime takes it, and if what it makes is neither too large nor empty."""
        names = [self.name() for _ in range(outputs)]
        domain, _, plain = op.rpartition(".")
        node = helper.make_node(plain, list(inputs), names, domain=domain, **attributes)
        for made in run_node(node, self.opset, {n: self.values[n] for n in inputs if n}):
            if not 0 < made.size <= MOST_ENTRIES or not np.abs(made).max() <= MOST_SIZE:
                raise NotHere
            self.values[names[0]] = made
            names = names[1:]
        self.nodes.append(node)

    # ---- the whole

    @property
    def output(self) -> str:
        return self.moving()[0]

    def model(self, *, stored: str | None = None, raw: Sequence[bool] = (True,)) -> bytes:
        """The model's bytes, its floats in another type if so wanted; raw: how constants are stored, by turns."""
        type_ = stored or self.stored
        element = helper.np_dtype_to_tensor_dtype(np.dtype(STORED[type_]))
        nodes = []
        for n in self.nodes:
            node = onnx.NodeProto()
            node.CopyFrom(n)
            for a in node.attribute:
                if a.type == onnx.AttributeProto.TENSOR:
                    a.t.CopyFrom(stored_tensor("value", numpy_helper.to_array(a.t), type_, raw[0]))
            nodes.append(node)
        graph = helper.make_graph(
            nodes,
            "random",
            [helper.make_tensor_value_info("x", element, self.x.shape)],
            [helper.make_tensor_value_info(self.output, element, None)],
            [stored_tensor(n, c, type_, raw[k % len(raw)]) for k, (n, c) in enumerate(self.constants.items())],
        )
        return serialized(graph, self.opset)


def stored_tensor(name: str, array: Array, type_: str, raw: bool) -> onnx.TensorProto:
    """A tensor in raw or in typed storage; floats in the type that is named."""
    array = array if array.dtype == np.int64 else array.astype(STORED[type_])
    element = helper.np_dtype_to_tensor_dtype(array.dtype)
    if raw:
        return helper.make_tensor(name, element, array.shape, array.tobytes(), raw=True)
    if type_ in ("float16", "bfloat16") and array.dtype != np.int64:
        tensor = TensorProto(name=name, data_type=element, dims=array.shape)
        tensor.int32_data.extend(array.reshape(-1).view(np.uint16).astype(int).tolist())
        return tensor
    return helper.make_tensor(name, element, array.shape, array.reshape(-1).tolist())


def serialized(graph: onnx.GraphProto, opset: int) -> bytes:
    sets = [helper.make_opsetid("", opset), helper.make_opsetid("ai.onnx.ml", 3)]
    made = helper.make_model(graph, opset_imports=sets, ir_version=8)
    data: bytes = made.SerializeToString()
    return data


def session(model: bytes) -> Any:
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = 1
    return ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def run_node(node: onnx.NodeProto, opset: int, inputs: dict[str, Array]) -> list[Array]:
    """What ONNX Runtime makes of a node whose floats are inputs and whose integers are constants."""
    kinds = [n for n, v in inputs.items() if v.dtype == np.float32]
    graph = helper.make_graph(
        [node],
        "node",
        [helper.make_tensor_value_info(n, TensorProto.FLOAT, inputs[n].shape) for n in kinds],
        [helper.make_tensor_value_info(n, TensorProto.FLOAT, None) for n in node.output],
        [numpy_helper.from_array(v, n) for n, v in inputs.items() if n not in kinds],
    )
    try:
        made = session(serialized(graph, opset)).run(None, {n: inputs[n] for n in kinds})
    except Exception as problem:
        raise NotHere(str(problem)) from problem
    return [np.asarray(m) for m in made]


@cache
def newest_opset() -> int:
    """The newest operator set that Warrant and ONNX Runtime know."""
    relu = helper.make_node("Relu", ["x"], ["y"])
    for opset in range(NEWEST, OLDEST, -1):
        try:
            run_node(relu, opset, {"x": np.ones(1, np.float32)})
        except NotHere:
            continue
        return opset
    raise AssertionError("ONNX Runtime takes no model")


# ---- operators: each puts one node of its kind at the end of the graph


def only_if(condition: bool, **attributes: Any) -> dict[str, Any]:
    """The attributes, or none."""
    return attributes if condition else {}


def stretching(g: Graph, shape: Shape) -> Shape:
    """A shape that stretches to this one, or to which this one stretches."""
    other = [d if d == 1 or g.chance(0.7) else 1 for d in shape]
    other = [g.integer(1, 3) if d == 1 and g.chance(0.3) else o for d, o in zip(shape, other, strict=True)]
    return tuple(other[g.integer(0, len(other)) :] if g.chance(0.4) else [*([2] if g.chance(0.1) else []), *other])


def partner(g: Graph, a: str) -> str:
    """Another operand of an addition: a constant, or a tensor that has been made."""
    same = [n for n in g.moving() if g.values[n].shape == g.values[a].shape]
    return str(g.some(same)) if g.chance() else g.numbers(stretching(g, g.values[a].shape))


def add_or_sub(op: str) -> Callable[[Graph], None]:
    def build(g: Graph) -> None:
        a = g.operand()
        pair = [a, partner(g, a)]
        g.add(op, pair if g.chance() else pair[::-1])

    return build


def mul(g: Graph) -> None:
    a = g.operand()
    pair = [a, g.numbers(stretching(g, g.values[a].shape))]
    g.add("Mul", pair if g.chance() else pair[::-1])


def div(g: Graph) -> None:
    a = g.operand()
    shape = stretching(g, g.values[a].shape)
    values = g.rng.uniform(0.5, 2, shape) * g.rng.choice([-1, 1], shape)
    g.add("Div", [a, g.numbers(shape, values=values)])


def unary(op: str) -> Callable[[Graph], None]:
    return lambda g: g.add(op, [g.operand()])


def leaky_relu(g: Graph) -> None:
    g.add("LeakyRelu", [g.operand()], **only_if(g.chance(0.8), alpha=float(g.rng.uniform(-0.5, 1.5))))


def scaler(g: Graph) -> None:
    x = g.operand(least=2, most=2)
    features = g.values[x].shape[1]
    lists = {name: g.rng.normal(size=g.some([1, features])).tolist() for name in ("offset", "scale")}
    g.add("ai.onnx.ml.Scaler", [x], **lists)


def linear_regressor(g: Graph) -> None:
    x = g.operand(least=2, most=2)
    targets = g.integer(1, 3)
    coefficients = g.rng.normal(size=targets * g.values[x].shape[1]).tolist()
    intercepts = only_if(g.chance(), intercepts=g.rng.normal(size=targets).tolist())
    g.add("ai.onnx.ml.LinearRegressor", [x], targets=targets, coefficients=coefficients, **intercepts)


def matmul(g: Graph) -> None:
    a = g.operand(least=1, most=4)
    shape = g.values[a].shape
    if g.chance():
        stack = stretching(g, shape[:-2]) if g.chance() else ()
        rest = (shape[-1],) if not stack and g.chance(0.3) else (*stack, shape[-1], g.integer(1, 4))
        g.add("MatMul", [a, g.numbers(rest, scale=shape[-1] ** -0.5)])
    else:
        k = shape[-2] if len(shape) > 1 else shape[0]
        stack = stretching(g, shape[:-2]) if g.chance() else ()
        rest = (k,) if not stack and g.chance(0.3) else (*stack, g.integer(1, 4), k)
        g.add("MatMul", [g.numbers(rest, scale=k**-0.5), a])


def gemm(g: Graph) -> None:
    a = g.operand(least=2, most=2)
    place = g.integer(0, 2)
    m, k = g.values[a].shape
    if place == 2:  # the input comes as the third operand
        inner = g.integer(1, 4)
        shapes = [(m, inner), (inner, k)]
    ta, tb = g.integer(0, 1), g.integer(0, 1)
    if place == 0:
        outer, inner = (k, m) if ta else (m, k)
        n = g.integer(1, 4)
        inputs = [a, g.numbers((n, inner) if tb else (inner, n), scale=inner**-0.5)]
    elif place == 1:
        inner, n = (k, m) if tb else (m, k)
        outer = g.integer(1, 4)
        inputs = [g.numbers((inner, outer) if ta else (outer, inner), scale=inner**-0.5), a]
    else:
        outer, n = m, k
        flipped = [s[::-1] if t else s for s, t in zip(shapes, (ta, tb), strict=True)]
        inputs = [*(g.numbers(s) for s in flipped), a]
    if place < 2 and (g.opset < 11 or g.chance(0.7)):
        inputs.append(g.numbers(g.some([(n,), (1, n), (outer, n), (outer, 1), (1,), ()])))
    attributes: dict[str, Any] = {"transA": ta, "transB": tb} if ta or tb or g.chance() else {}
    for name in ("alpha", "beta"):
        if g.chance():
            attributes[name] = float(g.rng.normal())
    g.add("Gemm", inputs, **attributes)


def window(g: Graph, dims: Shape, *, pool: bool) -> dict[str, Any]:
    """Attributes of a convolution or a pool over these axes, kernel_shape included."""
    kernel = [g.integer(1, min(3, d + 1)) for d in dims]
    attributes: dict[str, Any] = {"kernel_shape": kernel}
    if g.chance(0.6):
        attributes["strides"] = [g.integer(1, 3) for _ in dims]
    if (not pool or g.opset >= 19) and g.chance(0.4):
        attributes["dilations"] = [g.integer(1, 2) for _ in dims]
    way = g.integer(0, 5)
    if way < 3:
        highest = [k - 1 if pool else 2 for k in kernel]  # a pool's window must reach outside of the padding
        attributes["pads"] = [g.integer(0, h) for h in highest * 2]
    elif way < 5:
        attributes["auto_pad"] = g.some(["SAME_UPPER", "SAME_LOWER", "VALID", "NOTSET"])
    room = attributes.get("pads", [0] * 2 * len(dims))
    reach = [e * (k - 1) + 1 for k, e in zip(kernel, attributes.get("dilations", [1] * len(dims)), strict=True)]
    padded = [d + room[i] + room[i + len(dims)] for i, d in enumerate(dims)]
    if "SAME" not in attributes.get("auto_pad", "") and any(r > d for r, d in zip(reach, padded, strict=True)):
        raise NotHere  # a window larger than the axis has no meaning; ONNX Runtime makes one up
    return attributes


def conv(g: Graph) -> None:
    x = g.operand(least=3, most=5)
    _, channels, *dims = g.values[x].shape
    attributes = window(g, tuple(dims), pool=False)
    kernel = attributes["kernel_shape"]
    if g.chance():
        del attributes["kernel_shape"]
    group = g.some([d for d in range(1, channels + 1) if channels % d == 0])
    outs = group * g.integer(1, 2)
    if group > 1 or g.chance(0.2):
        attributes["group"] = group
    per_group = channels // group
    weights = g.numbers((outs, per_group, *kernel), scale=(per_group * int(np.prod(kernel))) ** -0.5)
    g.add("Conv", [x, weights] + ([g.numbers((outs,))] if g.chance(0.6) else []), **attributes)


def round_up(g: Graph, attributes: dict[str, Any]) -> None:
    """Perhaps a ceil_mode for a pooling operator; NotHere where ONNX Runtime is known to be wrong."""
    if g.opset >= 10 and g.chance():
        attributes["ceil_mode"] = g.integer(0, 1)
    auto_pad = attributes.get("auto_pad", "NOTSET")
    if "SAME" in auto_pad and max(attributes.get("dilations", [1])) > 1:
        raise NotHere  # ONNX Runtime forgets the dilations (see test_corners.py)
    if auto_pad == "VALID" and attributes.get("ceil_mode"):
        raise NotHere  # the specification and ONNX Runtime disagree (see test_corners.py)


def average_pool(g: Graph) -> None:
    x = g.operand(least=3, most=5)
    attributes = window(g, g.values[x].shape[2:], pool=True)
    if g.chance():
        attributes["count_include_pad"] = g.integer(0, 1)
    round_up(g, attributes)
    share = helper.make_node("AveragePool", ["x"], ["y"], **{**attributes, "count_include_pad": 1})
    if not run_node(share, g.opset, {"x": np.ones_like(g.values[x])})[0].all():
        raise NotHere  # a mean of nothing but padding has no meaning; ONNX Runtime makes one up
    g.add("AveragePool", [x], **attributes)


def global_pool(op: str) -> Callable[[Graph], None]:
    return lambda g: g.add(op, [g.operand(least=3)])


def max_pool(g: Graph) -> None:
    x = g.operand(least=3, most=5)
    attributes = window(g, g.values[x].shape[2:], pool=True)
    if "dilations" in attributes and g.opset < 10:
        del attributes["dilations"]
    round_up(g, attributes)
    low = helper.make_node("MaxPool", ["x"], ["y"], **attributes)
    if not (run_node(low, g.opset, {"x": np.zeros_like(g.values[x])})[0] == 0).all():
        raise NotHere  # the largest of nothing but padding has no meaning
    g.add("MaxPool", [x], **attributes)


def extreme(op: str) -> Callable[[Graph], None]:
    def build(g: Graph) -> None:
        a = g.operand()
        parts = [a]
        for _ in range(g.integer(0, 3)):
            parts.insert(g.integer(0, len(parts)), partner(g, a))
        g.add(op, parts)

    return build


def clip(g: Graph) -> None:
    x = g.operand()
    low, high = (float(v) for v in g.rng.normal(size=2)) if g.chance(0.2) else sorted(map(float, g.rng.normal(size=2)))
    lower, upper = g.chance(0.8), g.chance(0.8)
    if g.opset < 11:
        bounds = {"min": low} if lower else {}
        g.add("Clip", [x], **bounds, **({"max": high} if upper else {}))
        return
    inputs = [x, g.numbers((), values=np.array(low)) if lower else ""]
    inputs.append(g.numbers((), values=np.array(high)) if upper else "")
    while not inputs[-1]:
        inputs.pop()
    g.add("Clip", inputs)


def hard_sigmoid(g: Graph) -> None:
    attributes = {name: float(g.rng.normal()) for name in ("alpha", "beta") if g.chance()}
    g.add("HardSigmoid", [g.operand()], **attributes)


def cast(g: Graph) -> None:
    way = g.integer(0, 2)
    if way == 0:  # of integers, then used as numbers
        x = g.operand(least=1)
        name = g.name()
        g.values[name] = np.asarray(g.rng.integers(-9, 10, g.values[x].shape[-1]), np.float32)
        whole = g.indices(g.values[name])
        g.nodes.append(helper.make_node("Cast", [whole], [name], to=TensorProto.FLOAT))
        g.add("Add", [x, name])
    else:
        g.add("Cast", [g.operand()], to=TensorProto.FLOAT)


def batch_normalization(g: Graph) -> None:
    x = g.operand(least=2)
    channels = (g.values[x].shape[1],)
    parameters = [g.numbers(channels) for _ in range(3)]
    parameters.append(g.numbers(channels, values=g.rng.uniform(0.2, 2, channels)))
    attributes: dict[str, Any] = {"epsilon": float(g.rng.uniform(0, 0.1))} if g.chance(0.7) else {}
    if g.chance(0.2):
        attributes["momentum"] = 0.8
    if g.opset < 9 and g.chance():
        attributes["spatial"] = 1
    if g.opset >= 14 and g.chance():
        attributes["training_mode"] = 0
    g.add("BatchNormalization", [x, *parameters], **attributes)


def reduce_(op: str, as_input: int, *, noop: bool = True) -> Callable[[Graph], None]:
    def build(g: Graph) -> None:
        x = g.operand(least=1)
        rank = g.values[x].ndim
        axes = some_axes(g, rank, least=1, negative=g.opset >= 11)
        attributes: dict[str, Any] = {"keepdims": g.integer(0, 1)} if g.chance(0.7) else {}
        way = g.integer(0, 5)
        if way == 0:
            g.add(op, [x], **attributes)
        elif g.opset < as_input:
            g.add(op, [x], axes=axes, **attributes)
        elif way == 1 and noop:
            g.add(op, [x, g.indices(np.zeros(0))] if g.chance() else [x], noop_with_empty_axes=1, **attributes)
        else:
            g.add(op, [x, g.integers(axes)], **attributes)

    return build


def some_axes(g: Graph, rank: int, *, least: int = 0, negative: bool = True) -> list[int]:
    """Different axes in any order, some counted from the end."""
    order = g.rng.permutation(rank)[: g.integer(min(least, rank), rank)]
    return [int(a) - (rank if negative and g.chance(0.3) else 0) for a in order]


def constant(g: Graph) -> None:
    a = g.operand()
    name = g.name()
    array = g.rng.normal(size=g.values[a].shape).astype(STORED[g.stored]).astype(np.float32)
    g.values[name] = array
    g.nodes.append(g.constant_node(name, array))
    g.add("Add", [a, name])


def dropout(g: Graph) -> None:
    x = g.operand()
    if g.opset < 12:
        g.add("Dropout", [x], **only_if(g.chance(), ratio=0.3))
    else:
        g.add("Dropout", [x] + ([g.numbers((), values=np.array(0.25))] if g.chance() else []))


def flatten(g: Graph) -> None:
    x = g.operand(least=0 if g.opset >= 11 else 1)
    rank = g.values[x].ndim
    g.add(
        "Flatten",
        [x],
        **({"axis": g.integer(-rank if g.opset >= 11 else 0, rank)} if rank == 0 or g.chance(0.8) else {}),
    )


def factors(g: Graph, size: int) -> list[int]:
    """A shape of so many entries."""
    dims = [1] * g.integer(0, 1)
    while size > 1:
        d = g.some([d for d in range(2, size + 1) if size % d == 0])
        dims.append(d)
        size //= d
    return [int(d) for d in g.rng.permutation(dims)]


def reshape(g: Graph) -> None:
    x = g.operand()
    old = g.values[x].shape
    shape = factors(g, g.values[x].size)
    allow = g.opset >= 14 and g.chance(0.3)
    if not allow:
        shape = [0 if k < len(old) and d == old[k] and g.chance(0.4) else d for k, d in enumerate(shape)]
    if shape and g.chance(0.4):
        shape[g.integer(0, len(shape) - 1)] = -1
    g.add("Reshape", [x, g.integers(shape) if shape else g.indices(np.zeros(0))], **only_if(allow, allowzero=1))


def transpose(g: Graph) -> None:
    x = g.operand()
    rank = g.values[x].ndim
    perm = only_if(rank > 0 and g.chance(0.8), perm=[int(a) for a in g.rng.permutation(rank)])
    g.add("Transpose", [x], **perm)


def squeeze(g: Graph) -> None:
    x = g.operand()
    ones = [k for k, d in enumerate(g.values[x].shape) if d == 1]
    if not ones and g.chance(0.7):
        raise NotHere
    axes = [k - (g.values[x].ndim if g.opset >= 11 and g.chance(0.3) else 0) for k in ones if g.chance(0.7)]
    if not axes:
        g.add("Squeeze", [x])
    elif g.opset < 13:
        g.add("Squeeze", [x], axes=axes)
    else:
        g.add("Squeeze", [x, g.integers(axes)])


def unsqueeze(g: Graph) -> None:
    x = g.operand(most=4)
    n = g.integer(1, 2)
    rank = g.values[x].ndim + n
    axes = [int(a) for a in g.rng.choice(rank, n, replace=False)]
    axes = [a - (rank if g.chance(0.3) else 0) for a in axes] if g.opset >= 11 else sorted(axes)
    if g.opset < 13:
        g.add("Unsqueeze", [x], axes=axes)
    else:
        g.add("Unsqueeze", [x, g.integers(axes)])


def concat(g: Graph) -> None:
    x = g.operand(least=1)
    shape = g.values[x].shape
    axis = g.integer(0, len(shape) - 1)
    parts = [x]
    for _ in range(g.integer(0, 2)):
        same = [n for n in g.moving() if g.values[n].shape == shape]
        other = (*shape[:axis], g.integer(1, 2), *shape[axis + 1 :])
        parts.insert(g.integer(0, len(parts)), g.some(same) if g.chance() else g.numbers(other))
    g.add("Concat", parts, axis=axis - (len(shape) if g.opset >= 11 and g.chance(0.3) else 0))


def slice_(g: Graph) -> None:
    x = g.operand(least=1)
    shape = g.values[x].shape
    axes = some_axes(g, len(shape), least=1, negative=g.opset >= 10)
    steps = [g.some([1, 1, 2, 3, -1, -2]) if g.opset >= 10 else 1 for _ in axes]
    starts, ends = [], []
    for a, s in zip(axes, steps, strict=True):
        d = shape[a]
        first, last = (g.integer(-d, d - 1), g.some([d, 2**31 - 1, -1, g.integer(-d, d)]))
        if s < 0:
            first, last = (g.some([d - 1, -1, 100, first]), g.some([-d - 1, -(2**31), 0, g.integer(-d, d)]))
        starts.append(first)
        ends.append(last)
    named = g.chance(0.7)
    if not named:
        order = len(starts)
        axes = list(range(order))
    if g.opset < 10:
        g.add("Slice", [x], starts=starts, ends=ends, **only_if(named, axes=axes))
        return
    inputs = [x, g.integers(starts), g.integers(ends), g.integers(axes) if named else ""]
    inputs.append(g.integers(steps) if any(s != 1 for s in steps) or g.chance() else "")
    while not inputs[-1]:
        inputs.pop()
    g.add("Slice", inputs)


def gather(g: Graph) -> None:
    x = g.operand(least=1)
    shape = g.values[x].shape
    axis = g.integer(0, len(shape) - 1)
    d = shape[axis]
    at = g.rng.integers(-d if g.opset >= 11 else 0, d, g.some([(), (1,), (3,), (2, 2)]))
    g.add("Gather", [x, g.indices(np.asarray(at))], axis=axis - (len(shape) if g.chance(0.3) else 0))


def split(g: Graph) -> None:
    x = g.operand(least=1)
    shape = g.values[x].shape
    axis = g.integer(0, len(shape) - 1)
    d = shape[axis]
    n = g.integer(1, min(d, 3))
    attributes: dict[str, Any] = (
        {} if axis == 0 and g.chance() else {"axis": axis - (len(shape) if g.opset >= 11 and g.chance(0.3) else 0)}
    )
    if g.chance() or (g.opset < 18 and d % n):
        cuts = sorted(int(c) for c in g.rng.choice(np.arange(1, d), n - 1, replace=False))
        lengths = [b - a for a, b in zip([0, *cuts], [*cuts, d], strict=True)]
        if g.opset < 13:
            g.add("Split", [x], n, split=lengths, **attributes)
        else:
            g.add("Split", [x, g.integers(lengths)], n, **attributes)
    elif g.opset >= 18:
        g.add("Split", [x], n, num_outputs=n, **attributes)
    else:
        g.add("Split", [x], n, **attributes)


def pad(g: Graph) -> None:
    x = g.operand(least=1)
    shape = g.values[x].shape
    axes = some_axes(g, len(shape), least=1) if g.opset >= 18 and g.chance() else None
    dims = [shape[a] for a in axes] if axes is not None else list(shape)
    pads = [g.some([0, 0, 1, 2, -1 if d > 3 else 0]) for d in dims * 2]
    mode = only_if(g.chance(), mode="constant")
    fill = float(np.float32(g.rng.normal()).astype(STORED[g.stored])) if g.chance() else None
    if g.opset < 11:
        g.add("Pad", [x], pads=pads, **mode, **only_if(fill is not None, value=fill))
        return
    inputs = [x, g.integers(pads), "" if fill is None else g.numbers(g.some([(), (1,)]), values=np.array(fill))]
    inputs.append("" if axes is None else g.integers(axes))
    while not inputs[-1]:
        inputs.pop()
    g.add("Pad", inputs, **mode)


BUILDERS: dict[str, Callable[[Graph], None]] = {
    "Abs": unary("Abs"),
    "Add": add_or_sub("Add"),
    "AveragePool": average_pool,
    "BatchNormalization": batch_normalization,
    "Cast": cast,
    "Clip": clip,
    "Concat": concat,
    "Constant": constant,
    "Conv": conv,
    "Div": div,
    "Dropout": dropout,
    "Flatten": flatten,
    "Gather": gather,
    "Gemm": gemm,
    "GlobalAveragePool": global_pool("GlobalAveragePool"),
    "GlobalMaxPool": global_pool("GlobalMaxPool"),
    "HardSigmoid": hard_sigmoid,
    "Identity": unary("Identity"),
    "LeakyRelu": leaky_relu,
    "MatMul": matmul,
    "Max": extreme("Max"),
    "MaxPool": max_pool,
    "Min": extreme("Min"),
    "Mul": mul,
    "Neg": unary("Neg"),
    "Pad": pad,
    "ReduceMax": reduce_("ReduceMax", 18, noop=False),
    "ReduceMean": reduce_("ReduceMean", 18),
    "ReduceMin": reduce_("ReduceMin", 18, noop=False),
    "ReduceSum": reduce_("ReduceSum", 13),
    "Relu": unary("Relu"),
    "Reshape": reshape,
    "Slice": slice_,
    "Split": split,
    "Squeeze": squeeze,
    "Sub": add_or_sub("Sub"),
    "Transpose": transpose,
    "Unsqueeze": unsqueeze,
    "ai.onnx.ml.LinearRegressor": linear_regressor,
    "ai.onnx.ml.Scaler": scaler,
}


def put(g: Graph, op: str) -> bool:
    """Put a node of this operator at the end of the graph, if that goes."""
    before = (len(g.nodes), dict(g.constants), dict(g.values))
    try:
        BUILDERS[op](g)
    except NotHere:
        del g.nodes[before[0] :]
        g.constants, g.values = before[1], before[2]
        return False
    return True


def random_graph(seed: int, first: str, length: int) -> Graph:
    """A graph that begins with this operator."""
    rng = np.random.default_rng(seed)
    for _ in range(200):
        opset = int(rng.integers(OLDEST, newest_opset() + 1))
        least = {
            "Conv": 3,
            "AveragePool": 3,
            "GlobalAveragePool": 3,
            "GlobalMaxPool": 3,
            "MaxPool": 3,
            "BatchNormalization": 2,
        }.get(first, 1)
        rank = 2 if first == "Gemm" or first.startswith("ai.onnx.ml.") else int(rng.integers(least, 6))
        x = rng.normal(size=rng.integers(1, 5, rank)).astype(np.float32)
        g = Graph(rng, opset, str(rng.choice(list(STORED))), x)
        g.values["x"] = x
        if put(g, first):
            for _ in range(length - 1):
                put(g, str(rng.choice(list(BUILDERS))))
            return g
    raise AssertionError(f"no model begins with {first}")

"""Makes exported graphs plainer: constants are folded, and operators written with those that the checker knows.

Untrusted: the theorem is about the graph that comes out, and how well it agrees with the framework is sampled.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import AttributeProto, ModelProto, NodeProto, TensorProto, helper, inliner, numpy_helper, shape_inference

from warrant.gradients.nodes import Array, attribute, evaluated
from warrant.gradients.pooling import Pool, max_pool, to_the_greatest

__all__ = ["rename", "simplify"]


_MOST_FOLDED = 1 << 20
_RANDOM = ("RandomNormal", "RandomUniform", "RandomNormalLike", "RandomUniformLike", "Bernoulli", "Multinomial")
_REWRITES: dict[str, Callable[[_Graph, NodeProto], bool]]


def simplify(model: ModelProto) -> ModelProto:
    """The same function of finite numbers, as a graph with fewer kinds of operators.

    Constants are folded; Einsum is written with products and sums, functions of ONNX with their definitions, and what
    guards against infinite numbers is left out.
    """
    model = inliner.inline_local_functions(model)
    for _ in range(3):
        plain = _Graph(model).run()
        if plain.graph == model.graph:
            break
        model = plain
    return model


def rename(model: ModelProto, inputs: Sequence[str], outputs: Sequence[str]) -> ModelProto:
    """The graph with these names for its inputs and outputs; all other values are numbered."""
    graph = model.graph
    old = [i.name for i in graph.input]
    names = {name: f"v{k}" for k, name in enumerate(_values(model))}
    for name, new in zip(old, inputs, strict=True):
        names[name] = new
    nodes = [
        helper.make_node(n.op_type, [names.get(i, i) for i in n.input], [names.get(o, o) for o in n.output], n.op_type)
        for n in graph.node
    ]
    for node, from_node in zip(nodes, graph.node, strict=True):
        node.name = ""
        node.attribute.extend(from_node.attribute)
    for value, new in zip(graph.output, outputs, strict=True):
        nodes.append(helper.make_node("Identity", [names[value.name]], [new]))
    numbers = []
    for t in graph.initializer:
        copy = TensorProto()
        copy.CopyFrom(t)
        copy.name = names[t.name]
        numbers.append(copy)
    infos = [helper.make_tensor_value_info(names[i.name], *_type(i)) for i in graph.input]
    results = [helper.make_tensor_value_info(new, *_type(o)) for o, new in zip(graph.output, outputs, strict=True)]
    made = helper.make_graph(nodes, "graph", infos, results, numbers)
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", _opset(model))], ir_version=10)


def _type(info: onnx.ValueInfoProto) -> tuple[int, list[int]]:
    kind = info.type.tensor_type
    return kind.elem_type, [d.dim_value for d in kind.shape.dim]


def _opset(model: ModelProto) -> int:
    return next(int(o.version) for o in model.opset_import if o.domain in ("", "ai.onnx"))


def _values(model: ModelProto) -> Iterator[str]:
    graph = model.graph
    yield from (i.name for i in graph.input)
    yield from (t.name for t in graph.initializer)
    yield from (o for n in graph.node for o in n.output if o)


class _Graph:
    """One pass over a graph."""

    def __init__(self, model: ModelProto):
        self.model = shape_inference.infer_shapes(model, data_prop=True)
        self.opset = _opset(model)
        self.constants: dict[str, Array] = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
        self.same: dict[str, str] = {}
        self.nodes: list[NodeProto] = []
        self.pools: dict[str, Pool] = {}
        graph = self.model.graph
        self.shapes: dict[str, tuple[int, ...]] = {}
        self.types: dict[str, int] = {}
        for info in itertools.chain(graph.input, graph.value_info, graph.output):
            kind = info.type.tensor_type
            if kind.HasField("shape") and all(d.HasField("dim_value") for d in kind.shape.dim):
                self.shapes[info.name] = tuple(d.dim_value for d in kind.shape.dim)
            self.types[info.name] = kind.elem_type
        for name, value in self.constants.items():
            self.shapes[name] = value.shape

    def run(self) -> ModelProto:
        """The plainer model."""
        for node in self.model.graph.node:
            copy = NodeProto()
            copy.CopyFrom(node)
            for k, name in enumerate(copy.input):
                copy.input[k] = self.same.get(name, name)
            self.add(copy)
        outputs = [o.name for o in self.model.graph.output]
        for name in outputs:
            if name in self.constants:
                self.emit("Identity", self.number(self.constants[name]), out=name)
            elif name in self.same:
                self.emit("Identity", self.same[name], out=name)
        used, kept = set(outputs), []
        for node in reversed(self.nodes):
            if used & set(node.output):
                kept.append(node)
                used |= set(node.input)
        outs = set(outputs)
        numbers = [numpy_helper.from_array(np.asarray(v), n) for n, v in self.constants.items() if n in used - outs]
        graph = self.model.graph
        made = helper.make_graph(kept[::-1], "graph", graph.input, graph.output, numbers)
        opsets = [helper.make_opsetid("", self.opset)]
        return helper.make_model(made, opset_imports=opsets, ir_version=self.model.ir_version)

    def add(self, node: NodeProto) -> None:
        """Write a node, or what is plainer."""
        rewrite = _REWRITES.get(node.op_type)
        if not (self._folded(node) or (rewrite is not None and rewrite(self, node))):
            self.nodes.append(node)

    def constant(self, name: str, value: Array) -> None:
        """Let a value be these numbers."""
        self.constants[name] = value
        self.shapes[name] = value.shape

    def number(self, value: Array) -> str:
        """The name of a new constant."""
        name = f"constant {len(self.constants)}"
        self.constant(name, value)
        return name

    def emit(self, op: str, *inputs: str, out: str = "", **attributes: Any) -> str:
        """The name of a new node's value."""
        name = out or f"value {len(self.nodes)} {op}"
        self.nodes.append(helper.make_node(op, list(inputs), [name], **attributes))
        return name

    def made_by(self, name: str) -> NodeProto | None:
        """The node that makes a value, if it is there already."""
        return next((n for n in reversed(self.nodes) if name in n.output), None)

    def alike(self, a: str, b: str) -> bool:
        """Whether two values are the same one, or equal constants."""
        both = [self.constants.get(name) for name in (a, b)]
        return a == b or (both[0] is not None and both[1] is not None and np.array_equal(both[0], both[1]))

    def reduce(self, op: str, x: str, axis: int, out: str = "") -> str:
        """The name of a reduction that keeps the axis; the axis is an attribute before operator set 18."""
        if self.opset < 18:
            return self.emit(op, x, out=out, keepdims=1, axes=[axis])
        return self.emit(op, x, self.number(np.array([axis], dtype=np.int64)), out=out, keepdims=1)

    def kind(self, name: str) -> type[np.generic]:
        """The type of numbers that a value consists of."""
        if name in self.constants:
            return self.constants[name].dtype.type
        return helper.tensor_dtype_to_np_dtype(self.types.get(name, TensorProto.FLOAT)).type

    def _folded(self, node: NodeProto) -> bool:
        if node.op_type == "Shape" and node.input[0] in self.shapes and not node.attribute:
            self.constant(node.output[0], np.array(self.shapes[node.input[0]], dtype=np.int64))
            return True
        if node.op_type in _RANDOM or not all(i in self.constants for i in node.input if i):
            return False
        if any(a.type in (AttributeProto.GRAPH, AttributeProto.GRAPHS) for a in node.attribute):
            return False
        values = evaluated(node, {i: self.constants[i] for i in node.input if i}, self.opset)
        if values is None:
            return False
        if sum(v.size for v in values) > _MOST_FOLDED:
            return False
        for name, value in zip((o for o in node.output if o), values, strict=True):
            self.constant(name, value)
        return True


def _identity(graph: _Graph, node: NodeProto) -> bool:
    graph.same[node.output[0]] = node.input[0]
    return True


def _never(graph: _Graph, node: NodeProto) -> bool:
    """IsInf and IsNaN: of numbers, no."""
    shape = graph.shapes.get(node.input[0])
    if shape is None:
        return False
    graph.constant(node.output[0], np.zeros(shape, dtype=np.bool_))
    return True


def _equal(graph: _Graph, node: NodeProto) -> bool:
    """A number is equal to itself, and to no infinite one; and to its maximum with another if it is at least that.

    The last is for extrema of extrema, such as a clipped value: written so, their steps are those of the function.
    """
    a, b = node.input
    shape = graph.shapes.get(node.output[0])
    for one, extremum in ((a, b), (b, a)):
        made = graph.made_by(extremum)
        if made is None or made.op_type not in _EXTREMA or len(made.input) != 2 or not _nested(graph, made):
            continue
        others = [made.input[1 - k] for k in (0, 1) if graph.alike(made.input[k], one)]
        known = [graph.shapes.get(name) for name in (one, *others[:1])]
        if others and None not in known and np.broadcast_shapes(*(s for s in known if s is not None)) == shape:
            op = "GreaterOrEqual" if made.op_type == "Max" else "LessOrEqual"
            graph.emit(op, one, others[0], out=node.output[0])
            return True
    infinite = any(i in graph.constants and np.all(np.isinf(graph.constants[i])) for i in (a, b))
    if shape is None or not (a == b or infinite):
        return False
    graph.constant(node.output[0], np.full(shape, a == b))
    return True


_EXTREMA = ("Max", "Min")


def _nested(graph: _Graph, node: NodeProto) -> bool:
    """Whether a maximum or minimum is one of another, or another one of it."""
    inner = any(made is not None and made.op_type in _EXTREMA for made in map(graph.made_by, node.input))
    later = (n for n in graph.model.graph.node if n.op_type in _EXTREMA)
    return inner or any(node.output[0] in [graph.same.get(i, i) for i in n.input] for n in later)


def _extremum(graph: _Graph, node: NodeProto) -> bool:
    """Max with -∞ and Min with ∞ are what is left, if that has the shape."""
    infinite = -np.inf if node.op_type == "Max" else np.inf
    rest = [i for i in node.input if not (i in graph.constants and np.all(graph.constants[i] == infinite))]
    if len(rest) == len(node.input) or not rest:
        return False
    if len(rest) == 1 and graph.shapes.get(rest[0]) == graph.shapes.get(node.output[0]):
        graph.same[node.output[0]] = rest[0]
        return True
    return False


def _where(graph: _Graph, node: NodeProto) -> bool:
    """With a constant condition: one of the two, or sums of products with 1 and 0."""
    condition, *branches = node.input
    if condition not in graph.constants:
        return _where_of_integers(graph, node)
    mask = graph.constants[condition].astype(bool)
    shape = graph.shapes.get(node.output[0])
    if mask.all() or not mask.any():
        taken = branches[0] if mask.all() else branches[1]
        if graph.shapes.get(taken) == shape:
            graph.same[node.output[0]] = taken
            return True
    if any(b in graph.constants and not np.isfinite(graph.constants[b]).all() for b in branches):
        return False
    kind = graph.kind(branches[0])
    on, off = (graph.number(m.astype(kind)) for m in (mask, ~mask))
    one, other = graph.emit("Mul", on, branches[0]), graph.emit("Mul", off, branches[1])
    graph.emit("Add", one, other, out=node.output[0])
    return True


def _where_of_integers(graph: _Graph, node: NodeProto) -> bool:
    """Between integers that are constants: the same floats, since the checker's integers are none that are computed."""
    condition, *branches = node.input
    if not all(b in graph.constants and graph.constants[b].dtype.kind == "i" for b in branches):
        return False
    floats = [graph.number(graph.constants[b].astype(np.float32)) for b in branches]
    graph.emit("Where", condition, *floats, out=node.output[0])
    return True


def _einsum(graph: _Graph, node: NodeProto) -> bool:
    """Operands are brought to all letters, multiplied, and summed."""
    equation = helper.get_node_attr_value(node, "equation").decode().replace(" ", "")
    if "." in equation or any(i not in graph.shapes for i in node.input):
        return False
    left, arrow, right = equation.partition("->")
    terms = left.split(",")
    letters = "".join(dict.fromkeys("".join(terms)))
    if any(len(set(t)) != len(t) for t in terms):
        return False
    if not arrow:
        right = "".join(sorted(c for c in letters if left.count(c) == 1))
    order = right + "".join(c for c in letters if c not in right)
    factors = []
    for name, term in zip(node.input, terms, strict=True):
        here = sorted(term, key=order.index)
        turned = graph.emit("Transpose", name, perm=[term.index(c) for c in here]) if here != list(term) else name
        size = dict(zip(term, graph.shapes[name], strict=True))
        full = graph.number(np.array([size.get(c, 1) for c in order], dtype=np.int64))
        factors.append(graph.emit("Reshape", turned, full))
    product = factors[0]
    for factor in factors[1:]:
        product = graph.emit("Mul", product, factor)
    if len(order) > len(right):
        axes = graph.number(np.arange(len(right), len(order)))
        graph.emit("ReduceSum", product, axes, out=node.output[0], keepdims=0)
    else:
        graph.emit("Identity", product, out=node.output[0])
    return True


def _moved(graph: _Graph, node: NodeProto) -> bool:
    """Entries that are taken from, or put into, known places: one Gather from all of them in a row."""
    moving = [i for i in node.input if i not in graph.constants]
    if attribute(node, "reduction", b"none") == b"add":
        return _summed(graph, node)
    if any(i not in graph.shapes for i in moving) or attribute(node, "reduction", b"none") != b"none":
        return False
    given, start = {i: graph.constants[i] for i in node.input if i in graph.constants}, 0
    if any(given[i].dtype.kind != "i" for i in given):
        return False
    for i in moving:
        size = int(np.prod(graph.shapes[i], dtype=np.int64))
        given[i] = np.arange(start, start + size, dtype=np.float64).reshape(graph.shapes[i])
        start += size
    places = evaluated(node, given, graph.opset)
    if places is None:
        return False
    flat = graph.number(np.array([-1], dtype=np.int64))
    rows = [graph.emit("Reshape", i, flat) for i in moving]
    row = graph.emit("Concat", *rows, axis=0) if len(rows) > 1 else rows[0]
    taken = graph.emit("Gather", row, graph.number(places[0].astype(np.int64).reshape(-1)), axis=0)
    graph.emit("Reshape", taken, graph.number(np.array(places[0].shape, dtype=np.int64)), out=node.output[0])
    return True


def _gather(graph: _Graph, node: NodeProto) -> bool:
    """With indices of 64 bits."""
    index = node.input[1]
    if index in graph.constants and graph.constants[index].dtype == np.int32:
        node.input[1] = graph.number(graph.constants[index].astype(np.int64))
    return False


def _summed(graph: _Graph, node: NodeProto) -> bool:
    """Sums of entries that known places say (Scatter with addition, CumSum): a product with a matrix of 1 and 0."""
    moving = node.input[0 if node.op_type == "CumSum" else 2]
    if any(i not in graph.constants for i in node.input if i != moving):
        return node.op_type == "ScatterElements" and to_the_greatest(graph, node)
    if moving in graph.constants:
        return False
    shape = graph.shapes.get(moving)
    if shape is None:
        return False
    given = {i: graph.constants[i] for i in node.input if i != moving}
    size = int(np.prod(shape, dtype=np.int64))
    kind = graph.kind(moving)

    def result(x: NDArray[np.float64]) -> NDArray[np.float64] | None:
        found = evaluated(node, {**given, moving: x.reshape(shape).astype(kind)}, graph.opset)
        return np.asarray(found[0], dtype=np.float64) if found is not None else None

    start = result(np.zeros(size))
    columns = [result(row) for row in np.eye(size)] if size * size <= _MOST_FOLDED and start is not None else []
    found = [c for c in columns if c is not None]
    if start is None or not columns or len(found) < size:
        return False
    matrix = np.stack([(c - start).reshape(-1) for c in found], axis=1)
    column = graph.emit("Reshape", moving, graph.number(np.array([size, 1], dtype=np.int64)))
    product = graph.emit("MatMul", graph.number(matrix.astype(kind)), column)
    form = graph.number(np.array(start.shape, dtype=np.int64))
    if not start.any():
        graph.emit("Reshape", product, form, out=node.output[0])
    else:
        graph.emit("Add", graph.emit("Reshape", product, form), graph.number(start.astype(kind)), out=node.output[0])
    return True


def _mean(graph: _Graph, node: NodeProto) -> bool:
    """Of several values: their sum, divided by how many they are."""
    many = graph.number(np.array(len(node.input), dtype=graph.kind(node.input[0])))
    total = graph.emit("Sum", *node.input) if len(node.input) > 1 else node.input[0]
    graph.emit("Div", total, many, out=node.output[0])
    return True


def _last_axis(graph: _Graph, node: NodeProto) -> bool:
    """Softmax and LogSoftmax over the last axis, which is turned there."""
    shape = graph.shapes.get(node.input[0])
    axis = int(attribute(node, "axis", -1))
    if shape is None or graph.opset < 13 or axis % len(shape) == len(shape) - 1:
        return False
    perm = list(range(len(shape)))
    perm[axis], perm[-1] = perm[-1], perm[axis]
    turned = graph.emit("Transpose", node.input[0], perm=perm)
    graph.shapes[turned] = tuple(shape[k] for k in perm)
    graph.emit("Transpose", graph.emit(node.op_type, turned, axis=-1), perm=perm, out=node.output[0])
    return True


def _length(graph: _Graph, node: NodeProto) -> bool:
    """Divided by the Euclidean norm."""
    if int(attribute(node, "p", 2)) != 2:
        return False
    norm = graph.reduce("ReduceL2", node.input[0], int(attribute(node, "axis", -1)))
    graph.emit("Div", node.input[0], norm, out=node.output[0])
    return True


def _layer_normalization(graph: _Graph, node: NodeProto) -> bool:
    """With the mean and 1/deviation as further outputs, over the last axis."""
    x, shape = node.input[0], graph.shapes.get(node.input[0])
    if len(node.output) == 1 or shape is None or int(attribute(node, "axis", -1)) not in (-1, len(shape) - 1):
        return False
    names = [*node.output, "", ""][:3]
    one, eps = (np.array(v, dtype=graph.kind(x)) for v in (1, attribute(node, "epsilon", 1e-5)))
    mean = graph.reduce("ReduceMean", x, -1, out=names[1])
    centred = graph.emit("Sub", x, mean)
    variance = graph.reduce("ReduceMean", graph.emit("Mul", centred, centred), -1)
    deviation = graph.emit("Sqrt", graph.emit("Add", variance, graph.number(eps)))
    inverse = graph.emit("Div", graph.number(one), deviation, out=names[2])
    scaled = graph.emit("Mul", graph.emit("Mul", centred, inverse), node.input[1])
    last = [node.input[2]] if len(node.input) > 2 else []
    graph.emit("Add" if last else "Identity", scaled, *last, out=names[0])
    return True


def _instance_normalization(graph: _Graph, node: NodeProto) -> bool:
    """Mean and variance are those of each channel of each example."""
    x, scale, bias = node.input
    shape = graph.shapes.get(x)
    if shape is None:
        return False
    rows, channels, full = (np.array(form, dtype=np.int64) for form in ((*shape[:2], -1), (1, -1, 1), shape))
    flat = graph.emit("Reshape", x, graph.number(rows))
    centred = graph.emit("Sub", flat, graph.reduce("ReduceMean", flat, -1))
    variance = graph.reduce("ReduceMean", graph.emit("Mul", centred, centred), -1)
    eps = graph.number(np.array(attribute(node, "epsilon", 1e-5), dtype=graph.kind(x)))
    normal = graph.emit("Div", centred, graph.emit("Sqrt", graph.emit("Add", variance, eps)))
    a, b = (graph.emit("Reshape", name, graph.number(channels)) for name in (scale, bias))
    shifted = graph.emit("Add", graph.emit("Mul", normal, a), b)
    graph.emit("Reshape", shifted, graph.number(full), out=node.output[0])
    return True


def _batch_normalization(graph: _Graph, node: NodeProto) -> bool:
    """With statistics that were computed."""
    x, *rest = node.input
    if len(node.output) > 1 or x not in graph.shapes or all(r in graph.constants for r in rest):
        return False
    if attribute(node, "training_mode", 0):
        return False
    form = graph.number(np.array([1, -1, *[1] * (len(graph.shapes[x]) - 2)], dtype=np.int64))
    scale, bias, mean, variance = (graph.emit("Reshape", r, form) for r in rest)
    eps = graph.number(np.array(attribute(node, "epsilon", 1e-5), dtype=graph.kind(x)))
    deviation = graph.emit("Sqrt", graph.emit("Add", variance, eps))
    normal = graph.emit("Div", graph.emit("Sub", x, mean), deviation)
    graph.emit("Add", graph.emit("Mul", normal, scale), bias, out=node.output[0])
    return True


def _expanded(graph: _Graph, node: NodeProto) -> bool:
    """By the definition that the ONNX specification gives of the operator."""
    schema: Any = onnx.defs.get_schema(node.op_type, graph.opset, "")
    if schema.has_function:
        body = schema.function_body
        text = body.SerializeToString()
    elif schema.has_context_dependent_function:
        kinds = [
            helper.make_tensor_type_proto(graph.types.get(i, TensorProto.FLOAT), graph.shapes.get(i))
            for i in node.input
        ]
        text = schema.get_context_dependent_function(node.SerializeToString(), [k.SerializeToString() for k in kinds])
    else:
        return False
    function = onnx.FunctionProto()
    function.ParseFromString(text)
    names = dict(zip(function.input, node.input, strict=False)) | dict(zip(function.output, node.output, strict=False))
    defaults = {name: a.default_value for name, a in schema.attributes.items() if a.default_value.name}
    given = defaults | {a.name: a for a in [*function.attribute_proto, *node.attribute]}
    tag = f"{node.output[0]} "
    for step in function.node:
        copy = NodeProto()
        copy.CopyFrom(step)
        del copy.input[:], copy.output[:], copy.attribute[:]
        copy.input.extend(names.get(i, f"{tag}{i}" if i else "") for i in step.input)
        copy.output.extend(names.get(o, f"{tag}{o}") for o in step.output)
        for a in step.attribute:
            if a.ref_attr_name:
                if a.ref_attr_name not in given:
                    continue
                value = AttributeProto()
                value.CopyFrom(given[a.ref_attr_name])
                value.name = a.name
                copy.attribute.append(value)
            else:
                copy.attribute.append(a)
        graph.add(copy)
    return True


def _like(graph: _Graph, node: NodeProto) -> bool:
    graph.emit("Cast", node.input[0], out=node.output[0], to=graph.types.get(node.input[1], TensorProto.FLOAT))
    return True


_REWRITES = {
    "Identity": _identity,
    "IsInf": _never,
    "IsNaN": _never,
    "Max": _extremum,
    "Min": _extremum,
    "CumSum": _summed,
    "Equal": _equal,
    "Gather": _gather,
    "GatherElements": _moved,
    "GatherND": _moved,
    "InstanceNormalization": _instance_normalization,
    "LayerNormalization": _layer_normalization,
    "LogSoftmax": _last_axis,
    "LpNormalization": _length,
    "MaxPool": max_pool,
    "Mean": _mean,
    "ScatterElements": _moved,
    "ScatterND": _moved,
    "Softmax": _last_axis,
    "Where": _where,
    "Einsum": _einsum,
    "BatchNormalization": _batch_normalization,
    "CastLike": _like,
    **dict.fromkeys(
        ["Celu", "Elu", "Gelu", "GroupNormalization", "HardSigmoid", "HardSwish", "Mish", "MeanVarianceNormalization"],
        _expanded,
    ),
    **dict.fromkeys(
        ["PRelu", "ReduceL1", "ReduceLogSum", "RMSNormalization", "Selu", "Shrink", "Softsign", "Swish"], _expanded
    ),
    **dict.fromkeys(["ThresholdedRelu", "Clip", "SoftmaxCrossEntropyLoss"], _expanded),
}

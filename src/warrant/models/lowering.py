"""From a graph of operators to blocks, node after node, as docs/certificates.md, section 1, prescribes."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import scipy.sparse as sp

from warrant.errors import Unsupported, WrongInput
from warrant.models import arithmetic, decisions, movement, piecewise, windows
from warrant.models.encoders import ENCODERS
from warrant.models.network import Block, Function, Lowered, widened
from warrant.models.onnx_file import ML, Graph, Node, Value, read_graph
from warrant.models.operands import Call
from warrant.models.tensors import SUM, VARIABLE, Affine, constant, variables

if TYPE_CHECKING:
    from collections.abc import Callable


class Lowering:
    """The blocks made so far."""

    def __init__(self, inputs: int) -> None:
        self.blocks: list[Block] = []
        self.next = inputs

    def block(self, function: Function, operand: Affine, ends: tuple[int, int] = (0, 0)) -> Affine:
        """A new block with a row for each entry of the operand; the result's entries are its variables."""
        n = operand.size
        matrix = operand.matrix if operand.matrix is not None else sp.csr_matrix((n, self.next))
        self.blocks.append(Block(function, self.next, widened(matrix, self.next), operand.bias, ends))
        self.next += n
        return variables(operand.shape, self.next - n)

    def force(self, operand: Affine) -> Affine:
        """The operand without sums: if there are some, an Id block with a row for every entry is made."""
        return self.block("id", operand) if (operand.kind == SUM).any() else operand

    def apply(self, node: Node, operands: tuple[Value | None, ...]) -> list[Value]:
        """The results of one node."""
        call = Call(node, operands)
        op = node.op
        if op == "Relu":
            call.limit(1, 1, [])
            return [self.block("relu", call.real(0))]
        if op == "LeakyRelu":
            call.limit(1, 1, ["alpha"])
            operand = self.force(call.real(0))
            alpha = call.number("alpha", float(np.float32(0.01)))
            return [arithmetic.leaky(operand, self.block("relu", operand), alpha)]
        if op == "MatMul":
            call.limit(2, 2, [])
            return [arithmetic.matmul(self.force(call.real(0)), self.force(call.real(1)))]
        if op in ("Gemm", "Conv"):
            names = ["transA", "transB", "alpha", "beta"] if op == "Gemm" else ["group", *windows.WINDOW]
            call.limit(2, 3, names)
            a, b = self.force(call.real(0)), self.force(call.real(1))
            c = self.force(call.real(2)) if call.has(2) else None
            return [arithmetic.gemm(call, a, b, c) if op == "Gemm" else windows.conv(call, a, b, c)]
        if op in piecewise.PIECEWISE:
            return [piecewise.apply(self, call)]
        if op == "Split":
            return movement.split(call)
        if op == decisions.LINEAR_CLASSIFIER:
            raise Unsupported("several inputs at once, or labels together with other networks", expected="one input")
        if op not in OPERATORS:
            raise Unsupported(f"operator {op} is not supported", hint="supported: " + ", ".join(supported()))
        return [OPERATORS[op](call)]


def _same(call: Call, most: int, attributes: list[str]) -> Value:
    call.limit(1, most, attributes)
    return call.value(0)


OPERATORS: dict[str, Callable[[Call], Value]] = {
    "Add": lambda c: arithmetic.add_or_sub(c, 1.0),
    "Sub": lambda c: arithmetic.add_or_sub(c, -1.0),
    "Mul": arithmetic.multiply,
    "Div": arithmetic.divide,
    "Neg": arithmetic.negate,
    f"{ML}.Scaler": arithmetic.scaler,
    f"{ML}.LinearRegressor": arithmetic.linear_regressor,
    "BatchNormalization": arithmetic.batch_normalization,
    "ReduceSum": lambda c: arithmetic.reduce_(c, False),
    "ReduceMean": lambda c: arithmetic.reduce_(c, True),
    "GlobalAveragePool": arithmetic.global_average_pool,
    "AveragePool": windows.average_pool,
    "Identity": lambda c: _same(c, 1, []),
    "Dropout": lambda c: _same(c, 2, ["ratio", "seed"]),
    "Cast": movement.cast_,
    "Constant": movement.constant_value,
    "Reshape": movement.reshape,
    "Flatten": movement.flatten,
    "Transpose": movement.transpose,
    "Squeeze": movement.squeeze,
    "Unsqueeze": movement.unsqueeze,
    "Concat": movement.concat,
    "Slice": movement.slice_,
    "Gather": movement.gather,
    "Pad": movement.pad,
    "Sign": decisions.sign,
    "Where": decisions.where,
    "ArgMax": decisions.arg_extreme,
    "ArgMin": decisions.arg_extreme,
    **dict.fromkeys(("Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual"), decisions.compare),
    **dict.fromkeys(("And", "Not", "Or"), decisions.join),
    **ENCODERS,
}


def supported() -> list[str]:
    """The operators that can be lowered, by name."""
    special = ("Relu", "LeakyRelu", "MatMul", "Gemm", "Conv", "Split", decisions.LINEAR_CLASSIFIER)
    return sorted([*OPERATORS, *piecewise.PIECEWISE, *special])


def lower(graph: Graph) -> Lowered:
    """The blocks of a graph.  Raises WrongInput or Unsupported, with the node's name."""
    inputs = prod(graph.input_shape)
    state = Lowering(inputs)
    output = run(state, graph, variables(graph.input_shape, 0))
    return lowered(state, inputs, graph.input_shape, output, graph.name)


def run(state: Lowering, graph: Graph, x: Affine) -> Affine:
    """The output of a graph on the input x, without sums.  Raises WrongInput or Unsupported, with the node's name."""
    values: dict[str, Value] = dict(graph.initializers)
    values[graph.input_name] = x
    for node in graph.nodes:
        try:
            run_node(state.apply, node, values)
        except WrongInput as error:
            raise error.at(file=graph.name, place=node.place) from error
    output = values.get(graph.output_name)
    if isinstance(output, np.ndarray):  # integers that are known
        output = constant(output.astype(np.float64))
    if not isinstance(output, Affine):
        raise WrongInput(f"no node makes the output {graph.output_name!r} (a tensor of floats)", file=graph.name)
    return state.force(output)


def lowered(state: Lowering, inputs: int, input_shape: tuple[int, ...], output: Affine, name: str) -> Lowered:
    """The blocks made so far, with an output that has no sums."""
    moving = output.kind == VARIABLE
    numbers = np.full(output.size, -1, dtype=np.int64)
    if output.matrix is not None:
        numbers[moving] = output.matrix[moving].indices
    constants = np.where(moving, 0.0, output.bias)
    return Lowered(inputs, input_shape, output.shape, tuple(state.blocks), numbers, constants, name)


T = TypeVar("T")


def run_node(apply: Callable[[Node, tuple[T | None, ...]], list[T]], node: Node, values: dict[str, T]) -> None:
    """Adds the results of one node to the values by name."""
    for name in node.inputs:
        if name and name not in values:
            raise WrongInput(
                f"its input {name!r} is not made by an earlier node, or has no meaning",
                expected="nodes in order, that are needed for the output",
                hint="onnx.utils.Extractor(model).extract_model(inputs, outputs) leaves out what is not needed",
            )
    results = apply(node, tuple(values[n] if n else None for n in node.inputs))
    for name, value in zip(node.outputs, results, strict=False):
        if not name:
            continue
        if name in values:
            raise WrongInput(f"its output {name!r} has the name of another value")
        values[name] = value


def load(data: bytes, *, name: str = "model.onnx") -> Lowered:
    """The network in an ONNX file's bytes, as blocks.

    Raises WrongInput if the bytes are no model or the model has no meaning, Unsupported if Warrant does not handle it.
    """
    return lower(read_graph(data, name=name))

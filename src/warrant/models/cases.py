"""Networks that jump: labels, categories, comparisons (docs/certificates.md, section 5)."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import prod
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from warrant.errors import Unsupported, WrongInput
from warrant.models import decisions
from warrant.models.encoders import ENCODERS
from warrant.models.lowering import Lowering, run_node
from warrant.models.movement import stacked
from warrant.models.network import Lowered, all_values, widened
from warrant.models.operands import Call
from warrant.models.tensors import CONSTANT, Affine, constant, variables

if TYPE_CHECKING:
    from collections.abc import Mapping

    from warrant.models.network import Floats, Matrix
    from warrant.models.onnx_file import Graph, Node, Value

MOST_CASES = 256
_DECIDED = {
    *("And", "ArgMax", "ArgMin", "Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Not", "Or", "Sign"),
    *("Where", decisions.LINEAR_CLASSIFIER, *ENCODERS),
}


@dataclass(frozen=True)
class Outcome:
    """The outputs where some rows hold.

    guards: (rows,) entries that are then at most 0, less where strict; outputs: (outputs,) in row-major order.
    """

    guards: Affine
    strict: tuple[bool, ...]
    outputs: Affine


@dataclass(frozen=True)
class Part(Lowered):
    """The network where some inputs are fixed, as blocks; its outputs are those of an outcome whose guards hold."""

    outcomes: tuple[Outcome, ...] = ()

    def evaluate(self, x: Floats) -> Floats:
        """Outputs (batch, outputs) in binary64 for inputs (batch, inputs); those that are fixed are taken as fixed."""
        values = all_values(self.blocks, x)
        found = np.full((len(x), self.outputs), np.nan)
        for outcome in reversed(self.outcomes):
            rows = entries(outcome.guards, values)
            holds = np.where(np.array(outcome.strict, bool), rows < 0, rows <= 0).all(axis=1)
            found[holds] = entries(outcome.outputs, values)[holds]
        return found


def rows_of(tensor: Affine, columns: int) -> Matrix:
    """(entries, columns) the entries' weights of values."""
    if tensor.matrix is None:
        return sp.csr_matrix((tensor.size, columns))
    return widened(tensor.matrix, columns)


def entries(tensor: Affine, values: Floats) -> Floats:
    """(batch, entries) where the values are (batch, values)."""
    found: Floats = (rows_of(tensor, values.shape[1]) @ values.T).T + tensor.bias
    return found


@dataclass(frozen=True)
class Decided:
    """A network that jumps.  What it is at some inputs is found out for each box of a property.

    outputs: their number; label: whether the output is one label.
    """

    graph: Graph
    input_shape: tuple[int, ...]
    outputs: int
    label: bool
    parts: dict[tuple[tuple[int, float], ...], Part] = field(default_factory=dict, compare=False, repr=False)

    @property
    def inputs(self) -> int:
        """The number of inputs."""
        return prod(self.input_shape)

    def part(self, fixed: Mapping[int, float]) -> Part:
        """The network where inputs, by number, have these values.

        Raises WrongInput or Unsupported, with the node's name.
        """
        key = tuple(sorted(fixed.items()))
        if key not in self.parts:
            self.parts[key], _ = _part(self.graph, fixed)
        return self.parts[key]

    def evaluate(self, x: Floats) -> Floats:
        """Outputs (batch, outputs) in binary64 for inputs (batch, inputs)."""
        try:
            return self.part({}).evaluate(x)
        except Unsupported:
            points = [_part(self.graph, dict(enumerate(map(float, row))))[0].evaluate(row[None]) for row in x]
            return np.concatenate(points) if points else np.zeros((0, self.outputs))


def is_decided(graph: Graph) -> bool:
    """Whether the graph has an operator that jumps, or chooses columns, in it."""
    return any(node.op in _DECIDED for node in graph.nodes)


def read_decided(graph: Graph) -> Decided:
    """The network in a graph.  Raises WrongInput or Unsupported, with the node's name."""
    part, label = _part(graph, dict.fromkeys(range(prod(graph.input_shape)), 0.0))
    return Decided(graph, graph.input_shape, part.outputs, label and part.outputs == 1)


def _part(graph: Graph, fixed: Mapping[int, float]) -> tuple[Part, bool]:
    """The network where inputs have these values, and whether its outputs are integers."""
    inputs = prod(graph.input_shape)
    state = Lowering(inputs)
    x = variables(graph.input_shape, 0)
    if fixed:
        at = np.zeros(inputs, bool)
        at[list(fixed)] = True
        bias = np.zeros(inputs)
        bias[list(fixed)] = list(fixed.values())
        kind = np.where(at, CONSTANT, x.kind).astype(np.int8)
        matrix = sp.csr_matrix(sp.diags_array((~at).astype(float)) @ rows_of(x, inputs))
        x = Affine(x.shape, kind, bias, matrix if kind.any() else None)
    walk = _Walk(state, graph)
    walk.go(0, {**graph.initializers, graph.input_name: x}, [], ())
    shape = walk.shapes[0]
    if any(s != shape for s in walk.shapes):
        raise Unsupported("outputs of different shapes", file=graph.name)
    nowhere = np.full(prod(shape), -1, dtype=np.int64)
    return (
        Part(
            inputs,
            graph.input_shape,
            shape,
            tuple(state.blocks),
            nowhere,
            np.zeros(len(nowhere)),
            graph.name,
            tuple(walk.outcomes),
        ),
        walk.integers,
    )


class _Walk:
    """All outcomes of a graph, node after node, with a case for each answer of a node that compares scores."""

    def __init__(self, state: Lowering, graph: Graph) -> None:
        self.state, self.graph = state, graph
        self.outcomes: list[Outcome] = []
        self.shapes: list[tuple[int, ...]] = []
        self.integers = False

    def go(self, first: int, values: dict[str, Value], guards: list[Affine], strict: tuple[bool, ...]) -> None:
        """Goes on from a node, with the values so far, which are changed."""
        for k, node in enumerate(self.graph.nodes[first:], first):
            try:
                options = self._options(node, values)
                if options is None:
                    run_node(self.state.apply, node, values)
            except WrongInput as error:
                raise error.at(file=self.graph.name, place=node.place) from error
            if options is not None:
                for option in options:
                    there = dict(values)
                    run_node(lambda *_, results=option.results: list(results), node, there)
                    self.go(k + 1, there, [*guards, option.guards], strict + option.strict)
                return
        self._end(values, guards, strict)

    def _options(self, node: Node, values: dict[str, Value]) -> list[decisions.Option] | None:
        if node.op not in (decisions.ARG_MAX, decisions.LINEAR_CLASSIFIER):
            return None
        return decisions.options(Call(node, tuple(values.get(name) if name else None for name in node.inputs)))

    def _end(self, values: dict[str, Value], guards: list[Affine], strict: tuple[bool, ...]) -> None:
        output = values.get(self.graph.output_name)
        if isinstance(output, np.ndarray):
            self.integers = True
            output = constant(output.astype(np.float64))
        if not isinstance(output, Affine):
            raise WrongInput(f"no node makes the output {self.graph.output_name!r}", file=self.graph.name)
        if len(self.outcomes) == MOST_CASES:
            raise Unsupported(f"more than {MOST_CASES} cases", file=self.graph.name)
        rows = stacked(guards) if guards else constant(np.zeros(0))
        self.outcomes.append(Outcome(rows, strict, output))
        self.shapes.append(output.shape)

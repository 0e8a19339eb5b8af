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
from warrant.models.tensors import CONSTANT, Affine, add, constant, variables

if TYPE_CHECKING:
    from collections.abc import Mapping

    from warrant.models.network import Floats, Matrix
    from warrant.models.onnx_file import Graph, Node, Value

MOST_CASES = 256
DECIDED = {
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


_MOST_PARTS = 256
"""Parts of a network that are kept."""


@dataclass(frozen=True)
class Decided:
    """A network that jumps, or several.  What it is at some inputs is found out for each box of a property.

    graphs: where there are several, the inputs are those of the first, and the differences of the others' from them,
    and the outputs are all outputs in order; outputs: their number; label: whether the output is one label.
    """

    graphs: tuple[Graph, ...]
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
        found = self.parts.get(key)
        if found is None:
            found, _ = _part(self.graphs, fixed)
            if len(self.parts) >= _MOST_PARTS:
                self.parts.clear()
            self.parts[key] = found
        return found

    def evaluate(self, x: Floats) -> Floats:
        """Outputs (batch, outputs) in binary64 for inputs (batch, inputs)."""
        try:
            return self.part({}).evaluate(x)
        except Unsupported:
            points = [_part(self.graphs, dict(enumerate(map(float, row))))[0].evaluate(row[None]) for row in x]
            return np.concatenate(points) if points else np.zeros((0, self.outputs))


def is_decided(graph: Graph) -> bool:
    """Whether the graph has an operator that jumps, or chooses columns, in it."""
    return any(node.op in DECIDED for node in graph.nodes)


def read_decided(*graphs: Graph) -> Decided:
    """The network in a graph, or in several of as many inputs.  Raises WrongInput or Unsupported."""
    inputs = prod(graphs[0].input_shape) * len(graphs)
    part, label = _part(graphs, dict.fromkeys(range(inputs), 0.0))
    return Decided(graphs, part.input_shape, part.outputs, label and part.outputs == 1)


def _part(graphs: tuple[Graph, ...], fixed: Mapping[int, float]) -> tuple[Part, bool]:
    """The networks where inputs have these values, and whether all outputs are integers."""
    size = prod(graphs[0].input_shape)
    inputs = size * len(graphs)
    state = Lowering(inputs)
    z = _with_fixed(variables((inputs,), 0), fixed)
    found: list[Outcome] = [Outcome(constant(np.zeros(0)), (), constant(np.zeros(0)))]
    shapes: list[tuple[int, ...]] = []
    integers = True
    for k, graph in enumerate(graphs):
        places = np.arange(size).reshape(graph.input_shape)
        x = z.take(places) if k == 0 else add(z.take(places), z.take(places + k * size))
        walk = _Walk(state, graph)
        walk.go(0, {**graph.initializers, graph.input_name: x}, [], ())
        if any(outcome.outputs.shape != walk.outcomes[0].outputs.shape for outcome in walk.outcomes):
            raise Unsupported("outputs of different shapes", file=graph.name)
        shapes.append(walk.outcomes[0].outputs.shape)
        integers = integers and walk.integers
        found = [_together(a, b) for a in found for b in walk.outcomes]
    shape = shapes[0] if len(graphs) == 1 else (found[0].outputs.size,)
    nowhere = np.full(prod(shape), -1, dtype=np.int64)
    input_shape = graphs[0].input_shape if len(graphs) == 1 else (inputs,)
    blocks, name = tuple(state.blocks), graphs[0].name
    part = Part(inputs, input_shape, shape, blocks, nowhere, np.zeros(len(nowhere)), name, tuple(found))
    return part, integers


def _together(a: Outcome, b: Outcome) -> Outcome:
    """Both outcomes, of two networks."""
    return Outcome(stacked([a.guards, b.guards]), a.strict + b.strict, stacked([a.outputs, b.outputs]))


def _with_fixed(z: Affine, fixed: Mapping[int, float]) -> Affine:
    """The inputs, where some of them have values."""
    if not fixed:
        return z
    at = np.zeros(z.size, bool)
    at[list(fixed)] = True
    bias = np.zeros(z.size)
    bias[list(fixed)] = list(fixed.values())
    kind = np.where(at, CONSTANT, z.kind).astype(np.int8)
    matrix = sp.csr_matrix(sp.diags_array((~at).astype(float)) @ rows_of(z, z.size))
    return Affine(z.shape, kind, bias, matrix if kind.any() else None)


class _Walk:
    """All outcomes of a graph, node after node, with a case for each answer of a node that compares scores."""

    def __init__(self, state: Lowering, graph: Graph) -> None:
        self.state, self.graph = state, graph
        self.outcomes: list[Outcome] = []
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

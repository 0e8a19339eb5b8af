"""Several networks as one, over the inputs of the first and the differences of the others' (docs/relations.md)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod
from typing import TYPE_CHECKING

from warrant.errors import Unsupported, WrongInput
from warrant.models.alike import near, one_graph, same_numbers
from warrant.models.cases import Decided, is_decided, read_decided
from warrant.models.ensembles import Ensembles, read_ensembles
from warrant.models.forest import is_forest
from warrant.models.links import has_link, split
from warrant.models.lowering import Lowering, lowered, run, run_node
from warrant.models.movement import stacked
from warrant.models.network import Lowered
from warrant.models.onnx_file import Graph, Node, Value, read_graph
from warrant.models.piecewise import PIECEWISE
from warrant.models.tensors import Affine, add, variables

if TYPE_CHECKING:
    from collections.abc import Sequence


def load_scores(
    models: Sequence[bytes], networks: Sequence[int], *, names: Sequence[str]
) -> tuple[Lowered | Decided | Ensembles, str]:
    """As ``load_product``, of models that make probabilities: the models of their scores, and "logistic" or "softmax".

    Raises Unsupported where a model makes none, or one makes them in another way than the others.
    """
    graphs, links = [], set()
    for data, name in zip(models, names, strict=True):
        parts = split(read_graph(data, name=name))
        if parts is None:
            raise Unsupported("the output is no probabilities", file=name, expected="those of a model like the other")
        graphs.append(parts[0])
        links.add(parts[1])
    if len(links) > 1:
        raise Unsupported("probabilities that are made in two ways", expected="logistic functions, or softmax")
    return _product(graphs, networks), links.pop()


def load_product(
    models: Sequence[bytes], networks: Sequence[int], *, names: Sequence[str]
) -> Lowered | Decided | Ensembles:
    """The networks, each one of the models in ONNX files, as blocks, as networks that jump, or as ensembles.

    networks: the model of each network, counted from 0.  The result's inputs are the first network's, then for each
    other one the differences of its inputs from the first one's; its outputs are all outputs in order.
    Raises WrongInput or Unsupported, as ``load``; WrongInput too where the models have inputs of different sizes.
    """
    graphs = [read_graph(data, name=name) for data, name in zip(models, names, strict=True)]
    linked = next((g for g in graphs if has_link(g)), None)
    if linked is not None:
        raise Unsupported(
            "probabilities", file=linked.name, expected="scores, or a claim of the family linked-relation"
        )
    return _product(graphs, networks)


def _product(graphs: Sequence[Graph], networks: Sequence[int]) -> Lowered | Decided | Ensembles:
    """The networks, each one of the graphs."""
    parts = [graphs[k] for k in networks]
    sizes = [prod(g.input_shape) for g in parts]
    if len(set(sizes)) > 1:
        raise WrongInput(f"the networks have {', '.join(map(str, sizes))} inputs", expected="as many each")
    if any(map(is_forest, parts)):
        return read_ensembles(parts)
    if any(map(is_decided, parts)):
        return read_decided(*parts)
    if len(networks) == 2 and (networks[0] == networks[1] or (one_graph(*parts) and near(*parts))):
        try:
            return replace(_twice(parts[0], parts[1], sizes[0]), lock_step=networks[0] != networks[1])
        except Unsupported:  # of two runs in lock step: what else is not supported is found below
            pass
    return _one_by_one(parts, sizes[0])


def _one_by_one(parts: list[Graph], inputs: int) -> Lowered:
    """Each network by itself."""
    state = Lowering(inputs * len(parts))
    outputs = []
    for k, graph in enumerate(parts):
        x: Affine = variables(graph.input_shape, 0)
        if k:
            x = add(x, variables(graph.input_shape, k * inputs))
        outputs.append(run(state, graph, x))
    output = stacked(outputs)
    return lowered(state, inputs * len(parts), (inputs * len(parts),), output, parts[0].name)


@dataclass(frozen=True)
class Twin:
    """A tensor in the first of two runs, and the difference to the second; their kinds are the same."""

    first: Affine
    difference: Affine

    @property
    def second(self) -> Affine:
        """The tensor in the second run, of the same kind."""
        return replace(add(self.first, self.difference), kind=self.first.kind)


@dataclass(frozen=True)
class Numbers:
    """Numbers of two networks, at the same place and different."""

    first: Affine
    second: Affine


Pair = Value | Twin | Numbers


class Twins:
    """Two runs in lock step (theories/Checker/Twins.v)."""

    def __init__(self, state: Lowering) -> None:
        self.state = state

    def apply(self, node: Node, operands: tuple[Pair | None, ...]) -> list[Pair]:
        """The results of one node."""
        if node.op in ("LeakyRelu", *PIECEWISE):
            raise Unsupported(f"{node.op} in two runs in lock step")
        if node.op in ("MatMul", "Gemm", "Conv"):
            operands = tuple(self.force(x) if isinstance(x, Twin) else x for x in operands)
        if node.op == "Relu" and isinstance(operands[0], Twin):
            return [self.rectify(operands[0])]
        first = self.state.apply(node, tuple(x.first if isinstance(x, Twin | Numbers) else x for x in operands))
        if not any(isinstance(x, Twin | Numbers) for x in operands):
            return [*first]
        second = self.state.apply(node, tuple(x.second if isinstance(x, Twin | Numbers) else x for x in operands))
        return [_pair(a, b) for a, b in zip(first, second, strict=True)]

    def force(self, x: Twin) -> Twin:
        """The tensor without sums."""
        return Twin(self.state.force(x.first), self.state.force(x.difference))

    def rectify(self, x: Twin) -> Twin:
        """Blocks of the values in both runs, and of their differences."""
        start = self.state.next
        first = self.state.block("relu", x.first)
        self.state.block("relu", x.second)
        return Twin(first, self.state.block("rise", x.difference, (start, start + x.first.size)))


def _pair(a: Value, b: Value) -> Pair:
    """A result from those of both runs."""
    if not isinstance(a, Affine) or not isinstance(b, Affine):
        return a
    if a.constant:
        return a if same_numbers(a, b) else Numbers(a, b)
    difference = add(b, a, -1.0)
    if difference.matrix is not None:
        difference.matrix.eliminate_zeros()
    return Twin(a, replace(difference, kind=a.kind))


def outputs(twins: Twins, graph: Graph, inputs: Twin, other: Graph | None = None) -> Twin:
    """A network's outputs, without sums; in the second run, those of the ``other`` network, which has the same graph.

    Raises WrongInput or Unsupported.
    """
    numbers = (graph if other is None else other).initializers.values()
    values: dict[str, Pair] = {
        name: _pair(a, b) for (name, a), b in zip(graph.initializers.items(), numbers, strict=True)
    }
    values[graph.input_name] = inputs
    for node in graph.nodes:
        try:
            run_node(twins.apply, node, values)
        except WrongInput as error:
            raise error.at(file=graph.name, place=node.place) from error
    output = values.get(graph.output_name)
    if not isinstance(output, Twin):
        raise Unsupported("an output that does not depend on the input", file=graph.name)
    return twins.force(output)


def _twice(graph: Graph, other: Graph, inputs: int) -> Lowered:
    """Two runs of one network, or of two with the same graph."""
    state = Lowering(2 * inputs)
    twins = Twins(state)
    start = Twin(variables(graph.input_shape, 0), variables(graph.input_shape, inputs))
    output = outputs(twins, graph, start, other)
    second = state.force(add(output.first, output.difference))
    return lowered(state, 2 * inputs, (2 * inputs,), stacked([output.first, second]), graph.name)

"""Several networks as one, over the inputs of the first and the differences of the others' (docs/relations.md)."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from warrant.errors import WrongInput
from warrant.models.lowering import Lowering, lowered, run
from warrant.models.movement import stacked
from warrant.models.network import Lowered
from warrant.models.onnx_file import Graph, read_graph
from warrant.models.tensors import Affine, add, variables

if TYPE_CHECKING:
    from collections.abc import Sequence


def load_product(models: Sequence[bytes], networks: Sequence[int], *, names: Sequence[str]) -> Lowered:
    """The networks, each one of the models in ONNX files, as blocks.

    networks: the model of each network, counted from 0.  The result's inputs are the first network's, then for each
    other one the differences of its inputs from the first one's; its outputs are all outputs in order.
    Raises WrongInput or Unsupported, as ``load``; WrongInput too where the models have inputs of different sizes.
    """
    graphs = [read_graph(data, name=name) for data, name in zip(models, names, strict=True)]
    parts = [graphs[k] for k in networks]
    sizes = [prod(g.input_shape) for g in parts]
    if len(set(sizes)) > 1:
        raise WrongInput(f"the networks have {', '.join(map(str, sizes))} inputs", expected="as many each")
    return _product(parts, sizes[0])


def _product(parts: list[Graph], inputs: int) -> Lowered:
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

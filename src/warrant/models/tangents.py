"""A network and its derivative in a direction, as one network (theories/Checker/Slopes/Tangents.v)."""

from __future__ import annotations

from math import prod

from warrant.models.lowering import Lowering, lowered
from warrant.models.network import Lowered
from warrant.models.onnx_file import read_graph
from warrant.models.product import Twin, Twins, outputs
from warrant.models.tensors import variables


def load_tangents(data: bytes, *, name: str = "model.onnx") -> Lowered:
    """The derivative of a network in an ONNX file, as blocks: of a direction and a point, in this order.

    A tensor is a twin of its entries and of the rates at which they change.
    Raises WrongInput or Unsupported, as ``load``; Unsupported too where there are kinks other than those of Relu.
    """
    graph = read_graph(data, name=name)
    inputs = prod(graph.input_shape)
    state = Lowering(2 * inputs)
    start = Twin(variables(graph.input_shape, inputs), variables(graph.input_shape, 0))
    rates = outputs(Tangents(state), graph, start).difference
    return lowered(state, 2 * inputs, (2 * inputs,), rates, graph.name)


class Tangents(Twins):
    """Values with their rates: a rectifier makes blocks of its arguments, of rectified values, and of their rates."""

    def rectify(self, x: Twin) -> Twin:
        """What a rectifier makes of values and rates."""
        arguments = self.state.block("id", x.first)
        start = self.state.next
        values = self.state.block("relu", arguments)
        return Twin(values, self.state.block("tangent", x.difference, (start, start - arguments.size)))

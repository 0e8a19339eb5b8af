"""Models whose last node makes probabilities of scores: Sigmoid, one by one, or Softmax, all together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from warrant.errors import Unsupported

if TYPE_CHECKING:
    from warrant.models.cases import Decided
    from warrant.models.forest import Forest
    from warrant.models.network import Floats, Lowered
    from warrant.models.onnx_file import Graph

LINKS = {"Sigmoid": "logistic", "Softmax": "softmax"}


def linked(z: Floats, link: str) -> Floats:
    """The probabilities (batch, outputs) that "logistic" or "softmax", by these or ONNX's names, makes of scores z."""
    link = LINKS.get(link, link)
    if link == "softmax":
        powers = np.exp(z - z.max(axis=1, keepdims=True))
        shares: Floats = powers / powers.sum(axis=1, keepdims=True)
        return shares
    return 0.5 * (1.0 + np.tanh(0.5 * z)) if link else z


@dataclass(frozen=True)
class Linked:
    """A model of probabilities.

    scores: the model without its last node; link: "logistic" or "softmax".
    """

    scores: Lowered | Forest | Decided
    link: str
    label: bool = False

    @property
    def input_shape(self) -> tuple[int, ...]:
        """The shape of the input."""
        return self.scores.input_shape

    @property
    def inputs(self) -> int:
        """The number of inputs."""
        return self.scores.inputs

    @property
    def outputs(self) -> int:
        """The number of outputs."""
        return self.scores.outputs

    def evaluate(self, x: Floats) -> Floats:
        """The probabilities (batch, outputs) in binary64 for inputs (batch, inputs)."""
        return linked(self.scores.evaluate(x), self.link)

    def scores_of(self, probabilities: Floats) -> Floats:
        """Scores (batch, outputs) that have such probabilities: the scores, for softmax but for a sum."""
        tiny = np.finfo(np.float64).tiny
        p = np.clip(probabilities, tiny, None)
        logs: Floats = np.log(p)
        if self.link == "logistic":
            return logs - np.log(np.clip(1.0 - p, tiny, None))
        return logs


def is_linked(graph: Graph) -> bool:
    """Whether the last node makes probabilities, and these are the output."""
    return bool(graph.nodes) and graph.nodes[-1].op in LINKS and graph.nodes[-1].outputs == (graph.output_name,)


def below(graph: Graph) -> Graph:
    """The graph without its last node.  Raises Unsupported where the node does not make probabilities of one row."""
    last = graph.nodes[-1]
    known = {"axis"} if last.op == "Softmax" else set()
    odd = sorted(set(last.attributes) - known) or (last.attributes.get("axis", -1) not in (-1, 1) and ["axis"])
    if odd:
        raise Unsupported(f"attribute {odd[0]!r} of {last.op}", file=graph.name, place=last.place)
    return replace(graph, nodes=graph.nodes[:-1], output_name=last.inputs[0])

"""Models whose end makes probabilities of scores: Sigmoid, Softmax, or a classifier that transforms its scores so."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from warrant.errors import Unsupported
from warrant.models.decisions import LINEAR_CLASSIFIER
from warrant.models.onnx_file import ML, Node
from warrant.models.tensors import Affine

if TYPE_CHECKING:
    from warrant.models.cases import Decided
    from warrant.models.forest import Forest
    from warrant.models.network import Floats, Lowered
    from warrant.models.onnx_file import Graph

LINKS = {"Sigmoid": "logistic", "Softmax": "softmax"}
_TRANSFORMATIONS = {"LOGISTIC": "logistic", "SOFTMAX": "softmax"}
_TREE_CLASSIFIER = f"{ML}.TreeEnsembleClassifier"


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

    scores: the model of the scores; link: "logistic" or "softmax".
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


def has_link(graph: Graph) -> bool:
    """Whether what makes the output makes probabilities."""
    return _end(graph) is not None


def split(graph: Graph) -> tuple[Graph, str] | None:
    """The graph of the scores, and "logistic" or "softmax"; None where the output is no such thing.

    As in theories/Spec/Links.v.  Raises Unsupported where runtimes disagree about scores, or softmax is along another
    axis.
    """
    end = _end(graph)
    if end is None:
        return None
    place, output = end
    node, before = graph.nodes[place], graph.nodes[:place]
    if node.op in LINKS:
        known = {"axis"} if node.op == "Softmax" else set()
        odd = sorted(set(node.attributes) - known) or (node.attributes.get("axis", -1) not in (-1, 1) and ["axis"])
        if odd:
            raise Unsupported(f"attribute {odd[0]!r} of {node.op}", file=graph.name, place=node.place)
        return replace(graph, nodes=before, output_name=node.inputs[0]), LINKS[node.op]
    link = _TRANSFORMATIONS[node.attributes["post_transform"]]
    try:
        op, attributes = _linear_scores(node) if node.op == LINEAR_CLASSIFIER else _tree_scores(node, link)
    except Unsupported as error:
        raise error.at(file=graph.name, place=node.place) from error
    scores = Node(op, node.place, attributes, node.inputs, (output,))
    return replace(graph, nodes=(*before, scores), output_name=output), link


def _end(graph: Graph) -> tuple[int, str] | None:
    """The place of the node that makes probabilities, and what it calls them; behind it, they are only renamed."""
    output, normalised = graph.output_name, False
    for place in reversed(range(len(graph.nodes))):
        node = graph.nodes[place]
        if output not in node.outputs:
            continue
        link = LINKS.get(node.op, "")
        if node.op in (LINEAR_CLASSIFIER, _TREE_CLASSIFIER) and node.outputs[1:] == (output,) != node.outputs[:1]:
            link = _TRANSFORMATIONS.get(node.attributes.get("post_transform", "NONE"), "")
        if link:
            return (place, output) if link == "softmax" or not normalised else None
        if node.op == f"{ML}.Normalizer" and node.attributes == {"norm": "L1"}:
            normalised = True
        elif node.op != "Identity" or node.attributes:
            return None
        output = node.inputs[0]
    return None


def _classes(node: Node, numbers: str) -> int:
    given = [node.attributes[name] for name in (numbers, "classlabels_strings") if name in node.attributes]
    if len(given) != 1 or not isinstance(given[0], list):
        raise Unsupported("no list of labels", expected=f"{numbers}, or classlabels_strings")
    return len(given[0])


def _linear_scores(node: Node) -> tuple[str, dict[str, object]]:
    """The LinearRegressor that gives the scores of a LinearClassifier."""
    kept = {name: value for name, value in node.attributes.items() if name in ("coefficients", "intercepts")}
    count = _classes(node, "classlabels_ints")
    if count < 2:
        raise Unsupported("one label", expected="two at least")
    return f"{ML}.LinearRegressor", kept | {"targets": count}


def _tree_scores(node: Node, link: str) -> tuple[str, dict[str, object]]:
    """The TreeEnsembleRegressor that gives the scores of a TreeEnsembleClassifier."""
    given = node.attributes
    count, ids = _classes(node, "classlabels_int64s"), given.get("class_ids")
    weights, base = (_floats(given, name) for name in ("class_weights", "base_values"))
    parts = [given.get(f"class_{name}") for name in ("treeids", "nodeids")]
    if ids is None or weights is None or None in parts:
        raise Unsupported("the lists of the leaves' weights are not complete")
    if count == 2 and link == "logistic" and not any(ids) and min(weights, default=0.0) < 0:
        parts = [[*part, *part] for part in parts if part is not None]
        ids = [0] * len(ids) + [1] * len(ids)
        weights = [-w for w in weights] + weights
        base = None if base is None else [-b for b in base] + base
    elif count < 3 or not set(range(count)) <= set(ids):
        raise Unsupported(
            f"scores {sorted(set(ids))} for {count} classes, with the transformation {given['post_transform']}",
            expected="one score and LOGISTIC for two classes, or a score for each of more",
        )
    made = {name: value for name, value in given.items() if name.startswith("nodes_")}
    made |= {"n_targets": count, "target_ids": ids, "target_weights": weights}
    made |= {"target_treeids": parts[0], "target_nodeids": parts[1]}
    return f"{ML}.TreeEnsembleRegressor", made if base is None else {**made, "base_values": base}


def _floats(attributes: dict[str, object], name: str) -> list[float] | None:
    """The numbers of an attribute that is a list, or a tensor under another name."""
    value = attributes.get(name, attributes.get(f"{name}_as_tensor"))
    if isinstance(value, Affine):
        return [float(v) for v in value.bias]
    return [float(v) for v in value] if isinstance(value, list) else None

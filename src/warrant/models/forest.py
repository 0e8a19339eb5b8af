"""Ensembles of decision trees (ai.onnx.ml), with the scalers before them, as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from warrant.errors import Unsupported, WrongInput
from warrant.models.onnx_file import ML, Graph, Node
from warrant.models.tensors import Affine

if TYPE_CHECKING:
    from warrant.models.network import Floats

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

ENSEMBLES = (f"{ML}.TreeEnsembleRegressor", f"{ML}.TreeEnsembleClassifier")
_SCALER = f"{ML}.Scaler"
_MODES = {
    "BRANCH_LEQ": (False, False),
    "BRANCH_LT": (True, False),
    "BRANCH_GT": (False, True),
    "BRANCH_GTE": (True, True),
}
MAX_DEPTH = 1000
_NODES = ("falsenodeids", "featureids", "hitrates", "missing_value_tracks_true", "modes", "nodeids", "treeids")
_SHARED = (
    *(f"nodes_{name}" for name in (*_NODES, "truenodeids", "values", "hitrates_as_tensor", "values_as_tensor")),
    *("base_values", "base_values_as_tensor", "post_transform"),
)
_OF_CLASSIFIERS = (
    *(f"class_{name}" for name in ("ids", "nodeids", "treeids", "weights", "weights_as_tensor")),
    "classlabels_int64s",
)
_OF_REGRESSORS = (
    *(f"target_{name}" for name in ("ids", "nodeids", "treeids", "weights", "weights_as_tensor")),
    *("n_targets", "aggregate_function"),
)


@dataclass(frozen=True)
class Forest:
    """An ensemble: each tree leads an input to a leaf, and the leaves' weights add up to scores.

    At node n, feature[n] ≤ threshold[n] (< where strict) leads to yes[n], else to no[n]; at a leaf, feature is -1.
    roots: (trees,); levels: the branches by depth, the roots first; weights: (nodes, scores), 0 at branches;
    divisor: the scores are divided by it, and then base (scores,) is added; scalings: (offset, scale) pairs, each
    (inputs,), applied to the input one after the other; other: how the first of two scores comes from the second,
    "minus" or "one minus", where the trees give one; labels: the output is the label of the first largest score.
    """

    input_shape: tuple[int, ...]
    feature: Ints
    threshold: Floats
    strict: Bools
    yes: Ints
    no: Ints
    roots: Ints
    levels: tuple[Ints, ...]
    weights: Floats
    divisor: float
    base: Floats
    scalings: tuple[tuple[Floats, Floats], ...] = ()
    other: str = ""
    labels: Floats | None = None
    name: str = ""

    @property
    def inputs(self) -> int:
        """The number of inputs."""
        return self.input_shape[1]

    @property
    def outputs(self) -> int:
        """The number of outputs: scores, or one label."""
        return 1 if self.labels is not None else (2 if self.other else self.weights.shape[1])

    @property
    def label(self) -> bool:
        """Whether the output is one label."""
        return self.labels is not None

    @property
    def values(self) -> int:
        """How many values there are: inputs and outputs."""
        return self.inputs + self.outputs

    @property
    def output_values(self) -> Ints:
        """(outputs,) the numbers of the outputs' values."""
        return np.arange(self.inputs, self.values)

    @property
    def output_constants(self) -> Floats:
        """(outputs,) none of them is constant."""
        return np.zeros(self.outputs)

    def scaled(self, x: Floats) -> Floats:
        """What the trees see of inputs (batch, inputs)."""
        for offset, factor in self.scalings:
            x = (x - offset) * factor
        return x

    def scores(self, sums: Floats) -> Floats:
        """The scores (batch, scores) from the sums over the trees."""
        total: Floats = sums / self.divisor + self.base
        if not self.other:
            return total
        return np.concatenate([1.0 - total if self.other == "one minus" else -total, total], axis=1)

    def evaluate(self, x: Floats) -> Floats:
        """Outputs (batch, outputs) in binary64 for inputs (batch, inputs)."""
        z = self.scaled(x)
        place = np.broadcast_to(self.roots, (len(x), len(self.roots)))
        rows = np.arange(len(x))[:, None]
        for _ in self.levels:
            f, t = np.maximum(self.feature[place], 0), self.threshold[place]
            left = np.where(self.strict[place], z[rows, f] < t, z[rows, f] <= t)
            place = np.where(self.feature[place] < 0, place, np.where(left, self.yes[place], self.no[place]))
        scores = self.scores(self.weights[place].sum(axis=1))
        return scores if self.labels is None else self.labels[scores.argmax(axis=1)][:, None]


def is_forest(graph: Graph) -> bool:
    """Whether the graph has an ensemble of trees in it."""
    return any(node.op in ENSEMBLES for node in graph.nodes)


def read_forest(graph: Graph) -> Forest:
    """The ensemble in a graph: scalers, then one ensemble, whose label or scores are the output.

    Raises WrongInput or Unsupported, with the node's name.
    """
    if len(graph.input_shape) != 2 or graph.input_shape[0] != 1:
        raise Unsupported(
            f"an ensemble of trees on an input of shape {graph.input_shape}", file=graph.name, expected="(1, features)"
        )
    scalings: dict[str, tuple[tuple[Floats, Floats], ...]] = {graph.input_name: ()}
    for k, node in enumerate(graph.nodes):
        try:
            if node.op == "Identity" and node.inputs[0] in scalings:
                scalings[node.outputs[0]] = scalings[node.inputs[0]]
            elif node.op == _SCALER and node.inputs[0] in scalings:
                scalings[node.outputs[0]] = (*scalings[node.inputs[0]], _scaling(node, graph.input_shape[1]))
            elif node.op in ENSEMBLES and node.inputs[0] in scalings:
                if graph.nodes[k + 1 :]:
                    raise Unsupported(
                        f"operator {graph.nodes[k + 1].op} behind an ensemble of trees",
                        expected="the ensemble as the last node",
                        hint="onnx.utils.Extractor(model).extract_model(inputs, outputs) leaves out what is not needed",
                    )
                return _ensemble(node, graph, scalings[node.inputs[0]])
            else:
                raise Unsupported(f"operator {node.op} before an ensemble of trees", expected="Scaler or Identity")
        except WrongInput as error:
            raise error.at(file=graph.name, place=node.place) from error
    raise AssertionError("there is no ensemble")  # is_forest was asked first


def _list(node: Node, name: str, kind: type) -> list[Any]:
    value = node.attributes.get(name)
    if not isinstance(value, list) or not all(isinstance(v, kind) for v in value):
        raise WrongInput(f"the list {name!r} is missing, or has members of another type")
    return value


def _numbers(node: Node, name: str) -> Floats | None:
    value = node.attributes.get(name, node.attributes.get(name + "_as_tensor"))
    if value is None:
        return None
    array: Floats = value.bias if isinstance(value, Affine) else np.array(value, dtype=np.float64)
    if not np.isfinite(array).all():
        raise WrongInput(f"a number in {name!r} is NaN or infinite")
    return array


def _scaling(node: Node, inputs: int) -> tuple[Floats, Floats]:
    parts = []
    for name in ("offset", "scale"):
        value = _numbers(node, name)
        if value is None or len(value) not in (1, inputs):
            raise WrongInput(f"the list {name!r}", expected=f"1 or {inputs} numbers")
        parts.append(np.broadcast_to(value, (inputs,)).copy())
    return parts[0], parts[1]


def _ensemble(node: Node, graph: Graph, scalings: tuple[tuple[Floats, Floats], ...]) -> Forest:
    classifier = node.op.endswith("Classifier")
    for name in node.attributes:
        if name not in _SHARED + (_OF_CLASSIFIERS if classifier else _OF_REGRESSORS):
            raise Unsupported(f"attribute {name!r} = {node.attributes[name]!r}")
    post = node.attributes.get("post_transform", "NONE")
    base = _numbers(node, "base_values")
    labels, other, divisor = None, "", 1.0
    if classifier:
        names = _list(node, "classlabels_int64s", int)
        ids, values = _list(node, "class_ids", int), _numbers(node, "class_weights")
        scores = len(names)
        if not set(range(scores)) <= set(ids) or scores < 2:
            plain = post == "NONE"
            positive = values is not None and bool((values >= 0).all())
            if scores != 2 or plain != positive or (plain and base is not None):
                raise Unsupported("a classifier with scores for some classes only")
            scores, other = 1, "one minus" if plain else "minus"
        if post not in ("NONE", "LOGISTIC", "SOFTMAX"):
            raise Unsupported(f"post_transform {post}", expected="NONE, LOGISTIC or SOFTMAX")
        label, *rest = node.outputs
        if graph.output_name == label:
            labels = np.array(names, dtype=np.float64)
        elif graph.output_name not in rest or post != "NONE":
            raise Unsupported(
                f"the output {graph.output_name!r} of a classifier whose scores are transformed"
                if post != "NONE"
                else f"an output {graph.output_name!r} behind an ensemble of trees",
                expected=f"the label, {label!r}",
                hint="make the label the model's only output",
            )
    else:
        scores = int(node.attributes.get("n_targets", 0))
        how = node.attributes.get("aggregate_function", "SUM")
        if how not in ("SUM", "AVERAGE") or post != "NONE" or scores < 1:
            raise Unsupported(f"aggregate_function {how}, post_transform {post}", expected="SUM or AVERAGE, and NONE")
        if graph.output_name != node.outputs[0]:
            raise Unsupported(f"an output {graph.output_name!r} behind an ensemble of trees")
        divisor = float(len(set(_list(node, "nodes_treeids", int)))) if how == "AVERAGE" else 1.0
    if base is not None and len(base) != scores:
        raise Unsupported(f"{len(base)} base values", expected=f"{scores}")
    trees = _trees(node, "class" if classifier else "target", scores, graph.input_shape[1])
    return Forest(
        graph.input_shape,
        *trees,
        divisor,
        np.zeros(scores) if base is None else base,
        scalings,
        other,
        labels,
        graph.name,
    )


def _trees(
    node: Node, leaf: str, scores: int, inputs: int
) -> tuple[Ints, Floats, Bools, Ints, Ints, Ints, tuple[Ints, ...], Floats]:
    """The arrays of a forest, checked to be trees."""
    trees, ids = _list(node, "nodes_treeids", int), _list(node, "nodes_nodeids", int)
    modes, thresholds = _list(node, "nodes_modes", str), _numbers(node, "nodes_values")
    features = _list(node, "nodes_featureids", int)
    on_true, on_false = _list(node, "nodes_truenodeids", int), _list(node, "nodes_falsenodeids", int)
    lists = (ids, modes, thresholds, features, on_true, on_false)
    if any(part is None or len(part) != len(trees) for part in lists) or thresholds is None:
        raise WrongInput("the lists of nodes differ in length")
    place = {(t, n): k for k, (t, n) in enumerate(zip(trees, ids, strict=True))}
    if len(place) != len(trees):
        raise WrongInput("a node is given twice")
    first: dict[int, int] = {}
    for k, t in enumerate(trees):
        first.setdefault(t, k)
    if any(ids[k] != 0 for k in first.values()):
        raise Unsupported("a tree whose first node is not node 0")
    n = len(trees)
    feature, strict = np.full(n, -1), np.zeros(n, bool)
    yes, no = np.zeros(n, np.int64), np.zeros(n, np.int64)
    for k, mode in enumerate(modes):
        if mode == "LEAF":
            continue
        if mode not in _MODES:
            raise Unsupported(f"nodes of the kind {mode}", expected="LEAF, " + ", ".join(_MODES))
        if not 0 <= features[k] < inputs:
            raise WrongInput(f"a node of feature {features[k]}", expected=f"0 to {inputs - 1}")
        strict[k], swapped = _MODES[mode]
        feature[k] = features[k]
        ends = [place.get((trees[k], end), -1) for end in (on_true[k], on_false[k])]
        if min(ends) < 0:
            raise WrongInput("a node leads to one that is not there")
        yes[k], no[k] = reversed(ends) if swapped else ends
    levels, level = [], np.array(list(first.values()))
    roots, seen = level, len(level)
    while len(level):
        branches = level[feature[level] >= 0]
        if len(branches):
            levels.append(branches)
        level = np.concatenate([yes[branches], no[branches]]) if len(branches) else branches
        seen += len(level)
        if seen > n or len(levels) >= MAX_DEPTH:
            raise WrongInput("the nodes are no trees")
    if seen != n:
        raise WrongInput("some nodes are in no tree")
    weights = np.zeros((n, scores))
    values = _numbers(node, f"{leaf}_weights")
    given = [_list(node, f"{leaf}_{part}", int) for part in ("treeids", "nodeids", "ids")]
    if values is None or any(len(part) != len(values) for part in given):
        raise WrongInput("the lists of the leaves' weights differ in length")
    for t, leaf_id, score, value in zip(*given, values, strict=True):
        k = place.get((t, leaf_id), -1)
        if k < 0 or feature[k] >= 0 or not 0 <= score < scores:
            raise WrongInput("a weight that is not of a leaf, or of no score")
        weights[k, score] += value
    return feature, thresholds, strict, yes, no, roots, tuple(levels), weights

"""Ensembles of decision trees (ai.onnx.ml), with what stands before them, as arrays."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from warrant.errors import Unsupported, WrongInput
from warrant.models.columns import Column, Columns, apply, first_columns, is_columns
from warrant.models.lowering import run_node
from warrant.models.onnx_file import ML, Graph, Node, Value
from warrant.models.tensors import Affine

if TYPE_CHECKING:
    from warrant.models.network import Floats

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Arrays = tuple[Ints, "Floats", Bools, Ints, Ints, Ints, tuple[Ints, ...], "Floats"]
"""feature, threshold, strict, yes, no, roots, levels and weights of a Forest."""

_NEWER = f"{ML}.TreeEnsemble"
ENSEMBLES = (f"{ML}.TreeEnsembleRegressor", f"{ML}.TreeEnsembleClassifier", _NEWER)
_MODES = {
    "BRANCH_LEQ": (False, False),
    "BRANCH_LT": (True, False),
    "BRANCH_GT": (False, True),
    "BRANCH_GTE": (True, True),
}
_NUMBERED_MODES = {0: (False, False), 1: (True, False), 2: (True, True), 3: (False, True)}
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
_OF_NEWER = (
    *("aggregate_function", "leaf_targetids", "leaf_weights", "n_targets", "post_transform", "tree_roots"),
    *("nodes_falseleafs", "nodes_falsenodeids", "nodes_featureids", "nodes_hitrates", "nodes_modes", "nodes_splits"),
    *("nodes_missing_value_tracks_true", "nodes_trueleafs", "nodes_truenodeids"),
)
_OF_REGRESSORS = (
    *(f"target_{name}" for name in ("ids", "nodeids", "treeids", "weights", "weights_as_tensor")),
    *("n_targets", "aggregate_function"),
)


class InOrder(ABC):
    """A model whose values are its inputs and then its outputs."""

    @property
    @abstractmethod
    def inputs(self) -> int:
        """The number of inputs."""

    @property
    @abstractmethod
    def outputs(self) -> int:
        """The number of outputs."""

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


@dataclass(frozen=True)
class Forest(InOrder):
    """An ensemble: each tree leads an input to a leaf, and the leaves' weights add up to scores.

    At node n, feature[n] ≤ threshold[n] (< where strict) leads to yes[n], else to no[n]; at a leaf, feature is -1.
    roots: (trees,); levels: the branches by depth, the roots first; weights: (nodes, scores), 0 at branches;
    divisor: the scores are divided by it, and then base (scores,) is added; columns: the features, made of inputs;
    other: how the first of two scores comes from the second, "minus" or "one minus", where the trees give one;
    labels: the output is the label of the first largest score.
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
    columns: Columns
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

    def scores(self, sums: Floats) -> Floats:
        """The scores (batch, scores) from the sums over the trees."""
        total: Floats = sums / self.divisor + self.base
        if not self.other:
            return total
        return np.concatenate([1.0 - total if self.other == "one minus" else -total, total], axis=1)

    def evaluate(self, x: Floats) -> Floats:
        """Outputs (batch, outputs) in binary64 for inputs (batch, inputs)."""
        z = self.columns.at(x)
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
    """The ensemble in a graph: what chooses, scales and encodes columns, then one ensemble, which makes the output.

    Raises WrongInput or Unsupported, with the node's name.
    """
    place, columns = columns_before(graph)
    node = graph.nodes[place]
    try:
        return _ensemble(node, _without_names(graph, place), columns)
    except WrongInput as error:
        raise error.at(file=graph.name, place=node.place) from error


def columns_before(graph: Graph) -> tuple[int, Columns]:
    """The place of the ensemble in a graph, and the columns that its trees read.

    Raises WrongInput or Unsupported, with the node's name.
    """
    if len(graph.input_shape) != 2 or graph.input_shape[0] != 1:
        raise Unsupported(
            f"an ensemble of trees on an input of shape {graph.input_shape}", file=graph.name, expected="(1, features)"
        )
    values: dict[str, Value] = {**graph.initializers, graph.input_name: first_columns(graph.input_shape)}
    for k, node in enumerate(graph.nodes):
        try:
            if node.op in ENSEMBLES:
                return k, _seen(values.get(node.inputs[0]))
            run_node(apply, node, values)
        except WrongInput as error:
            raise error.at(file=graph.name, place=node.place) from error
    raise AssertionError("there is no ensemble")  # is_forest was asked first


def _without_names(graph: Graph, place: int) -> Graph:
    """The graph whose last node is the ensemble; behind it there may be nodes that only rename what it gives."""
    output = graph.output_name
    for node in reversed(graph.nodes[place + 1 :]):
        if node.op != "Identity" or node.attributes or node.outputs != (output,):
            raise Unsupported(
                f"operator {node.op} behind an ensemble of trees",
                expected="the ensemble as the last node",
                hint="onnx.utils.Extractor(model).extract_model(inputs, outputs) leaves out what is not needed",
            )
        output = node.inputs[0]
    return replace(graph, nodes=graph.nodes[: place + 1], output_name=output)


def _seen(value: Value | None) -> Columns:
    """The columns that trees read."""
    if value is None or not is_columns(value) or value.ndim != 2 or value.shape[0] != 1:  # type: ignore[union-attr]
        raise Unsupported("its input is no row of columns", expected="a tensor of shape (1, features)")
    members: list[Column] = list(value.reshape(-1))  # type: ignore[union-attr]
    if any(c.whole for c in members):
        raise Unsupported("numbers whose fractions were dropped", expected="floats")
    return Columns(tuple(members))


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


def _ensemble(node: Node, graph: Graph, columns: Columns) -> Forest:
    if node.op == _NEWER:
        return _newer_ensemble(node, graph, columns)
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
    trees = _trees(node, "class" if classifier else "target", scores, len(columns.members))
    return Forest(
        graph.input_shape,
        *trees,
        divisor,
        np.zeros(scores) if base is None else base,
        columns,
        other,
        labels,
        graph.name,
    )


def _whole(node: Node, name: str) -> list[int]:
    """The integers of an attribute that is a list, or a tensor."""
    value = node.attributes.get(name)
    if isinstance(value, np.ndarray) and value.ndim == 1:
        return [int(v) for v in value]
    return _list(node, name, int)


def _newer_ensemble(node: Node, graph: Graph, columns: Columns) -> Forest:
    """TreeEnsemble: nodes are numbered through, and leaves stand in lists of their own."""
    for name in node.attributes:
        if name not in _OF_NEWER:
            raise Unsupported(f"attribute {name!r} = {node.attributes[name]!r}")
    how, post = node.attributes.get("aggregate_function", 1), node.attributes.get("post_transform", 0)
    scores = int(node.attributes.get("n_targets", 0))
    if how not in (0, 1) or post != 0 or scores < 1:
        raise Unsupported(f"aggregate_function {how}, post_transform {post}", expected="0 or 1, and 0")
    if graph.output_name != node.outputs[0]:
        raise Unsupported(f"an output {graph.output_name!r} behind an ensemble of trees")
    roots = _whole(node, "tree_roots")
    trees = _rooted(node, roots, scores, len(columns.members))
    divisor = float(len(roots)) if how == 0 else 1.0
    return Forest(graph.input_shape, *trees, divisor, np.zeros(scores), columns, name=graph.name)


def _rooted(node: Node, roots: list[int], scores: int, inputs: int) -> Arrays:
    """The arrays of a forest, checked to be trees; each use of a leaf is a node of its own."""
    modes, features = _whole(node, "nodes_modes"), _whole(node, "nodes_featureids")
    splits, leaf_weights = _numbers(node, "nodes_splits"), _numbers(node, "leaf_weights")
    ends = [(_whole(node, f"nodes_{w}nodeids"), _whole(node, f"nodes_{w}leafs")) for w in ("true", "false")]
    targets = _whole(node, "leaf_targetids")
    if splits is None or leaf_weights is None or len(targets) != len(leaf_weights):
        raise WrongInput("the lists of leaves differ in length, or are missing")
    n = len(modes)
    if any(len(part) != n for part in (features, splits, *ends[0], *ends[1])):
        raise WrongInput("the lists of nodes differ in length")
    if not roots or not all(0 <= t < scores for t in targets):
        raise WrongInput("there is no tree, or a leaf of no target")
    feature, threshold, strict = [-1] * n, list(splits), [False] * n
    sides: list[list[int]] = [[0] * n, [0] * n]
    weights: dict[int, tuple[int, float]] = {}
    seen, levels, level = set(roots), [], list(roots)
    if len(seen) != len(roots) or not all(0 <= k < n for k in roots):
        raise WrongInput("a tree whose root is not there, or is another's")
    while level:
        levels.append(np.array(level))
        after: list[int] = []
        for k in level:
            if modes[k] not in _NUMBERED_MODES or not 0 <= features[k] < inputs:
                raise Unsupported(f"a node of mode {modes[k]} and feature {features[k]}", expected="modes 0 to 3")
            strict[k], swapped = _NUMBERED_MODES[modes[k]]
            feature[k] = features[k]
            for side, (where, leaf) in enumerate(ends):
                end = where[k]
                if leaf[k] == 1 and 0 <= end < len(targets):
                    place = len(feature)
                    weights[place] = targets[end], float(leaf_weights[end])
                    for part, value in ((feature, -1), (threshold, 0.0), (strict, False), *((s, 0) for s in sides)):
                        part.append(value)
                elif leaf[k] == 0 and 0 <= end < n and end not in seen:
                    place = end
                    seen.add(end)
                    after.append(end)
                else:
                    raise WrongInput("a node leads to one that is not there, or that is in use")
                sides[side ^ swapped][k] = place
        level = after
        if len(levels) >= MAX_DEPTH:
            raise WrongInput("the nodes are no trees")
    array = np.zeros((len(feature), scores))
    for place, (target, value) in weights.items():
        array[place, target] = value
    yes, no = (np.array(side) for side in sides)
    return np.array(feature), np.array(threshold), np.array(strict), yes, no, np.array(roots), tuple(levels), array


def _trees(node: Node, leaf: str, scores: int, inputs: int) -> Arrays:
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

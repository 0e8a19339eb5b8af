"""Random ensembles of decision trees as ONNX models, for the tests of the Spec, of the reader and of the search."""

from __future__ import annotations

from typing import Any

import numpy as np
from onnx import TensorProto, helper

MODES = ["BRANCH_LEQ", "BRANCH_LT", "BRANCH_GT", "BRANCH_GTE"]
FEATURES = 3


def grown(rng: np.random.Generator, trees: int, depth: int, modes: list[str]) -> dict[str, list[Any]]:
    """The lists of nodes of random trees, without the leaves' weights; thresholds are multiples of 1/8 in [-1, 1]."""
    lists: dict[str, list[Any]] = {
        name: [] for name in ("treeids", "nodeids", "featureids", "values", "modes", "truenodeids", "falsenodeids")
    }
    for t in range(trees):
        nodes: list[list[Any]] = [[0, 0]]  # depth and, later, the rest of each node
        k = 0
        while k < len(nodes):
            level = nodes[k][0]
            leaf = level == depth or (level > 0 and rng.random() < 0.25)
            if leaf:
                nodes[k] = [level, 0, 0.0, "LEAF", 0, 0]
            else:
                threshold = float(rng.integers(-8, 9)) / 8
                yes, no = len(nodes), len(nodes) + 1
                nodes[k] = [level, int(rng.integers(FEATURES)), threshold, str(rng.choice(modes)), yes, no]
                nodes += [[level + 1], [level + 1]]
            k += 1
        for n, (_, feature, threshold, mode, yes, no) in enumerate(nodes):
            for name, value in zip(lists, (t, n, feature, threshold, mode, yes, no), strict=True):
                lists[name].append(value)
    return lists


def model(
    op: str, attributes: dict[str, Any], output: str, *, scaler: tuple[list[float], list[float]] | None = None
) -> bytes:
    """A model of one ensemble, behind a scaler where one is given; its only output is ``scores`` or ``label``."""
    nodes = []
    source = "x"
    if scaler is not None:
        nodes.append(helper.make_node("Scaler", ["x"], ["z"], domain="ai.onnx.ml", offset=scaler[0], scale=scaler[1]))
        source = "z"
    outputs = ["label", "scores"] if op.endswith("Classifier") else ["scores"]
    nodes.append(helper.make_node(op, [source], outputs, domain="ai.onnx.ml", **attributes))
    kind = TensorProto.INT64 if output == "label" else TensorProto.FLOAT
    graph = helper.make_graph(
        nodes,
        "forest",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, FEATURES])],
        [helper.make_tensor_value_info(output, kind, None)],
    )
    sets = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)]
    return helper.make_model(graph, opset_imports=sets, ir_version=8).SerializeToString()


def attributes(
    rng: np.random.Generator,
    op: str,
    scores: int,
    *,
    one_score: str = "",
    trees: int = 4,
    depth: int = 3,
    modes: list[str] | None = None,
) -> dict[str, Any]:
    """Attributes of a random ensemble.  one_score: for two classes with one score, its sign: "positive" or "mixed"."""
    lists = grown(rng, trees, depth, modes or MODES)
    made: dict[str, Any] = {f"nodes_{name}": values for name, values in lists.items()}
    made["nodes_values"] = [float(v) for v in lists["values"]]
    leaf = "class" if op.endswith("Classifier") else "target"
    places = [
        (t, n) for t, n, mode in zip(lists["treeids"], lists["nodeids"], lists["modes"], strict=True) if mode == "LEAF"
    ]
    weights = [(t, n, k) for t, n in places for k in range(1 if one_score else scores)]
    made[f"{leaf}_treeids"] = [t for t, _, _ in weights]
    made[f"{leaf}_nodeids"] = [n for _, n, _ in weights]
    made[f"{leaf}_ids"] = [k for _, _, k in weights]
    low = 0 if one_score == "positive" else -16
    made[f"{leaf}_weights"] = [float(np.float32(rng.uniform(low, 17) / 64)) for _ in weights]
    if leaf == "class":
        made["classlabels_int64s"] = list(range(3, 3 + scores))
    else:
        made["n_targets"] = scores
    return made

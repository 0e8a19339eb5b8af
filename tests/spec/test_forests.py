"""Ensembles of decision trees: the Spec's meaning, ONNX Runtime's outputs and the Python reader agree."""

from __future__ import annotations

from typing import Any

import forests
import numpy as np
import onnxruntime as ort
import pytest
from native import Evaluator

from warrant import models
from warrant.errors import WrongInput

REGRESSOR, CLASSIFIER = "TreeEnsembleRegressor", "TreeEnsembleClassifier"
ROUNDING = 1e-6
SCALER = ([0.5, 0.0, -0.25], [2.0, 1.0, -0.5])

CASES: dict[str, tuple[str, int, str, str, dict[str, Any]]] = {
    "sums": (REGRESSOR, 1, "scores", "", {}),
    "two targets": (REGRESSOR, 2, "scores", "", {"base_values": [0.5, -0.25]}),
    "means": (REGRESSOR, 1, "scores", "", {"aggregate_function": "AVERAGE", "base_values": [0.125]}),
    "scores": (CLASSIFIER, 3, "scores", "", {}),
    "labels": (CLASSIFIER, 3, "label", "", {"base_values": [0.0, 0.125, 0.0]}),
    "labels behind softmax": (CLASSIFIER, 3, "label", "", {"post_transform": "SOFTMAX"}),
    "one positive score": (CLASSIFIER, 2, "scores", "positive", {}),
    "label of one positive score": (CLASSIFIER, 2, "label", "positive", {}),
    "label behind the logistic function": (CLASSIFIER, 2, "label", "mixed", {"post_transform": "LOGISTIC"}),
    "the same with a base value": (
        CLASSIFIER,
        2,
        "label",
        "mixed",
        {"post_transform": "LOGISTIC", "base_values": [0.0625]},
    ),
}


def made(name: str, seed: int, **more: Any) -> bytes:
    op, scores, output, one_score, extra = CASES[name]
    rng = np.random.default_rng(seed)
    attributes = forests.attributes(rng, op, scores, one_score=one_score) | extra | more
    return forests.model(op, attributes, output, scaler=SCALER if seed % 2 else None)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("name", CASES)
def test_agreement(name: str, seed: int, evaluator: Evaluator) -> None:
    data = made(name, seed)
    session = ort.InferenceSession(data, providers=["CPUExecutionProvider"])
    forest = models.read(data)
    rng = np.random.default_rng(seed)
    ties = rng.integers(-9, 10, (0 if seed % 2 else 6, 3)) / 8  # behind a scaler, intervals do not decide them
    points = np.vstack([ties, rng.uniform(-1, 1, (6, 3))]).astype(np.float32)
    narrow = 0
    for x in points:
        (wanted,) = session.run(None, {"x": x[None]})
        found = evaluator.at(data, [float(v) for v in x])
        assert found is not None
        low, high = np.array(found).T
        (read,) = forest.evaluate(x[None].astype(float))
        for y in (np.ravel(wanted), read):
            assert (low - ROUNDING <= y).all(), x
            assert (y <= high + ROUNDING).all(), x
        assert np.abs(read - np.ravel(wanted)).max() <= ROUNDING
        narrow += bool((high - low).max() <= 1e-12)
    assert narrow >= len(points) - 2  # intervals do not decide between equal scores


def spoiled(name: str, change: str) -> bytes:
    """A model that has no meaning."""
    op, scores, output, one_score, extra = CASES[name]
    a = forests.attributes(np.random.default_rng(1), op, scores, one_score=one_score) | extra
    leaf = "class" if op == CLASSIFIER else "target"
    leaves = [k for k, mode in enumerate(a["nodes_modes"]) if mode == "LEAF"]
    if change == "a circle":
        a["nodes_truenodeids"][0] = 0
    elif change == "nodes that meet":
        a["nodes_truenodeids"][0] = a["nodes_falsenodeids"][0]
    elif change == "a node that is not there":
        a["nodes_falsenodeids"][0] = 99
    elif change == "a node twice":
        a["nodes_nodeids"][1] = 0
    elif change == "a first node that is not 0":
        a["nodes_nodeids"] = [n + 1 for n in a["nodes_nodeids"]]
    elif change == "an unknown mode":
        a["nodes_modes"][0] = "BRANCH_EQ"
    elif change == "a feature that is not there":
        a["nodes_featureids"][0] = 3
    elif change == "lists of different lengths":
        a["nodes_values"] = a["nodes_values"][:-1]
    elif change == "a weight at a branch":
        a[f"{leaf}_nodeids"][0] = 0
    elif change == "a weight for no score":
        a[f"{leaf}_ids"][0] = 7
    elif change == "too many base values":
        a["base_values"] = [0.0] * (scores + 1)
    elif change == "an unknown attribute":
        a["minimum"] = 3
    elif change == "a transformation":
        a["post_transform"] = "PROBIT"
    elif change == "negative weights of one score":
        a[f"{leaf}_weights"][0] = -1.0
    elif change == "an unused tree":
        k = leaves[-1]
        a["nodes_treeids"][k] = 0
        a["nodes_nodeids"][k] = 50
        a[f"{leaf}_treeids"][-1], a[f"{leaf}_nodeids"][-1] = 0, 50
    return forests.model(op, a, output)


CHANGES = [
    *("a circle", "nodes that meet", "a node that is not there", "a node twice", "a first node that is not 0"),
    *("an unknown mode", "a feature that is not there", "lists of different lengths", "a weight at a branch"),
    *("a weight for no score", "too many base values", "an unknown attribute", "a transformation", "an unused tree"),
]


@pytest.mark.parametrize(
    ("name", "change"),
    [
        *(("sums", c) for c in CHANGES),
        *(("scores", c) for c in CHANGES),
        ("one positive score", "negative weights of one score"),
    ],
)
def test_no_meaning(name: str, change: str, evaluator: Evaluator) -> None:
    data = spoiled(name, change)
    assert evaluator.at(data, [0.0, 0.0, 0.0]) is None
    with pytest.raises(WrongInput):
        models.read(data)


def test_the_unspoiled_models_have_a_meaning(evaluator: Evaluator) -> None:
    for name in ("sums", "scores", "one positive score"):
        assert evaluator.at(spoiled(name, ""), [0.0, 0.0, 0.0]) is not None

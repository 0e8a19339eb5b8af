"""Scalers before an ensemble of trees, folded into its thresholds: the same answers on all binary32 inputs."""

from __future__ import annotations

import forests
import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx import helper

import warrant
from warrant import models
from warrant.models.exporters import export
from warrant.models.folding import with_folded_scalers

SCALER = ([0.3, -1e4, 0.1], [2.7, 1e-3, 30.0])


def behind(scaler: tuple[list[float], list[float]], op: str, seed: int) -> onnx.ModelProto:
    rng = np.random.default_rng(seed)
    given = forests.attributes(rng, op, 2, trees=12, depth=4, modes=None if seed % 2 else ["BRANCH_LT"])
    return onnx.load_from_string(forests.model(op, given, "scores", scaler=scaler))


def scores(model: onnx.ModelProto, rows: np.ndarray) -> np.ndarray:
    given = onnx.ModelProto()
    given.CopyFrom(model)
    given.graph.input[0].type.tensor_type.shape.dim[0].dim_param = "n"
    session = ort.InferenceSession(given.SerializeToString(), providers=["CPUExecutionProvider"])
    return np.asarray(session.run(["scores"], {"x": rows})[0])


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("op", ["TreeEnsembleRegressor", "TreeEnsembleClassifier"])
def test_the_same_on_both_sides_of_every_threshold(op: str, seed: int) -> None:
    old = behind(SCALER, op, seed)
    new = onnx.ModelProto()
    new.CopyFrom(old)
    assert with_folded_scalers(new)
    assert [node.op_type for node in new.graph.node] == [op]
    forest = models.read(new.SerializeToString())
    assert isinstance(forest, models.Forest)
    ends = np.unique(forest.threshold[forest.feature >= 0]).astype(np.float32)
    near = np.concatenate([ends, *(np.nextafter(ends, np.float32(s * np.inf)) for s in (-1, 1))])
    rng = np.random.default_rng(0)
    rows = np.concatenate([rng.choice(near, (3000, 3)), rng.uniform(-3e4, 3e4, (1000, 3))]).astype(np.float32)
    assert np.array_equal(scores(old, rows), scores(new, rows))
    # the thresholds are no others: each has an input at which the test beside it says something else
    moved = forest.evaluate(np.nextafter(rows, np.float32(np.inf)).astype(float)) != forest.evaluate(rows.astype(float))
    assert moved.any()


def test_what_is_not_folded() -> None:
    falling = behind((SCALER[0], [2.7, -1e-3, 30.0]), "TreeEnsembleRegressor", 0)
    constant = behind((SCALER[0], [2.7, 0.0, 30.0]), "TreeEnsembleRegressor", 0)
    never = behind((SCALER[0], [2.7, 1e-45, 30.0]), "TreeEnsembleRegressor", 0)  # no input gets to its thresholds
    plain = onnx.load_from_string(
        forests.model(
            "TreeEnsembleRegressor", forests.attributes(np.random.default_rng(0), "TreeEnsembleRegressor", 1), "scores"
        )
    )
    encoded = behind(SCALER, "TreeEnsembleRegressor", 0)
    table = helper.make_node(
        "LabelEncoder", ["x"], ["z"], domain="ai.onnx.ml", keys_floats=[0.0], values_floats=[1.0], default_float=2.0
    )
    encoded.graph.node[0].CopyFrom(table)
    for model in (falling, constant, never, plain, encoded):
        before = model.SerializeToString()
        assert not with_folded_scalers(model)
        assert model.SerializeToString() == before


@pytest.mark.usefixtures("native_checker")
def test_two_runs_of_a_pipeline() -> None:
    """A scaler before boosted trees: their relations are proved, and refuted, in the units of the data."""
    from sklearn.compose import ColumnTransformer
    from sklearn.datasets import load_breast_cancer
    from sklearn.ensemble import GradientBoostingRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import MinMaxScaler, StandardScaler

    rows, y = load_breast_cancer(return_X_y=True)
    x = rows[:, :4].astype(np.float32)
    trees = GradientBoostingRegressor(n_estimators=15, max_depth=2, random_state=0)
    each = ColumnTransformer([("a", StandardScaler(), [2, 0]), ("b", MinMaxScaler(), [1])], remainder="passthrough")
    domain = warrant.Domain.box(list(x.min(axis=0)), list(x.max(axis=0)), names=list("abcd"))
    for scaler in (StandardScaler(), each):
        model = make_pipeline(scaler, trees).fit(x, y)
        exported = export(model, x)
        assert "folded into the thresholds" in exported.note
        assert isinstance(models.read(exported.data), models.Forest)
        for tolerance, word in ((0.9, "PROVED"), (0.01, "REFUTED")):
            fair = warrant.Fair("a", domain, tolerance=tolerance)
            verdict = warrant.prove(model, fair, samples=x, timeout=60)
            assert verdict.line == word, verdict
            if isinstance(verdict, warrant.Refuted):
                pair = np.array(verdict.counterexample.inputs).reshape(2, 4)
                assert abs(np.diff(model.predict(pair.astype(np.float32))))[0] > 0.005

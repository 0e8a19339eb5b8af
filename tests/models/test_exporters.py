"""Models of other libraries: the exported file agrees with them, and claims about it are decided."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import warrant
from warrant import models
from warrant.errors import Unsupported, WrongInput
from warrant.models.exporters import export, is_exportable

RNG = np.random.default_rng(0)
X = RNG.uniform(-1, 1, (300, 4)).astype(np.float32)
Y = X[:, 0] + 0.5 * np.abs(X[:, 1]) - 0.25 * X[:, 2]
KINDS = (Y > 0).astype(int) + (Y > 0.5)


def booster(library: str, kind: str) -> tuple[Any, Any]:
    """A small fitted model, and what it learned."""
    module = pytest.importorskip(library, reason=f"{library} is not installed")
    pytest.importorskip("onnxmltools", reason="onnxmltools is not installed")
    prefix, silent = ("XGB", {}) if library == "xgboost" else ("LGBM", {"verbose": -1})
    wanted = {"Regressor": Y, "Classifier": Y > 0, "Three": KINDS}[kind]
    maker = getattr(module, prefix + ("Regressor" if kind == "Regressor" else "Classifier"))
    return maker(n_estimators=8, max_depth=3, n_jobs=1, **silent).fit(X, wanted), wanted


@pytest.mark.parametrize("kind", ["Regressor", "Classifier", "Three"])
@pytest.mark.parametrize("library", ["lightgbm", "xgboost"])
def test_boosted_trees(library: str, kind: str) -> None:
    model, _ = booster(library, kind)
    exported = export(model, X)
    forest = models.read(exported.data)
    said = forest.evaluate(X.astype(float))[:, 0]
    wanted = np.asarray(model.predict(X)).reshape(-1).astype(float)
    assert np.mean(np.abs(said - wanted) <= 1e-5) >= 0.99
    assert "outside the proof" in exported.note
    assert "onnxmltools" in exported.note
    if kind != "Regressor":
        assert "the labels agree on 300 of 300 samples" in exported.note


@pytest.mark.parametrize("library", ["lightgbm", "xgboost"])
def test_claims_about_boosted_trees(library: str) -> None:
    model, _ = booster(library, "Classifier")
    sure = X[np.argmax(Y)]
    unsure = X[np.argmin(np.abs(Y))]
    assert isinstance(warrant.prove(model, warrant.Robust(sure, 1e-3), samples=X), warrant.Proved)
    verdict = warrant.prove(model, warrant.Robust(unsure, 0.9), samples=X)
    assert isinstance(verdict, warrant.Refuted)
    label = int(model.predict(unsure[None])[0])
    said = [note for note in verdict.notes if "itself gives" in note]
    assert len(said) == 1
    assert said[0].endswith(str(1 - label)) or said[0].endswith(str(not label))


MIXED = np.column_stack([X[:, :2], RNG.integers(0, 3, 300), RNG.integers(0, 2, 300)]).astype(np.float32)


def estimator(kind: str) -> Any:
    """A classifier of scikit-learn, for the columns of X, or for those of MIXED behind encoders."""
    compose, ensemble = pytest.importorskip("sklearn.compose"), pytest.importorskip("sklearn.ensemble")
    from sklearn import linear_model, neural_network, pipeline, preprocessing, svm, tree

    models_of = {
        "logistic": linear_model.LogisticRegression(),
        "ridge": linear_model.RidgeClassifier(),
        "sgd": linear_model.SGDClassifier(loss="log_loss", random_state=0),
        "svm": svm.LinearSVC(),
        "network": neural_network.MLPClassifier((12,), max_iter=500, random_state=0),
        "tree": tree.DecisionTreeClassifier(max_depth=4, random_state=0),
        "forest": ensemble.RandomForestClassifier(10, max_depth=4, random_state=0),
        "boosted": ensemble.GradientBoostingClassifier(n_estimators=10, max_depth=3, random_state=0),
    }
    name, _, encoded = kind.partition(" ")
    if not encoded:
        return models_of[name]
    hot = preprocessing.OrdinalEncoder() if encoded == "behind codes" else preprocessing.OneHotEncoder()
    columns = compose.ColumnTransformer([("n", preprocessing.StandardScaler(), [0, 1]), ("c", hot, [2, 3])])
    return pipeline.make_pipeline(columns, models_of[name])


PLAIN = ["logistic", "ridge", "sgd", "svm", "network", "tree", "forest", "boosted"]
ENCODED = [f"{name} behind encoders" for name in ("logistic", "network", "boosted", "forest")] + [
    "boosted behind codes"
]


@pytest.mark.parametrize("kind", PLAIN + ENCODED)
@pytest.mark.parametrize("classes", [2, 3])
def test_labels(kind: str, classes: int) -> None:
    """The exported file has the estimator's labels; a claim near a point is proved or refuted by a point that it says so of."""
    rows = MIXED if " " in kind else X
    score = Y + 0.3 * MIXED[:, 2] if " " in kind else Y
    model = estimator(kind).fit(rows, (score > 0).astype(int) + (classes - 2) * (score > 0.5))
    exported = export(model, rows)
    assert "the labels agree on 300 of 300 samples" in exported.note
    read = models.read(exported.data)
    assert not isinstance(read, models.Lowered)
    assert read.label
    assert np.mean(read.evaluate(rows[:60].astype(float))[:, 0] == model.predict(rows[:60])) >= 0.98
    sure, unsure = rows[np.argmax(score)], rows[np.argmin(np.abs(score))]
    still = [0.01, 0.01, 0, 0] if " " in kind else 0.01
    moving = [0.9, 0.9, 0, 0] if " " in kind else 0.9
    assert isinstance(warrant.prove(model, warrant.Robust(sure, still), samples=rows), warrant.Proved)
    verdict = warrant.prove(model, warrant.Robust(unsure, moving), samples=rows)
    assert isinstance(verdict, warrant.Refuted)
    (said,) = [note for note in verdict.notes if "itself gives" in note]
    assert not said.endswith(f" {model.predict(unsure[None])[0]}")


def test_all_values_of_a_category() -> None:
    """The encoded columns may take each of their values: more counterexamples, and proofs region by region."""
    score = Y + 0.3 * MIXED[:, 2]
    model = estimator("logistic behind encoders").fit(MIXED, (score > 0).astype(int))
    features = [warrant.Feature.real("a", -1, 1), warrant.Feature.real("b", -1, 1)]
    domain = warrant.Domain((*features, warrant.Feature.integer("c", 0, 2), warrant.Feature.one_of("d", [0, 1])))
    high = np.float32([0.95, 0.0, 2, 0])
    near = warrant.Robust(high, [0.01, 0.01, 2, 1], within=domain)
    assert isinstance(warrant.prove(model, near, samples=MIXED), warrant.Proved)
    with_least, with_most = MIXED.copy(), MIXED.copy()
    with_least[:, 2], with_most[:, 2] = 0, 2
    border = MIXED[np.flatnonzero(model.predict(with_least) != model.predict(with_most))[0]]
    verdict = warrant.prove(model, warrant.Robust(border, [0.0, 0.0, 2, 1], within=domain), samples=MIXED)
    assert isinstance(verdict, warrant.Refuted)
    assert verdict.counterexample.names == ("a", "b", "c", "d")
    assert verdict.counterexample.inputs[2] in (0, 1, 2)


@pytest.fixture(scope="module")
def torch() -> Any:
    """PyTorch with what its exporter needs."""
    pytest.importorskip("onnxscript", reason="onnxscript is not installed")
    return pytest.importorskip("torch", reason="PyTorch is not installed")


@pytest.fixture(scope="module")
def module(torch: Any) -> Any:
    """A small network of many kinds of layers, for images of 6 by 6."""
    torch.manual_seed(0)
    nn = torch.nn
    return nn.Sequential(
        nn.Conv2d(1, 2, 3, padding=1),
        nn.BatchNorm2d(2),
        nn.MaxPool2d(2),
        nn.ReLU6(),
        nn.Flatten(),
        nn.Linear(18, 6),
        nn.Hardtanh(),
        nn.Dropout(0.5),
        nn.Linear(6, 3),
    )


IMAGES = RNG.uniform(0, 1, (50, 1, 6, 6)).astype(np.float32)


def test_a_module(torch: Any, module: Any) -> None:
    module.train()
    exported = export(module, IMAGES)
    assert module.training  # a copy of it was exported
    lowered = models.load(exported.data)
    said = lowered.evaluate(IMAGES.reshape(len(IMAGES), -1).astype(float))
    module.eval()
    with torch.no_grad():
        wanted = module(torch.from_numpy(IMAGES)).numpy()
    np.testing.assert_allclose(said, wanted, rtol=0, atol=1e-5)
    assert "PyTorch" in exported.note
    assert "differ by at most" in exported.note


def test_claims_about_a_module(torch: Any, module: Any, tmp_path: Any) -> None:
    module.eval()
    folder = tmp_path / "claim.warrant"
    verdict = warrant.prove(module, warrant.Robust(IMAGES[0], 1e-3), samples=IMAGES, out=folder)
    assert isinstance(verdict, warrant.Proved)
    assert any("outside the proof" in note for note in verdict.notes)
    assert list(folder.glob("*.onnx"))
    verdict = warrant.prove(module, warrant.Robust(IMAGES[0], 1.0), samples=IMAGES)
    assert isinstance(verdict, warrant.Refuted)
    assert any("the Sequential itself gives [" in note for note in verdict.notes)


def test_what_cannot_be_exported(torch: Any, module: Any) -> None:
    with pytest.raises(WrongInput, match="cannot predict the samples"):
        export(module, X)
    with pytest.raises(WrongInput, match="finite numbers"):
        export(module, np.full((2, 1, 6, 6), np.nan))

    class Pair(torch.nn.Module):  # type: ignore[misc, name-defined]
        def forward(self, x: Any) -> Any:
            return x, x

    with pytest.raises(Unsupported, match="returns a tuple"):
        export(Pair(), X)


def test_what_is_exported() -> None:
    assert not is_exportable(b"bytes")
    assert not is_exportable("model.onnx")

"""Statements about models that were trained on data: true ones are proved, false ones refuted in the user's names."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
from native import Checker
from sklearn.datasets import load_breast_cancer, load_diabetes
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LinearRegression
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVR

import warrant
from warrant import Bounded, Domain, Feature, Robust
from warrant.errors import SearchError, Unsupported, WrongInput
from warrant.models.exporters import export
from warrant.properties import MAX_CLAUSES
from warrant.statements.text import MOST

pytestmark = pytest.mark.usefixtures("native_checker")

CANCER = load_breast_cancer()
NAMES = [str(name) for name in CANCER.feature_names]


@pytest.fixture(scope="module")
def rows() -> np.ndarray:
    return CANCER.data.astype(np.float32)


@pytest.fixture(scope="module", params=["forest", "boosting"])
def classifier(request: pytest.FixtureRequest, rows: np.ndarray) -> Any:
    made = {
        "forest": RandomForestClassifier(n_estimators=20, max_depth=5, random_state=0),
        "boosting": GradientBoostingClassifier(n_estimators=20, max_depth=3, random_state=0),
    }[request.param]
    return made.fit(rows[::2], CANCER.target[::2])


def test_a_classifier_of_trees(classifier: Any, rows: np.ndarray) -> None:
    exported = export(classifier, rows)
    assert "agree on 569 of 569 samples" in exported.note
    scale = rows.std(axis=0)
    words = set()
    for k in (1, 5, 13, 19):
        for size in (0.01, 0.5):
            statement = Robust(rows[k], [float(round(size * s, 6)) for s in scale], names=NAMES)
            verdict = warrant.prove(exported.data, statement)
            words.add((size, verdict.word))
            if isinstance(verdict, warrant.Refuted):
                other = np.array(verdict.counterexample.inputs)
                assert verdict.counterexample.outputs is not None
                assert verdict.counterexample.outputs[0] != classifier.predict(rows[k : k + 1])[0]
                assert (np.abs(other - rows[k]) <= size * scale * 1.0001 + 1e-4).all()
                assert verdict.counterexample.names == tuple(NAMES)
    assert (0.01, "PROVED") in words
    assert (0.5, "REFUTED") in words


def test_an_estimator_is_exported(classifier: Any, rows: np.ndarray, tmp_path: Any) -> None:
    verdict = warrant.prove(classifier, Robust(rows[1], 0.001, names=NAMES), samples=rows, out=tmp_path / "w")
    assert isinstance(verdict, warrant.Proved)
    assert "outside the proof" in verdict.notes[0]
    refuted = warrant.prove(classifier, Robust(rows[1], 500.0, names=NAMES), samples=rows)
    assert refuted.word == "REFUTED"
    assert "at the counterexample, rounded to float32, the" in refuted.notes[1]
    text = (tmp_path / "w" / "property.vnnlib").read_text()
    assert "; X_0: mean radius\n" in text
    assert warrant.check(tmp_path / "w").word == "PROVED"
    with pytest.raises(SearchError, match="samples"):
        warrant.prove(classifier, Robust(rows[1], 0.001))


@pytest.fixture(scope="module")
def network() -> tuple[bytes, np.ndarray]:
    x, y = load_diabetes(return_X_y=True)
    x = (x * 10).astype(np.float32)
    pipeline = make_pipeline(StandardScaler(), MLPRegressor(hidden_layer_sizes=(12,), max_iter=400, random_state=0))
    exported = export(pipeline.fit(x, y / 100), x)
    assert float(exported.note.split("at most ")[1].split()[0]) < 1e-4
    return exported.data, x


def test_a_network(network: tuple[bytes, np.ndarray]) -> None:
    data, x = network
    assert warrant.prove(data, Robust(x[0], 0.05, tolerance=2)).word == "PROVED"
    refuted = warrant.prove(data, Robust(x[0], 0.5, tolerance=0.1))
    assert isinstance(refuted, warrant.Refuted)
    assert refuted.counterexample.outputs is not None
    assert warrant.prove(data, Robust(x[0], 0.05, threshold=-3)).word == "PROVED"
    y = float(refuted.counterexample.outputs[0])
    domain = Domain.box(x[0] - 0.1, x[0] + 0.1)
    assert warrant.prove(data, Bounded(domain, low=y - 5, high=y + 5)).word == "PROVED"
    assert warrant.prove(data, Bounded(domain, high=y - 5)).word == "REFUTED"


def test_top_k_and_whole_numbers() -> None:
    """Three scores, x0, 1 - x0 and 0.4, of a whole number and a one-hot pair."""
    from onnx import TensorProto, helper, numpy_helper

    weights = np.array([[1, -1, 0], [0, 0, 0], [0, 0, 0]], dtype=np.float32)
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["z"]), helper.make_node("Add", ["z", "b"], ["y"])],
        "scores",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 3])],
        [
            numpy_helper.from_array(weights, "w"),
            numpy_helper.from_array(np.array([0, 1, 0.4], dtype=np.float32), "b"),
        ],
    )
    data = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)]).SerializeToString()
    domain = Domain(
        (Feature.integer("rooms", 0, 3), Feature.real("house", 0, 1), Feature.real("flat", 0, 1)), (("house", "flat"),)
    )
    near = {"within": domain}
    assert warrant.prove(data, Robust([2, 0, 1], 0.9, **near)).word == "PROVED"  # 2 is the only whole number near
    assert warrant.prove(data, Robust([2, 0, 1], 1.6, **near)).word == "PROVED"
    assert warrant.prove(data, Robust([2, 0, 1], 2, **near)).word == "REFUTED"  # no rooms at all
    assert warrant.prove(data, Robust([0, 0, 1], 1, label=2, top=2, **near)).word == "PROVED"
    assert warrant.prove(data, Robust([0, 0, 1], 1, label=0, top=2, **near)).word == "REFUTED"
    text = Robust([0.5, 0, 0], 0, label=0).claim(data).property_bytes.decode()
    assert "(or (<= Y_0 Y_1) (<= Y_0 Y_2))" in text  # equal scores count as a failure


def test_the_limit_is_that_of_the_reader() -> None:
    assert MOST == MAX_CLAUSES


X = [0.0] * 10


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Robust([0.0, float("nan")], 1).region(), "x, entry 1: a number that is NaN or infinite"),
        (lambda: Robust(["a"], 1).region(), "x: an array of type"),
        (lambda: Robust([[0.0], [0.0, 1.0]], 1).region(), "x: rows of different lengths"),
        (lambda: Robust(X, -1).region(), "radius: a radius below 0"),
        (lambda: Robust(X, float("inf")).region(), "radius: inf; expected a finite number"),
        (lambda: Robust(X, "a half").region(), "radius: 'a half'; expected a finite number"),
        (lambda: Robust(X, "1e999999999").region(), "radius: '1e999999999'; expected a finite number"),
        (lambda: Robust(X, True).region(), "radius: True; expected a finite number"),
        (lambda: Robust(X, [1, 2]).region(), "radius: 2 radii for 10 features"),
        (lambda: Robust(X, 1, names=["a"]).region(), "names: 1 names for 10 features"),
        (lambda: Robust([0.0], 1, names=["a\nb"]).region(), "names, entry 0: 'a\\nb'; expected one printable line"),
        (lambda: Feature.real("age", 3, 2), "age: from 3 to 2; expected the lower end first"),
        (lambda: Feature.real("age", "1/3", 2), "age, low: '1/3'; expected a number with a finite decimal"),
        (lambda: Feature.integer("age", 0, 10**9), "age: 1000000001 whole numbers; expected 1 to 4096"),
        (lambda: Feature.one_of("age", []), "age: no values; expected at least one"),
        (lambda: Domain((Feature.real("a", 0, 1),) * 2), "domain: two features have the same name"),
        (lambda: Domain((Feature.real("a", 0, 1),), (("b",),)), "domain: 'b' is no feature"),
        (lambda: Domain(tuple(Feature.integer(f"f{k}", 0, 9) for k in range(4))), "domain: 10000 alternatives"),
        (lambda: Domain.box([1.0], [0.0]), "x0: from 1.0 to 0.0; expected the lower end first"),
        (lambda: Robust([5.0], 1, within=Domain((Feature.real("a", 0, 1),))).region(), "a: no value is left"),
        (lambda: export(SVR().fit(np.eye(3), [1, 2, 3]), [[1.0, float("nan"), 0.0]]), "samples: an array of shape"),
        (lambda: export(LinearRegression(), np.eye(3)), "the LinearRegression cannot predict the samples"),
    ],
)
def test_one_clear_line(make: Any, message: str) -> None:
    with pytest.raises(WrongInput) as caught:
        make()
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_does_not_fit_the_model(network: tuple[bytes, np.ndarray]) -> None:
    data, x = network
    for statement, message in (
        (Robust([0.0], 1, tolerance=1), "1 numbers, the model has 10 inputs"),
        (Robust(x[0], 1), "the model has one output, which is no label"),
        (Bounded(Domain.box([0.0], [1.0]), high=1), "1 features, the model has 10 inputs"),
        (Bounded(Domain.box(x[0], x[0]), high=1, output=3), "output 3; expected 0 to 0"),
        (Bounded(Domain.box(x[0], x[0])), "neither low nor high is given"),
    ):
        with pytest.raises(WrongInput, match=message):
            warrant.prove(data, statement)


def test_an_operator_that_is_not_there(native_checker: Checker) -> None:
    exported = export(SVR().fit(np.eye(3), [1, 2, 3]), np.eye(3))
    with pytest.raises(Unsupported, match=r"ai\.onnx\.ml\.SVMRegressor"):
        warrant.prove(exported.data, Robust([0.0, 0.0, 0.0], 1, tolerance=1))


def test_two_estimators_are_compared() -> None:
    """Equivalent takes estimators for both models; of a counterexample, each is asked itself."""
    rng = np.random.default_rng(0)
    X = rng.random((200, 2)).astype(np.float32)
    first = MLPRegressor(hidden_layer_sizes=(4,), max_iter=50, random_state=0).fit(X, X[:, 0])
    second = copy.deepcopy(first)
    second.intercepts_[-1] = first.intercepts_[-1] + 0.25
    domain = warrant.Domain.box([0, 0], [1, 1], names=["a", "b"])
    verdict = warrant.prove(first, warrant.Equivalent(second, domain, tolerance=0.26), samples=X)
    assert isinstance(verdict, warrant.Proved) and sum("skl2onnx" in note for note in verdict.notes) == 2
    verdict = warrant.prove(first, warrant.Equivalent(second, domain, tolerance=0.24), samples=X)
    assert isinstance(verdict, warrant.Refuted)
    told = [float(note.split()[-1]) for note in verdict.notes if "itself gives" in note]
    assert len(told) == 2 and told[1] - told[0] == pytest.approx(0.25, abs=1e-5)
    row = np.array([verdict.counterexample.inputs[:2]], np.float32)
    assert told[0] == pytest.approx(float(first.predict(row)[0]), abs=1e-6)

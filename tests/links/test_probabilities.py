"""Claims about probabilities: the last node is Sigmoid or Softmax; both checkers, and what they refuse."""

from __future__ import annotations

import random
from pathlib import Path

import forests
import numpy as np
import onnx
import pytest
from kernel import verdicts
from native import Checker
from onnx import helper
from small_claims import changed, network

import warrant
from warrant import Bounded, Domain, models
from warrant._api import prove_claim
from warrant.claims import Probabilities, Safe
from warrant.errors import Unsupported, WrongInput

BOX = Domain.box([0, 0, 0], [0.5, 0.5, 0.5], names=["a", "b", "c"])


def linked(data: bytes, op: str, **attributes: int) -> bytes:
    """The model with one more node, which makes the output."""
    model = onnx.load_from_string(data)
    (result,) = model.graph.output
    model.graph.node.append(helper.make_node(op, [result.name], ["probabilities"], **attributes))
    result.name = "probabilities"
    return model.SerializeToString()


NETWORK = network("dense", 1)
LOGISTIC, SOFTMAX = linked(NETWORK, "Sigmoid"), linked(NETWORK, "Softmax", axis=1)
THREE = linked(
    forests.model(
        "TreeEnsembleRegressor",
        forests.attributes(np.random.default_rng(2), "TreeEnsembleRegressor", 3, trees=3, modes=["BRANCH_LEQ"]),
        "scores",
    ),
    "Softmax",
    axis=-1,
)


def extremes(data: bytes, output: int) -> tuple[float, float]:
    """The least and the greatest probability on a grid."""
    grid = np.stack(np.meshgrid(*[np.linspace(0, 0.5, 33)] * 3), axis=-1).reshape(-1, 3)
    values = models.read(data).evaluate(grid)[:, output]
    return float(values.min()), float(values.max())


def asked(checker: Checker, claim: Safe, data: bytes) -> str:
    return checker.check_files(claim.family, {a.file: a.data for a in claim.artefacts} | {"certificate.bin": data}).word


@pytest.mark.parametrize("output", [0, 1])
@pytest.mark.parametrize("data", [LOGISTIC, SOFTMAX], ids=["logistic", "softmax"])
def test_bounds_of_probabilities(data: bytes, output: int, native_checker: Checker) -> None:
    low, high = extremes(data, output)
    slack = 0.02 * (high - low) + 1e-6
    good = Bounded(BOX, low=low - slack, high=high + slack, output=output).claim(data)
    bad = Bounded(BOX, low=low - slack, high=high - slack, output=output).claim(data)
    assert isinstance(good, Probabilities)
    proof, witness = prove_claim(good, timeout=60), prove_claim(bad, timeout=60)
    assert (proof.line, witness.line) == ("PROVED", "REFUTED")
    certificate = proof.certificate or b""
    assert certificate[:6] == b"WRNT\x01O"
    assert asked(native_checker, bad, certificate) == "UNKNOWN"
    assert asked(native_checker, good, witness.certificate or b"") == "UNKNOWN"
    assert asked(native_checker, good, b"WRNT\x01P" + certificate[6:]) == "UNKNOWN"
    # the same proof about the scores themselves, or about the model without its last node, is none
    plain = Safe(good.model_bytes, good.property_bytes)
    assert asked(native_checker, plain, certificate) == "UNKNOWN"
    assert asked(native_checker, Probabilities(NETWORK, good.property_bytes), certificate) == "UNKNOWN"
    rng = random.Random(output)
    for _ in range(15):
        assert asked(native_checker, bad, changed(certificate, rng)) != "PROVED"


def test_more_than_two_classes_of_a_forest(native_checker: Checker) -> None:
    """A probability is at least t only if its score exceeds each other one: with three classes, that is weaker."""
    scores = models.read(THREE).scores.evaluate(np.random.default_rng(0).random((4000, 3)) / 2)
    best = int((scores[:, [0]] - scores[:, 1:]).min(axis=1).max() > 0)
    _, high = extremes(THREE, 0)
    good = Bounded(BOX, high=min(0.999, 2 * high), output=0)
    assert warrant.prove(THREE, good, timeout=60).line == "PROVED", best
    assert warrant.prove(THREE, Bounded(BOX, high=high - 1e-3, output=0), timeout=60).line == "REFUTED"


def test_the_order_of_probabilities(native_checker: Checker) -> None:
    """Robust compares probabilities: that is comparing scores."""
    x = [0.25, 0.25, 0.25]
    for data in (LOGISTIC, SOFTMAX):
        near, far = warrant.Robust(x, 0.001), warrant.Robust(x, 0.001, label=1 - int(extremes_label(data, x)))
        assert warrant.prove(data, near, timeout=60).line == "PROVED"
        assert warrant.prove(data, far, timeout=60).line == "REFUTED"


def extremes_label(data: bytes, x: list[float]) -> int:
    return int(models.read(data).evaluate(np.array([x])).argmax())


def test_bounds_of_logarithms_are_checked(native_checker: Checker) -> None:
    """A bound that is not one is not used, so that the claim is no longer proved."""
    from warrant import certificates

    low, high = extremes(LOGISTIC, 0)
    claim = Bounded(BOX, low=low - 0.01, high=high + 0.01).claim(LOGISTIC)
    _, _, bounds = claim._scores()  # type: ignore[attr-defined]
    proof = (prove_claim(claim, timeout=60).certificate or b"").removeprefix(certificates.linked_bytes(bounds, b""))
    assert asked(native_checker, claim, certificates.linked_bytes(bounds, proof)) == "PROVED"
    assert asked(native_checker, claim, certificates.linked_bytes([], proof)) == "UNKNOWN"
    moved = [bounds[0] + (8 if k else -8) for k, _ in enumerate(bounds)]
    assert asked(native_checker, claim, certificates.linked_bytes(moved, proof)) == "UNKNOWN"
    for m in range(-3, 4):  # sums of probabilities are not translated: nothing is known of them
        text = claim.property_bytes.decode().replace("Y_0", f"(+ Y_0 (* {m}.0 Y_1))")
        if m:
            other = Probabilities(LOGISTIC, text.encode())
            assert asked(native_checker, other, certificates.linked_bytes(bounds, proof)) == "UNKNOWN"


@pytest.mark.parametrize("data", [LOGISTIC, SOFTMAX, THREE], ids=["logistic", "softmax", "three"])
def test_the_meaning_is_that_of_onnx_runtime(data: bytes, native_checker: Checker) -> None:
    """At a point, the checker encloses what ONNX Runtime computes."""
    import onnxruntime as ort

    from warrant import certificates

    session = ort.InferenceSession(data, providers=["CPUExecutionProvider"])
    x = np.array([[0.125, 0.375, 0.25]], dtype=np.float32)
    given = session.get_inputs()[0]
    (y,) = session.run(None, {given.name: x.reshape([1 if isinstance(s, str) else s for s in given.shape])})
    values = [float(v) for v in y.reshape(-1)]
    lines = [f"(declare-const X_{k} Real)" for k in range(3)] + [
        f"(declare-const Y_{k} Real)" for k in range(len(values))
    ]
    lines += [f"(assert (>= X_{k} 0.0))\n(assert (<= X_{k} 1.0))" for k in range(3)]
    near = [f"(assert (and (>= Y_{k} {v - 1e-5}) (<= Y_{k} {v + 1e-5})))" for k, v in enumerate(values)]
    off = [f"(assert (>= Y_0 {values[0] + 1e-5}))"]
    witness = certificates.witness_bytes(["0.125", "0.375", "0.25"])
    for asserts, word in ((near, "REFUTED"), (off, "UNKNOWN")):
        assert asked(native_checker, Probabilities(data, "\n".join(lines + asserts).encode()), witness) == word


def test_kernel(tmp_path: Path) -> None:
    _, high = extremes(SOFTMAX, 0)
    claims = [Bounded(BOX, high=high + more).claim(SOFTMAX) for more in (0.01, -0.01)]
    found = [claim.find(timeout=60, jobs=1, report=None).certificate or b"" for claim in claims]
    files = [(SOFTMAX, claim.property_bytes, c) for claim in claims for c in found]
    said = verdicts("Links", files, tmp_path, prove="prove_probabilities", refute=("refute_probabilities",))
    assert said == ["PROVED", "UNKNOWN", "UNKNOWN", "REFUTED"]


def test_what_is_refused() -> None:
    with pytest.raises(Unsupported, match="attribute 'axis'"):
        models.read(linked(NETWORK, "Softmax", axis=0))
    with pytest.raises(Unsupported, match="probabilities"):
        Safe(LOGISTIC, Bounded(BOX, high=0.5).claim(LOGISTIC).property_bytes).validate()


def patients() -> tuple[np.ndarray, np.ndarray]:
    from sklearn.datasets import load_breast_cancer

    data = load_breast_cancer()
    return data.data.astype(np.float32)[:, :5], data.target


def test_classifiers_of_scikit_learn() -> None:
    """Their exported files give the probabilities that they give, and the scores behind them."""
    from sklearn.ensemble import GradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.neural_network import MLPClassifier

    from warrant.models.exporters import export
    from warrant.models.links import linked as by

    x, y = patients()
    kinds = (y > 0).astype(int) + (x[:, 0] > 14)
    for model in (
        LogisticRegression(max_iter=3000).fit(x, y),
        LogisticRegression(max_iter=3000).fit(x, kinds),
        GradientBoostingClassifier(n_estimators=4, max_depth=2).fit(x, y),
        GradientBoostingClassifier(n_estimators=4, max_depth=2).fit(x, kinds),
        MLPClassifier((4,), max_iter=20, random_state=0).fit(x, y),
    ):
        probabilities, scores = (models.read(export(model, x, output).data) for output in ("probabilities", "scores"))
        said = model.predict_proba(x)
        assert isinstance(probabilities, models.Linked)
        assert np.abs(probabilities.evaluate(x.astype(float)) - said).max() < 1e-4
        assert np.abs(by(scores.evaluate(x.astype(float)), probabilities.link) - said).max() < 1e-4


@pytest.mark.usefixtures("native_checker")
def test_a_boosted_classifier() -> None:
    """Its probability of the second class has a bound near a patient, and is monotone where its score is."""
    from sklearn.ensemble import GradientBoostingClassifier, RandomForestRegressor

    x, y = patients()
    model = GradientBoostingClassifier(n_estimators=10, max_depth=2, random_state=0).fit(x, y)
    near = Domain.box(list(x[0] - 0.02 * x.std(axis=0)), list(x[0] + 0.02 * x.std(axis=0)), names=list("abcde"))
    p = float(model.predict_proba(x[:1])[0, 1])
    for high, word in ((p + 0.15, "PROVED"), (p - 0.01, "REFUTED")):
        verdict = warrant.prove(
            model, Bounded(near, high=high, output=1), samples=x, output="probabilities", timeout=60
        )
        assert verdict.line == word
    stable = warrant.Stable(list(0.01 * x.std(axis=0)), near, tolerance=2, output=1)
    assert warrant.prove(model, stable, samples=x, output="scores", timeout=60).line == "PROVED"
    with pytest.raises(WrongInput, match="probabilities of a RandomForestRegressor"):
        warrant.prove(RandomForestRegressor(2).fit(x, y), Bounded(near, high=2), samples=x, output="probabilities")

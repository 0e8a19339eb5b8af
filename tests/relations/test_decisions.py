"""Several runs of networks that jump: the label does not depend on a protected category, two classifiers agree."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from kernel import verdicts
from native import Checker
from small_claims import changed

import warrant
from warrant.certificates import cases_bytes
from warrant.models.exporters import export

RNG = np.random.default_rng(3)
NUMBERS = np.column_stack([RNG.uniform(0, 10, 400), RNG.uniform(0, 5, 400)])
X = np.column_stack([NUMBERS, RNG.integers(0, 2, 400), RNG.integers(0, 3, 400)]).astype(np.float32)
DOMAIN = warrant.Domain(
    (
        warrant.Feature.real("income", 0, 10),
        warrant.Feature.real("debt", 0, 5),
        warrant.Feature.integer("sex", 0, 1),
        warrant.Feature.one_of("housing", [0, 1, 2]),
    )
)
LABELS = (X[:, 0] - 1.5 * X[:, 1] + (X[:, 3] == 1) > 1).astype(int)
BIASED = (X[:, 0] - 1.5 * X[:, 1] + 2 * X[:, 2] > 1).astype(int)
SCORE = X[:, 0] - 1.5 * X[:, 1] + 0.5 * X[:, 2] + (X[:, 3] == 1)


def regression(score: Any) -> Any:
    """A linear regression behind a scaler and encoders, and the most that the second category makes of it."""
    compose = pytest.importorskip("sklearn.compose")
    pytest.importorskip("skl2onnx")
    from sklearn import linear_model, pipeline, preprocessing

    parts = [("n", preprocessing.StandardScaler(), [0, 1]), ("c", preprocessing.OneHotEncoder(), [2, 3])]
    made = pipeline.make_pipeline(compose.ColumnTransformer(parts), linear_model.Ridge()).fit(X, score)
    return made, abs(float(made[-1].coef_[2] - made[-1].coef_[3]))


def fair(tolerance: float) -> warrant.Fair:
    return warrant.Fair("sex", DOMAIN, tolerance=round(tolerance, 6))


def test_scores_behind_encoders(native_checker: Checker, tmp_path: Path) -> None:
    """What a protected category makes of a score, exactly: a little more is proved, a little less refuted."""
    model, effect = regression(SCORE)
    proved = warrant.prove(model, fair(1.001 * effect), samples=X)
    refuted = warrant.prove(model, fair(0.999 * effect), samples=X)
    assert isinstance(proved, warrant.Proved)
    assert proved.certificate[5:6] == b"C"
    assert isinstance(refuted, warrant.Refuted)
    first, second = np.split(np.array(refuted.counterexample.inputs), 2)
    assert np.flatnonzero(first != second).tolist() == [2]

    data = export(model, X).data
    true, false = (fair(factor * effect).claim(data).property_bytes for factor in (1.001, 0.999))

    def answer(text: bytes, certificate: bytes) -> str:
        files = {"model.onnx": data, "property.vnnlib": text, "certificate.bin": certificate}
        return native_checker.check_files("relation", files).word

    assert answer(true, proved.certificate) == "PROVED"
    assert answer(false, refuted.certificate) == "REFUTED"
    rng = random.Random(0)
    refused = [proved.certificate, cases_bytes([]), *(changed(proved.certificate, rng) for _ in range(20))]
    assert {answer(false, certificate) for certificate in refused} == {"UNKNOWN"}
    assert answer(true, proved.certificate[:-1]) == "UNKNOWN"
    assert answer(true, proved.certificate + b"\0") == "UNKNOWN"
    claims = [(data, true, proved.certificate), (data, false, proved.certificate), (data, false, refuted.certificate)]
    kernel = verdicts("Relations", claims, tmp_path, prove="prove_relation", refute=("refute_relation",))
    assert kernel == ["PROVED", "UNKNOWN", "REFUTED"]


def test_a_category_of_several_values() -> None:
    """From 1 to 2 and back, too: sums of integers are not rounded."""
    model, _ = regression(SCORE)
    made = model[-1].coef_[4:]
    effect = float(made.max() - made.min())
    for factor, answer in ((1.001, warrant.Proved), (0.999, warrant.Refuted)):
        claim = warrant.Fair("housing", DOMAIN, tolerance=round(factor * effect, 6))
        assert isinstance(warrant.prove(model, claim, samples=X), answer)


def test_labels_that_agree(native_checker: Checker) -> None:
    """Two classifiers that were trained on other labels differ somewhere; far from both borders they agree."""
    from sklearn.linear_model import LogisticRegression

    first, other = LogisticRegression().fit(X, LABELS), LogisticRegression().fit(X, BIASED)
    verdict = warrant.prove(first, warrant.Equivalent(other, DOMAIN, tolerance="1/2"), samples=X)
    assert isinstance(verdict, warrant.Refuted)
    rich = warrant.Domain(
        (warrant.Feature.real("income", 8, 10), warrant.Feature.real("debt", 0, 1), *DOMAIN.features[2:])
    )
    verdict = warrant.prove(first, warrant.Equivalent(other, rich, tolerance="1/2"), samples=X)
    assert isinstance(verdict, warrant.Proved)
    assert verdict.certificate[5:6] == b"C"

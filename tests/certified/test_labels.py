"""Certified accuracy of models that answer labels, and of ensembles of trees: by cases and by boxes."""

from __future__ import annotations

import random
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.datasets import load_iris
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from small_claims import changed
from small_test_sets import Files, claim, npy

import warrant
from warrant.claims import OnTestSet
from warrant.cli import main
from warrant.models.exporters import export

Native = Callable[[Files], str]
Kernel = Callable[[Sequence[Files]], list[str]]

IRIS = load_iris()
ROWS = IRIS.data.astype(np.float32)
CHOSEN = [0, 20, 60, 80, 110, 130]
X, Y = ROWS[CHOSEN], IRIS.target[CHOSEN]
SAME = "tolerance 1/2"
MADE = {
    "linear": ("C", lambda: LogisticRegression(max_iter=500)),
    "scaled": ("C", lambda: make_pipeline(StandardScaler(), LogisticRegression(max_iter=500))),
    "network": ("C", lambda: MLPClassifier((6,), max_iter=300, random_state=0)),
    "forest": ("B", lambda: RandomForestClassifier(5, max_depth=3, random_state=0)),
    "boosted": ("B", lambda: GradientBoostingClassifier(n_estimators=3, max_depth=2, random_state=0)),
}


def fitted(kind: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return MADE[kind][1]().fit(ROWS, IRIS.target)


@pytest.fixture(scope="module", params=list(MADE))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def estimator(kind: str) -> Any:
    return fitted(kind)


@pytest.fixture(scope="module")
def model(estimator: Any) -> bytes:
    data: bytes = export(estimator, ROWS).data
    return data


def said(estimator: Any, rows: NDArray[Any] = X) -> NDArray[np.int64]:
    return np.asarray(estimator.predict(rows), dtype=np.int64)


def test_all_that_the_model_says(native: Native, kind: str, estimator: Any, model: bytes) -> None:
    """Proved near the inputs with the model's own labels; with one changed, one fewer is, and no more."""
    labels = said(estimator)
    proved = Files(model, claim(6, radius="1e-6", what=SAME), npy(X), npy(labels)).solved()
    assert native(proved) == "PROVED" and proved.certificate[5:6] == MADE[kind][0].encode()
    labels[1] = (labels[1] + 1) % 3
    wrong = proved.change(labels=npy(labels))
    assert native(wrong) == "UNKNOWN"
    assert native(wrong.solved()) == "REFUTED"
    five = wrong.change(claim=claim(5, radius="1e-6", what=SAME)).solved()
    assert native(five) == "PROVED"
    assert native(five.change(claim=wrong.claim)) == "UNKNOWN"
    assert native(five.change(inputs=npy(X + np.float32(3)))) == "UNKNOWN"
    assert native(five.change(claim=claim(5, radius="5", what=SAME))) == "UNKNOWN"


def test_large_radii_are_refuted(native: Native, estimator: Any, model: bytes) -> None:
    far = Files(model, claim(1, radius="9", what=SAME), npy(X), npy(said(estimator))).solved()
    assert native(far) == "REFUTED"
    assert native(far.change(claim=claim(1, radius="1e-6", what=SAME))) == "UNKNOWN", "the points are not near"


def test_other_letters_and_other_bytes(native: Native, kind: str, estimator: Any, model: bytes) -> None:
    files = Files(model, claim(6, radius="1e-6", what=SAME), npy(X), npy(said(estimator))).solved()
    good = files.certificate
    for letter in b"PBCRT":
        word = native(files.change(certificate=good[:5] + bytes([letter]) + good[6:]))
        assert word == ("PROVED" if chr(letter) == MADE[kind][0] else "UNKNOWN")
    assert native(files.change(certificate=good + b"\0")) == "UNKNOWN"
    assert native(files.change(certificate=good[:-1])) == "UNKNOWN"
    assert native(files.change(certificate=good[:6] + b"\x1f" + good[7:])) == "UNKNOWN", "fewer marks than proofs"
    rng = random.Random(kind)
    for _ in range(20):  # whatever is accepted is true: all six are as the labels say
        assert native(files.change(certificate=changed(good, rng))) in ("PROVED", "UNKNOWN")


def test_scores_of_a_model_with_one_output_have_no_meaning(native: Native, estimator: Any, model: bytes) -> None:
    files = Files(model, claim(6, radius="1e-6", what=SAME), npy(X), npy(said(estimator))).solved()
    for what in ("scores 1", "threshold 1/2"):
        asked = files.change(claim=claim(6, radius="1e-6", what=what))
        assert native(asked) == "UNKNOWN"
        with pytest.raises(warrant.WrongInput):
            OnTestSet(*asked.all()[:4]).validate()


@pytest.mark.parametrize("norm", ["l1", "l2"])
def test_balls_are_proved_by_their_boxes(native: Native, norm: str, estimator: Any, model: bytes) -> None:
    labels = npy(said(estimator))
    proved = Files(model, claim(6, norm=norm, radius="1e-6", what=SAME), npy(X), labels).solved()
    assert native(proved) == "PROVED"
    assert native(proved.change(claim=claim(6, norm=norm, radius="5", what=SAME))) == "UNKNOWN"
    verdict = warrant.prove(model, warrant.Robust(X[0], 1e-6, norm=norm))  # type: ignore[arg-type]
    assert verdict.word == "PROVED"


def test_in_the_kernel(kernel: Kernel) -> None:
    """A network's labels and a forest's, and each certificate with a label changed."""
    asked = []
    for kind in ("network", "forest"):
        estimator = fitted(kind)
        labels = said(estimator)[:2]
        files = Files(
            export(estimator, ROWS).data, claim(2, radius="1e-6", what=SAME), npy(X[:2]), npy(labels)
        ).solved()
        asked += [files, files.change(labels=npy(1 - labels))]
    assert kernel(asked) == ["PROVED", "UNKNOWN"] * 2


def test_certify(estimator: Any, kind: str, tmp_path: Path, native_checker: Any) -> None:
    """Each input in a warrant of its own, and one theorem of them about the whole, in the user's names."""
    accuracy = warrant.CertifiedAccuracy(X, Y, 0.01, names=IRIS.feature_names)
    found = warrant.certify(estimator, accuracy, tmp_path / "w", samples=ROWS)
    right = int((said(estimator) == Y).sum())
    assert right >= found.certified >= 4 and isinstance(found.verdict, warrant.Proved)
    text = (tmp_path / "w" / "whole" / "claim.certified").read_text()
    assert f"(at-least {found.certified})" in text and "(tolerance 0.5)" in text
    assert isinstance(warrant.check(tmp_path / "w" / "whole"), warrant.Proved)
    wrong = warrant.CertifiedAccuracy(X, (Y + 1) % 3, 0.01, names=IRIS.feature_names)
    refuted = warrant.certify(estimator, wrong, tmp_path / "v", at_least=1, samples=ROWS)
    assert refuted.certified == 0 and isinstance(refuted.verdict, warrant.Refuted)
    assert refuted.verdict.counterexample is not None
    assert refuted.verdict.counterexample.names == tuple(IRIS.feature_names)


def test_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str], native_checker: Any) -> None:
    (tmp_path / "m.onnx").write_bytes(export(fitted("forest"), ROWS).data)
    np.savez(tmp_path / "test.npz", X=X, y=Y)
    arguments = [str(tmp_path / "m.onnx"), str(tmp_path / "test.npz"), "--radius", "0.01", "--out", str(tmp_path / "w")]
    assert main(["certify", *arguments]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "PROVED"
    assert main(["certify", *arguments, "--threshold", "1/2"]) == 2
    assert "a threshold" in capsys.readouterr().err

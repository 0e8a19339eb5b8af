"""Claims about training runs from end to end: real data, warrants, and what becomes of changed ones."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

import warrant
from warrant.checkers import find_checker


@pytest.fixture(autouse=True)
def checker():
    if find_checker() is None:
        pytest.skip("no native checker: make checker")


@pytest.fixture(scope="module")
def sklearn():
    return pytest.importorskip("sklearn.datasets", reason="scikit-learn is not installed: pip install scikit-learn")


def test_diabetes(sklearn, tmp_path):
    from sklearn.linear_model import Ridge

    a, y = sklearn.load_diabetes(return_X_y=True)
    for name, model in (("with", Ridge()), ("without", Ridge(alpha=1.0, fit_intercept=False))):
        verdict = warrant.converges(model, a, y, accuracy=1e-3, out=tmp_path / name)
        assert isinstance(verdict, warrant.Proved)
        assert isinstance(warrant.check(tmp_path / name), warrant.Proved)


def test_breast_cancer_in_the_kernel(sklearn, tmp_path):
    from sklearn.linear_model import LogisticRegression

    a, y = sklearn.load_breast_cancer(return_X_y=True)
    a = (a - a.mean(axis=0)) / a.std(axis=0)
    verdict = warrant.converges(
        LogisticRegression(), a, y, method="nesterov", accuracy=1e-6, kernel=True, out=tmp_path / "w"
    )
    if isinstance(verdict, warrant.Unknown) and "the kernel was not asked" in verdict.reason:
        pytest.skip(verdict.reason)
    assert isinstance(verdict, warrant.Proved)
    assert verdict.checked_by == ("native", "kernel")
    assert "ClassicalDedekindReals.sig_not_dec" in " ".join(verdict.assumptions or ())
    assert "The intercept b is a weight too, without penalty." in " ".join(str(warrant.audit(tmp_path / "w")).split())
    assert isinstance(warrant.check(tmp_path / "w"), warrant.Proved)
    data = bytearray((tmp_path / "w" / "features.npy").read_bytes())
    data[1000] ^= 1
    (tmp_path / "w" / "features.npy").write_bytes(data)
    assert isinstance(warrant.check(tmp_path / "w"), warrant.Unknown)


def test_a_folder_with_a_changed_byte_is_refused(tmp_path):
    random = np.random.default_rng(5)
    a, y = random.standard_normal((20, 3)), random.standard_normal(20)
    np.save(tmp_path / "a.npy", a)
    np.save(tmp_path / "y.npy", y)
    whole = tmp_path / "w"
    verdict = warrant.converges("ridge", tmp_path / "a.npy", tmp_path / "y.npy", penalty=1, steps=30, out=whole)
    assert isinstance(verdict, warrant.Proved)
    assert (whole / "features.npy").read_bytes() == (tmp_path / "a.npy").read_bytes()
    for name in ("problem.training", "features.npy", "labels.npy", "certificate.bin", "Theorem.v", "Artefacts.v"):
        copy = tmp_path / "changed"
        shutil.copytree(whole, copy)
        data = bytearray((copy / name).read_bytes())
        data[len(data) // 2] ^= 1
        (copy / name).write_bytes(data)
        verdict = warrant.check(copy)
        assert isinstance(verdict, warrant.Unknown), name
        assert name in verdict.reason
        shutil.rmtree(copy)


@pytest.mark.parametrize("method", ["gradient-descent", "nesterov"])
@pytest.mark.parametrize("scale", [1e-200, 1e-80, 0.0, 1e140, [1e-8, 1.0, 1e8], [1.0, 0.0, 1.0]])
def test_scales(method, scale):
    random = np.random.default_rng(7)
    a, y = random.standard_normal((20, 3)) * scale, random.standard_normal(20)
    verdict = warrant.converges("ridge", a, y, penalty=0.1, method=method, steps=5)
    assert isinstance(verdict, warrant.Proved)


@pytest.mark.parametrize("scale", [0.0, 1e-170, 1e150])
def test_scales_of_labels(scale):
    random = np.random.default_rng(8)
    a, y = random.standard_normal((20, 3)), random.standard_normal(20) * scale
    verdict = warrant.converges("ridge", a, y, penalty=0.1, steps=5)
    assert isinstance(verdict, warrant.Proved)


def test_more_steps_than_ever():
    random = np.random.default_rng(9)
    a, y = random.standard_normal((20, 3)), np.ones(20)
    verdict = warrant.converges("logistic", a, y, penalty=1e-7, step=1e-2, steps=999_999_999)
    assert isinstance(verdict, warrant.Proved)


def test_an_accuracy_that_cannot_be_reached():
    random = np.random.default_rng(10)
    verdict = warrant.converges("ridge", random.standard_normal((20, 3)), np.ones(20), penalty=0.1, accuracy=0)
    assert isinstance(verdict, warrant.Unknown)
    assert "no number of steps is proved to reach the accuracy 0" in verdict.reason


def test_audit(tmp_path):
    random = np.random.default_rng(6)
    a, y = random.standard_normal((20, 3)), random.standard_normal(20)
    warrant.converges("huber", a, y, penalty=1, delta=1, steps=30, out=tmp_path / "w")
    text = str(warrant.audit(tmp_path / "w"))
    assert "TrainingConverges problem_file features_file labels_file" in text
    assert "n = 20 rows" in text

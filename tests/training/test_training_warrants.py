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
    verdict = warrant.converges(Ridge(alpha=1.0, fit_intercept=False), a, y, accuracy=1e-3, out=tmp_path / "w")
    assert isinstance(verdict, warrant.Proved)
    assert isinstance(warrant.check(tmp_path / "w"), warrant.Proved)


def test_breast_cancer_in_the_kernel(sklearn, tmp_path):
    from sklearn.linear_model import LogisticRegression

    a, y = sklearn.load_breast_cancer(return_X_y=True)
    a = (a - a.mean(axis=0)) / a.std(axis=0)
    model = LogisticRegression(C=1.0, fit_intercept=False)
    verdict = warrant.converges(model, a, y, accuracy=1e-6, kernel=True, out=tmp_path / "w")
    if isinstance(verdict, warrant.Unknown) and "the kernel was not asked" in verdict.reason:
        pytest.skip(verdict.reason)
    assert isinstance(verdict, warrant.Proved)
    assert verdict.checked_by == ("native", "kernel")
    assert "ClassicalDedekindReals.sig_not_dec" in " ".join(verdict.assumptions or ())


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


def test_audit(tmp_path):
    random = np.random.default_rng(6)
    a, y = random.standard_normal((20, 3)), random.standard_normal(20)
    warrant.converges("huber", a, y, penalty=1, delta=1, steps=30, out=tmp_path / "w")
    text = str(warrant.audit(tmp_path / "w"))
    assert "TrainingConverges problem_file features_file labels_file" in text
    assert "n = 20 rows" in text

"""Runs that fail: what the checker refutes, and what it must not."""

from __future__ import annotations

import struct
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from training.conftest import Files, failing, small

import warrant
from warrant.claims import Converges
from warrant.training import DIVERGENCE, MAGIC, REFUTATION, read_matrix, read_problem, with_ones, write_problem
from warrant.training.plot import curves
from warrant.training.state import state

HEADER, FEATURES, ROWS, COLUMNS = 22, 128, 30, 4


def with_problem(files: Files, **changes) -> Files:
    return files.change(problem=write_problem(replace(read_problem(files.problem, file=""), **changes)))


def with_numbers(files: Files, edit) -> Files:
    """The certificate with its numbers edited: the bound, the eigenvalue, the direction, the factor."""
    numbers = np.frombuffer(files.certificate[6:], dtype="<f8").copy()
    edit(numbers)
    return files.change(certificate=files.certificate[:6] + numbers.tobytes())


def gap_of_a_run(files: Files) -> float:
    """The objective after the steps above the least one, in binary64."""
    problem = read_problem(files.problem, file="")
    a, y = read_matrix(files.features, file=""), read_matrix(files.labels, file="")[:, 0]
    a = with_ones(a, problem.intercept)
    n, alpha, gamma = len(a), float(problem.penalty), float(problem.step)
    penalties = [0.0 if problem.intercept and j == 0 else alpha for j in range(a.shape[1])]
    hessian = a.T @ a / n + np.diag(penalties)
    best = np.linalg.solve(hessian, a.T @ y / n)
    error = np.linalg.matrix_power(np.eye(len(best)) - gamma * hessian, problem.steps) @ (-best)
    return float(error @ hessian @ error) / 2


@pytest.mark.parametrize(("n", "d"), [(1, 1), (1, 3), (7, 1), (3, 8), (200, 20)])
def test_refutes_a_step_that_is_too_large(n, d, native):
    assert native(failing(n=n, d=d, seed=n + d, step=99)) == "REFUTED"


@pytest.mark.parametrize("steps", [1, 2, 40, 41, 10**4, 10**6])
def test_refutes_after_any_number_of_steps(steps, native):
    assert native(failing(steps=steps, step=9, accuracy=1e-9)) == "REFUTED"


def test_refutes_steps_the_wrong_way(native):
    assert native(failing(step=-1)) == "REFUTED"


def test_refutes_too_few_steps_up_to_the_gap_of_a_run(native):
    files = failing(step=Fraction(1, 100), steps=5, accuracy=0)
    gap = Fraction(gap_of_a_run(files))
    assert gap > 0.01
    assert native(with_problem(files, accuracy=-1)) == "REFUTED"
    assert native(with_problem(files, accuracy=gap / 10)) == "REFUTED"
    for above in (gap * Fraction(101, 100), gap * 2, gap * 100):
        assert native(with_problem(files, accuracy=above)) == "UNKNOWN"


def refused(files: Files, columns: int = COLUMNS) -> dict[str, Files]:
    """Variants of a refutation, each wrong in one thing."""
    problem = read_problem(files.problem, file="")
    claim = Converges.from_files(*files.all()[:3])
    assert curves(claim).proved[0] > 0  # the data's bounds are those of a run that could converge
    nan = bytearray(files.features)
    nan[FEATURES : FEATURES + 8] = struct.pack("<d", np.nan)
    labels_nan = bytearray(files.labels)
    labels_nan[FEATURES : FEATURES + 8] = struct.pack("<d", np.nan)

    def turn(numbers):
        numbers[2 : 2 + columns] = np.roll(numbers[2 : 2 + columns], 1)

    def negate(numbers):
        numbers[2 : 2 + columns] *= -1

    def spoil(k, by):
        def edit(numbers):
            numbers[k] = by(numbers[k])

        return edit

    return {
        "a data byte flipped": files.flip("features", FEATURES + 8 * 5 + 6),
        "a NaN in the features": files.change(features=bytes(nan)),
        "a NaN in the labels": files.change(labels=bytes(labels_nan)),
        "features truncated": files.change(features=files.features[:-8]),
        "labels truncated": files.change(labels=files.labels[:-1]),
        "labels for other rows": files.change(labels=small("ridge", n=29).labels),
        "no labels to learn": files.change(labels=files.labels[:FEATURES] + bytes(8 * ROWS)),
        "another eigenvector": with_numbers(files, turn),
        "the other sign": with_numbers(files, negate),
        "an entry of the eigenvector changed": with_numbers(files, spoil(2, lambda x: x + 0.5)),
        "a NaN in the eigenvector": with_numbers(files, spoil(3, lambda x: np.nan)),
        "an infinity in the eigenvector": with_numbers(files, spoil(3, lambda x: np.inf)),
        "no eigenvector": with_numbers(files, lambda numbers: numbers[2 : 2 + columns].fill(0)),
        "another eigenvalue": with_numbers(files, spoil(1, lambda x: x * 1.5)),
        "an infinite eigenvalue": with_numbers(files, spoil(1, lambda x: np.inf)),
        "the top lowered": with_numbers(files, spoil(0, lambda x: x * 0.99)),
        "an infinite top": with_numbers(files, spoil(0, lambda x: np.inf)),
        "a factor changed": with_numbers(files, spoil(2 + columns, lambda x: x * 1.001)),
        "the certificate truncated": files.change(certificate=files.certificate[:-1]),
        "the certificate lengthened": files.change(certificate=files.certificate + bytes(1)),
        "no growth beyond the first gradient": files.change(
            problem=with_problem(files, step=Fraction(1, 100), steps=5, accuracy=0).problem
        ),
        "a refutation called a proof": files.change(certificate=MAGIC + files.certificate[6:]),
        "a proof": files.change(certificate=small("ridge").certificate),
        "a step that converges": with_problem(files, step=Fraction(1, 10)),
        "no step": with_problem(files, step=Fraction(0), accuracy=Fraction(10**6)),
        "no steps": with_problem(files, steps=0, accuracy=Fraction(10**6)),
        "an accuracy that is kept": with_problem(files, accuracy=Fraction(gap_of_a_run(files)) * 2),
        "a negative penalty": with_problem(files, penalty=-problem.penalty),
        "with momentum": with_problem(files, method="nesterov", momentum=Fraction(1, 2)),
        "with a momentum that grows": with_problem(files, method="nesterov"),
        "another loss": files.change(problem=files.problem.replace(b"squared", b"huber 1")),
        "no problem": files.change(problem=b""),
    }


def test_refuses(native):
    files = failing()
    assert files.certificate.startswith(DIVERGENCE)
    assert native(files) == "REFUTED"
    for what, variant in refused(files).items():
        assert native(variant) == "UNKNOWN", what
    weaker = files.change(certificate=REFUTATION + files.certificate[6:])
    assert native(weaker) == "REFUTED"
    for what, variant in refused(weaker).items():
        if what != "no growth beyond the first gradient":
            assert native(variant) == "UNKNOWN", what


def test_refutes_with_an_intercept(native):
    for steps in (1, 40, 10**4):
        files = failing(intercept=True, step=9, steps=steps)
        assert native(files) == "REFUTED"
        assert native(with_problem(files, intercept=False)) == "UNKNOWN"
    for what, variant in refused(failing(intercept=True, step=9), columns=COLUMNS + 1).items():
        assert native(variant) == "UNKNOWN", what


def test_refutes_along_the_intercept(native):
    """With features that are nearly 0, the direction of the ones is the one that grows, and nothing is added to it."""
    random = np.random.default_rng(2)
    a, y = 1e-6 * random.standard_normal((20, 2)), 1 + random.standard_normal(20)
    claim = state("ridge", a, y, penalty=0.1, intercept=True, step=2.5, steps=30, accuracy=1e-3)
    found = claim.find(timeout=None, jobs=1, report=None)
    files = Files(claim.problem_bytes, claim.features_bytes, claim.labels_bytes, found.certificate)
    direction = np.frombuffer(found.certificate[HEADER : HEADER + 24], dtype="<f8")
    assert abs(direction[0]) > 0.99
    assert native(files) == "REFUTED"
    assert native(with_problem(files, step=Fraction(199, 100))) == "UNKNOWN"


def test_too_few_steps_do_not_diverge(native):
    files = failing(step=Fraction(1, 100), steps=5)
    assert files.certificate.startswith(REFUTATION)
    assert native(files) == "REFUTED"
    assert native(files.change(certificate=DIVERGENCE + files.certificate[6:])) == "UNKNOWN"


def test_native_and_kernel_agree(native, kernel):
    files = failing()
    claims = [files, failing(step=Fraction(1, 100), steps=5), small("ridge"), *refused(files).values()]
    words = kernel(claims)
    assert words == [native(each) for each in claims]
    assert words[:3] == ["REFUTED", "REFUTED", "PROVED"]
    assert set(words[3:]) == {"UNKNOWN"}


def test_never_refutes_what_it_proves(native):
    for steps in (1, 5, 40, 300):
        proved = small("ridge", steps=steps)
        assert native(proved) == "PROVED"
        assert native(proved.change(certificate=failing().certificate)) == "UNKNOWN"


@pytest.mark.parametrize("intercept", [False, True])
@pytest.mark.parametrize("method", ["gradient-descent", "nesterov"])
@pytest.mark.parametrize("objective", ["ridge", "logistic", "huber"])
def test_a_step_that_is_too_large_is_unknown(objective, method, intercept):
    """With the largest step that can be proved, for each method and loss; only ridge by gradient descent is refuted."""
    random = np.random.default_rng(3)
    a, y = random.standard_normal((25, 3)), np.where(random.standard_normal(25) > 0, 1.0, -1.0)
    verdict = warrant.converges(
        objective,
        a,
        y,
        penalty=0.1,
        method=method,
        step=100,
        steps=5,
        intercept=intercept,
        delta=1 if objective == "huber" else None,
    )
    if (objective, method) == ("ridge", "gradient-descent"):
        assert isinstance(verdict, warrant.Refuted)
        assert "the largest that can be proved here is" in verdict.counterexample.remark
    else:
        assert isinstance(verdict, warrant.Unknown)
        assert "the largest that can be proved here is" in verdict.reason


@pytest.fixture(scope="module")
def diabetes():
    datasets = pytest.importorskip("sklearn.datasets", reason="scikit-learn is not installed: pip install scikit-learn")
    return datasets.load_diabetes(return_X_y=True)


def test_a_diverging_run_on_diabetes_in_the_kernel(diabetes, tmp_path):
    from sklearn.linear_model import Ridge

    a, y = diabetes
    model = Ridge(alpha=1.0, fit_intercept=False)
    verdict = warrant.converges(model, a, y, step=221, accuracy=1e-3, kernel=True, out=tmp_path / "w")
    if isinstance(verdict, warrant.Unknown) and "the kernel was not asked" in verdict.reason:
        pytest.skip(verdict.reason)
    assert isinstance(verdict, warrant.Refuted)
    assert verdict.checked_by == ("native", "kernel")
    assert "the largest that can be proved here is 175.948" in verdict.counterexample.remark
    assert "multiplied by about -1.51211" in verdict.counterexample.remark
    assert isinstance(warrant.check(tmp_path / "w"), warrant.Refuted)
    assert "TrainingDiverges problem_file features_file labels_file" in (tmp_path / "w" / "Theorem.v").read_text()
    text = " ".join(str(warrant.audit(tmp_path / "w")).split())
    assert "becomes larger than any number" in text
    assert "above its value at some other point" in text
    data = bytearray((tmp_path / "w" / "features.npy").read_bytes())
    data[1000] ^= 1
    (tmp_path / "w" / "features.npy").write_bytes(data)
    assert isinstance(warrant.check(tmp_path / "w"), warrant.Unknown)


def test_the_step_on_either_side_of_the_largest(diabetes):
    from sklearn.linear_model import Ridge

    a, y = diabetes
    model = Ridge(alpha=1.0, fit_intercept=False)
    assert isinstance(warrant.converges(model, a, y, step=175, steps=10**6, accuracy=1), warrant.Proved)
    assert isinstance(warrant.converges(model, a, y, step=177, steps=10**6, accuracy=1), warrant.Refuted)

"""From objectives, arrays and files to claims: what is computed, and what is said of bad input."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import warrant
from warrant.errors import SearchError, Unsupported, WrongInput
from warrant.training import (
    Problem,
    as_file,
    constants,
    objective_of,
    read_matrix,
    read_problem,
    spectrum,
    write_problem,
)
from warrant.training.plan import round_down, round_up
from warrant.training.state import state

RANDOM = np.random.default_rng(3)
A = RANDOM.standard_normal((25, 3))
Y = A @ np.array([1.0, -2.0, 0.5]) + RANDOM.standard_normal(25)
SIGNS = np.where(Y > 0, 1.0, -1.0)


def value_and_gradient(problem, a, y, w):
    """The objective and its gradient, by NumPy."""
    z, alpha = a @ w, float(problem.penalty)
    if problem.loss == "squared":
        losses, slopes = (z - y) ** 2 / 2, z - y
    elif problem.loss == "logistic":
        losses, slopes = np.log1p(np.exp(-y * z)), -y / (1 + np.exp(y * z))
    else:
        delta = float(problem.delta)
        size = np.abs(z - y)
        losses = np.where(size <= delta, size**2 / 2, delta * (size - delta / 2))
        slopes = np.clip(z - y, -delta, delta)
    return losses.mean() + alpha / 2 * w @ w, a.T @ slopes / len(y) + alpha * w


def run(problem, a, y, steps):
    w = v = np.zeros(a.shape[1])
    for _ in range(steps):
        last, w = w, v - float(problem.step) * value_and_gradient(problem, a, y, v)[1]
        v = w + float(problem.momentum or 0) * (w - last)
    return w


@pytest.mark.parametrize(
    ("objective", "y", "extra"), [("ridge", Y, {}), ("logistic", SIGNS, {}), ("huber", Y, {"delta": 0.3})]
)
@pytest.mark.parametrize("method", ["gradient-descent", "nesterov"])
def test_a_simulated_run_is_under_the_bound(objective, y, extra, method):
    claim = state(objective, A, y, penalty=0.05, method=method, steps=25, **extra)
    problem = read_problem(claim.problem_bytes, file="")
    best = value_and_gradient(problem, A, y, run(problem, A, y, 20_000))[0]
    gap = value_and_gradient(problem, A, y, run(problem, A, y, 25))[0] - best
    assert 0 < gap <= float(problem.accuracy)


def test_bounds_of_the_spectrum_are_tight():
    found = spectrum(A)
    values = np.linalg.eigvalsh(A.T @ A)
    assert values[-1] < found.top < values[-1] * (1 + 1e-9)
    assert values[0] * (1 - 1e-9) < found.bottom < values[0]
    assert spectrum(np.ones((5, 2))).bottom == 0.0


def test_fewest_steps():
    known = constants("squared", Fraction(1, 10), Y, spectrum(A))
    step = known.usual_step
    for momentum in (None, known.usual_momentum(step)):
        enough = known.steps(step, momentum, Fraction(1, 10**4))
        assert enough is not None
        assert known.accuracy(step, momentum, enough) <= Fraction(1, 10**4) * Fraction(1001, 1000)
        assert known.accuracy(step, momentum, enough - 1) > Fraction(1, 10**4)
    assert known.steps(Fraction(0), None, Fraction(1, 10**4)) is None
    assert known.steps(step, None, known.start) == 0


def test_acceleration_needs_fewer_steps():
    hard = A * np.array([100.0, 1.0, 1.0])
    plain, fast = (
        read_problem(state("ridge", hard, Y, penalty=0.01, method=m, accuracy=1e-6).problem_bytes, file="").steps
        for m in ("gradient-descent", "nesterov")
    )
    assert fast < plain / 10


def test_rounding():
    assert round_down(Fraction(123456, 1000), 4) == Fraction(1234, 10)
    assert round_up(Fraction(123456, 1000), 4) == Fraction(1235, 10)
    assert round_up(Fraction(1, 1000), 2) == Fraction(1, 1000)


@pytest.mark.parametrize("delta", [None, Fraction(1, 3)])
@pytest.mark.parametrize("momentum", [None, Fraction(2, 3)])
def test_the_text_of_a_problem(delta, momentum):
    problem = Problem(
        "huber" if delta else "squared", delta, Fraction(1, 10), Fraction(1, 7), momentum, 3, Fraction(10)
    )
    text = write_problem(problem)
    assert read_problem(text, file="") == problem
    assert read_problem(b"; a comment\n" + text.replace(b"\n", b" ; (steps 5)\n"), file="") == problem
    for wrong in (
        b"",
        b"(training 1)",
        b"\xff",
        text + b"(steps 3)",
        text.replace(b"3)", b"-3)"),
        text.replace(b"10)", b"x)"),
    ):
        with pytest.raises(WrongInput):
            read_problem(wrong, file="p")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not a NumPy file"),
        (b"hello, world", "not a NumPy file"),
        (as_file(A, "A")[0][:-8], "not a NumPy file"),
        (as_file(A, "A")[0].replace(b"<f8", b"<f4"), "float32|not a NumPy file"),
        (as_file(A, "A")[0].replace(b"<f8", b">f8"), ">f8"),
        (as_file(A.reshape(5, 5, 3), "A")[0], "3 dimensions"),
        (as_file(np.zeros((0, 3)), "A")[0], "no numbers"),
        (as_file(np.array([1.0, np.nan]), "A")[0], "NaN"),
        (as_file(A, "A")[0].replace(b"False, ", b"True,  "), "Fortran"),
    ],
)
def test_bad_matrices(data, message):
    with pytest.raises(WrongInput, match=message) as caught:
        read_matrix(data, file="a.npy")
    assert str(caught.value).startswith("a.npy: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "changes", "error", "message"),
    [
        (("rigde", A, Y), {}, WrongInput, "objective: 'rigde'"),
        (("ridge", A, Y), {"penalty": None}, SearchError, "penalty"),
        (("ridge", A, Y), {"penalty": -1}, WrongInput, "penalty"),
        (("ridge", A, Y), {"penalty": float("nan")}, WrongInput, "penalty"),
        (("ridge", A, Y), {"delta": 1}, SearchError, "delta"),
        (("huber", A, Y), {}, SearchError, "delta"),
        (("ridge", A, Y), {"accuracy": None}, SearchError, "neither"),
        (("ridge", A, Y), {"method": "newton"}, WrongInput, "method: 'newton'"),
        (("ridge", A, Y), {"momentum": 0.5}, SearchError, "momentum"),
        (("ridge", A, Y), {"steps": -1}, WrongInput, "steps"),
        (("ridge", A, Y), {"steps": 10**9}, WrongInput, "steps"),
        (("ridge", A, Y), {"steps": 1.5}, WrongInput, "steps"),
        (("ridge", A, Y[:-1]), {}, WrongInput, "24 labels for the 25 rows"),
        (("ridge", A, A), {}, WrongInput, "3 columns"),
        (("logistic", A, Y), {}, WrongInput, "row 0: a label that is neither 1 nor -1"),
        (("ridge", A.astype(str), Y), {}, WrongInput, "real numbers"),
        (("ridge", A * 1e200, Y), {}, SearchError, "too large"),
        (("ridge", A * 1j, Y), {}, WrongInput, "real numbers"),
        (("ridge", "no such file.npy", Y), {}, WrongInput, "no such file.npy: it cannot be read"),
        ((object(), A, Y), {"penalty": None}, Unsupported, "objective"),
    ],
)
def test_bad_arguments(arguments, changes, error, message):
    with pytest.raises(error, match=message) as caught:
        warrant.converges(*arguments, **{"penalty": 0.1, "accuracy": 0.1, **changes})
    assert "\n" not in str(caught.value)


def test_a_step_that_is_too_large_is_refuted_where_it_diverges():
    verdict = warrant.converges("ridge", A, Y, penalty=0.1, step=100, steps=5)
    assert isinstance(verdict, warrant.Refuted)
    assert "the largest that can be proved here is" in verdict.counterexample.remark


def test_a_step_that_is_too_large_is_unknown_with_momentum():
    verdict = warrant.converges("ridge", A, Y, penalty=0.1, method="nesterov", step=100, steps=5)
    assert isinstance(verdict, warrant.Unknown)
    assert "the largest that can be proved here is" in verdict.reason


def test_a_step_that_is_too_large_gets_the_steps_of_one_that_is_not():
    problems = [
        read_problem(state("ridge", A, Y, penalty=0.1, step=step, accuracy=1e-6).problem_bytes, file="")
        for step in (None, 100)
    ]
    assert problems[0].steps == problems[1].steps > 0


def test_a_momentum_that_is_too_small_is_unknown():
    verdict = warrant.converges("ridge", A, Y, penalty=0.1, method="nesterov", momentum=0, steps=5)
    assert isinstance(verdict, warrant.Unknown)
    assert "the momentum too small" in verdict.reason


def test_too_few_steps_are_refuted_or_unknown():
    few = warrant.converges("ridge", A, Y, penalty=0.1, steps=5, accuracy=1e-9)
    assert isinstance(few, warrant.Refuted)
    assert "25 steps are enough for the accuracy" in few.counterexample.remark
    unknown = warrant.converges("ridge", A, Y, penalty=0.1, steps=24, accuracy=1e-9)
    assert isinstance(unknown, warrant.Unknown)
    assert "25 steps are enough for the accuracy" in unknown.reason


def test_without_strong_convexity():
    verdict = warrant.converges("logistic", A, SIGNS, penalty=0, steps=5, accuracy=1e-3)
    assert isinstance(verdict, warrant.Unknown)
    assert "strongly convex" in verdict.reason


class TestEstimators:
    @pytest.fixture(autouse=True)
    def sklearn(self):
        pytest.importorskip("sklearn", reason="scikit-learn is not installed: pip install scikit-learn")

    def test_ridge_is_the_same_objective(self):
        from sklearn.linear_model import Ridge

        model = Ridge(alpha=3.0, fit_intercept=False, tol=1e-12).fit(A, Y)
        problem = read_problem(state(model, A, Y, accuracy=1).problem_bytes, file="")
        assert problem.penalty == Fraction(3, 25)
        assert np.abs(value_and_gradient(problem, A, Y, model.coef_)[1]).max() < 1e-9

    def test_logistic_regression_is_the_same_objective(self):
        from sklearn.linear_model import LogisticRegression

        names = np.where(Y > 0, "yes", "no")
        model = LogisticRegression(C=0.7, fit_intercept=False, tol=1e-10, max_iter=10_000).fit(A, names)
        claim = state(model, A, names, accuracy=1)
        problem = read_problem(claim.problem_bytes, file="")
        labels = read_matrix(claim.labels_bytes, file="y")[:, 0]
        assert np.array_equal(labels, SIGNS)
        assert problem.penalty == 1 / (Fraction(7, 10) * 25)
        assert np.abs(value_and_gradient(problem, A, labels, model.coef_[0])[1]).max() < 1e-6

    def test_other_settings_are_refused(self):
        from sklearn.linear_model import Lasso, LogisticRegression, Ridge

        for model, message in (
            (Ridge(), "fit_intercept=True"),
            (Ridge(fit_intercept=False, positive=True), "positive"),
            (Lasso(fit_intercept=False), "a Lasso"),
            (LogisticRegression(), "fit_intercept=True"),
            (LogisticRegression(fit_intercept=False, class_weight="balanced"), "class_weight"),
            (LogisticRegression(fit_intercept=False, l1_ratio=0.5), "l1_ratio"),
        ):
            with pytest.raises(Unsupported, match=message):
                objective_of(model, 25, penalty=None, delta=None)
        with pytest.raises(WrongInput, match="3 different labels"):
            state(LogisticRegression(fit_intercept=False), A, np.arange(25) % 3, accuracy=1)
        with pytest.raises(SearchError, match="the estimator says its own"):
            objective_of(Ridge(fit_intercept=False), 25, penalty=1, delta=None)

"""From objectives, arrays and files to claims: what is computed, and what is said of bad input."""

from __future__ import annotations

from dataclasses import replace
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
    with_ones,
    write_problem,
)
from warrant.training.plan import round_down, round_up
from warrant.training.state import state

RANDOM = np.random.default_rng(3)
A = RANDOM.standard_normal((25, 3))
Y = A @ np.array([1.0, -2.0, 0.5]) + RANDOM.standard_normal(25)
SIGNS = np.where(Y > 0, 1.0, -1.0)


def value_and_gradient(problem, a, y, w):
    """The objective and its gradient, by NumPy; with an intercept, the first column of ``a`` is one of ones."""
    z, alpha = a @ w, float(problem.penalty)
    kept = np.where(np.arange(len(w)) == 0, 0, w) if problem.intercept else w
    if problem.loss == "squared":
        losses, slopes = (z - y) ** 2 / 2, z - y
    elif problem.loss == "logistic":
        losses, slopes = np.log1p(np.exp(-y * z)), -y / (1 + np.exp(y * z))
    else:
        delta = float(problem.delta)
        size = np.abs(z - y)
        losses = np.where(size <= delta, size**2 / 2, delta * (size - delta / 2))
        slopes = np.clip(z - y, -delta, delta)
    return losses.mean() + alpha / 2 * kept @ kept, a.T @ slopes / len(y) + alpha * kept


def run(problem, a, y, steps):
    w = v = np.zeros(a.shape[1])
    weight = 1.0
    for _ in range(steps):
        last, w = w, v - float(problem.step) * value_and_gradient(problem, a, y, v)[1]
        following = (1 + np.sqrt(1 + 4 * weight**2)) / 2
        growing = problem.method == "nesterov" and problem.momentum is None
        v = w + ((weight - 1) / following if growing else float(problem.momentum or 0)) * (w - last)
        weight = following
    return w


@pytest.mark.parametrize(
    ("objective", "y", "extra"), [("ridge", Y, {}), ("logistic", SIGNS, {}), ("huber", Y, {"delta": 0.3})]
)
@pytest.mark.parametrize("method", ["gradient-descent", "nesterov"])
@pytest.mark.parametrize("intercept", [False, True])
def test_a_simulated_run_is_under_the_bound(objective, y, extra, method, intercept):
    claim = state(objective, A, y, penalty=0.05, intercept=intercept, method=method, steps=10, **extra)
    problem = read_problem(claim.problem_bytes, file="")
    a = with_ones(A, intercept)
    best = value_and_gradient(problem, a, y, run(problem, a, y, 20_000))[0]
    gap = value_and_gradient(problem, a, y, run(problem, a, y, 10))[0] - best
    assert 0 < gap <= float(problem.accuracy)


def test_bounds_of_the_spectrum_are_tight():
    found = spectrum(A)
    values = np.linalg.eigvalsh(A.T @ A)
    assert values[-1] < found.top < values[-1] * (1 + 1e-9)
    assert values[0] * (1 - 1e-9) < found.bottom < values[0]
    assert spectrum(np.ones((5, 2))).bottom == 0.0


def test_fewest_steps():
    wanted = Fraction(1, 10**4)
    descent = read_problem(state("ridge", A, Y, penalty=0.1, steps=1).problem_bytes, file="")
    problem = replace(descent, accuracy=wanted)
    known = constants(problem, A, Y, spectrum(A))
    step = known.usual_step
    accelerated = replace(problem, method="nesterov", momentum=known.usual_momentum(step))
    for run_of in (problem, accelerated):
        enough = known.steps(run_of)
        assert enough is not None
        assert known.accuracy(replace(run_of, steps=enough)) <= wanted * Fraction(1001, 1000)
        assert known.accuracy(replace(run_of, steps=enough - 1)) > wanted
    assert known.steps(replace(problem, step=Fraction(0))) is None
    assert known.steps(replace(problem, accuracy=known.start)) == 0


@pytest.mark.parametrize("method", ["gradient-descent", "nesterov"])
def test_fewest_steps_without_strong_convexity(method):
    claim = state("logistic", A, SIGNS, penalty=0.1, intercept=True, method=method, accuracy=1e-4)
    problem = read_problem(claim.problem_bytes, file="")
    rows = with_ones(A, True)
    known = constants(problem, rows, SIGNS, spectrum(rows))
    assert problem.momentum is None
    assert not known.linear(problem)
    assert known.accuracy(problem) <= Fraction(1001, 10**7)
    assert known.accuracy(replace(problem, steps=problem.steps * 99 // 100)) > Fraction(1, 10**4)


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
@pytest.mark.parametrize("intercept", [False, True])
@pytest.mark.parametrize(
    ("method", "momentum"), [("gradient-descent", None), ("nesterov", None), ("nesterov", Fraction(2, 3))]
)
def test_the_text_of_a_problem(delta, intercept, method, momentum):
    problem = Problem(
        loss="huber" if delta else "squared",
        delta=delta,
        intercept=intercept,
        penalty=Fraction(1, 10),
        method=method,
        step=Fraction(1, 7),
        momentum=momentum,
        steps=3,
        accuracy=Fraction(10),
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
        text.replace(b"(penalty", b"(intercept 1)\n(penalty"),
        text + b"(intercept)",
        b"(intercept)\n" + text,
        text.replace(b"(method ", b"(method 1/2 "),
        text.replace(b" 1/7", b" 1/7 1/2 1/2"),
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
    assert "the momentum is too small" in verdict.reason


def test_too_few_steps_are_refuted_or_unknown():
    few = warrant.converges("ridge", A, Y, penalty=0.1, steps=5, accuracy=1e-9)
    assert isinstance(few, warrant.Refuted)
    assert "25 steps are enough for the accuracy" in few.counterexample.remark
    unknown = warrant.converges("ridge", A, Y, penalty=0.1, steps=24, accuracy=1e-9)
    assert isinstance(unknown, warrant.Unknown)
    assert "25 steps are enough for the accuracy" in unknown.reason


@pytest.mark.parametrize(
    ("objective", "y", "settings", "reason"),
    [
        ("logistic", SIGNS, {"penalty": 0}, "try a penalty above 0"),
        ("logistic", np.ones(25), {}, "all labels are the same"),
        ("huber", Y, {"delta": 0}, "try a delta above 0"),
        ("logistic", SIGNS, {"method": "nesterov", "momentum": 0.5}, "as a constant momentum needs"),
        ("logistic", SIGNS, {"step": -1}, "the step is not above 0"),
        ("logistic", SIGNS, {"accuracy": 1e-15}, "no number of steps is proved to reach"),
    ],
)
def test_what_an_intercept_needs(objective, y, settings, reason):
    usual = {"penalty": 0.1, "intercept": True, "steps": 5, "accuracy": 1e-3}
    verdict = warrant.converges(objective, A, y, **{**usual, **settings})
    assert isinstance(verdict, warrant.Unknown)
    assert reason in verdict.reason


def test_without_strong_convexity():
    verdict = warrant.converges("logistic", A, SIGNS, penalty=0, steps=5, accuracy=1e-3)
    assert isinstance(verdict, warrant.Unknown)
    assert "strongly convex" in verdict.reason


class TestEstimators:
    @pytest.fixture(autouse=True)
    def sklearn(self):
        pytest.importorskip("sklearn", reason="scikit-learn is not installed: pip install scikit-learn")

    @pytest.mark.parametrize("intercept", [False, True])
    def test_ridge_is_the_same_objective(self, intercept):
        from sklearn.linear_model import Ridge

        model = Ridge(alpha=3.0, fit_intercept=intercept, tol=1e-12).fit(A, Y)
        problem = read_problem(state(model, A, Y, accuracy=1).problem_bytes, file="")
        assert problem.penalty == Fraction(3, 25)
        assert problem.intercept == intercept
        weights = np.append(model.intercept_, model.coef_) if intercept else model.coef_
        assert np.abs(value_and_gradient(problem, with_ones(A, intercept), Y, weights)[1]).max() < 1e-9

    @pytest.mark.parametrize("intercept", [False, True])
    def test_logistic_regression_is_the_same_objective(self, intercept):
        from sklearn.linear_model import LogisticRegression

        names = np.where(Y > 0, "yes", "no")
        model = LogisticRegression(C=0.7, fit_intercept=intercept, tol=1e-10, max_iter=10_000).fit(A, names)
        claim = state(model, A, names, accuracy=1)
        problem = read_problem(claim.problem_bytes, file="")
        labels = read_matrix(claim.labels_bytes, file="y")[:, 0]
        assert np.array_equal(labels, SIGNS)
        assert problem.penalty == 1 / (Fraction(7, 10) * 25)
        assert problem.intercept == intercept
        weights = np.append(model.intercept_, model.coef_[0]) if intercept else model.coef_[0]
        assert np.abs(value_and_gradient(problem, with_ones(A, intercept), labels, weights)[1]).max() < 1e-6

    def test_other_settings_are_refused(self):
        from sklearn.linear_model import Lasso, LogisticRegression, Ridge

        for model, message in (
            (Ridge(fit_intercept=False, positive=True), "positive"),
            (Lasso(fit_intercept=False), "a Lasso"),
            (LogisticRegression(solver="liblinear"), "liblinear"),
            (LogisticRegression(fit_intercept=False, class_weight="balanced"), "class_weight"),
            (LogisticRegression(fit_intercept=False, l1_ratio=0.5), "l1_ratio"),
        ):
            with pytest.raises(Unsupported, match=message):
                objective_of(model, 25, penalty=None, delta=None)
        with pytest.raises(WrongInput, match="3 different labels"):
            state(LogisticRegression(), A, np.arange(25) % 3, accuracy=1)
        with pytest.raises(SearchError, match="the estimator says its own"):
            objective_of(Ridge(fit_intercept=False), 25, penalty=1, delta=None)

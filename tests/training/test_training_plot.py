"""The figure of a run: what is drawn lies under the bound, and the file is whole."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from warrant.training import read_problem, write_problem
from warrant.training.plot import curves, draw
from warrant.training.state import state

RANDOM = np.random.default_rng(4)
A = RANDOM.standard_normal((40, 3))
Y = A @ np.array([1.0, -2.0, 0.5]) + RANDOM.standard_normal(40)


def claim_of(objective: str, **settings):
    y = np.where(Y > 0, 1.0, -1.0) if objective == "logistic" else Y
    extra = {"delta": 0.5} if objective == "huber" else {}
    return state(objective, A, y, penalty=0.1, **extra, **settings)


@pytest.mark.parametrize("objective", ["ridge", "logistic", "huber"])
@pytest.mark.parametrize("method", ["gradient-descent", "nesterov"])
@pytest.mark.parametrize("intercept", [False, True])
def test_the_run_lies_under_the_bound(objective, method, intercept):
    accuracy = 1e-3 if intercept else 1e-6
    claim = claim_of(objective, method=method, accuracy=accuracy, intercept=intercept)
    drawn = curves(claim)
    problem = read_problem(claim.problem_bytes, file="")
    assert drawn.method == method
    assert drawn.steps[0] == 1
    assert drawn.steps[-1] == problem.steps
    assert (drawn.measured <= drawn.proved).all()
    assert drawn.measured[0] > drawn.measured[-1] >= 0
    assert drawn.proved[-1] <= 1.001 * accuracy


def test_the_measured_values_are_those_of_the_objective():
    """After one step from 0, and at the minimizer, both by other means."""
    drawn = curves(claim_of("ridge", accuracy=1e-12))
    step = float(read_problem(claim_of("ridge", accuracy=1e-12).problem_bytes, file="").step)

    def objective(w):
        return ((A @ w - Y) ** 2).mean() / 2 + 0.05 * w @ w

    least = objective(np.linalg.solve(A.T @ A / 40 + 0.1 * np.eye(3), A.T @ Y / 40))
    assert np.isclose(drawn.measured[0], objective(step * A.T @ Y / 40) - least, rtol=1e-9)


def test_a_step_that_is_too_large_leaves_the_bound():
    claim = claim_of("ridge", accuracy=1e-6)
    problem = read_problem(claim.problem_bytes, file="")
    drawn = curves(replace(claim, problem_bytes=write_problem(replace(problem, step=problem.step * 4))))
    assert (drawn.measured > drawn.proved).any()


def test_the_file(tmp_path: Path):
    pytest.importorskip("matplotlib", reason="matplotlib is not installed: pip install 'warrant-ml[bench]'")
    pair = [curves(claim_of("ridge", method=m, accuracy=1e-3)) for m in ("gradient-descent", "nesterov")]
    for name in ("one.svg", "two.svg"):
        draw([("left", pair), ("right", pair[:1])], tmp_path / name)
    assert (tmp_path / "one.svg").read_bytes().startswith(b"<?xml")
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["one.svg", "two.svg"]

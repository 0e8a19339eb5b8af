"""From a call to a claim about a run, with its certificate."""

from __future__ import annotations

import os
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from warrant.claims import Converges
from warrant.errors import SearchError, WrongInput
from warrant.training.data import as_file, read_matrix, with_ones
from warrant.training.estimators import objective_of
from warrant.training.plan import bounds_of, constants
from warrant.training.point import write_point
from warrant.training.problem import DESCENT, METHODS, NESTEROV, Problem, rational, write_problem
from warrant.training.spectrum import write_certificate

__all__ = ["state"]

_Data = str | os.PathLike[str] | ArrayLike


def state(
    objective: Any,
    A: _Data,
    y: _Data,
    *,
    penalty: object = None,
    delta: object = None,
    intercept: bool | None = None,
    method: str = DESCENT,
    step: object = None,
    momentum: object = None,
    steps: int | None = None,
    accuracy: object = None,
) -> Converges:
    """The claim about a run; see :func:`warrant.converges`."""
    if steps is None and accuracy is None:
        raise SearchError("steps and accuracy: neither is given; expected at least one of them")
    if steps is not None and (isinstance(steps, bool) or not isinstance(steps, int | np.integer) or steps < 0):
        raise WrongInput(f"steps: {steps!r}", expected="a whole number of at least 0")
    if method not in METHODS:
        raise WrongInput(f"method: {method!r}", expected=" or ".join(map(repr, METHODS)))
    if momentum is not None and method != NESTEROV:
        raise SearchError(f"momentum: expected only for the method {NESTEROV!r}")
    features, features_name = as_file(A, "A")
    matrix = read_matrix(features, file=features_name)
    meant = objective_of(objective, len(matrix), penalty=penalty, delta=delta, intercept=intercept)
    labels, labels_name = as_file(_signs(y) if meant.classes else y, "y")
    names = (features_name, labels_name)
    draft = Problem(
        loss=meant.loss,
        delta=meant.delta,
        intercept=meant.intercept,
        penalty=meant.penalty,
        method=method,
        step=rational(step or 0, "step"),
        momentum=None if momentum is None else rational(momentum, "momentum"),
        steps=int(steps or 0),
        accuracy=rational(accuracy or 0, "accuracy"),
    )
    claim = Converges(write_problem(draft), features, labels, *names)
    claim.validate()
    rows, targets = with_ones(matrix, meant.intercept), read_matrix(labels, file=labels_name)[:, 0]
    bounds = bounds_of(draft, rows)
    usual = constants(replace(draft, momentum=Fraction(0)), rows, targets, bounds)
    problem = draft if step is not None else replace(draft, step=usual.usual_step)
    if method == NESTEROV and momentum is None:
        problem = replace(problem, momentum=usual.usual_momentum(problem.step))
    known = constants(problem, rows, targets, bounds)
    if steps is None:
        step_meant = known.usual_step if known.too_large(problem) else problem.step
        problem = replace(problem, steps=known.steps(replace(problem, step=step_meant)) or 0)
    elif accuracy is None:
        problem = replace(problem, accuracy=known.accuracy(problem))
    found = write_certificate(bounds) if isinstance(known.point, str) else write_point(known.point, bounds)
    return replace(claim, problem_bytes=write_problem(problem), known=found)


def _signs(y: _Data) -> _Data:
    """Two classes as 1 and -1; the greater one is 1, as in scikit-learn."""
    if isinstance(y, str | os.PathLike):
        return y
    labels = np.asarray(y)
    classes = np.unique(labels)
    if len(classes) != 2:
        raise WrongInput(f"{len(classes)} different labels", file="y", expected="two classes")
    return np.where(labels == classes[1], 1.0, -1.0)

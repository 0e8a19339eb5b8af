"""A run in binary64 under the bound that is proved for it, as data and as a figure."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from warrant._svg import drawing
from warrant.claims import Converges
from warrant.training.data import Floats, read_matrix, with_ones
from warrant.training.plan import bounds_of, constants
from warrant.training.point import losses, penalties
from warrant.training.problem import DESCENT, Problem, read_problem

__all__ = ["Curves", "curves", "draw"]

_POINTS = 60
_MOST_STEPS = 200_000
"""Longer runs are drawn up to here."""


@dataclass(frozen=True)
class Curves:
    """What is proved and what is measured after some numbers of steps.

    Attributes:
        method: the word of the method.
        steps: numbers of steps, (k,), increasing.
        proved: the accuracy that is proved after each, (k,).
        measured: the objective of a run in binary64 above the least value that it has seen twice as far, (k,).
    """

    method: str
    steps: Floats
    proved: Floats
    measured: Floats


def curves(claim: Converges) -> Curves:
    """The bound of a claim, and a simulated run, at up to 60 numbers of steps, evenly on a logarithmic scale."""
    problem = read_problem(claim.problem_bytes, file="problem.training")
    a = with_ones(read_matrix(claim.features_bytes, file=claim.features_name), problem.intercept)
    y = read_matrix(claim.labels_bytes, file=claim.labels_name)[:, 0]
    known = constants(problem, a, y, bounds_of(problem, a))
    steps = np.unique(np.geomspace(1, min(max(problem.steps, 2), _MOST_STEPS), _POINTS).astype(int))
    proved = np.array([float(known.accuracy(replace(problem, steps=int(n)))) for n in steps])
    values = _run(problem, a, y, 2 * int(steps[-1]))
    return Curves(problem.method, steps.astype(float), proved, values[steps - 1] - values.min())


def draw(cases: Sequence[tuple[str, Sequence[Curves]]], file: str | os.PathLike[str]) -> None:
    """Draw the curves of each title beside each other as an SVG; the file appears whole or not at all.

    Raises:
        WarrantError: matplotlib is not installed.
        WrongInput: the file cannot be written.
    """
    title = "The objective above its least value: proved bounds, and runs in binary64"
    words = "; ".join(_words(name, curve) for name, drawn in cases for curve in drawn)
    with drawing(file, size=(5.0 * len(cases), 4.0), title=title, description=f"{words}.") as figure:
        for axis, (title, drawn) in zip(figure.subplots(1, len(cases), squeeze=False)[0], cases, strict=True):
            for k, curve in enumerate(drawn):
                _lines(axis, curve, f"C{k}")
            axis.set(title=title, xlabel="steps", ylabel="objective above the least", xscale="log", yscale="log")
            axis.legend()


def _words(title: str, curve: Curves) -> str:
    """The end of a curve, in words."""
    ends = f"at most {curve.proved[-1]:.2g} is proved, {curve.measured[-1]:.2g} is measured"
    return f"{title}, {curve.method}, after {curve.steps[-1]:g} steps: {ends}"


def _lines(axis: Any, curve: Curves, colour: str) -> None:
    seen = curve.measured > 0  # nothing else has a logarithm
    axis.plot(curve.steps, curve.proved, "--", color=colour, label=f"{curve.method}, proved")
    axis.plot(curve.steps[seen], curve.measured[seen], color=colour, label=f"{curve.method}, in binary64")


def _run(problem: Problem, a: Floats, y: Floats, steps: int) -> Floats:
    """The objective after each of the steps, (steps,)."""
    alpha, gamma = penalties(problem, a.shape[1]), float(problem.step)
    momentum = _momentum(problem)
    values, w, v = np.empty(steps), np.zeros(a.shape[1]), np.zeros(a.shape[1])
    for k in range(steps):
        slopes = losses(problem, a @ v, y)[1]
        last, w = w, v - gamma * (a.T @ slopes / len(a) + alpha * v)
        v = w + next(momentum) * (w - last)
        values[k] = losses(problem, a @ w, y)[0].mean() + alpha @ w**2 / 2
    return values


def _momentum(problem: Problem) -> Iterator[float]:
    """β(0), β(1), …; 0 for gradient descent."""
    weight = 1.0
    while True:
        following = (1 + math.sqrt(1 + 4 * weight**2)) / 2
        if problem.method == DESCENT or problem.momentum is not None:
            yield float(problem.momentum or 0)
        else:
            yield (weight - 1) / following
        weight = following

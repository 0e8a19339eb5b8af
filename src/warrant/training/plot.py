"""A run in binary64 under the bound that is proved for it, as data and as a figure."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from warrant._svg import drawing
from warrant.claims import Converges
from warrant.training.data import Floats, read_matrix
from warrant.training.plan import constants
from warrant.training.problem import LOGISTIC, SQUARED, Problem, read_problem
from warrant.training.spectrum import spectrum

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
    a = read_matrix(claim.features_bytes, file=claim.features_name)
    y = read_matrix(claim.labels_bytes, file=claim.labels_name)[:, 0]
    known = constants(problem.loss, problem.penalty, y, spectrum(a))
    steps = np.unique(np.geomspace(1, min(max(problem.steps, 2), _MOST_STEPS), _POINTS).astype(int))
    proved = np.array([float(known.accuracy(problem.step, problem.momentum, int(n))) for n in steps])
    values = _run(problem, a, y, 2 * int(steps[-1]))
    method = "gradient-descent" if problem.momentum is None else "nesterov"
    return Curves(method, steps.astype(float), proved, values[steps - 1] - values.min())


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
    alpha, gamma, beta = float(problem.penalty), float(problem.step), float(problem.momentum or 0)
    values, w, v = np.empty(steps), np.zeros(a.shape[1]), np.zeros(a.shape[1])
    for k in range(steps):
        slopes = _loss(problem, a @ v, y)[1]
        last, w = w, v - gamma * (a.T @ slopes / len(a) + alpha * v)
        v = w + beta * (w - last)
        values[k] = _loss(problem, a @ w, y)[0].mean() + alpha / 2 * w @ w
    return values


def _loss(problem: Problem, z: Floats, y: Floats) -> tuple[Floats, Floats]:
    """The losses of predictions z for labels y, and their derivatives in z, all (n,)."""
    if problem.loss == SQUARED:
        return (z - y) ** 2 / 2, z - y
    if problem.loss == LOGISTIC:
        half = np.tanh(y * z / 2)  # 1/(1 + exp(y z)) = (1 - tanh(y z / 2))/2, without overflow
        return np.logaddexp(0, -y * z), -y * (1 - half) / 2
    delta = float(problem.delta or 0)
    size = np.abs(z - y)
    return np.where(size <= delta, size**2 / 2, delta * (size - delta / 2)), np.clip(z - y, -delta, delta)

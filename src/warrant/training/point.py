"""A point that is nearly the least, with which runs are compared that have no linear rate, and its certificate.

Untrusted: the checker bounds the gradient at the point itself (theories/Checker/Training/Near.v).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import scipy.linalg
import scipy.special

from warrant.training.data import Floats
from warrant.training.problem import DESCENT, LOGISTIC, SQUARED, Problem
from warrant.training.spectrum import Spectrum, columns

__all__ = ["NEAR", "Point", "nearest", "write_point"]

NEAR = b"WRNT\x01N"
_NEWTON_STEPS = 100
_SLACK = 1 + Fraction(1, 10**6)
"""What the checker's rounding may cost."""
_SQUARED, _CUBIC = 6e-11, 1e-15
"""How far the checker's bounds of exp(z) may be apart, relatively: for the squarings, and for its cubic, times z⁴."""


@dataclass(frozen=True)
class Point:
    """A point w with f(w) <= f(v) + tail for every v.

    Attributes:
        weights: w, (d,), with the intercept first.
        square: ‖w‖².
        tail: as the checker bounds it, about.
    """

    weights: Floats
    square: Fraction
    tail: Fraction

    def gap(self, problem: Problem) -> Fraction:
        """An accuracy that is proved after the problem's steps, at least one."""
        return _SLACK * (_shrink(problem, problem.steps) * self.square + self.tail)

    def steps(self, problem: Problem) -> int | None:
        """How many steps prove the problem's accuracy; None if no number does."""
        left = problem.accuracy / _SLACK - self.tail
        if left <= 0:
            return None
        if problem.method == DESCENT:
            return max(1, math.ceil(self.square / (4 * problem.step * left)))
        return max(1, math.isqrt(math.ceil(2 * self.square / (problem.step * left))))


def _shrink(problem: Problem, steps: int) -> Fraction:
    """The multiple of ‖w‖² that is left after so many steps.

    Source: theories/Primitives/Optimization/ProximalGradient.v and Acceleration.v.
    """
    if problem.method == DESCENT:
        return 1 / (4 * problem.step * steps)
    return 2 / (problem.step * (steps + 1) ** 2)


def nearest(problem: Problem, a: Floats, y: Floats, bounds: Spectrum, start: Fraction) -> Point | str:
    """A point that is nearly the least; or why there is none that the checker would take, for people.

    Args:
        problem: its loss and its penalty count.
        a: the features, (n, d), with the ones of an intercept.
        y: the labels, (n,).
        bounds: bounds of the spectrum of the features.
        start: at least f(0).
    """
    if problem.penalty <= 0:
        return "try a penalty above 0"
    if problem.intercept and problem.loss == LOGISTIC and (y == y[0]).all():
        return "all labels are the same, so that the intercept may grow for ever"
    if problem.intercept and problem.delta is not None and problem.delta <= 0:
        return "try a delta above 0"
    weights = _least(problem, a, y)
    slope = _slope(problem, a, y, weights)
    size = float(np.abs(weights).sum())
    tail = _tail(problem, y, bounds, float(start), slope, size) if math.isfinite(slope + size) else math.inf
    if not math.isfinite(tail):
        return "no point near the least was found; scale the columns"
    return Point(weights, Fraction(float(weights @ weights)), Fraction(tail))


def write_point(point: Point, bounds: Spectrum) -> bytes:
    """The certificate's bytes: a header, the upper bound and a zero, the point, and the bound's factor."""
    numbers = np.concatenate(([bounds.top, 0.0], point.weights))
    return NEAR + np.ascontiguousarray(numbers, dtype="<f8").tobytes() + columns(bounds.upper)


def losses(problem: Problem, z: Floats, y: Floats) -> tuple[Floats, Floats, Floats]:
    """The losses of predictions z for labels y, and their first two derivatives in z, all (n,)."""
    if problem.loss == SQUARED:
        return (z - y) ** 2 / 2, z - y, np.ones_like(z)
    if problem.loss == LOGISTIC:
        wrong, right = scipy.special.expit(-y * z), scipy.special.expit(y * z)
        return np.logaddexp(0, -y * z), -y * wrong, wrong * right
    delta = float(problem.delta or 0)
    size = np.abs(z - y)
    within = size <= delta
    values = np.where(within, size**2 / 2, delta * (size - delta / 2))
    return values, np.clip(z - y, -delta, delta), within.astype(float)


def penalties(problem: Problem, d: int) -> Floats:
    """What multiplies the squares of the weights, twice, (d,): α, and 0 for an intercept."""
    alpha = np.full(d, float(problem.penalty))
    alpha[:1] *= not problem.intercept
    return alpha


def _least(problem: Problem, a: Floats, y: Floats) -> Floats:
    """Newton's method with halved steps, (d,)."""
    n, d = a.shape
    alpha, w = penalties(problem, d), np.zeros(d)

    def value(w: Floats) -> float:
        return float(losses(problem, a @ w, y)[0].mean() + alpha @ w**2 / 2)

    for _ in range(_NEWTON_STEPS):
        _, slopes, curvatures = losses(problem, a @ w, y)
        gradient = a.T @ slopes / n + alpha * w
        hessian = (a.T * curvatures) @ a / n + np.diag(alpha)
        hessian[np.diag_indices(d)] += float(np.finfo(float).eps) * max(float(np.trace(hessian)), 1e-12)
        direction = scipy.linalg.solve(hessian, gradient, assume_a="sym")
        step, before = 1.0, value(w)
        while step > 1e-12 and not value(w - step * direction) <= before:
            step /= 2
        w = w - step * direction
        if step * np.abs(direction).max() <= float(np.finfo(float).eps) * np.abs(w).max():
            break
    return w


def _slope(problem: Problem, a: Floats, y: Floats, w: Floats) -> float:
    """The sum of the absolute values of the gradient's entries at w, times n, as the checker may bound it."""
    n, d = a.shape
    eps, alpha = float(np.finfo(float).eps), penalties(problem, d)
    z = a @ w
    _, slopes, curvatures = losses(problem, z, y)
    size = np.abs(a)
    apart = 4 * (d + 2) * eps * (size @ np.abs(w)) + 8 * eps * np.abs(y)
    if problem.loss == LOGISTIC:
        apart += curvatures * (_SQUARED + _CUBIC * z**4)
    entries = np.abs(a.T @ slopes + n * alpha * w) + size.T @ apart
    entries += 4 * n * eps * (size.T @ np.abs(slopes)) + 4 * n * eps * alpha * np.abs(w)
    return float(entries.sum())


def _tail(problem: Problem, y: Floats, bounds: Spectrum, start: float, slope: float, size: float) -> float:
    """By how much another point may be better, as the checker bounds it."""
    n, alpha, g = len(y), float(problem.penalty), slope / len(y)
    most = start + g * size
    tail = g * g / (2 * alpha)
    if not problem.intercept:
        return tail
    predictions = math.sqrt(n * bounds.top * 2 * most / alpha) + 2
    if problem.loss == LOGISTIC:
        far = (n * most + predictions) / min((y > 0).sum(), (y < 0).sum())
    else:
        delta = 1.0 if problem.loss == SQUARED else float(problem.delta or 0)
        far = most / delta + delta / 2 + (math.sqrt(n * float(y @ y)) + 2 + predictions) / n
    return float(tail + g * (far + size))

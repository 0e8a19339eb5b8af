"""Why a run misses its accuracy: a direction along which the gradient stays, or grows; with the certificate for it.

Untrusted: the checker bounds the same numbers again, with outward rounding (theories/Checker/Training/Refute.v).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import scipy.linalg

from warrant.training.data import Floats
from warrant.training.plan import logarithm
from warrant.training.point import penalties
from warrant.training.problem import DESCENT, SQUARED, Problem
from warrant.training.spectrum import columns, upper_bound

__all__ = ["DIVERGENCE", "REFUTATION", "Failure", "failure", "write_refutation"]

REFUTATION, DIVERGENCE = b"WRNT\x01R", b"WRNT\x01D"
_SLACK = 1e-6
"""What the checker's rounding may cost in the logarithm of the gap."""


@dataclass(frozen=True)
class Failure:
    """A run that ends above some other point's objective by more than its accuracy.

    Attributes:
        eigenvalue, direction: κ and v, (d,), with A'Av + nα Pv about (κ + nα) v, where P leaves out an intercept; v has
            a positive component of A'y.
        factor: by which the gradient's component along the direction is multiplied in each step, about.
        logarithm: of how much better some point is, at least, as estimated.
        diverges: whether the gradient becomes longer than the first one, so that it grows for ever.
        top, upper: a bound of A'A, with an intercept also of the penalty, and its factor.
    """

    eigenvalue: float
    direction: Floats
    factor: float
    logarithm: float
    diverges: bool
    top: float
    upper: Floats

    @property
    def gap(self) -> str:
        """How much better some point is, for people."""
        exponent = self.logarithm / math.log(10)
        if -300 < exponent < 300:
            return f"{10**exponent:.3g}"
        return f"1e{math.floor(exponent):+d}"


def failure(problem: Problem, a: Floats, y: Floats) -> Failure | None:
    """The direction that shows most of all that gradient descent misses the accuracy; None where none shows it.

    The gradient's component along a unit eigenvector of the Hessian for κ/n + α is multiplied by 1 - γ(κ/n + α) in
    each step.  After N steps a component c shows a point that is better by c²/(2(κ/n + α)).  Whatever an approximate
    eigenvector's residual may have added is subtracted from c, as the checker does.

    Args:
        problem: the run; only the squared loss with gradient descent has such directions.
        a: the features, (n, d), with the ones of an intercept.
        y: the labels, (n,).
    """
    if problem.loss != SQUARED or problem.method != DESCENT or problem.penalty < 0:
        return None
    n, steps = len(y), problem.steps
    gamma, alpha = float(problem.step), float(problem.penalty)
    raised = n * penalties(problem, a.shape[1])
    top, upper = upper_bound(a, n * alpha if problem.intercept else 0.0)
    gram = a.T @ a
    values, vectors = scipy.linalg.eigh(gram + np.diag(raised))
    moments = a.T @ y
    components = vectors.T @ moments / n
    most = top / n + (0.0 if problem.intercept else alpha)
    factors = 1 - gamma * values / n
    rounding = sum(a.shape) * float(np.finfo(float).eps)
    images = np.abs(a).T @ (np.abs(a) @ np.abs(vectors))
    images += raised[:, None] * np.abs(vectors)
    exact = gram @ vectors + raised[:, None] * vectors
    residuals = (np.abs(exact - vectors * values) + rounding * images).sum(axis=0) / n
    length = (np.abs(moments) + rounding * (np.abs(a).T @ np.abs(y))).sum() / n
    with np.errstate(all="ignore"):
        rates = np.log(np.abs(factors))
        norm = np.maximum(np.maximum(1.0, abs(1 - gamma * most)), np.abs(factors))
        added = steps * abs(gamma) * residuals * length * np.exp(steps * (np.log(norm) - rates))
        left = (1 - _SLACK) * np.abs(components) - added
        energies = np.maximum((vectors * (gram @ vectors)).sum(axis=0), 0) / n + alpha
        logarithms = 2 * (steps * rates + np.log(left)) - np.log(2 * energies) - _SLACK
    logarithms[~np.isfinite(logarithms)] = -math.inf
    best = int(np.argmax(logarithms))
    known = float(logarithms[best])
    if not left[best] > 0 or known == -math.inf or (problem.accuracy > 0 and known <= logarithm(problem.accuracy)):
        return None
    direction = vectors[:, best] if components[best] > 0 else -vectors[:, best]
    grown = steps * rates[best] + math.log(left[best]) > math.log(length) + _SLACK
    return Failure(float(values[best]) - n * alpha, direction, float(factors[best]), known, bool(grown), top, upper)


def write_refutation(found: Failure) -> bytes:
    """The certificate's bytes: a header, the upper bound and the eigenvalue, the direction, and the bound's factor."""
    numbers = np.concatenate(([found.top, found.eigenvalue], found.direction))
    kind = DIVERGENCE if found.diverges else REFUTATION
    return kind + np.ascontiguousarray(numbers, dtype="<f8").tobytes() + columns(found.upper)

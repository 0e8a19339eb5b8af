"""What can be proved of a training problem, given bounds of its data's spectrum: constants, steps and accuracy.

The same formulas as in the checker (theories/Checker/Training), in exact rationals where that is cheap.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction

from warrant.training.data import Floats
from warrant.training.point import Point, nearest
from warrant.training.problem import DESCENT, LOGISTIC, SQUARED, Problem
from warrant.training.spectrum import Spectrum, spectrum

__all__ = ["Constants", "bounds_of", "constants", "logarithm", "round_down", "round_up", "shortfall"]

_SLACK = 1e-6
"""What the checker's rounding may cost in the logarithm of the bound."""
_LEAST = Fraction(1, 10**300)
_UNDERFLOW = 1e-300
"""More than underflow in the checker can add to the sum of the squared labels."""
_MOST_STEPS = 999_999_999


@dataclass(frozen=True)
class Constants:
    """The objective is smooth and strongly convex with these constants, and has at most this value at 0.

    A constant momentum, and gradient descent where µ > 0, have a linear rate.  The others are compared with a point
    that is nearly the least.

    Attributes:
        smoothness: L.
        convexity: µ.
        start: at least f(0).
        point: that point; or why there is none, or that none was looked for.
    """

    smoothness: Fraction
    convexity: Fraction
    start: Fraction
    point: Point | str = ""

    @property
    def usual_step(self) -> Fraction:
        """1/L, rounded down to four digits."""
        return round_down(1 / self.smoothness, 4)

    def usual_momentum(self, step: Fraction) -> Fraction | None:
        """(1 - q)/(1 + q) for q = √(γµ), rounded down to four digits; None, for the one that grows, where µ is 0."""
        if self.convexity <= 0:
            return None
        q = round_down(min(Fraction(math.sqrt(step * self.convexity)), Fraction(1)), 4)
        return (1 - q) / (1 + q)

    def linear(self, problem: Problem) -> bool:
        """Whether the method's rate is one for strongly convex functions."""
        return problem.momentum is not None or (problem.method == DESCENT and self.convexity > 0)

    def most(self, problem: Problem) -> int:
        """The largest step that can be proved, times L: 2 or 1."""
        return 2 if problem.method == DESCENT and self.linear(problem) else 1

    def largest_step(self, problem: Problem) -> Fraction:
        """2/L or 1/L, rounded down to six digits."""
        return round_down(self.most(problem) / self.smoothness, 6)

    def too_large(self, problem: Problem) -> bool:
        """Whether the step is larger than any that can be proved."""
        return self.smoothness * problem.step > self.most(problem)

    def decrease(self, problem: Problem) -> Fraction:
        """The share of the gap to any point that a step is proved to take away; 0 where nothing is proved.

        Source: B. Polyak, Gradient methods for minimizing functionals, 1963; A. Taylor, J. Hendrickx, F. Glineur, Exact
        worst-case convergence rates of the proximal gradient method, 2018 (steps up to 1/L); Y. Nesterov, Lectures on
        Convex Optimization, 2018, section 2.2.1 (with momentum).
        """
        step, momentum = problem.step, problem.momentum
        if step <= 0 or self.too_large(problem):
            return Fraction(0)
        if momentum is not None:
            q = (1 - momentum) / (1 + momentum) if 0 <= momentum < 1 else Fraction(0)
            return q if q * q <= step * self.convexity else Fraction(0)
        if self.smoothness * step <= 1 and self.convexity < self.smoothness:
            return step * self.convexity * (2 - step * self.convexity)
        return 2 * self.convexity * (step * (1 - self.smoothness * step / 2))

    def provable(self, problem: Problem) -> bool:
        """Whether more steps bring a better accuracy."""
        if self.linear(problem):
            return self.decrease(problem) > 0
        return isinstance(self.point, Point) and problem.step > 0 and not self.too_large(problem)

    def accuracy(self, problem: Problem) -> Fraction:
        """An accuracy that is proved after the problem's number of steps."""
        steps = problem.steps
        if not self.linear(problem):
            if isinstance(self.point, str) or steps == 0 or not self.provable(problem):
                return round_up(self.start, 4)
            return round_up(self.point.gap(problem), 4)
        start, share = self._first(problem), float(self.decrease(problem))
        if share <= 0 or start <= 0 or steps == 0:
            return round_up(start, 4)
        rate = math.log1p(-share) if share < 1 else -math.inf
        exponent = logarithm(start) + steps * rate + 2 * _SLACK
        return max(round_up(Fraction(math.exp(exponent)), 4), _LEAST) if exponent > -690 else _LEAST

    def steps(self, problem: Problem) -> int | None:
        """A number of steps after which the problem's accuracy is proved; None where there is none."""
        accuracy = problem.accuracy
        if not self.linear(problem):
            found = self.point.steps(problem) if isinstance(self.point, Point) and self.provable(problem) else None
            return found if found is not None and found <= _MOST_STEPS else None
        start, share = self._first(problem), float(self.decrease(problem))
        if start <= accuracy:
            return 0
        if share <= 0 or accuracy < _LEAST:
            return None
        needed = (logarithm(start) - logarithm(accuracy) + _SLACK) / -math.log1p(-share) if share < 1 else 1.0
        return math.ceil(needed) if needed <= _MOST_STEPS else None

    def _first(self, problem: Problem) -> Fraction:
        """The bound before the first step: f(0), and four times that with momentum."""
        return self.start if problem.method == DESCENT else 4 * self.start


def bounds_of(problem: Problem, a: Floats) -> Spectrum:
    """Bounds of the spectrum of the features, (n, d), as the constants need them; with an intercept, a has its ones."""
    summed = problem.intercept and problem.loss == SQUARED
    return spectrum(a, len(a) * float(problem.penalty) if summed else 0.0)


def constants(problem: Problem, a: Floats, y: Floats, bounds: Spectrum) -> Constants:
    """The constants of a problem on features (n, d), with the ones of an intercept, and labels (n,).

    Args:
        problem: its loss, its penalty and its method count, not the steps.
        a: the features.
        y: the labels.
        bounds: bounds of the spectrum of the features.
    """
    n, loss, alpha = len(y), problem.loss, problem.penalty
    curvature = Fraction(1, 4) if loss == LOGISTIC else Fraction(1)
    convexity = Fraction(bounds.bottom) / n if loss == SQUARED else Fraction(0)
    start = Fraction(7, 10) if loss == LOGISTIC else Fraction(math.fsum(y * y) * (1 + 1e-9) + _UNDERFLOW) / (2 * n)
    known = Constants(
        curvature * Fraction(bounds.top) / n + alpha, convexity + (0 if problem.intercept else alpha), start
    )
    return known if known.linear(problem) else replace(known, point=nearest(problem, a, y, bounds, start))


def shortfall(problem: Problem, known: Constants) -> str:
    """Why the problem's claim cannot be proved from these constants; empty where it can."""
    if known.too_large(problem):
        return (
            f"the step {float(problem.step):.6g} is too large; the largest that can be proved here is "
            f"{float(known.largest_step(problem)):.6g} ({known.most(problem)}/L with L = {float(known.smoothness):.6g})"
        )
    if problem.steps and not known.provable(problem):
        return _unprovable(problem, known)
    reached = known.accuracy(problem)
    if reached > problem.accuracy:
        enough = known.steps(problem)
        what = f"{enough} steps are enough for" if enough is not None else "no number of steps is proved to reach"
        return (
            f"after {problem.steps} steps the proved accuracy is {float(reached):.4g}; {what} the accuracy "
            f"{float(problem.accuracy):.4g} (µ = {float(known.convexity):.4g}, L = {float(known.smoothness):.4g})"
        )
    return ""


def _unprovable(problem: Problem, known: Constants) -> str:
    """Why no number of steps helps, though the step is not too large."""
    if problem.step <= 0:
        return f"the step is not above 0; try {float(known.usual_step):.6g}"
    if problem.momentum is not None:
        usual = known.usual_momentum(problem.step)
        if usual is None:
            return "the objective is not proved to be strongly convex, as a constant momentum needs; leave it out"
        return f"the momentum is too small, or not below 1; try {float(usual):.6g}"
    assert isinstance(known.point, str)
    return f"the objective is not proved to be strongly convex, nor to have a least value: {known.point}"


def round_down(value: Fraction, digits: int) -> Fraction:
    """The largest number of so many decimal digits that is at most a positive one."""
    unit = _unit(value, digits)
    return unit * math.floor(value / unit) if value > 0 else value


def round_up(value: Fraction, digits: int) -> Fraction:
    """The least number of so many decimal digits that is at least a positive one."""
    unit = _unit(value, digits)
    return unit * math.ceil(value / unit) if value > 0 else value


def _unit(value: Fraction, digits: int) -> Fraction:
    return Fraction(10) ** (math.floor(logarithm(value) / math.log(10)) + 1 - digits) if value > 0 else Fraction(1)


def logarithm(value: Fraction) -> float:
    """The natural logarithm of a positive number of any size."""
    return math.log(value.numerator) - math.log(value.denominator)

"""What can be proved of a training problem, given bounds of its data's spectrum: constants, steps and accuracy.

The same formulas as in the checker (theories/Checker/Training/Check.v), in exact rationals where that is cheap.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from warrant.training.data import Floats
from warrant.training.problem import LOGISTIC, SQUARED, Problem
from warrant.training.spectrum import Spectrum

__all__ = ["Constants", "constants", "logarithm", "round_down", "round_up", "shortfall"]

_SLACK = 1e-6
"""What the checker's rounding may cost in the logarithm of the bound."""
_LEAST = Fraction(1, 10**300)
_UNDERFLOW = 1e-300
"""More than underflow in the checker can add to the sum of the squared labels."""
_MOST_STEPS = 999_999_999


@dataclass(frozen=True)
class Constants:
    """The objective is smooth and strongly convex with these constants, and has at most this value at 0.

    Attributes:
        smoothness: L.
        convexity: µ.
        start: at least f(0).
    """

    smoothness: Fraction
    convexity: Fraction
    start: Fraction

    @property
    def largest_step(self) -> Fraction:
        """2/L, rounded down to six digits."""
        return round_down(2 / self.smoothness, 6)

    @property
    def usual_step(self) -> Fraction:
        """1/L, rounded down to four digits."""
        return round_down(1 / self.smoothness, 4)

    def usual_momentum(self, step: Fraction) -> Fraction:
        """(1 - q)/(1 + q) for q = √(γµ), rounded down to four digits."""
        q = round_down(min(Fraction(math.sqrt(step * self.convexity)), Fraction(1)), 4)
        return (1 - q) / (1 + q)

    def too_large(self, step: Fraction, momentum: Fraction | None = None) -> bool:
        """Whether the step is larger than any that can be proved: 2/L, and 1/L with momentum."""
        return self.smoothness * step > (2 if momentum is None else 1)

    def decrease(self, step: Fraction, momentum: Fraction | None = None) -> Fraction:
        """The share of the gap to any point that a step is proved to take away; 0 where nothing is proved.

        Source: B. Polyak, Gradient methods for minimizing functionals, 1963; A. Taylor, J. Hendrickx, F. Glineur, Exact
        worst-case convergence rates of the proximal gradient method, 2018 (steps up to 1/L); Y. Nesterov, Lectures on
        Convex Optimization, 2018, section 2.2.1 (with momentum).
        """
        if step <= 0 or self.too_large(step, momentum):
            return Fraction(0)
        if momentum is not None:
            q = (1 - momentum) / (1 + momentum) if 0 <= momentum < 1 else Fraction(0)
            return q if q * q <= step * self.convexity else Fraction(0)
        if self.smoothness * step <= 1 and self.convexity < self.smoothness:
            return step * self.convexity * (2 - step * self.convexity)
        return 2 * self.convexity * (step * (1 - self.smoothness * step / 2))

    def accuracy(self, step: Fraction, momentum: Fraction | None, steps: int) -> Fraction:
        """An accuracy that is proved after so many steps."""
        start, share = self._first(momentum), float(self.decrease(step, momentum))
        if share <= 0 or start <= 0 or steps == 0:
            return round_up(start, 4)
        rate = math.log1p(-share) if share < 1 else -math.inf
        exponent = logarithm(start) + steps * rate + 2 * _SLACK
        return max(round_up(Fraction(math.exp(exponent)), 4), _LEAST) if exponent > -690 else _LEAST

    def steps(self, step: Fraction, momentum: Fraction | None, accuracy: Fraction) -> int | None:
        """A number of steps after which the accuracy is proved; None where there is none."""
        start, share = self._first(momentum), float(self.decrease(step, momentum))
        if start <= accuracy:
            return 0
        if share <= 0 or accuracy < _LEAST:
            return None
        needed = (logarithm(start) - logarithm(accuracy) + _SLACK) / -math.log1p(-share) if share < 1 else 1.0
        return math.ceil(needed) if needed <= _MOST_STEPS else None

    def _first(self, momentum: Fraction | None) -> Fraction:
        """The bound before the first step: f(0), and four times that with momentum."""
        return self.start if momentum is None else 4 * self.start


def constants(loss: str, penalty: Fraction, y: Floats, bounds: Spectrum) -> Constants:
    """The constants for a loss, a penalty, labels (n,) and bounds of the spectrum of the features."""
    n = len(y)
    curvature = Fraction(1, 4) if loss == LOGISTIC else Fraction(1)
    convexity = Fraction(bounds.bottom) / n if loss == SQUARED else Fraction(0)
    start = Fraction(7, 10) if loss == LOGISTIC else Fraction(math.fsum(y * y) * (1 + 1e-9) + _UNDERFLOW) / (2 * n)
    return Constants(curvature * Fraction(bounds.top) / n + penalty, convexity + penalty, start)


def shortfall(problem: Problem, known: Constants) -> str:
    """Why the problem's claim cannot be proved from these constants; empty where it can."""
    step, momentum = problem.step, problem.momentum
    largest = known.largest_step if momentum is None else known.largest_step / 2
    if known.too_large(step, momentum):
        return (
            f"the step {float(step):.6g} is too large; the largest that can be proved here is {float(largest):.6g} "
            f"({'2/L' if momentum is None else '1/L'} with L = {float(known.smoothness):.6g})"
        )
    if problem.steps and known.decrease(step, momentum) <= 0:
        if known.convexity <= 0:
            return "the objective is not proved to be strongly convex; try a penalty above 0"
        usual = "" if momentum is None else f", or the momentum too small; try {float(known.usual_momentum(step)):.6g}"
        return f"the step is not above 0{usual}"
    reached = known.accuracy(step, momentum, problem.steps)
    if reached > problem.accuracy:
        enough = known.steps(step, momentum, problem.accuracy)
        what = f"{enough} steps are enough for" if enough is not None else "no number of steps is proved to reach"
        return (
            f"after {problem.steps} steps the proved accuracy is {float(reached):.4g}; {what} the accuracy "
            f"{float(problem.accuracy):.4g} (µ = {float(known.convexity):.4g}, L = {float(known.smoothness):.4g})"
        )
    return ""


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

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

__all__ = ["Constants", "constants", "round_down", "round_up", "shortfall"]

_SLACK = 1e-6
"""What the checker's rounding may cost in the logarithm of the bound."""
_LEAST = Fraction(1, 10**300)
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

    def decrease(self, step: Fraction) -> Fraction:
        """The share of the gap to any point that a step is proved to take away, 2µγ(1 - Lγ/2).

        Source: B. Polyak, Gradient methods for minimizing functionals, 1963.
        """
        return 2 * self.convexity * (step * (1 - self.smoothness * step / 2))

    def accuracy(self, step: Fraction, steps: int) -> Fraction:
        """An accuracy that is proved after so many steps."""
        share = float(self.decrease(step))
        if share <= 0 or self.start <= 0 or steps == 0:
            return round_up(self.start, 4)
        rate = math.log1p(-share) if share < 1 else -math.inf
        logarithm = _log(self.start) + steps * rate + 2 * _SLACK
        return max(round_up(Fraction(math.exp(logarithm)), 4), _LEAST) if logarithm > -690 else _LEAST

    def steps(self, step: Fraction, accuracy: Fraction) -> int | None:
        """A number of steps after which the accuracy is proved; None where there is none."""
        if self.start <= accuracy:
            return 0
        share = float(self.decrease(step))
        if share <= 0 or accuracy < _LEAST:
            return None
        needed = (_log(self.start) - _log(accuracy) + _SLACK) / -math.log1p(-share) if share < 1 else 1.0
        return math.ceil(needed) if needed <= _MOST_STEPS else None


def constants(loss: str, penalty: Fraction, y: Floats, bounds: Spectrum) -> Constants:
    """The constants for a loss, a penalty, labels (n,) and bounds of the spectrum of the features."""
    n = len(y)
    curvature = Fraction(1, 4) if loss == LOGISTIC else Fraction(1)
    convexity = Fraction(bounds.bottom) / n if loss == SQUARED else Fraction(0)
    start = Fraction(7, 10) if loss == LOGISTIC else Fraction(math.fsum(y * y) * (1 + 1e-9)) / (2 * n)
    return Constants(curvature * Fraction(bounds.top) / n + penalty, convexity + penalty, start)


def shortfall(problem: Problem, known: Constants) -> str:
    """Why the problem's claim cannot be proved from these constants; empty where it can."""
    if known.smoothness * problem.step > 2:
        return (
            f"the step {float(problem.step):.6g} is too large; the largest that can be proved here is "
            f"{float(known.largest_step):.6g} (2/L with L = {float(known.smoothness):.6g})"
        )
    if problem.steps and known.start > problem.accuracy and known.decrease(problem.step) <= 0:
        return "the objective is not proved to be strongly convex, or the step is 0; try a penalty above 0"
    reached = known.accuracy(problem.step, problem.steps)
    if reached > problem.accuracy:
        enough = known.steps(problem.step, problem.accuracy)
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
    return Fraction(10) ** (math.floor(_log(value) / math.log(10)) + 1 - digits) if value > 0 else Fraction(1)


def _log(value: Fraction) -> float:
    return math.log(value.numerator) - math.log(value.denominator)

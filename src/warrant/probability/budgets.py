"""What plans of private releases cost, in floating point, for the search and for display (docs/privacy.md).

Untrusted: the checker adds the losses up by itself.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from warrant.probability.plans import GEOMETRIC, LAPLACE, Plan, Use

__all__ = ["Cost", "least", "loss", "pure"]

_MARGIN = 1e-6


@dataclass(frozen=True)
class Cost:
    """What a plan spends on one part of the data: the rational losses exactly, the logarithms in floating point."""

    part: int | None
    exact: Fraction
    logarithms: float | None

    @property
    def total(self) -> float:
        """All of it."""
        return float(self.exact) + (self.logarithms or 0.0)

    def within(self, epsilon: Fraction) -> bool:
        """Whether it seems to be at most a budget."""
        if self.logarithms is None:
            return self.exact <= epsilon
        return self.logarithms <= float(epsilon - self.exact)


def loss(use: Use) -> Fraction | float:
    """The pure loss of one question, as a rational number or as the logarithm of one.

    Source: C. Dwork and A. Roth, 2014, sections 3.2 and 3.3; A. Ghosh, T. Roughgarden, M. Sundararajan, 2009.
    """
    if use.mechanism == LAPLACE:
        return use.size / use.parameter
    if use.mechanism == GEOMETRIC:
        return -use.size * _ln(use.parameter)
    return abs(_ln(use.parameter * (use.size - 1) / (1 - use.parameter)))


def pure(plan: Plan) -> Cost:
    """The largest sum of losses on one part of the data."""
    return max((_on(plan, part) for part in plan.parts), key=lambda cost: cost.total)


def least(plan: Plan) -> Fraction:
    """An epsilon that the plan keeps to, and hardly more than the sum of its losses."""
    cost = pure(plan)
    if cost.logarithms is None:
        return cost.exact
    return Fraction(math.ceil(cost.total * (1 + _MARGIN) * 1e6 + 1), 10**6)


def _on(plan: Plan, part: int | None) -> Cost:
    exact, logarithms = Fraction(0), None
    for use in plan.on(part):
        each = loss(use)
        if isinstance(each, Fraction):
            exact += use.times * each
        else:
            logarithms = (logarithms or 0.0) + use.times * each
    return Cost(part, exact, logarithms)


def _ln(number: Fraction) -> float:
    return math.log(number.numerator) - math.log(number.denominator)

"""What plans of private releases cost, in floating point, for the search and for display (docs/privacy.md).

Untrusted: the checker adds losses and moments up by itself.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from scipy.stats import binom

from warrant.probability.plans import GAUSSIAN, GEOMETRIC, LAPLACE, RESPONSE, Plan, Use

__all__ = ["Cost", "Few", "Order", "best_order", "concentration", "few_ones", "least", "loss", "pure", "unbounded"]

_MARGIN = 1e-6
_ROUNDING = 1e-7  # of the logarithms that the checker encloses
_LARGEST_ORDER = 65535
_MOST_VOTES = 1000
_OVERFLOW = 700.0  # of exponentials, in the checker


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


@dataclass(frozen=True)
class Order:
    """What the moments of order b + 1 show: the epsilon for the plan's delta, on the part that needs most."""

    b: int
    epsilon: float
    part: int | None


@dataclass(frozen=True)
class Few:
    """An event of randomised response with two answers: at most so many ones, where all answers are 0, or all are 1."""

    most: int
    of: int
    zeros: float
    ones: float


def loss(use: Use) -> Fraction | float:
    """The pure loss of one question, as a rational number or as the logarithm of one; infinite for Gaussian noise.

    Source: C. Dwork and A. Roth, 2014, sections 3.2 and 3.3; A. Ghosh, T. Roughgarden, M. Sundararajan, 2009.
    """
    if use.mechanism == GAUSSIAN:
        return math.inf if use.size else Fraction(0)
    if use.mechanism == LAPLACE:
        return use.size / use.parameter
    if use.mechanism == GEOMETRIC:
        return -use.size * _ln(use.parameter)
    return abs(_ln(use.parameter * (use.size - 1) / (1 - use.parameter)))


def concentration(use: Use) -> float:
    """The rho of zero-concentrated differential privacy of one question.

    Source: M. Bun and T. Steinke, 2016, Proposition 1.4; C. Canonne, G. Kamath and T. Steinke, 2020, Theorem 4.
    """
    if use.mechanism == GAUSSIAN:
        return float(use.size**2 / (2 * use.parameter))
    return float(loss(use)) ** 2 / 2


def unbounded(plan: Plan) -> bool:
    """Whether no epsilon is enough without a delta."""
    return any(use.times and use.mechanism == GAUSSIAN and use.size for use in plan.uses)


def pure(plan: Plan) -> Cost:
    """The largest sum of losses on one part of the data."""
    return max((_on(plan, part) for part in plan.parts), key=lambda cost: cost.total)


def best_order(plan: Plan) -> Order | None:
    """The order of moments that shows the least epsilon for the plan's delta; None where there is none."""
    if plan.delta == 0:
        return None
    orders = sorted({*range(1, 65), *(min(_LARGEST_ORDER, round(64 * 1.1**k)) for k in range(1, 75))})
    found = [order for order in (_at(plan, b) for b in orders) if order is not None]
    if not found:
        return None
    best = min(found, key=lambda order: order.epsilon)
    near = range(max(1, round(best.b / 1.1)), min(_LARGEST_ORDER, round(best.b * 1.1)) + 1)
    steps = near if len(near) <= 200 else near[:: len(near) // 200]
    close = [order for order in (_at(plan, b) for b in steps) if order is not None]
    return min([best, *close], key=lambda order: order.epsilon)


def few_ones(plan: Plan) -> Few | None:
    """The event that exceeds the budget by most, if one does and the plan is randomised response with two answers.

    By Neyman and Pearson's lemma that is where so many ones are less probable by more than the factor e^epsilon.
    """
    kinds = {(use.mechanism, use.size, use.parameter, use.part) for use in plan.uses}
    n = sum(use.times for use in plan.uses)
    if len(kinds) != 1 or not 0 < n <= _MOST_VOTES or plan.epsilon is None:
        return None
    mechanism, size, truth, part = kinds.pop()
    if mechanism != RESPONSE or size != 2 or part is not None or truth <= Fraction(1, 2):
        return None
    e = float(loss(plan.uses[0]))
    most = math.ceil((n - float(plan.epsilon) / e) / 2) - 1
    if most < 0:
        return None
    zeros, ones = (float(binom.logcdf(most, n, float(q))) for q in (1 - truth, truth))
    exceeds = ones + float(plan.epsilon) < 0 and math.exp(zeros) > math.exp(ones + plan.epsilon) + float(plan.delta)
    return Few(most, n, math.exp(zeros), math.exp(ones)) if exceeds else None


def least(plan: Plan) -> Fraction | None:
    """An epsilon that the plan can be proved to keep to, hardly more than the least one; None where none is found."""
    cost, order = pure(plan), best_order(plan)
    if order is None or cost.total <= order.epsilon:
        if math.isinf(cost.total):
            return None
        return cost.exact if cost.logarithms is None else _up(cost.total, _rounding(plan))
    return _up(order.epsilon, _rounding(plan, order.b))


def _up(epsilon: float, rounding: float) -> Fraction:
    return Fraction(math.ceil((epsilon * (1 + _MARGIN) + rounding) * 1e6 + 1), 10**6)


def _rounding(plan: Plan, b: int | None = None) -> float:
    """What the checker's enclosures may add to a sum of losses, or to the epsilon of moments of order b + 1."""
    added = _ROUNDING
    for use in plan.uses:
        if use.mechanism != GAUSSIAN:
            e = float(loss(use))
            each = _width(e) if b is None else (b + 1) * e * _width(e) + _width((b + 1) * e) / b
            added += use.times * each
    return added


def _width(logarithm: float) -> float:
    """How far the checker's enclosure of a logarithm may lie from it."""
    return _ROUNDING * (1 + logarithm**2)


def _on(plan: Plan, part: int | None) -> Cost:
    exact, logarithms = Fraction(0), None
    for use in plan.on(part):
        each = loss(use)
        if isinstance(each, Fraction):
            exact += use.times * each
        elif use.times:
            logarithms = (logarithms or 0.0) + use.times * each
    return Cost(part, exact, logarithms)


def _at(plan: Plan, b: int) -> Order | None:
    """What the order b + 1 shows; None where the checker could not follow."""
    moments = [_moment(use, b) for use in plan.uses]
    if any(math.isnan(moment) for moment in moments):
        return None
    conversion = b * math.log(b) - (b + 1) * math.log(b + 1) - _ln(plan.delta)
    sums = {
        part: sum(
            use.times * moment for use, moment in zip(plan.uses, moments, strict=True) if use.part in (None, part)
        )
        for part in plan.parts
    }
    part = max(sums, key=lambda part: sums[part])
    return Order(b, max(0.0, (sums[part] + conversion) / b), part)


def _moment(use: Use, b: int) -> float:
    """The logarithm of the moment of order b + 1 of one question."""
    square = (b + 1) * b * concentration(use)
    if use.mechanism == GAUSSIAN:
        return square
    e = float(loss(use))
    if (b + 1) * e > _OVERFLOW:
        return math.nan
    return min(square, b * e + math.log1p(math.exp(-(2 * b + 1) * e)) - math.log1p(math.exp(-e)))


def _ln(number: Fraction) -> float:
    return math.log(number.numerator) - math.log(number.denominator)

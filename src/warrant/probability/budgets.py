"""What plans of private releases cost, in floating point, for the search and for display (docs/privacy.md).

Untrusted: the checker adds losses and moments up by itself.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from scipy.stats import binom

from warrant.probability.plans import GAUSSIAN, GEOMETRIC, LAPLACE, RESPONSE, Plan, Use

__all__ = [
    "Cost",
    "Few",
    "Order",
    "Shares",
    "best_order",
    "best_shares",
    "concentration",
    "few_ones",
    "least",
    "loss",
    "pure",
    "unbounded",
]

_MARGIN = 1e-6
_ROUNDING = 1e-7  # of the logarithms that the checker encloses
_LARGEST_ORDER = 65535
_MOST_VOTES = 1000
_OVERFLOW = 700.0  # of exponentials, in the checker
_MOST_ORDERS = 8  # in a certificate


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
class Shares:
    """What is shown if each use of Gaussian noise gets an even share of delta, and the best of some orders its epsilon.

    Attributes:
        orders: the numbers b of the orders b + 1, at most 8.
        epsilon: the sum, on the part that needs most.
        part: that part.
    """

    orders: tuple[int, ...]
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

    Source: C. Dwork and A. Roth, 2014, sections 3.2 and 3.3; A. Ghosh, T. Roughgarden, M. Sundararajan, 2009; for
    samples B. Balle, G. Barthe, M. Gaboardi, 2018, Theorem 8.
    """
    if use.sampled is None:
        return _loss(use)
    return _amplified(use.sampled, float(_loss(use)))


def _loss(use: Use) -> Fraction | float:
    if use.mechanism == GAUSSIAN:
        return math.inf if use.size else Fraction(0)
    if use.mechanism == LAPLACE:
        return use.size / use.parameter
    if use.mechanism == GEOMETRIC:
        return -use.size * _ln(use.parameter)
    return abs(_ln(use.parameter * (use.size - 1) / (1 - use.parameter)))


def _amplified(q: Fraction, e: float) -> float:
    """ln(1 + q (e^e − 1))."""
    if q == 0:
        return 0.0
    return math.log1p(float(q) * math.expm1(e)) if e < _OVERFLOW else e + _ln(q)


def concentration(use: Use) -> float:
    """The rho of zero-concentrated differential privacy of one question; for Gaussian noise, before sampling.

    Source: M. Bun and T. Steinke, 2016, Proposition 1.4; C. Canonne, G. Kamath and T. Steinke, 2020, Theorem 4.
    """
    if use.mechanism == GAUSSIAN:
        return float(use.square / (2 * use.parameter))
    return float(loss(use)) ** 2 / 2


def unbounded(plan: Plan) -> bool:
    """Whether no epsilon is enough without a delta."""
    return any(use.times and use.mechanism == GAUSSIAN and use.size and use.sampled != 0 for use in plan.uses)


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


def best_shares(plan: Plan) -> Shares | None:
    """What even shares of delta show; None without Gaussian noise, and where the checker could not follow."""
    noisy = [use for use in plan.uses if use.mechanism == GAUSSIAN]
    rates = {part: sum(use.times * _rate(use) for use in plan.on(part) if use in noisy) for part in plan.parts}
    most = max(rates.values())
    if plan.delta == 0 or most == 0:
        return None
    share = plan.delta / most

    def epsilon(use: Use, b: int) -> float:
        return ((b + 1) * b * concentration(use) + _conversion(b, share)) / b

    def best(use: Use) -> int:
        rho, near = concentration(use), 1.0
        for _ in range(3):  # b^2 rho = ln(1/share) - 1 - ln(b + 1), but for terms in 1/b
            level = max(1.0, -_ln(share) - 1 - math.log(near + 1))
            near = min(_LARGEST_ORDER, max(1.0, math.sqrt(level / rho))) if rho else _LARGEST_ORDER
        around = range(max(1, int(near * 7 / 8) - 3), min(_LARGEST_ORDER, int(near * 9 / 8) + 3) + 1)
        return min(around, key=lambda b: epsilon(use, b))

    orders = sorted({best(use) for use in noisy})
    if len(orders) > _MOST_ORDERS:
        orders = [orders[k * (len(orders) - 1) // (_MOST_ORDERS - 1)] for k in range(_MOST_ORDERS)]

    def cost(use: Use) -> float:
        if use.mechanism != GAUSSIAN:
            return float(loss(use))
        e = min(epsilon(use, b) for b in (1, *orders))
        if use.sampled is None:
            return e
        return _amplified(use.sampled, e) if 0 < e < _OVERFLOW else math.nan

    costs = {use: cost(use) for use in plan.uses}
    if not all(map(math.isfinite, costs.values())):
        return None
    sums = {part: sum(use.times * costs[use] for use in plan.on(part)) for part in plan.parts}
    part = max(sums, key=lambda part: sums[part])
    return Shares(tuple(orders), max(0.0, sums[part]), part)


def few_ones(plan: Plan) -> Few | None:
    """The event that exceeds the budget by most, if one does and the plan is randomised response with two answers.

    By Neyman and Pearson's lemma that is where so many ones are less probable by more than the factor e^epsilon.
    """
    kinds = {(use.mechanism, use.size, use.parameter, use.part, use.sampled) for use in plan.uses}
    n = sum(use.times for use in plan.uses)
    if len(kinds) != 1 or not 0 < n <= _MOST_VOTES or plan.epsilon is None:
        return None
    mechanism, size, truth, part, sampled = kinds.pop()
    if mechanism != RESPONSE or size != 2 or part is not None or sampled is not None or truth <= Fraction(1, 2):
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
    cost, order, shares = pure(plan), best_order(plan), best_shares(plan)
    rounding = _rounding(plan)
    found = [_up(order.epsilon, _rounding(plan, order.b))] if order is not None else []
    if shares is not None:
        found.append(_up(shares.epsilon, rounding + _rounding_of_shares(plan, shares)))
    if not math.isinf(cost.total):
        found.append(cost.exact if cost.logarithms is None else _up(cost.total, rounding))
    return min(found, default=None)


def _up(epsilon: float, rounding: float) -> Fraction:
    return Fraction(math.ceil((epsilon * (1 + _MARGIN) + rounding) * 1e6 + 1), 10**6)


def _rounding(plan: Plan, b: int | None = None) -> float:
    """What the checker's enclosures may add to a sum of losses, or to the epsilon of moments of order b + 1."""
    added = _ROUNDING
    for use in plan.uses:
        if use.mechanism != GAUSSIAN:
            e = float(loss(use))
            width = _width(e) if use.mechanism == LAPLACE else _width(float(_loss(use)))
            each = width if b is None else (b + 1) * e * width + _width((b + 1) * e) / b
            added += use.times * each
    return added


def _rounding_of_shares(plan: Plan, shares: Shares) -> float:
    """The same for the epsilons of Gaussian noise by shares of delta."""
    b = shares.orders[-1]
    each = 2 * _width(math.log(b + 1)) + _width(_ln(plan.delta)) / shares.orders[0] + _width(shares.epsilon)
    return each * sum(use.times for use in plan.uses if use.mechanism == GAUSSIAN)


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
    conversion = _conversion(b, plan.delta)
    sums = {
        part: sum(
            use.times * moment for use, moment in zip(plan.uses, moments, strict=True) if use.part in (None, part)
        )
        for part in plan.parts
    }
    part = max(sums, key=lambda part: sums[part])
    return Order(b, max(0.0, (sums[part] + conversion) / b), part)


def _moment(use: Use, b: int) -> float:
    """The logarithm of the moment of order b + 1 of one question; NaN for Gaussian noise on samples."""
    if use.mechanism == GAUSSIAN:
        return (b + 1) * b * concentration(use) if use.sampled is None else math.nan
    e = float(loss(use))
    square = (b + 1) * b * e**2 / 2
    if (b + 1) * e > _OVERFLOW:
        return math.nan
    return min(square, b * e + math.log1p(math.exp(-(2 * b + 1) * e)) - math.log1p(math.exp(-e)))


def _conversion(b: int, delta: Fraction) -> float:
    """What the order b + 1 adds to b epsilon, for a delta."""
    return b * math.log(b) - (b + 1) * math.log(b + 1) - _ln(delta)


def _rate(use: Use) -> Fraction:
    return Fraction(1) if use.sampled is None else use.sampled


def _ln(number: Fraction) -> float:
    return math.log(number.numerator) - math.log(number.denominator)

"""Upper confidence limits of a probability, from successes in independent trials."""

from __future__ import annotations

import math
from fractions import Fraction

from scipy.stats import beta

__all__ = ["clopper_pearson", "hoeffding"]

_DIGITS = 10
_ROOM = Fraction(3, 2) / 10**_DIGITS


def clopper_pearson(n: int, k: int, delta: Fraction) -> Fraction:
    """A number a little above Clopper and Pearson's upper limit for k successes in n trials, with ten decimals.

    It exceeds the limit by 2.5e-10 at most, and by 1.5e-10 at least, so that the checker's rounding has room (and where
    it exceeds 1, it is 1).

    Source: C. Clopper and E. Pearson, 1934; the quantile of a beta distribution, as in SciPy.
    """
    if k >= n:
        return Fraction(1)
    quantile = Fraction(float(beta.isf(float(delta), k + 1, n - k)))
    return min(Fraction(1), Fraction(math.ceil((quantile + _ROOM) * 10**_DIGITS), 10**_DIGITS))


def hoeffding(n: int, k: int, delta: Fraction) -> float:
    """Hoeffding's limit, to compare with: k/n + sqrt(log(1/delta)/(2n)), in binary64.

    Source: W. Hoeffding, Probability inequalities for sums of bounded random variables, 1963, theorem 1.
    """
    return min(1.0, k / n + math.sqrt(-math.log(float(delta)) / (2 * n)))

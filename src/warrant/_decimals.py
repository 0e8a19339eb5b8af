"""Rationals as decimals, exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fractions import Fraction


def decimal(q: Fraction) -> str | None:
    """The rational as a finite decimal; None if it is none, or a long one."""
    n, places = q.denominator, 0
    while n % 10 == 0:
        n, places = n // 10, places + 1
    twos = fives = 0
    while n % 2 == 0:
        n, twos = n // 2, twos + 1
    while n % 5 == 0:
        n, fives = n // 5, fives + 1
    places += max(twos, fives)
    if n != 1 or places > 400:
        return None
    digits = str(abs(q.numerator) * 10**places // q.denominator).rjust(places + 1, "0")
    text = digits if not places else f"{digits[:-places]}.{digits[-places:]}"
    return ("-" if q < 0 else "") + text

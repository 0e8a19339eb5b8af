"""Sums and multiples of points and of numbers, written as a reader would write them."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeVar

from warrant.rates import problem as P

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")
"""Points, or numbers."""

NO_POINT: P.Vector = P.Zero()
NO_NUMBER: P.Scalar = P.Constant(Fraction(0))
"""The sums of nothing."""


def scaled(q: Fraction, a: T) -> T:
    """A point or a number times a rational."""
    out: Any
    match a:
        case P.Zero():
            out = a
        case P.Constant(p):
            out = P.Constant(p * q)
        case P.Scaled(p, b):
            out = scaled(p * q, b)
        case P.Opposite(b):
            out = scaled(-q, b)
        case P.Minus(b, c) if q == -1:
            out = P.Minus(c, b)
        case _ if q == 0:
            out = NO_POINT if _is_point(a) else NO_NUMBER
        case _:
            out = a if q == 1 else P.Opposite(a) if q == -1 else P.Scaled(q, a)
    return out  # type: ignore[no-any-return]


def _is_point(a: Any) -> bool:
    while isinstance(a, P.Plus | P.Minus | P.Opposite | P.Scaled):
        a = a.a
    return isinstance(a, P.Point | P.Zero)


def total(parts: Sequence[T], nothing: T) -> T:
    """The sum of points or of numbers."""
    total: Any = nothing
    for part in parts:
        match total, part:
            case _, P.Zero() | P.Constant(Fraction(numerator=0)):
                pass
            case P.Zero() | P.Constant(Fraction(numerator=0)), _:
                total = part
            case _, P.Constant(q) if q < 0:
                total = P.Minus(total, P.Constant(-q))
            case _, P.Opposite(b):
                total = P.Minus(total, b)
            case _, P.Scaled(q, b) if q < 0:
                total = P.Minus(total, scaled(-q, b))
            case P.Opposite(b), _:
                total = P.Minus(part, b)
            case _:
                total = P.Plus(total, part)
    return total  # type: ignore[no-any-return]


def terms(a: T, q: Fraction | int = 1) -> list[tuple[Fraction, T]]:
    """What a point or a number times q is the sum of: atoms, times rationals."""
    match a:
        case P.Zero():
            return []
        case P.Plus(b, c):
            return terms(b, q) + terms(c, q)
        case P.Minus(b, c):
            return terms(b, q) + terms(c, -q)
        case P.Opposite(b):
            return terms(b, -q)
        case P.Scaled(p, b):
            return terms(b, q * p)
    return [(Fraction(q), a)]


def _size(a: Any) -> int:
    """How many words an expression has, about."""
    match a:
        case P.Plus(b, c) | P.Minus(b, c) | P.Inner(b, c):
            return 1 + _size(b) + _size(c)
        case P.Scaled(_, b):
            return 2 + _size(b)
        case P.Opposite(b) | P.Norm2(b):
            return 1 + _size(b)
    return 1


def collected(a: T, nothing: T) -> T:
    """The same point or number, with equal terms together where that is shorter."""
    sums: dict[T, Fraction] = {}
    for q, b in terms(a):
        sums[b] = sums.get(b, Fraction(0)) + q
    positive_first = sorted(sums.items(), key=lambda term: term[1] < 0)
    other = total([scaled(q, b) for b, q in positive_first], nothing)
    return other if _size(other) < _size(a) else a

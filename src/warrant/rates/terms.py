"""Sums and multiples of points and numbers, written as a reader would write them."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, TypeVar

from warrant.rates import problem as P

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

K = TypeVar("K")


def scaled(q: Fraction, a: P.Vector) -> P.Vector:
    """A point times a rational."""
    match a:
        case P.Zero():
            return a
        case P.Scaled(p, b):
            return scaled(p * q, b)
        case P.Opposite(b):
            return scaled(-q, b)
        case P.Minus(b, c) if q == -1:
            return P.Minus(c, b)
    return P.Zero() if q == 0 else a if q == 1 else P.Opposite(a) if q == -1 else P.Scaled(q, a)


def total(parts: Sequence[P.Vector]) -> P.Vector:
    """The sum of points."""
    total: P.Vector = P.Zero()
    for part in parts:
        match total, part:
            case P.Zero(), _:
                total = part
            case _, P.Zero():
                pass
            case _, P.Opposite(b):
                total = P.Minus(total, b)
            case _, P.Scaled(q, b) if q < 0:
                total = P.Minus(total, scaled(-q, b))
            case P.Opposite(b), _:
                total = P.Minus(part, b)
            case _:
                total = P.Plus(total, part)
    return total


def multiple(q: Fraction, v: P.Scalar) -> P.Scalar:
    """A number times a rational."""
    match v:
        case P.Constant(p):
            return P.Constant(p * q)
        case P.Multiple(p, w):
            return multiple(p * q, w)
        case P.Negate(w):
            return multiple(-q, w)
        case P.Subtract(u, w) if q == -1:
            return P.Subtract(w, u)
    return P.Constant(q) if q == 0 else v if q == 1 else P.Negate(v) if q == -1 else P.Multiple(q, v)


def scalar_total(parts: Sequence[P.Scalar]) -> P.Scalar:
    """The sum of numbers."""
    zero = P.Constant(Fraction(0))
    total: P.Scalar = zero
    for part in parts:
        match total, part:
            case _, P.Constant(Fraction(numerator=0)):
                pass
            case P.Constant(Fraction(numerator=0)), _:
                total = part
            case _, P.Constant(q) if q < 0:
                total = P.Subtract(total, P.Constant(-q))
            case _, P.Negate(w):
                total = P.Subtract(total, w)
            case _, P.Multiple(q, w) if q < 0:
                total = P.Subtract(total, multiple(-q, w))
            case P.Negate(w), _:
                total = P.Subtract(part, w)
            case _:
                total = P.Add(total, part)
    return total


# ---- equal terms together --------------------------------------------------------------------------------------------


def _vector_terms(q: Fraction, a: P.Vector) -> list[tuple[Fraction, P.Vector]]:
    match a:
        case P.Zero():
            return []
        case P.Plus(b, c):
            return _vector_terms(q, b) + _vector_terms(q, c)
        case P.Minus(b, c):
            return _vector_terms(q, b) + _vector_terms(-q, c)
        case P.Opposite(b):
            return _vector_terms(-q, b)
        case P.Scaled(p, b):
            return _vector_terms(q * p, b)
    return [(q, a)]


def _scalar_terms(q: Fraction, v: P.Scalar) -> list[tuple[Fraction, P.Scalar]]:
    match v:
        case P.Add(u, w):
            return _scalar_terms(q, u) + _scalar_terms(q, w)
        case P.Subtract(u, w):
            return _scalar_terms(q, u) + _scalar_terms(-q, w)
        case P.Negate(w):
            return _scalar_terms(-q, w)
        case P.Multiple(p, w):
            return _scalar_terms(q * p, w)
    return [(q, v)]


def _positive_first(sums: Mapping[K, Fraction]) -> list[tuple[K, Fraction]]:
    return sorted(sums.items(), key=lambda term: term[1] < 0)


def _size(a: P.Vector | P.Scalar) -> int:
    """How many words an expression has, about."""
    match a:
        case P.Plus(b, c) | P.Minus(b, c) | P.Inner(b, c):
            return 1 + _size(b) + _size(c)
        case P.Add(u, w) | P.Subtract(u, w):
            return 1 + _size(u) + _size(w)
        case P.Scaled(_, b):
            return 2 + _size(b)
        case P.Multiple(_, w):
            return 2 + _size(w)
        case P.Opposite(b) | P.Norm2(b):
            return 1 + _size(b)
        case P.Negate(w):
            return 1 + _size(w)
    return 1


def collected(a: P.Vector) -> P.Vector:
    """The same point, with equal terms together where that is shorter."""
    sums: dict[P.Vector, Fraction] = {}
    for q, b in _vector_terms(Fraction(1), a):
        sums[b] = sums.get(b, Fraction(0)) + q
    other = total([scaled(q, b) for b, q in _positive_first(sums)])
    return other if _size(other) < _size(a) else a


def scalar_collected(v: P.Scalar) -> P.Scalar:
    """The same number, with equal terms together where that is shorter."""
    sums: dict[P.Scalar, Fraction] = {}
    for q, w in _scalar_terms(Fraction(1), v):
        sums[w] = sums.get(w, Fraction(0)) + q
    other = scalar_total([multiple(q, w) for w, q in _positive_first(sums)])
    return other if _size(other) < _size(v) else v

"""The first steps of a method, as a rate problem of that number of steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

from warrant.rates import problem as P
from warrant.rates.method import Method, current, moved, on_relation, places
from warrant.rates.terms import NO_POINT, scaled, terms, total

__all__ = ["unroll"]


@dataclass
class _Unrolled:
    """Points, or numbers, of a method after so many steps: what is fixed once, each sequence's members one by one."""

    names: list[str] = field(default_factory=list)
    place: dict[tuple[int, int], int] = field(default_factory=dict)
    """By the place in the method of what is fixed or of a sequence's member k, and the step (0 if it is fixed)."""

    @staticmethod
    def of(names: tuple[str, ...], steps: int) -> _Unrolled:
        out = _Unrolled()
        for i, name in enumerate(names):
            if not name or i % 3 == 2:
                continue
            for k in range(steps + 1 if i % 3 == 1 else 1):
                out.place[i, k] = len(out.names)
                out.names.append(f"{name}_{k}" if i % 3 == 1 else name)
        return out

    def at(self, k: int) -> Callable[[int], int]:
        """From places in the method to places here, at step k."""
        return lambda i: self.place[(i, 0) if i % 3 == 0 else (i, k) if i % 3 == 1 else (i - 1, k + 1)]


def unroll(method: Method, steps: int) -> P.Problem:
    """What a method's relations say of its first N steps; the metrics are what it measures after 1, …, N of them.

    The initial quantity is at most 1.  The bound is 1, which claims nothing.
    """
    points, numbers = _Unrolled.of(method.points, steps), _Unrolled.of(method.numbers, steps)

    def scalar(v: P.Scalar, k: int) -> P.Scalar:
        out: P.Scalar = _scalar(v, points.at(k), numbers.at(k))
        return out

    def relation(r: P.Relation, k: int) -> P.Relation:
        match r:
            case P.Value(f, x, v):
                return P.Value(f, moved(x, points.at(k)), scalar(v, k))
            case P.Comparison(sign, v, w):
                return P.Comparison(sign, scalar(v, k), scalar(w, k))
        return on_relation(points.at(k), r)

    fixed = [r for r in method.relations if all(i % 3 == 0 for i in places(r))]
    here = [r for r in method.relations if current(r) and r not in fixed]
    onward = [r for r in method.relations if not current(r)]
    relations = [relation(r, 0) for r in (*fixed, *method.start)]
    for k in range(steps + 1):
        relations += [relation(r, k) for r in here]
        if k < steps:
            relations += [relation(r, k) for r in onward]
            relations += [_solved([moved(a, points.at(k)) for a in v], k, points) for v in method.vanishing]
    relations.append(P.Comparison("<=", scalar(method.initial, 0), P.Constant(Fraction(1))))
    metrics = tuple(scalar(method.measure, k) for k in range(1, steps + 1))
    return P.Problem(method.objects, tuple(points.names), tuple(numbers.names), tuple(relations), metrics, Fraction(1))


def _scalar(v: P.Scalar, point: Callable[[int], int], number: Callable[[int], int]) -> P.Scalar:
    """A number with other places of its points, and others of its numbers."""
    match v:
        case P.Number(i):
            return P.Number(number(i))
        case P.Plus(a, b):
            return P.Plus(_scalar(a, point, number), _scalar(b, point, number))
        case P.Minus(a, b):
            return P.Minus(_scalar(a, point, number), _scalar(b, point, number))
        case P.Opposite(a):
            return P.Opposite(_scalar(a, point, number))
        case P.Scaled(q, a):
            return P.Scaled(q, _scalar(a, point, number))
        case P.Inner(x, y):
            return P.Inner(moved(x, point), moved(y, point))
        case P.Norm2(x):
            return P.Norm2(moved(x, point))
    return v


def _solved(coefficients: list[P.Vector], k: int, points: _Unrolled) -> P.Same:
    """Σ kⁱ·coefficient i = 0, solved for its newest point."""
    sums: dict[P.Vector, Fraction] = {}
    for i, a in enumerate(coefficients):
        for q, b in terms(a):
            sums[b] = sums.get(b, Fraction(0)) + q * Fraction(k) ** i
    steps = {place: step for (_, step), place in points.place.items()}
    newest = max((b for b, q in sums.items() if q and isinstance(b, P.Point)), key=lambda b: (steps[b.index], b.index))
    rest = [scaled(-q / sums[newest], b) for b, q in sums.items() if b != newest]
    return P.Same(newest, total(rest, NO_POINT))

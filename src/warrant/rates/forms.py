"""What the points and numbers of a problem stand for: exact forms in its free points and numbers."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, TypeVar

from warrant.rates import problem as P
from warrant.rates.terms import terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

K = TypeVar("K")

Linear = dict[int, Fraction]
"""A combination of coordinates (points that no ``same`` defines), without zeros."""

Key = tuple[()] | tuple[int] | tuple[int, int]
"""Of a form's terms: () for 1, (i,) for number i, (i, j) with i ≤ j for the inner product of coordinates i and j."""

Form = dict[Key, Fraction]
"""A combination of 1, numbers and inner products, without zeros."""

Shifts = dict[int, Linear]
"""For each shifted point i the combination Σ q·pⱼ that its new coordinate lacks."""


def combine(terms: Iterable[tuple[Fraction | int, Mapping[K, Fraction]]]) -> dict[K, Fraction]:
    """The sum of q·form, without zeros."""
    out: dict[K, Fraction] = {}
    for q, form in terms:
        if q:
            for key, c in form.items():
                out[key] = out.get(key, Fraction(0)) + q * c
    return {key: c for key, c in out.items() if c}


def inner(a: Linear, b: Linear) -> Form:
    """The inner product of two combinations."""
    out: Form = {}
    for i, p in a.items():
        for j, q in b.items():
            key = (i, j) if i <= j else (j, i)
            out[key] = out.get(key, Fraction(0)) + p * q
    return {key: c for key, c in out.items() if c}


def constant(q: Fraction | int) -> Form:
    """The form that is q."""
    return {(): Fraction(q)} if q else {}


@dataclass(frozen=True)
class Called:
    """A call: (sub)gradient, image or adjoint value g of object k at x, with the value v where one is given."""

    kind: str
    k: int
    x: Linear
    g: Linear
    v: Form | None


@dataclass(frozen=True)
class Meaning:
    """A problem's calls in order; comparisons, by the number of the relation, as what is ≤ 0 or = 0; metrics."""

    calls: tuple[Called, ...]
    comparisons: dict[int, tuple[Form, bool]]
    """The form, and whether it is an equality."""
    metrics: tuple[Form, ...]
    coordinates: tuple[int, ...]
    """The points that no ``same`` defines."""
    decompositions: tuple[tuple[int, ...], ...]
    """The operators that are blocks, for each decomposition."""


class _Values:
    def __init__(self, shifts: Shifts) -> None:
        self.shifts = shifts
        self.defined: dict[int, Linear] = {}

    def vector(self, a: P.Vector) -> Linear:
        return combine((q, self._point(b.index)) for q, b in terms(a) if isinstance(b, P.Point))

    def _point(self, i: int) -> Linear:
        if i in self.defined:
            return self.defined[i]
        return combine([(1, {i: Fraction(1)}), (1, self.shifts.get(i, {}))])

    def scalar(self, v: P.Scalar) -> Form:
        return combine((q, self._number(w)) for q, w in terms(v))

    def _number(self, v: P.Scalar) -> Form:
        match v:
            case P.Number(i):
                return {(i,): Fraction(1)}
            case P.Constant(q):
                return constant(q)
            case P.Inner(a, b):
                return inner(self.vector(a), self.vector(b))
            case P.Norm2(a):
                value = self.vector(a)
                return inner(value, value)
        raise TypeError(v)


def meaning(problem: P.Problem, shifts: Shifts | None = None) -> Meaning:
    """What a problem says, in its coordinates, which ``shifts`` may have changed (docs/rates.md)."""
    values = _Values(shifts or {})
    calls: list[Called] = []
    comparisons: dict[int, tuple[Form, bool]] = {}
    for r, relation in enumerate(problem.relations):
        match relation:
            case P.Call(kind, k, x, g):
                after = problem.relations[r + 1] if r + 1 < len(problem.relations) else None
                given = isinstance(after, P.Value) and (after.k, after.x) == (k, x)
                v = values.scalar(after.v) if given and isinstance(after, P.Value) else None
                calls.append(Called(kind, k, values.vector(x), values.vector(g), v))
            case P.Comparison(sign, a, b):
                difference = combine([(1, values.scalar(a)), (-1, values.scalar(b))])
                form = combine([(-1, difference)]) if sign == ">=" else difference
                comparisons[r] = (form, sign == "=")
            case P.Same(P.Point(i), b) if i not in values.defined:
                values.defined[i] = values.vector(b)
            case _:
                pass
    metrics = tuple(map(values.scalar, problem.metrics))
    coordinates = tuple(i for i in range(len(problem.points)) if i not in values.defined)
    decompositions = tuple(r.ks for r in problem.relations if isinstance(r, P.Blocks))
    return Meaning(tuple(calls), comparisons, metrics, coordinates, decompositions)

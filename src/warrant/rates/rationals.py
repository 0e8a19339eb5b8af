"""Rationals in place of floats: near a float, and carried along through a program's own arithmetic."""

from __future__ import annotations

import contextlib
import math
import operator
from contextvars import ContextVar
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SIMPLE = 10**4
"""The largest denominator of a simple rational: the checker's numbers grow with products of different denominators."""
GRID = 40
"""Numbers that are near no simple rational become multiples of 2^-GRID."""
BITS = 1000
"""Longer denominators are rounded to the grid: what a proof needs of a recurrence then holds only nearly."""


def rational(x: float) -> Fraction:
    """The rational that a ``Traced`` number carries; for another float, the one of ``near``."""
    return x.exact if isinstance(x, Traced) else near(x)


def near(x: float) -> Fraction:
    """A rational near a float.

    That is one of small denominator (at most SIMPLE) within 1e-13, else a multiple of 2^-GRID, so that t and 1 - t are
    treated alike; below 2^-10 and above 2^10, one within 1e-13 relatively, else the float itself.
    """
    exact = Fraction(float(x))
    if 2**-10 < abs(exact) < 2**10:
        simple = exact.limit_denominator(SIMPLE)
        return simple if abs(simple - exact) <= Fraction(1, 10**13) else Fraction(round(exact * 2**GRID), 2**GRID)
    simple = (
        exact.limit_denominator(SIMPLE) if abs(exact) > 1 or not exact else 1 / (1 / exact).limit_denominator(SIMPLE)
    )
    return simple if abs(simple - exact) <= abs(exact) / 10**13 else exact


class Traced(float):
    """A float that carries the rational that it stands for: sums, products and quotients are exact, roots are rounded.

    Step sizes and the like, computed from traced arguments, then satisfy exactly the identities that a proof needs.
    """

    exact: Fraction

    def __new__(cls, exact: Fraction) -> Traced:
        """The float nearest to a rational."""
        if exact.denominator.bit_length() > BITS:
            exact = Fraction(round(exact * 2**GRID), 2**GRID)
        self = super().__new__(cls, float(exact))
        self.exact = exact
        return self

    def __neg__(self) -> Traced:
        return Traced(-self.exact)

    def __pos__(self) -> Traced:
        return self

    def __abs__(self) -> Traced:
        return Traced(abs(self.exact))

    def __pow__(self, power: Any, modulus: None = None) -> Any:
        if isinstance(power, int):
            return Traced(self.exact**power)
        return _traced(float(self) ** power)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        """NumPy's functions of traced numbers: arithmetic as above, the others on floats."""
        if method == "__call__" and not options and all(isinstance(i, int | float) for i in inputs):
            if ufunc in _UFUNCS:
                return _UFUNCS[ufunc](*(i if isinstance(i, int | Traced) else _traced(i) for i in inputs))
            return _traced(ufunc(*map(float, inputs)))
        return getattr(ufunc, method)(*(float(i) if isinstance(i, Traced) else i for i in inputs), **options)


_UFUNCS: dict[Any, Callable[..., Any]] = {
    np.add: operator.add,
    np.subtract: operator.sub,
    np.multiply: operator.mul,
    np.divide: operator.truediv,
    np.power: operator.pow,
    np.negative: operator.neg,
    np.sqrt: lambda x: root(x),
}


def _traced(x: Any) -> Any:
    """A traced number near a result, unless it is infinite or no number."""
    return Traced(rational(x)) if isinstance(x, int | float) and math.isfinite(x) else x


_ROUNDED: ContextVar[list[Fraction] | None] = ContextVar("numbers whose roots were rounded", default=None)


def root(x: float) -> Traced:
    """The square root, rounded down to the grid unless it is rational."""
    exact = Fraction(x) if isinstance(x, int) else rational(x)
    p, q = math.isqrt(exact.numerator), math.isqrt(exact.denominator)
    if Fraction(p * p, q * q) == exact:
        return Traced(Fraction(p, q))
    rounded = _ROUNDED.get()
    if rounded is not None and exact not in rounded:
        rounded.append(exact)
    return Traced(Fraction(math.isqrt(exact.numerator * 4**GRID // exact.denominator), 2**GRID))


def _operation(name: str, compute: Callable[[Any, Any], Any], *, swapped: bool) -> Callable[[Traced, Any], Any]:
    plain = getattr(float, name)

    def method(self: Traced, other: Any) -> Any:
        if not isinstance(other, int | float):
            return NotImplemented
        if not math.isfinite(other):
            return plain(self, other)
        there = Fraction(other) if isinstance(other, int) else rational(other)
        return Traced(compute(there, self.exact) if swapped else compute(self.exact, there))

    return method


for _name, _compute in (
    ("add", operator.add),
    ("sub", operator.sub),
    ("mul", operator.mul),
    ("truediv", operator.truediv),
):
    setattr(Traced, f"__{_name}__", _operation(f"__{_name}__", _compute, swapped=False))
    setattr(Traced, f"__r{_name}__", _operation(f"__r{_name}__", _compute, swapped=True))


def trace(value: Any) -> Any:
    """An argument with its floats traced, those in lists too."""
    if isinstance(value, float) and math.isfinite(value):
        return value if isinstance(value, Traced) else Traced(rational(value))
    if isinstance(value, list | tuple):
        return type(value)(map(trace, value))
    return value


@contextlib.contextmanager
def traced_roots(scope: dict[str, Any]) -> Iterator[list[Fraction]]:
    """While this lasts, ``sqrt`` in a module's names, where it is that of ``math`` or NumPy, gives traced numbers.

    Gives the list of numbers whose roots were taken and are irrational, which grows meanwhile.
    """
    irrational: list[Fraction] = []
    replaced = {name: f for name, f in scope.items() if f is math.sqrt or f is np.sqrt}

    def sqrt(x: Any) -> Any:
        return root(x) if isinstance(x, int | float) else np.sqrt(x)

    token = _ROUNDED.set(irrational)
    scope.update(dict.fromkeys(replaced, sqrt))
    try:
        yield irrational
    finally:
        _ROUNDED.reset(token)
        scope.update(replaced)

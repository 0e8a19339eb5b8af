"""Numbers and properties as text, exactly."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from numbers import Rational, Real
from typing import TYPE_CHECKING, Any

from warrant._decimals import decimal
from warrant.claims import Reaches, Safe
from warrant.claims._comments import MUST, MUST_NOT
from warrant.errors import WrongInput

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "MOST",
    "Number",
    "any_of",
    "array",
    "failing",
    "less",
    "named",
    "number",
    "reaching",
    "rounded",
    "show",
]

Number = int | float | str | Decimal | Fraction
"""A float stands for the decimal that Python prints for it; the others for what they are."""

_LARGEST_EXPONENT = 1000

MOST = 4096
"""The checker reads properties of at most so many alternatives."""


def number(value: Number, what: str) -> Fraction:
    """The exact value of a number that a person wrote.

    Raises:
        WrongInput: it is no finite number, or has no finite decimal.
    """
    problem = WrongInput(f"{value!r}", place=what, expected="a finite number")
    if isinstance(value, bool) or not isinstance(value, str | Decimal | Real):  # NumPy's numbers are registered as Real
        raise problem
    try:
        # an exponent of many digits would make a number of that many digits
        written = Decimal(value) if isinstance(value, str) and "/" not in value else value
        if isinstance(written, Decimal) and (not written.is_finite() or abs(written.adjusted()) > _LARGEST_EXPONENT):
            raise problem
        binary = isinstance(value, Real) and not isinstance(value, Rational)
        exact = Fraction(repr(float(value)) if binary else written)
    except (ArithmeticError, ValueError, TypeError):
        raise problem from None
    if decimal(exact) is None:
        raise WrongInput(f"{value!r}", place=what, expected="a number with a finite decimal of at most 400 places")
    return exact


def array(values: ArrayLike, what: str) -> tuple[Fraction, ...]:
    """The exact values of an array of data, flattened: what its binary numbers are.

    Raises:
        WrongInput: it is no array of finite numbers.
    """
    import numpy as np

    try:
        data: NDArray[Any] = np.asarray(values)
    except (ValueError, TypeError):
        raise WrongInput("rows of different lengths", place=what, expected="an array of numbers") from None
    if data.dtype.kind not in "iufb":
        raise WrongInput(f"an array of type {data.dtype}", place=what, expected="numbers")
    flat = data.reshape(-1).astype(np.float64) if data.dtype.kind != "f" else data.reshape(-1)
    if not np.isfinite(flat).all():
        place = f"{what}, entry {int(np.flatnonzero(~np.isfinite(flat))[0])}"
        raise WrongInput("a number that is NaN or infinite", place=place, expected="finite numbers")
    return tuple(Fraction(float(v)) for v in flat)


def named(names: Sequence[str] | None, count: int) -> tuple[str, ...]:
    """The names of ``count`` features, x0, x1, … where none are given.

    Raises:
        WrongInput: they are not one short line each, or not as many as there are features.
    """
    if names is None:
        return tuple(f"x{i}" for i in range(count))
    if len(names) != count:
        raise WrongInput(f"{len(names)} names for {count} features", place="names")
    for i, name in enumerate(names):
        if not isinstance(name, str) or not name.strip() or len(name) > 200 or not name.isprintable():
            raise WrongInput(
                f"{name!r}", place=f"names, entry {i}", expected="one printable line of at most 200 characters"
            )
    return tuple(str(name) for name in names)


def show(value: Fraction) -> str:
    """The number as a literal of the property language."""
    text = decimal(value)
    if text is None or len(text) > 1000:
        raise WrongInput(f"{float(value)!r} has no decimal of at most 400 places", expected="a coarser number")
    return f"(- {text[1:]})" if text.startswith("-") else text


def less(left: str, right: str, *, strict: bool = False) -> str:
    """Left ≤ right, or left < right."""
    return f"({'<' if strict else '<='} {left} {right})"


def any_of(parts: Iterable[str]) -> str:
    """A disjunction."""
    listed = list(parts)
    return listed[0] if len(listed) == 1 else f"(or {' '.join(listed)})"


def failing(
    model: bytes, name: str, words: str, names: Sequence[str], outputs: int, premises: Iterable[str], failure: str
) -> Safe:
    """The claim that a model never satisfies the premises and the failure; words and names stand in comments.

    A comment ``X_3: mean radius`` says what an input is called.
    """
    text = _property((words, MUST_NOT), names, outputs, (*premises, failure))
    return Safe.stated(model, text, name, "property.vnnlib")


def reaching(
    model: bytes, name: str, words: str, names: Sequence[str], outputs: int, premises: Iterable[str], aim: Iterable[str]
) -> Reaches:
    """The claim that a model satisfies the premises and the aim somewhere; words and names stand in comments."""
    text = _property((words, MUST), names, outputs, (*premises, *aim))
    return Reaches(model, text, name)


def _property(words: Iterable[str], names: Sequence[str], outputs: int, asserted: Iterable[str]) -> bytes:
    lines = [f"; {line}" for line in words]
    lines += [f"; X_{i}: {called}" for i, called in enumerate(names)]
    lines += [f"(declare-const X_{i} Real)" for i in range(len(names))]
    lines += [f"(declare-const Y_{i} Real)" for i in range(outputs)]
    lines += [f"(assert {part})" for part in asserted]
    return ("\n".join(lines) + "\n").encode()


def rounded(value: Fraction) -> str:
    """The number for people."""
    text = f"{float(value):.6g}"
    return text if math.isfinite(float(value)) else str(value)

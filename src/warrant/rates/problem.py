"""Problems about rates, as data, and their text (docs/rates.md); the meaning is in theories/Spec/Rates.v."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Generic, Literal, TypeAlias, TypeVar

T = TypeVar("T")

FUNCTION_CLASSES: dict[str, int] = {
    "convex": 0,
    "strongly-convex": 1,
    "smooth": 1,
    "lipschitz": 1,
    "indicator": 0,
    "diameter": 1,
    "support": 0,
    "bounded-support": 1,
    "quadratic-growth": 1,
    "quadratic": 2,
    "restricted-secant": 1,
    "error-bound": 1,
    "lojasiewicz": 1,
    "block-smooth": 1,
}
"""Classes of functions, each with the number of its parameters."""

ALONG_BLOCKS = {"block-smooth"}
"""Classes of functions that name an operator, a block of a decomposition, before their parameters."""

OPERATOR_CLASSES: dict[str, int] = {
    "strongly-monotone": 1,
    "cocoercive": 1,
    "lipschitz-operator": 1,
    "symmetric": 2,
    "skew-symmetric": 1,
    "linear": 1,
}
"""Classes of operators, each with the number of its parameters."""


@dataclass(frozen=True)
class Class:
    """A class of functions or operators, with its parameters."""

    name: str
    parameters: tuple[Fraction, ...] = ()
    block: int | None = None
    """The operator along which, for a class that names one."""


@dataclass(frozen=True)
class Object:
    """A function or an operator, in each of its classes."""

    name: str
    kind: Literal["function", "operator"]
    classes: tuple[Class, ...]


@dataclass(frozen=True)
class Point:
    """Point number ``index``, in the order of declaration."""

    index: int


@dataclass(frozen=True)
class Zero:
    """The vector 0."""


@dataclass(frozen=True)
class Plus(Generic[T]):
    """The sum of two points or of two numbers."""

    a: T
    b: T


@dataclass(frozen=True)
class Minus(Generic[T]):
    """The difference of two points or of two numbers."""

    a: T
    b: T


@dataclass(frozen=True)
class Opposite(Generic[T]):
    """A point or a number times -1."""

    a: T


@dataclass(frozen=True)
class Scaled(Generic[T]):
    """A point or a number times a rational."""

    q: Fraction
    a: T


Vector: TypeAlias = "Point | Zero | Plus[Vector] | Minus[Vector] | Opposite[Vector] | Scaled[Vector]"


@dataclass(frozen=True)
class Number:
    """Number ``index``, in the order of declaration."""

    index: int


@dataclass(frozen=True)
class Constant:
    """A rational."""

    q: Fraction


@dataclass(frozen=True)
class Inner:
    """The inner product of two points."""

    a: Vector
    b: Vector


@dataclass(frozen=True)
class Norm2:
    """The square of a point's norm."""

    a: Vector


Scalar: TypeAlias = (
    "Number | Constant | Inner | Norm2 | Plus[Scalar] | Minus[Scalar] | Opposite[Scalar] | Scaled[Scalar]"
)


@dataclass(frozen=True)
class Call:
    """What object ``k`` answers at ``x``: a subgradient, the gradient, an image under an operator or its adjoint."""

    kind: Literal["subgradient", "gradient", "image", "adjoint"]
    k: int
    x: Vector
    g: Vector


@dataclass(frozen=True)
class Value:
    """``v`` is the value of function number ``k`` at ``x``."""

    k: int
    x: Vector
    v: Scalar


@dataclass(frozen=True)
class Blocks:
    """The operators are the blocks of a decomposition of the space."""

    ks: tuple[int, ...]


@dataclass(frozen=True)
class Same:
    """Two points are equal; where ``a`` is a ``Point`` this defines it."""

    a: Vector
    b: Vector


@dataclass(frozen=True)
class Comparison:
    """Two numbers are compared."""

    sign: Literal["<=", ">=", "="]
    a: Scalar
    b: Scalar


Relation = Call | Value | Blocks | Same | Comparison


@dataclass(frozen=True)
class Problem:
    """A worst-case statement: whenever the relations hold, one of the metrics is at most the bound."""

    objects: tuple[Object, ...]
    points: tuple[str, ...]
    numbers: tuple[str, ...]
    relations: tuple[Relation, ...]
    metrics: tuple[Scalar, ...]
    bound: Fraction

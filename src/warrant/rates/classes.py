"""What PEPit's classes of functions and operators are in the library's terms."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from warrant.errors import Unsupported
from warrant.rates import problem as P
from warrant.rates.rationals import rational

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


class MissingClass(Unsupported):
    """A class of functions or operators that the library of theorems lacks."""


def _class(name: str, *parameters: float) -> P.Class:
    return P.Class(name, tuple(map(rational, parameters)))


def _convex(mu: float) -> P.Class:
    return _class("strongly-convex", mu) if mu else _class("convex")


def _smooth_convex(f: Any) -> list[P.Class]:
    return [_convex(getattr(f, "mu", 0)), *([_class("smooth", f.L)] if math.isfinite(f.L) else [])]


_FUNCTIONS: dict[str, Callable[[Any], list[P.Class]]] = {
    "ConvexFunction": lambda f: [_class("convex")],
    "StronglyConvexFunction": lambda f: [_convex(f.mu)],
    "SmoothFunction": lambda f: [_class("smooth", f.L)],
    "SmoothConvexFunction": _smooth_convex,
    "SmoothStronglyConvexFunction": _smooth_convex,
    "ConvexLipschitzFunction": lambda f: [_class("convex"), _class("lipschitz", f.M)],
    "SmoothConvexLipschitzFunction": lambda f: [_class("convex"), _class("smooth", f.L), _class("lipschitz", f.M)],
    "ConvexIndicatorFunction": lambda f: [
        _class("indicator"),
        *([_class("diameter", f.D)] if math.isfinite(f.D) else []),
    ],
    "ConvexSupportFunction": lambda f: [
        _class("support"),
        *([_class("bounded-support", f.M)] if math.isfinite(f.M) else []),
    ],
    "ConvexQGFunction": lambda f: [_class("convex"), _class("quadratic-growth", f.L)],
    "RsiEbFunction": lambda f: [_class("restricted-secant", f.mu), _class("error-bound", f.L)],
    "SmoothStronglyConvexQuadraticFunction": lambda f: [_class("quadratic", f.mu, f.L)],
    "SmoothQuadraticLojasiewiczFunctionCheap": lambda f: [_class("smooth", f.L), _class("lojasiewicz", f.mu)],
    "SmoothQuadraticLojasiewiczFunctionExpensive": lambda f: [_class("smooth", f.L), _class("lojasiewicz", f.mu)],
}
_OPERATORS: dict[str, Callable[[Any], list[P.Class]]] = {
    "MonotoneOperator": lambda a: [_class("strongly-monotone", 0)],
    "StronglyMonotoneOperator": lambda a: [_class("strongly-monotone", a.mu)],
    "CocoerciveOperator": lambda a: [_class("cocoercive", a.beta)],
    "NegativelyComonotoneOperator": lambda a: [_class("cocoercive", -a.rho)],
    "LipschitzOperator": lambda a: [_class("lipschitz-operator", a.L)],
    "NonexpansiveOperator": lambda a: [_class("lipschitz-operator", 1)],
    "SymmetricLinearOperator": lambda a: [_class("symmetric", a.mu, a.L)],
    "LinearOperator": lambda a: [_class("linear", a.L)],
    "SkewSymmetricLinearOperator": lambda a: [_class("skew-symmetric", a.L)],
    **dict.fromkeys(
        ("CocoerciveStronglyMonotoneOperatorCheap", "CocoerciveStronglyMonotoneOperatorExpensive"),
        lambda a: [_class("cocoercive", a.beta), _class("strongly-monotone", a.mu)],
    ),
    **dict.fromkeys(
        ("LipschitzStronglyMonotoneOperatorCheap", "LipschitzStronglyMonotoneOperatorExpensive"),
        lambda a: [_class("strongly-monotone", a.mu), _class("lipschitz-operator", a.L)],
    ),
}
_BLOCK_SMOOTH = {"BlockSmoothConvexFunctionCheap", "BlockSmoothConvexFunctionExpensive"}
DIFFERENTIABLE = {"smooth", "quadratic", "restricted-secant", "error-bound", "lojasiewicz", "block-smooth"}
"""Classes whose facts need gradients rather than subgradients."""


def library_object(f: Any, name: str, blocks: Mapping[int, Sequence[int]]) -> P.Object:
    """A PEPit function or operator as an object of a rate problem.

    blocks: by ``id`` of a partition, the operators that its blocks are.

    Raises MissingClass.
    """
    kind = type(f).__name__
    if kind in _BLOCK_SMOOTH:
        along = zip(blocks[id(f.partition)], f.L, strict=True)
        return P.Object(
            name, "function", (_class("convex"), *(P.Class("block-smooth", (rational(L),), k) for k, L in along))
        )
    if kind in _FUNCTIONS:
        return P.Object(name, "function", tuple(_FUNCTIONS[kind](f)))
    if kind in _OPERATORS:
        return P.Object(name, "operator", tuple(_OPERATORS[kind](f)))
    known = sorted([*_FUNCTIONS, *_OPERATORS, *_BLOCK_SMOOTH])
    raise MissingClass(f"the library has no class {kind}", expected="one of " + ", ".join(known))


def is_operator(f: Any) -> bool:
    """Whether a PEPit class is one of operators."""
    return type(f).__name__ in _OPERATORS


def is_linear(f: Any) -> bool:
    """Whether a PEPit class is one of linear operators that have an adjoint, in ``f.T``."""
    return type(f).__name__ == "LinearOperator"

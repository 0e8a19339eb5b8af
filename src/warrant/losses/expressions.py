"""Expressions of CVXPY as losses: ONNX graphs over their variables and parameters, which the theorems are about.

The translation is outside the proof; how well the graph agrees with the expression is measured at random points.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from warrant.errors import Unsupported, WrongInput
from warrant.losses.atoms import Graph

__all__ = ["Translated", "is_expression", "translate"]

_SAMPLES = 20
Bound = Fraction | None


@dataclass(frozen=True)
class Translated:
    """An expression as a loss.

    Attributes:
        data: the ONNX graph; its inputs are the variables and parameters, by their names.
        variables: the names of the variables.
        bounds: the bounds of variables and parameters that their attributes state, by name.
        note: one line about the translation and the agreement.
    """

    data: bytes
    variables: tuple[str, ...]
    bounds: Mapping[str, tuple[Bound, Bound]]
    note: str


def is_expression(model: object) -> bool:
    """Whether this is an expression of CVXPY or an objective to be minimised (asked without importing CVXPY)."""
    cvxpy = sys.modules.get("cvxpy")
    return cvxpy is not None and isinstance(model, cvxpy.Expression | cvxpy.Minimize)


def translate(expression: Any) -> Translated:
    """An expression of CVXPY, whose value is one real number, as an ONNX graph over its variables and parameters.

    Bounds come from the attributes ``nonneg``, ``nonpos``, ``pos``, ``neg`` and ``bounds``; where these differ between
    entries, the widest ones are taken.  Other attributes, such as ``symmetric``, are dropped: the claim is then about
    more points.

    Raises:
        WrongInput: the expression is not one number, or has no variables.
        Unsupported: it has an atom that the operators here do not express.
    """
    expression = expression.args[0] if type(expression).__name__ == "Minimize" else expression
    if expression.size != 1:
        raise WrongInput(f"a CVXPY expression of shape {expression.shape}", expected="one number")
    leaves = [*expression.variables(), *expression.parameters()]
    if not expression.variables():
        raise WrongInput("a CVXPY expression without variables", expected="a function of variables")
    if any(leaf.is_complex() for leaf in leaves) or not expression.is_real():
        raise Unsupported("a complex CVXPY expression", expected="real variables and parameters")
    names = _names(leaves)
    graph = Graph({leaf.id: names[leaf.id] for leaf in leaves})
    value = graph("Reshape", graph.of(expression), graph.integers([]))
    data = graph.done([(names[leaf.id], leaf.shape) for leaf in leaves], value)
    bounds = {names[leaf.id]: _bounds(leaf) for leaf in leaves}
    agreement = _agreement(expression, leaves, names, data)
    note = f"the CVXPY expression was translated to ONNX, which is outside the proof; {agreement}"
    return Translated(
        data,
        tuple(names[v.id] for v in expression.variables()),
        {name: bound for name, bound in bounds.items() if bound != (None, None)},
        note,
    )


def _names(leaves: Sequence[Any]) -> dict[int, str]:
    """Names that the text of a property can have, and that are different."""
    names: dict[int, str] = {}
    for leaf in leaves:
        name = re.sub(r"[\s();]", "_", leaf.name()) or "_"
        names[leaf.id] = name if name not in names.values() else f"{name}_{leaf.id}"
    return names


def _bounds(leaf: Any) -> tuple[Bound, Bound]:
    least: Bound = Fraction(0) if leaf.is_nonneg() else None
    most: Bound = Fraction(0) if leaf.is_nonpos() else None
    given = leaf.attributes.get("bounds")
    if given is not None:
        low, high = float(np.min(given[0])), float(np.max(given[1]))
        least = Fraction(low) if math.isfinite(low) else least
        most = Fraction(high) if math.isfinite(high) else most
    return least, most


def _agreement(expression: Any, leaves: Sequence[Any], names: Mapping[int, str], data: bytes) -> str:
    """How far the graph's values are from the expression's, at random points where both are finite."""
    from onnx.reference import ReferenceEvaluator

    random = np.random.default_rng(7)
    kept = [leaf.value for leaf in leaves]
    evaluator = ReferenceEvaluator(data)
    largest, count = 0.0, 0
    try:
        for _ in range(_SAMPLES):
            for leaf in leaves:
                leaf.value = leaf.project(np.asarray(random.uniform(0.05, 2, leaf.shape) * random.choice([1, -1, 1])))
            with np.errstate(all="ignore"):
                wanted = expression.value
                inputs = {names[leaf.id]: np.asarray(leaf.value, dtype=np.float64) for leaf in leaves}
                (found,) = evaluator.run(None, inputs)
            if wanted is None or not np.isfinite(wanted).all() or not np.isfinite(found):
                continue
            wanted = float(np.asarray(wanted).reshape(()))
            largest, count = max(largest, abs(float(found) - wanted) / (1 + abs(wanted))), count + 1
    finally:
        for leaf, value in zip(leaves, kept, strict=True):
            leaf.save_value(value)
    return f"the values differ by at most {largest:.1e} (relative) at {count} random points"

"""A rate problem as a PEPit problem, the other way round than ``extract``: what PEPit's number for it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from warrant.errors import Unsupported
from warrant.rates.forms import meaning
from warrant.rates.pepit import solve_problem

if TYPE_CHECKING:
    from warrant.rates import problem as P
    from warrant.rates.forms import Form, Linear

__all__ = ["pepit_value"]

_FUNCTIONS: dict[frozenset[str], str] = {
    frozenset({"convex"}): "ConvexFunction",
    frozenset({"strongly-convex"}): "StronglyConvexFunction",
    frozenset({"smooth"}): "SmoothFunction",
    frozenset({"convex", "smooth"}): "SmoothConvexFunction",
    frozenset({"strongly-convex", "smooth"}): "SmoothStronglyConvexFunction",
    frozenset({"convex", "lipschitz"}): "ConvexLipschitzFunction",
    frozenset({"convex", "quadratic-growth"}): "ConvexQGFunction",
    frozenset({"restricted-secant", "error-bound"}): "RsiEbFunction",
    frozenset({"quadratic"}): "SmoothStronglyConvexQuadraticFunction",
}
_OPERATORS: dict[frozenset[str], str] = {
    frozenset({"strongly-monotone"}): "StronglyMonotoneOperator",
    frozenset({"cocoercive"}): "CocoerciveOperator",
    frozenset({"lipschitz-operator"}): "LipschitzOperator",
}
_PARAMETERS: dict[str, tuple[str, ...]] = {
    "strongly-convex": ("mu",),
    "smooth": ("L",),
    "lipschitz": ("M",),
    "quadratic-growth": ("L",),
    "restricted-secant": ("mu",),
    "error-bound": ("L",),
    "quadratic": ("mu", "L"),
    "strongly-monotone": ("mu",),
    "cocoercive": ("beta",),
    "lipschitz-operator": ("L",),
}


def pepit_value(problem: P.Problem) -> float:
    """The worst case of a problem's metrics by PEPit, with the solver Clarabel; the least of them, if they are several.

    Raises:
        Unsupported: a class that PEPit does not have in this combination, or linear maps or blocks.
        WrongInput: PEPit finds no bound.
        SearchError: PEPit is not installed.
    """
    m = meaning(problem)
    if m.decompositions or any(call.kind == "adjoint" for call in m.calls):
        raise Unsupported("linear maps and blocks", expected="functions and operators in one of PEPit's classes")
    names = [_pepit_class(o) for o in problem.objects]
    import PEPit
    import PEPit.functions
    import PEPit.operators

    pep = PEPit.PEP()
    objects = [
        pep.declare_function(getattr(PEPit.functions, name, None) or getattr(PEPit.operators, name), **parameters)
        for name, parameters in names
    ]
    points = {i: PEPit.Point() for i in m.coordinates}
    numbers = [PEPit.Expression() for _ in problem.numbers]

    def vector(a: Linear) -> Any:
        return sum((float(q) * points[i] for i, q in a.items()), PEPit.null_point)

    def scalar(form: Form) -> Any:
        total: Any = PEPit.null_expression
        for key, q in form.items():
            match key:
                case ():
                    total = total + float(q)
                case (i,):
                    total = total + float(q) * numbers[i]
                case (i, j):
                    total = total + float(q) * (points[i] * points[j])
        return total

    for call in m.calls:
        value = PEPit.Expression() if call.v is None else scalar(call.v)
        objects[call.k].add_point((vector(call.x), vector(call.g), value))
    for form, equal in m.comparisons.values():
        pep.add_constraint(scalar(form) == 0 if equal else scalar(form) <= 0)
    for form in m.metrics:
        pep.set_performance_metric(scalar(form))
    return solve_problem(pep).value


def _pepit_class(o: P.Object) -> tuple[str, dict[str, float]]:
    """The name of PEPit's class with these parameters.  Raises Unsupported."""
    known = _FUNCTIONS if o.kind == "function" else _OPERATORS
    classes = frozenset(c.name for c in o.classes)
    if classes not in known or len(classes) != len(o.classes):
        raise Unsupported(f"{o.name} is {' and '.join(sorted(classes))}", expected="one of PEPit's classes")
    parameters = {
        name: float(q) for c in o.classes for name, q in zip(_PARAMETERS.get(c.name, ()), c.parameters, strict=True)
    }
    return known[classes], parameters

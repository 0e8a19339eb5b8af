"""Runs an unmodified PEPit worst-case function and keeps the problem that it solved."""

from __future__ import annotations

import contextlib
import inspect
import io
import math
import re
import sys
import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from warrant._imports import import_object
from warrant.errors import SearchError, WrongInput
from warrant.rates.rationals import Traced, trace, traced_roots

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from fractions import Fraction

_LOCK = threading.Lock()


@dataclass(frozen=True)
class Solved:
    """A PEPit problem as it was when it was solved."""

    value: float
    """The worst case that PEPit found."""
    theory: float | None
    """The worst case by the theory that the function cites, which may be a ``Traced``."""
    functions: tuple[Any, ...]
    """All functions and operators, leaves or not."""
    constraints: tuple[Any, ...]
    """Those of the problem and of its functions; not those of the classes and of the partitions."""
    metrics: tuple[Any, ...]
    partitions: tuple[Any, ...]
    """Of the space into orthogonal blocks."""
    lacking: tuple[str, ...]
    """What the problem has that has no counterpart in a rate problem."""
    names: Mapping[int, str] = field(default_factory=dict)
    """By ``id``: what the function calls its points, numbers and functions."""
    inaccurate: bool = False
    """Whether PEPit's solver says that the value is inaccurate."""
    rounded: tuple[Fraction, ...] = ()
    """Numbers whose roots the program took, which are irrational: rationals near them stand in their place."""


def solve(where: str, arguments: Mapping[str, Any] | None = None) -> Solved:
    """Runs MODULE:FUNCTION, a worst-case function like PEPit's examples, and gives the problem that it solved.

    The function is not changed: PEPit is watched while it runs.  If it solves several problems, the one whose value the
    function returns is taken.  Arguments that are floats are passed as floats that carry rationals.

    Raises:
        WrongInput: there is no such function, it does not run, or it solves no problem.
        SearchError: PEPit or the solver Clarabel is not installed.
    """
    function = import_function(where)
    given = {name: trace(value) for name, value in (arguments or {}).items()}
    known = parameters(function)
    for name in given:
        if known is not None and name not in known:
            raise WrongInput(f"{where} has no argument {name}", expected=", ".join(sorted(known)))
    if known is not None and "verbose" in known:
        given.setdefault("verbose", 0)
    for name, standard in (("wrapper", "cvxpy"), ("solver", None)):
        if known is not None and name in known:
            given.setdefault(name, standard)
    scope = getattr(inspect.unwrap(function), "__globals__", {})
    with _LOCK, traced_roots(scope) as rounded, _watched(rounded) as found, contextlib.redirect_stdout(io.StringIO()):
        try:
            result = function(**given)
        except Exception as error:
            raise WrongInput(f"{where} fails: {type(error).__name__}: {error}", expected="a PEPit function") from error
    if not found:
        raise WrongInput(f"{where} solved no PEPit problem", hint="it must call PEP.solve()")
    returned = result if isinstance(result, tuple) else (result,)
    chosen = next((s for s in reversed(found) if isinstance(returned[0], float) and s.value == returned[0]), found[-1])
    theory = returned[1] if len(returned) > 1 and isinstance(returned[1], int | float) else None
    return replace(chosen, theory=theory)


def solve_problem(problem: Any) -> Solved:
    """Solves a ``PEPit.PEP`` and keeps it.

    Raises:
        WrongInput: it is no PEPit problem, or PEPit finds no bound.
        SearchError: PEPit or the solver Clarabel is not installed.
    """
    with _LOCK, _watched() as found, contextlib.redirect_stdout(io.StringIO()):
        from PEPit import PEP

        if not isinstance(problem, PEP):
            expected = "MODULE:FUNCTION, a PEPit.PEP, a rate problem, or the path of one (*.rate)"
            raise WrongInput(f"a {type(problem).__name__} is no rate problem", expected=expected)
        problem.solve()
    if not found:
        raise WrongInput("PEPit finds no bound for this problem", hint="is its worst case infinite?")
    return found[-1]


def import_function(where: str) -> Callable[..., Any]:
    """The function that MODULE:FUNCTION names.  Raises WrongInput."""
    found = import_object(where, kind="function", expected="MODULE:FUNCTION")
    if not callable(found):
        raise WrongInput(f"{where} is no function", expected="the name of a worst-case function")
    return found  # type: ignore[no-any-return]


def parameters(function: Callable[..., Any]) -> set[str] | None:
    """The names of a function's parameters; None if it takes any."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except ValueError:
        return None
    if any(p.kind == p.VAR_KEYWORD for p in parameters):
        return None
    return {p.name for p in parameters}


# ---- watching --------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _watched(rounded: Sequence[Fraction] = ()) -> Iterator[list[Solved]]:
    """While this lasts, points and expressions remember what they were made of, and solved problems are kept.

    rounded: what ``Solved`` says of roots, when a problem is solved.
    """
    try:
        import cvxpy
        from PEPit import PEP, Expression, Point
    except ImportError as error:
        raise SearchError(f"{error.name} is not installed; try: pip install 'warrant-ml[rates]'") from None
    found: list[Solved] = []
    original = PEP.solve

    def solve(self: Any, *arguments: Any, **options: Any) -> Any:
        options.update(verbose=0, solver=cvxpy.CLARABEL, dimension_reduction_heuristic=None)
        options["wrapper"] = "cvxpy"
        value = original(self, **options)
        if value is not None:
            found.append(replace(_snapshot(self, float(value), sys._getframe(1).f_locals), rounded=tuple(rounded)))
        return value

    with contextlib.ExitStack() as stack:
        for owner, name, new in (
            (PEP, "solve", solve),
            (Point, "__add__", _remembering("+", Point.__add__)),
            (Point, "__rmul__", _remembering("*", Point.__rmul__)),
            (Expression, "__add__", _remembering("+", Expression.__add__)),
            (Expression, "__rmul__", _remembering("*", Expression.__rmul__)),
        ):
            stack.callback(setattr, owner, name, getattr(owner, name))
            setattr(owner, name, new)
        yield found


def _remembering(sign: str, operation: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def method(self: Any, other: Any) -> Any:
        result = operation(self, float(other) if isinstance(other, Traced) else other)
        result.made_of = (sign, self, other)
        return result

    return method


def _snapshot(pep: Any, value: float, scope: Mapping[str, Any]) -> Solved:
    from PEPit import BlockPartition, Function

    functions = tuple(Function.list_of_functions)
    constraints = [*pep.list_of_constraints]
    lacking = ["a linear matrix inequality of the problem"] * bool(pep.list_of_psd)
    for f in functions:
        constraints += f.list_of_constraints
        lacking += ["a linear matrix inequality of a function"] * bool(f.list_of_psd)
        constraints += _assumed(f)
    return Solved(
        value,
        None,
        functions,
        tuple(c for c in constraints if c.activated),
        tuple(pep.list_of_performance_metrics),
        tuple(BlockPartition.list_of_partitions),
        tuple(lacking),
        _names(scope),
        inaccurate="inaccurate" in str(pep.wrapper.prob.status),
    )


def _assumed(f: Any) -> list[Any]:
    """What PEPit assumes of the calls of a class besides what the class of the library says."""
    match type(f).__name__:
        case "ConvexIndicatorFunction" if math.isfinite(f.R):
            return [(x - f.center) ** 2 <= f.R**2 for x, _, _ in f.list_of_points]
        case "NonexpansiveOperator" if f.v is not None:
            found = [f.v**2 <= (x - g) * f.v for x, g, _ in f.list_of_points]
            return [c for c in found if any(c.expression.decomposition_dict.values())]
    return []


def _names(scope: Mapping[str, Any]) -> dict[int, str]:
    """By ``id`` the names of what the variables of a function hold, alone or in lists."""
    names: dict[int, str] = {}
    for name, held in scope.items():
        if hasattr(held, "decomposition_dict"):
            names[id(held)] = name
        elif isinstance(held, list | tuple):
            for i, item in enumerate(held):
                names.setdefault(id(item), f"{name}_{i}" if re.search(r"\d\Z", name) else f"{name}{i}")
    return names

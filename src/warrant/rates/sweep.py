"""Rates over a parameter, or after each number of steps, beside PEPit's numbers and a simulated run."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warrant.errors import Unsupported
from warrant.rates import problem as P
from warrant.rates.extract import extract
from warrant.rates.find import NotFound
from warrant.rates.method import Method, read_method
from warrant.rates.pepit import import_function, parameters, solve
from warrant.rates.prove import METHOD, state_solved, title
from warrant.rates.simulate import simulate
from warrant.rates.text import read_problem
from warrant.rates.to_pepit import pepit_value
from warrant.rates.unroll import unroll

if TYPE_CHECKING:
    from warrant import Verdict
    from warrant.claims import ForAllSteps

__all__ = ["Row", "after_steps", "sweep"]


@dataclass(frozen=True)
class Row:
    """What is known at one value of a parameter.

    Attributes:
        value: of the parameter, or the number of steps.
        proved: the bound that the checker accepted; None if it is not proved.
        pepit: PEPit's number; None where PEPit has no such class.
        simulated: what a run on a quadratic function gives; None where there is none (warrant.rates.simulate).
        verdict: of the claim.
    """

    value: int | float
    proved: Fraction | None
    pepit: float | None
    simulated: float | None
    verdict: Verdict


def sweep(
    problem: str,
    name: str,
    values: Sequence[int | float],
    *,
    arguments: Mapping[str, Any] | None = None,
    slack: float | None = 1e-3,
    kernel: bool = False,
    out: str | os.PathLike[str] | None = None,
    stage: Callable[[str], None] | None = None,
) -> Iterator[Row]:
    """Prove the rate of MODULE:FUNCTION at each value of one of its arguments; each row comes when it is known.

    Args:
        problem: ``"MODULE:FUNCTION"``, a PEPit worst-case function.
        name: of the argument.
        values: of the argument.
        arguments: the others.
        slack: as in ``prove``; None for the worst cases themselves.
        kernel: also have the Coq kernel check the theorems.
        out: a folder for the warrants, one for each value; None writes nothing.
        stage: called with the name of what begins.

    Raises:
        WrongInput, Unsupported, SearchError: as ``prove`` does.
    """
    from warrant._api import prove_claim
    from warrant._verdicts import Unknown

    for value in values:
        if stage:
            stage(f"{name} = {value}")
        solved = solve(problem, {**(arguments or {}), name: value})
        claim = state_solved(solved, title(problem), slack=slack)
        if isinstance(claim, NotFound):
            reason = f"no certificate was found: {claim.reason}"
            yield Row(value, None, solved.value, _measured(extract(solved)), Unknown(reason=reason))
            continue
        folder = None if out is None else Path(out) / f"{name}={value}.warrant"
        if folder is not None:
            folder.parent.mkdir(exist_ok=True)
        verdict = prove_claim(claim, timeout=None, kernel=kernel, out=folder, stage=None)
        stated = read_problem(claim.text())
        bound = stated.bound if verdict.word == "PROVED" else None
        yield Row(value, bound, solved.value, _measured(stated), verdict)


def _measured(problem: P.Problem) -> float | None:
    """The least of the metrics of a simulated run."""
    run = simulate(problem)
    return None if run is None else float(run.min())


def after_steps(
    claim: ForAllSteps,
    verdict: Verdict,
    steps: Sequence[int],
    *,
    problem: str | None = None,
    arguments: Mapping[str, Any] | None = None,
    stage: Callable[[str], None] | None = None,
) -> Iterator[Row]:
    """The rate of a method after each of these numbers of steps, at least 1, where what it starts with is at most 1.

    Args:
        claim: about the method; its certificate need not be known.
        verdict: on the claim.
        steps: numbers of steps.
        problem: what the claim was read from: if it is a PEPit function of ``n``, PEPit's numbers are those of it, else
            those of the method's first steps.
        arguments: of that function.
        stage: called with the name of what begins.
    """
    method, scale = _unscaled(read_method(claim.text()))
    run = simulate(unroll(method, max(steps)))
    function = import_function(problem) if problem is not None and not problem.endswith(METHOD) else None
    own = function is not None and "n" in (parameters(function) or ())
    for n in steps:
        if stage:
            stage(f"PEPit's number after {n} steps")
        factor = sum(c * n**i for i, c in enumerate(method.factors))
        bound = scale * method.ratio**n / factor if factor > 0 and verdict.word == "PROVED" else None
        try:
            number = solve(problem, {**(arguments or {}), "n": n}).value if own and problem else _by_pepit(method, n)
        except Unsupported:
            number = None
        yield Row(n, bound, number, None if run is None else float(run[n - 1]), verdict)


def _unscaled(method: Method) -> tuple[Method, Fraction]:
    """The method with an initial quantity that is not multiplied, and by what it was."""
    initial, scale = method.initial, Fraction(1)
    while isinstance(initial, P.Scaled):
        scale *= initial.q
        initial = initial.a
    return replace(method, initial=initial), scale


def _by_pepit(method: Method, n: int) -> float:
    problem = unroll(method, n)
    return pepit_value(replace(problem, metrics=problem.metrics[-1:]))

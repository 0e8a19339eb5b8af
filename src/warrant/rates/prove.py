"""From a PEPit function to a verdict: the verb of rates."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warrant._files import stem
from warrant.claims import ForAllSteps, Rate
from warrant.errors import SearchError, WrongInput
from warrant.rates.certificate import write_certificate
from warrant.rates.find import NotFound, find, prove_exactly, prove_rate
from warrant.rates.lyapunov import least_ratio, least_scale
from warrant.rates.method import read_method
from warrant.rates.pepit import import_function, solve, solve_problem
from warrant.rates.problem import Problem
from warrant.rates.text import write_problem

if TYPE_CHECKING:
    from warrant import Verdict

__all__ = ["DEFAULT_SLACK", "prove", "state", "title"]

DEFAULT_SLACK = 1e-3
SUFFIX = ".rate"
METHOD = ".method"
RATIO, SCALE = "?ratio", "?scale"
"""What stands in the text of a method for a number that is to be found."""


def prove(
    problem: Any,
    *,
    arguments: Mapping[str, Any] | None = None,
    slack: float = DEFAULT_SLACK,
    exact: bool = False,
    potential: bool = False,
    kernel: bool = False,
    out: str | os.PathLike[str] | None = None,
    stage: Callable[[str], None] | None = None,
) -> Verdict:
    """Prove a worst-case rate, and have the proof checked.

    Args:
        problem: ``"MODULE:FUNCTION"``, a worst-case function as PEPit's examples are; a ``PEPit.PEP``; a rate problem;
            or the path of one (``*.rate``), whose own bound is then proved.
        arguments: of the function, by name.
        slack: the bound is PEPit's worst case times 1 + slack, or a little less.
        exact: prove the worst case itself, where it is a rational of small denominator.
        potential: prove a rate for every number of steps: ``problem`` is then ``"MODULE:FUNCTION"``, a function that
            returns the text of a method, as those of ``warrant.rates.methods``, or the path of such a text
            (``*.method``, for which this is understood).
        kernel: also have the Coq kernel check the theorem.
        out: a folder to write the warrant to; None writes nothing.
        stage: called with the name of what begins.

    Returns:
        Proved or Unknown.

    Raises:
        WrongInput: the function cannot be run or solves no problem, or the file is no rate problem.
        Unsupported: a class of functions that the library lacks.
        SearchError: PEPit is not installed, or ``slack`` is not above 0.
    """
    from warrant._api import prove_claim
    from warrant._verdicts import Unknown

    begin = stage or (lambda name: None)
    claim: Rate | ForAllSteps | NotFound
    if potential or (isinstance(problem, str | os.PathLike) and os.fspath(problem).endswith(METHOD)):
        begin("looking for a potential")
        claim = state_method(problem, arguments=arguments, slack=slack)
    else:
        begin("solving the performance estimation problem")
        claim = state(problem, arguments=arguments, slack=slack, exact=exact)
    if isinstance(claim, NotFound):
        return Unknown(reason=f"no certificate was found: {claim.reason}")
    return prove_claim(claim, timeout=None, kernel=kernel, out=out, stage=stage)


def title(problem: str) -> str:
    """A short name for MODULE:FUNCTION or for the path of a rate problem or a method."""
    name = problem.rpartition(":")[2]
    return stem(name, METHOD if name.endswith(METHOD) else SUFFIX, "rate").removeprefix("wc_")


def state(
    problem: Any, *, arguments: Mapping[str, Any] | None = None, slack: float = DEFAULT_SLACK, exact: bool = False
) -> Rate | NotFound:
    """The claim about a problem, with its certificate, or why there is none; see :func:`prove`."""
    if not 0 < slack < float("inf"):
        raise SearchError(f"slack: {slack}; expected a number above 0")
    name, comment = "rate", ""
    if isinstance(problem, Problem):
        found = prove_exactly(problem, [problem.bound]) if exact else prove_rate(problem, slack=slack)
    elif isinstance(problem, str | os.PathLike) and os.fspath(problem).endswith(SUFFIX):
        return Rate.of(problem)
    else:
        solved = solve(problem, arguments) if isinstance(problem, str) else solve_problem(problem)
        name = title(problem) if isinstance(problem, str) else name
        inaccurate = " (its solver says that this is inaccurate)" if solved.inaccurate else ""
        comment = f"{name}: what PEPit computes is {solved.value!r}{inaccurate}"
        found = find(solved, slack=None if exact else slack)
    if isinstance(found, NotFound):
        return found
    text = write_problem(found.problem, comment=comment)
    return Rate(text.encode("ascii"), str(Path(name + SUFFIX)), write_certificate(found.certificate).encode("ascii"))


def state_method(
    problem: str | os.PathLike[str], *, arguments: Mapping[str, Any] | None = None, slack: float = DEFAULT_SLACK
) -> ForAllSteps | NotFound:
    """The claim about a method, with its certificate where a number had to be found; see :func:`prove`."""
    if not 0 < slack < float("inf"):
        raise SearchError(f"slack: {slack}; expected a number above 0")
    where = os.fspath(problem)
    if where.endswith(METHOD):
        claim = ForAllSteps.of(where)
        text = claim.text()
    else:
        try:
            text = import_function(where)(**(arguments or {}))
        except (TypeError, ValueError, ZeroDivisionError) as error:
            raise WrongInput(f"{where} fails: {type(error).__name__}: {error}") from error
        if not isinstance(text, str):
            raise WrongInput(f"{where} returns a {type(text).__name__}", expected="the text of a method, as a str")
        claim = ForAllSteps(text.encode("ascii", "replace"), title(where) + METHOD)
    if RATIO not in text and SCALE not in text:
        return claim
    method = read_method(text.replace(RATIO, "1").replace(SCALE, "1"), file=claim.problem_name)
    if RATIO in text and SCALE in text:
        raise WrongInput(f"{where} has {RATIO} and {SCALE}", expected="only one of them")
    found = least_ratio(method, slack=slack) if RATIO in text else least_scale(method, slack=slack)
    if isinstance(found, NotFound):
        return found
    text = text.replace(RATIO, str(found.number)).replace(SCALE, str(found.number))
    return ForAllSteps(text.encode("ascii"), claim.problem_name, found.certificate.encode("ascii"))

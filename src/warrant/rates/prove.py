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
from warrant.rates.find import Found, NotFound, find, prove_exactly, prove_rate
from warrant.rates.lyapunov import least_ratio, least_scale
from warrant.rates.method import read_method
from warrant.rates.pepit import import_function, parameters, solve, solve_problem
from warrant.rates.problem import Problem
from warrant.rates.recognise import recognise
from warrant.rates.text import write_problem

if TYPE_CHECKING:
    from warrant import Verdict
    from warrant.rates.pepit import Solved

__all__ = ["DEFAULT_SLACK", "METHOD", "claim_about", "prove", "state", "state_method", "state_solved", "title"]

DEFAULT_SLACK = 1e-3
SUFFIX = ".rate"
METHOD = ".method"
NEARLY_ONE = 1 - 1e-6
"""A ratio that is larger says nothing."""
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
            returns the text of a method, as those of ``warrant.rates.methods``, or a PEPit function of ``n`` whose
            method can be read out of it (warrant.rates.recognise), or the path of such a text (``*.method``, for which
            this is understood).
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

    claim = claim_about(
        problem, arguments=arguments, slack=slack, exact=exact, potential=potential, stage=stage or (lambda name: None)
    )
    if isinstance(claim, NotFound):
        return Unknown(reason=f"no certificate was found: {claim.reason}")
    return prove_claim(claim, timeout=None, kernel=kernel, out=out, stage=stage)


def claim_about(
    problem: Any,
    *,
    arguments: Mapping[str, Any] | None,
    slack: float,
    exact: bool,
    potential: bool,
    stage: Callable[[str], None],
) -> Rate | ForAllSteps | NotFound:
    """What ``prove`` proves, with its certificate, or why there is none."""
    if potential or (isinstance(problem, str | os.PathLike) and os.fspath(problem).endswith(METHOD)):
        stage("looking for a potential")
        return state_method(problem, arguments=arguments, slack=slack)
    stage("solving the performance estimation problem")
    return state(problem, arguments=arguments, slack=slack, exact=exact)


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
    if isinstance(problem, Problem):
        found = prove_exactly(problem, [problem.bound]) if exact else prove_rate(problem, slack=slack)
        return found if isinstance(found, NotFound) else _rate(found, "rate", "")
    if isinstance(problem, str | os.PathLike) and os.fspath(problem).endswith(SUFFIX):
        return Rate.of(problem)
    solved = solve(problem, arguments) if isinstance(problem, str) else solve_problem(problem)
    return state_solved(solved, title(problem) if isinstance(problem, str) else "rate", slack=None if exact else slack)


def state_solved(solved: Solved, name: str, *, slack: float | None) -> Rate | NotFound:
    """The claim about a problem that PEPit has solved; without slack the worst case itself."""
    inaccurate = " (its solver says that this is inaccurate)" if solved.inaccurate else ""
    found = find(solved, slack=slack)
    comment = f"{name}: what PEPit computes is {solved.value!r}{inaccurate}"
    return found if isinstance(found, NotFound) else _rate(found, name, comment)


def _rate(found: Found, name: str, comment: str) -> Rate:
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
        return _with_number(claim.text(), claim, slack)
    function = import_function(where)
    if "n" in (parameters(function) or ()):
        return _state_recognised(where, arguments or {}, slack)
    try:
        text = function(**(arguments or {}))
    except (TypeError, ValueError, ZeroDivisionError) as error:
        raise WrongInput(f"{where} fails: {type(error).__name__}: {error}") from error
    if not isinstance(text, str):
        raise WrongInput(f"{where} returns a {type(text).__name__}", expected="the text of a method, as a str")
    return _with_number(text, ForAllSteps(text.encode("ascii", "replace"), title(where) + METHOD), slack)


def _state_recognised(where: str, arguments: Mapping[str, Any], slack: float) -> ForAllSteps | NotFound:
    """The claim about the method of a PEPit function: the first conclusion that can be proved and says something."""
    found = recognise(where, arguments)
    if isinstance(found, NotFound):
        return found
    given = ", ".join(f"{name} = {value}" for name, value in arguments.items() if name != "n")
    comment = f"; {title(where)}: the step that {where} repeats with 2, 3 and 4 steps\n" + f"; {given}\n" * bool(given)
    reasons = []
    for text in found.shapes():
        claim = ForAllSteps((comment + text).encode("ascii", "replace"), title(where) + METHOD)
        stated = _with_number(comment + text, claim, slack)
        if not isinstance(stated, NotFound) and (RATIO not in text or read_method(stated.text()).ratio < NEARLY_ONE):
            return stated
        reasons.append(
            stated.reason.rpartition("; ")[2] if isinstance(stated, NotFound) else "only the ratio 1 is possible"
        )
    tried = f"no rate of {found.measure} by {found.initial} has a quadratic potential that was found"
    return NotFound(f"{tried}: {'; '.join(dict.fromkeys(reasons))}")


def _with_number(text: str, claim: ForAllSteps, slack: float) -> ForAllSteps | NotFound:
    """The claim with its certificate and with the number that had to be found; as it is if there is none."""
    if RATIO not in text and SCALE not in text:
        return claim
    method = read_method(text.replace(RATIO, "1").replace(SCALE, "1"), file=claim.problem_name)
    if RATIO in text and SCALE in text:
        raise WrongInput(f"{claim.problem_name} has {RATIO} and {SCALE}", expected="only one of them")
    found = least_ratio(method, slack=slack) if RATIO in text else least_scale(method, slack=slack)
    if isinstance(found, NotFound):
        return found
    text = text.replace(RATIO, str(found.number)).replace(SCALE, str(found.number))
    return ForAllSteps(text.encode("ascii"), claim.problem_name, found.certificate.encode("ascii"))

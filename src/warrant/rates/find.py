"""The entrance to proofs of rates: a problem in, an exact certificate out, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from warrant.rates.certificate import check
from warrant.rates.cones import SolverTrouble
from warrant.rates.dual import Program
from warrant.rates.extract import extract
from warrant.rates.faces import common_kernel, guess_kernel, quadratic_directions, unseen
from warrant.rates.rationals import Traced, near
from warrant.rates.rounding import NotExact, certify
from warrant.rates.system import System

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from warrant.rates.certificate import Certificate
    from warrant.rates.dual import Solution
    from warrant.rates.forms import Linear
    from warrant.rates.pepit import Solved
    from warrant.rates.problem import Problem


GENEROUS = (0.5, 1.0, 0.25)
"""The slacks at which kernels are looked for, which are the same at each; the first that the solver can do is taken."""
NOTHING = 1e-7
"""Worst cases below this are taken for 0."""
WIDER = (1e-2, 1e-1)
"""Slacks that are tried where the one asked for does not do."""
POSITIVE = 1e-4
"""A margin as large as this shows that there is no direction in which every matrix is 0."""
HOPELESS = 1e-6
"""A negative margin as large as this is none, whatever the solver's accuracy."""
LONGEST = 10**12
"""The denominator of a closed form is smaller."""
LOOSER = (0.0, 1e-6)
"""How much looser, relatively, the bounds are whose kernels are tried for a bound without slack."""
ROUNDS = 5
"""How often directions are looked for."""


@dataclass(frozen=True)
class Found:
    """A problem with a bound, and a certificate that the exact replay accepts."""

    problem: Problem
    certificate: Certificate


@dataclass(frozen=True)
class NotFound:
    """Why there is no certificate."""

    reason: str
    works: float | None = None
    """A wider slack at which there is one."""


def simplest(low: Fraction, high: Fraction) -> Fraction:
    """The rational of least denominator between two: low ≤ q ≤ high (Stern-Brocot)."""
    if low <= 0 <= high:
        return Fraction(0)
    if high < 0:
        return -simplest(-high, -low)
    whole = -(-low.numerator // low.denominator)
    if whole <= high:
        return Fraction(whole)
    down = low.numerator // low.denominator
    return down + 1 / simplest(1 / (high - down), 1 / (low - down))


def find(solved: Solved, *, slack: float | None = 1e-3) -> Found | NotFound:
    """A certificate for PEPit's worst case: for at most ``slack`` more, relatively, or a closed form if that is None.

    Where PEPit's solver says that its value is inaccurate, the least bound that the facts give takes its place if that
    is larger by half the slack or more.

    Raises MissingClass and Unsupported as ``extract`` does.
    """
    first: NotFound | None = None
    for carried in (False, True):
        problem = extract(solved, carried=carried)
        if slack is None:
            found = prove_exactly(problem, closed_forms(solved.value, solved.theory))
        else:
            found = prove_rate(_accurate(problem, slack) if solved.inaccurate else problem, slack=slack)
        if isinstance(found, Found):
            return found
        first = first or found
    if first is None:
        return NotFound("nothing was tried")
    if solved.rounded:
        roots = ", ".join(f"{float(q):.6g}" for q in solved.rounded[:3]) + ", …" * (len(solved.rounded) > 3)
        return replace(first, reason=f"{first.reason}; irrational square roots in the program are rounded (of {roots})")
    return first


def _accurate(problem: Problem, slack: float) -> Problem:
    """The problem with the least bound that the facts give, as far as the solver says, if its own leaves no room."""
    value = float(problem.bound)
    try:
        best = Program(System(problem)).best().objective
    except SolverTrouble:
        return problem
    return replace(problem, bound=near(best)) if best > value + slack * abs(value) / 2 else problem


def prove_rate(problem: Problem, *, slack: float = 1e-3) -> Found | NotFound:
    """A certificate for a bound at most ``slack`` above the problem's, relatively; where that is 0, for the bound 0.

    problem: its bound is what PEPit found, or another value to compare with.
    """
    value = float(problem.bound)
    if abs(value) < NOTHING:
        return prove_exactly(problem, [Fraction(0)])
    found = _attempt(problem, value, slack)
    if isinstance(found, Found):
        return found
    for wider in (s for s in WIDER if s > slack):
        if isinstance(_attempt(problem, value, wider), Found):
            return NotFound(f"{found.reason}; slack {wider:g} works", wider)
    return found


def _attempt(problem: Problem, value: float, slack: float) -> Found | NotFound:
    """A certificate at a slack, of few facts if possible."""
    reason = ""
    for thin in (True, False):
        try:
            return _prove(problem, value, slack, thin)
        except SolverTrouble as error:
            reason = f"solver trouble: {error}"
        except NotExact as error:
            reason = str(error)
    return NotFound(reason)


def _prove(problem: Problem, value: float, slack: float, thin: bool) -> Found:
    """A certificate of few facts or of all.  Raises NotExact or SolverTrouble."""
    limit = value + slack * abs(value)
    system, generous = _reduced(problem, [value + g * abs(value) for g in GENEROUS], thin=thin)
    program = Program(system)
    best = program.best().objective
    if best > (value + limit) / 2 if thin else best > limit:
        raise NotExact(f"the facts of the library give {best:.6g}, not PEPit's {value:.6g}")
    room = Fraction(limit) - Fraction(max(value, best))
    bound = simplest(Fraction(limit) - room / 4, Fraction(limit))
    try:
        return _round(system.stated(bound), program, generous)
    except NotExact as error:
        raise NotExact(f"no exact certificate at slack {slack:g}: {error}") from None


def prove_exactly(problem: Problem, bounds: Sequence[Fraction]) -> Found | NotFound:
    """A certificate for the first of the bounds that has one, without slack."""
    reasons = []
    for bound in bounds:
        reason = ""
        for looser in LOOSER:
            try:
                return _exact(replace(problem, bound=bound), looser)
            except (SolverTrouble, NotExact) as error:
                reason = reason or f"no exact certificate of {bound}: {error}"
        reasons.append(reason)
    return NotFound("; ".join(reasons) or "no closed form near PEPit's value")


def _exact(problem: Problem, looser: float) -> Found:
    """A certificate for the problem's bound, with the kernel of a looser one.  Raises NotExact or SolverTrouble."""
    bound = float(problem.bound)
    if looser:
        bound += looser * abs(bound)
        system, _ = _reduced(replace(problem, bound=Fraction(bound)), [bound], part=100 * looser)
        system = System(problem, system.kernel, tight=True)
        generous = _most_positive(system, [float(problem.bound)])
    else:
        system, generous = _reduced(problem, [bound], tight=True, part=1e-5)
    return _round(system, Program(system), generous)


def closed_forms(value: float, theory: float | None = None) -> list[Fraction]:
    """Simple rationals that a worst case may be, the theory's first.

    The theory's is what it carries (``Traced``), or equal to it but for rounding: of small denominator, or a decimal of
    few digits.
    """
    forms: list[tuple[Fraction, float]] = []
    if theory is not None and np.isfinite(theory):
        exact = [theory.exact] if isinstance(theory, Traced) and theory.exact.denominator < LONGEST else []
        simple = [*(Fraction(theory).limit_denominator(d) for d in (1000, 100000)), Fraction(f"{theory:.10g}")]
        exact += [q for q in simple if abs(float(q) - theory) <= 1e-13 * abs(theory)]
        forms = [(q, 1e-4) for q in exact]
    forms += [(Fraction(value).limit_denominator(d), 1e-6) for d in (1000, 100000)]
    return list(dict.fromkeys(q for q, within in forms if abs(float(q) - value) <= within * abs(value)))


def _reduced(
    problem: Problem, bounds: Sequence[float], *, tight: bool = False, thin: bool = False, part: float = 1e-7
) -> tuple[System, Solution]:
    """The system in coordinates where its matrix can be positive, and a most positive solution for a bound.

    part: eigenvalues below this part of the largest count as 0.
    """
    system = System(problem, tight=tight, thin=thin)
    kernel: list[Linear] = []
    directions = quadratic_directions(problem, system.meaning)
    more = common_kernel(system.forms(), system.meaning.coordinates)
    for _ in range(ROUNDS):
        if more:
            kernel += more
            system = System(problem, kernel, tight=tight, thin=thin)
        solution = _most_positive(system, bounds)
        more = unseen(directions, system.shifts, system.live, solution.slack)
        if solution.objective < POSITIVE:
            more = more or guess_kernel(solution.slack, system.live, part)
        if not more:
            break
    return system, solution


def _most_positive(system: System, bounds: Sequence[float]) -> Solution:
    """The most positive solution for the first of the bounds that has one.  Raises NotExact."""
    program = Program(system)
    for bound in bounds:
        solution = program.centred(bound, np.ones(len(system.live)))
        if solution.objective > -HOPELESS:
            return solution
    raise NotExact(f"the facts of the library do not give {max(bounds):.6g}")


def _round(system: System, program: Program, generous: Solution) -> Found:
    """An exact certificate near the centred solution, or near a sparser one.  Raises NotExact."""
    bound = float(system.problem.bound)
    widths = _widths(generous.slack)
    centred = program.centred(bound, widths)
    if centred.objective <= 0 and len(system.live):
        raise NotExact(f"no room (margin {centred.objective:.1e})")
    try:
        margin = centred.objective / 3
        certificate = certify(system, program.sparse(bound, widths, margin), margin=widths * margin)
    except (SolverTrouble, NotExact):
        certificate = certify(system, centred, margin=widths * centred.objective)
    check(system.problem, certificate)
    return Found(system.problem, certificate)


def _widths(slack: NDArray[np.float64]) -> NDArray[np.float64]:
    """What a margin of 1 means in each coordinate: (live,)."""
    diagonal = np.abs(np.diag(slack))
    top = max(float(diagonal.max()), 1e-9) if len(diagonal) else 1.0
    return np.asarray(np.clip(diagonal, 1e-2 * top, top))

"""The entrance to proofs of rates: a problem and PEPit's value in, an exact certificate out, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from warrant.rates.certificate import check
from warrant.rates.dual import Program, SolverTrouble, System
from warrant.rates.faces import common_kernel, guess_kernel, shifts_of
from warrant.rates.rounding import NotExact, certify

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from warrant.rates.certificate import Certificate
    from warrant.rates.dual import Solution
    from warrant.rates.forms import Linear
    from warrant.rates.problem import Problem


GENEROUS = 0.5
"""The slack at which directions are looked for in which no certificate's matrix is positive: they are the same at every slack."""

ROUNDS = 5
"""How often directions are looked for."""


@dataclass(frozen=True)
class Found:
    """A problem with a bound, and a certificate that the exact replay accepts."""

    problem: Problem
    certificate: Certificate
    slack: float
    """How far the bound is above PEPit's value, relatively."""


@dataclass(frozen=True)
class NotFound:
    """Why there is no certificate."""

    reason: str


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


def prove_rate(problem: Problem, *, slack: float = 1e-3) -> Found | NotFound:
    """A certificate for a bound at most ``slack`` above the problem's own, relatively."""
    value = float(problem.bound)
    try:
        return _prove(problem, value, slack)
    except SolverTrouble as error:
        return NotFound(f"solver trouble: {error}")


def _prove(problem: Problem, value: float, slack: float) -> Found | NotFound:
    limit = value + slack * abs(value)
    reason = ""
    system = System(problem, {}, frozenset())
    kernel = _kernel(system)
    for _ in range(ROUNDS):
        if kernel:
            system = System(problem, *shifts_of(kernel, system.meaning.coordinates))
        program = Program(system)
        generous = program.centred(value + GENEROUS * abs(value), np.ones(len(system.live)))
        more = guess_kernel(generous.slack, system.live)
        if not more:
            break
        kernel = [*kernel, *more]
    best = program.best().objective
    if best > limit:
        return NotFound(f"the facts of the library give {best:.6g}, not PEPit's {value:.6g}")
    room = Fraction(limit) - Fraction(max(value, best))
    bound = simplest(Fraction(limit) - room / 4, Fraction(limit))
    widths = _widths(generous.slack)
    centred = program.centred(float(bound), widths)
    if centred.objective > 0:
        try:
            return _round(system.stated(bound), program, centred, widths, value)
        except NotExact as error:
            reason = f": {error}"
    return NotFound(f"no exact certificate at slack {slack:g}{reason} (margin {centred.objective:.1e})")


def _round(
    system: System, program: Program, centred: Solution, widths: NDArray[np.float64], value: float
) -> Found:
    """An exact certificate near the centred solution, or near a sparser one.  Raises NotExact."""
    bound = float(system.problem.bound)
    try:
        thin = program.sparse(bound, widths, centred.objective / 3)
        certificate = certify(system, thin, margin=widths * thin.objective)
    except (SolverTrouble, NotExact):
        certificate = certify(system, centred, margin=widths * centred.objective)
    check(system.problem, certificate)
    return Found(system.problem, certificate, bound / value - 1 if value else 0.0)


def _kernel(system: System) -> list[Linear]:
    forms = [c.form for c in system.columns] + [f for b in system.blocks for f in b.forms.values()]
    return common_kernel(forms, system.meaning.coordinates)


def _widths(slack: NDArray[np.float64]) -> NDArray[np.float64]:
    """What a margin of 1 means in each coordinate: (live,)."""
    diagonal = np.abs(np.diag(slack))
    top = max(float(diagonal.max()), 1e-9) if len(diagonal) else 1.0
    return np.asarray(np.clip(diagonal, 1e-2 * top, top))

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
    from warrant.rates.forms import Linear
    from warrant.rates.problem import Problem


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
    system = System(problem, {}, frozenset())
    kernel = _kernel(system)
    if kernel:
        system = System(problem, *shifts_of(kernel, system.meaning.coordinates))
    program = Program(system)
    best = program.best()
    limit = value + slack * abs(value)
    if best.objective > limit:
        return NotFound(f"the facts of the library give {best.objective:.6g}, not PEPit's {value:.6g}")
    room = Fraction(limit) - Fraction(max(value, best.objective))
    bound = simplest(Fraction(limit) - room / 4, Fraction(limit))
    reasons = ""
    for _ in range(6):
        widths = _widths(best.slack)
        centred = program.centred(float(bound), widths)
        if centred.objective > 1e-9:
            try:
                thin = program.sparse(float(bound), widths, centred.objective / 3)
            except SolverTrouble:
                thin = centred
            for solution in (thin, centred):
                try:
                    stated = system.stated(bound)
                    certificate = certify(stated, solution, margin=widths * solution.objective)
                    check(stated.problem, certificate)
                    return Found(stated.problem, certificate, float(bound) / value - 1 if value else 0.0)
                except NotExact as error:
                    reasons = str(error)
        more = _face(centred.slack, system, kernel)
        if not more:
            break
        kernel = [*kernel, *more]
        system = System(problem, *shifts_of(kernel, system.meaning.coordinates))
        program = Program(system)
        best = program.best()
    return NotFound(f"no exact certificate at slack {slack:g}: {reasons or 'no room'} (margin {centred.objective:.1e})")


def _kernel(system: System) -> list[Linear]:
    forms = [c.form for c in system.columns] + [f for b in system.blocks for f in b.forms.values()]
    return common_kernel(forms, system.meaning.coordinates)


def _face(slack: NDArray[np.float64], system: System, kernel: list[Linear]) -> list[Linear]:
    scale = max(float(np.abs(slack).max()), 1e-12)
    return guess_kernel(slack, system.live, 1e-5 * scale)


def _widths(slack: NDArray[np.float64]) -> NDArray[np.float64]:
    """What a margin of 1 means in each coordinate: (live,)."""
    diagonal = np.abs(np.diag(slack))
    top = max(float(diagonal.max()), 1e-9) if len(diagonal) else 1.0
    return np.asarray(np.clip(diagonal, 1e-2 * top, top))

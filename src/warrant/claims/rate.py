"""Claims about the worst case of an optimisation method: a performance measure is at most a rational number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from warrant.claims._interface import Found, Report, Restated, Summary, Theorem
from warrant.claims._of_files import Part
from warrant.claims._rate_file import RateFile
from warrant.errors import WrongInput

if TYPE_CHECKING:
    from warrant.rates import Problem

__all__ = ["Rate"]

_CERTIFICATE = b"(certificate 1)"
_WORDS = (
    "In every real inner-product space, whatever functions and operators of these classes and whatever points and "
    "numbers are related as the problem says, {conclusion} at most {bound}."
)


@dataclass(frozen=True)
class Rate(RateFile):
    """The claim that a rate problem makes (docs/rates.md)."""

    family: ClassVar[str] = "rate"
    parts: ClassVar[tuple[Part, ...]] = (Part("problem.rate", "problem_file", "problem"),)

    def validate(self) -> None:
        """Read the problem.

        Raises:
            WrongInput: it is not a rate problem.
        """
        self._load()

    def theorem(self, certificate: bytes) -> Theorem | None:
        """``RateHolds`` of the file, and the same about functions and points; None where it cannot be read."""
        if not certificate.startswith(_CERTIFICATE):
            return None
        from warrant.rates.statement import NAME, restate

        try:
            problem = self._load()
        except WrongInput:
            return None
        statement, text = restate(problem)
        conclusion = "the quantity at the end of it is" if len(problem.metrics) == 1 else "one of the quantities is"
        return Theorem(
            statement="RateHolds problem_file",
            soundness="rate_sound",
            verdict="PROVED",
            words=_WORDS.format(conclusion=conclusion, bound=problem.bound),
            module="Optimization",
            meaning="Rates.v",
            restated=Restated(NAME, statement, text),
        )

    def find(self, *, timeout: float | None, jobs: int, report: Report | None) -> Found:
        """The certificate that is known, or one for the problem's own bound (warrant.rates)."""
        if self.known is not None:
            return Found(self.known, "")
        from warrant.rates import NotFound, prove_exactly, write_certificate

        problem = self._load()
        found = prove_exactly(problem, [problem.bound])
        if isinstance(found, NotFound):
            return Found(None, f"no certificate was found: {found.reason}")
        return Found(write_certificate(found.certificate).encode(), "")

    def summary(self) -> Summary:
        """What there is, and the problem's text.

        Raises:
            WrongInput: the problem cannot be read.
        """
        return self.described(self._load())

    def _load(self) -> Problem:
        from warrant.rates import read_problem

        return read_problem(self.text(), file=self.problem_name)

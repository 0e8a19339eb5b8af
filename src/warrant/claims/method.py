"""Claims about every step of an optimisation method: its rate, after any number of steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from warrant.claims._interface import Found, Report, Restated, Summary, Theorem
from warrant.claims._of_files import Part
from warrant.claims._rate_file import RateFile
from warrant.errors import WrongInput

if TYPE_CHECKING:
    from warrant.rates.method import Method

__all__ = ["ForAllSteps"]

_CERTIFICATE = b"(certificate 1)"
_WORDS = (
    "In every real inner-product space, whatever functions and operators of these classes and whatever points, numbers "
    "and infinite sequences are related as the text says, the inequality at the end of it holds after every number of "
    "steps."
)


@dataclass(frozen=True)
class ForAllSteps(RateFile):
    """The claim that the text of a method makes (docs/rates.md)."""

    family: ClassVar[str] = "method"
    parts: ClassVar[tuple[Part, ...]] = (Part("problem.method", "problem_file", "problem"),)

    def validate(self) -> None:
        """Read the text.

        Raises:
            WrongInput: it is not a method.
        """
        self._load()

    def theorem(self, certificate: bytes) -> Theorem | None:
        """``MethodHolds`` of the file, and the same about functions and sequences; None where it cannot be read."""
        if not certificate.startswith(_CERTIFICATE):
            return None
        from warrant.rates.method_statement import restate_method
        from warrant.rates.statement import NAME

        try:
            method = self._load()
        except WrongInput:
            return None
        statement, text = restate_method(method)
        return Theorem(
            statement="MethodHolds problem_file",
            soundness="method_sound",
            verdict="PROVED",
            words=_WORDS,
            module="Optimization",
            meaning="Methods.v",
            restated=Restated(NAME, statement, text),
        )

    def find(self, *, timeout: float | None, jobs: int, report: Report | None) -> Found:
        """The certificate that is known, or a potential for the conclusion of the text (warrant.rates.lyapunov)."""
        if self.known is not None:
            return Found(self.known, "")
        from warrant.rates.lyapunov import Potential, find_potential

        found = find_potential(self._load())
        if isinstance(found, Potential):
            return Found(found.certificate.encode(), "")
        return Found(None, found.reason)

    def summary(self) -> Summary:
        """What there is, and the text.

        Raises:
            WrongInput: the text cannot be read.
        """
        return self.described(self._load())

    def _load(self) -> Method:
        from warrant.rates.method import read_method

        return read_method(self.text(), file=self.problem_name)

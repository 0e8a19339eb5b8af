"""Claims about the worst case of an optimisation method: a performance measure is at most a rational number."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from warrant._files import limited, read_file, stem
from warrant.claims._interface import Artefact, Counterexample, Found, Report, Restated, Summary, Theorem
from warrant.errors import WrongInput

if TYPE_CHECKING:
    from warrant.rates import Problem

__all__ = ["Rate"]

_EXCERPT_LINES = 60
_CERTIFICATE = b"(certificate 1)"
_WORDS = (
    "In every real inner-product space, whatever functions and operators of these classes and whatever points and "
    "numbers are related as the problem says, {conclusion} at most {bound}."
)


@dataclass(frozen=True)
class Rate:
    """The claim that a rate problem makes (docs/rates.md).

    Attributes:
        problem_bytes: the text of the problem.
        problem_name: what the user calls it, for messages.
        known: a certificate that was found with the problem, so that none has to be looked for.
    """

    family: ClassVar[str] = "rate"
    files: ClassVar[tuple[str, ...]] = ("problem.rate",)

    problem_bytes: bytes = field(repr=False)
    problem_name: str = "problem.rate"
    known: bytes | None = field(default=None, repr=False)

    @classmethod
    def of(cls, problem: str | os.PathLike[str]) -> Rate:
        """The claim in a file.

        Raises:
            WrongInput: it cannot be read, or is larger than a Coq string can be.
        """
        return cls(limited(read_file(problem, "a rate problem"), str(problem)), str(problem))

    @classmethod
    def from_files(cls, problem: bytes) -> Rate:
        """The claim about the file of a warrant."""
        return cls(problem)

    @property
    def artefacts(self) -> tuple[Artefact, ...]:
        """The problem."""
        return (Artefact("problem.rate", "problem_file", self.problem_bytes),)

    @property
    def names(self) -> tuple[tuple[str, str], ...]:
        """The name that the user gave the problem."""
        return (("problem.rate", Path(self.problem_name).name),)

    @property
    def stem(self) -> str:
        """The name of the problem's file, without ``.rate``."""
        return stem(self.problem_name, ".rate", "rate")

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

    def counterexample(self, certificate: bytes) -> Counterexample:
        """No certificate refutes a rate.

        Raises:
            NotImplementedError: always.
        """
        raise NotImplementedError("rates are proved, or not")

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
        from warrant.rates.text import class_words

        problem = self._load()
        parts = [
            f"{o.kind} {o.name}" + ": " * bool(o.classes) + ", ".join(class_words(problem, c) for c in o.classes)
            for o in problem.objects
        ]
        subject = f"{'; '.join(parts)}; {len(problem.points)} points, {len(problem.numbers)} numbers"
        lines = self.problem_bytes.decode("utf-8", "replace").splitlines()
        more = [f"… and {len(lines) - _EXCERPT_LINES} more lines"] if len(lines) > _EXCERPT_LINES else []
        premises = "That some functions and points satisfy the premises is for the reader to see."
        return Summary(subject, (*lines[:_EXCERPT_LINES], *more), None, premises)

    def _load(self) -> Problem:
        from warrant.rates import read_problem

        try:
            text = self.problem_bytes.decode("ascii")
        except UnicodeDecodeError as error:
            place = f"byte {error.start}"
            raise WrongInput("not a text", file=self.problem_name, place=place, expected="ASCII characters") from error
        return read_problem(text, file=self.problem_name)

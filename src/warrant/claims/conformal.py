"""Claims about conformal prediction: a threshold for the scores of new examples, from those of calibration examples."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from warrant._files import stem
from warrant.claims._interface import Counterexample, Found, Report, Summary, Theorem
from warrant.claims._of_files import OfFiles, Part
from warrant.errors import WrongInput

if TYPE_CHECKING:
    from warrant.probability.conformal import Statement

__all__ = ["Conformal"]

_PROOF, _REFUTATION = b"WRNT\x01P", b"WRNT\x01R"
_WORDS = (
    "If the scores of calibration and of new examples are exchangeable, a new score is at most the rule's threshold, "
    "number {rank} of the {n} calibration scores in increasing order, with probability {coverage} or more (without "
    "ties {most} or less); "
)
_MEANT = (
    "The probability is over the calibration examples and one new example together: it is that of the rule, and not of "
    "new examples given these calibration scores."
)
_HYPOTHESES = (
    "The calibration scores and the new one are exchangeable, as they are if all examples were drawn independently "
    "from one distribution, and the model and its score were fixed without these examples.",
)


@dataclass(frozen=True)
class Conformal(OfFiles):
    """The claim that a threshold is at least that of split conformal prediction (docs/probability.md).

    Attributes:
        statement_bytes: the text that states the coverage and the threshold.
        scores_bytes: a table, with a row for each calibration example.
        scores_name: what the user calls it, for messages.
    """

    family: ClassVar[str] = "conformal"
    parts: ClassVar[tuple[Part, ...]] = (
        Part("threshold.conformal", "threshold_file", "statement"),
        Part("scores.table", "scores_file", "scores"),
    )

    statement_bytes: bytes = field(repr=False)
    scores_bytes: bytes = field(repr=False)
    scores_name: str = "scores.table"

    @property
    def stem(self) -> str:
        """The name of the scores' file, without its suffix."""
        return stem(self.scores_name, Path(self.scores_name).suffix, "conformal")

    def validate(self) -> None:
        """Read the files.

        Raises:
            WrongInput: one of them cannot be read or has no meaning, or they do not fit together.
        """
        _ = self.content

    def theorem(self, certificate: bytes) -> Theorem | None:
        """``ConformalCovers`` or ``ConformalFails`` of the files; None where the certificate is for neither."""
        if certificate not in (_PROOF, _REFUTATION):
            return None
        try:
            words = self._words(certificate == _PROOF)
        except WrongInput:
            return None
        holds = certificate == _PROOF
        return Theorem(
            statement=f"{'ConformalCovers' if holds else 'ConformalFails'} threshold_file scores_file",
            soundness="conformal_proved_sound" if holds else "conformal_refuted_sound",
            verdict="PROVED" if holds else "REFUTED",
            words=words,
            module="Probability",
            meaning="Conformal.v",
        )

    def counterexample(self, certificate: bytes) -> Counterexample:
        """How many scores the threshold reaches, and the rule's threshold."""
        statement, _ = self.content
        return Counterexample((float(statement.threshold),), (float(self._rule),), place=self._place)

    def find(self, *, timeout: float | None, jobs: int, report: Report | None) -> Found:
        """Whether the threshold reaches the rank."""
        return Found(_PROOF if self._rule <= self.content[0].threshold else _REFUTATION, "")

    def summary(self) -> Summary:
        """The scores, the rank and the thresholds, and the hypotheses.

        Raises:
            WrongInput: the files cannot be read.
        """
        statement, scores = self.content
        holds = self._rule <= statement.threshold
        subject = f"{len(scores)} calibration scores and a threshold, for split conformal prediction."
        if not holds:
            subject += f" The claim fails: {self._place}."
        return Summary(
            subject,
            (self._words(holds), _MEANT),
            False,
            "Exchangeable scores exist for every n; whether these are such, no machine can check.",
            hypotheses=_HYPOTHESES,
        )

    @property
    def _rule(self) -> Fraction:
        from warrant.probability.conformal import rule

        statement, scores = self.content
        return rule(scores, statement.coverage)

    @property
    def _place(self) -> str:
        from warrant.probability.conformal import rank

        statement, scores = self.content
        reached = sum(score <= statement.threshold for score in scores)
        return (
            f"{reached} of the {len(scores)} scores are at most {_short(statement.threshold)}, and "
            f"{rank(statement.coverage, len(scores))} are needed; the rule's threshold is {_short(self._rule)}"
        )

    def _words(self, holds: bool) -> str:
        from warrant.probability.conformal import rank
        from warrant.probability.statement import show

        statement, scores = self.content
        n = len(scores)
        most = min(Fraction(1), statement.coverage + Fraction(1, n + 1))
        words = _WORDS.format(
            rank=rank(statement.coverage, n), n=n, coverage=show(statement.coverage), most=f"{float(most):.6g}"
        )
        stated = _short(statement.threshold)
        if not holds:
            return words + f"with these scores it is above {stated}."
        if statement.threshold == self._rule:
            return words + f"with these scores it is {stated}."
        return words + f"with these scores it is {_short(self._rule)}, which is not above {stated}."

    @cached_property
    def content(self) -> tuple[Statement, list[Fraction]]:
        """What the files say: the statement, and the calibration scores.

        Raises:
            WrongInput: one of them cannot be read or has no meaning, or they do not fit together.
        """
        from warrant.probability.conformal import Statement
        from warrant.probability.tables import read_table

        statement = Statement.read(self.statement_bytes, file="threshold.conformal")
        if not 0 < statement.coverage < 1:
            raise WrongInput("the coverage", file="threshold.conformal", expected="a number between 0 and 1")
        return statement, statement.scores(read_table(self.scores_bytes, file=self.scores_name))


def _short(number: Fraction) -> str:
    """The number as a decimal, exactly where that is short."""
    from warrant.probability.statement import show

    exact = show(number)
    return exact if "/" not in exact else f"{float(number):.17g}"

"""Claims about plans of private releases: all of them together keep to a budget, or not."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from warrant._files import limited, read_file, stem
from warrant.claims._interface import Artefact, Counterexample, Found, Report, Summary, Theorem

if TYPE_CHECKING:
    from warrant.probability.plans import Plan

__all__ = ["Privacy"]

_PROOF, _REFUTATION = b"WRNT\x01P", b"WRNT\x01R"
_SHOWN = 40
_WORDS = {
    True: "For all data sets and all questions as sensitive as the plan says, all its outputs together are {}.",
    False: "There are data sets and questions, as sensitive as the plan says, for which its outputs are not {}.",
}
_HYPOTHESES = (
    "The answers to the questions on neighbouring data sets differ by no more than the stated sensitivity; those of "
    "randomised response are among its answers.",
    "Neighbouring data sets are those that the questions' sensitivities are meant for; where the plan has parts, "
    "neighbours differ in one part only, and a question about a part looks at nothing else.",
    "The noise has exactly the stated distribution and is drawn anew, independently, for each question; nothing but "
    "the outputs is released.",
)


@dataclass(frozen=True)
class Privacy:
    """The claim that a plan of private releases keeps to its budget (docs/privacy.md).

    Attributes:
        plan_bytes: the plan, as the checker reads it.
        plan_name: what the user calls it, for messages.
    """

    family: ClassVar[str] = "privacy"
    files: ClassVar[tuple[str, ...]] = ("plan.privacy",)

    plan_bytes: bytes = field(repr=False)
    plan_name: str = "plan.privacy"

    @classmethod
    def of(cls, plan: str | os.PathLike[str]) -> Privacy:
        """The claim about a plan in a TOML file; where it has no epsilon, the least one that can be proved is taken.

        Raises:
            WrongInput: the file cannot be read, or a number is out of its range.
            Unsupported: the plan needs a theorem that is not there; the message says which.
        """
        from warrant.probability.budgets import least
        from warrant.probability.plans import parse_toml, write_plan

        name = os.fspath(plan)
        data = read_file(plan, "a plan of private releases: a TOML file")
        read = parse_toml(data, file=name)
        if read.epsilon is None:
            read = read.within(least(read))
        return cls(limited(write_plan(read, data.decode()), name), name)

    @classmethod
    def from_files(cls, plan: bytes) -> Privacy:
        """The claim about the file of a warrant."""
        return cls(plan)

    @property
    def artefacts(self) -> tuple[Artefact, ...]:
        """The plan."""
        return (Artefact("plan.privacy", "plan_file", self.plan_bytes),)

    @property
    def names(self) -> tuple[tuple[str, str], ...]:
        """The name that the user gave the plan."""
        return (("plan.privacy", Path(self.plan_name).name),)

    @property
    def stem(self) -> str:
        """The name of the plan's file, without its suffix."""
        return stem(self.plan_name, Path(self.plan_name).suffix, "privacy")

    def validate(self) -> None:
        """Read the plan.

        Raises:
            WrongInput: it cannot be read, or a number is out of its range.
        """
        _ = self._plan

    def theorem(self, certificate: bytes) -> Theorem | None:
        """``PlanPrivate`` or ``PlanExceeds`` of the plan; None where the certificate is for neither."""
        if not certificate.startswith((_PROOF, _REFUTATION)):
            return None
        holds = certificate.startswith(_PROOF)
        words = _WORDS[holds].format("({}, {})-differentially private".format(*self._budget))
        return Theorem(
            statement="PlanPrivate plan_file" if holds else "PlanExceeds plan_file",
            soundness="privacy_proved_sound" if holds else "privacy_refuted_sound",
            verdict="PROVED" if holds else "REFUTED",
            words=words,
            module="Probability",
            meaning="Privacy.v",
        )

    def counterexample(self, certificate: bytes) -> Counterexample:
        """The outputs that give too much away."""
        from warrant.probability.budgets import pure

        cost = pure(self._plan)
        where = "" if cost.part is None else f" in part {cost.part}"
        place = (
            f"neighbours that differ{where} as much as the sensitivities allow: the outputs that are all 0 are "
            f"e^{cost.total:.6g} times as probable on the one as on the other"
        )
        return Counterexample((cost.total,), None, place=place)

    def find(self, *, timeout: float | None, jobs: int, report: Report | None) -> Found:
        """Whether the losses seem to keep to the budget."""
        from warrant.probability.budgets import pure

        plan, cost = self._plan, pure(self._plan)
        assert plan.epsilon is not None
        if cost.within(plan.epsilon):
            return Found(_PROOF, "")
        if plan.delta == 0:
            return Found(_REFUTATION, "")
        return Found(None, f"the losses add up to {cost.total:.9g}, and what delta is worth is not known here")

    def summary(self) -> Summary:
        """The uses with their losses, and the sum.

        Raises:
            WrongInput: the plan cannot be read.
        """
        from warrant.probability.budgets import pure

        cost = pure(self._plan)
        where = "" if cost.part is None else f", on part {cost.part}, the most"
        releases = sum(use.times for use in self._plan.uses)
        subject = f"The plan has {releases} releases; their losses add up to {cost.total:.9g}{where}."
        return Summary(
            subject,
            self.lines(),
            False,
            "Each such plan has its experiment (law_distribution, countable_follows).",
            hypotheses=_HYPOTHESES,
        )

    def lines(self) -> tuple[str, ...]:
        """A line for each use, with its loss, and one for the budget.

        Raises:
            WrongInput: the plan cannot be read.
        """
        from warrant.probability.budgets import loss

        uses = self._plan.uses
        lines = [f"{use}: loss {use.times * float(loss(use)):.9g}" for use in uses[:_SHOWN]]
        more = len(uses) - _SHOWN
        epsilon, delta = self._budget
        return (*lines, *([f"… and {more} more uses"] if more > 0 else []), f"budget: epsilon {epsilon}, delta {delta}")

    @cached_property
    def _plan(self) -> Plan:
        from warrant.probability.plans import read_plan

        return read_plan(self.plan_bytes, file=self.plan_name)

    @property
    def _budget(self) -> tuple[str, str]:
        from warrant.probability.statement import show

        return show(self._plan.epsilon), show(self._plan.delta)

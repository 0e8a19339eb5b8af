"""Claims about plans of private releases: all of them together keep to a budget, or not."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from warrant._files import limited, read_file, stem
from warrant.claims._interface import Counterexample, Found, Report, Summary, Theorem
from warrant.claims._of_files import OfFiles, Part
from warrant.errors import WrongInput

if TYPE_CHECKING:
    from warrant.probability.plans import Plan, Use

__all__ = ["Privacy"]

_PROOF, _SHARES, _REFUTATION = b"WRNT\x01P", b"WRNT\x01A", b"WRNT\x01R"
_SHOWN = 40
_WORDS = {
    True: "For all data sets and all questions as sensitive as the plan says, all its outputs together are {}.",
    False: "There are data sets and questions, as sensitive as the plan says, for which its outputs are not {}.",
}
_HYPOTHESES = (
    "The answers to the questions on neighbouring data sets differ by no more than the stated sensitivity (vectors: "
    "for Gaussian noise in the ℓ2 norm, else in the ℓ1 norm); those of randomised response are among its answers.",
    "Neighbouring data sets are those that the questions' sensitivities are meant for; where the plan has parts, "
    "neighbours differ in one part only, and a question about a part looks at nothing else; where it has samples, "
    "one of two neighbours has one record more.",
    "The noise has exactly the stated distribution and is drawn anew, independently, for each question, and so are "
    "samples, in which each record is with the stated probability; nothing but the outputs is released.",
)


@dataclass(frozen=True)
class Privacy(OfFiles):
    """The claim that a plan of private releases keeps to its budget (docs/privacy.md).

    Attributes:
        plan_bytes: the plan, as the checker reads it.
        plan_name: what the user calls it, for messages.
    """

    family: ClassVar[str] = "privacy"
    parts: ClassVar[tuple[Part, ...]] = (Part("plan.privacy", "plan_file", "plan"),)

    plan_bytes: bytes = field(repr=False)
    plan_name: str = "plan.privacy"

    @classmethod
    def of(cls, plan: str | os.PathLike[str] | Mapping[str, Any]) -> Privacy:
        """The claim about a plan in a TOML file, or in a mapping that says what TOML would.

        Where it has no epsilon, the least one that can be proved is taken.

        Raises:
            WrongInput: the file cannot be read, a number is out of its range, or no epsilon at all can be proved.
            Unsupported: the plan needs a theorem that is not there; the message says which.
        """
        from warrant.probability.budgets import least
        from warrant.probability.plans import parse_plan, parse_toml, write_plan

        if isinstance(plan, Mapping):
            name, comment, read = "plan", "", parse_plan(plan, file="plan")
        else:
            name, data = os.fspath(plan), read_file(plan, "a plan of private releases: a TOML file")
            read = parse_toml(data, file=name)
            comment = data.decode()
        if read.epsilon is None:
            epsilon = least(read)
            if epsilon is None:
                expected = "losses that are less" if read.delta else "delta = a number above 0, for Gaussian noise"
                raise WrongInput("no epsilon can be proved", file=name, expected=expected)
            read = read.within(epsilon)
        return cls(limited(write_plan(read, comment), name), name)

    @property
    def stem(self) -> str:
        """The name of the plan's file, without its suffix."""
        return stem(self.plan_name, Path(self.plan_name).suffix, "privacy")

    def validate(self) -> None:
        """Read the plan.

        Raises:
            WrongInput: it cannot be read, or a number is out of its range.
        """
        _ = self.plan

    def theorem(self, certificate: bytes) -> Theorem | None:
        """``PlanPrivate`` or ``PlanExceeds`` of the plan; None where the certificate is for neither."""
        if not certificate.startswith((_PROOF, _SHARES, _REFUTATION)):
            return None
        holds = not certificate.startswith(_REFUTATION)
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
        from warrant.probability.budgets import few_ones, pure, unbounded

        few = few_ones(self.plan) if len(certificate) > len(_REFUTATION) else None
        if few is not None:
            place = (
                f"neighbours of which one has the answer 0 to all questions, the other 1: at most {few.most} of "
                f"{few.of} outputs are 1 with probability {few.zeros:.6g} on the one, {few.ones:.6g} on the other"
            )
            return Counterexample((few.zeros, few.ones), None, place=place)
        if unbounded(self.plan):
            place = (
                "neighbours that differ as much as the sensitivities allow: far out, outputs of Gaussian noise are "
                "more probable on the one than on the other, by any factor"
            )
            return Counterexample((math.inf,), None, place=place)
        cost = pure(self.plan)
        where = "" if cost.part is None else f" in part {self.plan.name(cost.part)}"
        place = (
            f"neighbours that differ{where} as much as the sensitivities allow: the outputs that are all 0 are "
            f"e^{cost.total:.6g} times as probable on the one as on the other"
        )
        return Counterexample((cost.total,), None, place=place)

    def find(self, *, timeout: float | None, jobs: int, report: Report | None) -> Found:
        """Whether the losses, moments of some order, or shares of delta seem to keep to the budget."""
        from warrant.probability.budgets import best_order, best_shares, few_ones, pure

        plan, cost, order = self.plan, pure(self.plan), best_order(self.plan)
        assert plan.epsilon is not None
        if cost.within(plan.epsilon):
            return Found(_PROOF, "")
        if plan.delta == 0:
            return Found(_REFUTATION, "")
        few = few_ones(plan)
        if few is not None:
            return Found(_REFUTATION + few.most.to_bytes(2, "little"), "")
        shares = best_shares(plan)
        if shares is not None and shares.epsilon <= float(plan.epsilon):
            return Found(_SHARES + b"".join(b.to_bytes(2, "little") for b in shares.orders), "")
        if order is None or order.epsilon > float(plan.epsilon):
            return Found(None, f"{self._shown()}; no smaller one is known here")
        return Found(_PROOF + order.b.to_bytes(2, "little"), "", {"order": float(order.b + 1)})

    def summary(self) -> Summary:
        """The uses with their losses, and the sum.

        Raises:
            WrongInput: the plan cannot be read.
        """
        releases = sum(use.times for use in self.plan.uses)
        return Summary(
            f"The plan has {releases} releases; {self._shown()}.",
            self.lines(),
            False,
            "Each such plan has its experiment (law_distribution, countable_follows).",
            hypotheses=_HYPOTHESES,
        )

    def lines(self) -> tuple[str, ...]:
        """A line for each use, with its loss (for Gaussian noise rho, of zCDP), and one for the budget.

        Raises:
            WrongInput: the plan cannot be read.
        """
        uses = self.plan.uses
        about = ["" if use.part is None else f", on part {self.plan.name(use.part)}" for use in uses[:_SHOWN]]
        lines = [f"{use}{part}: {_cost(use)}" for use, part in zip(uses, about, strict=False)]
        more = len(uses) - _SHOWN
        epsilon, delta = self._budget
        return (*lines, *([f"… and {more} more uses"] if more > 0 else []), f"budget: epsilon {epsilon}, delta {delta}")

    @cached_property
    def plan(self) -> Plan:
        """What the plan says.

        Raises:
            WrongInput: it cannot be read, or a number is out of its range.
        """
        from warrant.probability.plans import read_plan

        return read_plan(self.plan_bytes, file=self.plan_name)

    def _shown(self) -> str:
        """What the sum of losses, moments and shares of delta show."""
        from warrant.probability.budgets import best_order, best_shares, loss, pure

        cost, order, shares = pure(self.plan), best_order(self.plan), best_shares(self.plan)
        shown = [f"their losses add up to {cost.total:.9g}{self._at(cost.part)}"]
        if order is not None:
            shown.append(f"moments of order {order.b + 1} show an epsilon of {order.epsilon:.9g}{self._at(order.part)}")
        elif self.plan.delta and any(use.sampled is not None and math.isinf(loss(use)) for use in self.plan.uses):
            shown.append("there is no theorem here for moments of Gaussian noise on samples (subsampled zCDP)")
        if shares is not None:
            shown.append(f"shares of delta show an epsilon of {shares.epsilon:.9g}{self._at(shares.part)}")
        return "; ".join(shown)

    def _at(self, part: int | None) -> str:
        return "" if part is None else f" (part {self.plan.name(part)}, the most)"

    @property
    def _budget(self) -> tuple[str, str]:
        from warrant.probability.statement import show

        return show(self.plan.epsilon), show(self.plan.delta)


def _cost(use: Use) -> str:
    from warrant.probability.budgets import concentration, loss

    each = float(loss(use))
    if math.isinf(each):
        before = "" if use.sampled is None else " before sampling"
        return f"rho {use.times * concentration(use):.9g}{before}"
    return f"loss {use.times * each:.9g}"

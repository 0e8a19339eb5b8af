"""Claims about errors: what was seen on examples bounds the probabilities of error, with a confidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from warrant._files import stem
from warrant.claims._interface import Found, NeverRefuted, Report, Summary, Theorem
from warrant.claims._of_files import OfFiles, Part
from warrant.errors import WrongInput

if TYPE_CHECKING:
    from warrant.probability.statement import Count, Statement
    from warrant.probability.tables import Table

__all__ = ["Accuracy"]

_SHOWN = 40
_WORDS = (
    "If for each of the bounds the model's mistakes (or what else it is about) on its rows are independent and equally "
    "probable, then, by a procedure that covers the true probabilities with confidence {confidence}, {bounds}."
)
_HYPOTHESES = (
    "The examples were drawn independently, from the distribution that the claim is meant for; with groups, so were "
    "those of each group.",
    "The models and their thresholds were not fitted to these examples, nor chosen by looking at them; only the models "
    "that have a bound here share the confidence.",
    "The groups and bins that have a bound here were not chosen by looking at the labels and mistakes in them.",
)


@dataclass(frozen=True)
class Accuracy(OfFiles, NeverRefuted):
    """The claim that probabilities of error are at most so large (docs/probability.md).

    Attributes:
        statement_bytes: the text that states the bounds and their confidence.
        labels_bytes, predictions_bytes: tables, with a row for each example.
        labels_name, predictions_name: what the user calls them, for messages.
    """

    family: ClassVar[str] = "accuracy"
    parts: ClassVar[tuple[Part, ...]] = (
        Part("bounds.accuracy", "bounds_file", "statement"),
        Part("labels.table", "labels_file", "labels"),
        Part("predictions.table", "predictions_file", "predictions"),
    )

    statement_bytes: bytes = field(repr=False)
    labels_bytes: bytes = field(repr=False)
    predictions_bytes: bytes = field(repr=False)
    labels_name: str = "labels.table"
    predictions_name: str = "predictions.table"

    @property
    def stem(self) -> str:
        """The name of the predictions' file, without its suffix."""
        return stem(self.predictions_name, Path(self.predictions_name).suffix, "accuracy")

    def validate(self) -> None:
        """Read the files.

        Raises:
            WrongInput: one of them cannot be read or has no meaning, or they do not fit together.
        """
        _ = self.content

    def theorem(self, certificate: bytes) -> Theorem | None:
        """``AccuracyBounds`` of the files; None where the statement cannot be read."""
        from warrant.probability.statement import MAGIC, read_statement, show

        if certificate != MAGIC:
            return None
        try:
            statement = read_statement(self.statement_bytes, file="bounds.accuracy")
        except WrongInput:
            return None
        first = statement.bounds[0]
        bounds = f"these are at most as large as the {len(statement.bounds)} bounds of bounds.accuracy say"
        if statement.differences:
            bounds += ", and differ between groups by no more than it says"
        if statement.calibrations:
            bounds += ", and expected calibration errors are no larger than it says"
        if len(statement.bounds) == 1 and not first.rate:
            bounds = f"that of column {first.model} of the predictions is at most {show(first.limit)}"
        return Theorem(
            statement="AccuracyBounds bounds_file labels_file predictions_file",
            soundness="accuracy_sound",
            verdict="PROVED",
            words=_WORDS.format(confidence=show(statement.confidence), bounds=bounds),
            module="Probability",
            meaning="Accuracy.v",
        )

    def find(self, *, timeout: float | None, jobs: int, report: Report | None) -> Found:
        """The certificate, which is always the same; or the bound that is too small, and what would be enough."""
        from warrant.probability.calibration import provable
        from warrant.probability.limits import clopper_pearson
        from warrant.probability.statement import MAGIC, show

        statement, seen = self.content
        for bound, count in zip(statement.bounds, seen, strict=True):
            enough = clopper_pearson(count.rows, count.mistakes, statement.share)
            if float(bound.limit) < float(enough) - 1e-9:
                where = "" if bound.group is None else f" in the group {show(bound.group)}"
                things, what = ("mistakes", "probability of error") if not bound.rate else ("cases", bound.rate)
                return Found(
                    None,
                    f"{count.mistakes} {things} in {count.rows} rows{where} (column {bound.model}) do not show a "
                    f"{what} of at most {show(bound.limit)}, but of at most {show(enough)}",
                )
        for difference in statement.differences:
            one, other = statement.bounds[difference.first], statement.bounds[difference.second]
            least = one.limit + other.limit - 1
            if least > difference.limit:
                return Found(
                    None,
                    f"the {one.rate} of the group {show(one.group)} (column {one.model}) is not shown to exceed that "
                    f"of {show(other.group)} by at most {show(difference.limit)}, but by at most {show(least)}",
                )
        for scored in statement.calibrations:
            least = provable(statement, scored, seen, self._scores)
            if least > scored.limit + Fraction(1, 10**9):
                return Found(
                    None,
                    f"the expected calibration error of column {scored.model} is not shown to be at most "
                    f"{show(scored.limit)}, but at most {show(least)}",
                )
        return Found(MAGIC, "")

    def summary(self) -> Summary:
        """The bounds, with what was seen and Hoeffding's limit beside it, and the hypotheses.

        Raises:
            WrongInput: the files cannot be read.
        """
        statement, _ = self.content
        many = "" if len(statement.bounds) == 1 else f" All {len(statement.bounds)} bounds hold at once (union bound)."
        subject = (
            "What was seen in predictions.table and labels.table bounds probabilities, by Clopper and Pearson's sets."
            f"{many}"
        )
        return Summary(
            subject,
            self.lines(),
            False,
            "Independent examples exist for each probability of error; whether these are such, no machine can check.",
            hypotheses=_HYPOTHESES,
        )

    def lines(self) -> tuple[str, ...]:
        """A line for each bound: rows, mistakes, the limit, and Hoeffding's limit to compare with.

        Raises:
            WrongInput: the files cannot be read.
        """
        from warrant.probability.limits import hoeffding
        from warrant.probability.statement import show

        statement, seen = self.content
        lines = []
        for bound, count in list(zip(statement.bounds, seen, strict=True))[:_SHOWN]:
            group = "" if bound.group is None else f", group {show(bound.group)}"
            other = hoeffding(count.rows, count.mistakes, statement.share)
            things, what = ("mistakes", "error") if not bound.rate else ("cases", bound.rate)
            if bound.bin is not None:
                group = f", scores above {show(max(Fraction(0), bound.bin[0]))} up to {show(bound.bin[1])}"
            lines.append(
                f"column {bound.model}{group}: {count.mistakes} {things} in {count.rows} rows; {what} at most "
                f"{show(bound.limit)} (Hoeffding: {other:.6f})"
            )
        more = len(statement.bounds) - _SHOWN
        return (
            *self._differences(),
            *self._calibrations(),
            *lines,
            *([f"… and {more} more bounds"] if more > 0 else []),
        )

    def _differences(self) -> tuple[str, ...]:
        """A line for each model and rate: the difference between groups that was seen, and its limit."""
        from warrant.probability.statement import show

        statement, seen = self.content
        limits: dict[tuple[int, str], Fraction] = {}
        for difference in statement.differences:
            bound = statement.bounds[difference.first]
            key = (bound.model, bound.rate)
            limits[key] = max(limits.get(key, difference.limit), difference.limit)
        lines = []
        for (model, rate), limit in limits.items():
            pairs = zip(statement.bounds, seen, strict=True)
            rates = [n.mistakes / n.rows for b, n in pairs if (b.model, b.rate) == (model, rate)]
            seen_difference = f"{max(rates) - min(rates):.6f} was seen"
            lines.append(f"column {model}: {rate} differs by at most {show(limit)} between groups ({seen_difference})")
        return tuple(lines)

    def _calibrations(self) -> tuple[str, ...]:
        """A line for each model whose calibration error is bounded: the limit, and the error that was seen."""
        from warrant.probability.calibration import seen
        from warrant.probability.statement import show

        statement, counts = self.content
        return tuple(
            f"column {one.model}: expected calibration error at most {show(one.limit)} in {len(one.pairs)} bins "
            f"({float(seen(statement, one, counts, self._scores)):.6f} was seen)"
            for one in statement.calibrations
        )

    @cached_property
    def _scores(self) -> Table:
        from warrant.probability.tables import read_table

        return read_table(self.predictions_bytes, file=self.predictions_name)

    @cached_property
    def content(self) -> tuple[Statement, tuple[Count, ...]]:
        """What the files say: the statement, and the counts for each of its bounds.

        Raises:
            WrongInput: one of them cannot be read or has no meaning, or they do not fit together.
        """
        from warrant.probability.statement import read_statement
        from warrant.probability.tables import read_table

        statement = read_statement(self.statement_bytes, file="bounds.accuracy")
        labels = read_table(self.labels_bytes, file=self.labels_name)
        predictions = self._scores
        if not 0 < statement.confidence < 1:
            raise WrongInput("the confidence", file="bounds.accuracy", expected="a number between 0 and 1")
        if max(statement.label, statement.group) >= labels.width:
            raise WrongInput(f"{labels.width} columns", file=self.labels_name, expected="the columns of the statement")
        if any(max(d.first, d.second) >= len(statement.bounds) for d in statement.differences):
            found = f"{len(statement.bounds)} bounds"
            raise WrongInput(found, file="bounds.accuracy", expected="those between which there are differences")
        for one in statement.calibrations:
            if any(max(pair) >= len(statement.bounds) for pair in one.pairs):
                found = f"{len(statement.bounds)} bounds"
                raise WrongInput(found, file="bounds.accuracy", expected="those of the calibration's bins")
        if max(bound.model for bound in statement.bounds) >= predictions.width:
            width = f"{predictions.width} columns"
            raise WrongInput(width, file=self.predictions_name, expected="the columns of the statement")
        return statement, statement.counts(labels, predictions)

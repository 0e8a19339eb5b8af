"""Claims about smoothed classifiers: radii of robustness, from counts of classes among noisy copies of inputs."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, ClassVar

from warrant._files import stem
from warrant._words import number_of
from warrant.claims._interface import Found, NeverRefuted, Report, Summary, Theorem
from warrant.claims._of_files import OfFiles, Part
from warrant.errors import WrongInput

if TYPE_CHECKING:
    from warrant.probability.smoothing import Statement

__all__ = ["Smoothing"]

_SHOWN = 20
_WORDS = (
    "If the noisy copies of each input are independent, then, by a procedure that is right with confidence "
    "{confidence}, the smoothed classifier gives {inputs} of {all} inputs their class, and gives it to every input "
    "within the stated distance ({distance}) of them."
)
_HYPOTHESES = (
    "The noisy copies of each input were made independently, with the stated noise: {noise}.",
    "Each count is how many of these copies one and the same classifier gave the class; it does not change between "
    "copies, nor choose at random.",
)


@dataclass(frozen=True)
class Smoothing(OfFiles, NeverRefuted):
    """The claim that radii of robustness follow from counts (docs/smoothing.md).

    Attributes:
        statement_bytes: the text that states the noise, the confidence and the radii.
        counts_bytes: a table, with a row for each input and a column for each class.
        counts_name: what the user calls it, for messages.
    """

    family: ClassVar[str] = "smoothing"
    parts: ClassVar[tuple[Part, ...]] = (
        Part("radii.smoothing", "radii_file", "statement"),
        Part("counts.table", "counts_file", "counts"),
    )

    statement_bytes: bytes = field(repr=False)
    counts_bytes: bytes = field(repr=False)
    counts_name: str = "counts.table"

    @property
    def stem(self) -> str:
        """The name of the counts' file, without its suffix."""
        return stem(self.counts_name, Path(self.counts_name).suffix, "smoothing")

    def validate(self) -> None:
        """Read the files.

        Raises:
            WrongInput: one of them cannot be read or has no meaning, or they do not fit together.
        """
        _ = self.content

    def theorem(self, certificate: bytes) -> Theorem | None:
        """``SmoothingCertifies`` of the files; None where they cannot be read, or the certificate is none."""
        from warrant.probability.smoothing import MAGIC

        if certificate != MAGIC:
            return None
        try:
            words = self._words
        except WrongInput:
            return None
        return Theorem(
            statement="SmoothingCertifies radii_file counts_file",
            soundness="smoothing_sound",
            verdict="PROVED",
            words=words,
            module="Probability",
            meaning="Smoothing.v",
        )

    def find(self, *, timeout: float | None, jobs: int, report: Report | None) -> Found:
        """The certificate, which is always the same; or the first radius that is too large."""
        from warrant.probability.limits import clopper_pearson
        from warrant.probability.smoothing import MAGIC
        from warrant.probability.statement import show

        statement, counts = self.content
        share = statement.share(counts)
        for entry in statement.entries:
            row = counts[entry.row]
            missed = clopper_pearson(sum(row), sum(row) - row[entry.label], share)
            if float(missed) > float(statement.noise.limit(entry.radius)) + 1e-9:
                enough = statement.noise.radius(missed)
                known = "no radius" if enough is None else f"a radius of {show(enough)}"
                return Found(
                    None,
                    f"{row[entry.label]} of the {sum(row)} noisy copies of input {entry.row} show {known}, and not of "
                    f"{show(entry.radius)}",
                )
        return Found(MAGIC, "")

    def summary(self) -> Summary:
        """The noise, the numbers of inputs and radii, and the hypotheses.

        Raises:
            WrongInput: the files cannot be read.
        """
        from warrant.probability.statement import show

        statement, counts = self.content
        radii = [entry.radius for entry in statement.entries]
        subject = f"{number_of(len(counts), 'input')}, {len(counts[0])} classes; noise: {statement.noise}."
        if radii:
            subject += f" Radii from {show(min(radii))} to {show(max(radii))}, in the middle {show(median(radii))}."
        return Summary(
            subject,
            (self._words, *self._lines()),
            not radii,
            "There are such noises and classifiers; whether the copies were independent, no machine can check.",
            hypotheses=tuple(line.format(noise=statement.noise) for line in _HYPOTHESES),
        )

    def _lines(self) -> tuple[str, ...]:
        from warrant.probability.statement import show

        statement, counts = self.content
        lines = [
            f"input {entry.row}: class {entry.label} for {counts[entry.row][entry.label]} of {sum(counts[entry.row])} "
            f"noisy copies; radius {show(entry.radius)}"
            for entry in statement.entries[:_SHOWN]
        ]
        more = len(statement.entries) - _SHOWN
        return (*lines, *([f"… and {more} more inputs"] if more > 0 else []))

    @property
    def _words(self) -> str:
        from warrant.probability.statement import show

        statement, counts = self.content
        return _WORDS.format(
            confidence=show(statement.confidence),
            inputs=len({entry.row for entry in statement.entries}),
            all=len(counts),
            distance=statement.noise.distance,
        )

    @cached_property
    def content(self) -> tuple[Statement, list[list[int]]]:
        """What the files say: the statement, and the counts.

        Raises:
            WrongInput: one of them cannot be read or has no meaning, or they do not fit together.
        """
        from warrant.probability.smoothing import Statement
        from warrant.probability.tables import read_table

        statement = Statement.read(self.statement_bytes, file="radii.smoothing")
        if not 0 < statement.confidence < 1:
            raise WrongInput("the confidence", file="radii.smoothing", expected="a number between 0 and 1")
        counts = statement.counts(read_table(self.counts_bytes, file=self.counts_name))
        for entry in statement.entries:
            if entry.row >= len(counts) or entry.label >= len(counts[0]):
                found = f"input {entry.row}, class {entry.label}"
                raise WrongInput(
                    found, file="radii.smoothing", expected=f"{len(counts)} rows of {len(counts[0])} counts"
                )
        return statement, counts

"""Split conformal prediction: the rule's threshold, exactly, and the statement that the checker reads.

Source: V. Vovk, A. Gammerman and G. Shafer, Algorithmic Learning in a Random World, 2005.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from warrant.claims.conformal import Conformal
from warrant.errors import SearchError, WrongInput
from warrant.probability.statement import show
from warrant.probability.tables import Source, Table, rational, read_table, table_bytes, value

__all__ = ["Statement", "rank", "rule", "state"]

_FORM = "(conformal 1) (coverage C) (scores SKIP COLUMN) (threshold T)"
_SHAPE = re.compile(
    r"\s*\(\s*conformal\s+1\s*\)\s*\(\s*coverage\s+([^\s()]+)\s*\)"
    r"\s*\(\s*scores\s+([0-9]{1,4})\s+([0-9]{1,4})\s*\)\s*\(\s*threshold\s+([^\s()]+)\s*\)\s*"
)


def rank(coverage: Fraction, n: int) -> int:
    """The number of the calibration score that is the threshold: (n + 1) times the coverage, rounded up."""
    return math.ceil((n + 1) * coverage)


def rule(scores: Sequence[Fraction], coverage: Fraction) -> Fraction:
    """The threshold: the score with this rank, which is at most n."""
    return sorted(scores)[rank(coverage, len(scores)) - 1]


@dataclass(frozen=True)
class Statement:
    """A coverage and a threshold.

    Attributes:
        coverage: between 0 and 1.
        skip, column: rows of names at the top of the scores' table, and the column of the scores.
        threshold: what is claimed to be at least the rule's threshold.
    """

    coverage: Fraction
    skip: int
    column: int
    threshold: Fraction

    @classmethod
    def read(cls, data: bytes, *, file: str) -> Statement:
        """Read a statement.

        Raises:
            WrongInput: it is none.
        """
        text = re.sub(r";[^\n\r]*", " ", data.decode("utf-8", "surrogateescape"))
        found = _SHAPE.fullmatch(text)
        coverage, threshold = (value(found[1]), value(found[4])) if found else ("", "")
        if found is None or not isinstance(coverage, Fraction) or not isinstance(threshold, Fraction):
            raise WrongInput("not a statement of a coverage and a threshold", file=file, expected=_FORM)
        return cls(coverage, int(found[2]), int(found[3]), threshold)

    def write(self) -> bytes:
        """The text of the statement."""
        lines = ["(conformal 1)", f"(coverage {show(self.coverage)})", f"(scores {self.skip} {self.column})"]
        return "\n".join([*lines, f"(threshold {show(self.threshold)})", ""]).encode()

    def scores(self, table: Table) -> list[Fraction]:
        """The calibration scores, (n,).

        Raises:
            WrongInput: they are no numbers, or too few for the coverage.
        """
        if self.column >= table.width:
            raise WrongInput(f"{table.width} columns", file=table.name, expected="the column of the statement")
        found = []
        for number, cell in enumerate(table.column(self.column, skip=self.skip)):
            if isinstance(cell, str):
                place = f"row {number + self.skip + 1}, column {self.column + 1}"
                raise WrongInput(f"{cell!r}", file=table.name, place=place, expected="a score, which is a number")
            found.append(cell)
        if rank(self.coverage, len(found)) > len(found):
            least = math.ceil(self.coverage / (1 - self.coverage))
            raise WrongInput(
                f"{len(found)} scores, which are too few for the coverage {show(self.coverage)}",
                file=table.name,
                expected=f"at least {least}",
                hint="with fewer, only an infinite threshold has this coverage",
            )
        return found


def state(
    scores: Source,
    *,
    coverage: object = "0.9",
    threshold: object = None,
    column: str | int = 0,
    header: bool | None = None,
) -> Conformal:
    """The claim about calibration scores; see :func:`warrant.conformal`."""
    wanted = rational(coverage, "coverage")
    if not 0 < wanted < 1:
        raise SearchError(f"coverage: {coverage}; expected a number between 0 and 1, such as 0.9")
    own = None if threshold is None else rational(threshold, "threshold")
    data, name = table_bytes(scores, "scores")
    table = read_table(data, file=name)
    names = table.has_names() if header is None else header and table.text
    draft = Statement(wanted, int(names), table.find(column, names=names), Fraction(0))
    found = draft.scores(table)
    stated = Statement(wanted, draft.skip, draft.column, rule(found, wanted) if own is None else own)
    return Conformal(stated.write(), data, name)

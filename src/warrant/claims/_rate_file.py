"""What claims about rates have in common: the text of one file, which a certificate may come with."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self

from warrant._files import limited, read_file, stem
from warrant.claims._interface import NeverRefuted, Summary
from warrant.claims._of_files import OfFiles
from warrant.errors import WrongInput

if TYPE_CHECKING:
    from warrant.rates import Problem
    from warrant.rates.method import Method

__all__ = ["RateFile"]

_EXCERPT_LINES = 60


@dataclass(frozen=True)
class RateFile(OfFiles, NeverRefuted):
    """The text of a claim about rates.

    Attributes:
        problem_bytes: the text.
        problem_name: what the user calls it, for messages.
        known: a certificate that was found with the text, so that none has to be looked for.
    """

    problem_bytes: bytes = field(repr=False)
    problem_name: str = "problem"
    known: bytes | None = field(default=None, repr=False)

    @classmethod
    def of(cls, problem: str | os.PathLike[str]) -> Self:
        """The claim in a file.

        Raises:
            WrongInput: it cannot be read, or is larger than a Coq string can be.
        """
        return cls(limited(read_file(problem, "a rate problem"), str(problem)), str(problem))

    @property
    def stem(self) -> str:
        """The name of the problem's file, without its suffix."""
        return stem(self.problem_name, Path(self.files[0]).suffix, "rate")

    def text(self) -> str:
        """The text, as characters.

        Raises:
            WrongInput: it is not in ASCII.
        """
        try:
            return self.problem_bytes.decode("ascii")
        except UnicodeDecodeError as error:
            place = f"byte {error.start}"
            raise WrongInput("not a text", file=self.problem_name, place=place, expected="ASCII characters") from error

    def described(self, problem: Problem | Method) -> Summary:
        """What a claim's text has, and the text."""
        from warrant.rates.text import class_words

        parts = [
            f"{o.kind} {o.name}"
            + ": " * bool(o.classes)
            + ", ".join(class_words(problem.objects, c) for c in o.classes)
            for o in problem.objects
        ]
        points, numbers = (sum(map(bool, names)) for names in (problem.points, problem.numbers))
        subject = f"{'; '.join(parts)}; {points} points, {numbers} numbers"
        lines = self.problem_bytes.decode("utf-8", "replace").splitlines()
        more = [f"… and {len(lines) - _EXCERPT_LINES} more lines"] if len(lines) > _EXCERPT_LINES else []
        premises = "That some functions and points satisfy the premises is for the reader to see."
        return Summary(subject, (*lines[:_EXCERPT_LINES], *more), None, premises)

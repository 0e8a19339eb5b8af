"""Every error that Warrant raises on purpose.

WarrantError            the root
├── WrongInput          a file cannot be read, or says something that has no meaning
│   └── Unsupported     a file says something that Warrant does not handle (yet)
├── SearchError         the search was asked for something impossible (a mismatch of its arguments)
└── GradcheckError      a gradient is not known to be right (raised by ``gradcheck`` only)
"""

from __future__ import annotations


class WarrantError(Exception):
    """The root of Warrant's errors."""


class WrongInput(WarrantError):
    """A file is wrong: where, what was found, what was expected, what to try.

    The message is one line: ``file: place: problem; expected …; try …``.
    """

    def __init__(
        self,
        problem: str,
        *,
        file: str = "",
        place: str = "",
        expected: str = "",
        hint: str = "",
    ) -> None:
        self.problem = problem
        self.file = file
        self.place = place
        self.expected = expected
        self.hint = hint
        super().__init__(problem)

    def __str__(self) -> str:
        where = "".join(f"{part}: " for part in (self.file, self.place) if part)
        expected = f"; expected {self.expected}" if self.expected else ""
        hint = f"; {self.hint}" if self.hint else ""
        return " ".join(f"{where}{self.problem}{expected}{hint}".split())

    def at(self, *, file: str = "", place: str = "") -> WrongInput:
        """The same error with its file and place filled in where they were missing."""
        return type(self)(
            self.problem,
            file=self.file or file,
            place=self.place or place,
            expected=self.expected,
            hint=self.hint,
        )


class Unsupported(WrongInput):
    """A file is well formed, but says something that Warrant does not handle."""


class SearchError(WarrantError):
    """The search was given arguments that do not fit together."""


class GradcheckError(WarrantError):
    """A gradient is wrong, or is not known to be right.

    Attributes:
        verdict: what ``warrant.gradient`` said: Refuted, with an input, or Unknown, with a reason; None where the
            exported files do not agree with the framework, so that a verdict would be about something else.
    """

    def __init__(self, problem: str, verdict: object = None) -> None:
        self.verdict = verdict
        super().__init__(problem)

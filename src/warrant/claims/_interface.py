"""The small interface through which the rest of Warrant knows a family of claims."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar, Protocol, runtime_checkable

__all__ = [
    "THEOREM_NAME",
    "Artefact",
    "Claim",
    "Counterexample",
    "Existential",
    "Found",
    "NeverRefuted",
    "Point",
    "Progress",
    "Report",
    "Restated",
    "Span",
    "Summary",
    "Theorem",
    "Witness",
]

THEOREM_NAME = "claim"
"""What the theorem about the files is called in ``Theorem.v``."""


@dataclass(frozen=True)
class Artefact:
    """One file that a claim is about.

    Attributes:
        file: its name in a warrant's folder.
        coq: the Coq name of its bytes in ``Artefacts.v``.
        data: the bytes.
    """

    file: str
    coq: str
    data: bytes


@dataclass(frozen=True)
class Restated:
    """A theorem about files, stated once more without them.

    Attributes:
        name: the name of the second theorem.
        statement: its Coq statement.
        text: Coq text that states it and proves it from the first theorem.
    """

    name: str
    statement: str
    text: str


@dataclass(frozen=True)
class Theorem:
    """What a certificate would establish, in Coq and in words.

    Attributes:
        statement: the Coq proposition, over the Coq names of the artefacts.
        soundness: the name of the soundness theorem of ``module`` that gives it.
        verdict: the verdict that it stands for, ``PROVED`` or ``REFUTED``.
        words: one plain sentence for it.
        module: the file of ``theories/`` that the Coq text imports.
        meaning: the file of ``theories/Spec`` where the statement's meaning begins.
        restated: the same without the files, where there is such a statement.
        remark: which of several claims it is, in one line for the verdict's notes; empty where there is but one.
        marks: where the claim is about many inputs, whether the certificate is about each of them.
    """

    statement: str
    soundness: str
    verdict: str
    words: str
    module: str = "Main"
    meaning: str = "Claims.v"
    restated: Restated | None = None
    remark: str = ""
    marks: tuple[bool, ...] = ()

    @property
    def name(self) -> str:
        """The name of the theorem that is shown: the restated one, where there is one."""
        return self.restated.name if self.restated is not None else THEOREM_NAME

    @property
    def shown(self) -> str:
        """The statement that is shown."""
        return self.restated.statement if self.restated is not None else self.statement


@dataclass(frozen=True)
class Progress:
    """How far a search has come; all fields are estimates for display only."""

    open: int
    closed: int
    volume: float
    seconds: float

    def __str__(self) -> str:
        """The share of the volume is rounded down, and is never 100 % while regions are open."""
        percent = min(math.floor(1e4 * self.volume) / 100, 99.99 if self.open else 100.0)
        return f"{self.closed} regions closed, {self.open} open, {percent:.2f} % of the volume proved"


Report = Callable[[Progress], None]


@dataclass(frozen=True)
class Found:
    """What a search found: a certificate, or the reason why there is none; and figures of the search, by name."""

    certificate: bytes | None
    reason: str
    figures: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Point:
    """An input that decides a claim, as numbers, and the outputs there where they could be computed.

    Attributes:
        inputs: the numbers.
        outputs: the outputs there; None where they could not be computed, or the remark says more.
        names: what the inputs are called, where the claim says it.
        remark: what is so there, in one line; may be empty.
        place: where that is and how, in one line; where it is given, it is shown instead of the numbers.
    """

    inputs: tuple[float, ...]
    outputs: tuple[float, ...] | None
    names: tuple[str, ...] = ()
    remark: str = ""
    place: str = ""


class Counterexample(Point):
    """An input at which a claim about all inputs fails."""


class Witness(Point):
    """An input at which what a claim says to occur does occur."""


@dataclass(frozen=True)
class Span:
    """The least and the greatest value that a claim's region has of one input, and its name, for display."""

    name: str
    low: float
    high: float


@dataclass(frozen=True)
class Summary:
    """What a claim says, for its audit and its report.

    Attributes:
        subject: one line on the artefacts, such as the numbers of inputs and outputs.
        excerpt: lines of the claim's own text.
        vacuous: True where nothing can satisfy the premises, so that the claim says nothing; None: not known.
        premises: one sentence on how that was found.
        said: what the claim's own comments say to people; no checker reads them.
        region: a span for each input, where the claim is about a region of inputs.
        hypotheses: what the claim supposes and no machine can check, one sentence each.
    """

    subject: str
    excerpt: tuple[str, ...]
    vacuous: bool | None
    premises: str
    said: str = ""
    region: tuple[Span, ...] = ()
    hypotheses: tuple[str, ...] = ()


class NeverRefuted:
    """Of families whose certificates only prove."""

    def counterexample(self, certificate: bytes) -> None:
        """There is none: no certificate refutes such a claim."""


class Claim(Protocol):
    """A claim about the bytes of some files.  Implementations are frozen dataclasses, one module a family."""

    family: ClassVar[str]

    @property
    def artefacts(self) -> Sequence[Artefact]:
        """The files, in the order in which the checker takes them."""

    @property
    def names(self) -> tuple[tuple[str, str], ...]:
        """What the user calls the artefacts: pairs of a file of the warrant and a name."""

    @property
    def stem(self) -> str:
        """A short name, for a folder."""

    def validate(self) -> None:
        """Raise a WarrantError with one clear line if the files cannot be understood."""

    def theorem(self, certificate: bytes) -> Theorem | None:
        """What this certificate would establish if it is right; None if it is no certificate at all."""

    def find(self, *, timeout: float | None, jobs: int, report: Report | None) -> Found:
        """Search for a certificate.  Untrusted."""

    def counterexample(self, certificate: bytes) -> Counterexample | None:
        """The numbers in a certificate that refutes; None where it is a proof about all inputs, and has no numbers."""

    def summary(self) -> Summary:
        """What the claim says."""


@runtime_checkable
class Existential(Protocol):
    """What a claim that some input is so has besides: an input proves it, and a proof about all inputs refutes it."""

    def witness(self, certificate: bytes) -> Witness:
        """The numbers in a certificate that proves."""

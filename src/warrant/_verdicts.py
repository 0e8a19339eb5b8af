"""What comes out: a proof, a refutation, or neither with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar

from warrant.claims import Counterexample, Point, Witness

__all__ = ["Proved", "Refuted", "Unknown", "Verdict"]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What is known of a claim.  It is always one of its subclasses: Proved, Refuted or Unknown.

    Attributes:
        word: ``PROVED``, ``REFUTED`` or ``UNKNOWN``.
        certificate: what the search found for the checker to look at, if it found anything.
        checked_by: the modes in which a checker accepted the certificate: ``native``, ``kernel``, ``recheck``.
        assumptions: full Coq names of what the theorem rests on; None where Coq was not asked.
        folder: the warrant on disk, if there is one.
        seconds: wall times, by activity.
        figures: what the search says of itself, by name, such as ``regions``: for tables, and no part of the verdict.
        versions: versions and digests of what took part.
        notes: what a reader should know besides, one line each.
    """

    word: ClassVar[str]
    certificate: bytes | None = None
    checked_by: tuple[str, ...] = ()
    assumptions: tuple[str, ...] | None = None
    folder: Path | None = None
    seconds: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    figures: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    versions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    notes: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """The verdict as it is printed: ``PROVED``, ``REFUTED`` or ``UNKNOWN: reason``."""
        return self.word

    @property
    def point(self) -> Point | None:
        """The input that shows it: a counterexample, or a witness; None where no single input does."""
        return None

    def _repr_html_(self) -> str:
        """The verdict in a notebook: its line, who checked it, and the input that shows it by the features' names."""
        from html import escape

        from warrant.testing import described

        checked = f" (checked: {', '.join(self.checked_by)})" if self.checked_by else ""
        lines = "".join(f"<li>{escape(line)}</li>" for line in described(self))
        return f"<p><strong>{escape(self.line)}</strong>{escape(checked)}</p>" + (f"<ul>{lines}</ul>" if lines else "")


@dataclass(frozen=True, kw_only=True)
class Proved(Verdict):
    """The claim holds: a checker that was proved sound accepted a proof.

    Attributes:
        witness: where the claim is that some input is so, that input, as floats, and the outputs there; else None.
    """

    word: ClassVar[str] = "PROVED"
    witness: Witness | None = None

    @property
    def point(self) -> Witness | None:
        """The witness."""
        return self.witness


@dataclass(frozen=True, kw_only=True)
class Refuted(Verdict):
    """The claim fails: a checker that was proved sound accepted a counterexample, or a proof of the opposite.

    Attributes:
        counterexample: the input at which it fails, as floats (the certificate has it exactly), and the outputs there
            as ONNX Runtime computes them, where it is installed; None where the claim was that some input is so, and
            all inputs are proved not to be.
    """

    word: ClassVar[str] = "REFUTED"
    counterexample: Counterexample | None

    @property
    def point(self) -> Counterexample | None:
        """The counterexample."""
        return self.counterexample


@dataclass(frozen=True, kw_only=True)
class Unknown(Verdict):
    """Nothing was established.

    Attributes:
        reason: why, in one line.
    """

    word: ClassVar[str] = "UNKNOWN"
    reason: str

    @property
    def line(self) -> str:
        """``UNKNOWN: reason``."""
        return f"{self.word}: {self.reason}"

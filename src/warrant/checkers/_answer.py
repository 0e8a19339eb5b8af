"""What a checker answered."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["PROVED", "REFUTED", "UNKNOWN", "Answer", "unknown"]

PROVED = "PROVED"
REFUTED = "REFUTED"
UNKNOWN = "UNKNOWN"


@dataclass(frozen=True)
class Answer:
    """A checker's verdict.

    Attributes:
        word: ``PROVED``, ``REFUTED`` or ``UNKNOWN``.
        mode: ``native``, ``kernel`` or ``recheck``.
        reason: one line; empty unless the word is ``UNKNOWN``.
        seconds: wall time of the check.
        assumptions: full Coq names of what the theorem depends on (kernel mode only).
        versions: versions and digests of what did the checking.
        log: what the checker said besides, for display.
    """

    word: str
    mode: str
    reason: str = ""
    seconds: float = 0.0
    assumptions: tuple[str, ...] | None = None
    versions: tuple[tuple[str, str], ...] = ()
    log: str = ""


def unknown(mode: str, reason: str, *, seconds: float = 0.0, log: str = "") -> Answer:
    """The answer of a check that established nothing, with a reason of one line."""
    line = " ".join(reason.split()) or "no reason was given"
    return Answer(UNKNOWN, mode, line, seconds, log=log)

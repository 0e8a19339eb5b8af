"""The audit of a warrant: what it says, in words and in Coq, and what has to be trusted to believe it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from warrant.checkers import GROUPS
from warrant.claims import THEOREM_NAME, Restated, Summary, Theorem
from warrant.errors import WarrantError
from warrant.evidence.folder import Warrant
from warrant.evidence.record import Record, digest
from warrant.evidence.trust import NOT_TRUSTED, assumption_groups, trusted_always, trusted_by_mode

__all__ = ["Audit", "audit_warrant", "headline", "summary_of"]

_EMPTY = "No input satisfies its premises: the native checker says so, by a function proved sound."


@dataclass(frozen=True)
class Audit:
    """An audit, as it is shown.

    Attributes:
        headline: one line: whether the claim is vacuous.
        line: the verdict of the native checker when the audit was made: ``PROVED``, ``REFUTED`` or ``UNKNOWN: reason``.
        vacuous: whether nothing can satisfy the claim's premises; None where that could not be found out.
        changed: what has changed since the warrant was made.
        text: the whole audit, the headline first.
    """

    headline: str
    line: str
    vacuous: bool | None
    changed: tuple[str, ...]
    text: str


def audit_warrant(warrant: Warrant, changed: tuple[str, ...], line: str, *, notes: tuple[str, ...] = ()) -> Audit:
    """The audit of a warrant that was read, with what has changed in it, and a checker's verdict and notes now."""
    summary = summary_of(warrant, notes)
    theorem = warrant.claim.theorem(warrant.certificate)
    first = headline(summary)
    sections = [
        first,
        *([_section("CHANGED since it was made", changed)] if changed else []),
        *(
            [_section("What no machine can check, and the claim supposes", summary.hypotheses)]
            if summary.hypotheses
            else []
        ),
        _section(
            "What is claimed", [theorem.words if theorem else "Nothing: the certificate is none.", summary.subject]
        ),
        _section("The property's text", summary.excerpt),
        _section("In Coq", _in_coq(theorem)),
        _section("Who has checked it", _checks(warrant.record, line)),
        _section("What the theorem rests on", _assumptions(warrant.record)),
        _section("What else has to be trusted", _trust(warrant.record)),
        _section("Files (SHA-256)", _files(warrant)),
        _section("Made with", [f"{name} {value}" for name, value in warrant.record.versions]),
    ]
    return Audit(first, line, summary.vacuous, changed, "\n\n".join(sections) + "\n")


def summary_of(warrant: Warrant, notes: tuple[str, ...]) -> Summary:
    """What the claim says, also where its files cannot be read; a checker's note that it is vacuous decides that."""
    try:
        summary = warrant.claim.summary()
    except WarrantError as problem:
        summary = Summary("files that Warrant's readers cannot understand", (), None, f"It is not known: {problem}.")
    if any("vacuous" in note for note in notes):
        return replace(summary, vacuous=True, premises=_EMPTY)
    return summary


def _section(title: str, lines: tuple[str, ...] | list[str]) -> str:
    return "\n".join([title, *(f"  {line}".rstrip() for line in lines)])


def headline(summary: Summary) -> str:
    """One line: whether the claim is vacuous."""
    if summary.vacuous:
        return f"VACUOUS: the claim says nothing. {summary.premises}"
    if summary.vacuous is None:
        return f"Whether the claim is vacuous is not known. {summary.premises}"
    return f"Not vacuous. {summary.premises}"


def _in_coq(theorem: Theorem | None) -> list[str]:
    if theorem is None:
        return ["no theorem"]
    return [
        *f"Theorem {THEOREM_NAME} : {theorem.statement}.".splitlines(),
        *(["", *_restated(theorem.restated)] if theorem.restated is not None else []),
        "",
        "The files' bytes are in Artefacts.v; the theorem, with its proof, is in Theorem.v.",
        f"What the statement means: theories/Spec/{theorem.meaning} of the library, and the files it names.",
    ]


def _restated(again: Restated) -> list[str]:
    return ["The same without the file:", "", *f"Theorem {again.name} :\n{again.statement}.".splitlines()]


def _checks(record: Record, line: str) -> list[str]:
    recorded = " and ".join(record.checked_by)
    made = f"{record.verdict}, checked by: {recorded}" if recorded else f"{record.verdict}: {record.reason}"
    return [
        f"when it was made (as recorded, not to be relied on): {made}",
        f"now, by the native checker: {line}",
        "To have the Coq kernel check it now: warrant check --kernel, with this folder.",
    ]


def _assumptions(record: Record) -> list[str]:
    lines = []
    if record.assumptions is None:
        lines.append("Coq was not asked when this warrant was made.  No theorem of Warrant may rest on more than:")
        for title, sentence in GROUPS:
            lines.append(f"- {title}: {sentence}")
        return lines
    if not record.assumptions:
        return ["nothing: no axiom at all"]
    for group in assumption_groups(record.assumptions):
        lines.append(f"- {group.title}: {group.sentence}")
        lines += [f"    {name}" for name in group.names]
    return lines


def _trust(record: Record) -> list[str]:
    lines = [f"- {item}" for item in trusted_always()]
    for mode, items in trusted_by_mode(record.checked_by):
        lines.append(f"when the {mode} checker is believed:")
        lines += [f"- {item}" for item in items]
    return [*lines, NOT_TRUSTED]


def _files(warrant: Warrant) -> list[str]:
    names = dict(warrant.record.names)
    return [
        f"{digest(data)}  {file}" + (f" (given as {names[file]})" if names.get(file, file) != file else "")
        for file, data in warrant.found.items()
    ]

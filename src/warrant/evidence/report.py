"""Reports: one HTML file that opens without a network, an in-toto statement, and a block for a model card."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from warrant._words import number_of
from warrant.evidence.pictures import Panel, Picture, histogram
from warrant.evidence.record import CERTIFICATE
from warrant.evidence.view import View, readable

if TYPE_CHECKING:
    from warrant.evidence.data import Data

__all__ = ["PREDICATE", "STATEMENT", "html", "in_toto", "model_card"]

STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "urn:warrant-ml:verdict:1"
"""The type of the predicate (docs/evidence.md)."""


def html(views: Sequence[View], *, title: str, data: Data | None = None) -> str:
    """One page about some warrants.  Everything that comes from files is escaped (jinja2, with autoescape).

    data: what their regions are drawn against.
    """
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("warrant.evidence"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["number_of"] = number_of
    environment.filters["readable"] = readable
    counts = {word: sum(v.word == word for v in views) for word in ("PROVED", "REFUTED", "UNKNOWN")}
    made = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    page = environment.get_template("report.html")
    return page.render(
        views=views,
        title=title,
        counts=counts,
        made=made,
        card=model_card(views),
        compared=compared(views),
        data=data,
    )


@dataclass(frozen=True)
class Compared:
    """Claims about the same model and test set that differ in what is near: a picture and a table."""

    picture: Picture
    panels: tuple[Panel, ...]


def compared(views: Sequence[View]) -> tuple[Compared, ...]:
    """The claims about many inputs of which several are about the same model, test set and decision."""
    groups: dict[str, list[Panel]] = {}
    for shown in views:
        if shown.panel is not None:
            groups.setdefault(shown.panel.margins.about, []).append(shown.panel)
    several = (tuple(sorted(g, key=lambda p: p.margins.order)) for g in groups.values() if len(g) > 1)
    return tuple(Compared(histogram(panels), panels) for panels in several)


def in_toto(shown: View) -> str:
    """An in-toto statement (JSON) that binds the files of a claim, by SHA-256, to the verdict; not signed.

    Source: the in-toto attestation framework, Statement version 1.
    """
    by_name = {file.file: file for file in shown.files}
    body: dict[str, Any] = {
        "_type": STATEMENT,
        "subject": [{"name": f.given, "digest": {"sha256": f.sha256}} for f in shown.subjects],
        "predicateType": PREDICATE,
        "predicate": {
            "verdict": shown.word,
            "reason": shown.reason,
            "checkedBy": list(shown.checked_by),
            "family": shown.family,
            "files": {f.file: f.given for f in shown.subjects},
            "theorem": shown.theorem,
            "words": shown.words,
            "vacuous": shown.vacuous,
            "certificate": {"sha256": by_name[CERTIFICATE].sha256},
            "assumptions": None if shown.groups is None else sorted(n for g in shown.groups for n in g.names),
            "versions": dict(shown.versions),
        },
    }
    return json.dumps(body, indent=2, ensure_ascii=True) + "\n"


def model_card(views: Sequence[View]) -> str:
    """A section in Markdown for the card of a model, as the Hugging Face Hub shows it."""
    lines = [
        "## Machine-checked claims",
        "",
        "| verdict | claim | model | SHA-256 | check it |",
        "|---|---|---|---|---|",
    ]
    for shown in views:
        words = shown.said or shown.words
        model = shown.subjects[0]
        cells = [shown.word, words, model.given, model.sha256[:16] + "…", shown.commands[0]]
        lines.append("| " + " | ".join(map(_cell, cells)) + " |")
    proved = "PROVED: a theorem about the exact real numbers that a checker, proved sound in Coq, accepted."
    return "\n".join([*lines, "", f"{proved} REFUTED: the same of its opposite.", ""])


def _cell(text: str) -> str:
    """The text with everything escaped that Markdown or HTML could take for more than text."""
    escaped = "".join(f"&#{ord(c)};" if c in "\\`*_{}[]<>()#+!|~&" else c for c in text)
    return " ".join(escaped.split())

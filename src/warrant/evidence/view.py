"""All that is shown of one warrant, gathered once: for the report, the in-toto statement and the model card."""

from __future__ import annotations

import math
import shlex
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from warrant._verdicts import Refuted, Verdict
from warrant.claims import Boxed, Illustrated, Illustration, Point, Span, Theorem
from warrant.errors import WarrantError
from warrant.evidence.audit import headline, summary_of
from warrant.evidence.folder import Warrant
from warrant.evidence.pictures import Panel, Picture, histogram, in_order, plan, states, tree
from warrant.evidence.record import CERTIFICATE, digest
from warrant.evidence.trust import (
    NOT_TRUSTED,
    AssumptionGroup,
    assumption_groups,
    trusted_always,
    trusted_by_mode,
)

if TYPE_CHECKING:
    from warrant.evidence.data import Data

__all__ = ["File", "Row", "View", "readable", "view"]

_MODES = {"native": "the native checker", "kernel": "the Coq kernel", "recheck": "coqchk"}
_UNCUT = "The proof cuts nothing: each box of the claim was closed as a whole, and there is no tree to draw."


@dataclass(frozen=True)
class File:
    """One file of a warrant: its name there, what the user called it, its SHA-256 and its size."""

    file: str
    given: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Row:
    """One input: what it is called, its region, and where in it the point lies that decides (position: 0 to 1)."""

    name: str
    low: float
    middle: float
    high: float
    found: float | None
    position: float | None


@dataclass(frozen=True)
class Given:
    """One input at which a claim without a region fails: in the first run, and in the second where there are two."""

    name: str
    first: float
    second: float | None


@dataclass(frozen=True)
class View:
    """What a report shows of one warrant.  Texts that a user gave have no control characters in them.

    Attributes:
        title: the name of its folder.
        word, reason: the verdict now, and why it is unknown.
        headline: whether the claim is vacuous.
        said: the words of the property's author, which no checker reads.
        words, subject: what the theorem says, and about what.
        hypotheses: what it supposes and no machine can check.
        theorem: its Coq text; empty where there is none.
        meaning: the file of theories/Spec where the statement's meaning begins.
        excerpt: lines of the property.
        recorded: what the warrant records of its own making.
        checked_by: the modes in which it was checked now.
        groups: assumptions; None where Coq was not asked, now or then.
        point: what the input is that decides: ``counterexample``, ``witness``, or nothing where there is none.
        rows, given: the region of inputs, with that input in it; or that input where there is no region.
        marks: of a claim about many inputs, whether its certificate is about each of them.
        panel: of such a claim, the margins that a model has there, and what is known of each input.
        inputs, image, regions: pictures of the inputs of such a claim, of the input that decides, and of the proof.
        missing: why there is no such picture.
        against, not_against: a picture of the region of inputs against data, where such were given; why there is none.
        outputs, remark: the outputs there, and where or how the claim fails, in a sentence.
    """

    title: str
    family: str
    word: str
    reason: str
    headline: str
    vacuous: bool | None
    changed: tuple[str, ...]
    notes: tuple[str, ...]
    said: str
    words: str
    subject: str
    hypotheses: tuple[str, ...]
    theorem: str
    meaning: str
    excerpt: tuple[str, ...]
    recorded: str
    checked_by: tuple[str, ...]
    groups: tuple[AssumptionGroup, ...] | None
    trusted: tuple[str, ...]
    trusted_by_mode: tuple[tuple[str, tuple[str, ...]], ...]
    not_trusted: str
    files: tuple[File, ...]
    subjects: tuple[File, ...]
    commands: tuple[str, ...]
    versions: tuple[tuple[str, str], ...]
    seconds: tuple[tuple[str, float], ...]
    point: str
    rows: tuple[Row, ...]
    given: tuple[Given, ...]
    marks: tuple[bool, ...]
    panel: Panel | None
    inputs: tuple[Picture, ...]
    image: Picture | None
    regions: tuple[Picture, ...]
    missing: tuple[str, ...]
    against: Picture | None
    not_against: str
    outputs: tuple[float, ...]
    remark: str

    @property
    def checkers(self) -> str:
        """Who checked it now, in words."""
        return " and ".join(_MODES[mode] for mode in self.checked_by) or "nobody"


def readable(text: str) -> str:
    """The text with every character that is not printable replaced, so that none can change how others are shown."""
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)


def view(warrant: Warrant, changed: tuple[str, ...], verdict: Verdict, data: Data | None = None) -> View:
    """All that is shown of a warrant that was read, with what has changed in it and what checkers say of it now.

    data: to see the region of inputs against; of the user, and no part of the claim.
    """
    summary = summary_of(warrant, verdict.notes)
    theorem = warrant.claim.theorem(warrant.certificate)
    record = warrant.record
    point = verdict.point
    word, _, reason = verdict.line.partition(": ")
    rows = _rows(summary.region, point)
    artefacts = {a.file for a in warrant.claim.artefacts}
    names = dict(record.names)
    files = tuple(
        File(file, readable(names.get(file, file)), digest(data), len(data)) for file, data in warrant.found.items()
    )
    marks = theorem.marks if theorem is not None and word != "UNKNOWN" else ()
    drawn = _illustration(warrant, word)
    margins = drawn.margins if len(drawn.margins.values if drawn.margins else ()) == len(marks) > 1 else None
    known = states(marks, word, margins)
    panel = Panel(margins, known) if margins is not None else None
    inputs = (in_order(known), histogram([panel]) if panel is not None else None)
    pictures = tuple(each for each in (plan(drawn.regions), tree(drawn.regions)) if each is not None)
    missing = (*drawn.missing, *[_UNCUT] * (bool(drawn.regions) and not pictures))
    assumptions = verdict.assumptions if verdict.assumptions is not None else record.assumptions
    made = " and ".join(_MODES.get(mode, mode) for mode in record.checked_by)
    kind = "" if point is None else "counterexample" if isinstance(verdict, Refuted) else "witness"
    against, not_against = _against(warrant, point, kind, data) if data is not None else (None, "")
    return View(
        title=readable(warrant.folder.name),
        family=record.family,
        word=word,
        reason=readable(reason),
        headline=readable(headline(summary)),
        vacuous=summary.vacuous,
        changed=tuple(map(readable, changed)),
        notes=tuple(map(readable, verdict.notes)),
        said=readable(summary.said),
        words=theorem.words if theorem is not None else "Nothing: the certificate is none.",
        subject=readable(summary.subject),
        hypotheses=tuple(map(readable, summary.hypotheses)),
        theorem=_coq(theorem),
        meaning=theorem.meaning if theorem is not None else "",
        excerpt=tuple(map(readable, summary.excerpt)),
        recorded=readable(f"{record.verdict}, checked by {made}" if made else f"{record.verdict}: {record.reason}"),
        checked_by=verdict.checked_by,
        groups=assumption_groups(assumptions) if assumptions is not None else None,
        trusted=trusted_always(),
        trusted_by_mode=trusted_by_mode(verdict.checked_by),
        not_trusted=NOT_TRUSTED,
        files=files,
        subjects=tuple(f for f in files if f.file in artefacts),
        commands=_commands(warrant.folder.name),
        versions=tuple((readable(k), readable(v)) for k, v in {**dict(record.versions), **verdict.versions}.items()),
        seconds=tuple({**dict(record.seconds), **verdict.seconds}.items()),
        point=kind,
        rows=rows,
        given=_given(point) if point is not None and not rows and not point.place else (),
        marks=marks,
        panel=panel,
        inputs=tuple(each for each in inputs if each is not None),
        image=_beside(drawn),
        regions=pictures,
        missing=tuple(map(readable, missing)),
        against=against,
        not_against=readable(not_against),
        outputs=(point.outputs or ()) if point is not None and not point.place else (),
        remark=readable(_remark(point)) if point is not None else "",
    )


def _illustration(warrant: Warrant, word: str) -> Illustration:
    """What there is to draw; where no checker has accepted the certificate, nothing."""
    claim = warrant.claim
    if not isinstance(claim, Illustrated):
        return Illustration()
    if word == "UNKNOWN":
        return Illustration(missing=("There are no pictures, since no checker has accepted the certificate.",))
    try:
        return claim.illustration(warrant.certificate)
    except WarrantError as problem:
        return Illustration(missing=(f"There are no pictures: {problem}.",))


def _against(warrant: Warrant, point: Point | None, called: str, data: Data) -> tuple[Picture | None, str]:
    """The claim's region against the data; or nothing, and why: where the claim has no region of inputs, nothing."""
    if not isinstance(warrant.claim, Boxed):
        return None, ""
    from warrant.evidence.pictures.against import MOST_INPUTS, against

    try:
        box = warrant.claim.least_box()
        n = len(box.spans)
        if not n or any(span.low > span.high for span in box.spans):
            return None, "There is no picture of the region against the data, since no input is in the region."
        if box.image or n > MOST_INPUTS:
            why = "the inputs are an image" if box.image else f"there are {n} inputs, more than {MOST_INPUTS}"
            return None, f"There is no picture of the region against the data, since {why}."
        columns, by_name = data.of([span.name for span in box.spans])
    except WarrantError as problem:
        return None, f"There is no picture of the region against the data: {problem}."
    numbers = point.inputs if point is not None and not point.place and len(point.inputs) % n == 0 else ()
    spans = tuple(replace(span, name=readable(span.name)) for span in box.spans)
    points = [numbers[k : k + n] for k in range(0, len(numbers), n)]
    return against(columns, spans, points, called, by_name=by_name), ""


def _beside(drawn: Illustration) -> Picture | None:
    if drawn.image is None:
        return None
    from warrant.evidence.pictures.image import beside

    return beside(drawn.image)


def _coq(theorem: Theorem | None) -> str:
    if theorem is None:
        return ""
    between = "\n" if "\n" in theorem.shown else " "
    return f"Theorem {theorem.name} :{between}{theorem.shown}."


def _commands(folder: str) -> tuple[str, ...]:
    place = shlex.quote(readable(folder))
    return (
        f"warrant check {place} --kernel",
        f"warrant audit {place}",
        f"cd {place} && sha256sum {CERTIFICATE} *.v",
        f'cd {place} && coqc -Q LIB Warrant -Q . "" Theorem.v',
    )


def _rows(region: tuple[Span, ...], point: Point | None) -> tuple[Row, ...]:
    if point is not None and region and len(point.inputs) != len(region):
        return ()
    rows = []
    for i, span in enumerate(region):
        found = point.inputs[i] if point is not None else None
        width = span.high - span.low
        position = None
        if found is not None and math.isfinite(width):
            position = min(max((found - span.low) / width, 0.0), 1.0) if width > 0 else 0.5
        rows.append(Row(readable(span.name), span.low, span.low + width / 2, span.high, found, position))
    return tuple(rows)


def _remark(point: Point) -> str:
    return f"It fails at {point.place}." if point.place else f"There, {point.remark}." if point.remark else ""


def _given(point: Point) -> tuple[Given, ...]:
    """Its numbers by name, those of two runs beside each other."""
    names = tuple(map(readable, point.names)) or tuple(f"X_{i}" for i in range(len(point.inputs)))
    half = len(names) // 2
    if names[half:] == tuple(f"{name} (second)" for name in names[:half]):
        return tuple(map(Given, names, point.inputs[:half], point.inputs[half:]))
    return tuple(Given(name, value, None) for name, value in zip(names, point.inputs, strict=True))

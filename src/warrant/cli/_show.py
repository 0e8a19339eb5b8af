"""A verdict as lines for a person; the verdict line itself is printed after them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from warrant._verdicts import Unknown, Verdict
from warrant.checkers import explain
from warrant.claims import claim_of
from warrant.evidence import read_warrant

__all__ = ["show"]

_MODES = {"native": "the native checker", "kernel": "the Coq kernel", "recheck": "coqchk"}
_SHOWN = 40


def show(verdict: Verdict) -> Iterator[str]:
    """What a reader should see before the verdict line."""
    for note in verdict.notes:
        yield f"note         {note}"
    if verdict.certificate is not None:
        yield f"certificate  {len(verdict.certificate)} bytes" + _time(verdict, "search", "found in")
    if verdict.checked_by:
        yield "checked by   " + ", ".join(_MODES[mode] + _time(verdict, mode, "in") for mode in verdict.checked_by)
    if verdict.point is not None and verdict.point.place:
        yield f"fails at     {verdict.point.place}"
    elif verdict.point is not None:
        yield from _numbers("input", "X", verdict.point.inputs, verdict.point.names)
        if verdict.point.outputs is not None:
            yield from _numbers("output", "Y", verdict.point.outputs)
        if verdict.point.remark:
            yield f"there        {verdict.point.remark}"
    if verdict.assumptions is not None and not isinstance(verdict, Unknown):
        yield from _theorem(verdict)
    if verdict.folder is not None:
        yield f"warrant      {verdict.folder}"


def _time(verdict: Verdict, activity: str, word: str) -> str:
    return f" ({word} {verdict.seconds[activity]:.2f} s)" if activity in verdict.seconds else ""


def _numbers(title: str, letter: str, values: Sequence[float], names: Sequence[str] = ()) -> Iterator[str]:
    for i, value in enumerate(values[:_SHOWN]):
        called = f" ({names[i]})" if names else ""
        yield f"{title if i == 0 else '':<12} {letter}_{i}{called} = {value!r}"
    if len(values) > _SHOWN:
        yield f"{'':<12} … and {len(values) - _SHOWN} more"


def _theorem(verdict: Verdict) -> Iterator[str]:
    """The statement, and the axioms by name."""
    assert verdict.assumptions is not None
    if verdict.folder is not None and verdict.certificate is not None:
        warrant = read_warrant(verdict.folder)
        theorem = claim_of(warrant.record.family, warrant.found).theorem(verdict.certificate)
        if theorem is not None:
            yield f"theorem      {theorem.name} :" + (" " if "\n" not in theorem.shown else "\n") + theorem.shown
    groups: dict[str, list[str]] = {}
    for name in verdict.assumptions:
        known = explain(name)
        groups.setdefault(known.group if known else "NOT PERMITTED", []).append(name.rpartition(".")[2])
    yield f"rests on     {len(verdict.assumptions)} assumptions (`warrant audit` explains them)"
    for group, names in sorted(groups.items(), key=lambda entry: entry[0] == "primitive operations"):
        yield from textwrap.wrap(
            f"{group}: {', '.join(names)}", 110, initial_indent=" " * 13, subsequent_indent=" " * 15
        )

"""``warrant.json``: what was checked, of which files, by what.  For readers; no verdict is ever taken from it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from warrant.errors import WrongInput

__all__ = ["CERTIFICATE", "FORMAT", "RECORD", "Record", "digest", "parse_record"]

FORMAT = "warrant 1"
RECORD = "warrant.json"
CERTIFICATE = "certificate.bin"

_Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Record:
    """The contents of ``warrant.json``.

    Attributes:
        family: the family of the claim.
        verdict: what the checks in ``checked_by`` established; ``UNKNOWN`` where there was none.
        reason: why it is unknown.
        checked_by: the modes in which it was checked: ``native``, ``kernel``, ``recheck``.
        names: what the user called the artefacts, by file.
        digests: SHA-256 of every other file.
        versions: of Warrant, Python, and what checked.
        seconds: wall times, by activity.
        theorem: the name of the theorem in ``Theorem.v``.
        statement: its Coq statement.
        words: the same in words.
        assumptions: full Coq names of what it rests on, or None where Coq was not asked.
    """

    family: str
    verdict: str
    reason: str
    checked_by: tuple[str, ...]
    names: _Pairs
    digests: _Pairs
    versions: _Pairs
    seconds: tuple[tuple[str, float], ...]
    theorem: str
    statement: str
    words: str
    assumptions: tuple[str, ...] | None

    def render(self) -> bytes:
        """The bytes of ``warrant.json``, which end with a digest of all the rest."""
        body: dict[str, Any] = {"format": FORMAT, **asdict(self)}
        for name in _TABLES:
            body[name] = dict(body[name])
        body["this"] = digest(_dump(body))
        return _dump(body)


_TABLES = ("names", "digests", "versions", "seconds")


def _dump(body: Mapping[str, Any]) -> bytes:
    return (json.dumps(body, indent=2, ensure_ascii=True) + "\n").encode()


def digest(data: bytes) -> str:
    """The SHA-256 of some bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def parse_record(data: bytes, file: str) -> Record:
    """Read ``warrant.json``.

    Raises:
        WrongInput: it is not one that this version of Warrant wrote.
    """
    try:
        body = json.loads(data)
    except (ValueError, RecursionError):
        raise WrongInput("not a JSON file", file=file, expected="what `warrant prove` wrote") from None
    if not isinstance(body, dict) or body.get("format") != FORMAT:
        found = body.get("format") if isinstance(body, dict) else type(body).__name__
        raise WrongInput(
            f"format {found!r}", file=file, expected=repr(FORMAT), hint="check it with the version that made it"
        )
    values: dict[str, Any] = {}
    for field in fields(Record):
        value: Any = body.get(field.name)
        if not _fits(field.name, value):
            raise WrongInput(f"wrong or missing entry {field.name!r}", file=file, expected="what `warrant prove` wrote")
        if field.name in _TABLES:
            value = tuple(value.items())
        values[field.name] = tuple(value) if isinstance(value, list) else value
    return Record(**values)


def _fits(name: str, value: object) -> bool:
    if name == "seconds":
        return isinstance(value, dict) and all(isinstance(v, int | float) for v in value.values())
    if name in _TABLES:
        return isinstance(value, dict) and all(isinstance(v, str) for v in value.values())
    if name in ("checked_by", "assumptions"):
        texts = isinstance(value, list) and all(isinstance(v, str) for v in value)
        return texts or (name == "assumptions" and value is None)
    return isinstance(value, str)

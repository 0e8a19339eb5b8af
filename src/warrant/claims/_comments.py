"""What the comments of a property say to people; no checker reads them."""

from __future__ import annotations

import re

__all__ = ["MUST", "MUST_NOT", "names", "said"]

MUST = "What is asserted here is to occur."
MUST_NOT = "What is asserted here must not occur."
"""The second line of comment in a property that a statement writes: how to read what follows."""

_NAME = re.compile(r"; X_(\d{1,9}): (\S.{0,199})")
_MOST_LINES, _MOST_CHARACTERS = 20, 2000


def said(property: bytes) -> str:
    """The comment that a property begins with, but for how to read it and names of inputs; cut off where it is long."""
    lines = []
    for line in property[:65536].decode("utf-8", "replace").splitlines():
        if line.strip() and not line.startswith(";"):
            break
        text = line.lstrip(";").strip()
        if text and text not in (MUST, MUST_NOT) and not _NAME.fullmatch(line):
            lines.append(text)
    whole = " ".join(lines[:_MOST_LINES])
    return whole if len(whole) <= _MOST_CHARACTERS else whole[: _MOST_CHARACTERS - 1] + "…"


def names(property: bytes, inputs: int) -> tuple[str, ...]:
    """What comments such as ``; X_3: mean radius`` call the inputs; nothing if not all of them have a name."""
    found: dict[int, str] = {}
    for line in property.decode("utf-8", "replace").splitlines():
        if line.startswith("("):
            break
        named = _NAME.fullmatch(line)
        if named is not None and named[2].isprintable():
            found[int(named[1])] = named[2]
    return tuple(found[i] for i in range(inputs)) if all(i in found for i in range(inputs)) else ()

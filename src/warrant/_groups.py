"""The texts of statements: groups in parentheses, none within another."""

from __future__ import annotations

import re


def groups(text: str) -> list[list[str]]:
    """The words of each group; comments begin with ``;``.

    No groups at all where a group is empty, or something stands outside of them.
    """
    bare = re.sub(r";[^\n\r]*", " ", text)
    found = [group.split() for group in re.findall(r"\(([^()]*)\)", bare)]
    return found if all(found) and not re.sub(r"\([^()]*\)", "", bare).strip() else []

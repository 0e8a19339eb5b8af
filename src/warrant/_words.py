"""Words for people that depend on numbers."""

from __future__ import annotations

__all__ = ["number_of"]


def number_of(count: int, one: str) -> str:
    """So many things, whose plural has an s: ``1 input``, ``2 inputs``."""
    return f"{count} {one}{'s' * (count != 1)}"

"""The table of losses in docs/losses.md names theorems that are there, and rest on permitted axioms only."""

from __future__ import annotations

import re
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_LIBRARY = "Warrant.Primitives.Losses."


def _named() -> set[str]:
    text = (_ROOT / "docs" / "losses.md").read_text()
    tables = [line for line in text[text.index("## The library") :].splitlines() if line.startswith("|")]
    return {name for line in tables for name in re.findall(r"`([a-z_0-9]+)`", line)}


def test_each_named_theorem_is_in_the_audit() -> None:
    audited = re.findall(rf"^{re.escape(_LIBRARY)}\w+\.(\w+)$", (_ROOT / "audit" / "expected.txt").read_text(), re.M)
    assert len(_named()) > 50
    assert _named() <= set(audited)


def test_each_theorem_of_margins_and_scores_is_in_the_table() -> None:
    for module in ("Margins", "Scores"):
        stated = re.findall(r"^Theorem (\w+)", (_ROOT / "theories/Primitives/Losses" / f"{module}.v").read_text(), re.M)
        assert stated
        assert set(stated) <= _named()

"""The tables of losses in docs/losses.md name theorems that are there, and whose assumptions are audited."""

from __future__ import annotations

import re
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_LIBRARY = _ROOT / "theories" / "Primitives" / "Losses"


def _named() -> set[str]:
    text = (_ROOT / "docs" / "losses.md").read_text()
    parts = [
        text[text.index("The convex and concave atoms") : text.index("## How it is refuted")],
        text[text.index("## The library") :],
    ]
    tables = [line for part in parts for line in part.splitlines() if line.startswith("|")]
    return {name for line in tables for name in re.findall(r"`([a-z_0-9]+)`", line)}


def test_each_named_theorem_is_in_the_audit() -> None:
    audited = (_ROOT / "audit" / "expected.txt").read_text().split()
    definitions = re.findall(r"^Definition (\w+) :=\n  \((.*?)\)\.$", (_LIBRARY / "Table.v").read_text(), re.M | re.S)
    assert len(definitions) == 4
    audited_names = set()
    for table, theorems in definitions:
        assert f"Warrant.Primitives.Losses.Table.{table}" in audited
        audited_names.update(re.split(r",\s+", theorems))
    assert len(_named()) > 50
    assert _named() <= audited_names


def test_each_theorem_of_margins_and_scores_is_in_the_tables() -> None:
    for module in ("Margins", "Scores"):
        stated = re.findall(r"^Theorem (\w+)", (_LIBRARY / f"{module}.v").read_text(), re.M)
        assert stated
        assert set(stated) <= _named()

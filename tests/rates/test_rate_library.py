"""The table of theorems in docs/optimization.md names theorems that are audited, and examples that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LIBRARY = "Warrant.Primitives.Optimization."
TABLE = (ROOT / "docs" / "optimization.md").read_text()
AUDITED = {
    line.removeprefix(LIBRARY)
    for line in (ROOT / "audit" / "expected.txt").read_text().splitlines()
    if line.startswith(LIBRARY)
}
DECLARED = {
    f"{file.stem}.{name}": name
    for file in (ROOT / "theories" / "Primitives" / "Optimization").glob("*.v")
    for name in re.findall(r"^\s*(?:Theorem|Lemma) (\w+)", file.read_text(), re.MULTILINE)
}


def rows(table: str) -> dict[str, list[str]]:
    """By the name of a theorem the other cells of its row; a bar inside a cell is written with a backslash."""
    found = {}
    for line in table.splitlines():
        if line.startswith("| `"):
            name, *cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
            assert name not in found, f"{name} is there twice"
            found[name.strip("`")] = cells
    return found


def faults(table: str, audited: set[str]) -> list[str]:
    """What is wrong with a table."""
    found, known = rows(table), set(DECLARED.values())
    return [
        *(f"{name} is not audited" for name in found if name not in audited),
        *(f"{name} is not in the library" for name in found if name not in DECLARED),
        *(f"{name} is audited, but has no row" for name in audited if name not in found),
        *(f"{name} has not five cells" for name, cells in found.items() if len(cells) != 4 or not all(cells)),
        *(
            f"{example}, the example of {name}, is not in the library"
            for name, cells in found.items()
            for example in re.findall(r"`(\w+)`", cells[-1])
            if example not in known
        ),
    ]


def test_each_theorem_of_the_table_is_audited_and_each_example_exists() -> None:
    """And each audited theorem of the library has a row."""
    assert len(rows(TABLE)) > 50
    assert faults(TABLE, AUDITED) == []


def test_each_theorem_has_an_example_except_those_that_give_their_own() -> None:
    """A dash stands where the theorem itself says that there is a function."""
    dashes = {name for name, cells in rows(TABLE).items() if cells[-1] == "–"}
    assert dashes == {name for name in rows(TABLE) if name.startswith("Sharpness.")}


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("`Steps.line_search_rate`", "`Steps.line_search_rates`", "Steps.line_search_rates is not audited"),
        ("`cosine_gradient_descent`", "`sine_gradient_descent`", "sine_gradient_descent, the example of"),
        ("| `Steps.line_search_rate`", "", "Steps.line_search_rate is audited, but has no row"),
        ("| `cosine_long_steps` |", "|", "GradientDescent.gradient_descent_nonconvex_long has not five cells"),
    ],
)
def test_a_fault_in_the_table_is_found(old: str, new: str, fault: str) -> None:
    """A wrong name, a wrong example, a row that is gone, a cell that is gone."""
    assert old in TABLE
    assert any(found.startswith(fault) for found in faults(TABLE.replace(old, new, 1), AUDITED))


def test_a_theorem_that_is_no_longer_audited_is_found() -> None:
    """The table must not promise more than the audit."""
    assert faults(TABLE, AUDITED - {"Steps.line_search_rate"}) == ["Steps.line_search_rate is not audited"]

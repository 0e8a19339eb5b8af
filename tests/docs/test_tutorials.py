"""The tutorials: every block of Python in docs/tutorials runs, in order, in a folder of its own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

NEEDS = {"cnn": "onnxscript", "gradients": "onnxscript"}
"""The packages of extras without which a page is skipped."""
TUTORIALS = Path(__file__).parents[2] / "docs" / "tutorials"


@pytest.mark.parametrize("page", sorted(p.stem for p in TUTORIALS.glob("*.md") if p.stem != "index"))
def test_it_runs(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if page in NEEDS:
        pytest.importorskip(NEEDS[page])
    monkeypatch.chdir(tmp_path)
    document = Sybil(parsers=[PythonCodeBlockParser()]).parse(TUTORIALS / f"{page}.md")
    examples = list(document.examples())
    assert len(examples) == len(re.findall(r"^```python$", (TUTORIALS / f"{page}.md").read_text(), re.M)) > 0
    for example in examples:
        example.evaluate()

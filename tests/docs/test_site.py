"""The documentation: Sphinx builds it without a warning, no link between pages is dead, and every page is reachable."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def build(source: Path, target: Path) -> str:
    """Sphinx's warnings and errors; "" where the site was built."""
    call = [
        sys.executable,
        "-m",
        "sphinx",
        "-q",
        "-W",
        "-c",
        str(DOCS),
        "-b",
        "html",
        str(source),
        str(target / "html"),
    ]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    assert (done.returncode == 0) == (done.stderr == "")
    return done.stderr


def test_it_builds(tmp_path: Path) -> None:
    assert build(DOCS, tmp_path) == ""
    for page in DOCS.rglob("*.md"):
        assert (tmp_path / "html" / page.relative_to(DOCS)).with_suffix(".html").exists()
    assert "CertifiedAccuracy" in (tmp_path / "html" / "python.html").read_text()


def test_a_page_that_nothing_leads_to_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text("# Nothing\n")
    (tmp_path / "docs" / "lost.md").write_text("# Lost\n")
    assert "lost.md" in build(tmp_path / "docs", tmp_path)


@pytest.mark.parametrize("page", [*DOCS.rglob("*.md"), *ROOT.glob("*.md")], ids=lambda p: str(p.relative_to(ROOT)))
def test_links_between_files_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8")):
        if not target.startswith(("http:", "https:", "mailto:")) and target != "coq/index.html":
            assert (page.parent / target).exists(), target

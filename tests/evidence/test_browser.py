"""The report in a browser: it asks for nothing, fits on a telephone, a screen reader and a keyboard reach all of it, and it prints.

Chromium is the one on PATH; without one, these tests are skipped.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import warrant

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on PATH")

EXAMPLES = Path(__file__).parents[2] / "examples"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory, native_checker: Any) -> Path:
    """Of a claim that is refuted and of one that is proved."""
    folder = tmp_path_factory.mktemp("report")
    for percent, verdict in ((20, warrant.Refuted), (18, warrant.Proved)):
        made = folder / f"{percent}.warrant"
        found = warrant.prove(EXAMPLES / "tumour.onnx", EXAMPLES / f"within-{percent}-percent.vnnlib", out=made)
        assert isinstance(found, verdict)
    page = folder / "report.html"
    page.write_text(warrant.report(folder), encoding="utf-8")
    return page


def opened(browser: Any, report: Path, **settings: Any) -> tuple[Any, list[str]]:
    """A page, and what it asked for, or complained of, but for the file itself."""
    page, seen = browser.new_page(**settings), []
    page.on("request", lambda request: seen.append(request.url))
    page.on("console", lambda message: seen.append(message.text))
    page.on("pageerror", lambda error: seen.append(str(error)))
    page.goto(report.as_uri())
    return page, seen


def test_it_asks_for_nothing(browser: Any, report: Path) -> None:
    _, seen = opened(browser, report)
    assert seen == [report.as_uri()]


def luminance(colour: str) -> float:
    """Of rgb(r, g, b), by WCAG 2.2."""
    parts = [int(part) / 255 for part in colour[colour.index("(") + 1 : -1].split(",")[:3]]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read(browser: Any, report: Path, scheme: str) -> None:
    """The contrast of every text with the page is at least 4.5 (WCAG 2.2, level AA)."""
    page, _ = opened(browser, report, color_scheme=scheme)
    paper = luminance(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert (paper > 0.5) == (scheme == "light")
    colours = page.evaluate(
        "[...new Set([...document.body.querySelectorAll('*')].map(e => getComputedStyle(e).color))]"
    )
    assert len(colours) > 2
    for colour in colours:
        high, low = sorted([luminance(colour), paper], reverse=True)
        assert (high + 0.05) / (low + 0.05) >= 4.5, colour


@pytest.mark.parametrize("width", [360, 1000])
def test_it_fits(browser: Any, report: Path, width: int) -> None:
    page, _ = opened(browser, report, viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_keyboard_reaches_what_can_be_opened(browser: Any, report: Path) -> None:
    page, _ = opened(browser, report)
    closed = "document.querySelectorAll('details:not([open])').length"
    before = page.evaluate(closed)
    assert before > 0
    for _ in range(100):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "SUMMARY":
            page.keyboard.press("Enter")
            break
    assert page.evaluate(closed) == before - 1


def test_a_screen_reader_has_headings_and_tables(browser: Any, report: Path) -> None:
    page, _ = opened(browser, report)
    heard = page.locator("body").aria_snapshot()
    assert "heading" in heard and "REFUTED" in heard and "PROVED" in heard
    assert page.get_by_role("heading", level=1).count() == 1
    assert page.get_by_role("table").count() > 0
    for table in page.get_by_role("table").all():
        assert table.locator("caption").count() == 1 and table.get_by_role("columnheader").count() > 1


def test_it_prints(browser: Any, report: Path) -> None:
    page, _ = opened(browser, report, color_scheme="dark")
    assert page.pdf(format="A4").startswith(b"%PDF-")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_what_is_folded_up_on_the_screen_is_printed(browser: Any, report: Path) -> None:
    page, _ = opened(browser, report)
    folded = page.locator("details:not([open]) pre")
    assert folded.count() == 2 and not folded.first.is_visible()
    page.emulate_media(media="print")
    assert all(each.is_visible() for each in folded.all())

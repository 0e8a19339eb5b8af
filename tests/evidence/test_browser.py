"""The report in a browser: it asks for nothing, fits on a telephone, a screen reader and a keyboard reach all of it, and it prints.

Chromium is the one on PATH; without one, these tests are skipped.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.neural_network import MLPRegressor

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
    """Of claims that are refuted and proved: about one input, about an image, and about a test set at two radii; with data."""
    folder = tmp_path_factory.mktemp("report")
    inputs = tmp_path_factory.mktemp("inputs")
    digits = load_digits()
    pixels = [f"pixel_{k // 8}_{k % 8}" for k in range(64)]
    X, y = digits.data[:200].astype(np.float32), digits.target[:200] == 0
    zero = MLPRegressor(hidden_layer_sizes=(16,), random_state=0, max_iter=300).fit(X / 16, y)
    zero.coefs_[0] /= 16
    cells = load_breast_cancer()
    some = cells.data[:4].astype(np.float32), cells.target[:4]
    for radius in (0.001, 0.01):
        claim = warrant.CertifiedAccuracy(*some, radius, threshold=0)
        warrant.certify(EXAMPLES / "tumour.onnx", claim, inputs / f"{radius}", whole=folder / f"all-{radius}")
    far = warrant.Robust(X[0], 12, threshold=0.5, names=pixels)
    assert isinstance(warrant.prove(zero, far, samples=X, out=folder / "zero"), warrant.Refuted)
    for percent, verdict in ((20, warrant.Refuted), (18, warrant.Proved)):
        made = folder / f"{percent}.warrant"
        found = warrant.prove(EXAMPLES / "tumour.onnx", EXAMPLES / f"within-{percent}-percent.vnnlib", out=made)
        assert isinstance(found, verdict)
    page = folder / "report.html"
    page.write_text(warrant.report(folder, data=cells.data), encoding="utf-8")
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


PICTURES = {
    "Margins over the test set": 3,
    "The inputs": 2,
    "The counterexample as an image": 1,
    "The tree of regions": 1,
    "The region against the data": 2,
}


@pytest.mark.parametrize("width", [360, 1000])
def test_pictures_are_named_and_can_be_reached(browser: Any, report: Path, width: int) -> None:
    """Each has a name and a description; on a telephone it is scrolled, which a keyboard can do, too."""
    page, _ = opened(browser, report, viewport={"width": width, "height": 800})
    for name, count in PICTURES.items():
        assert page.get_by_role("img", name=name).count() == count, name
    assert page.locator("figure svg").count() == sum(PICTURES.values())
    for figure in page.locator("figure").all():
        assert figure.locator("figcaption").count() == 1
        scrolled = figure.get_by_role("region", name="picture")
        inner = scrolled.evaluate("e => [e.scrollWidth, e.clientWidth, e.tabIndex]")
        assert (inner[0] > inner[1]) == (width == 360) and inner[2] == 0


@pytest.mark.parametrize("media", ["screen", "print"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pictures_can_be_told_apart(browser: Any, report: Path, scheme: str, media: str) -> None:
    """Texts have a contrast of 4.5 with the page, shapes are not of its colour unless they have an edge that is not."""
    page, _ = opened(browser, report, color_scheme=scheme)
    page.emulate_media(media=media)
    paper = luminance(page.evaluate("getComputedStyle(document.body).backgroundColor"))

    def contrast(colour: str) -> float:
        high, low = sorted([luminance(colour), paper], reverse=True)
        return (high + 0.05) / (low + 0.05)

    look = "es => es.map(e => { const s = getComputedStyle(e); return [s.fill, s.stroke] })"
    texts = page.locator("figure svg text").evaluate_all(look)
    shapes = page.locator("figure svg rect:not(.frame):not(.cut)").evaluate_all(look)
    assert len(texts) > 20 and len(shapes) > 20
    assert all(contrast(fill) >= 4.5 for fill, _ in texts)
    assert all(max(contrast(fill), contrast(edge)) >= 1.9 for fill, edge in shapes)


def test_it_prints(browser: Any, report: Path) -> None:
    page, _ = opened(browser, report, color_scheme="dark")
    assert page.pdf(format="A4").startswith(b"%PDF-")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_what_is_folded_up_on_the_screen_is_printed(browser: Any, report: Path) -> None:
    page, _ = opened(browser, report)
    folded = page.locator("details:not([open]) pre")
    assert folded.count() == 5 and not folded.first.is_visible()
    page.emulate_media(media="print")
    assert all(each.is_visible() for each in folded.all())

"""The report is one well-formed page that fetches nothing and escapes everything; the other files bind the same digests."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

import warrant
from warrant.cli import main

VOID = {"meta", "line", "circle", "br"}
EXAMPLES = Path(__file__).parents[2] / "examples"
HOSTILE = 'x"><img src=x onerror=alert(1)>{{ 7*7 }}'


class Page(HTMLParser):
    """Reads a page, and remembers its elements, its text, and what is not well formed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()
        self.wrong += self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        self.text += data

    def named(self, *tags: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag in tags]


def page_of(folder: Path) -> Page:
    page = Page(warrant.report(folder))
    assert page.wrong == []
    return page


@pytest.fixture
def refuted(
    tmp_path: Path, model: bytes, lenient: Path, search: Callable[[bytes | None], None], property_text: str
) -> Path:
    """A warrant with a counterexample, whose words and names are hostile."""
    search(b"WRNT\x01R1.5")
    path = tmp_path / f"{HOSTILE.replace('/', '')}.onnx"
    path.write_bytes(model)
    text = f"; <script>alert(2)</script> \u202eright to left\n; X_0: {HOSTILE}\n" + property_text.replace(
        "Y_0 0", "Y_0 9"
    )
    assert warrant.prove(path, text, out=tmp_path / "refuted").word == "REFUTED"
    return tmp_path / "refuted"


def test_what_it_says(made: Path) -> None:
    page = page_of(made)
    for part in (
        "PROVED by the native checker",
        "Not vacuous",
        "No input of the network",
        "Theorem claim : Holds model_file property_file.",
        "(assert (<= Y_0 0))",
        "extraction",
        "warrant check made.warrant --kernel",
        hashlib.sha256((made / "model.onnx").read_bytes()).hexdigest(),
    ):
        assert part in re.sub(r"\s+", " ", page.text), part


def test_it_fetches_nothing_and_can_be_read_by_a_screen_reader(refuted: Path) -> None:
    page = page_of(refuted)
    allowed = "html head meta title style body a header h1 h2 h3 p main section strong blockquote table caption thead tbody tr th td svg line circle pre code details summary ul li dl dt dd nav div"
    assert {tag for tag, _ in page.elements} <= set(allowed.split())
    assert all(a.get("href", "#").startswith("#") for a in page.named("a"))  # type: ignore[union-attr]
    assert not any(name.startswith("on") or name == "src" for _, a in page.elements for name in a)
    ids = [a["id"] for _, a in page.elements if "id" in a]
    assert len(ids) == len(set(ids)) and "main" in ids
    assert page.named("html") == [{"lang": "en"}]
    assert all(a.get("scope") in ("col", "row") for a in page.named("th"))
    assert len(page.named("caption")) == len(page.named("table")) > 0
    assert all(a.get("role") == "img" and a.get("aria-label") for a in page.named("svg")) and page.named("svg")
    levels = [int(tag[1]) for tag, _ in page.elements if tag in ("h1", "h2", "h3")]
    assert levels[0] == 1 and all(b <= a + 1 for a, b in pairwise(levels))


def test_hostile_names_are_text(refuted: Path) -> None:
    page = page_of(refuted)
    assert not page.named("script", "img")
    assert "<script>alert(2)</script> \ufffdright to left" in page.text
    assert (
        page.text.count(HOSTILE) >= 2
        and "49" not in page.text.partition("For a model card")[0].partition(HOSTILE)[2][:9]
    )


def test_the_counterexample_beside_the_region(refuted: Path) -> None:
    page = page_of(refuted)
    assert "REFUTED by the native checker" in page.text
    (dot,) = page.named("circle")
    assert float(dot["cx"] or 0) == pytest.approx(5 + 120 * (1.5 - 1) / 1.5, abs=0.06)


def test_two_inputs_that_refute_stand_beside_each_other(native_checker: object, tmp_path: Path) -> None:
    names = [HOSTILE, *(f"x{i}" for i in range(1, 30))]
    domain = warrant.Domain.box([1] * 30, [2] * 30, names=names)
    claim = warrant.Fair(HOSTILE, domain, tolerance=1e-6)
    assert warrant.prove(EXAMPLES / "tumour.onnx", claim, out=tmp_path / "unfair").word == "REFUTED"
    page = page_of(tmp_path / "unfair")
    assert "The two inputs at which the claim fails" in page.text and not page.named("img")
    lines = [" ".join(row.split()) for row in re.findall(r"<tr>.*?</tr>", warrant.report(tmp_path / "unfair"), re.S)]
    rows = [re.sub(r"<[^>]*>", "|", line).split("||") for line in lines if line.startswith('<tr><th scope="row">x')]
    moved, still = rows[0], rows[1:30]
    assert float(moved[3]) - float(moved[2]) == pytest.approx(float(moved[4]), rel=1e-3) != 0
    assert len(still) == 29 and all(row[2] == row[3] and not row[4] for row in still)


def luminance(colour: str) -> float:
    digits = colour.removeprefix("#")
    digits = "".join(2 * c for c in digits) if len(digits) == 3 else digits
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_contrast_in_light_dark_and_print(made: Path) -> None:
    """Every colour of text has a contrast of at least 4.5 on both backgrounds (WCAG 2.1, level AA)."""
    themes = [
        dict(re.findall(r"--(\w+): (#\w+)", theme)) for theme in re.findall(r":root \{([^}]*)\}", warrant.report(made))
    ]
    assert len(themes) == 3
    for theme in themes:
        for text in ("ink", "faint", "good", "bad", "open", "mark"):
            for paper in ("paper", "soft"):
                a, b = sorted((luminance(theme[text]), luminance(theme[paper])))
                assert (b + 0.05) / (a + 0.05) >= 4.5, (text, paper, theme)


def test_a_changed_byte(made: Path) -> None:
    (made / "property.vnnlib").write_bytes((made / "property.vnnlib").read_bytes() + b" ")
    text = page_of(made).text
    assert "UNKNOWN by nobody: property.vnnlib has changed" in text
    assert "PROVED by" not in text


def run(folder: Path, *options: str) -> int:
    return main(["report", str(folder), *options])


def test_files_and_exit_codes(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = {name: tmp_path / name for name in ("r.html", "s.json", "card.md")}
    options = ["-o", str(out["r.html"]), "--in-toto", str(out["s.json"]), "--model-card", str(out["card.md"])]
    assert run(made, *options) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "PROVED"
    statement = json.loads(out["s.json"].read_text())
    assert statement["_type"] == "https://in-toto.io/Statement/v1"
    assert statement["predicate"]["verdict"] == "PROVED"
    digests = [s["digest"]["sha256"] for s in statement["subject"]]
    assert digests == [hashlib.sha256((made / n).read_bytes()).hexdigest() for n in ("model.onnx", "property.vnnlib")]
    assert "| PROVED |" in out["card.md"].read_text()
    (made / "certificate.bin").write_bytes(b"WRNT\x01Pbad")
    assert run(made, *options) == 3
    assert json.loads(out["s.json"].read_text())["predicate"]["verdict"] == "UNKNOWN"


def test_many_warrants(made: Path, refuted: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "all.html"
    assert run(tmp_path, "-o", str(page)) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "REFUTED"
    assert "1 proved, 1 refuted, 0 unknown" in Page(page.read_text()).text
    assert run(tmp_path, "-o", str(tmp_path / "again.html"), "--in-toto", str(tmp_path / "s.json")) == 2
    assert not (tmp_path / "again.html").exists()


def test_no_warrant(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, "-o", str(tmp_path / "r.html")) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_the_model_card_has_no_markup_of_the_user(refuted: Path, tmp_path: Path) -> None:
    card = tmp_path / "card.md"
    run(refuted, "-o", str(tmp_path / "r.html"), "--model-card", str(card))
    row = card.read_text().splitlines()[4]
    assert "<" not in row and row.count("|") == 6

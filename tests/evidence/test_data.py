"""Regions of inputs against data that a user gives: what is drawn is what both say, and bad data get one clear line."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer
from test_pictures import pictures
from test_report import Page

import warrant
from warrant.claims import Span
from warrant.cli import main
from warrant.evidence.data import read_given
from warrant.evidence.pictures import Picture, Shape
from warrant.evidence.pictures.against import against

EXAMPLES = Path(__file__).parents[2] / "examples"
HOSTILE = 'x"><script>alert(1)</script>{{ 7*7 }}'
TITLE = "The region against the data"
CELLS = load_breast_cancer().data


def drawn(picture: Picture, kind: str) -> list[dict[str, str]]:
    """The attributes of the shapes of a class, without those of the legend."""
    shapes = [dict(s.attributes) for s in picture.shapes]
    bottom = max(float(a["y1"]) for a in shapes if a.get("class") == "track")
    found = [a for a in shapes if a.get("class") == kind]
    return [a for a in found if top(a) < bottom]


def top(attributes: dict[str, str]) -> float:
    return (
        float(attributes["y"]) if "y" in attributes else float(attributes["d"].split()[1].split("l")[0].split("v")[0])
    )


def texts(shapes: tuple[Shape, ...], prefix: str = "") -> list[str]:
    return [s.text for s in shapes if s.tag == "text" and s.text.startswith(prefix)]


# --- reading


def test_what_a_table_says(tmp_path: Path) -> None:
    """By name where all names are there, whatever else is; else in order, if no name says otherwise."""
    file = tmp_path / "t.csv"
    file.write_text('\ufeffid,b,"a, so",kind\n1,2,3,M\n\n4,5.5,-6e1,B\n', encoding="utf-8")
    data = read_given(file)
    assert data.name == "t.csv" and data.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert data.columns == ("id", "b", "a, so")
    values, by_name = data.of(["a, so", "b"])
    assert by_name and values.tolist() == [[3, 2], [-60, 5.5]]
    values, by_name = data.of(["X_0", "X_1", "X_2"])
    assert not by_name and values.tolist() == [[1, 2, 3], [4, 5.5, -60]]
    with pytest.raises(warrant.WrongInput, match="no column 'c', though one 'b'"):
        data.of(["b", "c", "id"])
    with pytest.raises(warrant.WrongInput, match="3 columns, and the model 2 inputs"):
        data.of(["X_0", "X_1"])
    file.write_text("1,2\n3,4\n")
    assert read_given(file).columns == () and read_given(file).values.tolist() == [[1, 2], [3, 4]]


def test_arrays_and_their_files_are_the_same(tmp_path: Path) -> None:
    X = np.arange(6, dtype=np.float32).reshape(3, 2)
    np.save(tmp_path / "d.npy", X)
    np.savez(tmp_path / "d.npz", X=X, y=[1, 2, 3])
    array, npy, npz = read_given(X), read_given(tmp_path / "d.npy"), read_given(str(tmp_path / "d.npz"))
    assert array.sha256 == npy.sha256 == hashlib.sha256((tmp_path / "d.npy").read_bytes()).hexdigest()
    assert npz.sha256 == hashlib.sha256((tmp_path / "d.npz").read_bytes()).hexdigest()
    assert all(np.array_equal(d.values, X) and d.values.dtype == np.float64 for d in (array, npy, npz))
    assert (array.name, npy.name, npz.name) == ("X", "d.npy", "d.npz")


def test_a_data_frame_has_names() -> None:
    pandas = pytest.importorskip("pandas")
    values, by_name = read_given(pandas.DataFrame({"b": [1.0, 2.0], "a": [3.0, 4.0]})).of(["a", "b"])
    assert by_name and values.tolist() == [[3, 1], [4, 2]]
    with pytest.raises(warrant.WrongInput, match="2 columns are called 'a'"):
        read_given(pandas.DataFrame([[1, 2]], columns=["a", "a"]))


BAD: dict[str, tuple[object, str]] = {
    "nan.npy": (np.array([[1.0], [np.nan]]), "NaN"),
    "huge.npy": (np.array([[1e301]]), "above 1e\\+300"),
    "objects.npy": (np.array([{}], dtype=object), "not a NumPy file|Object arrays"),
    "text.npy": (np.array([["a"]]), "type <U1"),
    "none.npy": (np.zeros((0, 3)), "shape \\(0, 3\\)"),
    "cut.npy": (b"\x93NUMPY\x01", "not a NumPy file"),
    "no-x.npz": (b"PK\x05\x06" + bytes(18), "no array 'X'"),
    "no-zip.npz": (b"PK", "not an .npz file"),
    "data.txt": (b"1,2\n", "not a NumPy file"),
    "nan.csv": (b"a,b\n1,2\n3,nan\n", "row 3, column 2: 'nan'"),
    "infinite.csv": (b"1,2\n3,-inf\n", "row 2, column 2: '-inf'"),
    "empty-field.csv": (b"a,b\n1,2\n ,4\n", "row 3, column 1: nothing"),
    "word.csv": (b"1\n2\nthree\n", "row 3, column 1: 'three'"),
    "ragged.csv": (b"a,b\n1,2\n3\n", "row 3: 1 field; expected 2"),
    "empty.csv": (b"", "no rows"),
    "names-only.csv": (b"a,b\n", "no rows"),
    "words.csv": (b"a\nx\ny\n", "no column of numbers"),
    "twice.csv": (b"a,a\n1,2\n", "2 columns are called 'a'"),
    "bytes.csv": (b"a\xff\n1\n", "not a table"),
    "quote.csv": (b'a\n"1\n', "not a table"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_data(name: str, tmp_path: Path) -> None:
    content, message = BAD[name]
    if isinstance(content, bytes):
        (tmp_path / name).write_bytes(content)
    else:
        np.save(tmp_path / name, content, allow_pickle=True)
    with pytest.raises(warrant.WrongInput, match=message) as problem:
        read_given(tmp_path / name)
    assert name in str(problem.value) and "\n" not in str(problem.value)


def test_bad_data_writes_nothing(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "d.csv").write_text("x\nnan\n")
    for file in ("d.csv", "missing.npy"):
        assert main(["report", str(made), "-o", str(tmp_path / "r.html"), "--data", str(tmp_path / file)]) == 2
        assert len(capsys.readouterr().err.splitlines()) == 1
    assert not (tmp_path / "r.html").exists()


# --- the picture


def test_the_region_and_the_data_are_on_one_scale() -> None:
    """Data from 0 to 10 and 4 rows; a region from 2 to 4 in the first feature, one that is wider in the second."""
    data = np.array([[0.0, 0.0], [3.0, 5.0], [3.5, 10.0], [10.0, 10.0]])
    region = (Span("a", 2.0, 4.0), Span("b", -1000.0, 1000.0))
    picture = against(data, region, [(3.0, 1000.0)], "counterexample", by_name=True)
    (one, two), (box, _) = drawn(picture, "reach"), drawn(picture, "half")
    ticks = [[float(x) for x in re.findall(r"M([\d.]+)", a["d"])] for a in drawn(picture, "values")]
    start, wide = ticks[0][0], ticks[0][-1] - ticks[0][0]
    assert len(ticks[0]) == 4 and len(ticks[1]) == 3
    shares = [(x - start) / wide for x in (float(one["x"]), float(one["x"]) + float(one["width"]))]
    assert shares == pytest.approx([0.2, 0.4], abs=0.01)
    assert (float(box["x"]) - start) / wide == pytest.approx(np.quantile(data[:, 0], 0.25) / 10, abs=0.01)
    assert float(two["width"]) == pytest.approx(wide, abs=1) and len(drawn(picture, "beyond")) == 2
    first, second = (float(re.findall(r"M([\d.]+)", a["d"])[0]) for a in drawn(picture, "at"))
    assert (first - start) / wide == pytest.approx(0.3, abs=0.01) and second == pytest.approx(start + wide, abs=0.6)
    assert picture.caption.startswith("2 of the data's 4 rows lie between the region's ends in every feature.")
    assert "a: region 2 to 4, data 0 to 10, 2 of 4 in it, counterexample 3" in picture.description
    assert "in their order" not in picture.caption


def test_the_narrowest_are_drawn() -> None:
    rng = np.random.default_rng(0)
    data = rng.random((1000, 30))
    widths = rng.permutation(30) / 20
    region = tuple(Span(f"f{k}", 0.0, float(w)) for k, w in enumerate(widths))
    picture = against(data, region, [], "", by_name=False)
    assert texts(picture.shapes, "f") == [f"f{k}" for k in range(30) if widths[k] < 1.2]
    assert "6 others are not, and for 6 of these all values lie in the region" in picture.caption
    assert "300 values" in picture.caption and "in their order, not by name" in picture.caption
    assert all(a["d"].count("M") <= 300 for a in drawn(picture, "values"))
    widest = int(np.argmax(widths))
    moved = [0.5] * 30, [0.5 if k != widest else 0.75 for k in range(30)]
    pair = against(data, region, moved, "counterexample", by_name=True)
    assert texts(pair.shapes, "f") == [f"f{k}" for k in range(30) if widths[k] < 1.15 or k == widest]
    assert "first those in which the two inputs differ" in pair.caption


@pytest.mark.parametrize(
    ("values", "low", "high"),
    [
        ([5.0], 5.0, 5.0),
        ([0.0, 0.0], -1.0, 1.0),
        ([0.0], -math.inf, math.inf),
        ([-1e300, 1e300], -1.7e308, 1.7e308),
        ([1.0, 1.0 + 1e-15], 0.0, 1e-300),
        ([1.0, 2.0], 1e6, 2e6),
        ([1.0, 2.0], -2e6, -1e6),
    ],
)
def test_everything_is_within_the_picture(values: list[float], low: float, high: float) -> None:
    data = np.array(values)[:, None]
    picture = against(data, (Span(HOSTILE * 3, low, high),), [(low,), (high,)], "witness", by_name=True)
    for kind in ("reach", "half"):
        (a,) = drawn(picture, kind)
        assert float(a["x"]) >= 140 and float(a["width"]) > 0 and float(a["x"]) + float(a["width"]) <= 510
    for shape in picture.shapes:
        assert not any("nan" in value or "inf" in value for _, value in shape.attributes)
    expected = int(((data >= low) & (data <= high)).sum())
    assert picture.description.startswith(f"{expected} of ")


# --- the page


def test_the_regions_of_a_report(native_checker: object, tmp_path: Path) -> None:
    """Of a claim about one run, refuted, and of two about pairs; of their counterexamples each input has a mark."""
    warrants, names = tmp_path / "all", [HOSTILE, *(f"f{k}" for k in range(1, 30))]
    warrants.mkdir()
    domain = warrant.Domain.box([1] * 30, [2] * 30, names=names)
    property_ = EXAMPLES / "within-20-percent.vnnlib"
    fair = warrant.Fair(HOSTILE, domain, tolerance=1e-6)
    steep = warrant.Lipschitz(1000, domain)
    assert warrant.prove(EXAMPLES / "tumour.onnx", property_, out=warrants / "a").word == "REFUTED"
    assert warrant.prove(EXAMPLES / "tumour.onnx", fair, out=warrants / "b").word == "REFUTED"
    assert warrant.prove(EXAMPLES / "tumour.onnx", steep, out=warrants / "c").word == "PROVED"
    file = tmp_path / f"{HOSTILE.replace('/', '')}.npy"
    np.save(file, CELLS)
    text = warrant.report(warrants, data=file)
    page = Page(text)
    assert page.wrong == [] and not page.named("script")
    assert file.name in page.text and hashlib.sha256(file.read_bytes()).hexdigest() in page.text
    assert "569 rows, 30 columns" in page.text and "no part of any claim or proof" in page.text
    parts = text.split('<section class="warrant"')[1:]
    for part, marks, first in zip(parts, (1, 2, 0), ("X_", "f", "f"), strict=True):
        svg = pictures(part)[TITLE]
        rows = [e.text for e in svg if e.tag == "text" and e.attrib["x"] == "0"]
        assert len(rows) == 24 and any((name or "").startswith(first) for name in rows)
        ends = {e.text for e in svg if e.tag == "text" and (e.text or "").startswith("region ")}
        assert (ends == {"region 1 to 2"}) == (first == "f")
        found = [e.attrib["class"] for e in svg if e.attrib.get("class", "").startswith("at")]
        assert found.count("at") == (25 if marks else 0) and found.count("at second") == (25 if marks == 2 else 0)
    claim = warrant.Safe.of(EXAMPLES / "tumour.onnx", property_)
    low, high = np.array([(s.low, s.high) for s in claim.least_box().spans]).T
    inside = int(((low <= CELLS) & (high >= CELLS)).all(axis=1).sum())
    assert (pictures(parts[0])[TITLE][1].text or "").startswith(f"{inside} of the data's 569 rows lie")
    assert inside < 569 == len(CELLS)


def test_without_data_nothing_is_said_of_it(made: Path) -> None:
    assert "against the data" not in warrant.report(made) and "Regions of inputs" not in warrant.report(made)


def test_hostile_names_of_features_are_text(made: Path) -> None:
    """The name is in the property, which is not as it was: the region is shown all the same, and no name is markup."""
    file = made / "property.vnnlib"
    file.write_text(f"; X_0: {HOSTILE}\n{file.read_text()}")
    page = Page(warrant.report(made, data=np.array([[0.0], [1.5], [9.0]])))
    assert page.wrong == [] and not page.named("script") and page.text.count(HOSTILE) >= 2
    assert "1 of the data's 3 rows lies between the region's ends in every feature." in page.text


def line_of(folder: Path, data: object) -> str:
    page = warrant.report(folder, data=data)  # type: ignore[arg-type]
    assert TITLE not in pictures(page)
    (line,) = re.findall(r'<p class="faint">(There is no picture of the region against the data[^<]*)</p>', page)
    return str(line)


def test_why_there_is_no_picture(
    made: Path, lenient: Path, model: bytes, search: Callable[[bytes | None], None], tmp_path: Path
) -> None:
    assert line_of(made, np.zeros((5, 3))).endswith("X: it has 3 columns, and the model 1 input.")
    text = (made / "property.vnnlib").read_text()
    (made / "property.vnnlib").write_text(text.replace("<= X_0 2.5", "<= X_0 0"))
    assert line_of(made, np.zeros((5, 1))).endswith("since no input is in the region.")
    (made / "property.vnnlib").write_text("(")
    assert "property.vnnlib" in line_of(made, np.zeros((5, 1)))


def test_images_are_not_drawn_pixel_by_pixel(native_checker: object, tmp_path: Path) -> None:
    names = [f"pixel_{k // 6}_{k % 6}" for k in range(30)]
    domain = warrant.Domain.box([0] * 30, [1] * 30, names=names)
    claim = warrant.Bounded(domain, low=-1000, high=1000)
    assert warrant.prove(EXAMPLES / "tumour.onnx", claim, out=tmp_path / "w").word == "PROVED"
    assert line_of(tmp_path / "w", np.zeros((2, 30))).endswith("since the inputs are an image.")


def test_too_many_inputs_are_not_drawn(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warrant.evidence.pictures.against.MOST_INPUTS", 0)
    assert line_of(made, np.zeros((2, 1))).endswith("since there are 1 inputs, more than 0.")


def test_claims_without_a_box_say_nothing(native_checker: object, tmp_path: Path) -> None:
    cells = load_breast_cancer()
    claim = warrant.CertifiedAccuracy(CELLS[:2].astype(np.float32), cells.target[:2], 0.001, threshold=0)
    warrant.certify(EXAMPLES / "tumour.onnx", claim, tmp_path)
    assert "against the data</h3>" not in warrant.report(tmp_path / "whole", data=CELLS)


def test_the_command(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "d.csv").write_text("x\n0\n2\n")
    assert main(["report", str(made), "-o", str(tmp_path / "r.html"), "--data", str(tmp_path / "d.csv")]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "PROVED"
    text = (tmp_path / "r.html").read_text()
    assert TITLE in pictures(text) and "d.csv (2 rows, 1 column;" in text


def test_an_array_of_words_is_refused() -> None:
    with pytest.raises(warrant.WrongInput, match="type"):
        read_given([["a"]])

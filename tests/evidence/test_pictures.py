"""The report's pictures: what they show is what the files say, each is SVG with words, and none is there without its data."""

from __future__ import annotations

import re
import struct
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from sklearn.datasets import load_breast_cancer

import warrant
from warrant.certificates import linked_bytes
from warrant.certificates.format import MAGIC
from warrant.claims import Illustration, Image, Margins, Region, Regions, Span
from warrant.claims import _illustrations as illustrations
from warrant.evidence.pictures import Panel, Picture, histogram, in_order, plan, states, tree
from warrant.evidence.pictures.image import beside

EXAMPLES = Path(__file__).parents[2] / "examples"
HOSTILE = 'x"><script>alert(1)</script>{{ 7*7 }}'
SVG = "title desc rect line text path"


def pictures(page: str) -> dict[str, ElementTree.Element]:
    """The pictures of a page by their titles; each is well-formed, and is named and described for who does not see it."""
    found = {}
    for svg in re.findall(r'<svg class="picture".*?</svg>', page, re.DOTALL):
        root = ElementTree.fromstring(svg)
        title, description = list(root)[:2]
        assert (title.tag, description.tag) == ("title", "desc") and title.text and description.text
        assert root.attrib["role"] == "img"
        assert root.attrib["aria-labelledby"] == f"{title.attrib['id']} {description.attrib['id']}"
        assert {each.tag for each in root} <= set(SVG.split())
        assert not any(name.startswith("on") or "href" in name for each in root for name in each.attrib)
        found[title.text] = root
    return found


def kinds(picture: Picture) -> Counter[str]:
    """The classes of rectangles, with those of the legend."""
    return Counter(dict(shape.attributes)["class"] for shape in picture.shapes if shape.tag == "rect")


def area(picture: Picture, *classes: str) -> float:
    """Of the rectangles of some classes that are not in the legend."""
    found = [dict(s.attributes) for s in picture.shapes if s.tag == "rect"]
    chosen = [a for a in found if a["class"] in classes and (a["width"], a["height"]) != ("11", "11")]
    return sum(float(a["width"]) * float(a["height"]) for a in chosen)


# --- many inputs


@pytest.fixture(scope="module")
def cells() -> tuple[np.ndarray, np.ndarray]:
    """Six rows of breast cancer data, one of them with the wrong label."""
    data, chosen = load_breast_cancer(), [0, 1, 19, 20, 21, 22]
    y = data.target[chosen]
    return data.data[chosen].astype(np.float32), np.where(np.arange(6) == 2, 1 - y, y)


def test_the_inputs_of_a_test_set(native_checker: object, cells: tuple[np.ndarray, np.ndarray], tmp_path: Path) -> None:
    X, y = cells
    model, whole = EXAMPLES / "tumour.onnx", tmp_path / "all"
    whole.mkdir()
    for radius in (0.001, 100):
        claim = warrant.CertifiedAccuracy(X, y, radius, threshold=0)
        found = warrant.certify(model, claim, tmp_path / f"in-{radius}", at_least=5, whole=whole / f"r-{radius}")
        assert found.verdict.word == ("PROVED" if radius < 1 else "REFUTED")
    page = warrant.report(whole)
    both = page.partition('<section class="warrant"')[0]
    assert list(pictures(both)) == ["Margins over the test set"]
    assert re.findall(r'<th scope="row">(radius [^<]*)</th><td class="n">(\d)</td><td class="n">(\d)</td>', both) == [
        ("radius 0.001 (ℓ∞)", "5", "0"),
        ("radius 100 (ℓ∞)", "0", "6"),
    ]
    one = pictures(warrant.report(whole / "r-0.001"))
    squares = [e.attrib["class"] for e in one["The inputs"] if e.tag == "rect"]
    assert squares[:6] == ["proved"] * 2 + ["wrong"] + ["proved"] * 3
    described = one["The inputs"][1].text
    assert described is not None and described.startswith("Of 6 inputs: 5 proved and 1 not in the certificate, and")
    assert "The margins are no part of the proof." in page


def test_margins_are_what_onnx_runtime_says(cells: tuple[np.ndarray, np.ndarray]) -> None:
    import onnxruntime

    X, y = cells
    claim = warrant.CertifiedAccuracy(X, y, 0.001, threshold=0)
    session = onnxruntime.InferenceSession(EXAMPLES / "tumour.onnx")
    score = np.ravel([session.run(None, {session.get_inputs()[0].name: row[None]})[0] for row in X])
    model = warrant.Safe.of(EXAMPLES / "tumour.onnx", "()").model_bytes
    margins = claim_of(model, claim).illustration(MAGIC + b"P").margins
    assert margins is not None
    assert margins.values == pytest.approx(np.where(y == 1, score, -score))
    assert margins.right == tuple(k != 2 for k in range(6))


def claim_of(model: bytes, accuracy: warrant.CertifiedAccuracy) -> warrant.claims.OnTestSet:
    from warrant._api import Given
    from warrant.batch.certify import claim_about

    return claim_about(accuracy, Given(model, "model.onnx"), 1)


def test_without_onnx_runtime_one_line_says_why(
    native_checker: object, cells: tuple[np.ndarray, np.ndarray], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    X, y = cells
    claim = warrant.CertifiedAccuracy(X, y, 0.001, threshold=0)
    warrant.certify(EXAMPLES / "tumour.onnx", claim, tmp_path)
    monkeypatch.setattr("warrant.claims._runtime.evaluator", lambda model: None)
    page = warrant.report(tmp_path / "whole")
    assert page.count("There is no picture of the margins: ONNX Runtime is not installed") == 1
    drawn = pictures(page)
    assert list(drawn) == ["The inputs"]
    assert [e.attrib["class"] for e in drawn["The inputs"] if e.tag == "rect"][2] == "open"


@pytest.mark.parametrize(
    ("decision", "number", "outputs", "labels", "values", "right"),
    [
        ("scores", 1, [[1, 3, 2], [1, 1, 0]], [1, 0], (1, 0), (True, False)),
        ("scores", 2, [[1, 3, 2], [1, 1, 0]], [0, 2], (-1, -1), (False, False)),
        ("threshold", 0.5, [[0.5], [0.5]], [1, 0], (0, 0), (False, True)),
        ("tolerance", 0.5, [[1.5], [2.75]], [1, 2], (0, -0.25), (True, False)),
    ],
)
def test_what_a_margin_is(
    decision: str, number: float, outputs: list[list[float]], labels: list[int], values: tuple, right: tuple
) -> None:
    from fractions import Fraction

    from warrant.certified import Statement
    from warrant.certified.data import Labelled

    statement = Statement(1, "linf", (Fraction(1),), (), (), decision, Fraction(number))
    data = Labelled(np.zeros((2, 1)), np.array(labels))
    found = illustrations.margins(statement, data, np.array(outputs, dtype=np.float64))
    assert found[:2] == (values, right)
    with pytest.raises(warrant.WrongInput, match="not finite"):
        illustrations.margins(statement, data, np.full((2, 3), np.nan))
    if decision == "scores":
        with pytest.raises(warrant.WrongInput, match="not the number of a score"):
            illustrations.margins(statement, Labelled(data.X, np.array([0, 3])), np.zeros((2, 3)))


def of_margins(values: tuple[float, ...]) -> Margins:
    return Margins(values, tuple(v > 0 for v in values), "so", "radius 1", ("ℓ∞", 1.0), "same")


@pytest.mark.parametrize("values", [(0.0, 0.0), (1e-300, 2e-300), (-1e300, 1e300), (5.0,) * 40, (-3.0, 0.25, 7.0)])
def test_every_input_is_in_the_histogram(values: tuple[float, ...]) -> None:
    margins = of_margins(values)
    shown = states([k == 0 for k in range(len(values))], "PROVED", margins)
    picture = histogram([Panel(margins, shown)])
    bars = [dict(s.attributes) for s in picture.shapes if s.tag == "rect"]
    most = next(int(s.text) for s in picture.shapes if dict(s.attributes).get("text-anchor") == "end")
    heights = [float(a["height"]) for a in bars if a["height"] != "11"]
    assert max(heights) <= 96 and sum(heights) * most / 96 == pytest.approx(len(values), rel=0.01)
    assert all(0 <= float(a["x"]) <= 700 and 0 <= float(a["y"]) <= picture.height for a in bars)


def test_too_many_or_one_input_are_not_drawn_one_by_one() -> None:
    assert in_order(("proved",)) is None and in_order(("proved",) * 5001) is None
    assert in_order(("proved",) * 5000) is not None


# --- the regions of a proof


def regions(*nodes: Region, names: tuple[str, ...] = ("a", "b", "c")) -> Regions:
    return Regions(nodes, tuple(Span(name, 0.0, 4.0) for name in names))


CLOSED, EMPTY = Region("closed"), Region("empty")


def test_a_plan_goes_through_the_middle_of_other_inputs() -> None:
    """Cut by c at 2.5, of which the middle, 2, is in the first part; that is cut by a twice and by b twice."""
    cuts = [Region("input", 2, 0, 2.5), Region("input", 0, 0, 1.0), CLOSED, Region("input", 1, 0, 3.0), EMPTY]
    rest = [Region("improved"), Region("input", 0, 0, 2.0), CLOSED, Region("input", 1, 0, 1.0), CLOSED, CLOSED]
    picture = plan([regions(*cuts, *rest)])
    assert picture is not None and "A plan with 3 parts" in picture.description
    whole = area(picture, "closed", "empty", "improved")
    shares = [area(picture, kind) / whole for kind in ("closed", "empty", "improved")]
    assert shares == pytest.approx([1 / 4, 9 / 16, 3 / 16], rel=1e-2)
    assert picture.caption == "The regions of the proof by a and b, through the middle of all other inputs."


def test_a_plan_of_two_inputs_is_the_partition() -> None:
    nodes = (Region("input", 0, 0, 1.0), CLOSED, Region("input", 1, 0, 3.0), EMPTY, Region("neuron"), CLOSED, CLOSED)
    picture = plan([regions(*nodes, names=("a", HOSTILE))])
    assert picture is not None
    whole = area(picture, "closed", "empty", "neuron")
    shares = [area(picture, kind) / whole for kind in ("closed", "empty", "neuron")]
    assert shares == pytest.approx([1 / 4, 9 / 16, 3 / 16], rel=1e-2)
    assert "A plan with 3 parts" in picture.description


def test_no_plan_where_there_is_nothing_to_see() -> None:
    cut = Region("input", 0, 0, 1.0)
    assert plan([]) is None and plan([regions(CLOSED)]) is None
    assert plan([regions(Region("neuron"), CLOSED, CLOSED)]) is None
    assert plan([Regions((cut, CLOSED, CLOSED), (Span("a", 1.0, 1.0),))]) is None
    assert plan([Regions((cut, CLOSED, CLOSED), (Span("a", -1e308, 1e308),))]) is None
    assert plan([Regions((cut, CLOSED, CLOSED), (Span("a", 0.0, 2.0),))]) is not None


def test_the_tree_has_all_regions() -> None:
    nodes = (Region("input", 0, 0, 1.0), CLOSED, Region("neuron", 5, 2, 0.0), EMPTY, Region("improved"))
    picture = tree([regions(*nodes), regions(CLOSED)])
    assert picture is not None and tree([regions(CLOSED), regions(EMPTY)]) is None
    assert kinds(picture) == Counter(cut=3, closed=3, empty=2, improved=2)  # one of each for the legend
    assert picture.description == (
        "4 regions in 2 boxes of the claim: 2 closed with known bounds, 1 closed after better bounds for neurons and 1 "
        "no input there. Cut: a 1 time and neurons 1 time. At most 2 cuts above a region."
    )


def test_huge_trees_are_summarised() -> None:
    """A tree that is 9 999 cuts deep, and a flat one of 2^16 regions: a few thousand shapes, and blocks of many."""
    chain = [Region("input", k % 2, 0, 4 * 0.5 ** (k // 2 + 1)) for k in range(9_999)]
    deep = regions(*chain, *[CLOSED] * 10_000)

    def grown(depth: int, low: float, high: float) -> list[Region]:
        if not depth:
            return [CLOSED]
        middle = (low + high) / 2
        return [
            Region("input", 0, 0, middle),
            *grown(depth - 1, low, middle),
            *grown(depth - 1, middle, high),
        ]

    for huge, leaves in ((deep, 10_000), (regions(*grown(14, 0.0, 4.0)), 1 << 14)):
        for picture in (plan([huge]), tree([huge])):
            assert picture is not None and 10 < len(picture.shapes) < 4100 and picture.height < 450
            assert kinds(picture)["many"] > 1
        assert tree([huge]).description.startswith(f"{leaves} regions")  # type: ignore[union-attr]


def test_the_regions_of_a_real_proof(native_checker: object, tmp_path: Path) -> None:
    text = (EXAMPLES / "within-18-percent.vnnlib").read_text()
    found = warrant.prove(EXAMPLES / "tumour.onnx", text, out=tmp_path / "w")
    claim = warrant.Safe.of(EXAMPLES / "tumour.onnx", text)
    (read,) = claim.illustration(found.certificate or b"").regions
    assert sum(node.cut for node in read.nodes) == len(read.nodes) // 2 > 0
    about_scores, (_, queries) = linked_bytes([3, -5], found.certificate or b""), claim._load()
    names = [span.name for span in read.box]
    assert illustrations.drawn(about_scores, queries, names).regions == (read,)
    assert "truncated" in illustrations.drawn(about_scores[:7], queries, names).missing[0]
    assert claim.illustration(about_scores) == Illustration()  # no theorem about this claim has such a certificate
    drawn = pictures(warrant.report(tmp_path / "w"))["The tree of regions"]
    assert f"{len(read.nodes) // 2 + 1} regions" in (drawn[1].text or "")
    assert sum(e.tag == "rect" and e.attrib["class"] == "cut" for e in drawn) == len(read.nodes) // 2 + 1


def test_the_regions_of_claims_about_slopes_and_relations(native_checker: object) -> None:
    """Of directions and inputs; of inputs and changes: all of them have names, and uncut proofs one region for a box."""
    names = ["a", *(f"x{k}" for k in range(1, 30))]
    domain = warrant.Domain.box([1] * 30, [2] * 30, names=names)
    statements = (warrant.Lipschitz(1000, domain), warrant.Fair("a", domain, tolerance=1000))
    for statement, first, last in zip(statements, ("direction of a", "a"), ("x29", "change of x29"), strict=True):
        found = warrant.prove(EXAMPLES / "tumour.onnx", statement)
        assert found.word == "PROVED"
        claim = statement.claim((EXAMPLES / "tumour.onnx").read_bytes())
        drawn = claim.illustration(found.certificate or b"")
        assert drawn.regions and not drawn.missing
        assert all((r.box[0].name, r.box[-1].name, len(r.box)) == (first, last, 60) for r in drawn.regions)
        assert "byte" in claim.illustration((found.certificate or b"")[:-1]).missing[0]


def test_a_certificate_that_cannot_be_read(made: Path, search: Callable[[bytes | None], None]) -> None:
    """The pretended checker accepts it; the report has one line instead of a picture."""
    page = warrant.report(made)
    assert page.count("There is no picture of the proof&#39;s regions: byte 7: there is no op 0x67") == 1
    assert not pictures(page)


def test_no_pictures_of_what_no_checker_accepts(made: Path) -> None:
    (made / "certificate.bin").write_bytes(MAGIC + b"Pbad")
    page = warrant.report(made)
    assert page.count("There are no pictures, since no checker has accepted the certificate.") == 1
    assert not pictures(page)


def test_what_is_too_large_or_of_another_kind_has_no_regions(monkeypatch: pytest.MonkeyPatch) -> None:
    claim = warrant.Safe.of(EXAMPLES / "tumour.onnx", (EXAMPLES / "within-18-percent.vnnlib").read_text())
    with_boxes = MAGIC + b"B\x01\x03" + struct.pack("<d", 2.0) + b"\x00\x00"
    (read,) = claim.illustration(with_boxes).regions
    assert [node.how for node in read.nodes] == ["input", "closed", "closed"] and read.nodes[0].number == 3
    assert "byte" in claim.illustration(with_boxes[:-1]).missing[0]
    monkeypatch.setattr(illustrations, "LARGEST_PROOF", 10)
    (line,) = claim.illustration(with_boxes).missing
    assert f"{len(with_boxes)} bytes" in line and "at most 10" in line


# --- images


def test_the_counterexample_as_an_image(native_checker: object, tmp_path: Path) -> None:
    """The sum of 4 × 4 pixels is at most 8.2 where each is at most 0.5 but for one, which may be 1: it is not."""
    graph = helper.make_graph(
        [helper.make_node("Flatten", ["x"], ["f"]), helper.make_node("Gemm", ["f", "w", "b"], ["y"])],
        "sum",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 1, 4, 4])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 1])],
        [
            numpy_helper.from_array(np.ones((16, 1), np.float32), "w"),
            numpy_helper.from_array(np.zeros(1, np.float32), "b"),
        ],
    )
    opset = [helper.make_opsetid("", 13)]
    model = helper.make_model(graph, opset_imports=opset, ir_version=8).SerializeToString()
    onnx.checker.check_model(onnx.load_from_string(model))
    high = np.full(16, 0.5)
    high[5] = 1.0
    domain = warrant.Domain.box(np.full(16, 0.25), high, names=[f"{HOSTILE}{k}" for k in range(16)])
    found = warrant.prove(model, warrant.Bounded(domain, high="41/5"), out=tmp_path / "w")
    assert found.word == "REFUTED"
    page = warrant.report(tmp_path / "w")
    drawn = pictures(page)["The counterexample as an image"]
    assert [e.text for e in drawn if e.tag == "text"] == ["middle of the region", "counterexample", "difference"]
    strongest = [e for e in drawn if e.attrib.get("class") == "more" and e.attrib["fill-opacity"] == "1.00"]
    assert len(strongest) == 1 and strongest[0].attrib["d"].count("M") == 1
    assert "<table>" in page and "<script" not in page


def test_no_image_where_inputs_are_none(native_checker: object, tmp_path: Path) -> None:
    text = (EXAMPLES / "within-20-percent.vnnlib").read_text()
    assert warrant.prove(EXAMPLES / "tumour.onnx", text, out=tmp_path / "w").word == "REFUTED"
    page = warrant.report(tmp_path / "w")
    assert not pictures(page) and "The counterexample" in page


@pytest.mark.parametrize(
    ("shape", "names", "found"),
    [
        ((1, 1, 5, 4), (), ((5, 4, 1), False)),
        ((5, 4), (), ((5, 4, 1), False)),
        ((1, 3, 5, 4), (), ((5, 4, 3), True)),
        ((1, 5, 4, 3), (), ((5, 4, 3), False)),
        ((1, 16), tuple(f"pixel_{k // 4}_{k % 4}" for k in range(16)), ((4, 4, 1), False)),
        ((1, 20), tuple(f"pixel_{k // 5}_{k % 5}" for k in range(20)), ((4, 5, 1), False)),
        ((1, 16), tuple(f"px{k}" for k in range(16)), ((4, 4, 1), False)),
        ((1, 16), (), None),
        ((1, 16), tuple(f"X_{k}" for k in range(16)), None),
        ((1, 15), tuple(f"pixel{k}" for k in range(15)), None),
        ((1, 16), tuple(f"pixel_{k % 4}_{k // 4}" for k in range(16)), None),
        ((1, 16), (*(f"pixel{k}" for k in range(15)), "age"), None),
        ((2, 3, 5, 4), (), None),
        ((1, 2, 5, 4), (), None),
        ((3, 5000, 4), (), None),
        ((), (), None),
    ],
)
def test_what_is_an_image(shape: tuple[int, ...], names: tuple[str, ...], found: object) -> None:
    assert illustrations.image_shape(shape, names) == found


def test_colours_come_last_and_what_is_not_finite_is_none() -> None:
    first = np.arange(48.0).reshape(3, 4, 4)
    image = illustrations.image((1, 3, 4, 4), (), first.reshape(-1), first.reshape(-1), ("a", "b"))
    assert image is not None and image.first[:3] == (0.0, 16.0, 32.0)
    assert illustrations.image((4, 4), (), np.zeros(16), np.full(16, np.inf), ("a", "b")) is None


def test_large_images_are_made_smaller() -> None:
    rng = np.random.default_rng(0)
    first, second = (tuple(map(float, rng.random(300 * 200 * 3))) for _ in range(2))
    picture = beside(Image(300, 200, 3, first, second, ("a", "b")))
    assert "drawn smaller" in picture.caption
    squares = sum(dict(s.attributes)["d"].count("M") for s in picture.shapes if s.tag == "path")
    assert squares <= 3 * 64 * 64
    same = beside(Image(4, 4, 1, (0.5,) * 16, (0.5,) * 16, ("a", "b")))
    assert "0 of 16 pixels differ" in same.description
    assert not any(dict(s.attributes).get("class") in ("more", "less") for s in same.shapes)

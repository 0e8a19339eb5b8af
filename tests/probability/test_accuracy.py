"""Bounds on errors: the checker against SciPy, spoiled claims, tables, warrants and the command."""

from __future__ import annotations

import io
from fractions import Fraction

import numpy as np
import pytest
from scipy.stats import beta

import warrant
from warrant.cli import main
from warrant.probability import MAGIC, clopper_pearson
from warrant.probability.state import state
from warrant.probability.tables import read_table

PROBLEM = """(accuracy 1)
(confidence {confidence})
(labels 0 0)
(predictions 0)
(groups 0)
(bound 0 {limit})
"""


def npy(array) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


def claim(n: int, k: int, limit, confidence="0.99"):
    """The four files of: k mistakes in n rows show that the error is at most the limit."""
    wrong = np.arange(n) < k
    text = PROBLEM.format(confidence=confidence, limit=limit)
    return text.encode(), npy(np.zeros(n, np.uint8)), npy(wrong.astype(np.uint8)), MAGIC


def show(limit: Fraction) -> str:
    return f"{limit.numerator}/{limit.denominator}"


def test_limits_lie_above_those_of_scipy_by_at_most_1e_9(native):
    random = np.random.default_rng(11)
    sizes = [1, 2, 3, 7, 100_000, *(int(10**e) for e in random.uniform(0, 4.7, 20))]
    for n in sizes:
        k = int(random.integers(0, n)) if n > 3 else 0
        confidence = Fraction(str(random.choice([0.5, 0.9, 0.99, 0.999999])))
        scipys = float(beta.ppf(float(confidence), k + 1, n - k))
        limit = clopper_pearson(n, k, 1 - confidence)
        assert 0 < limit - Fraction(scipys) < Fraction(1, 10**9)
        assert native("accuracy", claim(n, k, show(limit), show(confidence))) == "PROVED", (n, k, confidence)
        assert (
            native("accuracy", claim(n, k, show(Fraction(scipys) - Fraction(1, 10**9)), show(confidence))) == "UNKNOWN"
        )


@pytest.mark.parametrize(("n", "k"), [(50, 0), (300, 7), (1000, 500), (400, 399)])
def test_spoiled_claims_are_refused_by_both(native, kernel, n, k):
    limit = clopper_pearson(n, k, Fraction(1, 100))
    good = claim(n, k, show(limit))
    text, labels, predictions, certificate = good
    one_more = bytearray(predictions)
    one_more[-1] ^= 1
    bad = {
        "a count changed": (text, labels, bytes(one_more), certificate),
        "a confidence raised": claim(n, k, show(limit), "0.99099"),
        "a bound lowered": claim(n, k, show(limit - Fraction(1, 10**8))),
        "no confidence": claim(n, k, show(limit), "1"),
        "two bounds": (text + b"(bound 0 " + show(limit).encode() + b")", labels, predictions, certificate),
        "a row more": (text, npy(np.zeros(n + 1, np.uint8)), predictions, certificate),
        "a column that is not there": (text.replace(b"(bound 0", b"(bound 1"), labels, predictions, certificate),
        "no bounds": (text[: text.index(b"(bound")], labels, predictions, certificate),
        "another certificate": (text, labels, predictions, b"WRNT\x01T"),
        "a longer certificate": (text, labels, predictions, MAGIC + b"\0"),
    }
    assert native("accuracy", good) == "PROVED"
    assert {name: native("accuracy", files) for name, files in bad.items()} == dict.fromkeys(bad, "UNKNOWN")
    assert kernel([("prove_accuracy", files) for files in [good, *bad.values()]]) == [True] + [False] * len(bad)


def test_certain_error_is_always_a_bound(native):
    assert native("accuracy", claim(5, 5, 1)) == "PROVED"
    assert native("accuracy", claim(5, 5, "0.999999")) == "UNKNOWN"


def test_tables_of_all_kinds_say_the_same(native):
    y, z = [1, 0, 3, 2, 1] * 20, [1, 0, 3, 1, 1] * 20
    text = claim(1, 0, show(clopper_pearson(100, 20, Fraction(1, 100))))[0]
    kinds = [npy(np.array(z, dtype=kind)) for kind in ("<f8", "<f4", "<i8", "<i4", "|u1")]
    kinds += [
        ("\n".join(map(form, z)) + end).encode() for form in (str, "{}.0".format, "{}/1".format) for end in ("", "\n")
    ]
    kinds += ["\r\n".join(map(str, z)).encode() + b"\r\n", npy(np.array(z, "<f8").reshape(-1, 1))]
    for predictions in kinds:
        assert native("accuracy", (text, npy(np.array(y)), predictions, MAGIC)) == "PROVED"
        assert [row[0] for row in read_table(predictions, file="z").rows] == z
        wrong = predictions.replace(b"1", b"7", 1) if predictions[0] != 0x93 else predictions[:-8]
        assert native("accuracy", (text, npy(np.array(y)), wrong, MAGIC)) == "UNKNOWN"


def test_texts_and_numbers_are_never_alike(native):
    good = claim(1, 0, "0.37")[0]
    words = b"cat\ndog\ncat\ncat\ndog\ncat\ncat\ndog\ncat\ncat"
    assert native("accuracy", (good, words, words, MAGIC)) == "PROVED"
    assert native("accuracy", (good, words, words.replace(b"dog", b"dog ", 1), MAGIC)) == "UNKNOWN"
    assert native("accuracy", (good, words, words.replace(b"dog", b"", 1), MAGIC)) == "UNKNOWN"
    assert native("accuracy", (good, words, words.replace(b"dog", b'"dog"', 1), MAGIC)) == "UNKNOWN"
    assert native("accuracy", (good, words, words.replace(b"dog", b"dog,dog", 1), MAGIC)) == "UNKNOWN"


def test_groups_and_models_share_the_confidence(native, tmp_path):
    random = np.random.default_rng(3)
    y, group = random.integers(0, 2, 400), random.choice(["north", "south"], 400)
    z = np.where(random.random((400, 2)) < 0.1, 1 - y[:, None], y[:, None])
    (tmp_path / "y.csv").write_text("class,region\n" + "".join(f"{a},{g}\n" for a, g in zip(y, group, strict=True)))
    (tmp_path / "z.csv").write_text("old,new\n" + "".join(f"{a},{b}\n" for a, b in z))
    found = state(tmp_path / "y.csv", tmp_path / "z.csv", label="class", group="region", confidence=0.95)
    files = (found.statement_bytes, found.labels_bytes, found.predictions_bytes, MAGIC)
    assert found.statement_bytes.count(b"(bound") == 6
    assert native("accuracy", files) == "PROVED"
    rows = group == "south"
    k = int((z[rows, 1] != y[rows]).sum())
    assert f"{k} mistakes in {rows.sum()} rows" in "\n".join(found.lines())
    assert (
        abs(
            float(clopper_pearson(int(rows.sum()), k, Fraction(5, 600))) - beta.ppf(1 - 0.05 / 6, k + 1, rows.sum() - k)
        )
        < 1e-9
    )
    assert (
        f"{float(clopper_pearson(int(rows.sum()), k, Fraction(5, 600))):.10g} south".encode() in found.statement_bytes
    )
    assert native("accuracy", (files[0].replace(b"south", b"east"), *files[1:])) == "UNKNOWN"


def test_a_warrant_in_the_kernel_and_its_audit(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    np.save("y.npy", np.arange(200) % 3)
    np.save("z.npy", np.where(np.arange(200) < 4, 5, np.arange(200) % 3))
    code = main(["accuracy", "y.npy", "z.npy", "--kernel"])
    printed = capsys.readouterr().out
    if "the kernel was not asked" in printed or "no checker was found" in printed:
        pytest.skip(printed)
    assert code == 0 and printed.endswith("PROVED\n")
    assert printed.index("drawn independently") < printed.index("4 mistakes in 200 rows; error at most")
    audit = warrant.audit("z.warrant")
    assert audit.line == "PROVED" and audit.vacuous is False
    assert audit.text.index("drawn independently") < audit.text.index("error at most") < audit.text.index("In Coq")
    page = warrant.report("z.warrant")
    assert page.index("drawn independently") < page.index("with confidence 0.99")
    assert isinstance(warrant.check("z.warrant"), warrant.Proved)
    text = (tmp_path / "z.warrant" / "bounds.accuracy").read_bytes()
    (tmp_path / "z.warrant" / "bounds.accuracy").write_bytes(text.replace(b"0.99", b"0.98"))
    assert isinstance(warrant.check("z.warrant"), warrant.Unknown)


def test_a_bound_that_is_too_small_is_not_known(tmp_path):
    verdict = warrant.accuracy(np.zeros(100), np.zeros(100), at_most="0.03", out=tmp_path / "w")
    assert isinstance(verdict, warrant.Unknown) and "but of at most 0.0450074" in verdict.reason


@pytest.mark.parametrize(
    ("labels", "predictions", "options", "said"),
    [
        (b"1\n0\n", b"1\n", {}, "1 predictions for the 2 labels"),
        (b'"1"\n', b"1\n", {}, "row 1: a quotation mark"),
        (b"1\n\n0\n", b"1\n1\n0\n", {}, "row 2, column 1: an empty cell"),
        (b"1,2\n0\n", b"1\n1\n", {}, "row 2: 1 cells; expected 2"),
        (b"1\n", npy(np.array([np.nan])), {}, "a NaN or an infinity"),
        (b"1\n", npy(np.array(["a"])), {}, "expected comma-separated text, or a NumPy file"),
        (b"1\n", b"1\n", {"confidence": "99%"}, "confidence: '99%'; expected a decimal number"),
        (b"1\n", b"1\n", {"confidence": "99"}, "expected a number between 0 and 1"),
        (b"a\n1\n", b"1\n", {"label": "b"}, "no one column 'b'; expected one of: a"),
        (b"a,g\n1,x y\n", b"1\n", {"group": "g"}, "expected a name without spaces"),
    ],
)
def test_bad_input_gets_one_clear_line(tmp_path, labels, predictions, options, said):
    (tmp_path / "y").write_bytes(labels)
    (tmp_path / "z").write_bytes(predictions)
    with pytest.raises(warrant.WarrantError) as problem:
        warrant.accuracy(tmp_path / "y", tmp_path / "z", out=tmp_path / "w", **options)
    assert said in str(problem.value) and "\n" not in str(problem.value)
    assert not (tmp_path / "w").exists()

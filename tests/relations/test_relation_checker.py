"""Relations between runs of networks: what is proved and refuted, and what both checkers refuse."""

from __future__ import annotations

import random

import pytest
from small_claims import changed, network

import warrant
from warrant import properties
from warrant.claims import Compares, Relates
from warrant.cli import main
from warrant.errors import WrongInput

ONE, OTHER = network("dense", 1), network("dense", 2)
COPY = "(declare-network g (equal-to f) (declare-input X2 Real [1,3]) (declare-output Y2 Real [1,2]))"
SECOND = COPY.replace("(equal-to f) ", "")


def text(*asserts: str, second: str = COPY) -> str:
    """Two networks on [0, 1/2]³ whose inputs differ in the first feature only, by at most 1/5."""
    lines = [
        "(vnnlib-version <2.0>)",
        "(declare-network f (declare-input X Real [1,3]) (declare-output Y Real [1,2]))",
        second,
        *(f"(assert (and (>= X[0,{i}] 0.0) (<= X[0,{i}] 0.5)))" for i in range(3)),
        "(assert (== X2[0,1] X[0,1]))",
        "(assert (== X2[0,2] X[0,2]))",
        "(assert (and (>= (- X2[0,0] X[0,0]) 0.0) (<= (- X2[0,0] X[0,0]) 0.2)))",
        *asserts,
    ]
    return "\n".join(lines)


TRUE = text("(assert (< Y2[0,0] (- Y[0,0] 1.0)))")
FALSE = text("(assert (< Y2[0,0] (- Y[0,0] 0.1)))")
APART = text("(assert (> Y2[0,0] (+ Y[0,0] 50.0)))", second=SECOND)
NEAR = text("(assert (> Y2[0,0] (+ Y[0,0] 0.01)))", second=SECOND)


def certificate(claim: Relates) -> bytes:
    found = claim.find(timeout=60, jobs=1, report=None)
    assert found.certificate is not None, found.reason
    return found.certificate


def asked(checker, claim: Relates, data: bytes) -> str:
    files = {a.file: a.data for a in claim.artefacts} | {"certificate.bin": data}
    return checker.check_files(claim.family, files).word


@pytest.mark.parametrize(
    ("claim", "word"),
    [
        (Relates.of(ONE, TRUE), "PROVED"),
        (Relates.of(ONE, FALSE), "REFUTED"),
        (Compares.between(ONE, OTHER, APART), "PROVED"),
        (Compares.between(ONE, OTHER, NEAR), "REFUTED"),
    ],
    ids=["holds", "fails", "two-hold", "two-fail"],
)
def test_answers_and_refusals(native_checker, claim: Relates, word: str) -> None:
    data = certificate(claim)
    assert asked(native_checker, claim, data) == word
    # the same certificate says nothing about another claim, another model, or in another family
    other = Relates.of(OTHER, TRUE if word == "REFUTED" else FALSE)
    assert asked(native_checker, other, data) == "UNKNOWN"
    assert native_checker.check(claim.model_bytes, claim.property_bytes, data).word == "UNKNOWN"
    assert asked(native_checker, claim, b"") == "UNKNOWN"
    rng = random.Random(5)
    for _ in range(60):
        answer = asked(native_checker, claim, changed(data, rng))
        assert answer in (word, "UNKNOWN")


def test_the_order_of_two_models_counts(native_checker) -> None:
    claim = Compares.between(ONE, OTHER, NEAR)
    turned = Compares.between(OTHER, ONE, NEAR.replace("0.01", "2.0"))
    assert asked(native_checker, turned, certificate(claim)) == "UNKNOWN"


def test_a_witness_is_of_inputs_not_of_differences(native_checker) -> None:
    claim = Relates.of(ONE, FALSE)
    words = certificate(claim)[6:].decode().split()
    x, y = [float(w) for w in words[:3]], [float(w) for w in words[3:]]
    assert x[1:] == y[1:] and 0 <= y[0] - x[0] <= 0.2
    spoiled = b"WRNT\x01R" + "\n".join([*words[:3], words[3], words[4], "0.625"]).encode()
    assert asked(native_checker, claim, spoiled) == "UNKNOWN"


@pytest.mark.parametrize(
    ("spoiled", "says"),
    [
        (TRUE.replace("(equal-to f)", "(equal-to h)"), "names no network"),
        (TRUE.replace("(equal-to f)", "(isomorphic-to f)"), "isomorphic-to"),
        (TRUE.replace("X2 Real [1,3]", "X2 Real [3]").replace("X2[0,", "X2["), "other shapes"),
        (TRUE.replace("declare-input X2", "declare-input X").replace("X2[", "X["), "two tensors"),
        (TRUE.replace("network g", "network f"), "two networks"),
        (TRUE.replace("(<= (- X2[0,0] X[0,0]) 0.2)", "(<= X2[0,0] 0.5)"), "no upper bound"),
        (TRUE.replace("(equal-to f) ", ""), "2 models"),
    ],
)
def test_what_is_refused(native_checker, spoiled: str, says: str) -> None:
    claim = Relates.of(ONE, spoiled)
    with pytest.raises(WrongInput, match=says):
        claim.validate()
    assert asked(native_checker, claim, certificate(Relates.of(ONE, TRUE))) == "UNKNOWN"


def test_one_network_is_a_relation_too(native_checker) -> None:
    lines = [line for line in text("(assert (> Y[0,0] 50.0))").splitlines() if "X2" not in line]
    claim = Relates.of(ONE, "\n".join(lines))
    assert asked(native_checker, claim, certificate(claim)) == "PROVED"


def test_product_computes_what_the_networks_compute() -> None:
    import numpy as np

    from warrant import models

    product = models.load_product([ONE, OTHER], [0, 1, 0], names=["one", "other"])
    x = np.random.default_rng(3).normal(size=(20, 9))
    z = np.concatenate([x[:, :3], x[:, 3:6] - x[:, :3], x[:, 6:] - x[:, :3]], axis=1)
    one, other = models.load(ONE), models.load(OTHER)
    parts = [one.evaluate(x[:, :3]), other.evaluate(x[:, 3:6]), one.evaluate(x[:, 6:])]
    assert np.allclose(product.evaluate(z), np.concatenate(parts, axis=1), atol=1e-9)


def test_bounds_of_differences() -> None:
    from warrant import models

    relation = properties.read_relation(TRUE.encode())
    queries = properties.related(relation, models.load_product([ONE], [0, 0], names=["one"]))
    (query,) = queries.queries
    assert [float(h) for _, h in query.box] == [0.5, 0.5, 0.5, 0.2, 0.0, 0.0]
    assert len(query.disjuncts) == 1 and query.sizes == [1]


def test_kernel(tmp_path) -> None:
    from warrant._api import prove_claim

    claims = [
        (Relates.of(ONE, TRUE), "PROVED"),
        (Relates.of(ONE, FALSE), "REFUTED"),
        (Compares.between(ONE, OTHER, APART), "PROVED"),
    ]
    for k, (claim, word) in enumerate(claims):
        folder = tmp_path / str(k)
        verdict = prove_claim(claim, timeout=60, kernel=True, out=folder)
        if isinstance(verdict, warrant.Unknown) and "the kernel was not asked" in verdict.reason:
            pytest.skip("there is no Coq here")
        assert verdict.line == word and verdict.checked_by == ("native", "kernel")
        assert "Together" in (folder / "Theorem.v").read_text()
        assert warrant.check(folder).line == word


def test_two_runs_in_lock_step_compute_what_the_network_computes() -> None:
    import numpy as np

    from warrant import models

    for kind in ("dense", "convolution", "residual"):
        model = network(kind, 4)
        product = models.load_product([model], [0, 0], names=["model"])
        assert [b.function for b in product.blocks].count("rise") == [
            b.function for b in models.load(model).blocks
        ].count("relu")
        x = np.random.default_rng(3).normal(size=(20, 6))
        z = np.concatenate([x[:, :3], x[:, 3:] - x[:, :3]], axis=1)
        one = models.load(model)
        parts = [one.evaluate(x[:, :3]), one.evaluate(x[:, 3:])]
        assert np.allclose(product.evaluate(z), np.concatenate(parts, axis=1), atol=1e-9)


@pytest.mark.usefixtures("native_checker")
def test_the_command(tmp_path, monkeypatch, capsys) -> None:
    """`warrant prove MODEL [OTHER] PROPERTY` sees from the property what it is about."""
    monkeypatch.chdir(tmp_path)
    for name, data in (("one.onnx", ONE), ("other.onnx", OTHER)):
        (tmp_path / name).write_bytes(data)
    for name, said in (("true", TRUE), ("false", FALSE), ("apart", APART)):
        (tmp_path / f"{name}.vnnlib").write_text(said)
    assert main(["prove", "one.onnx", "true.vnnlib", "--out", "w"]) == 0
    assert main(["check", "w"]) == 0
    assert main(["prove", "one.onnx", "false.vnnlib", "--out", "v"]) == 1
    assert main(["prove", "one.onnx", "other.onnx", "apart.vnnlib", "--out", "u"]) == 0
    assert main(["prove", "one.onnx", "apart.vnnlib", "--out", "t"]) == 2
    assert "models" in capsys.readouterr().err.splitlines()[-1]
    assert main(["prove", "one.onnx", "one.onnx", "other.onnx", "apart.vnnlib"]) == 2
    assert capsys.readouterr().err == "warrant: 3 models; expected one, or two\n"
    assert not (tmp_path / "t").exists()

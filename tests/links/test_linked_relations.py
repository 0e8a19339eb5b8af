"""Claims about the probabilities of two runs: both checkers, and what they refuse."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from kernel import verdicts
from native import Checker
from onnx import helper
from small_claims import changed, network
from test_transformed_classifiers import MODELS

import warrant
from warrant import Domain, Equivalent, Fair, Monotone, Stable, certificates, models
from warrant._api import prove_claim
from warrant.claims import LinkedCompares, LinkedRelates, Relates
from warrant.errors import Unsupported

BOX = Domain.box([-0.5, -0.5, -0.5], [0.5, 0.5, 0.5], names=["a", "b", "c"])


def linked(op: str) -> bytes:
    """A small network with rectifiers, and a last node that makes probabilities."""
    model = onnx.load_from_string(network("dense", 1))
    (result,) = model.graph.output
    model.graph.node.append(helper.make_node(op, [result.name], ["probabilities"]))
    result.name = "probabilities"
    return model.SerializeToString()


RUNS = {
    "network, logistic": linked("Sigmoid"),
    "network, softmax": linked("Softmax"),
    "linear": MODELS["linear, three"],
    "trees, softmax": MODELS["a score for each of three"],
    "trees, one score": MODELS["one score"],
}


def changes(data: bytes, axis: int = 0) -> tuple[float, float]:
    """The greatest change of the first probability where a feature moves, and what is bounded of the scores."""
    grid = np.stack(np.meshgrid(*[np.linspace(-0.5, 0.5, 17) + 1e-9] * 3, indexing="ij"), axis=-1).clip(-0.5, 0.5)
    read = models.read(data)
    assert isinstance(read, models.Linked)
    p = read.evaluate(grid.reshape(-1, 3))[:, 0]
    z = read.scores.evaluate(grid.reshape(-1, 3))
    parts = [z[:, 0]] if read.link == "logistic" else [z[:, 0] - z[:, k] for k in range(1, read.outputs)]
    probability, *scores = (float(np.ptp(part.reshape(17, 17, 17), axis=axis).max()) for part in (p, *parts))
    return probability, max(scores) / 4


def most(data: bytes) -> tuple[str, float, float]:
    """The feature that matters most, and its changes."""
    axis = max(range(3), key=lambda k: changes(data, k)[0])
    return BOX.names[axis], *changes(data, axis)


def asked(checker: Checker, claim: Relates, data: bytes) -> str:
    return checker.check_files(claim.family, {a.file: a.data for a in claim.artefacts} | {"certificate.bin": data}).word


@pytest.mark.parametrize("name", RUNS)
def test_fair_probabilities(name: str, native_checker: Checker) -> None:
    data = RUNS[name]
    feature, probability, score = most(data)
    assert 0 < probability <= score + 1e-9
    good = Fair(feature, BOX, tolerance=1.5 * score + 0.01).claim(data)
    bad = Fair(feature, BOX, tolerance=0.7 * probability).claim(data)
    assert isinstance(good, LinkedRelates)
    proof, witness = prove_claim(good, timeout=60), prove_claim(bad, timeout=60)
    assert (proof.line, witness.line) == ("PROVED", "REFUTED")
    certificate = proof.certificate or b""
    assert asked(native_checker, bad, certificate) == "UNKNOWN"
    assert asked(native_checker, good, witness.certificate or b"") == "UNKNOWN"
    # it is no proof about the outputs of a model without a link, nor one of the family of such claims
    assert asked(native_checker, Relates(data, good.property_bytes), certificate) == "UNKNOWN"
    rng = random.Random(0)
    for _ in range(15):
        assert asked(native_checker, bad, changed(certificate, rng)) != "PROVED"


def test_monotone_stable_and_equivalent(native_checker: Checker) -> None:
    trees = RUNS["trees, one score"]
    feature, _, score = most(trees)
    assert warrant.prove(trees, Monotone(feature, "increasing", BOX, tolerance=score + 0.01)).line == "PROVED"
    assert warrant.prove(trees, Stable(1e-3, BOX, tolerance=0.9)).line == "PROVED"
    # its first probability and its second never move in the same direction: one of the two claims fails
    exact = [warrant.prove(trees, Monotone(feature, "increasing", BOX, tolerance=0, output=k)).line for k in (0, 1)]
    assert "REFUTED" in exact
    still = MODELS["renamed"]
    other = Equivalent(still, BOX, tolerance=1e-3)
    claim = other.claim(trees)
    assert isinstance(claim, LinkedCompares)
    proof = prove_claim(claim, timeout=60)
    assert proof.line == "PROVED"
    shifted = Equivalent(MODELS["one score and a base value"], BOX, tolerance=1e-3)
    assert warrant.prove(trees, shifted, timeout=60).line == "REFUTED"
    assert asked(native_checker, shifted.claim(trees), proof.certificate or b"") == "UNKNOWN"
    assert warrant.prove(trees, Equivalent(MODELS["one score and a base value"], BOX, tolerance=0.2)).line == "PROVED"


def text(x: np.ndarray, bounds: list[tuple[float, float]], outputs: int) -> bytes:
    """That two runs have these inputs, and outputs within these bounds."""
    lines = [
        "(vnnlib-version <2.0>)",
        f"(declare-network f (declare-input X Real [3]) (declare-output Y Real [{outputs}]))",
        f"(declare-network g (equal-to f) (declare-input X2 Real [3]) (declare-output Y2 Real [{outputs}]))",
    ]
    lines += [f"(assert (= X{run}[{k}] {v}))" for run, row in zip(("", "2"), x, strict=True) for k, v in enumerate(row)]
    places = [f"Y{run}[{k}]" for run in ("", "2") for k in range(outputs)]
    lines += [f"(assert (and (>= {y} {a}) (<= {y} {b})))" for y, (a, b) in zip(places, bounds, strict=True)]
    return "\n".join(lines).encode()


@pytest.mark.parametrize("name", RUNS)
def test_the_meaning_is_that_of_onnx_runtime(name: str, native_checker: Checker) -> None:
    data = RUNS[name]
    session = ort.InferenceSession(data, providers=["CPUExecutionProvider"])
    given = session.get_inputs()[0]
    shape = [1 if isinstance(s, str) or s is None else s for s in given.shape]
    x = np.array([[0.126, 0.377, 0.251], [-0.25, 0.4, 0.49]]).round(3)
    values = [
        float(v)
        for row in x
        for v in np.ravel(session.run(None, {given.name: row.astype(np.float32).reshape(shape)})[0])
    ]
    outputs = len(values) // 2
    witness = certificates.witness_bytes([str(v) for v in x.ravel()])
    near = [(v - 1e-5, v + 1e-5) for v in values]
    off = [*near[:-1], (values[-1] + 1e-5, 2.0)]
    for bounds, word in ((near, "REFUTED"), (off, "UNKNOWN")):
        assert asked(native_checker, LinkedRelates(data, text(x, bounds, outputs)), witness) == word


def test_what_is_not_proved() -> None:
    """A probability and a number, and different classes of softmax: no proof, and no wrong one."""
    data = RUNS["trees, softmax"]
    domain = BOX
    claim = Fair("a", domain, tolerance=0.9).claim(data)
    body = claim.property_bytes.decode()
    last = body.rstrip().splitlines()[-1]
    for failure in ("(> Y2[0] 2.0)", "(> (- Y2[1] Y[0]) 1.5)", "(> (- Y2[0] (* 0.5 Y[0])) 1.5)"):
        other = LinkedRelates(data, body.replace(last, f"(assert {failure})").encode())
        assert prove_claim(other, timeout=5).line.startswith("UNKNOWN")
    with pytest.raises(Unsupported, match="probabilities"):
        Relates(data, claim.property_bytes).validate()
    with pytest.raises(Unsupported, match="no probabilities"):
        LinkedRelates(network("dense", 1), claim.property_bytes).validate()
    two = Equivalent(RUNS["network, softmax"], BOX, tolerance=0.9).claim(RUNS["network, logistic"])
    with pytest.raises(Unsupported, match="two ways"):
        two.validate()


def test_kernel(tmp_path: Path) -> None:
    data = RUNS["trees, one score"]
    feature, probability, score = most(data)
    claims = [Fair(feature, BOX, tolerance=t).claim(data) for t in (score + 0.01, 0.7 * probability)]
    found = [claim.find(timeout=60, jobs=1, report=None).certificate or b"" for claim in claims]
    files = [(data, claim.property_bytes, c) for claim in claims for c in found]
    said = verdicts("Links", files, tmp_path, prove="prove_linked_relation", refute=("refute_linked_relation",))
    assert said == ["PROVED", "UNKNOWN", "UNKNOWN", "REFUTED"]

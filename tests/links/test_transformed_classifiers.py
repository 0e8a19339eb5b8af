"""Classifiers of ai.onnx.ml that transform their scores: their probabilities, in both checkers, and what is refused."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import forests
import numpy as np
import onnx
import onnxruntime as ort
import pytest
from kernel import verdicts
from native import Checker
from onnx import helper
from small_claims import changed

import warrant
from warrant import Bounded, Domain, certificates, models
from warrant._api import prove_claim
from warrant.claims import Probabilities, Safe
from warrant.errors import WarrantError

TREES, LINEAR = "TreeEnsembleClassifier", "LinearClassifier"
BOX = Domain.box([-0.5, -0.5, -0.5], [0.5, 0.5, 0.5], names=["a", "b", "c"])


def trees(
    scores: int, post: str, *, one: bool = False, seed: int = 1, behind: Sequence[Any] = (), **more: Any
) -> bytes:
    """An ensemble; one: of one score for two classes; behind: nodes that follow."""
    rng = np.random.default_rng(seed)
    made = forests.attributes(rng, TREES, scores, one_score="mixed" if one else "", trees=3)
    given = made | {"post_transform": post} | more
    if "classlabels_strings" in more:
        del given["classlabels_int64s"]
    return with_more(forests.model(TREES, given, "scores"), behind)


def linear(scores: int, post: str, *, behind: Sequence[Any] = (), **more: Any) -> bytes:
    """A linear classifier behind a scaler; behind: nodes that follow."""
    rng = np.random.default_rng(scores)
    made: dict[str, Any] = {
        "coefficients": [float(v) for v in rng.integers(-16, 17, 3 * scores) / 8],
        "intercepts": [float(v) for v in rng.integers(-8, 9, scores) / 8],
        "classlabels_ints": list(range(scores)),
        "post_transform": post,
    }
    given = made | more
    if "classlabels_strings" in more:
        del given["classlabels_ints"]
    scaler = ([0.5, 0.0, -0.25], [2.0, 1.0, -0.5])
    return with_more(forests.model(LINEAR, given, "scores", scaler=scaler), behind)


def with_more(data: bytes, behind: Sequence[Any]) -> bytes:
    """The model with nodes behind it, each a name and its attributes, that go on from the output."""
    model = onnx.load_from_string(data)
    (result,) = model.graph.output
    for name, given in behind:
        made = f"{result.name}_"
        domain = "ai.onnx.ml" if name == "Normalizer" else ""
        model.graph.node.append(helper.make_node(name, [result.name], [made], domain=domain, **given))
        result.name = made
    return model.SerializeToString()


NORMALISED = ("Normalizer", {"norm": "L1"})
RENAMED = ("Identity", {})
MODELS = {
    "a score for each of three": trees(3, "SOFTMAX"),
    "three logistic functions": trees(3, "LOGISTIC"),
    "base values": trees(3, "SOFTMAX", base_values=[0.25, 0.0, -0.5]),
    "one score": trees(2, "LOGISTIC", one=True),
    "one score and a base value": trees(2, "LOGISTIC", one=True, base_values=[0.5]),
    "texts as labels": trees(2, "LOGISTIC", one=True, classlabels_strings=["no", "yes"]),
    "renamed": trees(2, "LOGISTIC", one=True, behind=[RENAMED, RENAMED]),
    "normalised": trees(3, "SOFTMAX", behind=[NORMALISED, RENAMED]),
    "linear, two": linear(2, "LOGISTIC"),
    "linear, three": linear(3, "SOFTMAX", behind=[RENAMED, NORMALISED]),
    "linear, texts": linear(3, "LOGISTIC", classlabels_strings=["a", "b", "c"]),
}
MEANINGLESS = {
    "two scores": trees(2, "LOGISTIC"),
    "two scores, softmax": trees(2, "SOFTMAX"),
    "one score, softmax": trees(2, "SOFTMAX", one=True),
    "two base values": trees(2, "LOGISTIC", one=True, base_values=[0.5, 0.25]),
    "another transformation": trees(3, "PROBIT"),
    "no score of a class": trees(
        3, "SOFTMAX", class_ids=[0] * len(forests.attributes(np.random.default_rng(1), TREES, 3, trees=3)["class_ids"])
    ),
    "normalised logistic functions": linear(3, "LOGISTIC", behind=[NORMALISED]),
    "normalised otherwise": linear(3, "SOFTMAX", behind=[("Normalizer", {"norm": "MAX"})]),
    "twice": linear(3, "SOFTMAX", behind=[("Sigmoid", {})]),
    "one label": linear(1, "LOGISTIC"),
}


def text(inputs: Sequence[float], outputs: Sequence[tuple[float, float]]) -> bytes:
    """That the inputs are these, and the outputs within these bounds."""
    lines = [f"(declare-const X_{k} Real)" for k in range(3)] + [
        f"(declare-const Y_{k} Real)" for k in range(len(outputs))
    ]
    lines += [f"(assert (and (>= X_{k} {v}) (<= X_{k} {v})))" for k, v in enumerate(inputs)]
    lines += [f"(assert (and (>= Y_{k} {low}) (<= Y_{k} {high})))" for k, (low, high) in enumerate(outputs)]
    return "\n".join(lines).encode()


def asked(checker: Checker, claim: Safe, data: bytes) -> str:
    return checker.check_files(claim.family, {a.file: a.data for a in claim.artefacts} | {"certificate.bin": data}).word


@pytest.mark.parametrize("name", MODELS)
def test_the_meaning_is_that_of_onnx_runtime(name: str, native_checker: Checker) -> None:
    """At points, the checker encloses what ONNX Runtime computes, and Python reads the same."""
    data = MODELS[name]
    session = ort.InferenceSession(data, providers=["CPUExecutionProvider"])
    read = models.read(data)
    assert isinstance(read, models.Linked)
    for x in np.random.default_rng(0).integers(-64, 65, (4, 3)) / 128 + 1 / 1024:  # never at a threshold
        (y,) = session.run(None, {"x": x[None].astype(np.float32)})
        values = [float(v) for v in y.reshape(-1)]
        assert np.abs(read.evaluate(x[None])[0] - values).max() < 1e-5
        witness = certificates.witness_bytes([str(v) for v in x])
        near = [(v - 1e-5, v + 1e-5) for v in values]
        off = [(values[0] + 1e-5, 2.0), *near[1:]]
        for bounds, word in ((near, "REFUTED"), (off, "UNKNOWN")):
            claim = Probabilities(data, text(x, bounds))
            assert asked(native_checker, claim, witness) == word


@pytest.mark.parametrize("name", MEANINGLESS)
def test_what_has_no_meaning(name: str, native_checker: Checker) -> None:
    """Neither reader takes it: Python says so in one line, and the checker accepts no witness of anything."""
    data = MEANINGLESS[name]
    with pytest.raises(WarrantError):
        models.read(data)
    for outputs in (1, 2, 3):
        claim = Probabilities(data, text([0.125, 0.25, 0.375], [(-1.0, 2.0)] * outputs))
        assert asked(native_checker, claim, certificates.witness_bytes(["0.125", "0.25", "0.375"])) == "UNKNOWN"


@pytest.mark.parametrize(
    "name", ["a score for each of three", "one score and a base value", "linear, two", "normalised"]
)
def test_bounds_of_probabilities(name: str, native_checker: Checker) -> None:
    data = MODELS[name]
    grid = np.stack(np.meshgrid(*[np.linspace(-0.5, 0.5, 33) + 1e-9] * 3), axis=-1).reshape(-1, 3).clip(-0.5, 0.5)
    values = models.read(data).evaluate(grid)[:, 0]
    low, high = float(values.min()), float(values.max())
    few = models.read(data).outputs == 2
    good = Bounded(BOX, low=low - 0.02 if few else low / 4, high=min(high + 0.02 if few else 2 * high, 0.999)).claim(
        data
    )
    bad = Bounded(BOX, low=low + 0.01, high=high + 0.02).claim(data)
    assert isinstance(good, Probabilities)
    proof, witness = prove_claim(good, timeout=60), prove_claim(bad, timeout=60)
    assert (proof.line, witness.line) == ("PROVED", "REFUTED")
    certificate = proof.certificate or b""
    assert asked(native_checker, bad, certificate) == "UNKNOWN"
    assert asked(native_checker, good, witness.certificate or b"") == "UNKNOWN"
    rng = random.Random(0)
    for _ in range(10):
        assert asked(native_checker, bad, changed(certificate, rng)) != "PROVED"


def test_kernel(tmp_path: Path) -> None:
    data = MODELS["one score"]
    high = float(models.read(data).evaluate(np.random.default_rng(0).random((4000, 3)) - 0.5)[:, 1].max())
    claims = [Bounded(BOX, high=high + more, output=1).claim(data) for more in (0.01, -0.01)]
    found = [claim.find(timeout=60, jobs=1, report=None).certificate or b"" for claim in claims]
    files = [(data, claim.property_bytes, c) for claim in claims for c in found]
    said = verdicts("Links", files, tmp_path, prove="prove_probabilities", refute=("refute_probabilities",))
    assert said == ["PROVED", "UNKNOWN", "UNKNOWN", "REFUTED"]


def test_another_transformation_is_another_claim(native_checker: Checker) -> None:
    """The proof for softmax is none for logistic functions, nor for other leaves."""
    high = float(models.read(MODELS["a score for each of three"]).evaluate(np.zeros((1, 3)))[0, 0])
    claim = Bounded(BOX, high=min(0.999, 2 * high)).claim(MODELS["a score for each of three"])
    proof = prove_claim(claim, timeout=60).certificate or b""
    assert asked(native_checker, claim, proof) == "PROVED"
    for other in (MODELS["three logistic functions"], MODELS["base values"]):
        words = Probabilities(other, Bounded(BOX, high=high / 4).claim(other).property_bytes)
        assert asked(native_checker, words, proof) == "UNKNOWN"


@pytest.mark.usefixtures("native_checker")
def test_classifiers_of_xgboost_and_scikit_learn() -> None:
    """The exported file itself is what the claim is about."""
    from sklearn.datasets import load_breast_cancer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    xgboost = pytest.importorskip("xgboost")
    rows, y = load_breast_cancer(return_X_y=True)
    x = rows[:, :5].astype(np.float32)
    kinds = y + (x[:, 0] > 14)
    for model in (
        xgboost.XGBClassifier(n_estimators=5, max_depth=2, n_jobs=1).fit(x, y),
        xgboost.XGBClassifier(n_estimators=5, max_depth=2, n_jobs=1).fit(x, kinds),
        make_pipeline(StandardScaler(), LogisticRegression()).fit(x, kinds),
    ):
        p = float(model.predict_proba(x[:1])[0, 0])
        near = Domain.box(*(list(x[0] + s * 0.001 * x.std(axis=0)) for s in (-1, 1)), names=list("abcde"))
        for low, word in ((p / 2, "PROVED"), (min(p * 1.01, (p + 1) / 2), "REFUTED")):
            verdict = warrant.prove(model, Bounded(near, low=low), samples=x, output="probabilities", timeout=60)
            assert verdict.line == word, type(model).__name__
        exported = verdict_file(model, x)
        assert exported.graph.node[-1].op_type not in ("Sigmoid", "Softmax")


@pytest.mark.usefixtures("native_checker")
@pytest.mark.parametrize("zipmap", [True, False])
def test_files_with_label_and_probabilities(zipmap: bool) -> None:
    """Of files as skl2onnx writes them, the output that is claimed about is taken; of others, none is guessed."""
    import skl2onnx
    from sklearn.datasets import load_iris
    from sklearn.linear_model import LogisticRegression

    rows, y = load_iris(return_X_y=True)
    x = rows.astype(np.float32)
    model = LogisticRegression().fit(x, y)
    data = skl2onnx.to_onnx(
        model, x[:1], options={id(model): {"zipmap": zipmap}}, target_opset={"": 17, "ai.onnx.ml": 3}
    ).SerializeToString()
    p = float(model.predict_proba(x[:1])[0, 0])
    near = Domain.box(*(list(x[0] + s) for s in (-0.01, 0.01)), names=list("abcd"))
    for output, low, high in (("probabilities", p / 2, p - 0.001), ("label", -0.5, 0.5)):
        verdict = warrant.prove(data, Bounded(near, low=low), output=output)  # type: ignore[arg-type]
        assert verdict.line == "PROVED"
        assert f"the file of its {output} alone" in verdict.notes[0]
        assert warrant.prove(data, Bounded(near, low=high + 0.01), output=output).line == "REFUTED"  # type: ignore[arg-type]
    assert warrant.prove(data, warrant.Fair("a", near, tolerance=0.5), output="scores").line == "PROVED"
    swapped = onnx.load_from_string(data)
    first, second = swapped.graph.output
    outputs = [second, first]
    swapped.graph.ClearField("output")
    swapped.graph.output.extend(outputs)
    with pytest.raises(WarrantError, match="2 outputs"):
        warrant.prove(swapped, Bounded(near, low=0), output="probabilities")


def verdict_file(model: Any, x: np.ndarray) -> onnx.ModelProto:
    from warrant.models.exporters import export

    return onnx.load_from_string(export(model, x, "probabilities").data)

"""Claims that some input is so: a witness proves them, a proof about all inputs refutes them, and nothing is the other way round."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import kernel
import numpy as np
import pytest
from native import Checker
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier
from small_claims import network

import warrant
from warrant import Domain, Feature, Reachable, Robust, WrongInput
from warrant.claims import Reaches, Safe
from warrant.cli import main
from warrant.evidence import read_warrant

DENSE = network("dense", 1)
"""3 inputs, 2 outputs."""
DOMAIN = Domain.box([-1, -1, -1], [1, 1, 1], names=["a", "b", "c"])
TARGET = """; the output is to be as great as this
(declare-const X_0 Real)(declare-const X_1 Real)(declare-const X_2 Real)(declare-const Y_0 Real)(declare-const Y_1 Real)
(assert (and (>= X_0 -1) (<= X_0 1)))(assert (and (>= X_1 -1) (<= X_1 1)))(assert (and (>= X_2 -1) (<= X_2 1)))
(assert (>= Y_0 {}))
"""


@pytest.fixture(scope="module")
def ends() -> tuple[float, float]:
    """A value of output 0 that is reached on the domain, and one that is not."""
    from warrant import models

    y = models.read(DENSE).evaluate(np.random.default_rng(0).uniform(-1, 1, (2000, 3)))[:, 0]
    return float(np.quantile(y, 0.9).round(3)), float((y.max() + 5 * np.ptp(y) + 1).round(3))


def test_a_witness_proves_it(native_checker: Checker, ends: tuple[float, float], tmp_path: Path) -> None:
    verdict = warrant.prove(DENSE, Reachable(DOMAIN, low=ends[0]), out=tmp_path / "w")
    assert isinstance(verdict, warrant.Proved) and isinstance(verdict.witness, warrant.Witness)
    assert all(-1 <= x <= 1 for x in verdict.witness.inputs) and verdict.witness.names == ("a", "b", "c")
    assert verdict.witness.outputs is not None and verdict.witness.outputs[0] >= ends[0] - 1e-5
    assert verdict.point is verdict.witness
    again = warrant.check(tmp_path / "w")
    assert isinstance(again, warrant.Proved) and again.witness == verdict.witness
    audit = warrant.audit(tmp_path / "w").text
    assert audit.startswith("Not vacuous. It says that there is an input")
    assert "Some input of the network" in audit and "Theorem claim : Reachable model_file target_file." in audit
    assert "What is asserted here is to occur." in (tmp_path / "w" / "target.vnnlib").read_text()


def test_a_proof_about_all_inputs_refutes_it(
    native_checker: Checker, ends: tuple[float, float], tmp_path: Path
) -> None:
    verdict = warrant.prove(DENSE, Reachable(DOMAIN, low=ends[1]), out=tmp_path / "w")
    assert isinstance(verdict, warrant.Refuted) and verdict.counterexample is None and verdict.point is None
    assert isinstance(warrant.check(tmp_path / "w"), warrant.Refuted)
    audit = warrant.audit(tmp_path / "w").text
    assert "No input of the network" in audit and "what is claimed to occur never does" in audit
    assert "Theorem claim : Unreachable model_file target_file." in audit


def test_the_same_text_says_the_opposite_of_a_safety_claim(native_checker: Checker, ends: tuple[float, float]) -> None:
    """The certificates are the same bytes; families, verdicts and theorems are not, and neither passes for the other."""
    for low, safe, reached in ((ends[0], "REFUTED", "PROVED"), (ends[1], "PROVED", "REFUTED")):
        target = TARGET.format(low).encode()
        claims = Safe.of(DENSE, target), Reaches.of(DENSE, target)
        verdicts = [warrant.prove(DENSE, target), warrant.prove(DENSE, Reachable(target))]
        assert [verdict.word for verdict in verdicts] == [safe, reached]
        for verdict in verdicts:
            assert verdict.certificate is not None
            said = []
            for claim in claims:
                theorem = claim.theorem(verdict.certificate)
                files = {artefact.file: artefact.data for artefact in claim.artefacts} | {"c": verdict.certificate}
                said.append(native_checker.check_files(claim.family, files).word)
                assert theorem is not None and theorem.verdict == said[-1]
            assert said == [safe, reached]


def test_a_folder_does_not_change_its_family(
    native_checker: Checker, ends: tuple[float, float], tmp_path: Path
) -> None:
    warrant.prove(DENSE, Reachable(TARGET.format(ends[0])), out=tmp_path / "w")
    shutil.copytree(tmp_path / "w", tmp_path / "other")
    record = json.loads((tmp_path / "other" / "warrant.json").read_text())
    (tmp_path / "other" / "target.vnnlib").rename(tmp_path / "other" / "property.vnnlib")
    (tmp_path / "other" / "warrant.json").write_text(json.dumps(record | {"family": "network"}))
    assert isinstance(warrant.check(tmp_path / "other"), warrant.Unknown)


@pytest.mark.parametrize("name", ["model.onnx", "target.vnnlib", "certificate.bin", "Theorem.v", "warrant.json"])
def test_changed_files_are_noticed(
    native_checker: Checker, ends: tuple[float, float], tmp_path: Path, name: str
) -> None:
    warrant.prove(DENSE, Reachable(DOMAIN, low=ends[0]), out=tmp_path / "w")
    data = bytearray((tmp_path / "w" / name).read_bytes())
    data[len(data) * 2 // 3] ^= 1
    (tmp_path / "w" / name).write_bytes(bytes(data))
    try:
        assert isinstance(warrant.check(tmp_path / "w"), warrant.Unknown)
    except WrongInput:
        assert name == "warrant.json"


def test_certificates_that_do_not_show_it_are_refused(native_checker: Checker, ends: tuple[float, float]) -> None:
    """A point elsewhere, a point outside of the domain, and a proof of another target."""

    def word(claim: Reaches, certificate: bytes) -> str:
        files = {a.file: a.data for a in claim.artefacts} | {"certificate.bin": certificate}
        return native_checker.check_files(claim.family, files).word

    reached, other = (Reachable(DOMAIN, low=low).claim(DENSE) for low in ends)
    point = reached.find(timeout=60, jobs=1, report=None).certificate
    proof = other.find(timeout=60, jobs=1, report=None).certificate
    assert point is not None and proof is not None
    assert word(reached, point) == "PROVED" and word(other, proof) == "REFUTED"
    assert word(other, point) == word(reached, proof) == "UNKNOWN"
    far = b"WRNT\x01R" + b"\n".join(str(9 * float(v)).encode() for v in point[6:].split())
    assert word(reached, far) == word(reached, point + b"\n0") == word(other, proof[:-1]) == "UNKNOWN"


def test_in_the_kernel(ends: tuple[float, float], tmp_path: Path) -> None:
    claims = []
    for low in ends:
        claim = Reachable(DOMAIN, low=low).claim(DENSE)
        certificate = claim.find(timeout=60, jobs=1, report=None).certificate
        assert certificate is not None
        claims.append((claim.model_bytes, claim.property_bytes, certificate))
    claims.append((*claims[1][:2], claims[0][2]))
    words = kernel.verdicts("Main", claims, tmp_path, prove="prove_reachable", refute=("refute_reachable",))
    assert words == ["PROVED", "REFUTED", "UNKNOWN"]


def test_the_theorem_in_the_kernel(native_checker: Checker, ends: tuple[float, float], tmp_path: Path) -> None:
    for low, word in zip(ends, ("PROVED", "REFUTED"), strict=True):
        verdict = warrant.prove(DENSE, Reachable(DOMAIN, low=low), kernel=True, out=tmp_path / word)
        assert verdict.word == word and verdict.checked_by == ("native", "kernel") and verdict.assumptions


def test_labels_of_scores_and_of_trees(native_checker: Checker) -> None:
    """Each label is called somewhere by the forest, no third one is; of scores, the greatest."""
    data = load_breast_cancer()
    rows = data.data[:, :5].astype(np.float32)
    forest = RandomForestClassifier(5, max_depth=3, random_state=0).fit(rows, data.target)
    domain = Domain.box(rows.min(axis=0), rows.max(axis=0))
    for label in (0, 1):
        verdict = warrant.prove(forest, Reachable(domain, label=label), samples=rows)
        assert isinstance(verdict, warrant.Proved) and verdict.witness is not None
        assert any(note.startswith("at the witness, rounded to float32, the") for note in verdict.notes)
        assert forest.predict(np.array([verdict.witness.inputs], dtype=np.float32))[0] == label
    assert warrant.prove(forest, Reachable(domain, label=2), samples=rows).word == "REFUTED"
    near = warrant.prove(forest, Robust(rows[0], 1e-3), samples=rows)
    there = Domain.box(rows[0] - np.float32(1e-3), rows[0] + np.float32(1e-3))
    other = 1 - int(forest.predict(rows[:1])[0])
    assert near.word == "PROVED"
    assert warrant.prove(forest, Reachable(there, label=other), samples=rows).word == "REFUTED"
    scores = warrant.prove(DENSE, Reachable(DOMAIN, label=0))
    assert isinstance(scores, warrant.Proved) and scores.witness is not None and scores.witness.outputs is not None
    assert scores.witness.outputs[0] > scores.witness.outputs[1]


def test_whole_numbers_and_groups(native_checker: Checker, ends: tuple[float, float]) -> None:
    """A witness is one of the domain: whole where it has to be, and hot in one place."""
    whole = Domain((Feature.integer("a", -1, 1), Feature.real("b", 0, 1), Feature.real("c", 0, 1)), (("b", "c"),))
    for low, high in ((None, 1e6), (1e6, None)):
        verdict = warrant.prove(DENSE, Reachable(whole, low=low, high=high))
        assert verdict.word == ("PROVED" if low is None else "REFUTED")
        if isinstance(verdict, warrant.Proved):
            assert verdict.witness is not None
            a, b, c = verdict.witness.inputs
            assert a in (-1, 0, 1) and {b, c} == {0, 1}


def test_an_empty_target_is_refuted(native_checker: Checker, tmp_path: Path) -> None:
    empty = TARGET.format(0).replace("(<= X_0 1)", "(<= X_0 -2)")
    assert warrant.prove(DENSE, Reachable(empty), out=tmp_path / "w").word == "REFUTED"
    audit = warrant.audit(tmp_path / "w")
    assert audit.vacuous is False and "So the claim fails, whatever the model." in audit.headline


def test_on_the_command_line(
    native_checker: Checker, ends: tuple[float, float], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "m.onnx").write_bytes(DENSE)
    model, target, out = str(tmp_path / "m.onnx"), str(tmp_path / "t.vnnlib"), str(tmp_path / "w")
    for low, code, word in ((ends[0], 0, "PROVED"), (ends[1], 1, "REFUTED")):
        (tmp_path / "t.vnnlib").write_text(TARGET.format(low))
        assert main(["prove", model, target, "--reachable", "--out", out]) == code
        lines = capsys.readouterr().out.splitlines()
        assert lines[-1] == word
        assert any(line.startswith("input        X_0 = ") for line in lines) == (word == "PROVED")
        assert main(["check", out]) == code
        assert capsys.readouterr().out.splitlines()[-1] == word
        record = read_warrant(tmp_path / "w").record
        assert (record.family, record.verdict) == ("reachable", word)
    assert main(["prove", model, model, target, "--reachable", "--out", out]) == 2


def test_the_report_shows_the_witness(native_checker: Checker, ends: tuple[float, float], tmp_path: Path) -> None:
    warrant.prove(DENSE, Reachable(DOMAIN, low=ends[0]), out=tmp_path / "w")
    page = warrant.report(tmp_path / "w")
    assert "<h3>The witness</h3>" in page and "what the claim says to occur does occur" in page
    assert "counterexample" not in page.partition("<main")[2]
    warrant.prove(DENSE, Reachable(DOMAIN, low=ends[1]), out=tmp_path / "w")
    page = warrant.report(tmp_path / "w")
    assert "The witness" not in page and "The region of the 3 inputs" in page


def test_in_a_plan(native_checker: Checker, ends: tuple[float, float], tmp_path: Path) -> None:
    (tmp_path / "m.onnx").write_bytes(DENSE)
    (tmp_path / "t.vnnlib").write_text(TARGET.format(ends[0]))
    features = ", ".join(f"{{ name = '{name}', low = -1, high = 1 }}" for name in "abc")
    (tmp_path / "warrant.toml").write_text(f"""
[[claim]]
name = "described"
model = "m.onnx"
reachable = {{ target = "t.vnnlib" }}
[[claim]]
name = "stated"
model = "m.onnx"
expect = "REFUTED"
reachable = {{ features = [{features}], low = {ends[1]} }}
""")
    assert main(["run", "-c", str(tmp_path / "warrant.toml")]) == 0


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (Reachable(DOMAIN), "neither low, high nor label"),
        (Reachable(DOMAIN, low=0, output=2), "output 2"),
        (Reachable(DOMAIN, label=2), "label 2; expected 0 to 1"),
        (Reachable(Domain.box([0], [1]), low=0), "1 features, the model has 3 inputs"),
        (Reachable(TARGET.format(0), low=0), "a target in VNN-LIB, and low"),
        (Reachable("none.vnnlib"), "none.vnnlib"),
        (Reachable(DOMAIN, low=float("nan")), "low: nan"),
    ],
)
def test_one_clear_line(native_checker: Checker, statement: Any, said: str) -> None:
    with pytest.raises(WrongInput) as problem:
        warrant.prove(DENSE, statement)
    assert said in str(problem.value) and "\n" not in str(problem.value)

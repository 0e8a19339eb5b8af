"""Certified accuracy: the count is that of verdicts given now, whatever lies in the folder, and whatever happens to a process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from dying import Dies
from numpy.typing import NDArray

import warrant
from warrant import CertifiedAccuracy, Robust, WrongInput
from warrant.batch import Entry, prove_all
from warrant.claims import Found, Safe
from warrant.errors import SearchError
from warrant.models import onnx_file

Tumours = tuple[NDArray[np.float32], NDArray[np.int64], list[str]]

pytestmark = pytest.mark.usefixtures("native_checker")


def of(tumours: Tumours, radius: Any, labels: NDArray[np.int64] | None = None) -> CertifiedAccuracy:
    rows, y, names = tumours
    return CertifiedAccuracy(rows, y if labels is None else labels, radius, threshold=0, names=names)


def words(found: warrant.Certified) -> list[str]:
    return [outcome.word for outcome in found.outcomes]


def test_small_and_large_radii(tumours: Tumours, network: Path, tmp_path: Path) -> None:
    small = warrant.certify(network, of(tumours, 0.001), tmp_path / "small")
    assert (small.certified, small.accuracy) == (6, 1.0)
    assert str(small).startswith("6 of 6 inputs are proved")
    large = warrant.certify(network, of(tumours, 300), tmp_path / "large")
    assert large.count("REFUTED") == 6
    assert "for 6 an input near" in str(large)
    assert all(o.counterexample is not None and o.counterexample.names == tuple(tumours[2]) for o in large.outcomes)


def test_the_model_is_read_once(
    tumours: Tumours, network: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For all inputs, under each of the names that it has; and what is another model is read, too."""
    reads: list[tuple[bytes, str]] = []

    def counted(model: onnx.ModelProto, name: str) -> Any:
        reads.append((model.SerializeToString(), name))
        return graph(model, name)

    graph = onnx_file._graph
    monkeypatch.setattr(onnx_file, "_graph", counted)
    for text in ("one", "another"):
        model = onnx.load_from_string(network.read_bytes())
        model.doc_string = text
        file = tmp_path / "model.onnx"
        file.write_bytes(model.SerializeToString())
        assert warrant.certify(file, of(tumours, 0.001), tmp_path / "w").certified == 6
        assert {data for data, _ in reads} == {file.read_bytes()} and len(reads) == len(set(reads)) <= 2
        reads.clear()


def test_the_theorem_about_the_whole_test_set(tumours: Tumours, network: Path, tmp_path: Path) -> None:
    """It is about the user's files, says how many, and is checked again from its folder; too many are refuted."""
    rows, y, names = tumours
    np.save(tmp_path / "X.npy", rows)
    np.save(tmp_path / "y.npy", np.where(np.arange(6) == 3, 1 - y, y))
    claim = CertifiedAccuracy(tmp_path / "X.npy", tmp_path / "y.npy", 0.001, threshold=0, names=names)
    found = warrant.certify(network, claim, tmp_path / "w")
    assert isinstance(found.verdict, warrant.Proved) and found.certified == 5
    whole = tmp_path / "w" / "whole"
    assert (whole / "inputs.npy").read_bytes() == (tmp_path / "X.npy").read_bytes()
    assert "At least 5 of the 6 inputs" in warrant.audit(whole).text
    assert isinstance(warrant.check(whole), warrant.Proved)
    refuted = warrant.certify(network, claim, tmp_path / "w", at_least=6)
    assert isinstance(refuted.verdict, warrant.Refuted)
    assert refuted.verdict.counterexample.names == tuple(names)
    assert "input 3" in refuted.verdict.counterexample.remark
    (whole / "labels.npy").write_bytes((whole / "labels.npy").read_bytes()[:-1] + b"\1")
    assert isinstance(warrant.check(whole), warrant.Unknown)


def test_at_least_none_is_vacuous(tumours: Tumours, network: Path, tmp_path: Path) -> None:
    """It is proved, and the audit says that it says nothing; not so where one is asked for."""
    for least in (0, 1):
        found = warrant.certify(network, of(tumours, 0.001), tmp_path / "w", at_least=least)
        assert isinstance(found.verdict, warrant.Proved)
        audit = warrant.audit(tmp_path / "w" / "whole")
        assert audit.vacuous is (least == 0)
        assert audit.headline.startswith("Not vacuous" if least else "VACUOUS: the claim says nothing. It asks for at")


def test_a_test_set_of_one(tumours: Tumours, network: Path, tmp_path: Path) -> None:
    rows, y, names = tumours
    claim = CertifiedAccuracy(rows[:1], y[:1], 0.001, threshold=0, names=names)
    assert isinstance(warrant.certify(network, claim, tmp_path).verdict, warrant.Proved)
    text = warrant.audit(tmp_path / "whole").text
    assert "The input is classified rightly and robustly" in text
    assert "has 30 inputs and 1 output; inputs.npy has 1 row of such inputs" in text


def test_a_wrong_label_is_refuted_at_any_radius(tumours: Tumours, network: Path, tmp_path: Path) -> None:
    labels = tumours[1].copy()
    labels[2] = 1 - labels[2]
    found = warrant.certify(network, of(tumours, 0, labels), tmp_path / "w")
    assert words(found) == ["PROVED", "PROVED", "REFUTED", "PROVED", "PROVED", "PROVED"]


def test_several_processes_agree_with_one(tumours: Tumours, network: Path, tmp_path: Path) -> None:
    one = warrant.certify(network, of(tumours, 0.01), tmp_path / "one")
    two = warrant.certify(network, of(tumours, 0.01), tmp_path / "two", jobs=2)
    assert words(one) == words(two)
    assert {"PROVED", "REFUTED"} <= set(words(one))


def test_going_on(tumours: Tumours, network: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What lies there is checked again and not searched for; what does not check is searched for again."""
    folder = tmp_path / "w"
    warrant.certify(network, of(tumours, 0.001), folder)
    searched: list[bytes] = []
    real = Safe.find

    def find(self: Safe, **options: Any) -> Found:
        searched.append(self.property_bytes)
        return real(self, **options)

    monkeypatch.setattr(Safe, "find", find)
    again = warrant.certify(network, of(tumours, 0.001), folder)
    assert again.certified == 6 and not searched and all(outcome.found for outcome in again.outcomes)
    certificate = folder / "input-2" / "certificate.bin"
    certificate.write_bytes(certificate.read_bytes()[:-1])
    third = warrant.certify(network, of(tumours, 0.001), folder)
    assert third.certified == 6 and len(searched) == 1
    assert [outcome.found for outcome in third.outcomes] == [True, True, False, True, True, True]
    other = warrant.certify(network, of(tumours, 0.002), folder)
    assert len(searched) == 7 and not any(outcome.found for outcome in other.outcomes)


def test_what_was_unknown_is_tried_again_only_for_longer(
    tumours: Tumours, network: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[float | None] = []

    def find(self: Safe, *, timeout: float | None, **options: Any) -> Found:
        tried.append(timeout)
        return Found(None, "too hard")

    monkeypatch.setattr(Safe, "find", find)
    claim = Robust(tumours[0][0], 1, threshold=0).claim(network.read_bytes())
    for timeout in (10.0, 5.0, 10.0, 20.0, None, 1000.0):
        (outcome,) = prove_all([Entry("a", claim)], tmp_path, timeout=timeout)
        assert outcome.word == "UNKNOWN" and "too hard" in outcome.reason
    assert tried == [10.0, 20.0, None]
    (tmp_path / "a.unknown.json").write_text("[1")
    prove_all([Entry("a", claim)], tmp_path, timeout=1.0)
    assert len(tried) == 4


def test_a_process_that_dies_takes_nothing_with_it(tumours: Tumours, network: Path, tmp_path: Path) -> None:
    claims = [Robust(row, 0.001, threshold=0).claim(network.read_bytes()) for row in tumours[0][:3]]
    dies = Dies(claims[1].model_bytes, claims[1].property_bytes)
    entries = [Entry("a", claims[0]), Entry("b", dies), Entry("c", claims[2])]
    outcomes = prove_all(entries, tmp_path, timeout=60, jobs=2)
    assert [outcome.word for outcome in outcomes] == ["PROVED", "UNKNOWN", "PROVED"]
    assert "signal 9" in outcomes[1].reason
    (healed,) = prove_all([replace(entries[1], claim=claims[1])], tmp_path, timeout=60)
    assert healed.word == "PROVED"


@pytest.mark.parametrize("names", [["a", "a"], [".."], ["a/b"], [""], ["a\n"], [".hidden"], ["x" * 101]])
def test_names_that_are_no_folders(names: list[str], tumours: Tumours, network: Path, tmp_path: Path) -> None:
    claim = Robust(tumours[0][0], 1, threshold=0).claim(network.read_bytes())
    with pytest.raises(SearchError):
        prove_all([Entry(name, claim) for name in names], tmp_path / "w", timeout=1)
    assert not (tmp_path / "w").exists()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda x, y: (x[:0], y[:0]), "X: an array of shape (0, 30)"),
        (lambda x, y: (x[0], y), "X: an array of shape (30,)"),
        (lambda x, y: (x.astype(object), y), "X: an array of shape (6, 30) and type object"),
        (lambda x, y: (x, y[:5]), "y: an array of shape (5,)"),
        (lambda x, y: (x, y + 0.5), "y, row 0: 0.5; expected a whole number"),
        (lambda x, y: (x, np.where(y == 1, np.nan, y)), "y, row"),
        (lambda x, y: (x, y + 2), "y, row 0: 2; expected 0 or 1"),
        (lambda x, y: (x, y.astype(str)), "y: an array of shape (6,) and type"),
        (lambda x, y: (np.where(x == x[3, 3], np.nan, x), y), "entry 3: a number that is NaN or infinite"),
        (lambda x, y: (x[:, :7], y), "7 numbers, the model has 30 inputs"),
    ],
)
def test_one_clear_line(
    change: Callable[..., Any], message: str, tumours: Tumours, network: Path, tmp_path: Path
) -> None:
    rows, labels = change(tumours[0], tumours[1])
    with pytest.raises(WrongInput) as caught:
        warrant.certify(network, CertifiedAccuracy(rows, labels, 0.1, threshold=0), tmp_path / "w")
    assert message in str(caught.value) and "\n" not in str(caught.value)
    assert not (tmp_path / "w").exists()

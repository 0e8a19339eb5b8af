"""``warrant certify``: from a test set to a warrant, gone on with, interrupted, and what is wrong with either."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from native import Checker
from sklearn.datasets import load_breast_cancer

import warrant
from warrant.claims import Found, Safe
from warrant.cli import main

NETWORK = (Path(__file__).parents[2] / "examples" / "tumour.onnx").read_bytes()
ROWS, WRONG = [0, 1, 19, 20, 21, 22], 3
"""Six tumours that the network calls rightly (benign above 0); the fourth gets another label here."""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, native_checker: Checker) -> Path:
    data = load_breast_cancer()
    X, y = data.data[ROWS].astype(np.float32), data.target[ROWS]
    labels = np.where(np.arange(6) == WRONG, 1 - y, y)
    np.savez(tmp_path / "test.npz", X=X, y=labels)
    np.save(tmp_path / "X.npy", X)
    np.save(tmp_path / "y.npy", labels)
    (tmp_path / "tumour.onnx").write_bytes(NETWORK)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def certify(*arguments: str) -> int:
    return main(["certify", "tumour.onnx", *arguments, "--radius", "0.001", "--threshold", "0"])


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().out.splitlines()


def test_as_many_as_are_proved(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The warrant is about the arrays of the archive, and is checked and audited from its folder."""
    assert certify("test.npz") == 0
    out = lines(capsys)
    assert out[-1] == "PROVED" and out[0].startswith("inputs       5 of 6 inputs are proved")
    assert "At least 5 of the 6 inputs" in warrant.audit(here / "tumour-test.warrant").text
    assert main(["check", "tumour-test.warrant"]) == 0
    text = (here / "tumour-test.warrant" / "claim.certified").read_text()
    assert text == "(certified 1)\n(at-least 5)\n(norm linf)\n(radius 0.001)\n(low)\n(high)\n(threshold 0)\n"
    claim = (here / "tumour-test.warrant" / "claim.certified").read_bytes().replace(b"least 5", b"least 6")
    (here / "tumour-test.warrant" / "claim.certified").write_bytes(claim)
    assert main(["check", "tumour-test.warrant"]) == 3


def test_one_more_is_refuted_from_what_lies_there(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert certify("X.npy", "y.npy", "--at-least", "5", "--out", "w") == 0
    monkeypatch.setattr(Safe, "find", lambda self, **options: pytest.fail("searched for again"))
    assert certify("X.npy", "y.npy", "--at-least", "6", "--out", "w") == 1
    out = lines(capsys)
    assert out[-1] == "REFUTED" and any("near input 3, whose label is" in line for line in out)
    assert main(["check", "w"]) == 1


def test_balls_ends_and_names(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    named = ",".join(f"f{k}" for k in range(30))
    options = ["--norm", "l2", "--low", "0", "--high", "5000", "--names", named, "--at-least", "6"]
    assert certify("test.npz", *options) == 1
    assert (
        "(norm l2)\n(radius 0.001)\n(low 0)\n(high 5000)\n" in Path("tumour-test.warrant/claim.certified").read_text()
    )
    assert any("(f0) = " in line for line in lines(capsys))


def test_what_settles_nothing_is_unknown(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Safe, "find", lambda self, **options: Found(None, "too hard"))
    assert certify("test.npz", "--at-least", "5") == 3
    assert "settles nothing about 5" in lines(capsys)[-1]
    assert certify("test.npz") == 3
    assert lines(capsys)[-1] == "UNKNOWN: no input was proved"
    assert not (here / "tumour-test.warrant").exists()


def test_an_interrupted_run_says_what_it_has_and_goes_on(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is begun after an interruption, no theorem is made, and the next run searches only for what is left."""
    searched: list[bytes] = []
    real = Safe.find

    def find(self: Safe, **options: Any) -> Found:
        searched.append(self.property_bytes)
        if len(searched) == 3:
            raise KeyboardInterrupt
        return real(self, **options)

    monkeypatch.setattr(Safe, "find", find)
    assert certify("test.npz") == 3
    assert lines(capsys)[-1] == "UNKNOWN: interrupted: 2 of 6 inputs are proved, 0 refuted so far"
    assert len(searched) == 3 and not (here / "tumour-test.warrant").exists()
    assert certify("test.npz") == 0
    assert len(searched) == 3 + 4


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["X.npy"], "the labels are missing"),
        (["test.npz", "y.npy"], "has its labels in it"),
        (["none.npz"], "none.npz"),
        (["test.npz", "--low", "0"], "one of --low and --high"),
        (["test.npz", "--norm", "l3"], "l3"),
        (["test.npz", "--at-least", "0"], "--at-least"),
        (["test.npz", "--radius", "x"], "radius"),
        (["test.npz", "--radius", "1,2"], "2 radii for 30 features"),
        (["test.npz", "--names", "a,b"], "2 names for 30 features"),
        (["test.npz", "--executor", "ray://x"], "dask://HOST:PORT"),
        (["test.npz", "--out", "none/w"], "its parent folder does not exist"),
    ],
)
def test_one_clear_line(here: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str) -> None:
    command = ["certify", "tumour.onnx", "--radius", "0.001", "--threshold", "0", *arguments]
    assert main(command) == 2
    error = capsys.readouterr().err
    assert said in error and len(error.strip().splitlines()) == 1
    assert sorted(path.name for path in here.iterdir()) == ["X.npy", "test.npz", "tumour.onnx", "y.npy"]

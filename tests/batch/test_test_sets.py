"""Test sets as ``.npz`` files, and in a ``warrant.toml``: proved input by input, into one theorem, and gone on with."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import warrant
from warrant import CertifiedAccuracy, WrongInput
from warrant.claims import Found, OnTestSet, Safe
from warrant.cli import main

Tumours = tuple[NDArray[np.float32], NDArray[np.int64], list[str]]

pytestmark = pytest.mark.usefixtures("native_checker")


@pytest.fixture
def archive(tumours: Tumours, tmp_path: Path) -> Path:
    """The six, with one wrong label."""
    rows, y, _ = tumours
    np.savez(tmp_path / "test.npz", X=rows, y=np.where(np.arange(6) == 3, 1 - y, y))
    return tmp_path / "test.npz"


def test_the_theorem_is_about_the_arrays_of_an_npz_file(archive: Path, network: Path, tmp_path: Path) -> None:
    found = warrant.certify(network, CertifiedAccuracy(archive, archive, 0.001, threshold=0), tmp_path / "w")
    assert found.certified == 5 and isinstance(found.verdict, warrant.Proved)
    with zipfile.ZipFile(archive) as members:
        assert (tmp_path / "w" / "whole" / "inputs.npy").read_bytes() == members.read("X.npy")
        assert (tmp_path / "w" / "whole" / "labels.npy").read_bytes() == members.read("y.npy")


@pytest.mark.parametrize("spoil", ["cut", "text", "names", "pickle", "nan"])
def test_spoiled_archives(archive: Path, tumours: Tumours, network: Path, tmp_path: Path, spoil: str) -> None:
    rows, y, _ = tumours
    if spoil == "cut":
        archive.write_bytes(archive.read_bytes()[:-100])
    elif spoil == "text":
        archive.write_text("no archive")
    elif spoil == "names":
        np.savez(archive, inputs=rows, y=y)
    elif spoil == "pickle":
        np.savez(archive, X=np.array([{}, {}], dtype=object), y=y[:2])
    else:
        np.savez(archive, X=np.where(rows == rows[0, 0], np.nan, rows), y=y)
    with pytest.raises(WrongInput) as problem:
        warrant.certify(network, CertifiedAccuracy(archive, archive, 0.001, threshold=0), tmp_path / "w")
    assert "\n" not in str(problem.value) and "test.npz" in str(problem.value)


def plan(folder: Path, network: Path, entries: str) -> Path:
    (folder / "tumour.onnx").write_bytes(network.read_bytes())
    file = folder / "warrant.toml"
    file.write_text(f'[[claim]]\nname = "tumours"\nmodel = "tumour.onnx"\ntest-set = {{ {entries} }}\n')
    return file


GIVEN = 'inputs = "test.npz", labels = "test.npz", radius = 0.001, threshold = 0'


def test_a_test_set_in_a_plan(
    archive: Path, network: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = plan(tmp_path, network, f"{GIVEN}, at-least = 5")
    assert main(["run", "-c", str(file)]) == 0
    assert "ok     tumours PROVED" in capsys.readouterr().out
    whole = tmp_path / ".warrants" / "tumours"
    assert "At least 5 of the 6 inputs" in warrant.audit(whole).text
    searched: list[bytes] = []
    real = Safe.find

    def find(self: Safe, **options: Any) -> Found:
        searched.append(self.property_bytes)
        return real(self, **options)

    monkeypatch.setattr(Safe, "find", find)
    assert main(["run", "-c", str(file)]) == 0
    assert "(checked again)" in capsys.readouterr().out and not searched
    inputs = tmp_path / ".warrants" / "tumours.inputs"
    (inputs / "input-2" / "certificate.bin").write_bytes(b"")
    plan(tmp_path, network, f"{GIVEN}, at-least = 6")
    assert main(["run", "-c", str(file)]) == 1
    assert "FAILED tumours REFUTED" in capsys.readouterr().out
    assert len(searched) == 1, "what lay there of the other inputs was not searched for"


def test_what_settles_nothing_is_unknown(
    archive: Path, network: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Safe, "find", lambda self, **options: Found(None, "too hard"))
    monkeypatch.setattr(OnTestSet, "find", lambda self, **options: pytest.fail("searched for as a whole"))
    assert main(["run", "-c", str(plan(tmp_path, network, f"{GIVEN}, at-least = 5"))]) == 3
    assert "0 of 6 inputs are proved" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        (GIVEN, "at-least is missing"),
        (f"{GIVEN}, at-least = 5, norm = 'l3'", "l3"),
        (f"{GIVEN}, at-least = 5, low = 0", "low and high"),
        (f"{GIVEN}, at-least = 5, eps = 1", "eps"),
        (f"{GIVEN}, at-least = 5".replace('inputs = "test.npz"', 'inputs = "none.npz"'), "none.npz"),
        (f"{GIVEN}, at-least = 7000000000", "at-least"),
    ],
)
def test_entries_without_meaning(
    archive: Path, network: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], entries: str, said: str
) -> None:
    assert main(["run", "-c", str(plan(tmp_path, network, entries))]) == 2
    error = capsys.readouterr().err
    assert said in error and len(error.strip().splitlines()) == 1

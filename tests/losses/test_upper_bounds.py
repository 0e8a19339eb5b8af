"""Losses above other losses, on both checkers; and certificates, losses and bounds that are changed."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from kernel import verdicts
from native import Checker
from small_loss_pairs import ABOVE, NOT_ABOVE, UNKNOWN, Comparison, loss

import warrant
from warrant.claims import Above
from warrant.errors import WrongInput
from warrant.statements import UpperBounds


def _claim(pair: Comparison) -> Above:
    claim = UpperBounds(other=pair.lower, bounds=pair.bounds).claim(pair.upper)
    assert isinstance(claim, Above)
    return claim


def _found(pair: Comparison) -> list[bytes]:
    """The files of the claim, and the certificate that is found."""
    claim = _claim(pair)
    certificate = claim.find(timeout=20, jobs=1, report=None).certificate
    assert certificate is not None
    return [*(a.data for a in claim.artefacts), certificate]


def _ask(checker: Checker, files: list[bytes]) -> str:
    names = ("upper.onnx", "lower.onnx", "bounds.txt", "certificate.bin")
    return checker.check_files("above", dict(zip(names, files, strict=True))).word


@pytest.mark.parametrize("name", ABOVE)
def test_above(name: str, native_checker: Checker) -> None:
    files = _found(ABOVE[name])
    assert _ask(native_checker, files) == "PROVED"
    # the other way round, it does not follow: no two of them are equal
    assert _ask(native_checker, [files[1], files[0], *files[2:]]) == "UNKNOWN"


@pytest.mark.parametrize("name", NOT_ABOVE)
def test_not_above(name: str, native_checker: Checker) -> None:
    files = _found(NOT_ABOVE[name])
    assert _ask(native_checker, files) == "REFUTED"
    assert _ask(native_checker, [*files[:3], b"WRNT\x01L" + files[3][6:]]) == "UNKNOWN"


@pytest.mark.parametrize("name", UNKNOWN)
def test_neither(name: str, native_checker: Checker) -> None:
    assert _claim(UNKNOWN[name]).find(timeout=20, jobs=1, report=None).certificate is None
    files = [a.data for a in _claim(UNKNOWN[name]).artefacts]
    for letter in (b"L", b"R"):
        for point in (-1.0, 0.0, 1.0):
            assert _ask(native_checker, [*files, b"WRNT\x01" + letter + struct.pack("<d", point)]) == "UNKNOWN"


def test_changed_certificates_and_bounds(native_checker: Checker) -> None:
    files = _found(ABOVE["weights at least 0"])
    assert _ask(native_checker, [*files[:2], b"(upper-bounds 1)\n", files[3]]) == "UNKNOWN"
    assert _ask(native_checker, [*files[:2], b"(upper-bounds 2)\n(least w 0)\n", files[3]]) == "UNKNOWN"
    assert _ask(native_checker, [*files[:2], b"(upper-bounds 1)\n(least v 0)\n", files[3]]) == "UNKNOWN"
    for certificate in (
        b"",
        files[3][:6],
        files[3][:-1],
        files[3] + bytes(8),
        b"WRNT\x01L" + struct.pack("<2d", -1, 0),
    ):
        assert _ask(native_checker, [*files[:3], certificate]) == "UNKNOWN"
    refuted = _found(NOT_ABOVE["hinge, squared hinge"])
    # where both are 0
    assert _ask(native_checker, [*refuted[:3], b"WRNT\x01R" + struct.pack("<d", 2.0)]) == "UNKNOWN"


def test_losses_that_do_not_fit(native_checker: Checker) -> None:
    files = _found(ABOVE["hinge, perceptron"])
    for lower in (
        loss(lambda f: f("Relu", "n"), n=[]),
        loss(lambda f: f.sum(f("Relu", "m")), m=[2]),
        loss(lambda f: f("Relu", "m"), m=[1, 2]),
    ):
        assert _ask(native_checker, [files[0], lower, *files[2:]]) == "UNKNOWN"


def test_both_checkers_agree(native_checker: Checker, tmp_path: Path) -> None:
    names = ("exponential, hinge", "squared, squared hinge", "Young")
    claims = [_found(ABOVE[name]) for name in names]
    claims += [[files[1], files[0], *files[2:]] for files in claims]
    claims.append(_found(NOT_ABOVE["hinge, squared hinge"]))
    said = verdicts("Losses", claims, tmp_path, prove="prove_above", refute=("refute_above",))
    assert said == ["PROVED"] * 3 + ["UNKNOWN"] * 3 + ["REFUTED"]
    assert [_ask(native_checker, files) for files in claims] == said


def test_bad_input(tmp_path: Path) -> None:
    hinge, perceptron = ABOVE["hinge, perceptron"].upper, ABOVE["hinge, perceptron"].lower
    with pytest.raises(WrongInput, match="inputs are named, and another loss"):
        UpperBounds(["m"], other=perceptron).claim(hinge)
    with pytest.raises(WrongInput, match="no input 'n'"):
        UpperBounds(other=perceptron, bounds={"n": (0, 1)}).claim(hinge)
    with pytest.raises(WrongInput, match="its shape is"):
        UpperBounds(other=loss(lambda f: f.sum("m"), m=[2])).claim(hinge)
    with pytest.raises(WrongInput, match="none of the other loss's"):
        UpperBounds(other=loss(lambda f: f("Relu", "n"), n=[])).claim(hinge)
    with pytest.raises(WrongInput, match="nowhere"):
        warrant.prove(hinge, UpperBounds(other=tmp_path / "nowhere.onnx"))


def test_in_python(native_checker: Checker, tmp_path: Path) -> None:
    pair = NOT_ABOVE["hinge, exponential"]
    verdict = warrant.prove(pair.upper, warrant.UpperBounds(other=pair.lower), out=tmp_path / "w")
    assert isinstance(verdict, warrant.Refuted)
    assert "the first loss is about" in verdict.counterexample.remark
    assert isinstance(warrant.check(tmp_path / "w"), warrant.Refuted)

"""Losses whose properties are known, on both checkers; and certificates, properties and losses that are changed."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from kernel import verdicts
from native import Checker
from small_losses import ATOMS, CONVEX, NOT_CONVEX, Example, hinge, logistic, poisson, root, squared

from warrant.statements import Convex, LipschitzLoss, LossProperty, NonNegative, read_property

_PROVED, _REFUTED, _UNKNOWN = "PROVED", "REFUTED", "UNKNOWN"


def _files(example: Example, claimed: type[Convex] | type[NonNegative] = Convex) -> tuple[list[bytes], bytes | None]:
    claim = claimed(example.by, example.bounds).claim(example.loss)
    return [a.data for a in claim.artefacts], claim.find(timeout=20, jobs=1, report=None).certificate


def _ask(checker: Checker, files: list[bytes], certificate: bytes) -> str:
    named = {"loss.onnx": files[0], "property.txt": files[1], "certificate.bin": certificate}
    return checker.check_files("loss", named).word


@pytest.mark.parametrize("name", CONVEX)
def test_convex(name: str, native_checker: Checker) -> None:
    files, certificate = _files(CONVEX[name]())
    assert certificate is not None
    assert _ask(native_checker, files, certificate) == _PROVED


@pytest.mark.parametrize("name", ATOMS)
def test_atoms(name: str, native_checker: Checker) -> None:
    files, certificate = _files(ATOMS[name])
    assert certificate is not None
    assert _ask(native_checker, files, certificate) == _PROVED


@pytest.mark.parametrize("name", NOT_CONVEX)
def test_not_convex(name: str, native_checker: Checker) -> None:
    files, certificate = _files(NOT_CONVEX[name]())
    assert certificate is not None
    assert _ask(native_checker, files, certificate) == _REFUTED
    a_proof = certificate[:5] + b"L" + certificate[6:]
    assert _ask(native_checker, files, a_proof) == _UNKNOWN


@pytest.mark.parametrize(
    ("example", "answer"), [(squared(), _PROVED), (hinge(), _PROVED), (logistic(), _PROVED), (poisson(), _REFUTED)]
)
def test_nonnegative(example: Example, answer: str, native_checker: Checker) -> None:
    files, certificate = _files(example, NonNegative)
    assert certificate is not None
    assert _ask(native_checker, files, certificate) == answer


_UNIT = {"y": (-1, 1)}


@pytest.mark.parametrize(
    ("example", "bounds", "constant", "answer"),
    [
        (CONVEX["absolute"](), {}, 2, _PROVED),
        (CONVEX["absolute"](), {}, "6/5", _REFUTED),  # it is √2
        (hinge(), _UNIT, 1, _PROVED),
        (hinge(), _UNIT, "99/100", _REFUTED),
        (hinge(), {}, 1, _REFUTED),
        (logistic(), {"x": (-1, 1), **_UNIT}, 3, _PROVED),  # it is √3
        (logistic(), {"x": (-1, 1), **_UNIT}, 1, _REFUTED),
        (CONVEX["log-sum-exp"](), {}, 1, _PROVED),
        (CONVEX["cross-entropy"](), {"y": (0, 1)}, 8, _PROVED),
        (CONVEX["maximum"](), {}, 100, _REFUTED),
        (squared(), {}, 100, _REFUTED),
        (poisson(), {"y": (0, 1)}, 100, _REFUTED),
    ],
)
def test_lipschitz(
    example: Example,
    bounds: dict[str, tuple[object, object]],
    constant: int | str,
    answer: str,
    native_checker: Checker,
) -> None:
    claim = LipschitzLoss(example.by, bounds, constant).claim(example.loss)
    certificate = claim.find(timeout=20, jobs=1, report=None).certificate
    assert certificate is not None
    files = [a.data for a in claim.artefacts]
    assert _ask(native_checker, files, certificate) == answer
    smaller = files[1].replace(f"(lipschitz {constant})".encode(), b"(lipschitz 1/1000)")
    assert smaller != files[1]
    assert _ask(native_checker, [files[0], smaller], certificate) == (_UNKNOWN if answer == _PROVED else _REFUTED)


def test_points_outside_of_the_domain_are_refused(native_checker: Checker) -> None:
    files, certificate = _files(CONVEX["entropy"]())
    assert certificate is not None
    outside = certificate[:6] + struct.pack("<3d", 1.0, -1.0, 1.0)
    assert _ask(native_checker, files, outside) == _UNKNOWN
    assert _ask(native_checker, files, certificate[:-8]) == _UNKNOWN
    assert _ask(native_checker, files, certificate + bytes(8)) == _UNKNOWN
    bounded = CONVEX["binary cross-entropy"]()
    files, certificate = _files(bounded)
    assert certificate is not None
    beyond = certificate[:14] + struct.pack("<d", 2.0)  # y lies between 0 and 1
    assert _ask(native_checker, files, certificate) == _PROVED
    assert _ask(native_checker, files, beyond) == _UNKNOWN


def test_points_that_show_nothing_are_refused(native_checker: Checker) -> None:
    example = root()
    files, certificate = _files(example)
    assert certificate is not None
    assert _ask(native_checker, files, certificate[:6] + struct.pack("<2d", 1.0, 1.0)) == _UNKNOWN
    assert _ask(native_checker, files, certificate[:6] + struct.pack("<2d", -1.0, 4.0)) == _UNKNOWN


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"(loss 1)\n(claim convex)\n",
        b"(loss 2)\n(claim convex)\n(by w)\n",
        b"(loss 1)\n(claim concave)\n(by w)\n",
        b"(loss 1)\n(claim convex)\n(by v)\n",
        b"(loss 1)\n(claim convex)\n(by w w)\n",
        b"(loss 1)\n(claim convex)\n(by w)\n(least v 0)\n",
        b"(loss 1)\n(claim convex)\n(by w)\n(least x a)\n",
        b"(loss 1)\n(claim (lipschitz))\n(by w)\n",
        b"(loss 1)\n(claim convex)\n(by w)\n(",
    ],
)
def test_a_text_that_is_no_property_is_refused(text: bytes, native_checker: Checker) -> None:
    files, certificate = _files(squared())
    assert certificate is not None
    assert _ask(native_checker, files, certificate) == _PROVED
    assert _ask(native_checker, [files[0], text], certificate) == _UNKNOWN


@pytest.mark.parametrize("claimed", [Convex(("w",), {"x": (0, None)}), NonNegative(("w", "x"), {"y": ("-1/3", 1)})])
def test_a_property_is_read_as_it_is_written(claimed: LossProperty) -> None:
    text = claimed.text(["w", "x", "y"])
    again = read_property(text, file="property.txt")
    assert type(again) is type(claimed)
    assert again.text(["w", "x", "y"]) == text


def test_the_kernel_agrees(tmp_path: Path, native_checker: Checker) -> None:
    claims = []
    examples = [_files(make()) for make in [*CONVEX.values(), *NOT_CONVEX.values()]]
    for constant in (1, "1/2"):
        claim = LipschitzLoss(constant=constant).claim(CONVEX["log-sum-exp"]().loss)
        examples.append(([a.data for a in claim.artefacts], claim.find(timeout=20, jobs=1, report=None).certificate))
    for files, certificate in examples:
        assert certificate is not None
        claims.append([*files, certificate])
    said = verdicts("Losses", claims, tmp_path, prove="prove_loss", refute=["refute_loss"])
    assert said == [_ask(native_checker, claim[:-1], claim[-1]) for claim in claims]

"""Losses whose curvature or slope follows by branch and bound on derivatives, on both checkers; and what must not follow."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from kernel import verdicts
from native import Checker
from small_losses import (
    Bounds,
    Example,
    cauchy,
    coupled,
    differences,
    gated,
    gelu,
    heavy_tailed,
    indirect,
    kinked,
    linear_model,
    scaled_indirect,
    swish,
)

from warrant.statements import Convex, LipschitzLoss, LossProperty, NonNegative, SmoothLoss

_PROVED, _UNKNOWN = "PROVED", "UNKNOWN"


def _z(size: object) -> Bounds:
    return {"z": (f"-{size}", size)}


_DATA: Bounds = {"w": (-2, 2), "x": (-1, 1), "y": (-1, 1)}
_CUBE: Bounds = {"x": (-1, 1), "y": (-1, 1), "z": (-1, 1)}
_HOLD: dict[str, tuple[Example, LossProperty]] = {
    "convex far out": (indirect(), Convex(bounds=_z(50))),
    "just convex": (indirect(4.01), Convex(bounds=_z(5))),
    "convex for each factor": (scaled_indirect(), Convex(("z",), {**_z(5), "c": (5, 6)})),
    "swish, convex": (swish(), Convex(bounds=_z(2))),
    "swish, slope": (swish(), LipschitzLoss(bounds=_z(10), constant="11/10")),
    "swish, bend": (swish(), SmoothLoss(bounds=_z(10), constant="501/1000")),
    "gelu, convex": (gelu(), Convex(bounds=_z("19/10"))),
    "cauchy, convex": (cauchy(), Convex(bounds=_z("99/100"))),
    "cauchy, slope": (cauchy(), LipschitzLoss(bounds=_z(100), constant="101/100")),
    "cauchy, bend": (cauchy(), SmoothLoss(bounds=_z(100), constant="201/100")),
    "coupled, convex": (coupled(), Convex(bounds={"x": (-3, 3), "y": (-1, 1)})),
    "coupled, bend": (coupled(), SmoothLoss(bounds={"x": (-3, 3), "y": (-1, 1)}, constant="10/3")),
    "gated, convex": (gated(), Convex(bounds={"v": (-1, 1)})),
    "gated, slope": (gated(), LipschitzLoss(bounds={"v": (-1, 1)}, constant=5)),
    "heavy-tailed, convex": (heavy_tailed(), Convex(bounds={"x": ("-1/2", "1/2")})),
    "linear model, convex": (linear_model(), Convex(("w",), _DATA)),
    "linear model, slope": (linear_model(), LipschitzLoss(("w",), _DATA, constant="98/10")),
    "linear model, bend": (linear_model(), SmoothLoss(("w",), _DATA, constant=4)),
    "differences, convex": (differences(), Convex(bounds=_CUBE)),
    "a kink elsewhere": (kinked(11.0), Convex(bounds=_z(10))),
}
_DO_NOT: dict[str, tuple[Example, LossProperty]] = {
    "just not convex": (indirect(3.99), Convex(bounds=_z(5))),
    "not convex for each factor": (scaled_indirect(), Convex(("z",), {**_z(5), "c": ("39/10", 6)})),
    "swish, not convex": (swish(), Convex(bounds=_z("12/5"))),
    "swish, slope 1 % too small": (swish(), LipschitzLoss(bounds=_z(10), constant="10888/10000")),
    "swish, bend 1 % too small": (swish(), SmoothLoss(bounds=_z(10), constant="495/1000")),
    "gelu, not convex": (gelu(), Convex(bounds=_z("21/10"))),
    "cauchy, not convex": (cauchy(), Convex(bounds=_z("101/100"))),
    "cauchy, slope 1 % too small": (cauchy(), LipschitzLoss(bounds=_z(100), constant="99/100")),
    "cauchy, bend 1 % too small": (cauchy(), SmoothLoss(bounds=_z(100), constant="198/100")),
    "coupled, not convex": (coupled(), Convex(bounds={"x": (-3, 3), "y": (-3, 3)})),
    "linear model, not convex": (linear_model(3.99), Convex(("w",), _DATA)),
    "linear model, slope 1 % too small": (linear_model(), LipschitzLoss(("w",), _DATA, constant="97/10")),
    "differences, not convex": (differences(), Convex(bounds=dict.fromkeys("xyz", (-2, 2)))),
    "gated, not convex": (gated(), Convex(bounds={"v": (-8, 8)})),
}


def _find(claimed: LossProperty, example: Example) -> tuple[list[bytes], bytes | None, str]:
    claim = claimed.claim(example.loss)
    found = claim.find(timeout=60, jobs=1, report=None)
    return [a.data for a in claim.artefacts], found.certificate, found.reason


def _ask(checker: Checker, files: list[bytes], certificate: bytes) -> str:
    named = {"loss.onnx": files[0], "property.txt": files[1], "certificate.bin": certificate}
    return checker.check_files("loss", named).word


@pytest.mark.parametrize("name", _HOLD)
def test_what_follows_in_boxes(name: str, native_checker: Checker) -> None:
    example, claimed = _HOLD[name]
    files, certificate, reason = _find(claimed, example)
    assert certificate is not None, reason
    assert certificate[5:6] == b"B"
    assert _ask(native_checker, files, certificate) == _PROVED


@pytest.mark.parametrize("name", _DO_NOT)
def test_what_does_not(name: str, native_checker: Checker) -> None:
    """It is refuted, or nothing is known; nor do the boxes prove it that prove the like of it."""
    example, claimed = _DO_NOT[name]
    files, certificate, _ = _find(claimed, example)
    assert certificate is None or certificate[5:6] == b"R"
    for other, like in _HOLD.values():
        if other.loss == example.loss and type(like) is type(claimed):
            proof = _find(like, other)[1]
            assert proof is not None
            assert _ask(native_checker, files, proof) == _UNKNOWN


def test_mutated_certificates_are_refused(native_checker: Checker) -> None:
    files, certificate, reason = _find(Convex(bounds={"x": (-3, 3), "y": (-1, 1)}), coupled())
    assert certificate is not None, reason
    assert _ask(native_checker, files, certificate) == _PROVED
    head, body = certificate[:6], certificate[6:]
    point, (mode, *choices) = body[:16], [c for (c,) in struct.iter_unpack("<I", body[16:])]
    assert mode == 1
    assert max(choices) == 2

    def word(header: bytes, where: bytes, numbers: list[int]) -> str:
        return _ask(native_checker, files, header + where + struct.pack(f"<{len(numbers) + 1}I", mode, *numbers))

    assert word(head, point, choices) == _PROVED
    assert _ask(native_checker, files, head + point) == _UNKNOWN
    for numbers in (
        choices[:-1],  # one box is missing
        [*choices, 0],  # one is too many
        [0],  # no box is bisected
        [],
        [9 if c else 0 for c in choices],  # there is no such seed
        [2**32 - 1 if c else 0 for c in choices],
        [3 - c if c else 0 for c in choices],  # the other input is bisected
        [0, *choices[1:]],
    ):
        assert word(head, point, numbers) == _UNKNOWN
    for header in (b"WRNT\x01L", b"WRNT\x01R", b"WRNT\x02B", b"warn\x01B", b""):
        assert word(header, point, choices) == _UNKNOWN
    assert word(head, struct.pack("<2d", 4.0, 0.0), choices) == _UNKNOWN  # outside of the bounds
    assert word(head, struct.pack("<2d", float("nan"), 0.0), choices) == _UNKNOWN
    assert word(head, point[:8], choices) == _UNKNOWN
    assert _ask(native_checker, files, certificate[:-1]) == _UNKNOWN


def test_mutated_files_are_refused(native_checker: Checker) -> None:
    files, certificate, reason = _find(Convex(bounds=_z(5)), indirect())
    assert certificate is not None, reason
    for before, after in (
        (b"convex", b"nonnegative"),
        (b"convex", b"(lipschitz 1/2)"),
        (b"convex", b"(smooth 1/2)"),
        (b"(most z 5)\n", b""),
        (b"(least z -5)\n", b""),
    ):
        text = files[1].replace(before, after)
        assert text != files[1]
        assert _ask(native_checker, [files[0], text], certificate) == _UNKNOWN
    assert _ask(native_checker, [indirect(3.99).loss, files[1]], certificate) == _UNKNOWN
    assert _ask(native_checker, [indirect(3.0).loss, files[1]], certificate) == _UNKNOWN


def test_a_constant_one_percent_smaller(native_checker: Checker) -> None:
    for name, (before, after) in {
        "swish, slope": (b"11/10", b"10888/10000"),
        "swish, bend": (b"501/1000", b"495/1000"),
        "cauchy, bend": (b"201/100", b"198/100"),
    }.items():
        example, claimed = _HOLD[name]
        files, certificate, reason = _find(claimed, example)
        assert certificate is not None, reason
        assert before in files[1]
        assert _ask(native_checker, [files[0], files[1].replace(before, after)], certificate) == _UNKNOWN


@pytest.mark.parametrize(
    ("example", "claimed", "says"),
    [
        (indirect(), Convex(), "with bounds of all inputs"),
        (indirect(4.0), Convex(bounds=_z(1)), "where z is between -"),  # the second derivative is 0 at 0
        (kinked(0.0), Convex(bounds=_z(1)), "where z is between -"),
        (scaled_indirect(), Convex(("z",), {"c": (5, 6)}), "with bounds of all inputs"),
    ],
)
def test_why_nothing_is_known(example: Example, claimed: LossProperty, says: str, native_checker: Checker) -> None:
    _, certificate, reason = _find(claimed, example)
    assert certificate is None
    assert says in reason


def test_other_claims_do_not_follow_from_derivatives(native_checker: Checker) -> None:
    files, certificate, _ = _find(Convex(bounds=_z(5)), indirect())
    assert certificate is not None
    other = [a.data for a in NonNegative(bounds=_z(5)).claim(indirect().loss).artefacts]
    assert _ask(native_checker, [files[0], other[1]], certificate) == _UNKNOWN


def test_the_kernel_agrees(tmp_path: Path, native_checker: Checker) -> None:
    claims = []
    for name in (
        "convex for each factor",
        "swish, bend",
        "gelu, convex",
        "coupled, convex",
        "gated, slope",
        "linear model, bend",
    ):
        example, claimed = _HOLD[name]
        files, certificate, reason = _find(claimed, example)
        assert certificate is not None, reason
        claims += [[*files, certificate], [*files, certificate[:-4]]]
    said = verdicts("Losses", claims, tmp_path, prove="prove_loss", refute=["refute_loss"])
    assert said == [_ask(native_checker, claim[:-1], claim[-1]) for claim in claims]
    assert said[::2] == [_PROVED] * (len(said) // 2)

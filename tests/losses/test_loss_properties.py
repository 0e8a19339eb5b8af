"""Losses whose properties are known, on both checkers; and certificates, properties and losses that are changed."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from kernel import verdicts
from native import Checker
from small_losses import (
    ATOMS,
    CONVEX,
    FORECASTS,
    MARGINS,
    NOT_CONVEX,
    TARGETS,
    Example,
    hinge,
    huber,
    logistic,
    pinball,
    poisson,
    root,
    squared,
)

from warrant.claims import Loss
from warrant.errors import WrongInput
from warrant.statements import (
    ClassificationCalibrated,
    Convex,
    LipschitzLoss,
    LossProperty,
    MinimisedExactlyAt,
    NonNegative,
    SmoothLoss,
    StrictlyProper,
    UpperBounds,
    read_property,
)

_PROVED, _REFUTED, _UNKNOWN = "PROVED", "REFUTED", "UNKNOWN"


def _files(example: Example, claimed: type[Convex] | type[NonNegative] = Convex) -> tuple[list[bytes], bytes | None]:
    claim = claimed(example.by, example.bounds).claim(example.loss)
    return [a.data for a in claim.artefacts], claim.find(timeout=20, jobs=1, report=None).certificate


def _ask(checker: Checker, files: list[bytes], certificate: bytes) -> str:
    named = {"loss.onnx": files[0], "property.txt": files[1], "certificate.bin": certificate}
    return checker.check_files("loss", named).word


def _decides(native_checker: Checker, claim: Loss, smaller_constant: tuple[str, str], answer: str) -> None:
    """What is found gets this answer; with the smaller constant, a refutation still holds and a proof does not."""
    certificate = claim.find(timeout=20, jobs=1, report=None).certificate
    assert certificate is not None
    files = [a.data for a in claim.artefacts]
    assert _ask(native_checker, files, certificate) == answer
    before, after = (text.encode() for text in smaller_constant)
    smaller = files[1].replace(before, after)
    assert smaller != files[1]
    assert _ask(native_checker, [files[0], smaller], certificate) == (_UNKNOWN if answer == _PROVED else _REFUTED)


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
    _decides(native_checker, claim, (f"(lipschitz {constant})", "(lipschitz 1/1000)"), answer)


@pytest.mark.parametrize(
    ("example", "bounds", "constant", "answer"),
    [
        (squared(), {}, 100, _REFUTED),  # no bounds of the data
        (squared(), {"x": (-1, 1)}, 18, _PROVED),  # it is 6: the slopes of <w, x> add up
        (squared(), {"x": (-1, 1)}, 5, _REFUTED),
        (hinge(2), _UNIT, 2, _PROVED),
        (hinge(2), _UNIT, "199/100", _REFUTED),
        (hinge(), _UNIT, 100, _REFUTED),
        (logistic(), {"x": (-1, 1), **_UNIT}, "9/4", _PROVED),  # it is 3/4
        (logistic(), {"x": (-1, 1), **_UNIT}, "1/2", _REFUTED),
        (MARGINS["logistic"], {}, "1/4", _PROVED),
        (MARGINS["logistic"], {}, "99/400", _REFUTED),
        (MARGINS["squared"], {}, 2, _PROVED),
        (CONVEX["log-sum-exp"](), {}, "1/2", _PROVED),
        (CONVEX["log-sum-exp"](), {}, "3/10", _REFUTED),
        (CONVEX["cross-entropy"](), {"y": (0, 1)}, 2, _PROVED),  # Σ y may be 4
        (huber(), {}, 4, _PROVED),  # it is 2: the bounds of two terms add up
        (huber(), {}, "19/10", _REFUTED),
        (NOT_CONVEX["product"](), {}, 1, _PROVED),
        (NOT_CONVEX["product"](), {}, "9/10", _REFUTED),
        (CONVEX["quadratic"](), {}, 4, _PROVED),  # the eigenvalues of its second derivative are 0 and 4
        (CONVEX["quadratic"](), {}, "39/10", _REFUTED),
        (CONVEX["ridge"](), {}, 20, _PROVED),
        (CONVEX["absolute"](), {}, 100, _REFUTED),
        (poisson(), {"y": (0, 1)}, 100, _REFUTED),
    ],
)
def test_smooth(
    example: Example,
    bounds: dict[str, tuple[object, object]],
    constant: int | str,
    answer: str,
    native_checker: Checker,
) -> None:
    claim = SmoothLoss(example.by, bounds, constant).claim(example.loss)
    _decides(native_checker, claim, (f"(smooth {constant})", "(smooth 1/1000)"), answer)


_CALIBRATED = {
    "hinge": _PROVED,
    "squared hinge": _PROVED,
    "squared": _PROVED,
    "logistic": _PROVED,
    "logistic over ln 2": _PROVED,
    "exponential": _PROVED,
    "low hinge": _PROVED,
    "linear": _PROVED,
    "perceptron": _REFUTED,
    "absolute": _REFUTED,
    "constant": _REFUTED,
    "exponential of the wrong sign": _REFUTED,
    "ramp": None,  # it is, but it is not convex
    "kink at 0": None,  # it is not: at 0 it has no derivative
}
_BOUNDS_ZERO_ONE = {
    "hinge": _PROVED,
    "squared hinge": _PROVED,
    "squared": _PROVED,
    "logistic over ln 2": _PROVED,
    "exponential": _PROVED,
    "constant": None,  # it does, but the sign of 0 times m is not looked for
    "logistic": _REFUTED,
    "perceptron": _REFUTED,
    "absolute": _REFUTED,
    "low hinge": _REFUTED,
    "linear": _REFUTED,
    "exponential of the wrong sign": _REFUTED,
    "ramp": None,
}


@pytest.mark.parametrize(
    ("name", "claimed", "answer"),
    [
        *((name, ClassificationCalibrated, answer) for name, answer in _CALIBRATED.items()),
        *((name, UpperBounds, answer) for name, answer in _BOUNDS_ZERO_ONE.items()),
    ],
)
def test_margins(
    name: str, claimed: type[ClassificationCalibrated] | type[UpperBounds], answer: str | None, native_checker: Checker
) -> None:
    claim = claimed(MARGINS[name].by).claim(MARGINS[name].loss)
    certificate = claim.find(timeout=20, jobs=1, report=None).certificate
    assert (certificate is None) == (answer is None)
    if certificate is not None:
        files = [a.data for a in claim.artefacts]
        assert _ask(native_checker, files, certificate) == answer
        for kind in (b"L", b"R"):
            other = certificate[:5] + kind + certificate[6:]
            assert _ask(native_checker, files, other) in (answer, _UNKNOWN)
        assert _ask(native_checker, files, certificate + bytes(8)) == _UNKNOWN


def test_margins_that_prove_nothing_are_refused(native_checker: Checker) -> None:
    for claimed, name in ((ClassificationCalibrated, "hinge"), (UpperBounds, "exponential")):
        files = [a.data for a in claimed(("m",)).claim(MARGINS[name].loss).artefacts]
        for margin in (0.0, -1.0):  # the loss is not smaller there than at 0
            assert _ask(native_checker, files, b"WRNT\x01L" + struct.pack("<d", margin)) == _UNKNOWN
        for margin in (0.0, -1.0, 1.0):  # and this refutes nothing
            assert _ask(native_checker, files, b"WRNT\x01R" + struct.pack("<d", margin)) == _UNKNOWN
    perceptron = [a.data for a in ClassificationCalibrated(("m",)).claim(MARGINS["perceptron"].loss).artefacts]
    assert _ask(native_checker, perceptron, b"WRNT\x01R" + struct.pack("<d", -1.0)) == _UNKNOWN
    wrong_sign = [
        a.data for a in ClassificationCalibrated(("m",)).claim(MARGINS["exponential of the wrong sign"].loss).artefacts
    ]
    assert _ask(native_checker, wrong_sign, b"WRNT\x01R" + struct.pack("<d", -1.0)) == _REFUTED
    assert _ask(native_checker, wrong_sign, b"WRNT\x01R" + struct.pack("<d", 0.0)) == _UNKNOWN


def test_a_margin_is_one_number(native_checker: Checker) -> None:
    two = CONVEX["absolute"]()
    for claimed in (ClassificationCalibrated, UpperBounds):
        with pytest.raises(WrongInput, match="2 entries of z, y; expected 1: the margin"):
            claimed(("z", "y")).claim(two.loss)
        text = claimed(("z", "y")).text(["z", "y"])
        assert _ask(native_checker, [two.loss, text], b"WRNT\x01L" + struct.pack("<2d", 1.0, 0.0)) == _UNKNOWN
    labelled = hinge()  # with the label as another input: the checker wants the margin alone
    claim = UpperBounds(("z",), {"y": (1, 1)}).claim(labelled.loss)
    found = claim.find(timeout=20, jobs=1, report=None)
    assert found.certificate is None and "besides the margin" in found.reason
    bounded = [MARGINS["hinge"].loss, b"(loss 1)\n(claim calibrated)\n(by m)\n(least m -1)\n"]
    assert _ask(native_checker, bounded, b"WRNT\x01L" + struct.pack("<d", 1.0)) == _UNKNOWN  # not every margin


_LEAST: list[tuple[Example, MinimisedExactlyAt, str | None]] = [
    (TARGETS["squared"], MinimisedExactlyAt(at="t"), _PROVED),
    (TARGETS["weighted"], MinimisedExactlyAt(("y",), {"c": ("1/4", None)}, "t"), _PROVED),
    (TARGETS["weighted"], MinimisedExactlyAt(("y",), {"c": (0, 0)}, "t"), _REFUTED),  # no weight, no minimum
    (TARGETS["weighted"], MinimisedExactlyAt(("y",), {"c": (1, 1), "y": (0, 1)}, "t"), None),  # t may lie outside
    (TARGETS["weighted"], MinimisedExactlyAt(("y",), {"c": (1, 1), "y": (0, 1), "t": (0, "1/2")}, "t"), _PROVED),
    (TARGETS["squared"], MinimisedExactlyAt(("y",), at=0), _REFUTED),
    (TARGETS["squared"], MinimisedExactlyAt(("t",), at="y"), _PROVED),
    (TARGETS["half of the entries"], MinimisedExactlyAt(at="t"), _REFUTED),
    (TARGETS["shifted"], MinimisedExactlyAt(at="t"), _REFUTED),
    (TARGETS["scaled"], MinimisedExactlyAt(at="t"), _REFUTED),
    (TARGETS["absolute"], MinimisedExactlyAt(at="t"), _PROVED),
    (TARGETS["distance"], MinimisedExactlyAt(at="t"), _PROVED),
    (CONVEX["pinball"](), MinimisedExactlyAt(at="y"), None),  # it is, but that it is at least 0 does not follow
    (pinball(0.0), MinimisedExactlyAt(at="y"), _REFUTED),
    (MARGINS["hinge"], MinimisedExactlyAt(at=1), _REFUTED),
    (MARGINS["squared"], MinimisedExactlyAt(at=1), _PROVED),
    (MARGINS["squared"], MinimisedExactlyAt(at="1.25"), _REFUTED),
    (MARGINS["absolute"], MinimisedExactlyAt(), _PROVED),
    (MARGINS["linear"], MinimisedExactlyAt(), _REFUTED),
    (huber(), MinimisedExactlyAt(), _PROVED),
    (poisson(), MinimisedExactlyAt(("z",), {"y": (1, 1)}), None),  # it is, but that y is 1 is not seen
]


@pytest.mark.parametrize(("example", "claimed", "answer"), _LEAST)
def test_where_it_is_least(
    example: Example, claimed: MinimisedExactlyAt, answer: str | None, native_checker: Checker
) -> None:
    claim = claimed.claim(example.loss)
    certificate = claim.find(timeout=20, jobs=1, report=None).certificate
    assert (certificate is None) == (answer is None)
    if certificate is not None:
        files = [a.data for a in claim.artefacts]
        assert _ask(native_checker, files, certificate) == answer
        assert _ask(native_checker, files, certificate[:-8]) == _UNKNOWN
        other = certificate[:5] + (b"R" if answer == _PROVED else b"L") + certificate[6:]
        assert _ask(native_checker, files, other) == _UNKNOWN


def test_targets_that_do_not_fit(native_checker: Checker) -> None:
    files = [a.data for a in MinimisedExactlyAt(("y",), at="c").claim(TARGETS["weighted"].loss).artefacts]
    assert _ask(native_checker, files, b"WRNT\x01L" + struct.pack("<9d", *[1.0] * 9)) == _UNKNOWN
    with pytest.raises(WrongInput, match="2 entries of z; expected 3: as many as of t"):
        MinimisedExactlyAt(("z",), at="t").claim(TARGETS["of another size"].loss)
    text = b"(loss 1)\n(claim (minimised-at t))\n(by z)\n"
    certificate = b"WRNT\x01L" + struct.pack("<5d", *[1.0] * 5)
    assert _ask(native_checker, [TARGETS["of another size"].loss, text], certificate) == _UNKNOWN


_PROPER = {
    "Brier": _PROVED,
    "mean square": _PROVED,
    "logarithmic": _PROVED,
    "logarithmic, of likely outcomes": _PROVED,
    "both": _PROVED,
    "Brier, negated": _REFUTED,
    "linear": _REFUTED,
    "absolute": _REFUTED,
    "focal": _REFUTED,
    "label smoothing": _REFUTED,
    "weighted Brier": None,  # it is, but the checker knows no such score
    "constant": None,  # it is not; all forecasts are equally good
    "logarithmic, of impossible forecasts": None,  # no probabilities are within the bounds
}


@pytest.mark.parametrize(("name", "answer"), _PROPER.items())
def test_strictly_proper(name: str, answer: str | None, native_checker: Checker) -> None:
    example = FORECASTS[name]
    claim = StrictlyProper(example.by, example.bounds).claim(example.loss)
    certificate = claim.find(timeout=20, jobs=1, report=None).certificate
    assert (certificate is None) == (answer is None)
    files = [a.data for a in claim.artefacts]
    if certificate is not None:
        assert _ask(native_checker, files, certificate) == answer
        assert _ask(native_checker, files, certificate[:-8]) == _UNKNOWN
        other = certificate[:5] + (b"R" if answer == _PROVED else b"L") + certificate[6:]
        assert _ask(native_checker, files, other) == _UNKNOWN
    # no distribution; one that the logarithm is not defined at; and the same forecast twice
    for numbers in ([0.5, 0.5, 0.5, 1.0, 0.0, 0.0], [1.5, -0.5, 0.0, 1.0, 0.0, 0.0]):
        assert _ask(native_checker, files, b"WRNT\x01L" + struct.pack("<6d", *numbers)) == _UNKNOWN
    if "log" in name:
        assert _ask(native_checker, files, b"WRNT\x01L" + struct.pack("<6d", 1, 0, 0, 1, 0, 0)) == _UNKNOWN
    assert _ask(native_checker, files, b"WRNT\x01R" + struct.pack("<6d", *[0.5, 0.25, 0.25] * 2)) == _UNKNOWN


def test_a_forecast_needs_an_outcome(native_checker: Checker) -> None:
    with pytest.raises(WrongInput, match="0 inputs besides q, y; expected one: the outcome"):
        StrictlyProper().claim(FORECASTS["Brier"].loss)
    with pytest.raises(WrongInput, match="2 entries of z; expected 3: as many as of t"):
        StrictlyProper(("z",)).claim(TARGETS["of another size"].loss)
    text = b"(loss 1)\n(claim strictly-proper)\n(by z)\n"
    certificate = b"WRNT\x01L" + struct.pack("<5d", 0.5, 0.5, 1.0, 0.0, 0.0)
    assert _ask(native_checker, [TARGETS["of another size"].loss, text], certificate) == _UNKNOWN


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
        b"(loss 1)\n(claim (smooth))\n(by w)\n",
        b"(loss 1)\n(claim smooth)\n(by w)\n",
        b"(loss 1)\n(claim (upper-bounds one))\n(by w)\n",
        b"(loss 1)\n(claim (calibrated))\n(by w)\n",
        b"(loss 1)\n(claim strictly-proper)\n(by w)\n",
        b"(loss 1)\n(claim (minimised-at w))\n(by w)\n",
        b"(loss 1)\n(claim (minimised-at y))\n(by w)\n",
        b"(loss 1)\n(claim (minimised-at-number y))\n(by w)\n",
        b"(loss 1)\n(claim convex)\n(by w)\n(",
    ],
)
def test_a_text_that_is_no_property_is_refused(text: bytes, native_checker: Checker) -> None:
    files, certificate = _files(squared())
    assert certificate is not None
    assert _ask(native_checker, files, certificate) == _PROVED
    assert _ask(native_checker, [files[0], text], certificate) == _UNKNOWN


@pytest.mark.parametrize(
    "claimed",
    [
        Convex(("w",), {"x": (0, None)}),
        NonNegative(("w", "x"), {"y": ("-1/3", 1)}),
        SmoothLoss(("w",), constant="3/7"),
        UpperBounds(("w",)),
        StrictlyProper(("w",)),
        ClassificationCalibrated(("w",)),
        MinimisedExactlyAt(("w",), at="y"),
        MinimisedExactlyAt(("w",), at="-2/3"),
    ],
)
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
    others: list[tuple[LossProperty, Example]] = [
        *((SmoothLoss(constant=constant), CONVEX["log-sum-exp"]()) for constant in ("1/2", "1/3")),
        *((ClassificationCalibrated(), MARGINS[name]) for name, answer in _CALIBRATED.items() if answer is not None),
        *((StrictlyProper(("q",)), FORECASTS[name]) for name in ("Brier", "logarithmic", "linear", "focal")),
        *((claimed, example) for example, claimed, answer in _LEAST[:9] if answer is not None),
        *((UpperBounds(), MARGINS[name]) for name, answer in _BOUNDS_ZERO_ONE.items() if answer is not None),
    ]
    for claimed, example in others:
        claim = claimed.claim(example.loss)
        examples.append(([a.data for a in claim.artefacts], claim.find(timeout=20, jobs=1, report=None).certificate))
    for files, certificate in examples:
        assert certificate is not None
        claims.append([*files, certificate])
    said = verdicts("Losses", claims, tmp_path, prove="prove_loss", refute=["refute_loss"])
    assert said == [_ask(native_checker, claim[:-1], claim[-1]) for claim in claims]

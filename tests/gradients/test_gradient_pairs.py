"""Gradients by hand are proved, and those with a mistake in them are refuted."""

from __future__ import annotations

import numpy as np
import pytest
from small_gradients import PAIRS, Builder, cross_entropy, layer_norm, logistic, mlp, pinball, quadratic

import warrant
from warrant.claims import Gradient
from warrant.gradients.program import write_certificate
from warrant.gradients.refute import point_certificate

MISTAKES = [(name, mistake) for name, pair in PAIRS.items() for mistake in pair().mistakes]


@pytest.fixture(autouse=True)
def checker(native_checker):
    """The tests need the native checker and warrant-program."""


def certificate(claim: Gradient) -> bytes:
    found = claim.find(timeout=60, jobs=1, report=None)
    assert found.certificate is not None, found.reason
    return found.certificate


def claim_files(claim: Gradient) -> list[bytes]:
    return [*(a.data for a in claim.artefacts), certificate(claim)]


@pytest.mark.parametrize("name", PAIRS)
def test_right_gradients_are_proved(name):
    pair = PAIRS[name]()
    assert isinstance(warrant.gradient(pair.function, pair.derivative, wrt=pair.wrt), warrant.Proved)


@pytest.mark.parametrize(("name", "mistake"), MISTAKES)
def test_wrong_gradients_are_refuted(name, mistake, native):
    pair = PAIRS[name]()
    wrong = Gradient.of(pair.function, pair.mistakes[mistake], pair.wrt)
    verdict = warrant.gradient(pair.function, pair.mistakes[mistake], wrt=pair.wrt)
    assert isinstance(verdict, warrant.Refuted)
    assert len(verdict.counterexample.inputs) == len(verdict.counterexample.names)
    assert "the derivative gives" in verdict.counterexample.remark
    # the certificate of the right one, and one that names everything, do not prove it
    claim = Gradient.of(pair.function, pair.derivative, pair.wrt)
    for other in (certificate(claim), write_certificate(range(1, 400))):
        assert native([*(a.data for a in wrong.artefacts), other]).word == "UNKNOWN"
    # and the point refutes no right one
    assert native([*(a.data for a in claim.artefacts), verdict.certificate]).word == "UNKNOWN"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda c: c[:-8],
        lambda c: c + bytes(8),
        lambda c: c[:-1],
        lambda c: c[:6],
        lambda c: c[:5] + b"G" + c[6:],
        lambda c: c[:-8] + b"\0\0\0\0\0\0\xf8\x7f",  # NaN
        lambda c: c[:6] + bytes(len(c) - 6),  # at 0 both are 0
    ],
)
def test_spoiled_points_refute_nothing(spoil, native):
    pair = quadratic()
    wrong = Gradient.of(pair.function, pair.mistakes["1 %"], pair.wrt)
    found = wrong.find(timeout=60, jobs=1, report=None).certificate
    files = [a.data for a in wrong.artefacts]
    assert native([*files, found]).word == "REFUTED"
    assert native([*files, spoil(found)]).word == "UNKNOWN"


def test_a_point_at_a_kink_refutes_nothing(native):
    """At 0 the gradient of Relu does not exist, whatever the derivative says there."""
    f, d = Builder(x=[1]), Builder(x=[1])
    files = [f.done(f.sum(f("Relu", "x"))), d.done(d("Identity", d.number([0.5]))), b"x\n"]
    points = {x: native([*files, point_certificate(np.array([x]))]).word for x in (0.0, 1.0, -1.0)}
    assert points == {0.0: "UNKNOWN", 1.0: "REFUTED", -1.0: "REFUTED"}


@pytest.mark.parametrize("mistake", ["swapped", "sign"])
def test_wrong_shares_of_a_maximum_are_not_proved(mistake):
    """Whether a maximum is equal to one of its operands is too fine a question for the intervals of a refutation."""
    pair = pinball(mistake=mistake)
    assert not isinstance(warrant.gradient(pair.function, pair.derivative), warrant.Proved)


def test_a_derivative_that_is_not_defined_where_the_function_is_smooth_is_not_proved():
    """x² has the gradient 2 x; 2 x² / x is equal to it, but for x = 0."""
    f, d, e = Builder(x=[1]), Builder(x=[1]), Builder(x=[1])
    function = f.done(f.sum(f("Mul", "x", "x")))
    right = d.done(d("Mul", "x", d.number(2.0)))
    partial = e.done(e("Div", e("Mul", e("Mul", "x", "x"), e.number(2.0)), "x"))
    assert isinstance(warrant.gradient(function, right), warrant.Proved)
    verdict = warrant.gradient(function, partial)
    assert isinstance(verdict, warrant.Unknown) and "not known to be defined" in verdict.reason


def test_the_kernel_agrees(kernel):
    right = [claim_files(Gradient.of(p.function, p.derivative, p.wrt)) for p in (mlp(), cross_entropy(), layer_norm(3))]
    pair = quadratic()
    unproved = [[pair.function, d, b"w\n", write_certificate([])] for d in pair.mistakes.values()]
    refuted = []
    for pair in (quadratic(), logistic()):
        refuted += [claim_files(Gradient.of(pair.function, d, pair.wrt)) for d in pair.mistakes.values()]
    words = kernel([*right, *unproved, *refuted])
    assert words == ["PROVED"] * len(right) + ["UNKNOWN"] * len(unproved) + ["REFUTED"] * len(refuted)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda f, d, w, c: (f, d, w, b""),
        lambda f, d, w, c: (f, d, w, c[:5] + b"P"),
        lambda f, d, w, c: (f, d, w, c + b"\1"),
        lambda f, d, w, c: (d, f, w, c),
        lambda f, d, w, c: (f, f, w, c),
        lambda f, d, w, c: (f, d, b"", c),
        lambda f, d, w, c: (f, d, w[:-1], c),
        lambda f, d, w, c: (f, d, b"y\n", c),
        lambda f, d, w, c: (f, d, b"w\nw\n", c),
        lambda f, d, w, c: (f[:-3], d, w, c),
        lambda f, d, w, c: (f, d[:-3], w, c),
    ],
)
def test_spoiled_files_are_refused(spoil, native):
    pair = quadratic()
    files = claim_files(Gradient.of(pair.function, pair.derivative, pair.wrt))
    assert native(files).word == "PROVED"
    assert native(spoil(*files)).word == "UNKNOWN"


def test_a_factor_that_is_off_by_one_bit_is_refused(native):
    pair = quadratic()
    files = claim_files(Gradient.of(pair.function, pair.derivative, pair.wrt))
    at = files[1].index(b"\x00\x00\x00\x3f")  # 0.5, which is 2/n
    files[1] = files[1][:at] + b"\x01" + files[1][at + 1 :]
    assert native(files).word == "UNKNOWN"

"""Gradients by hand are proved, and none with a mistake in it is."""

from __future__ import annotations

import pytest
from small_gradients import PAIRS, cross_entropy, layer_norm, mlp, quadratic

import warrant
from warrant.claims import Gradient
from warrant.gradients.program import MAGIC, write_certificate

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
def test_wrong_gradients_are_not(name, mistake, native):
    pair = PAIRS[name]()
    wrong = Gradient.of(pair.function, pair.mistakes[mistake], pair.wrt)
    verdict = warrant.gradient(pair.function, pair.mistakes[mistake], wrt=pair.wrt)
    assert not isinstance(verdict, warrant.Proved)
    # the certificate of the right one, and one that names everything, do not help
    right = certificate(Gradient.of(pair.function, pair.derivative, pair.wrt))
    for other in (right, write_certificate(range(1, 400))):
        assert native([*(a.data for a in wrong.artefacts), other]).word == "UNKNOWN"


def test_the_kernel_agrees(kernel):
    right = [claim_files(Gradient.of(p.function, p.derivative, p.wrt)) for p in (mlp(), cross_entropy(), layer_norm(3))]
    pair = quadratic()
    wrong = [[pair.function, d, b"w\n", MAGIC] for d in pair.mistakes.values()]
    assert kernel([*right, *wrong]) == ["PROVED"] * len(right) + ["UNKNOWN"] * len(wrong)


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

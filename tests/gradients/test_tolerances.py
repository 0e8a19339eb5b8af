"""The error function, and derivatives that are the gradient but for a tolerance."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from small_gradients import Builder

import warrant
from warrant.claims import Gradient
from warrant.errors import WrongInput
from warrant.gradients import EVERYWHERE, extent_of, read_names, write_names
from warrant.gradients.program import MAGIC, WITHIN, write_cover

BELL = 2 / math.sqrt(math.pi)
DOMAIN = {"x": (-3, 3)}


@pytest.fixture(autouse=True)
def checker(native_checker):
    """The tests need the native checker and warrant-program."""


def bell(factor: float = BELL, *, sign: float = -1.0, scale: float = 1.0) -> bytes:
    """c · factor · exp(sign · scale · x²): the gradient of <c, erf x>, as far as binary64 goes."""
    d = Builder(x=[1], c=[1])
    power = d("Mul", d("Mul", "x", "x"), d.number(sign * scale, np.float64))
    return d.done(d("Mul", "c", d("Mul", d("Exp", power), d.number(factor, np.float64))))


def gelu() -> bytes:
    """x (1 + erf (x / 1.4142135)) / 2, as exporters write GELU."""
    f = Builder(x=[1])
    inner = f("Add", f.number(1.0), f("Erf", f("Div", "x", f.number(math.sqrt(2)))))
    return f.done(f("Mul", f("Mul", f.number(0.5), "x"), inner))


def gelu_gradient(density: float = 0.3989423, sign: str = "Add", dropped: bool = False) -> bytes:
    """c ((1 + erf (0.7071068 x)) / 2 + x 0.3989423 exp (-x²/2)); constants in binary32."""
    d = Builder(x=[1], c=[1])
    below = d("Mul", d("Add", d("Erf", d("Mul", "x", d.number(math.sqrt(0.5)))), d.number(1.0)), d.number(0.5))
    peak = d("Mul", d("Exp", d("Mul", d("Mul", "x", "x"), d.number(-0.5))), d.number(density))
    return d.done(d("Mul", "c", below if dropped else d(sign, below, d("Mul", "x", peak))))


def tanh_of(slope: float) -> bytes:
    """tanh (slope · (x + 0.044715 x³))."""
    f = Builder(x=[1])
    cube = f("Mul", f("Mul", f("Mul", "x", "x"), "x"), f.number(0.044715))
    return f.done(f("Tanh", f("Mul", f("Add", "x", cube), f.number(slope))))


def tanh_gradient(slope: float) -> bytes:
    """The gradient of the same, with 3 · 0.044715 and the slope rounded on their own."""
    d = Builder(x=[1], c=[1])
    square = d("Mul", "x", "x")
    t = d(
        "Tanh", d("Mul", d("Mul", "x", d.number(slope)), d("Add", d.number(1.0), d("Mul", square, d.number(0.044715))))
    )
    rest = d("Sub", d.number(1.0), d("Mul", t, t))
    inner = d("Mul", d.number(slope), d("Add", d.number(1.0), d("Mul", square, d.number(0.134145))))
    return d.done(d("Mul", "c", d("Mul", rest, inner)))


def erf() -> bytes:
    f = Builder(x=[1])
    return f.done(f("Erf", "x"))


def word(function: bytes, derivative: bytes, tolerance: float | str = 0, domain=DOMAIN) -> str:
    return warrant.gradient(function, derivative, wrt=["x"], domain=domain, tolerance=tolerance).word


def found(function: bytes, derivative: bytes, tolerance: float | str, domain=DOMAIN) -> list[bytes]:
    claim = Gradient.of(function, derivative, ["x"], domain, tolerance)
    search = claim.find(timeout=60, jobs=1, report=None)
    assert search.certificate is not None, search.reason
    return [*(a.data for a in claim.artefacts), search.certificate]


def numbers(certificate: bytes) -> list[int]:
    assert certificate.startswith(MAGIC + WITHIN.encode())
    return np.frombuffer(certificate[6:], "<u4").tolist()


def test_the_error_function_is_known_exactly_where_it_is_not_differentiated():
    f, d, e = Builder(x=[2], y=[2]), Builder(y=[2], x=[2]), Builder(y=[2], x=[2])
    function = f.done(f.sum(f("Mul", "x", f("Erf", "y"))))
    odd = d.done(d("Neg", d("Erf", d("Neg", "y"))))
    even = e.done(e("Erf", e("Neg", "y")))
    claim = Gradient.of(function, odd, ["x"])
    assert extent_of(claim.find(timeout=60, jobs=1, report=None).certificate) == EVERYWHERE
    assert warrant.gradient(function, even, wrt=["x"]).word == "REFUTED"


@pytest.mark.parametrize("y", [-7.0, -4.5, -3.0, -0.625, 0.125, 0.75, 2.5, 4.5, 7.0])
def test_values_of_the_error_function_are_enclosed(y):
    """What is off by 5e-5 from it is refuted, on either side."""
    f = Builder(x=[1], y=[1])
    function = f.done(f.sum(f("Mul", "x", f("Erf", "y"))))
    for off in (-5e-5, 5e-5):
        d = Builder(x=[1], y=[1])
        derivative = d.done(d("Add", d.number([math.erf(y) + off], np.float64), d("Mul", "x", d.number(0.0))))
        assert warrant.gradient(function, derivative, wrt=["x"], domain={"y": (y, y)}).word == "REFUTED"
    d = Builder(x=[1], y=[1])
    near = d.done(d("Add", d.number([math.erf(y)], np.float64), d("Mul", "x", d.number(0.0))))
    assert warrant.gradient(function, near, wrt=["x"], domain={"y": (y, y)}).word == "UNKNOWN"
    assert warrant.gradient(function, near, wrt=["x"], domain={"y": (y, y)}, tolerance="1e-6").word == "PROVED"


def test_a_rounded_constant_is_not_the_exact_one():
    assert word(erf(), bell()) == "UNKNOWN"
    assert word(erf(), bell(), "1e-12") == "PROVED"
    assert word(erf(), bell(), "1e-30") == "UNKNOWN"


@pytest.mark.parametrize(
    ("derivative", "tolerance"),
    [
        (bell(1.01 * BELL), "1e-3"),
        (bell(-BELL), "1e-6"),
        (bell(sign=1.0), "1e-6"),
        (bell(scale=1.01), "1e-3"),
        (bell(BELL + 1e-4), "5e-5"),
    ],
)
def test_wrong_derivatives_of_the_error_function_are_refuted(derivative, tolerance):
    assert word(erf(), derivative, tolerance) == "REFUTED"
    assert word(erf(), derivative) == "REFUTED"


def test_a_tolerance_is_for_each_entry():
    assert word(erf(), bell(BELL + 1e-4), "1.01e-4") == "PROVED"
    assert word(erf(), bell(BELL + 1e-4), "0.99e-4") != "PROVED"


@pytest.mark.parametrize(
    ("function", "derivative"), [(gelu(), gelu_gradient()), (tanh_of(0.7978845), tanh_gradient(0.79788446))]
)
def test_what_exporters_round_is_proved_within_a_tolerance(function, derivative):
    assert word(function, derivative) == "UNKNOWN"
    assert word(function, derivative, "1e-5") == "PROVED"
    assert word(function, derivative, "1e-10", domain={"x": (-1, 1)}) != "PROVED"
    assert word(function, derivative, "1e-5", domain={"x": (-3, None)}) != "PROVED"  # the domain has no end


@pytest.mark.parametrize(
    "wrong",
    [
        gelu_gradient(sign="Sub"),
        gelu_gradient(dropped=True),
        gelu_gradient(density=0.403),
        gelu_gradient(density=0.399),
    ],
)
def test_wrong_gradients_of_gelu_are_refuted(wrong):
    assert word(gelu(), wrong, "1e-5") == "REFUTED"


def test_the_steeper_tanh_is_not_the_gradient():
    assert word(tanh_of(0.7978845), tanh_gradient(0.79), "1e-5") == "REFUTED"
    assert word(tanh_of(0.7978845), tanh_gradient(0.79788), "1e-7") != "PROVED"


def test_a_cover_proves_what_it_was_made_for_only(native):
    files = found(gelu(), gelu_gradient(), "1e-7")
    count, *rest = numbers(files[3])
    named, choices = rest[:count], rest[count:]
    assert native(files).word == "PROVED" and len(choices) > 2
    smaller = write_names(["x"], DOMAIN, "1e-9")
    larger = write_names(["x"], {"x": (-300, 3)}, "1e-7")
    exact = write_names(["x"], DOMAIN)
    wrong = [gelu_gradient(density=0.399), gelu_gradient(sign="Sub")]
    others = [
        *([files[0], files[1], names, files[3]] for names in (smaller, larger, exact)),
        *([files[0], derivative, *files[2:]] for derivative in wrong),
    ]
    spoiled = [
        choices[:-1],
        [*choices, 0],
        [*choices, 1, 0, 0],
        [0] * len(choices),
        [1, *choices],
        [9999, *choices],
        [2**32 - 1, *choices],
        [],
    ]
    others += [[*files[:3], write_cover(named, c)] for c in spoiled]
    others += [[*files[:3], c] for c in (files[3][:6], files[3][:-1], files[3][:5] + b"G" + files[3][6:])]
    others += [[*files[:3], files[3][:6] + np.array([2**31, 0], "<u4").tobytes()]]
    assert {native(other).word for other in others} == {"UNKNOWN"}


def test_cotangents_are_between_minus_1_and_1(native):
    """The error is in proportion to the cotangent: larger ones refute nothing."""
    from warrant.gradients.refute import point_certificate

    claim = Gradient.of(erf(), bell(BELL + 1e-4), ["x"], DOMAIN, "2e-4")
    files = [a.data for a in claim.artefacts]
    far, near = (point_certificate(np.array([0.0, c])) for c in (3.0, 1.0))
    assert native([*files, far]).word == native([*files, near]).word == "UNKNOWN"
    claim = Gradient.of(erf(), bell(BELL + 1e-4), ["x"], DOMAIN, "5e-5")
    files = [a.data for a in claim.artefacts]
    assert native([*files, far]).word == "UNKNOWN" and native([*files, near]).word == "REFUTED"


def test_the_kernel_agrees(kernel):
    right = [found(erf(), bell(), "1e-9"), found(gelu(), gelu_gradient(), "1e-4", {"x": (-1, 1)})]
    wrong = found(erf(), bell(1.01 * BELL), "1e-3")
    unproved = [[right[0][0], bell(1.01 * BELL), *right[0][2:]], [*right[1][:3], right[1][3][:-4]]]
    assert kernel([*right, *unproved, wrong]) == ["PROVED"] * 2 + ["UNKNOWN"] * 2 + ["REFUTED"]


def test_the_text_holds_the_tolerance():
    text = write_names(["x"], DOMAIN, 1e-6)
    assert text == b"x\n\n(within 1/1000000)\n(least x -3)\n(most x 3)\n"
    assert read_names(text, file="names.txt").tolerance == Fraction(1, 10**6)
    assert write_names(["x"]) == b"x\n"
    for wrong in (lambda: write_names(["x"], None, -1), lambda: read_names(b"x\n\n(within -1)\n", file="names.txt")):
        with pytest.raises(WrongInput):
            wrong()


@pytest.mark.parametrize("text", [b"(within -1/2)\n", b"(within)\n", b"(within a)\n", b"(least x 0)\n(within 1)\n"])
def test_bad_tolerances_are_refused(text, native):
    files = found(erf(), bell(), "1e-9")
    assert native(files).word == "PROVED"
    assert native([*files[:2], b"x\n\n" + text, files[3]]).word == "UNKNOWN"

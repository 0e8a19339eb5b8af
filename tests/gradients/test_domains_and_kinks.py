"""Domains of inputs, and what is said at kinks: which of the three claims is proved."""

from __future__ import annotations

import numpy as np
import pytest
from small_gradients import PAIRS, Builder, mlp

import warrant
from warrant.claims import Gradient
from warrant.gradients import EVERYWHERE, KINKS, SMOOTH, SUBGRADIENTS, extent_of
from warrant.gradients.program import write_certificate
from warrant.gradients.refute import point_certificate


@pytest.fixture(autouse=True)
def checker(native_checker):
    """The tests need the native checker and warrant-program."""


def unary(op: str, slope: str | float, shape=(2,)) -> tuple[bytes, bytes]:
    """Σ op x, with a derivative that is an operator of x, compared with 0, or a number."""
    f, d = Builder(x=shape), Builder(x=shape)
    if isinstance(slope, str):
        derivative = d("Cast", d(slope, "x", d.number(np.zeros(shape))), to=1)
    else:
        derivative = d("Identity", d.number(np.full(shape, slope)))
    return f.done(f.sum(f(op, "x"))), d.done(derivative)


def extent(claim: Gradient) -> str | None:
    found = claim.find(timeout=60, jobs=1, report=None)
    return extent_of(found.certificate) if found.certificate is not None else None


def files(claim: Gradient, certificate: bytes) -> list[bytes]:
    return [*(a.data for a in claim.artefacts), certificate]


def test_a_smooth_function_is_done_everywhere():
    pair = mlp()
    claim = Gradient.of(pair.function, pair.derivative, pair.wrt)
    certificate = claim.find(timeout=60, jobs=1, report=None).certificate
    theorem = claim.theorem(certificate)
    assert theorem.statement == "GradientHoldsEverywhere function_file derivative_file names_file"
    assert theorem.words.startswith("Everywhere,")


@pytest.mark.parametrize("name", PAIRS)
def test_the_word_on_the_certificate_is_checked(name, native):
    """A proof of a stronger claim is one of the plain claim; the other way round it need not be."""
    pair = PAIRS[name]()
    claim = Gradient.of(pair.function, pair.derivative, pair.wrt)
    certificate = claim.find(timeout=60, jobs=1, report=None).certificate
    found = extent_of(certificate)
    words = {e: native(files(claim, certificate[:5] + e.encode() + certificate[6:])).word for e in "GKSEX"}
    assert words["X"] == "UNKNOWN"
    assert words["G"] == "PROVED" or found != SMOOTH
    assert words["E"] == ("PROVED" if found == EVERYWHERE else "UNKNOWN")


def test_what_relu_has_for_a_derivative_at_0(native):
    """Frameworks say 0, as the chain rule does here; 1 is right but for the kink."""
    zero, one = (Gradient.of(*unary("Relu", op)) for op in ("Greater", "GreaterOrEqual"))
    assert (extent(zero), extent(one)) == (SUBGRADIENTS, SMOOTH)
    assert native(files(zero, write_certificate([], KINKS))).word == "PROVED"
    assert native(files(one, write_certificate([], KINKS))).word == "UNKNOWN"
    assert native(files(one, write_certificate([], SUBGRADIENTS))).word == "UNKNOWN"
    assert native(files(one, write_certificate([], SMOOTH))).word == "PROVED"
    assert native(files(zero, write_certificate([], EVERYWHERE))).word == "UNKNOWN"


def hinge(g: Builder, opposite: bool = False) -> tuple[str, str]:
    margin = g("Sub", g.number(1.0), g("Mul", g.number([1.0, -1.0, 1.0]), "x"))
    return (g("Neg", g("Relu", margin)) if opposite else g("Relu", margin)), margin


@pytest.mark.parametrize(("opposite", "square"), [(False, False), (True, False), (False, True)])
def test_subgradients_of_the_hinge_loss(opposite, square, native):
    """Of the hinge loss and its square; the opposite is concave, and what is given at kinks is no subgradient."""
    f, d = Builder(x=[3]), Builder(x=[3])
    loss, _ = hinge(f, opposite)
    function = f.done(f.sum(f("Mul", loss, loss) if square else loss))
    rectified, margin = hinge(d)
    active = d("Cast", d("Greater", margin, d.number(0.0)), to=1)
    slope = d("Mul", d.number([1.0, -1.0, 1.0] if opposite else [-1.0, 1.0, -1.0]), active)
    claim = Gradient.of(function, d.done(d("Mul", d("Mul", slope, rectified), d.number(2.0)) if square else slope))
    assert extent(claim) == (KINKS if opposite else SUBGRADIENTS)
    certificate = write_certificate([], SUBGRADIENTS)
    assert native(files(claim, certificate)).word == ("UNKNOWN" if opposite else "PROVED")


def test_a_sum_of_kinks_that_is_no_subgradient():
    """Relu (x) - Relu (-x) is x: convex, and smooth; what the chain rule gives at 0 is 0."""
    f, d = Builder(x=[2]), Builder(x=[2])
    function = f.done(f.sum(f("Sub", f("Relu", "x"), f("Relu", f("Neg", "x")))))
    up, down = (d("Cast", d("Greater", x, d.number(0.0)), to=1) for x in ("x", d("Neg", "x")))
    assert extent(Gradient.of(function, d.done(d("Add", up, down)))) == KINKS


def test_kinks_outside_of_the_domain():
    """On x >= 1, Relu is the identity; on x <= -1 it is 0."""
    for domain, slope in (({"x": (1, None)}, 1.0), ({"x": (None, -1)}, 0.0), ({"x": ("0.125", 3)}, 1.0)):
        function, derivative = unary("Relu", slope)
        assert extent(Gradient.of(function, derivative, domain=domain)) == EVERYWHERE
        refuted = warrant.gradient(function, derivative)
        assert isinstance(refuted, warrant.Refuted)
        assert not isinstance(warrant.gradient(function, derivative, domain={"x": (-2, 2)}), warrant.Proved)


def test_a_kink_at_the_border_is_in_the_domain():
    function, derivative = unary("Relu", 1.0)
    assert extent(Gradient.of(function, derivative, domain={"x": (0, 1)})) == SMOOTH


@pytest.mark.parametrize(
    ("op", "derivative"),
    [
        ("Sqrt", lambda d: d("Div", d.number(0.5), d("Sqrt", "x"))),
        ("Log", lambda d: d("Reciprocal", "x")),
        ("Reciprocal", lambda d: d("Neg", d("Reciprocal", d("Mul", "x", "x")))),
    ],
)
def test_where_a_function_is_defined(op, derivative):
    f, d = Builder(x=[2]), Builder(x=[2])
    pair = f.done(f.sum(f(op, "x"))), d.done(derivative(d))
    assert extent(Gradient.of(*pair)) == SMOOTH
    assert extent(Gradient.of(*pair, domain={"x": (1, 3)})) == EVERYWHERE
    assert extent(Gradient.of(*pair, domain={"x": (-1, 3)})) == SMOOTH


def test_a_denominator_that_bounds_keep_away_from_0():
    """1 / (x - 3); the derivative is written with another denominator, x (x - 3)² / x, which needs x > 0."""
    f, d = Builder(x=[1]), Builder(x=[1])
    function = f.done(f.sum(f("Reciprocal", f("Sub", "x", f.number(3.0)))))
    gap = d("Sub", "x", d.number(3.0))
    slope = d("Neg", d("Div", "x", d("Mul", "x", d("Mul", gap, gap))))
    derivative = d.done(slope)
    assert extent(Gradient.of(function, derivative)) is None
    assert extent(Gradient.of(function, derivative, domain={"x": (1, 2)})) == EVERYWHERE


def test_a_refutation_lies_in_the_domain(native):
    function, derivative = unary("Abs", 1.0)
    domain = {"x": (-2, -1)}
    verdict = warrant.gradient(function, derivative, domain=domain)
    assert isinstance(verdict, warrant.Refuted)
    assert all(-2 <= x <= -1 for x in verdict.counterexample.inputs)
    inside = Gradient.of(function, derivative, domain=domain)
    outside = Gradient.of(function, derivative, domain={"x": (1, 2)})
    assert extent(outside) == EVERYWHERE
    for point in ([-1.0, -1.0], [-2.0, -1.5]):
        assert native(files(inside, point_certificate(np.array(point)))).word == "REFUTED"
        assert native(files(outside, point_certificate(np.array(point)))).word == "UNKNOWN"
    assert native(files(inside, point_certificate(np.array([-1.0, -0.5])))).word == "UNKNOWN"


@pytest.mark.parametrize(
    "rest",
    [
        b"\n(least x 2) (most x 1)\n",  # empty
        b"\n(least y 1)\n",  # no such input
        b"\n(least x one)\n",
        b"\n(above x 1)\n",
        b"\n(least x 1\n",
        b"\n1\n",
        b"(least x 1)\n",  # a name, without the empty line
    ],
)
def test_spoiled_domains_are_refused(rest, native):
    function, derivative = unary("Relu", 1.0)
    certificate = write_certificate([], EVERYWHERE)
    assert native([function, derivative, b"x\n\n(least x 1) ; a comment\n", certificate]).word == "PROVED"
    assert native([function, derivative, b"x\n" + rest, certificate]).word == "UNKNOWN"


def test_bad_domains_are_one_clear_line():
    function, derivative = unary("Relu", 1.0)
    with pytest.raises(warrant.WrongInput, match="the domain is empty"):
        warrant.gradient(function, derivative, domain={"x": (2, 1)})
    with pytest.raises(warrant.WrongInput, match="no input 'y'"):
        warrant.gradient(function, derivative, domain={"y": (0, 1)})
    with pytest.raises(warrant.WrongInput, match="is no number"):
        warrant.gradient(function, derivative, domain={"x": ("low", 1)})


def test_the_kernel_agrees_on_domains_and_kinks(kernel):
    one, kink = unary("Relu", 1.0), unary("Relu", "Greater")
    bounded = b"x\n\n(least x 1)\n"
    words = kernel(
        [
            [*one, bounded, write_certificate([], EVERYWHERE)],
            [*one, b"x\n", write_certificate([], EVERYWHERE)],
            [*kink, b"x\n", write_certificate([], KINKS)],
            [*kink, b"x\n", write_certificate([], SUBGRADIENTS)],
            [*unary("Relu", "GreaterOrEqual"), b"x\n", write_certificate([], KINKS)],
            [*one, b"x\n", point_certificate(np.array([-1.0, 1.0]))],
            [*one, bounded, point_certificate(np.array([-1.0, 1.0]))],
        ]
    )
    assert words == ["PROVED", "UNKNOWN", "PROVED", "PROVED", "UNKNOWN", "REFUTED", "UNKNOWN"]

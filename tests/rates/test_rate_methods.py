"""Rates for every number of steps: reading methods, finding potentials, and the theorem without the file."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from warrant.claims import ForAllSteps
from warrant.errors import WrongInput
from warrant.rates import methods
from warrant.rates.lyapunov import NotFound, Potential, decompose, find_potential, least_ratio, least_scale
from warrant.rates.method import Method, read_method
from warrant.rates.rounding import NotExact


def method(text: str) -> Method:
    return read_method(text.replace("?ratio", "1").replace("?scale", "1"))


def number(found: Potential | NotFound) -> Fraction:
    assert isinstance(found, Potential), found
    return found.number


def test_names_come_in_threes() -> None:
    read = method(methods.gradient_descent())
    assert read.points == ("xs", "", "", "", "x", "x+", "", "g", "g+")
    assert read.numbers == ("fs", "", "", "", "v", "v+")


@pytest.mark.parametrize(
    ("text", "exact"),
    [
        (methods.gradient_descent(L=1), Fraction(1, 2)),  # L/2 / (2N + 1): Drori and Teboulle
        (methods.gradient_descent(L=10), Fraction(5)),
        (methods.proximal_point(gamma=1), Fraction(1, 4)),  # 1 / (4 γ N): Taylor, Hendrickx and Glineur
        (methods.proximal_point(gamma=2), Fraction(1, 8)),
    ],
)
def test_the_least_scale_is_the_tight_one(text: str, exact: Fraction) -> None:
    pytest.importorskip("clarabel")
    assert number(least_scale(method(text), slack=1e-3)) == exact


@pytest.mark.parametrize(("mu", "gamma", "exact"), [("1/10", None, Fraction(81, 121)), ("1/4", 1, Fraction(9, 16))])
def test_the_least_ratio_of_gradient_descent(mu: str, gamma: int | None, exact: Fraction) -> None:
    """max(|1 − γµ|, |1 − γL|)²."""
    pytest.importorskip("clarabel")
    text = methods.gradient_descent(mu=mu, gamma=gamma)
    assert number(least_ratio(method(text), slack=1e-3)) == exact
    assert isinstance(find_potential(replace(method(text), ratio=exact - Fraction(1, 1000))), NotFound)


def test_heavy_ball_converges_at_a_proved_ratio() -> None:
    pytest.importorskip("clarabel")
    ratio = number(least_ratio(method(methods.heavy_ball(mu="1/4", beta="1/16")), slack=1e-3))
    # on x ↦ ‖x‖²/8 it is the square of the larger root of z² − (1 − µ + β) z + β
    root = (13 / 16 + ((13 / 16) ** 2 - 4 / 16) ** 0.5) / 2
    assert root**2 <= ratio < 0.6


def test_decompose() -> None:
    one = Fraction(1)
    squares = decompose({0: {0: one, 1: 2 * one}, 1: {0: 2 * one, 1: 5 * one}})
    assert squares == [(1, {0: 1, 1: 2}), (1, {1: 1})]
    assert decompose({0: {}, 1: {1: one}}) == [(1, {1: 1})]
    for bad in ({0: {0: one, 1: 2 * one}, 1: {0: 2 * one, 1: one}}, {0: {1: one}, 1: {0: one, 1: one}}):
        with pytest.raises(NotExact):
            decompose(bad)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("(method 1)", "(rate 1)", "not a method"),
        ("(point-sequences x g)", "(point-sequences x x)", "line 6: found x; expected a new name"),
        ("(point-sequences x g)", "(point-sequences x) (points x+) (point-sequences g)", "line 6: found x[+]"),
        ("(gradient f x g)", "(gradient f x h)", "line 10: found h"),
        ("(conclude ", "(concluding ", "expected [(]conclude A"),
        ("(1 2 0)", "(1 two 0)", "found two"),
        ("(value f x v)", "(start value)", "line 11: found value; expected a relation"),
    ],
)
def test_bad_input(old: str, new: str, said: str) -> None:
    text = methods.gradient_descent().replace("?scale", "1")
    assert old in text
    with pytest.raises(WrongInput, match=said):
        read_method(text.replace(old, new))


def test_the_theorem_without_the_file() -> None:
    text = methods.nesterov(L=1)
    claim = ForAllSteps(text.encode(), "nesterov.method")
    theorem = claim.theorem(b"(certificate 1)\n")
    assert theorem is not None
    assert "(x : nat" not in theorem.shown
    assert "(xs : E) (x y g h : nat -> E) (fs : R) (v w : nat -> R)" in theorem.shown
    assert "(forall k, (x (S k)) = (y k - g k)%V) ->" in theorem.shown
    assert "forall N, (2 * INR N + INR N ^ 2) * (v N - fs) <= (201 / 100) * norm2 (x 0%nat - xs)%V" in theorem.shown
    assert "potential" not in theorem.shown
    assert claim.theorem(b"something else") is None


def test_a_simulated_run_satisfies_what_is_proved() -> None:
    """On a quadratic, which is in all of the classes: eigenvalues from µ to L = 1, minimum 0 at 0."""
    eigenvalues = np.array([0.25, 0.4, 1.0])
    start = np.array([3.0, -1.0, 2.0])
    proved = {
        "gradient_descent": lambda N, f, x: (1 + 2 * N) * f <= 0.5 * start @ start,
        "proximal_point": lambda N, f, x: N * f <= 0.25 * start @ start,
        "nesterov": lambda N, f, x: N * (N + 2) * f <= 2.01 * start @ start,
        "heavy_ball": lambda N, f, x: x @ x <= 100 * (103 / 195) ** N * start @ start,
    }
    for name, holds in proved.items():
        before, x, y = start, start, start
        for N in range(40):
            assert holds(N, 0.5 * eigenvalues @ x**2, x), (name, N)
            match name:
                case "gradient_descent":
                    after = x - eigenvalues * x
                case "proximal_point":
                    after = x / (1 + eigenvalues)
                case "nesterov":
                    after = y - eigenvalues * y
                    y = after + N / (N + 3) * (after - x)
                case _:
                    after = x - eigenvalues * x + (x - before) / 16
            before, x = x, after

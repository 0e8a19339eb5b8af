"""Rationals near floats, and floats that carry rationals."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warrant.rates.rationals import Traced, rational, root, trace, traced_roots


@pytest.mark.parametrize(("x", "q"), [(0.1, "1/10"), (1 / 3, "1/3"), (2 / 1.1, "20/11"), (1e-9, "1e-9"), (3.0, "3")])
def test_simple(x, q):
    assert rational(x) == Fraction(q)


@given(st.floats(0.001, 0.999))
def test_complements(t):
    """What adds up to 1 still does."""
    assert abs(rational(t) + rational(1 - t) - 1) in (0, Fraction(1, 2**40))
    assert rational(math.sqrt(2) / 2) + rational(1 - math.sqrt(2) / 2) == 1


def test_arithmetic_is_exact():
    mu, L = trace(0.1), 1
    kappa = L / mu
    assert kappa.exact == 10
    assert (1 - mu**2 * 3 + mu / 7 - 1.5).exact == 1 - Fraction(3, 100) + Fraction(1, 70) - Fraction(3, 2)
    assert (np.float64(2.0) * mu).exact == Fraction(1, 5)
    assert float(kappa) == 10.0


def test_roots():
    two = Traced(Fraction(2))
    assert root(Traced(Fraction(9, 4))).exact == Fraction(3, 2)
    assert root(2).exact ** 2 <= 2 < (root(2).exact + Fraction(1, 2**40)) ** 2
    assert np.sqrt(two).exact == root(two).exact
    scope = {"sqrt": math.sqrt, "other": math.cos}
    with traced_roots(scope):
        assert scope["sqrt"](2).exact == root(2).exact
        assert scope["other"] is math.cos
    assert scope["sqrt"] is math.sqrt


def test_other_functions_see_floats():
    x = trace(0.5)
    assert np.array([x, x]).dtype == np.float64
    assert (x * np.ones(2)).tolist() == [0.5, 0.5]
    assert math.isinf(x * math.inf)
    assert np.exp(x) == pytest.approx(np.exp(0.5), abs=2**-40)
    assert trace([0.5, (1, math.inf)]) == [0.5, (1, math.inf)]


def test_long_fractions_are_cut():
    x = Traced(Fraction(1, 3))
    for _ in range(10):
        x = x * x + 0.1
    assert x.exact.denominator.bit_length() <= 160

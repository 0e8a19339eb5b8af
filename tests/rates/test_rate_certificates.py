"""The replay accepts a certificate, and refuses what was changed in it or in its problem."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest

from warrant.errors import WrongInput
from warrant.rates import check, read_certificate, read_problem, write_certificate
from warrant.rates.certificate import Refused, remainder


def test_accepted(step, step_certificate):
    check(read_problem(step), read_certificate(step_certificate))
    assert remainder(read_problem(step), read_certificate(step_certificate)) == {}


def test_round_trip(step_certificate):
    certificate = read_certificate(step_certificate)
    assert write_certificate(certificate) == step_certificate
    spanned = step_certificate + "(span skew-bound 1/2 0 (1 2) (2 -1/3))\n"
    assert read_certificate(write_certificate(read_certificate(spanned))) == read_certificate(spanned)


def test_every_line_is_needed(step, step_certificate):
    lines = step_certificate.splitlines()
    for i in range(1, len(lines) - 1):
        with pytest.raises(Refused):
            check(read_problem(step), read_certificate("\n".join(lines[:i] + lines[i + 1 :])))


def test_every_rational_matters(step, step_certificate):
    found = list(re.finditer(r"-?\d+/\d+", step_certificate))
    assert len(found) == 8
    for match in found:
        for change in (Fraction(1, 7), Fraction(-1, 7)):
            q = str(Fraction(match.group()) + change)
            changed = step_certificate[: match.start()] + q + step_certificate[match.end() :]
            with pytest.raises(Refused):
                check(read_problem(step), read_certificate(changed))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("(conclude 1/6", "(conclude 0.1666"),  # below the optimum
        ("(<= (norm2 (- x0 xs)) 1)", "(<= (norm2 (- x0 xs)) 1.001)"),
        ("(smooth 1)", "(smooth 1.001)"),
        ("convex (smooth 1)", "(smooth 1)"),
        ("(same x1 (- x0 g0))", "(same x1 (- x0 (* 0.999 g0)))"),
        ("(same x1 (- x0 g0))\n", ""),
        ("(gradient f x1 g1)", "(subgradient f x1 g1)"),
        ("(gradient f xs 0)", "(gradient f xs g0)"),
        ("(value f x1 f1)\n", ""),
        ("(value f x1 f1)", "(value f x1 f0)"),
        ("(conclude 1/6 (- f1 fs))", "(conclude 1/6 (- f0 fs))"),
    ],
)
def test_another_problem_is_refused(step, step_certificate, old, new):
    assert old in step
    with pytest.raises(Refused):
        check(read_problem(step.replace(old, new, 1)), read_certificate(step_certificate))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("(weights 1)", "(weights 1/2)", "weights"),
        ("(weights 1)", "(weights 1 0)", "weights"),
        ("(weights 1)\n", "", "weights"),
        ("(use 7 1/6)", "(use 6 1/6)", "no comparison"),
        ("(use 7 1/6)", "(use 7 -1/6)", "negative"),
        ("(fact smooth 1/2 0 1)", "(fact smooth -1/2 0 1)", "negative"),
        ("(fact smooth 1/2 0 1)", "(fact smooth 1/2 0 9)", "no such call"),
        ("(fact smooth 1/2 0 1)", "(fact smooth 1/2 0)", "no fact"),
        ("(fact smooth 1/2 0 1)", "(fact strong 1/2 0 1)", "no fact"),
        ("(fact smooth 1/2 0 1)", "(fact lipschitz 1/2 0)", "does not hold"),
        ("(square 1/6", "(square -1/6", "negative"),
        ("(square 1/8 (2 1) (4 -1))", "(square 1/8 (2 1) (3 -1))", "no coordinate"),
        ("(shift 1 (0 1))", "(shift 1 (0 1))\n(shift 0 (2 1))", "shifted by shifted"),
        ("(shift 1 (0 1))", "(shift 3 (0 1))", "defined"),
        ("(square 1/8", "(span quadratic-spectrum 1 0 (1 1))\n(square 1/8", "does not hold"),
    ],
)
def test_what_is_not_allowed(step, step_certificate, old, new, said):
    assert old in step_certificate
    with pytest.raises(Refused, match=said):
        check(read_problem(step), read_certificate(step_certificate.replace(old, new, 1)))


@pytest.mark.parametrize(
    "text", ["", "(certificate 2)", "(certificate 1)\n(use 7)", "(certificate 1)\n(use x 1)", "(certificate 1) 3"]
)
def test_unreadable(text):
    with pytest.raises(WrongInput):
        read_certificate(text)


def test_only_the_first_class_gives_the_strong_convexity(step, step_certificate):
    """As docs/rates.md has it: the first class that is convex or strongly convex counts."""
    twice = step.replace("convex (smooth 1)", "convex (strongly-convex 1/2) (smooth 1)")
    check(read_problem(twice), read_certificate(step_certificate))
    with pytest.raises(Refused):
        check(
            read_problem(step.replace("convex (smooth 1)", "(strongly-convex 1/2) (smooth 1)")),
            read_certificate(step_certificate),
        )

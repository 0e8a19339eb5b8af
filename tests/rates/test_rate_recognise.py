"""Methods read out of PEPit functions, their first steps, PEPit's numbers for these, and simulated runs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from warrant.claims import ForAllSteps
from warrant.errors import Unsupported
from warrant.rates import NotFound, methods, read_problem
from warrant.rates import recognise as module
from warrant.rates.method import read_method
from warrant.rates.prove import state_method
from warrant.rates.recognise import Recognised
from warrant.rates.recognise import recognise as read_out
from warrant.rates.simulate import simulate
from warrant.rates.text import write_problem
from warrant.rates.to_pepit import pepit_value
from warrant.rates.unroll import unroll

EXAMPLES = "PEPit.examples."
CONVEX = EXAMPLES + "unconstrained_convex_minimization."
DESCENT = CONVEX + "gradient_descent:wc_gradient_descent"
TWO_STEPS = """\
(rate 1)
(function f convex (smooth 1))
(points xs x_0 x_1 x_2 y_0 y_1 y_2 g_0 g_1 g_2 h_0 h_1 h_2)
(numbers fs v_0 v_1 v_2 w_0 w_1 w_2)
(gradient f xs 0)
(value f xs fs)
(same y_0 x_0)
(gradient f x_0 h_0)
(value f x_0 v_0)
(gradient f y_0 g_0)
(value f y_0 w_0)
(same x_1 (- y_0 g_0))
(same y_1 x_1)
(gradient f x_1 h_1)
(value f x_1 v_1)
(gradient f y_1 g_1)
(value f y_1 w_1)
(same x_2 (- y_1 g_1))
(same y_2 (- (* 5/4 x_2) (* 1/4 x_1)))
(gradient f x_2 h_2)
(value f x_2 v_2)
(gradient f y_2 g_2)
(value f y_2 w_2)
(<= (* 2 (norm2 (- x_0 xs))) 1)
(conclude 1 (- v_1 fs) (- v_2 fs))
"""
PROGRAM = '''
from PEPit import PEP
from PEPit.functions import SmoothConvexFunction


def wc_changing(n, verbose=0):
    """The third step is shorter."""
    return run(n, lambda k: 0.5 if k == 2 else 1.0, lambda x, xs: x)


def wc_average(n, verbose=0):
    """What is measured is the value halfway to the optimum, which no step makes."""
    return run(n, lambda k: 1.0, lambda x, xs: (x + xs) / 2)


def run(n, step, end):
    problem = PEP()
    f = problem.declare_function(SmoothConvexFunction, L=1)
    xs = f.stationary_point()
    x = problem.set_initial_point()
    problem.set_initial_condition((x - xs) ** 2 <= 1)
    for k in range(n):
        x = x - step(k) * f.gradient(x)
    problem.set_performance_metric(f(end(x, xs)) - f(xs))
    return problem.solve(verbose=0), None
'''


@pytest.fixture(autouse=True)
def solver() -> None:
    """The tests need a solver and PEPit."""
    pytest.importorskip("clarabel", reason="Clarabel is not installed: pip install 'warrant-ml[rates]'")
    pytest.importorskip("PEPit", reason="PEPit is not installed: pip install 'warrant-ml[rates]'")


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A module of PEPit functions."""
    (tmp_path / "own_methods.py").write_text(PROGRAM)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield "own_methods"
    sys.modules.pop("own_methods", None)


# ---- the first steps of a method -------------------------------------------------------------------------------------


def test_the_first_steps_of_a_method() -> None:
    """What is fixed is there once, sequences member by member, and what vanishes defines the newest point."""
    problem = unroll(read_method(methods.nesterov(scale=2)), 2)
    assert write_problem(problem) == TWO_STEPS
    assert read_problem(TWO_STEPS) == problem


@pytest.mark.parametrize(
    ("text", "worst"),
    [(methods.gradient_descent(), Fraction(1, 10)), (methods.proximal_point(gamma=2), Fraction(1, 16))],
)
def test_pepit_knows_the_first_steps(text: str, worst: Fraction) -> None:
    """L/(4N + 2) and 1/(4γN) at N = 2."""
    problem = unroll(read_method(text.replace("?scale", "1")), 2)
    assert pepit_value(replace(problem, metrics=problem.metrics[-1:])) == pytest.approx(float(worst), rel=1e-5)


def test_classes_that_pepit_lacks_are_named() -> None:
    with pytest.raises(Unsupported, match="f is convex and lojasiewicz"):
        pepit_value(read_problem(TWO_STEPS.replace("(smooth 1)", "(lojasiewicz 1)")))


# ---- simulated runs --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [methods.gradient_descent(), methods.nesterov(scale=1), methods.heavy_ball(scale=1), methods.proximal_point()],
)
def test_a_run_is_below_the_worst_case(text: str) -> None:
    """And above 0."""
    problem = unroll(read_method(text.replace("?scale", "1").replace("?ratio", "1")), 2)
    run = simulate(problem)
    assert run is not None
    assert 0 < run[1] <= pepit_value(replace(problem, metrics=problem.metrics[-1:])) * (1 + 1e-6)


def test_the_run_of_gradient_descent_is_that_of_its_recurrence() -> None:
    """On a function with one curvature, h = µ = L: x(N) = (1 − γh)ᴺ x(0)."""
    text = methods.gradient_descent(L=2, mu=2, gamma="1/8").replace("?ratio", "1")
    run = simulate(unroll(read_method(text), 3))
    assert run is not None
    assert run == pytest.approx([0.75**2, 0.75**4, 0.75**6], rel=1e-9)


@pytest.mark.parametrize(
    ("old", "new"),
    [("convex (smooth 1)", "convex (lipschitz 1)"), ("(same x_2 (- y_1 g_1))\n", ""), ("(<= (* 2", "(= (* 2")],
)
def test_no_run_where_none_is_determined(old: str, new: str) -> None:
    """Classes without quadratics, a point that is free, an equality."""
    assert simulate(read_problem(TWO_STEPS)) is not None
    assert simulate(read_problem(TWO_STEPS.replace(old, new))) is None


# ---- methods read out of PEPit functions -----------------------------------------------------------------------------


def recognised(where: str, **arguments: object) -> Recognised:
    found = read_out(where, arguments)
    assert isinstance(found, Recognised), found
    return found


def test_gradient_descent_is_read() -> None:
    found = recognised(DESCENT, L=3, gamma=0.1)
    assert "(function f convex (smooth 3))" in found.body
    assert "(same x+ (- x (* 1/10 g)))" in found.body
    assert found.shapes()[0].endswith("(conclude (- v fs) (1 3/5 0) 1 (* ?scale (norm2 (- x xs))))\n")


def test_momentum_is_read() -> None:
    body = recognised(CONVEX + "heavy_ball_momentum:wc_heavy_ball_momentum", mu=0.25, L=1, alpha=1, beta=1 / 16).body
    assert "(same x+ (- (* 17/16 x) (* 1/16 p) g))\n(same p+ x)\n(start (same p x))\n" in body


def test_what_is_measured_may_be_another_point() -> None:
    """Nesterov's method asks for gradients at one sequence, and is measured at the other."""
    where = CONVEX + "accelerated_gradient_strongly_convex:wc_accelerated_gradient_strongly_convex"
    found = recognised(where, mu=0.25, L=1)
    assert "(same x+ (- (* 4/3 x) (* 1/3 p) (* 4/3 g)))\n(same p+ (- x g))\n" in found.body
    assert (found.measure, found.initial) == ("(- r fs)", "(- (+ v (* 1/8 (norm2 (- x xs)))) fs)")


def test_nothing_need_be_asked_at_the_last_point() -> None:
    """Only the distance of x(n) is measured."""
    found = recognised(CONVEX + "subgradient_method_rsi_eb:wc_subgradient_method_rsi_eb", mu=0.1, L=1, gamma=0.1)
    assert "(point-sequences x g)\n" in found.body
    assert found.shapes()[0].endswith("(conclude (norm2 (- x xs)) (1) ?ratio (norm2 (- x xs)))\n")


def test_an_operator_s_implicit_step_is_read() -> None:
    found = recognised(
        EXAMPLES + "monotone_inclusions_variational_inequalities.proximal_point:wc_proximal_point", alpha=2
    )
    assert "(image f x g)\n(same x+ (- x (* 2 g+)))\n" in found.body
    assert found.measure == "(* 4 (norm2 g))"


@pytest.mark.parametrize(
    ("where", "arguments", "reason"),
    [
        (
            CONVEX + "accelerated_gradient_convex:wc_accelerated_gradient_convex",
            {"mu": 0, "L": 1},
            "with constants a, b, c",
        ),
        (
            EXAMPLES + "composite_convex_minimization.proximal_gradient:wc_proximal_gradient",
            {"L": 1, "mu": 0.1, "gamma": 1},
            "2 functions and operators",
        ),
    ],
)
def test_other_methods_are_not_read(where: str, arguments: dict[str, object], reason: str) -> None:
    """Steps that change, two functions."""
    found = read_out(where, arguments)
    assert isinstance(found, NotFound)
    assert reason in found.reason


@pytest.mark.parametrize(
    ("name", "reason"), [("wc_changing", "with constants"), ("wc_average", "no fixed combination")]
)
def test_a_step_that_is_not_repeated_is_not_read(program: str, name: str, reason: str) -> None:
    """One that changes, and a measure that is at no combination of the last points."""
    found = read_out(f"{program}:{name}")
    assert isinstance(found, NotFound)
    assert reason in found.reason


def test_a_text_with_another_worst_case_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """PEPit's numbers for the text and for the function are compared."""
    monkeypatch.setattr(module, "pepit_value", lambda problem: pepit_value(problem) * 1.001)
    found = read_out(DESCENT, {"L": 1, "gamma": 1})
    assert isinstance(found, NotFound)
    assert "PEPit's number is 0.1, but 0.1001 for the method" in found.reason


def test_a_rate_of_the_method_that_was_read() -> None:
    """L/(4N + 2), and who repeats the step is said."""
    claim = state_method(DESCENT, arguments={"L": 1, "gamma": 1, "n": 7})
    assert isinstance(claim, ForAllSteps)
    assert claim.text().endswith("(conclude (- v fs) (1 2 0) 1 (* 1/2 (norm2 (- x xs))))\n")
    assert claim.text().startswith(
        f"; gradient_descent: the step that {DESCENT} repeats with 2, 3 and 4 steps\n; L = 1, "
    )
    assert claim.known is not None

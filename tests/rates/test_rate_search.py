"""From PEPit's functions to certificates that the exact replay accepts."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from fractions import Fraction

import pytest

from warrant.errors import WrongInput
from warrant.rates import (
    Found,
    MissingClass,
    NotFound,
    check,
    closed_forms,
    extract,
    find,
    prove_exactly,
    prove_rate,
    read_certificate,
    read_problem,
    solve,
    write_certificate,
    write_problem,
)
from warrant.rates.certificate import Refused
from warrant.rates.cones import SolverTrouble
from warrant.rates.find import simplest
from warrant.rates.pepit import solve_problem
from warrant.rates.rationals import Traced

pytestmark = pytest.mark.usefixtures("pepit")

LINEAR = {"mug": 0.3, "Lg": 3, "muM": 0.1, "LM": 1.0, "gamma": 1 / 3, "n": 1}
EXAMPLES = {
    "unconstrained_convex_minimization.gradient_descent_lc": LINEAR | {"typeM": "gen"},
    "unconstrained_convex_minimization.cyclic_coordinate_descent": {"L": [1.0, 2.0], "n": 2},
    "unconstrained_convex_minimization.gradient_descent": {"L": 3.0, "gamma": 1 / 3, "n": 2},
    "unconstrained_convex_minimization.accelerated_gradient_convex": {"mu": 0, "L": 1, "n": 2},
    "unconstrained_convex_minimization.proximal_point": {"gamma": 3, "n": 2},
    "unconstrained_convex_minimization.subgradient_method": {"M": 2, "gamma": 0.2, "n": 2},
    "unconstrained_convex_minimization.gradient_exact_line_search": {"mu": 0.1, "L": 1, "n": 1},
    "unconstrained_convex_minimization.gradient_descent_quadratics": {"mu": 0.3, "L": 3, "gamma": 1 / 3, "n": 2},
    "unconstrained_convex_minimization.heavy_ball_momentum_qg_convex": {"L": 1, "n": 2},
    "unconstrained_convex_minimization.subgradient_method_rsi_eb": {"mu": 0.1, "L": 1, "gamma": 0.1, "n": 2},
    "unconstrained_convex_minimization.robust_momentum": {"mu": 0.1, "L": 1, "lam": 0.2},
    "composite_convex_minimization.frank_wolfe": {"L": 1, "D": 1, "R": math.inf, "center": None, "n": 2},
    "composite_convex_minimization.douglas_rachford_splitting": {"L": 1, "alpha": 1, "theta": 1, "n": 2},
    "composite_convex_minimization.no_lips_in_function_value": {"L": 1, "gamma": 0.5, "n": 1},
    "nonconvex_optimization.gradient_descent": {"L": 1, "gamma": 1, "n": 2},
    "fixed_point_problems.halpern_iteration": {"n": 2},
    "monotone_inclusions_variational_inequalities.proximal_point": {"alpha": 2, "n": 2},
    "stochastic_and_randomized_convex_minimization.randomized_coordinate_descent_smooth_strongly_convex": {
        "L": 1,
        "mu": 0.1,
        "gamma": 1.0,
        "d": 2,
    },
}


def function(example: str) -> str:
    name = example.rpartition(".")[2]
    return f"PEPit.examples.{example}:wc_{name}"


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples(example):
    """A certificate at slack 1e-3; none for a bound below the worst case; files that say the same."""
    solved = solve(function(example), EXAMPLES[example])
    found = find(solved, slack=1e-3)
    assert isinstance(found, Found), found
    problem = replace(found.problem, bound=Fraction(solved.value))
    assert solved.value <= found.problem.bound <= solved.value * 1.001
    text, certificate = write_problem(found.problem), write_certificate(found.certificate)
    check(read_problem(text), read_certificate(certificate))
    less = replace(problem, bound=problem.bound * Fraction(98, 100))
    assert isinstance(prove_rate(less, slack=1e-2), NotFound)
    with pytest.raises(Refused):
        check(replace(found.problem, bound=less.bound), found.certificate)


def test_the_text_reads_like_the_method():
    solved = solve(function("unconstrained_convex_minimization.accelerated_gradient_convex"), {"mu": 0, "L": 1, "n": 3})
    lines = write_problem(extract(solved)).splitlines()
    assert "(same x1 (- x0 g0))" in lines
    assert "(same x2 (- x1 g1))" in lines
    assert any(re.fullmatch(r"\(same x3 \(\+ x2 \(\* \d+/\d+ \(- x2 x1\)\)\)\)", line) for line in lines)
    assert "(<= (norm2 (- x0 xs)) 1)" in lines
    assert lines[-1].endswith(" fs))")


@pytest.mark.parametrize("n", [1, 2, 5])
def test_closed_forms(n):
    """Gradient descent at its tight rate 1/(4n + 2)."""
    solved = solve(function("unconstrained_convex_minimization.gradient_descent"), {"L": 1, "gamma": 1, "n": n})
    found = prove_exactly(extract(solved), closed_forms(solved.value, solved.theory))
    assert isinstance(found, Found), found
    assert found.problem.bound == Fraction(1, 4 * n + 2)
    check(found.problem, found.certificate)
    below = prove_exactly(extract(solved), [Fraction(1, 4 * n + 3)])
    assert isinstance(below, NotFound)


@pytest.mark.parametrize(
    ("example", "arguments", "q"),
    [
        ("continuous_time_models.gradient_flow_strongly_convex", {"mu": 0.1}, "-1/5"),
        ("nonconvex_optimization.gradient_descent", {"L": 1, "gamma": 1, "n": 5}, "4/15"),
        ("fixed_point_problems.halpern_iteration", {"n": 5}, "1/9"),
        (
            "stochastic_and_randomized_convex_minimization.sgd_overparametrized",
            {"L": 1, "mu": 0.1, "gamma": 1.0, "n": 5},
            "81/100",
        ),
    ],
)
def test_closed_forms_of_examples(example, arguments, q):
    found = find(solve(function(example), arguments), slack=None)
    assert isinstance(found, Found), found
    assert found.problem.bound == Fraction(q)


def test_candidates_for_closed_forms():
    """What the theory's arithmetic carries exactly comes first; a theory that is not the value is no candidate."""
    assert closed_forms(0.333333333, Traced(Fraction(1, 3)))[0] == Fraction(1, 3)
    assert closed_forms(0.0387420489, 0.0387420489)[0] == Fraction(387420489, 10**10)
    assert Fraction(1, 2) not in closed_forms(0.4, 0.5)
    assert closed_forms(0.5, math.inf) == [Fraction(1, 2)]


def test_nothing_is_proved_exactly():
    """A potential that does not grow: its worst case is 0."""
    solved = solve("PEPit.examples.continuous_time_models.gradient_flow_convex:wc_gradient_flow_convex", {"t": 2.5})
    found = prove_rate(extract(solved))
    assert isinstance(found, Found)
    assert found.problem.bound == 0


def test_gradient_descent_of_twenty_steps_is_short():
    solved = solve(function("unconstrained_convex_minimization.gradient_descent"), {"L": 1, "gamma": 1, "n": 20})
    found = prove_rate(extract(solved))
    assert isinstance(found, Found)
    assert len(found.certificate.facts) <= 80
    assert len(write_certificate(found.certificate)) <= 12_000


def test_a_slack_that_works_is_named():
    """Where PEPit knows more of a class than the library, a wider slack may do."""
    where = function("nonconvex_optimization.gradient_descent_quadratic_lojasiewicz_expensive")
    found = prove_rate(extract(solve(where, {"L": 1, "mu": 0.2, "gamma": 1, "n": 1})))
    assert isinstance(found, NotFound)
    assert found.works == 0.1
    assert "the facts of the library give 0.727" in found.reason


def test_missing_class():
    """A class of PEPit's users that the library does not know is named."""
    from PEPit import PEP, Function

    class Unheard(Function):
        def add_class_constraints(self):
            """Asks nothing."""

    pep = PEP()
    f = pep.declare_function(Unheard)
    x = pep.set_initial_point()
    pep.set_initial_condition(f(x) + f.gradient(x) ** 2 <= 1)
    pep.set_performance_metric(f(x))
    with pytest.raises(MissingClass, match="the library has no class Unheard"):
        extract(solve_problem(pep))


def test_irrational_roots_are_named():
    """λ⁺² − λ⁺ = λ² holds of no rational λ⁺ near (1 + √401)/2, but of 441/41 for λ = 420/41."""
    where = function("potential_functions.accelerated_gradient_method")
    found = find(solve(where, {"L": 1, "gamma": 1.0, "lam": 10.0}))
    assert isinstance(found, NotFound)
    assert "irrational square roots in the program are rounded (of 401)" in found.reason
    found = find(solve(where, {"L": 1, "gamma": 1.0, "lam": 420 / 41}))
    assert isinstance(found, Found)
    assert found.problem.bound == 0


def test_recurrences_of_roots_are_kept_exactly():
    """The proof needs c⁺ = (1 − α) c of the rationals that stand for c and α, step after step."""
    where = function("composite_convex_minimization.improved_interior_algorithm")
    solved = solve(where, {"L": 1, "mu": 1, "c": 1, "lam": 1.0, "n": 3})
    assert solved.rounded[0] == 5
    found = find(solved)
    assert isinstance(found, Found)
    assert solved.value <= found.problem.bound <= solved.value * 1.001


def test_an_inaccurate_value_is_not_believed():
    """Where PEPit's solver says so, the least bound that the facts give takes the place of a value below it."""
    where = function("unconstrained_convex_minimization.gradient_descent")
    solved = solve(where, {"L": 1, "gamma": 1, "n": 1})
    assert not solved.inaccurate
    wrong = replace(solved, value=0.95 / 6)
    believed = find(wrong)
    assert isinstance(believed, NotFound)
    assert believed.works == 0.1
    assert "the facts of the library give 0.16666" in believed.reason
    found = find(replace(wrong, inaccurate=True))
    assert isinstance(found, Found)
    assert Fraction(1, 6) <= found.problem.bound <= Fraction(1001, 6000)


def test_solver_trouble_is_named(monkeypatch):
    def fail(*_):
        raise SolverTrouble("Clarabel says NumericalError")

    solved = solve(function("unconstrained_convex_minimization.gradient_descent"), {"L": 1, "gamma": 1, "n": 1})
    monkeypatch.setattr("warrant.rates.dual.minimum", fail)
    found = find(solved)
    assert isinstance(found, NotFound)
    assert found.reason == "solver trouble: Clarabel says NumericalError"


def test_blocks_are_projections():
    """The parts of a point are its images under the blocks of a decomposition, and the parts of 0 are 0."""
    where = function("unconstrained_convex_minimization.cyclic_coordinate_descent")
    lines = write_problem(extract(solve(where, {"L": [1.0, 2.0], "n": 1}))).splitlines()
    assert "(function f convex (block-smooth block0 1) (block-smooth block1 2))" in lines
    for line in (
        "(blocks block0 block1)",
        "(image block0 g0 g0_0)",
        "(image block1 g0 (- g0 g0_0))",
        "(image block0 0 0)",
    ):
        assert line in lines
    assert not any(line.startswith("(=") for line in lines)


def test_what_vanishes_is_zero():
    where = function("unconstrained_convex_minimization.gradient_descent_lc")
    lines = write_problem(extract(solve(where, LINEAR | {"typeM": "gen"}))).splitlines()
    assert "(operator M (linear 1))" in lines
    assert "(adjoint M us 0)" in lines
    assert not any(line.startswith("(=") for line in lines)


@pytest.mark.parametrize(
    ("where", "arguments", "said"),
    [
        ("PEPit.examples", {}, "MODULE:FUNCTION"),
        ("no_such_module:f", {}, "no_such_module"),
        ("math:no_such_function", {}, "no_such_function"),
        (function("unconstrained_convex_minimization.proximal_point"), {"steps": 3}, "gamma"),
        (function("unconstrained_convex_minimization.proximal_point"), {"n": 3}, "fails"),
        ("math:cos", {}, "fails"),
        ("time:time", {}, "solved no PEPit problem"),
    ],
)
def test_wrong_functions(where, arguments, said):
    with pytest.raises(WrongInput, match=said):
        solve(where, arguments)


def test_pepit_is_left_as_it_was():
    from PEPit import PEP, Expression, Point

    before = [PEP.solve, Point.__add__, Point.__rmul__, Expression.__add__, Expression.__rmul__]
    solve(function("unconstrained_convex_minimization.proximal_point"), {"gamma": 3, "n": 1})
    assert before == [PEP.solve, Point.__add__, Point.__rmul__, Expression.__add__, Expression.__rmul__]


@pytest.mark.parametrize(
    ("low", "high", "q"),
    [
        ("1/3", "1/2", "1/2"),
        ("0.3331", "0.3334", "1/3"),
        ("-0.3334", "-0.3331", "-1/3"),
        ("-1", "1", "0"),
        ("2.5", "4", "3"),
    ],
)
def test_simplest(low, high, q):
    assert simplest(Fraction(low), Fraction(high)) == Fraction(q)


def test_a_problem_that_was_made_before():
    """PEPit's objects, made while nobody watched, say the same in longer words."""
    from PEPit import PEP
    from PEPit.functions import SmoothConvexFunction

    pep = PEP()
    f = pep.declare_function(SmoothConvexFunction, L=1.0)
    xs = f.stationary_point()
    x0 = pep.set_initial_point()
    pep.set_initial_condition((x0 - xs) ** 2 <= 1)
    x1 = x0 - f.gradient(x0)
    pep.set_performance_metric(f(x1) - f(xs))
    found = find(solve_problem(pep), slack=None)
    assert isinstance(found, Found)
    assert found.problem.bound == Fraction(1, 6)

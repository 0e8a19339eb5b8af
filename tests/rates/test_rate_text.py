"""The text of a rate problem is read and written; what is wrong is said with its line."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warrant.errors import WrongInput
from warrant.rates import problem as P
from warrant.rates import read_problem, write_problem

rationals = st.fractions(max_denominator=10**6)
vectors = st.recursive(
    st.sampled_from([P.Point(0), P.Point(1), P.Zero()]),
    lambda a: (
        st.builds(P.Plus, a, a)
        | st.builds(P.Minus, a, a)
        | st.builds(P.Opposite, a)
        | st.builds(P.Scaled, rationals, a)
    ),
    max_leaves=6,
)
scalars = st.recursive(
    st.just(P.Number(0))
    | st.builds(P.Constant, rationals)
    | st.builds(P.Inner, vectors, vectors)
    | st.builds(P.Norm2, vectors),
    lambda v: (
        st.builds(P.Plus, v, v)
        | st.builds(P.Minus, v, v)
        | st.builds(P.Opposite, v)
        | st.builds(P.Scaled, rationals, v)
    ),
    max_leaves=6,
)


@given(vectors, scalars, scalars, rationals)
def test_round_trip(a, v, w, q):
    problem = P.Problem(
        (
            P.Object("f", "function", (P.Class("strongly-convex", (q,)), P.Class("convex"))),
            P.Object("p", "operator", ()),
            P.Object("m", "operator", (P.Class("linear", (q,)),)),
            P.Object("g", "function", (P.Class("block-smooth", (q,), 1), P.Class("block-smooth", (q,), 2))),
        ),
        ("x", "y"),
        ("t",),
        (
            P.Blocks((1, 2)),
            P.Call("subgradient", 0, a, a),
            P.Value(0, a, v),
            P.Call("adjoint", 2, a, a),
            P.Same(P.Point(1), a),
            P.Comparison("<=", v, w),
        ),
        (v, w),
        q,
    )
    assert read_problem(write_problem(problem, comment="two\nlines")) == problem


def test_example(step):
    problem = read_problem(step)
    assert problem.points == ("xs", "x0", "g0", "x1", "g1")
    assert problem.bound == Fraction(1, 6)
    assert write_problem(problem, comment="one step of gradient descent on a smooth convex function") == step


def test_decimals_are_exact(step):
    assert read_problem(step.replace("1/6", "0.1")).bound == Fraction(1, 10)
    assert read_problem(step.replace("1/6", "-2e-3")).bound == Fraction(-1, 500)


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("(gradient f x0 g0)", "(gradient h x0 g0)", 8, "name of a function"),
        ("(gradient f x0 g0)", "(gradient f x0 g9)", 8, "declared above by (points"),
        ("(gradient f x0 g0)", "(gradiant f x0 g0)", 8, "a relation"),
        ("(value f x0 f0)", "(value f x0 f9)", 9, "declared above by (numbers"),
        ("(smooth 1)", "(smooth)", 3, "one of the classes"),
        ("(smooth 1)", "(smooth L)", 3, "rational"),
        ("(smooth 1)", "(cocoercive 1)", 3, "one of the classes"),
        ("(smooth 1)", "(block-smooth 1)", 3, "one of the classes"),
        ("(smooth 1)", "(block-smooth p 1)", 3, "name of a function or an operator"),
        ("(gradient f xs 0)", "(blocks f p)", 6, "name of a function or an operator"),
        ("(points xs x0", "(points xs xs", 4, "already"),
        ("(points xs x0", "(points xs 0x", 4, "letter"),
        ("(- x0 g0)", "(* x0 g0)", 10, "rational"),
        ("(norm2 (- x0 xs))", "(norm2 x0 xs)", 13, "(inner X Y)"),
        ("(conclude 1/6", "(conclude 1/0", 14, "rational"),
        ("(conclude 1/6 (- f1 fs))", "f1", 14, "conclude"),
        ("(rate 1)", "(rate 2)", 0, "(rate 1)"),
        ("(<= (norm2", "((<= (norm2", 13, "never closed"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(step, old, new, line, said):
    assert old in step
    with pytest.raises(WrongInput) as error:
        read_problem(step.replace(old, new, 1), file="a.rate")
    assert said in str(error.value)
    assert str(error.value).startswith("a.rate: ")
    assert not line or f"line {line}" in str(error.value)

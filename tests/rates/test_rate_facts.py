"""The table of facts: each holds of functions and operators of its class at random points, and fails of some that are not."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from warrant.rates.facts import FACTS, SPANS, Classes, Inapplicable, candidates, fact_form, span_form
from warrant.rates.forms import Called
from warrant.rates.problem import OPERATOR_CLASSES, Class, Object

DIMENSION, CALLS = 3, 5


def quadratic(low, high):
    """Gradients and values of ½⟨Qx, x⟩ + 1 with the spectrum of Q between low and high."""

    def calls(random):
        basis = np.linalg.qr(random.normal(size=(DIMENSION, DIMENSION)))[0]
        Q = basis @ np.diag([low, (low + high) / 2, high]) @ basis.T
        points = [np.zeros(DIMENSION), *random.normal(size=(CALLS, DIMENSION))]
        return [("gradient", x, Q @ x, x @ Q @ x / 2 + 1) for x in points]

    return calls


def euclidean_norm(M):
    def calls(random):
        points = random.normal(size=(CALLS, DIMENSION))
        return [("subgradient", x, M * x / np.linalg.norm(x), M * np.linalg.norm(x)) for x in points]

    return calls


def growing(L):
    """½ L ‖x‖², by its subgradients."""
    return lambda random: [("subgradient", x, g, v) for _, x, g, v in quadratic(L, L)(random)]


def ball(radius):
    """The indicator function of a ball, at projections."""

    def calls(random):
        points = 3 * radius * random.normal(size=(CALLS, DIMENSION))
        inside = [y / max(1.0, np.linalg.norm(y) / radius) for y in points]
        return [("subgradient", x, y - x, 0.0) for x, y in zip(inside, points, strict=True)]

    return calls


def linear(matrix):
    def calls(random):
        A = matrix(random)
        return [("image", x, A @ x, None) for x in random.normal(size=(CALLS, DIMENSION))]

    return calls


def monotone(mu):
    def matrix(random):
        B = random.normal(size=(DIMENSION, DIMENSION))
        return mu * np.eye(DIMENSION) + B - B.T

    return linear(matrix)


def rotation(scale):
    return linear(lambda random: scale * np.linalg.qr(random.normal(size=(DIMENSION, DIMENSION)))[0])


def cocoercive(beta):
    def matrix(random):
        basis = np.linalg.qr(random.normal(size=(DIMENSION, DIMENSION)))[0]
        return basis @ np.diag([0.1, 0.5, 1 / beta]) @ basis.T

    return linear(matrix)


def symmetric(low, high):
    return lambda random: [("image", x, g, None) for _, x, g, _ in quadratic(low, high)(random)]


def skew(L):
    def matrix(random):
        B = random.normal(size=(DIMENSION, DIMENSION))
        return L * (B - B.T) / np.linalg.norm(B - B.T, 2)

    return linear(matrix)


def adjoint(L):
    """Images under a matrix of norm L, and values of its transpose."""

    def calls(random):
        A = random.normal(size=(DIMENSION, DIMENSION))
        A *= L / np.linalg.norm(A, 2)
        images = [("image", x, A @ x, None) for x in random.normal(size=(CALLS, DIMENSION))]
        return images + [("adjoint", u, A.T @ u, None) for u in random.normal(size=(CALLS, DIMENSION))]

    return calls


def c(name, *parameters):
    return Class(name, tuple(map(Fraction, parameters)))


# facts, members of the classes, the classes, and nearby classes whose facts some member breaks
CASES = [
    ("convex", quadratic(0.5, 2), [c("strongly-convex", "1/2")], [c("strongly-convex", "1")]),
    ("smooth", quadratic(0.5, 2), [c("strongly-convex", "1/2"), c("smooth", 2)], [c("strongly-convex", "1/2"), c("smooth", "3/2")]),
    ("smooth", quadratic(-1, 1), [c("smooth", 1)], [c("smooth", "1/2")]),
    ("lipschitz", euclidean_norm(2), [c("convex"), c("lipschitz", 2)], [c("lipschitz", 1)]),
    ("indicator diameter convex", ball(1), [c("indicator"), c("diameter", 2)], [c("indicator"), c("diameter", "1/2")]),
    ("support-value support-order support-bound", euclidean_norm(2), [c("support"), c("bounded-support", 2)], [c("bounded-support", 1)]),
    ("growth", growing(2), [c("convex"), c("quadratic-growth", 2)], [c("quadratic-growth", 1)]),
    ("quadratic-value quadratic-symmetry", quadratic(-0.5, 2), [c("quadratic", "-1/2", 2)], None),
    ("secant error-bound", quadratic(0.5, 2), [c("restricted-secant", "1/2"), c("error-bound", 2)], [c("restricted-secant", 1), c("error-bound", 1)]),
    ("lojasiewicz descent", quadratic(0.5, 2), [c("smooth", 2), c("lojasiewicz", "1/2")], [c("smooth", 1), c("lojasiewicz", 1)]),
    ("monotone", monotone(0.5), [c("strongly-monotone", "1/2")], [c("strongly-monotone", 1)]),
    ("cocoercive", cocoercive(0.5), [c("cocoercive", "1/2")], [c("cocoercive", 5)]),
    ("lipschitz-operator", rotation(2), [c("lipschitz-operator", 2)], [c("lipschitz-operator", 1)]),
    ("symmetric", symmetric(-0.5, 2), [c("symmetric", "-1/2", 2)], None),
    ("skew-symmetric", skew(2), [c("skew-symmetric", 2)], None),
    ("adjoint", adjoint(2), [c("linear", 2)], None),
]  # fmt: skip


def sample(calls, seed):
    """Calls whose coordinates are their own points and images, and the Gram matrix and values that they have."""
    made = calls(np.random.default_rng(seed))
    vectors, called, numbers = [], [], []
    for n, (kind, x, g, v) in enumerate(made):
        vectors += [x, g]
        zero = not np.any(g)
        called.append(
            Called(
                kind,
                0,
                {2 * n: Fraction(1)},
                {} if zero else {2 * n + 1: Fraction(1)},
                None if v is None else {(n,): Fraction(1)},
            )
        )
        numbers.append(0.0 if v is None else v)
    return called, np.array(vectors) @ np.array(vectors).T, numbers


def evaluate(form, gram, numbers):
    values = {0: lambda key: 1.0, 1: lambda key: numbers[key[0]], 2: lambda key: gram[key]}
    return sum(float(q) * values[len(key)](key) for key, q in form.items())


def object_of(classes):
    return Object("f", "operator" if classes[0].name in OPERATOR_CLASSES else "function", tuple(classes))


@pytest.mark.parametrize(("names", "calls", "classes", "nearby"), CASES)
def test_facts(names, calls, classes, nearby):
    seen, broken = set(), set()
    for seed in range(5):
        called, gram, numbers = sample(calls, seed)
        for name, _, form, equality in candidates([object_of(classes)], called):
            seen.add(name)
            value = evaluate(form, gram, numbers)
            assert value <= 1e-9
            assert not equality or value >= -1e-9
        if nearby is not None:
            facts = candidates([object_of(nearby)], called)
            broken |= {name for name, _, form, _ in facts if evaluate(form, gram, numbers) > 1e-6}
    assert set(names.split()) <= seen
    assert nearby is None or broken & set(names.split())


def test_equalities_are_not_empty():
    """Each fact that is an equality fails where the inner products and values are any numbers."""
    random = np.random.default_rng(0)
    failed = set()
    for _, calls, classes, _ in CASES:
        called, gram, numbers = sample(calls, 0)
        gram, numbers = gram + random.normal(size=gram.shape), random.normal(size=len(numbers))
        for name, _, form, equality in candidates([object_of(classes)], called):
            if equality and abs(evaluate(form, gram, numbers)) > 1e-3:
                failed.add(name)
    assert failed == {name for name, fact in FACTS.items() if fact.equality and not fact.blocks}


def test_every_fact_has_a_case():
    assert {name for names, *_ in CASES for name in names.split()} == {
        n for n, fact in FACTS.items() if not fact.blocks
    }


def blocks_of_a_quadratic(seed, first, second):
    """A quadratic function of two blocks of coordinates, smooth along the first and the second, with what it is asked.

    Gives objects, calls, the Gram matrix of their points and images, and values; facts about other numbers or other
    blocks must be false.
    """
    random = np.random.default_rng(seed)
    B = random.normal(size=(DIMENSION, DIMENSION))
    Q = B @ B.T
    scale = np.array([(first / Q[0, 0]) ** 0.5, *[(second / np.linalg.norm(Q[1:, 1:], 2)) ** 0.5] * (DIMENSION - 1)])
    Q = Q * np.outer(scale, scale)
    vectors, called, numbers = [], [], []
    for n, x in enumerate(random.normal(size=(CALLS, DIMENSION))):
        g = Q @ x
        low = g * (np.arange(DIMENSION) == 0)
        vectors += [x, g, low, g - low]
        at, slope, one, two = ({4 * n + k: Fraction(1)} for k in range(4))
        called.append(Called("gradient", 2, at, slope, {(n,): Fraction(1)}))
        called += [Called("image", 0, slope, one, None), Called("image", 1, slope, two, None)]
        numbers.append(x @ g / 2)
    return called, np.array(vectors) @ np.array(vectors).T, numbers


def along(first, second):
    """Two blocks, and a convex function that is smooth along them."""
    classes = (Class("block-smooth", (Fraction(q),), k) for k, q in enumerate((first, second)))
    return Object("p", "operator", ()), Object("q", "operator", ()), Object("f", "function", (c("convex"), *classes))


@pytest.mark.parametrize("nearby", [along("1/2", 3), along(1, "3/2")])
def test_facts_about_blocks(nearby):
    seen, broken = set(), set()
    for seed in range(5):
        called, gram, numbers = blocks_of_a_quadratic(seed, 1, 3)
        for name, calls, form, equality in candidates(along(1, 3), called, [(0, 1)]):
            seen.add(name)
            value = evaluate(form, gram, numbers)
            assert value <= 1e-9
            assert not equality or value >= -1e-9
            again = fact_form(name, along(1, 3), [(0, 1)], [called[i] for i in calls])
            assert again == (form, equality)
        for name, _, form, _ in candidates(nearby, called, [(0, 1)]):
            broken |= {name} if evaluate(form, gram, numbers) > 1e-6 else set()
    assert seen == {"block-smooth", "orthogonal"}
    assert broken == {"block-smooth"}


def test_what_facts_about_blocks_need():
    called, _, _ = blocks_of_a_quadratic(0, 1, 3)
    (i, a, p), (j, b, q) = called[:3], called[3:6]
    objects, blocks = along(1, 3), [(0, 1)]
    assert fact_form("block-smooth", objects, blocks, [i, j, a, b])
    assert fact_form("orthogonal", objects, blocks, [a, p])
    for name, of, decompositions, calls in (
        ("block-smooth", objects, [], [i, j, a, b]),
        ("block-smooth", objects, blocks, [i, j, a, q]),
        ("block-smooth", objects, blocks, [i, j, b, a]),
        ("block-smooth", objects, blocks, [i, a, a, b]),
        ("block-smooth", along(0, 3), blocks, [i, j, a, b]),
        ("block-smooth", (*objects[:2], Object("f", "function", objects[2].classes[1:])), blocks, [i, j, a, b]),
        ("orthogonal", objects, [(0,), (1,)], [a, p]),
        ("orthogonal", objects, blocks, [a, b]),
        ("orthogonal", objects, blocks, [a, j]),
    ):
        with pytest.raises(Inapplicable):
            fact_form(name, of, decompositions, calls)


SPAN_CASES = [
    ("quadratic-spectrum", quadratic(0.5, 2), c("quadratic", "1/2", 2), c("quadratic", 1, "3/2")),
    ("symmetric-spectrum", symmetric(-0.5, 2), c("symmetric", "-1/2", 2), c("symmetric", 0, 1)),
    ("skew-bound", skew(2), c("skew-symmetric", 2), c("skew-symmetric", 1)),
    ("linear-bound", adjoint(2), c("linear", 2), c("linear", 1)),
    ("adjoint-bound", adjoint(2), c("linear", 2), c("linear", 1)),
]


@pytest.mark.parametrize(("name", "calls", "inside", "outside"), SPAN_CASES)
def test_spans(name, calls, inside, outside):
    broken = False
    for seed in range(5):
        called, gram, numbers = sample(calls, seed)
        random = np.random.default_rng(seed)
        chosen = [call for call in called[1:] if call.kind == SPANS[name].kind]
        combination = [(call, Fraction(int(random.integers(-3, 4)))) for call in chosen]
        assert evaluate(span_form(name, Classes(object_of([inside])), called[0], combination), gram, numbers) <= 1e-9
        broken |= evaluate(span_form(name, Classes(object_of([outside])), called[0], combination), gram, numbers) > 1e-6
        others = [(call, Fraction(1)) for call in called[1:] if call.kind != SPANS[name].kind]
        if others:
            with pytest.raises(Inapplicable):
                span_form(name, Classes(object_of([inside])), called[0], others)
    assert broken


def test_every_span_has_a_case():
    assert {case[0] for case in SPAN_CASES} == set(SPANS)


def test_what_is_needed():
    """A fact needs its class, gradients, and a stationary call."""
    one, two = (
        Called("gradient", 0, {0: Fraction(1)}, {1: Fraction(1)}, {(0,): Fraction(1)}),
        Called("subgradient", 0, {}, {}, {}),
    )
    smooth, growth = Classes(object_of([c("convex"), c("smooth", 1)])), Classes(object_of([c("quadratic-growth", 1)]))
    for name, classes, calls in (
        ("smooth", smooth, (two, one)),
        ("smooth", Classes(object_of([c("convex")])), (one, one)),
        ("smooth", Classes(object_of([c("strongly-convex", 1), c("smooth", 1)])), (one, one)),
        ("convex", growth, (two, one)),
        ("growth", growth, (one, two)),
        ("secant", Classes(object_of([c("restricted-secant", 1)])), (one, one)),
        ("lojasiewicz", Classes(object_of([c("lojasiewicz", 1)])), (two, one)),
    ):
        with pytest.raises(Inapplicable):
            FACTS[name].form(classes, *calls)

"""VNN-LIB files: what they mean, and what is refused."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from onnx import TensorProto, helper

from warrant import models, properties
from warrant.errors import Unsupported, WrongInput
from warrant.properties.queries import rounded_down, rounded_up
from warrant.properties.terms import number

HEAD = "(declare-const X_0 Real)\n(declare-const X_1 Real)\n(declare-const Y_0 Real)\n(declare-const Y_1 Real)\n"
BOX = "(assert (and (>= X_0 0) (<= X_0 1) (>= X_1 -1e-1) (<= X_1 .5)))\n"


def identity():
    graph = helper.make_graph(
        [helper.make_node("Neg", ["x"], ["y"])],
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 2])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 2])],
    )
    return models.load(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)]).SerializeToString())


def load(text):
    return properties.load(text.encode(), identity(), name="p.vnnlib")


def test_box_and_rows():
    (q,) = load(HEAD + BOX + "(assert (<= (+ Y_0 (* 2 Y_1) (- X_0)) 3)) ; comment").queries
    assert q.box == ((0, 1), (Fraction(-1, 10), Fraction(1, 2)))
    assert q.low[1] <= -0.1 <= q.low[1] + 1e-15
    assert q.high.tolist() == [1, 0.5]
    assert q.sizes == [1]
    assert q.block.weights.toarray().tolist() == [[-1, 0, 1, 2]]
    assert q.block.bias.tolist() == [-3]


def test_disjunctive_form_keeps_the_order():
    text = HEAD + BOX + "(assert (or (<= Y_0 1) (<= Y_0 2)))(assert (or (>= Y_1 3) (> Y_1 4)))"
    (q,) = load(text).queries
    assert q.sizes == [2, 2, 2, 2]
    assert q.block.bias.tolist() == [-1, 3, -1, 4, -2, 3, -2, 4]
    assert [d.strict for d in q.disjuncts] == [(False, False), (False, True)] * 2


def test_negations_and_equations():
    (q,) = load(HEAD + BOX + "(assert (not (or (= Y_0 1) (< Y_1 X_0))))").queries
    assert q.block.bias.tolist() == [1, 0, -1, 0]
    assert q.block.weights.toarray().tolist()[1] == [1, 0, 0, -1]
    assert [d.strict for d in q.disjuncts] == [(True, False)] * 2


def test_boxes_by_clause():
    text = HEAD + BOX + "(assert (or (and (<= X_0 0.5) (<= Y_0 0)) (and (<= X_0 0.5) (>= Y_0 9)) (>= Y_1 9)))"
    assert [q.sizes for q in load(text).queries] == [[1, 1], [1]]


def test_a_clause_without_rows():
    (q,) = load(HEAD + BOX).queries
    assert q.sizes == [0]


@pytest.mark.parametrize(("text", "value"), [
    ("1", 1), ("-1.50", Fraction(-3, 2)), ("+.5e-1", Fraction(1, 20)), ("2.e2", 200), ("1e", None), (".", None), ("0x1", None), ("", None),
])  # fmt: skip
def test_numbers_are_exact(text, value):
    assert number(text) == value


def test_rounding_outwards():
    for q in (
        Fraction(1, 10),
        Fraction(1, 3),
        Fraction(-7, 5),
        Fraction(1, 2),
        Fraction(10**400),
        Fraction(1, 10**400),
    ):
        low, high = rounded_down(q), rounded_up(q)
        assert low == -np.inf or Fraction(low) <= q
        assert high == np.inf or q <= Fraction(high)
        assert low == high or np.nextafter(low, np.inf) == high


@pytest.mark.parametrize(("text", "kind", "words"), [
    (HEAD + BOX + "(assert (<= Y_7 1))", WrongInput, "line 6: Y_7 is used before it is declared"),
    (HEAD + "(assert (<= Y_0 1)", WrongInput, "line 5: .*never closed"),
    (HEAD + "(assert (<= Y_0 1)))", WrongInput, "line 5: a closing"),
    (HEAD + "(assert (<= Y_0 one))", WrongInput, "line 5: 'one' is neither"),
    (HEAD + "(assert (=> Y_0 1))", WrongInput, "unknown symbol '=>'"),
    (HEAD + "(check-sat)", WrongInput, "unknown command"),
    (HEAD + "(assert (<= Y_0 1))", WrongInput, "X_0 has no bounds"),
    (HEAD + "(assert (<= (* X_0 Y_0) 1))", Unsupported, "product"),
    ("(declare-const X_0 Int)", Unsupported, "type Int"),
    ("(declare-const X_1 Real)", WrongInput, "X_0 next"),
    ("(declare-const X_0 Real)(declare-const Y_0 Real)", WrongInput, "declares 1 inputs"),
    ("", WrongInput, "empty"),
])  # fmt: skip
def test_refused(text, kind, words):
    with pytest.raises(kind, match=words) as error:
        load(text)
    assert str(error.value).startswith("p.vnnlib")


def test_too_many_clauses():
    with pytest.raises(Unsupported, match="alternatives"):
        load(HEAD + BOX + "(assert (or (<= Y_0 0) (<= Y_0 1)))" * 13)


def test_version_2():
    text = """(vnnlib-version <2.0>)
    (declare-network N (declare-input X Real [1,2]) (declare-output Y Real [1,2]))
    (assert (and (>= X[0,0] 0) (<= X[0,0] 1) (>= X[0,1] -0.1) (<= X[0,1] 0.5)))
    (assert (<= Y[0,1] 3))"""
    (q,) = load(text).queries
    assert q.sizes == [1]
    assert q.block.weights.toarray().tolist() == [[0, 0, 0, 1]]
    with pytest.raises(WrongInput, match="outside"):
        load(text.replace("Y[0,1]", "Y[0,2]"))
    with pytest.raises(Unsupported, match="Real"):
        load(text.replace("Real", "float32", 1))
    with pytest.raises(Unsupported, match="space"):
        load(text.replace("X[0,1]", "X[0, 1]"))
    with pytest.raises(WrongInput, match="before it is declared"):
        load(text.replace("Y[0,1]", "Z[0,1]"))
    with pytest.raises(Unsupported, match="vnnlib-version"):
        load(text.replace("<2.0>", "<2.1>"))

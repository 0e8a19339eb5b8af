"""The operators of programs mean what ONNX Runtime computes: the checker's own listing of them is evaluated."""

from __future__ import annotations

import numpy as np
import onnxruntime as ort
import pytest
from onnx import TensorProto
from small_gradients import Builder

from warrant.gradients import list_program


def compare(build, *, points=4, low=-2.0, high=2.0, **inputs):
    """``build`` makes the graph's output from a builder; both evaluations of it, at random points."""
    f = Builder(**inputs)
    function = f.done(build(f))
    session = ort.InferenceSession(function)
    random = np.random.default_rng(3)
    points = [
        {n: random.uniform(low, high, shape).astype(np.float32) for n, shape in inputs.items()} for _ in range(points)
    ]
    theirs = [session.run(None, arrays)[0] for arrays in points]
    d = Builder(**inputs, cotangent=theirs[0].shape)
    names = list(inputs)
    derivative = d.done(*(d("Identity", name) for name in names))
    found = list_program([function, derivative, "".join(f"{n}\n" for n in names).encode()])
    assert not isinstance(found, str), found
    for arrays, expected in zip(points, theirs, strict=True):
        flat = np.zeros(found.program.inputs)
        flat[: sum(a.size for a in arrays.values())] = np.concatenate([a.reshape(-1) for a in arrays.values()])
        ours = found.program.evaluate(flat[None])[0, list(found.program.value)]
        np.testing.assert_allclose(ours, np.ravel(expected), rtol=2e-5, atol=2e-6)


UNARY = ["Exp", "Sigmoid", "Tanh", "Softplus", "Abs", "Neg", "Sign", "Relu", "Erf"]


@pytest.mark.parametrize("op", UNARY)
def test_functions(op):
    compare(lambda f: f(op, "x"), x=[2, 3])


@pytest.mark.parametrize("op", ["Log", "Sqrt", "Reciprocal"])
def test_functions_of_positive_numbers(op):
    compare(lambda f: f(op, "x"), x=[2, 3], low=0.1)


@pytest.mark.parametrize("op", ["Max", "Min", "Add", "Sub", "Mul"])
def test_two_operands_are_broadcast(op):
    compare(lambda f: f(op, "x", "y"), x=[2, 1, 3], y=[2, 1])


@pytest.mark.parametrize("op", ["Sum", "Max", "Min"])
def test_several_operands(op):
    compare(lambda f: f(op, "x", "y", "z"), x=[2, 3], y=[3], z=[2, 1])
    compare(lambda f: f(op, "x"), x=[2, 3])


def test_div():
    compare(lambda f: f("Div", "x", "y"), x=[3], y=[2, 3], low=0.2)


@pytest.mark.parametrize("op", ["Greater", "Less", "GreaterOrEqual", "LessOrEqual", "Equal"])
def test_comparisons(op):
    compare(lambda f: f("Cast", f("Not", f(op, "x", "y")), to=TensorProto.FLOAT), x=[2, 3], y=[3])
    compare(lambda f: f("Where", f(op, "x", "y"), "x", "y"), x=[2, 3], y=[3])
    compare(
        lambda f: f("Cast", f("And", f(op, "x", "y"), f(op, "x", f.number(0.5))), to=TensorProto.FLOAT), x=[3], y=[3]
    )


def test_equal():
    compare(lambda f: f("Cast", f("Equal", f("Max", "x", "y"), "x"), to=TensorProto.FLOAT), x=[2, 3], y=[3])


@pytest.mark.parametrize("exponent", [0, 1, 2, 3, -1, -2, 0.5, 1.5, -0.5])
def test_pow(exponent):
    compare(lambda f: f("Pow", "x", f.number(exponent)), x=[2, 2], low=0.1)


@pytest.mark.parametrize("op", ["Softmax", "LogSoftmax"])
@pytest.mark.parametrize("shape", [[3], [2, 3], [2, 2, 3]])
def test_softmax(op, shape):
    compare(lambda f: f(op, "x", axis=-1), x=shape)
    compare(lambda f: f(op, "x", axis=len(shape) - 1), x=shape)


@pytest.mark.parametrize(
    "op", ["ReduceMax", "ReduceProd", "ReduceSumSquare", "ReduceL2", "ReduceLogSumExp", "ReduceSum", "ReduceMean"]
)
@pytest.mark.parametrize(("axes", "keep"), [([1], 1), ([0, 2], 0), ([-1], 0)])
def test_reductions(op, axes, keep):
    if op == "ReduceSum":
        compare(lambda f: f(op, "x", f.axes(*axes), keepdims=keep), x=[2, 3, 2])
    else:
        compare(lambda f: f(op, "x", axes=axes, keepdims=keep), x=[2, 3, 2])


@pytest.mark.parametrize("epsilon", [1e-5, 0.5])
def test_layer_normalization(epsilon):
    compare(lambda f: f("LayerNormalization", "x", "a", "b", epsilon=epsilon), x=[2, 3], a=[3], b=[3])
    compare(lambda f: f("LayerNormalization", "x", "a", axis=1, epsilon=epsilon), x=[2, 3], a=[3])


def test_expand():
    compare(lambda f: f("Expand", "x", f.axes(4, 2, 3)), x=[2, 1])
    compare(lambda f: f("Expand", "x", f.axes(3, 1)), x=[4, 3, 2])


@pytest.mark.parametrize(
    "build",
    [
        lambda f: f("Softmax", "x", axis=0),
        lambda f: f("Pow", "x", f.number(0.3)),
        lambda f: f("Pow", "x", f.number([2.0, 3.0])),
        lambda f: f("Cast", "x", to=TensorProto.INT64),
        lambda f: f("Sin", "x"),
        lambda f: f("Exp", "x", axis=1),
        lambda f: f("Max"),
        lambda f: f("LayerNormalization", "x", f.number([1.0, 1.0]), axis=0),
    ],
)
def test_what_has_no_meaning_is_refused(build):
    f = Builder(x=[3, 2])
    d = Builder(x=[3, 2], c=[3, 2])
    found = list_program([f.done(build(f)), d.done(d("Identity", "x")), b"x\n"])
    assert isinstance(found, str) and "nothing" in found

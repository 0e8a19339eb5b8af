"""Functions with their gradients by hand, as pairs of ONNX graphs, and the same with mistakes in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

Shape = Sequence[int]


class Builder:
    """Writes one graph: inputs first, then operators; a result is the name of a value."""

    def __init__(self, **inputs: Shape):
        self.inputs = inputs
        self.nodes: list[onnx.NodeProto] = []
        self.numbers: list[onnx.TensorProto] = []

    def __call__(self, op: str, *operands: str, **attributes) -> str:
        name = f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, list(operands), [name], **attributes))
        return name

    def number(self, value, kind=np.float32) -> str:
        name = f"n{len(self.numbers)}"
        self.numbers.append(numpy_helper.from_array(np.asarray(value, dtype=kind), name))
        return name

    def axes(self, *axes: int) -> str:
        return self.number(list(axes), np.int64)

    def sum(self, x: str, *axes: int, keep: bool = False) -> str:
        return self("ReduceSum", x, *([self.axes(*axes)] if axes else []), keepdims=int(keep))

    def done(self, *outputs: str) -> bytes:
        def info(name: str, shape: Shape) -> onnx.ValueInfoProto:
            return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

        graph = helper.make_graph(
            self.nodes,
            "g",
            [info(name, shape) for name, shape in self.inputs.items()],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs],
            self.numbers,
        )
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)]).SerializeToString()


@dataclass(frozen=True)
class Pair:
    """A function and its derivative; ``mistakes`` are other derivatives, all of them wrong."""

    function: bytes
    derivative: bytes
    wrt: tuple[str, ...]
    mistakes: dict[str, bytes] = field(default_factory=dict)


def linear() -> Pair:
    """<w, x> + b."""
    f = Builder(w=[3], b=[], x=[3])
    function = f.done(f("Add", f.sum(f("Mul", "w", "x")), "b"))

    def derivative(sign: bool = False, one: float = 1.0) -> bytes:
        d = Builder(w=[3], b=[], x=[3])
        return d.done(d("Neg", "x") if sign else d("Identity", "x"), d("Identity", d.number(one)))

    return Pair(function, derivative(), ("w", "b"), {"sign": derivative(sign=True), "1 %": derivative(one=1.01)})


def quadratic(n: int = 4, d: int = 3) -> Pair:
    """mean (X w - y)²."""
    f = Builder(X=[n, d], w=[d, 1], y=[n, 1])
    r = f("Sub", f("MatMul", "X", "w"), "y")
    function = f.done(f("ReduceMean", f("Mul", r, r), keepdims=0))

    def derivative(factor: float = 2.0 / n, drop: bool = False) -> bytes:
        g = Builder(X=[n, d], w=[d, 1], y=[n, 1])
        z = g("MatMul", "X", "w")
        r = z if drop else g("Sub", z, "y")
        return g.done(g("Mul", g("MatMul", g("Transpose", "X", perm=[1, 0]), r), g.number(factor)))

    wrong = {"1 %": derivative(2.02 / n), "dropped term": derivative(drop=True), "sign": derivative(-2.0 / n)}
    return Pair(function, derivative(), ("w",), wrong)


def square_regression(n: int = 3) -> Pair:
    """sum (X W - Y)², all matrices square.

    The mistake is in what jax2onnx 0.17.1 writes for ``jax.grad`` of this function: the product contracts the first
    axes of both operands, and the exported Gemm does not transpose.  With other shapes the file is no valid model.
    """
    shapes: dict[str, Shape] = {name: [n, n] for name in ("W", "X", "Y")}
    f = Builder(**shapes)
    r = f("Sub", f("Gemm", "X", "W", f.number(0.0), beta=0.0), "Y")
    function = f.done(f("ReduceSumSquare", r, keepdims=0))

    def derivative(lost: bool = False) -> bytes:
        g = Builder(**shapes)
        r = g("Mul", g.number(2.0), g("Sub", g("Gemm", "X", "W", g.number(0.0), beta=0.0), "Y"))
        return g.done(g("Transpose", g("Gemm", r, "X", g.number(0.0), beta=0.0, transA=0 if lost else 1), perm=[1, 0]))

    return Pair(function, derivative(), ("W",), {"lost transposition": derivative(lost=True)})


def logistic(n: int = 3, d: int = 2) -> Pair:
    """sum log (1 + exp (-y · X w))."""
    f = Builder(X=[n, d], w=[d, 1], y=[n, 1])
    m = f("Mul", "y", f("MatMul", "X", "w"))
    function = f.done(f.sum(f("Softplus", f("Neg", m))))

    def derivative(sign: bool = False, keep: bool = False) -> bytes:
        g = Builder(X=[n, d], w=[d, 1], y=[n, 1])
        m = g("Mul", "y", g("MatMul", "X", "w"))
        p = g("Sigmoid", m if keep else g("Neg", m))
        e = g("Mul", "y", p)
        return g.done(g("MatMul", g("Transpose", "X", perm=[1, 0]), e if sign else g("Neg", e)))

    return Pair(function, derivative(), ("w",), {"sign": derivative(sign=True), "argument": derivative(keep=True)})


def mlp(activation: str = "Tanh", inputs: int = 3, hidden: int = 4, outputs: int = 2, seed: int = 0) -> Pair:
    """½ ‖W2 a(W1 x + b1) - y‖², by W1, b1 and W2."""
    shapes: dict[str, Shape] = {
        "x": [inputs],
        "W1": [hidden, inputs],
        "b1": [hidden],
        "W2": [outputs, hidden],
        "y": [outputs],
    }
    f = Builder(**shapes)
    h = f(activation, f("Add", f("MatMul", "W1", "x"), "b1"))
    r = f("Sub", f("MatMul", "W2", h), "y")
    function = f.done(f("Mul", f.number(0.5), f.sum(f("Mul", r, r))))

    def derivative(mistake: str = "") -> bytes:
        g = Builder(**shapes)
        a = g("Add", g("MatMul", "W1", "x"), "b1")
        h = g(activation, a)
        r = g("Sub", g("MatMul", "W2", h), "y")
        back = "W2" if mistake == "transposed" else g("Transpose", "W2", perm=[1, 0])
        e = g("MatMul", back, r)
        if activation == "Tanh":
            slope = g("Sub", g.number(1.0), h if mistake == "slope" else g("Mul", h, h))
        else:
            zero = g.number(0.0)
            mask = g("Less" if mistake == "slope" else "Greater", a, zero)
            slope = g("Cast", mask, to=TensorProto.FLOAT)
        s = e if mistake == "dropped factor" else g("Mul", e, slope)
        column = g("Reshape", s, g.axes(hidden, 1))
        w1 = g("Mul", column, g("Reshape", "x", g.axes(1, inputs)))
        w2 = g("Mul", g("Reshape", r, g.axes(outputs, 1)), g("Reshape", h, g.axes(1, hidden)))
        return g.done(w1, g("Identity", s), w2)

    wrong = {m: derivative(m) for m in ("slope", "dropped factor", *(["transposed"] if hidden == outputs else []))}
    return Pair(function, derivative(), ("W1", "b1", "W2"), wrong)


def cross_entropy(n: int = 2, k: int = 3) -> Pair:
    """-sum T · log softmax Z, where the rows of T need not sum to 1."""
    f = Builder(Z=[n, k], T=[n, k])
    function = f.done(f("Neg", f.sum(f("Mul", "T", f("LogSoftmax", "Z", axis=-1)))))

    def derivative(mistake: str = "") -> bytes:
        g = Builder(Z=[n, k], T=[n, k])
        total = g.sum("T", 0 if mistake == "axis" else 1, keep=True)
        p = g("Softmax", "Z", axis=-1)
        p = p if mistake == "as if one" else g("Mul", total, p)
        return g.done(g("Sub", p, "T") if mistake != "sign" else g("Sub", "T", p))

    names = ["sign", "as if one", *(["axis"] if n == k else [])]
    return Pair(function, derivative(), ("Z",), {m: derivative(m) for m in names})


def log_sum_exp(n: int = 4) -> Pair:
    """log sum exp (z - max) + max in the function; in the derivative softmax, with or without the maximum."""
    f = Builder(z=[n])
    greatest = f("ReduceMax", "z", axes=[0], keepdims=1)
    function = f.done(f("Add", f("Log", f.sum(f("Exp", f("Sub", "z", greatest)), 0, keep=True)), greatest))

    def derivative(square: bool = False) -> bytes:
        g = Builder(z=[n])
        e = g("Exp", g("Sub", "z", g("ReduceMax", "z", axes=[0], keepdims=1)))
        s = g.sum(e, 0, keep=True)
        return g.done(g("Div", e, g("Mul", s, s) if square else s))

    return Pair(function, derivative(), ("z",), {"square": derivative(square=True)})


def normalised(n: int = 3) -> Pair:
    """x / ‖x‖, with a cotangent."""
    f = Builder(x=[n])
    function = f.done(f("Div", "x", f("Sqrt", f.sum(f("Mul", "x", "x"), 0, keep=True))))

    def derivative(mistake: str = "") -> bytes:
        g = Builder(x=[n], c=[n])
        norm = g("Sqrt", g.sum(g("Mul", "x", "x"), 0, keep=True))
        y = g("Div", "x", norm)
        along = g.sum(g("Mul", "c", "x" if mistake == "not normalised" else y), 0, keep=True)
        tangent = g("Add" if mistake == "sign" else "Sub", "c", g("Mul", y, along))
        return g.done(g("Div", "c" if mistake == "dropped term" else tangent, norm))

    return Pair(function, derivative(), ("x",), {m: derivative(m) for m in ("sign", "not normalised", "dropped term")})


def layer_norm(n: int = 4, eps: float = 1e-5) -> Pair:
    """(x - mean) / √(variance + ε) · a + b, with a cotangent, by x, a and b."""

    def parts(g: Builder) -> tuple[str, str]:
        centred = g("Sub", "x", g("ReduceMean", "x", axes=[0], keepdims=1))
        variance = g("ReduceMean", g("Mul", centred, centred), axes=[0], keepdims=1)
        deviation = g("Sqrt", g("Add", variance, g.number([eps])))
        return g("Div", centred, deviation), deviation

    f = Builder(x=[n], a=[n], b=[n])
    function = f.done(f("Add", f("Mul", parts(f)[0], "a"), "b"))

    def derivative(mistake: str = "") -> bytes:
        g = Builder(x=[n], a=[n], b=[n], c=[n])
        h, deviation = parts(g)
        e = g("Mul", "c", "a")
        mean = g("ReduceMean", e, axes=[0], keepdims=1)
        along = g("Mul", h, g("ReduceMean", g("Mul", e, h), axes=[0], keepdims=1))
        inner = e if mistake == "no mean" else g("Sub", e, mean)
        inner = inner if mistake == "no variance" else g("Sub", inner, along)
        return g.done(g("Div", inner, deviation), g("Mul", "c", h), g("Identity", "c"))

    return Pair(function, derivative(), ("x", "a", "b"), {m: derivative(m) for m in ("no mean", "no variance")})


def stable_softplus(n: int = 3) -> Pair:
    """sum max (x, 0) + log (1 + exp (-|x|)), as frameworks evaluate log (1 + exp x); and sigmoid."""
    f = Builder(x=[n])
    tail = f("Log", f("Add", f("Exp", f("Neg", f("Abs", "x"))), f.number(1.0)))
    function = f.done(f.sum(f("Add", f("Max", "x", f.number(0.0)), tail)))

    def derivative(mistake: str = "") -> bytes:
        d = Builder(x=[n])
        return d.done(
            d("Sigmoid", d("Neg", "x") if mistake == "sign" else d("Mul", "x", d.number(1.01 if mistake else 1.0)))
        )

    return Pair(function, derivative(), ("x",), {m: derivative(m) for m in ("sign", "1 %")})


def pinball(n: int = 3, mistake: str = "") -> Pair:
    """sum max (r/4, -3r/4); the derivative divides by how many of the two are the maximum, as JAX does."""
    f = Builder(r=[n])
    function = f.done(f.sum(f("Max", f("Mul", "r", f.number(0.25)), f("Mul", "r", f.number(-0.75)))))

    def derivative(mistake: str) -> bytes:
        d = Builder(r=[n])
        one, two = d.number(1.0), d.number(2.0)
        a, b = d("Mul", "r", d.number(0.25)), d("Mul", "r", d.number(-0.75))
        top = d("Max", a, b)
        is_a, is_b = d("Equal", a, top), d("Equal", b, top)
        if mistake == "swapped":
            is_a, is_b = is_b, is_a
        share = [
            d("Div", d("Where", p, one, d.number(0.0)), d("Where", q, two, one))
            for p, q in ((is_a, is_b), (is_b, is_a))
        ]
        slope = 0.75 if mistake == "sign" else -0.75
        return d.done(d("Add", d("Mul", share[0], d.number(0.25)), d("Mul", share[1], d.number(slope))))

    return Pair(function, derivative(mistake), ("r",))


def rms(n: int = 4) -> Pair:
    """x / √(mean x² + ε), with a cotangent; the derivative has powers of the root."""
    f = Builder(x=[n])

    def root(g: Builder) -> str:
        return g("Sqrt", g("Add", g("ReduceMean", g("Mul", "x", "x"), axes=[0], keepdims=1), g.number([2.0**-17])))

    function = f.done(f("Div", "x", root(f)))

    def derivative(mistake: str = "") -> bytes:
        d = Builder(x=[n], c=[n])
        r = root(d)
        inner = d.sum(
            d("Mul", d("Mul", "c", d("Pow", r, d.number(-1.0 if mistake == "power" else -2.0))), "x"), 0, keep=True
        )
        along = d("Mul", "x", d("Div", d("Div", inner, r), d.number(float(n))))
        return d.done(d("Add" if mistake == "sign" else "Sub", d("Div", "c", r), along))

    return Pair(function, derivative(), ("x",), {m: derivative(m) for m in ("sign", "power")})


def product(n: int = 4) -> Pair:
    """The product of all entries."""
    f = Builder(x=[n])
    function = f.done(f("ReduceProd", "x", axes=[0], keepdims=0))

    def derivative(keep: bool = False) -> bytes:
        d = Builder(x=[n])
        parts = [d("Gather", "x", d.axes(*(j for j in range(n) if j != k or keep)), axis=0) for k in range(n)]
        return d.done(d("Concat", *(d("ReduceProd", p, axes=[0], keepdims=1) for p in parts), axis=0))

    return Pair(function, derivative(), ("x",), {"a factor too many": derivative(keep=True)})


def huber(n: int = 3) -> Pair:
    """r²/2 where |r| < 1, and |r| - ½ elsewhere, with a cotangent.

    The mistake is that of Chainer's HuberLoss before https://github.com/chainer/chainer/pull/1178: right where the
    cotangent is 1.
    """

    def parts(g: Builder) -> tuple[str, str]:
        size = g("Abs", "r")
        return size, g("Less", size, g.number(1.0))

    f = Builder(r=[n])
    size, near = parts(f)
    square = f("Mul", f.number(0.5), f("Mul", "r", "r"))
    function = f.done(f("Where", near, square, f("Sub", size, f.number(0.5))))

    def derivative(keep: bool = False) -> bytes:
        d = Builder(r=[n], c=[n])
        slope = d("Where", parts(d)[1], "r", d("Sign", "r"))
        return d.done(d("Add", slope, d("Mul", "c", d.number(0.0))) if keep else d("Mul", "c", slope))

    return Pair(function, derivative(), ("r",), {"no cotangent": derivative(keep=True)})


def softplus(n: int = 2) -> Pair:
    """sum log (1 + exp x).

    The mistake is that of ``jax.grad`` before the repair of https://github.com/jax-ml/jax/issues/2107: the derivative of
    max (x, 0) + log (1 + exp (-|x|)) piece by piece is 0 at 0, where the function has no kink, and right elsewhere.
    """
    f = Builder(x=[n])
    function = f.done(f.sum(f("Softplus", "x")))

    def derivative(pieces: bool = False) -> bytes:
        d = Builder(x=[n])
        if not pieces:
            return d.done(d("Sigmoid", "x"))
        tail = d("Exp", d("Neg", d("Abs", "x")))
        share = d("Div", tail, d("Add", d.number(1.0), tail))
        up = d("Cast", d("Greater", "x", d.number(0.0)), to=TensorProto.FLOAT)
        return d.done(d("Sub", up, d("Mul", d("Sign", "x"), share)))

    return Pair(function, derivative(), ("x",), {"pieces": derivative(pieces=True)})


def hard_tanh(n: int = 2) -> Pair:
    """x between -1 and 1, cut off there by two choices, one after the other; with a cotangent."""
    f = Builder(x=[n])
    low, high = f.number(-1.0), f.number(1.0)
    above = f("Where", f("Less", "x", low), low, "x")
    function = f.done(f("Where", f("Less", high, above), high, above))

    def derivative(sides: str = "both") -> bytes:
        d = Builder(x=[n], c=[n])
        below, over = d("LessOrEqual", "x", d.number(-1.0)), d("GreaterOrEqual", "x", d.number(1.0))
        cut = {"both": d("Or", below, over), "one": below, "the other": over}[sides]
        return d.done(d("Where", cut, d.number(0.0), "c"))

    return Pair(function, derivative(), ("x",), {m: derivative(m) for m in ("one", "the other")})


PAIRS: dict[str, Callable[[], Pair]] = {
    "linear": linear,
    "quadratic loss": quadratic,
    "square regression": square_regression,
    "logistic loss": logistic,
    "tanh MLP": mlp,
    "tanh MLP, square": lambda: mlp(hidden=2),
    "ReLU MLP": lambda: mlp("Relu"),
    "softmax cross-entropy": cross_entropy,
    "softmax cross-entropy, square": lambda: cross_entropy(3, 3),
    "log-sum-exp": log_sum_exp,
    "softplus": softplus,
    "stable softplus": stable_softplus,
    "Huber loss": huber,
    "pinball loss": pinball,
    "hard tanh": hard_tanh,
    "RMS normalisation": rms,
    "product": product,
    "L2 normalisation": normalised,
    "layer normalisation": layer_norm,
}

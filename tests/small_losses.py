"""Losses as small ONNX graphs, with what is true of each and what is not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from small_gradients import Builder

Bounds = Mapping[str, tuple[object, object]]


@dataclass(frozen=True)
class Example:
    """A loss, the inputs in which a property is asked for, and bounds."""

    loss: bytes
    by: tuple[str, ...]
    bounds: Bounds = field(default_factory=dict)


def squared() -> Example:
    """(<w, x> - y)²."""
    f = Builder(w=[3], x=[3], y=[])
    r = f("Sub", f.sum(f("Mul", "w", "x")), "y")
    return Example(f.done(f("Mul", r, r)), ("w",))


def absolute() -> Example:
    f = Builder(z=[], y=[])
    return Example(f.done(f("Abs", f("Sub", "z", "y"))), ("z", "y"))


def pinball(tau: float = 0.25) -> Example:
    """max(τ r, (τ - 1) r) of r = y - z."""
    f = Builder(z=[], y=[])
    r = f("Sub", "y", "z")
    return Example(f.done(f("Max", f("Mul", f.number(tau), r), f("Mul", f.number(tau - 1), r))), ("z",))


def hinge(power: int = 1) -> Example:
    """max(0, 1 - y z), or its square."""
    f = Builder(z=[], y=[])
    h = f("Relu", f("Sub", f.number(1.0), f("Mul", "y", "z")))
    return Example(f.done(h if power == 1 else f("Mul", h, h)), ("z",))


def logistic() -> Example:
    """softplus(-y <w, x>)."""
    f = Builder(w=[3], x=[3], y=[])
    return Example(f.done(f("Softplus", f("Neg", f("Mul", "y", f.sum(f("Mul", "w", "x")))))), ("w",))


def cross_entropy() -> Example:
    """-Σ y log softmax(z), for labels y >= 0."""
    f = Builder(z=[1, 4], y=[1, 4])
    return Example(f.done(f("Neg", f.sum(f("Mul", "y", f("LogSoftmax", "z", axis=-1))))), ("z",), {"y": (0, 1)})


def cross_entropy_by_hand() -> Example:
    """-log of a quotient of exponentials."""
    f = Builder(z=[4])
    e = f("Exp", "z")
    p = f("Div", f("Slice", e, f.axes(0), f.axes(1)), f.sum(e, keep=True))
    return Example(f.done(f("Neg", f("Log", p))), ("z",))


def binary_cross_entropy() -> Example:
    """-y log p - (1 - y) log(1 - p), in the probability p."""
    f = Builder(p=[], y=[])
    one = f.number(1.0)
    a = f("Mul", "y", f("Log", "p"))
    b = f("Mul", f("Sub", one, "y"), f("Log", f("Sub", one, "p")))
    return Example(f.done(f("Neg", f("Add", a, b))), ("p",), {"y": (0, 1), "p": (0, 1)})


def poisson() -> Example:
    """exp z - y z."""
    f = Builder(z=[], y=[])
    return Example(f.done(f("Sub", f("Exp", "z"), f("Mul", "y", "z"))), ("z",))


def gaussian_precision() -> Example:
    """y² / s + ... for the variance s > 0: r² / s, jointly convex in r and s."""
    f = Builder(r=[], s=[])
    return Example(f.done(f("Div", f("Mul", "r", "r"), "s")), ("r", "s"), {"s": ("1/1000", None)})


def relative_entropy() -> Example:
    """Σ p (log p - log q) - p + q, jointly convex."""
    f = Builder(p=[3], q=[3])
    kl = f("Mul", "p", f("Sub", f("Log", "p"), f("Log", "q")))
    return Example(f.done(f.sum(f("Add", f("Sub", kl, "p"), "q"))), ("p", "q"), {"p": (1e-6, None), "q": (1e-6, None)})


def entropy() -> Example:
    """Σ p log p."""
    f = Builder(p=[3])
    return Example(f.done(f.sum(f("Mul", "p", f("Log", "p")))), ("p",))


def ridge() -> Example:
    """Σ (X w - y)² / n + λ ‖w‖² for data in the file."""
    f = Builder(w=[2, 1])
    data = f.number([[1.0, 2.0], [0.5, -1.0], [3.0, 0.25]])
    r = f("Sub", f("MatMul", data, "w"), f.number([[1.0], [2.0], [3.0]]))
    fit = f("ReduceMean", f("Mul", r, r), keepdims=0)
    return Example(f.done(f("Add", fit, f("Mul", f.number(0.1), f("ReduceSumSquare", "w", keepdims=0)))), ("w",))


def norm() -> Example:
    f = Builder(z=[3])
    return Example(f.done(f("ReduceL2", "z", keepdims=0)), ("z",))


def log_sum_exp() -> Example:
    f = Builder(z=[4])
    return Example(f.done(f("ReduceLogSumExp", "z", keepdims=0)), ("z",))


def largest() -> Example:
    """The largest of convex functions."""
    f = Builder(z=[3])
    return Example(f.done(f("ReduceMax", f("Exp", "z"), keepdims=0)), ("z",))


CONVEX: dict[str, Callable[[], Example]] = {
    "squared": squared,
    "absolute": absolute,
    "pinball": pinball,
    "hinge": hinge,
    "squared hinge": lambda: hinge(2),
    "logistic": logistic,
    "cross-entropy": cross_entropy,
    "cross-entropy by hand": cross_entropy_by_hand,
    "binary cross-entropy": binary_cross_entropy,
    "Poisson": poisson,
    "quadratic over linear": gaussian_precision,
    "relative entropy": relative_entropy,
    "entropy": entropy,
    "ridge": ridge,
    "Euclidean norm": norm,
    "log-sum-exp": log_sum_exp,
    "maximum": largest,
}


def squared_in_all() -> Example:
    """(<w, x> - y)², which is not convex in w and x together."""
    return Example(squared().loss, ("w", "x"))


def focal(gamma: int = 2) -> Example:
    """-(1 - p)^γ log p, with p = sigmoid(z)."""
    f = Builder(z=[])
    p = f("Sigmoid", "z")
    q = f("Pow", f("Sub", f.number(1.0), p), f.number(float(gamma)))
    return Example(f.done(f("Neg", f("Mul", q, f("Log", p)))), ("z",))


def logistic_wrong_sign() -> Example:
    f = Builder(z=[])
    return Example(f.done(f("Neg", f("Softplus", "z"))), ("z",))


def cross_entropy_negative_labels() -> Example:
    example = cross_entropy()
    return Example(example.loss, example.by, {"y": (-1, 1)})


def ramp() -> Example:
    """min(1, max(0, 1 - z))."""
    f = Builder(z=[])
    one = f.number(1.0)
    return Example(f.done(f("Min", one, f("Relu", f("Sub", one, "z")))), ("z",))


def product() -> Example:
    f = Builder(a=[], b=[])
    return Example(f.done(f("Mul", "a", "b")), ("a", "b"))


def quotient() -> Example:
    """r² / s where s may be negative: the domain is not convex, and neither is the function."""
    f = Builder(r=[], s=[])
    return Example(f.done(f("Div", f("Mul", "r", "r"), "s")), ("r", "s"))


def brier_of_softmax() -> Example:
    """Σ (softmax(z) - y)²: proper, but not convex in z."""
    f = Builder(z=[1, 3])
    r = f("Sub", f("Softmax", "z", axis=-1), f.number([[1.0, 0.0, 0.0]]))
    return Example(f.done(f("ReduceSumSquare", r, keepdims=0)), ("z",))


def root() -> Example:
    f = Builder(z=[])
    return Example(f.done(f("Sqrt", "z")), ("z",))


def sigmoid() -> Example:
    f = Builder(z=[])
    return Example(f.done(f("Sigmoid", "z")), ("z",))


def cosine_embedding() -> Example:
    """-<a, b> / (‖a‖ ‖b‖)."""
    f = Builder(a=[2], b=[2])
    dot = f.sum(f("Mul", "a", "b"))
    norms = f("Mul", f("ReduceL2", "a", keepdims=0), f("ReduceL2", "b", keepdims=0))
    return Example(f.done(f("Neg", f("Div", dot, norms))), ("a",), {"b": (1, 2)})


NOT_CONVEX: dict[str, Callable[[], Example]] = {
    "squared, in weights and data": squared_in_all,
    "focal": focal,
    "wrong sign": logistic_wrong_sign,
    "cross-entropy with negative labels": cross_entropy_negative_labels,
    "ramp": ramp,
    "product": product,
    "quotient": quotient,
    "Brier score of softmax": brier_of_softmax,
    "square root": root,
    "sigmoid": sigmoid,
    "cosine": cosine_embedding,
}


def stable_logistic(sign: float = 1.0) -> Example:
    """max(z, 0) + log(1 + exp(-|z|)), the stabilised softplus."""
    f = Builder(z=[])
    tail = f("Log", f("Add", f.number(sign), f("Exp", f("Neg", f("Abs", "z")))))
    return Example(f.done(f("Add", f("Relu", "z"), tail)), ("z",))


def logits() -> Example:
    """(1 - y) z + log(1 + exp(-|z|)) + max(-z, 0), as PyTorch writes the binary cross-entropy with logits."""
    f = Builder(z=[2], y=[2])
    tail = f("Log", f("Add", f("Exp", f("Neg", f("Abs", "z"))), f.number(1.0)))
    parts = f("Add", f("Add", f("Mul", f("Sub", f.number(1.0), "y"), "z"), tail), f("Relu", f("Neg", "z")))
    return Example(f.done(f("ReduceMean", parts, keepdims=0)), ("z",))


def stable_cross_entropy(shift: float = 1.0) -> Example:
    """-((z - max z) - log Σ exp(z - shift · max z))[0]."""
    f = Builder(z=[3])
    largest = f("ReduceMax", "z", keepdims=1)
    moved = f("Sub", "z", f("Mul", f.number(shift), largest))
    scores = f("Sub", f("Sub", "z", largest), f("Log", f("ReduceSum", f("Exp", moved), keepdims=1)))
    return Example(f.done(f("Neg", f("Slice", scores, f.axes(0), f.axes(1)))), ("z",))


def huber(width: float = 1.0, slope: float = 1.0) -> Example:
    """x² - max(|x| - width, 0)², which is Huber's loss where the slope is 1."""
    f = Builder(x=[2])
    size = f("Abs", "x")
    beyond = f("Relu", f("Sub", f("Mul", f.number(slope), size), f.number(width)))
    return Example(f.done(f.sum(f("Sub", f("Mul", size, size), f("Mul", beyond, beyond)))), ("x",))


def power(p: float, sign: float = 1.0) -> Example:
    """sign · exp(p ln x)."""
    f = Builder(x=[])
    return Example(f.done(f("Mul", f.number(sign), f("Exp", f("Mul", f.number(p), f("Log", "x"))))), ("x",))


def mean(*weights: float) -> Example:
    """-exp(Σ w ln x)."""
    f = Builder(x=[len(weights)])
    return Example(f.done(f("Neg", f("Exp", f.sum(f("Mul", f.number(list(weights)), f("Log", "x")))))), ("x",))


def power_norm(p: float, outer: float, sign: float = 1.0) -> Example:
    """sign · (Σ x^p)^outer, for x > 0."""
    f = Builder(x=[2])
    powers = f("Exp", f("Mul", f.number(p), f("Log", f("Exp", f("Log", "x")))))
    norm = f("Exp", f("Mul", f.number(outer), f("Log", f.sum(powers))))
    return Example(f.done(f("Mul", f.number(sign), norm)), ("x",))


def xexp(least: float) -> Example:
    f = Builder(x=[])
    return Example(f.done(f("Mul", "x", f("Exp", "x"))), ("x",), {"x": (least, None)})


def quadratic(mixed: float) -> Example:
    """x² + mixed · x y + y² - x, without squares."""
    f = Builder(x=[], y=[])
    terms = f("Add", f("Mul", "x", f("Add", "x", f("Mul", f.number(mixed), "y"))), f("Mul", "y", "y"))
    return Example(f.done(f("Sub", terms, "x")), ("x", "y"))


_BY_LARGER_RULES: dict[str, Callable[[], Example]] = {
    "stable logistic": stable_logistic,
    "logits": logits,
    "stable cross-entropy": stable_cross_entropy,
    "Huber": huber,
    "power 5/2": lambda: power(2.5),
    "power -1/2": lambda: power(-0.5),
    "power 1/2, negated": lambda: power(0.5, -1.0),
    "geometric mean": lambda: mean(0.25, 0.5),
    "norm of order 4": lambda: power_norm(4, 0.25),
    "norm of order 4, squared": lambda: power_norm(4, 0.5),
    "harmonic mean": lambda: power_norm(-1, -1, -1.0),
    "norm of order 1/2, negated": lambda: power_norm(0.5, 2, -1.0),
    "x exp x": lambda: xexp(0),
    "quadratic": lambda: quadratic(2.0),
}
CONVEX.update(_BY_LARGER_RULES)
NOT_CONVEX.update(
    {
        "stable logistic with a sign changed": lambda: stable_logistic(0.5),
        "cross-entropy with twice the shift": lambda: stable_cross_entropy(2.0),
        "Huber with a wrong slope": lambda: huber(1.0, 2.0),
        "Huber with a negative width": lambda: huber(-1.0),
        "power 1/2": lambda: power(0.5),
        "power 5/2, negated": lambda: power(2.5, -1.0),
        "geometric mean with large weights": lambda: mean(0.75, 0.5),
        "norm of order 4 to a small power": lambda: power_norm(4, 0.125),
        "norm of order 1/2": lambda: power_norm(0.5, 2),
        "indefinite": lambda: quadratic(2.01),
        "x exp x for negative x": lambda: xexp(-8),
    }
)


def of_margin(build: Callable[[Builder, str], str]) -> Example:
    f = Builder(m=[])
    return Example(f.done(build(f, "m")), ("m",))


def _shifted(f: Builder, m: str, by: float = 1.0) -> str:
    return f("Sub", f.number(by), m)


def _over_log_2(f: Builder, m: str) -> str:
    return f("Div", f("Softplus", f("Neg", m)), f("Log", f.number(2.0)))


def _square(f: Builder, x: str) -> str:
    return f("Mul", x, x)


MARGINS: dict[str, Example] = {
    "hinge": of_margin(lambda f, m: f("Relu", _shifted(f, m))),
    "squared hinge": of_margin(lambda f, m: _square(f, f("Relu", _shifted(f, m)))),
    "squared": of_margin(lambda f, m: _square(f, _shifted(f, m))),
    "logistic": of_margin(lambda f, m: f("Softplus", f("Neg", m))),
    "logistic over ln 2": of_margin(_over_log_2),
    "exponential": of_margin(lambda f, m: f("Exp", f("Neg", m))),
    "perceptron": of_margin(lambda f, m: f("Relu", f("Neg", m))),
    "absolute": of_margin(lambda f, m: f("Abs", m)),
    "low hinge": of_margin(lambda f, m: f("Relu", _shifted(f, m, 0.875))),
    "exponential of the wrong sign": of_margin(lambda f, m: f("Exp", m)),
    "linear": of_margin(_shifted),
    "constant": of_margin(lambda f, m: f("Add", f("Mul", m, f.number(0.0)), f.number(1.0))),
    "ramp": of_margin(lambda f, m: f("Min", f.number(1.0), f("Relu", _shifted(f, m)))),
    "kink at 0": of_margin(
        lambda f, m: f("Max", f("Sub", f.number(2.0), m), _shifted(f, f("Mul", m, f.number(2.0)), 2.0))
    ),
}
"""Losses of a margin m."""


def of_target(build: Callable[[Builder], str]) -> Example:
    f = Builder(y=[3], t=[3])
    return Example(f.done(build(f)), ("y",))


def _weighted() -> Example:
    f = Builder(y=[3], c=[3], t=[3])
    r = f("Sub", "y", "t")
    return Example(f.done(f.sum(f("Mul", "c", f("Mul", r, r)))), ("y",))


def _of_another_size() -> Example:
    f = Builder(z=[2], t=[3])
    squares = [f("ReduceSumSquare", name, keepdims=0) for name in ("z", "t")]
    return Example(f.done(f("Add", *squares)), ("z",))


def _first_two(f: Builder) -> str:
    return f("ReduceSumSquare", f("Slice", f("Sub", "y", "t"), f.axes(0), f.axes(2)), keepdims=0)


TARGETS: dict[str, Example] = {
    "squared": of_target(lambda f: f("ReduceMean", _square(f, f("Sub", "y", "t")), keepdims=0)),
    "weighted": _weighted(),
    "half of the entries": of_target(_first_two),
    "shifted": of_target(lambda f: f("ReduceSumSquare", f("Sub", f("Sub", "y", "t"), f.number(0.5)), keepdims=0)),
    "scaled": of_target(lambda f: f("ReduceSumSquare", f("Sub", f("Mul", "y", f.number(2.0)), "t"), keepdims=0)),
    "absolute": of_target(
        lambda f: f.sum(f("Abs", f("Sub", f("Mul", "y", f.number(3.0)), f("Mul", "t", f.number(3.0)))))
    ),
    "distance": of_target(lambda f: f("ReduceL2", f("Sub", "y", "t"), keepdims=0)),
    "of another size": _of_another_size(),
}
"""Losses of y and a target t."""


def of_forecast(build: Callable[[Builder], str], **bounds: tuple[object, object]) -> Example:
    f = Builder(q=[3], y=[3])
    return Example(f.done(build(f)), ("q",), bounds)


def _brier(f: Builder) -> str:
    return f("ReduceSumSquare", f("Sub", "q", "y"), keepdims=0)


def _log_score(f: Builder, labels: str = "y") -> str:
    return f("Neg", f.sum(f("Mul", labels, f("Log", "q"))))


def _smoothed(f: Builder) -> str:
    return _log_score(f, f("Add", f("Mul", "y", f.number(0.875)), f.number(0.125 / 3)))


def _focal_score(f: Builder) -> str:
    return f("Neg", f.sum(f("Mul", "y", f("Mul", _square(f, f("Sub", f.number(1.0), "q")), f("Log", "q")))))


def _weighted_brier(f: Builder) -> str:
    return f.sum(f("Mul", f.number([1.0, 2.0, 3.0]), _square(f, f("Sub", "q", "y"))))


FORECASTS: dict[str, Example] = {
    "Brier": of_forecast(_brier),
    "Brier, negated": of_forecast(lambda f: f("Neg", _brier(f))),
    "mean square": of_forecast(lambda f: f("ReduceMean", _square(f, f("Sub", "q", "y")), keepdims=0)),
    "logarithmic": of_forecast(_log_score),
    "logarithmic, of likely outcomes": of_forecast(_log_score, q=("1/8", None)),
    "logarithmic, of impossible forecasts": of_forecast(_log_score, q=("1/2", None)),
    "both": of_forecast(lambda f: f("Add", _brier(f), f("Mul", f.number(0.5), _log_score(f)))),
    "weighted Brier": of_forecast(_weighted_brier),
    "linear": of_forecast(lambda f: f("Neg", f.sum(f("Mul", "y", "q")))),
    "absolute": of_forecast(lambda f: f.sum(f("Abs", f("Sub", "q", "y")))),
    "focal": of_forecast(_focal_score),
    "label smoothing": of_forecast(_smoothed),
    "constant": of_forecast(lambda f: f("Add", f("Mul", f.sum("q"), f.number(0.0)), f.sum("y"))),
}
"""Losses of the forecast q, where the outcome is y."""


def indirect(factor: float = 5.0) -> Example:
    """factor log(1 + exp z) - log(exp z + exp(-z)), convex for factors of at least 4, but not by the rules."""
    f = Builder(z=[])
    both = f("Add", f("Exp", "z"), f("Exp", f("Neg", "z")))
    return Example(f.done(f("Sub", f("Mul", f.number(factor), f("Softplus", "z")), f("Log", both))), ("z",))


def scaled_indirect() -> Example:
    """The same, the factor being an input."""
    f = Builder(z=[], c=[])
    both = f("Add", f("Exp", "z"), f("Exp", f("Neg", "z")))
    return Example(f.done(f("Sub", f("Mul", "c", f("Softplus", "z")), f("Log", both))), ("z",))


def linear_model(factor: float = 5.0) -> Example:
    """The indirect one at <w, x> - y, in w; its Hessian is singular, and in <w, x> - y it is not."""
    f = Builder(w=[6], x=[6], y=[])
    z = f("Sub", f.sum(f("Mul", "w", "x")), "y")
    both = f("Add", f("Exp", z), f("Exp", f("Neg", z)))
    return Example(f.done(f("Sub", f("Mul", f.number(factor), f("Softplus", z)), f("Log", both))), ("w",))


def differences() -> Example:
    """swish(x - y) + swish(y - z) + (x + y + z)², by all three."""
    f = Builder(x=[], y=[], z=[])
    a, b = f("Sub", "x", "y"), f("Sub", "y", "z")
    total = f("Add", f("Add", "x", "y"), "z")
    gates = f("Add", f("Mul", a, f("Sigmoid", a)), f("Mul", b, f("Sigmoid", b)))
    return Example(f.done(f("Add", gates, f("Mul", total, total))), ("x", "y", "z"))


def swish() -> Example:
    """z sigmoid z: slope at most 1.09984, second derivative at most 1/2, convex between -2.3994 and 2.3994."""
    f = Builder(z=[])
    return Example(f.done(f("Mul", "z", f("Sigmoid", "z"))), ("z",))


def gelu() -> Example:
    """z (1 + erf(z / 2)), whose second derivative is positive between -2 and 2."""
    f = Builder(z=[])
    return Example(f.done(f("Mul", "z", f("Add", f.number(1.0), f("Erf", f("Mul", f.number(0.5), "z"))))), ("z",))


def cauchy() -> Example:
    """log(1 + z²), convex between -1 and 1."""
    f = Builder(z=[])
    return Example(f.done(f("Log", f("Add", f.number(1.0), f("Mul", "z", "z")))), ("z",))


def coupled() -> Example:
    """x² + y² - y tanh x."""
    f = Builder(x=[], y=[])
    squares = f("Add", f("Mul", "x", "x"), f("Mul", "y", "y"))
    return Example(f.done(f("Sub", squares, f("Mul", "y", f("Tanh", "x")))), ("x", "y"))


def gated() -> Example:
    """x² + y² + z² - z sigmoid(x y)."""
    f = Builder(v=[3])
    x, y, z = (f("Slice", "v", f.axes(k), f.axes(k + 1)) for k in range(3))
    gate = f("Mul", z, f("Sigmoid", f("Mul", x, y)))
    return Example(f.done(f("Sub", f.sum(f("Mul", "v", "v")), f.sum(gate))), ("v",))


def heavy_tailed() -> Example:
    """|x|² + log(1 + |x|²)/2 of four entries."""
    f = Builder(x=[4])
    q = f.sum(f("Mul", "x", "x"))
    return Example(f.done(f("Add", q, f("Mul", f.number(0.5), f("Log", f("Add", f.number(1.0), q))))), ("x",))


def kinked(shift: float) -> Example:
    """The indirect one, and |z + shift|."""
    f = Builder(z=[])
    both = f("Add", f("Exp", "z"), f("Exp", f("Neg", "z")))
    smooth = f("Sub", f("Mul", f.number(5.0), f("Softplus", "z")), f("Log", both))
    return Example(f.done(f("Add", smooth, f("Abs", f("Add", "z", f.number(shift))))), ("z",))


def _atom(build: Callable[[Builder], str], size: int = 3, **bounds: tuple[object, object]) -> Example:
    f = Builder(x=[size], y=[1])
    return Example(f.done(build(f)), ("x", "y"), bounds)


def _largest(f: Builder, x: str) -> str:
    return f("ReduceMax", x, keepdims=0)


def _log1p(f: Builder) -> str:
    return f("Neg", f.sum(f("Log", f("Add", f.number(1.0), "x"))))


def _total_variation(f: Builder) -> str:
    later, earlier = f("Slice", "x", f.axes(1), f.axes(3)), f("Slice", "x", f.axes(0), f.axes(2))
    return f.sum(f("Abs", f("Sub", later, earlier)))


def _square_of_positive(f: Builder) -> str:
    p = f("Relu", "x")
    return f.sum(f("Mul", p, p))


def _kl_div(f: Builder) -> str:
    return f.sum(f("Add", f("Sub", f("Mul", "x", f("Log", f("Div", "x", "y"))), "x"), "y"))


_POSITIVE = (Fraction(1, 1000), None)
ATOMS: dict[str, Example] = {
    "abs": _atom(lambda f: f.sum(f("Abs", "x"))),
    "exp": _atom(lambda f: f.sum(f("Exp", "x"))),
    "pos": _atom(lambda f: f.sum(f("Relu", "x"))),
    "neg": _atom(lambda f: f.sum(f("Relu", f("Neg", "x")))),
    "inv_pos": _atom(lambda f: f.sum(f("Reciprocal", "x")), x=_POSITIVE),
    "square": _atom(lambda f: f.sum(f("Mul", "x", "x"))),
    "square_pos": _atom(_square_of_positive),
    "norm1": _atom(lambda f: f.sum(f("Abs", "x"))),
    "norm2": _atom(lambda f: f("ReduceL2", "x", keepdims=0)),
    "norm_inf": _atom(lambda f: _largest(f, f("Abs", "x"))),
    "sum_squares": _atom(lambda f: f("ReduceSumSquare", "x", keepdims=0)),
    "quad_over_lin": _atom(lambda f: f.sum(f("Div", f("ReduceSumSquare", "x", keepdims=1), "y")), y=_POSITIVE),
    "log_sum_exp": _atom(lambda f: f("ReduceLogSumExp", "x", keepdims=0)),
    "logistic": _atom(lambda f: f.sum(f("Softplus", "x"))),
    "max": _atom(lambda f: _largest(f, "x")),
    "maximum": _atom(lambda f: f.sum(f("Max", "x", f("Exp", "y")))),
    "kl_div": _atom(_kl_div, x=_POSITIVE, y=_POSITIVE),
    "rel_entr": _atom(lambda f: f.sum(f("Mul", "x", f("Log", f("Div", "x", "y")))), x=_POSITIVE, y=_POSITIVE),
    "entr, negated": _atom(lambda f: f.sum(f("Mul", "x", f("Log", "x")))),
    "log, negated": _atom(lambda f: f("Neg", f.sum(f("Log", "x")))),
    "log1p, negated": _atom(_log1p),
    "sqrt, negated": _atom(lambda f: f("Neg", f.sum(f("Sqrt", "x")))),
    "min, negated": _atom(lambda f: _largest(f, f("Neg", "x"))),
    "minimum, negated": _atom(lambda f: f("Neg", f.sum(f("Min", "x", f("Log", "y"))))),
    "tv": _atom(_total_variation),
}
"""The atoms of CVXPY that are sums, maxima and compositions of the operators here, each as a convex loss."""

"""Pairs of losses of the same inputs: whether the first is nowhere less than the second."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from small_gradients import Builder
from small_losses import MARGINS, Bounds

Build = Callable[[Builder], str]


@dataclass(frozen=True)
class Comparison:
    """Two losses, and bounds of their inputs."""

    upper: bytes
    lower: bytes
    bounds: Bounds = field(default_factory=dict)


def loss(build: Build, **inputs: Sequence[int]) -> bytes:
    f = Builder(**inputs)
    return f.done(build(f))


def _scalar(upper: Build, lower: Build, bounds: Bounds | None = None) -> Comparison:
    return Comparison(loss(upper, x=[]), loss(lower, x=[]), bounds or {})


def _margins(upper: str, lower: str) -> Comparison:
    return Comparison(MARGINS[upper].loss, MARGINS[lower].loss)


def _cross_entropy(f: Builder) -> str:
    return f("Neg", f("Log", f("Sigmoid", "x")))


def _focal(f: Builder) -> str:
    """-(1 - p)² log p, with p = sigmoid(x)."""
    p = f("Sigmoid", "x")
    q = f("Sub", f.number(1.0), p)
    return f("Mul", f("Mul", q, q), f("Neg", f("Log", p)))


def _half_square(f: Builder) -> str:
    return f("Mul", f.number(0.5), f("Mul", "x", "x"))


def _huber(f: Builder) -> str:
    size = f("Abs", "x")
    beyond = f("Relu", f("Sub", size, f.number(1.0)))
    return f("Mul", f.number(0.5), f("Sub", f("Mul", size, size), f("Mul", beyond, beyond)))


def _young(factor: float) -> Comparison:
    """factor (‖x‖² + ‖y‖²) and <x, y>."""
    f = Builder(x=[3], y=[3])
    upper = f("Mul", f.number(factor), f("Add", *(f.sum(f("Mul", name, name)) for name in ("x", "y"))))
    return Comparison(f.done(upper), loss(lambda f: f.sum(f("Mul", "x", "y")), x=[3], y=[3]))


def _weighted(bounds: Bounds) -> Comparison:
    upper, lower = (loss(lambda f, op=op: f("Mul", "w", f(op, "x")), w=[], x=[]) for op in ("Softplus", "Relu"))
    return Comparison(upper, lower, bounds)


def _one_more(f: Builder) -> str:
    return f("Add", f("Mul", "x", "x"), f("Abs", "y"))


ABOVE: Mapping[str, Comparison] = {
    "exponential, hinge": _margins("exponential", "hinge"),
    "exponential, logistic": _margins("exponential", "logistic"),
    "hinge, perceptron": _margins("hinge", "perceptron"),
    "hinge, ramp": _margins("hinge", "ramp"),
    "hinge, low hinge": _margins("hinge", "low hinge"),
    "squared, squared hinge": _margins("squared", "squared hinge"),
    "logistic, perceptron": _margins("logistic", "perceptron"),
    "cross-entropy, focal": _scalar(_cross_entropy, _focal),
    "half square, Huber": _scalar(_half_square, _huber),
    "Young": _young(0.5),
    "fewer inputs": Comparison(loss(_one_more, x=[], y=[]), loss(lambda f: f("Abs", "y"), y=[])),
    "weights at least 0": _weighted({"w": (0, None)}),
    "x, ln x + 1": _scalar(lambda f: f("Identity", "x"), lambda f: f("Add", f("Log", "x"), f.number(1.0))),
    "x + 1, exp x up to 0": _scalar(lambda f: f("Exp", "x"), lambda f: f("Add", "x", f.number(1.0)), {"x": (None, 0)}),
    "square of a larger number": _scalar(
        lambda f: f("Mul", f("Exp", "x"), f("Exp", "x")), lambda f: f("Mul", "x", "x"), {"x": (0, None)}
    ),
    "a smaller denominator": _scalar(
        lambda f: f("Div", f.number(1.0), f("Add", f.number(1.0), "x")),
        lambda f: f("Div", f.number(1.0), f("Add", f.number(1.0), f("Add", "x", f("Exp", "x")))),
        {"x": (0, None)},
    ),
}
"""The first is at least the second, which the checker finds out."""

NOT_ABOVE: Mapping[str, Comparison] = {
    "hinge, squared hinge": _margins("hinge", "squared hinge"),
    "squared hinge, hinge": _margins("squared hinge", "hinge"),
    "hinge, exponential": _margins("hinge", "exponential"),
    "hinge, logistic": _margins("hinge", "logistic"),
    "logistic, exponential": _margins("logistic", "exponential"),
    "low hinge, hinge": _margins("low hinge", "hinge"),
    "focal, cross-entropy": _scalar(_focal, _cross_entropy),
    "Huber, half square": _scalar(_huber, _half_square),
    "Young with a factor that is too small": _young(0.49),
    "weights of any sign": _weighted({}),
    "ln x + 1, x": _scalar(lambda f: f("Add", f("Log", "x"), f.number(1.0)), lambda f: f("Identity", "x")),
    "square of a larger number": _scalar(
        lambda f: f("Mul", f("Exp", "x"), f("Exp", "x")), lambda f: f("Mul", "x", "x")
    ),
}
"""The first is somewhere less."""

UNKNOWN: Mapping[str, Comparison] = {
    "a parabola above softplus": _scalar(
        lambda f: f(
            "Add", f("Mul", f.number(0.125), f("Mul", "x", "x")), f("Add", f("Mul", f.number(0.5), "x"), f.number(0.75))
        ),
        lambda f: f("Softplus", "x"),
    ),
    "nowhere both defined": _scalar(lambda f: f("Log", "x"), lambda f: f("Log", f("Neg", "x"))),
}
"""The first is at least the second, by no rule; or they have no point in common."""

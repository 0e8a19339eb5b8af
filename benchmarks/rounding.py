"""Rounding errors of the naive and the stabilised log-sum-exp and of softplus: proved, and seen (docs/losses.md)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import mpmath
import numpy as np
from onnx import TensorProto, helper

import warrant
from warrant.losses import list_loss

_SCORES = 4
_SAMPLES = 2000
_ULP_SAMPLES = 4_000_000
_FORMATS: dict[Literal["binary32", "binary64"], Any] = {"binary32": np.float32, "binary64": np.float64}

Nodes = list[tuple[str, list[str], str]]
_NAIVE: Nodes = [("Exp", ["z"], "e"), ("ReduceSum", ["e"], "s"), ("Log", ["s"], "loss")]
_STABILISED: Nodes = [
    ("ReduceMax", ["z"], "m"),
    ("Sub", ["z", "m"], "d"),
    ("Exp", ["d"], "e"),
    ("ReduceSum", ["e"], "s"),
    ("Log", ["s"], "l"),
    ("Add", ["m", "l"], "loss"),
]
_SOFTPLUS: Nodes = [
    ("Abs", ["z"], "a"),
    ("Neg", ["a"], "n"),
    ("Exp", ["n"], "e"),
    ("Add", ["one", "e"], "s"),
    ("Log", ["s"], "l"),
    ("Relu", ["z"], "m"),
    ("Add", ["m", "l"], "loss"),
]


def _model(nodes: Nodes, shape: list[int]) -> bytes:
    made = [
        helper.make_node(op, given, [name], **({"keepdims": 0} if op.startswith("Reduce") else {}))
        for op, given, name in nodes
    ]
    graph = helper.make_graph(
        made,
        "loss",
        [helper.make_tensor_value_info("z", TensorProto.DOUBLE, shape)],
        [helper.make_tensor_value_info("loss", TensorProto.DOUBLE, [])],
        [helper.make_tensor("one", TensorProto.DOUBLE, [], [1.0])],
    )
    data: bytes = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)]).SerializeToString()
    return data


def _naive(z: Any) -> Any:
    return np.log(np.exp(z).sum())


def _stabilised(z: Any) -> Any:
    m = z.max()
    return m + np.log(np.exp(z - m).sum())


def _softplus(z: Any) -> Any:
    return np.maximum(z, z.dtype.type(0)) + np.log(z.dtype.type(1) + np.exp(-np.abs(z)))


def _exact(scores: list[float]) -> Any:
    z = [mpmath.mpf(a) for a in scores]
    return max(z) + mpmath.log(sum(mpmath.exp(a - max(z)) for a in z))


def _seen(f: Callable[[Any], Any], limit: float, kind: Any, scores: int | None) -> tuple[float, float]:
    """The largest error at random inputs, and the share of them at which the result is not finite."""
    random = np.random.default_rng(5)
    worst, lost = 0.0, 0
    for k in range(_SAMPLES):
        spread = random.uniform(-1, 1, scores) * 10.0 ** random.uniform(-2, 1)
        z = random.uniform(-limit, limit) + spread if k % 2 else random.uniform(-limit, limit, scores)
        z = np.asarray(np.clip(z, -limit, limit)).astype(kind)[()]
        with np.errstate(all="ignore"):
            value = f(z)
        if np.isfinite(value):
            exact = _exact(z.tolist() if scores else [float(z), 0.0])
            worst = max(worst, abs(float(mpmath.mpf(float(value)) - exact)))
        else:
            lost += 1
    return worst, lost / _SAMPLES


def _accuracy() -> None:
    """How many units in the last place NumPy's binary32 functions are off, against its binary64 ones."""
    random = np.random.default_rng(3)
    exponents = random.uniform(-80, 88, _ULP_SAMPLES).astype(np.float32)
    near = random.uniform(0.5, 2, _ULP_SAMPLES).astype(np.float32)
    for name, f, x in (("exp", np.exp, exponents), ("log", np.log, near)):
        right = f(x.astype(np.float64))
        off = np.abs(f(x) - right) / np.abs(np.spacing(right.astype(np.float32)))
        print(f"numpy {np.__version__}: {name} in binary32 is off by up to {np.nanmax(off):.2f} ulps")


def main() -> None:
    """Print a line for each format, bound and formula."""
    mpmath.mp.prec = 200
    formulas = (
        ("naive", _NAIVE, _naive, _SCORES),
        ("stabilised", _STABILISED, _stabilised, _SCORES),
        ("softplus", _SOFTPLUS, _softplus, None),
    )
    for name_of_format, kind in _FORMATS.items():
        for limit in (1, 20, 10000):
            for name, nodes, f, scores in formulas:
                claimed = warrant.RoundingError(bounds={"z": (-limit, limit)}, absolute=1, format=name_of_format)
                claim = claimed.claim(_model(nodes, [scores] if scores else []))
                found = list_loss([a.data for a in claim.artefacts])
                proved = "?" if isinstance(found, str) or found.rounding is None else found.rounding
                worst, lost = _seen(f, limit, kind, scores)
                print(f"{name_of_format} ±{limit} {name}: proved {proved}, seen {worst:.2g}, not finite {lost:.0%}")
    _accuracy()


if __name__ == "__main__":
    main()

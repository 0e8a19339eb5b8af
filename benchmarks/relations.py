"""Measures claims about two runs, and about slopes, on small networks that this script trains.

    python benchmarks/relations.py [--kernel] [--apart] [--only KIND] [--seed N]

The data are synthetic.  Twelve features, uniform and independent on [0, 1]: income, assets, years (employed), age,
debt, late (payments), loan, region, group, and three that mean nothing.  The score to learn is

    0.8 income + 0.5 assets² + 0.3 years − 0.7 debt − 0.6 late·(1.2 − income) − 0.3 loan + 0.05 noise,

and in the unfair data 0.4 less where group > 1/2.  In the data with categories, region and group are a one-hot group
(region is 1 − group, which is 0 or 1).  Networks have two hidden layers of ReLUs and are trained by Adam on
mean squared error with weight decay; ``pruned`` keeps the largest tenth of the weights of each hidden layer, and was
trained no further; ``rounded`` has 8 bits a weight.  Seconds are CPU seconds of this process and its children.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from cpu import children
from onnx import TensorProto, helper, numpy_helper

import warrant
from warrant import Domain, Equivalent, Fair, Lipschitz, Monotone, Stable, models
from warrant._api import prove_claim
from warrant.claims import Compares, Relates
from warrant.models import product

NAMES = ("income", "assets", "years", "age", "debt", "late", "loan", "region", "group", "noise1", "noise2", "noise3")
Weights = list[np.ndarray]


def data(n: int, rng: np.random.Generator, *, unfair: bool, categories: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Features (n, 12) and scores (n,)."""
    x = rng.random((n, len(NAMES)))
    if categories:
        x[:, 8] = x[:, 8] > 0.5
        x[:, 7] = 1 - x[:, 8]
    income, assets, years, _, debt, late, loan, _, group = x.T[:9]
    y = 0.8 * income + 0.5 * assets**2 + 0.3 * years - 0.7 * debt - 0.6 * late * (1.2 - income) - 0.3 * loan
    return x, y + 0.05 * rng.standard_normal(n) - (0.4 * (group > 0.5) if unfair else 0.0)


def train(
    width: int,
    seed: int,
    *,
    unfair: bool = False,
    categories: bool = False,
    decay: float = 1e-3,
    steps: int = 4000,
) -> Weights:
    """Weights and biases of a network with two hidden layers, in turn."""
    rng = np.random.default_rng(seed)
    x, y = data(8000, rng, unfair=unfair, categories=categories)
    sizes = [len(NAMES), width, width, 1]
    w: Weights = []
    for a, b in itertools.pairwise(sizes):
        w += [rng.standard_normal((a, b)) * np.sqrt(2 / a), np.zeros(b)]
    mean, square = [np.zeros_like(v) for v in w], [np.zeros_like(v) for v in w]
    for step in range(1, steps + 1):
        batch = rng.integers(0, len(x), 128)
        h = [x[batch]]
        for k in (0, 2):
            h.append(np.maximum(h[-1] @ w[k] + w[k + 1], 0))
        g = 2 * (h[-1] @ w[4] + w[5] - y[batch, None]) / len(batch)
        grads: Weights = [None] * 6  # type: ignore[list-item]
        for k in (4, 2, 0):
            grads[k], grads[k + 1] = h[k // 2].T @ g + decay * w[k], g.sum(0)
            g = (g @ w[k].T) * (h[k // 2] > 0)
        rate = 3e-3 * (1 - step / steps)
        for k in range(6):
            mean[k] = 0.9 * mean[k] + 0.1 * grads[k]
            square[k] = 0.999 * square[k] + 0.001 * grads[k] ** 2
            w[k] = w[k] - rate * (mean[k] / (1 - 0.9**step)) / (np.sqrt(square[k] / (1 - 0.999**step)) + 1e-8)
    return w


def pruned(w: Weights, share: float) -> Weights:
    """The weights with the smallest share of each hidden layer's set to 0."""
    out = [v.copy() for v in w]
    for k in (0, 2):
        out[k][np.abs(out[k]) < np.quantile(np.abs(out[k]), share)] = 0
    return out


def rounded(w: Weights, bits: int = 8) -> Weights:
    """The weights and biases, rounded to so many bits."""
    units = [np.abs(v).max() / (2 ** (bits - 1) - 1) for v in w]
    return [np.round(v / unit) * unit for v, unit in zip(w, units, strict=True)]


def onnx_bytes(w: Weights) -> bytes:
    """The network as an ONNX file, in binary32."""
    names = [f"{kind}{k}" for k in range(3) for kind in ("w", "b")]
    inits = [numpy_helper.from_array(v.astype(np.float32), name) for v, name in zip(w, names, strict=True)]
    nodes, last = [], "x"
    for k in range(3):
        nodes.append(helper.make_node("Gemm", [last, f"w{k}", f"b{k}"], ["y" if k == 2 else f"z{k}"]))
        if k < 2:
            nodes.append(helper.make_node("Relu", [f"z{k}"], [f"h{k}"]))
            last = f"h{k}"
    graph = helper.make_graph(
        nodes,
        "score",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, len(NAMES)])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 1])],
        inits,
    )
    made: bytes = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8
    ).SerializeToString()
    return made


def error(model: bytes) -> float:
    """The share of the score's variance that the network leaves unexplained, on fresh data without the unfair part."""
    x, y = data(4000, np.random.default_rng(99), unfair=False)
    return float(np.mean((models.load(model).evaluate(x)[:, 0] - y) ** 2) / np.var(y))


def main() -> int:
    """Prints a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kernel", action="store_true", help="check in the kernel, too")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--timeout", type=float, default=120)
    parser.add_argument("--only", default="", help="a kind of claim")
    parser.add_argument("--apart", action="store_true", help="lower both runs one after the other, not in lock step")
    args = parser.parse_args()
    fair, biased = train(64, args.seed), train(64, args.seed, unfair=True)
    fair_file, biased_file = onnx_bytes(fair), onnx_bytes(biased)
    pruned_file, rounded_file = onnx_bytes(pruned(fair, 0.9)), onnx_bytes(rounded(fair))
    errors = {"fair": error(fair_file), "pruned": error(pruned_file), "rounded": error(rounded_file)}
    print("unexplained variance: " + ", ".join(f"{name} {x:.3f}" for name, x in errors.items()))
    if args.apart:  # two networks, too
        product.near = lambda _, __: False
    whole = Domain.box(np.zeros(12), np.ones(12), names=NAMES)
    centre = np.full(12, 0.5)
    middle = Domain.box(centre - 0.25, centre + 0.25, names=NAMES)
    inner = Domain.box(centre - 0.15, centre + 0.15, names=NAMES)
    near = Domain.box(centre - 0.05, centre + 0.05, names=NAMES)
    grouped = onnx_bytes(train(64, args.seed, unfair=True, categories=True))
    groups = Domain(whole.features, (("region", "group"),))
    others = [name for name in NAMES if name not in ("region", "group")]
    claims = [
        ("Monotone", fair_file, Monotone("income", "increasing", inner, tolerance="1e-3")),
        ("Monotone", fair_file, Monotone("noise1", "increasing", inner, tolerance="1e-3")),
        ("Fair", fair_file, Fair("group", whole, tolerance=0.2)),
        ("Fair", biased_file, Fair("group", whole, tolerance=0.2)),
        ("Stable", fair_file, Stable(0.01, middle, tolerance=0.1)),
        ("Stable", fair_file, Stable(0.01, middle, tolerance=0.02)),
        ("Equivalent", fair_file, Equivalent(pruned_file, near, tolerance=0.31)),
        ("Equivalent", fair_file, Equivalent(pruned_file, near, tolerance=0.2)),
        ("Equivalent", fair_file, Equivalent(pruned_file, whole, tolerance=0.8)),
        ("Equivalent", fair_file, Equivalent(rounded_file, near, tolerance=0.008)),
        ("Equivalent", fair_file, Equivalent(rounded_file, whole, tolerance=0.02)),
        ("Equivalent", fair_file, Equivalent(rounded_file, whole, tolerance=0.005)),
        ("Exactly monotone", fair_file, Monotone("income", "increasing", inner, tolerance=0)),
        ("Exactly monotone", fair_file, Monotone("noise1", "increasing", inner, tolerance=0)),
        ("Lipschitz", fair_file, Lipschitz(4.5, whole, norm="linf")),
        ("Lipschitz", fair_file, Lipschitz(3, whole, norm="linf")),
        ("Lipschitz", fair_file, Lipschitz(2.5, whole, norm="l2")),
        ("Lipschitz", fair_file, Lipschitz(1.2, whole, norm="l2")),
        ("Lipschitz", fair_file, Lipschitz(1.5, whole, norm="l1")),
        ("Lipschitz", fair_file, Lipschitz(0.7, whole, norm="l1")),
        ("Categories", grouped, Lipschitz(1.5, groups, norm="l1")),
        ("Categories", grouped, Lipschitz(0.7, groups, norm="l1")),
        ("Categories", grouped, Lipschitz(2.5, groups, norm="l2")),
        ("Categories", grouped, Lipschitz(2.5, groups, norm="l2", features=others)),
        ("Categories", grouped, Lipschitz(0.3, groups, norm="l1", features=["region", "group"])),
        ("Categories", grouped, Lipschitz(0.1, groups, norm="l1", features=["region", "group"])),
    ]
    for kind, model, claim in claims:
        if args.only not in kind:
            continue
        with tempfile.TemporaryDirectory() as place:
            begin = time.process_time() + children()
            stated = claim.claim(model)
            if args.apart and type(stated) is Relates:  # as if these were two models
                stated = Compares.between(model, model, stated.property_bytes.decode().replace("(equal-to f) ", ""))
            verdict = prove_claim(stated, kernel=args.kernel, timeout=args.timeout, out=Path(place) / "w")
            spent = time.process_time() + children() - begin
            size = len(verdict.certificate or b"")
            figures = verdict.figures
            print(
                f"{kind:<16} {verdict.word:<8} regions {figures.get('regions', 0):7.0f}  bytes {size:8}  "
                f"CPU s {spent:6.1f}  wall s {dict(verdict.seconds)}  {claim.sentence()}",
                flush=True,
            )
            if isinstance(verdict, warrant.Unknown):
                print("   ", verdict.reason, flush=True)
            if isinstance(verdict, warrant.Refuted):
                c = verdict.counterexample
                print("   ", {n: round(v, 4) for n, v in zip(c.names, c.inputs, strict=True)}, c.outputs, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Measures certified accuracy of a network for handwritten digits (scikit-learn's), which this script trains.

    python benchmarks/certified.py [--radius R]... [--norm NORM] [--rows N] [--kernel] [--timeout S] [--jobs N]
                                   [--model scores|label|forest]

The images have 8×8 pixels from 0 to 16; each fourth one is for testing, the others for training.  The network has two
hidden layers of 32 ReLUs, and is trained by scikit-learn with images that are moved at random by up to 1, so that it is
less sensitive.  The claim is about the first N test images (all): with every pixel within [0, 16], and the image moved
by at most R in the norm, the right digit's score is the greatest.  ``box`` is what interval propagation proves, in
binary64 without regard to rounding (for the ℓ1 and ℓ2 norms: of the box around the ball).  Seconds are CPU seconds of
this process and its children: for all of it, for the native check of the whole theorem alone, and for that and the
kernel's.

With ``--model label`` the network answers the digit and no scores (by ArgMax); with ``forest`` the model is a random
forest of 20 trees, of depth 6 at most, trained by scikit-learn on the images as they are.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from cpu import children
from onnx import TensorProto, helper, numpy_helper
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

import warrant
from warrant import CertifiedAccuracy, Domain
from warrant.certificates import LARGEST
from warrant.models.exporters import export

Weights = list[tuple[np.ndarray, np.ndarray]]


def train(seed: int = 0) -> tuple[Weights, np.ndarray, np.ndarray]:
    """Weights (inputs, outputs) and biases of the layers; test images (n, 64) and labels."""
    images, digits = load_digits(return_X_y=True)
    test = np.arange(len(digits)) % 4 == 3
    X, y = images[~test], digits[~test]
    rng = np.random.default_rng(seed)
    moved = [np.clip(X + rng.choice([-1.0, 1.0], X.shape), 0, 16) for _ in range(8)]
    net = MLPClassifier((32, 32), alpha=0.05, max_iter=200, random_state=seed)
    with threadpool_limits(1):
        net.fit(np.concatenate([X, *moved]) / 16, np.tile(y, 9))
    layers = list(zip(net.coefs_, net.intercepts_, strict=True))
    layers[0] = (layers[0][0] / 16, layers[0][1])
    return [(w.astype(np.float32), b.astype(np.float32)) for w, b in layers], images[test], digits[test]


def forest() -> tuple[bytes, np.ndarray]:
    """A random forest as an ONNX file, and what it says of the test images, (n,)."""
    images, digits = load_digits(return_X_y=True)
    test = np.arange(len(digits)) % 4 == 3
    made = RandomForestClassifier(20, max_depth=6, random_state=0).fit(images[~test], digits[~test])
    return export(made, images[test].astype(np.float32)).data, made.predict(images[test])


def onnx_bytes(layers: Weights, *, label: bool) -> bytes:
    """The network as an ONNX file, whose outputs are the scores, or whose output is the label of the greatest."""
    nodes, tensors, name = [], [], "x"
    for k, (w, b) in enumerate(layers):
        tensors += [numpy_helper.from_array(w, f"w{k}"), numpy_helper.from_array(b, f"b{k}")]
        nodes.append(helper.make_node("Gemm", [name, f"w{k}", f"b{k}"], [f"z{k}"]))
        name = f"z{k}"
        if k + 1 < len(layers):
            nodes.append(helper.make_node("Relu", [name], [f"h{k}"]))
            name = f"h{k}"
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, layers[0][0].shape[0]])
    y = helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, layers[-1][0].shape[1]])
    if label:
        nodes.append(helper.make_node("ArgMax", [name], ["label"], axis=1))
        y = helper.make_tensor_value_info("label", TensorProto.INT64, [1, 1])
    model = helper.make_model(
        helper.make_graph(nodes, "digits", [x], [y], tensors), opset_imports=[helper.make_opsetid("", 13)], ir_version=8
    )
    return bytes(model.SerializeToString())


def by_intervals(layers: Weights, X: np.ndarray, y: np.ndarray, radius: float) -> int:
    """How many images interval propagation proves."""
    low, high = np.maximum(X - radius, 0), np.minimum(X + radius, 16)
    for k, (w, b) in enumerate(layers):
        w = w.astype(float)
        if k + 1 == len(layers):  # the differences to the right score, written out
            own = w.T[y]
            rows = own[:, :, None] - w[None]
            bias = b[y][:, None] - b[None]
            least = np.einsum("ni,nik->nk", low, np.maximum(rows, 0)) + np.einsum(
                "ni,nik->nk", high, np.minimum(rows, 0)
            )
            least += bias
            least[np.arange(len(y)), y] = np.inf
            return int((least > 0).all(1).sum())
        up, down = np.maximum(w, 0), np.minimum(w, 0)
        low, high = low @ up + high @ down + b, high @ up + low @ down + b
        low, high = np.maximum(low, 0), np.maximum(high, 0)
    raise AssertionError


def main() -> None:
    """Train, prove, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--radius", action="append")
    parser.add_argument("--norm", default="linf")
    parser.add_argument("--rows", type=int)
    parser.add_argument("--kernel", action="store_true")
    parser.add_argument("--timeout", type=float, default=20)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--model", choices=("scores", "label", "forest"), default="scores")
    given = parser.parse_args()
    layers, X, y = train()
    if given.model == "forest":
        model, said = forest()
    else:
        model, h = onnx_bytes(layers, label=given.model == "label"), X
        for w, b in layers[:-1]:
            h = np.maximum(h @ w + b, 0)
        said = (h @ layers[-1][0] + layers[-1][1]).argmax(1)
    right = said == y
    print(f"{len(X)} test images, accuracy {right.mean():.4f}; certificates of at most {LARGEST} bytes")
    X, y, right = X[: given.rows], y[: given.rows], right[: given.rows]
    within = Domain.box(np.zeros(64), np.full(64, 16.0))
    print("radius  right  box  proved  refuted  unknown  verdict  certificate  all s  native s  kernel s")
    for radius in given.radius or ["0.25", "0.5", "1"]:
        with tempfile.TemporaryDirectory() as place:
            claim = CertifiedAccuracy(X, y, radius, within=within, norm=given.norm)
            folder = Path(place) / "w"
            found, everything = timed(
                lambda claim=claim, folder=folder: warrant.certify(
                    model, claim, folder, timeout=given.timeout, jobs=given.jobs
                )
            )
            whole = folder / "whole"
            checks = [timed(lambda whole=whole: warrant.check(whole))]
            if given.kernel:
                checks.append(timed(lambda whole=whole: warrant.check(whole, kernel=True)))
            assert all(verdict.line == found.verdict.line for verdict, _ in checks)
            counts = [found.count(word) for word in ("PROVED", "REFUTED", "UNKNOWN")]
            size = len(found.verdict.certificate or b"")
            box = by_intervals(layers, X, y, float(radius)) if given.model != "forest" else "-"
            row = [radius, int(right.sum()), box, *counts, found.verdict.line]
            print(*row, size, *(f"{s:.1f}" for s in (everything, *(s for _, s in checks))), sep="  ", flush=True)


def timed(run: Callable[[], Any]) -> tuple[Any, float]:
    """What a call gives, and the CPU seconds that it took."""
    begun = time.process_time() + children()
    answer = run()
    return answer, time.process_time() + children() - begun


if __name__ == "__main__":
    main()

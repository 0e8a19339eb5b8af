"""Gradients by hand of growing size: instructions of the program, and CPU seconds of search and native checker.

Run from the checkout: PYTHONPATH=src:tests python benchmarks/gradients.py
"""

from __future__ import annotations

import resource
import time

from small_gradients import Pair, cross_entropy, layer_norm, log_sum_exp, logistic, mlp, normalised, quadratic

import warrant
from warrant.claims import Gradient
from warrant.gradients import list_program

PAIRS: dict[str, Pair] = {
    "quadratic loss, 4 x 3": quadratic(),
    "quadratic loss, 16 x 8": quadratic(16, 8),
    "logistic loss, 3 x 2": logistic(),
    "logistic loss, 8 x 5": logistic(8, 5),
    "tanh MLP 3-4-2": mlp(),
    "tanh MLP 8-16-4": mlp("Tanh", 8, 16, 4),
    "ReLU MLP 3-4-2": mlp("Relu"),
    "ReLU MLP 8-16-4": mlp("Relu", 8, 16, 4),
    "softmax cross-entropy 2 x 3": cross_entropy(),
    "softmax cross-entropy 8 x 10": cross_entropy(8, 10),
    "log-sum-exp 2": log_sum_exp(),
    "L2 normalisation 3": normalised(),
    "L2 normalisation 16": normalised(16),
    "layer normalisation 4": layer_norm(),
    "layer normalisation 8": layer_norm(8),
}


def children() -> float:
    """CPU seconds of processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Print the table."""
    print(f"{'pair':<30} {'instructions':>12} {'verdict':>8} {'CPU s':>7}")
    for name, pair in PAIRS.items():
        claim = Gradient.of(pair.function, pair.derivative, pair.wrt)
        listing = list_program([a.data for a in claim.artefacts])
        size = 0 if isinstance(listing, str) else len(listing.program.instructions)
        before, own = children(), time.process_time()
        verdict = warrant.gradient(pair.function, pair.derivative, wrt=pair.wrt, timeout=60)
        seconds = children() - before + time.process_time() - own
        print(f"{name:<30} {size:>12} {verdict.word:>8} {seconds:>7.2f}", flush=True)


if __name__ == "__main__":
    main()

"""Gradients: by hand and of growing size, of JAX and PyTorch functions, and wrong ones.

Run from the checkout: PYTHONPATH=src:tests python benchmarks/gradients.py [hand] [jax] [torch] [wrong]

CPU seconds are those of search and native checker together, without the export.
"""

from __future__ import annotations

import resource
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence

from framework_functions import jax_cases, torch_cases
from small_gradients import PAIRS, Pair, cross_entropy, layer_norm, log_sum_exp, logistic, mlp, normalised, quadratic

import warrant
from warrant.claims import Gradient
from warrant.gradients import extent_of, from_jax, from_torch, list_program

GROWING: dict[str, Pair] = {
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


_EXTENTS = {"G": "but for kinks", "K": "with kinks", "S": "a subgradient", "E": "everywhere", "W": "within"}
_TOLERANCE, _DOMAIN = "1e-5", (-4, 4)
"""What a framework's gradient is tried with that is not proved without."""


def measure(
    name: str,
    function: bytes,
    derivative: bytes,
    wrt: Sequence[str],
    domain: Mapping[str, tuple[float, float]] | None = None,
    tolerance: str = "0",
) -> str:
    """Print a line of the table; the verdict's word, and of which claim."""
    claim = Gradient.of(function, derivative, wrt, domain, tolerance)
    listing = list_program([a.data for a in claim.artefacts])
    size = 0 if isinstance(listing, str) else len(listing.program.instructions)
    before, own = children(), time.process_time()
    verdict = warrant.gradient(function, derivative, wrt=wrt, domain=domain, tolerance=tolerance, timeout=60)
    seconds = children() - before + time.process_time() - own
    which = extent_of(verdict.certificate) if verdict.certificate is not None else None
    word = verdict.word + (f", {_EXTENTS[which]}" if which is not None else "")
    print(f"{name:<40} {size:>12} {word:>22} {seconds:>7.2f}", flush=True)
    return word


def frameworks(which: str) -> None:
    """The functions of JAX or PyTorch."""
    words: Counter[str] = Counter()
    for name, (function, inputs, *bounds) in (jax_cases() if which == "jax" else torch_cases()).items():
        try:
            found = (from_jax if which == "jax" else from_torch)(function, inputs)
        except warrant.Unsupported as problem:
            print(f"{name:<40} not exported: {problem}")
            words["not exported"] += 1
            continue
        domain = dict.fromkeys(found.wrt, bounds[0]) if bounds else None
        word = measure(f"{which}: {name}", found.function, found.derivative, found.wrt, domain)
        if word == "UNKNOWN":
            near = dict.fromkeys(found.wrt, _DOMAIN)
            word += "; " + measure(
                f"  within {_TOLERANCE} on {list(_DOMAIN)}",
                found.function,
                found.derivative,
                found.wrt,
                near,
                _TOLERANCE,
            )
        words[word] += 1
    print(which, dict(words))


def main(parts: Sequence[str]) -> None:
    """Print the tables that are asked for, or all."""
    print(f"{'pair':<40} {'instructions':>12} {'verdict':>22} {'CPU s':>7}")
    if "hand" in parts:
        for name, pair in GROWING.items():
            measure(name, pair.function, pair.derivative, pair.wrt)
    for which in ("jax", "torch"):
        if which in parts:
            frameworks(which)
    if "wrong" in parts:
        words: Counter[str] = Counter()
        for name, make in PAIRS.items():
            pair = make()
            for mistake, wrong in pair.mistakes.items():
                words[measure(f"{name}: {mistake}", pair.function, wrong, pair.wrt)] += 1
        print("wrong", dict(words))


if __name__ == "__main__":
    main(sys.argv[1:] or ["hand", "jax", "torch", "wrong"])

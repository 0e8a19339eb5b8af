"""Measures certified accuracy of the digits network of certified.py on a local Dask cluster of two workers.

    python benchmarks/cluster.py [--rows N] [--norm NORM] [--radius R] [--timeout S] [--times K]

K times (2) in turn: in this process, on the two workers, and on them again with one killed when a third of the inputs
is decided.  Every run has a folder of its own and begins with nothing in it; before the first, process and workers have
decided eight inputs, so that all is loaded.  Seconds are wall seconds, with the native checks and the theorem about the
whole test set, which this process makes in every run; ``ratio`` is that of the first run to this one.  Where there is
other work on the machine, compare it with ``loop``: the same ratio for a loop that only counts, run twice here and once
on each worker, just before.  A run whose verdicts are not those of the first ends in exit code 1.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import Executor
from pathlib import Path

import certified
import numpy as np
from distributed import Client, LocalCluster

import warrant
from warrant import CertifiedAccuracy, Domain
from warrant.batch import Outcome

Tell = Callable[[Outcome], None]


def main() -> int:
    """Train, certify, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=40)
    parser.add_argument("--norm", default="l1")
    parser.add_argument("--radius", default="20")
    parser.add_argument("--timeout", type=float, default=300)
    parser.add_argument("--times", type=int, default=2)
    given = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = "1"
    layers, X, y = certified.train()
    within = Domain.box(np.zeros(64), np.full(64, 16.0))
    model = certified.onnx_bytes(layers)

    def run(executor: Executor | None, tell: Tell | None = None, rows: int = given.rows) -> tuple[list[str], float]:
        """The verdicts of all inputs and of the whole, and wall seconds."""
        claim = CertifiedAccuracy(X[:rows], y[:rows], given.radius, within=within, norm=given.norm)
        with tempfile.TemporaryDirectory() as place:
            begun = time.monotonic()
            found = warrant.certify(model, claim, place, timeout=given.timeout, executor=executor, tell=tell)
            spent = time.monotonic() - begun
            for outcome in found.outcomes:
                assert outcome.word == "UNKNOWN" or warrant.check(Path(place) / outcome.name).word == outcome.word
            return [*(outcome.word for outcome in found.outcomes), found.verdict.line], spent

    different = False
    print("| | proved | refuted | unknown | whole | wall s | ratio | loop |\n" + "|---" * 8 + "|")
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        for executor in (None, client.get_executor()):
            run(executor, rows=8)
        for _ in range(given.times):
            first, alone = run(None)
            usual = loop(client)
            for name in ("one process", "two workers", "two workers, one killed"):
                words, spent = (first, alone)
                if name != "one process":
                    words, spent = run(client.get_executor(), killer(client, given.rows) if "killed" in name else None)
                counts = [words[:-1].count(word) for word in ("PROVED", "REFUTED", "UNKNOWN")]
                row = (name, *counts, words[-1], f"{spent:.1f}", f"{alone / spent:.2f}", f"{usual:.2f}")
                print("|", " | ".join(str(cell) for cell in row), "|", flush=True)
                different |= words != first
    return int(different)


def loop(client: Client) -> float:
    """How much sooner two loops end on two workers than one after the other here."""
    begun = time.monotonic()
    count(), count()
    alone = time.monotonic() - begun
    begun = time.monotonic()
    client.run(count)
    return alone / (time.monotonic() - begun)


def count() -> int:
    """Some seconds of work."""
    total = 0
    for k in range(100_000_000):
        total += k & 1
    return total


def killer(client: Client, rows: int) -> Tell:
    """What kills a worker of the cluster when a third of the inputs is decided."""
    told: list[Outcome] = []

    def tell(outcome: Outcome) -> None:
        told.append(outcome)
        if len(told) == rows // 3:
            os.kill(next(iter(client.run(os.getpid).values())), signal.SIGKILL)

    return tell


if __name__ == "__main__":
    sys.exit(main())

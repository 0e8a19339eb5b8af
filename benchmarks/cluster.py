"""Measures certified accuracy of the digits network of certified.py on a local Dask cluster of two workers.

    python benchmarks/cluster.py [--rows ROWS] [--radius R] [--top K] [--timeout S] [--times N] [--trim BYTES]

The claim is that the right digit is among the first K (4), near so many test images (60).  N times (2) in turn: in this
process, on the two workers, and on them again with one killed when a third of the inputs is decided.  Every run has a
folder of its own and begins with nothing in it; before the first, process and workers have decided eight inputs, so
that all is loaded.  The theorem about the whole test set is made in this process every time.  Seconds are wall seconds,
and CPU seconds of this process and of each worker, with the native checkers that they call; ``ratio`` is that of the
first run's wall seconds to this one's.  Where there is other work on the machine, compare it with ``loop``, the same
ratio for a loop that only counts, run twice here and once on each worker just before; and with ``share``, that of the
first run's CPU seconds to those of this process and of the busier worker together, which is what the ratio would be
with nothing else to do.  Workers keep free memory up to BYTES (128 MiB): Dask's own 64 KiB cost the search page faults,
which nearly double its CPU seconds.  A run whose verdicts are not those of the first ends in exit code 1.
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
import dask
import numpy as np
from cpu import children
from distributed import Client, LocalCluster

import warrant
from warrant import CertifiedAccuracy, Domain
from warrant.batch import Outcome

Tell = Callable[[Outcome], None]
Run = tuple[list[str], float, list[float]]
"""The verdicts of all inputs and of the whole; wall seconds; CPU seconds here and on each worker."""


def main() -> int:
    """Train, certify, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=60)
    parser.add_argument("--radius", default="2.5")
    parser.add_argument("--top", type=int, default=4)
    parser.add_argument("--timeout", type=float, default=60)
    parser.add_argument("--trim", type=int, default=2**27)
    parser.add_argument("--times", type=int, default=2)
    given = parser.parse_args()
    kept = {f"distributed.nanny.pre-spawn-environ.MALLOC_{kind}_THRESHOLD_": given.trim for kind in ("TRIM", "MMAP")}
    dask.config.set(kept)
    layers, X, y = certified.train()
    within = Domain.box(np.zeros(64), np.full(64, 16.0))
    model = certified.onnx_bytes(layers, label=False)

    def run(executor: Executor | None, tell: Tell | None = None, rows: int = given.rows) -> Run:
        """Certify, in a folder that is not kept."""
        claim = CertifiedAccuracy(X[:rows], y[:rows], given.radius, within=within, top=given.top)
        with tempfile.TemporaryDirectory() as place:
            before, begun = [used(), *client.run(used).values()], time.monotonic()
            found = warrant.certify(model, claim, place, timeout=given.timeout, executor=executor, tell=tell)
            spent, after = time.monotonic() - begun, [used(), *client.run(used).values()]
            for outcome in found.outcomes:
                assert outcome.word == "UNKNOWN" or warrant.check(Path(place) / outcome.name).word == outcome.word
            return (
                [*(outcome.word for outcome in found.outcomes), found.verdict.line],
                spent,
                list(np.subtract(after, before)),
            )

    different = False
    columns = ("", "proved", "refuted", "unknown", "whole", "wall s", "ratio", "loop", "CPU s", "share")
    print("|", " | ".join(columns), "|\n" + "|---" * len(columns) + "|")
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        workers = client.get_executor()
        for executor in (None, workers):
            run(executor, rows=8)
        for _ in range(given.times):
            usual = loop(client)
            first = run(None)
            for name, words, spent, cpu in (
                ("one process", *first),
                ("two workers", *run(workers)),
                ("two workers, one killed", *run(workers, killer(client, given.rows))),
            ):
                counts = [words[:-1].count(word) for word in ("PROVED", "REFUTED", "UNKNOWN")]
                row = [name, *counts, words[-1], f"{spent:.1f}", f"{first[1] / spent:.2f}", f"{usual:.2f}"]
                if "killed" not in name:  # what the killed one did is not known
                    row += [" + ".join(f"{s:.1f}" for s in cpu), f"{first[2][0] / (cpu[0] + max(cpu[1:])):.2f}"]
                print("|", " | ".join(str(cell) for cell in row), "|" * (1 + 2 * ("killed" in name)), flush=True)
                different |= words != first[0]
    return int(different)


def used() -> float:
    """CPU seconds of the process that this is called in, and of its children."""
    return time.process_time() + children()


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

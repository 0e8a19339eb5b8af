"""Radii of smoothed classifiers: Warrant's, each checked natively, beside those that the papers' procedures report.

python benchmarks/smoothing.py [--inputs N]
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import tempfile
from fractions import Fraction
from pathlib import Path

import numpy as np
from scipy.stats import beta

from warrant.checkers import find_checker
from warrant.probability.smoothing import MAGIC, Noise, Statement, read_noise, state
from warrant.probability.tables import table_bytes

COPIES, CLASSES, ALPHA = 100_000, 10, 0.001


def papers(noise: Noise, row: np.ndarray) -> float | None:
    """The radius by Cohen et al.'s procedure: Clopper and Pearson's limit for this input and its class alone."""
    k, n = int(row.max()), int(row.sum())
    low = float(beta.ppf(ALPHA, k, n - k + 1))
    found = noise.radius(Fraction(1 - low)) if low >= 0.5 else None
    return None if found is None else float(found)


def main() -> None:
    """Print for each noise how many inputs have a radius, by how much the radii differ, and the CPU seconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=1000)
    arguments = parser.parse_args()
    random = np.random.default_rng(0)
    right = 1 - 0.5 * random.random(arguments.inputs) ** 2
    rest = random.dirichlet(np.ones(CLASSES - 1), arguments.inputs) * (1 - right)[:, None]
    counts = np.array([random.multinomial(COPIES, [p, *others]) for p, others in zip(right, rest, strict=True)])
    checker = find_checker()
    assert checker is not None, "no native checker: make checker"
    for text in ("gaussian:0.25", "uniform:0.5", "ablation:45/784", "ablation:75/3072"):
        claim = state(counts, noise=text, confidence=1 - Fraction(str(ALPHA)))
        found = Statement.read(claim.statement_bytes, file="")
        ours = {entry.row: float(entry.radius) for entry in found.entries}
        theirs = {i: r for i, row in enumerate(counts) if (r := papers(read_noise(text), row)) is not None}
        less = [theirs[i] - r for i, r in ours.items() if i in theirs]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        with tempfile.TemporaryDirectory() as folder:
            paths = [Path(folder) / name for name in ("claim", "counts", "certificate")]
            for path, data in zip(paths, [claim.statement_bytes, table_bytes(counts, "counts")[0], MAGIC], strict=True):
                path.write_bytes(data)
            done = subprocess.run([checker, "smoothing", *paths], capture_output=True, text=True, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        print(
            f"{text}: {done.stdout.strip()}; radii for {len(ours)} of {arguments.inputs} inputs, the papers' for "
            f"{len(theirs)}; median {np.median(list(ours.values())):.4g} and {np.median(list(theirs.values())):.4g}; "
            f"smaller by {min(less):.3g} to {max(less):.3g}; {after.ru_utime - before.ru_utime:.1f} CPU seconds"
        )


if __name__ == "__main__":
    main()

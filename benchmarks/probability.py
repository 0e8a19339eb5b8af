"""Clopper and Pearson's limits: Warrant's against SciPy's, each checked natively, on random counts.

python benchmarks/probability.py [--cases N] [--largest N]
"""

from __future__ import annotations

import argparse
import io
import resource
import subprocess
import tempfile
from fractions import Fraction
from pathlib import Path

import numpy as np
from scipy.stats import beta

from warrant.checkers import find_checker
from warrant.probability import MAGIC, Bound, Statement, clopper_pearson, write_statement


def npy(array: np.ndarray) -> bytes:
    """The NumPy file of an array."""
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


def word(n: int, k: int, limit: Fraction, confidence: Fraction) -> str:
    """What the native checker says of a limit for k mistakes in n rows."""
    statement = Statement(confidence, 0, 0, 0, 0, (Bound(0, limit),))
    files = [write_statement(statement), npy(np.zeros(n, np.uint8)), npy((np.arange(n) < k).astype(np.uint8)), MAGIC]
    checker = find_checker()
    assert checker is not None, "no native checker: make checker"
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / str(number) for number in range(len(files))]
        for path, data in zip(paths, files, strict=True):
            path.write_bytes(data)
        done = subprocess.run([checker, "accuracy", *paths], capture_output=True, text=True, check=False)
    return done.stdout.partition(":")[0].strip()


def main() -> None:
    """Print the least and the greatest distance, the verdicts, and the seconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--largest", type=int, default=100_000)
    arguments = parser.parse_args()
    random = np.random.default_rng(0)
    words: dict[str, int] = {}
    distances = []
    for _ in range(arguments.cases):
        n = int(np.exp(random.uniform(0, np.log(arguments.largest))))
        k = int(n * random.uniform() ** 3)
        confidence = 1 - Fraction(f"{10 ** random.uniform(-6, -0.3):.8f}")
        limit = clopper_pearson(n, k, 1 - confidence)
        scipys = float(beta.ppf(float(confidence), k + 1, n - k)) if k < n else 1.0
        distances.append(float(limit - Fraction(scipys)))
        answer = word(n, k, limit, confidence)
        words[answer] = words.get(answer, 0) + 1
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"verdicts: {words}; distance to SciPy's limit from {min(distances):.3g} to {max(distances):.3g}")
    print(f"CPU seconds of the native checker, all cases: {used.ru_utime + used.ru_stime:.1f}")


if __name__ == "__main__":
    main()

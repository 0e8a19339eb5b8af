"""Markov chains at size: samplers proved stationary and mixing, broken ones refuted, each checked natively.

python benchmarks/chains.py [--states N] [--grid H W]
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from samplers import Matrix, ising, metropolis_hastings, text

from warrant import Refuted
from warrant._api import prove_claim
from warrant.claims import Chain


def independent(weights: list[int], accept: str = "right") -> Matrix:
    """Metropolis and Hastings with a state drawn uniformly as the proposal; right, or broken in one of five ways."""
    n = len(weights)
    rules = {
        "right": lambda i, j: min(Fraction(1), Fraction(weights[j], weights[i])),
        "no acceptance": lambda i, j: Fraction(1),
        "ratio upside down": lambda i, j: min(Fraction(1), Fraction(weights[i], weights[j])),
        "square root forgotten": lambda i, j: min(Fraction(1), Fraction(weights[j], weights[i]) ** 2),
        "rounded to 2 places": lambda i, j: Fraction(str(round(min(1.0, weights[j] / weights[i]), 2))),
        "strict comparison": lambda i, j: Fraction(1) if weights[j] > weights[i] else Fraction(1, 2),
    }
    rows = [[rules[accept](i, j) / n if i != j else Fraction(0) for j in range(n)] for i in range(n)]
    for i, row in enumerate(rows):
        row[i] = 1 - sum(row)
    return rows


def show(name: str, rows: Matrix, pi: list[Fraction], folder: Path, *, mixing: str | None = None) -> None:
    """One line: the verdict, where it fails, and the seconds."""
    (folder / "m.csv").write_bytes(text(rows))
    (folder / "pi.csv").write_bytes(text([[p] for p in pi]))
    start = time.process_time()
    claim = Chain.of(folder / "m.csv", folder / "pi.csv", mixing=mixing)
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    verdict = prove_claim(claim)
    native = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    where = verdict.counterexample.place if isinstance(verdict, Refuted) else ""
    said = claim.claim_bytes.decode().split("claim ")[1].strip(")\n")
    python = time.process_time() - start
    print(f"{name}: {said}: {verdict.word} {where} (CPU s: search {python:.1f}, native checker {native:.1f})")


def main() -> None:
    """Print a line for each chain."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--states", type=int, default=1000)
    parser.add_argument("--grid", type=int, nargs=2, default=(3, 3))
    arguments = parser.parse_args()
    n = arguments.states
    weights = [1 + (7 * i) % 5 for i in range(n)]
    pi = [Fraction(w, sum(weights)) for w in weights]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        neighbours = metropolis_hastings(weights)
        show(f"Metropolis-Hastings, neighbours on a circle of {n}", neighbours, pi, folder)
        right = independent(weights)
        show(f"Metropolis-Hastings, any of {n} states", right, pi, folder)
        show(f"Metropolis-Hastings, any of {n} states", right, pi, folder, mixing="0.01")
        grid, law = ising(*arguments.grid, Fraction(3, 2), scan=False)
        show(f"Gibbs, an Ising grid with {len(law)} states", grid, law, folder)
        show(f"Gibbs, an Ising grid with {len(law)} states", grid, law, folder, mixing="0.01")
        for broken in (
            "no acceptance",
            "ratio upside down",
            "square root forgotten",
            "rounded to 2 places",
            "strict comparison",
        ):
            show(
                f"broken: {broken}",
                independent(weights[:100], broken),
                [p * sum(weights) / sum(weights[:100]) for p in pi[:100]],
                folder,
            )


if __name__ == "__main__":
    main()

"""Measures the checkers on training runs: random data of some sizes, and data that scikit-learn brings along.

Usage: .venv/bin/python benchmarks/training.py [-o training.csv] [--kernel] [--plot training.svg]

Columns: data, loss, whether there is an intercept, rows, columns, method, steps, accuracy; bytes of the features and
the certificate; CPU seconds of the search, of the native checker and of coqc (with its start and the loading of the
library); their verdicts.  With --plot, the gap of a simulated run (binary64) under the proved bound, for the data of
scikit-learn with intercepts.
"""

from __future__ import annotations

import argparse
import csv
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from cpu import children

from warrant.checkers import check_kernel, check_native
from warrant.training import read_problem
from warrant.training.plot import curves, draw
from warrant.training.state import state

SIZES = ((100, 5), (1000, 10), (1000, 50), (10_000, 50), (2000, 200))
COLUMNS = [
    "data",
    "loss",
    "intercept",
    "rows",
    "columns",
    "method",
    "steps",
    "accuracy",
    "features",
    "certificate",
    "search",
    "native",
    "kernel",
    "verdicts",
]
PENALTY, ACCURACY = 0.01, 1e-6


def main() -> None:
    """Measure, and write what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-o", dest="table", type=Path, help="a table to write")
    parser.add_argument("--kernel", action="store_true", help="also ask the kernel of Coq")
    parser.add_argument("--plot", type=Path, help="a figure to write")
    options = parser.parse_args()
    rows = []
    for name, objective, a, y, settings in [*made_up(), *bundled()]:
        for method in ("gradient-descent", "nesterov"):
            rows.append(measure(name, objective, a, y, {**settings, "method": method}, kernel=options.kernel))
            print(" ".join(f"{k}={v}" for k, v in rows[-1].items()), flush=True)
    if options.table:
        with options.table.open("w", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows(rows)
    if options.plot:
        plot(options.plot)


def made_up() -> Iterator[tuple[str, Any, Any, Any, dict[str, Any]]]:
    """Gaussian features, and labels that depend on them."""
    for n, d in SIZES:
        random = np.random.default_rng(0)
        a = random.standard_normal((n, d))
        y = a @ random.standard_normal(d) + random.standard_normal(n)
        yield "random", "ridge", a, y, {"penalty": PENALTY, "accuracy": ACCURACY}
        yield "random", "logistic", a, np.where(y > 0, 1.0, -1.0), {"penalty": PENALTY, "accuracy": ACCURACY}
        yield "random", "huber", a, y, {"penalty": PENALTY, "delta": 1, "accuracy": ACCURACY}


def bundled() -> Iterator[tuple[str, Any, Any, Any, dict[str, Any]]]:
    """Data sets of scikit-learn with its estimators, with and without an intercept; features are standardised."""
    from sklearn import datasets
    from sklearn.linear_model import LogisticRegression, Ridge

    for name, load, model in (
        ("diabetes", datasets.load_diabetes, Ridge),
        ("breast_cancer", datasets.load_breast_cancer, LogisticRegression),
        ("digits (5 or more)", datasets.load_digits, LogisticRegression),
    ):
        a, y = load(return_X_y=True)
        a = a[:, a.std(axis=0) > 0]
        a = (a - a.mean(axis=0)) / a.std(axis=0)
        y = (y >= 5) * 1 if name.startswith("digits") else y
        yield name, model(), a, y, {"accuracy": ACCURACY}
        yield name, model(fit_intercept=False), a, y - y.mean() if name == "diabetes" else y, {"accuracy": ACCURACY}


def measure(name: str, objective: Any, a: Any, y: Any, settings: dict[str, Any], *, kernel: bool) -> dict[str, Any]:
    """One claim, from the data to the verdicts."""
    begin = time.process_time()
    claim = state(objective, a, y, **settings)
    search = time.process_time() - begin
    assert claim.known is not None
    theorem = claim.theorem(claim.known)
    assert theorem is not None
    problem = read_problem(claim.problem_bytes, file="")
    answers, seconds = [], []
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / artefact.file for artefact in claim.artefacts] + [Path(folder) / "certificate.bin"]
        for file, data in zip(files, [*(artefact.data for artefact in claim.artefacts), claim.known], strict=True):
            file.write_bytes(data)
        begin = children()
        answers.append(check_native(claim.family, files))
        seconds.append(children() - begin)
    if kernel:
        begin = children()
        answers.append(check_kernel(claim.artefacts, claim.known, theorem)[0])
        seconds.append(children() - begin)
    return {
        "data": name,
        "loss": problem.loss,
        "intercept": "yes" if problem.intercept else "no",
        "rows": len(a),
        "columns": a.shape[1],
        "method": settings["method"],
        "steps": problem.steps,
        "accuracy": float(problem.accuracy),
        "features": len(claim.features_bytes),
        "certificate": len(claim.known),
        "search": round(search, 2),
        "native": round(seconds[0], 2),
        "kernel": round(seconds[1], 2) if kernel else "",
        "verdicts": " ".join(answer.word for answer in answers),
    }


def plot(path: Path) -> None:
    """The gaps of simulated runs, and the bounds that are proved for them after each number of steps."""
    cases = []
    for name, objective, a, y, settings in bundled():
        if not objective.fit_intercept:
            continue
        drawn = [curves(state(objective, a, y, **settings, method=m)) for m in ("gradient-descent", "nesterov")]
        assert all((curve.measured <= curve.proved).all() for curve in drawn), name
        cases.append((name, drawn))
    draw(cases, path)


if __name__ == "__main__":
    sys.exit(main())

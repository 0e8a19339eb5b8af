"""Measures search and checkers on rates of growing numbers of steps, and on one with long fractions.

Usage: .venv/bin/python benchmarks/rate_steps.py [-o steps.csv]

Columns: method, steps; the bound; bytes, facts and squares of the certificate; CPU seconds of PEPit with its solver, of
the search, of the native checker and of coqc; their verdicts.  The time of coqc has its start and the loading of the
library, which is what one step takes.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
import time
from pathlib import Path
from typing import Any

from cpu import children

from warrant.checkers import check_kernel, check_native
from warrant.claims import Rate
from warrant.rates import Found, find, solve, write_certificate, write_problem

FOLDER = "PEPit.examples.unconstrained_convex_minimization."
CASES: list[tuple[str, dict[str, Any]]] = [
    *(("gradient_descent:wc_gradient_descent", {"L": 1, "gamma": 1, "n": n}) for n in (1, 5, 10, 20, 50)),
    *(("accelerated_gradient_convex:wc_accelerated_gradient_convex", {"mu": 0, "L": 1, "n": n}) for n in (5, 10, 20)),
    ("information_theoretic_exact_method:wc_information_theoretic", {"mu": 0.001, "L": 1, "n": 15}),
]


def main() -> None:
    """Measure, and write what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-o", dest="table", type=Path, help="a table to write")
    options = parser.parse_args()
    rows = []
    for name, arguments in CASES:
        rows.append(measure(name, arguments))
        print(" ".join(f"{k}={v}" for k, v in rows[-1].items()), flush=True)
    if options.table:
        with options.table.open("w", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)


def measure(name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """One method, from the program to the verdicts."""
    begin = time.process_time()
    solved = solve(FOLDER + name, arguments)
    pepit = time.process_time() - begin
    found = find(solved)
    search = time.process_time() - begin - pepit
    assert isinstance(found, Found), found
    problem, certificate = write_problem(found.problem).encode(), write_certificate(found.certificate).encode()
    claim = Rate(problem, known=certificate)
    theorem = claim.theorem(certificate)
    assert theorem is not None
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / "problem.rate", Path(folder) / "certificate.bin"]
        for file, data in zip(files, (problem, certificate), strict=True):
            file.write_bytes(data)
        begin = children()
        native = check_native(claim.family, files)
        seconds = [children() - begin]
    begin = children()
    kernel = check_kernel(claim.artefacts, certificate, theorem)[0]
    seconds.append(children() - begin)
    return {
        "method": name.partition(":")[0],
        "steps": arguments["n"],
        "bound": found.problem.bound,
        "bytes": len(certificate),
        "facts": len(found.certificate.facts),
        "squares": len(found.certificate.squares),
        "pepit": round(pepit, 2),
        "search": round(search, 2),
        "native": round(seconds[0], 2),
        "kernel": round(seconds[1], 2),
        "verdicts": f"{native.word} {kernel.word}",
    }


if __name__ == "__main__":
    main()

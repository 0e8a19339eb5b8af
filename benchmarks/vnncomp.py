"""Runs a VNN-COMP benchmark through search, native checker and (if asked) the Coq kernel; prints CPU seconds.

usage: python benchmarks/vnncomp.py FOLDER [--match TEXT]... [--limit N] [--kernel] [--table FILE.csv]

Each instance runs in a process of its own, so Python's start-up counts.  Verdicts that differ from ground_truth.csv
make the exit code 1.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields
from pathlib import Path

COMMAND = [sys.executable, "-m", "warrant"]


@dataclass(frozen=True)
class Row:
    """One instance: verdict, the benchmark's ground truth, CPU seconds, wall seconds, bytes of the certificate."""

    model: str
    property: str
    verdict: str
    truth: str
    search_and_native: float
    native: float
    kernel: float
    wall: float
    certificate: int


def children() -> float:
    """CPU seconds of all processes that ended so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def timed(command: list[str]) -> tuple[subprocess.CompletedProcess[str], float]:
    """Runs a command; its CPU seconds."""
    before = children()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done, children() - before


def ground_truth(folder: Path) -> dict[tuple[str, str], str]:
    """(network, property number) to sat or unsat, where the benchmark says so."""
    path = folder / "ground_truth.csv"
    if not path.exists():
        return {}
    with path.open() as file:
        return {(row["net"], row["prop"]): row["verdict"] for row in csv.DictReader(file)}


def expected(truth: dict[tuple[str, str], str], model: str, property_: str) -> str:
    """The verdict that the ground truth of ACAS Xu gives, or nothing."""
    net = re.search(r"_(\d_\d)_", model)
    prop = re.search(r"prop_(\d+)", property_)
    return truth.get((net[1], prop[1]), "") if net and prop else ""


def instances(folder: Path, match: list[str]) -> Iterator[tuple[Path, Path, float]]:
    """Model, property and time limit of the instances whose line has one of the texts."""
    with (folder / "instances.csv").open() as file:
        for line in csv.reader(file):
            if not match or any(text in ",".join(line) for text in match):
                yield folder / line[0], folder / line[1], float(line[2])


def run(model: Path, property_: Path, limit: float, truth: str, *, kernel: bool) -> Row:
    """Proves or refutes one instance, and checks it again in each mode."""
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "warrant"
        begin = time.monotonic()
        done, first = timed([*COMMAND, "prove", str(model), str(property_), "--timeout", str(limit), "--out", str(out)])
        wall = time.monotonic() - begin
        verdict = done.stdout.strip().splitlines()[-1] if done.stdout.strip() else done.stderr.strip()
        native = in_kernel = 0.0
        size = 0
        if (out / "warrant.json").exists():
            size = (out / "certificate.bin").stat().st_size
            checker = os.environ.get("WARRANT_CHECK", "build/warrant-check")
            _, native = timed([checker, str(model), str(property_), str(out / "certificate.bin")])
            if kernel:
                again, in_kernel = timed([*COMMAND, "check", str(out), "--kernel"])
                last = again.stdout.strip().splitlines()[-1] if again.stdout.strip() else again.stderr.strip()
                if last != verdict:
                    verdict = f"{verdict} but in the kernel {last}"
        return Row(model.name, property_.name, verdict, truth, first, native, in_kernel, wall, size)


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--match", action="append", default=[])
    parser.add_argument("--limit", type=int, default=10**9)
    parser.add_argument("--kernel", action="store_true")
    parser.add_argument("--table", type=Path)
    options = parser.parse_args()
    truth = ground_truth(options.folder)
    rows: list[Row] = []
    wrong = 0
    for model, property_, limit in instances(options.folder, options.match):
        if len(rows) == options.limit:
            break
        row = run(model, property_, limit, expected(truth, model.name, property_.name), kernel=options.kernel)
        rows.append(row)
        wrong += (row.verdict, row.truth) in {("PROVED", "sat"), ("REFUTED", "unsat")} or " but " in row.verdict
        print(json.dumps(row.__dict__), flush=True)
    for name in ("search_and_native", "native", "kernel", "wall"):
        values = sorted(getattr(row, name) for row in rows)
        if values:
            print(
                f"{name}: total {sum(values):.2f} s, median {values[len(values) // 2]:.3f} s, most {values[-1]:.2f} s"
            )
    for verdict in sorted({row.verdict for row in rows}):
        print(verdict, sum(row.verdict == verdict for row in rows))
    if options.table:
        with options.table.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([field.name for field in fields(Row)])
            writer.writerows(astuple(row) for row in rows)
    print(f"{wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

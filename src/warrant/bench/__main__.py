"""``python -m warrant.bench CATEGORY ONNX VNNLIB RESULTS_FILE TIMEOUT``: one instance, as VNN-COMP's scripts run it.

The results file's first line is sat, unsat, unknown, timeout or error; after sat, a counterexample follows it.
"""

from __future__ import annotations

import os
import secrets
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from warrant._pool import Task, memory_of_machine, run_tasks
from warrant.bench.folder import Instance
from warrant.bench.instance import Job, Outcome, solve
from warrant.claims import Counterexample

_START = 0.5
"""Seconds that this program has used before it reads the clock, and needs when the time is up."""


def main(arguments: list[str]) -> int:
    """Decide one instance and write its results file, which appears whole.

    Returns:
        0 where the file was written, whatever it says; 2 bad usage; 1 the file cannot be written.
    """
    try:
        category, onnx, vnnlib, file, limit = arguments
        seconds = float(limit)
    except ValueError:
        print("usage: python -m warrant.bench CATEGORY ONNX VNNLIB RESULTS_FILE TIMEOUT", file=sys.stderr)
        return 2
    seconds = max(seconds - _START, seconds / 2)
    instance = Instance(category, onnx, vnnlib, max(0.9 * seconds, seconds - 1))
    job = Job(Path(), instance, time.monotonic(), jobs=os.cpu_count() or 1)
    tasks = [Task(solve, job, seconds)]
    (ended,) = run_tasks(tasks, jobs=1, memory=memory_of_machine() * 9 // 10, method="spawn")
    if isinstance(ended.value, Outcome):
        lines, reason = list(_lines(ended.value)), ended.value.reason
    else:
        lines, reason = ["timeout" if ended.failure == "time" else "error"], ended.reason
    if reason:
        print(f"warrant: {reason}", file=sys.stderr)
    try:
        _write(Path(file), "\n".join(lines) + "\n")
    except OSError as problem:
        print(f"warrant: {file}: it could not be written: {problem.strerror}", file=sys.stderr)
        return 1
    return 0


def _lines(outcome: Outcome) -> Iterator[str]:
    point = outcome.counterexample
    if outcome.result != "sat":
        yield outcome.result
    elif point is None or point.outputs is None:  # a counterexample must have outputs, which ONNX Runtime computes
        yield "unknown"
    else:
        yield "sat"
        yield from _counterexample(point)


def _counterexample(point: Counterexample) -> Iterator[str]:
    pairs = [f"(X_{i} {value!r})" for i, value in enumerate(point.inputs)]
    pairs += [f"(Y_{i} {value!r})" for i, value in enumerate(point.outputs or ())]
    pairs[0], pairs[-1] = "(" + pairs[0], pairs[-1] + ")"
    yield from pairs


def _write(file: Path, text: str) -> None:
    new = file.with_name(f".{file.name}.{secrets.token_hex(6)}.new")
    try:
        new.write_text(text)
        new.replace(file)
    finally:
        new.unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

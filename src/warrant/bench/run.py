"""Runs the instances of a benchmark that do not stand in its table of results yet."""

from __future__ import annotations

import shutil
import time
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, replace
from glob import escape
from pathlib import Path

from warrant._pool import Ended, Task, memory_of_machine, run_tasks
from warrant.bench.folder import Instance, fingerprint
from warrant.bench.instance import KERNEL, Job, Outcome, solve
from warrant.bench.results import DECIDED, Results, Row
from warrant.errors import WarrantError, WrongInput

__all__ = ["Settings", "run", "standing"]

_GRACE = 5.0
"""Seconds beyond its limit after which an instance is ended: its own search ends at the limit, and says how it went."""


@dataclass(frozen=True)
class Settings:
    """How instances are run.

    Attributes:
        kernel: seconds that the Coq kernel has for each certificate; None: it is not asked.
        keep: a folder for the warrants, or None.
        jobs: instances at once.
        memory: bytes that an instance may use; None: four fifths of the machine's, divided by ``jobs``.
    """

    kernel: float | None = None
    keep: Path | None = None
    jobs: int = 1
    memory: int | None = None

    def out(self, instance: Instance) -> Path | None:
        """The folder of an instance's warrant."""
        return None if self.keep is None else self.keep / f"{instance.name}.warrant"

    @property
    def most(self) -> int:
        """Bytes that an instance may use."""
        return self.memory if self.memory is not None else memory_of_machine() * 4 // 5 // self.jobs


def standing(folder: Path, instances: Iterable[Instance], results: Results, settings: Settings) -> dict[Instance, str]:
    """The SHA-256 of the instances that have still to be run.

    A row of the table stands if the files have the same bytes, the limit is the same, the kernel was asked if it is to
    be asked now, and the warrant is there if it is to be kept.
    """
    digests: dict[Path, str] = {}
    missing = {}
    for instance in instances:
        sha256 = fingerprint(folder, instance, digests)
        row = results.rows.get(instance.key)
        out = settings.out(instance)
        kept = out is None or row is None or row.result not in DECIDED or out.is_dir()
        asked = settings.kernel is None or (row is not None and row.kernel == "yes")
        if row is None or row.sha256 != sha256 or row.limit_s != round(instance.limit, 4) or not asked or not kept:
            missing[instance] = sha256
    return missing


def run(folder: Path, instances: dict[Instance, str], results: Results, settings: Settings) -> Generator[Row]:
    """Run instances, and yield the row of each once it stands in the table.

    Raises:
        WarrantError: a disk is full, or the table or the folder for the warrants cannot be written.
    """
    if settings.keep is not None:
        _make(settings.keep)
    ended = run_tasks(_tasks(folder, instances, settings), jobs=settings.jobs, memory=settings.most)
    try:
        for task in ended:
            instance = task.task.argument.instance
            _sweep(settings.out(instance))
            if task.failure == "full":
                raise WarrantError(
                    f"{instance.onnx}, {instance.vnnlib}: {task.reason}; make room, and run it again to go on"
                )
            row = _row(task, instances[instance], settings)
            if fingerprint(folder, instance, {}) != row.sha256:  # then it is not known what was run
                row = replace(row, result="error", reason="its files changed while it ran")
            results.append(row)
            yield row
    finally:
        ended.close()
        for instance in instances:
            _sweep(settings.out(instance))


def _tasks(folder: Path, instances: Iterable[Instance], settings: Settings) -> Iterator[Task]:
    for instance in instances:
        job = Job(folder, instance, time.monotonic(), settings.kernel, settings.out(instance))
        yield Task(solve, job, instance.limit + _GRACE)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise WrongInput(
            f"the folder cannot be made: {problem.strerror}", file=str(folder), hint="choose another --keep"
        ) from None


def _sweep(out: Path | None) -> None:
    """Remove what a process that was ended in the midst of writing a warrant has left beside it."""
    if out is not None:
        for part in ("new", "old"):
            for left in out.parent.glob(f".{escape(out.name)}.*.{part}"):
                shutil.rmtree(left, ignore_errors=True)


def _row(ended: Ended, sha256: str, settings: Settings) -> Row:
    instance: Instance = ended.task.argument.instance
    outcome = ended.value if isinstance(ended.value, Outcome) else _failed(ended)
    return Row(
        *instance.key,
        prepare_s=outcome.prepare_s,
        result=outcome.result,
        run_s=outcome.run_s,
        truth=instance.truth,
        limit_s=round(instance.limit, 4),
        search_cpu_s=outcome.search_cpu_s,
        native_cpu_s=outcome.native_cpu_s,
        kernel_cpu_s=outcome.kernel_cpu_s,
        regions=outcome.regions,
        certificate_bytes=outcome.certificate_bytes,
        memory_mib=max(ended.memory / 2**20, outcome.memory_mib or 0.0) or None,
        checked_by=outcome.checked_by,
        kernel="no" if settings.kernel is None else "yes",
        reason=outcome.reason,
        sha256=sha256,
    )


def _failed(ended: Ended) -> Outcome:
    """The outcome of a task that gave none."""
    where = " in the kernel's check" if ended.stage == KERNEL else ""
    word = "timeout" if ended.failure == "time" else "error"
    return Outcome(word, 0.0, ended.seconds, None, reason=f"{ended.reason}{where}")

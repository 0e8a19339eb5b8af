"""One instance, from its files to its verdict and its figures; this runs in the instance's own process."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from warrant._api import prove_claim
from warrant._verdicts import Proved, Refuted, Unknown, Verdict
from warrant.bench.folder import Instance, content
from warrant.claims import Counterexample, Safe

__all__ = ["KERNEL", "Job", "Outcome", "solve"]

KERNEL = "kernel"
Tell = Callable[[str, float], None]
"""Says that a stage begins, and how many seconds it may take from now on."""


@dataclass(frozen=True)
class Job:
    """What is to be done with one instance.

    Attributes:
        folder: the benchmark's folder.
        instance: which of its instances.
        begun: when the process was asked for, by ``time.monotonic``.
        kernel: whether the Coq kernel shall check the verdict, too, and within how many seconds.
        out: the folder for its warrant, or None.
        jobs: how many processes the search may use.
    """

    folder: Path
    instance: Instance
    begun: float
    kernel: float | None = None
    out: Path | None = None
    jobs: int = 1


@dataclass(frozen=True)
class Outcome:
    """What came of it; fields as in the table of results, and the counterexample if there is one."""

    result: str
    prepare_s: float
    run_s: float
    search_cpu_s: float | None
    native_cpu_s: float | None = None
    kernel_cpu_s: float | None = None
    regions: float | None = None
    certificate_bytes: float | None = None
    memory_mib: float | None = None
    checked_by: str = ""
    reason: str = ""
    counterexample: Counterexample | None = None


class _Clock:
    """Wall and CPU seconds at the beginning of each stage of an instance."""

    def __init__(self) -> None:
        self.marks = [("search", *self._now())]

    def _now(self) -> tuple[float, float, float]:
        own, others = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        return time.monotonic(), own.ru_utime + own.ru_stime, others.ru_utime + others.ru_stime

    def begin(self, stage: str) -> None:
        self.marks.append((stage, *self._now()))

    def cpu(self, stage: str) -> float | None:
        """CPU seconds of a stage: in a check, those of the processes that it ran; in the search, its own as well."""
        for (name, _, _, others), (_, _, own_then, others_then) in zip(self.marks, self.marks[1:], strict=False):
            if name == stage:
                # all that this process has used so far, so that its start is part of the search
                return own_then + others_then if stage == "search" else others_then - others
        return None

    def wall(self, *stages: str) -> float:
        pairs = zip(self.marks, self.marks[1:], strict=False)
        return sum(then[1] - now[1] for now, then in pairs if now[0] in stages)


def solve(job: Job, tell: Tell) -> Outcome:
    """Prove or refute one instance.

    Raises:
        WarrantError: its files cannot be read or understood.
    """
    instance = job.instance
    claim = _claim(job)
    clock = _Clock()
    prepare = clock.marks[0][1] - job.begun

    def stage(name: str) -> None:
        in_kernel = "kernel" in name
        clock.begin(KERNEL if in_kernel else "native")
        if in_kernel and job.kernel is not None:
            tell(KERNEL, job.kernel)

    verdict = prove_claim(
        claim, timeout=instance.limit, kernel=job.kernel is not None, jobs=job.jobs, out=job.out, stage=stage
    )
    clock.begin("end")
    run = clock.wall("search", "native")
    result, reason = _result(verdict, run, instance.limit)
    size = None if verdict.certificate is None else float(len(verdict.certificate))
    return Outcome(
        result,
        prepare,
        run,
        clock.cpu("search"),
        clock.cpu("native"),
        clock.cpu(KERNEL),
        verdict.figures.get("regions"),
        size,
        max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024,
        " ".join(verdict.checked_by),
        reason,
        verdict.counterexample if isinstance(verdict, Refuted) else None,
    )


def _claim(job: Job) -> Safe:
    instance = job.instance
    claim = Safe.of(content(job.folder, instance.onnx), content(job.folder, instance.vnnlib))
    return replace(
        claim, model_name=instance.onnx.removesuffix(".gz"), property_name=instance.vnnlib.removesuffix(".gz")
    )


def _result(verdict: Verdict, run: float, limit: float) -> tuple[str, str]:
    """The competition's word for a verdict, and the reason where nothing was decided within the limit."""
    if isinstance(verdict, Unknown):
        searched = verdict.certificate is None and verdict.seconds.get("search", 0.0) >= limit
        return ("timeout" if searched else "unknown"), verdict.reason
    if run > limit:
        return "timeout", f"{verdict.line} after {run:.1f} s, and the limit is {limit:g} s"
    return ("unsat" if isinstance(verdict, Proved) else "sat"), ""

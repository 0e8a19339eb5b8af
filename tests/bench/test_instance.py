"""One instance: the competition's word for each verdict, and the figures that go with it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_benchmark import Benchmark, never_below

import warrant
from warrant.bench.folder import read_folder
from warrant.bench.instance import Job, Outcome, solve
from warrant.claims import Found

Solve = Callable[..., Outcome]


@pytest.fixture
def solved(benchmark_folder: Benchmark, trouble: Path) -> Solve:
    """Solves an instance with this property and limit, in this process."""

    def of(text: str, limit: float = 20) -> Outcome:
        benchmark_folder.add("p", text, limit=str(limit))
        (instance,) = read_folder(benchmark_folder.folder)
        return solve(Job(benchmark_folder.folder, instance, time.monotonic()), lambda stage, seconds: None)

    return of


def test_proved(solved: Solve) -> None:
    outcome = solved(never_below(0))
    assert (outcome.result, outcome.reason, outcome.checked_by) == ("unsat", "", "native")
    assert outcome.counterexample is None
    assert outcome.prepare_s >= 0
    assert outcome.run_s > 0
    assert outcome.certificate_bytes is not None and outcome.certificate_bytes > 6
    assert outcome.regions is not None
    assert outcome.native_cpu_s is not None
    assert outcome.kernel_cpu_s is None


def test_refuted(solved: Solve) -> None:
    outcome = solved(never_below(1.5))
    assert (outcome.result, outcome.reason) == ("sat", "")
    assert outcome.counterexample is not None
    assert 1 <= outcome.counterexample.inputs[0] <= 1.5
    assert outcome.counterexample.outputs == pytest.approx(outcome.counterexample.inputs)


def test_a_verdict_that_comes_too_late_is_a_timeout(solved: Solve, trouble: Path) -> None:
    trouble.touch()
    outcome = solved(never_below(0, "LATE"), limit=0.8)
    assert outcome.result == "timeout"
    assert outcome.reason.startswith("PROVED after 1.")
    assert outcome.reason.endswith(" s, and the limit is 0.8 s")


@pytest.mark.parametrize(("seconds", "result"), [(0.3, "timeout"), (0.0, "unknown")])
def test_a_search_without_success(seconds: float, result: str, solved: Solve, monkeypatch: pytest.MonkeyPatch) -> None:
    def find(self: warrant.Safe, **options: object) -> Found:
        time.sleep(seconds)
        return Found(None, "nothing was found", {"regions": 7.0})

    monkeypatch.setattr(warrant.Safe, "find", find)
    outcome = solved(never_below(0), limit=0.2)
    assert (outcome.result, outcome.reason, outcome.regions) == (result, "nothing was found", 7)
    assert outcome.native_cpu_s is None
    assert outcome.certificate_bytes is None


def test_a_certificate_that_is_not_accepted(solved: Solve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warrant.Safe, "find", lambda self, **options: Found(b"WRNT\x01Pnonsense", ""))
    monkeypatch.setenv("WARRANT_CHECKER", "/nowhere")
    outcome = solved(never_below(0))
    assert outcome.result == "unknown"
    assert "no checker was found" in outcome.reason


def test_what_cannot_be_read(solved: Solve) -> None:
    with pytest.raises(warrant.WrongInput, match=r"vnnlib/p\.vnnlib"):
        solved("(assert")

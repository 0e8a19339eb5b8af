"""A batch on a cluster: the same verdicts, and a worker that is killed in the middle loses nothing."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import warrant
from warrant.batch import Entry, prove_all
from warrant.claims import Found, Report, Safe
from warrant.cli import main

distributed = pytest.importorskip("distributed")
pytestmark = pytest.mark.usefixtures("native_checker")
EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def cluster(native_checker: Any) -> Iterator[Any]:
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as made:
        yield made


def claim(percent: int) -> Safe:
    return Safe.of(str(EXAMPLES / "tumour.onnx"), str(EXAMPLES / f"within-{percent}-percent.vnnlib"))


@dataclass(frozen=True)
class DiesOnce(Safe):
    """Its search kills the worker that it runs in, the first time."""

    mark: str = ""

    def find(self, *, timeout: float | None, jobs: int, report: Report | None) -> Found:
        if not Path(self.mark).exists():
            Path(self.mark).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().find(timeout=timeout, jobs=jobs, report=report)


def test_a_killed_worker_loses_nothing(cluster: Any, tmp_path: Path) -> None:
    holds = claim(18)
    dies = DiesOnce(**{**vars(holds), "mark": str(tmp_path / "mark")})
    entries = [Entry("holds", holds), Entry("dies-once", dies), Entry("fails", claim(20))]
    with distributed.Client(cluster) as client:
        outcomes = prove_all(entries, tmp_path / "warrants", timeout=60, executor=client.get_executor())
    assert (tmp_path / "mark").exists()
    assert [(o.name, o.word) for o in outcomes] == [("holds", "PROVED"), ("dies-once", "PROVED"), ("fails", "REFUTED")]
    for outcome in outcomes:
        assert warrant.check(tmp_path / "warrants" / outcome.name).word == outcome.word


def test_the_command(cluster: Any, tmp_path: Path) -> None:
    for name in ("tumour.onnx", "within-18-percent.vnnlib", "within-20-percent.vnnlib", "warrant.toml"):
        (tmp_path / name).write_bytes((EXAMPLES / name).read_bytes().replace(b"../build/", b""))
    address = cluster.scheduler_address.replace("tcp://", "dask://")
    assert main(["run", "-c", str(tmp_path / "warrant.toml"), "--executor", address]) == 0
    assert warrant.check(tmp_path / "warrants" / "within-20-percent").word == "REFUTED"


@pytest.mark.parametrize("address", ["ray://localhost:1", "dask://", "localhost", "dask://127.0.0.1:1"])
def test_an_address_where_there_is_none(address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("tumour.onnx", "within-18-percent.vnnlib", "within-20-percent.vnnlib", "warrant.toml"):
        (tmp_path / name).write_bytes((EXAMPLES / name).read_bytes())
    assert main(["run", "-c", str(tmp_path / "warrant.toml"), "--executor", address]) == 2
    assert "--executor" in capsys.readouterr().err


class Elsewhere(ThreadPoolExecutor):
    """A worker whose folder is not ours: what it wrote is gone when it has answered."""

    def submit(self, call: Any, work: Any) -> Any:  # type: ignore[override]
        import shutil

        future = super().submit(call, work)
        future.result()
        shutil.rmtree(work.folder / work.entry.name)
        return future


def test_a_verdict_without_its_warrant_is_not_believed(tmp_path: Path) -> None:
    with Elsewhere(1) as executor:
        (outcome,) = prove_all([Entry("holds", claim(18))], tmp_path / "warrants", timeout=60, executor=executor)
    assert outcome.word == "UNKNOWN" and "not shared" in outcome.reason

"""The competition's three scripts: what they write, and their exit codes."""

from __future__ import annotations

import gzip
import os
import re
import subprocess
from pathlib import Path

import pytest
from tiny_benchmark import Benchmark, never_below

SCRIPTS = Path(__file__).parents[2] / "vnncomp"
ROOT = SCRIPTS.parent

pytestmark = pytest.mark.skipif(not (ROOT / ".venv").exists(), reason="the scripts use .venv: run `make venv`")


def script(name: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [str(SCRIPTS / f"{name}.sh"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def decided(folder: Path, model: str, prop: str, limit: object = 20) -> list[str]:
    """The lines of the results file."""
    file = folder / "out.txt"
    file.write_text("sat of another run\n")
    arguments = (folder / "onnx" / model, folder / "vnnlib" / prop)
    done = script("run_instance", "v1", "tiny", *arguments, file, limit)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert [p.name for p in folder.glob(".*")] == []
    return file.read_text().splitlines()


def test_verdicts(benchmark_folder: Benchmark, trouble: Path) -> None:
    folder = benchmark_folder.folder
    benchmark_folder.add("holds", never_below(0))
    benchmark_folder.add("fails", never_below(1.5))
    benchmark_folder.add("slow", never_below(0, "SLOW"))
    assert decided(folder, "one.onnx", "holds.vnnlib") == ["unsat"]
    first, *point = decided(folder, "two.onnx", "fails.vnnlib")
    (folder / "vnnlib" / "weaker.vnnlib.gz").write_bytes(gzip.compress(never_below(4.5).encode()))
    assert first == "unsat"
    assert point == []
    first, *point = decided(folder, "two.onnx", "weaker.vnnlib")
    assert first == "sat"
    read = re.fullmatch(r"\(\(X_0 (\S+)\)\n\(Y_0 (\S+)\)\)", "\n".join(point))
    assert read is not None, point
    x, y = map(float, read.groups())
    assert 1 <= x <= 2.5
    assert y == pytest.approx(2 * x)
    assert y <= 4.5
    trouble.touch()
    assert decided(folder, "one.onnx", "slow.vnnlib", limit=2) == ["timeout"]
    assert decided(folder, "nothing.onnx", "slow.vnnlib") == ["error"]


def test_a_checker_that_is_not_convinced(
    benchmark_folder: Benchmark, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checker = tmp_path / "checker"
    checker.write_text("#!/bin/sh\necho 'UNKNOWN: no'\nexit 3\n")
    checker.chmod(0o755)
    monkeypatch.setenv("WARRANT_CHECKER", str(checker))
    benchmark_folder.add("fails", never_below(1.5))
    assert decided(benchmark_folder.folder, "one.onnx", "fails.vnnlib") == ["unknown"]


def test_a_results_file_that_cannot_be_written(benchmark_folder: Benchmark, trouble: Path, tmp_path: Path) -> None:
    benchmark_folder.add("holds", never_below(0))
    folder = benchmark_folder.folder
    target = tmp_path / "missing" / "out.txt"
    done = script("run_instance", "v1", "tiny", folder / "onnx/one.onnx", folder / "vnnlib/holds.vnnlib", target, 20)
    assert done.returncode == 1
    assert "could not be written" in done.stderr


def test_prepare(benchmark_folder: Benchmark, trouble: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    benchmark_folder.add("holds", never_below(0))
    model, prop = benchmark_folder.folder / "onnx" / "one.onnx", benchmark_folder.folder / "vnnlib" / "holds.vnnlib"
    done = script("prepare_instance", "v1", "tiny", model, prop)
    assert (done.returncode, done.stderr) == (0, "")
    done = script("prepare_instance", "v1", "tiny", model, f"{prop}x")
    assert done.returncode == 1
    assert "holds.vnnlibx cannot be read" in done.stderr
    monkeypatch.setenv("WARRANT_CHECKER", f"{trouble}-nothing")
    done = script("prepare_instance", "v1", "tiny", model, prop)
    assert done.returncode == 1
    assert "run install_tool.sh v1 first" in done.stderr


@pytest.mark.parametrize("name", ["install_tool", "prepare_instance", "run_instance"])
def test_usage(name: str) -> None:
    assert os.access(SCRIPTS / f"{name}.sh", os.X_OK)
    done = script(name, "v2", "a", "b", "c", "d", "1")
    assert done.returncode == 2
    assert "expected the version v1, found 'v2'" in done.stderr
    if name != "install_tool":
        done = script(name, "v1", "a")
        assert done.returncode == 2
        assert "usage:" in done.stderr

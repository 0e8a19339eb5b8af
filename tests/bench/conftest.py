"""A small benchmark with two networks, and a checker that is only pretended and misbehaves on request."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from tiny_benchmark import Benchmark, network

# Accepts whatever the search found, by its kind.  While the file `trouble` is there, and the property says
# SLOW or LATE: sleeps, for long or for a second; HUNGRY: takes 700 MB; CRASH: ends the instance by a signal;
# CHANGED: writes to changed.vnnlib.
CHECKER = """#!/bin/sh
if [ -e {folder}/trouble ]; then
  grep -q SLOW "$3" && sleep 600
  grep -q LATE "$3" && sleep 1
  grep -q HUNGRY "$3" && {python} -c 'import time; x = b"x" * 700_000_000; time.sleep(600)'
  grep -q CRASH "$3" && kill -9 $PPID
  grep -q CHANGED "$3" && echo '; another line' >>{folder}/tiny/vnnlib/changed.vnnlib
fi
case "$(head -c 6 "$4" | tail -c 1)" in
P) echo PROVED ;;
R) echo REFUTED; exit 1 ;;
*) echo 'UNKNOWN: no certificate'; exit 3 ;;
esac
"""


@pytest.fixture
def benchmark_folder(tmp_path: Path) -> Benchmark:
    """A folder with the models one.onnx and two.onnx, and no instances yet."""
    folder = tmp_path / "tiny"
    for name in ("onnx", "vnnlib"):
        (folder / name).mkdir(parents=True)
    (folder / "onnx" / "one.onnx").write_bytes(network(1))
    (folder / "onnx" / "two.onnx").write_bytes(network(2))
    return Benchmark(folder)


@pytest.fixture
def trouble(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Installs the pretended checker; it misbehaves while this file is there, which it is not yet."""
    path = tmp_path / "fake-check"
    path.write_text(CHECKER.format(folder=tmp_path, python=sys.executable))
    path.chmod(0o755)
    monkeypatch.setenv("WARRANT_CHECKER", str(path))
    return tmp_path / "trouble"


@pytest.fixture
def started(tmp_path: Path) -> Callable[[Sequence[str]], subprocess.Popen[str]]:
    """Starts the command in a process of its own, in tmp_path."""

    def start(arguments: Sequence[str]) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "warrant", *arguments]
        return subprocess.Popen(
            command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
        )

    return start

"""`warrant bench`: the table, what is run again and what is not, and that no instance, signal or disk spoils it."""

from __future__ import annotations

import csv
import gzip
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from tiny_benchmark import Benchmark, eventually, network, never_below, processes

from warrant.checkers import ToolchainError, find_checker, find_coq, find_library
from warrant.cli import main

Start = Callable[[Sequence[str]], "subprocess.Popen[str]"]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: Path, benchmark_folder: Benchmark) -> Benchmark:
    """The benchmark `tiny` in the working folder: one instance that holds and one that fails."""
    monkeypatch.chdir(tmp_path)
    benchmark_folder.add("holds", never_below(0), limit="30")
    benchmark_folder.add("fails", never_below(1.5))
    return benchmark_folder


def bench(*options: str) -> int:
    return main(["bench", "tiny", *options])


def rows(file: str = "results.csv") -> list[dict[str, str]]:
    with Path(file).open(newline="") as stream:
        return list(csv.DictReader(stream))


def results(file: str = "results.csv") -> dict[str, str]:
    return {Path(row["vnnlib"]).stem: row["result"] for row in rows(file)}


def test_the_table(here: Benchmark, capsys: pytest.CaptureFixture[str]) -> None:
    assert bench() == 0
    holds, fails = rows()
    assert (holds["category"], holds["onnx"], holds["vnnlib"]) == ("tiny", "onnx/one.onnx", "vnnlib/holds.vnnlib")
    assert (holds["result"], fails["result"]) == ("unsat", "sat")
    assert (holds["limit_s"], holds["checked_by"], holds["kernel"], holds["reason"]) == ("30", "native", "no", "")
    assert int(holds["certificate_bytes"]) > 0
    assert float(holds["search_cpu_s"]) > 0
    assert 0 <= float(holds["native_cpu_s"]) <= float(holds["run_s"]) + 1
    assert holds["kernel_cpu_s"] == ""
    assert float(holds["regions"]) >= 0
    assert 10 < float(holds["memory_mib"]) < 2000
    out = capsys.readouterr()
    assert "2 of 2 instances: 1 sat, 1 unsat" in out.out
    assert "vnnlib/holds.vnnlib" in out.err


def test_what_stands_is_not_run_again(here: Benchmark, trouble: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bench("--only", "holds") == 0
    assert results() == {"holds": "unsat"}
    assert bench("--jobs", "2") == 0
    assert "1 of 2 instances stand in results.csv" in capsys.readouterr().err
    before = Path("results.csv").read_bytes()
    assert bench() == 0
    assert Path("results.csv").read_bytes() == before
    assert "2 of 2 instances stand" in capsys.readouterr().err


def test_other_bytes_limits_and_wishes_are_run_again(here: Benchmark) -> None:
    assert bench("--only", "holds") == 0
    (here.folder / "vnnlib" / "holds.vnnlib").write_text(never_below(1.5))
    assert bench("--only", "holds") == 0
    assert [row["result"] for row in rows()] == ["unsat", "sat"]
    assert bench("--only", "holds", "--timeout", "5") == 0
    assert [row["limit_s"] for row in rows()] == ["30", "30", "5"]
    assert bench("--only", "holds", "--timeout", "5", "--keep", "kept") == 0
    assert len(rows()) == 4
    assert bench("--only", "holds", "--timeout", "5", "--keep", "kept") == 0
    assert len(rows()) == 4


def test_kept_warrants(here: Benchmark, capsys: pytest.CaptureFixture[str]) -> None:
    assert bench("--keep", "deep/kept") == 0
    assert sorted(p.name for p in Path("deep/kept").iterdir()) == ["one-fails.warrant", "one-holds.warrant"]
    assert main(["check", "deep/kept/one-holds.warrant"]) == 0
    assert main(["check", "deep/kept/one-fails.warrant"]) == 1


def test_bad_instances_among_good_ones(here: Benchmark, trouble: Path) -> None:
    trouble.touch()
    (here.folder / "onnx" / "garbage.onnx").write_bytes(b"\xff" * 300)
    (here.folder / "onnx" / "packed.onnx.gz").write_bytes(gzip.compress(network(1)))
    (here.folder / "onnx" / "broken.onnx.gz").write_bytes(gzip.compress(network(1))[:-10])
    here.add("garbage", never_below(0), model="garbage.onnx")
    here.add("missing", never_below(0), model="nothing.onnx")
    here.add("nonsense", "(assert (<= Y_0")
    here.add("broken", never_below(0), model="broken.onnx")
    here.add("packed", never_below(0), model="packed.onnx")
    here.add("crash", never_below(0, "CRASH"))
    here.add("hungry", never_below(0, "HUNGRY"))
    here.add("slow", never_below(0, "SLOW"), limit="0.5")
    here.add("good", never_below(0), model="two.onnx")
    assert bench("--jobs", "2", "--memory", "0.5") == 0
    assert results() == {
        "holds": "unsat",
        "fails": "sat",
        "garbage": "error",
        "missing": "error",
        "nonsense": "error",
        "broken": "error",
        "packed": "unsat",
        "crash": "error",
        "hungry": "error",
        "slow": "timeout",
        "good": "unsat",
    }
    reasons = {Path(row["vnnlib"]).stem: row["reason"] for row in rows()}
    assert "No such file" in reasons["missing"]
    assert "out of memory" in reasons["hungry"]
    assert "the limit is 512 MiB" in reasons["hungry"]
    assert "ended by signal 9" in reasons["crash"]
    assert "the time is up" in reasons["slow"]
    assert all(reasons[name] for name in ("garbage", "nonsense", "broken"))


def test_a_wrong_verdict_is_loud(here: Benchmark, capsys: pytest.CaptureFixture[str]) -> None:
    truth = here.folder / "ground_truth.csv"
    truth.write_text("net,prop,verdict\none,holds,sat\none,fails,sat\n")
    assert bench() == 1
    assert [row["truth"] for row in rows()] == ["sat", "sat"]
    out = capsys.readouterr().out.splitlines()
    assert out[-1] == "WRONG: 1 verdicts contradict the ground truth"
    assert out[-2].startswith("WRONG: unsat")
    assert out[-2].endswith("onnx/one.onnx  vnnlib/holds.vnnlib: the ground truth is sat")
    assert bench() == 1, "also where nothing is run again"
    truth.write_text("net,prop,verdict\none,holds,unsat\none,fails,sat\n")
    assert bench() == 0


def slowed(here: Benchmark, trouble: Path) -> None:
    """A third instance that takes its time."""
    trouble.touch()
    here.add("slow", never_below(0, "SLOW"), limit="100")


def ends(process: subprocess.Popen[str], number: int) -> tuple[int, str, str]:
    """Sends a signal once two rows stand and the slow instance runs; exit code, stdout, stderr."""
    assert eventually(lambda: len(rows()) == 2 if Path("results.csv").exists() else False)
    assert eventually(lambda: processes(f"{Path.cwd()}/fake-check"))
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert eventually(lambda: not processes(f"{Path.cwd()}/fake-check")), "an instance outlives the run"
    return process.returncode, out, err


def test_interrupted_and_resumed(here: Benchmark, trouble: Path, started: Start) -> None:
    slowed(here, trouble)
    code, out, err = ends(started(["bench", "tiny"]), signal.SIGINT)
    assert code == 3
    assert out.splitlines()[-1] == "interrupted: 1 instances are left; the same command goes on with them"
    assert "2 of 3 instances: 1 sat, 1 unsat" in out
    assert "Traceback" not in err
    trouble.unlink()
    assert bench() == 0
    assert results() == {"holds": "unsat", "fails": "sat", "slow": "unsat"}


def test_killed_and_resumed(here: Benchmark, trouble: Path, started: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    slowed(here, trouble)
    Path("scratch").mkdir()
    monkeypatch.setenv("TMPDIR", str(Path("scratch").absolute()))
    code, _, _ = ends(started(["bench", "tiny", "--keep", "kept"]), signal.SIGKILL)
    assert code == -signal.SIGKILL
    assert eventually(lambda: not any(Path("scratch").rglob("*.onnx"))), "copies of the files stay behind"
    assert sorted(p.name for p in Path("kept").iterdir()) == ["one-fails.warrant", "one-holds.warrant"]
    trouble.unlink()
    with Path("results.csv").open("a") as file:
        file.write("tiny,onnx/one.onnx,vnnlib/slo")
    assert bench("--keep", "kept") == 0
    assert results() == {"holds": "unsat", "fails": "sat", "slow": "unsat"}
    assert len(list(Path("kept").iterdir())) == 3


def test_two_runs(here: Benchmark, trouble: Path, started: Start, capsys: pytest.CaptureFixture[str]) -> None:
    slowed(here, trouble)
    first = started(["bench", "tiny"])
    assert eventually(lambda: len(rows()) == 2 if Path("results.csv").exists() else False)
    assert bench() == 2
    assert "results.csv: another run of `warrant bench` is writing to it" in capsys.readouterr().err
    assert bench("-o", "mine.csv", "--only", "holds") == 0, "another table is free"
    ends(first, signal.SIGTERM)
    trouble.unlink()
    assert bench() == 0
    assert len(results()) == 3


@pytest.mark.parametrize("options", [[], ["--keep", "kept"]])
def test_a_full_disk(options: list[str], here: Benchmark) -> None:
    for k in range(6):
        here.add(f"p{k}", never_below(0))
    script = 'ulimit -f 2; exec "$@"'  # 1024 bytes a file
    command = ["sh", "-c", script, "sh", sys.executable, "-m", "warrant", "bench", "tiny", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2, done.stderr
    last = done.stderr.splitlines()[-1]
    assert last.startswith("warrant: ")
    assert "File too large" in last
    assert "make room" in last
    assert "Traceback" not in done.stderr
    assert all(row["result"] in ("sat", "unsat") for row in rows()), "a full disk is no instance's fault"
    assert not options or list(Path("kept").iterdir()) == []
    assert bench(*options) == 0
    assert len(results()) == 8


def test_a_file_that_changes_meanwhile(here: Benchmark, trouble: Path) -> None:
    trouble.touch()
    here.add("changed", never_below(0, "CHANGED"))
    assert bench() == 0
    assert rows()[-1]["reason"] == "its files changed while it ran"
    assert results() == {"holds": "unsat", "fails": "sat", "changed": "error"}
    trouble.unlink()
    assert bench() == 0
    assert results()["changed"] == "unsat"


def test_the_kernel_too(here: Benchmark, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WARRANT_CHECKER")
    if find_checker() is None:
        pytest.skip("no native checker: run `make checker`")
    try:
        find_library(find_coq())
    except ToolchainError as missing:
        pytest.skip(str(missing))
    assert bench("--only", "holds") == 0
    assert bench("--only", "holds", "--kernel", "--kernel-timeout", "0.1") == 0
    assert bench("--only", "holds", "--kernel", "-o", "other.csv") == 0
    native, hurried = rows()
    (asked,) = rows("other.csv")
    assert (native["result"], native["checked_by"], native["kernel"]) == ("unsat", "native", "no")
    assert (hurried["result"], hurried["reason"]) == ("timeout", "the time is up in the kernel's check")
    assert (asked["result"], asked["checked_by"], asked["kernel"]) == ("unsat", "native kernel", "yes")
    assert float(asked["kernel_cpu_s"]) > float(asked["native_cpu_s"]) > 0
    before = Path("other.csv").read_bytes()
    assert bench("--only", "holds", "-o", "other.csv") == 0
    assert Path("other.csv").read_bytes() == before, "what the kernel has checked stands without --kernel, too"


def test_bad_usage(here: Benchmark, capsys: pytest.CaptureFixture[str]) -> None:
    for options, message in (
        (["nowhere"], "there is no instances.csv"),
        ([], "no folder was given"),
        (["tiny", "--only", "zebra"], "no line matches zebra"),
        (["tiny", "-o", "/dev/full"], "choose another -o"),
        (["tiny", "--keep", "tiny/instances.csv"], "the folder cannot be made"),
        (["tiny", "--jobs", "0"], "expected at least 1"),
    ):
        assert main(["bench", *options]) == 2
        err = capsys.readouterr().err
        assert message in err
        assert len(err.strip().splitlines()) == 1
    assert not Path("results.csv").exists() or not rows()


def test_progress_on_a_terminal(here: Benchmark) -> None:
    """Under a terminal of its own, the bar counts, and stdout has the summary only."""
    import pty

    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "warrant", "bench", "tiny"]
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=follower, check=True, timeout=60, env=os.environ | {"COLUMNS": "120"}
    )
    os.close(follower)
    shown = os.read(leader, 100_000).decode(errors="replace")
    os.close(leader)
    assert "2/2" in shown
    assert "vnnlib/fails.vnnlib" in shown
    assert done.stdout.decode().splitlines()[0] == "2 of 2 instances: 1 sat, 1 unsat"

"""The command: its last line, its exit code, one clear line on bad input, and nothing half-written."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import warrant
from warrant.cli import main

Search = Callable[[bytes | None], None]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: bytes, property_text: str) -> Path:
    """An empty working folder, with the two input files beside it."""
    (tmp_path / "net.onnx").write_bytes(model)
    (tmp_path / "safe.vnnlib").write_text(property_text)
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def prove(*options: str) -> int:
    return main(["prove", "../net.onnx", "../safe.vnnlib", *options])


@pytest.mark.parametrize(
    ("certificate", "code", "line"),
    [
        (b"WRNT\x01Pgood", 0, "PROVED"),
        (b"WRNT\x01R1.5", 1, "REFUTED"),
        (b"WRNT\x01Pbad", 3, "UNKNOWN: the certificate is not accepted; the certificate is at "),
        (None, 3, "UNKNOWN: nothing was found"),
        (b"nonsense", 3, "UNKNOWN: the search gave no certificate"),
    ],
)
def test_prove_check_audit(
    certificate: bytes | None,
    code: int,
    line: str,
    here: Path,
    lenient: Path,
    search: Search,
    capsys: pytest.CaptureFixture[str],
) -> None:
    search(certificate)
    assert prove() == code
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == line or (line.endswith(" ") and last.startswith(line))
    folder = here / "net-safe.warrant"
    assert folder.exists() == (certificate is not None and certificate.startswith(b"WRNT"))
    if folder.exists():
        for verb in ("check", "audit"):
            assert main([verb, str(folder)]) == code
            assert capsys.readouterr().out.splitlines()[-1].split(";")[0] == last.split(";")[0]


def test_a_counterexample_is_shown_as_numbers(
    here: Path, lenient: Path, search: Search, capsys: pytest.CaptureFixture[str]
) -> None:
    search(b"WRNT\x01R1.5")
    assert prove() == 1
    out = capsys.readouterr().out
    assert "X_0 = 1.5" in out
    pytest.importorskip("onnxruntime")
    assert "Y_0 = 1.5" in out


def test_no_checker_says_where_the_certificate_is(
    here: Path, search: Search, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WARRANT_CHECKER", "/nowhere")
    search(b"WRNT\x01Pgood")
    assert prove() == 3
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("UNKNOWN: no checker was found")
    assert last.endswith(f"the certificate is at {here / 'net-safe.warrant' / 'certificate.bin'}")


def test_no_coq(here: Path, lenient: Path, search: Search, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.setattr("warrant.checkers.toolchain._coq_in", lambda environment: None)
    search(b"WRNT\x01Pgood")
    assert prove("--kernel") == 3
    assert capsys.readouterr().out.splitlines()[-1].startswith("UNKNOWN: the kernel was not asked: no Coq")
    assert main(["check", "net-safe.warrant"]) == 0
    assert main(["check", "net-safe.warrant", "--kernel"]) == 3


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["prove"],
        ["prove", "../net.onnx"],
        ["frobnicate"],
        ["prove", "../net.onnx", "../safe.vnnlib", "--timeout", "soon"],
        ["prove", "../net.onnx", "../safe.vnnlib", "--timeout", "0"],
        ["prove", "../net.onnx", "../safe.vnnlib", "--timeout", "nan"],
        ["prove", "../net.onnx", "../safe.vnnlib", "--jobs", "0"],
        ["prove", "../none.onnx", "../safe.vnnlib"],
        ["prove", "../net.onnx", "../none.vnnlib"],
        ["prove", "..", "../safe.vnnlib"],
        ["prove", "../safe.vnnlib", "../net.onnx"],
        ["prove", "../net.onnx", "../safe.vnnlib", "--out", "../net.onnx"],
        ["prove", "../net.onnx", "../safe.vnnlib", "--out", "no/such/place"],
        ["check", "nothing"],
        ["check", ".."],
        ["audit", "nothing"],
    ],
)
def test_bad_usage_and_input(
    arguments: list[str], here: Path, lenient: Path, search: Search, capsys: pytest.CaptureFixture[str]
) -> None:
    search(b"WRNT\x01Pgood")
    before = sorted(str(p) for p in here.parent.rglob("*"))
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1
    assert err.startswith("warrant")
    assert sorted(str(p) for p in here.parent.rglob("*")) == before


@pytest.mark.parametrize(
    ("network", "claimed", "said"),
    [
        (b"", None, "empty"),
        (b"garbage", None, "not an ONNX model"),
        (None, "", "empty"),
        (None, "(declare-const X_0 Real)(declare-const Y_0 Real)(assert (<= Z 0))", "Z"),
        (None, "(declare-const X_0 Real)(declare-const Y_0 Real)(assert (<= X_0 0))", "lower bound"),
        (None, "(declare-const X_0 Real)(assert (<= X_0 0))(assert (>= X_0 0))", "outputs"),
        (None, "(assert", "line 1"),
    ],
)
def test_bad_files(
    network: bytes | None, claimed: str | None, said: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if network is not None:
        (here.parent / "net.onnx").write_bytes(network)
    if claimed is not None:
        (here.parent / "safe.vnnlib").write_text(claimed)
    assert prove() == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1
    assert said in err
    assert "../net.onnx" in err or "../safe.vnnlib" in err
    assert list(here.iterdir()) == []


def test_a_large_file_is_refused(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (here.parent / "net.onnx").open("wb") as file:
        file.truncate(16_777_212)
    assert prove() == 2
    assert "16777211" in capsys.readouterr().err


def test_an_error_inside_is_unknown(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(self: warrant.Safe, **options: object) -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr(warrant.Safe, "find", broken)
    assert prove() == 3
    out, err = capsys.readouterr()
    assert out.splitlines()[-1].startswith("UNKNOWN: an error inside Warrant")
    assert "Traceback" in err
    assert list(here.iterdir()) == []


@pytest.mark.parametrize(
    ("open", "volume", "percent"),
    [(0, 1.0, "100.00"), (3, 1.0, "99.99"), (3, 0.99999, "99.99"), (3, 0.12349, "12.34"), (1, 0.0, "0.00")],
)
def test_all_is_proved_only_when_nothing_is_open(open: int, volume: float, percent: str) -> None:
    from warrant.claims import Progress

    progress = Progress(open=open, closed=7, volume=volume, seconds=1.0)
    assert str(progress) == f"7 regions closed, {open} open, {percent} % of the volume proved"


def test_an_interrupted_search(here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(self: warrant.Safe, *, report, **options: object) -> None:
        from warrant.claims import Progress

        report(Progress(open=3, closed=7, volume=0.25, seconds=1.0))
        raise KeyboardInterrupt

    monkeypatch.setattr(warrant.Safe, "find", interrupted)
    assert prove() == 3
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == "UNKNOWN: the search was interrupted: 7 regions closed, 3 open, 25.00 % of the volume proved"
    assert list(here.iterdir()) == []


def test_interrupted_while_checking(here: Path, search: Search, checker: Callable[[str], Path]) -> None:
    """Ctrl-C reaches the command and the checker: the certificate is kept, the verdict is UNKNOWN."""
    checker(f"echo started > {here}/../started; sleep 60; echo PROVED")
    code = (
        "import sys, warrant; from warrant.cli import main; from warrant.claims import Found\n"
        "warrant.Safe.find = lambda self, **o: Found(b'WRNT\\x01Pgood', '')\n"
        "sys.exit(main(['prove', '../net.onnx', '../safe.vnnlib']))"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, start_new_session=True)
    for _ in range(300):
        if (here.parent / "started").exists():
            break
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 3
    assert out.splitlines()[-1].startswith("UNKNOWN: the check was interrupted; the certificate is at")
    assert (here / "net-safe.warrant" / "certificate.bin").is_file()


def test_a_reader_that_has_gone_is_no_verdict(here: Path) -> None:
    """A closed pipe must not end in Python's own exit code 1, which would mean refuted."""
    code = (
        "import sys, warrant; from warrant.cli import main; from warrant.claims import Found\n"
        "warrant.Safe.find = lambda self, **o: Found(None, 'nothing ' * 100000)\n"
        "sys.exit(main(['prove', '../net.onnx', '../safe.vnnlib']))"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
    assert process.returncode == 3
    assert said == b""


def test_help_and_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    assert main(["prove", "--help"]) == 0
    assert "exit codes: 0 proved, 1 refuted, 2 bad usage or input, 3 unknown" in capsys.readouterr().out
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("warrant ")


def test_nothing_on_stderr_off_a_terminal(
    here: Path, lenient: Path, search: Search, capsys: pytest.CaptureFixture[str]
) -> None:
    search(b"WRNT\x01Pgood")
    prove()
    assert capsys.readouterr().err == ""

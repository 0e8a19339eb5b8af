"""The table of results: whole lines, a torn last one dropped, one run at a time, a full disk."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from warrant.bench.results import COLUMNS, Results, Row, is_wrong, read_rows
from warrant.errors import WrongInput


def row(name: str = "p", **more) -> Row:
    return Row("tiny", "onnx/one.onnx", f"vnnlib/{name}.vnnlib", 0.25, "unsat", 1.5, limit_s=20.0, **more)


def test_a_row_comes_back(tmp_path: Path) -> None:
    file = tmp_path / "results.csv"
    first = row(truth="sat", search_cpu_s=0.5, reason='a "quoted", reason', sha256="ab")
    with Results(file) as results:
        results.append(first)
        results.append(row("other  name"))
    assert file.read_text().splitlines()[0].split(",")[:6] == list(COLUMNS[:6])
    with Results(file) as results:
        assert list(results.rows.values()) == [first, row("other  name")]
        assert not results.torn


def test_the_last_row_of_an_instance_counts(tmp_path: Path) -> None:
    with Results(tmp_path / "results.csv") as results:
        results.append(row(sha256="old"))
        results.append(row(sha256="new"))
    with Results(tmp_path / "results.csv") as results:
        assert [r.sha256 for r in results.rows.values()] == ["new"]


def test_a_line_break_in_a_reason_is_no_end_of_a_line(tmp_path: Path) -> None:
    with Results(tmp_path / "results.csv") as results:
        results.append(row(reason="one\ntwo\u2028three"))
    assert len((tmp_path / "results.csv").read_bytes().split(b"\n")) == 3


def test_torn_at_every_byte(tmp_path: Path) -> None:
    file = tmp_path / "results.csv"
    with Results(file) as results:
        results.append(row("a"))
        results.append(row("b"))
    whole = file.read_bytes()
    for length in range(len(whole)):
        file.write_bytes(whole[:length])
        with Results(file) as results:
            assert len(results.rows) == max(0, whole[:length].count(b"\n") - 1)
            assert results.torn == (length > 0 and whole[length - 1 : length] != b"\n")
            results.append(row("c"))
        rows, end = read_rows(file.read_bytes(), file)
        assert end == file.stat().st_size
        assert rows[-1] == row("c")
    file.write_bytes(whole + row("d", reason="long " * 99).line()[:-1])  # longer than what is written in its place
    with Results(file) as results:
        results.append(row("c"))
    assert file.read_bytes() == whole + row("c").line()


@pytest.mark.parametrize("text", ["something else\n", "a,b,c,d\n", "x" * 5000, "\n"])
def test_another_file_is_left_alone(text: str, tmp_path: Path) -> None:
    file = tmp_path / "results.csv"
    file.write_text(text)
    with pytest.raises(WrongInput, match="expected a table that `warrant bench` wrote"):
        Results(file)
    assert file.read_text() == text


@pytest.mark.parametrize("line", ["a,b", row().line().decode().replace("unsat", "PROVED").strip(), ""])
def test_a_line_that_is_no_result(line: str, tmp_path: Path) -> None:
    file = tmp_path / "results.csv"
    with Results(file) as results:
        results.append(row())
    file.write_text(file.read_text() + line + "\n")
    with pytest.raises(WrongInput, match="line 3: not a result"):
        Results(file)


def test_a_second_run_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "results.csv"
    with Results(file) as results:
        with pytest.raises(WrongInput, match="another run of `warrant bench` is writing to it"):
            Results(file)
        results.append(row())
    with Results(file) as results:
        assert len(results.rows) == 1


@pytest.mark.parametrize("place", ["/dev/full", "/dev/null", ".", "missing/results.csv"])
def test_what_cannot_be_a_table(place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(WrongInput, match="choose another -o"):
        Results(Path(place))


FILL = """
import resource, sys
from pathlib import Path
from warrant.bench.results import Results, Row
from warrant.errors import WrongInput
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
count = 0
with Results(Path(sys.argv[1])) as results:
    try:
        for count in range(99):
            results.append(Row("tiny", "onnx/one.onnx", f"vnnlib/p{count}.vnnlib", 0.25, "unsat", 1.5, limit_s=20.0))
    except WrongInput as wrong:
        print(count, len(results.rows), wrong)
"""


def test_a_full_disk(tmp_path: Path) -> None:
    """In a process of its own, whose files have at most 1000 bytes."""
    file = tmp_path / "results.csv"
    run = subprocess.run([sys.executable, "-c", FILL, str(file)], capture_output=True, text=True, check=True)
    count, kept, message = run.stdout.split(maxsplit=2)
    assert "it could not be written: File too large; what stands in it is whole" in message
    assert int(count) == int(kept) > 1
    data = file.read_bytes()
    assert len(data) < 1000
    rows, whole = read_rows(data, file)
    assert (len(rows), whole) == (int(count), len(data))


def test_wrong() -> None:
    assert is_wrong(row(truth="sat"))
    assert not is_wrong(row(truth="unsat"))
    assert not is_wrong(row(truth=""))

"""Comparing tables of three layouts: names that mean the same, known verdicts, groups, the plot."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from warrant.bench.compare import ALL, read_curves, table
from warrant.bench.plot import cactus
from warrant.bench.results import Results, Row
from warrant.cli import main
from warrant.errors import WrongInput

PUBLISHED = """year,tool,net,prop,result,time_s,prepare_s
2023,alpha,1_1,1,unsat,8,20
2023,alpha,1_1,10,unsat,9,20
2023,alpha,1_2,2,timeout,116,20
2024,alpha,1_1,1,unsat,4,20
2024,beta,1_1,1,sat,0.001,1
"""
PLAIN = """acasxu,./onnx/ACASXU_run2a_1_1_batch_2000.onnx,./vnnlib/prop_1.vnnlib,1,holds,2.0
acasxu,./onnx/ACASXU_run2a_1_1_batch_2000.onnx.gz,./vnnlib/prop_10.vnnlib.gz,1,violated,6.0
acasxu,./onnx/ACASXU_run2a_1_2_batch_2000.onnx,./vnnlib/prop_2.vnnlib,1,run_instance_timeout,116
"""


def ours(net: str, prop: str, result: str, seconds: float, truth: str = "") -> Row:
    model, property_ = f"onnx/ACASXU_run2a_{net}_batch_2000.onnx", f"vnnlib/prop_{prop}.vnnlib"
    return Row("acasxu", model, property_, 0.1, result, seconds, truth, limit_s=116.0)


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """A table of each layout, where prop_10 is known to be sat."""
    with Results(tmp_path / "mine.csv") as results:
        results.append(ours("1_1", "1", "error", 0.0))
        results.append(ours("1_1", "1", "unsat", 0.5, "unsat"))
        results.append(ours("1_1", "10", "sat", 1.5, "sat"))
        results.append(ours("1_2", "2", "unsat", 3.0))
    (tmp_path / "published.csv").write_text(PUBLISHED)
    (tmp_path / "plain.csv").write_text(PLAIN)
    return [tmp_path / name for name in ("mine.csv", "published.csv", "plain.csv")]


def test_figures(files: list[Path]) -> None:
    lines = {(line.group, line.curve): line for line in table(read_curves(files), by="property")}
    assert list(dict.fromkeys(group for group, _ in lines)) == [ALL, "prop_1", "prop_2", "prop_10"]
    assert [curve for group, curve in lines if group == ALL] == [
        "mine",
        "plain",
        "alpha 2024",
        "alpha 2023",
        "beta 2024",
    ]
    mine, alpha, beta = (lines[ALL, name] for name in ("mine", "alpha 2023", "beta 2024"))
    assert (mine.instances, mine.solved, mine.wrong, mine.total, mine.median) == (3, 3, 0, 5.0, 1.5)
    assert (alpha.instances, alpha.solved, alpha.wrong, alpha.total) == (3, 1, 1, 8.0)
    assert (beta.solved, beta.wrong, beta.median) == (0, 1, None)
    assert lines[ALL, "plain"].solved == 2
    assert lines["prop_2", "mine"].wrong is None, "nothing is known there"


def test_groups(files: list[Path]) -> None:
    groups = {line.group for line in table(read_curves(files))}
    assert groups == {ALL, "ACASXU_run2a_1_1_batch_2000", "ACASXU_run2a_1_2_batch_2000"}, "there are fewer models"
    one = read_curves(files, only=["prop_10"])
    assert {line.group for line in table(one)} == {ALL}, "one group is all"


def test_choices(files: list[Path]) -> None:
    assert [c.name for c in read_curves(files, curves=["2024", "mi*e"])] == ["mine", "alpha 2024", "beta 2024"]
    for options in ({"only": ["zebra"]}, {"curves": ["zebra"]}):
        with pytest.raises(WrongInput, match="no result is left"):
            read_curves(files, **options)


def test_truth_beside_a_published_table(tmp_path: Path) -> None:
    (tmp_path / "published.csv").write_text(PUBLISHED)
    (tmp_path / "ground_truth.csv").write_text("net,prop,verdict\n1_1,1,unsat\n")
    wrong = {c.name: sum(p.wrong for p in c.points) for c in read_curves([tmp_path / "published.csv"])}
    assert wrong == {"alpha 2023": 0, "alpha 2024": 0, "beta 2024": 1}


def test_a_torn_line_of_a_running_benchmark(files: list[Path]) -> None:
    with files[0].open("a") as file:
        file.write("acasxu,onnx/ACASXU_ru")
    assert len(read_curves(files[:1])[0].points) == 3


@pytest.mark.parametrize("text", ["", "what,ever\n", "a,b,c,d,e,soon\n", PUBLISHED + "2024,beta,1_1\n"])
def test_other_files(text: str, tmp_path: Path) -> None:
    file = tmp_path / "other.csv"
    file.write_text(text)
    with pytest.raises(WrongInput, match=r"other\.csv: not a table of results"):
        read_curves([file])
    with pytest.raises(WrongInput, match="cannot be read"):
        read_curves([tmp_path / "nothing.csv"])


def test_plot(files: list[Path], tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    target = tmp_path / "plot.svg"
    curves = read_curves(files)
    cactus(curves, target)
    first = target.read_bytes()
    assert ET.fromstring(first).tag.endswith("svg")
    cactus(curves, target)
    assert target.read_bytes() == first, "the same curves give the same bytes"
    cactus(curves[:1], target)
    assert target.read_bytes() != first
    assert [p.name for p in tmp_path.glob(".*")] == []


def test_plot_of_nothing_and_nowhere(files: list[Path], tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    with pytest.raises(WrongInput, match="nothing was solved"):
        cactus(read_curves(files, curves=["beta"]), tmp_path / "plot.svg")
    with pytest.raises(WrongInput, match="could not be written"):
        cactus(read_curves(files), tmp_path / "no" / "plot.svg")


def test_command(
    files: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("matplotlib")
    monkeypatch.chdir(tmp_path)
    assert main(["bench", "--compare", *map(str, files), "--by", "property"]) == 0
    out = capsys.readouterr().out
    mine = next(line for line in out.splitlines() if "mine" in line)
    assert mine.split() == ["all", "mine", "3", "3", "0", "5.0", "1.50"]
    assert Path("cactus.svg").exists()
    assert main(["bench", "--compare", "nothing.csv"]) == 2
    assert capsys.readouterr().err.count("\n") == 1

"""Reading a benchmark's folder: lines, patterns, compressed files, ground truth, and one clear line on bad input."""

from __future__ import annotations

import gzip
import os
from collections import Counter
from pathlib import Path

import pytest
from tiny_benchmark import Benchmark, network, never_below

from warrant.bench.folder import content, fingerprint, has_part, known, matches, read_folder, read_truth
from warrant.errors import WrongInput


def test_the_lines(benchmark_folder: Benchmark) -> None:
    benchmark_folder.add("holds", never_below(0), limit="30")
    benchmark_folder.line("")
    benchmark_folder.add("fails", never_below(1.5), model="two.onnx", limit="7.5")
    benchmark_folder.line("onnx/one.onnx,vnnlib/holds.vnnlib,30")
    first, second = read_folder(benchmark_folder.folder)
    assert (first.category, first.onnx, first.vnnlib, first.limit) == (
        "tiny",
        "onnx/one.onnx",
        "vnnlib/holds.vnnlib",
        30,
    )
    assert (second.name, second.limit, second.truth) == ("two-fails", 7.5, "")
    assert [i.limit for i in read_folder(benchmark_folder.folder, cap=10)] == [10, 7.5]


def test_names_differ_where_file_names_do_not(benchmark_folder: Benchmark) -> None:
    for folder in ("a", "b"):
        benchmark_folder.line(f"{folder}/one.onnx,{folder}/p.vnnlib,1")
    assert [i.name for i in read_folder(benchmark_folder.folder)] == ["one-p", "one-p-2"]
    # and a name does not depend on which instances are chosen
    assert [i.name for i in read_folder(benchmark_folder.folder, only=["b/"])] == ["one-p-2"]


@pytest.mark.parametrize(
    ("pattern", "found"),
    [("prop_1", True), ("net_*,*prop_1.v", True), ("net_?.onnx", True), ("prop_2", False), ("net_??.onnx", False)],
)
def test_patterns(pattern: str, found: bool) -> None:
    assert matches("onnx/net_3.onnx,vnnlib/prop_1.vnnlib", [pattern]) is found
    assert matches("onnx/net_3.onnx,vnnlib/prop_1.vnnlib", ["nothing", pattern]) is found


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("onnx/one.onnx,vnnlib/p.vnnlib", "line 2: found 'onnx/one.onnx,vnnlib/p.vnnlib'"),
        ("onnx/one.onnx,vnnlib/p.vnnlib,soon", "expected a model, a property and a time limit in seconds"),
        ("onnx/one.onnx,vnnlib/p.vnnlib,-1", "line 2"),
        ("onnx/one.onnx,vnnlib/p.vnnlib,nan", "line 2"),
        ("onnx/one.onnx,,3", "line 2"),
        ("a,b,3,4", "line 2"),
    ],
)
def test_bad_lines(line: str, message: str, benchmark_folder: Benchmark) -> None:
    benchmark_folder.line("onnx/one.onnx,vnnlib/fine.vnnlib,3")
    benchmark_folder.line(line)
    with pytest.raises(WrongInput) as problem:
        read_folder(benchmark_folder.folder)
    assert message in str(problem.value)


def test_no_benchmark(tmp_path: Path, benchmark_folder: Benchmark) -> None:
    with pytest.raises(WrongInput, match=r"there is no instances\.csv"):
        read_folder(tmp_path / "nothing")
    benchmark_folder.line("a,b,3")
    with pytest.raises(WrongInput, match="no line matches zebra or yak"):
        read_folder(benchmark_folder.folder, only=["zebra", "yak"])


def test_compressed_files(tmp_path: Path) -> None:
    (tmp_path / "a.onnx.gz").write_bytes(gzip.compress(network(1)))
    (tmp_path / "b.onnx").write_bytes(b"plain")
    assert content(tmp_path, "a.onnx") == content(tmp_path, "a.onnx.gz") == network(1)
    assert content(tmp_path, "b.onnx") == content(tmp_path, "b.onnx.gz") == b"plain"


@pytest.mark.parametrize("data", [b"no gzip", gzip.compress(b"something" * 99)[:-9]])
def test_broken_compressed_files(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.onnx.gz").write_bytes(data)
    with pytest.raises(WrongInput, match=r"a\.onnx\.gz: it cannot be read"):
        content(tmp_path, "a.onnx")


def test_fingerprints_follow_the_bytes(benchmark_folder: Benchmark) -> None:
    benchmark_folder.add("p", never_below(0))
    (instance,) = read_folder(benchmark_folder.folder)
    folder = benchmark_folder.folder
    before = fingerprint(folder, instance, {})
    assert fingerprint(folder, instance, {}) == before
    (folder / "onnx" / "one.onnx").write_bytes(network(3))
    changed = fingerprint(folder, instance, {})
    assert changed != before
    (folder / "vnnlib" / "p.vnnlib").unlink()
    assert fingerprint(folder, instance, {}) not in (before, changed)


def test_ground_truth(tmp_path: Path) -> None:
    file = tmp_path / "ground_truth.csv"
    assert read_truth(file) == {}
    file.write_text("net,prop,verdict,votes\n1_1,1,unsat,unsat:19\n1_1,10,sat,sat:3\n1_2,1,unknown,\n")
    truth = read_truth(file)

    def verdict(net: str, prop: str) -> str:
        return known(truth, f"onnx/ACASXU_run2a_{net}_batch_2000.onnx", f"vnnlib/prop_{prop}.vnnlib.gz", tmp_path)

    assert (verdict("1_1", "1"), verdict("1_1", "10"), verdict("1_2", "1"), verdict("1_1", "0")) == (
        "unsat",
        "sat",
        "",
        "",
    )


def test_a_part_is_no_part_of_a_number_or_a_word() -> None:
    assert all(has_part(f"onnx/{name}.onnx", "1_1") for name in ("1_1", "net_1_1", "1_1-net", "net.1_1_v2"))
    assert not any(has_part(f"onnx/{name}.onnx", "1_1") for name in ("11_1", "net_1_12", "net1_1", "1_1x", "1-1"))


def test_whole_names_go_before_parts(tmp_path: Path) -> None:
    truth = {("net", "p"): "sat", ("net.onnx", "a_p.vnnlib"): "unsat"}
    assert known(truth, "onnx/net.onnx", "vnnlib/a_p.vnnlib", tmp_path) == "unsat"
    assert known(truth, "onnx/net.onnx", "vnnlib/b_p.vnnlib", tmp_path) == "sat"


def test_ground_truth_that_cannot_be_used(tmp_path: Path) -> None:
    with pytest.raises(WrongInput, match="it has both verdicts"):
        known({("1", "p"): "sat", ("2", "p"): "unsat"}, "net_1_2.onnx", "p.vnnlib", tmp_path)
    file = tmp_path / "ground_truth.csv"
    file.write_text("model,answer\na,b\n")
    with pytest.raises(WrongInput, match="expected the columns net,prop,verdict"):
        read_truth(file)
    file.write_text("net,prop,verdict\na,b,perhaps\n")
    with pytest.raises(WrongInput, match="line 2: the verdict 'perhaps'"):
        read_truth(file)


def test_the_benchmark_of_acas_xu() -> None:
    place = os.environ.get("WARRANT_BENCHMARKS")
    if place is None:
        pytest.skip("WARRANT_BENCHMARKS does not name a folder with the benchmark acasxu")
    instances = read_folder(Path(place) / "acasxu")
    assert Counter(i.truth for i in instances) == {"unsat": 139, "sat": 47}
    assert len({i.name for i in instances}) == 186
    assert {i.limit for i in instances} == {116}

"""Bad input: one clear line and exit code 2 from the command, nothing written, and no verdict from the native checker."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from native import Checker
from onnx import TensorProto, helper, numpy_helper

BOX = """(declare-const X_0 Real)
(declare-const X_1 Real)
(declare-const Y_0 Real)
(assert (>= X_0 0))
(assert (<= X_0 1))
(assert (>= X_1 0))
(assert (<= X_1 1))
"""
GOOD = (BOX + "(assert (>= Y_0 100))\n").encode()


def model(op: str = "Relu", weight: float = 1.0, rows: int = 2, *, external: bool = False) -> bytes:
    """y = op(x · w), on two inputs."""
    w = numpy_helper.from_array(np.full((rows, 1), weight, np.float32), "w")
    if external:
        w.ClearField("raw_data")
        w.data_location = TensorProto.EXTERNAL
        entry = w.external_data.add()
        entry.key, entry.value = "location", "missing.bin"
    graph = helper.make_graph(
        [
            helper.make_node("MatMul", ["x", "w"], ["z"], name="first"),
            helper.make_node(op, ["z"], ["y"], name="second"),
        ],
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 2])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 1])],
        [w],
    )
    made: bytes = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8
    ).SerializeToString()
    return made


def huge_field() -> bytes:
    """A graph whose length field says 1 GB."""
    return onnx.ModelProto(ir_version=8).SerializeToString() + bytes([58, 0x80, 0x80, 0x80, 0x80, 4]) + b"\x0a\x00"


CASES = {
    "an empty model": (b"", GOOD, ["model.onnx"]),
    "garbage": (bytes(range(256)), GOOD, ["model.onnx"]),
    "a truncated model": (model()[:-20], GOOD, ["model.onnx"]),
    "a length field of 1 GB": (huge_field(), GOOD, ["model.onnx"]),
    "an unsupported operator": (model("Erf"), GOOD, ["model.onnx", "Erf", "second"]),
    "shapes that do not fit": (model(rows=3), GOOD, ["model.onnx", "first"]),
    "a NaN": (model(weight=float("nan")), GOOD, ["model.onnx", "w"]),
    "an infinite weight": (model(weight=float("inf")), GOOD, ["model.onnx", "w"]),
    "external data": (model(external=True), GOOD, ["model.onnx", "external"]),
    "an empty property": (model(), b"", ["property.vnnlib"]),
    "an undeclared variable": (model(), GOOD.replace(b"Y_0 100", b"Y_7 100"), ["property.vnnlib", "Y_7", "line 8"]),
    "an unbounded input": (model(), GOOD.replace(b"(assert (<= X_1 1))\n", b""), ["property.vnnlib", "X_1"]),
    "an open parenthesis": (model(), GOOD[:-3], ["property.vnnlib"]),
    "a property of another size": (
        model(),
        GOOD.replace(b"(declare-const X_1 Real)", b"").replace(b"X_1", b"X_0"),
        ["1"],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_one_line_and_exit_2(name: str, tmp_path: Path, native_checker: Checker) -> None:
    data, text, words = CASES[name]
    (tmp_path / "model.onnx").write_bytes(data)
    (tmp_path / "property.vnnlib").write_bytes(text)
    done = subprocess.run(
        [sys.executable, "-m", "warrant", "prove", "model.onnx", "property.vnnlib", "--out", "made"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 2, (done.returncode, done.stdout, done.stderr)
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert len(lines) == 1, done.stderr
    assert all(word in lines[0] for word in words), lines[0]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["model.onnx", "property.vnnlib"]
    for certificate in (b"WRNT\x01P\x10\x10\x00", b"WRNT\x01R0\n0"):
        assert native_checker.check(data, text, certificate).word == "UNKNOWN"


def test_the_good_files_are_good(tmp_path: Path, native_checker: Checker) -> None:
    """So that the cases above are refused for what is wrong with them."""
    (tmp_path / "model.onnx").write_bytes(model())
    (tmp_path / "property.vnnlib").write_bytes(GOOD)
    command = [sys.executable, "-m", "warrant", "prove", "model.onnx", "property.vnnlib", "--out", "made"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode in (0, 3), done.stderr
    proof = (tmp_path / "made" / "certificate.bin").read_bytes()
    assert native_checker.check(model(), GOOD, proof).word == "PROVED"

"""Tiny networks, properties and benchmarks, and what tests of other processes need."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from onnx import TensorProto, helper, numpy_helper


def network(weight: float) -> bytes:
    """One input x, and the output max(weight · x, 0)."""
    graph = helper.make_graph(
        [helper.make_node("Gemm", ["x", "w", "b"], ["z"]), helper.make_node("Relu", ["z"], ["y"])],
        "tiny",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 1])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 1])],
        [
            numpy_helper.from_array(np.full((1, 1), weight, np.float32), "w"),
            numpy_helper.from_array(np.zeros(1, np.float32), "b"),
        ],
    )
    made: bytes = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8
    ).SerializeToString()
    return made


def never_below(bound: float, remark: str = "") -> str:
    """For inputs from 1 to 2.5, the output must not be at most the bound."""
    return (
        f"; {remark}\n(declare-const X_0 Real)\n(declare-const Y_0 Real)\n"
        f"(assert (>= X_0 1))\n(assert (<= X_0 2.5))\n(assert (<= Y_0 {bound}))\n"
    )


@dataclass
class Benchmark:
    """A folder in VNN-COMP's layout that is being written."""

    folder: Path
    lines: list[str] = field(default_factory=list)

    def add(self, name: str, text: str | bytes, *, model: str = "one.onnx", limit: str = "20") -> None:
        """A property, and an instance of it."""
        (self.folder / "vnnlib" / f"{name}.vnnlib").write_bytes(text.encode() if isinstance(text, str) else text)
        self.line(f"onnx/{model},vnnlib/{name}.vnnlib,{limit}")

    def line(self, text: str) -> None:
        """A line of instances.csv."""
        self.lines.append(text)
        (self.folder / "instances.csv").write_text("".join(f"{line}\n" for line in self.lines))


def eventually(condition: Callable[[], object], seconds: float = 30) -> bool:
    """Whether a condition comes to hold."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


def processes(word: str) -> list[int]:
    """The processes that have a word in their command line."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if word.encode() in file.read_bytes():
                found.append(int(file.parent.name))
        except OSError:
            pass
    return found

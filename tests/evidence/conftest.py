"""A tiny network and property, a checker and a search that are only pretended, and a warrant made with them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

import warrant
from warrant.claims import Found

PROPERTY = """\
(declare-const X_0 Real)
(declare-const Y_0 Real)
(assert (>= X_0 1))
(assert (<= X_0 2.5))
(assert (<= Y_0 0))
"""


@pytest.fixture
def property_text() -> str:
    """On inputs from 1 to 2.5, the output max(x, 0) is at most 0: never."""
    return PROPERTY


@pytest.fixture
def model() -> bytes:
    """One input x, and the output max(1 · x + 0, 0)."""
    graph = helper.make_graph(
        [helper.make_node("Gemm", ["x", "w", "b"], ["z"]), helper.make_node("Relu", ["z"], ["y"])],
        "tiny",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 1])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 1])],
        [
            numpy_helper.from_array(np.ones((1, 1), np.float32), "w"),
            numpy_helper.from_array(np.zeros(1, np.float32), "b"),
        ],
    )
    made: bytes = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8
    ).SerializeToString()
    onnx.checker.check_model(onnx.load_from_string(made))
    return made


@pytest.fixture
def checker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Installs a shell script as the checker."""

    def install(script: str) -> Path:
        path = tmp_path / "fake-check"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        monkeypatch.setenv("WARRANT_CHECKER", str(path))
        return path

    return install


@pytest.fixture
def lenient(checker: Callable[[str], Path]) -> Path:
    """A checker that accepts certificates that say ``good`` (and witnesses that say 1.5)."""
    return checker(
        'case "$(tail -c +6 "$4")" in\n'
        "Pgood) echo PROVED;;\n"
        "R1.5) echo REFUTED; exit 1;;\n"
        "*) echo 'UNKNOWN: the certificate is not accepted'; exit 3;;\nesac"
    )


@pytest.fixture
def search(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes | None], None]:
    """Makes the search find this certificate, or nothing."""

    def pretend(certificate: bytes | None) -> None:
        found = Found(certificate, "" if certificate else "nothing was found")
        monkeypatch.setattr(warrant.Safe, "find", lambda self, **options: found)

    return pretend


@pytest.fixture
def made(
    tmp_path: Path, model: bytes, property_text: str, lenient: Path, search: Callable[[bytes | None], None]
) -> Path:
    """A warrant on disk that the pretended checker accepts."""
    search(b"WRNT\x01Pgood")
    folder = tmp_path / "made.warrant"
    assert warrant.prove(model, property_text, out=folder).line == "PROVED"
    return folder

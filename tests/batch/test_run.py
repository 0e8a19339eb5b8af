"""warrant.toml and `warrant run`: every claim as expected or a failure that names it; one line for a file that is wrong."""

from __future__ import annotations

import shutil
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from numpy.typing import NDArray

from warrant.cli import main

pytestmark = pytest.mark.usefixtures("native_checker")

PLAN = """\
[run]
timeout = 60

[[claim]]
name = "within-18-percent"
model = "tumour.onnx"
property = "within-18-percent.vnnlib"

[[claim]]
name = "within-20-percent"
model = "tumour.onnx"
property = "within-20-percent.vnnlib"
expect = "REFUTED"

[[claim]]
name = "near-the-first"
model = "tumour.onnx"
robust = { x = "X.npy", row = 0, radius = 0.001, threshold = 0, label = 0 }

[[claim]]
name = "of-listed-numbers"
model = "relu.onnx"
robust = { x = [1], radius = 0.5, tolerance = 0.6 }

[[claim]]
name = "range"
model = "relu.onnx"
bounded = { features = [{ name = "dose", low = 0.1, high = 0.3 }], low = 0.09, high = 0.31 }

[[claim]]
name = "whole"
model = "relu.onnx"
bounded = { features = [{ name = "rooms", low = 1, high = 3, integer = true }], low = 0.9 }

[[claim]]
name = "one-of"
model = "relu.onnx"
bounded = { features = [{ name = "code", values = [0.5, 2] }], high = 1.9 }
expect = "REFUTED"
"""


def relu() -> bytes:
    """max(x, 0)."""
    from onnx import TensorProto, helper

    shape = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 1]) for name in "xy"]
    graph = helper.make_graph([helper.make_node("Relu", ["x"], ["y"])], "relu", shape[:1], shape[1:])
    made: bytes = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8
    ).SerializeToString()
    return made


@pytest.fixture
def project(tmp_path: Path, network: Path, tumours: tuple[NDArray[np.float32], object, object]) -> Path:
    for name in ("tumour.onnx", "within-18-percent.vnnlib", "within-20-percent.vnnlib"):
        shutil.copy(network.with_name(name), tmp_path)
    (tmp_path / "relu.onnx").write_bytes(relu())
    np.save(tmp_path / "X.npy", tumours[0])
    (tmp_path / "warrant.toml").write_text(PLAN)
    return tmp_path


def run(project: Path, *options: str) -> int:
    return main(["run", "-c", str(project / "warrant.toml"), *options])


def test_all_as_expected_and_again(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    junit = project / "junit.xml"
    assert run(project, "--junit", str(junit)) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "7 of 7 claims are as expected"
    assert all(line.startswith("ok ") for line in lines[:-1]) and "checked again" not in "".join(lines)
    suite = ElementTree.parse(junit).getroot()
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("7", "0", "0")
    assert run(project) == 0
    assert capsys.readouterr().out.count("(checked again)") == 7
    assert main(["report", str(project / ".warrants"), "-o", str(project / "r.html")]) == 1
    assert (
        "If each feature of the input changes by at most 0.001, the output is not above 0."
        in (project / "r.html").read_text()
    )


def test_a_claim_that_is_not_as_expected(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "warrant.toml").write_text(PLAN.replace('expect = "REFUTED"', ""))
    junit = project / "junit.xml"
    assert run(project, "--junit", str(junit), "--only", "within*") == 1
    out = capsys.readouterr().out
    assert "FAILED within-20-percent REFUTED" in out and out.endswith("1 of 2 claims are as expected\n")
    (failure,) = ElementTree.parse(junit).getroot().iter("failure")
    assert failure.get("type") == "REFUTED"


def test_a_changed_model_is_proved_anew(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(project, "--only", "range") == 0
    (project / "relu.onnx").write_bytes(relu().replace(b"relu", b"ReLU"))
    capsys.readouterr()
    assert run(project, "--only", "range") == 0
    assert "checked again" not in capsys.readouterr().out


def test_unknown(project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from warrant.claims import Found, Safe

    monkeypatch.setattr(Safe, "find", lambda self, **options: Found(None, "too hard \x1b[2J"))
    junit = project / "junit.xml"
    assert run(project, "--only", "range", "--junit", str(junit)) == 3
    assert "\x1b" not in capsys.readouterr().out
    (error,) = ElementTree.parse(junit).getroot().iter("error")
    assert "too hard" in (error.get("message") or "")
    (project / "warrant.toml").write_text(PLAN.replace('name = "range"', 'name = "range"\nallow-unknown = true'))
    assert run(project, "--only", "range") == 0


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[run]", "[run", "it is not TOML"),
        ("timeout = 60", "timeout = 0", "[run] timeout: 0; expected seconds, above 0"),
        ("timeout = 60", "timeout = nan", "[run] timeout"),
        ("timeout = 60", "time = 60", "[run]: unknown entry 'time'"),
        ("timeout = 60", "kernel = 1", "kernel is 1; expected true or false"),
        ('name = "range"', "name = 3", "claim 5: name is 3; expected a string"),
        ('name = "range"', 'name = "../x"', "'../x'"),
        ('name = "range"', 'name = "whole"', "'whole' is given twice"),
        ('name = "range"\nmodel = "relu.onnx"', 'name = "range"', "claim 'range': model is missing"),
        ('"within-18-percent.vnnlib"', '"gone.vnnlib"', "gone.vnnlib"),
        ("high = 0.3 }], low = 0.09", "high = 0.3 }], property = 1, low = 0.09", "unknown entry 'property'"),
        ("low = 0.1, high = 0.3 }]", "low = 0.1, high = inf }]", "high is Infinity; expected a finite number"),
        ("low = 0.1, high = 0.3 }]", "low = 0.4, high = 0.3 }]", "dose: from 0.4 to 0.3"),
        ("row = 0", "row = 6", "row 6; expected 0 to 5"),
        ("x = [1]", "x = [1, true]", "x has something else than numbers"),
        ("x = [1]", "x = [1, 2]", "2 numbers, the model has 1 inputs"),
        ("radius = 0.5", "radius = 1e999999999", "radius"),
        ("values = [0.5, 2]", 'values = ["a"]', "'a'"),
        ('expect = "REFUTED"', 'expect = "maybe"', "'maybe'; expected PROVED or REFUTED"),
        (
            'property = "within-18-percent.vnnlib"',
            "",
            "it has none; expected one of property, bounded, reachable, robust",
        ),
    ],
)
def test_one_clear_line(old: str, new: str, message: str, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert old in PLAN
    (project / "warrant.toml").write_text(PLAN.replace(old, new, 1))
    assert run(project) == 2
    said = capsys.readouterr()
    assert said.out == "" and len(said.err.splitlines()) == 1 and message in said.err, said.err
    assert not (project / ".warrants").exists()


def test_no_pickle_is_loaded(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    np.save(project / "X.npy", np.array([[print]], dtype=object), allow_pickle=True)
    assert run(project) == 2
    assert "X.npy: claim 'near-the-first': it is no array of numbers" in capsys.readouterr().err

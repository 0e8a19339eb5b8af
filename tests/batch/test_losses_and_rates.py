"""Claims of a warrant.toml about losses, rates and gradients with a tolerance, and entries that are wrong."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import small_losses
from small_gradients import Builder
from small_rates import GRADIENT_STEP

import warrant
from warrant.batch import read_plan
from warrant.cli import main

pytestmark = pytest.mark.usefixtures("native_checker")

PLAN = """\
[[claim]]
name = "convex"
loss = { loss = "absolute.onnx", convex = true }

[[claim]]
name = "slope"
loss = { loss = "absolute.onnx", lipschitz = "1", by = ["z"] }

[[claim]]
name = "too-flat"
loss = { loss = "absolute.onnx", lipschitz = 0.9, by = ["z"] }
expect = "REFUTED"

[[claim]]
name = "entropy"
loss = { loss = "entropy.onnx", convex = true, by = ["z"], bounds = { y = [0, inf] } }

[[claim]]
name = "in-binary64"
loss = { loss = "absolute.onnx", rounding-error = 1e-9, ulps = 2, bounds = { z = [-10, 10], y = [-10, 10] } }

[[claim]]
name = "nearly"
gradient = { function = "f.onnx", derivative = "df.onnx", wrt = ["x"], domain = { x = [-1, 1] }, tolerance = 0.01 }

[[claim]]
name = "not-exactly"
gradient = { function = "f.onnx", derivative = "df.onnx", wrt = ["x"], domain = { x = [-1, 1] } }
expect = "REFUTED"

[[claim]]
name = "step"
rate = { problem = "step.rate" }

[[claim]]
name = "every-step"
rate = { problem = "warrant.rates.methods:gradient_descent", potential = true, arguments = { L = 2, gamma = "1/2" } }
"""
CLAIMS = PLAN.count("[[claim]]")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    pytest.importorskip("clarabel", reason="Clarabel is not installed: pip install 'warrant-ml[rates]'")
    (tmp_path / "absolute.onnx").write_bytes(small_losses.absolute().loss)
    (tmp_path / "entropy.onnx").write_bytes(small_losses.cross_entropy().loss)
    f, d = Builder(x=[1]), Builder(x=[1], c=[1])
    (tmp_path / "f.onnx").write_bytes(f.done(f("Mul", "x", "x")))
    doubled = d("Mul", "x", d.number(2.001, np.float64))
    (tmp_path / "df.onnx").write_bytes(d.done(d("Mul", "c", doubled)))
    (tmp_path / "step.rate").write_text(GRADIENT_STEP)
    (tmp_path / "warrant.toml").write_text(PLAN)
    return tmp_path


def test_all_kinds_as_expected_and_again(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "-c", str(project / "warrant.toml")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == f"{CLAIMS} of {CLAIMS} claims are as expected"
    words = {line.split()[1]: line.split()[2].rstrip(":") for line in lines[:-1]}
    assert {name for name, word in words.items() if word == "REFUTED"} == {"too-flat", "not-exactly"}
    assert set(words.values()) == {"PROVED", "REFUTED"}
    for name in words:
        expected = warrant.Refuted if words[name] == "REFUTED" else warrant.Proved
        assert isinstance(warrant.check(project / ".warrants" / name), expected)
    assert main(["run", "-c", str(project / "warrant.toml"), "--only", "every-step", "--only", "slope"]) == 0
    assert capsys.readouterr().out.count("(checked again)") == 2


def test_the_statements_are_those_of_the_commands(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    planned = {one.entry.name: one.entry.claim for one in read_plan(project / "warrant.toml").claims}
    monkeypatch.chdir(project)
    commands = {
        "slope": ["loss", "absolute.onnx", "--lipschitz", "1", "--by", "z"],
        "entropy": ["loss", "entropy.onnx", "--convex", "--by", "z", "--bounds", "y=0:"],
        "every-step": [
            *("rate", "warrant.rates.methods:gradient_descent", "--potential", "--arg", "L=2", "--arg", "gamma=1/2")
        ],
    }
    for name, command in commands.items():
        assert main([*command, "--out", "w"]) == 0
        files = [a.file for a in planned[name].artefacts]
        assert [(project / "w" / file).read_bytes() for file in files] == [a.data for a in planned[name].artefacts]


def test_a_worse_rate_and_a_worse_loss_are_noticed(project: Path) -> None:
    (project / "step.rate").write_text(GRADIENT_STEP.replace("(conclude 1/6 ", "(conclude 4/25 "))
    assert main(["run", "-c", str(project / "warrant.toml"), "--only", "step"]) == 3
    f = Builder(z=[], y=[])
    (project / "absolute.onnx").write_bytes(f.done(f("Mul", f.number(2.0), f("Abs", f("Sub", "z", "y")))))
    assert main(["run", "-c", str(project / "warrant.toml"), "--only", "slope"]) == 1


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            '"absolute.onnx", convex = true }',
            '"absolute.onnx" }',
            "it is said to be nothing; expected one of convex, nonnegative, calibrated, strictly-",
        ),
        (
            'absolute.onnx", convex = true',
            'absolute.onnx", convex = true, smooth = 3',
            "it is said to be convex, smooth; expected one of convex",
        ),
        ('absolute.onnx", convex = true', 'absolute.onnx", convex = false', "claim 'convex': it is said to be nothing"),
        (
            'absolute.onnx", convex = true',
            'absolute.onnx", convex = true, ulps = 2',
            "ulps beside convex; expected rounding-error",
        ),
        (
            'absolute.onnx", convex = true',
            'absolute.onnx", convex = 1',
            "claim 'convex', loss, convex: 1; expected true or false",
        ),
        ('absolute.onnx", convex = true', 'absolute.onnx", concave = true', "unknown entry 'concave'"),
        ('lipschitz = "1"', 'lipschitz = "one"', "'one' is no number"),
        ("y = [0, inf]", "y = [inf, 0]", "entropy', loss, bounds: Infinity; expected a number, or a text"),
        ("y = [0, inf]", "y = [0]", "entropy', loss, bounds: y; expected two numbers, the least and the greatest"),
        ('loss = "entropy.onnx"', 'loss = "none.onnx"', "none.onnx"),
        ("tolerance = 0.01", "tolerance = -1", "a tolerance of -1"),
        ("tolerance = 0.01", "tolerance = true", "gradient, tolerance: True; expected a number"),
        ('problem = "step.rate"', 'problem = "none.rate"', "none.rate: claim 'step': it cannot be read"),
        ('problem = "step.rate"', 'problem = "no_such_module:f"', "there is no module no_such_module"),
        ('problem = "step.rate"', 'problem = "step.rate", slack = -1', "slack: -1.0; expected a number above 0"),
        ('problem = "step.rate"', 'problem = "step.rate", slack = 1, exact = true', "slack beside exact"),
        ("arguments = { L = 2,", "arguments = 2 # {", "every-step', rate, arguments: 2; expected a table"),
    ],
)
def test_entries_that_are_wrong_get_one_clear_line(
    project: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, message: str
) -> None:
    assert PLAN.count(old) == 1
    text = PLAN.replace(old, new)
    (project / "warrant.toml").write_text(text.replace(' # { gamma = "1/2" } }', " }"))
    assert main(["run", "-c", str(project / "warrant.toml")]) == 2
    shown = capsys.readouterr()
    assert message in shown.err and shown.err.count("\n") == 1 and not shown.out
    assert not (project / ".warrants").exists()

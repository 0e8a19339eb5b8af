"""`warrant converges`: two NumPy files, and what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from native import Checker

from warrant.cli import main

RIDGE = ["converges", "ridge", "a.npy", "y.npy", "--penalty", "1/10"]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, native_checker: Checker) -> Path:
    monkeypatch.chdir(tmp_path)
    random = np.random.default_rng(0)
    a = random.standard_normal((20, 3))
    np.save("a.npy", a)
    np.save("y.npy", a @ [1.0, -2.0, 0.5])
    np.save("signs.npy", np.where(a[:, 0] > 0, 1.0, -1.0))
    return tmp_path


@pytest.mark.parametrize(
    "more",
    [
        ["--accuracy", "1e-6"],
        ["--steps", "30"],
        ["--accuracy", "1e-6", "--method", "nesterov"],
        ["--accuracy", "1e-6", "--step", "1/8"],
        ["--accuracy", "1e-6", "--intercept"],
    ],
)
def test_a_run_converges(more: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*RIDGE, *more, "--out", "run.warrant"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "PROVED"
    assert any("penalty 1/10" in line or "penalty 0.1" in line for line in lines)
    assert main(["check", "run.warrant"]) == 0
    data = bytearray((Path("run.warrant") / "features.npy").read_bytes())
    data[-1] ^= 1
    (Path("run.warrant") / "features.npy").write_bytes(data)
    assert main(["check", "run.warrant"]) == 3


def test_a_plot(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is not installed: pip install 'warrant-ml[bench]'")
    assert main([*RIDGE, "--accuracy", "1e-6", "--out", "r.warrant", "--plot", "r.svg"]) == 0
    assert Path("r.svg").read_bytes().startswith(b"<?xml")
    assert main([*RIDGE, "--accuracy", "1e-9", "--steps", "2", "--out", "u.warrant", "--plot", "u.svg"]) == 1
    assert not Path("u.svg").exists()
    assert main([*RIDGE, "--accuracy", "1e-6", "--out", "s.warrant", "--plot", "no/such/r.svg"]) == 2
    assert "no/such/r.svg: it could not be written" in capsys.readouterr().err


def test_a_run_that_fails(capsys: pytest.CaptureFixture[str]) -> None:
    for more, said in (
        (["--accuracy", "1e-9", "--steps", "2"], "steps are enough for the accuracy 1e-09"),
        (["--accuracy", "1e-3", "--step", "100"], "the step 100 is too large; the largest that can be proved here is"),
    ):
        assert main([*RIDGE, *more, "--out", "fails.warrant"]) == 1
        lines = capsys.readouterr().out.splitlines()
        assert lines[-1] == "REFUTED"
        assert any(line.startswith("there ") and said in line for line in lines)
        assert main(["check", "fails.warrant"]) == 1


def test_a_step_that_is_too_large_with_momentum(capsys: pytest.CaptureFixture[str]) -> None:
    nesterov = [*RIDGE, "--accuracy", "1e-3", "--steps", "100", "--step", "100", "--method", "nesterov"]
    assert main(nesterov) == 3
    assert "the largest that can be proved here is" in capsys.readouterr().out.splitlines()[-1]
    assert not Path("a.warrant").exists()


def test_other_losses(capsys: pytest.CaptureFixture[str]) -> None:
    logistic = ["converges", "logistic", "a.npy", "signs.npy", "--penalty", "0.1", "--accuracy", "1e-3"]
    assert main([*logistic, "--out", "l.warrant"]) == 0
    assert main([*logistic, "--intercept", "--method", "nesterov", "--out", "i.warrant"]) == 0
    assert "(intercept)" in Path("i.warrant/problem.training").read_text()
    huber = ["converges", "huber", "a.npy", "y.npy", "--penalty", "0.1", "--delta", "1", "--accuracy", "1e-3"]
    assert main([*huber, "--out", "h.warrant"]) == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (RIDGE, "steps and accuracy: neither is given"),
        ([*RIDGE, "--accuracy", "small"], "accuracy: 'small'; expected a finite number"),
        ([*RIDGE, "--steps", "3", "--momentum", "1/2"], "momentum: expected only for the method 'nesterov'"),
        ([*RIDGE, "--steps", "3", "--delta", "1"], "delta: expected for the objective 'huber'"),
        (["converges", "ridge", "b.npy", "y.npy", "--penalty", "1", "--steps", "3"], "b.npy"),
        (
            ["converges", "logistic", "a.npy", "y.npy", "--penalty", "1", "--steps", "3"],
            "a label that is neither 1 nor -1",
        ),
        (["converges", "ridge", "a.npy", "y.npy", "--steps", "3"], "required: --penalty"),
    ],
)
def test_wrong_input(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    shown = capsys.readouterr()
    assert said in shown.err
    assert len(shown.err.splitlines()) == 1
    assert not list(Path().glob("*.warrant"))

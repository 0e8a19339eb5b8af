"""`warrant rate`: a problem in a file, a PEPit function, and what is wrong with either."""

from __future__ import annotations

from pathlib import Path

import pytest
from native import Checker
from small_rates import GRADIENT_STEP

import warrant
from warrant import rates
from warrant.cli import main

DESCENT = "PEPit.examples.unconstrained_convex_minimization.gradient_descent:wc_gradient_descent"


@pytest.fixture(autouse=True)
def solver(native_checker: Checker) -> None:
    """The tests need the native checker, a solver, and PEPit."""
    pytest.importorskip("clarabel", reason="Clarabel is not installed: pip install 'warrant-ml[rates]'")
    pytest.importorskip("PEPit", reason="PEPit is not installed: pip install 'warrant-ml[rates]'")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("bound", "word", "code"), [("1/6", "PROVED", 0), ("17/100", "PROVED", 0), ("4/25", "UNKNOWN", 3)]
)
def test_a_problem_in_a_file(bound: str, word: str, code: int, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "step.rate").write_text(GRADIENT_STEP.replace("(conclude 1/6 ", f"(conclude {bound} "))
    assert main(["rate", "step.rate"]) == code
    assert capsys.readouterr().out.splitlines()[-1].startswith(word)
    assert (here / "step.warrant").is_dir() == (word == "PROVED")
    if word == "PROVED":
        assert main(["check", "step.warrant"]) == 0
        (here / "step.warrant" / "problem.rate").write_text(GRADIENT_STEP.replace("(conclude 1/6 ", "(conclude 4/25 "))
        assert main(["check", "step.warrant"]) == 3
        (here / "step.warrant" / "problem.rate").write_text("(rate 1)")
        assert main(["check", "step.warrant"]) == 3
        assert main(["audit", "step.warrant"]) == 3


def test_a_pepit_function(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rate", DESCENT, "--arg", "L=3", "--arg", "gamma=1/3", "--arg", "n=2", "--exact", "--out", "w"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "PROVED"
    problem = (here / "w" / "problem.rate").read_text()
    assert "(conclude 3/10 " in problem
    assert "(* 1/3 g0)" in problem
    assert "f2 - fs <= " in (here / "w" / "Theorem.v").read_text()


def test_in_python() -> None:
    verdict = rates.prove(DESCENT, arguments={"L": 1, "gamma": 1, "n": 1}, slack=1e-2)
    assert isinstance(verdict, warrant.Proved)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["missing.rate"], "missing.rate: it cannot be read"),
        (["no_such_module_of_ours:wc"], "there is no module no_such_module_of_ours"),
        ([DESCENT.removesuffix("descent") + "x"], "has no function"),
        ([DESCENT, "--arg", "m=3"], "has no argument m"),
        ([DESCENT, "--arg", "n"], "expected NAME=VALUE"),
        (["bad.rate"], "bad.rate: line 2: found smoth; expected one of the classes convex"),
    ],
)
def test_wrong_input(arguments: list[str], said: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "bad.rate").write_text("(rate 1)\n(function f smoth)\n(conclude 1 1)\n")
    assert main(["rate", *arguments]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert len(error.strip().splitlines()) == 1
    assert sorted(file.name for file in here.iterdir()) == ["bad.rate"]


def test_a_rate_for_every_number_of_steps(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = "warrant.rates.methods:gradient_descent"
    assert main(["rate", where, "--potential", "--arg", "L=3", "--arg", "mu=1", "--out", "w"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "PROVED"
    theorem = (here / "w" / "Theorem.v").read_text()
    assert "    forall N, norm2 (x N - xs)%V <= (1 / 4) ^ N * norm2 (x 0%nat - xs)%V" in theorem
    assert main(["check", "w"]) == 0
    problem = here / "w" / "problem.method"
    text = problem.read_text()
    problem.write_text(text.replace(" 1/4 ", " 0.249 "))
    assert main(["check", "w"]) == 3
    (here / "own.method").write_text(text)
    assert main(["rate", "own.method"]) == 0
    (here / "own.method").write_text(text.replace(" 1/4 ", " 0.249 "))
    assert main(["rate", "own.method", "--out", "none"]) == 3
    assert not (here / "none").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([DESCENT, "--potential", "--arg", "L=1", "--arg", "gamma=1", "--arg", "n=1"], "expected the text of a method"),
        (["warrant.rates.methods:nesterov", "--potential", "--arg", "m=1"], "unexpected keyword argument 'm'"),
        (["bad.method"], "bad.method: not a method; expected (method 1) as the first expression"),
    ],
)
def test_no_method(arguments: list[str], said: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "bad.method").write_text("(rate 1)\n")
    assert main(["rate", *arguments]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert len(error.strip().splitlines()) == 1

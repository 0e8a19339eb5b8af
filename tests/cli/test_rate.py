"""`warrant rate`: a problem in a file, a PEPit function, and what is wrong with either."""

from __future__ import annotations

from pathlib import Path

import pytest
from native import Checker
from small_rates import GRADIENT_STEP

import warrant
from warrant import rates
from warrant.checkers import ToolchainError, check_kernel, find_coq, find_library
from warrant.claims import Rate
from warrant.cli import main
from warrant.rates.methods import proximal_point

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
    ("name", "said", "needed"),
    [
        ("adjoint", "adjoint M us vzero ->", "(adjoint M u v)\n"),
        ("coordinate-descent", "decomposition [block0; block1] ->", "(blocks block0 block1)\n"),
    ],
)
def test_the_kernel_proves_what_reads_like_a_paper(name: str, said: str, needed: str) -> None:
    """The statement without the file, with its hypotheses; not without one of them."""
    try:
        find_library(find_coq())
    except ToolchainError as missing:
        pytest.skip(str(missing))
    stored = Path(__file__).parents[1] / "certificates" / "rates" / name
    problem, certificate = (stored.with_suffix(kind).read_bytes() for kind in (".rate", ".cert"))
    for text, word in ((problem, "PROVED"), (problem.replace(needed.encode(), b""), "UNKNOWN")):
        claim = Rate(text)
        theorem = claim.theorem(certificate)
        assert theorem is not None
        assert theorem.restated is not None
        assert word == "UNKNOWN" or said in theorem.restated.statement
        assert check_kernel(claim.artefacts, certificate, theorem)[0].word == word


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
        (["math:floor", "--potential", "--arg", "x=1"], "math:floor fails: TypeError"),
        (["builtins:dict", "--potential"], "builtins:dict returns a dict; expected the text of a method"),
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


def test_a_range_of_an_argument(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A line for each value, a warrant for each, and a figure."""
    pytest.importorskip("matplotlib")
    assert main(["rate", DESCENT, "--arg", "L=1", "--arg", "gamma=1", "--arg", "n=1..2", "--plot", "a.svg"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:3] for line in lines[:2]] == [["n", "=", "1"], ["n", "=", "2"]]
    assert all("PEPit 0.1" in line and " proved " in line for line in lines[:2])
    assert lines[2:] == ["PROVED"]
    assert b"<title" in Path("a.svg").read_bytes()
    assert sorted(p.name for p in Path("gradient_descent.warrants").iterdir()) == ["n=1.warrant", "n=2.warrant"]


def test_a_range_with_a_value_that_is_not_proved(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its worst case is no simple rational."""
    where = "PEPit.examples.unconstrained_convex_minimization.heavy_ball_momentum:wc_heavy_ball_momentum"
    given = ["--arg", "mu=0.3", "--arg", "L=1", "--arg", "alpha=0.7", "--arg", "beta=0.2"]
    assert main(["rate", where, *given, "--arg", "n=1..2", "--exact"]) == 3
    lines = capsys.readouterr().out.splitlines()
    assert "UNKNOWN: no certificate was found" in lines[1]
    assert lines[-1].endswith("of 2 values of n are not proved")
    assert not (here / "heavy_ball_momentum.warrants" / "n=2.warrant").exists()


def test_a_method_that_a_function_repeats(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The text is shown, since the theorem is about it, and drawn for the steps of the range."""
    pytest.importorskip("matplotlib")
    arguments = ["--arg", "L=1", "--arg", "gamma=1", "--arg", "n=1..2", "--potential", "--plot", "a.svg"]
    assert main(["rate", DESCENT, *arguments]) == 0
    out = capsys.readouterr().out
    assert "             (same x+ (- x g))\n" in out
    assert "             (conclude (- v fs) (1 2 0) 1 (* 1/2 (norm2 (- x xs))))\n" in out
    assert out.splitlines()[-1] == "PROVED"
    assert "proved for every number of steps: 0.1667 where number of steps is 1, 0.1 " in Path("a.svg").read_text()


def test_a_method_in_a_file_is_drawn(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """PEPit's numbers are those of its first steps; nothing is drawn as proved that is not."""
    pytest.importorskip("matplotlib")
    text = proximal_point().replace("?scale", "1/4")
    (here / "own.method").write_text(text)
    assert main(["rate", "own.method", "--arg", "n=1..2", "--plot", "a.svg"]) == 0
    assert "steps: 0.25 where number of steps is 1, 0.125 where it is 2; PEPit: 0.25 " in Path("a.svg").read_text()
    (here / "own.method").write_text(text.replace(" 1/4 ", " 0.249 "))
    assert main(["rate", "own.method", "--arg", "n=1..2", "--plot", "b.svg"]) == 3
    assert '<desc id="description">PEPit: 0.25 ' in Path("b.svg").read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--plot", "a.svg"], "--plot without a range; expected such as --arg n=1..20, or --potential"),
        (
            ["--arg", "n=1..2", "--arg", "gamma=1..2"],
            "n and gamma are ranges; expected a range for one argument at most",
        ),
        (["--arg", "gamma=0.1..1", "--potential"], "gamma is a range; expected with --potential only n"),
        (["--arg", "n=3..1"], "3..1: expected an increasing range of at most 200 values"),
        (["--arg", "n=1..900"], "1..900: expected an increasing range of at most 200 values"),
        (["--arg", "steps=1..2"], "has no argument steps"),
    ],
)
def test_ranges_that_make_no_sense(
    arguments: list[str], message: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("matplotlib")
    assert main(["rate", DESCENT, "--arg", "L=1", *arguments]) == 2
    assert message in capsys.readouterr().err
    assert not list(here.glob("*.svg"))

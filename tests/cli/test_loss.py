"""`warrant loss`: from a file to a warrant, and what is wrong with either."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from native import Checker
from small_gradients import Builder
from small_loss_pairs import loss
from small_losses import FORECASTS, MARGINS, absolute, cross_entropy, focal, indirect

import warrant
from warrant.cli import main


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, native_checker: Checker) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ce.onnx").write_bytes(cross_entropy().loss)
    (tmp_path / "focal.onnx").write_bytes(focal().loss)
    (tmp_path / "indirect.onnx").write_bytes(indirect().loss)
    (tmp_path / "brier.onnx").write_bytes(FORECASTS["Brier"].loss)
    (tmp_path / "linear.onnx").write_bytes(FORECASTS["linear"].loss)
    (tmp_path / "absolute.onnx").write_bytes(absolute().loss)
    (tmp_path / "hinge.onnx").write_bytes(MARGINS["hinge"].loss)
    (tmp_path / "perceptron.onnx").write_bytes(MARGINS["perceptron"].loss)
    return tmp_path


def test_a_convex_loss(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["loss", "ce.onnx", "--convex", "--by", "z", "--bounds", "y=0:1"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "PROVED"
    folder = here / "ce-convex.warrant"
    assert (folder / "property.txt").read_text() == "(loss 1)\n(claim convex)\n(by z)\n(least y 0)\n(most y 1)\n"
    assert main(["check", str(folder)]) == 0
    assert main(["audit", str(folder)]) == 0
    assert "convex in z" in capsys.readouterr().out
    for name in ("loss.onnx", "property.txt", "certificate.bin", "Theorem.v"):
        copy = here / "changed"
        shutil.copytree(folder, copy)
        data = bytearray((copy / name).read_bytes())
        data[len(data) // 2] ^= 1
        (copy / name).write_bytes(bytes(data))
        assert isinstance(warrant.check(copy), warrant.Unknown)
        shutil.rmtree(copy)


def test_a_loss_that_is_not(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["loss", "focal.onnx", "--convex"]) == 1
    out = capsys.readouterr().out.splitlines()
    assert out[-1] == "REFUTED"
    assert any(line.startswith("there        the loss is about ") for line in out)
    assert any("(x: z) = " in line for line in out)
    assert main(["check", "focal-convex.warrant"]) == 1


def test_losses_of_a_margin(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["loss", "hinge.onnx", "--calibrated"]) == 0
    assert main(["loss", "hinge.onnx", "--upper-bounds", "zero-one"]) == 0
    assert main(["audit", "hinge-upperbounds.warrant"]) == 0
    assert "at least the 0–1 loss of the margin m" in capsys.readouterr().out
    assert main(["loss", "perceptron.onnx", "--calibrated"]) == 1
    assert "no positive margin has a smaller loss" in capsys.readouterr().out
    assert main(["check", "perceptron-classificationcalibrated.warrant"]) == 1
    assert main(["loss", "perceptron.onnx", "--upper-bounds", "zero-one"]) == 1


def test_another_loss(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "hinge-of-2m.onnx").write_bytes(
        loss(lambda f: f("Relu", f("Sub", f.number(1.0), f("Add", "m", "m"))), m=[])
    )
    assert main(["loss", "hinge.onnx", "--upper-bounds", "perceptron.onnx"]) == 0
    folder = here / "hinge-above-perceptron.warrant"
    assert main(["check", str(folder)]) == 0
    assert main(["audit", str(folder)]) == 0
    assert "nowhere less than the second" in capsys.readouterr().out
    (folder / "lower.onnx").write_bytes((here / "hinge-of-2m.onnx").read_bytes())
    assert isinstance(warrant.check(folder), warrant.Unknown)
    assert main(["loss", "hinge.onnx", "--upper-bounds", "hinge-of-2m.onnx"]) == 1
    assert "the first loss is about" in capsys.readouterr().out
    assert main(["loss", "hinge.onnx", "--upper-bounds", "hinge-of-2m.onnx", "--bounds", "m=0:"]) == 0
    assert main(["loss", "hinge.onnx", "--upper-bounds", "nowhere.onnx"]) == 2


def test_smoothness(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["loss", "ce.onnx", "--smooth", "2", "--by", "z", "--bounds", "y=0:1"]) == 0
    assert main(["loss", "ce.onnx", "--smooth", "1/100", "--by", "z", "--bounds", "y=0:1"]) == 1
    assert "in the middle between them" in capsys.readouterr().out
    assert main(["loss", "ce.onnx", "--smooth", "19/10", "--by", "z", "--bounds", "y=0:1"]) == 3
    assert (
        "no such Lipschitz constant of the gradient follows (the least one that is known is 2)"
        in capsys.readouterr().out
    )


def test_where_it_is_least(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["loss", "absolute.onnx", "--minimised-at", "y"]) == 0
    assert (here / "absolute-minimisedexactlyat.warrant" / "property.txt").read_text() == (
        "(loss 1)\n(claim (minimised-at y))\n(by z)\n"
    )
    assert main(["audit", "absolute-minimisedexactlyat.warrant"]) == 0
    assert "is least exactly at y, as a function of z" in capsys.readouterr().out
    assert main(["check", "absolute-minimisedexactlyat.warrant"]) == 0
    assert main(["loss", "absolute.onnx", "--minimised-at", "1/2", "--by", "z"]) == 1
    assert "at 1/2" in capsys.readouterr().out


def test_forecasts(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["loss", "brier.onnx", "--strictly-proper", "--by", "q"]) == 0
    assert main(["audit", "brier-strictlyproper.warrant"]) == 0
    assert "is strictly proper, as a score of the forecast q" in capsys.readouterr().out
    assert main(["loss", "linear.onnx", "--strictly-proper", "--by", "q"]) == 1
    out = capsys.readouterr().out
    assert "forecast: q[0]" in out and "the expected loss is about" in out
    assert main(["check", "linear-strictlyproper.warrant"]) == 1


def test_rounding_errors(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    f = Builder(z=[3])
    m = f("ReduceMax", "z", keepdims=0)
    stable = f.done(f("Add", m, f("Log", f.sum(f("Exp", f("Sub", "z", m))))))
    (here / "stable.onnx").write_bytes(stable)
    g = Builder(z=[3])
    (here / "naive.onnx").write_bytes(g.done(g("Log", g.sum(g("Exp", "z")))))
    usual = ["--rounding-error", "1/100", "--format", "binary32", "--ulps", "4", "--bounds", "z=-10000:10000"]
    assert main(["loss", "stable.onnx", *usual]) == 0
    assert main(["audit", "stable-roundingerror.warrant"]) == 0
    assert "It assumes of the machine that arithmetic is that of IEEE 754" in capsys.readouterr().out
    assert main(["loss", "naive.onnx", *usual]) == 1
    assert "(z[0]) = 10000" in capsys.readouterr().out
    assert main(["check", "naive-roundingerror.warrant"]) == 1
    assert main(["loss", "ce.onnx", *usual]) == 3
    assert "does not say which operations are made" in capsys.readouterr().out
    claimed = warrant.RoundingError(absolute="1/100", format="binary32", bounds={"z": (-10000, 10000)})
    verdict = warrant.prove(stable, claimed, kernel=True, out=here / "k")
    if isinstance(verdict, warrant.Unknown) and "the kernel was not asked" in verdict.reason:
        pytest.skip(verdict.reason)
    assert isinstance(verdict, warrant.Proved)
    assert verdict.checked_by == ("native", "kernel")


def test_a_sub_expression_is_blamed(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["loss", "indirect.onnx", "--convex"]) == 3
    assert "neither convex nor concave by the rules: ((" in capsys.readouterr().out


def test_derivatives_in_boxes(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["loss", "indirect.onnx", "--convex", "--bounds", "z=-20:20"]) == 0
    assert (here / "indirect-convex.warrant" / "certificate.bin").read_bytes().startswith(b"WRNT\x01B")
    assert main(["check", "indirect-convex.warrant"]) == 0
    assert main(["audit", "indirect-convex.warrant"]) == 0
    assert "convex in z" in capsys.readouterr().out
    assert main(["loss", "indirect.onnx", "--smooth", "2/3", "--bounds", "z=-20:20"]) == 0
    assert main(["loss", "indirect.onnx", "--smooth", "1/2", "--bounds", "z=-20:20"]) == 1


def test_the_kernel(here: Path) -> None:
    example = cross_entropy()
    proved = warrant.prove(example.loss, warrant.Convex(example.by, example.bounds), kernel=True, out=here / "p")
    if isinstance(proved, warrant.Unknown) and "the kernel was not asked" in proved.reason:
        pytest.skip(proved.reason)
    assert isinstance(proved, warrant.Proved)
    assert proved.checked_by == ("native", "kernel")
    refuted = warrant.prove(focal().loss, warrant.Convex(), kernel=True, out=here / "r")
    assert isinstance(refuted, warrant.Refuted)
    assert refuted.checked_by == ("native", "kernel")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["missing.onnx", "--convex"], "missing.onnx: it cannot be read"),
        (["text", "--convex"], "text: the bytes are not an ONNX model"),
        (
            ["ce.onnx"],
            "one of the arguments --convex --nonnegative --lipschitz --smooth --upper-bounds --calibrated "
            "--minimised-at --minimised-at-logarithm --strictly-proper --rounding-error is required",
        ),
        (["ce.onnx", "--convex", "--by", "x"], "the loss has no input 'x'; expected some of: z, y"),
        (["ce.onnx", "--convex", "--by", "z,z"], "an input is named twice"),
        (["ce.onnx", "--convex", "--bounds", "y=0"], "y=0: expected NAME=LEAST:MOST"),
        (["ce.onnx", "--convex", "--bounds", "y=a:"], "'a' is no number"),
        (["ce.onnx", "--lipschitz", "one"], "the constant: 'one' is no number"),
        (["ce.onnx", "--smooth", "one"], "the constant: 'one' is no number"),
        (["ce.onnx", "--rounding-error", "small"], "the error: 'small' is no number"),
        (["ce.onnx", "--rounding-error", "1", "--ulps", "0.5"], "an accuracy of 0.5 units in the last place"),
        (["ce.onnx", "--calibrated", "--by", "z"], "4 entries of z; expected 1: the margin"),
        (
            ["ce.onnx", "--minimised-at", "w"],
            "'w' is neither an input of the loss nor a number; expected a number, or one of: z, y",
        ),
        (["ce.onnx", "--minimised-at", "y", "--by", "y"], "the loss is to be least at its own input 'y'"),
        (["ce.onnx", "--strictly-proper"], "0 inputs besides z, y; expected one: the outcome"),
        (["hinge.onnx", "--upper-bounds", "one"], "one: it cannot be read"),
        (["hinge.onnx", "--upper-bounds", "perceptron.onnx", "--by", "m"], "inputs are named, and another loss"),
        (["hinge.onnx", "--upper-bounds", "absolute.onnx"], "the input 'z' is none of the other loss's"),
        (["ce.onnx", "--minimised-at-logarithm", "1"], "'1' is no input of the loss; expected one of: z, y"),
        (["two.onnx", "--convex"], "two.onnx: 2 outputs; expected one"),
    ],
)
def test_bad_input_has_one_clear_line(
    arguments: list[str], said: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "text").write_text("not a model")
    two = Builder(z=[])
    (here / "two.onnx").write_bytes(two.done(two("Exp", "z"), two("Neg", "z")))
    before = sorted(here.iterdir())
    try:
        code = main(["loss", *arguments])
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else 0
    assert code == 2
    error = capsys.readouterr().err
    assert said in error and len(error.splitlines()) == 1
    assert sorted(here.iterdir()) == before

"""`warrant gradient`: from two files to a warrant, and what is wrong with either."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from native import Checker
from small_gradients import Builder, linear, mlp, normalised

import warrant
from warrant.cli import main


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, native_checker: Checker) -> Path:
    monkeypatch.chdir(tmp_path)
    pair = mlp("Relu")
    (tmp_path / "f.onnx").write_bytes(pair.function)
    (tmp_path / "df.onnx").write_bytes(pair.derivative)
    (tmp_path / "wrong.onnx").write_bytes(pair.mistakes["slope"])
    return tmp_path


def test_a_gradient_in_files(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gradient", "f.onnx", "df.onnx", "--wrt", "W1,b1,W2"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "PROVED"
    assert (here / "df.warrant" / "names.txt").read_text() == "W1\nb1\nW2\n"
    assert main(["check", "df.warrant"]) == 0
    assert main(["audit", "df.warrant"]) == 0
    assert "by W1, b1, W2" in capsys.readouterr().out
    for name in ("function.onnx", "derivative.onnx", "names.txt", "certificate.bin", "Theorem.v"):
        copy = here / "changed"
        shutil.copytree(here / "df.warrant", copy)
        data = bytearray((copy / name).read_bytes())
        data[len(data) // 2] ^= 1
        (copy / name).write_bytes(bytes(data))
        assert isinstance(warrant.check(copy), warrant.Unknown)
        shutil.rmtree(copy)


def test_a_gradient_on_a_domain(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    f, d = Builder(x=[2]), Builder(x=[2])
    (here / "relu.onnx").write_bytes(f.done(f.sum(f("Relu", "x"))))
    (here / "ones.onnx").write_bytes(d.done(d("Identity", d.number([1.0, 1.0]))))
    assert main(["gradient", "relu.onnx", "ones.onnx"]) == 1
    capsys.readouterr()
    assert main(["gradient", "relu.onnx", "ones.onnx", "--domain", "x=1/4:", "--out", "w"]) == 0
    assert "note         the function is smooth at every input in the domain" in capsys.readouterr().out
    assert (here / "w" / "names.txt").read_text() == "x\n\n(least x 1/4)\n"
    assert main(["check", "w"]) == 0
    assert main(["audit", "w"]) == 0
    assert "(least x 1/4)" in capsys.readouterr().out


def test_a_wrong_gradient(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gradient", "f.onnx", "wrong.onnx", "--wrt", "W1,b1,W2"]) == 1
    out = capsys.readouterr().out.splitlines()
    assert out[-1] == "REFUTED"
    assert any(line.startswith("there        the gradient by ") for line in out)
    assert any("(W1[0, 0]) = " in line for line in out)
    assert main(["check", "wrong.warrant"]) == 1


def test_the_kernel(here: Path) -> None:
    pair = normalised()
    verdict = warrant.gradient(pair.function, pair.derivative, kernel=True, out=here / "w")
    if isinstance(verdict, warrant.Unknown) and "the kernel was not asked" in verdict.reason:
        pytest.skip(verdict.reason)
    assert isinstance(verdict, warrant.Proved)
    assert verdict.checked_by == ("native", "kernel")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["missing.onnx", "df.onnx"], "missing.onnx: it cannot be read"),
        (["empty", "df.onnx"], "empty: the file is empty"),
        (["f.onnx", "text"], "text: the bytes are not an ONNX model"),
        (["f.onnx", "df.onnx"], "3 outputs; expected one for each of the 5 inputs"),
        (["f.onnx", "df.onnx", "--wrt", "W1,b1,V"], "it has no input 'V'"),
        (["f.onnx", "df.onnx", "--wrt", "W1,W1,b1"], "a name stands there twice"),
        (["df.onnx", "f.onnx", "--wrt", "W1"], "3 outputs; expected one output"),
        (["f.onnx", "df.onnx", "--wrt", "W1,b1,W2", "--domain", "W1=2:1"], "the domain is empty"),
        (["f.onnx", "df.onnx", "--wrt", "W1,b1,W2", "--domain", "z=0:1"], "it has no input 'z'"),
        (["f.onnx", "df.onnx", "--wrt", "W1,b1,W2", "--tolerance", "-1"], "a tolerance of -1"),
        (["f.onnx", "df.onnx", "--wrt", "W1,b1,W2", "--tolerance", "small"], "is no number"),
        (["linear.onnx", "shapes.onnx", "--wrt", "w"], "input 'x': its shape is [4]; expected [3]"),
        (["linear.onnx", "more.onnx", "--wrt", "w"], "the inputs c, d are none of the function's"),
    ],
)
def test_bad_input_has_one_clear_line(
    arguments: list[str], said: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "empty").write_bytes(b"")
    (here / "text").write_text("not a model")
    (here / "linear.onnx").write_bytes(linear().function)
    shapes = Builder(x=[4])
    (here / "shapes.onnx").write_bytes(shapes.done(shapes("Identity", "x")))
    more = Builder(x=[3], c=[1], d=[1])
    (here / "more.onnx").write_bytes(more.done(more("Identity", "x")))
    before = sorted(here.iterdir())
    assert main(["gradient", *arguments]) == 2
    error = capsys.readouterr().err
    assert said in error and len(error.splitlines()) == 1
    assert sorted(here.iterdir()) == before

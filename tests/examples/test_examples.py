"""What lies in examples/ for people to copy: the claims are as expected, and the other files call commands that exist."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
import yaml

from warrant.cli import main

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.usefixtures("native_checker")
def test_the_plan_holds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("tumour.onnx", "within-18-percent.vnnlib", "within-20-percent.vnnlib"):
        (tmp_path / name).write_bytes((EXAMPLES / name).read_bytes())
    (tmp_path / "warrant.toml").write_text((EXAMPLES / "warrant.toml").read_text().replace("../build/", ""))
    assert main(["run", "-c", str(tmp_path / "warrant.toml")]) == 0
    # and would fail where a verdict is another one
    spoiled = (tmp_path / "warrant.toml").read_text().replace('expect = "REFUTED"', "")
    (tmp_path / "warrant.toml").write_text(spoiled)
    assert main(["run", "-c", str(tmp_path / "warrant.toml")]) == 1


def commands(name: str) -> list[str]:
    """The calls of `warrant` in a file."""
    written = yaml.safe_load((EXAMPLES / name).read_text())
    if "repos" in written:
        return [hook["entry"] for repo in written["repos"] for hook in repo["hooks"]]
    steps = [step.get("run", "") for job in written["jobs"].values() for step in job["steps"]]
    return [line for step in steps for line in step.splitlines() if line.startswith("warrant ")]


@pytest.mark.parametrize("name", ["github-workflow.yml", "pre-commit-config.yaml"])
def test_it_calls_what_exists(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert commands(name)
    for command in commands(name):
        program, *words = shlex.split(command)
        assert program == "warrant"
        # there is no warrant.toml here, which is said; an option that does not exist is said otherwise
        assert main(words) == 2
        assert "warrant.toml" in capsys.readouterr().err

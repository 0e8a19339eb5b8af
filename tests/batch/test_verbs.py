"""Claims of a warrant.toml about samples, chains, networks, privacy and training runs, and entries that are wrong."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

import warrant
from warrant.batch import read_plan
from warrant.cli import main

pytestmark = pytest.mark.usefixtures("native_checker")

PLAN = """\
[[claim]]
name = "errors"
accuracy = { labels = "data/y.csv", predictions = "data/z.csv", confidence = 0.95, at-most = 0.4, label = "sick" }

[[claim]]
name = "calibration"
accuracy = { labels = "data/y.csv", predictions = "scores.npy", bins = 2, label = "sick", positive = 1 }

[[claim]]
name = "too-small"
accuracy = { labels = "data/y.csv", predictions = "data/z.csv", at-most = "1/100", models = [0] }
allow-unknown = true

[[claim]]
name = "interval"
conformal = { scores = "scores.npy", coverage = 0.8, threshold = 0.1 }
expect = "REFUTED"

[[claim]]
name = "radii"
smoothing = { counts = "counts.csv", noise = "gaussian:0.25", confidence = "999/1000" }

[[claim]]
name = "sampler"
chain = { matrix = "p.csv", distribution = "pi.csv", balanced = true }

[[claim]]
name = "mixes"
chain = { matrix = "p.csv", mixing = 0.1 }

[[claim]]
name = "diagnosis"
posterior = { network = "asia.bif", query = "lung", given = { xray = "yes" } }

[[claim]]
name = "apart"
independent = { network = "asia.bif", variables = ["asia", "smoke"], given = ["lung"] }

[[claim]]
name = "budget"
privacy = { plan = "plan.toml" }

[[claim]]
name = "fit"
converges = { objective = "ridge", features = "x.npy", labels = "t.npy", penalty = 0.5, accuracy = 1e-3 }
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    labels = [k % 3 == 0 for k in range(120)]
    (tmp_path / "data" / "y.csv").write_text("id,sick\n" + "".join(f"{k},{y:d}\n" for k, y in enumerate(labels)))
    (tmp_path / "data" / "z.csv").write_text("m\n" + "".join(f"{y != (k % 9 == 0):d}\n" for k, y in enumerate(labels)))
    np.save(tmp_path / "scores.npy", np.linspace(0.01, 0.99, 120))
    (tmp_path / "counts.csv").write_text("990,10\n20,980\n")
    (tmp_path / "p.csv").write_text("1/2,1/2\n1/4,3/4\n")
    (tmp_path / "pi.csv").write_text("1/3,2/3\n")
    shutil.copy(Path(__file__).parents[1] / "probability" / "networks" / "asia.bif", tmp_path)
    (tmp_path / "plan.toml").write_text('epsilon = 1\n[[use]]\nmechanism = "laplace"\nscale = 2\ntimes = 2\n')
    random = np.random.default_rng(1)
    np.save(tmp_path / "x.npy", random.normal(size=(20, 2)))
    np.save(tmp_path / "t.npy", random.normal(size=20))
    (tmp_path / "warrant.toml").write_text(PLAN)
    return tmp_path


def test_all_kinds_as_expected_and_again(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "-c", str(project / "warrant.toml")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "11 of 11 claims are as expected"
    words = {line.split()[1]: line.split()[2].rstrip(":") for line in lines[:-1]}
    assert words.pop("too-small") == "UNKNOWN" and words.pop("interval") == "REFUTED"
    assert set(words.values()) == {"PROVED"}
    for name, word in [("budget", warrant.Proved), ("interval", warrant.Refuted), ("apart", warrant.Proved)]:
        assert isinstance(warrant.check(project / ".warrants" / name), word)
    assert main(["run", "-c", str(project / "warrant.toml"), "--only", "budget", "--only", "radii"]) == 0
    assert capsys.readouterr().out.count("(checked again)") == 2


def test_options_are_those_of_the_commands(project: Path) -> None:
    """The claim in a plan is the one that the Python function of that name makes."""
    planned = {one.entry.name: one.entry.claim for one in read_plan(project / "warrant.toml").claims}
    verdict = warrant.accuracy(
        project / "data" / "y.csv",
        project / "data" / "z.csv",
        confidence="0.95",
        at_most="0.4",
        label="sick",
        out=project / "w",
    )
    assert isinstance(verdict, warrant.Proved)
    assert [a.data for a in planned["errors"].artefacts] == [
        (project / "w" / a.file).read_bytes() for a in planned["errors"].artefacts
    ]


def test_a_worse_sample_is_noticed(project: Path) -> None:
    (project / "plan.toml").write_text((project / "plan.toml").read_text().replace("times = 2", "times = 3"))
    assert main(["run", "-c", str(project / "warrant.toml"), "--only", "budget"]) == 1


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('privacy = { plan = "plan.toml" }', "privacy = { }", "claim 'budget', privacy: plan is missing; expected all"),
        ('plan = "plan.toml"', 'plan = "none.toml"', "none.toml"),
        ('plan = "plan.toml"', "plan = 3", "claim 'budget', privacy, plan: 3; expected a string"),
        (
            "balanced = true",
            "balance = true",
            "claim 'sampler', chain: unknown entry 'balance'; expected one of balanced",
        ),
        ("balanced = true", "balanced = 1", "claim 'sampler', chain, balanced: 1; expected true or false"),
        ("mixing = 0.1", "mixing = true", "chain, mixing: True; expected a number, or a text such as '1/3'"),
        ("bins = 2", "bins = 0.5", "accuracy, bins: 0.5; expected a whole number"),
        ("coverage = 0.8", "coverage = 1.8", "coverage"),
        ('noise = "gaussian:0.25", ', "", "claim 'radii', smoothing: noise is missing"),
        ('["asia", "smoke"]', '["asia"]', "1 variables; expected two"),
        ('{ xray = "yes" }', '{ xray = "maybe" }', "xray has no state 'maybe'"),
        ('privacy = { plan = "plan.toml" }', 'privacy = "plan.toml"', "expected a table"),
        (
            "privacy = {",
            'model = "m.onnx"\nprivacy = {',
            "claim 'budget': it has a model; expected none, beside privacy",
        ),
        ("privacy = {", "posterior = {}\nprivacy = {", "it has posterior, privacy; expected one of"),
    ],
)
def test_entries_that_are_wrong_get_one_clear_line(
    project: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, message: str
) -> None:
    assert PLAN.count(old) == 1
    (project / "warrant.toml").write_text(PLAN.replace(old, new))
    assert main(["run", "-c", str(project / "warrant.toml")]) == 2
    shown = capsys.readouterr()
    assert message in shown.err and shown.err.count("\n") == 1 and not shown.out
    assert not (project / ".warrants").exists()

"""assert_proved, the plugin of pytest, and verdicts in a notebook."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import warrant
from warrant import Robust

Tumours = tuple[NDArray[np.float32], NDArray[np.int64], list[str]]
pytestmark = pytest.mark.usefixtures("native_checker")


def test_assert_proved(tumours: Tumours, network: Path) -> None:
    rows, _, names = tumours
    assert warrant.assert_proved(network, Robust(rows[0], 0.001, threshold=0, names=names)).word == "PROVED"
    with pytest.raises(AssertionError) as caught:
        warrant.assert_proved(network, Robust(rows[0], 300, threshold=0, names=names))
    lines = str(caught.value).splitlines()
    assert lines[0] == "REFUTED"
    assert "changes by at most 300, the output stays on its side of 0" in lines[1]
    assert any(line.strip().startswith("mean radius = ") for line in lines)
    assert any(line.strip().startswith("output Y_0 = ") for line in lines)


def test_unknown_is_a_failure(tumours: Tumours, network: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from warrant.claims import Found, Safe

    monkeypatch.setattr(Safe, "find", lambda self, **options: Found(None, "too hard"))
    with pytest.raises(AssertionError, match="UNKNOWN: too hard"):
        warrant.assert_proved(network, Robust(tumours[0][0], 0.001, threshold=0))


def test_the_plugin_keeps_warrants(network: Path, tmp_path: Path) -> None:
    (tmp_path / "test_claims.py").write_text(
        "import warrant\n"
        f"FOLDER = {str(network.parent)!r}\n"
        "def test_holds():\n"
        "    warrant.assert_proved(FOLDER + '/tumour.onnx', FOLDER + '/within-18-percent.vnnlib')\n"
        "def test_fails():\n"
        "    warrant.assert_proved(FOLDER + '/tumour.onnx', FOLDER + '/within-20-percent.vnnlib')\n"
    )
    # an installed Warrant brings the plugin along; a checkout that is only on the path does not
    installed = any(plugin.value == "warrant.testing" for plugin in entry_points(group="pytest11"))
    plugin = [] if installed else ["-p", "warrant.testing"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *plugin, "--warrants", "kept", "test_claims.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 1 and "1 failed, 1 passed" in done.stdout, done.stdout + done.stderr
    assert "AssertionError: REFUTED" in done.stdout
    assert {path.name: warrant.check(path).word for path in (tmp_path / "kept").iterdir()} == {
        "test_holds": "PROVED",
        "test_fails": "REFUTED",
    }


def test_in_a_notebook(tumours: Tumours, network: Path) -> None:
    names = ["<b>radius</b>", *tumours[2][1:]]
    shown = warrant.prove(network, Robust(tumours[0][0], 300, threshold=0, names=names))._repr_html_()
    assert shown.startswith("<p><strong>REFUTED</strong> (checked: native)</p>")
    assert "&lt;b&gt;radius&lt;/b&gt; = " in shown and "<b>" not in shown

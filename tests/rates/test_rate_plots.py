"""Rates over a parameter and after each number of steps, and their figures."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from native import Checker

from warrant import Proved, Unknown
from warrant.claims import ForAllSteps
from warrant.errors import WrongInput
from warrant.rates import methods
from warrant.rates.plot import draw
from warrant.rates.sweep import Row, after_steps, sweep

DESCENT = "PEPit.examples.unconstrained_convex_minimization.gradient_descent:wc_gradient_descent"
SVG = "{http://www.w3.org/2000/svg}"
OPEN = Unknown(reason="not tried")


@pytest.fixture
def solver(native_checker: Checker) -> None:
    """The native checker, a solver, and PEPit."""
    pytest.importorskip("clarabel", reason="Clarabel is not installed: pip install 'warrant-ml[rates]'")
    pytest.importorskip("PEPit", reason="PEPit is not installed: pip install 'warrant-ml[rates]'")


def test_a_rate_over_a_parameter(solver: None, tmp_path: Path) -> None:
    """The worst case is L/(4N + 2), a run is better, and each bound is proved, with a warrant."""
    rows = list(sweep(DESCENT, "n", [1, 2], arguments={"L": 1, "gamma": 1}, out=tmp_path / "all"))
    assert [row.value for row in rows] == [1, 2]
    for row, worst in zip(rows, (1 / 6, 1 / 10), strict=True):
        assert isinstance(row.verdict, Proved)
        assert row.proved is not None and row.simulated is not None
        assert row.pepit == pytest.approx(worst, rel=1e-5)
        assert 0 < row.simulated < worst <= row.proved <= worst * 1.001
        assert (tmp_path / "all" / f"n={row.value}.warrant" / "Theorem.v").is_file()


def test_what_is_not_proved_is_not_drawn_as_proved(solver: None) -> None:
    """The worst case itself is no simple rational, and the row says so."""
    where = "PEPit.examples.unconstrained_convex_minimization.heavy_ball_momentum:wc_heavy_ball_momentum"
    (row,) = sweep(where, "n", [2], arguments={"mu": 0.3, "L": 1, "alpha": 0.7, "beta": 0.2}, slack=None)
    assert row.proved is None
    assert isinstance(row.verdict, Unknown)
    assert row.verdict.reason.startswith("no certificate was found")


def test_a_rate_after_each_number_of_steps(solver: None) -> None:
    """Of the bound for every N what it is at N; nothing of it where the claim is not proved."""
    text = methods.gradient_descent().replace("?scale", "1/2").encode()
    proved = Proved(certificate=b"")
    rows = list(after_steps(ForAllSteps(text), proved, [1, 2, 3]))
    assert [row.proved for row in rows] == [Fraction(1, 6), Fraction(1, 10), Fraction(1, 14)]
    assert [row.pepit for row in rows] == pytest.approx([1 / 6, 1 / 10, 1 / 14], rel=1e-5)
    assert all(row.simulated is not None and 0 < row.simulated < 1 / 6 for row in rows)
    assert [row.proved for row in after_steps(ForAllSteps(text), OPEN, [1])] == [None]


def test_a_class_that_pepit_lacks_has_no_number_by_pepit(solver: None) -> None:
    text = (
        methods.gradient_descent(mu="1/2").replace("?ratio", "1").replace("(smooth 1)", "(smooth 1) (lojasiewicz 1/2)")
    )
    (row,) = after_steps(ForAllSteps(text.encode()), OPEN, [1])
    assert row.pepit is None
    assert row.simulated is not None


# ---- figures ---------------------------------------------------------------------------------------------------------

ROWS = [Row(n, Fraction(1, 4 * n + 2), 1 / (4 * n + 2), 0.01 / n, OPEN) for n in range(1, 5)]


def test_a_figure_has_its_curves_a_title_and_a_description(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    draw(ROWS, tmp_path / "a.svg", title="descent: L < 2", over="n")
    root = ET.parse(tmp_path / "a.svg").getroot()
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == "descent: L < 2"
    words = root.findtext(f"{SVG}desc") or ""
    assert words.startswith("proved: 0.1667 where n is 1, 0.05556 where it is 4; PEPit: 0.1667 where n is 1")
    assert "a run on a quadratic function: 0.01 where n is 1" in words
    assert "prefers-color-scheme: dark" in (root.findtext(f"{SVG}style") or "")
    draw(ROWS, tmp_path / "b.svg", title="descent: L < 2", over="n")
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_a_curve_that_is_not_there_is_not_described(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    draw([replace(row, proved=None, simulated=None) for row in ROWS], tmp_path / "a.svg", title="t", over="n")
    words = ET.parse(tmp_path / "a.svg").getroot().findtext(f"{SVG}desc") or ""
    assert words.startswith("PEPit: ")
    assert "proved" not in words and "run" not in words


def test_a_figure_that_cannot_be_written(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    with pytest.raises(WrongInput, match="it could not be written"):
        draw(ROWS, tmp_path / "no" / "such" / "a.svg", title="t", over="n")

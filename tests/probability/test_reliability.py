"""Fractions of positive labels in bins of scores: both checkers, spoiled claims, and the reliability diagram."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

import warrant
from warrant.cli import main
from warrant.probability import MAGIC
from warrant.probability.limits import clopper_pearson
from warrant.probability.reliability import diagram, draw, expected_error
from warrant.probability.state import state
from warrant.probability.statement import read_statement, write_statement

RANDOM = np.random.default_rng(12)
SCORES = np.round(RANDOM.beta(2, 3, 2000), 3)
SCORES[:3] = [0.0, 0.1, 1.0]  # edges of bins
Y = (RANDOM.random(2000) < SCORES**2).astype(int)  # too sure of itself


def test_bins_and_bounds_are_those_of_numpy(native):
    claim = state(Y, SCORES, bins=10, confidence="0.95")
    statement = read_statement(claim.statement_bytes, file="")
    assert write_statement(statement) == claim.statement_bytes
    files = (claim.statement_bytes, claim.labels_bytes, claim.predictions_bytes, MAGIC)
    assert native("accuracy", files) == "PROVED"
    places = np.array([max(1, math.ceil(10 * Fraction(score))) for score in SCORES.tolist()])  # 0.1 is above 1/10
    bins = diagram(claim)
    assert len(bins) == len(set(places)) and len(statement.bounds) == 2 * len(bins)
    share = Fraction(5, 100) / len(statement.bounds)
    for one, number in zip(bins, sorted(set(places)), strict=True):
        inside = places == number
        n, k = int(inside.sum()), int(Y[inside].sum())
        assert (one.rows, one.seen) == (n, k / n) and abs(one.score - SCORES[inside].mean()) < 1e-12
        assert one.high == float(clopper_pearson(n, k, share))
        assert one.low == float(1 - clopper_pearson(n, n - k, share))
        assert one.low <= one.seen <= one.high
    seen = sum(abs(SCORES[places == b].mean() - Y[places == b].mean()) * (places == b).mean() for b in set(places))
    assert abs(expected_error(bins) - seen) < 1e-12
    assert sum(not one.low <= one.score <= one.high for one in bins) >= 3  # the fault shows


def test_spoiled_bins_are_refused_by_both(native, kernel):
    claim = state(Y, SCORES, bins=4)
    text = claim.statement_bytes
    first = read_statement(text, file="").bounds[0]
    moved = SCORES.copy()
    moved[int(np.argmax((SCORES < 0.25) & (Y == 0)))] = 0.9
    with_other_scores = state(Y, moved, bins=4).predictions_bytes
    limit = f" 0 {float(first.limit)!s}".encode()
    assert text.count(limit) == 1
    bad = {
        "a bound lowered": text.replace(limit, f" 0 {float(first.limit) - 1e-8:.10f}".encode()),
        "a bin moved": text.replace(b"1 -1 0.25 ", b"1 -1 0.24 "),
        "a bin without scores": text.replace(b"1 -1 0.25 ", b"1 -2 -1 "),
        "a fraction that is not known": text.replace(b"fraction_of_positives", b"fraction_of_all", 1),
        "the opposite": text.replace(b"fraction_of_positives", b"fraction_of_negatives", 1),
        "another positive label": text.replace(b"fraction_of_positives 1 ", b"fraction_of_positives 0 "),
        "an edge that is no number": text.replace(b"1 -1 0.25 ", b"1 -1 x "),
        "a confidence raised": text.replace(b"0.99)", b"0.99099)"),
    }
    files = [(t, claim.labels_bytes, claim.predictions_bytes, MAGIC) for t in (text, *bad.values())]
    files.append((text, claim.labels_bytes, with_other_scores, MAGIC))
    answers = [native("accuracy", f) for f in files]
    assert dict(zip(["good", *bad, "a score moved"], answers, strict=True)) == {"good": "PROVED"} | dict.fromkeys(
        [*bad, "a score moved"], "UNKNOWN"
    )
    assert kernel([("prove_accuracy", f) for f in files]) == [True] + [False] * (len(bad) + 1)


def test_the_command_draws_a_diagram(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    np.save("y.npy", Y)
    np.save("s.npy", SCORES)
    code = main(["accuracy", "y.npy", "s.npy", "--bins", "5", "--plot", "s.svg"])
    printed = capsys.readouterr().out
    if "no checker was found" in printed:
        pytest.skip(printed)
    assert code == 0 and printed.endswith("PROVED\n")
    assert "column 0, scores above 0 up to 0.2: " in printed and "fraction_of_negatives at most" in printed
    picture = " ".join((tmp_path / "s.svg").read_text().split())
    assert "fractions of positive labels in 5 bins of scores" in picture
    bins = diagram(state(Y, SCORES, bins=5))
    draw(bins, tmp_path / "again.svg", title="s")
    assert (tmp_path / "again.svg").read_bytes() == (tmp_path / "s.svg").read_bytes()
    assert main(["accuracy", "y.npy", "s.npy", "--plot", "s.svg"]) == 2


@pytest.mark.parametrize(
    ("scores", "options", "said"),
    [
        (np.array([0.5, 1.5]), {"bins": 2}, "row 2, column 1: 3/2; expected a score between 0 and 1"),
        (np.array([0.5, 0.5]), {"bins": 0}, "bins: 0; expected from 1 to 1000"),
        (np.array([0.5, 0.5]), {"bins": 2, "at_most": "0.5"}, "bins: they are for all rows"),
    ],
)
def test_bad_input_gets_one_clear_line(scores, options, said):
    with pytest.raises(warrant.WarrantError) as problem:
        warrant.accuracy(np.array([0, 1]), scores, **options)
    assert said in str(problem.value) and "\n" not in str(problem.value)

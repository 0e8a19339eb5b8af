"""Fractions of positive labels in bins of scores: both checkers, spoiled claims, and the reliability diagram."""

from __future__ import annotations

import io
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


def ece(p: np.ndarray, scores: np.ndarray, bins: int) -> float:
    """The expected calibration error by its definition, for a probability of a positive label in each row's bin."""
    places = np.maximum(1, np.ceil(bins * scores))
    of = [places == b for b in set(places.tolist())]
    return float(sum(inside.mean() * abs(p[inside].mean() - scores[inside].mean()) for inside in of))


def test_calibration_errors_are_bounded_and_seen(native):
    """In a simulation the bound covers the error with the true probabilities, far more often than it promises."""
    missed = 0
    scores = np.round(RANDOM.random(400) * 0.998 + 0.001, 4)
    places = np.maximum(1, np.ceil(5 * scores)).astype(int)
    p = np.array([0.0, 0.2, 0.25, 0.5, 0.65, 0.99])[places]
    for run in range(20):
        claim = state((RANDOM.random(400) < p).astype(int), scores, bins=5, confidence="0.9")
        (one,) = read_statement(claim.statement_bytes, file="").calibrations
        assert write_statement(read_statement(claim.statement_bytes, file="")) == claim.statement_bytes
        seen = float(claim.summary().excerpt[0].split("(")[1].split()[0])
        labels = np.load(io.BytesIO(claim.labels_bytes))
        assert abs(seen - ece(labels, scores, 5)) < 1e-6 and seen < one.limit < seen + 0.25
        missed += ece(p, scores, 5) > one.limit
        if run == 0:
            files = (claim.statement_bytes, claim.labels_bytes, claim.predictions_bytes, MAGIC)
            assert native("accuracy", files) == "PROVED"
    assert missed == 0


def test_the_bound_of_the_calibration_error_is_that_of_the_bins():
    claim = state(Y, SCORES, bins=10)
    (one,) = read_statement(claim.statement_bytes, file="").calibrations
    worst = sum(b.rows * max(b.high - b.score, b.score - b.low) for b in diagram(claim)) / len(Y)
    assert abs(float(one.limit) - worst) < 1e-9


def test_spoiled_calibration_errors_are_refused_by_both(native, kernel):
    two = np.stack([SCORES, 1 - SCORES], axis=1)[:500]
    claim = state(Y[:500], two, bins=3)
    text = claim.statement_bytes
    first, second = text.split(b"\n")[-3:-1]
    assert first.startswith(b"(calibration 0 ") and first.endswith(b" 0 1 2 3 4 5)")
    word, column, limit = first.strip(b"()").split()[:3]

    def put(column=column, limit=limit, pairs=b"0 1 2 3 4 5") -> bytes:
        return text.replace(first, b"(" + b" ".join([word, column, limit, pairs]) + b")")

    good = {"as it was": text, "more": put(limit=b"0.9"), "one only": text.replace(second + b"\n", b"")}
    bad = {
        "a limit lowered": put(limit=str(float(limit) - 2e-10).encode()),
        "a negative limit": put(limit=b"-1"),
        "another model": put(column=b"1"),
        "a bin left out": put(limit=b"0.9", pairs=b"0 1 2 3"),
        "a bin twice": put(limit=b"0.9", pairs=b"0 1 0 1 2 3"),
        "bins in another order": put(limit=b"0.9", pairs=b"2 3 0 1 4 5"),
        "fractions swapped": put(limit=b"0.9", pairs=b"1 0 2 3 4 5"),
        "fractions of two bins": put(limit=b"0.9", pairs=b"0 3 2 1 4 5"),
        "bounds of the other model": put(limit=b"0.9", pairs=b"6 7 8 9 10 11"),
        "bounds that are not there": put(limit=b"0.9", pairs=b"0 1 2 3 4 95"),
        "half of a pair": put(limit=b"0.9", pairs=b"0 1 2 3 4"),
        "no bins": put(limit=b"0.9", pairs=b""),
        "a bound lowered": text.replace(b" 0 " + text.split(b" 0 ")[3].split(b")")[0], b" 0 0.0001", 1),
    }
    files = [(t, claim.labels_bytes, claim.predictions_bytes, MAGIC) for t in (*good.values(), *bad.values())]
    answers = [native("accuracy", f) for f in files]
    expected = dict.fromkeys(good, "PROVED") | dict.fromkeys(bad, "UNKNOWN")
    assert dict(zip([*good, *bad], answers, strict=True)) == expected
    assert kernel([("prove_accuracy", f) for f in files]) == [True] * len(good) + [False] * len(bad)


def test_a_calibration_error_of_ones_own():
    assert isinstance(warrant.accuracy(Y, SCORES, bins=4, at_most="0.5"), warrant.Proved)
    verdict = warrant.accuracy(Y, SCORES, bins=4, at_most="0.1")
    assert isinstance(verdict, warrant.Unknown)
    assert "the expected calibration error of column 0 is not shown to be at most 0.1, but at most" in verdict.reason


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
        (np.array([0.5, 0.5]), {"bins": 2, "group": 0}, "bins: they are for all rows"),
    ],
)
def test_bad_input_gets_one_clear_line(scores, options, said):
    with pytest.raises(warrant.WarrantError) as problem:
        warrant.accuracy(np.array([0, 1]), scores, **options)
    assert said in str(problem.value) and "\n" not in str(problem.value)

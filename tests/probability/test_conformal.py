"""Conformal thresholds: the checkers against a sorted list, spoiled claims, warrants, the command and the figure."""

from __future__ import annotations

import io
import math
from fractions import Fraction

import numpy as np
import pytest
from scipy.stats import betabinom

import warrant
from warrant.cli import main
from warrant.probability.conformal import rank, rule, state
from warrant.probability.coverage import curve, draw

PROOF, REFUTATION = b"WRNT\x01P", b"WRNT\x01R"
RANDOM = np.random.default_rng(5)
SCORES = np.abs(RANDOM.standard_normal(99))


def npy(array) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


def text(coverage, threshold, scores="0 0") -> bytes:
    return f"(conformal 1) (coverage {coverage}) (scores {scores}) (threshold {threshold})".encode()


def exact(x: float) -> str:
    return str(Fraction(x))


def test_the_checker_agrees_with_a_sorted_list(native):
    for n in (1, 2, 3, 10, 57, 1000):
        scores = RANDOM.integers(-20, 20, n) / 8  # with ties
        for coverage in (Fraction(1, n + 1), Fraction(1, 2), Fraction(9, 10), Fraction(n, n + 1)):
            k = math.ceil((n + 1) * coverage)
            for number in {0, k - 2, k - 1, k, n - 1}:
                if not 0 <= number < n:
                    continue
                t = float(np.sort(scores)[number])
                expected = k <= n and (scores <= t).sum() >= k
                files = (text(coverage, exact(t)), npy(scores))
                assert native("conformal", (*files, PROOF)) == ("PROVED" if expected else "UNKNOWN")
                refuted = k <= n and not expected
                assert native("conformal", (*files, REFUTATION)) == ("REFUTED" if refuted else "UNKNOWN")


def test_spoiled_claims_are_refused_by_both(native, kernel):
    t = float(np.sort(SCORES)[89])
    good = (text("0.9", exact(t)), npy(SCORES), PROOF)
    larger = SCORES.copy()
    larger[int(np.argmin(SCORES))] = 9.0
    bad = {
        "a score raised": (good[0], npy(larger), PROOF),
        "a threshold a little lower": (text("0.9", exact(math.nextafter(t, 0))), good[1], PROOF),
        "a coverage raised by one in a thousand": (text("0.9009", exact(t)), good[1], PROOF),
        "a coverage for which the scores are too few": (text("0.991", exact(SCORES.max())), good[1], PROOF),
        "no coverage": (text("0", exact(t)), good[1], PROOF),
        "certainty": (text("1", exact(SCORES.max())), good[1], PROOF),
        "a row skipped": (text("0.9", exact(t), "1 0"), npy(np.concatenate([[0.0], SCORES])[1:]), PROOF),
        "a column that is not there": (text("0.9", exact(t), "0 1"), good[1], PROOF),
        "a refutation": (good[0], good[1], REFUTATION),
        "a longer certificate": (good[0], good[1], PROOF + b"\0"),
        "another certificate": (good[0], good[1], b"WRNT\x01A"),
        "a word too many": (good[0] + b" (threshold 9)", good[1], PROOF),
        "texts": (text("1/2", "9"), b"1\n2\nx\n", PROOF),
        "no scores": (text("1/2", "9"), b"", PROOF),
    }
    assert native("conformal", good) == "PROVED"
    assert {name: native("conformal", files) for name, files in bad.items()} == dict.fromkeys(bad, "UNKNOWN")
    low = (bad["a threshold a little lower"][0], good[1], REFUTATION)
    assert native("conformal", low) == "REFUTED"
    asked = [("prove_conformal", files) for files in [good, *bad.values()]]
    asked += [("refute_conformal", files) for files in [low, (good[0], good[1], REFUTATION), (low[0], low[1], PROOF)]]
    assert kernel(asked) == [True] + [False] * len(bad) + [True, False, False]


@pytest.mark.parametrize("kind", [npy, lambda a: "".join(f"{x!r}\r\n" for x in a.tolist()).encode()])
def test_ranks_are_exact_where_floats_round(native, kind):
    """25 times 0.56 is 14, and not a little more."""
    assert math.ceil(25 * (1 - (1 - 0.56))) == 15
    assert rank(Fraction("0.56"), 24) == 14
    scores = np.arange(24.0)
    assert rule([Fraction(x) for x in scores.tolist()], Fraction("0.56")) == 13
    assert native("conformal", (text("0.56", "13"), kind(scores), PROOF)) == "PROVED"
    assert native("conformal", (text("0.56", "12.999"), kind(scores), REFUTATION)) == "REFUTED"


def test_the_rule_covers_as_often_as_is_proved():
    """All orders of five distinct scores: the last is covered in just k of 5 places."""
    for k in range(1, 5):
        covered = sum(
            place <= rule([Fraction(x) for x in range(5) if x != place], Fraction(k, 5)) for place in range(5)
        )
        assert covered == k


def test_a_warrant_in_the_kernel_and_its_audit(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s.csv").write_text("id,score\n" + "".join(f"{i},{x}\n" for i, x in enumerate(SCORES)))
    code = main(["conformal", "s.csv", "--column", "score", "--kernel", "--plot", "s.svg"])
    printed = capsys.readouterr().out
    if "the kernel was not asked" in printed or "no checker was found" in printed:
        pytest.skip(printed)
    assert code == 0 and printed.endswith("PROVED\n")
    assert printed.index("exchangeable") < printed.index("number 90 of the 99 calibration scores")
    assert repr(float(np.sort(SCORES)[89])) in printed
    assert "new scores below the threshold" not in printed and b"</svg>" in (tmp_path / "s.svg").read_bytes()
    audit = warrant.audit("s.warrant")
    assert audit.line == "PROVED" and audit.vacuous is False
    assert audit.text.index("exchangeable") < audit.text.index("number 90 of") < audit.text.index("In Coq")
    assert isinstance(warrant.check("s.warrant"), warrant.Proved)
    claim = (tmp_path / "s.warrant" / "threshold.conformal").read_bytes()
    (tmp_path / "s.warrant" / "threshold.conformal").write_bytes(claim.replace(b"0.9)", b"0.91)"))
    assert isinstance(warrant.check("s.warrant"), warrant.Unknown)


def test_a_threshold_that_is_too_small_is_refuted(tmp_path):
    verdict = warrant.conformal(SCORES, threshold=1, out=tmp_path / "w")
    assert isinstance(verdict, warrant.Refuted)
    reached = int((SCORES <= 1).sum())
    assert f"{reached} of the 99 scores are at most 1, and 90 are needed" in verdict.counterexample.place
    assert isinstance(warrant.check(tmp_path / "w"), warrant.Refuted)
    assert isinstance(warrant.conformal(SCORES, threshold=9), warrant.Proved)


@pytest.mark.parametrize(
    ("scores", "options", "said"),
    [
        (b"1\n2\n", {}, "2 scores, which are too few for the coverage 0.9; expected at least 9"),
        (b"1\n2\nx\n", {"coverage": "0.5"}, "row 3, column 1: 'x'; expected a score"),
        (b"1\n2\n\n", {"coverage": "0.5"}, "row 3, column 1: an empty cell"),
        (b"1\n", {"coverage": 90}, "coverage: 90; expected a number between 0 and 1"),
        (b"1\n", {"coverage": "a lot"}, "coverage: 'a lot'; expected a decimal number"),
        (b"1\n", {"coverage": "0.5", "threshold": "high"}, "threshold: 'high'; expected a decimal number"),
        (npy(np.array([np.inf])), {}, "a NaN or an infinity"),
        (b"a,b\n1,2\n", {"coverage": "0.5", "column": "c"}, "no one column 'c'; expected one of: a, b"),
    ],
)
def test_bad_input_gets_one_clear_line(tmp_path, scores, options, said):
    (tmp_path / "s").write_bytes(scores)
    with pytest.raises(warrant.WarrantError) as problem:
        warrant.conformal(tmp_path / "s", out=tmp_path / "w", **options)
    assert said in str(problem.value) and "\n" not in str(problem.value)
    assert not (tmp_path / "w").exists()


def test_the_curve_shows_a_drift_and_no_more_than_that(tmp_path):
    claim = state(np.arange(200.0) % 101, coverage=0.9)
    steady = curve(claim, RANDOM.permutation(np.arange(1000.0) % 101))
    assert ((steady.low <= steady.measured) & (steady.measured <= steady.high)).all()
    assert (steady.exact >= steady.coverages - 1e-12).all()
    assert (steady.exact <= steady.coverages + 1 / 201 + 1e-12).all()
    at = int(np.argmin(abs(steady.coverages - 0.9)))
    shares = betabinom(1000, rank(Fraction("0.9"), 200), 201 - rank(Fraction("0.9"), 200))
    assert shares.cdf(steady.high[at] * 1000) >= 0.995 > shares.cdf(steady.high[at] * 1000 - 1)
    drifting = curve(state(np.arange(200.0), coverage=0.9))
    assert (drifting.calibrated, drifting.tested) == (100, 100)
    assert (drifting.measured == 0).all()
    draw(drifting, tmp_path / "drift.svg", title="drift")
    outside = drifting.measured < drifting.low
    assert outside[drifting.coverages > 0.1].all()
    words = " ".join((tmp_path / "drift.svg").read_text().split())
    assert f"at {1 - outside.mean():.0%} of the coverages" in words
    with pytest.raises(warrant.WrongInput, match="a text"):
        curve(claim, _written(tmp_path / "new.csv", "1\nx\n"))


def _written(path, contents):
    path.write_text(contents)
    return path

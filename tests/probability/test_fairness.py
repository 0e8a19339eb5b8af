"""Rates of decisions and their differences between groups: counts, both checkers, spoiled claims, and Hoeffding."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

import warrant
from warrant.probability import MAGIC
from warrant.probability.limits import clopper_pearson
from warrant.probability.rates import CRITERIA, OPPOSITE, RATES
from warrant.probability.state import state
from warrant.probability.statement import read_statement, write_statement
from warrant.probability.tables import read_table

RANDOM = np.random.default_rng(9)
GROUP = RANDOM.choice(["f", "m", "x"], 900)
Y = (RANDOM.random(900) < np.where(GROUP == "f", 0.4, 0.6)).astype(int)
Z = np.where(RANDOM.random(900) < 0.2, 1 - Y, Y)
LABELS = ("sex,label\n" + "".join(f"{g},{y}\n" for g, y in zip(GROUP, Y, strict=True))).encode()
PREDICTIONS = ("decision\n" + "".join(f"{z}\n" for z in Z)).encode()


@pytest.fixture
def tables(tmp_path):
    (tmp_path / "y.csv").write_bytes(LABELS)
    (tmp_path / "z.csv").write_bytes(PREDICTIONS)
    return tmp_path / "y.csv", tmp_path / "z.csv"


def stated(tables, **options):
    return state(*tables, label="label", group="sex", **options)


def measured(rate: str, group: str) -> tuple[int, int]:
    """Rows and cases, by NumPy alone, from the rates' definitions."""
    rows = group == GROUP
    y, z = Y[rows] == 1, Z[rows] == 1
    counted, cases = {
        "selection_rate": (len(y), z.sum()),
        "rejection_rate": (len(y), (~z).sum()),
        "true_positive_rate": (y.sum(), (y & z).sum()),
        "false_negative_rate": (y.sum(), (y & ~z).sum()),
        "false_positive_rate": ((~y).sum(), (~y & z).sum()),
        "true_negative_rate": ((~y).sum(), (~y & ~z).sum()),
        "precision": (z.sum(), (y & z).sum()),
        "false_discovery_rate": (z.sum(), (~y & z).sum()),
    }[rate]
    return int(counted), int(cases)


@pytest.mark.parametrize("rate", RATES)
def test_the_checker_counts_what_the_rate_says(native, tables, rate):
    """A limit a little above Clopper and Pearson's for these counts is proved, one a little below it is not."""
    for group in "fmx":
        rows, cases = measured(rate, group)
        assert measured(OPPOSITE[rate], group) == (rows, rows - cases)
        limit = clopper_pearson(rows, cases, Fraction(1, 100))
        for stated_limit, word in [(limit, "PROVED"), (limit - Fraction(1, 10**9), "UNKNOWN")]:
            text = f"(accuracy 1) (confidence 0.99) (labels 1 1) (predictions 1) (groups 0) (rate {rate} 1 0 {stated_limit} {group})"
            assert native("accuracy", (text.encode(), LABELS, PREDICTIONS, MAGIC)) == word
        found = read_statement(text.encode(), file="").counts(
            read_table(LABELS, file="y"), read_table(PREDICTIONS, file="z")
        )
        assert [(count.rows, count.mistakes) for count in found] == [(rows, cases)]


@pytest.mark.parametrize("criterion", CRITERIA)
def test_differences_between_groups_follow_from_the_limits(native, tables, criterion):
    claim = stated(tables, fairness=criterion, confidence="0.95")
    found = read_statement(claim.statement_bytes, file="")
    assert write_statement(found) == claim.statement_bytes
    assert len(found.bounds) == 6 * len(CRITERIA[criterion]) == len(found.differences)
    files = (claim.statement_bytes, LABELS, PREDICTIONS, MAGIC)
    assert native("accuracy", files) == "PROVED"
    for rate in CRITERIA[criterion]:
        seen = [cases / rows for rows, cases in (measured(rate, group) for group in "fmx")]
        upper = {b.group: b.limit for b in found.bounds if b.rate == rate}
        lower = {b.group: 1 - b.limit for b in found.bounds if b.rate == OPPOSITE[rate]}
        room = max(upper[a] - lower[b] for a in "fmx" for b in "fmx" if a != b)
        limits = {d.limit for d in found.differences if found.bounds[d.first].rate == rate}
        assert limits == {room} and max(seen) - min(seen) < room < max(seen) - min(seen) + 0.35
        assert f"{rate} differs by at most" in claim.lines()[CRITERIA[criterion].index(rate)]


def test_spoiled_differences_are_refused_by_both(native, kernel, tables):
    claim = stated(tables, fairness="demographic_parity")
    text = claim.statement_bytes
    found = read_statement(text, file="")
    one = found.differences[0]
    line = f"(difference {one.first} {one.second} ".encode()
    small = (found.bounds[one.first].limit + found.bounds[one.second].limit - 1) - Fraction(1, 10**10)
    bad = {
        "a difference lowered": text + line + f"{small})".encode(),
        "a bound that is not there": text + b"(difference 0 6 1)",
        "a number that is none": text + b"(difference 0 a 1)",
        "another rate": text.replace(b"rejection_rate", b"selection_rate"),
        "a rate that is not known": text.replace(b"selection_rate", b"true_rate", 1),
        "another positive label": text.replace(b"(rate selection_rate 1 ", b"(rate selection_rate 0 "),
        "a group that is not there": text.replace(b" f)", b" g)"),
        "groups exchanged": text.replace(b" f)", b" ?)").replace(b" m)", b" f)").replace(b" ?)", b" m)"),
        "a confidence raised": text.replace(b"0.99", b"0.99099"),
        "a word too many": text.replace(b" f)", b" f f)"),
    }
    good = {"as stated": text, "more room": text + line + f"{small + Fraction(1, 10**10)})".encode()}
    texts = [*good.values(), *bad.values()]
    answers = [native("accuracy", (t, LABELS, PREDICTIONS, MAGIC)) for t in texts]
    assert dict(zip([*good, *bad], answers, strict=True)) == dict.fromkeys(good, "PROVED") | dict.fromkeys(
        bad, "UNKNOWN"
    )
    asked = [("prove_accuracy", (t, LABELS, PREDICTIONS, MAGIC)) for t in texts]
    assert kernel(asked) == [True] * len(good) + [False] * len(bad)


def test_a_difference_that_is_too_small_is_not_known(tables):
    options = {"label": "label", "group": "sex", "fairness": "equalized_odds"}
    verdict = warrant.accuracy(*tables, at_most="0.01", **options)
    assert isinstance(verdict, warrant.Unknown) and "is not shown to exceed that of" in verdict.reason
    assert isinstance(warrant.accuracy(*tables, at_most="0.9", **options), warrant.Proved)


def test_hoeffdings_limit_is_the_formula_and_is_proved(native):
    for n, k in [(10, 0), (100, 7), (5000, 2500), (100_000, 99_000)]:
        wrong = (np.arange(n) < k).astype(np.uint8)
        claim = state(np.zeros(n, np.uint8), wrong, method="hoeffding", confidence="0.999")
        (bound,) = read_statement(claim.statement_bytes, file="").bounds
        formula = min(1.0, k / n + math.sqrt(math.log(1000) / (2 * n)))
        assert 0 <= float(bound.limit) - formula < 1e-8
        assert (
            native("accuracy", (claim.statement_bytes, claim.labels_bytes, claim.predictions_bytes, MAGIC)) == "PROVED"
        )
        assert bound.limit >= clopper_pearson(n, k, Fraction(1, 1000))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"fairness": "parity"}, "fairness: 'parity'; expected one of: demographic_parity"),
        ({"fairness": "demographic_parity", "group": None}, "0 groups; expected a column of groups"),
        ({"fairness": "equalized_odds", "positive": "yes"}, "no row of the group"),
        ({"method": "chernoff"}, "method: 'chernoff'; expected one of: clopper-pearson, hoeffding"),
    ],
)
def test_bad_input_gets_one_clear_line(tables, options, said):
    with pytest.raises(warrant.WarrantError) as problem:
        warrant.accuracy(*tables, **{"label": "label", "group": "sex", **options})
    assert said in str(problem.value) and "\n" not in str(problem.value)

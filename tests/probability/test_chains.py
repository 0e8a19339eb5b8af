"""Markov chains: samplers that are right, samplers that are broken, spoiled files, and the command."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from samplers import FAILS, HOLDS, NEITHER, PI, WEIGHTS, Matrix, ising, metropolis_hastings, text

import warrant
from warrant._api import prove_claim
from warrant.claims import Chain
from warrant.cli import main
from warrant.errors import WrongInput
from warrant.probability.chains import STATIONARY, failure, read_matrix, stationary

F = Fraction
PROOF, REFUTATION = b"WRNT\x01C", b"WRNT\x01D"


def files(rows: Matrix, pi: list[Fraction], property: str = "stationary") -> tuple[bytes, bytes, bytes]:
    return f"(chain 1) (claim {property})".encode(), text(rows), text([[p] for p in pi])


def both(native, parts: tuple[bytes, bytes, bytes]) -> tuple[str, str]:
    """What is said of a proof and of a refutation; never are both accepted."""
    return native("chain", (*parts, PROOF)), native("chain", (*parts, REFUTATION))


def test_metropolis_hastings_is_balanced(native):
    skewed = lambda i, j: F(2, 3) if j == (i + 1) % len(WEIGHTS) else F(1, 3)  # noqa: E731
    for rows in (metropolis_hastings(WEIGHTS), metropolis_hastings(WEIGHTS, skewed)):
        assert both(native, files(rows, PI, "balanced")) == HOLDS
        assert both(native, files(rows, PI)) == HOLDS


def test_five_broken_samplers_are_refuted(native):
    n = len(WEIGHTS)
    skewed = lambda i, j: F(2, 3) if j == (i + 1) % n else F(1, 3)  # noqa: E731
    plain = lambda i, j: min(F(1), F(WEIGHTS[j], WEIGHTS[i]))  # noqa: E731
    right = metropolis_hastings(WEIGHTS)
    rejected = [[p / (sum(row) - row[i]) if j != i else F(0) for j, p in enumerate(row)] for i, row in enumerate(right)]
    broken = {
        "no acceptance": metropolis_hastings(WEIGHTS, accept=lambda i, j: F(1)),
        "the ratio upside down": metropolis_hastings(WEIGHTS, accept=lambda i, j: min(F(1), F(WEIGHTS[i], WEIGHTS[j]))),
        "no correction for the proposal": metropolis_hastings(WEIGHTS, skewed, plain),
        "rejections are drawn again": rejected,
        "rounded acceptance": metropolis_hastings(WEIGHTS, accept=lambda i, j: F(str(round(float(plain(i, j)), 3)))),
    }
    assert {name: both(native, files(rows, PI)) for name, rows in broken.items()} == dict.fromkeys(broken, FAILS)
    assert {name: both(native, files(rows, PI, "balanced")) for name, rows in broken.items()} == dict.fromkeys(
        broken, FAILS
    )


def test_gibbs_sampling_of_an_ising_grid(native):
    random_site, pi = ising(2, 2, F(3, 2), scan=False)
    assert both(native, files(random_site, pi, "balanced")) == HOLDS
    in_turn, pi = ising(2, 2, F(3, 2), scan=True)
    assert both(native, files(in_turn, pi)) == HOLDS
    assert both(native, files(in_turn, pi, "balanced")) == FAILS


def test_both_checkers_agree_on_spoiled_files(native, kernel):
    rows = metropolis_hastings(WEIGHTS)
    tiny = F(1, 10**12)
    moved = [PI[0] + tiny, PI[1] - tiny, *PI[2:]]
    short = [[row[0] - tiny, *row[1:]] if i == 2 else row for i, row in enumerate(rows)]
    shifted = [[row[0], row[1] + tiny, row[2] - tiny, *row[3:]] if i == 1 else row for i, row in enumerate(rows)]
    negative = [[F(-1), F(2)], [F(1), F(0)]]
    good = files(rows, PI)
    cases = {
        good: HOLDS,
        files(rows, moved): FAILS,
        files(shifted, PI): FAILS,
        files(short, PI): NEITHER,
        files(rows, [*PI[:-1], PI[-1] + tiny]): NEITHER,
        files(rows, PI[:-1]): NEITHER,
        files(rows[:-1], PI): NEITHER,
        files(negative, [F(1), F(0)]): NEITHER,
        (b"(chain 1) (claim mixing)", *good[1:]): NEITHER,
        (good[0], good[1].replace(b"0", b"x", 1), good[2]): NEITHER,
        (good[0], b"", good[2]): NEITHER,
    }
    assert {case: both(native, case) for case in cases} == cases
    assert native("chain", (*good, b"WRNT\x01A")) == native("chain", (*good, b"WRNT\x02C")) == "UNKNOWN"
    asked = [(f, (*case, kind)) for case in cases for f, kind in (("prove_chain", PROOF), ("refute_chain", REFUTATION))]
    said = kernel(asked)
    assert [(a, b) for a, b in zip(said[::2], said[1::2], strict=True)] == [
        (p != "UNKNOWN", r != "UNKNOWN") for p, r in cases.values()
    ]


def test_binary_floats_are_exact_rationals(native, tmp_path):
    np.save(tmp_path / "m.npy", np.array([[0.5, 0.5, 0], [0.25, 0.5, 0.25], [0, 0.5, 0.5]]))
    verdict = prove_claim(Chain.of(tmp_path / "m.npy", balanced=True), out=tmp_path / "w")
    assert isinstance(verdict, warrant.Proved)
    assert (tmp_path / "w" / "distribution.table").read_text().split() == ["0.25", "0.5", "0.25"]
    np.save(tmp_path / "rounded.npy", np.array([[0.1, 0.9], [0.7, 0.3]]))
    with pytest.raises(warrant.WrongInput, match=r"row 1: the numbers sum to \d+/\d+, which differs from 1 by"):
        Chain.of(tmp_path / "rounded.npy")
    verdict = prove_claim(Chain.of(tmp_path / "rounded.npy", normalise=True), out=tmp_path / "n")
    assert isinstance(verdict, warrant.Proved)


def test_stationary_distributions_are_found_without_balance():
    rows = read_matrix(b"0,1/2,1/2\n1/3,0,2/3\n3/4,1/4,0\n", file="m")
    pi = stationary(rows)
    assert failure(rows, pi, STATIONARY) is None and pi == [F(4, 11), F(3, 11), F(4, 11)]


def test_the_command_and_its_warrant_in_the_kernel(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m.csv").write_bytes(text(metropolis_hastings(WEIGHTS)))
    (tmp_path / "pi.csv").write_bytes(text([[*PI[:-2], PI[-1], PI[-2]]]))
    code = main(["chain", "m.csv", "--kernel"])
    printed = capsys.readouterr().out
    if "the kernel was not asked" in printed or "no checker was found" in printed:
        pytest.skip(printed)
    assert code == 0 and "theorem      claim : ChainHolds property_file" in printed
    assert main(["chain", "m.csv", "--stationary", "pi.csv", "--kernel", "--out", "bad.warrant"]) == 1
    printed = capsys.readouterr().out
    assert "fails at     state 0: after one step, and before it" in printed and "X_0" not in printed
    found = warrant.check("bad.warrant")
    assert isinstance(found, warrant.Refuted)
    state, (after, before) = found.counterexample.inputs[0], found.counterexample.outputs
    assert state == 0 and after != before == float(PI[0])
    assert "fails at state 0" in warrant.audit("bad.warrant").text


@pytest.mark.parametrize(
    ("matrix", "pi", "said"),
    [
        (
            "1,0\n0.5,0.6\n",
            None,
            "row 2: the numbers sum to 1.1, which differs from 1 by 0.1; expected rows that sum to 1",
        ),
        ("1,0\n", None, "1 rows and 2 columns; expected a square matrix"),
        ("2,-1\n0,1\n", None, "row 1, column 2: -1; expected a number of at least 0"),
        ("1,a\n0,1\n", None, "row 1, column 2: a; expected a number of at least 0"),
        ("1,0\n0,1\n", "1\n", "1 numbers in one row or column; expected 2"),
        ("1,0\n0,1\n", "1/3\n1/3\n", "the numbers sum to 2/3; expected numbers that sum to 1, exactly"),
        ("1,0\n0,1\n", None, "the chain does not leave the states from 1 on"),
    ],
)
def test_bad_input_gets_one_clear_line(tmp_path, capsys, matrix, pi, said):
    (tmp_path / "m.csv").write_text(matrix)
    options = []
    if pi is not None:
        (tmp_path / "pi.csv").write_text(pi)
        options = ["--stationary", str(tmp_path / "pi.csv")]
    assert main(["chain", str(tmp_path / "m.csv"), *options, "--out", str(tmp_path / "w")]) == 2
    shown = capsys.readouterr()
    assert said in shown.err and shown.err.count("\n") == 1 and not shown.out
    assert not (tmp_path / "w").exists()


def gambler(state):
    """Half a step up or down, between two walls that are left again."""
    name, place = state
    return {(name, max(0, min(3, place + step))): F(1, 2) for step in (-1, 1)} if place in (1, 2) else {("x", 1): 1}


def test_functions_and_arrays_are_tabulated():
    states = [("x", i) for i in range(4)]
    right = warrant.chain(gambler, {("x", 0): "1/5", ("x", 1): F(2, 5), ("x", 2): 0.3, ("x", 3): 0.1}, states=states)
    rows = [[0, 1, 0, 0], [F(1, 2), 0, F(1, 2), 0], [0, "0.5", 0, 0.5], [0, 1, 0, 0]]
    assert Chain.of(gambler, states=states).matrix_bytes == Chain.of(rows).matrix_bytes
    assert Chain.of(rows, [0.2, 0.4, 0.3, 0.1]).vector_bytes == b"0.2\n0.4\n0.3\n0.1\n"
    assert isinstance(right, warrant.Refuted) and "state 1" in right.counterexample.place
    assert isinstance(warrant.chain(gambler, states=states), warrant.Proved)
    halves = np.array([[0.5, 0.5], [0.25, 0.75]])
    assert isinstance(warrant.chain(halves, ["1/3", "2/3"]), warrant.Proved)
    assert isinstance(warrant.chain(halves, np.array([0.5, 0.5])), warrant.Refuted)


@pytest.mark.parametrize(
    ("matrix", "pi", "states", "said"),
    [
        (gambler, None, None, "no states"),
        (gambler, None, [("x", 1), ("x", 1)], "a state that is there twice"),
        (
            gambler,
            None,
            [("x", 0), ("x", 1)],
            r"after state \('x', 1\): the state \('x', 2\); expected one of the states",
        ),
        (lambda state: 1, None, ["a"], "int; expected probabilities by states"),
        (lambda state: {state: "much"}, None, ["a"], "'much'; expected a fraction or a decimal number"),
        (lambda state: {state: 0.5}, None, ["a"], "the numbers sum to 0.5"),
        ([["1"]], {"b": 1}, ["a"], "in the distribution: the state 'b'"),
    ],
)
def test_bad_functions_get_one_clear_line(matrix, pi, states, said):
    with pytest.raises(WrongInput, match=said):
        Chain.of(matrix, pi, states=states)

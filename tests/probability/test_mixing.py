"""Mixing bounds: chains that mix, chains that do not, spoiled certificates, and the command."""

from __future__ import annotations

from fractions import Fraction

import pytest
from samplers import FAILS, HOLDS, NEITHER, PI, WEIGHTS, ising, metropolis_hastings, text

from warrant._api import prove_claim
from warrant.claims import Chain
from warrant.cli import main
from warrant.errors import SearchError, WrongInput
from warrant.probability.chains import read_matrix
from warrant.probability.mixing import latest, plan

F = Fraction
RIGHT = metropolis_hastings(WEIGHTS)


def claim(rows, pi, steps: int, distance: Fraction) -> tuple[bytes, bytes, bytes]:
    return f"(chain 1) (claim mixing {steps} {distance})".encode(), text(rows), text([[p] for p in pi])


def proof(squarings: int, blocks: int, pairs: bool = False) -> bytes:
    return b"WRNT\x01C" + bytes([squarings, blocks, pairs])


def late(state: int) -> bytes:
    return b"WRNT\x01D" + state.to_bytes(2, "little")


def distances(rows, pi, steps: int) -> list[Fraction]:
    """The exact distances after so many steps, from each state."""
    found = []
    for start in range(len(rows)):
        mu = [F(int(i == start)) for i in range(len(rows))]
        for _ in range(steps):
            mu = [sum(mu[i] * rows[i][j] for i in range(len(rows))) for j in range(len(rows))]
        found.append(sum(abs(p - q) for p, q in zip(mu, pi, strict=True)) / 2)
    return found


def test_the_bound_holds_and_is_no_farther_than_the_exact_distance_allows():
    rows = read_matrix(text(RIGHT), file="m")
    best = plan(rows, F(1, 10))
    assert max(distances(RIGHT, PI, best.steps)) <= F(1, 10)
    assert max(distances(RIGHT, PI, best.steps // 8)) > F(1, 10)
    with pytest.raises(SearchError, match=f"{best.steps - 1} steps were not shown to be enough; {best.steps} are"):
        plan(rows, F(1, 10), steps=best.steps - 1)


def test_both_checkers_agree_on_bounds_and_states(native, kernel):
    best = plan(read_matrix(text(RIGHT), file="m"), F(1, 10))
    good = proof(best.squarings, best.blocks, best.pairs)
    steps = best.steps
    few = next(t for t in range(steps) if max(distances(RIGHT, PI, t)) <= F(1, 10)) - 1
    slow = distances(RIGHT, PI, few).index(max(distances(RIGHT, PI, few)))
    fast = distances(RIGHT, PI, few).index(min(distances(RIGHT, PI, few)))
    tiny = F(1, 10**12)
    moved = [PI[0] + tiny, PI[1] - tiny, *PI[2:]]
    periodic = [[F(int(abs(i - j) in (1, 3))) / 2 for j in range(4)] for i in range(4)]
    apart = [[F(int(i == j)) for j in range(4)] for i in range(4)]
    quarter = [F(1, 4)] * 4
    halves = [[F(1, 2), F(1, 2), F(0)], [F(1, 2), F(0), F(1, 2)], [F(0), F(1, 2), F(1, 2)]]
    third = [F(1, 3)] * 3
    cases = {
        (claim(halves, third, 2, F(1, 4)), proof(0, 2, pairs=True), late(0)): HOLDS,
        (claim(halves, third, 2, F(1, 4)), proof(0, 2), late(0)): NEITHER,
        (claim(halves, third, 2, F(249999, 10**6)), proof(0, 2, pairs=True), late(0)): NEITHER,
        (claim(periodic, quarter, 100, F(3, 4)), proof(0, 9, pairs=True), late(2)): NEITHER,
        (claim(RIGHT, PI, steps, F(1, 10)), good, late(slow)): HOLDS,
        (claim(RIGHT, PI, steps + 5, F(1, 10)), good, late(slow)): HOLDS,
        (claim(RIGHT, PI, steps - 1, F(1, 10)), good, late(slow)): NEITHER,
        (claim(RIGHT, PI, steps, F(1, 10**4)), good, late(slow)): FAILS,
        (claim(RIGHT, PI, steps, F(1, 10)), proof(best.squarings, best.blocks + 1, best.pairs), late(slow)): NEITHER,
        (claim(RIGHT, PI, steps, F(1, 10)), proof(best.squarings + 1, best.blocks, best.pairs), late(slow)): NEITHER,
        (claim(RIGHT, PI, steps, F(1, 10)), proof(0, best.blocks, best.pairs), late(slow)): NEITHER,
        (claim(RIGHT, PI, few, F(1, 10)), good, late(slow)): FAILS,
        (claim(RIGHT, PI, few, F(1, 10)), good, late(fast)): NEITHER,
        (claim(RIGHT, PI, few, F(1, 10)), good, late(len(PI))): NEITHER,
        (claim(RIGHT, moved, steps, F(1, 10)), good, late(slow)): FAILS,
        (claim(periodic, quarter, 100, F(1, 3)), proof(1, 9), late(2)): FAILS,
        (claim(apart, quarter, 100, F(1, 3)), proof(1, 9), late(3)): FAILS,
        (claim(apart, quarter, 100, F(3, 4)), proof(1, 9), late(3)): NEITHER,
    }
    said = {case: (native("chain", (*case[0], case[1])), native("chain", (*case[0], case[2]))) for case in cases}
    assert said == cases
    asked = [
        (function, (*case[0], certificate))
        for case in cases
        for function, certificate in (("prove_chain", case[1]), ("refute_chain", case[2]))
    ]
    answers = kernel(asked)
    assert [(a, b) for a, b in zip(answers[::2], answers[1::2], strict=True)] == [
        (p != "UNKNOWN", r != "UNKNOWN") for p, r in cases.values()
    ]
    asked = claim(RIGHT, PI, steps, F(1, 10))
    for text_of_claim in (b"(chain 1) (claim mixing -5 1/10)", b"(chain 1) (claim mixing 1234567890 1/10)"):
        assert native("chain", (text_of_claim, *asked[1:], good)) == "UNKNOWN"


def test_gibbs_sampling_of_an_ising_grid_mixes(tmp_path):
    rows, pi = ising(2, 2, F(3, 2), scan=False)
    (tmp_path / "m.csv").write_bytes(text(rows))
    chain = Chain.of(tmp_path / "m.csv", mixing="0.01")
    verdict = prove_claim(chain, out=tmp_path / "w")
    assert verdict.word == "PROVED"
    steps = int(chain.claim_bytes.split()[4])
    assert F(1, 100) >= max(distances(rows, pi, steps))


def test_a_state_that_is_late_is_found_by_floats():
    rows = read_matrix(text(RIGHT), file="m")
    exact = distances(RIGHT, PI, 3)
    found = latest(rows, PI, 3, F(1, 10))
    assert (
        found is not None
        and found.state == exact.index(max(exact))
        and found.distance == pytest.approx(float(max(exact)))
    )
    assert latest(rows, PI, 3, max(exact) + F(1, 1000)) is None


def test_the_command_and_its_warrant_in_the_kernel(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m.csv").write_bytes(text(RIGHT))
    code = main(["chain", "m.csv", "--mixing", "0.05", "--kernel"])
    printed = capsys.readouterr().out
    if "the kernel was not asked" in printed or "no checker was found" in printed:
        pytest.skip(printed)
    assert code == 0 and "theorem      claim : ChainHolds property_file" in printed
    assert "within the total variation distance 0.05 of it, wherever it begins" in printed
    assert main(["chain", "m.csv", "--mixing", "0.05", "--steps", "2", "--kernel", "--out", "late.warrant"]) == 1
    printed = capsys.readouterr().out
    assert "fails at     state" in printed and "2 steps after it, the total variation distance is 0." in printed
    assert "X_0" not in printed
    assert main(["chain", "m.csv", "--mixing", "0.1", "--steps", "15", "--out", "unknown.warrant"]) == 3
    assert "15 steps were not shown to be enough; 16 are" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"mixing": "2"}, "mixing 2; expected a distance between 0 and 1"),
        ({"mixing": "x"}, "mixing x; expected a distance between 0 and 1"),
        ({"mixing": "0.1", "balanced": True}, "mixing 0.1 and balanced; expected"),
        ({"steps": 5}, "steps 5; expected at most 999999999, together with a distance for mixing"),
    ],
)
def test_bad_options_get_one_clear_line(tmp_path, options, said):
    (tmp_path / "m.csv").write_bytes(text(RIGHT))
    with pytest.raises(WrongInput, match=said):
        Chain.of(tmp_path / "m.csv", **options)


def test_a_periodic_chain_has_no_bound(tmp_path):
    (tmp_path / "m.csv").write_text("0,1\n1,0\n")
    with pytest.raises(SearchError, match="the rows have too little in common, as where the chain is periodic"):
        Chain.of(tmp_path / "m.csv", mixing="0.1")


def test_the_curve_has_the_exact_distances_and_stays_below_the_bound(tmp_path, monkeypatch, capsys):
    pytest.importorskip("matplotlib")
    from warrant.probability.curves import curve

    monkeypatch.chdir(tmp_path)
    found = Chain.of(RIGHT, PI, mixing="0.1")
    drawn = curve(found)
    exact = [float(max(distances(RIGHT, PI, t))) for t in range(6)]
    assert drawn.computed[:6] == pytest.approx(exact)
    assert drawn.proved is not None and (drawn.computed <= drawn.proved + 1e-12).all()
    alone = distances(RIGHT, PI, 3)[drawn.state]
    assert abs(drawn.simulated[3] - float(alone)) < 5 * (drawn.noise + 1 / drawn.walkers**0.5)
    (tmp_path / "m.csv").write_bytes(text(RIGHT))
    assert main(["chain", "m.csv", "--mixing", "0.1", "--plot", "m.svg"]) in (0, 3)
    assert "walkers from state" in (tmp_path / "m.svg").read_text()
    capsys.readouterr()
    assert main(["chain", "m.csv", "--plot", "n.svg"]) == 2
    assert (
        "--plot n.svg; expected --mixing EPS with it" in capsys.readouterr().err and not (tmp_path / "n.svg").exists()
    )

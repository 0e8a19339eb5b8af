"""Independence in Bayesian networks: d-separation against the numbers, spoiled certificates, the command."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, product
from math import prod
from pathlib import Path

import pytest
from test_posterior import random_network

import warrant
from warrant.claims import Independence
from warrant.cli import main
from warrant.probability.networks import Network, read_network
from warrant.probability.separation import reached

ASIA = (Path(__file__).parent / "networks" / "asia.bif").read_bytes()
EVEN = b"""network coins { }
variable a { type discrete [ 2 ] { h, t }; }
variable b { type discrete [ 2 ] { h, t }; }
probability ( a ) { table 0.5, 0.5; }
probability ( b | a ) { (h) 1/2, 1/2; (t) 1/2, 1/2; }
"""
"""An arrow from a to b that changes nothing."""


def masses(network: Network) -> dict[tuple[int, ...], Fraction]:
    return {
        states: prod(
            (c.rows[tuple(states[p] for p in c.parents)][states[c.child]] for c in network.conditionals),
            start=Fraction(1),
        )
        for states in product(*(range(len(v.states)) for v in network.variables))
    }


def independent(joint: dict[tuple[int, ...], Fraction], x: int, y: int, given: tuple[int, ...]) -> bool:
    """The definition, by sums over all assignments."""

    def marginal(variables: tuple[int, ...]) -> dict[tuple[int, ...], Fraction]:
        found: dict[tuple[int, ...], Fraction] = {}
        for states, mass in joint.items():
            key = tuple(states[v] for v in variables)
            found[key] = found.get(key, Fraction(0)) + mass
        return found

    z, xz, yz = marginal(given), marginal((x, *given)), marginal((y, *given))
    return all(
        mass * z[states[2:]] == xz[states[0], *states[2:]] * yz[states[1], *states[2:]]
        for states, mass in marginal((x, y, *given)).items()
    )


def question(*names: str) -> bytes:
    first, second, *given = names
    return f"(independence 1) (variables {first} {second}) (given{''.join(' ' + name for name in given)})".encode()


def certificate(names: tuple[str, ...], data: bytes = ASIA) -> bytes:
    claim = Independence(question(*names), data)
    found = claim.find(timeout=None, jobs=1, report=None)
    assert found.certificate is not None
    return found.certificate


def test_the_ball_and_the_checker_agree_with_sums_over_all_assignments(native):
    """In networks with random numbers, variables are independent just where they are d-separated."""
    seen = {"PROVED": 0, "REFUTED": 0}
    for seed in range(3):
        data = random_network(5, 2, seed)
        network = read_network(data, file="n")
        joint = masses(network)
        for x, y in combinations(range(5), 2):
            rest = [v for v in range(5) if v not in (x, y)]
            for given in ((), (rest[0],), (rest[2],), (rest[0], rest[1])):
                right = independent(joint, x, y, given)
                assert (y not in reached(network, x, given)) == right
                names = tuple(f"v{v}" for v in (x, y, *given))
                word = native("independence", (question(*names), data, certificate(names, data)))
                assert word == ("PROVED" if right else "REFUTED")
                seen[word] += 1
    assert min(seen.values()) >= 20


def test_both_checkers_agree_on_right_and_spoiled_files(native, kernel):
    proof, names = (
        certificate(("xray", "smoke", "lung", "tuberculosis")),
        question("xray", "smoke", "lung", "tuberculosis"),
    )
    shown = certificate(("asia", "smoke", "dyspnoea"))
    about = question("asia", "smoke", "dyspnoea")
    ranks, marks, order, states = 6, 6 + 2 * 8, 6 + 2 * 8, 6 + 2 * 15

    def put(data: bytes, place: int, number: int) -> bytes:
        return data[:place] + number.to_bytes(2, "little") + data[place + 2 :]

    network = read_network(ASIA, file="asia.bif")
    xray, smoke = network.find("xray"), network.find("smoke")
    rounded = ASIA.replace(b"(yes) 0.98, 0.02", b"(yes) 0.97, 0.02")
    by_sums = names.replace(b"1)", b"1) (rows normalised)", 1)
    by_two = certificate(("lung", "smoke"), rounded.replace(b"0.97, 0.02", b"0.98, 0.02"))
    cases = {
        (names, ASIA, proof): "PROVED",
        (question("smoke", "xray", "lung", "tuberculosis"), ASIA, proof): "UNKNOWN",
        (by_sums, rounded, proof): "PROVED",
        (names, rounded, proof): "UNKNOWN",
        (question("xray", "smoke", "lung"), ASIA, proof): "UNKNOWN",
        (question("xray", "smoke", "lung", "cough"), ASIA, proof): "UNKNOWN",
        (question("xray", "lung", "smoke", "tuberculosis"), ASIA, proof): "UNKNOWN",
        (names, ASIA, put(proof, ranks + 2 * xray, 0)): "UNKNOWN",
        (names, ASIA, put(proof, marks + 2 * xray, 1)): "UNKNOWN",
        (names, ASIA, put(proof, marks + 2 * smoke, 3)): "UNKNOWN",
        (names, ASIA, put(proof, marks + 2 * smoke, 0)): "UNKNOWN",
        (names, ASIA, put(proof, marks + 2 * network.find("either"), 1)): "UNKNOWN",
        (names, ASIA, put(proof, marks + 2 * network.find("asia"), 0)): "UNKNOWN",
        (names, ASIA, proof[:-4]): "UNKNOWN",
        (names, ASIA, b"WRNT\x01J" + proof[6:]): "UNKNOWN",
        (names + b"(more)", ASIA, proof): "UNKNOWN",
        (about, ASIA, shown): "REFUTED",
        (about, ASIA, put(shown, ranks + 2 * network.find("dyspnoea"), 99)): "REFUTED",
        (about, ASIA, put(shown, ranks + 2 * smoke, 9)): "UNKNOWN",
        (about, ASIA, put(shown, order, 77)): "UNKNOWN",
        (about, ASIA, put(shown, states, 2)): "UNKNOWN",
        (about, ASIA, put(shown, states + 4, 2)): "UNKNOWN",
        (about, ASIA, b"WRNT\x01I" + shown[6:]): "UNKNOWN",
        (question("asia", "smoke"), ASIA, shown): "UNKNOWN",
        (question("lung", "smoke"), ASIA, by_two): "REFUTED",
        (question("a", "b"), EVEN, b"WRNT\x01J" + bytes([0, 0, 1, 0, 1, 0, 0, 0, 0, 0])): "UNKNOWN",
        (question("a", "b"), EVEN, b"WRNT\x01I" + bytes([0, 0, 1, 0, 3, 0, 1, 0])): "UNKNOWN",
    }
    assert {case: native("independence", case) for case in cases} == cases
    said = kernel([(f"{which}_independence", case) for case in cases for which in ("prove", "refute")])
    words = {(True, False): "PROVED", (False, True): "REFUTED", (False, False): "UNKNOWN"}
    assert [words[pair] for pair in zip(said[::2], said[1::2], strict=True)] == list(cases.values())


def test_numbers_that_cancel_an_arrow_are_not_known(tmp_path):
    (tmp_path / "n.bif").write_bytes(EVEN)
    verdict = warrant.independent(tmp_path / "n.bif", "a", "b")
    assert isinstance(verdict, warrant.Unknown)
    assert "not d-separated, and no states were found" in verdict.reason


def test_impossible_states_do_not_hide_a_dependence(tmp_path):
    """The first state of what is given has probability 0, and with it everything would be independent."""
    text = EVEN.replace(b"probability ( a )", b"variable z { type discrete [ 2 ] { x, y }; }\nprobability ( a )")
    text = text[: text.index(b"probability ( b")]
    text += b"probability ( z ) { table 0, 1; }\nprobability ( b | a, z ) { (h, x) 1, 0; (t, x) 1, 0; (h, y) 1, 0; (t, y) 0, 1; }"
    (tmp_path / "n.bif").write_bytes(text)
    verdict = warrant.independent(tmp_path / "n.bif", "a", "b", ["z"])
    assert isinstance(verdict, warrant.Refuted) and verdict.counterexample is not None
    assert verdict.counterexample.place == "P(a = h | b = h, z = y) = 1, but P(a = h | z = y) = 0.5"


def test_the_command_and_its_warrant_in_the_kernel(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "asia.bif").write_bytes(ASIA)
    code = main(["posterior", "asia.bif", "--independent", "asia", "smoke", "--kernel"])
    printed = capsys.readouterr().out
    if "the kernel was not asked" in printed or "no checker was found" in printed:
        pytest.skip(printed)
    assert code == 0 and "theorem      claim : VariablesIndependent question_file network_file" in printed
    assert isinstance(warrant.check("asia.warrant"), warrant.Proved)
    assert main(["audit", "asia.warrant"]) == 0
    assert "asia and smoke are independent." in capsys.readouterr().out
    options = ["--independent", "asia", "smoke", "--given", "dyspnoea", "--out", "other"]
    assert main(["posterior", "asia.bif", *options]) == 1
    said = "P(asia = yes | smoke = yes, dyspnoea = yes) = 5635/552808, but P(asia = yes | dyspnoea = yes) = 180055/17438824"
    assert said in capsys.readouterr().out
    (tmp_path / "other" / "network.bif").write_bytes(ASIA.replace(b"0.98, 0.02", b"0.97, 0.03"))
    assert isinstance(warrant.check("other"), warrant.Unknown)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--independent", "asia", "asia"], "a variable that is named twice: asia asia"),
        (["--independent", "asia", "smoke", "--given", "asia"], "named twice: asia smoke asia"),
        (["--independent", "asia", "cough"], "there is no variable 'cough'; expected one of: asia, tuberculosis"),
        (["--independent", "asia", "smoke", "--given", "lung=yes"], "there is no variable 'lung=yes'"),
    ],
)
def test_bad_input_gets_one_clear_line(tmp_path, capsys, options, said):
    (tmp_path / "n.bif").write_bytes(ASIA)
    assert main(["posterior", str(tmp_path / "n.bif"), *options, "--out", str(tmp_path / "w")]) == 2
    shown = capsys.readouterr()
    assert said in shown.err and shown.err.count("\n") == 1 and not shown.out
    assert not (tmp_path / "w").exists()


def test_questions_are_read_as_they_are_written():
    claim = Independence(b"(independence 1) ; of coins\n(rows normalised)\n(variables a b) (given)", EVEN)
    assert claim.summary().excerpt == ("a and b are independent.",)
    for wrong in (b"", b"(independence 1) (variables a) (given)", b"(independence 2) (variables a b) (given)"):
        with pytest.raises(warrant.WrongInput, match="not a question"):
            Independence(wrong, EVEN).validate()

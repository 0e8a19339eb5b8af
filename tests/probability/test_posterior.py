"""Posteriors of Bayesian networks: against sums over all assignments, spoiled files and certificates, the command."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import product
from math import prod
from pathlib import Path

import pytest

import warrant
from warrant._api import prove_claim
from warrant.claims import Posterior
from warrant.cli import main
from warrant.errors import WrongInput
from warrant.probability.networks import Network, elimination_order, posterior, ranks, read_network

F = Fraction
ASIA = (Path(__file__).parent / "networks" / "asia.bif").read_bytes()


def by_enumeration(network: Network, asked: int, given: dict[int, int]) -> list[Fraction]:
    masses = [F(0)] * len(network.variables[asked].states)
    for states in product(*(range(len(v.states)) for v in network.variables)):
        if all(states[v] == i for v, i in given.items()):
            masses[states[asked]] += prod(
                (c.rows[tuple(states[p] for p in c.parents)][states[c.child]] for c in network.conditionals), start=F(1)
            )
    return [mass / sum(masses) for mass in masses]


def random_network(n: int, parents: int, seed: int) -> bytes:
    """A network of variables with 2 or 3 states whose parents are among the last few before it."""
    draw = random.Random(seed)
    sizes = [draw.choice((2, 2, 3)) for _ in range(n)]
    lines = ["network random { }"]
    for i, size in enumerate(sizes):
        states = ", ".join(f"s{k}" for k in range(size))
        lines.append(f"variable v{i} {{ type discrete [ {size} ] {{ {states} }}; }}")
    for i, size in enumerate(sizes):
        near = list(range(max(0, i - parents - 1), i))
        family = sorted(draw.sample(near, min(len(near), draw.randint(1, parents))))
        bar = f" | {', '.join(f'v{p}' for p in family)}" if family else ""
        lines.append(f"probability ( v{i}{bar} ) {{")
        for key in product(*(range(sizes[p]) for p in family)):
            cuts = sorted(draw.sample(range(1, 100), size - 1))
            parts = [b - a for a, b in zip([0, *cuts], [*cuts, 100], strict=True)]
            head = f"({', '.join(f's{k}' for k in key)})" if family else "table"
            lines.append(f"  {head} {', '.join(f'{p / 100:.2f}' for p in parts)};")
        lines.append("}")
    return "\n".join(lines).encode()


def certificate(data: bytes, asked: str, given: dict[str, str], *, normalise: bool = False) -> bytes:
    network = read_network(data, file="n", normalise=normalise)
    evidence = dict(network.locate(a, b) for a, b in given.items())
    numbers = [*elimination_order(network, network.find(asked), evidence), *ranks(network)]
    return b"WRNT\x01Q" + b"".join(k.to_bytes(2, "little") for k in numbers)


def query(data: bytes, asked: str, given: dict[str, str], *, normalise: bool = False) -> bytes:
    network = read_network(data, file="n", normalise=normalise)
    x = network.find(asked)
    numbers = posterior(network, x, dict(network.locate(a, b) for a, b in given.items()))
    assert numbers is not None
    states = [f"(state {s} {q})" for s, q in zip(network.variables[x].states, numbers, strict=True)]
    pairs = " ".join(f"({a} {b})" for a, b in given.items())
    rule = " (rows normalised)" if normalise else ""
    return f"(posterior 1){rule} (query {asked}) (given {pairs}) {' '.join(states)}".encode()


def test_elimination_agrees_with_sums_over_all_assignments():
    for seed in range(4):
        network = read_network(random_network(6, 2, seed), file="n")
        for asked, given in ((0, {5: 1}), (3, {0: 0, 5: 0}), (5, {})):
            assert posterior(network, asked, given) == by_enumeration(network, asked, given)
    asia = read_network(ASIA, file="asia.bif")
    given = dict([asia.locate("xray", "yes"), asia.locate("dyspnoea", "yes")])
    assert posterior(asia, asia.find("lung"), given) == by_enumeration(asia, asia.find("lung"), given)


def test_both_checkers_agree_on_right_and_spoiled_files(native, kernel):
    given = {"xray": "yes", "dyspnoea": "yes"}
    asked, right = query(ASIA, "lung", given), certificate(ASIA, "lung", given)
    swapped = right[:6] + right[8:10] + right[6:8] + right[10:]
    twice = right[:6] + right[8:10] + right[8:]
    level = right[: 6 + 2 * 7] + bytes(2 * 8)
    small, small_given = random_network(7, 2, 9), {"v6": "s1"}
    rounded = ASIA.replace(b"(yes) 0.98, 0.02", b"(yes) 0.97, 0.02").replace(b"(no, no) 0.1, 0.9", b"(no, no) 0.3, 0.9")
    assert rounded.count(b"0.97, 0.02") == rounded.count(b"0.3, 0.9") == 1
    by_sums = query(rounded, "lung", given, normalise=True)
    negative = ASIA.replace(b"(yes) 0.98, 0.02", b"(yes) -0.98, -0.02")
    doubled = ASIA.replace(b"(yes) 0.98, 0.02;", b"(yes) 0.98, 0.02; (yes) 0.5, 0.5;")
    impossible = ASIA.replace(b"(yes) 0.98, 0.02", b"(yes) 0, 1").replace(b"(no) 0.05, 0.95", b"(no) 0, 1")
    cyclic = ASIA.replace(b"( smoke ) { table 0.5, 0.5; }", b"( smoke | xray ) { (yes) 0.5, 0.5; (no) 0.5, 0.5; }")
    tiny = F(1, 10**12)
    first = F(asked.split()[asked.split().index(b"(state") + 2].rstrip(b")").decode())
    cases = {
        (asked, ASIA, right): True,
        (asked, ASIA, swapped): True,
        (query(ASIA, "lung", {}), ASIA, right): True,
        (query(ASIA, "lung", {}), ASIA, certificate(ASIA, "lung", {})): True,
        (query(ASIA, "lung", {"lung": "no"}), ASIA, right): True,
        (query(small, "v3", small_given), small, certificate(small, "v3", small_given)): True,
        (by_sums, rounded, right): True,
        (asked.replace(b"1)", b"1) (rows normalised)", 1), ASIA, right): True,
        (by_sums.replace(b"(rows normalised)", b""), rounded, right): False,
        (by_sums.replace(b"normalised", b"normalized"), rounded, right): False,
        (by_sums, rounded.replace(b"0.97, 0.02", b"0.97, 0.03"), right): False,
        (by_sums, rounded.replace(b"0.97, 0.02", b"0, 0"), right): False,
        (asked.replace(b"1)", b"1) (rows normalised)", 1), negative, right): False,
        (asked, doubled, right): False,
        (query(ASIA, "smoke", given), ASIA, right): False,
        (asked.replace(str(first).encode(), str(first + tiny).encode()), ASIA, right): False,
        (asked, ASIA.replace(b"0.98, 0.02", b"0.97, 0.03"), right): False,
        (asked, ASIA.replace(b"0.98, 0.02", b"0.98, 0.03"), right): False,
        (asked, ASIA.replace(b"  (no, no) 0.0, 1.0;\n", b""), right): False,
        (asked, ASIA.replace(b"[ 2 ]", b"[ 3 ]", 1), right): False,
        (asked, ASIA.replace(b"variable smoke", b"variable lung"), right): False,
        (asked, impossible, right): False,
        (asked, cyclic, right): False,
        (asked, ASIA, twice): False,
        (asked, ASIA, level): False,
        (asked, ASIA, right[:-4]): False,
        (asked, ASIA, b"WRNT\x01C" + right[6:]): False,
        (asked.replace(b"(xray yes)", b"(xray maybe)"), ASIA, right): False,
        (asked.replace(b"(query lung)", b"(query smoke)"), ASIA, right): False,
        (asked.replace(b"(state yes", b"(state no"), ASIA, right): False,
        (asked[: asked.rindex(b"(state")], ASIA, right): False,
    }
    assert {case: native("posterior", case) == "PROVED" for case in cases} == cases
    assert kernel([("prove_posterior", case) for case in cases]) == list(cases.values())


def test_fifty_variables_of_small_tree_width(native):
    data, given = random_network(50, 3, 1), {"v49": "s0", "v25": "s1"}
    assert native("posterior", (query(data, "v0", given), data, certificate(data, "v0", given))) == "PROVED"


def test_the_command_and_its_warrant_in_the_kernel(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "asia.bif").write_bytes(ASIA)
    options = ["--query", "lung", "--given", "xray=yes", "--given", "dyspnoea=yes"]
    code = main(["posterior", "asia.bif", *options, "--kernel"])
    printed = capsys.readouterr().out
    if "the kernel was not asked" in printed or "no checker was found" in printed:
        pytest.skip(printed)
    assert code == 0 and "theorem      claim : PosteriorIs query_file network_file" in printed
    assert "P(lung = yes | xray = yes, dyspnoea = yes) = " in printed
    assert isinstance(warrant.check("asia.warrant"), warrant.Proved)
    other = Posterior(b"(posterior 1) (query lung) (given) (state yes 1/2) (state no 1/2)", ASIA)
    verdict = prove_claim(other, out=tmp_path / "w")
    assert (
        isinstance(verdict, warrant.Unknown)
        and "the posterior is another one: yes 11/200, no 189/200" in verdict.reason
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            b"0.98, 0.02",
            b"0.98, 0.03",
            "row (yes): the numbers sum to 1.01; expected numbers of at least 0 that sum to 1, exactly; --normalise divides",
        ),
        (
            b"(no, no) 0.0, 1.0;",
            b"",
            "probability of either given lung, tuberculosis, row (no, no): not a number for each",
        ),
        (
            b"(yes) 0.98, 0.02;",
            b"(yes) 0.98, 0.02; (yes) 0.5, 0.5;",
            "row (yes): the row is there twice; expected one row for each combination of the parents' states",
        ),
        (b"( smoke )", b"( smokes )", "a variable that is not declared"),
        (b"table 0.5, 0.5; }", b"table 0.5, 0.5; ", "a bracket that is not closed"),
        (b"variable smoke { type", b"variable smoke { property x; type", "not a discrete variable without properties"),
        (b"( smoke ) { table 0.5, 0.5; }", b"( smoke | lung ) { (yes) 1, 0; (no) 1, 0; }", "a cycle among smoke, lung"),
    ],
)
def test_bad_networks_get_one_clear_line(tmp_path, capsys, old, new, said):
    assert ASIA.count(old) >= 1
    (tmp_path / "n.bif").write_bytes(ASIA.replace(old, new))
    assert main(["posterior", str(tmp_path / "n.bif"), "--query", "lung", "--out", str(tmp_path / "w")]) == 2
    shown = capsys.readouterr()
    assert said in shown.err and shown.err.count("\n") == 1 and not shown.out
    assert not (tmp_path / "w").exists()


def test_bad_queries_get_one_clear_line(tmp_path):
    (tmp_path / "n.bif").write_bytes(ASIA)
    with pytest.raises(WrongInput, match="there is no variable 'cough'; expected one of: asia, tub"):
        Posterior.of(tmp_path / "n.bif", "cough")
    with pytest.raises(WrongInput, match="smoke has no state 'often'; expected one of: yes, no"):
        Posterior.of(tmp_path / "n.bif", "lung", {"smoke": "often"})
    with pytest.raises(WrongInput, match="the evidence has probability 0"):
        Posterior.of(tmp_path / "n.bif", "smoke", {"lung": "yes", "either": "no"})


def test_rows_are_normalised_where_that_is_asked_for(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    rounded = ASIA.replace(b"(yes) 0.98, 0.02", b"(yes) 0.97, 0.02")
    (tmp_path / "n.bif").write_bytes(rounded)
    main(["posterior", "n.bif", "--query", "xray", "--given", "either=yes", "--normalise"])
    printed = capsys.readouterr().out
    assert "P(xray = yes | either = yes) = 97/99 = " in printed
    assert (tmp_path / "n.warrant" / "network.bif").read_bytes() == rounded
    main(["audit", "n.warrant"])
    assert "1 rows, with sums from 0.99 to 0.99, are divided by their sums" in capsys.readouterr().out


class Table:
    """A table of conditional probabilities, as pgmpy has them."""

    def __init__(self, variables, states, values):
        self.variables, self.state_names, self.values = variables, states, values


class Model:
    """A network of such tables."""

    def __init__(self, *tables):
        self.tables = tables

    def get_cpds(self):
        return list(self.tables)


RAIN = Table(["rain"], {"rain": ["no", "yes"]}, [0.8, 0.2])
GRASS = Table(["wet", "rain"], {"wet": [0, 1], "rain": ["no", "yes"]}, [[0.9, 0.01], [0.1, 0.99]])


def test_a_model_of_pgmpy(tmp_path):
    claim = Posterior.of(Model(GRASS, RAIN), "rain", {"wet": "1"})
    network = read_network(claim.network_bytes, file="n")
    assert network.conditionals[network.find("wet")].rows[1,] == (F("0.01"), F("0.99"))
    assert b"(state yes 99/139)" in claim.query_bytes
    verdict = warrant.posterior(Model(GRASS, RAIN), "rain", {"wet": "1"})
    assert verdict.figures["yes"] == pytest.approx(99 / 139)
    assert "P(rain = yes | wet = 1) = 99/139 = 0.712230215827" in verdict.notes
    with pytest.raises(WrongInput, match=r"an object of int .*; expected the path of a BIF file, or a discrete"):
        Posterior.of(3, "rain")
    with pytest.raises(WrongInput, match="the name 'a b'"):
        Posterior.of(Model(Table(["a b"], {"a b": ["x"]}, [1.0])), "a b")


def test_pgmpy_itself_agrees(tmp_path):
    readwrite, inference = pytest.importorskip("pgmpy.readwrite"), pytest.importorskip("pgmpy.inference")
    (tmp_path / "asia.bif").write_bytes(ASIA)
    model = readwrite.BIFReader(str(tmp_path / "asia.bif")).get_model()
    given = {"xray": "yes", "dyspnoea": "yes"}
    answer = inference.VariableElimination(model).query(["lung"], evidence=given, show_progress=False)
    for source in (model, tmp_path / "asia.bif"):
        numbers = Posterior.of(source, "lung", given).numbers
        assert all(abs(float(q) - answer.get_value(lung=state)) < 1e-12 for state, q in numbers)

"""Privacy plans: budgets that are kept and exceeded, spoiled plans, what has no theorem, and the command."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path

import pytest

import warrant
from warrant._api import prove_claim
from warrant.claims import Privacy
from warrant.cli import main
from warrant.probability.budgets import loss, pure
from warrant.probability.plans import Plan, Use, parse_toml, read_plan, write_plan

F = Fraction
PROOF, REFUTATION = b"WRNT\x01P", b"WRNT\x01R"
HOLDS, FAILS, NEITHER = ("PROVED", "UNKNOWN"), ("UNKNOWN", "REFUTED"), ("UNKNOWN", "UNKNOWN")
RESPONSE, GEOMETRIC = Use("response", F(3, 4), 2, 3), Use("geometric", F(9, 10), 2, 7)


def plan(epsilon: float | Fraction, *uses: Use) -> bytes:
    return write_plan(Plan(F(epsilon), F(0), uses))


def both(native, data: bytes) -> tuple[str, str]:
    """What is said of a proof and of a refutation; never are both accepted."""
    return native("privacy", (data, PROOF)), native("privacy", (data, REFUTATION))


def around(total: float, *uses: Use) -> tuple[bytes, bytes]:
    """Budgets one part in a million above and below a sum of losses."""
    return plan(total * (1 + 1e-6), *uses), plan(total * (1 - 1e-6), *uses)


def test_losses_add_up_to_the_formulas(native):
    many = Use("response", F(9, 10), 5, 1)  # the true one of five answers with 0.9, each other one with 0.025
    lies = Use("response", F(1, 10), 2, 2)  # the wrong one of two answers is the likelier
    total = {
        (RESPONSE,): 3 * math.log(3),
        (GEOMETRIC,): 7 * 2 * math.log(10 / 9),
        (many,): math.log(36),
        (lies,): 2 * math.log(9),
        (RESPONSE, GEOMETRIC, many, lies): 3 * math.log(3) + 14 * math.log(10 / 9) + math.log(36) + 2 * math.log(9),
    }
    for uses, expected in total.items():
        assert pure(Plan(F(1), F(0), uses)).total == pytest.approx(expected, rel=1e-12)
        above, below = around(expected, *uses)
        assert (both(native, above), both(native, below)) == (HOLDS, FAILS)


def test_rational_losses_are_exact(native):
    laplace = Use("laplace", F(30), 7, 11)  # 77/30
    tiny = F(1, 10**30)
    assert loss(laplace) == F(7, 30)
    assert both(native, plan(F(77, 30), laplace)) == HOLDS
    assert both(native, plan(F(77, 30) - tiny, laplace)) == FAILS
    assert both(native, plan(F(0), Use("laplace", F(30), 0, 5))) == HOLDS  # a constant is no question
    assert both(native, plan(F(0))) == HOLDS


def test_disjoint_parts_count_once(native):
    north, south = Use("laplace", F(10), 1, 4, part=7), Use("laplace", F(10), 1, 6, part=8)
    whole = Use("laplace", F(10), 1, 1)
    assert both(native, plan(F(7, 10), north, south, whole)) == HOLDS
    assert both(native, plan(F(7, 10) - F(1, 10**9), north, south, whole)) == FAILS
    same = Use("laplace", F(10), 1, 6, part=7)
    assert both(native, plan(F(7, 10), north, same, whole)) == FAILS
    assert both(native, plan(F(11, 10), north, same, whole)) == HOLDS


def test_a_changed_parameter_is_refused_by_both_checkers(native, kernel):
    good = plan(F("4.77091"), RESPONSE, GEOMETRIC)  # 3 ln 3 + 14 ln (10/9) = 4.770884...
    changed = {
        "one part in a thousand less": plan(F("4.77091") * F(999, 1000), RESPONSE, GEOMETRIC),
        "truth": plan(F("4.77091"), Use("response", F(3, 4) * F(1001, 1000), 2, 3), GEOMETRIC),
        "alpha": plan(F("4.77091"), RESPONSE, Use("geometric", F(9, 10) * F(999, 1000), 2, 7)),
        "sensitivity": plan(F("4.77091"), RESPONSE, Use("geometric", F(9, 10), 3, 7)),
        "times": plan(F("4.77091"), RESPONSE, Use("geometric", F(9, 10), 2, 8)),
        "answers": plan(F("4.77091"), Use("response", F(3, 4), 3, 3), GEOMETRIC),
    }
    assert both(native, good) == HOLDS
    assert {name: both(native, data) for name, data in changed.items()} == dict.fromkeys(changed, FAILS)
    spoiled = [
        good.replace(b"0.75", b"1"),
        good.replace(b"0.9", b"0"),
        good.replace(b"0.9", b"1.1"),
        good.replace(b"response 2", b"response 1"),
        good.replace(b"geometric", b"gumbel"),
        good.replace(b"(budget 4.77091 0)", b"(budget -1 0)"),
        good.replace(b"(budget 4.77091 0)", b"(budget 4.77091 1.5)"),
        good.replace(b"(budget 4.77091 0)", b"(budget 4.77091)"),
        good.replace(b"(privacy 1)", b"(privacy 2)"),
        good.replace(b"(use 3 ", b"(use -3 "),
        good[:-2],
        b"",
    ]
    assert good not in spoiled
    assert [both(native, data) for data in spoiled] == [NEITHER] * len(spoiled)
    assert native("privacy", (good, b"WRNT\x01C")) == native("privacy", (good, b"WRNT\x02P")) == "UNKNOWN"
    cases = [good, *changed.values(), *spoiled]
    asked = [
        (f, (data, kind)) for data in cases for f, kind in (("prove_privacy", PROOF), ("refute_privacy", REFUTATION))
    ]
    said = kernel(asked)
    assert [(a, b) for a, b in zip(said[::2], said[1::2], strict=True)] == [
        (True, False),
        *[(False, True)] * len(changed),
        *[(False, False)] * len(spoiled),
    ]


def test_a_plan_is_read_back():
    uses = (RESPONSE, GEOMETRIC, Use("laplace", F(1, 3), 0, 5, part=12))
    written = write_plan(Plan(F(5, 3), F(1, 10**6), uses), "a comment\nwith (two) lines")
    assert read_plan(written, file="p") == Plan(F(5, 3), F(1, 10**6), uses)


TOML = """epsilon = 4.8
[[use]]
mechanism = "response"
truth = "3/4"
times = 3
[[use]]
mechanism = "geometric"
alpha = 0.9
sensitivity = 2
times = 7
part = "north"
"""


def test_toml_is_read_exactly():
    read = parse_toml(TOML.encode(), file="plan.toml")
    assert read.epsilon == F(24, 5) and read.uses == (RESPONSE, Use("geometric", F(9, 10), 2, 7, part=0))
    assert parse_toml(b'[[use]]\nmechanism = "laplace"\nepsilon = 0.1\nsensitivity = 3', file="p").uses == (
        Use("laplace", F(30), 3, 1),
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "geometric",
            "exponential",
            "plan.toml: use 2: there is no theorem for the mechanism 'exponential'; expected one",
        ),
        (
            "times = 7",
            "sampling = 0.01",
            "plan.toml: use 2: sampling: there is no theorem for privacy amplification by",
        ),
        ("alpha = 0.9", "alpha = 1.0", "plan.toml: use 2: alpha = 1; expected a number between 0 and 1"),
        ("alpha = 0.9", "alhpa = 0.9", "plan.toml: use 2: no alpha; expected alpha = a number"),
        ("times = 7", "times = 1.5", "plan.toml: use 2: times = '1.5'; expected a whole number"),
        ("times = 7", "tmies = 7", "plan.toml: use 2: 'tmies' is not known here"),
        ("epsilon = 4.8", "epsilon = nan", "plan.toml: epsilon = 'nan'; expected a number"),
        ("epsilon = 4.8", "epsilon = 4.8\ndelta = 2", "plan.toml: delta = 2; expected a number from 0 to 1"),
        ("[[use]]", "[use", "plan.toml: not TOML: "),
        ("[[use]]", "[[uses]]", "plan.toml: no use of a mechanism; expected a table [[use]] for each"),
    ],
)
def test_bad_plans_get_one_line(old, new, said, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("plan.toml").write_text(TOML.replace(old, new))
    assert main(["privacy", "plan.toml"]) == 2
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1 and said in captured.err and captured.out == ""
    assert [path.name for path in tmp_path.iterdir()] == ["plan.toml"]


def test_without_epsilon_the_least_one_is_proved(tmp_path):
    (tmp_path / "plan.toml").write_text(TOML.replace("epsilon = 4.8\n", ""))
    claim = Privacy.of(tmp_path / "plan.toml")
    total = 3 * math.log(3) + 14 * math.log(10 / 9)
    budget = read_plan(claim.plan_bytes, file="p").epsilon
    assert budget is not None and total < budget < total + 1e-5
    assert isinstance(prove_claim(claim), warrant.Proved)


def test_the_command_and_its_warrant_in_the_kernel(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("plan.toml").write_text(TOML.replace("4.8", "4.7"))
    code = main(["privacy", "plan.toml", "--kernel"])
    printed = capsys.readouterr().out
    if "the kernel was not asked" in printed or "no checker was found" in printed:
        pytest.skip(printed)
    assert code == 1 and "theorem      claim : PlanExceeds plan_file" in printed
    assert "e^4.77088 times as probable" in printed
    assert b'; mechanism = "geometric"' in Path("plan.warrant/plan.privacy").read_bytes()
    assert main(["check", "plan.warrant"]) == 1
    Path("plan.warrant/plan.privacy").write_bytes(
        Path("plan.warrant/plan.privacy").read_bytes().replace(b"4.7", b"4.8")
    )
    assert main(["check", "plan.warrant"]) == 3

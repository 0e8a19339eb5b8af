"""Privacy plans: budgets that are kept and exceeded, spoiled plans, what has no theorem, and the command."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest

import warrant
from warrant._api import prove_claim
from warrant.claims import Privacy
from warrant.cli import main
from warrant.probability.budget_curve import curve
from warrant.probability.budgets import best_order, few_ones, least, loss, pure
from warrant.probability.plans import Plan, Use, parse_toml, read_plan, write_plan

F = Fraction
PROOF, REFUTATION = b"WRNT\x01P", b"WRNT\x01R"
HOLDS, FAILS, NEITHER = ("PROVED", "UNKNOWN"), ("UNKNOWN", "REFUTED"), ("UNKNOWN", "UNKNOWN")
ZERO, MILLIONTH = F(0), F(1, 10**6)
GAUSSIAN = Use("gaussian", F(100), 1, 20)
RESPONSE, GEOMETRIC = Use("response", F(3, 4), 2, 3), Use("geometric", F(9, 10), 2, 7)


def plan(epsilon: float | Fraction, *uses: Use, delta: Fraction = ZERO) -> bytes:
    return write_plan(Plan(F(epsilon), delta, uses))


def by_order(b: int) -> bytes:
    """The certificate that names the order b + 1 of moments."""
    return PROOF + b.to_bytes(2, "little")


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


def renyi(use: Use, order: int) -> float:
    """The Rényi divergence of one question, by a sum over the outputs."""
    if use.mechanism == "response":
        p = float(use.parameter)
        first = [p] + [(1 - p) / (use.size - 1)] * (use.size - 1)
        second = [first[1], first[0], *first[2:]]
    else:
        window = range(-3000, 3001)
        scale, far = float(use.parameter), use.size
        weigh = {
            "laplace": lambda z: math.exp(-abs(z) / scale),
            "geometric": lambda z: scale ** abs(z),
            "gaussian": lambda z: math.exp(-(z**2) / (2 * scale)),
        }[use.mechanism]
        total = sum(map(weigh, window))
        first, second = [weigh(z) / total for z in window], [weigh(z - far) / total for z in window]
    pairs = [(a, b) for a, b in zip(first, second, strict=True) if a > 0 and b > 1e-290]
    return math.log(sum(b * (a / b) ** order for a, b in pairs)) / (order - 1)


def test_moments_are_those_of_the_distributions(native):
    """Exact for Gaussian noise and for two answers; for other noise an upper bound."""
    exact = [Use("gaussian", F(30), 2, 1), Use("response", F(3, 4), 2, 1), Use("response", F(51, 100), 2, 1)]
    above = [Use("laplace", F(2), 1, 1), Use("geometric", F(1, 2), 2, 1), Use("response", F(9, 10), 5, 1)]
    for use in (*exact, *above):
        for b in (1, 2, 7):
            conversion = math.log(b**b / (b + 1) ** (b + 1)) + math.log(10**6)
            epsilon = renyi(use, b + 1) + conversion / b
            enough = plan(F(epsilon * (1 + 1e-5)), use, delta=MILLIONTH)
            less = plan(F(epsilon * (1 - 1e-5)), use, delta=MILLIONTH)
            if use in exact:
                assert native("privacy", (enough, by_order(b))) == "PROVED"
            assert native("privacy", (less, by_order(b))) == "UNKNOWN"


def test_gaussian_noise_has_the_budget_of_the_formula(native, kernel):
    order = best_order(Plan(None, MILLIONTH, (GAUSSIAN,)))
    assert order is not None
    b, rho = order.b, 20 / 200
    formula = (b + 1) * rho + (math.log(10**6) + b * math.log(b) - (b + 1) * math.log(b + 1)) / b
    assert order.epsilon == pytest.approx(formula, rel=1e-12)
    assert order.epsilon < rho + 2 * math.sqrt(rho * math.log(10**6))  # what zCDP gives by the usual formula
    good = plan(F(str(round(formula * 1.0001, 6))), GAUSSIAN, delta=MILLIONTH)
    changed = {
        "epsilon": plan(F(str(round(formula * 0.999, 6))), GAUSSIAN, delta=MILLIONTH),
        "delta": plan(F(str(round(formula * 1.0001, 6))), GAUSSIAN, delta=MILLIONTH * F(99, 100)),
        "no delta": plan(F(str(round(formula * 1.0001, 6))), GAUSSIAN),
        "variance": good.replace(b"gaussian 100", b"gaussian 99.9"),
        "sensitivity": good.replace(b"gaussian 100 1", b"gaussian 100 2"),
        "times": good.replace(b"use 20", b"use 21"),
        "variance 0": good.replace(b"gaussian 100", b"gaussian 0"),
    }
    assert good not in changed.values()
    other_orders = [b"", (b + 20).to_bytes(2, "little"), b"\x00\x00", b"\x01\x00"]
    cases = [(good, by_order(b)), *((data, by_order(b)) for data in changed.values())]
    cases += [(good, PROOF + order) for order in other_orders]
    expected = [True, *[False] * (len(cases) - 1)]
    assert [native("privacy", case) == "PROVED" for case in cases] == expected
    assert kernel([("prove_privacy", case) for case in cases]) == expected
    assert [native("privacy", (data, REFUTATION)) for data in changed.values()] == [
        "REFUTED" if name == "no delta" else "UNKNOWN" for name, data in changed.items()
    ]


def test_gaussian_noise_without_delta_is_refuted_unless_nothing_is_asked(native):
    assert both(native, plan(F(1000), GAUSSIAN)) == FAILS
    for silent in (Use("gaussian", F(100), 1, 0), Use("gaussian", F(100), 0, 5)):
        assert native("privacy", (plan(F(0), silent), REFUTATION)) == "UNKNOWN"
    assert native("privacy", (plan(F(0), Use("gaussian", F(100), 1, 0)), PROOF)) == "UNKNOWN"  # not pure: no claim


def test_what_is_found_is_always_accepted(tmp_path):
    uses = [
        (GAUSSIAN,),
        (Use("gaussian", F(10_000), 1, 1000),),
        (Use("laplace", F(100), 1, 1000),),
        (Use("response", F(51, 100), 2, 10_000),),
        (Use("geometric", F(99, 100), 1, 10_000),),
        (Use("response", 1 - F(1, 10**9), 2, 100),),
        (RESPONSE, GAUSSIAN, Use("laplace", F(5), 2, 3, part=1), Use("geometric", F(9, 10), 2, 20, part=2)),
    ]
    for some in uses:
        wanted = Plan(None, F(1, 10**8), some)
        epsilon, order = least(wanted), best_order(wanted)
        assert epsilon is not None and order is not None and float(epsilon) < order.epsilon * 1.001
        assert isinstance(prove_claim(Privacy(write_plan(wanted.within(epsilon)))), warrant.Proved)
        if few_ones(wanted.within(F(order.epsilon * 0.999))) is not None:
            continue
        slightly_less = Privacy(write_plan(wanted.within(F(order.epsilon * 0.999))))
        verdict = prove_claim(slightly_less)
        assert isinstance(verdict, warrant.Unknown) and "no smaller one is known here" in verdict.reason


def test_two_answers_are_refuted_with_a_delta(native, kernel):
    """The event is Neyman and Pearson's; the exact delta of an epsilon is a sum over the numbers of ones."""
    n, p, epsilon = 10, 0.75, 6.0
    exact = sum(
        math.comb(n, j) * max(0, p ** (n - j) * (1 - p) ** j - math.exp(epsilon) * p**j * (1 - p) ** (n - j))
        for j in range(n + 1)
    )
    votes = Use("response", F(3, 4), 2, 4), Use("response", F(3, 4), 2, 6)
    less, more = (Plan(F(epsilon), F(exact * (1 + side * 1e-6)), votes) for side in (-1, 1))
    few = few_ones(less)
    assert few is not None and few_ones(more) is None
    by_ones = [REFUTATION + k.to_bytes(2, "little") for k in range(n + 2)]
    answers = [native("privacy", (write_plan(less), certificate)) for certificate in by_ones]
    assert answers == ["REFUTED" if k == few.most else "UNKNOWN" for k in range(n + 2)]
    assert [native("privacy", (write_plan(more), certificate)) for certificate in by_ones] == ["UNKNOWN"] * (n + 2)
    others = [
        plan(F(epsilon), Use("response", F(3, 4), 3, 10), delta=less.delta),
        plan(F(epsilon), votes[0], Use("response", F(3, 4), 2, 6, part=1), delta=less.delta),
        plan(F(epsilon), votes[0], Use("response", F(4, 5), 2, 6), delta=less.delta),
        plan(F(epsilon), Use("geometric", F(3, 4), 2, 10), delta=less.delta),
        plan(F(epsilon), Use("response", F(3, 4), 2, 10**9 - 1), delta=less.delta),
    ]
    cases = [(write_plan(less), by_ones[few.most]), *((data, by_ones[few.most]) for data in others)]
    assert [native("privacy", case) for case in cases] == ["REFUTED", *["UNKNOWN"] * len(others)]
    assert kernel([("refute_privacy", case) for case in cases]) == [True, *[False] * len(others)]
    verdict = warrant.privacy(
        {"epsilon": 6, "delta": 1e-6, "use": [{"mechanism": "response", "truth": 0.75, "times": 10}]}
    )
    assert isinstance(verdict, warrant.Refuted) and "at most 2 of 10 outputs are 1" in verdict.counterexample.place


def test_plans_in_python():
    use = {"mechanism": "laplace", "scale": 10, "times": 8}
    assert isinstance(warrant.privacy({"epsilon": 0.8, "use": [use]}), warrant.Proved)
    assert isinstance(warrant.privacy({"epsilon": "799/1000", "use": [use]}), warrant.Refuted)
    with pytest.raises(warrant.Unsupported, match="there is no theorem for the mechanism 'laplacian'"):
        warrant.privacy({"use": [{**use, "mechanism": "laplacian"}]})
    gaussian = {"mechanism": "gaussian", "sigma": 10}
    with pytest.raises(warrant.WrongInput, match="no epsilon can be proved; expected delta = a number above 0, for"):
        warrant.privacy({"use": [gaussian]})
    with pytest.raises(warrant.WrongInput, match="no epsilon can be proved; expected losses that are less"):
        warrant.privacy({"delta": 0.1, "use": [{"mechanism": "gaussian", "sigma": 0.01, "sampling_probability": 0.5}]})


def test_a_plan_is_read_back():
    uses = (RESPONSE, GEOMETRIC, GAUSSIAN, Use("laplace", F(1, 3), 0, 5, part=12))
    written = write_plan(Plan(F(5, 3), F(1, 10**6), uses), "a comment\nwith (two) lines")
    assert read_plan(written, file="p") == Plan(F(5, 3), F(1, 10**6), uses)


def test_parts_keep_their_names(tmp_path):
    uses = [{"mechanism": "laplace", "scale": 10, "part": part} for part in ("north", "south of\nit", "north")]
    claim = Privacy.of({"epsilon": 1, "use": uses})
    assert claim.plan.names == ("north", "south of it") and [use.part for use in claim.plan.uses] == [0, 1, 0]
    assert claim.lines()[1] == "1 × laplace (scale 10, sensitivity 1), on part south of it: loss 0.1"
    assert "add up to 0.2 (part north, the most)" in claim.summary().subject
    spoiled = claim.plan_bytes.replace(b"; part 1", b"; part 7")
    assert read_plan(spoiled, file="p").uses == claim.plan.uses and read_plan(spoiled, file="p").names == ()


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
            "shuffled = true",
            "plan.toml: use 2: shuffled: there is no theorem for privacy amplification by",
        ),
        (
            "times = 7",
            "sampling_probability = 0.01",
            "plan.toml: use 2: sampling_probability: there is no theorem for privacy amplification on one part of the",
        ),
        ("times = 7", "sampling = 0.01", "plan.toml: use 2: 'sampling' is not known here; expected sampling_prob"),
        ('part = "north"', "sampling_probability = 1.1", "sampling_probability = 1.1; expected a number from 0 to 1"),
        ("sensitivity = 2", 'sensitivity = "sqrt(2)"', "plan.toml: use 2: sensitivity = 'sqrt(2)'; expected a whole"),
        ("alpha = 0.9", "alpha = 1.0", "plan.toml: use 2: alpha = 1; expected a number between 0 and 1"),
        ("alpha = 0.9", "alhpa = 0.9", "plan.toml: use 2: no alpha; expected alpha = a number"),
        ("times = 7", "times = 1.5", "plan.toml: use 2: times = '1.5'; expected a whole number"),
        ("times = 7", "tmies = 7", "plan.toml: use 2: 'tmies' is not known here"),
        ("epsilon = 4.8", "epsilon = 1e999", "expected a number from 0 to 999999999"),
        ("alpha = 0.9", "alpha = -1", "plan.toml: use 2: alpha = -1; expected a number between 0 and 1"),
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


def test_the_plot(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("plan.toml").write_text('delta = 1e-6\n[[use]]\nmechanism = "gaussian"\nsigma = 10\ntimes = 20\n')
    assert main(["privacy", "plan.toml", "--plot", "budget.svg"]) == 0
    points = curve(read_plan(Path("plan.warrant/plan.privacy").read_bytes(), file="p"))
    assert len(points) > 40 and all(a[1] > b[1] for a, b in pairwise(points))
    assert Path("budget.svg").read_text().count("<title") >= 1


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

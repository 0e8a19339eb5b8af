"""Privacy plans with samples and vectors: the formulas, budgets and parameters that are spoiled, what is found."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import product

import pytest

import warrant
from warrant._api import prove_claim
from warrant.claims import Privacy
from warrant.probability.budget_curve import curve
from warrant.probability.budgets import best_order, best_shares, least, loss, pure
from warrant.probability.plans import Plan, Use, parse_plan, read_plan, write_plan

F = Fraction
PROOF, SHARES, REFUTATION = b"WRNT\x01P", b"WRNT\x01A", b"WRNT\x01R"
ZERO, MILLIONTH = F(0), F(1, 10**6)
COUNT = Use("laplace", F(10), 2, 30, sampled=F(1, 100))
CENSUS = Use("response", F(3, 4), 2, 3, sampled=F(1, 10))
NOISY = Use("gaussian", F(100), 1, 1, sampled=F(1, 50))


def plan(epsilon: float | Fraction, *uses: Use, delta: Fraction = ZERO) -> bytes:
    return write_plan(Plan(F(epsilon), delta, uses))


def amplified(q: float, e: float) -> float:
    """The formula of Balle, Barthe and Gaboardi."""
    return math.log(1 + q * (math.exp(e) - 1))


def said(native, data: bytes, proof: bytes = PROOF) -> tuple[str, str]:
    return native("privacy", (data, proof)), native("privacy", (data, REFUTATION))


def test_samples_cost_what_the_formula_says(native):
    total = {
        (COUNT,): 30 * amplified(0.01, 0.2),
        (CENSUS,): 3 * amplified(0.1, math.log(3)),
        (COUNT, CENSUS, Use("geometric", F(9, 10), 2, 5)): 30 * amplified(0.01, 0.2)
        + 3 * math.log(1.2)
        + 10 * math.log(10 / 9),
        (Use("laplace", F(1), 1, 1, sampled=F(1)),): 1.0,
        (Use("laplace", F(1, 5), 1, 1, sampled=F(1, 1000)), Use("laplace", F(4), 1, 1, part=3)): 0.25
        + amplified(0.001, 5.0),
    }
    for uses, expected in total.items():
        assert pure(Plan(F(1), F(0), uses)).total == pytest.approx(expected, rel=1e-12)
        assert said(native, plan(expected * (1 + 1e-5), *uses)) == ("PROVED", "UNKNOWN")
        assert said(native, plan(expected * (1 - 1e-5), *uses)) == ("UNKNOWN", "REFUTED")
    none = Use("laplace", F(1), 1, 9, sampled=ZERO)
    assert loss(none) == 0 and said(native, plan(F(1, 10**6), none)) == ("PROVED", "UNKNOWN")


def test_a_changed_sample_is_refused_by_both_checkers(native, kernel):
    budget = F(math.ceil((30 * amplified(0.01, 0.2) + 3 * math.log(1.2)) * 1e5 + 1), 10**5)
    good = plan(budget, COUNT, CENSUS)
    changed = {
        "epsilon": plan(budget * F(999, 1000), COUNT, CENSUS),
        "probability": good.replace(b"(sampled 0.1)", b"(sampled 0.1001)"),
        "no sample": good.replace(b" (sampled 0.1)", b""),
        "sensitivity": good.replace(b"laplace 10 2", b"laplace 10 3"),
        "scale": good.replace(b"laplace 10 2", b"laplace 9.9 2"),
        "times": good.replace(b"use 30", b"use 31"),
    }
    spoiled = [
        good.replace(b"(sampled 0.1)", b"(sampled 1.1)"),
        good.replace(b"(sampled 0.1)", b"(sampled -0.1)"),
        good.replace(b"(sampled 0.1)", b"(sampled)"),
        good.replace(b"(sampled 0.1)", b"(sample 0.1)"),
        good.replace(b"(sampled 0.1)", b"(sampled 0.1) 7"),
        good.replace(b"(sampled 0.1)", b"7 (sampled 0.1)"),
        good.replace(b"laplace 10 2", b"laplace 10 (root 2)"),
        good.replace(b"response 2 0.75", b"response (root 2) 0.75"),
    ]
    assert good not in (*changed.values(), *spoiled)
    cases = [(good, True, False), *((data, False, True) for data in changed.values())]
    cases += [(data, False, False) for data in spoiled]
    assert [said(native, data) for data, _, _ in cases] == [
        ("PROVED" if holds else "UNKNOWN", "REFUTED" if fails else "UNKNOWN") for _, holds, fails in cases
    ]
    verdicts = kernel([("prove_privacy", (data, PROOF)) for data, _, _ in cases])
    assert verdicts == [holds for _, holds, _ in cases]
    verdicts = kernel([("refute_privacy", (data, REFUTATION)) for data, _, _ in cases])
    assert verdicts == [fails for _, _, fails in cases]


def gaussian_epsilon(rho: float, share: float) -> tuple[float, int]:
    """The least epsilon of one use for a delta, and its order less 1."""
    return min(
        ((b + 1) * rho + (math.log(1 / share) + b * math.log(b) - (b + 1) * math.log(b + 1)) / b, b)
        for b in range(1, 2000)
    )


def test_gaussian_noise_on_a_sample(native, kernel):
    """(epsilon, delta) becomes (ln(1 + q (e^epsilon - 1)), q delta), and so uses may have more than an even share."""
    e, b = gaussian_epsilon(1 / 200, 1e-6 * 50)
    expected = amplified(1 / 50, e)
    shares = best_shares(Plan(None, MILLIONTH, (NOISY,)))
    assert shares is not None and shares.orders == (b,) and shares.epsilon == pytest.approx(expected, rel=1e-12)
    budget = F(math.ceil(expected * 1e6 + 2), 10**6)
    good, certificate = plan(budget, NOISY, delta=MILLIONTH), SHARES + b.to_bytes(2, "little")
    changed = {
        "epsilon": plan(budget * F(999, 1000), NOISY, delta=MILLIONTH),
        "delta": plan(budget, NOISY, delta=MILLIONTH * F(98, 100)),
        "no delta": plan(budget, NOISY),
        "probability": good.replace(b"(sampled 0.02)", b"(sampled 0.02002)"),
        "sensitivity": good.replace(b"gaussian 100 1", b"gaussian 100 (root 2)"),
        "variance": good.replace(b"gaussian 100", b"gaussian 99.5"),
        "twice": good.replace(b"use 1 ", b"use 2 "),
    }
    assert good not in changed.values()
    cases = [(good, certificate), *((data, certificate) for data in changed.values())]
    others = [
        PROOF,
        PROOF + b.to_bytes(2, "little"),
        SHARES,
        SHARES + b"\x00\x00",
        SHARES + (9 * b).to_bytes(2, "little"),
    ]
    cases += [(good, other) for other in others]
    expected_verdicts = [True, *[False] * (len(cases) - 1)]
    assert [native("privacy", case) == "PROVED" for case in cases] == expected_verdicts
    assert kernel([("prove_privacy", case) for case in cases]) == expected_verdicts
    refuted = {name: native("privacy", (data, REFUTATION)) for name, data in changed.items()}
    assert refuted == {name: "REFUTED" if name == "no delta" else "UNKNOWN" for name in changed}
    never = Use("gaussian", F(100), 1, 1, sampled=ZERO)
    assert said(native, plan(F(1000), never)) == ("UNKNOWN", "UNKNOWN")


def test_moments_of_samples_have_no_theorem_for_gaussian_noise(native):
    both = Plan(F(1), MILLIONTH, (NOISY, Use("gaussian", F(400), 1, 20)))
    assert best_order(both) is None
    data = write_plan(both.within(F(1000)))
    assert {native("privacy", (data, PROOF + b.to_bytes(2, "little"))) for b in (1, 5, 30)} == {"UNKNOWN"}
    verdict = prove_claim(Privacy(write_plan(both)))
    assert (
        isinstance(verdict, warrant.Unknown)
        and "no theorem here for moments of Gaussian noise on samples" in verdict.reason
    )
    pure_ones = Plan(None, MILLIONTH, (Use("laplace", F(1), 1, 1000, sampled=F(1, 100)),))
    order = best_order(pure_ones)
    assert order is not None and order.epsilon < pure(pure_ones).total / 2
    enough = write_plan(pure_ones.within(F(order.epsilon * 1.001)))
    less = write_plan(pure_ones.within(F(order.epsilon * 0.999)))
    certificate = PROOF + order.b.to_bytes(2, "little")
    assert [native("privacy", (data, certificate)) for data in (enough, less)] == ["PROVED", "UNKNOWN"]


def test_vectors_have_the_sensitivity_of_their_norm(native):
    """Neighbours are one person in another bin of a histogram: √2 in the ℓ2 norm, 2 in the ℓ1 norm."""
    e, b = gaussian_epsilon(2 / 200, 1e-6)
    histogram = Use("gaussian", F(100), 2, 1, root=True)
    certificate = PROOF + b.to_bytes(2, "little")
    enough, less = (plan(F(e * (1 + side * 1e-5)), histogram, delta=MILLIONTH) for side in (1, -1))
    assert [native("privacy", (data, certificate)) for data in (enough, less)] == ["PROVED", "UNKNOWN"]
    larger = enough.replace(b"(root 2)", b"2")
    assert larger != enough and native("privacy", (larger, certificate)) == "UNKNOWN"
    four = enough.replace(b"(root 2)", b"(root 4)"), enough.replace(b"(root 2)", b"2")
    budgets = [data.replace(enough.split(b"\n")[1], b"(budget 2 1e-06)") for data in four]
    assert [native("privacy", (data, certificate)) for data in budgets] == ["PROVED", "PROVED"]
    assert said(native, plan(F(2, 5), Use("laplace", F(5), 2, 1))) == ("PROVED", "UNKNOWN")


def vector_chances(weigh, answer: tuple[int, ...], window: range) -> list[float]:
    total = sum(map(weigh, range(-200, 201)))
    return [
        math.prod(weigh(z - a) / total for z, a in zip(out, answer, strict=True)) for out in product(window, repeat=2)
    ]


def test_the_stated_losses_are_those_of_two_coordinates():
    """The largest ratio of probabilities, over outputs and all answers of a small distance."""
    window = range(-8, 9)
    laplace = lambda z: math.exp(-abs(z) / 3)  # noqa: E731
    here = vector_chances(laplace, (0, 0), window)
    for far, distance in (((2, 0), 2), ((1, 1), 2), ((-1, 1), 2), ((1, 0), 1)):
        there = vector_chances(laplace, far, window)
        largest = max(a / b for a, b in zip(here, there, strict=True))
        assert math.log(largest) == pytest.approx(float(loss(Use("laplace", F(3), distance, 1))), rel=1e-9)


def test_what_is_found_is_always_accepted():
    uses = [
        (NOISY,),
        (NOISY, Use("gaussian", F(400), 1, 2), COUNT),
        (NOISY, Use("gaussian", F(10_000), 3, 2, root=True, part=4), Use("gaussian", F(50), 1, 1, part=5), CENSUS),
        tuple(Use("gaussian", F(3**k), 1, 1, sampled=F(1, 10)) for k in range(3, 14)),
        (Use("laplace", F(1), 1, 1000, sampled=F(1, 100)), Use("gaussian", F(100), 2, 5, root=True)),
        (Use("response", F(999, 1000), 2, 50, sampled=F(1, 1000)),),
    ]
    for some, delta in product(uses, (F(1, 10**5), F(1, 10**8))):
        wanted = Plan(None, delta, some)
        epsilon = least(wanted)
        found = [way.epsilon for way in (best_order(wanted), best_shares(wanted)) if way is not None]
        assert epsilon is not None and float(epsilon) < min([*found, pure(wanted).total]) * 1.002 + 3e-5
        assert isinstance(prove_claim(Privacy(write_plan(wanted.within(epsilon)))), warrant.Proved)
        assert isinstance(prove_claim(Privacy(write_plan(wanted.within(epsilon * F(99, 100))))), warrant.Unknown)


def test_the_curve_has_what_shares_show():
    points = curve(Plan(None, MILLIONTH, (NOISY,)))
    shares = best_shares(Plan(None, F(points[20][0]), (NOISY,)))
    assert len(points) > 30 and shares is not None and points[20][1] == pytest.approx(shares.epsilon)


def test_toml_and_statements_are_read_back():
    tables = [
        {"mechanism": "gaussian", "variance": 100, "sensitivity": "sqrt(2)", "sampling_probability": "1/100"},
        {"mechanism": "laplace", "epsilon": 0.1, "sensitivity": 3, "sampling_probability": 0.2},
    ]
    read = parse_plan({"epsilon": 3, "delta": "1e-6", "use": tables}, file="p")
    assert read.uses == (
        Use("gaussian", F(100), 2, 1, sampled=F(1, 100), root=True),
        Use("laplace", F(30), 3, 1, sampled=F(1, 5)),
    )
    written = write_plan(read, "comment (sampled x)")
    assert b"(use 1 gaussian 100 (root 2) (sampled 0.01))" in written and read_plan(written, file="p") == read
    claim = Privacy(written)
    lines = claim.lines()
    assert lines[0].startswith(
        "1 × gaussian (variance 100, sensitivity sqrt(2)), on samples of probability 0.01: rho 0.01"
    )
    for old, new in ((b"(root 2)", b"(root -2)"), (b"(root 2)", b"(cube 2)"), (b"(sampled 0.01)", b"(sampled x)")):
        with pytest.raises(warrant.WrongInput, match="not a plan of private releases"):
            read_plan(written.replace(old, new), file="p")

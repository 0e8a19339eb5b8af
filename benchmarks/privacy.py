"""Budgets of plans: Warrant's proved epsilon beside those of dp-accounting's Rényi and privacy-loss accountants.

pip install dp-accounting, and then: python benchmarks/privacy.py
"""

from __future__ import annotations

from dp_accounting import (
    DpEvent,
    GaussianDpEvent,
    LaplaceDpEvent,
    NeighboringRelation,
    PoissonSampledDpEvent,
    RandomizedResponseDpEvent,
    SelfComposedDpEvent,
)
from dp_accounting.pld import PLDAccountant
from dp_accounting.rdp import RdpAccountant

import warrant
from warrant._api import prove_claim
from warrant.claims import Privacy
from warrant.probability.budgets import pure

DELTA = 1e-6
GAUSSIAN, LAPLACE = {"mechanism": "gaussian", "sigma": 1}, {"mechanism": "laplace", "scale": 1}


def sampled(event: DpEvent) -> DpEvent:
    """The event on a sample of one record in a hundred."""
    return PoissonSampledDpEvent(0.01, event)


CASES = [
    ("1 x Gaussian, sigma 10", {"mechanism": "gaussian", "sigma": 10}, GaussianDpEvent(10), 1),
    ("100 x Gaussian, sigma 10", {"mechanism": "gaussian", "sigma": 10}, GaussianDpEvent(10), 100),
    ("1000 x Gaussian, sigma 100", {"mechanism": "gaussian", "sigma": 100}, GaussianDpEvent(100), 1000),
    ("10 x Laplace, scale 20", {"mechanism": "laplace", "scale": 20}, LaplaceDpEvent(20), 10),
    ("1000 x Laplace, scale 100", {"mechanism": "laplace", "scale": 100}, LaplaceDpEvent(100), 1000),
    ("10 x response, truth 0.75", {"mechanism": "response", "truth": 0.75}, RandomizedResponseDpEvent(0.5, 2), 10),
    ("100 x response, truth 0.55", {"mechanism": "response", "truth": 0.55}, RandomizedResponseDpEvent(0.9, 2), 100),
    ("1 x Gaussian, sigma 1, on 1 %", {**GAUSSIAN, "sampling_probability": 0.01}, sampled(GaussianDpEvent(1)), 1),
    ("10 x Gaussian, sigma 1, on 1 %", {**GAUSSIAN, "sampling_probability": 0.01}, sampled(GaussianDpEvent(1)), 10),
    ("1 x Laplace, scale 1, on 1 %", {**LAPLACE, "sampling_probability": 0.01}, sampled(LaplaceDpEvent(1)), 1),
    ("1000 x Laplace, scale 1, on 1 %", {**LAPLACE, "sampling_probability": 0.01}, sampled(LaplaceDpEvent(1)), 1000),
]


def main() -> None:
    """Print a table for Markdown."""
    print(f"| delta = {DELTA} | sum of losses | proved | dp-accounting, Rényi | dp-accounting, privacy loss |")
    print("|---|---|---|---|---|")
    for name, use, event, times in CASES:
        claim = Privacy.of({"delta": DELTA, "use": [{**use, "times": times}]})
        assert isinstance(prove_claim(claim), warrant.Proved)
        assert claim.plan.epsilon is not None
        many = SelfComposedDpEvent(event, times)
        theirs = []
        relation = NeighboringRelation.REPLACE_ONE if "truth" in use else NeighboringRelation.ADD_OR_REMOVE_ONE
        for accountant in (RdpAccountant(neighboring_relation=relation), PLDAccountant(neighboring_relation=relation)):
            fits = accountant.supports(many)
            theirs.append(f"{accountant.compose(many).get_epsilon(DELTA):.4f}" if fits else "not supported")
        total = f"{pure(claim.plan).total:.4f}".replace("inf", "–")
        print(f"| {name} | {total} | {float(claim.plan.epsilon):.4f} | {' | '.join(theirs)} |")


if __name__ == "__main__":
    main()

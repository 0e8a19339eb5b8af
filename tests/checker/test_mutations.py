"""Soundness from outside: certificates, models and properties with random changes are never accepted for a false claim."""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
import pytest
from native import Checker, Evaluator, witness
from small_claims import INPUTS, at_most, changed, network

from warrant import models, properties, search
from warrant.certificates import Close, nodes, read_proof
from warrant.search.options import Options


@dataclass(frozen=True)
class Case:
    """A model; a property that holds of it, a bound on Y_0, with a proof; one that fails, with a counterexample."""

    model: bytes
    bound: float
    true: bytes
    proof: bytes
    false: bytes
    counterexample: bytes


KINDS = ["dense", "convolution", "residual", "normalised"]


@pytest.fixture(scope="module", params=[*KINDS, "residual by neurons"])
def case(request: pytest.FixtureRequest, native_checker: Checker, evaluator: Evaluator) -> Case:
    """True and false claims about one network; what is false is known from the outputs at sampled points."""
    kind, _, by_neurons = request.param.partition(" by ")
    model = network(kind, 6 if by_neurons else 5)
    options = Options(axes=0) if by_neurons else Options()
    points = np.round(np.random.default_rng(1).uniform(-0.5, 0.5, size=(60, INPUTS)), 3)
    outputs = []
    for point in points:
        bounds = evaluator.at(model, [float(v) for v in point])
        assert bounds is not None
        outputs.append(bounds[0])
    lows, highs = [low for low, _ in outputs], [high for _, high in outputs]
    best = int(np.argmax(lows))
    lowered = models.load(model)
    for factor in (0.05, 0.2, 0.5, 1.0, 3.0):
        bound = max(highs) + factor * (max(highs) - min(lows)) + (0 if by_neurons else 0.1)
        queries = properties.load(at_most(bound), lowered)
        found = search.find(lowered, queries, timeout=60, options=options)
        if isinstance(found, search.Proof):
            break
    assert isinstance(found, search.Proof)
    if by_neurons:
        tree = read_proof(found.certificate, [q.sizes for q in queries.queries]).trees[0]
        tables = [op.slopes for t, _ in nodes(tree) for op in t.ops if isinstance(op, Close)]
        assert any(table.unit > 0 for table in tables), "the proof has no multipliers"
    counterexample = witness([float(v) for v in points[best]])
    made = Case(model, bound, at_most(bound), found.certificate, at_most(lows[best] - 0.05), counterexample)
    assert native_checker.check(made.model, made.true, made.proof).word == "PROVED"
    assert native_checker.check(made.model, made.false, made.counterexample).word == "REFUTED"
    return made


def test_a_certificate_serves_no_other_claim(case: Case, native_checker: Checker) -> None:
    assert native_checker.check(case.model, case.false, case.proof).word == "UNKNOWN"
    assert native_checker.check(case.model, case.true, case.counterexample).word == "UNKNOWN"
    assert native_checker.check(network("dense", 6), case.true, case.counterexample).word != "PROVED"


def test_changed_certificates_never_prove_a_false_claim(case: Case, native_checker: Checker) -> None:
    rng = random.Random(2)
    for _ in range(500):
        assert native_checker.check(case.model, case.false, changed(case.proof, rng)).word != "PROVED"


def test_changed_certificates_never_refute_a_true_claim(case: Case, native_checker: Checker) -> None:
    rng = random.Random(3)
    for _ in range(250):
        source = rng.choice([case.proof, case.counterexample])
        assert native_checker.check(case.model, case.true, changed(source, rng)).word != "REFUTED"


def test_changed_models_are_proved_only_where_the_claim_holds(
    case: Case, native_checker: Checker, evaluator: Evaluator
) -> None:
    rng = random.Random(4)
    refused = 0
    for _ in range(200):
        model = changed(case.model, rng)
        if native_checker.check(model, case.true, case.proof).word != "PROVED":
            refused += 1
            continue
        for point in ([0.5, 0.5, 0.5], [-0.5, -0.5, -0.5], [0.5, -0.5, 0.5], [-0.5, 0.5, 0.25], [0.0, 0.0, 0.0]):
            bounds = evaluator.at(model, point)
            assert bounds is not None
            assert bounds[0][0] <= case.bound
    assert refused > 0


def test_changed_properties_are_never_both(case: Case, native_checker: Checker) -> None:
    """A changed property that the proof still proves is not refuted by a point that lies in the box."""
    rng = random.Random(5)
    refused = 0
    for _ in range(200):
        text = changed(case.true, rng)
        if native_checker.check(case.model, text, case.proof).word == "PROVED":
            assert native_checker.check(case.model, text, case.counterexample).word == "UNKNOWN"
        else:
            refused += 1
    assert refused > 0


@pytest.mark.parametrize("short", [b"", b"W", b"WRNT\x01", b"WRNT\x01P", b"WRNT\x01R", b"WRNT\x02P\x00", b"\xff" * 40])
def test_garbage_is_refused(case: Case, native_checker: Checker, short: bytes) -> None:
    assert native_checker.check(case.model, case.true, short).word == "UNKNOWN"

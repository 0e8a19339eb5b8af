"""Proofs by boxes: found for true claims about ensembles of trees, refused for false ones, the same in both checkers."""

from __future__ import annotations

import random
from pathlib import Path

import forests
import numpy as np
import pytest
from kernel import verdicts
from native import Checker
from small_claims import at_most, changed, network

from warrant import models, properties, search
from warrant.certificates import Cut, boxes_bytes

OPS = {"regressor": ("TreeEnsembleRegressor", 1, "scores"), "labels": ("TreeEnsembleClassifier", 3, "label")}
CHANGED = 60


def ensemble(kind: str, seed: int, scaler: tuple[list[float], list[float]] | None = None) -> bytes:
    op, scores, output = OPS[kind]
    return forests.model(op, forests.attributes(np.random.default_rng(seed), op, scores), output, scaler=scaler)


def above(bound: float, *, strict: bool = False, radius: float = 0.75) -> bytes:
    """No output may be above (where strict: or at) the bound, for inputs in a box."""
    lines = [f"(declare-const X_{k} Real)" for k in range(forests.FEATURES)] + ["(declare-const Y_0 Real)"]
    for k in range(forests.FEATURES):
        lines += [f"(assert (>= X_{k} -{radius}))", f"(assert (<= X_{k} {radius}))"]
    return "\n".join([*lines, f"(assert ({'>=' if strict else '>'} Y_0 {bound}))"]).encode()


def highest(data: bytes) -> float:
    """The largest output that many points, and all corners of thresholds, give."""
    grid = np.stack(np.meshgrid(*[np.arange(-0.75, 0.76, 0.0625) + 0.001] * 3), axis=-1).reshape(-1, 3)
    grid = np.clip(np.vstack([grid, grid - 0.001, grid - 0.002]), -0.75, 0.75)
    return float(models.read(data).evaluate(grid).max())


def find(data: bytes, text: bytes) -> search.Proof | search.Witness | search.Unknown:
    model = models.read(data)
    return search.find(model, properties.load(text, model), timeout=60)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("kind", OPS)
def test_tight_bounds(kind: str, seed: int, native_checker: Checker) -> None:
    data = ensemble(kind, seed)
    top = highest(data)
    true, false = above(top + 0.001), above(top - 0.001)
    proof, witness = find(data, true), find(data, false)
    assert isinstance(proof, search.Proof)
    assert isinstance(witness, search.Witness)
    assert native_checker.check(data, true, proof.certificate).word == "PROVED"
    assert native_checker.check(data, false, witness.certificate).word == "REFUTED"
    assert native_checker.check(data, false, proof.certificate).word == "UNKNOWN"
    assert native_checker.check(data, true, witness.certificate).word == "UNKNOWN"
    other = ensemble(kind, seed + 10)
    if highest(other) > top + 0.001:
        assert native_checker.check(other, true, proof.certificate).word == "UNKNOWN"
    rng = random.Random(seed)
    for _ in range(CHANGED):
        assert native_checker.check(data, false, changed(proof.certificate, rng)).word != "PROVED"


def test_behind_a_scaler(native_checker: Checker) -> None:
    """Intervals do not tell on which side of a threshold a scaled feature is when it is at it, so bounds are not tight."""
    data = ensemble("regressor", 1, scaler=([0.25, 0.0, 0.0], [2.0, 1.0, -1.0]))
    top = highest(data)
    true, false = above(top + 0.3), above(top - 0.01)
    proof, witness = find(data, true), find(data, false)
    assert isinstance(proof, search.Proof)
    assert len(proof.certificate) > 8
    assert isinstance(witness, search.Witness)
    assert native_checker.check(data, true, proof.certificate).word == "PROVED"
    assert native_checker.check(data, false, proof.certificate).word == "UNKNOWN"
    assert native_checker.check(data, false, witness.certificate).word == "REFUTED"


def test_both_checkers(native_checker: Checker, tmp_path: Path) -> None:
    """Whole, cut wrongly, cut short, and with bytes behind."""
    data = ensemble("regressor", 0)
    true = above(highest(data) + 0.001)
    found = find(data, true)
    assert isinstance(found, search.Proof)
    good = found.certificate
    assert len(good) > 8
    cases = {
        "good": good,
        "one region": boxes_bytes([Cut()]),
        "cut short": good[:-1],
        "bytes behind": good + b"\0",
        "no such input": boxes_bytes([Cut(3, 0.0, False, Cut(), Cut())]),
        "not a number": boxes_bytes([Cut(0, float("nan"), False, Cut(), Cut())]),
        "infinite": boxes_bytes([Cut(0, float("inf"), True, Cut(), Cut())]),
        "too many trees": boxes_bytes([Cut(), Cut()]),
        "the other kind": good[:5] + b"P" + good[6:],
    }
    words = {name: native_checker.check(data, true, certificate).word for name, certificate in cases.items()}
    assert words.pop("good") == "PROVED"
    assert set(words.values()) == {"UNKNOWN"}
    kernel = verdicts("Main", [(data, true, certificate) for certificate in cases.values()], tmp_path)
    assert kernel == ["PROVED" if name == "good" else "UNKNOWN" for name in cases]


def test_networks_too(native_checker: Checker) -> None:
    """Nothing in a proof by boxes is peculiar to trees."""
    data = network("dense", 5)
    assert native_checker.check(data, at_most(1e6), boxes_bytes([Cut()])).word == "PROVED"
    assert native_checker.check(data, at_most(-1e6), boxes_bytes([Cut()])).word == "UNKNOWN"


def test_time_is_limited() -> None:
    data = ensemble("regressor", 0)
    model = models.read(data)
    text = above(highest(data) + 0.001)
    found = search.find(model, properties.load(text, model), timeout=1e-9)
    assert isinstance(found, search.Unknown)
    assert found.reason == "the time is up"

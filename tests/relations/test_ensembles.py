"""Two runs of ensembles of decision trees: what is proved and refuted is what all cells of the thresholds say."""

from __future__ import annotations

import itertools
import random
from pathlib import Path

import forests
import numpy as np
import pytest
from kernel import verdicts
from native import Checker
from small_claims import changed, network

import warrant
from warrant import Domain, Equivalent, Fair, Monotone, Stable, models
from warrant._api import prove_claim
from warrant.claims import Compares, Relates
from warrant.errors import Unsupported

NAMES = ("a", "b", "c")
SIDE = 0.75
DOMAIN = Domain.box([-SIDE] * 3, [SIDE] * 3, names=NAMES)
REGRESSOR = "TreeEnsembleRegressor"
SMALL = 1e-3


def ensemble(seed: int, *, trees: int = 4, modes: list[str] | None = None, scores: int = 1, **options: object) -> bytes:
    rng = np.random.default_rng(seed)
    attributes = forests.attributes(rng, REGRESSOR, scores, trees=trees, modes=modes)
    return forests.model(REGRESSOR, attributes | options, "scores")


def cells() -> np.ndarray:
    """One number in each cell that the thresholds, multiples of 1/8, make of a feature, the thresholds among them."""
    steps = np.arange(-6, 7) / 8
    return np.sort(np.concatenate([steps, steps[:-1] + 1 / 16]))


def greatest_change(data: bytes, moved: tuple[int, ...], sign: int, *, up: bool = False) -> float:
    """The greatest sign · (f(x′) − f(x)) where x′ differs from x (is greater, with ``up``) in some features only."""
    grid = cells()
    points = np.stack(np.meshgrid(grid, grid, grid, indexing="ij"), axis=-1)
    out = sign * models.read(data).evaluate(points.reshape(-1, 3)).reshape(points.shape[:3])
    low = out.copy()
    for axis in moved:
        low = (
            np.minimum.accumulate(low, axis=axis)
            if up
            else np.broadcast_to(low.min(axis=axis, keepdims=True), out.shape)
        )
    return float((out - low).max())


def asked(checker: Checker, claim: Relates, data: bytes) -> str:
    files = {a.file: a.data for a in claim.artefacts} | {"certificate.bin": data}
    return checker.check_files(claim.family, files).word


@pytest.mark.parametrize("modes", [None, ["BRANCH_LEQ"], ["BRANCH_LT"]])
@pytest.mark.parametrize("seed", range(2))
def test_tight_tolerances(seed: int, modes: list[str] | None, native_checker: Checker) -> None:
    data = ensemble(seed, modes=modes)
    most = greatest_change(data, (1,), 1)
    falls = greatest_change(data, (0, 2), -1, up=True)
    for statement, limit in (
        (lambda t: Fair("b", DOMAIN, t), most),
        (lambda t: Monotone(["a", "c"], "increasing", DOMAIN, t), falls),
    ):
        good, bad = statement(limit + SMALL).claim(data), statement(limit - SMALL).claim(data)
        proof, witness = prove_claim(good, timeout=60), prove_claim(bad, timeout=60)
        assert (proof.line, witness.line) == ("PROVED", "REFUTED")
        assert proof.certificate is not None and proof.certificate[:6] == b"WRNT\x01T"
        assert asked(native_checker, bad, proof.certificate) == "UNKNOWN"
        assert asked(native_checker, good, witness.certificate or b"") == "UNKNOWN"
        rng = random.Random(seed)
        for _ in range(12):
            assert asked(native_checker, bad, changed(proof.certificate, rng)) != "PROVED"


Row = tuple[int, int, float, str, int, int]


def grown(*trees: tuple[list[Row], dict[int, float]]) -> bytes:
    """Trees of rows (node, feature, threshold, mode, yes, no), with the weights of their leaves."""
    lists: dict[str, list[object]] = {}
    for t, (rows, weights) in enumerate(trees):
        names = ("nodeids", "featureids", "values", "modes", "truenodeids", "falsenodeids")
        for row in rows:
            lists.setdefault("nodes_treeids", []).append(t)
            for name, value in zip(names, row, strict=True):
                lists.setdefault(f"nodes_{name}", []).append(value)
        for node, weight in weights.items():
            for name, number in (("treeids", t), ("nodeids", node), ("ids", 0), ("weights", weight)):
                lists.setdefault(f"target_{name}", []).append(number)
    return forests.model(REGRESSOR, {**lists, "n_targets": 1}, "scores")


def leaf(node: int) -> Row:
    return (node, 0, 0.0, "LEAF", 0, 0)


def test_trees_that_only_rise_are_monotone_with_no_tolerance(native_checker: Checker) -> None:
    """Each tree is monotone by itself: one region is enough.  One weight that is a little smaller refutes it."""

    def steps(last: float) -> bytes:
        def rows(feature: int) -> list[Row]:
            first, second = (0, feature, 0.25, "BRANCH_LEQ", 1, 2), (2, 0, 0.5, "BRANCH_LEQ", 3, 4)
            return [first, leaf(1), second, leaf(3), leaf(4)]

        return grown((rows(0), {1: 0.1, 3: 0.1, 4: 0.1}), (rows(1), {1: -0.3, 3: 0.25, 4: last}))

    rising = Monotone(["a", "b"], "increasing", DOMAIN, tolerance=0)
    proof = warrant.prove(steps(0.25), rising, timeout=30)
    assert proof.line == "PROVED" and len(proof.certificate or b"") == 7
    falling = rising.claim(steps(0.2421875))
    assert asked(native_checker, falling, proof.certificate or b"") == "UNKNOWN"
    assert prove_claim(falling, timeout=30).line == "REFUTED"


def test_groups_of_pairs(native_checker: Checker) -> None:
    """Two trees that cannot rise together: each alone rises by 1, and so do both, in one group of two pairs."""
    data = grown(
        ([(0, 0, 0.0, "BRANCH_LEQ", 1, 2), leaf(1), leaf(2)], {1: 0.0, 2: 1.0}),
        ([(0, 0, 0.5, "BRANCH_LEQ", 1, 2), leaf(1), leaf(2)], {1: 0.0, 2: -1.0}),
    )
    pairs, group = b"WRNT\x01T\0", b"WRNT\x01T\3\2"
    for tolerance, found in ((2.5, ("PROVED", "PROVED")), (1.5, ("UNKNOWN", "PROVED")), (0.5, ("UNKNOWN", "UNKNOWN"))):
        claim = Fair("a", DOMAIN, tolerance).claim(data)
        assert (asked(native_checker, claim, pairs), asked(native_checker, claim, group)) == found


def test_near_inputs(native_checker: Checker) -> None:
    """The greatest jump within a distance; no two thresholds are nearer to each other than 1/8."""
    data = ensemble(5)
    grid = cells()
    points = np.stack(np.meshgrid(grid, grid, grid, indexing="ij"), axis=-1)
    out = models.read(data).evaluate(points.reshape(-1, 3)).reshape(points.shape[:3])
    padded = np.pad(out, 1, mode="edge")
    around = [
        padded[1 + i : 26 + i, 1 + j : 26 + j, 1 + k : 26 + k] for i, j, k in itertools.product((-1, 0, 1), repeat=3)
    ]
    most = max(float(abs(part - out).max()) for part in around)
    good, bad = Stable(0.01, DOMAIN, most + SMALL), Stable(0.01, DOMAIN, most - SMALL)
    proof = warrant.prove(data, good, timeout=60)
    assert proof.line == "PROVED"
    assert warrant.prove(data, bad, timeout=60).line == "REFUTED"
    assert asked(native_checker, bad.claim(data), proof.certificate or b"") == "UNKNOWN"


def test_two_ensembles(native_checker: Checker) -> None:
    """Of a shorter ensemble, only the trees that are left out count."""
    whole, short = (ensemble(7, trees=n) for n in (4, 3))
    grid = np.stack(np.meshgrid(*[cells()] * 3), axis=-1).reshape(-1, 3)
    most = float(abs(models.read(whole).evaluate(grid) - models.read(short).evaluate(grid)).max())
    for tolerance, word in ((most + SMALL, "PROVED"), (most - SMALL, "REFUTED")):
        assert warrant.prove(whole, Equivalent(short, DOMAIN, tolerance=tolerance), timeout=60).line == word
    claim = Equivalent(short, DOMAIN, tolerance=most + SMALL).claim(whole)
    proof = prove_claim(claim, timeout=60).certificate or b""
    turned = Compares.between(short, ensemble(8), claim.property_bytes)
    assert asked(native_checker, turned, proof) == "UNKNOWN"


def test_decisions_of_two_ensembles(native_checker: Checker) -> None:
    """Where the first decides by a margin, the second decides alike: the rows of a disjunct are added up."""
    one, other = ensemble(3, scores=2), ensemble(4, scores=2)
    grid = np.stack(np.meshgrid(*[cells()] * 3), axis=-1).reshape(-1, 3)
    first, second = (np.diff(models.read(d).evaluate(grid), axis=1)[:, 0] for d in (one, other))
    margin = float(max(first[second <= 0].max(), (-first)[second >= 0].max()))
    for more, word in ((SMALL, "PROVED"), (-SMALL, "REFUTED")):
        assert warrant.prove(one, Equivalent(other, DOMAIN, margin=margin + more), timeout=60).line == word
    assert warrant.prove(one, Equivalent(one, DOMAIN, margin=SMALL), timeout=60).line == "PROVED"


def test_kernel(tmp_path: Path) -> None:
    data = ensemble(0)
    limit = greatest_change(data, (1,), 1)
    good, bad = (Fair("b", DOMAIN, limit + more).claim(data) for more in (SMALL, -SMALL))
    found = [claim.find(timeout=60, jobs=1, report=None).certificate or b"" for claim in (good, bad)]
    files = [(data, claim.property_bytes, c) for claim, c in itertools.product((good, bad), found)]
    said = verdicts("Relations", files, tmp_path, prove="prove_relation", refute=("refute_relation",))
    assert said == ["PROVED", "UNKNOWN", "UNKNOWN", "REFUTED"]


def test_what_is_refused() -> None:
    scaled = forests.model(
        REGRESSOR,
        forests.attributes(np.random.default_rng(1), REGRESSOR, 1),
        "scores",
        scaler=([0.25, 0.0, 0.0], [2.0, 1.0, -1.0]),
    )
    op = "TreeEnsembleClassifier"
    labels = forests.model(op, forests.attributes(np.random.default_rng(1), op, 3), "label")
    for data, says in ((scaled, "scalers"), (labels, "labels")):
        with pytest.raises(Unsupported, match=says):
            warrant.prove(data, Fair("b", DOMAIN, 1))
    with pytest.raises(Unsupported, match="a network beside"):
        warrant.prove(ensemble(1, scores=2), Equivalent(network("dense", 1), DOMAIN, tolerance=1))

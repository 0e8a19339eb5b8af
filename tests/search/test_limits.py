"""The search keeps within its memory, and gives up on a certificate that no checker would read."""

from __future__ import annotations

import numpy as np
import pytest
from replay import replay_proof

from warrant import certificates, models, properties, search
from warrant.search import branch, goals, net
from warrant.search.options import Options


@pytest.fixture
def task(dense, box):
    """A network and a property whose proof needs some dozens of regions, or hundreds if neurons are split."""
    lowered = models.load(dense([3, 14, 14, 2], 2))
    y = lowered.evaluate(np.random.default_rng(0).uniform(-1, 1, (100_000, 3)))[:, 0]
    claim = f"(assert (>= Y_0 {1.02 * y.max() - 0.02 * y.min()}))"
    return lowered, properties.load(box(3, 2, -1, 1, claim), lowered)


@pytest.mark.parametrize("axes", [16, 0], ids=["inputs", "neurons"])
def test_open_regions_are_bounded(task, monkeypatch, axes):
    lowered, queries = task
    seen = []
    step = branch.Branch.step

    def watched(self, regions):
        more, found = step(self, regions)
        seen.append((len(regions), self.stats.open - len(regions) + len(more)))
        return more, found

    monkeypatch.setattr(branch.Branch, "step", watched)
    options = Options(axes=axes)
    assert isinstance(search.find(lowered, queries, timeout=60, options=options), search.Proof)
    freely = max(n for _, n in seen)
    assert max(n for n, _ in seen) > 1
    seen.clear()
    monkeypatch.setattr(branch, "KEPT", 0)
    result = search.find(lowered, queries, timeout=60, options=options)
    replay_proof(lowered, queries, result.certificate)
    assert {n for n, _ in seen} == {1}
    assert max(n for _, n in seen) <= result.stats.depth + 1 < freely


def test_too_large_a_certificate_is_given_up(task, monkeypatch):
    lowered, queries = task
    proof = search.find(lowered, queries, timeout=60)
    for module in (branch, certificates):
        monkeypatch.setattr(module, "LARGEST", len(proof.certificate))
    assert isinstance(search.find(lowered, queries, timeout=60), search.Proof)
    for module in (branch, certificates):
        monkeypatch.setattr(module, "LARGEST", len(proof.certificate) - 1)
    result = search.find(lowered, queries, timeout=60)
    assert isinstance(result, search.Unknown)
    assert result.reason == branch.TOO_LARGE


def test_a_hopeless_search_ends_early(task, monkeypatch):
    lowered, queries = task
    whole = search.find(lowered, queries, timeout=60, options=Options(batch=1))
    monkeypatch.setattr(branch, "LARGEST", whole.stats.size // 2)
    result = search.find(lowered, queries, timeout=60, options=Options(batch=1))
    assert isinstance(result, search.Unknown)
    assert 0 < result.stats.regions < whole.stats.regions
    assert result.stats.open > 0


@pytest.mark.parametrize("last", [3, 10, 30, 60, 100])
@pytest.mark.parametrize("axes", [16, 0], ids=["inputs", "neurons"])
def test_long_loops_end_at_the_deadline(task, monkeypatch, axes, last):
    """From any moment on at which the time is up, little more is computed: no batch is finished first."""
    lowered, queries = task
    bound = goals.Relaxed.bound
    passes, looks, then = [0], [0], []

    def counted(self):
        passes[0] += 1
        return bound(self)

    def late(self):
        looks[0] += 1
        if looks[0] == last:
            then.append(passes[0])
        return looks[0] >= last

    monkeypatch.setattr(goals.Relaxed, "bound", counted)
    monkeypatch.setattr(net.Net, "late", property(late))
    result = search.find(lowered, queries, timeout=60, options=Options(axes=axes))
    assert isinstance(result, search.Unknown)
    assert "the time is up" in result.reason
    assert passes[0] - then[0] <= 6

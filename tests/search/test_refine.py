"""Refined rows are bounded by what the network does, and cuts are chosen among what can be cut."""

from __future__ import annotations

import numpy as np
import pytest

from warrant import models, properties
from warrant.certificates import Improve, op_bytes
from warrant.search.attack import forward
from warrant.search.bounds import Bounds
from warrant.search.net import build
from warrant.search.refine import refine
from warrant.search.root import root


def rows_at(net, x):
    """The rows of all neurons before the rectifier, at inputs x (points, free)."""
    values = {-1: x}
    z = []
    for k, layer in enumerate(net.layers):
        z.append(layer.value(net.arrays, values))
        values[k] = np.maximum(z[-1], 0.0)
    assert np.allclose(forward(net, x)[1], net.goals.value(net.arrays, values))
    return np.concatenate(z, axis=1)


@pytest.mark.parametrize("seed", range(3))
def test_refined_bounds_hold_and_are_tighter(dense, box, seed):
    lowered = models.load(dense([4, 14, 14, 14, 1], seed))
    query = properties.load(box(4, 1, -1, 1, "(assert (>= Y_0 1000))"), lowered).queries[0]
    net = build(lowered, query)
    b = root(net, pull=False).bounds
    z = rows_at(net, np.random.default_rng(seed).uniform(-1, 1, (20000, 4)))
    # two regions: one whole, one where a neuron of the first layer is active
    split = int(np.argmax((b.l[0, :14] < 0) & (b.u[0, :14] > 0)))
    l, u = np.repeat(b.l, 2, 0), np.repeat(b.u, 2, 0)
    l[1, split] = 0.0
    signs = np.zeros((2, net.neurons), np.int8)
    signs[1, split] = 1
    low, high = np.repeat(net.low[None], 2, 0), np.repeat(net.high[None], 2, 0)
    bounds = Bounds(l.copy(), u.copy())
    ops = []
    for k in (1, 2):
        layer = net.layers[k]
        rows = np.flatnonzero((b.l[0, layer.span] < 0) & (b.u[0, layer.span] > 0))
        region, row = np.repeat([0, 1], len(rows)), np.tile(rows, 2)
        ops += refine(net, k, bounds, low, high, region, row, steps=5, gain=0.0, signs=signs)
    inside = [np.ones(len(z), bool), z[:, split] >= 0]
    for region in (0, 1):
        assert (bounds.l[region] <= z[inside[region]].min(0) + 1e-9).all()
        assert (bounds.u[region] >= z[inside[region]].max(0) - 1e-9).all()
    assert (bounds.u - bounds.l).sum() < 0.999 * (u - l).sum()
    assert {region for region, _ in ops} == {0, 1}
    assert all(op[:1] == op_bytes(Improve(1))[:1] for _, op in ops)

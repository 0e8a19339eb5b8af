"""What an ascent finds is what it says, in binary32 too; default slopes are relied on only where they are certain."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from warrant import models, properties
from warrant.search import goals
from warrant.search.bounds import Bounds
from warrant.search.goals import ascend, ascend_quickly, goal_mask, simplify, tries
from warrant.search.net import build
from warrant.search.root import root


@pytest.mark.parametrize(("u", "plain"), [(1.0, False), (1.0 + 1e-12, False), (1.1, True), (0.9, True)])
def test_default_slopes_that_hang_by_a_hair_are_not_relied_on(dense, box, u, plain):
    lowered = models.load(dense([2, 4, 1], 0))
    query = properties.load(box(2, 1, -1, 1, "(assert (>= Y_0 1000))"), lowered).queries[0]
    net = build(lowered, query)
    start = np.zeros(1, np.int64)
    t = tries(net, start, start, np.zeros((1, net.neurons)), None, np.ones((1, 1)))
    t.closed[:] = True
    b = Bounds(np.full((1, net.neurons), -1.0), np.full((1, net.neurons), u))
    simplify(net, t, b, net.low[None], net.high[None], goal_mask(net))
    assert bool(t.plain[0]) is plain


@pytest.mark.parametrize("credulous", [False, True])
def test_what_an_ascent_in_binary32_finds_is_computed_in_binary64(dense, box, monkeypatch, credulous):
    if credulous:  # binary32 takes everything for refuted
        monkeypatch.setattr(goals, "COARSE", -1e9)
    lowered = models.load(dense([3, 12, 12, 1], 3))
    query = properties.load(box(3, 1, -1, 1, "(assert (>= Y_0 0))"), lowered).queries[0]
    net = build(lowered, query)
    b = root(net, pull=False).bounds
    where = b, net.low[None], net.high[None], goal_mask(net)
    start, signs = np.zeros(1, np.int64), np.zeros((1, net.neurons), np.int8)

    def tried(slope):
        return tries(net, start, start, slope, np.zeros((1, net.neurons)), np.ones((1, 1)))

    half = np.full((1, net.neurons), 0.5)
    found = ascend_quickly(net, tried(half), *where, steps=10, signs=signs)
    plain, again = tried(half), tried(found.slope)
    for t in (plain, again):
        ascend(net, t, *where, steps=0, signs=signs)
    assert found.bound.dtype == np.float64
    assert np.array_equal(found.bound, again.bound)
    assert credulous or found.bound[0] > plain.bound[0]
    # the goal is moved to just above what this bound refutes, and to just below
    for shift, closed in ((1e-3, True), (-1e-3, False), (-1e-12, False)):
        moved = replace(net, goals=replace(net.goals, bias=net.goals.bias - again.bound[0] + shift))
        result = ascend_quickly(moved, tried(found.slope), *where, steps=0, signs=signs)
        assert bool(result.closed[0]) is closed

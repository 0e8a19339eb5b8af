"""Refuted disjuncts go without a table of slopes only where the checker surely takes the same default slopes."""

from __future__ import annotations

import numpy as np
import pytest

from warrant import models, properties
from warrant.search.bounds import Bounds
from warrant.search.goals import goal_mask, simplify, tries
from warrant.search.net import build


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

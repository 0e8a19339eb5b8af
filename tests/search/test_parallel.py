"""A search in several processes leaves nothing running behind it."""

from __future__ import annotations

import multiprocessing
import threading

import numpy as np
import pytest

from warrant import models, properties, search
from warrant.search import parallel


@pytest.mark.parametrize(
    ("sizes", "factor", "timeout", "kind"),
    [([4, 30, 30, 1], 0.1, 60.0, search.Proof), ([14, 60, 60, 60, 1], 0.7, 1.0, search.Unknown)],
    ids=["proof", "time is up"],
)
def test_nothing_is_left_running(dense, box, monkeypatch, sizes, factor, timeout, kind):
    monkeypatch.setattr(parallel, "PATIENCE", 0.0)
    started = []
    pool = parallel.ProcessPoolExecutor
    monkeypatch.setattr(parallel, "ProcessPoolExecutor", lambda *a: started.append(a) or pool(*a))
    lowered = models.load(dense(sizes, 3))
    y = lowered.evaluate(np.random.default_rng(0).uniform(-1, 1, (20000, sizes[0])))
    claim = f"(assert (>= Y_0 {y.max() + factor * np.ptp(y)}))"
    queries = properties.load(box(sizes[0], 1, -1, 1, claim), lowered)
    before = set(threading.enumerate())
    result = search.find(lowered, queries, timeout=timeout, jobs=2)
    left = set(threading.enumerate()) - before
    assert not left
    assert not multiprocessing.active_children()
    assert isinstance(result, kind)
    assert started, "the claim was too easy: no process was started"

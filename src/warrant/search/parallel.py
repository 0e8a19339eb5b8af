"""Shares a query's open regions out among processes."""

from __future__ import annotations

import multiprocessing
import random
import time
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from threadpoolctl import threadpool_limits

from warrant.certificates import tree_bytes
from warrant.search.arrays import choose
from warrant.search.attack import Evaluate, confirmed
from warrant.search.branch import Branch, Spread
from warrant.search.net import Net, build
from warrant.search.options import Options, Stats
from warrant.search.regions import Region

if TYPE_CHECKING:
    from collections.abc import Callable

    from warrant.models.network import Lowered
    from warrant.properties import Query

PATIENCE = 3.0
"""Seconds that one process works alone: starting others costs about a second."""
GRACE = 2.0
"""Seconds after the deadline in which processes may end by themselves."""
SHARES = 6
"""Shares of regions for each process, so that none is idle for long."""


@dataclass(frozen=True)
class Share:
    """Regions for another process, and what it needs to know."""

    lowered: Lowered
    query: Query
    options: Options
    seconds: float
    regions: list[Region]


def solve(share: Share) -> tuple[list[bytes] | list[str] | str, Stats]:
    """Decides the regions of a share: their encoded trees, a witness's literals, or a reason."""
    stats = Stats()
    net = build(share.lowered, share.query, choose(share.options.arrays, 0), time.monotonic() + share.seconds)
    branch = Branch(net, share.options, stats, [], lambda: None)
    branch.turn = 2
    with threadpool_limits(limits=1):
        answer = branch.explore(list(share.regions))
    return [tree_bytes(r.tree) for r in share.regions] if answer is None else answer, stats


def spreader(
    net: Net,
    options: Options,
    stats: Stats,
    checks: list[Evaluate],
    report: Callable[[], None],
    jobs: int,
) -> Spread:
    """What takes over a query's regions once the search has gone on for a while."""
    begin = time.monotonic()

    def spread(stack: list[Region]) -> bool | list[str] | str:
        if time.monotonic() - begin < PATIENCE or len(stack) < 4 * jobs:
            return False
        regions = list(stack)
        random.Random(options.seed).shuffle(regions)
        parts = [regions[k :: jobs * SHARES] for k in range(jobs * SHARES)]
        pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"))
        try:
            waiting = {
                pool.submit(solve, Share(net.lowered, net.query, options, net.deadline - time.monotonic(), part)): part
                for part in parts
                if part
            }
            return _collect(net, stats, checks, report, waiting)
        finally:
            for process in list((pool._processes or {}).values()):
                process.terminate()
            # Waiting for the pool's own threads is short, and without it they may be at work when Python ends.
            pool.shutdown(wait=True, cancel_futures=True)

    return spread


Answers = dict["Future[tuple[list[bytes] | list[str] | str, Stats]]", list[Region]]


def _collect(
    net: Net, stats: Stats, checks: list[Evaluate], report: Callable[[], None], waiting: Answers
) -> bool | list[str] | str:
    stats.open = sum(map(len, waiting.values()))
    while waiting:
        done, _ = wait(waiting, timeout=0.2, return_when=FIRST_COMPLETED)
        report()
        for future in done:
            part = waiting.pop(future)
            answer, more = future.result()
            stats.closed += more.closed
            stats.regions += more.regions
            stats.proved += more.proved
            stats.work += more.work
            stats.size += more.size
            stats.depth = max(stats.depth, more.depth)
            if isinstance(answer, str):
                return answer
            trees = [a for a in answer if isinstance(a, bytes)]
            if len(trees) == len(part):
                stats.open -= len(part)
                for region, tree in zip(part, trees, strict=True):
                    region.tree.encoded = tree
                continue
            literals = [a for a in answer if isinstance(a, str)]
            found = _confirmed(net, literals, checks)
            return found if found is not None else "a counterexample failed a further check"
        if time.monotonic() > net.deadline + GRACE:
            return "the time is up"
    return True


def _confirmed(net: Net, literals: list[str], checks: list[Evaluate]) -> list[str] | None:
    if not checks:
        return literals
    x = np.array([float(t) for t in literals])[net.free]
    for disjunct in range(len(net.query.disjuncts)):
        found = confirmed(net, disjunct, x, checks)
        if found is not None:
            return found
    return None

"""Branch and bound for one query.

Source: Bunel et al., "Branch and bound for piecewise linear neural network verification" (2020); Wang et al.,
"Beta-CROWN" (2021).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from warrant.certificates import LARGEST, Empty, Tree
from warrant.search.attack import Evaluate, confirmed, descend, forward, hits, random_points
from warrant.search.bounds import CHUNK, Index, improve, relaxation, work_to
from warrant.search.goals import UNITS, Tries, ascend, ascend_quickly, goal_mask, simplify, tries
from warrant.search.regions import SPLIT_SIZE, Batch, Region, Start, close_op, compact, halves, region_size
from warrant.search.root import improve_op, root
from warrant.search.splits import best_cuts

if TYPE_CHECKING:
    from warrant.models.network import Floats
    from warrant.search.net import Net
    from warrant.search.options import Options, Stats

Spread = Callable[[list[Region]], "bool | list[str] | str"]
"""Decides open regions in some other way: True when all are proved, False when it does not want to (yet)."""
KEPT = 1 << 30
"""About the most bytes of open regions: when they have so many, one region is looked at at a time, depth first."""
TOO_LARGE = f"the certificate would have more than {LARGEST} bytes, which no checker reads"


@dataclass
class Branch:
    """The search on one query: ``run`` gives the tree of a proof, the literals of a witness, or a reason."""

    net: Net
    options: Options
    stats: Stats
    checks: list[Evaluate]
    report: Callable[[], None]
    spread: Spread | None = None
    worth: float = 1.0

    def __post_init__(self) -> None:
        self.rng = np.random.default_rng(self.options.seed)
        self.by_input = len(self.net.free) <= self.options.axes or not self.net.neurons
        widest = max([x.rows for x in self.net.layers] + [1])
        disjuncts = max(1, len(self.net.query.disjuncts))
        self.most = max(1, min(self.options.batch, CHUNK // ((self.net.neurons + widest) * disjuncts)))
        self.room = max(1, KEPT // region_size(self.net, self.by_input))
        self.direct = self.net.direct
        self.turn = 0

    def run(self) -> Tree | list[str] | str:
        """Decides the query."""
        nothing = np.flatnonzero(self.net.query.low > self.net.query.high)
        if len(nothing):
            self.stats.closed += 1
            self.stats.proved += self.worth
            return Tree([], Empty(0, int(nothing[0])))
        found = self.first_attack(8, 15)
        if found is not None:
            return found
        steps = 0 if self.by_input else self.options.row_steps
        start = root(self.net, pull=self.by_input, steps=steps)
        first = Region(
            self.net.low,
            self.net.high,
            start.bounds.l[0],
            start.bounds.u[0],
            None if start.bounds.pull is None else start.bounds.pull[0],
            None if self.by_input else np.zeros(self.net.neurons, np.int8),
            {k: Start(None, None, self._even(k)) for k in range(len(self.net.query.disjuncts))},
            0,
            self.worth,
        )
        self.write(first, start.ops)
        self.stats.work += start.work
        reason = self.explore([first], self.spread)
        return first.tree if reason is None else reason

    def explore(self, stack: list[Region], spread: Spread | None = None) -> list[str] | str | None:
        """Decides regions: None when all are proved; once there are enough, ``spread`` may take them over."""
        while stack:
            if spread is not None:
                answer = spread(stack)
                if not isinstance(answer, bool):
                    return answer
                if answer:
                    return None
            if self.turn == 1:
                found = self.first_attack(self.options.starts, 25 if self.by_input else 40)
                if found is not None:
                    return found
            late = self.net.late
            if late or self.stats.size > LARGEST:
                self.stats.open = len(stack)
                return "the time is up" if late else TOO_LARGE
            # small batches follow the worst regions down to a counterexample, large ones are quick
            most = self.most if self.turn % 8 == 0 or len(stack) < self.most else self.most // 16 + 1
            count = min(most, len(stack), max(1, self.room - len(stack)))
            if self.by_input and self.turn % 32 == 31 and len(stack) < self.room:
                self.rng.shuffle(stack)
            batch, stack = stack[len(stack) - count :], stack[: len(stack) - count]
            try:
                more, found = self.step(batch)
            except KeyboardInterrupt:
                self.stats.open = len(stack) + count
                raise
            if found is not None:
                return found
            if more is None:
                return "a region is too small to split"
            stack += more
            self.turn += 1
            self.stats.open = len(stack)
            self.report()
        return None

    def _even(self, disjunct: int) -> Floats:
        d = self.net.query.disjuncts[disjunct]
        weight = np.zeros(self.net.goals.rows)
        weight[d.start : d.stop] = 1.0
        return weight

    # attacks

    def first_attack(self, starts: int, steps: int) -> list[str] | None:
        """Projected gradient descent from the middle and from random points, for each disjunct."""
        disjuncts = len(self.net.query.disjuncts)
        n = max(2, starts // max(1, disjuncts))
        x = random_points(
            self.rng,
            np.repeat(self.net.low[None], n * disjuncts, 0),
            np.repeat(self.net.high[None], n * disjuncts, 0),
        )
        if disjuncts:
            x[::n] = (self.net.low + self.net.high) / 2
        goal = np.repeat(np.arange(disjuncts), n)
        low, high = np.repeat(self.net.low[None], len(x), 0), np.repeat(self.net.high[None], len(x), 0)
        return self.attack(x, goal, low, high, steps)

    def attack(self, x: Floats, goal: Index, low: Floats, high: Floats, steps: int) -> list[str] | None:
        """Descends from x (points, free) within low and high towards the disjuncts ``goal``; a confirmed witness."""
        if not len(x):
            return None
        if self.net.goals.rows == 0:
            return confirmed(self.net, int(goal[0]), x[0], self.checks)
        rate, decay = (0.25, 0.85) if self.by_input else (0.5, 0.9)
        mask = goal_mask(self.net)[goal]
        best, value = descend(self.net, x, low, high, mask, steps=steps, rate=rate, decay=decay)
        for k in hits(value)[:8]:
            found = confirmed(self.net, int(goal[k]), best[k], self.checks)
            if found is not None:
                return found
        return None

    # one step

    def step(self, regions: list[Region]) -> tuple[list[Region] | None, list[str] | None]:
        """Bounds and refutes some regions; their parts that are left, and a witness."""
        self.stats.regions += len(regions)
        regions = [r for r in regions if not self.outside(r)]
        if not regions:
            return [], None
        b = Batch.of(regions)
        self.derive(b, [k for k, r in enumerate(regions) if r.moved], self.direct)
        t = self.refute(b)
        found = self.attack_regions(b, t)
        if found is not None:
            return [], found
        left = self.settle(b, t)
        again = [k for k in left if regions[k].moved and regions[k].depth % self.options.levels == 0]
        if again:
            self.derive(b, again, [k for k in range(len(self.net.layers)) if k not in self.direct])
            t = self.refute(b)
            left = self.settle(b, t)
            for k in again:
                regions[k].moved = False
        b.store(left)
        for k, r in enumerate(regions):
            self.stats.depth = max(self.stats.depth, r.depth)
            if k not in left:
                self.stats.closed += 1
                self.stats.proved += r.worth
        return self.split(b, t, left), None

    def outside(self, r: Region) -> bool:
        """Whether a region has no point of the ball; then it is done with."""
        ball = self.net.ball
        if ball is None or not r.moved or not ball.misses(r.low, r.high):
            return False
        r.tree.end = Empty(0, self.net.lowered.inputs)
        self.stats.closed += 1
        self.stats.proved += r.worth
        return True

    def settle(self, b: Batch, t: Tries) -> dict[int, list[int]]:
        """Writes the CLOSEs of what was refuted; the other pairs, by region."""
        left: dict[int, list[int]] = {}
        cost = work_to(self.net, b.bounds.u, len(self.net.layers))
        for pair in range(len(t.region)):
            r = b.regions[int(t.region[pair])]
            d = int(t.disjunct[pair])
            if t.closed[pair]:
                self.stats.work += float(cost[t.region[pair]])
                self.write(r, close_op(self.net, t, pair, b))
                del r.goals[d]
            else:
                left.setdefault(int(t.region[pair]), []).append(pair)
                r.goals[d] = Start(
                    np.rint(t.slope[pair] * UNITS).astype(np.uint8),
                    None if t.beta is None else t.beta[pair].astype(np.float32),
                    t.weight[pair].copy(),
                )
        return left

    def write(self, r: Region, op: bytes) -> None:
        """Adds an op to a region's place in the certificate."""
        r.tree.ops.append(op)
        self.stats.size += len(op)

    def derive(self, b: Batch, regions: list[int], layers: Sequence[int]) -> None:
        """New bounds of hidden layers in some regions."""
        if not regions:
            return
        which = np.array(regions, int)
        for k in layers:
            rows = improve(self.net, k, b.bounds, b.low, b.high, which)
            self.stats.work += float(work_to(self.net, b.bounds.u, k)[which] @ (2 * rows))
            op = improve_op(self.net.layers[k])
            for region in which[rows > 0]:
                self.write(b.regions[region], op)

    def refute(self, b: Batch) -> Tries:
        """Tries to close all open disjuncts of the regions."""
        region = np.array([k for k, r in enumerate(b.regions) for _ in r.goals], int)
        disjunct = np.array([d for r in b.regions for d in r.goals], int)
        starts = [s for r in b.regions for s in r.goals.values()]
        slope = self.net.arrays.get(relaxation(self.net, b.bounds.l, b.bounds.u).slope)[region]
        for k, s in enumerate(starts):
            if s.slope is not None:
                slope[k] = s.slope / UNITS
        beta = None
        if not self.by_input:
            beta = np.stack([np.zeros(self.net.neurons) if s.beta is None else s.beta.astype(float) for s in starts])
        weight = np.stack([s.weight for s in starts])
        t = tries(self.net, region, disjunct, slope, beta, weight)
        if len(region):
            where = b.bounds, b.low, b.high, goal_mask(self.net)
            if self.by_input:
                ascend(self.net, t, *where, steps=self.options.steps)
            else:
                t = ascend_quickly(self.net, t, *where, steps=self.options.neuron_steps, decay=0.93, signs=b.signs)
            simplify(self.net, t, *where)
        return t

    def attack_regions(self, b: Batch, t: Tries) -> list[str] | None:
        """Tests the minimisers, and now and then descends from them."""
        open_ = np.flatnonzero(~t.closed)
        if not len(open_):
            return None
        x, goal = t.corner[open_], t.disjunct[open_]
        rows = self.net.arrays.get(forward(self.net, self.net.arrays.put(x))[1])
        value = np.where(goal_mask(self.net)[goal], rows, -np.inf).max(1)
        low, high = b.low[t.region[open_]], b.high[t.region[open_]]
        for k in hits(value)[:4]:
            found = confirmed(self.net, int(goal[k]), x[k], self.checks)
            if found is not None:
                return found
        if not self.by_input and self.turn % 4:  # all regions have the same box
            return None
        some = np.argsort(value)[: 256 if self.by_input else 16]
        if self.turn % 2 == 0:
            some = np.repeat(some[:64], 8)
        start = x[some] if self.turn % 2 else random_points(self.rng, low[some], high[some])
        return self.attack(start, goal[some], low[some], high[some], 10 if self.by_input else 40)

    # splits

    def split(self, b: Batch, t: Tries, left: dict[int, list[int]]) -> list[Region] | None:
        """The parts of the regions with open disjuncts, most promising last; None if a region cannot be split."""
        out: list[Region] = []
        most = 1 if self.by_input else self.options.candidates
        for k, cut in best_cuts(self.net, b, t, left, self.by_input, most).items():
            if cut is None:
                return None
            r = b.regions[k]
            r.bound = float(t.bound[left[k]].min())
            places = None if self.by_input or r.depth else compact(r, self.net)
            if places is not None:
                self.write(r, places)
            out += halves(r, self.net, cut)
            self.stats.size += SPLIT_SIZE
        return sorted(out, key=lambda r: (r.depth, -r.bound))

"""The search of claims about two runs of ensembles of decision trees: joint bounds of pairs of trees.

A row of a disjunct is a sum of trees of both runs.  Trees are taken in pairs, one of each run, and a pair is at least
the least sum of two leaves that can be reached together (theories/Checker/Ensembles/Joint.v).  The region is cut at
thresholds where the least pairs of leaves of different trees contradict each other.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from warrant import certificates
from warrant.models.ensembles import last_below, leaves
from warrant.search.attack import holds, literals
from warrant.search.branch import TOO_LARGE
from warrant.search.options import Progress, Result, Stats
from warrant.search.queries import each_query

if TYPE_CHECKING:
    from warrant.models import Forest
    from warrant.models.ensembles import Ensembles
    from warrant.models.network import Floats
    from warrant.properties import Disjunct, Queries, Query
    from warrant.search.attack import Evaluate

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

CANDIDATES = 6
POINTS = 4096
_SEED = 0
_SLACK = 1e-11
UNKNOWN_ROWS = "nothing is known of the outputs in one of the property's alternatives"
UNDECIDED = "where no test is open, the outputs are too close to the property's border"


@dataclass
class Region:
    """Closed intervals, low and high (3, features): of the first run's features, the second's, and their changes."""

    low: Floats
    high: Floats

    def tightened(self) -> Region:
        """The same points, in narrower intervals."""
        (x, y, d), (p, q, e) = self.low, self.high
        y, q = np.maximum(y, x + d), np.minimum(q, p + e)
        x, p = np.maximum(x, y - e), np.minimum(p, q - d)
        d, e = np.maximum(d, y - p), np.minimum(e, q - x)
        return Region(np.array([x, y, d]), np.array([p, q, e]))

    def cut(self, which: int, feature: int, end: float) -> tuple[Region, Region]:
        """Where a variable is at most the end, and where it is more."""
        below, above = Region(self.low.copy(), self.high.copy()), Region(self.low.copy(), self.high.copy())
        below.high[which, feature] = min(end, self.high[which, feature])
        above.low[which, feature] = max(np.nextafter(end, np.inf), self.low[which, feature])
        return below.tightened(), above.tightened()

    @property
    def empty(self) -> bool:
        """Whether there is no point."""
        return bool((self.low > self.high).any())


@dataclass(frozen=True)
class Side:
    """The leaves of a run, by tree: low, high (leaves, features); weight (leaves, scores); starts (trees + 1,)."""

    low: Floats
    high: Floats
    weight: Floats
    starts: Ints

    @staticmethod
    def of(forest: Forest) -> Side:
        """The leaves of an ensemble; its scores' weights are divided by the divisor."""
        parts = [leaves(forest, int(root)) for root in forest.roots]
        weight = np.vstack([p.weight for p in parts]) / forest.divisor
        starts = np.concatenate([[0], np.cumsum([len(p.weight) for p in parts])])
        return Side(np.vstack([p.low for p in parts]), np.vstack([p.high for p in parts]), weight, starts)


@dataclass(frozen=True)
class Row:
    """What must be above 0 (at least 0 where strict): a constant and a sum of pairs of trees.

    first, second: (candidates,) leaves that are perhaps reached together, or -1 where a tree has no partner; value:
    (candidates,) their sum; pair: (candidates,) which pair they are of, in order; pairs: how many there are.
    """

    constant: float
    strict: bool
    first: Ints
    second: Ints
    value: Floats
    pair: Ints
    pairs: int

    def kept(self, keep: Bools) -> Row:
        """The row with some of its candidates."""
        return replace(
            self, first=self.first[keep], second=self.second[keep], value=self.value[keep], pair=self.pair[keep]
        )

    def least(self) -> tuple[Floats, Ints]:
        """(pairs,) the least values, and the candidates that have them; infinity where none is left."""
        order = np.lexsort((self.value, self.pair))
        pair = self.pair[order]
        heads = order[np.flatnonzero(np.diff(pair, prepend=-1))]
        least, which = np.full(self.pairs, np.inf), np.full(self.pairs, -1)
        least[self.pair[heads]], which[self.pair[heads]] = self.value[heads], heads
        return least, which

    def bound(self) -> float:
        """A lower bound, less what rounding may cost; exactly 0 where nothing is rounded."""
        least = np.full(self.pairs, np.inf)
        np.minimum.at(least, self.pair, self.value)
        total = self.constant + float(least.sum())
        exact = total if self.constant == 0 and (least >= 0).all() else -1.0
        size = abs(self.constant) + float(np.abs(least[np.isfinite(least)]).sum())
        return max(total - _SLACK * size, exact if np.isfinite(total) else total)

    def closed(self) -> bool:
        """Whether the row cannot hold."""
        bound = self.bound()
        return bound > 0 or (self.strict and bound >= 0)


@dataclass
class Node:
    """A region with what is left of the rows of the disjuncts that are still open there."""

    region: Region
    open: list[list[Row]]
    depth: int = 0
    cut: certificates.Cut = field(default_factory=certificates.Cut)

    def worst(self) -> float:
        """The bound of the disjunct that is furthest from being closed."""
        return min((max((row.bound() for row in rows), default=-np.inf) for rows in self.open), default=np.inf)


class Search:
    """One query, depth first."""

    def __init__(self, model: Ensembles, query: Query, checks: Sequence[Evaluate], stats: Stats, share: float) -> None:
        self.model, self.query, self.checks, self.stats, self.share = model, query, list(checks), stats, share
        self.rng = np.random.default_rng(_SEED)
        self.sides = tuple(Side.of(f) for f in model.forests)
        self.ends = _ends(model)
        self.weights = (
            np.asarray(query.block.weights.todense()) if len(query.block.bias) else np.zeros((0, model.values))
        )

    # Rows

    def start(self) -> Node:
        """The whole region, with all candidates that are reached together there."""
        n = self.model.features
        low, high = self.query.low, self.query.high
        x, d, p, e = low[:n], low[n:], high[:n], high[n:]
        node = Node(Region(np.array([x, x + d, d]), np.array([p, p + e, e])).tightened(), [])
        for disjunct in self.query.disjuncts:
            region = Region(node.region.low.copy(), node.region.high.copy())
            goals = []
            for k, strict in zip(range(disjunct.start, disjunct.stop), disjunct.strict, strict=True):
                w, b = self.weights[k], float(self.query.block.bias[k])
                if not w[: 2 * n].any():
                    goals.append((w[2 * n :], b, strict))
                else:
                    _clip(region, w, b, n)
            if len(goals) > 1:
                goals.append((sum(w for w, _, _ in goals), sum(b for _, b, _ in goals), any(s for _, _, s in goals)))
            rows = [self._row(*goal, region.tightened()) for goal in goals]
            if not any(row.closed() for row in rows):
                node.open.append(rows)
        return node

    def _row(self, w: Floats, constant: float, strict: bool, region: Region) -> Row:
        first, second = self.model.forests
        parts: list[tuple[list[tuple[Ints, Floats]], Forest]] = []
        at = 0
        for side, forest in zip(self.sides, (first, second), strict=True):
            trees: list[tuple[Ints, Floats]] = []
            for k in range(forest.outputs):
                c = float(w[at + k])
                if c:
                    sign, score = _output(forest, k)
                    constant += c * _constant(forest, k)
                    for root, a, b in zip(forest.roots, side.starts, side.starts[1:], strict=False):
                        if forest.feature[root] < 0:
                            constant += c * sign * float(side.weight[a, score])
                        else:
                            trees.append((np.arange(a, b), c * sign * side.weight[a:b, score]))
            at += forest.outputs
            parts.append((trees, forest))
        (ones, _), (others, _) = parts
        found: list[tuple[Ints, Ints, Floats]] = []
        for p in range(max(len(ones), len(others))):
            nothing = (np.array([-1]), np.zeros(1))
            (i, a), (j, b) = (ones[p] if p < len(ones) else nothing), (others[p] if p < len(others) else nothing)
            i, j = np.repeat(i, len(j)), np.tile(j, len(i))
            value = np.repeat(a, len(b)) + np.tile(b, len(a))
            for f in range(self.model.features):
                keep = self._together(i, j, region, f)
                i, j, value = i[keep], j[keep], value[keep]
            found.append((i, j, value))
        pair = np.repeat(np.arange(len(found)), [len(i) for i, _, _ in found])
        if not found:
            return Row(constant, strict, pair, pair, np.zeros(0), pair, 0)
        i, j, value = (np.concatenate(part) for part in zip(*found, strict=True))
        return Row(constant, strict, i, j, value, pair, len(found))

    def _ends_of(self, run: int, which: Ints, f: int, region: Region) -> tuple[Floats, Floats]:
        side, known = self.sides[run], which >= 0
        low = np.where(known, side.low[which, f], -np.inf)
        high = np.where(known, side.high[which, f], np.inf)
        return np.maximum(low, region.low[run, f]), np.minimum(high, region.high[run, f])

    def _together(self, i: Ints, j: Ints, region: Region, f: int) -> Bools:
        """Whether pairs of leaves can be reached together, as far as one feature says."""
        a, b = self._ends_of(0, i, f, region)
        c, d = self._ends_of(1, j, f, region)
        ok: Bools = (a <= b) & (c <= d) & (c - b <= region.high[2, f]) & (d - a >= region.low[2, f])
        return ok

    def part(self, node: Node, region: Region, f: int) -> Node:
        """What is open in a part of a node that differs from it in one feature."""
        child = Node(region, [], node.depth + 1)
        if region.empty:
            return child
        for rows in node.open:
            left = [row.kept(self._together(row.first, row.second, region, f)) for row in rows]
            if not any(row.closed() for row in left):
                child.open.append(left)
        return child

    # Cuts

    def cuts(self, node: Node) -> list[tuple[int, int, float]]:
        """Variables and ends, the most promising first: where least pairs of leaves contradict each other."""
        rows = min(node.open, key=lambda rows: max(row.bound() for row in rows))
        row = max(rows, key=Row.bound)
        least, which = row.least()
        known = which >= 0
        weight = np.maximum(row_top(row, known) - least[known], 0.0)
        i, j = row.first[which[known]], row.second[which[known]]
        scored: list[tuple[float, int, int, float]] = []
        for f in range(self.model.features):
            same = node.region.low[2, f] == node.region.high[2, f] == 0
            a, b = self._ends_of(0, i, f, node.region)
            c, d = self._ends_of(1, j, f, node.region)
            sides = [(0, np.maximum(a, c), np.minimum(b, d))] if same else [(0, a, b), (1, c, d)]
            for run, low, high in sides:
                ends = self.ends[f]
                ends = ends[(ends >= node.region.low[run, f]) & (ends < node.region.high[run, f])]
                if not len(ends):
                    continue
                lost_below = _sum_above(low, weight, ends)  # pairs that need more than the end
                lost_above = _sum_at_most(high, weight, ends)
                score = np.minimum(lost_below, lost_above) + 1e-3 * (lost_below + lost_above)
                best = int(score.argmax())
                scored.append((float(score[best]), run, f, float(ends[best])))
        scored.sort(reverse=True)
        return [(run, f, end) for _, run, f, end in scored[:CANDIDATES]]

    # Counterexamples

    def point(self, node: Node) -> Floats | None:
        """Inputs at which as many least pairs of leaves as possible are reached: (inputs,)."""
        row = max(node.open[0], key=Row.bound)
        least, which = row.least()
        region = node.region
        for p in np.argsort(least):
            if which[p] < 0:
                continue
            i, j = int(row.first[which[p]]), int(row.second[which[p]])
            low, high = region.low.copy(), region.high.copy()
            for run, leaf in enumerate((i, j)):
                if leaf >= 0:
                    low[run] = np.maximum(low[run], self.sides[run].low[leaf])
                    high[run] = np.minimum(high[run], self.sides[run].high[leaf])
            smaller = Region(low, high).tightened()
            if not smaller.empty:
                region = smaller
        return self._inside(region)

    def _inside(self, region: Region) -> Floats | None:
        x = _short(region.low[0], region.high[0], 0.5 * (region.low[0] + region.high[0]))
        low = np.maximum(region.low[1], x + region.low[2])
        high = np.minimum(region.high[1], x + region.high[2])
        same = (region.low[2] == 0) & (region.high[2] == 0)
        if (low > high).any():
            return None
        y = np.where(same, x, _short(low, high, 0.5 * (low + high)))
        return np.concatenate([x, y - x])

    def witness(self, z: Floats) -> list[str] | None:
        """The literals of inputs, if these are a counterexample."""
        text = literals(self.query, z)
        exact = [Fraction(t) for t in text]
        point = np.array([[float(v) for v in exact]])
        outputs = self.model.evaluate(point)[0]
        for disjunct in self.query.disjuncts:
            if holds(disjunct, exact, outputs) and all(holds(disjunct, exact, c(point)[0], 0.0) for c in self.checks):
                return text
        return None

    def attack(self, node: Node) -> list[str] | None:
        """A counterexample by climbing: one feature after the other of the best random inputs takes a better value."""
        n, region = self.model.features, node.region
        if region.empty:
            return None

        def made(x: Floats, y: Floats) -> Floats:
            x = _short(region.low[0], region.high[0], x)
            low = np.maximum(region.low[1], x + region.low[2])
            high = np.minimum(region.high[1], x + region.high[2])
            same = (region.low[2] == 0) & (region.high[2] == 0)
            return np.hstack([x, np.where(same, x, _short(low, np.maximum(low, high), y)) - x])

        def random(count: int, run: int) -> Floats:
            found: Floats = region.low[run] + self.rng.random((count, n)) * (region.high[run] - region.low[run])
            return found

        for disjunct in self.query.disjuncts:
            z = made(random(POINTS, 0), random(POINTS, 1))
            worth = self._violation(disjunct, z)
            best = np.argsort(worth)[:64]
            z, worth = z[best], worth[best]
            for _ in range(20 * n):
                f = int(self.rng.integers(n))
                x, y = z[:, :n].copy(), z[:, :n] + z[:, n:]
                x[:, f], y[:, f] = random(len(z), 0)[:, f], random(len(z), 1)[:, f]
                tried = made(x, y)
                found = self._violation(disjunct, tried)
                better = found <= worth
                z[better], worth[better] = tried[better], found[better]
            for k in np.argsort(worth)[:4]:
                if worth[k] <= 0 and (text := self.witness(z[k])) is not None:
                    return text
        return None

    def _violation(self, disjunct: Disjunct, z: Floats) -> Floats:
        """(batch,) the greatest of a disjunct's rows."""
        part = slice(disjunct.start, disjunct.stop)
        values = np.hstack([z, self.model.evaluate(z)])
        rows: Floats = values @ self.weights[part].T + self.query.block.bias[part]
        worst: Floats = rows.max(axis=1) if rows.shape[1] else np.full(len(z), -np.inf)
        return worst

    # The search itself

    def run(self, deadline: float, report: Callable[[], None]) -> certificates.Cut | list[str] | str:
        """The tree of cuts, a counterexample's literals, or why there is neither (a text)."""
        root = self.start()
        if root.open and (text := self.attack(root)) is not None:
            return text
        if not all(root.open):
            return UNKNOWN_ROWS
        stack = [root]
        while stack:
            node = stack.pop()
            self.stats.regions += 1
            if not node.open:
                self.stats.closed += 1
                self.stats.proved += self.share * 0.5**node.depth
                continue
            cuts = self.cuts(node)
            if (self.stats.regions % 8 == 1 or not cuts) and (z := self.point(node)) is not None:
                text = self.witness(z)
                if text is not None:
                    return text
            options = []
            for which, f, end in cuts:
                below, above = (self.part(node, region, f) for region in node.region.cut(which, f, end))
                a, b = min(below.worst(), 0.0), min(above.worst(), 0.0)
                options.append((min(a, b) + 0.3 * max(a, b), which, f, end, below, above))
            if not options:
                return UNDECIDED
            _, which, f, end, below, above = max(options, key=lambda option: option[0])
            threshold, strict = self.model_end(f, end)
            node.cut.become(certificates.Cut(3 * f + which, threshold, strict, below.cut, above.cut))
            self.stats.depth = max(self.stats.depth, below.depth)
            stack += [above, below]
            self.stats.open = len(stack)
            report()
            if time.monotonic() > deadline:
                return "the time is up"
            if self.stats.closed * 10 > certificates.LARGEST:
                return TOO_LARGE
        return root.cut

    def model_end(self, f: int, end: float) -> tuple[float, bool]:
        """The threshold that ends there, and whether its test is strict."""
        for forest in self.model.forests:
            at = np.flatnonzero(forest.feature == f)
            for t, strict in zip(forest.threshold[at], forest.strict[at], strict=True):
                if last_below(float(t), bool(strict)) == end:
                    return float(t), bool(strict)
        raise AssertionError("ends are those of thresholds")


def row_top(row: Row, known: Bools) -> Floats:
    """(pairs with a candidate,) the greatest values."""
    top = np.full(row.pairs, -np.inf)
    np.maximum.at(top, row.pair, row.value)
    return top[known]


def _ends(model: Ensembles) -> list[Floats]:
    """For each feature, the ends of the first branches, in order."""
    found: list[set[float]] = [set() for _ in range(model.features)]
    for forest in model.forests:
        for f, t, strict in zip(forest.feature, forest.threshold, forest.strict, strict=True):
            if f >= 0:
                found[int(f)].add(last_below(float(t), bool(strict)))
    return [np.array(sorted(part)) for part in found]


def _output(forest: Forest, k: int) -> tuple[float, int]:
    """The sign of the score that an output is made of, and its number."""
    return (1.0, k) if not forest.other else ((-1.0 if k == 0 else 1.0), 0)


def _constant(forest: Forest, k: int) -> float:
    """What an output is where all weights are 0."""
    if not forest.other:
        return float(forest.base[k])
    one = 1.0 if forest.other == "one minus" else 0.0
    return one - float(forest.base[0]) if k == 0 else float(forest.base[0])


def _clip(region: Region, w: Floats, b: float, n: int) -> None:
    """The region where c·(x + d) + b ≤ 0 for one feature."""
    at = np.flatnonzero(w[:n])
    if len(at) != 1 or w[at[0]] != w[n + at[0]] or np.count_nonzero(w) != 2:
        return
    f, c = int(at[0]), float(w[at[0]])
    end = -b / c
    if c > 0:
        region.high[1, f] = min(region.high[1, f], end)
    else:
        region.low[1, f] = max(region.low[1, f], end)


def _short(low: Floats, high: Floats, x: Floats) -> Floats:
    """The numbers within their ends, as binary32 where such a number is."""
    x = np.clip(x, low, high)
    near = x.astype(np.float32)
    for other in (near, np.nextafter(near, np.float32(np.inf)), np.nextafter(near, np.float32(-np.inf))):
        short = other.astype(np.float64)
        x = np.where((short >= low) & (short <= high) & (x != x.astype(np.float32)), short, x)
    return x


def _sum_above(places: Floats, weight: Floats, ends: Floats) -> Floats:
    """For each end, the weight of what is above it."""
    order = np.argsort(places)
    sums = np.concatenate([[0.0], np.cumsum(weight[order])])
    found: Floats = sums[-1] - sums[np.searchsorted(places[order], ends, side="right")]
    return found


def _sum_at_most(places: Floats, weight: Floats, ends: Floats) -> Floats:
    """For each end, the weight of what is at most there."""
    order = np.argsort(places)
    sums = np.concatenate([[0.0], np.cumsum(weight[order])])
    found: Floats = sums[np.searchsorted(places[order], ends, side="right")]
    return found


def find_joint(
    model: Ensembles,
    property: Queries,
    *,
    timeout: float,
    progress: Progress | None = None,
    checks: Sequence[Evaluate] = (),
) -> Result:
    """Searches for a proof by joint bounds, or a counterexample.  Arguments as in :func:`warrant.search.find`."""

    def search(
        query: Query, stats: Stats, deadline: float, report: Callable[[], None]
    ) -> certificates.Cut | list[str] | str:
        return Search(model, query, checks, stats, 1 / stats.queries).run(deadline, report)

    return each_query(property, search, certificates.joint_bytes, timeout=timeout, progress=progress)

"""The search where the network is an ensemble of decision trees: boxes, cut at the trees' thresholds."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from warrant import certificates
from warrant.search.attack import holds, literals
from warrant.search.bounds import Bools
from warrant.search.branch import TOO_LARGE
from warrant.search.options import Progress, Result, Stats
from warrant.search.queries import each_query

if TYPE_CHECKING:
    from warrant.models import Forest
    from warrant.models.network import Floats
    from warrant.properties import Queries, Query
    from warrant.search.attack import Evaluate

BATCH = 64
CANDIDATES = 6
POINTS = 3
UNDECIDED = "where no branch is open, the outputs are too close to the property's border (equal scores, perhaps)"
_SEED = 0


@dataclass
class Region:
    """A box: low (inputs,) to high (inputs,), without the ends that are open (inputs,); how it was cut."""

    low: Floats
    high: Floats
    open_low: Bools
    open_high: Bools
    depth: int = 0
    cut: certificates.Cut = field(default_factory=certificates.Cut)


@dataclass(frozen=True)
class Enclosed:
    """What a batch of regions leaves of the forest.

    undecided: (batch, nodes) branches that are reached and may go both ways; spread: (batch, nodes) how far apart
    the two sides of such a branch are; low, high: (batch, outputs).
    """

    undecided: Bools
    spread: Floats
    low: Floats
    high: Floats


def enclose(forest: Forest, low: Floats, high: Floats, open_low: Bools, open_high: Bools) -> Enclosed:
    """The forest on regions (batch, inputs), as the checker sees it."""
    low, high, open_low, open_high = forest.columns.enclose(low, high, open_low, open_high)
    nodes, scores = forest.weights.shape
    batch = len(low)
    reached = np.zeros((batch, nodes), bool)
    reached[:, forest.roots] = True
    may_yes, may_no = np.zeros((batch, nodes), bool), np.zeros((batch, nodes), bool)
    for level in forest.levels:
        f, t = forest.feature[level], forest.threshold[level]
        l, h, strict = low[:, f], high[:, f], forest.strict[level]
        yes = (l < t) | ((l == t) & ~strict & ~open_low[:, f])
        no = (h > t) | ((h == t) & strict & ~open_high[:, f])
        may_yes[:, level], may_no[:, level] = yes, no
        reached[:, forest.yes[level]] = reached[:, level] & yes
        reached[:, forest.no[level]] = reached[:, level] & no
    least = np.broadcast_to(forest.weights, (batch, nodes, scores)).copy()
    most = least.copy()
    spread = np.zeros((batch, nodes))
    for level in reversed(forest.levels):
        yes, no = may_yes[:, level, None], may_no[:, level, None]
        y, n = forest.yes[level], forest.no[level]
        least[:, level] = np.where(
            yes & no, np.minimum(least[:, y], least[:, n]), np.where(yes, least[:, y], least[:, n])
        )
        most[:, level] = np.where(yes & no, np.maximum(most[:, y], most[:, n]), np.where(yes, most[:, y], most[:, n]))
        width = most[:, level] - least[:, level]
        part = np.minimum(most[:, y] - least[:, y], most[:, n] - least[:, n])
        spread[:, level] = (width - part).sum(axis=2)
    undecided = reached & may_yes & may_no
    low_, high_ = least[:, forest.roots].sum(axis=1), most[:, forest.roots].sum(axis=1)
    a, b = forest.scores(low_), forest.scores(high_)
    low_, high_ = np.minimum(a, b), np.maximum(a, b)
    size = 1e-13 * (1.0 + np.abs(low_) + np.abs(high_)) * len(forest.roots)
    low_, high_ = low_ - size, high_ + size
    if forest.labels is not None:
        low_, high_ = _labels(forest.labels, low_, high_)
    return Enclosed(undecided, np.where(undecided, spread, 0.0), low_, high_)


def _labels(labels: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """The least and the largest label of the first largest score, (batch, 1) each."""
    best_low, best_high = low[:, 0], high[:, 0]
    label_low = np.full(len(low), labels[0])
    label_high = label_low.copy()
    for k in range(1, low.shape[1]):
        l, h, a = low[:, k], high[:, k], labels[k]
        yes, no = best_high < l, best_low >= h
        label_low = np.where(yes, a, np.where(no, label_low, np.minimum(label_low, a)))
        label_high = np.where(yes, a, np.where(no, label_high, np.maximum(label_high, a)))
        best_low, best_high = (
            np.where(yes, l, np.where(no, best_low, np.minimum(best_low, l))),
            np.where(yes, h, np.where(no, best_high, np.maximum(best_high, h))),
        )
    return label_low[:, None], label_high[:, None]


@dataclass(frozen=True)
class Goals:
    """The rows of a query's disjuncts over inputs and outputs: (rows, values) and (rows,)."""

    weights: Floats
    bias: Floats
    strict: Bools
    parts: tuple[slice, ...]

    @staticmethod
    def of(query: Query) -> Goals:
        """The rows of a query."""
        strict = np.array([s for d in query.disjuncts for s in d.strict], dtype=bool)
        weights = np.asarray(query.block.weights.todense()) if len(strict) else np.zeros((0, query.block.start))
        return Goals(weights, query.block.bias, strict, tuple(slice(d.start, d.stop) for d in query.disjuncts))

    def margins(self, low: Floats, high: Floats) -> Floats:
        """By how much the disjunct closest to holding fails, for values (batch, values); positive if all fail."""
        up, down = np.maximum(self.weights, 0.0), np.minimum(self.weights, 0.0)
        least = low @ up.T + high @ down.T + self.bias
        size = 1e-13 * (np.abs(low) @ np.abs(self.weights).T + np.abs(high) @ np.abs(self.weights).T)
        exact = np.where(self.strict & (size == 0) & (least == 0), np.finfo(float).tiny, least - size)
        worst = np.full(len(low), np.inf)
        for part in self.parts:
            rows = exact[:, part]
            worst = np.minimum(worst, rows.max(axis=1) if rows.shape[1] else -np.inf)
        return worst


class Search:
    """One query, depth first in batches."""

    def __init__(self, forest: Forest, query: Query, checks: Sequence[Evaluate], stats: Stats, share: float) -> None:
        self.forest, self.query, self.checks, self.stats, self.share = forest, query, list(checks), stats, share
        self.goals = Goals.of(query)
        self.rng = np.random.default_rng(_SEED)

    def margins(self, regions: Sequence[Region]) -> tuple[Enclosed, Floats]:
        """The forest on regions, and by how much the disjuncts fail there."""
        low = np.array([r.low for r in regions])
        high = np.array([r.high for r in regions])
        ends = np.array([r.open_low for r in regions]), np.array([r.open_high for r in regions])
        found = enclose(self.forest, low, high, *ends)
        return found, self.goals.margins(np.hstack([low, found.low]), np.hstack([high, found.high]))

    def counterexample(self, region: Region) -> list[str] | None:
        """The literals of a point of the region that satisfies a disjunct."""
        low = np.where(region.open_low, np.nextafter(region.low, np.inf), region.low)
        high = np.where(region.open_high, np.nextafter(region.high, -np.inf), region.high)
        if (low > high).any():
            return None
        closed = np.zeros((1, len(low)), bool)
        u = np.vstack([np.full((1, len(low)), 0.5), self.rng.random((POINTS - 1, len(low)))])
        points = np.clip(low + u * (high - low), low, high)
        short = points.astype(np.float32).astype(np.float64)
        points = np.where((short >= low) & (short <= high), short, points)
        for x in points:
            text = literals(self.query, x)
            exact = [Fraction(t) for t in text]
            point = np.array([[float(v) for v in exact]])
            seen = enclose(self.forest, point, point, closed, closed)
            for disjunct in self.query.disjuncts:
                if not all(holds(disjunct, exact, y, 0.0) for y in (seen.low[0], seen.high[0])):
                    continue  # where two scores are equal, or a feature is at a threshold, intervals may not decide
                if all(holds(disjunct, exact, check(point)[0], 0.0) for check in self.checks):
                    return text
        return None

    def cuts(self, region: Region, undecided: Bools, spread: Floats) -> list[tuple[certificates.Cut, Region, Region]]:
        """The most promising ways to cut a region at a threshold; none where no branch is open."""
        gains: dict[tuple[int, float, bool], float] = {}
        for n in np.flatnonzero(undecided):
            key = (int(self.forest.feature[n]), float(self.forest.threshold[n]), bool(self.forest.strict[n]))
            gains[key] = gains.get(key, 0.0) + float(spread[n])
        made: list[tuple[certificates.Cut, Region, Region]] = []
        for key in sorted(gains, key=lambda key: -gains[key]):
            made += self._cut(region, *key)
            if len(made) >= CANDIDATES:
                break
        return made

    def _cut(
        self, region: Region, feature: int, threshold: float, strict: bool
    ) -> list[tuple[certificates.Cut, Region, Region]]:
        """The region cut where a feature passes a threshold; behind a scaler, a little before or a little after it."""
        source = int(self.forest.columns.source[feature])
        low, high = region.low[source], region.high[source]
        for place in self.forest.columns.before(feature, threshold):
            at_high = place == high > low and strict and not region.open_high[source]
            at_low = place == low < high and not strict and not region.open_low[source]
            if not (low < place < high or at_high or at_low):
                continue
            below, above = region.high.copy(), region.low.copy()
            below[source] = above[source] = place
            end, start = region.open_high.copy(), region.open_low.copy()
            end[source], start[source] = strict, not strict
            first = Region(region.low, below, region.open_low, end, region.depth + 1)
            second = Region(above, region.high, start, region.open_high, region.depth + 1)
            return [(certificates.Cut(source, place, strict, first.cut, second.cut), first, second)]
        return []

    def run(self, deadline: float, report: Callable[[], None]) -> certificates.Cut | list[str] | str:
        """The tree of cuts, a counterexample's literals, or why there is neither (a text)."""
        closed = np.zeros(len(self.query.low), bool)
        root = Region(self.query.low, self.query.high, closed, closed)
        stack, stuck = [root], False
        while stack:
            batch = [stack.pop() for _ in range(min(BATCH, len(stack)))]
            found, margins = self.margins(batch)
            self.stats.regions += len(batch)
            for k, region in enumerate(batch):
                if margins[k] > 0 or not self.query.disjuncts:
                    self.stats.closed += 1
                    self.stats.proved += self.share * 0.5**region.depth
                    continue
                if self.query.disjuncts and (text := self.counterexample(region)) is not None:
                    return text
                options = self.cuts(region, found.undecided[k], found.spread[k])
                if not options:
                    stuck = True  # a counterexample may be elsewhere
                    continue
                _, ahead = self.margins([part for _, *parts in options for part in parts])
                pairs = ahead.reshape(-1, 2)
                best = int(np.argmax(np.minimum(pairs.min(axis=1), 0.0) + 1e-3 * np.minimum(pairs, 0.0).sum(axis=1)))
                cut, below, above = options[best]
                region.cut.become(cut)
                self.stats.depth = max(self.stats.depth, below.depth)
                stack += [above, below]
            self.stats.open = len(stack)
            report()
            if time.monotonic() > deadline:
                return "the time is up"
            if self.stats.closed * 10 > certificates.LARGEST:
                return TOO_LARGE
        return UNDECIDED if stuck else root.cut


def find_boxes(
    forest: Forest,
    property: Queries,
    *,
    timeout: float,
    progress: Progress | None = None,
    checks: Sequence[Evaluate] = (),
) -> Result:
    """Searches for a proof by boxes, or a counterexample.  Arguments as in :func:`warrant.search.find`."""

    def search(
        query: Query, stats: Stats, deadline: float, report: Callable[[], None]
    ) -> certificates.Cut | list[str] | str:
        return Search(forest, query, checks, stats, 1 / stats.queries).run(deadline, report)

    return each_query(property, search, certificates.boxes_bytes, timeout=timeout, progress=progress)

"""Where to split a region: a score ranks the cuts, and the halves of the best few are tried.

Source: Henriksen and Lomuscio, "DEEPSPLIT" (2021), and De Palma et al., "Improved branch and bound for neural network
verification via Lagrangian decomposition" (2021), for scores and for trying the best few.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from warrant.search.bounds import CHUNK, Bounds
from warrant.search.goals import ascend, goal_mask, tries
from warrant.search.regions import Cut

if TYPE_CHECKING:
    from warrant.models.network import Floats
    from warrant.search.bounds import Index
    from warrant.search.goals import Tries
    from warrant.search.net import Net
    from warrant.search.regions import Batch, Region

LEAST = 0.05
"""A half counts as if it gained at least this share of what is missing: one that closes is worth much by itself."""


def best_cuts(
    net: Net, b: Batch, t: Tries, left: dict[int, list[int]], by_input: bool, most: int
) -> dict[int, Cut | None]:
    """The cut that promises most, for each region with open disjuncts; None where a region is too small to be cut.

    left: the open pairs of each region; most: how many cuts of a region are tried.  A cut's value is the product of
    what its two halves gain for the disjunct with the worst bound: cuts that help several a little close none.
    Trying input cuts this way does not pay, as hidden bounds are not derived for the trial.
    """
    worst = {k: min(pairs, key=lambda p: float(t.bound[p])) for k, pairs in left.items()}
    cuts = {
        k: candidates(net, b.regions[k], t, pairs if by_input else [worst[k]], by_input, most)
        for k, pairs in left.items()
    }
    best = {k: cut[0] if cut else None for k, cut in cuts.items()}
    trials = [
        (k, worst[k], number, side)
        for k, some in cuts.items()
        if len(some) > 1
        for number in range(len(some))
        for side in (0, 1)
    ]
    if not trials:
        return best
    region, pair, _, side = np.array(trials).T
    tried = [cuts[k][n] for k, _, n, _ in trials]
    step = max(1, CHUNK // max(1, net.neurons))
    parts = [slice(i, i + step) for i in range(0, len(trials), step)]
    found = np.full(len(trials), -np.inf)
    for p in parts:
        if net.late:
            return best
        found[p] = _try(net, b, t, region[p], pair[p], tried[p], side[p])
    gained = np.clip((found - t.bound[pair]) / (1e-9 - t.bound[pair]), 0.0, 1.0)
    score: dict[tuple[int, int], Floats] = {}
    for (k, _, n, s), gain in zip(trials, gained, strict=True):
        score.setdefault((k, n), np.zeros(2))[s] = gain + LEAST
    highest: dict[int, float] = {}
    for (k, n), halves in score.items():
        value = float(halves[0] * halves[1])
        if value > highest.get(k, 0.0):
            highest[k], best[k] = value, cuts[k][n]
    return best


def _try(net: Net, b: Batch, t: Tries, region: Index, pair: Index, cuts: list[Cut], side: Index) -> Floats:
    """The bounds of pairs in halves of their regions, with their slopes; in binary32, gains would drown."""
    l, u, low, high = b.bounds.l[region], b.bounds.u[region], b.low[region], b.high[region]
    signs = None if b.signs is None else b.signs[region]
    for i, (cut, s) in enumerate(zip(cuts, side, strict=True)):
        ends = (high, low) if cut.layer is None else (u, l)
        ends[s][i, cut.at] = cut.value
        if signs is not None and cut.layer is not None:
            signs[i, cut.at] = 2 * s - 1
    each = np.arange(len(cuts))
    beta = None if t.beta is None else t.beta[pair]
    tried = tries(net, each, t.disjunct[pair], t.slope[pair], beta, t.weight[pair])
    ascend(net, tried, Bounds(l, u), low, high, goal_mask(net), steps=0, signs=signs, gaps=False)
    return tried.bound


def candidates(net: Net, r: Region, t: Tries, pairs: list[int], by_input: bool, most: int) -> list[Cut]:
    """The best cuts of a region, at most so many, by what they promise, best first.

    Neurons by their share in the open disjuncts' losses; inputs by Σ loss_i · |pull_id| · width_d / (u_i − l_i).
    """
    share = 1.0 / (np.abs(t.bound[pairs]) + 1e-9)
    loss = share @ t.gap[pairs]
    if not by_input:
        order = np.argsort(-loss)
        neurons = [int(n) for n in order[: min(most, np.count_nonzero(loss))]]
        if neurons:
            return [Cut(net.layer_of(n), n, 0.0) for n in neurons]
    width = r.high - r.low
    score = 1e-9 * (share @ t.pull[pairs]) * width
    if r.pull is not None:
        unstable = np.flatnonzero(loss)
        score += (loss[unstable] / (r.u[unstable] - r.l[unstable])) @ r.pull[unstable] * width
    wide = width > 1e-9 * np.maximum(1.0, np.abs(r.low) + np.abs(r.high))
    order = np.argsort(-np.where(wide, score, -1.0))[: min(most, np.count_nonzero(wide))]
    return [Cut(None, int(d), float((r.low[d] + r.high[d]) / 2)) for d in order]

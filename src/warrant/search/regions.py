"""Regions of a query: what is known of them, and what the certificate says on the way to them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from warrant.certificates import DEFAULT, NOWHERE, Close, Places, Split, Tree, op_bytes
from warrant.search.bounds import Bounds
from warrant.search.goals import WHOLE, Tries, slope_table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from warrant.models.network import Floats
    from warrant.search.net import Layer, Net

Signs = NDArray[np.int8]
SPLIT_SIZE = 12
"""About how many bytes a SPLIT has in the certificate, with an end of one of its parts."""


@dataclass
class Region:
    """A part of a query's box.

    low, high: (free,); l, u: (neurons,); pull: (neurons, free) or None; signs: (neurons,) 1 or −1 where a split fixed
    the neuron's phase; goals: the open disjuncts, each with its last slopes (neurons,) uint8, weights (goal rows,) and
    multipliers; depth: splits above; worth: the share of the box; tree: its place in the certificate; moved: whether
    the box shrank since hidden bounds were derived; places: of the tables of slopes here.
    """

    low: Floats
    high: Floats
    l: Floats
    u: Floats
    pull: NDArray[np.float32] | None
    signs: Signs | None
    goals: dict[int, Start]
    depth: int
    worth: float
    tree: Tree = field(default_factory=Tree)
    bound: float = -np.inf
    moved: bool = False
    places: Places | None = None


@dataclass(frozen=True)
class Start:
    """Where an ascent starts: slope (neurons,) as 15ths, beta (neurons,) or None, weight (goal rows,)."""

    slope: NDArray[np.uint8] | None
    beta: NDArray[np.float32] | None
    weight: Floats


@dataclass
class Batch:
    """Regions side by side: low, high (regions, free), bounds (regions, neurons)."""

    regions: list[Region]
    low: Floats
    high: Floats
    bounds: Bounds
    signs: Signs | None

    @staticmethod
    def of(regions: list[Region]) -> Batch:
        """Copies of what the regions know, stacked."""
        pulls = [r.pull for r in regions if r.pull is not None]
        signs = [r.signs for r in regions if r.signs is not None]
        return Batch(
            regions,
            np.stack([r.low for r in regions]),
            np.stack([r.high for r in regions]),
            Bounds(
                np.stack([r.l for r in regions]),
                np.stack([r.u for r in regions]),
                np.stack(pulls) if pulls else None,
            ),
            np.stack(signs) if signs else None,
        )

    def store(self, which: Iterable[int]) -> None:
        """Gives some regions their bounds back, as copies: a view would keep the whole batch in memory."""
        for k in which:
            r = self.regions[k]
            r.l, r.u = self.bounds.l[k].copy(), self.bounds.u[k].copy()
            if self.bounds.pull is not None:
                r.pull = self.bounds.pull[k].copy()


def region_size(net: Net, by_input: bool) -> int:
    """At most so many bytes are kept for an open region, about."""
    disjuncts, free = len(net.query.disjuncts), len(net.free)
    neuron = 16 + (4 * free + disjuncts if by_input else 1 + 5 * disjuncts)
    return 2048 + net.neurons * neuron + 8 * disjuncts * net.goals.rows + 16 * free


def compact(r: Region, net: Net) -> bytes | None:
    """Has tables of slopes, from here on, cover only the neurons that are unstable here; the op that says so.

    Intervals only shrink, so no other neuron is unstable or split further down.  None where that would not pay.
    """
    unstable = (r.l < 0) & (r.u > 0) & net.rectifiers
    if 2 * np.count_nonzero(unstable) > len(unstable) or np.count_nonzero(unstable) >= NOWHERE:
        return None
    r.places = Places.only(unstable)
    return op_bytes(r.places)


def close_op(net: Net, t: Tries, pair: int, b: Batch) -> bytes:
    """The CLOSE of a refuted pair."""
    region, disjunct = int(t.region[pair]), int(t.disjunct[pair])
    places = b.regions[region].places
    d = net.query.disjuncts[disjunct]
    several = d.stop - d.start > 1
    weights = np.rint(t.weight[pair, d.start : d.stop] * WHOLE) if several else np.ones(d.stop - d.start)
    unstable = (b.bounds.l[region] < 0) & (b.bounds.u[region] > 0) & net.rectifiers
    table = DEFAULT if t.plain[pair] else slope_table(t, pair, unstable, WHOLE if several else 1.0, places)
    return op_bytes(Close(disjunct, tuple(int(w) for w in weights), table))


@dataclass(frozen=True)
class Cut:
    """A way to split a region: at a value of a free input (layer None), or of a neuron of a layer."""

    layer: Layer | None
    at: int
    value: float


def halves(r: Region, net: Net, cut: Cut) -> tuple[Region, Region]:
    """The two parts of a region; writes the SPLIT."""
    below, above = (
        replace(
            r,
            low=r.low.copy(),
            high=r.high.copy(),
            goals=dict(r.goals),
            depth=r.depth + 1,
            worth=r.worth / 2,
            tree=Tree(),
        )
        for _ in range(2)
    )
    if cut.layer is None:
        below.high[cut.at] = above.low[cut.at] = cut.value
        below.moved = above.moved = True
        r.tree.end = Split(0, int(net.free[cut.at]), cut.value, below.tree, above.tree)
        return below, above
    for child, sign in ((below, -1), (above, 1)):
        child.l, child.u = r.l.copy(), r.u.copy()
        (child.u if sign < 0 else child.l)[cut.at] = cut.value
        child.signs = np.zeros(net.neurons, np.int8) if r.signs is None else r.signs.copy()
        child.signs[cut.at] = sign
    r.tree.end = Split(cut.layer.block, cut.at - cut.layer.first, cut.value, below.tree, above.tree)
    return below, above

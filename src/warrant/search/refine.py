"""Bounds of single rows, by passes with slopes and multipliers of their own.

Source: Xu et al., "Fast and complete" (2021), and Wang et al., "Beta-CROWN" (2021), for intermediate bounds.  A row is
improved as a goal is refuted, on the network that ends with it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from warrant.certificates import Improve, Rows, op_bytes
from warrant.search.arrays import Dense
from warrant.search.bounds import Bounds, Index, relaxation, row_coefficients
from warrant.search.goals import ascend, slope_table, tries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from warrant.models.network import Floats
    from warrant.search.net import Net

AT_ONCE = 256
"""The most rows in one ascent."""


def refine(
    net: Net,
    k: int,
    b: Bounds,
    low: Floats,
    high: Floats,
    region: Index,
    row: Index,
    *,
    steps: int,
    gain: float,
    signs: NDArray[np.int8] | None = None,
) -> Iterator[tuple[int, bytes]]:
    """Improves both sides of unstable rows of layer k, each in a region; changes ``b``, gives regions and their ops.

    low, high: (all regions, free); region, row: (rows,); gain: the least worthwhile share of a row's interval; signs:
    as in ``ascend``.
    """
    first = net.layers[k].first
    below = Bounds(b.l[:, :first], b.u[:, :first])
    slack = (below.l < 0) & (below.u > 0) & net.rectifiers[:first]
    default = net.arrays.get(relaxation(net, below.l, below.u).slope)
    below_signs = None if signs is None else signs[:, :first]
    for i in range(0, len(row), AT_ONCE // 2):
        places = np.tile(region[i : i + AT_ONCE // 2], 2)
        rows = np.tile(row[i : i + AT_ONCE // 2], 2)
        sign = np.repeat([1.0, -1.0], len(rows) // 2)
        part = _ending(net, k, rows, sign)
        each = np.eye(len(rows), dtype=bool)
        beta = None if signs is None else np.zeros((len(rows), first))
        t = tries(part, places, np.arange(len(rows)), default[places], beta, each.astype(float))
        ascend(part, t, below, low, high, each, steps=steps, signs=below_signs, gaps=False)
        for pair in range(len(rows)):
            at, neuron = int(places[pair]), first + int(rows[pair])
            l, u = b.l[at, neuron], b.u[at, neuron]
            better = t.bound[pair] - l if sign[pair] > 0 else t.bound[pair] + u
            if not l < 0 < u or not better > gain * (u - l):
                continue
            (b.l if sign[pair] > 0 else b.u)[at, neuron] = sign[pair] * t.bound[pair]
            sides = np.zeros(net.layers[k].rows, np.uint8)
            sides[rows[pair]] = 1 if sign[pair] > 0 else 2
            table = slope_table(t, pair, slack[at])
            yield at, op_bytes(Improve(net.layers[k].block, Rows("listed", sides), table))


def _ending(net: Net, k: int, rows: Index, sign: Floats) -> Net:
    """The network that ends with some rows of layer k, each with a sign, as its goals."""
    layer = net.layers[k]
    links, bias = row_coefficients(net.arrays, layer, rows, sign)
    goals = replace(layer, rows=len(rows), links={s: Dense(net.arrays, m) for s, m in links.items()}, bias=bias)
    return replace(net, layers=net.layers[:k], neurons=layer.first, goals=goals)

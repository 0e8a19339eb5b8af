"""The first region of a query: ADVANCE and IMPROVE through all blocks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from warrant.certificates import Advance, Improve, Rows, Slopes, op_bytes
from warrant.search.arrays import Dense
from warrant.search.bounds import LOOSE, Bounds, improve, relaxation, row_coefficients, work_to
from warrant.search.goals import UNITS, ascend, tries

if TYPE_CHECKING:
    from warrant.models.network import Floats, Matrix
    from warrant.search.net import Net


@dataclass(frozen=True)
class Root:
    """Bounds of all neurons on the whole box, (1, neurons); the ops that derive them, and about what those cost.

    work: multiply-adds.
    """

    bounds: Bounds
    ops: bytes
    work: float


def root(net: Net, *, pull: bool, steps: int = 0) -> Root:
    """Interval bounds of each block, improved by backward passes where that helps.

    steps: of ascent, for the slopes of each row's own passes.
    """
    b = Bounds(
        np.zeros((1, net.neurons)),
        np.zeros((1, net.neurons)),
        np.zeros((1, net.neurons, len(net.free)), np.float32) if pull else None,
    )
    ops: list[bytes] = []
    work = 0.0
    low, high = [net.query.low], [net.query.high]
    layers = {layer.block: k for k, layer in enumerate(net.layers)}
    for number, block in enumerate((*net.lowered.blocks, net.query.block), 1):
        l, u = _intervals(block.weights, block.bias, np.concatenate(low), np.concatenate(high))
        ops.append(op_bytes(Advance()))
        if number in layers:
            layer = net.layers[layers[number]]
            at = layer.span
            b.l[0, at], b.u[0, at] = l, u
            old_l, old_u = l.copy(), u.copy()
            sides = improve(net, layers[number], b, net.low[None], net.high[None], np.zeros(1, np.int64))
            l, u = b.l[0, at].copy(), b.u[0, at].copy()
            gain = ((l - old_l) + (old_u - u)) / np.maximum(old_u - old_l, 1e-300)
            if sides.any() and gain.max(initial=0.0) > 1e-6:
                ops.append(op_bytes(Improve(number)))
                work += float(work_to(net, b.u, layers[number])[0] * ((sides & 1) + (sides >> 1)).sum())
            else:
                b.l[0, at], b.u[0, at], l, u = old_l, old_u, old_l, old_u
            if steps and set(layer.links) != {-1}:
                more = optimise(net, layers[number], b, steps=steps)
                ops += more
                work += float(work_to(net, b.u, layers[number])[0]) * len(more)
                l, u = b.l[0, at].copy(), b.u[0, at].copy()
            l, u = np.maximum(l, 0.0), np.maximum(u, 0.0)
        low.append(l)
        high.append(u)
    return Root(b, b"".join(ops), work)


def optimise(net: Net, k: int, b: Bounds, *, steps: int) -> list[bytes]:
    """Improves the unstable rows of a layer by passes with slopes of their own; changes ``b``, gives the ops.

    Source: Xu et al., "Fast and complete" (2021), for intermediate bounds.
    """
    layer = net.layers[k]
    ops: list[bytes] = []
    unstable = np.flatnonzero((b.l[0, layer.span] < 0) & (b.u[0, layer.span] > 0))
    below = Bounds(b.l[:, : layer.first], b.u[:, : layer.first])
    slack = (below.l[0] < 0) & (below.u[0] > 0)
    for rows in np.array_split(unstable, -(-len(unstable) // 128)) if len(unstable) else []:
        both = np.concatenate([rows, rows])
        sign = np.repeat([1.0, -1.0], len(rows))
        links, bias = row_coefficients(net.arrays, layer, both, sign)
        goals = replace(layer, rows=len(both), links={s: Dense(net.arrays, m) for s, m in links.items()}, bias=bias)
        part = replace(net, layers=net.layers[:k], neurons=layer.first, goals=goals)
        each = np.eye(len(both), dtype=bool)
        slope = np.repeat(net.arrays.get(relaxation(net.arrays, below.l, below.u).slope), len(both), 0)
        t = tries(part, np.zeros(len(both), int), np.arange(len(both)), slope, None, each.astype(float))
        ascend(part, t, below, net.low[None], net.high[None], each, steps=steps)
        for pair, (row, s) in enumerate(zip(both, sign, strict=True)):
            neuron = layer.first + row
            old_l, old_u = b.l[0, neuron], b.u[0, neuron]
            if old_l >= 0 or old_u <= 0:
                continue
            gain = t.bound[pair] - old_l if s > 0 else old_u + t.bound[pair]
            if gain < 0.01 * (old_u - old_l):
                continue
            (b.l if s > 0 else b.u)[0, neuron] = s * t.bound[pair]
            sides = np.zeros(layer.rows, np.uint8)
            sides[row] = 1 if s > 0 else 2
            table = np.rint(np.where(slack, t.slope[pair], 0.0) * UNITS).astype(np.uint8)
            ops.append(op_bytes(Improve(layer.block, Rows("listed", sides), Slopes(4, table))))
    return ops


def _intervals(w: Matrix, bias: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    centre, radius = (low + high) / 2, (high - low) / 2
    middle, reach = bias + w @ centre, abs(w) @ radius
    slack = LOOSE * (np.abs(bias) + abs(w) @ (np.abs(centre) + radius)) + 1e-300
    return middle - reach - slack, middle + reach + slack

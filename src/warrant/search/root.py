"""The first region of a query: ADVANCE and IMPROVE through all blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from warrant.certificates import Advance, Improve, Rows, op_bytes
from warrant.search.bounds import LOOSE, Bounds, improve, work_to
from warrant.search.refine import refine

if TYPE_CHECKING:
    from warrant.models.network import Floats, Matrix
    from warrant.search.net import Layer, Net


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

    After the deadline, only intervals are derived; steps: of ascent, for the slopes of each row's own passes.
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
            box = net.low[None], net.high[None]
            in_time = not net.late
            here = np.zeros(int(in_time), np.int64)
            passes = improve(net, layers[number], b, *box, here)
            l, u = b.l[0, at].copy(), b.u[0, at].copy()
            gain = ((l - old_l) + (old_u - u)) / np.maximum(old_u - old_l, 1e-300)
            if gain.max(initial=0.0) > 1e-6:
                ops.append(improve_op(layer))
                work += float(work_to(net, b.u, layers[number])[0] * 2 * passes.sum())
            else:
                b.l[0, at], b.u[0, at], l, u = old_l, old_u, old_l, old_u
            if steps and in_time and layers[number] not in net.direct and layer.rectifies:
                rows = np.flatnonzero((l < 0) & (u > 0))
                places = np.zeros(len(rows), np.int64)
                more = [op for _, op in refine(net, layers[number], b, *box, places, rows, steps=steps, gain=0.01)]
                ops += more
                work += float(work_to(net, b.u, layers[number])[0]) * len(more)
                l, u = b.l[0, at].copy(), b.u[0, at].copy()
            l, u = (np.maximum(l, 0.0) if layer.rectifies else np.minimum(l, 0.0)), np.maximum(u, 0.0)
        low.append(l)
        high.append(u)
    return Root(b, b"".join(ops), work)


def improve_op(layer: Layer) -> bytes:
    """The op for what ``improve`` does to a layer."""
    return op_bytes(Improve(layer.block, Rows("unstable" if layer.rectifies else "all")))


def _intervals(w: Matrix, bias: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    centre, radius = (low + high) / 2, (high - low) / 2
    middle, reach = bias + w @ centre, abs(w) @ radius
    slack = LOOSE * (np.abs(bias) + abs(w) @ (np.abs(centre) + radius)) + 1e-300
    return middle - reach - slack, middle + reach + slack

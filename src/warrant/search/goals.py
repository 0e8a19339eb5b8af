"""Refuting disjuncts: lower slopes, multipliers of split neurons and weights of rows, by projected gradient ascent.

Source: Xu et al., "Fast and complete: enabling complete neural network verification with rapid and massively parallel
incomplete verifiers" (2021); Wang et al., "Beta-CROWN" (2021).  Slopes are rounded to what the certificate can say
before each evaluation, so the best bound found is the bound that the checker will find.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from warrant.search.bounds import Bools, Bounds, Index, Linear, Relaxation, backward, relaxation, spread
from warrant.search.net import Net, applied

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from warrant.models.network import Floats

NEAR = 1e-9
"""Neurons with 0 this near to an end of their interval get slope 0, as the checker may find them stable."""
WHOLE = 128.0
"""What the greatest weight of a conjunction is written as (a power of 2, so that multipliers scale exactly)."""
MARGIN = 1e-7
"""A refutation's bound must exceed this times the magnitudes that went into it."""


@dataclass
class Tries:
    """Pairs (region, disjunct) to refute, and the best found for each.

    region, disjunct: (pairs,); slope: (pairs, neurons) in [0, 1]; beta: (pairs, neurons) multipliers of split neurons,
    or None; weight: (pairs, goal rows).
    After ``ascend``: bound (pairs,) of the sum with weights / their maximum; closed: (pairs,); entries, weights: what
    the certificate says; gap: (pairs, neurons) loss at each unstable neuron; corner: (pairs, free) the minimiser.
    """

    region: Index
    disjunct: Index
    slope: Floats
    beta: Floats | None
    weight: Floats

    bound: Floats
    closed: Bools
    gap: Floats
    corner: Floats
    pull: Floats


def tries(net: Net, region: Index, disjunct: Index, slope: Floats, beta: Floats | None, weight: Floats) -> Tries:
    """Pairs that were not tried yet."""
    n = len(region)
    return Tries(
        region,
        disjunct,
        slope,
        beta,
        weight,
        np.full(n, -np.inf),
        np.zeros(n, bool),
        np.zeros((n, net.neurons)),
        np.zeros((n, len(net.free))),
        np.zeros((n, len(net.free))),
    )


def goal_mask(net: Net) -> Bools:
    """(disjuncts, goal rows): which rows belong to which disjunct."""
    mask = np.zeros((len(net.query.disjuncts), net.goals.rows), bool)
    for k, d in enumerate(net.query.disjuncts):
        mask[k, d.start : d.stop] = True
    return mask


def ascend(
    net: Net,
    t: Tries,
    b: Bounds,
    low: Floats,
    high: Floats,
    *,
    steps: int,
    rate: float = 0.6,
    decay: float = 0.85,
    signs: NDArray[np.int8] | None = None,
) -> None:
    """Improves the tries in place; stops for each where it is refuted.

    low, high: (regions, free); signs: (regions, neurons) 1 where a split made the neuron active, −1 inactive, else 0.
    """
    mask = goal_mask(net)[t.disjunct]
    several = mask.sum(1) > 1
    r = relaxation(b.l, b.u)
    near = r.unstable & (np.minimum(-b.l, b.u) < NEAR * np.maximum(1.0, b.u - b.l))
    live = np.arange(len(t.region))
    slope, weight = t.slope.copy(), t.weight.copy()
    beta = None if t.beta is None else t.beta.copy()
    momentum = velocity = np.zeros_like(slope)
    beta_momentum = beta_velocity = None if beta is None else np.zeros_like(slope)
    for step in range(steps + 1):
        region = t.region[live]
        now = Relaxed.at(net, r, near, region, slope, beta, weight, several[live], signs, mask[live])
        form, keep = now.bound()
        centre, radius = (low[region] + high[region]) / 2, (high[region] - low[region]) / 2
        value = form.lowest(centre, radius)
        size = np.abs(form.c)
        scale = np.abs(form.d) + (size * (np.abs(centre) + radius)).sum(1)
        closed = value > MARGIN * scale + 1e-12
        corner = centre - np.sign(form.c) * radius
        better = (value > t.bound[live]) | closed
        won = live[better]
        t.bound[won] = value[better]
        t.slope[won] = now.slope[better]
        t.weight[won] = now.weight[better]
        t.corner[won] = corner[better]
        t.pull[won] = size[better]
        if t.beta is not None and now.beta is not None:
            t.beta[won] = now.beta[better]
        t.gap[won] = now.gaps(keep, b, better)
        t.closed[live[closed]] = True
        if step == steps or closed.all():
            return
        z, goal = now.forward(corner, keep)
        up = np.where(now.unstable, np.maximum(now.flat(keep), 0.0) * z, 0.0)
        momentum = 0.8 * momentum + 0.2 * up
        velocity = 0.9 * velocity + 0.1 * up * up
        slope = np.clip(slope + 0.6 * rate * momentum / (np.sqrt(velocity) + 1e-12), 0.0, 1.0)
        if beta is not None and signs is not None and beta_momentum is not None and beta_velocity is not None:
            up = -signs[region] * z
            beta_momentum = 0.8 * beta_momentum + 0.2 * up
            beta_velocity = 0.9 * beta_velocity + 0.1 * up * up
            unit = np.abs(now.flat(keep)).max(1, keepdims=True) * 0.3
            beta = np.maximum(0.0, beta + rate * unit * beta_momentum / (np.sqrt(beta_velocity) + 1e-12))
        weight = _ascend_weights(weight, goal, mask[live], several[live], rate)
        rate *= decay
        if closed.any():
            rest = ~closed
            live, slope, weight = live[rest], slope[rest], weight[rest]
            momentum, velocity = momentum[rest], velocity[rest]
            if beta is not None and beta_momentum is not None and beta_velocity is not None:
                beta, beta_momentum, beta_velocity = beta[rest], beta_momentum[rest], beta_velocity[rest]


def _ascend_weights(weight: Floats, goal: Floats, mask: Bools, several: Bools, rate: float) -> Floats:
    """A step of the weights of conjunctions, projected onto the simplex."""
    if not several.any():
        return weight
    high = np.where(mask, goal, -np.inf).max(1, keepdims=True)
    low = np.where(mask, goal, np.inf).min(1, keepdims=True)
    share = weight / weight.sum(1, keepdims=True)
    moved = np.where(mask, share + 0.7 * rate * (goal - low) / (high - low + 1e-12), -np.inf)
    order = -np.sort(-moved, axis=1)
    total = np.cumsum(np.where(np.isfinite(order), order, 0.0), axis=1)
    level = (total - 1) / np.arange(1, moved.shape[1] + 1)
    count = ((order - level > 0) & np.isfinite(order)).sum(1)
    theta = level[np.arange(len(moved)), np.maximum(count, 1) - 1]
    new = np.where(mask, np.maximum(0.0, moved - theta[:, None]), 0.0)
    return np.where(several[:, None], new, weight)


@dataclass
class Relaxed:
    """The relaxed network of each pair, with slopes as the certificate says them."""

    net: Net
    slope: Floats
    beta: Floats | None
    pull: Floats | None
    weight: Floats
    chord: Floats
    offset: Floats
    unstable: Bools
    region: Index

    @staticmethod
    def at(
        net: Net,
        r: Relaxation,
        near: Bools,
        region: Index,
        slope: Floats,
        beta: Floats | None,
        weight: Floats,
        several: Bools,
        signs: NDArray[np.int8] | None,
        mask: Bools,
    ) -> Relaxed:
        """Rounds slopes to 15ths, weights to 128ths of the greatest, multipliers to float32."""
        unstable = r.unstable[region]
        used = np.where(unstable, np.rint(slope * 15.0) / 15.0, r.slope[region])
        used[near[region]] = 0.0
        if beta is not None:
            used = used.astype(np.float32).astype(np.float64)
        ints = np.rint(WHOLE * weight / np.maximum(weight.max(1, keepdims=True, initial=0.0), 1e-300)) / WHOLE
        ints = np.where(several[:, None], ints, mask.astype(float))
        pull = None
        if beta is not None and signs is not None:
            beta = np.where(signs[region] != 0, beta, 0.0).astype(np.float32).astype(np.float64)
            pull = beta * signs[region]
        return Relaxed(net, used, beta, pull, ints, r.chord[region], r.offset[region], unstable, region)

    def bound(self) -> tuple[Linear, dict[int, Floats]]:
        """The affine lower bound of the weighted goals, and the coefficients met on the way."""
        net = self.net
        keep: dict[int, Floats] = {}
        coefficients: dict[int, Floats] = {}
        spread(coefficients, self.weight, net.goals.links)
        r = Relaxation(self.slope, self.chord, self.offset, self.unstable)
        d = self.weight @ net.goals.bias
        form = backward(
            net, len(net.layers), coefficients, d, r, slice(None), slope=self.slope, pull=self.pull, keep=keep
        )
        return form, keep

    def flat(self, keep: dict[int, Floats]) -> Floats:
        """The coefficients met at all neurons: (pairs, neurons)."""
        out = np.zeros_like(self.slope)
        for k, c in keep.items():
            layer = self.net.layers[k]
            out[:, layer.first : layer.first + layer.rows] = c
        return out

    def gaps(self, keep: dict[int, Floats], b: Bounds, which: Bools) -> Floats:
        """How much each unstable neuron's relaxation may lose: (chosen pairs, neurons)."""
        c, region = self.flat(keep)[which], self.region[which]
        s = self.slope[which]
        up = np.maximum((1 - s) * b.u[region], -s * b.l[region])
        loss = np.where(c < 0, -c * self.offset[which], c * up)
        return np.where(self.unstable[which], loss, 0.0)

    def forward(self, x: Floats, keep: dict[int, Floats]) -> tuple[Floats, Floats]:
        """The relaxed network at x (pairs, free): rows of all neurons, and goal rows."""
        net = self.net
        values: dict[int, Floats] = {-1: x}
        z = np.zeros_like(self.slope)
        for k, layer in enumerate(net.layers):
            at = slice(layer.first, layer.first + layer.rows)
            z[:, at] = layer.bias
            for source, matrix in layer.links.items():
                z[:, at] += applied(matrix, values[source])
            c = keep.get(k)
            lower = self.slope[:, at] * z[:, at]
            upper = self.chord[:, at] * z[:, at] + self.offset[:, at]
            values[k] = lower if c is None else np.where(c > 0, lower, upper)
        goal = np.repeat(net.goals.bias[None], len(x), 0)
        for source, matrix in net.goals.links.items():
            goal += applied(matrix, values[source])
        return z, goal

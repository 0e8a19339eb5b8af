"""Refuting disjuncts: lower slopes, multipliers of split neurons and weights of rows, by projected gradient ascent.

Source: Xu et al., "Fast and complete: enabling complete neural network verification with rapid and massively parallel
incomplete verifiers" (2021); Wang et al., "Beta-CROWN" (2021).  Slopes are rounded to what the certificate can say
before each evaluation, so the best bound found is the bound that the checker will find.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from warrant.certificates import Places, Slopes
from warrant.search.bounds import Bools, Bounds, Index, Linear, Relaxation, backward, relaxation, spread

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from warrant.models.network import Floats
    from warrant.search.arrays import Array
    from warrant.search.net import Net

NEAR = 1e-9
"""Neurons with 0 this near to an end of their interval get slope 0, as the checker may find them stable."""
UNITS = 15
"""Slopes are written as so-manieths, and multipliers as so-manieths of the greatest."""
WHOLE = 128.0
"""What the greatest weight of a conjunction is written as (a power of 2, so that multipliers scale exactly)."""
ELSEWHERE = 0.03
"""The weight of what a neuron may lose at most, next to what it loses at the minimiser of the bound."""
MARGIN = 1e-7
"""A refutation's bound must exceed this times the magnitudes that went into it."""
COARSE = 1e-5
"""The same in binary32."""


@dataclass
class Tries:
    """Pairs (region, disjunct) to refute, and the best found for each.

    region, disjunct: (pairs,); slope: (pairs, neurons) in [0, 1]; beta: (pairs, neurons) multipliers of split neurons,
    or None; weight: (pairs, goal rows).
    After ``ascend``: bound (pairs,) of the sum with weights / their maximum; closed: (pairs,); gap: (pairs, neurons)
    loss at each unstable neuron, of open pairs (``Relaxed.gaps``; where neurons are split, mostly ``Relaxed.losses``);
    corner: (pairs, free) the minimiser; pull: (pairs, free) the sizes of the inputs' coefficients.
    After ``simplify``: plain (pairs,) whether the default slopes are enough.
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
    plain: Bools


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
        np.zeros(n, bool),
    )


def slope_table(t: Tries, pair: int, unstable: Bools, scale: float = 1.0, places: Places | None = None) -> Slopes:
    """What the certificate says of a pair's slopes and multipliers; unstable: (neurons,); scale: of the multipliers."""
    entries, unit = np.rint(np.where(unstable, t.slope[pair], 0.0) * UNITS), 0.0
    if t.beta is not None and t.beta[pair].any():
        unit = float(t.beta[pair].max()) / UNITS
        entries += np.rint(t.beta[pair] / unit)
    return Slopes(4, entries.astype(np.uint8), unit * scale, places)


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
    mask: Bools,
    *,
    steps: int,
    rate: float = 0.6,
    decay: float = 0.85,
    signs: NDArray[np.int8] | None = None,
    gaps: bool = True,
) -> None:
    """Improves the tries in place; stops for each where it is refuted.

    low, high: (regions, free); mask: (disjuncts, goal rows) which rows belong to which disjunct; signs: (regions,
    neurons) 1 where a split made the neuron active, −1 inactive, else 0; gaps: whether they are wanted.
    """
    xp, put, get = net.arrays.xp, net.arrays.put, net.arrays.get
    r = relaxation(net, b.l, b.u)
    l, u = put(b.l), put(b.u)
    unstable = (l < 0) & (u > 0) & put(net.rectifiers[: b.l.shape[1]])
    near = unstable & (xp.minimum(-l, u) < NEAR * xp.clip(u - l, 1.0, None))
    rows = put(mask[t.disjunct])
    several = xp.sum(xp.astype(rows, xp.int64), axis=1) > 1
    middle, half = put((low + high) / 2), put((high - low) / 2)
    sign = None if signs is None or t.beta is None else xp.astype(put(signs), net.arrays.real)
    region = put(t.region)
    now = _Point(
        region,
        rows,
        several,
        (unstable & ~near)[region],
        xp.where(near, 0.0, r.slope)[region],
        r.chord[region],
        r.offset[region],
        None if r.under is None else r.under[region],
        None if r.passed is None else r.passed[region],
        None if sign is None else sign[region],
        put(t.slope),
        put(t.weight),
        None if sign is None or t.beta is None else put(t.beta),
    )
    best = {name: put(getattr(t, name).copy()) for name in _BEST if getattr(t, name) is not None}
    start = now
    live = xp.arange(len(t.region), device=net.arrays.device)
    for step in range(steps + 1):
        relaxed = Relaxed.at(net, now)
        form, keep = relaxed.bound()
        centre, radius = middle[now.region], half[now.region]
        value, scale = form.lowest(centre, radius, net.ball)
        closed = value > (COARSE if net.arrays.single else MARGIN) * scale + 1e-12
        corner = centre - xp.sign(form.c) * radius
        if net.ball is not None:
            corner = xp.clip(net.ball.lowest(form.c), centre - radius, centre + radius)
        better = (value > best["bound"][live]) | closed
        won = live[better]
        found = {
            "bound": value,
            "slope": relaxed.slope,
            "beta": relaxed.beta,
            "weight": relaxed.weight,
            "corner": corner,
            "pull": abs(form.c),
            "closed": closed,
        }
        for name, array in found.items():
            if name in best:
                best[name][won] = array[better]
        rest = ~closed
        if step == steps or not bool(xp.any(rest)) or net.late:
            break
        z, goal = relaxed.forward(corner, keep)
        now.ascend(xp, relaxed.flat(keep), z, goal, rate)
        rate *= decay
        if bool(xp.any(closed)):
            live = live[rest]
            now = now.only(rest)
    open_ = ~best["closed"]
    if gaps and bool(xp.any(open_)):
        point = replace(start, slope=best["slope"], weight=best["weight"], beta=best.get("beta")).only(open_)
        at = point.region
        if point.beta is not None:
            least = xp.clip(xp.max(point.beta, axis=1, keepdims=True), 1.0, None) / UNITS
            point.beta = xp.maximum(point.beta, least)
        relaxed = Relaxed.at(net, point)
        form, keep = relaxed.bound()
        gap = relaxed.gaps(keep, l[at], u[at], unstable[at])
        if point.beta is not None:
            corner = middle[at] - xp.sign(form.c) * half[at]
            gap = relaxed.losses(corner, keep, unstable[at]) + ELSEWHERE * gap
        best["gap"][open_] = gap
    for name, array in best.items():
        setattr(t, name, get(array))


def ascend_quickly(
    net: Net,
    t: Tries,
    b: Bounds,
    low: Floats,
    high: Floats,
    mask: Bools,
    *,
    steps: int,
    decay: float = 0.85,
    signs: NDArray[np.int8] | None = None,
) -> Tries:
    """As ``ascend``, but the steps are in binary32, and only the bounds of what they led to in binary64."""
    ascend(net.single, t, b, low, high, mask, steps=steps, decay=decay, signs=signs, gaps=False)
    found = tries(net, t.region, t.disjunct, t.slope, t.beta, t.weight)
    ascend(net, found, b, low, high, mask, steps=0, signs=signs)
    return found


def simplify(net: Net, t: Tries, b: Bounds, low: Floats, high: Floats, mask: Bools) -> None:
    """Finds out which refuted pairs the default slopes refute, too: these need no table in the certificate.

    low, high, mask: as in ``ascend``.  Where −l and u nearly agree for some neuron, the checker may take the other
    default, and nothing is tried.
    """
    unstable = (b.l < 0) & (b.u > 0) & net.rectifiers
    tied = np.any(unstable & (np.abs(b.l + b.u) < NEAR * np.maximum(b.u - b.l, 1.0)), axis=1)
    which = np.flatnonzero(t.closed & ~tied[t.region])
    if len(which):
        default = net.arrays.get(relaxation(net, b.l, b.u).slope)[t.region[which]]
        again = tries(net, t.region[which], t.disjunct[which], default, None, t.weight[which])
        ascend(net, again, b, low, high, mask, steps=0, gaps=False)
        t.plain[which] = again.closed


_BEST = ("bound", "slope", "beta", "weight", "corner", "pull", "closed", "gap")


@dataclass
class _Point:
    """Where the ascent of some pairs stands, with the means of its gradients (Adam's, without their corrections).

    region: (pairs,); mask: (pairs, goal rows) the rows of each pair's disjunct; several: (pairs,) whether there is
    more than one; free: (pairs, neurons) whose lower slopes can be chosen, fixed: the lower slopes of all others;
    chord, offset, under, passed: as in
    Relaxation, by pair; sign: as in ``ascend``, by pair; slope, weight, beta: as in Tries.
    """

    region: Array
    mask: Array
    several: Array
    free: Array
    fixed: Array
    chord: Array
    offset: Array
    under: Array | None
    passed: Array | None
    sign: Array | None
    slope: Array
    weight: Array
    beta: Array | None
    mean: Array = 0.0
    square: Array = 0.0
    beta_mean: Array = 0.0
    beta_square: Array = 0.0

    def ascend(self, xp: Any, flat: Array, z: Array, goal: Array, rate: float) -> None:
        """A step along the gradient; flat: the coefficients met at the neurons, z, goal: the relaxed network's rows."""
        up = xp.clip(flat, 0.0, None)
        up *= z
        up *= self.free
        self.square = _mixed(self.square, up * up, 0.1)
        self.mean = _mixed(self.mean, up, 0.2)
        step = xp.sqrt(self.square)
        step += 1e-12
        step = xp.divide(self.mean, step)
        step *= 0.6 * rate
        step += self.slope
        self.slope = xp.clip(step, 0.0, 1.0)
        if self.beta is not None and self.sign is not None:
            up = -self.sign * z
            self.beta_square = _mixed(self.beta_square, up * up, 0.1)
            self.beta_mean = _mixed(self.beta_mean, up, 0.2)
            step = xp.sqrt(self.beta_square)
            step += 1e-12
            step = xp.divide(self.beta_mean, step)
            step *= 0.3 * rate * xp.max(abs(flat), axis=1, keepdims=True)
            step += self.beta
            self.beta = xp.clip(step, 0.0, None)
        if bool(xp.any(self.several)):
            self.weight = xp.where(self.several[:, None], self._weights(xp, goal, rate), self.weight)

    def _weights(self, xp: Any, goal: Array, rate: float) -> Array:
        """A step of the weights of conjunctions, projected onto the simplex."""
        mask = self.mask
        high = xp.max(xp.where(mask, goal, -np.inf), axis=1, keepdims=True)
        low = xp.min(xp.where(mask, goal, np.inf), axis=1, keepdims=True)
        share = self.weight / xp.sum(self.weight, axis=1, keepdims=True)
        moved = xp.where(mask, share + 0.7 * rate * (goal - low) / (high - low + 1e-12), -np.inf)
        order = -xp.sort(-moved, axis=1)
        real = xp.isfinite(order)
        level = xp.cumulative_sum(xp.where(real, order, 0.0), axis=1) - 1
        level = level / xp.arange(1, moved.shape[1] + 1, device=level.device)
        count = xp.sum(xp.astype((order > level) & real, xp.int64), axis=1, keepdims=True)
        theta = xp.take_along_axis(level, xp.clip(count, 1, None) - 1, axis=1)
        return xp.where(mask, xp.clip(moved - theta, 0.0, None), 0.0)

    def only(self, which: Array) -> _Point:
        """Some of the pairs."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return _Point(**{k: v if v is None or isinstance(v, float) else v[which] for k, v in values.items()})


def _mixed(mean: Array, new: Array, share: float) -> Array:
    """The mean that moves by a share towards something new; both are used up."""
    new *= share
    if isinstance(mean, float):
        return new
    mean *= 1 - share
    mean += new
    return mean


@dataclass(frozen=True)
class Relaxed:
    """The relaxed network of each pair, with slopes as the certificate says them; by pair, (pairs, neurons) each."""

    net: Net
    slope: Array
    beta: Array | None
    pull: Array | None
    weight: Array
    chord: Array
    offset: Array
    under: Array | None
    passed: Array | None

    @staticmethod
    def at(net: Net, now: _Point) -> Relaxed:
        """Rounds slopes to 15ths, weights to 128ths of the greatest, multipliers to 15ths of the greatest."""
        xp = net.arrays.xp
        used = xp.round(now.slope * UNITS)
        used /= UNITS
        used = xp.where(now.free, used, now.fixed)
        weight = xp.astype(now.mask, net.arrays.real)
        if weight.shape[1]:
            greatest = xp.clip(xp.max(now.weight, axis=1, keepdims=True), 1e-300, None)
            weight = xp.where(now.several[:, None], xp.round(WHOLE * now.weight / greatest) / WHOLE, weight)
        beta = pull = None
        if now.beta is not None and now.sign is not None:
            beta = xp.where(now.sign != 0, now.beta, 0.0)
            unit = xp.astype(xp.astype(xp.max(beta, axis=1, keepdims=True) / UNITS, xp.float32), net.arrays.real)
            beta = xp.round(beta / xp.clip(unit, 1e-30, None)) * unit
            pull = beta * now.sign
        return Relaxed(net, used, beta, pull, weight, now.chord, now.offset, now.under, now.passed)

    def bound(self) -> tuple[Linear, dict[int, Array]]:
        """The affine lower bound of the weighted goals, and the coefficients met on the way."""
        net = self.net
        keep: dict[int, Array] = {}
        coefficients: dict[int, Array] = {}
        spread(coefficients, self.weight, net.goals.links)
        r = Relaxation(self.slope, self.chord, self.offset, self.under, self.passed)
        d = self.weight @ net.goals.bias
        form = backward(net, len(net.layers), coefficients, d, r, slice(None), pull=self.pull, keep=keep)
        return form, keep

    def flat(self, keep: dict[int, Array]) -> Array:
        """The coefficients met at all neurons: (pairs, neurons)."""
        out = self.net.arrays.zeros(*self.slope.shape)
        for k, c in keep.items():
            out[:, self.net.layers[k].span] = c
        return out

    def gaps(self, keep: dict[int, Array], l: Array, u: Array, unstable: Array) -> Array:
        """How much each unstable neuron's relaxation may lose at most: (pairs, neurons), as are l, u, unstable."""
        xp = self.net.arrays.xp
        c, s = self.flat(keep), self.slope
        up = xp.maximum((1 - s) * u, -s * l)
        loss = xp.where(unstable, xp.where(c < 0, -c * self.offset, c * up), 0.0)
        for layer in self.net.wedges:  # a split of a rectifier settles the difference, or the rate, that depends on it
            at = layer.span
            cut, a, b, t = c[:, at], l[:, at], u[:, at], self.chord[:, at]
            under = -self.offset[:, at]
            above = xp.maximum(xp.clip(b, 0.0, None) - s[:, at] * b, xp.clip(a, 0.0, None) - s[:, at] * a) - under
            below = xp.maximum(t * b - xp.clip(b, None, 0.0), t * a - xp.clip(a, None, 0.0)) - under
            lost = xp.where(cut > 0, cut * above, -cut * below)
            for k in layer.ends or (layer.gate,):
                end = self.net.layers[k or 0].span
                loss[:, end] += xp.where(unstable[:, end], lost, 0.0)
        return loss

    def losses(self, x: Array, keep: dict[int, Array], unstable: Array) -> Array:
        """How much each unstable neuron's relaxation loses where the relaxed network is at x: (pairs, neurons)."""
        xp = self.net.arrays.xp
        c, z = self.flat(keep), self.forward(x, keep)[0]
        after = xp.clip(z, 0.0, None)
        lost = xp.where(c < 0, -c * (self.chord * z + self.offset - after), c * (after - self.slope * z))
        return xp.where(unstable, xp.clip(lost, 0.0, None), 0.0)

    def forward(self, x: Array, keep: dict[int, Array]) -> tuple[Array, Array]:
        """The relaxed network at x (pairs, free): rows of all neurons, and goal rows."""
        xp, net = self.net.arrays.xp, self.net
        values: dict[int, Array] = {-1: x}
        z = net.arrays.zeros(*self.slope.shape)
        for k, layer in enumerate(net.layers):
            at = layer.span
            z[:, at] = layer.value(net.arrays, values)
            c = keep.get(k)
            values[k] = self.slope[:, at] * z[:, at]
            if not layer.rectifies and self.under is not None:
                values[k] = values[k] + self.under[:, at]
            if c is not None:
                values[k] = xp.where(c > 0, values[k], self.chord[:, at] * z[:, at] + self.offset[:, at])
            if layer.ends is not None and self.passed is not None:
                first, second = layer.ends
                values[k] = xp.where(self.passed[:, at], values[second] - values[first], values[k])
        return z, net.goals.value(net.arrays, values)

"""Backward linear bounds (CROWN) for many rows of many regions at once.

Source: Zhang et al., "Efficient neural network robustness certification with general activation functions" (2018);
the rules are those of docs/certificates.md, section 2, so that what is derived here can be replayed by the checker.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from warrant.search.arrays import Array, Arrays
from warrant.search.net import Around, Layer, Links, Net

if TYPE_CHECKING:
    from warrant.models.network import Floats

Bools = NDArray[np.bool_]
Index = NDArray[np.int64]

LOOSE = 1e-10
"""How much every derived bound is loosened, relative to the magnitudes that went into it."""
CHUNK = 4_000_000
"""The most coefficients in one pass, and numbers in one array of a batch, unless a single region has more."""


@dataclass(frozen=True)
class Relaxation:
    """Linear bounds of relu(z) for z in [l, u], by region: (regions, neurons) each.

    From below slope · z + under (for positive coefficients), from above chord · z + offset (for negative ones).
    passed: whether a difference is replaced by the two values that it is between.  Without differences and rates,
    under (0) and passed are None.
    """

    slope: Array
    chord: Array
    offset: Array
    under: Array | None = None
    passed: Array | None = None


def relaxation(net: Net, l: Floats, u: Floats) -> Relaxation:
    """The default relaxation of the first so many neurons, with these intervals."""
    r = _rectified(net.arrays, l, u)
    wedges = [x for x in net.wedges if x.first + x.rows <= l.shape[1]]
    if not wedges:
        return r
    xp, under, passed = net.arrays.xp, 0.0 * r.offset, r.offset < 0
    settled = net.arrays.put((l >= 0) | (u <= 0))
    low, high = net.arrays.put(l), net.arrays.put(u)
    for x in wedges:
        at = x.span
        a, b = low[:, at], high[:, at]
        mixed = (a < 0) & (b > 0)
        width = xp.where(mixed, b - a, 1.0)
        r.slope[:, at] = xp.where(mixed, -a / width, xp.astype(a < 0, net.arrays.real))
        r.chord[:, at] = xp.where(mixed, b / width, xp.astype(a >= 0, net.arrays.real))
        r.offset[:, at] = xp.where(mixed, -a * b / width, 0.0)
        if x.gate is not None:  # the sign of the rectifier's argument says which of the two it is
            gate = net.layers[x.gate].span
            on, known = low[:, gate] >= 0, settled[:, gate]
            row = xp.astype(on, net.arrays.real)
            r.slope[:, at] = xp.where(known, row, r.slope[:, at])
            r.chord[:, at] = xp.where(known, row, r.chord[:, at])
            r.offset[:, at] = xp.where(known, 0.0, r.offset[:, at])
        under[:, at] = -r.offset[:, at]
        passed[:, at] = False
        if x.ends is not None:
            first, second = (net.layers[k].span for k in x.ends)
            passed[:, at] = settled[:, first] | settled[:, second]
    return replace(r, under=under, passed=passed)


def _rectified(arrays: Arrays, l: Floats, u: Floats) -> Relaxation:
    """The default relaxation of rectifiers with these intervals."""
    xp, l, u = arrays.xp, arrays.put(l), arrays.put(u)
    unstable = (l < 0) & (u > 0)
    active = xp.astype(l >= 0, arrays.real)
    with np.errstate(all="ignore"):
        chord = xp.where(unstable, u / xp.where(unstable, u - l, 1.0), active)
        offset = xp.where(unstable, -chord * l, 0.0)
    slope = xp.where(unstable, xp.astype(-l <= u, arrays.real), active)
    return Relaxation(slope, chord, offset)


@dataclass(frozen=True)
class Linear:
    """Lower bounds of rows as affine forms of the free inputs: c · x + d; c: (rows, free), d: (rows,)."""

    arrays: Arrays
    c: Array
    d: Array

    def lowest(self, centre: Array, radius: Array, ball: Around | None = None) -> tuple[Array, Array]:
        """The least value over each row's box, slightly loosened, and the magnitudes that went into it.

        With a ball, a lower bound over the points that are in both.
        """
        xp = self.arrays.xp
        size = abs(self.c)
        reach = xp.sum(size * radius, axis=1)
        value = self.d + xp.sum(self.c * centre, axis=1) - reach
        scale = abs(self.d) + xp.sum(size * abs(centre), axis=1) + reach
        if ball is not None:
            value = xp.maximum(value, self.d + ball.bound(self.c, centre, radius))
        return value - LOOSE * scale - 1e-300, scale


def backward(
    net: Net,
    top: int,
    coefficients: dict[int, Array],
    d: Array,
    r: Relaxation,
    rows: Array | slice,
    *,
    pull: Array | None = None,
    keep: dict[int, Array] | None = None,
) -> Linear:
    """Affine lower bounds of d + Σ coefficients · sources, through the layers below ``top``.

    rows: the region of each row; pull: what multipliers of split constraints take off the coefficients (the constants
    they bring are 0, as splits are at 0); keep: receives the coefficients met at each layer.
    """
    xp = net.arrays.xp
    for k in range(top - 1, -1, -1):
        c = coefficients.pop(k, None)
        if c is None:
            continue
        layer = net.layers[k]
        at = layer.span
        if layer.ends is not None and r.passed is not None:
            through = xp.where(r.passed[rows, at], c, 0.0)
            c = c - through
            for source, part in zip(layer.ends, (-through, through), strict=True):
                coefficients[source] = coefficients[source] + part if source in coefficients else part
        negative = xp.clip(c, None, 0.0)
        positive = c - negative
        if keep is not None:
            keep[k] = c
        d = d + xp.vecdot(negative, r.offset[rows, at])
        if not layer.rectifies and r.under is not None:
            d = d + xp.vecdot(positive, r.under[rows, at])
        negative *= r.chord[rows, at]
        positive *= r.slope[rows, at]
        positive += negative
        if pull is not None:
            positive -= pull[:, at]
        d = d + positive @ layer.bias
        spread(coefficients, positive, layer.links)
    form = coefficients.get(-1)
    return Linear(net.arrays, net.arrays.zeros(len(d), len(net.free)) if form is None else form, d)


def spread(coefficients: dict[int, Array], c: Array, links: Links) -> None:
    """Adds c · links to the coefficients of the sources."""
    for source, matrix in links.items():
        more = matrix.times(c)
        old = coefficients.get(source)
        coefficients[source] = more if old is None else old + more


def row_coefficients(arrays: Arrays, layer: Layer, which: Index, sign: Floats) -> tuple[dict[int, Array], Array]:
    """Coefficients and constants of chosen rows of a layer, each with a sign."""
    signs = arrays.put(sign)
    out = {source: matrix.chosen(which) * signs[:, None] for source, matrix in layer.links.items()}
    return out, layer.bias[arrays.put(which)] * signs


@dataclass
class Bounds:
    """Intervals of all neurons before the rectifier, by region: l, u (regions, neurons).

    pull: (regions, neurons, free) mean sizes of the rows' input coefficients, or None where it is not wanted.
    """

    l: Floats
    u: Floats
    pull: NDArray[np.float32] | None = None


def improve(net: Net, k: int, b: Bounds, low: Floats, high: Floats, regions: Index) -> Index:
    """Backward passes (default slopes) for both sides of layer k's rows in some regions; changes ``b``.

    Of the unstable rows only, or of all rows in a layer of differences or rates.

    low, high: (all regions, free).  Gives how many rows these were, (len(regions),), or 0 where no interval shrank.
    """
    layer = net.layers[k]
    at = layer.span
    wanted = (b.l[regions, at] < 0) & (b.u[regions, at] > 0)
    if not layer.rectifies:
        wanted = b.l[regions, at] < b.u[regions, at]
    place, row = np.nonzero(wanted)
    shrank = np.zeros(len(regions), bool)
    if not len(place):
        return np.zeros(len(regions), np.int64)
    r = relaxation(net, b.l[:, : layer.first], b.u[:, : layer.first])
    widest = max([x.rows for x in net.layers[:k]] + [len(net.free), 1])
    step = max(1, CHUNK // (2 * widest))
    for i in range(0, len(place), step):
        if net.late:
            break
        p, j = place[i : i + step], row[i : i + step]
        region = regions[p]
        new_l, new_u, pull = _both_sides(net, k, r, region, j, low, high)
        neuron = layer.first + j
        old_l, old_u = b.l[region, neuron], b.u[region, neuron]
        b.l[region, neuron] = np.fmax(new_l, old_l)
        b.u[region, neuron] = np.fmin(new_u, old_u)
        shrank[p[(new_l > old_l) | (new_u < old_u)]] = True
        if b.pull is not None:
            b.pull[region, neuron] = pull
    return np.where(shrank, np.bincount(place, minlength=len(regions)), 0)


def _both_sides(
    net: Net, k: int, r: Relaxation, region: Index, row: Index, low: Floats, high: Floats
) -> tuple[Floats, Floats, Floats]:
    n = len(row)
    sign = np.repeat([1.0, -1.0], n)
    both = np.concatenate([region, region])
    arrays = net.arrays
    coefficients, d = row_coefficients(arrays, net.layers[k], np.concatenate([row, row]), sign)
    form = backward(net, k, coefficients, d, r, arrays.put(both))
    centre, radius = (low[both] + high[both]) / 2, (high[both] - low[both]) / 2
    value = arrays.get(form.lowest(arrays.put(centre), arrays.put(radius), net.ball)[0])
    size = arrays.get(abs(form.c))
    return value[:n], -value[n:], (size[:n] + size[n:]) / 2


def work_to(net: Net, u: Floats, top: int) -> Floats:
    """About how many multiply-adds a row's pass through the layers below ``top`` costs the checker: (regions,)."""
    total = np.zeros(len(u))
    for layer in net.layers[:top]:
        total += (u[:, layer.span] > 0).sum(1) * layer.fan
    return total

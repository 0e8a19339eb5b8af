"""The network of one query as the search sees it: rectifier layers only, over the inputs that can vary."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp

from warrant.search.arrays import NUMPY, Array, Arrays, Weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from warrant.models.network import Block, Floats, Lowered
    from warrant.properties import Query

Links = dict[int, Weights]
"""Weights by source: layer number, or −1 for the inputs; (rows, size of the source)."""
_Folded = tuple[dict[int, Any], Any]
"""The same in SciPy's matrices, and a bias."""


@dataclass(frozen=True)
class Layer:
    """One Relu block with Id blocks folded in: its rows before the function are Σ links · sources + bias.

    ends: of a block of differences, the two layers (first, second) whose values' differences its values are.
    gate: of a block of rates, the layer of the rectifiers whose rates they are: each is its row, or 0.
    """

    block: int
    rows: int
    first: int
    links: Links
    bias: Array
    ends: tuple[int, int] | None = None
    gate: int | None = None

    @property
    def rectifies(self) -> bool:
        """Whether its function is the rectifier."""
        return self.ends is None and self.gate is None

    @property
    def span(self) -> slice:
        """Its neurons among those of all layers."""
        return slice(self.first, self.first + self.rows)

    @property
    def fan(self) -> float:
        """Weights a row, in the mean."""
        return sum(m.count for m in self.links.values()) / max(1, self.rows)

    def value(self, arrays: Arrays, values: dict[int, Array]) -> Array:
        """The rows (batch, rows) where the sources have these values, (batch, size) by number; −1 must be there."""
        parts = [matrix.applied(values[source]) for source, matrix in self.links.items()]
        if not parts:
            return arrays.xp.broadcast_to(self.bias, (values[-1].shape[0], self.rows))
        return sum(parts[1:], parts[0] + self.bias)


@dataclass(frozen=True)
class Around:
    """A ball in the norm ``l1`` or ``l2`` around a point, in arrays of a library.

    centre: (within,); the first so many of the free inputs are in the ball, and it says nothing of the others.
    """

    arrays: Arrays
    norm: str
    centre: Array
    radius: float

    def dual(self, c: Array) -> Array:
        """The dual norm of coefficients (batch, free) of inputs in the ball: (batch,)."""
        xp, c = self.arrays.xp, c[:, : self.within]
        return xp.max(abs(c), axis=1) if self.norm == "l1" else xp.sqrt(xp.sum(c * c, axis=1))

    @property
    def within(self) -> int:
        """How many inputs are in it."""
        return int(self.centre.shape[0])

    def bound(self, c: Array, centre: Array, radius: Array) -> Array:
        """The least value of c · x, (batch,), over the ball, and over boxes (batch, free) for inputs not in it."""
        xp = self.arrays.xp
        value = xp.sum(c[:, : self.within] * self.centre, axis=1) - self.radius * self.dual(c)
        if c.shape[1] == self.within:
            return value
        rest, middle, half = (part[:, self.within :] for part in (c, centre, radius))
        return value + xp.sum(rest * middle - abs(rest) * half, axis=1)

    def lowest(self, c: Array) -> Array:
        """The points of the ball where c · x is least: (batch, free), far away in the inputs that are not in it."""
        xp, rest = self.arrays.xp, c[:, self.within :]
        if rest.shape[1]:
            own = c[:, : self.within]
            return xp.concat([self.lowest(own), xp.where(rest > 0, -FAR, FAR)], axis=1)
        if self.norm == "l2":
            return self.centre - (1 - ROUNDING) * self.radius * c / xp.clip(self.dual(c), 1e-300, None)[:, None]
        numbers = xp.arange(c.shape[1], device=self.arrays.device)
        there = numbers == xp.argmax(abs(c), axis=1)[:, None]
        return self.centre - xp.where(there, (1 - ROUNDING) * self.radius * xp.sign(c), 0.0 * c)

    def misses(self, low: Floats, high: Floats) -> bool:
        """Whether no point of a box, (free,) each, is in the ball, surely."""
        centre = self.arrays.get(self.centre)
        low, high = low[: self.within], high[: self.within]
        gap = np.maximum(np.maximum(low - centre, centre - high), 0.0)
        far = gap.sum() if self.norm == "l1" else np.sqrt((gap * gap).sum())
        return bool(far > self.radius * (1 + APART) + 1e-300)

    def inside(self, x: Array) -> Array:
        """Points (batch, free), drawn towards the centre until they are in the ball."""
        xp = self.arrays.xp
        if x.shape[1] > self.within:
            return xp.concat([self.inside(x[:, : self.within]), x[:, self.within :]], axis=1)
        away = x - self.centre
        far = xp.sum(abs(away), axis=1) if self.norm == "l1" else xp.sqrt(xp.sum(away * away, axis=1))
        share = xp.clip((1 - ROUNDING) * self.radius / xp.clip(far, 1e-300, None), None, 1.0)
        return self.centre + share[:, None] * away


FAR = 1e300
"""Beyond all boxes."""
ROUNDING = 1e-12
"""What points at a ball's surface leave of the radius, so that they are inside after rounding."""
APART = 1e-11
"""Boxes that are by this part of the radius outside of a ball are so after rounding, too."""


@dataclass(frozen=True)
class Net:
    """A query's network.

    layers: the Relu blocks, differences and rates; neurons: their rows in all (neuron first + j is row j of a layer, as
    in slope tables);
    goals: the query's rows; free: the inputs that vary, (free,) numbers; low, high: (free,) their intervals;
    fixed: (inputs,) a point of the box, whose values the other inputs have; arrays: where links and biases are;
    ball: the free inputs are also in it;
    deadline: of the search, in seconds of time.monotonic(): long loops end early, with what they have by then.
    """

    layers: tuple[Layer, ...]
    neurons: int
    goals: Layer
    free: NDArray[np.int64]
    low: Floats
    high: Floats
    fixed: Floats
    lowered: Lowered
    query: Query
    arrays: Arrays
    deadline: float = math.inf
    ball: Around | None = None

    @property
    def late(self) -> bool:
        """Whether the deadline is over."""
        return time.monotonic() > self.deadline

    @property
    def direct(self) -> tuple[int, ...]:
        """The numbers of the layers that read inputs only."""
        return tuple(k for k, x in enumerate(self.layers) if set(x.links) <= {-1})

    @cached_property
    def single(self) -> Net:
        """The same network in binary32."""
        arrays = replace(self.arrays, single=True)

        def to(layer: Layer) -> Layer:
            links = {k: m.to(arrays) for k, m in layer.links.items()}
            return replace(layer, links=links, bias=arrays.xp.astype(layer.bias, arrays.real))

        ball = self.ball
        if ball is not None:
            ball = replace(ball, arrays=arrays, centre=arrays.xp.astype(ball.centre, arrays.real))
        return replace(self, layers=tuple(map(to, self.layers)), goals=to(self.goals), arrays=arrays, ball=ball)

    @cached_property
    def rectifiers(self) -> NDArray[np.bool_]:
        """Which neurons are rectifiers, and not differences or rates: (neurons,)."""
        out = np.ones(self.neurons, bool)
        for layer in self.layers:
            if not layer.rectifies:
                out[layer.span] = False
        return out

    @property
    def wedges(self) -> list[Layer]:
        """The layers of differences and of rates: each value is somewhere between 0 and its row."""
        return [layer for layer in self.layers if not layer.rectifies]

    def layer_of(self, neuron: int) -> Layer:
        """The layer that a neuron belongs to."""
        return next(x for x in reversed(self.layers) if x.first <= neuron)

    def whole(self, x: Floats) -> Floats:
        """Inputs (batch, inputs) from the free ones (batch, free)."""
        full = np.repeat(self.fixed[None], len(x), 0)
        full[:, self.free] = x
        return full


def build(lowered: Lowered, query: Query, arrays: Arrays = NUMPY, deadline: float = math.inf) -> Net:
    """The network of one query, with its weights in arrays of a library."""
    low, high = query.low, query.high
    width = high - low
    free = np.flatnonzero(width > 1e-13 * np.maximum(1e-3, np.abs(low) + np.abs(high)))
    fixed = low + width / 2
    fixed[free] = 0.0
    select = sp.csr_matrix((np.ones(len(free)), (np.arange(len(free)), free)), shape=(len(free), lowered.inputs))
    # per block: its values as links over layers, and a bias (for a Relu block: itself)
    forms: list[_Folded] = []
    layers: list[Layer] = []
    starts: dict[int, int] = {}
    neurons = 0
    for k, block in enumerate((*lowered.blocks, query.block), 1):
        form = _folded(block, lowered, select, fixed, forms)
        if block.function != "id":
            layer = _layer(arrays, k, neurons, form)
            if block.function == "rise":
                first, second = (starts[value] for value in block.ends)
                layer = replace(layer, ends=(first, second))
            elif block.function == "tangent":
                layer = replace(layer, gate=starts[block.ends[0]])
            starts[block.start] = len(layers)
            layers.append(layer)
            neurons += block.rows
            identity = sp.identity(block.rows, format="csr")
            form = {len(layers) - 1: identity}, np.zeros(block.rows)
        forms.append(form)
    goals = _layer(arrays, len(lowered.blocks) + 1, neurons, forms[-1])
    fixed[free] = (low + width / 2)[free]
    ball = None
    if query.ball is not None and (free < len(query.ball.centre)).any():
        centre = np.array([float(v) for v in query.ball.centre])[free[free < len(query.ball.centre)]]
        ball = Around(arrays, query.ball.norm, arrays.put(centre), float(query.ball.radius))
    box = low[free], high[free]
    return Net(tuple(layers), neurons, goals, free, *box, fixed, lowered, query, arrays, deadline, ball)


def _layer(arrays: Arrays, block: int, first: int, form: _Folded) -> Layer:
    links, bias = form
    return Layer(block, len(bias), first, {k: arrays.weights(m) for k, m in links.items()}, arrays.put(bias))


def _folded(block: Block, lowered: Lowered, select: Any, fixed: Floats, forms: list[_Folded]) -> _Folded:
    """A block's rows with the values of Id blocks, and of the inputs, written out."""
    bias = block.bias + block.weights[:, : lowered.inputs] @ fixed
    links: dict[int, Any] = {}
    direct = sp.csr_matrix(block.weights[:, : lowered.inputs] @ select.T)
    if direct.nnz:
        links[-1] = direct
    for source, (inner, constant) in zip(lowered.blocks, forms, strict=False):
        if source.start >= block.start:
            break
        part = block.weights[:, source.start : source.stop]
        if not part.nnz:
            continue
        bias = bias + part @ constant
        for k, matrix in inner.items():
            product = sp.csr_matrix(part @ matrix)
            links[k] = links[k] + product if k in links else product
    return links, bias

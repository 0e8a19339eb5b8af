"""The network of one query as the search sees it: rectifier layers only, over the inputs that can vary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from warrant.models.network import Block, Floats, Lowered
    from warrant.properties import Query

Links = dict[int, Any]
"""Weights by source: layer number, or −1 for the inputs; (rows, size of the source), dense or CSR."""
DENSE = 0.15


@dataclass(frozen=True)
class Layer:
    """One Relu block with Id blocks folded in: its rows before the function are Σ links · sources + bias."""

    block: int
    rows: int
    first: int
    links: Links
    bias: Floats


@dataclass(frozen=True)
class Net:
    """A query's network.

    layers: the Relu blocks; neurons: their rows in all (neuron first + j is row j of a layer, as in slope tables);
    goals: the query's rows; free: the inputs that vary, (free,) numbers; low, high: (free,) their intervals;
    fixed: (inputs,) a point of the box, whose values the other inputs have.
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

    def layer_of(self, neuron: int) -> Layer:
        """The layer that a neuron belongs to."""
        return next(x for x in reversed(self.layers) if x.first <= neuron)

    def whole(self, x: Floats) -> Floats:
        """Inputs (batch, inputs) from the free ones (batch, free)."""
        full = np.repeat(self.fixed[None], len(x), 0)
        full[:, self.free] = x
        return full


def build(lowered: Lowered, query: Query) -> Net:
    """The network of one query."""
    low, high = query.low, query.high
    width = high - low
    free = np.flatnonzero(width > 1e-13 * np.maximum(1e-3, np.abs(low) + np.abs(high)))
    fixed = low + width / 2
    fixed[free] = 0.0
    select = sp.csr_matrix((np.ones(len(free)), (np.arange(len(free)), free)), shape=(len(free), lowered.inputs))
    # per block: its values as links over layers, and a bias (for a Relu block: itself)
    forms: list[tuple[Links, Floats]] = []
    layers: list[Layer] = []
    neurons = 0
    for k, block in enumerate((*lowered.blocks, query.block)):
        links, bias = _folded(block, lowered, select, fixed, forms)
        if block.function == "relu":
            layers.append(Layer(k + 1, block.rows, neurons, links, bias))
            neurons += block.rows
            identity = sp.identity(block.rows, format="csr")
            forms.append(({len(layers) - 1: identity}, np.zeros(block.rows)))
        else:
            forms.append((links, bias))
    goals = Layer(len(lowered.blocks) + 1, query.block.rows, neurons, *forms[-1])
    for x in (*layers, goals):
        for source, matrix in x.links.items():
            x.links[source] = _stored(matrix)
    fixed[free] = (low + width / 2)[free]
    return Net(tuple(layers), neurons, goals, free, low[free], high[free], fixed, lowered, query)


def _folded(
    block: Block, lowered: Lowered, select: Any, fixed: Floats, forms: list[tuple[Links, Floats]]
) -> tuple[Links, Floats]:
    """A block's rows with the values of Id blocks, and of the inputs, written out."""
    bias = block.bias + block.weights[:, : lowered.inputs] @ fixed
    links: Links = {}
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


def _stored(matrix: Any) -> Any:
    n, m = matrix.shape
    if n * m <= 4096 or matrix.nnz >= DENSE * n * m:
        return np.ascontiguousarray(matrix.toarray())
    return sp.csr_matrix(matrix)


def times(c: Floats, matrix: Any) -> Floats:
    """C · matrix for coefficients (batch, rows): (batch, size of the source)."""
    if isinstance(matrix, np.ndarray):
        return np.asarray(c @ matrix)
    return np.ascontiguousarray((matrix.T @ c.T).T)


def applied(matrix: Any, v: Floats) -> Floats:
    """Matrix · v for values (batch, size of the source): (batch, rows)."""
    if isinstance(matrix, np.ndarray):
        return np.asarray(v @ matrix.T)
    return np.ascontiguousarray((matrix @ v.T).T)

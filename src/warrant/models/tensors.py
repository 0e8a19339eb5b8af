"""Tensors whose entries are affine in numbered values, and the tools that operators build on."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from warrant.errors import WrongInput
from warrant.models.network import Floats, Matrix, widened

if TYPE_CHECKING:
    from collections.abc import Sequence

Ints = NDArray[np.int64]
CONSTANT, VARIABLE, SUM = 0, 1, 2
MAX_ENTRIES = 4_194_304


@dataclass(frozen=True)
class Affine:
    """A tensor: entry i (row-major) is matrix[i] · values + bias[i].

    kind: (entries,) int8 of CONSTANT, VARIABLE (exactly one value, untouched) or SUM; bias: (entries,);
    matrix: (entries, values so far) sparse, or None when every entry is constant;
    literal: the numbers stand in the model as they are (divisors and normalisation parameters must).
    """

    shape: tuple[int, ...]
    kind: NDArray[np.int8]
    bias: Floats
    matrix: Matrix | None = None
    literal: bool = False

    @property
    def size(self) -> int:
        """The number of entries."""
        return len(self.bias)

    @property
    def constant(self) -> bool:
        """Whether every entry is a number."""
        return self.matrix is None

    def array(self) -> Floats:
        """The entries of a constant tensor, in its shape."""
        return self.bias.reshape(self.shape)

    def places(self) -> Ints:
        """The numbers of the entries, in the tensor's shape."""
        return np.arange(self.size, dtype=np.int64).reshape(self.shape)

    def take(self, places: Ints, *, fill: float = 0.0) -> Affine:
        """The tensor of the entries at these places; -1 stands for the constant ``fill``."""
        flat = places.reshape(-1)
        outside = flat < 0
        if self.size == 0:
            if not outside.all():
                raise WrongInput("an entry of an empty tensor is needed")
            return constant(np.full(places.shape, fill), literal=self.literal)
        safe = np.where(outside, 0, flat)
        matrix = None
        if self.matrix is not None:
            matrix = self.matrix[safe]
            if outside.any():
                matrix = sp.csr_matrix(sp.diags_array((~outside).astype(float)) @ matrix)
        kind = np.where(outside, CONSTANT, self.kind[safe]).astype(np.int8)
        bias = np.where(outside, fill, self.bias[safe])
        return Affine(tuple(places.shape), kind, bias, matrix if kind.any() else None, self.literal)


def constant(array: NDArray[np.floating], *, literal: bool = False) -> Affine:
    """A tensor of numbers."""
    bias = np.asarray(array, dtype=np.float64).reshape(-1)
    return Affine(tuple(array.shape), np.zeros(len(bias), np.int8), bias, None, literal)


def variables(shape: tuple[int, ...], first: int) -> Affine:
    """A tensor of the values from number ``first`` on."""
    n = prod(shape)
    columns = np.arange(first, first + n)
    matrix = sp.csr_matrix((np.ones(n), columns, np.arange(n + 1)), shape=(n, first + n))
    return Affine(shape, np.full(n, VARIABLE, np.int8), np.zeros(n), matrix)


def linear(
    shape: Sequence[int],
    operand: Affine,
    outs: Ints,
    ins: Ints,
    weights: Floats,
    bias: Floats | None = None,
) -> Affine:
    """The tensor with entries bias[o] + Σ weights[k] · operand[ins[k]] over the k with outs[k] = o.

    outs, ins, weights: (terms,), weights of 0 included; bias: (entries,).
    """
    check_size(shape)
    n = prod(shape)
    base = np.zeros(n) if bias is None else bias
    map_ = sp.csr_matrix((weights, (outs, ins)), shape=(n, operand.size))
    total = base + map_ @ operand.bias
    if operand.matrix is None:
        return Affine(tuple(shape), np.zeros(n, np.int8), total)
    moving = np.zeros(n, bool)
    moving[outs[operand.kind[ins] != CONSTANT]] = True
    kind = np.where(moving, SUM, CONSTANT).astype(np.int8)
    return Affine(tuple(shape), kind, total, sp.csr_matrix(map_ @ operand.matrix) if kind.any() else None)


def add(a: Affine, b: Affine, sign: float = 1.0) -> Affine:
    """A + sign · b, entry by entry, for tensors of one shape."""
    kind = np.where((a.kind == CONSTANT) & (b.kind == CONSTANT), CONSTANT, SUM).astype(np.int8)
    bias = a.bias + sign * b.bias
    if a.matrix is None or b.matrix is None:
        one = a.matrix if b.matrix is None else sign * b.matrix if a.matrix is None else None
        if a.matrix is not None:
            one = a.matrix
        return Affine(a.shape, kind, bias, one)
    columns = max(a.matrix.shape[1], b.matrix.shape[1])
    matrix = widened(a.matrix, columns) + sign * widened(b.matrix, columns)
    return Affine(a.shape, kind, bias, sp.csr_matrix(matrix))


def scale(a: Affine, factors: Floats, offsets: Floats | None = None) -> Affine:
    """Factors · a + offsets, entry by entry; factors, offsets: (entries,)."""
    kind = np.where(a.kind == CONSTANT, CONSTANT, SUM).astype(np.int8)
    bias = factors * a.bias + (0.0 if offsets is None else offsets)
    matrix = None if a.matrix is None else sp.csr_matrix(sp.diags_array(factors) @ a.matrix)
    return Affine(a.shape, kind, bias, matrix)


def check_size(shape: Sequence[int]) -> None:
    """Refuses negative dimensions and tensors that are too large."""
    if any(d < 0 for d in shape) or prod(shape) > MAX_ENTRIES:
        raise WrongInput(f"a tensor of shape {tuple(shape)}", expected=f"at most {MAX_ENTRIES} entries")


def broadcast_places(a: Affine, shape: tuple[int, ...]) -> Ints:
    """The place in ``a`` that each entry of the stretched shape stands for."""
    try:
        return np.ascontiguousarray(np.broadcast_to(a.places(), shape))
    except ValueError:
        raise WrongInput(f"shape {a.shape} does not stretch to {shape}") from None


def common_shape(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...]:
    """The shape to which NumPy stretches two shapes."""
    try:
        shape = np.broadcast_shapes(a, b)
    except ValueError:
        raise WrongInput(f"shapes {a} and {b} do not stretch to one shape") from None
    check_size(shape)
    return tuple(int(d) for d in shape)


def stretched(a: Affine, shape: tuple[int, ...]) -> Affine:
    """The tensor stretched to a larger shape."""
    return a if a.shape == shape else a.take(broadcast_places(a, shape))


def axis_of(rank: int, axis: int) -> int:
    """An axis counted from the end if negative."""
    if not -rank <= axis < rank:
        raise WrongInput(f"axis {axis} of a tensor of rank {rank}")
    return axis % rank


def axes_of(rank: int, axes: Sequence[int]) -> list[int]:
    """Several axes, none of them twice."""
    out = [axis_of(rank, a) for a in axes]
    if len(set(out)) != len(out):
        raise WrongInput(f"axes {list(axes)} name one axis twice")
    return out

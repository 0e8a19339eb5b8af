"""The middle form of networks: blocks of affine rows over numbered values, as in docs/certificates.md, section 1."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Matrix = Any  # scipy.sparse.csr_matrix; SciPy's stubs and releases disagree on its parameters

Function = Literal["id", "relu", "rise", "tangent"]


class Model(Protocol):
    """What properties and searches ask of a model: inputs are values 0, 1, …, and an output is one or a constant."""

    @property
    def inputs(self) -> int:
        """The number of input entries."""

    @property
    def input_shape(self) -> tuple[int, ...]:
        """The shape of the input."""

    @property
    def outputs(self) -> int:
        """The number of output entries."""

    @property
    def values(self) -> int:
        """How many values there are."""

    @property
    def output_values(self) -> NDArray[np.int64]:
        """(outputs,) the number of each output's value; -1 for a constant."""

    @property
    def output_constants(self) -> Floats:
        """(outputs,) the constants; 0 elsewhere."""

    def evaluate(self, x: Floats) -> Floats:
        """Outputs (batch, outputs) in binary64 for inputs (batch, inputs)."""


@dataclass(frozen=True)
class Block:
    """One scalar function applied to affine rows: value[start + j] = function(weights[j] · values + bias[j]).

    weights: (rows, start) sparse matrix over all earlier values; bias: (rows,).  In a block of differences ("rise")
    value[start + j] is value[second + j] − value[first + j], two rectified values whose arguments differ by the row;
    ends: (first, second).  In a block of rates ("tangent") it is the row where value[second + j] > 0, and else 0:
    the rate of the rectified value[first + j], whose argument value[second + j] changes at the rate of the row.
    """

    function: Function
    start: int
    weights: Matrix
    bias: Floats
    ends: tuple[int, int] = (0, 0)

    @property
    def rows(self) -> int:
        """The number of rows."""
        return len(self.bias)

    @property
    def stop(self) -> int:
        """The number of the value after the block's last one."""
        return self.start + self.rows


@dataclass(frozen=True)
class Lowered:
    """A network as blocks; block k of the certificate format is ``blocks[k - 1]``.

    inputs: number of input values; output_values: for each output entry the number of its value, or -1 where it
    is a constant; output_constants: the constants (0 elsewhere); lock_step: whether they are two networks, made in
    lock step, which a certificate has to say.
    """

    inputs: int
    input_shape: tuple[int, ...]
    output_shape: tuple[int, ...]
    blocks: tuple[Block, ...]
    output_values: NDArray[np.int64]
    output_constants: Floats
    name: str = ""
    lock_step: bool = field(default=False, kw_only=True)

    @property
    def outputs(self) -> int:
        """The number of output entries."""
        return len(self.output_values)

    @property
    def label(self) -> bool:
        """Whether the output is one label: of blocks it never is."""
        return False

    @property
    def values(self) -> int:
        """How many values there are: inputs and the rows of all blocks."""
        return self.blocks[-1].stop if self.blocks else self.inputs

    def evaluate(self, x: Floats) -> Floats:
        """Outputs (batch, outputs) in binary64 for inputs (batch, inputs)."""
        values = all_values(self.blocks, x)
        picked: Floats = values[:, np.maximum(self.output_values, 0)] * (self.output_values >= 0)
        return picked + self.output_constants


def all_values(blocks: tuple[Block, ...], x: Floats) -> Floats:
    """All values (batch, values) in binary64 for inputs (batch, inputs)."""
    stop = blocks[-1].stop if blocks else x.shape[1]
    values = np.zeros((len(x), stop))
    values[:, : x.shape[1]] = x
    for block in blocks:
        if block.function == "rise":
            first, second = (values[:, k : k + block.rows] for k in block.ends)
            values[:, block.start : block.stop] = second - first
            continue
        rows = (block.weights @ values[:, : block.start].T).T + block.bias
        if block.function == "tangent":
            rows = rows * (values[:, block.ends[1] : block.ends[1] + block.rows] > 0)
        values[:, block.start : block.stop] = np.maximum(rows, 0.0) if block.function == "relu" else rows
    return values


def widened(matrix: Matrix, columns: int) -> Matrix:
    """The same sparse rows over more values."""
    if matrix.shape[1] == columns:
        return matrix
    return sp.csr_matrix((matrix.data, matrix.indices, matrix.indptr), shape=(matrix.shape[0], columns))

"""The array library that the search computes with: NumPy, or PyTorch, on a graphics processor where there is one.

Bounds, ascent and attacks are written once, against the Python array API standard (data-apis.org/array-api), which
NumPy follows by itself and PyTorch by way of array-api-compat.  All else of the search is on NumPy arrays, and
``put`` and ``get`` stand between the two.  Both libraries compute in binary64; ascents where neurons are split do so in
binary32, and what they find is computed once more in binary64 (``goals.ascend_quickly``).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

import numpy as np
import scipy.sparse as sp

from warrant.errors import SearchError

if TYPE_CHECKING:
    from numpy.typing import NDArray

Array = Any
"""An array of the library in use."""
Choice = Literal["auto", "numpy", "torch"]
DENSE = 0.15
"""Matrices with at least this share of entries that are not 0 are stored as dense ones; small ones are too."""
LARGE = 2_000_000
"""Weights from which on PyTorch is worth its start-up, about 2 s, if there is a graphics processor for it."""


@dataclass(frozen=True)
class Arrays:
    """An array library: its functions, the device that its arrays are on (None: NumPy's), and how numbers are kept."""

    xp: Any
    device: Any = None
    single: bool = False

    @property
    def real(self) -> Any:
        """The type of its numbers: binary64, or binary32 if ``single``."""
        return self.xp.float32 if self.single else self.xp.float64

    @property
    def accelerated(self) -> bool:
        """Whether something else than the processor computes."""
        return self.device is not None and self.device.type != "cpu"

    def put(self, a: NDArray[Any]) -> Array:
        """A NumPy array as one of this library; it may share memory."""
        if self.single and a.dtype == np.float64:
            a = a.astype(np.float32)
        return a if self.device is None else self.xp.asarray(a, device=self.device)

    def get(self, a: Array) -> NDArray[Any]:
        """An array of this library as a NumPy array; it may share memory."""
        found: NDArray[Any] = np.asarray(a) if self.device is None else np.asarray(a.cpu())
        return found.astype(np.float64) if found.dtype == np.float32 else found

    def zeros(self, *shape: int) -> Array:
        """Zeros."""
        return self.xp.zeros(shape, dtype=self.real, device=self.device)

    def weights(self, matrix: Any) -> Weights:
        """A SciPy matrix, stored dense or sparse, whichever suits it."""
        n, m = matrix.shape
        if n * m <= 4096 or matrix.nnz >= DENSE * n * m:
            return Dense(self, self.put(np.ascontiguousarray(matrix.toarray())))
        return Sparse(self, sp.csr_matrix(matrix))


@dataclass(frozen=True)
class Dense:
    """A matrix of weights, (rows, size of the source)."""

    arrays: Arrays
    matrix: Array

    @property
    def count(self) -> int:
        """How many weights a product has to go through."""
        n, m = self.matrix.shape
        return int(n * m)

    def times(self, c: Array) -> Array:
        """C · matrix for coefficients (batch, rows): (batch, size of the source)."""
        return c @ self.matrix

    def applied(self, v: Array) -> Array:
        """Matrix · v for values (batch, size of the source): (batch, rows)."""
        return v @ self.matrix.T

    def chosen(self, rows: NDArray[np.int64]) -> Array:
        """Some of the rows, dense."""
        return self.matrix[self.arrays.put(rows)]

    def to(self, arrays: Arrays) -> Dense:
        """The same for another kind of arrays of the same library."""
        return Dense(arrays, arrays.xp.astype(self.matrix, arrays.real))


class Sparse:
    """As Dense, for matrices that are mostly 0."""

    def __init__(self, arrays: Arrays, matrix: Any) -> None:
        self.arrays, self.matrix = arrays, matrix
        self.forth, self.back = matrix, matrix.T.tocsr()
        if arrays.device is not None:
            self.forth, self.back = _torch_sparse(self.forth, arrays.device), _torch_sparse(self.back, arrays.device)

    @property
    def count(self) -> int:
        """How many weights a product has to go through."""
        return int(self.matrix.nnz)

    def times(self, c: Array) -> Array:
        """C · matrix for coefficients (batch, rows): (batch, size of the source)."""
        return self._times(self.back, c)

    def applied(self, v: Array) -> Array:
        """Matrix · v for values (batch, size of the source): (batch, rows)."""
        return self._times(self.forth, v)

    def _times(self, matrix: Any, columns: Array) -> Array:
        product = (matrix @ columns.T).T
        return np.ascontiguousarray(product) if self.arrays.device is None else product.contiguous()

    def chosen(self, rows: NDArray[np.int64]) -> Array:
        """Some of the rows, dense."""
        return self.arrays.put(self.matrix[rows].toarray())

    def to(self, arrays: Arrays) -> Sparse:
        """The same for another kind of arrays of the same library."""
        return Sparse(arrays, self.matrix.astype(np.float32 if arrays.single else np.float64))


Weights = Dense | Sparse


def _torch_sparse(matrix: Any, device: Any) -> Any:
    import torch

    parts = (torch.asarray(matrix.indptr), torch.asarray(matrix.indices), torch.asarray(matrix.data))
    return torch.sparse_csr_tensor(*parts, size=matrix.shape, device=device)


NUMPY = Arrays(np)


def choose(choice: Choice, weights: int) -> Arrays:
    """The library to compute with, for a network with so many weights.

    ``auto`` is what the environment variable WARRANT_ARRAYS says, else PyTorch where it is installed, has a graphics
    processor and the network is large: without one, NumPy is no slower, and starts at once.

    Raises:
        SearchError: PyTorch was asked for and is not installed, or the variable names something else.
    """
    if choice == "auto":
        choice = cast(Choice, os.environ.get("WARRANT_ARRAYS", "auto"))
    if choice not in get_args(Choice):
        raise SearchError(f"WARRANT_ARRAYS: {choice!r}; expected one of {', '.join(get_args(Choice))}")
    if choice == "numpy" or (choice == "auto" and (weights < LARGE or find_spec("torch") is None)):
        return NUMPY
    if find_spec("torch") is None:
        raise SearchError("arrays: torch was asked for, and PyTorch is not installed; pip install 'warrant-ml[torch]'")
    found = _torch()
    return found if choice == "torch" or found.accelerated else NUMPY


@cache
def _torch() -> Arrays:
    import array_api_compat.torch as xp
    import torch

    return Arrays(xp, torch.device("cuda" if torch.cuda.is_available() else "cpu"))

"""The data of a training problem: NumPy files, as the checker reads them."""

from __future__ import annotations

import io
import os

import numpy as np
from numpy.typing import ArrayLike, NDArray

from warrant._files import limited, read_file
from warrant.errors import WrongInput

__all__ = ["Floats", "as_file", "read_matrix", "with_ones"]

Floats = NDArray[np.float64]
_FEWER = "fewer rows may fit"
_HINT = "np.save(file, np.ascontiguousarray(a, dtype='<f8')) writes such a file"
_EXPECTED = "a NumPy file of float64 numbers in C order with one or two dimensions"


def as_file(source: str | os.PathLike[str] | ArrayLike, name: str) -> tuple[bytes, str]:
    """The bytes of an ``.npy`` file, and its name; an array becomes the file that NumPy writes for it.

    Raises:
        WrongInput: the file cannot be read, or the array is not one of real numbers.
    """
    if isinstance(source, str | os.PathLike):
        path = os.fspath(source)
        return limited(read_file(path, _EXPECTED), path, _FEWER), path
    try:
        array = np.asarray(source)
        if array.dtype.kind not in "biuf" or array.dtype.itemsize > 8:
            raise TypeError
        exact = np.ascontiguousarray(array, dtype="<f8")
    except (TypeError, ValueError):
        raise WrongInput("not an array of real numbers", file=name, expected="binary64 numbers") from None
    if array.dtype.kind in "iu" and not np.array_equal(exact.astype(array.dtype), array):
        raise WrongInput("integers that are not exact in float64", file=name, expected="integers below 2^53")
    stream = io.BytesIO()
    np.lib.format.write_array(stream, exact, version=(1, 0), allow_pickle=False)
    return limited(stream.getvalue(), name, _FEWER), name


def with_ones(a: Floats, intercept: bool) -> Floats:
    """The rows (n, d) as the claim takes them: with an intercept, each begins with a 1, (n, d + 1)."""
    return np.hstack([np.ones((len(a), 1)), a]) if intercept else a


def read_matrix(data: bytes, *, file: str) -> Floats:
    """The rows of an ``.npy`` file, (n, d); an array of one dimension is a column.

    Raises:
        WrongInput: the file is not one that the checker reads.
    """
    try:
        array = np.lib.format.read_array(io.BytesIO(data), allow_pickle=False)
    except (ValueError, EOFError, MemoryError, OverflowError) as problem:
        raise WrongInput(f"not a NumPy file: {problem}", file=file, expected=_EXPECTED, hint=_HINT) from None
    if array.dtype != np.dtype("<f8") or array.ndim not in (1, 2):
        found = f"{array.ndim} dimensions of {array.dtype}"
        raise WrongInput(found, file=file, expected=_EXPECTED, hint=_HINT)
    if array.size == 0:
        raise WrongInput("no numbers", file=file, expected=_EXPECTED)
    if array.ndim == 2 and array.shape != (1, 1) and 1 not in array.shape and not array.flags.c_contiguous:
        raise WrongInput("Fortran order", file=file, expected=_EXPECTED, hint=_HINT)
    if not np.isfinite(array).all():
        place = f"index {tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])}"
        raise WrongInput("a NaN or an infinity", file=file, place=place, expected="finite numbers")
    matrix: Floats = array.reshape(len(array), -1)
    return matrix

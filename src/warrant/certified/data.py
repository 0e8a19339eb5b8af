"""The inputs and labels of a test set: NumPy files, as the checker reads them."""

from __future__ import annotations

import io
import os
import zipfile
import zlib
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from warrant._files import LARGEST, limited, read_file
from warrant.errors import WrongInput

__all__ = ["Labelled", "as_file", "read_array", "read_data", "shape_of"]

_TYPES = ("<f8", "<f4", "<i8", "<i4", "|u1", "|b1")
_EXPECTED = f"a NumPy file in C order, of one of the types {', '.join(_TYPES)}"
_HINT = "np.save(file, np.ascontiguousarray(a, dtype='<f8')) writes such a file"
_FEWER = "fewer rows may fit"


@dataclass(frozen=True)
class Labelled:
    """X, (n, inputs), and y, (n,), of one of the types that the checker reads; their numbers are meant exactly."""

    X: NDArray[Any]
    y: NDArray[Any]

    def row(self, k: int) -> tuple[Fraction, ...]:
        """Input k, exactly."""
        return tuple(Fraction(v.item()) for v in self.X[k])

    def label(self, k: int) -> Fraction:
        """Label k, exactly."""
        return Fraction(self.y[k].item())


def as_file(source: str | os.PathLike[str] | ArrayLike, name: str) -> tuple[bytes, str]:
    """The bytes of an ``.npy`` file, and its name; an array becomes the file that NumPy writes for it.

    Of an ``.npz`` file, the ``.npy`` file in it that has the given name.

    Raises:
        WrongInput: the file cannot be read, or the array is not one of real numbers.
    """
    if isinstance(source, str | os.PathLike):
        path = os.fspath(source)
        if path.endswith(".npz"):
            return _member(path, name), f"{path}:{name}"
        return limited(read_file(path, _EXPECTED), path, _FEWER), path
    array = np.asarray(source)
    if array.dtype.kind not in "biuf" or array.dtype.itemsize > 8:
        raise WrongInput(f"an array of type {array.dtype}", file=name, expected="real numbers")
    exact = np.ascontiguousarray(array) if array.dtype.str in _TYPES else np.ascontiguousarray(array, dtype="<f8")
    if array.dtype.kind in "iu" and not np.array_equal(exact.astype(array.dtype), array):
        raise WrongInput("integers that are not exact in float64", file=name, expected="integers below 2^53")
    stream = io.BytesIO()
    np.lib.format.write_array(stream, exact.reshape(array.shape), version=(1, 0), allow_pickle=False)
    return limited(stream.getvalue(), name, _FEWER), name


def _member(path: str, name: str) -> bytes:
    """One array of an ``.npz`` file, as the ``.npy`` file that it is there; no pickle is loaded."""
    data = read_file(path, "an .npz file")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            listed = [info.filename.removesuffix(".npy") for info in archive.infolist()]
            if listed.count(name) != 1:
                raise WrongInput(f"no array {name!r}", file=path, expected=f"one of: {', '.join(listed[:8])}")
            info = archive.getinfo(f"{name}.npy")
            if info.file_size > LARGEST:
                found = f"the array {name!r} has {info.file_size} bytes"
                raise WrongInput(found, file=path, expected=f"at most {LARGEST}", hint=_FEWER)
            with archive.open(info) as member:  # what the header says of the size is not believed
                return limited(member.read(LARGEST + 1), path, _FEWER)
    except (zipfile.BadZipFile, KeyError, OSError, EOFError, RuntimeError, NotImplementedError, zlib.error) as problem:
        raise WrongInput(f"not an .npz file: {problem}", file=path, expected="what np.savez writes") from None


def read_data(inputs: bytes, labels: bytes, *, files: tuple[str, str]) -> Labelled:
    """The numbers of both files.

    Raises:
        WrongInput: one of them is none that the checker reads, or there are not as many labels as inputs.
    """
    X, y = (read_array(data, file) for data, file in zip((inputs, labels), files, strict=True))
    if y.ndim > 1 and y.size != len(y):
        raise WrongInput(f"an array of shape {y.shape}", file=files[1], expected="one label a row")
    if len(X) != len(y):
        raise WrongInput(f"{len(y)} labels for {len(X)} inputs", file=files[1], expected="as many labels as inputs")
    return Labelled(X.reshape(len(X), -1), y.reshape(-1))


def shape_of(inputs: bytes) -> tuple[int, ...]:
    """The shape of the array in a file that read_data has read."""
    return read_array(inputs, "inputs.npy").shape


def read_array(data: bytes, file: str) -> NDArray[Any]:
    """The array in the bytes of an ``.npy`` file, of one of the types that the checker reads; its numbers are finite.

    Raises:
        WrongInput: there is none; no pickle is loaded.
    """
    try:
        array: NDArray[Any] = np.lib.format.read_array(io.BytesIO(data), allow_pickle=False)
    except (ValueError, EOFError, MemoryError, OverflowError) as problem:
        raise WrongInput(f"not a NumPy file: {problem}", file=file, expected=_EXPECTED, hint=_HINT) from None
    if array.dtype.str not in _TYPES or array.ndim == 0 or array.size == 0:
        found = f"an array of type {array.dtype} and shape {array.shape}"
        raise WrongInput(found, file=file, expected=_EXPECTED, hint=_HINT)
    if array.ndim > 1 and not array.flags.c_contiguous:
        raise WrongInput("Fortran order", file=file, expected=_EXPECTED, hint=_HINT)
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        place = f"index {tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])}"
        raise WrongInput("a NaN or an infinity", file=file, place=place, expected="finite numbers")
    return array

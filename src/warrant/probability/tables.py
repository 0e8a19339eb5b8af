"""Tables in files, read as theories/Spec/Tables.v reads them: comma-separated text, or NumPy arrays."""

from __future__ import annotations

import io
import os
import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from warrant._files import limited, read_file
from warrant.errors import WrongInput

__all__ = ["Source", "Table", "Value", "rational", "read_table", "table_bytes", "value"]

Value = Fraction | str
"""A number, exactly, or a text."""

Source = str | os.PathLike[str] | ArrayLike
"""A table: the path of a file, or an array."""

_KINDS = ("<f8", "<f4", "<i8", "<i4", "|u1", "|b1")
_EXPECTED = "comma-separated text, or a NumPy file of float64, float32, int64, int32, uint8 or bool in C order"
_DECIMAL = re.compile(r"([+-]?)(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_FRACTION = re.compile(r"[+-]?[0-9]+/[0-9]*[1-9][0-9]*")
_LONGEST = 1000


@lru_cache(maxsize=1 << 16)
def value(text: str) -> Value:
    """What a cell of a text says: a decimal number or a fraction, exactly, or else the text itself."""
    if len(text) <= _LONGEST and (_DECIMAL.fullmatch(text) or _FRACTION.fullmatch(text)):
        return Fraction(text)
    return text


def rational(number: object, name: str) -> Fraction:
    """The rational that a number stands for; a float stands for the decimal that Python prints for it.

    Raises:
        WrongInput: it is no number.
    """
    found = value(str(number))
    if isinstance(found, str):
        raise WrongInput(f"{name}: {number!r}", expected="a decimal number or a fraction")
    return found


@dataclass(frozen=True)
class Table:
    """A table.

    Attributes:
        rows: the cells, row by row; as many in each.
        text: whether it is comma-separated text, whose first row may hold names.
        name: the file's name, for messages.
    """

    rows: list[list[Value]]
    text: bool
    name: str

    @property
    def width(self) -> int:
        """The number of columns."""
        return len(self.rows[0])

    def has_names(self) -> bool:
        """Whether the first row seems to hold names: it is text, and none of its cells is a number."""
        return self.text and not any(isinstance(cell, Fraction) for cell in self.rows[0])

    def find(self, column: str | int, *, names: bool) -> int:
        """The number of a column that is given by name, or by number from 0 on.

        Raises:
            WrongInput: there is no such column.
        """
        heads = [str(cell) for cell in self.rows[0]] if names else []
        if isinstance(column, str) and heads.count(column) == 1:
            return heads.index(column)
        if re.fullmatch("[0-9]{1,4}", str(column)) and int(column) < self.width:
            return int(column)
        known = ", ".join(heads[:20]) if heads else f"a number from 0 to {self.width - 1}"
        raise WrongInput(f"there is no one column {column!r}", file=self.name, expected=f"one of: {known}")

    def column(self, index: int, *, skip: int) -> list[Value]:
        """The cells of a column below the first ``skip`` rows.

        Raises:
            WrongInput: one of them is empty, or there is none.
        """
        cells = [row[index] for row in self.rows[skip:]]
        if not cells:
            raise WrongInput("no rows", file=self.name, expected="one row for each example")
        if "" in cells:
            place = f"row {cells.index('') + skip + 1}, column {index + 1}"
            raise WrongInput("an empty cell", file=self.name, place=place, expected="a value in each row")
        return cells


def table_bytes(source: Source, name: str) -> tuple[bytes, str]:
    """The bytes of a file, or of the NumPy file of an array, and its name.

    Raises:
        WrongInput: the file cannot be read or is too long, or the array does not hold numbers.
    """
    if isinstance(source, str | os.PathLike):
        path = os.fspath(source)
        return limited(read_file(path, "a table"), path, "fewer rows may fit"), path
    array = np.ascontiguousarray(source)
    if array.dtype.kind not in "biuf":
        raise WrongInput(f"an array of {array.dtype}", file=name, expected="numbers", hint="give each class a number")
    if array.dtype.kind in "iu" and array.dtype.itemsize > 1:
        array = array.astype("<i8")
    stream = io.BytesIO()
    np.lib.format.write_array(stream, array, version=(1, 0), allow_pickle=False)
    return limited(stream.getvalue(), name, "fewer rows may fit"), name


def read_table(data: bytes, *, file: str) -> Table:
    """Read a table.

    Raises:
        WrongInput: it is not one that the checker reads; the message says where.
    """
    if data.startswith(b"\x93NUMPY"):
        return Table(_array(data, file), False, file)
    if b'"' in data:
        number = data[: data.index(b'"')].count(b"\n") + 1
        raise WrongInput(
            "a quotation mark",
            file=file,
            place=f"row {number}",
            expected="cells without quotation marks or commas in them",
        )
    text = data.decode("utf-8", "surrogateescape").removesuffix("\n")
    rows: list[list[Value]] = [
        [value(cell.removesuffix("\r")) for cell in line.split(",")] for line in text.split("\n")
    ]
    for number, row in enumerate(rows):
        if len(row) != len(rows[0]):
            raise WrongInput(
                f"{len(row)} cells",
                file=file,
                place=f"row {number + 1}",
                expected=f"{len(rows[0])}, as in the first row",
            )
    return Table(rows, True, file)


def _array(data: bytes, file: str) -> list[list[Value]]:
    try:
        array = np.lib.format.read_array(io.BytesIO(data), allow_pickle=False)
    except (ValueError, EOFError, MemoryError, OverflowError) as problem:
        raise WrongInput(f"not a NumPy file: {problem}", file=file, expected=_EXPECTED) from None
    if array.dtype.str not in _KINDS or array.ndim not in (1, 2) or array.size == 0 or not array.flags.c_contiguous:
        found = f"an array of {array.dtype} with shape {array.shape}"
        raise WrongInput(found, file=file, expected=_EXPECTED, hint="np.save writes such a file")
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        place = f"index {tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])}"
        raise WrongInput("a NaN or an infinity", file=file, place=place, expected="finite numbers")
    return [[Fraction(cell) for cell in row] for row in array.reshape(len(array), -1).tolist()]

"""Data that a user gives for a report, to see regions of inputs against it; it is no part of any claim or proof."""

from __future__ import annotations

import csv
import io
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from warrant._files import limited, read_file
from warrant._words import number_of
from warrant.certified.data import as_file, read_array
from warrant.errors import WrongInput
from warrant.evidence.record import digest

__all__ = ["Data", "read_given"]

_EXPECTED = "numbers in columns, separated by commas, of which the first line may give the names"
_FEWER = "fewer rows may fit"
_GREATEST = 1e300


@dataclass(frozen=True)
class Data:
    """A table of finite numbers.

    Attributes:
        name: what the user calls it: a path, or X for an array.
        sha256: of the file; of an array, of the ``.npy`` file with it.
        columns: the names of the columns; none where the file has no names.
        values: (rows, columns), float64.
    """

    name: str
    sha256: str
    columns: tuple[str, ...]
    values: NDArray[np.float64]

    def of(self, names: Sequence[str]) -> tuple[NDArray[np.float64], bool]:
        """The columns of these features, (rows, features), and whether they are those of these names.

        If it has none of these names, the columns are taken in their order.

        Raises:
            WrongInput: it has another number of columns, or some of these names and not all.
        """
        known = set(names) & set(self.columns)
        if len(known) == len(set(names)) == len(names):
            return self.values[:, [self.columns.index(name) for name in names]], True
        found, expected = self.values.shape[1], len(names)
        if known:
            other = next(name for name in names if name not in known)
            raise WrongInput(f"it has no column {other!r}, though one {min(known)!r}", file=self.name)
        if found != expected:
            raise WrongInput(
                f"it has {number_of(found, 'column')}, and the model {number_of(expected, 'input')}", file=self.name
            )
        return self.values, False


def read_given(source: str | os.PathLike[str] | ArrayLike) -> Data:
    """The numbers of an array or a data frame, or of an ``.npy``, ``.npz`` (its array X) or ``.csv`` file.

    No pickle is loaded.

    Raises:
        WrongInput: the file cannot be read, is larger than other data may be (16 MiB), or has something else in it than
            finite numbers.
    """
    if not isinstance(source, str | os.PathLike):
        data, name = as_file(source, "X")
        values = _rows(data, name)
        columns = tuple(map(str, getattr(source, "columns", ())))  # of a data frame
        return Data(name, digest(data), _different(columns, name) if len(columns) == values.shape[1] else (), values)
    path = os.fspath(source)
    whole = read_file(path, "an .npy, .npz or .csv file")
    shown = Path(path).name
    if path.lower().endswith(".csv"):
        columns, values = _table(limited(whole, path, _FEWER), path)
        return Data(shown, digest(whole), columns, values)
    data, name = as_file(path, "X")
    return Data(shown, digest(whole), (), _rows(data, name))


def _rows(data: bytes, file: str) -> NDArray[np.float64]:
    """The array in an ``.npy`` file as (rows, the rest)."""
    array = read_array(data, file)
    rows: NDArray[np.float64] = array.reshape(len(array), -1).astype(np.float64)
    if np.abs(rows).max() > _GREATEST:
        raise WrongInput(f"a number above {_GREATEST:g}", file=file, expected="numbers that can be drawn")
    return rows


def _table(data: bytes, file: str) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """The names and the numbers of a ``.csv`` file, but for columns without any number, such as those of labels."""
    try:
        lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as problem:
        raise WrongInput(f"not a table: {problem}", file=file, expected=_EXPECTED) from None
    numbered = [(k, line) for k, line in enumerate(lines, 1) if line]
    names = _names(numbered[0][1]) if numbered else ()
    numbered = numbered[1:] if names else numbered
    if not numbered:
        raise WrongInput("it has no rows", file=file, expected=_EXPECTED)
    width = len(names or numbered[0][1])
    for k, line in numbered:
        if len(line) != width:
            raise WrongInput(number_of(len(line), "field"), file=file, place=f"row {k}", expected=f"{width}, as before")
    columns = {i: column for i in range(width) if (column := _column(numbered, i, file)) is not None}
    if not columns:
        raise WrongInput("it has no column of numbers", file=file, expected=_EXPECTED)
    kept = tuple(names[i] for i in columns) if names else ()
    return _different(kept, file), np.array(list(columns.values()), dtype=np.float64).T


def _different(names: tuple[str, ...], file: str) -> tuple[str, ...]:
    """The same names, of which no two are the same."""
    name, times = Counter(names).most_common(1)[0] if names else ("", 1)
    if times > 1:
        raise WrongInput(f"{times} columns are called {name!r}", file=file, expected="different names")
    return names


def _names(line: list[str]) -> tuple[str, ...]:
    """The fields of a first line; nothing where one of them is a number, so that it is a row."""
    return () if any(_number(field) is not None for field in line) else tuple(field.strip() for field in line)


def _column(lines: list[tuple[int, list[str]]], i: int, file: str) -> list[float] | None:
    """The numbers of column i; None where there are none."""
    found = [_number(line[i]) for _, line in lines]
    if all(value is None for value in found):
        return None
    for (k, line), value in zip(lines, found, strict=True):
        if value is None or not abs(value) <= _GREATEST:
            what = f"{line[i][:40]!r}" if line[i].strip() else "nothing"
            raise WrongInput(
                what, file=file, place=f"row {k}, column {i + 1}", expected=f"a number of at most {_GREATEST:g}"
            )
    return [value for value in found if value is not None]


def _number(field: str) -> float | None:
    try:
        return float(field)
    except ValueError:
        return None

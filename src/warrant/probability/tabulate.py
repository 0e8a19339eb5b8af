"""Tables with exact numbers for chains that are given as Python objects."""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Mapping, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike

from warrant._files import limited, read_file
from warrant.errors import WrongInput
from warrant.probability.statement import show
from warrant.probability.tables import table_bytes, value

__all__ = ["Law", "Matrix", "Vector", "matrix_table", "vector_table"]

Law = Mapping[Hashable, object]
"""Probabilities of states: fractions, decimals, or floats, which stand for the decimals that Python prints for them."""
Matrix = str | os.PathLike[str] | ArrayLike | Callable[[Hashable], Law]
Vector = str | os.PathLike[str] | ArrayLike | Law


def matrix_table(source: Matrix, states: Sequence[Hashable] | None) -> tuple[bytes, str]:
    """The table of a chain's matrix, and its name: a file, an array (n, n), or a function of each of the states.

    Raises:
        WrongInput: there is no such file; or a state that a function leads to is not one of the states.
    """
    if callable(source):
        if not states or len(set(states)) < len(states):
            said = "no states" if not states else "a state that is there twice"
            raise WrongInput(said, file="states", expected="all states of the chain, each once")
        rows = [_row(source(state), states, f"after state {state!r}") for state in states]
        return limited(_text(rows), "matrix.table", "fewer states may fit"), "matrix.table"
    if isinstance(source, str | os.PathLike):
        path = os.fspath(source)
        return limited(read_file(path, "a matrix: a CSV or NumPy file"), path), path
    return _array(source, "matrix.table")


def vector_table(source: Vector, states: Sequence[Hashable] | None) -> tuple[bytes, str]:
    """The table of a distribution, and its name: a file, an array (n,), or the probabilities of the states by name.

    Raises:
        WrongInput: there is no such file; or a state is not one of the states.
    """
    if isinstance(source, Mapping):
        row = _row(source, states or [], "in the distribution")
        return limited(_text([[p] for p in row]), "distribution.table"), "distribution.table"
    if isinstance(source, str | os.PathLike):
        path = os.fspath(source)
        return limited(read_file(path, "a distribution on the states"), path), path
    return _array(source, "distribution.table")


def _row(law: object, states: Sequence[Hashable], place: str) -> list[Fraction]:
    if not isinstance(law, Mapping):
        raise WrongInput(f"{type(law).__name__}", file="chain", place=place, expected="probabilities by states")
    number = {state: i for i, state in enumerate(states)}
    row = [Fraction(0)] * len(states)
    for state, p in law.items():
        if state not in number:
            raise WrongInput(f"the state {state!r}", file="chain", place=place, expected="one of the states")
        row[number[state]] = _exact(p, place)
    return row


def _array(source: ArrayLike, name: str) -> tuple[bytes, str]:
    if isinstance(source, list | tuple):
        rows = [row if isinstance(row, list | tuple) else [row] for row in source]
        return limited(_text([[_exact(p, "in a list") for p in row] for row in rows]), name), name
    return table_bytes(np.asarray(source), name)


def _exact(p: object, place: str) -> Fraction:
    found = value(str(p))
    if isinstance(found, str):
        raise WrongInput(f"{p!r}", file="chain", place=place, expected="a fraction or a decimal number")
    return found


def _text(rows: Sequence[Sequence[Fraction]]) -> bytes:
    return ("\n".join(",".join(map(show, row)) for row in rows) + "\n").encode()

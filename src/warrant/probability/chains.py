"""Markov chains with exact rational numbers: reading, stationary distributions, and states where a property fails."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from fractions import Fraction

from warrant.errors import SearchError, WrongInput
from warrant.probability.statement import show
from warrant.probability.tables import read_table

__all__ = ["BALANCED", "STATIONARY", "Failure", "failure", "normalised", "read_matrix", "read_vector", "stationary"]

STATIONARY, BALANCED = "stationary", "balanced"
_LARGEST_SYSTEM = 120

Rows = list[dict[int, Fraction]]
"""The entries of each row that are not 0, by column."""


@dataclass(frozen=True)
class Failure:
    """Where a property fails: one state, or two, and the two numbers there that should be equal."""

    states: tuple[int, ...]
    found: Fraction
    wanted: Fraction

    @property
    def numbers(self) -> tuple[float, float]:
        """The two numbers, rounded."""
        return float(self.found), float(self.wanted)

    def __str__(self) -> str:
        numbers = f"{show(self.found)} and {show(self.wanted)} (difference {float(self.found - self.wanted):.3g})"
        if len(self.states) == 1:
            return f"state {self.states[0]}: after one step, and before it, {numbers}"
        return f"states {self.states[0]} and {self.states[1]}: the flows to and fro are {numbers}"


def read_matrix(data: bytes, *, file: str, normalise: bool = False) -> Rows:
    """The matrix of a chain, (n, n).

    Raises:
        WrongInput: it is not square, or a row is no distribution; the message says which one.
    """
    table = read_table(data, file=file)
    n = len(table.rows)
    if table.width != n:
        raise WrongInput(f"{n} rows and {table.width} columns", file=file, expected="a square matrix")
    rows: Rows = []
    for i, cells in enumerate(table.rows):
        row: dict[int, Fraction] = {}
        for j, cell in enumerate(cells):
            if isinstance(cell, str) or cell < 0:
                place = f"row {i + 1}, column {j + 1}"
                raise WrongInput(f"{cell}", file=file, place=place, expected="a number of at least 0")
            if cell:
                row[j] = cell
        total = sum(row.values(), Fraction(0))
        if total != 1 and not (normalise and total > 0):
            raise WrongInput(
                f"the numbers sum to {show(total)}, which differs from 1 by {float(total - 1):.3g}",
                file=file,
                place=f"row {i + 1}",
                expected="rows that sum to 1, exactly",
                hint="--normalise divides each row by its sum, exactly" if total > 0 else "",
            )
        rows.append({j: p / total for j, p in row.items()} if total != 1 else row)
    return rows


def normalised(rows: Rows) -> bytes:
    """The text of a matrix."""
    lines = [",".join(show(row[j]) if j in row else "0" for j in range(len(rows))) for row in rows]
    return ("\n".join(lines) + "\n").encode()


def read_vector(data: bytes, *, file: str, states: int) -> list[Fraction]:
    """A distribution on the states, in one row or one column.

    Raises:
        WrongInput: it is none.
    """
    rows = read_table(data, file=file).rows
    cells = rows[0] if len(rows) == 1 else [row[0] for row in rows if len(row) == 1]
    if len(cells) != states:
        raise WrongInput(f"{len(cells)} numbers in one row or column", file=file, expected=f"{states}, one a state")
    found = []
    for i, cell in enumerate(cells):
        if isinstance(cell, str) or cell < 0:
            raise WrongInput(f"{cell}", file=file, place=f"state {i}", expected="a number of at least 0")
        found.append(cell)
    total = sum(found, Fraction(0))
    if total != 1:
        raise WrongInput(f"the numbers sum to {show(total)}", file=file, expected="numbers that sum to 1, exactly")
    return found


def failure(rows: Rows, pi: list[Fraction], property: str) -> Failure | None:
    """The first state, or pair of states, where the property fails; None where it holds."""
    if property == BALANCED:
        for i, row in enumerate(rows):
            for j, p in row.items():
                to, fro = pi[i] * p, pi[j] * rows[j].get(i, Fraction(0))
                if to != fro:
                    return Failure((i, j), to, fro)
        return None
    after = [Fraction(0)] * len(rows)
    for p, row in zip(pi, rows, strict=True):
        if p:
            for j, q in row.items():
                after[j] += p * q
    for j, (found, wanted) in enumerate(zip(after, pi, strict=True)):
        if found != wanted:
            return Failure((j,), found, wanted)
    return None


def stationary(rows: Rows) -> list[Fraction]:
    """A stationary distribution: from ratios of neighbours where the chain is reversible, else from linear equations.

    Raises:
        SearchError: the chain is not reversible from one state on, and has too many states for exact equations.
    """
    ratios = _by_ratios(rows)
    if ratios is not None and failure(rows, ratios, STATIONARY) is None:
        return ratios
    if len(rows) > _LARGEST_SYSTEM:
        raise SearchError(
            f"a stationary distribution of {len(rows)} states was not found, since detailed balance fails; "
            f"give one with --stationary (equations are solved for up to {_LARGEST_SYSTEM} states)"
        )
    return _by_equations(rows)


def _by_ratios(rows: Rows) -> list[Fraction] | None:
    """What detailed balance says along a spanning tree."""
    mass: dict[int, Fraction] = {0: Fraction(1)}
    waiting = deque([0])
    while waiting:
        i = waiting.popleft()
        for j, p in rows[i].items():
            back = rows[j].get(i)
            if j not in mass and back:
                mass[j] = mass[i] * p / back
                waiting.append(j)
    if len(mass) < len(rows):
        return None
    total = sum(mass.values(), Fraction(0))
    return [mass[i] / total for i in range(len(rows))]


def _by_equations(rows: Rows) -> list[Fraction]:
    """Elimination of states, the last one first, without subtractions.

    Source: W. Grassmann, M. Taksar, D. Heyman, Regenerative analysis and steady state distributions, 1985.
    """
    n = len(rows)
    p = [[row.get(j, Fraction(0)) for j in range(n)] for row in rows]
    for k in range(n - 1, 0, -1):
        out = sum(p[k][:k], Fraction(0))
        if not out:
            raise SearchError(f"the chain does not leave the states from {k} on; give a distribution with --stationary")
        for i in range(k):
            if p[i][k]:
                p[i][k] /= out
                for j in range(k):
                    if p[k][j]:
                        p[i][j] += p[i][k] * p[k][j]
    mass = [Fraction(1)]
    for k in range(1, n):
        mass.append(sum((mass[i] * p[i][k] for i in range(k)), Fraction(0)))
    total = sum(mass, Fraction(0))
    return [m / total for m in mass]

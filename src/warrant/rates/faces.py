"""Facial reduction: directions in which no certificate's matrix is positive, as exact vectors, and the shifts that remove them.

Source: J. Borwein and H. Wolkowicz, Regularizing the abstract convex program, 1981.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from warrant.rates.forms import Linear, Shifts, combine

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from warrant.rates.forms import Form


def reduce(rows: Iterable[Linear], limit: int | None = None) -> dict[int, Linear]:
    """The reduced row echelon form of rows, by pivot; stops at ``limit`` independent ones."""
    out: dict[int, Linear] = {}
    for row in rows:
        rest = combine([(1, row), *((-row.get(p, Fraction(0)), r) for p, r in out.items())])
        if not rest:
            continue
        pivot = next((i for i, q in rest.items() if abs(q) == 1), next(iter(rest)))
        rest = combine([(1 / rest[pivot], rest)])
        for p, r in out.items():
            if pivot in r:
                out[p] = combine([(1, r), (-r[pivot], rest)])
        out[pivot] = rest
        if limit is not None and len(out) >= limit:
            break
    return out


def common_kernel(forms: Sequence[Form], coordinates: Sequence[int]) -> list[Linear]:
    """A basis of the directions that no form sees, exactly."""
    place = {i: p for p, i in enumerate(coordinates)}
    total = np.zeros((len(place), len(place)))
    matrices = []
    for form in forms:
        rows: dict[int, Linear] = {}
        for key, q in form.items():
            if len(key) == 2:
                i, j = key
                for a, b in {(i, j), (j, i)}:
                    rows.setdefault(a, {})[b] = q if i == j else q / 2
        matrices.append(rows)
        for row in rows.values():
            v = np.zeros(len(place))
            v[[place[i] for i in row]] = [float(q) for q in row.values()]
            total += np.outer(v, v) / max(float(v @ v), 1e-300)
    rank = int((np.linalg.eigvalsh(total) > 1e-9).sum()) if len(place) else 0
    echelon = reduce((row for rows in matrices for row in rows.values()), rank)
    kernel = []
    for free in (i for i in coordinates if i not in echelon):
        vector = {free: Fraction(1)} | {p: -row[free] for p, row in echelon.items() if free in row}
        kernel.append(vector)
    seen = (row for rows in matrices for row in rows.values())
    bad = any(sum(row[i] * v[i] for i in row.keys() & v.keys()) for row in seen for v in kernel)
    return [] if bad else kernel


def guess_kernel(matrix: NDArray[np.float64], coordinates: Sequence[int]) -> list[Linear]:
    """Rational vectors near the kernel of a positive semidefinite matrix: (coordinates, coordinates)."""
    values, vectors = np.linalg.eigh(matrix)
    threshold = 1e-7 * max(float(np.abs(values).max()), 1e-12) if len(values) else 0.0
    basis = vectors[:, values < threshold].T.copy()
    pivots: list[int] = []
    for r in range(len(basis)):
        rest = np.abs(basis[r:])
        at, column = np.unravel_index(int(rest.argmax()), rest.shape)
        basis[[r, r + int(at)]] = basis[[r + int(at), r]]
        basis[r] /= basis[r, column]
        for other in range(len(basis)):
            if other != r:
                basis[other] -= basis[other, column] * basis[r]
        pivots.append(int(column))
    return [guess for row in basis if (guess := _guess(row, coordinates))]


def _guess(row: NDArray[np.float64], coordinates: Sequence[int]) -> Linear:
    """The simplest rational vector near a row; empty if there is none."""
    for denominator, tolerance in ((20, 2e-3), (100, 5e-4), (1000, 1e-4)):
        guess = [Fraction(float(x)).limit_denominator(denominator) for x in row]
        if max(abs(float(q) - x) for q, x in zip(guess, row, strict=True)) < tolerance:
            return {i: q for i, q in zip(coordinates, guess, strict=True) if q}
    return {}


def shifts_of(kernel: Sequence[Linear], coordinates: Sequence[int]) -> tuple[Shifts, frozenset[int]]:
    """Shifts after which no form sees the coordinates that are returned: one for each vector of the kernel."""
    echelon = reduce(kernel)
    shifts: Shifts = {}
    for i in coordinates:
        if i not in echelon:
            shift = {pivot: row[i] for pivot, row in echelon.items() if i in row}
            if shift:
                shifts[i] = shift
    return shifts, frozenset(echelon)

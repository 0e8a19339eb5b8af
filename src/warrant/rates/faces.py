"""Facial reduction: exact directions in which no certificate's matrix is positive, and the shifts that remove them.

Source: J. Borwein and H. Wolkowicz, Regularizing the abstract convex program, 1981.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from warrant.rates.forms import Linear, Shifts, combine, inner

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from warrant.rates.forms import Form, Key, Meaning
    from warrant.rates.problem import Object, Problem

DENOMINATORS = ((12, 2e-3), (20, 2e-3), (40, 1e-3), (100, 1e-3), (250, 2e-4), (1000, 2e-4))
"""For directions near a kernel: the largest denominators of entries, and how near they must be."""


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


def nullspace(echelon: dict[int, Linear], coordinates: Iterable[int]) -> list[Linear]:
    """A basis of the vectors that rows in reduced echelon form annihilate."""
    return [
        {free: Fraction(1)} | {p: -row[free] for p, row in echelon.items() if free in row}
        for free in coordinates
        if free not in echelon
    ]


def dot(a: Linear, b: Linear) -> Fraction:
    """The sum of the products of the coefficients."""
    return sum((a[i] * b[i] for i in a.keys() & b.keys()), Fraction(0))


def symmetric_rows(form: Form) -> dict[int, Linear]:
    """The symmetric matrix of a form's inner products, by row."""
    rows: dict[int, Linear] = {}
    for key, q in form.items():
        if len(key) == 2:
            i, j = key
            for a, b in {(i, j), (j, i)}:
                rows.setdefault(a, {})[b] = q if i == j else q / 2
    return rows


def common_kernel(forms: Sequence[Form], coordinates: Sequence[int]) -> list[Linear]:
    """A basis of the directions that no form sees, exactly."""
    place = {i: p for p, i in enumerate(coordinates)}
    total = np.zeros((len(place), len(place)))
    matrices = []
    for form in forms:
        rows = symmetric_rows(form)
        matrices.append(rows)
        for row in rows.values():
            v = np.zeros(len(place))
            v[[place[i] for i in row]] = [float(q) for q in row.values()]
            total += np.outer(v, v) / max(float(v @ v), 1e-300)
    rank = int((np.linalg.eigvalsh(total) > 1e-9).sum()) if len(place) else 0
    echelon = reduce((row for rows in matrices for row in rows.values()), rank)
    kernel = nullspace(echelon, coordinates)
    seen = (row for rows in matrices for row in rows.values())
    return [] if any(dot(row, v) for row in seen for v in kernel) else kernel


def guess_kernel(matrix: NDArray[np.float64], coordinates: Sequence[int], part: float) -> list[Linear]:
    """Rational vectors near the kernel of a positive semidefinite matrix: (coordinates, coordinates).

    part: eigenvalues below this part of the largest count as 0.
    """
    return [guess for row in near_kernel(matrix, part) if (guess := _guess(row, coordinates, matrix))]


def near_kernel(matrix: NDArray[np.float64], part: float) -> NDArray[np.float64]:
    """A basis, (vectors, coordinates), of the directions that a matrix hardly sees; each has a 1 that no other has."""
    values, vectors = np.linalg.eigh(matrix)
    threshold = part * max(float(np.abs(values).max()), 1e-12) if len(values) else 0.0
    basis = vectors[:, values < threshold].T.copy()
    for r in range(len(basis)):
        rest = np.abs(basis[r:])
        at, column = np.unravel_index(int(rest.argmax()), rest.shape)
        basis[[r, r + int(at)]] = basis[[r + int(at), r]]
        basis[r] /= basis[r, column]
        for other in range(len(basis)):
            if other != r:
                basis[other] -= basis[other, column] * basis[r]
    return np.asarray(basis)


def _guess(row: NDArray[np.float64], coordinates: Sequence[int], matrix: NDArray[np.float64]) -> Linear:
    """The simplest of the rational vectors near a row that the matrix sees least; empty if there is none."""
    found: list[tuple[float, list[Fraction]]] = []
    for denominator, tolerance in DENOMINATORS:
        guess = [Fraction(float(x)).limit_denominator(denominator) for x in row]
        v = np.array([float(q) for q in guess])
        if np.abs(v - row).max() < tolerance:
            found.append((float(v @ matrix @ v), guess))
    if not found:
        return {}
    least = max(min(seen for seen, _ in found), 1e-9 * float(np.abs(matrix).max()))
    guess = next(guess for seen, guess in found if seen <= 10 * least)
    return {i: q for i, q in zip(coordinates, guess, strict=True) if q}


def quadratic_directions(problem: Problem, m: Meaning) -> list[Linear]:
    """Directions of points along which smooth functions are quadratics of their least or greatest curvature.

    Where no assumption sees such a direction, points may go far along it: no certificate's matrix is positive.
    """
    found: list[Linear] = []
    curvatures = [_curvatures(o) for o in problem.objects]
    if not any(curvatures) or sum(map(bool, curvatures)) > 2:
        return []
    for chosen in product(*(c or (None,) for c in curvatures)):
        rows = []
        values: dict[Key, Form] = {}
        for call in m.calls:
            c = chosen[call.k]
            if c is not None:
                centre = next((d.x for d in m.calls if d.k == call.k and not d.g), {})
                x = combine([(1, call.x), (-1, centre)])
                rows.append(combine([(1, call.g), (-c, x)]))
                for key in call.v or {}:
                    values.setdefault(key, combine([(c / 2, inner(x, x))]))
        free = nullspace(reduce(rows), m.coordinates)
        seen: list[Linear] = []
        for form, _ in m.comparisons.values():
            matrix = symmetric_rows(combine([(1, form), *((q, values.get(key, {})) for key, q in form.items())]))
            for a in free:
                image = combine((q, matrix.get(i, {})) for i, q in a.items())
                seen.append({k: q for k, b in enumerate(free) if (q := dot(image, b))})
        found += [combine((q, free[k]) for k, q in v.items()) for v in nullspace(reduce(seen), range(len(free)))]
    return found


def _curvatures(o: Object) -> list[Fraction]:
    """The least and the greatest curvature of a smooth convex function."""
    parameters = {c.name: (*c.parameters, Fraction(0))[0] for c in o.classes}
    convex = [q for name, q in parameters.items() if name in ("convex", "strongly-convex")]
    return [max(convex), parameters["smooth"]] if convex and "smooth" in parameters else []


def unseen(
    directions: Iterable[Linear], shifts: Shifts, live: Sequence[int], slack: NDArray[np.float64]
) -> list[Linear]:
    """The directions that a matrix, (live, live), does not see, but for those that shifts remove."""
    out = []
    for v in directions:
        y = np.array([float(v.get(i, 0) - dot(shifts.get(i, {}), v)) for i in live])
        size = float(np.linalg.norm(y)) * max(float(np.abs(slack).max(initial=0.0)), 1e-12)
        if size > 0 and np.linalg.norm(slack @ y) < 1e-5 * size:
            out.append(v)
    return out


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

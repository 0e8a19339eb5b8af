"""Makes an exact certificate of a numerical solution: rounded multipliers, repaired equations, and squares."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from scipy import linalg

from warrant.rates.certificate import Certificate, Refused, Square, UsedFact, UsedSpan, check, remainder
from warrant.rates.forms import combine

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from warrant.rates.dual import Solution
    from warrant.rates.forms import Form, Key, Linear
    from warrant.rates.system import System

NEGLIGIBLE = (1e-3, 1e-5, 1e-7)
"""Multipliers below this part of the largest are left out; the first part that works is taken."""


class NotExact(Exception):
    """No exact certificate near a numerical solution, for the reason given."""


def rounded(x: float, bits: int) -> Fraction:
    """The nearest multiple of 2^-bits."""
    return Fraction(round(Fraction(float(x)) * 2**bits), 2**bits)


def certify(system: System, solution: Solution, *, margin: NDArray[np.float64]) -> Certificate:
    """An exact certificate near a solution.  margin: (live,), how much of each diagonal entry may be left over.

    Raises NotExact.
    """
    reason = "the rounded multipliers satisfy no equations"
    for bits, negligible in product((16, 22, 28, 34, 40, 48, 60), NEGLIGIBLE):
        try:
            plain, rest = _multipliers(system, solution, bits, negligible)
            return _squares(system, plain, rest, margin)
        except NotExact as error:
            reason = str(error)
    raise NotExact(reason)


# ---- multipliers -----------------------------------------------------------------------------------------------------


def _spans(system: System, solution: Solution, bits: int, negligible: float) -> Iterator[UsedSpan]:
    for block, matrix in zip(system.blocks, solution.matrices, strict=True):
        values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
        for value, vector in zip(values, vectors.T, strict=True):
            if value > negligible * max(float(values.max()), 1e-12):
                entries = [rounded(x, bits // 2) for x in vector * np.sqrt(value)]
                combination = tuple((c, q) for c, q in zip(block.calls, entries, strict=True) if q)
                if combination:
                    yield UsedSpan(block.name, block.at, combination, Fraction(1))


def _multipliers(system: System, solution: Solution, bits: int, negligible: float) -> tuple[Certificate, Form]:
    """Rounded multipliers, repaired so that all equations hold exactly, and what they leave for squares."""
    largest = max(float(np.abs(solution.multipliers).max()), 1e-12)
    kept = [v for v, x in enumerate(solution.multipliers) if abs(x) > negligible * largest]
    kept = [v for v in kept if system.columns[v].free or solution.multipliers[v] > 0]
    q = {v: rounded(solution.multipliers[v], bits) for v in kept}
    spans = tuple(_spans(system, solution, bits, negligible))
    # what the rounded multipliers leave of each equation
    nothing = Certificate(
        (Fraction(1), *[Fraction(0)] * (len(system.problem.metrics) - 1)), spans=spans, shifts=system.shifts
    )
    fixed = combine([(1, remainder(system.problem, nothing)), (1, system.meaning.metrics[0])])
    forms = {v: system.columns[v].form for v in kept}
    keys = list(system.equations([*forms.values(), fixed]))
    rows: list[Linear] = [{v: forms[v][key] for v in kept if key in forms[v]} for key in keys]
    sides = [-fixed.get(key, Fraction(0)) for key in keys]
    rows.append({v: Fraction(1) for v in kept if system.columns[v].kind == "weight"})
    sides.append(Fraction(1))
    repair(rows, sides, q, {v: float(solution.multipliers[v]) for v in kept})
    for v, x in q.items():
        if x < 0 and not system.columns[v].free:
            raise NotExact("a repaired multiplier is negative")
    rest = combine([(1, fixed), *((x, forms[v]) for v, x in q.items())])
    return _assemble(system, q, spans), rest


def repair(rows: list[Linear], sides: list[Fraction], q: dict[int, Fraction], size: dict[int, float]) -> None:
    """Changes q, at well-centred pivots, so that all equations hold.  Raises NotExact."""
    columns = list(q)
    A = np.array([[float(row.get(v, 0)) for v in columns] for row in rows])
    if not columns or not len(rows):
        return
    A /= np.maximum(np.abs(A).max(axis=1, keepdims=True), 1e-300)
    sizes = np.abs([size[v] for v in columns])
    weights = np.sqrt(np.maximum(sizes, 1e-4 * sizes.max()))
    _, R, order = linalg.qr(A * weights, mode="economic", pivoting=True)
    diagonal = np.abs(np.diag(R))
    rank = int((diagonal > 1e-9 * max(float(diagonal[0]), 1e-300)).sum())
    basis = [columns[int(p)] for p in order[:rank]]
    _, _, order = linalg.qr(A[:, [int(p) for p in order[:rank]]].T, mode="economic", pivoting=True)
    chosen = [int(p) for p in order[:rank]]
    residues = [sides[r] - sum((c * q[v] for v, c in rows[r].items()), Fraction(0)) for r in range(len(rows))]
    change = solve_exactly(
        [{v: c for v, c in rows[r].items() if v in set(basis)} for r in chosen], [residues[r] for r in chosen]
    )
    for v, d in change.items():
        q[v] += d
    for row, side in zip(rows, sides, strict=True):
        if sum((c * q[v] for v, c in row.items()), Fraction(0)) != side:
            raise NotExact("equations that must hold exactly hold only nearly")


def solve_exactly(rows: list[Linear], sides: list[Fraction]) -> Linear:
    """The solution of a sparse square system, by elimination.  Raises NotExact where it is singular."""
    work = [(dict(row), side) for row, side in zip(rows, sides, strict=True)]
    done: list[tuple[int, dict[int, Fraction], Fraction]] = []
    while work:
        at = min(range(len(work)), key=lambda r: len(work[r][0]) or 10**9)
        row, side = work.pop(at)
        if not row:
            raise NotExact("the equations are singular")
        pivot = next((v for v, c in row.items() if abs(c) == 1), next(iter(row)))
        inverse = 1 / row.pop(pivot)
        row = {v: c * inverse for v, c in row.items()}
        side *= inverse
        for i, (other, right) in enumerate(work):
            c = other.pop(pivot, None)
            if c:
                for v, d in row.items():
                    new = other.get(v, Fraction(0)) - c * d
                    if new:
                        other[v] = new
                    else:
                        other.pop(v, None)
                work[i] = (other, right - c * side)
        done.append((pivot, row, side))
    out: Linear = {}
    for pivot, row, side in reversed(done):
        out[pivot] = side - sum((c * out[v] for v, c in row.items()), Fraction(0))
    return out


def _assemble(system: System, q: dict[int, Fraction], spans: Sequence[UsedSpan]) -> Certificate:
    weights = [Fraction(0)] * len(system.problem.metrics)
    uses, facts = [], []
    for v, x in q.items():
        column = system.columns[v]
        match column.kind:
            case "weight":
                weights[column.index] = x
            case "use" if x:
                uses.append((column.index, x))
            case "fact" if x:
                facts.append(UsedFact(column.name, column.calls, x))
    return Certificate(tuple(weights), tuple(uses), tuple(facts), tuple(spans), (), system.shifts)


# ---- squares ---------------------------------------------------------------------------------------------------------


def _quadratic(form: Form, live: Sequence[int]) -> NDArray[np.float64]:
    place = {i: p for p, i in enumerate(live)}
    out = np.zeros((len(live), len(live)))
    for key, c in form.items():
        if len(key) == 2:
            a, b = place[key[0]], place[key[1]]
            out[a, b] += float(c) / 2
            out[b, a] += float(c) / 2
    return out


def _squares(system: System, plain: Certificate, rest: Form, margin: NDArray[np.float64]) -> Certificate:
    """The certificate with squares, of as few digits as will do.  Raises NotExact."""
    live = system.live
    if rest.get((), Fraction(0)) < 0:
        raise NotExact("the constant is negative after rounding")
    bad: list[Key] = [key for key in rest if len(key) == 1 or set(key) & system.dead]
    if bad:
        raise NotExact("not everything that must cancel does")
    try:
        check(system.problem, plain)
        return plain
    except Refused:
        pass
    S = _quadratic(rest, live)
    try:
        C = np.linalg.cholesky(S - np.diag(margin) / 2)
    except np.linalg.LinAlgError:
        raise NotExact("the matrix is not positive after rounding") from None
    for bits in range(4, 60, 2):
        squares = []
        for column in C.T:
            entries = tuple((i, q) for i, x in zip(live, column, strict=True) if (q := rounded(x, bits)))
            if entries:
                squares.append(Square(Fraction(1), entries))
        certificate = Certificate(plain.weights, plain.uses, plain.facts, plain.spans, tuple(squares), plain.shifts)
        error = np.abs(S - sum((np.outer(v, v) for v in [_dense(s, live) for s in squares]), np.zeros_like(S)))
        if (2 * np.diag(error) >= error.sum(axis=1)).all():
            try:
                check(system.problem, certificate)
            except Refused:
                continue
            return certificate
    raise NotExact("no remainder is diagonally dominant")


def _dense(square: Square, live: Sequence[int]) -> NDArray[np.float64]:
    of = dict(square.combination)
    return np.array([float(of.get(i, 0)) for i in live])

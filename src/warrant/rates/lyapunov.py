"""From a method to an exact potential: semidefinite programs, facial reduction and rounding (docs/rates.md)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from warrant.rates import problem as P
from warrant.rates.cones import Cone, SolverTrouble, matrix, minimum, triangle
from warrant.rates.faces import guess_kernel, symmetric_rows
from warrant.rates.find import NotFound, closed_forms, simplest
from warrant.rates.forms import Form, Linear, combine
from warrant.rates.potential import PARTS, Cell, System
from warrant.rates.rounding import NotExact, repair, rounded

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from warrant.rates.method import Method

__all__ = ["Potential", "find_potential", "least_ratio", "least_scale"]

ROUNDS = 12
"""How often directions are looked for in which nothing is positive."""
SPARE = 1e-6
"""A margin as small as this counts as none."""
NEGLIGIBLE = (1e-3, 1e-5, 1e-7)
"""Multipliers below this part of the largest are left out; the first part that works is taken."""
FLAT = 1e-4
"""Eigenvalues below this part of the largest are taken for 0 where there is no margin."""
SMALL = 1e-6
"""What multipliers cost beside margins, so that they do not grow for nothing."""
BISECTIONS = 24


@dataclass(frozen=True)
class Potential:
    """A method's conclusion, and the text of a certificate for it."""

    method: Method
    certificate: str


# ---- programs --------------------------------------------------------------------------------------------------------


class _Program:
    """The semidefinite program of a system: unknowns, and margins of the matrices after them."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.cells = [cell for cell, square in system.squares.items() if square.live()]
        rows, sides = equations(system)
        n = len(system.unknowns)
        entries = [(r, v, float(q)) for r, row in enumerate(rows) for v, q in row.items()]
        self.E, self.e = _sparse(entries, len(rows), n), np.array([float(s) for s in sides])
        self.matrices = {cell: self._matrix(cell) for cell in self.cells}

    def _matrix(self, cell: Cell) -> tuple[sparse.csr_matrix, NDArray[np.float64]]:
        """The triangle of a cell's matrix, as A·x + b."""
        live = self.system.squares[cell].live()
        entries, size = [], len(live) * (len(live) + 1) // 2
        for v, u in enumerate(self.system.unknowns):
            entries += [(r, v, q) for r, q in _triangle(u.forms.get(cell, {}), live)]
        b = np.zeros(size)
        for r, q in _triangle(self.system.constant.get(cell, {}), live):
            b[r] = q
        return _sparse(entries, size, len(self.system.unknowns)), b

    def solve(
        self, cost: NDArray[np.float64], reward: float, *, common: bool = False, low: float = 0.0
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The x and the margins with the least cost·x − reward·Σ margins; each margin between ``low`` and 1.

        common: all margins are one.
        """
        n, count = len(self.system.unknowns), 1 if common else len(self.cells)
        signed = [v for v, u in enumerate(self.system.unknowns) if not u.free]
        none = sparse.csr_matrix((len(signed), count))
        cones = [
            Cone("zero", _beside(self.E, sparse.csr_matrix((len(self.e), count))), self.e),
            Cone("nonnegative", _beside(-sparse.identity(n, format="csr")[signed], none), np.zeros(len(signed))),
        ]
        for sign, limit in ((1.0, 1.0), (-1.0, -low)):
            margins = sign * sparse.identity(count, format="csr")
            cones.append(Cone("nonnegative", _beside(sparse.csr_matrix((count, n)), margins), np.full(count, limit)))
        for c, cell in enumerate(self.cells):
            A, b = self.matrices[cell]
            rows, columns = triangle(len(self.system.squares[cell].live()))
            diagonal = [(int(r), 0 if common else c, 1.0) for r in np.flatnonzero(rows == columns)]
            cones.append(Cone("semidefinite", _beside(-A, _sparse(diagonal, len(b), count)), b))
        x = minimum(np.concatenate([cost, np.full(count, -reward)]), cones)
        return x[:n], x[n:]

    def slack(self, cell: Cell, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """The matrix of a cell, (live, live)."""
        A, b = self.matrices[cell]
        return matrix(A @ x + b, len(self.system.squares[cell].live()))


def _sparse(entries: list[tuple[int, int, float]], rows: int, columns: int) -> sparse.csr_matrix:
    i, j, v = zip(*entries, strict=True) if entries else ((), (), ())
    return sparse.csr_matrix((v, (i, j)), shape=(rows, columns))


def _beside(a: sparse.csr_matrix, b: sparse.csr_matrix) -> sparse.csr_matrix:
    return sparse.csr_matrix(sparse.hstack([a, b]))


def _triangle(form: Form, live: tuple[int, ...]) -> list[tuple[int, float]]:
    """The entries of a form's matrix in the scaled triangle."""
    place = {i: p for p, i in enumerate(live)}
    out = []
    for key, q in form.items():
        if len(key) == 2 and key[0] in place and key[1] in place:
            a, b = sorted((place[key[0]], place[key[1]]))
            out.append((b * (b + 1) // 2 + a, float(q) * (1.0 if a == b else 0.5**0.5)))
    return out


def equations(system: System) -> tuple[list[Linear], list[Fraction]]:
    """What must hold exactly: numbers and constants cancel, and matrices vanish in the directions found."""
    rows: list[Linear] = []
    sides: list[Fraction] = []
    for cell, square in system.squares.items():
        parts = [(v, u.forms[cell]) for v, u in enumerate(system.unknowns) if cell in u.forms]
        constant = system.constant.get(cell, {})
        for key in dict.fromkeys(k for f in [*(f for _, f in parts), constant] for k in f if len(k) < 2):
            rows.append({v: f[key] for v, f in parts if key in f})
            sides.append(-constant.get(key, Fraction(0)))
        if not square.kernel:
            continue
        matrices = [(v, symmetric_rows(f)) for v, f in parts]
        fixed = symmetric_rows(constant)
        for direction in square.kernel:
            for i in square.coordinates:
                row = {v: _dot(m.get(i, {}), direction) for v, m in matrices}
                rows.append({v: q for v, q in row.items() if q})
                sides.append(-_dot(fixed.get(i, {}), direction))
    return _independent(rows, sides)


def _independent(rows: list[Linear], sides: list[Fraction]) -> tuple[list[Linear], list[Fraction]]:
    """The same equations, each with an unknown that no other has.  Raises NotExact if they contradict each other."""
    out: dict[int, tuple[Linear, Fraction]] = {}
    for row, side in zip(rows, sides, strict=True):
        known = [(row[p], *out[p]) for p in row if p in out]
        rest = combine([(1, row), *((-c, r) for c, r, _ in known)])
        right = side - sum((c * s for c, _, s in known), Fraction(0))
        if not rest:
            if right:
                raise NotExact("the equations contradict each other")
            continue
        pivot = next((v for v, c in rest.items() if abs(c) == 1), next(iter(rest)))
        scale = 1 / rest[pivot]
        rest, right = combine([(scale, rest)]), scale * right
        for p, (r, s) in out.items():
            if pivot in r:
                out[p] = combine([(1, r), (-r[pivot], rest)]), s - r[pivot] * right
        out[pivot] = rest, right
    return [r for r, _ in out.values()], [s for _, s in out.values()]


def _dot(a: Linear, b: Linear) -> Fraction:
    return sum((a[i] * b[i] for i in a.keys() & b.keys()), Fraction(0))


# ---- exact potentials ------------------------------------------------------------------------------------------------


def find_potential(method: Method) -> Potential | NotFound:
    """A potential for what a method's text concludes, or why none was found."""
    try:
        return Potential(method, _certificate(System(method)))
    except (SolverTrouble, NotExact) as error:
        return NotFound(f"no potential for {method.ratio}: {error}")


def _certificate(system: System) -> str:
    """Raises SolverTrouble or NotExact."""
    thin = np.array([float(not u.free) for u in system.unknowns])
    for _ in range(ROUNDS):
        program = _Program(system)
        x, margins = program.solve(SMALL * thin, 1.0, low=-1e-9)
        flat = [cell for cell, t in zip(program.cells, margins, strict=True) if t < SPARE]
        slacks = {cell: program.slack(cell, x) for cell in program.cells}
        size = max((float(np.abs(S).max()) for S in slacks.values()), default=0.0)
        found = {cell: _kernel(slacks[cell], system.squares[cell].live(), size) for cell in flat}
        for cell, more in found.items():
            system.squares[cell].kernel += more
        if not any(found.values()):
            break
    if flat:
        raise NotExact("no room in some direction")
    x, margins = program.solve(SMALL * thin, 1.0, common=True, low=-1e-9)
    solutions = [x]
    try:
        solutions.insert(0, program.solve(thin, 0.0, common=True, low=float(margins[0]) / 3)[0])
    except SolverTrouble:
        pass
    rows, sides = equations(system)
    reason = ""
    for solution in solutions:
        for bits in (4, 8, 12, 16, 22, 28, 34, 40, 48):
            for part in NEGLIGIBLE:
                try:
                    return _exact(system, rows, sides, solution, bits, part)
                except NotExact as error:
                    reason = str(error)
    raise NotExact(reason)


def _kernel(S: NDArray[np.float64], live: tuple[int, ...], size: float) -> list[Linear]:
    """Rational directions in which a matrix, (live, live), is 0 as far as can be told, where ``size`` is usual."""
    if np.abs(S).max() < FLAT * size:
        return [{i: Fraction(1)} for i in live]
    return guess_kernel(S, live, FLAT)


def _exact(
    system: System, rows: list[Linear], sides: list[Fraction], x: NDArray[np.float64], bits: int, negligible: float
) -> str:
    """The certificate near a solution.  Raises NotExact."""
    largest = max(float(np.abs(x).max()), 1e-12)
    kept = [v for v, u in enumerate(system.unknowns) if abs(x[v]) > negligible * largest and (u.free or x[v] > 0)]
    q = {v: rounded(x[v], bits) for v in kept}
    repair([{v: c for v, c in row.items() if v in q} for row in rows], sides, q, {v: float(x[v]) for v in kept})
    if any(q[v] < 0 for v in kept if not system.unknowns[v].free):
        raise NotExact("a repaired multiplier is negative")
    squares: dict[str, list[str]] = {part: [] for part in PARTS}
    for cell, square in system.squares.items():
        left = combine(
            [(1, system.constant.get(cell, {}))]
            + [(c, system.unknowns[v].forms[cell]) for v, c in q.items() if cell in system.unknowns[v].forms]
        )
        if any(len(key) < 2 for key in left):
            raise NotExact("not everything that must cancel does")
        for d, combination in decompose(left, square.coordinates):
            pairs = "".join(f" ({i} {c})" for i, c in combination.items())
            squares[cell[0]].append(f"(at {cell[1]} (square {d}{pairs}))")
    return _text(system, q, squares)


def decompose(form: Form, coordinates: tuple[int, ...]) -> list[tuple[Fraction, Linear]]:
    """Σ d·‖combination‖² with d > 0 that is a form of inner products, exactly.  Raises NotExact if there is none."""
    out = []
    rest = symmetric_rows(form)
    for i in coordinates:
        row = {j: q for j, q in rest.pop(i, {}).items() if q}
        d = row.get(i, Fraction(0))
        if d < 0 or (d == 0 and row):
            raise NotExact("a matrix is not positive after rounding")
        if not row:
            continue
        combination = {j: q / d for j, q in row.items()}
        out.append((d, combination))
        for j, a in combination.items():
            if j != i:
                other = rest.setdefault(j, {})
                for k, b in combination.items():
                    other[k] = other.get(k, Fraction(0)) - d * a * b
                other.pop(i, None)
    return out


def _text(system: System, q: dict[int, Fraction], squares: dict[str, list[str]]) -> str:
    lines: dict[str, list[str]] = {"potential": [], **{part: [] for part in PARTS}}
    for v, value in q.items():
        u = system.unknowns[v]
        if not value or u.text is None:
            continue
        if u.part is None:
            lines["potential"].append(re.sub(r"\{\}\*(\S+)", lambda m: str(value * Fraction(m[1])), u.text))
        else:
            lines[u.part].append(u.text.format(value))
    for part in PARTS:
        lines[part] += squares[part]
    groups = ["\n  ".join([f"({word}", *texts]) + ")" for word, texts in lines.items()]
    return "\n".join(["(certificate 1)", *groups]) + "\n"


# ---- the number that is to be found ----------------------------------------------------------------------------------


def least_scale(method: Method, *, slack: float) -> Potential | NotFound:
    """A potential for the least multiple of the initial quantity: exactly, if it is a simple rational, or a little more."""
    system = System(method, scaled=True)
    cost = np.zeros(len(system.unknowns))
    cost[0] = 1.0
    try:
        best = float(_Program(system).solve(cost, 0.0, common=True)[0][0])
    except SolverTrouble as error:
        return NotFound(f"no potential: {error}")

    def scaled(q: Fraction) -> Method:
        return replace(method, initial=P.Multiple(q, method.initial))

    tried = closed_forms(best) + [simplest(Fraction(best * (1 + slack / 2)), Fraction(best * (1 + slack)))]
    return _first([scaled(q) for q in tried])


def least_ratio(method: Method, *, slack: float) -> Potential | NotFound:
    """A potential for the least ratio, found by bisection: exactly, if it is a simple rational, or a little more."""
    low, high = 0.0, 1.0
    if not _feasible(replace(method, ratio=Fraction(1))):
        return NotFound("no potential, even for the ratio 1")
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        low, high = (low, middle) if _feasible(replace(method, ratio=Fraction(middle))) else (middle, high)
    room = slack * (1 - high)
    tried = closed_forms(high) + [simplest(Fraction(high + room / 2), Fraction(high + room))]
    return _first([replace(method, ratio=q) for q in tried])


def _feasible(method: Method) -> bool:
    program = _Program(System(method))
    try:
        _, margins = program.solve(np.zeros(len(program.system.unknowns)), 1.0, common=True, low=-1.0)
    except SolverTrouble:
        return False
    return bool(margins[0] > -1e-7)


def _first(methods: list[Method]) -> Potential | NotFound:
    reasons = []
    for method in methods:
        found = find_potential(method)
        if isinstance(found, Potential):
            return found
        reasons.append(found.reason)
    return NotFound("; ".join(reasons))

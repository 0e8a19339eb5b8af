"""From a method to an exact potential: semidefinite programs, facial reduction and rounding (docs/rates.md)."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from warrant.rates import problem as P
from warrant.rates.cones import Cone, SolverTrouble, matrix, minimum, triangle
from warrant.rates.faces import near_kernel
from warrant.rates.find import NotFound, simplest
from warrant.rates.forms import Linear, combine
from warrant.rates.potential import PARTS, System
from warrant.rates.rounding import NotExact, repair, rounded

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from warrant.rates.forms import Key
    from warrant.rates.method import Method
    from warrant.rates.potential import Block, Cell

__all__ = ["Potential", "find_potential", "least_ratio", "least_scale"]

ROUNDS = 12
"""How often directions are looked for in which nothing is positive."""
SPARE = 1e-6
"""A margin as small as this counts as none."""
NEGLIGIBLE = (1e-3, 1e-5, 1e-7)
"""Multipliers below this part of the largest are left out; the first part that works is taken."""
FLAT = 3e-6
"""Eigenvalues below this are taken for 0 where there is no margin."""
BOLD = ((1, 2e-2), (2, 2e-2), (3, 1e-2), (4, 1e-2), (6, 3e-3), (8, 3e-3), (12, 3e-3), (24, 3e-3))
CAREFUL = tuple((d, 0.2 / d**0.5) for d in (1, 2, 3, 4, 6, 8, 12, 24, 60, 100, 300, 1000))
"""Denominators of such directions, with how far off each may be: two ways to guess, of which each does at times."""
SMALL = 1e-6
"""What multipliers cost beside margins, so that they do not grow for nothing."""
WIDER = (1e-2, 3e-2, 1e-1)
"""Slacks that are tried where the one asked for does not do."""
BISECTIONS = 24


@dataclass(frozen=True)
class Potential:
    """The text of a certificate for a method's conclusion."""

    certificate: str
    number: Fraction = Fraction(1)
    """The number that was looked for."""


# ---- programs --------------------------------------------------------------------------------------------------------


class _Program:
    """The semidefinite program of a system: unknowns, and margins of the matrices after them."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.blocks = [block for block in system.blocks if block.live()]
        rows, sides = equations(system)
        entries = [(r, v, float(q)) for r, row in enumerate(rows) for v, q in row.items()]
        self.E, self.e = _sparse(entries, len(rows), len(system.unknowns)), np.array([float(s) for s in sides])

    def _entries(self, block: Block) -> sparse.csr_matrix:
        """The scaled triangle of what lives of a block's matrix, from the unknowns."""
        live = block.live()
        rows, columns = triangle(len(live))
        entries = [
            (r, block.entry(live[a], live[b]), 1.0 if a == b else 2**0.5)
            for r, (a, b) in enumerate(zip(rows.tolist(), columns.tolist(), strict=True))
        ]
        return _sparse(entries, len(rows), len(self.system.unknowns))

    def solve(
        self, cost: NDArray[np.float64], reward: float, *, common: bool = False, low: float = 0.0
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The x and the margins with the least cost·x − reward·Σ margins; each margin between ``low`` and 1.

        common: all margins are one.
        """
        n, count = len(self.system.unknowns), 1 if common else len(self.blocks)
        signed = [v for v, u in enumerate(self.system.unknowns) if not u.free]
        none = sparse.csr_matrix((len(signed), count))
        cones = [
            Cone("zero", _beside(self.E, sparse.csr_matrix((len(self.e), count))), self.e),
            Cone("nonnegative", _beside(-sparse.identity(n, format="csr")[signed], none), np.zeros(len(signed))),
        ]
        for sign, limit in ((1.0, 1.0), (-1.0, -low)):
            margins = sign * sparse.identity(count, format="csr")
            cones.append(Cone("nonnegative", _beside(sparse.csr_matrix((count, n)), margins), np.full(count, limit)))
        for c, block in enumerate(self.blocks):
            rows, columns = triangle(len(block.live()))
            diagonal = [(int(r), 0 if common else c, 1.0) for r in np.flatnonzero(rows == columns)]
            margin = _sparse(diagonal, len(rows), count)
            cones.append(Cone("semidefinite", _beside(-self._entries(block), margin), np.zeros(len(rows))))
        x = minimum(np.concatenate([cost, np.full(count, -reward)]), cones)
        return x[:n], x[n:]

    def slack(self, block: Block, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """What lives of a block's matrix, (live, live)."""
        return matrix(self._entries(block) @ x, len(block.live()))


def _sparse(entries: list[tuple[int, int, float]], rows: int, columns: int) -> sparse.csr_matrix:
    i, j, v = zip(*entries, strict=True) if entries else ((), (), ())
    return sparse.csr_matrix((v, (i, j)), shape=(rows, columns))


def _beside(a: sparse.csr_matrix, b: sparse.csr_matrix) -> sparse.csr_matrix:
    return sparse.csr_matrix(sparse.hstack([a, b]))


def equations(system: System) -> tuple[list[Linear], list[Fraction]]:
    """What must hold exactly: all that is left cancels, and matrices vanish in the directions found."""
    rows: dict[tuple[Cell, Key], Linear] = {}
    sides: dict[tuple[Cell, Key], Fraction] = {}
    for v, u in enumerate(system.unknowns):
        for cell, form in u.forms.items():
            for key, q in form.items():
                rows.setdefault((cell, key), {})[v] = q
    for cell, form in system.constant.items():
        for key, q in form.items():
            rows.setdefault((cell, key), {})
            sides[cell, key] = -q
    out = list(rows.values())
    right = [sides.get(at, Fraction(0)) for at in rows]
    for block in system.blocks:
        for direction in block.kernel:
            out += [{block.entry(i, j): q for j, q in direction.items()} for i in range(len(block.rows))]
    right += [Fraction(0)] * (len(out) - len(right))
    return _independent(out, right)


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


# ---- exact potentials ------------------------------------------------------------------------------------------------


def find_potential(method: Method) -> Potential | NotFound:
    """A potential for what a method's text concludes, or why none was found."""
    reason = ""
    for bold in (True, False):
        try:
            return Potential(_certificate(System(method), bold=bold))
        except (SolverTrouble, NotExact) as error:
            reason = str(error)
    return NotFound(f"no potential was found: {reason}")


def _certificate(system: System, *, bold: bool) -> str:
    """Raises SolverTrouble or NotExact."""
    thin = np.array([float(not u.free) for u in system.unknowns])
    for _ in range(ROUNDS):
        program = _Program(system)
        x, margins = program.solve(SMALL * thin, 1.0, low=-1e-9)
        flat = [block for block, t in zip(program.blocks, margins, strict=True) if t < SPARE]
        found = [_kernel(program.slack(block, x), block.live(), bold) for block in flat]
        for block, more in zip(flat, found, strict=True):
            block.kernel += more
        if not any(found):
            break
    if flat:
        raise NotExact("no room in some direction")
    x, margins = program.solve(SMALL * thin, 1.0, common=True, low=-1e-9)
    solutions = [x]
    with contextlib.suppress(SolverTrouble):
        solutions.insert(0, program.solve(thin, 0.0, common=True, low=float(margins[0]) / 3)[0])
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


def _kernel(S: NDArray[np.float64], live: tuple[int, ...], bold: bool) -> list[Linear]:
    """Rational directions in which a matrix, (live, live), is 0 as far as can be told."""
    largest = float(np.abs(S).max())
    if largest < FLAT:
        return [{i: Fraction(1)} for i in live]
    return [guess for row in near_kernel(S, FLAT / largest) if (guess := _guess(row, live, S, bold))]


def _guess(row: NDArray[np.float64], live: tuple[int, ...], S: NDArray[np.float64], bold: bool) -> Linear:
    """A simple vector near a row that the matrix, (live, live), hardly sees; empty if there is none."""
    found: list[tuple[float, list[Fraction]]] = []
    for denominator, tolerance in BOLD if bold else CAREFUL:
        q = [Fraction(float(x)).limit_denominator(denominator) for x in row]
        v = np.array([float(x) for x in q])
        if np.abs(v - row).max() < tolerance and (bold or v @ S @ v < FLAT * (v @ v)):
            found.append((float(v @ S @ v), q))
    if not found:
        return {}
    least = max(min(seen for seen, _ in found), 1e-9 * float(np.abs(S).max())) if bold else FLAT
    chosen = next(q for seen, q in found if seen <= 10 * least)
    return {i: x for i, x in zip(live, chosen, strict=True) if x}


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
    for block in system.blocks:
        size = range(len(block.rows))
        G = {i: {j: c for j in size if (c := q.get(block.entry(i, j)))} for i in size}
        for d, combination in decompose(G):
            there = [((m, i), c * a) for r, c in combination.items() for m, p in [block.rows[r]] for i, a in p.items()]
            terms = combine((1, {key: c}) for key, c in there)
            triples = "".join(f" ({m} {i} {c})" for (m, i), c in terms.items())
            squares[block.part].append(f"(square {block.shift} {d}{triples})")
    return _text(system, q, squares)


def decompose(matrix: dict[int, Linear]) -> list[tuple[Fraction, Linear]]:
    """Σ d·aaᵀ with d > 0 that is a symmetric matrix, given by rows, exactly.  Raises NotExact if there is none."""
    out = []
    rest = {i: dict(row) for i, row in matrix.items()}
    for i in list(rest):
        row = {j: q for j, q in rest.pop(i).items() if q}
        d = row.get(i, Fraction(0))
        if d < 0 or (d == 0 and row):
            raise NotExact("a matrix is not positive after rounding")
        if not row:
            continue
        combination = {j: q / d for j, q in row.items()}
        out.append((d, combination))
        for j, a in combination.items():
            if j != i:
                for k, b in combination.items():
                    rest[j][k] = rest[j].get(k, Fraction(0)) - d * a * b
                rest[j].pop(i)
    return out


def _text(system: System, q: dict[int, Fraction], squares: dict[str, list[str]]) -> str:
    lines: dict[str, list[str]] = {"potential": [], **{part: [] for part in PARTS}}
    for v, value in q.items():
        u = system.unknowns[v]
        if not value or u.text is None:
            continue
        if u.part is None:
            parts = re.split(r"\{\}\*(\S+)", u.text)
            parts[1::2] = [str(value * Fraction(c)) for c in parts[1::2]]
            lines["potential"].append("".join(parts))
        else:
            lines[u.part].append(u.text.format(value))
    for part in PARTS:
        lines[part] += squares[part]
    groups = ["\n  ".join([f"({word}", *texts]) + ")" for word, texts in lines.items()]
    return "\n".join(["(certificate 1)", *groups]) + "\n"


# ---- the number that is to be found ----------------------------------------------------------------------------------


def least_scale(method: Method, *, slack: float) -> Potential | NotFound:
    """A potential for the least multiple of the initial quantity: exactly, if that is simple, or a little more."""
    system = System(method, scaled=True)
    cost = np.zeros(len(system.unknowns))
    cost[0] = 1.0
    try:
        best = float(_Program(system).solve(cost, 0.0, common=True)[0][0])
    except (SolverTrouble, NotExact) as error:
        return NotFound(f"no potential: {error}")

    slacks = (slack, *(s for s in WIDER if s > slack))
    tried = [simplest(Fraction(best * (1 + s * 0.9)), Fraction(best * (1 + s))) for s in slacks]
    initial = method.initial
    return _first((q, replace(method, initial=P.Scaled(q, initial))) for q in [*_simple(best), *tried])


def least_ratio(method: Method, *, slack: float) -> Potential | NotFound:
    """A potential for the least ratio, found by bisection: exactly, if it is a simple rational, or a little more."""
    low, high = 0.0, 1.0
    if not _feasible(replace(method, ratio=Fraction(1))):
        return NotFound("no potential, even for the ratio 1")
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        low, high = (low, middle) if _feasible(replace(method, ratio=Fraction(middle))) else (middle, high)
    rooms = [(1 - high) * s for s in (slack, *(s for s in WIDER if s > slack))]
    tried = [simplest(Fraction(high + room * 0.9), Fraction(high + room)) for room in rooms]
    return _first((q, replace(method, ratio=q)) for q in [*_simple(high), *tried])


def _feasible(method: Method) -> bool:
    try:
        program = _Program(System(method))
        _, margins = program.solve(np.zeros(len(program.system.unknowns)), 1.0, common=True, low=-1.0)
    except (SolverTrouble, NotExact):
        return False
    return bool(margins[0] > -1e-7)


def _simple(value: float) -> list[Fraction]:
    """The rational of small denominator that a number may be, if there is one."""
    q = Fraction(value).limit_denominator(200)
    return [q] if abs(float(q) - value) <= 2e-6 * abs(value) else []


def _first(methods: Iterable[tuple[Fraction, Method]]) -> Potential | NotFound:
    reasons = []
    for q, method in methods:
        found = find_potential(method)
        if isinstance(found, Potential):
            return replace(found, number=q)
        reasons.append(f"{float(q):.6g}: {found.reason}")
    return NotFound("; ".join(reasons))

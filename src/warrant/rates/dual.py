"""The semidefinite program whose solutions are certificates: multipliers of exactly the facts of docs/rates.md.

Source: Y. Drori and M. Teboulle, Performance of first-order methods for smooth convex minimization, 2014; A. Taylor, J. Hendrickx and
F. Glineur, Smooth strongly convex interpolation and exact worst-case performance of first-order methods, 2017.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy import sparse

from warrant.errors import SearchError
from warrant.rates.faces import shifts_of
from warrant.rates.facts import SPANS, Classes, Inapplicable, candidates, span_form
from warrant.rates.forms import Form, Key, Linear, Meaning, combine, meaning

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from warrant.rates.problem import Problem

Array = "NDArray[np.float64]"


class SolverTrouble(SearchError):
    """The solver of semidefinite programs gave no usable answer."""


@dataclass(frozen=True)
class Column:
    """One multiplier: of a metric, a relation or a fact, with the form that it multiplies."""

    kind: Literal["weight", "use", "fact"]
    index: int
    """The metric or relation."""
    name: str
    calls: tuple[int, ...]
    form: Form
    free: bool
    """Whether it may be negative: the multiplier of an equality."""


@dataclass(frozen=True)
class Block:
    """A positive semidefinite matrix of multipliers, over the calls of an object that has a span fact."""

    name: str
    at: int
    calls: tuple[int, ...]
    forms: dict[tuple[int, int], Form]
    """For positions a ≤ b among the calls: what the entries (a, b) and (b, a) together multiply."""


def _block(problem: Problem, m: Meaning, k: int, name: str) -> Block | None:
    calls = [c for c, call in enumerate(m.calls) if call.k == k]
    at = next((c for c in calls if not m.calls[c].g), calls[0] if calls else 0)
    classes = Classes(problem.objects[k])
    centre = m.calls[at] if calls else None
    one = Fraction(1)

    def form(*parts: int) -> Form:
        if centre is None:
            raise Inapplicable
        return span_form(name, classes, centre, [(m.calls[c], one) for c in parts])

    try:
        single = {c: form(c) for c in calls}
        used = [c for c in calls if single[c]]
        forms: dict[tuple[int, int], Form] = {}
        for b, d in enumerate(used):
            for a, c in enumerate(used[:b]):
                forms[a, b] = combine([(1, form(c, d)), (-1, single[c]), (-1, single[d])])
            forms[b, b] = single[d]
    except Inapplicable:
        return None
    return Block(name, at, tuple(used), forms) if used else None


class System:
    """All that may be multiplied, in shifted coordinates.

    dead: coordinates that must vanish.  tight: the constant must vanish too, so that the bound is exact.
    thin: only facts that proofs of rates mostly need.
    """

    def __init__(
        self, problem: Problem, kernel: Sequence[Linear] = (), *, tight: bool = False, thin: bool = False
    ) -> None:
        self.problem, self.tight = problem, tight
        self.shifts, self.dead = shifts_of(kernel, meaning(problem).coordinates)
        m = self.meaning = meaning(problem, self.shifts)
        self.columns = [Column("weight", i, "", (), combine([(-1, f)]), free=False) for i, f in enumerate(m.metrics)]
        self.columns += [Column("use", r, "", (), f, free=e) for r, (f, e) in m.comparisons.items()]
        found = candidates(problem.objects, m.calls, thin=thin)
        self.columns += [Column("fact", 0, name, t, f, free=e) for name, t, f, e in found]
        blocks = [_block(problem, m, k, name) for k in range(len(problem.objects)) for name in SPANS]
        self.blocks = [b for b in blocks if b is not None]
        self.live = tuple(i for i in m.coordinates if i not in self.dead)

    def stated(self, bound: Fraction) -> System:
        """The same for the problem with another bound."""
        other = copy.copy(self)
        other.problem = replace(self.problem, bound=bound)
        return other

    def forms(self) -> list[Form]:
        """What the multipliers multiply, those of matrices too."""
        return [c.form for c in self.columns] + [f for b in self.blocks for f in b.forms.values()]

    def equations(self, forms: Sequence[Form]) -> dict[Key, int]:
        """The keys whose coefficients must cancel, numbered: numbers, products with dead coordinates, 1 if tight."""
        found = dict.fromkeys(key for form in forms for key in form if self._cancels(key))
        return {key: r for r, key in enumerate(found)}

    def _cancels(self, key: Key) -> bool:
        return len(key) == 1 or (bool(set(key) & self.dead) if key else self.tight)


@dataclass(frozen=True)
class Solution:
    """Multipliers: (columns,); one matrix for each block; what is left of the inner products, (live, live); and the objective."""

    multipliers: NDArray[np.float64]
    matrices: tuple[NDArray[np.float64], ...]
    slack: NDArray[np.float64]
    objective: float


def _triangle(n: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns of the upper triangle, column after column."""
    columns, rows = np.tril_indices(n)
    return rows, columns


def _matrix(vector: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    """The symmetric matrix of a scaled triangle."""
    rows, columns = _triangle(n)
    out = np.zeros((n, n))
    out[rows, columns] = vector / np.where(rows == columns, 1.0, np.sqrt(2.0))
    return np.asarray(out + np.triu(out, 1).T)


class Program:
    """The semidefinite program over a system's multipliers, in floats."""

    def __init__(self, system: System) -> None:
        self.system = system
        forms = [c.form for c in system.columns]
        self.block_slices: list[slice] = []
        for block in system.blocks:
            n = len(block.calls)
            start = len(forms)
            forms += [block.forms[int(a), int(b)] for a, b in zip(*_triangle(n), strict=True)]
            self.block_slices.append(slice(start, len(forms)))
        # a variable of a block is an entry of its scaled triangle
        self.scale = np.ones(len(forms))
        for block, part in zip(system.blocks, self.block_slices, strict=True):
            rows, columns = _triangle(len(block.calls))
            self.scale[part] = np.where(rows == columns, 1.0, 1 / np.sqrt(2.0))
        self._fill(forms)

    def _fill(self, forms: list[Form]) -> None:
        live = {i: p for p, i in enumerate(self.system.live)}
        n = len(live)
        keys = self.system.equations(forms)
        equations: list[tuple[int, int, float]] = []
        quadratic: list[tuple[int, int, float]] = []
        self.constants = np.zeros(len(forms))
        for v, form in enumerate(forms):
            s = self.scale[v]
            for key, q in form.items():
                value = float(q) * s
                if key in keys:
                    equations.append((keys[key], v, value))
                elif not key:
                    self.constants[v] = value
                else:
                    a, b = sorted((live[key[0]], live[key[-1]]))
                    quadratic.append((b * (b + 1) // 2 + a, v, value / (1.0 if a == b else np.sqrt(2.0))))
        weights = [v for v, c in enumerate(self.system.columns) if c.kind == "weight"]
        equations += [(len(keys), v, 1.0) for v in weights]
        self.E = _sparse(equations, len(keys) + 1, len(forms))
        self.e = np.zeros(len(keys) + 1)
        self.e[-1] = 1.0
        if () in keys:
            self.e[keys[()]] = -float(self.system.problem.bound)
            self.constants[:] = 0
        self.Q = _sparse(quadratic, n * (n + 1) // 2, len(forms))

    def _solve(
        self, cost: NDArray[np.float64], extra: Extra, active: NDArray[np.bool_] | None, tolerance: float
    ) -> tuple[NDArray[np.float64], Solution]:
        """min cost·(multipliers, z) with one further variable z that the constant and the matrix depend on."""
        import clarabel

        count, n = self.Q.shape[1], len(self.system.live)
        signed = np.array([v for v, c in enumerate(self.system.columns) if not c.free], dtype=int)
        rows, columns = _triangle(n)
        identity = np.zeros(n * (n + 1) // 2)
        identity[rows == columns] = extra.widths
        one = sparse.identity(count, format="csr")
        pad = lambda M, z: sparse.hstack([M, sparse.csr_matrix(np.reshape(z, (-1, 1)))])  # noqa: E731
        parts = [pad(self.E, np.zeros(self.E.shape[0])), pad(-one[signed], np.zeros(len(signed)))]
        parts += [pad(sparse.csr_matrix(-self.constants), [extra.spare * extra.margin - extra.constant])]
        sides = [self.e, np.zeros(len(signed)), np.array([extra.bound - extra.spare * extra.least])]
        cones = [clarabel.ZeroConeT(self.E.shape[0]), clarabel.NonnegativeConeT(len(signed) + 1)]
        if extra.limit is not None:
            parts.append(sparse.csr_matrix(np.append(np.zeros(count), 1.0)))
            sides.append(np.array([extra.limit]))
            cones.append(clarabel.NonnegativeConeT(1))
        if n:
            parts.append(pad(-self.Q, identity * extra.margin))
            sides.append(-identity * extra.least)
            cones.append(clarabel.PSDTriangleConeT(n))
        for block, part in zip(self.system.blocks, self.block_slices, strict=True):
            parts.append(pad(-one[part], np.zeros(part.stop - part.start)))
            sides.append(np.zeros(part.stop - part.start))
            cones.append(clarabel.PSDTriangleConeT(len(block.calls)))
        A = sparse.vstack(parts, format="csc")
        if active is not None:
            kept = np.append(active, True)
            A, cost = A[:, kept], cost[kept]
        settings = clarabel.DefaultSettings()
        settings.verbose = False
        settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = tolerance
        settings.max_iter = 200
        solver = clarabel.DefaultSolver(
            sparse.csc_matrix((A.shape[1], A.shape[1])), cost, A, np.concatenate(sides), cones, settings
        )
        answer = solver.solve()
        status = str(answer.status)
        x = np.array(answer.x)
        if (
            status not in ("Solved", "AlmostSolved", "InsufficientProgress", "MaxIterations")
            or not np.isfinite(x).all()
        ):
            raise SolverTrouble(f"Clarabel says {status}")
        whole = x
        if active is not None:
            whole = np.zeros(count + 1)
            whole[kept] = x
        return whole, self.solution(whole[:-1], whole[-1])

    def solution(self, x: NDArray[np.float64], z: float) -> Solution:
        """Multipliers and matrices of a vector of variables."""
        matrices = tuple(
            _matrix(x[part], len(block.calls))
            for block, part in zip(self.system.blocks, self.block_slices, strict=True)
        )
        slack = _matrix(self.Q @ x, len(self.system.live))
        return Solution(x[: len(self.system.columns)], matrices, slack, float(z))

    def _spare(self, bound: float) -> float:
        """What a margin of 1 means for the constant."""
        return 0.0 if self.system.tight else abs(bound)

    def best(self) -> Solution:
        """The least bound that the facts give; ``objective`` is that bound."""
        cost = np.append(np.zeros(self.Q.shape[1]), 1.0)
        return self._solve(cost, Extra(constant=1.0), None, 1e-9)[1]

    def centred(self, bound: float, widths: NDArray[np.float64]) -> Solution:
        """The solution for a bound whose matrix is as positive as can be; ``objective`` is its margin, in units of ``widths``: (live,)."""
        cost = np.append(np.zeros(self.Q.shape[1]), -1.0)
        return self._solve(
            cost, Extra(bound=bound, margin=1.0, widths=widths, spare=self._spare(bound), limit=1.0), None, 1e-9
        )[1]

    def sparse(self, bound: float, widths: NDArray[np.float64], margin: float) -> Solution:
        """A solution for a bound, with at least a margin, whose multipliers have the least sum."""
        cost = np.zeros(self.Q.shape[1] + 1)
        cost[: len(self.system.columns)] = [0.0 if c.free or c.kind != "fact" else 1.0 for c in self.system.columns]
        extra = Extra(bound=bound, least=margin, widths=widths, spare=self._spare(bound), limit=0.0)
        found = self._solve(cost, extra, None, 1e-8)[1]
        return Solution(found.multipliers, found.matrices, found.slack, margin)


@dataclass(frozen=True)
class Extra:
    """How the constant and the matrix depend on the further variable z, with m = least + margin·z:

    bound + constant·z + … ≥ spare·m, matrix ≥ m·widths, z ≤ limit.
    """

    bound: float = 0.0
    constant: float = 0.0
    margin: float = 0.0
    least: float = 0.0
    widths: NDArray[np.float64] | float = 1.0
    spare: float = 0.0
    limit: float | None = None


def _sparse(entries: list[tuple[int, int, float]], rows: int, columns: int) -> sparse.csr_matrix:
    i, j, v = zip(*entries, strict=True) if entries else ((), (), ())
    return sparse.csr_matrix((v, (i, j)), shape=(rows, columns))

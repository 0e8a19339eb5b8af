"""The semidefinite programs whose solutions are certificates, in floats.

Source: Y. Drori and M. Teboulle, Performance of first-order methods for smooth convex minimization, 2014; A. Taylor,
J. Hendrickx and F. Glineur, Smooth strongly convex interpolation and exact worst-case performance of first-order
methods, 2017.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import linalg, sparse

from warrant.rates.cones import Cone, matrix, minimum, triangle

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from warrant.rates.forms import Form
    from warrant.rates.system import System


@dataclass(frozen=True)
class Solution:
    """What the solver found.

    multipliers: (columns,).  matrices: one for each block.  slack: what is left of the inner products, (live, live).
    """

    multipliers: NDArray[np.float64]
    matrices: tuple[NDArray[np.float64], ...]
    slack: NDArray[np.float64]
    objective: float


@dataclass(frozen=True)
class Margins:
    """How the constant and the matrix depend on the one further variable z of a program.

    With m = least + margin·z: bound + constant·z + … ≥ spare·m, matrix ≥ m·widths, z ≤ limit.
    """

    bound: float = 0.0
    constant: float = 0.0
    margin: float = 0.0
    least: float = 0.0
    widths: NDArray[np.float64] | float = 1.0
    spare: float = 0.0
    limit: float | None = None


class Program:
    """The programs over a system's multipliers; variables are the multipliers and the triangles of the blocks."""

    def __init__(self, system: System) -> None:
        self.system = system
        forms = [c.form for c in system.columns]
        scales = [np.ones(len(forms))]
        self.slices: list[slice] = []
        for block in system.blocks:
            rows, columns = triangle(len(block.calls))
            self.slices.append(slice(len(forms), len(forms) + len(rows)))
            forms += [block.forms[int(a), int(b)] for a, b in zip(rows, columns, strict=True)]
            scales.append(np.where(rows == columns, 1.0, np.sqrt(0.5)))
        self._fill(forms, np.concatenate(scales))

    def _fill(self, forms: list[Form], scales: NDArray[np.float64]) -> None:
        """Equations E·x = e, constants, and the triangle Q·x of what is left of the inner products."""
        place = {i: p for p, i in enumerate(self.system.live)}
        keys = self.system.equations(forms)
        equations: list[tuple[int, int, float]] = []
        quadratic: list[tuple[int, int, float]] = []
        self.constants = np.zeros(len(forms))
        for v, form in enumerate(forms):
            for key, q in form.items():
                value = float(q) * scales[v]
                if key in keys:
                    equations.append((keys[key], v, value))
                elif not key:
                    self.constants[v] = value
                else:
                    a, b = sorted((place[key[0]], place[key[-1]]))
                    quadratic.append((b * (b + 1) // 2 + a, v, value * (1.0 if a == b else np.sqrt(0.5))))
        equations += [(len(keys), v, 1.0) for v, c in enumerate(self.system.columns) if c.kind == "weight"]
        self.E = _sparse(equations, len(keys) + 1, len(forms))
        self.e = np.zeros(len(keys) + 1)
        self.e[-1] = 1.0
        if () in keys:
            self.e[keys[()]] = -float(self.system.problem.bound)
        n = len(place)
        self.Q = _sparse(quadratic, n * (n + 1) // 2, len(forms))
        signed = np.zeros(len(forms), dtype=bool)
        signed[: len(self.system.columns)] = [not c.free for c in self.system.columns]
        self.nothing = _vanishing(self.E, self.e, signed)

    def _solve(self, cost: NDArray[np.float64], m: Margins) -> Solution:
        """The least cost·(variables, z)."""
        count, n = self.Q.shape[1], len(self.system.live)
        signed = np.array(
            [v for v, c in enumerate(self.system.columns) if not c.free and not self.nothing[v]], dtype=int
        )
        kept = _independent(self.E[:, ~self.nothing])
        nothing = np.flatnonzero(self.nothing)
        rows, columns = triangle(n)
        widths = np.zeros(len(rows))
        widths[rows == columns] = m.widths
        one = sparse.identity(count, format="csr")
        cones = [
            Cone("zero", _with_z(self.E[kept], 0.0), self.e[kept]),
            Cone("zero", _with_z(one[nothing], 0.0), np.zeros(len(nothing))),
            Cone("nonnegative", _with_z(-one[signed], 0.0), np.zeros(len(signed))),
        ]
        if not self.system.tight:
            constant = _with_z(-self.constants, m.spare * m.margin - m.constant)
            cones.append(Cone("nonnegative", constant, np.array([m.bound - m.spare * m.least])))
        if m.limit is not None:
            cones.append(Cone("nonnegative", _with_z(np.zeros(count), 1.0), np.array([m.limit])))
        cones.append(Cone("semidefinite", _with_z(-self.Q, widths * m.margin), -widths * m.least))
        for part in self.slices:
            cones.append(Cone("semidefinite", _with_z(-one[part], 0.0), np.zeros(part.stop - part.start)))
        x = minimum(cost, cones)
        matrices = tuple(matrix(x[part], len(b.calls)) for b, part in zip(self.system.blocks, self.slices, strict=True))
        return Solution(x[: len(self.system.columns)], matrices, matrix(self.Q @ x[:-1], n), float(x[-1]))

    def _spare(self, bound: float) -> float:
        """What a margin of 1 means for the constant."""
        return 0.0 if self.system.tight else abs(bound)

    def best(self) -> Solution:
        """The least bound that the facts give; ``objective`` is that bound."""
        return self._solve(np.append(np.zeros(self.Q.shape[1]), 1.0), Margins(constant=1.0))

    def centred(self, bound: float, widths: NDArray[np.float64]) -> Solution:
        """The solution for a bound whose matrix is as positive as can be.

        ``objective`` is its margin, in units of ``widths``: (live,).
        """
        cost = np.append(np.zeros(self.Q.shape[1]), -1.0)
        return self._solve(cost, Margins(bound, margin=1.0, widths=widths, spare=self._spare(bound), limit=1.0))

    def sparse(self, bound: float, widths: NDArray[np.float64], margin: float) -> Solution:
        """A solution for a bound, with at least a margin, whose multipliers have the least sum; ``objective`` is 0."""
        cost = np.zeros(self.Q.shape[1] + 1)
        cost[: len(self.system.columns)] = [float(c.kind == "fact" and not c.free) for c in self.system.columns]
        return self._solve(cost, Margins(bound, least=margin, widths=widths, spare=self._spare(bound), limit=0.0))


def _with_z(A: sparse.csr_matrix | NDArray[np.float64], z: NDArray[np.float64] | float) -> sparse.csr_matrix:
    """Rows with the coefficients of z after them."""
    rows = sparse.csr_matrix(A)
    column = np.broadcast_to(np.asarray(z, dtype=np.float64), rows.shape[0])
    return sparse.csr_matrix(sparse.hstack([rows, sparse.csr_matrix(column.reshape(-1, 1))]))


def _sparse(entries: list[tuple[int, int, float]], rows: int, columns: int) -> sparse.csr_matrix:
    i, j, v = zip(*entries, strict=True) if entries else ((), (), ())
    return sparse.csr_matrix((v, (i, j)), shape=(rows, columns))


def _vanishing(E: sparse.csr_matrix, e: NDArray[np.float64], signed: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which of the variables with a sign are 0 because a sum of them, with positive coefficients, is."""
    nothing = np.zeros(len(signed), dtype=bool)
    found = True
    while found:
        found = False
        for r in np.flatnonzero(e == 0):
            row = E.getrow(r)
            there = ~nothing[row.indices] & (row.data != 0)
            indices, data = row.indices[there], row.data[there]
            if len(indices) and signed[indices].all() and (data[0] * data > 0).all():
                nothing[indices] = found = True
    return nothing


def _independent(E: sparse.csr_matrix) -> NDArray[np.intp]:
    """Rows that span all of them."""
    if not min(E.shape):
        return np.arange(0)
    _, R, order = linalg.qr(E.toarray().T, mode="economic", pivoting=True)
    diagonal = np.abs(np.diag(R))
    return np.sort(order[: int((diagonal > 1e-10 * max(float(diagonal[0]), 1e-300)).sum())])

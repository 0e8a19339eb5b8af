"""Linear programs over cones, solved by Clarabel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from scipy import sparse

from warrant.errors import SearchError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

TRIES = (("faer", 1e-9), ("qdldl", 1e-9), ("faer", 1e-7))
"""Clarabel's ways to factor, and its tolerance, in the order in which they are tried."""


class SolverTrouble(SearchError):
    """The solver of semidefinite programs gave no usable answer."""


@dataclass(frozen=True)
class Cone:
    """Asks that b - A·x is zero, at least zero, or the scaled triangle of a positive semidefinite matrix.

    A: (rows, variables).  b: (rows,).
    """

    kind: Literal["zero", "nonnegative", "semidefinite"]
    A: sparse.csr_matrix
    b: NDArray[np.float64]


def triangle(n: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns of the upper triangle of an n × n matrix, column after column."""
    columns, rows = np.tril_indices(n)
    return rows, columns


def matrix(vector: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    """The symmetric matrix, (n, n), of a triangle whose entries off the diagonal are scaled by √2."""
    rows, columns = triangle(n)
    out = np.zeros((n, n))
    out[rows, columns] = vector / np.where(rows == columns, 1.0, np.sqrt(2.0))
    return np.asarray(out + np.triu(out, 1).T)


def minimum(cost: NDArray[np.float64], cones: Sequence[Cone]) -> NDArray[np.float64]:
    """The x of least cost·x.  Raises SolverTrouble, and SearchError where Clarabel is not installed."""
    try:
        import clarabel
    except ImportError:
        raise SearchError("clarabel is not installed; try: pip install 'warrant-ml[rates]'") from None
    solver: Any = clarabel
    asked = [c for c in cones if len(c.b)]
    A = sparse.csc_matrix(sparse.vstack([c.A for c in asked]))
    b = np.concatenate([c.b for c in asked])
    shapes = [_shape(solver, c) for c in asked]
    status = ""
    for method, tolerance in TRIES:
        settings = solver.DefaultSettings()
        settings.verbose = False
        settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = tolerance
        settings.direct_solve_method = method
        settings.max_iter = 200
        nothing = sparse.csc_matrix((A.shape[1], A.shape[1]))
        answer = solver.DefaultSolver(nothing, cost, A, b, shapes, settings).solve()
        status, x = str(answer.status), np.array(answer.x)
        if status in ("Solved", "AlmostSolved", "InsufficientProgress", "MaxIterations") and np.isfinite(x).all():
            return x
    raise SolverTrouble(f"Clarabel says {status}")


def _shape(solver: Any, cone: Cone) -> Any:
    match cone.kind:
        case "zero":
            return solver.ZeroConeT(len(cone.b))
        case "nonnegative":
            return solver.NonnegativeConeT(len(cone.b))
        case "semidefinite":
            return solver.PSDTriangleConeT(round((np.sqrt(8 * len(cone.b) + 1) - 1) / 2))

"""Whether any input satisfies what a property asserts of the inputs alone: if none does, a claim is vacuous."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from scipy.optimize import linprog

from warrant.properties import Queries, Query
from warrant.properties.formula import Atom

__all__ = ["premises"]

Point = list[Fraction]


def premises(queries: Queries) -> tuple[bool | None, str]:
    """Whether the claim is vacuous (None: not known), and how that was found.

    A point is looked for in binary64 and then confirmed exactly, on rational numbers.
    """
    alternatives = [
        (q, [a for a in d.atoms if _of_inputs(a, queries.inputs)]) for q in queries.queries for d in q.disjuncts
    ]
    possible = [(query, atoms) for query, atoms in alternatives if not _contradictory(query, atoms)]
    if not possible:
        return True, "No input satisfies its premises: its bounds contradict each other (found by the audit, exactly)."
    infeasible = True
    for query, atoms in possible:
        point: Point | None = [(low + high) / 2 for low, high in query.box]
        if point is not None and not _satisfied(atoms, point):
            point, empty = _solve(query, atoms)
            infeasible = infeasible and empty
        if point is not None and _satisfied(atoms, point):
            return False, f"Some inputs satisfy its premises, such as {_show(point)} (found by the audit, exactly)."
    if infeasible:
        found = "a linear program over them has no solution (found by the audit, in binary64)"
        return True, f"No input satisfies its premises: {found}."
    return None, "The audit found neither an input that satisfies its premises, nor that there is none."


def _contradictory(query: Query, atoms: list[Atom]) -> bool:
    """Whether the box is empty, or one of the atoms fails on all of it, exactly."""
    if any(low > high for low, high in query.box):
        return True
    for atom in atoms:
        least = atom.s.constant + sum(c * query.box[v][0 if c > 0 else 1] for v, c in atom.s.coefficients.items() if c)
        if least > 0 or (atom.strict and least == 0):
            return True
    return False


def _of_inputs(atom: Atom, inputs: int) -> bool:
    return all(v < inputs for v in atom.s.mentioned())


def _satisfied(atoms: list[Atom], point: Point) -> bool:
    for atom in atoms:
        s = atom.s.constant + sum(c * point[v] for v, c in atom.s.coefficients.items() if c)
        if s > 0 or (atom.strict and s == 0):
            return False
    return True


def _solve(query: Query, atoms: list[Atom]) -> tuple[Point | None, bool]:
    """A point as far inside the premises as can be (in binary64), or whether there seems to be none."""
    n = len(query.box)
    rows = np.zeros((len(atoms), n + 1))
    for row, atom in zip(rows, atoms, strict=True):
        for v, c in atom.s.coefficients.items():
            row[v] = float(c)
        row[n] = np.abs(row).sum()
    limits = np.array([-float(atom.s.constant) for atom in atoms])
    objective = np.zeros(n + 1)
    objective[n] = -1.0
    bounds = [*zip(query.low, query.high, strict=True), (None, 1.0)]
    done = linprog(objective, A_ub=rows, b_ub=limits, bounds=bounds, method="highs")
    if done.status != 0 or done.x is None:
        return None, done.status == 2
    point = [Fraction(float(x)) for x in done.x[:n]]
    clipped = [min(max(x, low), high) for x, (low, high) in zip(point, query.box, strict=True)]
    return clipped, bool(done.x[n] < -1e-9)


def _show(point: Point) -> str:
    shown = ", ".join(f"{float(x):.6g}" for x in point[:8])
    return f"({shown}{', …' if len(point) > 8 else ''})"

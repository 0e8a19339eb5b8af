"""From a property to queries: boxes of inputs, each with the disjuncts to refute (docs/certificates.md, section 1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import scipy.sparse as sp

from warrant.errors import WrongInput
from warrant.models.cases import Decided, Outcome, Part, rows_of
from warrant.models.network import Block, Floats, Matrix, Model
from warrant.models.tensors import CONSTANT
from warrant.properties.formula import Atom, clauses
from warrant.properties.vnnlib import Property, read_property

Box = tuple[tuple[Fraction, Fraction], ...]


@dataclass(frozen=True)
class Disjunct:
    """Rows ``start`` to ``stop`` of the query's last block, all ≤ 0 (< 0 where strict) at a counterexample.

    atoms: the whole clause (bounds too), exactly, over inputs and then outputs.
    """

    start: int
    stop: int
    strict: tuple[bool, ...]
    atoms: tuple[Atom, ...]


@dataclass(frozen=True)
class Ball:
    """The points that are at most a radius away from the centre, (inputs,), in the norm ``l1`` or ``l2``."""

    norm: str
    centre: tuple[Fraction, ...]
    radius: Fraction

    def holds(self, x: Sequence[Fraction]) -> bool:
        """Whether a point is in the ball, exactly."""
        far = [b - a for a, b in zip(self.centre, x, strict=True)]
        if self.norm == "l1":
            return sum(map(abs, far)) <= self.radius
        return self.radius >= 0 and sum(d * d for d in far) <= self.radius**2


@dataclass(frozen=True)
class Query:
    """A box and its disjuncts; ``block`` is the last block, with a row for each row of each disjunct.

    low, high: (inputs,) the box rounded outwards; box: the same, exactly; ball: the inputs are also in it;
    part: of a network that jumps, what it is in this box; each disjunct then stands once for each of its outcomes.
    """

    low: Floats
    high: Floats
    box: Box
    disjuncts: tuple[Disjunct, ...]
    block: Block
    ball: Ball | None = None
    part: Part | None = None

    @property
    def sizes(self) -> list[int]:
        """The number of rows of each disjunct."""
        return [d.stop - d.start for d in self.disjuncts]


@dataclass(frozen=True)
class Queries:
    """A property about a network: it holds if in no query a point of the box makes all rows of a disjunct ≤ 0."""

    queries: tuple[Query, ...]
    inputs: int
    outputs: int
    name: str = ""


def load(data: bytes, model: Model | Decided, *, name: str = "property.vnnlib") -> Queries:
    """The queries of a VNN-LIB file's bytes about a network.  Raises WrongInput."""
    return about(read_property(data, name=name), model)


def about(p: Property, model: Model | Decided, *, names: Callable[[int], str] = "X_{}".format) -> Queries:
    """The queries of a property about a network; names: of its inputs, for messages.

    Raises WrongInput where the numbers of inputs and outputs differ, or an input has no bounds.
    """
    for what, said, found in (("inputs", p.inputs, model.inputs), ("outputs", p.outputs, model.outputs)):
        if said != found:
            raise WrongInput(
                f"the property declares {said} {what}, the network has {found}",
                file=p.name,
                hint="is it the property of another network?",
            )
    groups: list[tuple[Box, list[tuple[list[Atom], list[Atom]]]]] = []
    try:
        for clause in clauses(p.formula):
            rows = [a for a in clause if not _is_bound(a, p.inputs)]
            box = _box(clause, p.inputs, names)
            if not groups or groups[-1][0] != box:
                groups.append((box, []))
            groups[-1][1].append((clause, rows))
    except WrongInput as error:
        raise error.at(file=p.name) from error
    queries = tuple(_in_cases(b, g, model) if isinstance(model, Decided) else _query(b, g, model) for b, g in groups)
    return Queries(queries, p.inputs, p.outputs, p.name)


def _is_bound(a: Atom, inputs: int) -> bool:
    if len(a.s.coefficients) > 1:
        mentioned = a.s.mentioned()
        return len(mentioned) == 1 and mentioned[0] < inputs
    return any(v < inputs and c for v, c in a.s.coefficients.items())


def _box(clause: list[Atom], inputs: int, names: Callable[[int], str]) -> Box:
    low: list[Fraction | None] = [None] * inputs
    high: list[Fraction | None] = [None] * inputs
    for a in clause:
        if not _is_bound(a, inputs):
            continue
        (v,) = a.s.mentioned()
        c = a.s.coefficients[v]
        value = -a.s.constant / c
        old = high[v] if c > 0 else low[v]
        if c > 0:
            high[v] = value if old is None else min(old, value)
        else:
            low[v] = value if old is None else max(old, value)
    box = []
    for v, (l, h) in enumerate(zip(low, high, strict=True)):
        if l is None or h is None:
            side = "bounds" if l is None and h is None else "lower bound" if l is None else "upper bound"
            raise WrongInput(
                f"input {names(v)} has no {side} (in some alternative)",
                expected="a box of inputs",
                hint="add an assertion with >= and one with <= about it",
            )
        box.append((l, h))
    return tuple(box)


def rounded_down(q: Fraction) -> float:
    """The greatest binary64 number that is at most q."""
    f = _nearest(q)
    return f if f == -np.inf or Fraction(f) <= q else float(np.nextafter(f, -np.inf))


def rounded_up(q: Fraction) -> float:
    """The least binary64 number that is at least q."""
    return -rounded_down(-q)


def _nearest(q: Fraction) -> float:
    try:
        return float(q)
    except OverflowError:
        return float(np.finfo(np.float64).max) if q > 0 else -np.inf


def _query(box: Box, group: list[tuple[list[Atom], list[Atom]]], model: Model) -> Query:
    low = np.array([rounded_down(l) for l, _ in box])
    high = np.array([rounded_up(h) for _, h in box])
    disjuncts: list[Disjunct] = []
    matrices: list[Matrix] = []
    bias: list[float] = []
    for clause, rows in group:
        start = len(bias)
        for a in rows:
            matrix, constant = _row(a, model)
            matrices.append(matrix)
            bias.append(constant)
        disjuncts.append(Disjunct(start, len(bias), tuple(a.strict for a in rows), tuple(clause)))
    weights = sp.csr_matrix(sp.vstack(matrices)) if matrices else sp.csr_matrix((0, model.values))
    return Query(low, high, box, tuple(disjuncts), Block("id", model.values, weights, np.array(bias)))


def _row(a: Atom, model: Model) -> tuple[Matrix, float]:
    """S of an atom as a sparse row over the network's values, and its constant."""
    columns, data, constant = [], [], a.s.constant
    for v, c in a.s.coefficients.items():
        if v < model.inputs:
            columns.append(v)
            data.append(float(c))
            continue
        value = int(model.output_values[v - model.inputs])
        if value < 0:
            constant += c * Fraction(float(model.output_constants[v - model.inputs]))
        else:
            columns.append(value)
            data.append(float(c))
    row = sp.csr_matrix((data, ([0] * len(data), columns)), shape=(1, model.values))
    return row, float(constant)


def _in_cases(box: Box, group: list[tuple[list[Atom], list[Atom]]], model: Decided) -> Query:
    """The query of a box about a network that jumps: each disjunct in each case, without those that surely fail."""
    low = np.array([rounded_down(l) for l, _ in box])
    high = np.array([rounded_up(h) for _, h in box])
    if (low > high).any():  # no input, and no part of the certificate
        return Query(low, high, box, (), Block("id", model.inputs, sp.csr_matrix((0, model.inputs)), np.zeros(0)))
    fixed = {k: float(v) for k, v in enumerate(low) if v == high[k]}
    part = model.part(fixed)
    disjuncts: list[Disjunct] = []
    matrices: list[Matrix] = []
    bias: list[float] = []
    for outcome in part.outcomes:
        guards = rows_of(outcome.guards, part.values)
        known = outcome.guards.kind == CONSTANT
        for clause, rows in group:
            found = [_row_in_case(a, outcome, part, fixed) for a in rows]
            values = [*outcome.guards.bias, *(constant for _, constant, _ in found)]
            strict = (*outcome.strict, *(a.strict for a in rows))
            sure = [*known, *(is_known for *_, is_known in found)]
            if any(s and (v >= 0 if less else v > 0) for s, v, less in zip(sure, values, strict, strict=True)):
                continue
            matrices += [guards, *(row for row, *_ in found)]
            disjuncts.append(Disjunct(len(bias), len(bias) + len(values), strict, tuple(clause)))
            bias += values
    weights = sp.csr_matrix(sp.vstack(matrices)) if matrices else sp.csr_matrix((0, part.values))
    block = Block("id", part.values, weights, np.array(bias))
    return Query(low, high, box, tuple(disjuncts), block, part=part)


def _row_in_case(a: Atom, outcome: Outcome, part: Part, fixed: Mapping[int, float]) -> tuple[Matrix, float, bool]:
    """S of an atom as a sparse row over the values, its constant, and whether it is nothing but that."""
    outputs, row = rows_of(outcome.outputs, part.values), sp.csr_matrix((1, part.values))
    constant, known = a.s.constant, True
    for v, c in a.s.coefficients.items():
        if v < part.inputs:
            if v in fixed:
                constant += c * Fraction(fixed[v])
            else:
                row = row + sp.csr_matrix(([float(c)], ([0], [v])), shape=(1, part.values))
                known = False
        else:
            k = v - part.inputs
            row = row + float(c) * outputs[[k]]
            constant += c * Fraction(float(outcome.outputs.bias[k]))
            known = known and bool(outcome.outputs.kind[k] == CONSTANT)
    return sp.csr_matrix(row), float(constant), known

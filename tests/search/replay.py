"""The checker's semantics in binary64 without outward rounding: replays certificates (docs/certificates.md)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from warrant.certificates import Advance, Close, Empty, Improve, Rows, Slopes, Split, Tree, read_proof, read_witness
from warrant.properties.terms import number

if TYPE_CHECKING:
    from warrant.models.network import Block, Lowered
    from warrant.properties import Queries, Query

Array = np.ndarray


@dataclass(frozen=True)
class State:
    """Intervals of the inputs and of the rows of each added block; the disjuncts that are refuted."""

    low: Array
    high: Array
    bounds: tuple[tuple[Array, Array], ...]
    closed: frozenset[int]


class Replay:
    """Replays trees of one query; ``work`` counts multiply-adds, ``slack`` is the least bound a CLOSE had."""

    def __init__(self, model: Lowered, query: Query) -> None:
        self.query = query
        self.blocks: list[Block] = [*model.blocks, query.block]
        self.inputs = model.inputs
        self.work = 0
        self.slack = np.inf

    def back(self, s: State, older: int, c: Array, d: Array, slopes: Slopes) -> Array:
        """Lower bounds of d + c · values, through the first ``older`` blocks; c: (rows, values before)."""
        c, d = c.copy(), d.copy()
        relus = [b.rows if b.function == "relu" else 0 for b in self.blocks]
        for k in range(older - 1, -1, -1):
            block = self.blocks[k]
            cut = c[:, block.start : block.stop]
            if block.function == "relu":
                lo, hi = s.bounds[k]
                first = sum(relus[:k])
                entry = np.zeros(block.rows)
                found = replace(slopes, entries=slopes.entries[first : first + block.rows])
                stable = (lo >= 0) | (hi <= 0)
                entry[: len(found.entries)] = found.numbers(stable[: len(found.entries)])
                cut, constant = relax(cut, lo, hi, None if slopes.bits == 0 else entry)
                d += constant.sum(1)
            d += cut @ block.bias
            c = c[:, : block.start] + (block.weights.T @ cut.T).T
            self.work += int((cut != 0).sum() * max(1, block.weights.nnz // max(1, block.rows)))
        return d + np.where(c >= 0, c * s.low, c * s.high).sum(1)

    def advance(self, s: State) -> State:
        low, high = [s.low], [s.high]
        for block, (lo, hi) in zip(self.blocks, s.bounds, strict=False):
            relu = block.function == "relu"
            low.append(np.maximum(lo, 0) if relu else lo)
            high.append(np.maximum(hi, 0) if relu else hi)
        block = self.blocks[len(s.bounds)]
        lo, hi = np.concatenate(low), np.concatenate(high)
        plus, minus = block.weights.maximum(0), block.weights.minimum(0)
        bounds = (block.bias + plus @ lo + minus @ hi, block.bias + plus @ hi + minus @ lo)
        return replace(s, bounds=(*s.bounds, bounds))

    def improve(self, s: State, op: Improve) -> State:
        k = op.block - 1
        assert 0 <= k < len(s.bounds), "IMPROVE of a block that was not added"
        block, (lo, hi) = self.blocks[k], s.bounds[k]
        lower, upper = selected(op.rows, lo, hi)
        lo, hi = lo.copy(), hi.copy()
        for which, sign, old in ((lower, 1.0, lo), (upper, -1.0, hi)):
            if which.any():
                rows = sign * block.weights[which].toarray()
                new = sign * self.back(s, k, rows, sign * block.bias[which], op.slopes)
                old[which] = np.maximum(old[which], new) if sign > 0 else np.minimum(old[which], new)
        return replace(s, bounds=(*s.bounds[:k], (lo, hi), *s.bounds[k + 1 :]))

    def close(self, s: State, op: Close) -> State:
        assert len(s.bounds) == len(self.blocks), "CLOSE before the last ADVANCE"
        goal = self.query.disjuncts[op.disjunct]
        row = np.zeros((1, self.blocks[-1].stop))
        row[0, self.blocks[-1].start + np.arange(goal.start, goal.stop)] = op.weights
        value = self.back(s, len(self.blocks), row, np.zeros(1), op.slopes)[0] / max(1, *op.weights)
        assert value > 0, f"CLOSE of disjunct {op.disjunct}: {value}"
        self.slack = min(self.slack, value)
        return replace(s, closed=s.closed | {op.disjunct})

    def tree(self, tree: Tree) -> None:
        """Replays a tree; fails with an AssertionError where the checker would refuse."""
        stack = [(tree, State(self.query.low, self.query.high, (), frozenset()))]
        while stack:
            t, s = stack.pop()
            for op in t.ops:
                if isinstance(op, Advance):
                    s = self.advance(s)
                elif isinstance(op, Improve):
                    s = self.improve(s, op)
                elif isinstance(op, Close):
                    s = self.close(s, op)
            if t.end is None:
                assert len(s.closed) == len(self.query.disjuncts), "DONE with open disjuncts"
            elif isinstance(t.end, Empty):
                lo, hi = (s.low, s.high) if t.end.block == 0 else s.bounds[t.end.block - 1]
                assert hi[t.end.row] < lo[t.end.row], "EMPTY of an interval that is not"
            else:
                assert np.isfinite(t.end.value)
                stack.append((t.end.above, cut(s, t.end, True)))
                stack.append((t.end.below, cut(s, t.end, False)))


def relax(c: Array, lo: Array, hi: Array, entry: Array | None) -> tuple[Array, Array]:
    """The coefficients after the rectifier and the constants, for coefficients c: (rows, neurons)."""
    active, inactive = lo >= 0, (hi <= 0) & ~(lo >= 0)
    with np.errstate(all="ignore"):
        upper = c * (hi / (hi - lo))
    if entry is None:
        new = np.where(c >= 0, np.where(-lo <= hi, c, 0.0), upper)
        new = np.where(active, c, np.where(inactive, 0.0, new))
    else:
        new = np.where(c >= 0, c * entry, upper)
        new = np.where(active, c - entry, np.where(inactive, entry, new))
    at_low, at_high = np.maximum(lo, 0) * c - new * lo, np.maximum(hi, 0) * c - new * hi
    constant = np.minimum(at_low, at_high)
    return new, np.where(~active & ~inactive, np.minimum(constant, 0), constant)


def selected(rows: Rows, lo: Array, hi: Array) -> tuple[Array, Array]:
    """Masks of the rows whose lower, whose upper side is to be improved."""
    if rows.kind == "unstable":
        mask = (lo < 0) & (hi > 0)
        return mask, mask
    if rows.kind == "all":
        return np.ones(len(lo), bool), np.ones(len(lo), bool)
    sides = np.zeros(max(len(lo), len(rows.sides)), np.uint8)
    sides[: len(rows.sides)] = rows.sides
    return (sides[: len(lo)] & 1) > 0, (sides[: len(lo)] & 2) > 0


def cut(s: State, split: Split, above: bool) -> State:
    """The state on one side of a split."""
    lo, hi = (s.low, s.high) if split.block == 0 else s.bounds[split.block - 1]
    lo, hi = lo.copy(), hi.copy()
    if above:
        lo[split.row] = max(lo[split.row], split.value)
    else:
        hi[split.row] = min(hi[split.row], split.value)
    if split.block == 0:
        return replace(s, low=lo, high=hi)
    k = split.block - 1
    return replace(s, bounds=(*s.bounds[:k], (lo, hi), *s.bounds[k + 1 :]))


def replay_proof(model: Lowered, queries: Queries, certificate: bytes) -> tuple[int, float]:
    """Replays a proof; gives the multiply-adds it took and the least bound a CLOSE had."""
    proof = read_proof(certificate, [q.sizes for q in queries.queries])
    work, slack = 0, np.inf
    for query, tree in zip(queries.queries, proof.trees, strict=True):
        r = Replay(model, query)
        r.tree(tree)
        work, slack = work + r.work, min(slack, r.slack)
    return work, slack


def replay_witness(model: Lowered, queries: Queries, certificate: bytes) -> None:
    """Replays a witness: exact inputs, binary64 outputs."""
    literals = [number(t) for t in read_witness(certificate)]
    assert len(literals) == model.inputs
    assert all(v is not None for v in literals)
    x = [Fraction(v) for v in literals if v is not None]
    y = model.evaluate(np.array([[float(v) for v in x]]))[0]
    values = x + [Fraction(float(v)) for v in y]

    def holds(atom) -> bool:
        total = atom.s.constant + sum(c * values[v] for v, c in atom.s.coefficients.items())
        return total < 0 or (total == 0 and not atom.strict)

    assert any(all(map(holds, d.atoms)) for q in queries.queries for d in q.disjuncts), "no disjunct is satisfied"

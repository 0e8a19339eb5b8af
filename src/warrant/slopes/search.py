"""The queries of a claim about slopes, and pairs of inputs that refute it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from warrant._decimals import decimal
from warrant.models.network import Lowered
from warrant.properties import Ball, Property, Queries, Query, about
from warrant.properties.formula import And, Atom, Formula, Linear, Or
from warrant.slopes.statement import Limits

__all__ = ["pair", "queries_of"]

Floats = NDArray[np.float64]
Box = Sequence[tuple[Fraction, Fraction]]
ONE, ZERO = Fraction(1), Fraction(0)
MARGIN = 1e-9
"""How far beyond a limit a pair of inputs is, relative to the numbers that went into it."""


def directions(limits: Limits, inputs: int) -> list[Box]:
    """Boxes of directions: any direction of length 1 in which features may change is in one of them."""
    ends = [(-ONE if k in limits.moved else ZERO, ONE) for k in range(inputs)]
    plain = [ends[k] if k in limits.moved or k in limits.raised else (ZERO, ZERO) for k in range(inputs)]
    if limits.moved or limits.norm != "linf":
        return [plain]
    return [[(ONE, ONE) if i == k else plain[i] for i in range(inputs)] for k in limits.raised]


def queries_of(limits: Limits, tangents: Lowered) -> Queries:
    """The queries about a direction and a point: a derivative is outside of the limits."""
    n = tangents.inputs // 2
    rows: list[Formula] = []
    for k in limits.outputs:
        if limits.least is not None:
            rows.append(Atom(Linear({2 * n + k: ONE}, -limits.least), True))
        if limits.most is not None:
            rows.append(Atom(Linear({2 * n + k: -ONE}, limits.most), True))
    found: list[Query] = []
    for box in directions(limits, n):
        ends = [*box, *limits.box(n)]
        bounds: list[Formula] = []
        for v, (low, high) in enumerate(ends):
            bounds += [Atom(Linear({v: -ONE}, low), False), Atom(Linear({v: ONE}, -high), False)]
        found += about(Property(2 * n, tangents.outputs, And((*bounds, Or(tuple(rows))))), tangents).queries
    if limits.norm != "linf":
        ball = Ball(limits.norm, (ZERO,) * n, ONE)
        found = [replace(query, ball=ball) for query in found]
    return Queries(tuple(found), 2 * n, tangents.outputs)


def pair(
    limits: Limits, evaluate: Callable[[Floats], Floats], direction: Sequence[Fraction], point: Sequence[Fraction]
) -> list[str] | None:
    """Decimals of two inputs of the box, (2 · inputs,), between which an output changes by more than the limits.

    They lie on the line through the point; the longest piece that is steep enough is taken.
    evaluate: outputs of inputs (batch, inputs).  None where none is found.
    """
    box = limits.box(len(point))
    e, x = np.array([float(v) for v in direction]), np.array([float(v) for v in point])
    low, high = (np.array([float(end[k]) for end in box]) for k in (0, 1))
    free = e != 0
    if not free.any():
        return None
    with np.errstate(divide="ignore", invalid="ignore"):
        ahead = np.where(e > 0, (high - x) / e, np.where(e < 0, (low - x) / e, math.inf)).min()
        behind = np.where(e > 0, (x - low) / e, np.where(e < 0, (x - high) / e, math.inf)).min()
    for halvings in range(40):
        for back, on in ((behind, ahead), (0.0, ahead), (behind, 0.0)):
            first, second = x - e * back / 2**halvings, x + e * on / 2**halvings
            words = _inside(limits, box, np.clip(first, low, high), np.clip(second, low, high), free)
            if words is not None and _steep(limits, evaluate, words):
                return words
    return None


def _inside(limits: Limits, box: Box, first: Floats, second: Floats, free: NDArray[np.bool_]) -> list[str] | None:
    """Their decimals, if they are in the box and may follow each other, exactly."""
    second = np.where(free, second, first)
    words = []
    for values in (first, second):
        for v, (low, high) in zip(values, box, strict=True):
            ends = {float(low): low, float(high): high}
            text = decimal(ends.get(float(v), Fraction(repr(float(v)))))
            if text is None or not low <= Fraction(text) <= high:
                return None
            words.append(text)
    n = len(first)
    for k in range(n):
        a, b = Fraction(words[k]), Fraction(words[n + k])
        if k not in limits.moved and (b < a if k in limits.raised else b != a):
            return None
    return words


def _steep(limits: Limits, evaluate: Callable[[Floats], Floats], words: Sequence[str]) -> bool:
    exact = [Fraction(word) for word in words]
    n = len(exact) // 2
    far = [float(b - a) for a, b in zip(exact[:n], exact[n:], strict=True)]
    distance = _norm(limits.norm, far)
    if distance == 0:
        return False
    outputs = evaluate(np.array([[float(v) for v in part] for part in (exact[:n], exact[n:])]))
    for k in limits.outputs:
        rise, size = outputs[1, k] - outputs[0, k], MARGIN * (abs(outputs[0, k]) + abs(outputs[1, k]))
        if limits.most is not None and rise > float(limits.most) * distance * (1 + MARGIN) + size:
            return True
        if limits.least is not None and rise < float(limits.least) * distance * (1 - MARGIN) - size:
            return True
    return False


def _norm(norm: str, values: Iterable[float]) -> float:
    sizes = [abs(v) for v in values]
    return max(sizes) if norm == "linf" else sum(sizes) if norm == "l1" else math.hypot(*sizes)

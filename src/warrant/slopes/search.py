"""The queries of a claim about slopes, and pairs of inputs that refute it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import chain, product

import numpy as np
from numpy.typing import NDArray

from warrant._decimals import decimal
from warrant.models.network import Lowered
from warrant.properties import Ball, Property, Queries, Query, about
from warrant.properties.formula import And, Atom, Formula, Linear, Or
from warrant.slopes.statement import Limits

__all__ = ["attack", "confirmer", "pair", "queries_of"]

Floats = NDArray[np.float64]
Box = Sequence[tuple[Fraction, Fraction]]
ONE, ZERO = Fraction(1), Fraction(0)
Evaluate = Callable[[Floats], Floats]
"""Outputs (batch, outputs) of inputs (batch, inputs)."""
MOST_ROWS = 20_000
"""The most derivatives that are sampled."""
MOST_JUMPS = 4096
"""The most pairs of points for each feature or group in which they differ."""
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
    for alternatives, box in product(list(product(*limits.alternatives(n))), directions(limits, n)):
        ends = [*box, *limits.box(n)]
        for place, inside in reversed(list(chain.from_iterable(alternatives))):
            ends[place] = inside
        bounds: list[Formula] = []
        for v, (low, high) in enumerate(ends):
            bounds += [Atom(Linear({v: -ONE}, low), False), Atom(Linear({v: ONE}, -high), False)]
        found += about(Property(2 * n, tangents.outputs, And((*bounds, Or(tuple(rows))))), tangents).queries
    if limits.norm != "linf":
        ball = Ball(limits.norm, (ZERO,) * n, ONE)
        found = [replace(query, ball=ball) for query in found]
    return Queries(tuple(found), 2 * n, tangents.outputs)


def pair(
    limits: Limits, evaluate: Evaluate, direction: Sequence[Fraction], point: Sequence[Fraction]
) -> list[str] | None:
    """Decimals of two inputs of the domain, (2 · inputs,), between which an output changes by more than the limits.

    They lie on the line through the point; the longest piece that is steep enough is taken.
    evaluate: outputs of inputs (batch, inputs).  None where none is found.
    """
    box = limits.box(len(point))
    e, x = np.array([float(v) for v in direction]), np.array([float(v) for v in point])
    low, high = (np.array([float(end[k]) for end in box]) for k in (0, 1))
    free = e != 0
    if not free.any():
        return None
    middle = (low + high) / 2
    for inwards in (0.0, *(2.0**-k for k in range(1, 31))):  # from a corner, no piece of the line is in the box
        start = x + inwards * (middle - x)
        with np.errstate(divide="ignore", invalid="ignore"):
            ahead = np.where(e > 0, (high - start) / e, np.where(e < 0, (low - start) / e, math.inf)).min()
            behind = np.where(e > 0, (start - low) / e, np.where(e < 0, (start - high) / e, math.inf)).min()
        for halvings in (0, 1, 2, 4, 8, 16):
            for back, on in ((behind, ahead), (0.0, ahead), (behind, 0.0)):
                first, second = start - e * back / 2**halvings, start + e * on / 2**halvings
                words = _inside(limits, box, np.clip(first, low, high), np.clip(second, low, high), free)
                if words is not None and _steep(limits, evaluate, words):
                    return words
    return None


def confirmer(limits: Limits, tangents: Lowered, evaluate: Evaluate) -> Evaluate:
    """The derivatives at directions and points (batch, 2 · inputs), or within the limits where no pair shows them.

    At a kink there is no derivative, so that what stands for it may not be believed.
    """
    harmless = float((limits.least if limits.most is None else limits.most) or 0)

    def derivatives(z: Floats) -> Floats:
        n = z.shape[1] // 2
        found = tangents.evaluate(z)
        for row, values in enumerate(z):
            if pair(limits, evaluate, [Fraction(v) for v in values[:n]], [Fraction(v) for v in values[n:]]) is None:
                found[row] = harmless
        return found

    return derivatives


def attack(limits: Limits, tangents: Lowered, evaluate: Evaluate, *, seed: int = 0) -> list[str] | None:
    """A pair as above; None where none is found.

    Pairs that differ in one listed feature or one group, and then the steepest directions at random points of the
    domain.
    """
    n = tangents.inputs // 2
    rng = np.random.default_rng(seed)
    jumping = {k for k, _ in limits.listed} | {k for group in limits.one_hot for k in group}
    features = sorted({*limits.moved, *limits.raised} - jumping)
    count = max(16, MOST_ROWS // ((len(features) or 1) * len(limits.outputs)))
    x = _sample(limits, rng, count, n)
    words = _jump(limits, evaluate, rng, x[:MOST_JUMPS])
    if words is not None or not features:
        return words
    unit = np.eye(n)[features]
    z = np.concatenate([np.tile(unit, (count, 1)), np.repeat(x, len(features), axis=0)], axis=1)
    slopes = tangents.evaluate(z).reshape(count, len(features), tangents.outputs)
    tried: list[tuple[float, Floats, Floats]] = []
    for k in limits.outputs:
        for limit, sign in ((limits.most, 1.0), (limits.least, -1.0)):
            if limit is None:
                continue
            g = np.zeros((count, n))
            g[:, features] = sign * slopes[:, :, k]
            e = _steepest(limits, g)
            worth = (e * g).sum(axis=1) - sign * float(limit)
            for row in np.argsort(-worth)[:4]:
                if worth[row] > 0:
                    tried.append((float(worth[row]), e[row], x[row]))
    for _, e_, x_ in sorted(tried, key=lambda t: -t[0])[:8]:
        words = pair(limits, evaluate, [Fraction(v) for v in e_], [Fraction(v) for v in x_])
        if words is not None:
            return words
    return None


def _sample(limits: Limits, rng: np.random.Generator, count: int, n: int) -> Floats:
    """Random points of the domain, (count, inputs)."""
    low, high = (np.array([float(end[k]) for end in limits.box(n)]) for k in (0, 1))
    x: Floats = low + (high - low) * rng.random((count, n))
    for k, values in limits.listed:
        x[:, k] = rng.choice([float(v) for v in values], count)
    for group in limits.one_hot:
        x[:, group] = np.eye(len(group))[rng.integers(len(group), size=count)]
    return x


def _jump(limits: Limits, evaluate: Evaluate, rng: np.random.Generator, x: Floats) -> list[str] | None:
    """The decimals of one of these points and another that differs in a listed feature or a group, as ``pair``."""
    units = [(k,) for k, _ in limits.listed] + list(limits.one_hot)
    may_rise = np.isin(np.arange(x.shape[1]), [*limits.moved, *limits.raised])
    may_fall = np.isin(np.arange(x.shape[1]), limits.moved)
    tried: list[tuple[float, Floats, Floats]] = []
    for unit in units:
        other = x.copy()
        other[:, unit] = _sample(limits, rng, *x.shape)[:, unit]
        first, second = evaluate(x), evaluate(other)
        far = np.array([_norm(limits.norm, row) for row in other - x])
        allowed = (((other <= x) | may_rise) & ((other >= x) | may_fall)).all(axis=1) & (far > 0)
        for k in limits.outputs:
            for limit, sign in ((limits.most, 1.0), (limits.least, -1.0)):
                if limit is None:
                    continue
                worth = sign * (second[:, k] - first[:, k] - float(limit) * far)
                for row in np.argsort(-np.where(allowed, worth, -math.inf))[:4]:
                    if allowed[row] and worth[row] > 0:
                        tried.append((float(worth[row]), x[row], other[row]))
    n, box = x.shape[1], limits.box(x.shape[1])
    for _, one, two in sorted(tried, key=lambda t: -t[0])[:16]:
        words = _inside(limits, box, one, two, np.ones(n, bool))
        if words is not None and _steep(limits, evaluate, words):
            return words
    return None


def _steepest(limits: Limits, g: Floats) -> Floats:
    """The directions of length 1, about, in which features may change and e · g is greatest: (batch, inputs)."""
    up = [k for k in limits.raised if k not in limits.moved]
    allowed = g.copy()
    allowed[:, up] = np.maximum(g[:, up], 0.0)
    if limits.norm == "linf":
        e = np.sign(allowed)
    elif limits.norm == "l1":
        e = np.where(np.arange(g.shape[1]) == abs(allowed).argmax(axis=1)[:, None], np.sign(allowed), 0.0)
    else:
        e = allowed / np.clip(np.linalg.norm(allowed, axis=1, keepdims=True), 1e-300, None)
    still = ~e.any(axis=1)  # nothing rises: what falls least
    if up and still.any():
        best = np.full(g.shape[1], -math.inf)
        best[up] = 0.0
        e[still] = np.eye(g.shape[1])[(g[still] + best).argmax(axis=1)]
    return e


def _inside(limits: Limits, box: Box, first: Floats, second: Floats, free: NDArray[np.bool_]) -> list[str] | None:
    """Their decimals, if they are in the domain and may follow each other, exactly."""
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
    exact = [Fraction(word) for word in words]
    if not (limits.contains(exact[:n]) and limits.contains(exact[n:])):
        return None
    for k in range(n):
        a, b = Fraction(words[k]), Fraction(words[n + k])
        if k not in limits.moved and (b < a if k in limits.raised else b != a):
            return None
    return words


def _steep(limits: Limits, evaluate: Evaluate, words: Sequence[str]) -> bool:
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

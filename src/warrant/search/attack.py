"""Looks for counterexamples: projected gradient descent on the greatest row of a disjunct, and exact confirmation."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from warrant._decimals import decimal
from warrant.models.network import Floats
from warrant.search.bounds import Bools, Index, spread
from warrant.search.net import Net

if TYPE_CHECKING:
    from warrant.models.network import Lowered
    from warrant.properties import Disjunct, Query
    from warrant.search.arrays import Array

Evaluate = Callable[[Floats], Floats]
"""Outputs (batch, outputs) of inputs (batch, inputs)."""


def forward(net: Net, x: Array) -> tuple[list[Array], Array]:
    """Which neurons are active, by layer, and the goal rows, at free inputs x (batch, free)."""
    values: dict[int, Array] = {-1: x}
    active = []
    for k, layer in enumerate(net.layers):
        if layer.ends is not None:
            first, second = layer.ends
            values[k] = values[second] - values[first]
            active.append(values[k] > 0)
            continue
        z = layer.value(net.arrays, values)
        if layer.gate is not None:
            active.append(active[layer.gate])
            values[k] = net.arrays.xp.where(active[k], z, 0.0)
            continue
        active.append(z > 0)
        values[k] = net.arrays.xp.clip(z, 0.0, None)
    return active, net.goals.value(net.arrays, values)


def gradient(net: Net, active: list[Array], weight: Array) -> Array:
    """The gradient of weight · goals (batch, goal rows) in the free inputs."""
    coefficients: dict[int, Array] = {}
    spread(coefficients, weight, net.goals.links)
    for k in range(len(net.layers) - 1, -1, -1):
        c = coefficients.pop(k, None)
        ends = net.layers[k].ends
        if c is not None and ends is not None:
            for source, part in zip(ends, (-c, c), strict=True):
                coefficients[source] = coefficients[source] + part if source in coefficients else part
        elif c is not None:
            spread(coefficients, c * active[k], net.layers[k].links)
    c = coefficients.get(-1)
    return net.arrays.zeros(len(weight), len(net.free)) if c is None else c


def descend(
    net: Net,
    x: Floats,
    low: Floats,
    high: Floats,
    mask: Bools,
    *,
    steps: int,
    rate: float = 0.25,
    decay: float = 0.85,
) -> tuple[Floats, Floats]:
    """The best points found from x (batch, free) within low and high, and their violations (up to 0 is a hit).

    mask: (batch, goal rows) the rows of each point's disjunct.  A violation is the greatest of the rows.
    """
    xp = net.arrays.xp
    point, lowest, highest, rows = (net.arrays.put(a) for a in (x, low, high, mask))
    numbers = xp.arange(rows.shape[1], device=net.arrays.device)
    if net.ball is not None:
        point = net.ball.inside(point)
    best, value = point, None
    for step in range(steps + 1):
        active, goal = forward(net, point)
        goal = xp.where(rows, goal, -np.inf)
        now = xp.max(goal, axis=1)
        better = None if value is None else now < value
        best = point if better is None else xp.where(better[:, None], point, best)
        value = now if better is None else xp.where(better, now, value)
        if step == steps or (step > 3 and bool(xp.any(value < 0))) or net.late:
            break
        weight = xp.astype(numbers == xp.argmax(goal, axis=1)[:, None], net.arrays.real)
        moved = point - rate * (highest - lowest) * xp.sign(gradient(net, active, weight))
        point = xp.minimum(xp.maximum(moved, lowest), highest)
        if net.ball is not None:
            point = net.ball.inside(point)
        rate *= decay
    return net.arrays.get(best), net.arrays.get(value)


def literals(query: Query, x: Floats) -> list[str]:
    """Decimal text for inputs (inputs,), each within the query's exact box."""
    return [_literal(float(v), lo, hi) for v, (lo, hi) in zip(x, query.box, strict=True)]


def _literal(v: float, low: Fraction, high: Fraction) -> str:
    for bound in (low, high):
        if low == high or (v <= low if bound is low else v >= high):
            exact = decimal(bound)
            if exact is not None:
                return exact
    for _ in range(4):
        text = plain(v)
        value = Fraction(text)
        if low <= value <= high:
            return text
        v = float(np.nextafter(v, np.inf if value < low else -np.inf))
    return plain(v)


def plain(v: float) -> str:
    """The shortest text that denotes v to binary64, in VNN-LIB's number syntax."""
    return repr(float(v))


def unrounded(lowered: Lowered, x: list[Fraction]) -> Bools:
    """Which outputs (outputs,) the checker finds to be one number, without rounding, at inputs (inputs,).

    These are copies of inputs, what the rectifier makes 0 beyond all rounding, and what reads nothing but such zeros:
    there, ties are decided.
    """
    values = np.array([float(v) for v in x])
    errors = np.array([0.0 if Fraction(v) == q else _rounding(abs(v)) for v, q in zip(values, x, strict=True)])
    for block in lowered.blocks:
        w, size = block.weights, abs(block.weights)
        rows = w @ values + block.bias
        copies = (np.diff(w.indptr) == 1) & (np.asarray(w.max(axis=1).todense()).ravel() == 1) & (block.bias == 0)
        terms = size @ (np.abs(values) + errors)
        error = size @ errors + np.where(copies | (terms == 0), 0.0, _rounding(terms + np.abs(block.bias)))
        if block.function == "relu":
            error[rows + error <= 0] = 0.0
            rows = np.maximum(rows, 0.0)
        values, errors = np.concatenate([values, rows]), np.concatenate([errors, error])
    found: Bools = (lowered.output_values >= 0) & (errors[np.maximum(lowered.output_values, 0)] == 0)
    return found


def _rounding(size: Floats) -> Floats:
    """More than the rounding errors of a sum with terms of this size, or what the checker makes of them."""
    return 1e-11 * size + 1e-300


def holds(disjunct: Disjunct, x: list[Fraction], y: Floats, margin: float = 1e-9, known: Bools | None = None) -> bool:
    """Whether a point surely satisfies a disjunct: exactly where only inputs occur, by a margin where outputs do.

    known: (outputs,) which outputs are exact; where all that occur are, by no margin.  No point does whose outputs are
    no numbers.
    """
    if not np.isfinite(y).all():
        return False
    inputs = len(x)
    for atom in disjunct.atoms:
        total, size, exact = atom.s.constant, 1e-3, True
        both = [abs(c) for c in atom.s.coefficients.values() if c] + [1] * (atom.s.constant != 0)
        compared = known is not None and len(both) <= 2 and set(both) <= {1}  # two numbers, without arithmetic
        for v, c in atom.s.coefficients.items():
            value = x[v] if v < inputs else Fraction(float(y[v - inputs]))
            exact = exact and (v < inputs or (known is not None and compared and bool(known[v - inputs])))
            total += c * value
            size += abs(float(c * value))
        if exact:
            if total > 0 or (total == 0 and atom.strict):
                return False
        elif float(total) > -margin * size:
            return False
    return True


def confirmed(net: Net, disjunct: int, x: Floats, checks: list[Evaluate]) -> list[str] | None:
    """The witness's literals if the free inputs x (free,) are a counterexample in binary64 and by all other checks."""
    text = literals(net.query, net.whole(x[None])[0])
    exact = [Fraction(t) for t in text]
    if net.query.ball is not None and not net.query.ball.holds(exact):
        return None
    point = np.array([[float(v) for v in exact]])
    d = net.query.disjuncts[disjunct]
    y = net.lowered.evaluate(point)[0]
    if not holds(d, exact, y) and not holds(d, exact, y, known=unrounded(net.lowered, exact)):
        return None
    return text if all(holds(d, exact, check(point)[0], 0.0) for check in checks) else None


def random_points(rng: np.random.Generator, low: Floats, high: Floats, corners: float = 0.3) -> Floats:
    """A point in each box (batch, free), some coordinates at the ends."""
    u = rng.random(low.shape)
    end = rng.random(low.shape) < corners
    u = np.where(end, np.rint(u), u)
    return low + u * (high - low)


def hits(value: Floats) -> Index:
    """The places of the values that are not positive, best first."""
    order = np.argsort(value)
    return order[value[order] <= 0]

"""What a property of probabilities says of the scores behind them, as in theories/Checker/Links/Translate.v."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from warrant.properties.formula import And, Atom, Formula, Linear, Or

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warrant.models.network import Floats
    from warrant.properties.vnnlib import Property

UNIT = 2**32
"""Bounds of logarithms are whole numbers of 1/UNIT."""
_MARGIN = Fraction(1, 10**9)
_TRUE, _FALSE = And(()), Or(())


class Translation:
    """The formulas about scores; bounds: the bounds of logarithms that were needed, in units, in order."""

    def __init__(self, inputs: int, outputs: int, link: str) -> None:
        self.inputs, self.outputs, self.link = inputs, outputs, link
        self._bounds: dict[int, None] = {}

    @property
    def bounds(self) -> list[int]:
        """The bounds, each once."""
        return list(self._bounds)

    def formula(self, f: Formula) -> Formula:
        """What a formula about probabilities says of the scores."""
        if isinstance(f, Atom):
            return self._atom(f)
        parts = tuple(self.formula(part) for part in f.parts)
        return And(parts) if isinstance(f, And) else Or(parts)

    def _atom(self, a: Atom) -> Formula:
        outputs = sorted(v for v in a.s.mentioned() if v >= self.inputs)
        if not outputs:
            return a
        if len(a.s.mentioned()) > len(outputs):
            return _TRUE
        c = a.s.coefficients
        if len(outputs) == 1:
            (v,) = outputs
            t = -a.s.constant / c[v]
            return self._at_most(a.strict, v, t) if c[v] > 0 else self._at_least(a.strict, v, t)
        if len(outputs) == 2 and c[outputs[0]] + c[outputs[1]] == 0 and a.s.constant == 0:
            first, second = outputs if c[outputs[0]] > 0 else outputs[::-1]
            return Atom(Linear({first: Fraction(1), second: Fraction(-1)}, Fraction(0)), a.strict)
        return _TRUE

    def _others(self, v: int) -> list[int]:
        return [w for w in range(self.inputs, self.inputs + self.outputs) if w != v]

    def _at_most(self, strict: bool, v: int, t: Fraction) -> Formula:
        if t <= 0:
            return _FALSE
        if t >= 1:
            return _TRUE
        if self.link == "logistic":
            return Atom(Linear({v: Fraction(1)}, -self._log(t / (1 - t), 2)), strict)
        if self.outputs == 1:
            return _FALSE
        c = self._log(t / (1 - t) * (self.outputs - 1), 2)
        return Or(tuple(Atom(Linear({v: Fraction(1), w: Fraction(-1)}, -c), strict) for w in self._others(v)))

    def _at_least(self, strict: bool, v: int, t: Fraction) -> Formula:
        if t <= 0:
            return _TRUE
        if t >= 1:
            return _TRUE if self.link == "softmax" and self.outputs < 2 else _FALSE
        c = self._log(t / (1 - t), -1)
        if self.link == "logistic":
            return Atom(Linear({v: Fraction(-1)}, c), strict)
        return And(tuple(Atom(Linear({v: Fraction(-1), w: Fraction(1)}, c), strict) for w in self._others(v)))

    def _log(self, u: Fraction, more: int) -> Fraction:
        """A bound of log u, a little above (``more`` = 2) or below it (-1)."""
        m = math.floor((math.log(u.numerator) - math.log(u.denominator)) * UNIT) + more
        self._bounds[m] = None
        return Fraction(m, UNIT)


def satisfied(p: Property, x: Sequence[float], y: Sequence[float]) -> bool:
    """Whether an input and the probabilities there surely satisfy a property: by a margin where these occur."""
    values = [Fraction(float(v)) for v in (*x, *y)]

    def holds(f: Formula) -> bool:
        if isinstance(f, Atom):
            total = f.s.constant + sum(c * values[v] for v, c in f.s.coefficients.items())
            margin = _MARGIN if any(v >= p.inputs for v in f.s.mentioned()) else Fraction(0)
            return total < 0 if f.strict and not margin else total <= -margin
        return all(map(holds, f.parts)) if isinstance(f, And) else any(map(holds, f.parts))

    return holds(p.formula)


def worth(p: Property, x: Floats, y: Floats) -> Floats:
    """(batch,) how far inputs (batch, inputs) and the probabilities there are from satisfying a property.

    At most 0 where they satisfy it.
    """
    values = np.hstack([x, y])

    def of(f: Formula) -> Floats:
        if isinstance(f, Atom):
            total = np.full(len(x), float(f.s.constant))
            for v, c in f.s.coefficients.items():
                total += float(c) * values[:, v]
            return total
        empty = -np.inf if isinstance(f, And) else np.inf
        best = np.max if isinstance(f, And) else np.min
        found: Floats = best(np.stack([np.full(len(x), empty), *map(of, f.parts)]), axis=0)
        return found

    return of(p.formula)


def of_differences(p: Property, runs: int, link: str) -> Property:
    """What a property of the probabilities of several runs says of their scores.

    As in theories/Checker/Links/Differences.v: a probability that exceeds that of the same class in another run by t
    has a score that exceeds the other run's by 4t (logistic functions), or is by 4t further above some other score.
    """
    n = p.outputs // runs

    def apart(a: int, b: int, t: Fraction, strict: bool) -> Formula:
        if t < 0:
            return _TRUE
        if link == "logistic":
            return Atom(Linear({a: Fraction(1), b: Fraction(-1)}, 4 * t), strict)
        (i, k), (j, m) = divmod(a - p.inputs, n), divmod(b - p.inputs, n)
        if n < 2 or k != m:
            return _TRUE
        parts = []
        for other in range(n):
            if other != k:
                near, far = p.inputs + i * n + other, p.inputs + j * n + other
                total = Linear({a: Fraction(1), near: Fraction(-1)}, 4 * t)
                parts.append(Atom(total.plus(Linear({far: Fraction(1), b: Fraction(-1)}, Fraction(0))), strict))
        return Or(tuple(parts))

    def walk(f: Formula) -> Formula:
        if not isinstance(f, Atom):
            parts = tuple(map(walk, f.parts))
            return And(parts) if isinstance(f, And) else Or(parts)
        variables = f.s.mentioned()
        outputs = [v for v in variables if v >= p.inputs]
        if not outputs:
            return f
        c = f.s.coefficients
        if len(variables) > 2 or len(outputs) < 2 or c[outputs[0]] + c[outputs[1]] != 0:
            return _TRUE
        a, b = outputs if c[outputs[0]] > 0 else outputs[::-1]
        return apart(a, b, f.s.constant / c[a], f.strict)

    return replace(p, formula=walk(p.formula))


def of_scores(p: Property, link: str) -> tuple[Property, list[int]]:
    """The property of the scores, and the bounds of logarithms that it needs, in units of 1/UNIT."""
    translation = Translation(p.inputs, p.outputs, link)
    return replace(p, formula=translation.formula(p.formula)), translation.bounds

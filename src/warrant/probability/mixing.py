"""How soon a chain is near its stationary distribution: bounds with a certificate, and states that are late.

Source: W. Doeblin, 1937; R. Dobrushin, 1956; D. Levin, Y. Peres, Markov Chains and Mixing Times, 2017, chapter 4.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from warrant.errors import SearchError
from warrant.probability.chains import Rows

__all__ = ["MOST_STEPS", "Late", "Plan", "latest", "plan"]

MOST_STEPS = 10**9 - 1
"""The largest number of steps that a claim can state."""
_MOST_BLOCKS = 255
_MOST_REFUTED = 100_000
_MOST_PAIRED = 600
"""The most states whose rows are compared two by two."""
_SCALE = 31

Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Plan:
    """Blocks of 2^squarings steps, after which the distance is small enough.

    Attributes:
        squarings, blocks: how often the matrix is squared; the power of the factor of one block.
        pairs: whether the factor is Dobrushin's, from what every two rows have in common, or Doeblin's, from all rows.
        factor: about by how much the distance shrinks with each block, for readers.
    """

    squarings: int
    blocks: int
    pairs: bool = False
    factor: float = 1.0

    @property
    def steps(self) -> int:
        """The number of steps, all blocks together."""
        return self.blocks << self.squarings


@dataclass(frozen=True)
class Late:
    """A state from which the chain is not near enough after some steps, and the distance then (a float)."""

    state: int
    steps: int
    distance: float

    @property
    def states(self) -> tuple[int, ...]:
        """The state."""
        return (self.state,)

    @property
    def numbers(self) -> tuple[float, ...]:
        """The distance."""
        return (self.distance,)

    def __str__(self) -> str:
        return f"state {self.state}: {self.steps} steps after it, the total variation distance is {self.distance:.6g}"


def plan(rows: Rows, distance: Fraction, *, steps: int | None = None) -> Plan:
    """The plan with the fewest steps, by what the rows of 2^h steps have in common, in the checker's arithmetic.

    Raises:
        SearchError: there is none, or none within ``steps``; the message says how few steps were enough.
    """
    n = len(rows)
    most = MOST_STEPS if steps is None else steps
    powers: Numbers = np.zeros((n, n), np.int64)
    for i, row in enumerate(rows):
        for j, p in row.items():
            powers[i, j] = (p.numerator << _SCALE) // p.denominator
    best: Plan | None = None
    for squarings in range(MOST_STEPS.bit_length()):
        for pairs in (False, True) if n <= _MOST_PAIRED else (False,):
            factor = 1 - Fraction(_common(powers, pairs), 1 << _SCALE)
            blocks = _blocks(factor, distance)
            if blocks is not None and (best is None or blocks << squarings < best.steps):
                best = Plan(squarings, blocks, pairs, float(factor))
        if blocks == 1 or 2 << squarings > most:
            break
        powers = _square(powers)
    if best is not None and best.steps <= most:
        return best
    if best is not None:
        raise SearchError(f"{most} steps were not shown to be enough; {best.steps} are")
    within = f"within {most} steps " if steps is not None else ""
    raise SearchError(
        f"{within}no bound on the distance was found: the rows have too little in common, as where the chain is "
        "periodic, or some states are not left, or it is very slow"
    )


def _common(powers: Numbers, pairs: bool) -> int:
    """What all rows have in common, or the least that two of them have."""
    if not pairs:
        return int(powers.min(axis=0).sum())
    return min(
        (int(np.minimum(a, powers[i + 1 :]).sum(axis=1).min()) for i, a in enumerate(powers[:-1])), default=1 << _SCALE
    )


def _blocks(factor: Fraction, distance: Fraction) -> int | None:
    """The least power of the factor that is small enough."""
    if factor >= 1:
        return None
    value = Fraction(1)
    for blocks in range(1, _MOST_BLOCKS + 1):
        value *= factor
        if value <= distance:
            return blocks
    return None


def _square(a: Numbers) -> Numbers:
    """The square of a matrix whose rows sum to at most 2^31, scaled down: exact, by halves of 16 bits."""
    high, low = (a >> 16).astype(np.float64), (a & 0xFFFF).astype(np.float64)
    cross = (high @ low + low @ high).astype(np.int64)
    square: Numbers = ((high @ high).astype(np.int64) << 32) + (cross << 16) + (low @ low).astype(np.int64)
    return square >> _SCALE


def latest(rows: Rows, pi: list[Fraction], steps: int, distance: Fraction) -> Late | None:
    """A state from which the distance is too large after so many steps, by floats; None where none seems to be."""
    if steps > _MOST_REFUTED:
        return None
    n = len(rows)
    matrix = np.zeros((n, n))
    for i, row in enumerate(rows):
        for j, p in row.items():
            matrix[i, j] = float(p)
    after = np.linalg.matrix_power(matrix, steps)
    distances = np.abs(after - np.array([float(p) for p in pi])).sum(axis=1) / 2
    state = int(distances.argmax())
    return Late(state, steps, float(distances[state])) if distances[state] > float(distance) else None

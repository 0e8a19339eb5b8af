"""Mixing curves: how far a chain is from its stationary distribution, exactly, as proved, and in simulation."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from warrant._svg import drawing
from warrant.claims.chain import Chain
from warrant.errors import SearchError, WrongInput
from warrant.probability.mixing import plan

__all__ = ["Curve", "curve", "draw"]

_WALKERS = 20_000
_MOST_STATES, _MOST_STEPS = 2000, 2000

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Curve:
    """Total variation distances from the stationary distribution after 0, 1, 2, … steps.

    Attributes:
        computed: the largest one of all first states, in binary64, (steps + 1,).
        proved: the bound of the proof's method, (steps + 1,); None where there is none.
        simulated: that of simulated walkers, (steps + 1,).
        noise: what that distance is on average, about, of as many draws from the stationary distribution itself.
        state: where the walkers begin: the state with the largest distance at the last step.
        walkers: how many there are.
        steps, distance: what is claimed.
    """

    computed: Floats
    proved: Floats | None
    simulated: Floats
    noise: float
    state: int
    walkers: int
    steps: int
    distance: float


def curve(claim: Chain, *, seed: int = 0) -> Curve:
    """The curve of a claim about mixing, up to twice the claimed number of steps.

    Raises:
        WrongInput: the claim is another one, or the chain or the number of steps is too large to draw.
    """
    rows, law, wanted = claim.content
    n, last = len(rows), 2 * wanted.steps
    if wanted.word != "mixing" or n > _MOST_STATES or last > 2 * _MOST_STEPS:
        said = f"a chain with {n} states and {wanted.steps} steps"
        expected = f"--mixing EPS, at most {_MOST_STATES} states and {_MOST_STEPS} steps"
        raise WrongInput(said, file="plot", expected=expected)
    matrix = np.zeros((n, n))
    for i, row in enumerate(rows):
        for j, p in row.items():
            matrix[i, j] = float(p)
    pi = np.array([float(p) for p in law])
    after, computed = np.eye(n), []
    for step in range(last + 1):
        distances = np.abs(after - pi).sum(axis=1) / 2
        computed.append(distances.max())
        if step == max(1, wanted.steps):
            state = int(distances.argmax())
        after = after @ matrix
    if last == 0:
        state = int(distances.argmax())
    try:
        best = plan(rows, wanted.distance, steps=wanted.steps)
        proved = best.factor ** (np.arange(last + 1) >> best.squarings).astype(float)
    except SearchError:
        proved = None
    noise = float(np.sqrt(2 * pi * (1 - pi) / (np.pi * _WALKERS)).sum() / 2)
    simulated = _walk(matrix, pi, state, last, np.random.default_rng(seed))
    return Curve(np.array(computed), proved, simulated, noise, state, _WALKERS, wanted.steps, float(wanted.distance))


def _walk(matrix: Floats, pi: Floats, state: int, steps: int, draw: np.random.Generator) -> Floats:
    """The distance of walkers that all begin in one state."""
    counts = np.zeros(len(pi), np.int64)
    counts[state] = _WALKERS
    distances = []
    rows = matrix / matrix.sum(axis=1, keepdims=True)
    for _ in range(steps + 1):
        distances.append(np.abs(counts / _WALKERS - pi).sum() / 2)
        occupied = np.flatnonzero(counts)
        counts = draw.multinomial(counts[occupied], rows[occupied]).sum(axis=0)
    return np.array(distances)


def draw(curve: Curve, file: str | os.PathLike[str], *, title: str) -> None:
    """Draw a curve as an SVG; the file appears whole or not at all.

    Raises:
        WarrantError: matplotlib is not installed.
        WrongInput: the file cannot be written.
    """
    after = curve.computed[curve.steps]
    description = (
        "The total variation distance from the stationary distribution, from the slowest first state: "
        f"{after:.3g} after {curve.steps} steps, with {curve.distance:g} claimed; {curve.walkers} simulated walkers "
        f"from state {curve.state} come to {curve.simulated[curve.steps]:.3g}, about {curve.noise:.2g} of it by chance."
    )
    with drawing(file, size=(6, 4), title=f"Mixing of {title}", description=description) as figure:
        axes: Any = figure.add_subplot()
        steps = np.arange(len(curve.computed))
        if curve.proved is not None:
            axes.step(steps, curve.proved, where="post", color="tab:orange", label="proved bound")
        axes.plot(steps, curve.computed, color="tab:blue", label="computed, slowest state")
        axes.plot(
            steps, curve.simulated, ".", color="tab:green", label=f"{curve.walkers} walkers from state {curve.state}"
        )
        axes.axhline(curve.noise, color="tab:gray", linestyle=":", label="chance, of so many walkers")
        axes.plot([curve.steps], [curve.distance], "x", color="tab:red", label="claimed")
        axes.set_yscale("log")
        axes.set_ylim(bottom=max(1e-6, min(curve.distance, curve.noise) / 10), top=1.5)
        axes.set_xlabel("steps")
        axes.set_ylabel("total variation distance")
        axes.legend(frameon=False, fontsize="small")

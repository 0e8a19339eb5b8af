"""Independence in Bayesian networks: d-separation by Bayes-ball, and states whose numbers show a dependence.

Source: R. Shachter, Bayes-ball: the rational pastime, 1998; J. Pearl, Probabilistic Reasoning in Intelligent Systems,
1988, section 3.3.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from warrant.probability.networks import Network, ancestors, posterior

__all__ = ["Dependence", "dependence", "marks", "reached"]

OUTSIDE, RIGHT, LEFT = 0, 1, 3
"""What a variable is marked with: no ancestor of one in question; one on the side of the second, or of the first."""


def reached(network: Network, start: int, given: Sequence[int]) -> set[int]:
    """The variables that Bayes-ball gets to from a variable: those with an active trail to it."""
    blocked, above = set(given), ancestors(network, given)
    children: list[list[int]] = [[] for _ in network.variables]
    for c in network.conditionals:
        for parent in c.parents:
            children[parent].append(c.child)
    found: set[tuple[bool, int]] = set()
    waiting = [(True, start)]
    while waiting:
        up, v = move = waiting.pop()
        if move in found:
            continue
        found.add(move)
        if v not in blocked:
            waiting.extend((False, child) for child in children[v])
        if (up and v not in blocked) or (not up and v in above):
            waiting.extend((True, parent) for parent in network.conditionals[v].parents)
    return {v for _, v in found}


def marks(network: Network, first: int, second: int, given: Sequence[int]) -> list[int] | None:
    """A mark for each variable, where the given ones d-separate the first from the second; None where they do not."""
    ball = reached(network, first, given)
    if second in ball:
        return None
    inside = ancestors(network, [first, second, *given])
    return [OUTSIDE if v not in inside else LEFT if v in ball else RIGHT for v in range(len(network.variables))]


@dataclass(frozen=True)
class Dependence:
    """States for which the second variable changes the probability of the first.

    Attributes:
        first, second: the states of the two variables.
        given: those of the variables that are given, in their order.
        with_second, without: the probability of the first variable's state, given all others, and given these alone.
    """

    first: int
    second: int
    given: tuple[int, ...]
    with_second: Fraction
    without: Fraction


def dependence(
    network: Network, first: int, second: int, given: Sequence[int], *, deadline: float | None, most: int = 1000
) -> Dependence | None:
    """States that show a dependence; None where none was found, of the first ``most`` combinations or in time."""
    tried = 0
    for states in product(*(range(len(network.variables[v].states)) for v in given)):
        evidence = dict(zip(given, states, strict=True))
        before = posterior(network, first, evidence)
        if before is None:
            continue
        for j in range(len(network.variables[second].states)):
            after = posterior(network, first, {**evidence, second: j})
            for i, (p, q) in enumerate(zip(after or before, before, strict=True)):
                if p != q:
                    return Dependence(i, j, states, p, q)
        tried += 1
        if tried >= most or (deadline is not None and time.monotonic() > deadline):
            return None
    return None

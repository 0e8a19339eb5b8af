"""Counterexamples by climbing: one input after the other of the best random points takes a better value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from warrant.models.network import Floats
    from warrant.properties import Query

POINTS, KEPT, GIVEN = 4096, 64, 4
_SEED = 0


def climb(query: Query, worth: Callable[[Floats], Floats]) -> Iterator[Floats]:
    """The best points (inputs,) that were found in a query's box, where their worth is 0 at most.

    worth: of points (batch, inputs), (batch,): at most 0 where they are counterexamples, and less is better.
    """
    low, high = query.low, query.high
    if not (low <= high).all():
        return
    rng = np.random.default_rng(_SEED)
    free = np.flatnonzero(low < high)

    def points(count: int) -> Floats:
        """Half of them anywhere, half of them in corners."""
        inside: Floats = low + rng.random((count, len(low))) * (high - low)
        corner = np.where(rng.random(inside.shape) < 0.5, low, high)
        return np.where(np.arange(count)[:, None] % 2 == 0, inside, corner)

    best = points(POINTS)
    found = worth(best)
    order = np.argsort(found)[:KEPT]
    best, found = best[order], found[order]
    for _ in range(20 * len(free)):
        k = rng.choice(free)
        tried = best.copy()
        tried[:, k] = points(len(best))[:, k]
        worths = worth(tried)
        better = worths <= found
        best[better], found[better] = tried[better], worths[better]
    for k in np.argsort(found)[:GIVEN]:
        if found[k] <= 0:
            yield best[k]

"""The search for a certificate about two losses: a point of both domains, or one at which the first is less."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from warrant.checkers import PROVED, REFUTED, check_bytes
from warrant.gradients import Program
from warrant.losses.listing import list_loss
from warrant.losses.search import CLEAR, POINTS, PROOF, TRIES, Floats, Layout, samples, smallest

__all__ = ["Pair", "compare", "list_pair"]

_PROOFS = 4
Shapes = Mapping[str, tuple[int, ...]]


@dataclass(frozen=True)
class Pair:
    """The straight-line programs of two losses.

    Attributes:
        upper, lower: the programs.
        columns: where the entries of the second loss's inputs stand among those of the first.
    """

    upper: Program
    lower: Program
    columns: tuple[int, ...]

    def at(self, points: Floats) -> tuple[Floats, Floats]:
        """Both losses (samples,) at points (samples, entries), in binary64; NaN where an instruction is not finite."""
        both = []
        with np.errstate(all="ignore"):
            for program, inputs in ((self.upper, points), (self.lower, points[:, self.columns])):
                values = program.evaluate(inputs)
                fine = np.isfinite(values).all(axis=1)
                both.append(np.where(fine, values[:, program.value[0]], np.nan))
        return both[0], both[1]


def list_pair(files: Sequence[bytes], upper: Shapes, lower: Shapes, *, timeout: float | None = None) -> Pair | str:
    """The programs of the first two files, whose inputs have these shapes; or why there are none, in words.

    Raises:
        TimeoutError: it took longer than ``timeout`` seconds.
    """
    from warrant.statements import NonNegative

    programs = []
    for loss, shapes in zip(files, (upper, lower), strict=False):
        found = list_loss([loss, NonNegative().text(list(shapes))], timeout=timeout)
        if isinstance(found, str):
            return found
        programs.append(found.program)
    start, starts = 0, {}
    for name, shape in upper.items():
        starts[name] = start
        start += int(np.prod(shape, dtype=int))
    columns = [starts[name] + k for name, shape in lower.items() for k in range(int(np.prod(shape, dtype=int)))]
    return Pair(programs[0], programs[1], tuple(columns))


def compare(
    files: Sequence[bytes], upper: Shapes, lower: Shapes, layout: Layout, *, timeout: float | None
) -> tuple[bytes | None, str]:
    """A certificate that proves or refutes that the one loss is at least the other, or None and why there is none.

    Args:
        files: the two losses and the text of the bounds.
        upper: the shapes of the first loss's inputs.
        lower: those of the second one's.
        layout: the entries of the first loss's inputs.
        timeout: seconds for making the programs; None for no limit.
    """
    try:
        pair = list_pair(files, upper, lower, timeout=timeout)
    except TimeoutError:
        return None, "the checker's analysis took longer than the time given; try a longer --timeout"
    if isinstance(pair, str):
        return None, pair
    points = samples(layout, range(len(layout.names)), np.random.default_rng(7))
    above, below = pair.at(points)
    fine = np.isfinite(above) & np.isfinite(below)
    with np.errstate(invalid="ignore"):
        gap = (below - above) / (1 + np.abs(below))
    clear = np.flatnonzero(fine & (gap > CLEAR))
    for k in clear[np.argsort(-gap[clear], kind="stable")][:TRIES]:
        certificate = POINTS + points[k].astype("<f8").tobytes()
        if check_bytes("above", [*files, certificate]).word == REFUTED:
            return certificate, ""
    if not fine.any():
        return None, "no point was found at which both losses are defined; give bounds of their inputs"
    if not clear.size:
        for point in islice(smallest(points, fine), _PROOFS):
            certificate = PROOF + point.astype("<f8").tobytes()
            if check_bytes("above", [*files, certificate]).word == PROVED:
                return certificate, ""
    return None, "it does not follow that the one loss is at least the other; no counterexample was found"

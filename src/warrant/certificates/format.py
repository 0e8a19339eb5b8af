"""The certificate format, version 1 (docs/certificates.md): what a certificate says, as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterator

MAGIC = b"WRNT\x01"
NESTING = 10_000
"""The most ops and ends on the way from a tree's root to a leaf."""

Bytes = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Places:
    """From here on, in this tree, tables of slopes have the entry of row q at ``of[q]``; NOWHERE: it has none.

    of: (rows of all Relu blocks,) uint16; missing ones at the end have no entry.
    """

    of: NDArray[np.uint16]

    @staticmethod
    def only(rows: NDArray[np.bool_]) -> Places:
        """The shortest tables with entries for some rows only, (rows,); they are at most NOWHERE."""
        numbers = np.cumsum(rows) - 1
        if numbers.max(initial=-1) >= NOWHERE:
            raise ValueError(f"places of {numbers[-1] + 1} entries do not fit in 16 bits")
        return Places(np.where(rows, numbers, NOWHERE).astype(np.uint16))


NOWHERE = 0xFFFF
"""The place of rows without an entry."""


@dataclass(frozen=True)
class Slopes:
    """A slope table: 4 bits (entry q means q/15) or 8 bits (q/255) an entry, or 0: the default.

    entries: (rows of all Relu blocks older than the target,) uint8; missing entries at the end are 0.
    unit: in a table of 4 bits, what 1 means in the entries of stable rows, the multipliers; a float32 number.
    places: where the certificate's table has them, if a Places stands above.
    """

    bits: Literal[0, 4, 8] = 0
    entries: Bytes = field(default_factory=lambda: np.zeros(0, np.uint8))
    unit: float = 0.0
    places: Places | None = None

    def numbers(self, stable: NDArray[np.bool_]) -> NDArray[np.float64]:
        """The slopes of unstable rows, the multipliers of stable ones; stable: (entries,)."""
        entries = self.entries.astype(np.float64)
        if self.bits == 8:
            return entries / 255.0
        return np.where(stable, entries * self.unit, entries / 15.0)


DEFAULT = Slopes()


@dataclass(frozen=True)
class Rows:
    """Which sides of which rows: "unstable" (both sides of rows around 0), "all", or "listed".

    sides: (rows,) uint8, 1 for the lower + 2 for the upper side.
    """

    kind: Literal["unstable", "all", "listed"] = "unstable"
    sides: Bytes = field(default_factory=lambda: np.zeros(0, np.uint8))


@dataclass(frozen=True)
class Advance:
    """Add the next block, with interval bounds for its rows."""


@dataclass(frozen=True)
class Improve:
    """Backward passes for rows of a block that was added."""

    block: int
    rows: Rows = Rows()
    slopes: Slopes = DEFAULT


@dataclass(frozen=True)
class Close:
    """Refute a disjunct by a weighted sum of its rows (weights 0 to 255)."""

    disjunct: int
    weights: tuple[int, ...]
    slopes: Slopes = DEFAULT


Op = Advance | Improve | Close | Places


@dataclass(frozen=True)
class Empty:
    """The interval of this row (of this input, if block = 0) is empty."""

    block: int
    row: int


@dataclass
class Split:
    """First where the row (the input, if block = 0) is ≤ value, then where it is ≥ value."""

    block: int
    row: int
    value: float
    below: Tree
    above: Tree


@dataclass
class Tree:
    """Ops in order (some may be bytes already), then an end: None means DONE.

    ``encoded`` stands for the whole tree, if it is not empty.
    """

    ops: list[Op | bytes] = field(default_factory=list)
    end: Empty | Split | None = None
    encoded: bytes = b""


@dataclass
class Cut:
    """A tree of boxes: a region (input -1), or first where the input is ≤ value (< where strict), then the rest."""

    input: int = -1
    value: float = 0.0
    strict: bool = False
    below: Cut | None = None
    above: Cut | None = None

    def become(self, other: Cut) -> None:
        """Take the other's place."""
        self.__dict__.update(other.__dict__)


@dataclass(frozen=True)
class Proof:
    """One tree for each query, in order.

    lock_step: whether the trees are about two networks in lock step (docs/relations.md).
    """

    trees: tuple[Tree, ...]
    lock_step: bool = False


def nodes(tree: Tree) -> Iterator[tuple[Tree, int]]:
    """All trees within a tree, parents first, with the ops and ends on the way down to each (its own included)."""
    stack = [(tree, 0)]
    while stack:
        t, above = stack.pop()
        depth = above + len(t.ops) + 1
        yield t, depth
        if isinstance(t.end, Split):
            stack.append((t.end.above, depth))
            stack.append((t.end.below, depth))

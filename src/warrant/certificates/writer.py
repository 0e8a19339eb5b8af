"""Writes certificates as bytes (docs/certificates.md, sections 2 and 3)."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np

from warrant.certificates.format import (
    MAGIC,
    NOWHERE,
    Advance,
    Cut,
    Empty,
    Improve,
    Op,
    Places,
    Proof,
    Rows,
    Slopes,
    Split,
    Tree,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warrant.certificates.format import Bytes


def varint(n: int) -> bytes:
    """Unsigned LEB128."""
    if not 0 <= n < 1 << 62:
        raise ValueError(f"{n} does not fit in a varint of the format")
    out = bytearray()
    while n >= 128:
        out.append(n & 127 | 128)
        n >>= 7
    out.append(n)
    return bytes(out)


def _span(data: bytes) -> bytes:
    return varint(len(data)) + data


def slopes_bytes(slopes: Slopes) -> bytes:
    """A slope table; zeros at the end are left out."""
    if slopes.bits == 0:
        return b"\0"
    entries = slopes.entries if slopes.places is None else _placed(slopes.entries, slopes.places)
    last = np.flatnonzero(entries)
    packed = entries[: last[-1] + 1 if len(last) else 0].astype(np.uint8)
    if slopes.bits == 8:
        return b"\2" + _span(packed.tobytes())
    if len(packed) % 2:
        packed = np.append(packed, np.uint8(0))
    kind = b"\3" + struct.pack("<f", slopes.unit) if slopes.unit else b"\1"
    return kind + _span((packed[0::2] | packed[1::2] << 4).astype(np.uint8).tobytes())


def _placed(entries: Bytes, places: Places) -> Bytes:
    """Entries of rows, (rows,), in the order that the places say; those that are not 0 have a place."""
    rows = np.flatnonzero(entries)
    if len(rows) and (rows[-1] >= len(places.of) or (places.of[rows] == NOWHERE).any()):
        raise ValueError("a slope that is not 0 has no place in its table")
    at = places.of[rows]
    out = np.zeros(int(at.max(initial=0)) + 1, np.uint8)
    out[at] = entries[rows]
    return out


def rows_bytes(rows: Rows) -> bytes:
    """Which rows; zeros at the end are left out."""
    if rows.kind != "listed":
        return b"\0" if rows.kind == "unstable" else b"\1"
    last = np.flatnonzero(rows.sides)
    n = int(last[-1]) + 1 if len(last) else 0
    s = np.zeros(-(-n // 4) * 4, np.uint8)
    s[:n] = rows.sides[:n]
    return b"\2" + _span((s[0::4] | s[1::4] << 2 | s[2::4] << 4 | s[3::4] << 6).astype(np.uint8).tobytes())


def op_bytes(op: Op) -> bytes:
    """One op."""
    if isinstance(op, Advance):
        return b"\x10"
    if isinstance(op, Improve):
        return b"\x11" + varint(op.block) + rows_bytes(op.rows) + slopes_bytes(op.slopes)
    if isinstance(op, Places):
        return b"\x13" + _span(op.of.astype("<u2").tobytes())
    return b"\x12" + varint(op.disjunct) + bytes(op.weights) + slopes_bytes(op.slopes)


def tree_bytes(tree: Tree) -> bytes:
    """One tree."""
    out: list[bytes] = []
    stack = [tree]
    while stack:
        t = stack.pop()
        if t.encoded:
            out.append(t.encoded)
            continue
        out += (op if isinstance(op, bytes) else op_bytes(op) for op in t.ops)
        if t.end is None:
            out.append(b"\0")
        elif isinstance(t.end, Empty):
            out.append(b"\1" + varint(t.end.block) + varint(t.end.row))
        else:
            split: Split = t.end
            out.append(b"\2" + varint(split.block) + varint(split.row) + struct.pack("<d", split.value))
            stack += [split.above, split.below]
    return b"".join(out)


def proof_bytes(proof: Proof) -> bytes:
    """A proof certificate."""
    return MAGIC + (b"D" if proof.lock_step else b"P") + b"".join(map(tree_bytes, proof.trees))


def witness_bytes(literals: Sequence[str]) -> bytes:
    """A witness certificate: one decimal literal for each input."""
    return MAGIC + b"R" + "\n".join(literals).encode("ascii")


def cases_bytes(proofs: Sequence[bytes]) -> bytes:
    """A proof by cases: a proof about each query alone."""
    return MAGIC + b"C" + b"".join(map(_span, proofs))


def boxes_bytes(cuts: Sequence[Cut]) -> bytes:
    """A proof by boxes, with one tree for each query."""
    return MAGIC + b"B" + _cuts(cuts)


def joint_bytes(cuts: Sequence[Cut]) -> bytes:
    """A proof by joint bounds of trees, with one tree of cuts for each query."""
    return MAGIC + b"T" + _cuts(cuts)


def linked_bytes(bounds: Sequence[int], proof: bytes) -> bytes:
    """A proof about scores, with bounds of logarithms, whole numbers of 2^-32, before it."""
    signed = [2 * m if m >= 0 else -2 * m + 1 for m in bounds]
    return MAGIC + b"O" + varint(len(bounds)) + b"".join(map(varint, signed)) + proof


def _cuts(cuts: Sequence[Cut]) -> bytes:
    out: list[bytes] = []
    stack = list(reversed(cuts))
    while stack:
        cut = stack.pop()
        if cut.below is None or cut.above is None:
            out.append(b"\0")
        else:
            out.append((b"\2" if cut.strict else b"\1") + varint(cut.input) + struct.pack("<d", cut.value))
            stack += [cut.above, cut.below]
    return b"".join(out)

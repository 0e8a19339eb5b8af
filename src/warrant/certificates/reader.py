"""Reads certificates: for tests, and to tell what a certificate consists of."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from warrant.certificates.format import (
    DEFAULT,
    MAGIC,
    NESTING,
    Advance,
    Close,
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
    nodes,
)
from warrant.errors import WrongInput

if TYPE_CHECKING:
    from collections.abc import Sequence


class _Cursor:
    def __init__(self, data: bytes, at: int) -> None:
        self.data, self.at = data, at

    def take(self, n: int) -> bytes:
        if self.at + n > len(self.data):
            raise WrongInput("the certificate is truncated", place=f"byte {len(self.data)}")
        self.at += n
        return self.data[self.at - n : self.at]

    def varint(self) -> int:
        n = shift = 0
        for _ in range(9):
            (b,) = self.take(1)
            n |= (b & 127) << shift
            shift += 7
            if b < 128:
                if n >= 1 << 62:
                    break
                return n
        raise WrongInput("a varint is too large", place=f"byte {self.at}")

    def span(self) -> bytes:
        return self.take(self.varint())


def _slopes(c: _Cursor, places: Places | None) -> Slopes:
    (kind,) = c.take(1)
    if kind == 0:
        return DEFAULT
    if kind > 3:
        raise WrongInput(f"slopes of kind {kind}", place=f"byte {c.at}")
    (unit,) = struct.unpack("<f", c.take(4)) if kind == 3 else (0.0,)
    raw = np.frombuffer(c.span(), np.uint8)
    entries = raw if kind == 2 else np.stack([raw & 15, raw >> 4], 1).reshape(-1)
    if places is not None:
        found = places.of < len(entries)
        entries = np.where(found, entries[np.where(found, places.of, 0)], 0) if found.any() else entries[:0]
    return Slopes(8 if kind == 2 else 4, entries, unit, places)


def _rows(c: _Cursor) -> Rows:
    (kind,) = c.take(1)
    if kind > 2:
        raise WrongInput(f"rows of kind {kind}", place=f"byte {c.at}")
    if kind < 2:
        names: tuple[Literal["unstable"], Literal["all"]] = ("unstable", "all")
        return Rows(names[kind])
    raw = np.frombuffer(c.span(), np.uint8)
    return Rows("listed", np.stack([raw >> s & 3 for s in (0, 2, 4, 6)], 1).reshape(-1))


def _tree(c: _Cursor, sizes: Sequence[int]) -> Tree:
    root = Tree()
    start: tuple[Tree, int, Places | None] = (root, 0, None)
    open_ = [start]
    while open_:
        t, depth, places = open_.pop()
        while True:
            depth += 1
            if depth > NESTING:
                raise WrongInput("the tree is too deep", place=f"byte {c.at}")
            (code,) = c.take(1)
            if code == 0x00:
                break
            if code == 0x01:
                t.end = Empty(c.varint(), c.varint())
                break
            if code == 0x02:
                block, row = c.varint(), c.varint()
                (value,) = struct.unpack("<d", c.take(8))
                t.end = Split(block, row, value, Tree(), Tree())
                open_ += [(t.end.above, depth, places), (t.end.below, depth, places)]
                break
            op = _op(c, code, sizes, places)
            t.ops.append(op)
            if isinstance(op, Places):
                places = op
    return root


def _op(c: _Cursor, code: int, sizes: Sequence[int], places: Places | None) -> Op:
    if code == 0x10:
        return Advance()
    if code == 0x11:
        return Improve(c.varint(), _rows(c), _slopes(c, places))
    if code == 0x12:
        disjunct = c.varint()
        if disjunct >= len(sizes):
            raise WrongInput(f"there is no disjunct {disjunct}", place=f"byte {c.at}")
        return Close(disjunct, tuple(c.take(sizes[disjunct])), _slopes(c, places))
    if code == 0x13:
        raw = c.span()
        return Places(np.frombuffer(raw[: len(raw) // 2 * 2], "<u2").astype(np.uint16))
    raise WrongInput(f"there is no op {code:#x}", place=f"byte {c.at}")


def read_proof(data: bytes, sizes: Sequence[Sequence[int]]) -> Proof:
    """A proof; sizes: for each query, the number of rows of each disjunct.  Raises WrongInput."""
    if data[:6] not in (MAGIC + b"P", MAGIC + b"D"):
        raise WrongInput("the bytes are not a proof certificate of version 1")
    c = _Cursor(data, 6)
    trees = tuple(_tree(c, s) for s in sizes)
    if c.at != len(data):
        raise WrongInput("bytes follow the last tree", place=f"byte {c.at}")
    return Proof(trees, data[5:6] == b"D")


def read_cases(data: bytes, sizes: Sequence[Sequence[int]]) -> Proof:
    """A proof by cases; sizes: for each query whose box is not empty, the rows of each disjunct.  Raises WrongInput."""
    if data[:6] != MAGIC + b"C":
        raise WrongInput("the bytes are not a proof by cases of version 1")
    c = _Cursor(data, 6)
    trees = tuple(read_proof(c.span(), [s]).trees[0] for s in sizes)
    if c.at != len(data):
        raise WrongInput("bytes follow the last part", place=f"byte {c.at}")
    return Proof(trees)


def read_boxes(data: bytes, queries: int) -> tuple[Cut, ...]:
    """A proof by boxes, with one tree for each query.  Raises WrongInput."""
    if data[:6] != MAGIC + b"B":
        raise WrongInput("the bytes are not a proof by boxes of version 1")
    c, trees = _Cursor(data, 6), tuple(Cut() for _ in range(queries))
    stack = [(tree, 0) for tree in reversed(trees)]
    while stack:
        cut, depth = stack.pop()
        (code,) = c.take(1)
        if code > 2 or depth > NESTING:
            raise WrongInput(f"a region of kind {code}, {depth} cuts down", place=f"byte {c.at}")
        if code:
            below, above = Cut(), Cut()
            cut.become(Cut(c.varint(), struct.unpack("<d", c.take(8))[0], code == 2, below, above))
            stack += [(above, depth + 1), (below, depth + 1)]
    if c.at != len(data):
        raise WrongInput("bytes follow the last region", place=f"byte {c.at}")
    return trees


def proof_of_scores(data: bytes) -> bytes:
    """The proof about scores in one about probabilities.  Raises WrongInput."""
    if data[:6] != MAGIC + b"O":
        raise WrongInput("the bytes are not a proof about probabilities of version 1")
    c = _Cursor(data, 6)
    for _ in range(c.varint()):
        c.varint()
    return data[c.at :]


def read_witness(data: bytes) -> list[str]:
    """The literals of a witness.  Raises WrongInput."""
    if data[:6] != MAGIC + b"R":
        raise WrongInput("the bytes are not a witness certificate of version 1")
    text = data[6:].decode("ascii", "replace")
    return text.removesuffix("\n").split("\n")


@dataclass(frozen=True)
class Statistics:
    """What a proof consists of."""

    leaves: int
    splits: int
    improves: int
    closes: int
    depth: int
    size: int


def statistics(data: bytes, sizes: Sequence[Sequence[int]]) -> Statistics:
    """Counts of a proof certificate; depth counts ops and ends, size is in bytes."""
    found = [n for tree in read_proof(data, sizes).trees for n in nodes(tree)]
    ops = [op for t, _ in found for op in t.ops]
    splits = sum(isinstance(t.end, Split) for t, _ in found)
    return Statistics(
        len(found) - splits,
        splits,
        sum(isinstance(op, Improve) for op in ops),
        sum(isinstance(op, Close) for op in ops),
        max(d for _, d in found),
        len(data),
    )

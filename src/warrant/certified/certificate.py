"""Certificates of certified accuracy as bytes (docs/certified.md)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from warrant.certificates.format import MAGIC

__all__ = ["marks", "proof_bytes", "read_points", "refutation_bytes"]

Floats = NDArray[np.float64]


def proof_bytes(rows: int, proofs: Mapping[int, bytes], kind: bytes = b"P") -> bytes:
    """A proof for some of the rows of a test set: for each what follows the letter in a proof about it alone.

    kind: the letter of these proofs: P (trees), C (cases) or B (boxes).
    """
    return MAGIC + kind + _marks(rows, proofs) + b"".join(proofs[k] for k in sorted(proofs))


def refutation_bytes(rows: int, points: Mapping[int, Floats]) -> bytes:
    """A refutation for some of the rows, each with a point, (inputs,)."""
    body = b"".join(points[k].astype("<f8").tobytes() for k in sorted(points))
    return MAGIC + b"R" + _marks(rows, points) + body


def read_points(certificate: bytes, rows: int, inputs: int) -> dict[int, Floats]:
    """The points of a refutation, by row; nothing if it is none."""
    if certificate[: len(MAGIC) + 1] != MAGIC + b"R":
        return {}
    where = np.flatnonzero(marks(certificate, rows))
    body = certificate[len(MAGIC) + 1 + -(-rows // 8) :]
    if len(body) != 8 * inputs * len(where):
        return {}
    points = np.frombuffer(body, "<f8").reshape(len(where), inputs)
    return {int(k): point for k, point in zip(where, points, strict=True)}


def marks(certificate: bytes, rows: int) -> NDArray[np.bool_]:
    """Which rows a proof or a refutation is about, (rows,); none where its bytes end too soon."""
    start = len(MAGIC) + 1
    found = np.frombuffer(certificate[start : start + -(-rows // 8)], np.uint8)
    bits = np.unpackbits(found, bitorder="little")[:rows].astype(bool)
    return bits if len(bits) == rows else np.zeros(rows, bool)


def _marks(rows: int, marked: Mapping[int, object]) -> bytes:
    bits = np.zeros(rows, np.uint8)
    bits[list(marked)] = 1
    return np.packbits(bits, bitorder="little").tobytes()

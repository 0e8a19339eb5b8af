"""Looks for an input at which a derivative is wrong: points with few digits, where binary64 sees a difference."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from warrant.checkers import REFUTED, check_bytes
from warrant.gradients.program import Floats, Program

__all__ = ["POINT", "gaps", "in_box", "point_certificate", "read_point", "refutation"]

POINT = b"WRNT\x01R"
_POINTS = 64
_TRIES = 5
_MORE = 512
_CLEAR = 1e-5
"""Enclosures of exponentials and logarithms are right to about seven digits."""


def point_certificate(point: Floats) -> bytes:
    """The certificate that holds these numbers (inputs,)."""
    return POINT + point.astype("<f8").tobytes()


def read_point(certificate: bytes) -> Floats:
    """The numbers in such a certificate.

    Raises:
        ValueError: it is none.
    """
    if not certificate.startswith(POINT):
        raise ValueError("not a point")
    return np.frombuffer(certificate[len(POINT) :], dtype="<f8").astype(np.float64)


def gaps(program: Program, points: Floats) -> tuple[Floats, Floats]:
    """The gradients and what the derivative gives, each (points, entries), in binary64."""
    values = program.evaluate(points)
    pairs = np.array(program.pairs)
    return values[:, pairs[:, 0]], values[:, pairs[:, 1]]


def refutation(program: Program, box: Floats, files: Sequence[bytes], tolerance: float = 0.0) -> bytes | None:
    """A certificate that the native checker takes for a refutation, or None.

    Args:
        program: the program.
        box: the least and the greatest number that each input may be, (inputs, 2).
        files: the claim's files.
        tolerance: how far the derivative may be off.
    """
    for point in _candidates(program, box, tolerance):
        certificate = point_certificate(point)
        if check_bytes("gradient", [*files, certificate]).word == REFUTED:
            return certificate
    return None


def in_box(points: Floats, box: Floats) -> Floats:
    """Points (points, inputs) of a box that lie where these are; the others at random between two bounds, or at one."""
    least, most = box.T
    bounded = np.isfinite(least) & np.isfinite(most)
    share = np.random.default_rng(11).integers(0, 9, points.shape) / 8
    with np.errstate(invalid="ignore"):
        inner = np.where(bounded, least + share * (most - least), points)
    return np.clip(np.where((points < least) | (points > most), inner, points), least, most)


def _candidates(program: Program, box: Floats, tolerance: float) -> Iterator[Floats]:
    """Points of the box at which the two differ clearly, small numbers first; thresholds lie between some of them.

    Where a tolerance is given, points all over the box are tried too, and those with the largest gaps come first.
    """
    random = np.random.default_rng(7)
    shape = (_POINTS, program.inputs)
    points = (
        random.integers(1, 9, shape) / 8 * np.where(np.arange(_POINTS)[:, None] % 2, 1, random.choice([-1, 1], shape))
    )
    points *= np.repeat([1.0, 4.0, 32.0], [_POINTS // 2, _POINTS // 4, _POINTS // 4])[:, None]
    points[-1] = 0  # a derivative that is put together of pieces may be wrong where they meet
    points = in_box(points, box)
    if tolerance:
        least, most = np.clip(box.T, -32, 32)
        share = random.integers(0, 65, (_MORE, program.inputs)) / 64
        points = np.concatenate([points, least + share * (most - least)])
    ours, theirs = gaps(program, points)
    with np.errstate(all="ignore"):
        gap = (np.abs(ours - theirs) - tolerance) / (1 + np.abs(ours))
    clear = np.isfinite(ours).all(axis=1) & np.isfinite(theirs).all(axis=1) & (gap > _CLEAR).any(axis=1)
    found = np.flatnonzero(clear)
    if tolerance:
        found = found[np.argsort(-gap[found].max(axis=1, initial=0), kind="stable")]
    for k in found[:_TRIES]:
        yield points[k]

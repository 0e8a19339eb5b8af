"""Bounds of the curvature of a data set, and the certificate that proves them (docs/training.md).

Untrusted: the checker computes A'A itself, with outward rounding.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.linalg

from warrant.errors import SearchError
from warrant.training.data import Floats

__all__ = ["MAGIC", "MOST_COLUMNS", "Spectrum", "columns", "spectrum", "upper_bound", "write_certificate"]

MAGIC = b"WRNT\x01T"
_LARGEST, _SMALLEST = 1e300, 1e-150
"""Sums of squares between these leave room for rounding."""
MOST_COLUMNS = 2000
"""The checker's certificate would not fit into one Coq string with more columns."""


@dataclass(frozen=True)
class Spectrum:
    """Bounds bottom ‖w‖² <= ‖A w‖² <= top ‖w‖², with a factor for each.

    With an intercept, the lower bound is one of ‖A w‖² + nα ‖(w(1), …)‖², without w(0).

    Attributes:
        top, bottom: the bounds; bottom is 0 where no better one can be certified.
        upper: lower triangular (d, d), with upper upper' + A'A almost top times the identity.
        lower: lower triangular (d, d), with A'A (and the penalty, with an intercept) less lower lower' almost bottom
            times the identity; None for bottom 0.
    """

    top: float
    bottom: float
    upper: Floats
    lower: Floats | None


def spectrum(a: Floats, penalty: float = 0.0) -> Spectrum:
    """Bounds of the spectrum of A'A for a matrix (n, d), a little outside the computed eigenvalues.

    Args:
        a: the features, (n, d).
        penalty: with an intercept, nα, which is added to the diagonal but for its first entry for the lower bound.

    Source: S. Rump, Verification of positive definiteness, 2006.

    Raises:
        SearchError: A'A is too large for binary64.
    """
    gram, margin = _gram(a)
    top, upper = _top(gram, margin)
    gram, margin = _raised(gram, margin, penalty)
    bottom = float(scipy.linalg.eigvalsh(gram)[0]) - 2 * margin
    if bottom <= 0:
        return Spectrum(top, 0.0, upper, None)
    return Spectrum(top, bottom, upper, scipy.linalg.cholesky(gram - (bottom + margin) * np.eye(len(gram)), lower=True))


def upper_bound(a: Floats, penalty: float) -> tuple[float, Floats]:
    """An upper bound of the spectrum with the penalty of an intercept, as above, and its factor."""
    return _top(*_raised(*_gram(a), penalty))


def _gram(a: Floats) -> tuple[Floats, float]:
    """A'A, and what the checker's rounding may cost."""
    n, d = a.shape
    with np.errstate(over="ignore", invalid="ignore"):
        gram = a.T @ a
    if not np.trace(gram) < _LARGEST:
        raise SearchError(f"features: numbers up to {np.abs(a).max():.3g} are too large; scale the columns")
    return gram, 4 * (n + d) * d * float(np.finfo(float).eps) * max(float(np.trace(gram)), _SMALLEST)


def _raised(gram: Floats, margin: float, penalty: float) -> tuple[Floats, float]:
    """The same with a number on the diagonal but for its first entry."""
    d = len(gram)
    raised: Floats = gram + np.diag([0.0] + [penalty] * (d - 1))
    return raised, margin + 4 * d * float(np.finfo(float).eps) * penalty


def _top(gram: Floats, margin: float) -> tuple[float, Floats]:
    top = float(scipy.linalg.eigvalsh(gram)[-1]) + 2 * margin
    return top, scipy.linalg.cholesky((top - margin) * np.eye(len(gram)) - gram, lower=True)


def write_certificate(found: Spectrum) -> bytes:
    """The certificate's bytes: a header, the two bounds, and the columns of each factor from the diagonal on."""
    parts = [MAGIC, np.array([found.top, found.bottom], dtype="<f8").tobytes()]
    parts += [columns(factor) for factor in (found.upper, found.lower) if factor is not None]
    return b"".join(parts)


def columns(factor: Floats) -> bytes:
    """The columns of a lower triangular factor, each from the diagonal on."""
    return b"".join(np.ascontiguousarray(factor[k:, k], dtype="<f8").tobytes() for k in range(len(factor)))

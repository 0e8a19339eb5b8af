"""A small classifier with claims about a test set of six, and their certificates."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from warrant.claims import OnTestSet

INPUTS = np.array([[0, 0, 0], [1, 0, -1], [0.5, 0.5, 0.5], [-1, 1, 0], [0.25, -0.5, 1], [2, 2, 2]], dtype=np.float32)
"""Of ``small_claims.network`` with seed 1."""


def npy(array: NDArray[Any]) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=False)
    return stream.getvalue()


@dataclass(frozen=True)
class Files:
    """The five files of a claim, in the checker's order."""

    model: bytes
    claim: bytes
    inputs: bytes
    labels: bytes
    certificate: bytes = b""

    def all(self) -> tuple[bytes, ...]:
        return self.model, self.claim, self.inputs, self.labels, self.certificate

    def change(self, **parts: bytes) -> Files:
        return replace(self, **parts)

    def solved(self) -> Files:
        """With the certificate that the search finds."""
        found = OnTestSet(*self.all()[:4]).find(timeout=60, jobs=1, report=None)
        assert found.certificate is not None, found.reason
        return replace(self, certificate=found.certificate)


def labels_of(model: bytes) -> NDArray[np.int64]:
    """What the network says of the inputs."""
    from warrant import models

    return models.read(model).evaluate(INPUTS.astype(float)).argmax(1)


def claim(
    least: int, *, norm: str = "linf", radius: str = "0.01", low: str = "", high: str = "", what: str = "scores 1"
) -> bytes:
    return (
        f"(certified 1) (at-least {least}) (norm {norm}) (radius {radius}) (low {low}) (high {high}) ({what})".encode()
    )

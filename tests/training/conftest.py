"""Small training problems with their certificates, and both checkers on them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from kernel import verdicts
from native import Checker

from warrant.claims import Converges
from warrant.training import DIVERGENCE, REFUTATION
from warrant.training.state import state


@dataclass(frozen=True)
class Files:
    """The four files of a claim about a training run, in the checker's order."""

    problem: bytes
    features: bytes
    labels: bytes
    certificate: bytes

    def all(self) -> tuple[bytes, ...]:
        return self.problem, self.features, self.labels, self.certificate

    def change(self, **parts: bytes) -> Files:
        return replace(self, **parts)

    def flip(self, part: str, at: int) -> Files:
        data = bytearray(getattr(self, part))
        data[at] ^= 0x55
        return replace(self, **{part: bytes(data)})


def small(objective: str, *, n: int = 30, d: int = 4, seed: int = 1, **wanted) -> Files:
    """A random problem; 40 steps unless something else is wanted."""
    random = np.random.default_rng(seed)
    a = random.standard_normal((n, d))
    y = a @ random.standard_normal(d) + random.standard_normal(n)
    if objective == "logistic":
        y = np.where(y > 0, 1.0, -1.0)
    wanted = {"penalty": 0.1, **({"delta": 0.5} if objective == "huber" else {}), **wanted}
    if not {"steps", "accuracy"} & set(wanted):
        wanted["steps"] = 40
    claim = state(objective, a, y, **wanted)
    assert claim.known is not None
    return Files(claim.problem_bytes, claim.features_bytes, claim.labels_bytes, claim.known)


def failing(**wanted) -> Files:
    """A ridge problem whose run fails, with the certificate for that; three times the largest good step, 40 steps."""
    files = small("ridge", **{"accuracy": 1e-3, "steps": 40, "step": 3, **wanted})
    found = Converges.from_files(*files.all()[:3]).find(timeout=None, jobs=1, report=None)
    assert found.certificate is not None, found.reason
    assert found.certificate.startswith((REFUTATION, DIVERGENCE))
    return files.change(certificate=found.certificate)


@pytest.fixture
def native(native_checker: Checker) -> Callable[[Files], str]:
    """The word that the native checker prints."""

    def word(files: Files) -> str:
        return native_checker.check_files("training", {f"file{k}": data for k, data in enumerate(files.all())}).word

    return word


@pytest.fixture
def kernel(tmp_path: Path) -> Callable[[Sequence[Files]], list[str]]:
    """What the same functions answer by vm_compute, for several claims in one run of coqc."""
    refute = ("refute_training", "diverge_training")
    return lambda several: verdicts(
        "Training", [files.all() for files in several], tmp_path, prove="prove_training", refute=refute
    )

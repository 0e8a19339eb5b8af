"""A test set of six, and both checkers on claims about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from kernel import verdicts
from native import Checker
from small_claims import network
from small_test_sets import INPUTS, Files, claim, labels_of, npy


@pytest.fixture(scope="session")
def six() -> Files:
    """All six inputs are right and robust."""
    model = network("dense", 1)
    return Files(model, claim(6), npy(INPUTS), npy(labels_of(model))).solved()


@pytest.fixture
def native(native_checker: Checker) -> Callable[[Files], str]:
    """The word that the native checker prints."""

    def word(files: Files) -> str:
        return native_checker.check_files("certified", {f"file{k}": data for k, data in enumerate(files.all())}).word

    return word


@pytest.fixture
def kernel(tmp_path: Path) -> Callable[[Sequence[Files]], list[str]]:
    """What Coq's virtual machine says of some claims."""
    return lambda many: verdicts(
        "Certified", [files.all() for files in many], tmp_path, prove="prove_certified", refute=["refute_certified"]
    )

"""Claims about samples in small files, and both checkers on them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import pytest
from kernel import answers
from native import Checker

Files = tuple[bytes, ...]
"""The artefacts of a claim, in the checker's order, and its certificate."""


@pytest.fixture
def native(native_checker: Checker) -> Callable[[str, Files], str]:
    """The word that the native checker prints."""

    def word(family: str, files: Files) -> str:
        return native_checker.check_files(family, {f"file{k}": data for k, data in enumerate(files)}).word

    return word


@pytest.fixture
def kernel(tmp_path: Path) -> Callable[[Sequence[tuple[str, Files]]], list[bool]]:
    """What the checkers answer by vm_compute, for several claims in one run of coqc."""
    return partial(answers, "Probability", folder=tmp_path)

"""Pairs of graphs as the files of a claim, and both checkers on them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from kernel import verdicts
from native import Answer, Checker

Files = Sequence[bytes]
WAYS = ("gradient", "gradient_at_kinks", "subgradient", "gradient_everywhere", "gradient_within")


@pytest.fixture
def native(native_checker: Checker) -> Callable[[Files], Answer]:
    """The native checker's answer on a function, a derivative, names and a certificate."""

    def answer(files: Files) -> Answer:
        return native_checker.check_files("gradient", {f"file{k}": data for k, data in enumerate(files)})

    return answer


@pytest.fixture
def kernel(tmp_path: Path) -> Callable[[Sequence[Files]], list[str]]:
    """What the same functions answer by vm_compute, for several claims in one run of coqc."""
    ways = " || ".join(f"prove_{way} f d w c" for way in WAYS)
    prove = f"(fun f d w c => {ways})%bool"
    return lambda several: verdicts("Gradients", several, tmp_path, prove=prove, refute=["refute_gradient"])

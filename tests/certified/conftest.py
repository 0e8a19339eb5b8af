"""A small classifier with claims about a test set of six, their certificates, and both checkers on them."""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from kernel import literal
from native import Checker
from numpy.typing import NDArray
from small_claims import network

from warrant.checkers.toolchain import ToolchainError, find_coq, find_library
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

    def words(many: Sequence[Files]) -> list[str]:
        try:
            coq = find_coq()
            library = find_library(coq)
        except ToolchainError as error:
            pytest.skip(str(error))
        terms = [b" ".join(map(literal, files.all())) for files in many]
        rows = [b"(prove_certified %b, refute_certified %b)" % (term, term) for term in terms]
        text = b"From Coq Require Import PString List.\nFrom Warrant Require Import Certified.\nImport ListNotations.\n"
        (tmp_path / "Ask.v").write_bytes(text + b"Eval vm_compute in [" + b";\n".join(rows) + b"].\n")
        done = subprocess.run(
            [coq.coqc, "-q", "-w", "none", "-Q", str(library), "Warrant", "Ask.v"],
            cwd=tmp_path,
            env=dict(coq.environment),
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr[-1000:]
        answers = re.findall(r"\(\s*(true|false),\s*(true|false)\s*\)", done.stdout)
        names = {("true", "false"): "PROVED", ("false", "true"): "REFUTED", ("false", "false"): "UNKNOWN"}
        return [names[answer] for answer in answers]

    return words

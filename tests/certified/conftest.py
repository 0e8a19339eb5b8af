"""A test set of six, and both checkers on claims about it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from kernel import literal
from native import Checker
from small_claims import network
from small_test_sets import INPUTS, Files, claim, labels_of, npy

from warrant.checkers.toolchain import ToolchainError, find_coq, find_library


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

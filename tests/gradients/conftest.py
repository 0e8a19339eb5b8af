"""Pairs of graphs as the files of a claim, and both checkers on them."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from kernel import literal
from native import Answer, Checker

from warrant.checkers.toolchain import ToolchainError, find_coq, find_library

Files = Sequence[bytes]


@pytest.fixture
def native(native_checker: Checker) -> Callable[[Files], Answer]:
    """The native checker's answer on a function, a derivative, names and a certificate."""

    def answer(files: Files) -> Answer:
        return native_checker.check_files("gradient", {f"file{k}": data for k, data in enumerate(files)})

    return answer


@pytest.fixture
def kernel(tmp_path: Path) -> Callable[[Sequence[Files]], list[str]]:
    """What the same functions answer by vm_compute, for several claims in one run of coqc."""

    def words(several: Sequence[Files]) -> list[str]:
        try:
            coq = find_coq()
            library = find_library(coq)
        except ToolchainError as error:
            pytest.skip(str(error))
        rows = [b"ask " + b" ".join(map(literal, files)) for files in several]
        text = b"From Coq Require Import PString.\nFrom Warrant Require Import Gradients.\n"
        text += b"Definition ask f d w c := (prove_gradient f d w c, refute_gradient f d w c).\n"
        text += b"Eval vm_compute in [" + b";\n".join(rows) + b"].\n"
        (tmp_path / "Ask.v").write_bytes(text)
        done = subprocess.run(
            [coq.coqc, "-q", "-w", "none", "-Q", str(library), "Warrant", "Ask.v"],
            cwd=tmp_path,
            env=dict(coq.environment),
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr[-1000:]
        said = re.findall(r"true|false", done.stdout)
        answers = list(zip(said[::2], said[1::2], strict=True))
        assert len(answers) == len(several)
        words = {("true", "false"): "PROVED", ("false", "true"): "REFUTED", ("false", "false"): "UNKNOWN"}
        return [words[answer] for answer in answers]

    return words

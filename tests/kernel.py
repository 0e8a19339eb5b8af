"""The checker as Coq itself evaluates it, as tests ask for it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from warrant.checkers.toolchain import ToolchainError, find_coq, find_library


def answers(module: str, calls: Sequence[tuple[str, Sequence[bytes]]], folder: Path) -> list[bool]:
    """What functions of a file of theories/ answer, evaluated by vm_compute in one run of coqc.

    A call is the name of a function and its files.  The folder is for Coq's files.  Without a toolchain or a compiled
    library, the test is skipped.
    """
    try:
        coq = find_coq()
        library = find_library(coq)
    except ToolchainError as error:
        pytest.skip(str(error))
    rows = [b" ".join([function.encode(), *map(_literal, files)]) for function, files in calls]
    text = f"From Coq Require Import PString List.\nFrom Warrant Require Import {module}.\nImport ListNotations.\n"
    text += f"Set Printing Depth {10 * len(calls) + 100}.\n"
    (folder / "Ask.v").write_bytes(text.encode() + b"Eval vm_compute in [" + b";\n".join(rows) + b"].\n")
    done = subprocess.run(
        [coq.coqc, "-q", "-w", "none", "-Q", str(library), "Warrant", "Ask.v"],
        cwd=folder,
        env=dict(coq.environment),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-1000:]
    said = re.findall(r"\b(true|false)\b", done.stdout)
    assert len(said) == len(calls)
    return [word == "true" for word in said]


def verdicts(
    module: str,
    claims: Sequence[Sequence[bytes]],
    folder: Path,
    *,
    prove: str = "prove",
    refute: Sequence[str] = ("refute",),
) -> list[str]:
    """What the functions of a family come to, on the files of claims with their certificates: one proves, the others refute."""
    functions = (prove, *refute)
    said = answers(module, [(function, files) for files in claims for function in functions], folder)
    width = len(functions)
    return [_word(*said[start : start + width]) for start in range(0, len(said), width)]


def _word(proved: bool, *refuted: bool) -> str:
    assert proved + sum(refuted) <= 1
    return "PROVED" if proved else "REFUTED" if any(refuted) else "UNKNOWN"


def _literal(data: bytes) -> bytes:
    """A primitive string literal of any bytes."""
    return b'"' + data.replace(b'"', b'""') + b'"%pstring'

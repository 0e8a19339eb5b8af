"""The checker as Coq itself evaluates it, as tests ask for it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from warrant.checkers.toolchain import ToolchainError, find_coq, find_library

WORDS = {("true", "false"): "PROVED", ("false", "true"): "REFUTED", ("false", "false"): "UNKNOWN"}


def literal(data: bytes) -> bytes:
    """A primitive string literal of any bytes."""
    return b'"' + data.replace(b'"', b'""') + b'"%pstring'


def evaluated(triples: Sequence[tuple[bytes, bytes, bytes]], folder: Path) -> list[str]:
    """What [prove] and [refute] answer on models, properties and certificates by vm_compute, in one run of coqc.

    The folder is for Coq's files.  Without a toolchain or a compiled library, the test is skipped.
    """
    try:
        coq = find_coq()
        library = find_library(coq)
    except ToolchainError as error:
        pytest.skip(str(error))
    text = b"From Coq Require Import PString List.\nFrom Warrant Require Import Main.\nImport ListNotations.\n"
    rows = [b"(prove %b, refute %b)" % ((b" ".join(map(literal, triple)),) * 2) for triple in triples]
    text += b"Eval vm_compute in [" + b";\n".join(rows) + b"].\n"
    (folder / "Ask.v").write_bytes(text)
    done = subprocess.run(
        [coq.coqc, "-q", "-w", "none", "-Q", str(library), "Warrant", "Ask.v"],
        cwd=folder,
        env=dict(coq.environment),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-1000:]
    answers = re.findall(r"\(\s*(true|false),\s*(true|false)\s*\)", done.stdout)
    assert len(answers) == len(triples)
    return [WORDS[answer] for answer in answers]

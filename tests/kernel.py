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


def _ask(library_module: str, rows: Sequence[bytes], folder: Path) -> str:
    """What Coq prints for a list of terms, evaluated by vm_compute in one run of coqc.

    The folder is for Coq's files.  Without a toolchain or a compiled library, the test is skipped.
    """
    try:
        coq = find_coq()
        library = find_library(coq)
    except ToolchainError as error:
        pytest.skip(str(error))
    text = (
        f"From Coq Require Import PString List.\nFrom Warrant Require Import {library_module}.\nImport ListNotations.\n"
    )
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
    return done.stdout


def evaluated(triples: Sequence[tuple[bytes, bytes, bytes]], folder: Path) -> list[str]:
    """What [prove] and [refute] answer on models, properties and certificates."""
    rows = [b"(prove %b, refute %b)" % ((b" ".join(map(literal, triple)),) * 2) for triple in triples]
    answers = re.findall(r"\(\s*(true|false),\s*(true|false)\s*\)", _ask("Main", rows, folder))
    assert len(answers) == len(triples)
    return [WORDS[answer] for answer in answers]


def rates_evaluated(pairs: Sequence[tuple[bytes, bytes]], folder: Path) -> list[bool]:
    """What [prove_rate] answers on problems and certificates."""
    rows = [b"prove_rate %b" % b" ".join(map(literal, pair)) for pair in pairs]
    answers = re.findall(r"\b(true|false)\b", _ask("Optimization", rows, folder))
    assert len(answers) == len(pairs)
    return [answer == "true" for answer in answers]


def methods_evaluated(pairs: Sequence[tuple[bytes, bytes]], folder: Path) -> list[bool]:
    """What [prove_method] answers on methods and certificates."""
    rows = [b"prove_method %b" % b" ".join(map(literal, pair)) for pair in pairs]
    answers = re.findall(r"\b(true|false)\b", _ask("Optimization", rows, folder))
    assert len(answers) == len(pairs)
    return [answer == "true" for answer in answers]


def samples_evaluated(claims: Sequence[tuple[str, Sequence[bytes]]], folder: Path) -> list[bool]:
    """What functions of theories/Probability.v answer: pairs of a function and its files."""
    rows = [function.encode() + b" " + b" ".join(map(literal, files)) for function, files in claims]
    answers = re.findall(r"\b(true|false)\b", _ask("Probability", rows, folder))
    assert len(answers) == len(claims)
    return [answer == "true" for answer in answers]

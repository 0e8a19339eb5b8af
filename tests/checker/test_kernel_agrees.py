"""The extracted checker and Coq's own evaluation give the same answers, on good, wrong and changed files."""

from __future__ import annotations

import random
import re
import subprocess
from pathlib import Path

import pytest
from native import Checker
from test_mutations import Case, case, changed  # noqa: F401  (the fixture)

from warrant.checkers.toolchain import ToolchainError, find_coq, find_library

CHANGED = 12


def literal(data: bytes) -> bytes:
    """A primitive string literal of any bytes."""
    return b'"' + data.replace(b'"', b'""') + b'"%pstring'


def in_the_kernel(triples: list[tuple[bytes, bytes, bytes]], folder: Path) -> list[str]:
    """What [prove] and [refute] answer when vm_compute evaluates them."""
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
    words = {("true", "false"): "PROVED", ("false", "true"): "REFUTED", ("false", "false"): "UNKNOWN"}
    return [words[answer] for answer in answers]


def test_the_same_answers(case: Case, native_checker: Checker, tmp_path: Path) -> None:  # noqa: F811
    rng = random.Random(7)
    triples = [
        (case.model, case.true, case.proof),
        (case.model, case.false, case.proof),
        (case.model, case.false, case.counterexample),
        (case.model, case.true, case.counterexample),
        (case.model, case.true, b""),
    ]
    for _ in range(CHANGED):
        files = [case.model, case.true, case.proof]
        place = rng.randrange(3)
        files[place] = changed(files[place], rng)
        triples.append((files[0], files[1], files[2]))
    native = [native_checker.check(*triple).word for triple in triples]
    assert native[:3] == ["PROVED", "UNKNOWN", "REFUTED"]
    assert in_the_kernel(triples, tmp_path) == native

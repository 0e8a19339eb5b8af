"""How coqc and coqchk are asked, with a stand-in for the library (``library/Main.v``); skipped without Coq."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from warrant._files import LARGEST
from warrant.checkers import (
    UNKNOWN,
    Coq,
    ToolchainError,
    artefacts_v,
    check_kernel,
    find_coq,
    kernel,
    theorem_v,
)
from warrant.checkers.assumptions import USUAL
from warrant.claims import Artefact, Theorem

MODEL = Artefact("model.onnx", "model_file", bytes(range(256)) * 3 + b'"quotes""\r\n(* no comment \xff')
PROPERTY = Artefact("property.vnnlib", "property_file", b"")
ARTEFACTS = (MODEL, PROPERTY)
HOLDS = Theorem("Holds model_file property_file", "proved_sound", "PROVED", "It holds.")
REFUTED = Theorem("Refuted model_file property_file", "refuted_sound", "REFUTED", "It fails.")
GOOD, WITNESS, BAD = b"WRNT\x01Pgood", b"WRNT\x01R1.5", b"WRNT\x01Pbad"


@pytest.fixture(scope="session")
def coq() -> Coq:
    try:
        return find_coq()
    except ToolchainError as missing:
        pytest.skip(f"no Coq: {missing}")


def compile_library(coq: Coq, folder: Path, change: str = "") -> Path:
    source = (Path(__file__).parent / "library" / "Main.v").read_text()
    folder.mkdir(parents=True)
    (folder / "Main.v").write_text(source + change)
    command = [coq.coqc, "-q", "-Q", ".", "Warrant", "Main.v"]
    subprocess.run(command, cwd=folder, env=dict(coq.environment), check=True, capture_output=True)
    return folder


@pytest.fixture(scope="session")
def compiled(coq: Coq, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compile_library(coq, tmp_path_factory.mktemp("stand-in") / "library")


@pytest.fixture
def library(compiled: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WARRANT_LIBRARY", str(compiled))
    return compiled


def test_a_theorem_and_its_assumptions(library: Path) -> None:
    (answer,) = check_kernel(ARTEFACTS, GOOD, HOLDS)
    assert (answer.word, answer.mode, answer.reason) == ("PROVED", "kernel", "")
    assert answer.assumptions is not None
    assert "Coq.Floats.FloatAxioms.ltb_spec" in answer.assumptions
    assert "Coq.Reals.ClassicalDedekindReals.sig_forall_dec" in answer.assumptions
    assert all("." in name for name in answer.assumptions)


def test_a_refutation(library: Path) -> None:
    (answer,) = check_kernel(ARTEFACTS, WITNESS, REFUTED)
    assert answer.word == "REFUTED"


def test_a_bad_certificate_is_unknown_with_the_message_of_coq(library: Path) -> None:
    (answer,) = check_kernel(ARTEFACTS, BAD, HOLDS, second_look=True)
    assert answer.word == UNKNOWN
    assert "coqc did not accept Theorem.v: Error" in answer.reason
    assert "\n" not in answer.reason


def test_an_axiom_that_is_not_permitted_is_unknown(coq: Coq, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    evil = """
Axiom evil : False.
Theorem proved_sound' m p c : prove m p c = true -> Holds m p.
Proof. destruct evil. Qed.
"""
    monkeypatch.setenv("WARRANT_LIBRARY", str(compile_library(coq, tmp_path / "library", evil)))
    theorem = Theorem(HOLDS.statement, "proved_sound'", HOLDS.verdict, HOLDS.words)
    (answer,) = check_kernel(ARTEFACTS, GOOD, theorem)
    assert answer.word == UNKNOWN
    assert "not permitted: Warrant.Main.evil" in answer.reason


@pytest.mark.parametrize(
    ("usual", "runs"),
    [
        (USUAL, ["Theorem.v"]),
        (tuple(name for name in USUAL if name != "FloatAxioms.ltb_spec"), ["Theorem.v", "Names.v"]),
        ((*USUAL, "no.such_name"), ["Theorem.v", "Names.v"]),  # one that does not exist
        ((), ["Theorem.v", "Names.v"]),
    ],
)
def test_full_names_do_not_depend_on_the_guess(
    usual: tuple[str, ...], runs: list[str], library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (expected,) = check_kernel(ARTEFACTS, GOOD, HOLDS)
    monkeypatch.setattr(kernel, "USUAL", usual)
    compiled: list[str] = []
    compile_file = kernel._Workshop.compile
    monkeypatch.setattr(
        kernel._Workshop, "compile", lambda shop, file: (compiled.append(file), compile_file(shop, file))[1]
    )
    (answer,) = check_kernel(ARTEFACTS, GOOD, HOLDS)
    assert (answer.word, answer.assumptions) == ("PROVED", expected.assumptions)
    assert compiled == runs


def test_no_library(coq: Coq, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARRANT_LIBRARY", str(tmp_path))
    (answer,) = check_kernel(ARTEFACTS, GOOD, HOLDS)
    assert answer.word == UNKNOWN
    assert "Main.vo" in answer.reason


def test_too_large(library: Path) -> None:
    huge = Artefact("model.onnx", "model_file", bytes(LARGEST + 1))
    (answer,) = check_kernel((huge, PROPERTY), GOOD, HOLDS)
    assert answer.word == UNKNOWN
    assert str(LARGEST) in answer.reason


def test_the_bytes_arrive_unchanged(coq: Coq, library: Path, tmp_path: Path) -> None:
    """Coq's own length and bytes of the literal are those of the file."""
    (tmp_path / "Artefacts.v").write_bytes(artefacts_v(ARTEFACTS, GOOD))
    expected = "; ".join(str(b) for b in MODEL.data)
    (tmp_path / "Bytes.v").write_text(
        "From Coq Require Import PString PrimStringAxioms Uint63 List.\nImport ListNotations.\n"
        "Require Import Artefacts.\n"
        "Local Open Scope uint63_scope.\n"
        f"Goal to_list model_file = [{expected}].\nProof. vm_compute. reflexivity. Qed.\n"
        "Goal PrimString.length property_file = 0. Proof. reflexivity. Qed.\n"
    )
    for name in ("Artefacts.v", "Bytes.v"):
        command = [coq.coqc, "-q", "-Q", ".", "", name]
        done = subprocess.run(
            command, cwd=tmp_path, env=dict(coq.environment), check=False, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr


def test_the_text_is_readable() -> None:
    text = theorem_v(ARTEFACTS, HOLDS).decode()
    assert "Theorem claim : Holds model_file property_file." in text
    assert "apply (proved_sound model_file property_file certificate_file)." in text
    assert f"model.onnx, {len(MODEL.data)} bytes" in text
    assert text.rstrip().endswith("Print Assumptions claim.")


@pytest.mark.parametrize(
    ("code", "switched", "word"),
    [
        (0, "<none>", "PROVED"),
        (1, "<none>", UNKNOWN),
        (0, "Warrant.Main.loop", UNKNOWN),
        (0, "\n    Warrant.Main.loop", UNKNOWN),
    ],
)
@pytest.mark.parametrize("stream", [1, 2])
def test_coqchk_decides(
    code: int,
    switched: str,
    word: str,
    stream: int,
    coq: Coq,
    library: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """coqchk is asked without the flag that would trust bytecode; its refusal is UNKNOWN (coqchk is pretended here)."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "coqc").write_text(f'#!/bin/sh\nexec {coq.coqc} "$@"\n')
    summary = f"""\
* Constants/Inductives relying on type-in-type: <none>
* Constants/Inductives relying on unsafe (co)fixpoints: {switched}
* Inductives whose positivity is assumed: <none>"""
    (folder / "coqchk").write_text(
        f'#!/bin/sh\necho "$@" > {tmp_path}/asked\ncat >&{stream} <<E\n{summary}\nE\nexit {code}\n'
    )
    for name in ("coqc", "coqchk"):
        (folder / name).chmod(0o755)
    for name, value in coq.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("WARRANT_TOOLCHAIN", "this environment")
    monkeypatch.setenv("PATH", f"{folder}:{coq.environment['PATH']}")
    kernel, second = check_kernel(ARTEFACTS, GOOD, HOLDS, second_look=True)
    assert kernel.word == "PROVED"
    assert second.mode == "recheck"
    assert second.word == word
    asked = (tmp_path / "asked").read_text().split()
    assert "-bytecode-compiler" not in asked
    assert asked[-1] == "Theorem"


@pytest.mark.skipif(shutil.which("sh") is None, reason="no shell")
def test_an_old_coq_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("coqc", "coqchk"):
        (tmp_path / name).write_text("#!/bin/sh\necho 8.18.0 4.14.1\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr("warrant.checkers.toolchain.checkout", lambda: None)
    with pytest.raises(ToolchainError, match=r"8\.20"):
        find_coq()

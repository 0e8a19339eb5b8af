"""The native checker's verdict is relayed to the letter, and nothing else is ever taken for a verdict."""

from __future__ import annotations

from pathlib import Path

import pytest

from warrant.checkers import PROVED, REFUTED, UNKNOWN, check_native, find_checker


@pytest.fixture
def checker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A function that installs a shell script as the checker."""

    def install(script: str) -> Path:
        path = tmp_path / "fake-check"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        monkeypatch.setenv("WARRANT_CHECKER", str(path))
        return path

    return install


@pytest.mark.parametrize(
    ("script", "word", "reason"),
    [
        ("echo PROVED", PROVED, ""),
        ("echo REFUTED; exit 1", REFUTED, ""),
        ("echo 'UNKNOWN: the certificate is too short'; exit 3", UNKNOWN, "the certificate is too short"),
        ("echo chatter >&2; echo PROVED", PROVED, ""),
    ],
)
def test_verdicts_pass_through(checker, script: str, word: str, reason: str) -> None:
    checker(script)
    answer = check_native("network", [])
    assert (answer.word, answer.reason, answer.mode) == (word, reason, "native")


@pytest.mark.parametrize(
    "script",
    [
        "true",  # exit code 0, no line
        "printf PROVED",  # an unfinished line
        "echo proved",
        "echo ' PROVED'",
        "echo 'PROVED '",
        "echo PROVED: really",
        "echo PROVEDX",
        "echo PROVED; echo PROVED",
        "echo REFUTED; echo PROVED",
        "echo PROVED; exit 1",
        "echo PROVED; exit 3",
        "echo REFUTED",  # with exit code 0
        "echo REFUTED; exit 2",
        "echo UNKNOWN; exit 3",
        "echo 'UNKNOWN: no'; exit 0",
        "echo PROVED; kill -SEGV $$",
        "echo PROVED >&2",
        "echo 'cannot read' >&2; exit 2",
        "head -c 3000 /dev/urandom; exit 0",
        r"printf 'PROVED\0\n'",
        r"printf 'PROVED\r\n'",
    ],
)
def test_anything_else_is_unknown(checker, script: str) -> None:
    checker(script)
    answer = check_native("network", [])
    assert answer.word == UNKNOWN
    assert answer.reason
    assert "\n" not in answer.reason


def test_the_family_and_the_files_are_arguments_in_order(checker, tmp_path: Path) -> None:
    checker(f'printf "%s\\n" "$@" > {tmp_path}/seen; echo PROVED')
    files = [tmp_path / "a b", tmp_path / "c"]
    assert check_native("network", files).word == PROVED
    assert (tmp_path / "seen").read_text().splitlines() == ["network", *(str(f) for f in files)]


def test_the_reason_for_a_crash_is_its_last_word(checker) -> None:
    checker("echo first >&2; echo out of memory >&2; exit 134")
    assert "out of memory" in check_native("network", []).reason


def test_no_checker(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WARRANT_CHECKER", str(tmp_path / "nothing"))
    assert find_checker() is None
    answer = check_native("network", [])
    assert answer.word == UNKNOWN
    assert "no checker was found" in answer.reason
    assert not answer.versions


def test_a_checker_that_cannot_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "not-a-program"
    path.write_bytes(b"\x7fELF nonsense")
    path.chmod(0o755)
    monkeypatch.setenv("WARRANT_CHECKER", str(path))
    answer = check_native("network", [])
    assert answer.word == UNKNOWN
    assert "could not be run" in answer.reason

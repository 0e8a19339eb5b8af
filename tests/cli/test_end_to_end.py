"""The demo's claims through the real search and the real checkers; skipped where these are not there."""

from __future__ import annotations

from pathlib import Path

import pytest

import warrant
from warrant.checkers import ToolchainError, check_native, find_checker, find_coq, find_library, not_permitted

EXAMPLES = Path(__file__).parents[2] / "examples"
MODEL = EXAMPLES / "tumour.onnx"
HOLDS = EXAMPLES / "within-18-percent.vnnlib"
FAILS = EXAMPLES / "within-20-percent.vnnlib"

needs_checker = pytest.mark.skipif(find_checker() is None, reason="no native checker: run `make checker`")


@pytest.fixture(scope="module")
def needs_kernel() -> None:
    try:
        find_library(find_coq())
    except ToolchainError as missing:
        pytest.skip(str(missing))


def test_the_example_is_small() -> None:
    assert MODEL.stat().st_size <= 100_000


def test_the_search_decides_both() -> None:
    for path, kind in ((HOLDS, b"P"), (FAILS, b"R")):
        found = warrant.Safe.of(MODEL, path).find(timeout=60, jobs=1, report=None)
        assert found.certificate is not None, found.reason
        assert found.certificate[:6] == b"WRNT\x01" + kind


@needs_checker
def test_native(tmp_path: Path) -> None:
    proved = warrant.prove(MODEL, HOLDS, timeout=60, out=tmp_path / "proved")
    assert isinstance(proved, warrant.Proved), proved.line
    assert proved.checked_by == ("native",)
    refuted = warrant.prove(MODEL, FAILS, timeout=60, out=tmp_path / "refuted")
    assert isinstance(refuted, warrant.Refuted), refuted.line
    assert len(refuted.counterexample.inputs) == 30
    assert refuted.counterexample.outputs is None or refuted.counterexample.outputs[0] > 0
    for name, line in (("proved", "PROVED"), ("refuted", "REFUTED")):
        assert warrant.check(tmp_path / name).line == line
        audit = warrant.audit(tmp_path / name)
        assert audit.line == line
        assert audit.vacuous is False


@needs_checker
def test_a_certificate_serves_no_other_claim(tmp_path: Path) -> None:
    """Every combination of the two certificates with the two properties: only the right ones are accepted."""
    certificates = {}
    for path in (HOLDS, FAILS):
        found = warrant.Safe.of(MODEL, path).find(timeout=60, jobs=1, report=None)
        certificates[path] = tmp_path / f"{path.stem}.bin"
        certificates[path].write_bytes(found.certificate or b"")
    words = {
        (p, c): check_native("network", [MODEL, p, certificates[c]]).word
        for p in (HOLDS, FAILS)
        for c in (HOLDS, FAILS)
    }
    assert words == {
        (HOLDS, HOLDS): "PROVED",
        (FAILS, FAILS): "REFUTED",
        (HOLDS, FAILS): "UNKNOWN",
        (FAILS, HOLDS): "UNKNOWN",
    }


@needs_checker
@pytest.mark.parametrize("other", ["garbage", "empty", "truncated"])
def test_what_is_not_a_certificate_is_unknown(other: str, tmp_path: Path) -> None:
    found = warrant.Safe.of(MODEL, HOLDS).find(timeout=60, jobs=1, report=None)
    assert found.certificate is not None
    data = {"garbage": bytes(range(256)), "empty": b"", "truncated": found.certificate[:-1]}[other]
    path = tmp_path / "certificate"
    path.write_bytes(data)
    assert check_native("network", [MODEL, HOLDS, path]).word == "UNKNOWN"


@needs_checker
def test_the_checker_cannot_read_a_path(tmp_path: Path) -> None:
    answer = check_native("network", [MODEL, HOLDS, tmp_path / "nothing"])
    assert answer.word == "UNKNOWN"
    assert "could not read its files" in answer.reason


@pytest.mark.parametrize(("path", "line"), [(HOLDS, "PROVED"), (FAILS, "REFUTED")])
def test_kernel(path: Path, line: str, tmp_path: Path, needs_kernel: None) -> None:
    folder = tmp_path / "kernel"
    verdict = warrant.prove(MODEL, path, timeout=60, kernel=True, out=folder)
    assert verdict.line == line
    assert "kernel" in verdict.checked_by
    assert verdict.assumptions
    assert not_permitted(verdict.assumptions) == ()
    assert warrant.check(folder, kernel=True).line == line
    for leftover in ("Theorem.vo", "Artefacts.vo"):
        assert not (folder / leftover).exists()


def test_the_kernel_refuses_a_wrong_certificate(
    tmp_path: Path, needs_kernel: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even where no native checker has said so before."""
    from warrant.claims import Found

    found = warrant.Safe.of(MODEL, HOLDS).find(timeout=60, jobs=1, report=None)
    monkeypatch.setenv("WARRANT_CHECKER", str(tmp_path / "none"))
    monkeypatch.setattr(warrant.Safe, "find", lambda self, **options: Found(found.certificate, ""))
    verdict = warrant.prove(MODEL, FAILS, kernel=True)
    assert isinstance(verdict, warrant.Unknown)
    assert "coqc did not accept Theorem.v" in verdict.reason

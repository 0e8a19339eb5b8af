"""The audit's first line says whether the claim is vacuous, and the rest what is claimed and trusted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import warrant


def audit_of(tmp_path: Path, model: bytes, asserts: str) -> warrant.Audit:
    text = "(declare-const X_0 Real)\n(declare-const Y_0 Real)\n" + asserts
    folder = tmp_path / "audited"
    warrant.prove(model, text, out=folder)
    return warrant.audit(folder)


def test_text(made: Path) -> None:
    audit = warrant.audit(made)
    assert audit.line == "PROVED"
    assert audit.vacuous is False
    assert audit.changed == ()
    assert audit.text.startswith(audit.headline + "\n")
    for part in (
        "Not vacuous",
        "No input of the network",
        "has 1 input (shape 1×1) and 1 output;",
        "(assert (<= Y_0 0))",
        "Theorem claim : Holds model_file property_file.",
        "real numbers",
        "extraction",
        "OCaml compiler",
        "theories/Spec",
        "now, by the native checker: PROVED",
        "model.onnx",
    ):
        assert part in audit.text


@pytest.mark.parametrize(
    ("asserts", "vacuous"),
    [
        ("(assert (and (>= X_0 1) (<= X_0 2)))(assert (<= Y_0 0))", False),
        ("(assert (and (>= X_0 1) (<= X_0 1)))(assert (<= Y_0 0))", False),
        ("(assert (and (>= X_0 1) (<= X_0 0)))(assert (<= Y_0 0))", True),
        ("(assert (and (>= X_0 1) (< X_0 1)))(assert (<= Y_0 0))", True),
        ("(assert (or (and (>= X_0 1) (<= X_0 0)) (and (>= X_0 3) (<= X_0 4))))(assert (<= Y_0 0))", False),
        ("(assert (or (and (>= X_0 1) (<= X_0 0)) (and (>= X_0 3) (<= X_0 2))))(assert (<= Y_0 0))", True),
        ("(assert (and (>= X_0 0) (<= X_0 1)))(assert (>= (* 2 X_0) 1.9))(assert (<= Y_0 0))", False),
    ],
)
def test_vacuity(
    asserts: str, vacuous: bool, tmp_path: Path, model: bytes, lenient: Path, search: Callable[[bytes | None], None]
) -> None:
    search(b"WRNT\x01Pgood")
    audit = audit_of(tmp_path, model, asserts)
    assert audit.vacuous is vacuous
    assert audit.text.splitlines()[0].startswith("VACUOUS" if vacuous else "Not vacuous")


def test_a_changed_byte_is_in_the_audit(made: Path) -> None:
    path = made / "property.vnnlib"
    path.write_bytes(path.read_bytes() + b" ")
    audit = warrant.audit(made)
    assert audit.line.startswith("UNKNOWN: property.vnnlib has changed")
    assert "CHANGED since it was made" in audit.text


def test_files_that_mean_nothing(made: Path) -> None:
    (made / "model.onnx").write_bytes(b"garbage")
    audit = warrant.audit(made)
    assert audit.vacuous is None
    assert audit.line.startswith("UNKNOWN")

"""A warrant is written whole or not at all, and every changed byte of it is noticed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import warrant
from warrant.evidence import RECORD, parse_record, write_warrant

FILES = ("model.onnx", "property.vnnlib", "certificate.bin", "Artefacts.v", "Theorem.v", "warrant.json")


def listing(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir()}


def test_the_files(made: Path, model: bytes, property_text: str) -> None:
    found = listing(made)
    assert set(found) == set(FILES)
    assert found["model.onnx"] == model
    assert found["property.vnnlib"] == property_text.encode()
    body = json.loads(found[RECORD])
    assert body["verdict"] == "PROVED"
    assert body["checked_by"] == ["native"]
    assert body["statement"] == "Holds model_file property_file"
    assert body["assumptions"] is None
    assert set(body["digests"]) == set(FILES) - {RECORD}


def test_the_record_is_read_back(made: Path) -> None:
    data = (made / RECORD).read_bytes()
    assert parse_record(data, "x").render() == data


def test_check(made: Path) -> None:
    verdict = warrant.check(made)
    assert isinstance(verdict, warrant.Proved)
    assert verdict.checked_by == ("native",)


def test_check_needs_nothing_but_the_folder(made: Path, tmp_path: Path) -> None:
    moved = tmp_path / "elsewhere"
    shutil.move(made, moved)
    assert warrant.check(moved).line == "PROVED"


@pytest.mark.parametrize("name", FILES)
def test_every_changed_byte_is_noticed(made: Path, name: str) -> None:
    path = made / name
    data = path.read_bytes()
    step = max(1, len(data) // 40)
    for i in [*range(0, len(data), step), len(data) - 1]:
        path.write_bytes(data[:i] + bytes([data[i] ^ 1]) + data[i + 1 :])
        assert_not_accepted(made, name)
    for changed in (data[:-1], data + b"\n", data + b" ", b""):
        path.write_bytes(changed)
        assert_not_accepted(made, name)
    path.write_bytes(data)
    assert warrant.check(made).line == "PROVED"


def assert_not_accepted(folder: Path, name: str) -> None:
    if name == RECORD:
        assert outcome(folder) != "PROVED"
        return
    verdict = warrant.check(folder)
    assert isinstance(verdict, warrant.Unknown)
    assert name in verdict.reason


def outcome(folder: Path) -> str:
    try:
        return warrant.check(folder).line
    except warrant.WrongInput as problem:
        return str(problem)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_noticed(made: Path, name: str) -> None:
    (made / name).unlink()
    with pytest.raises(warrant.WrongInput, match=name):
        warrant.check(made)


@pytest.mark.parametrize("name", ["Artefacts.v", "Theorem.v"])
def test_coq_files_must_be_those_of_the_bytes_even_with_right_digests(made: Path, name: str) -> None:
    """Someone who recomputes all digests still cannot put another theorem in."""
    files = listing(made)
    files[name] = files[name].replace(b"proved_sound", b"refuted_sound") + b"\n"
    rewrite(made, files)
    verdict = warrant.check(made)
    assert verdict.line == f"UNKNOWN: {name} is not the one of these files"


def test_the_recorded_verdict_is_not_believed(made: Path) -> None:
    files = listing(made)
    body = json.loads(files[RECORD])
    certificate = b"WRNT\x01Pbad!"
    theorem = warrant.Safe.of(files["model.onnx"], files["property.vnnlib"])
    from warrant.evidence import coq_files

    kind = theorem.theorem(certificate)
    assert kind is not None
    files["Artefacts.v"], files["Theorem.v"] = coq_files(theorem, certificate, kind)
    files["certificate.bin"] = certificate
    rewrite(made, files)
    assert body["verdict"] == "PROVED"
    assert warrant.check(made).line == "UNKNOWN: the certificate is not accepted"


def rewrite(folder: Path, files: dict[str, bytes]) -> None:
    """Write these files with a record whose digests fit."""
    from dataclasses import replace

    from warrant.evidence import digest

    record = parse_record(files[RECORD], RECORD)
    digests = tuple((name, digest(files[name])) for name, _ in record.digests)
    files[RECORD] = replace(record, digests=digests).render()
    for name, data in files.items():
        (folder / name).write_bytes(data)


def test_a_witness_for_a_proof_is_not_relayed(made: Path, checker) -> None:
    """A checker that says REFUTED of a proof's certificate contradicts the theorem."""
    checker("echo REFUTED; exit 1")
    verdict = warrant.check(made)
    assert isinstance(verdict, warrant.Unknown)


@pytest.mark.parametrize("entry", ["verdict", "digests", "assumptions", "checked_by", "seconds", "family", "format"])
def test_a_record_with_an_entry_of_the_wrong_kind(made: Path, entry: str) -> None:
    body = json.loads((made / RECORD).read_bytes())
    body[entry] = 7
    (made / RECORD).write_text(json.dumps(body))
    with pytest.raises(warrant.WrongInput):
        warrant.check(made)


def test_an_unknown_family(made: Path) -> None:
    text = (made / RECORD).read_text().replace('"network"', '"alchemy"')
    (made / RECORD).write_text(text)
    with pytest.raises(warrant.WrongInput, match="alchemy"):
        warrant.check(made)


def test_files_of_a_compilation_by_hand_do_not_matter(made: Path) -> None:
    for name in ("Artefacts.vo", "Theorem.glob", ".Theorem.aux"):
        (made / name).write_bytes(b"x")
    assert warrant.check(made).line == "PROVED"
    write_warrant(made, listing(made))


# ** Writing


def test_an_interrupted_write_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = Path.write_bytes

    def failing(self: Path, data: bytes) -> int:
        if self.name == "b":
            raise KeyboardInterrupt
        return write(self, data)

    monkeypatch.setattr(Path, "write_bytes", failing)
    with pytest.raises(KeyboardInterrupt):
        write_warrant(tmp_path / "new", {"a": b"1", "b": b"2"})
    assert list(tmp_path.iterdir()) == []


def test_a_failed_replacement_leaves_the_old_one(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = listing(made)
    rename = Path.rename

    def failing(self: Path, target: Path) -> Path:
        if self.name.endswith(".new"):
            raise OSError(28, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(warrant.WrongInput, match="No space left"):
        write_warrant(made, {"a": b"1"})
    assert listing(made) == before
    assert [p.name for p in made.parent.iterdir() if p.name.endswith((".new", ".old"))] == []


def test_a_warrant_is_replaced(made: Path, model: bytes, property_text: str) -> None:
    assert warrant.prove(model, property_text, out=made).line == "PROVED"
    assert set(listing(made)) == set(FILES)
    assert sorted(p.name for p in made.parent.iterdir()) == ["fake-check", made.name]


def test_an_empty_folder_is_filled(tmp_path: Path, made: Path, model: bytes, property_text: str) -> None:
    target = tmp_path / "empty"
    target.mkdir()
    assert warrant.prove(model, property_text, out=target).line == "PROVED"
    assert set(listing(target)) == set(FILES)


@pytest.mark.parametrize("kind", ["file", "other folder", "warrant with a stranger", "no parent", "link"])
def test_what_is_refused(kind: str, tmp_path: Path, made: Path, model: bytes, property_text: str, search) -> None:
    target = tmp_path / "target"
    if kind == "file":
        target.write_text("mine")
    elif kind == "other folder":
        target.mkdir()
        (target / "thesis.tex").write_text("mine")
    elif kind == "warrant with a stranger":
        shutil.copytree(made, target)
        (target / "notes.txt").write_text("mine")
    elif kind == "no parent":
        target = tmp_path / "no" / "target"
    else:
        target.symlink_to(made)
    before = sorted(str(p) for p in tmp_path.rglob("*"))
    with pytest.raises(warrant.WrongInput, match="target"):
        warrant.prove(model, property_text, out=target)
    assert sorted(str(p) for p in tmp_path.rglob("*")) == before

"""A warrant on disk: written whole or not at all, and read back with every changed byte noticed."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from warrant.checkers import artefacts_v, theorem_v
from warrant.claims import Claim, Theorem, artefact_files, claim_of
from warrant.errors import WrongInput
from warrant.evidence.record import CERTIFICATE, RECORD, Record, digest, parse_record

__all__ = ["COQ_FILES", "Warrant", "coq_files", "differences", "read_warrant", "refuse_target", "write_warrant"]

COQ_FILES = ("Artefacts.v", "Theorem.v")
_LEFTOVERS = (".vo", ".vok", ".vos", ".glob", ".aux")
"""What compiling the Coq files by hand leaves in a folder; never read by Warrant."""


@dataclass(frozen=True)
class Warrant:
    """A warrant as read from its folder.

    Attributes:
        folder: where it lies.
        claim: the claim about the bytes that lie there now.
        certificate: the certificate's bytes.
        record: what ``warrant.json`` says.
        found: all its files as they are now, by name.
    """

    folder: Path
    claim: Claim
    certificate: bytes
    record: Record
    found: Mapping[str, bytes]


def coq_files(claim: Claim, certificate: bytes, theorem: Theorem) -> tuple[bytes, bytes]:
    """The texts of ``Artefacts.v`` and ``Theorem.v``.

    Raises:
        ValueError: a file is too large for a Coq string.
    """
    return artefacts_v(claim.artefacts, certificate), theorem_v(claim.artefacts, theorem)


def refuse_target(folder: Path) -> None:
    """Raise WrongInput if a warrant cannot be written here: it must be a new folder, an empty one, or a warrant."""
    if not folder.parent.is_dir():
        raise WrongInput(
            "its parent folder does not exist", file=str(folder), hint="make it first, or choose another --out"
        )
    if not os.access(folder.parent, os.W_OK):
        raise WrongInput("its parent folder cannot be written to", file=str(folder), hint="choose another --out")
    if not folder.exists() and not folder.is_symlink():
        return
    if not folder.is_dir() or folder.is_symlink():
        raise WrongInput("it exists and is not a folder", file=str(folder), hint="choose another --out")
    strangers = _strangers(folder)
    if strangers:
        problem = f"the folder holds something else than a warrant ({strangers[0]})"
        raise WrongInput(
            problem, file=str(folder), expected="a new or empty folder, or a warrant", hint="choose another --out"
        )


def _strangers(folder: Path) -> list[str]:
    """Files of a folder that its warrant does not have; all of its files if it is not a warrant."""
    names = sorted(entry.name for entry in folder.iterdir())
    try:
        record = parse_record((folder / RECORD).read_bytes(), RECORD)
        files = _files(record.family)
    except (OSError, WrongInput):
        return names
    return [name for name in names if name not in files and not name.endswith(_LEFTOVERS)]


def _files(family: str) -> tuple[str, ...]:
    """The files of a warrant, other than its record last."""
    return (*artefact_files(family), CERTIFICATE, *COQ_FILES, RECORD)


def write_warrant(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write the files as a folder, which appears whole or not at all; a warrant that was there is replaced.

    Raises:
        WrongInput: the place is taken by something else, or cannot be written to.
    """
    refuse_target(folder)
    token = secrets.token_hex(6)
    new, old = (folder.parent / f".{folder.name}.{token}.{part}" for part in ("new", "old"))
    try:
        new.mkdir()
        for name, data in files.items():
            (new / name).write_bytes(data)
        if folder.exists():
            folder.rename(old)
        new.rename(folder)
    except BaseException as problem:
        if old.exists() and not folder.exists():
            old.rename(folder)
        if isinstance(problem, OSError):
            raise WrongInput(f"it could not be written: {problem.strerror}", file=str(folder)) from problem
        raise
    finally:
        shutil.rmtree(new, ignore_errors=True)
        if folder.exists():
            shutil.rmtree(old, ignore_errors=True)


def read_warrant(folder: Path) -> Warrant:
    """Read a warrant's files.  Nothing is checked but that they are there and that ``warrant.json`` has the right form.

    Raises:
        WrongInput: the folder is not a warrant.
    """
    if not folder.is_dir():
        raise WrongInput("no such folder", file=str(folder), expected="a warrant, as `warrant prove` writes it")
    if not (folder / RECORD).is_file():
        raise WrongInput(
            f"not a warrant: it has no {RECORD}", file=str(folder), expected="a folder that `warrant prove` wrote"
        )
    record = parse_record(_read(folder / RECORD), str(folder / RECORD))
    found = {name: _read(folder / name) for name in _files(record.family)}
    return Warrant(folder, claim_of(record.family, found), found[CERTIFICATE], record, found)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise WrongInput("this file of the warrant is missing", file=str(path)) from None
    except OSError as problem:
        raise WrongInput(f"it could not be read: {problem.strerror}", file=str(path)) from problem


def differences(warrant: Warrant) -> tuple[str, ...]:
    """What has changed since the warrant was made: a line for each file that is not as it was, or not as it must be."""
    changed = []
    for name, recorded in warrant.record.digests:
        if name not in warrant.found or digest(warrant.found[name]) != recorded:
            changed.append(f"{name} has changed since the warrant was made (its SHA-256 is not the recorded one)")
    unrecorded = set(warrant.found) - {RECORD} - {name for name, _ in warrant.record.digests}
    changed += [f"{name} has no recorded digest" for name in sorted(unrecorded)]
    if warrant.record.render() != warrant.found[RECORD]:
        changed.append(f"{RECORD} has changed since the warrant was made")
    if not changed:
        changed += _unfaithful(warrant)
    return tuple(changed)


def _unfaithful(warrant: Warrant) -> list[str]:
    """The Coq files must be exactly those of these bytes, whatever digests are recorded for them."""
    theorem = warrant.claim.theorem(warrant.certificate)
    if theorem is None:
        return [f"{CERTIFICATE} is not a certificate"]
    try:
        expected = dict(zip(COQ_FILES, coq_files(warrant.claim, warrant.certificate, theorem), strict=True))
    except ValueError as problem:
        return [f"too large for Coq: {problem}"]
    return [f"{name} is not the one of these files" for name, text in expected.items() if warrant.found[name] != text]

"""Files: read whole, and of a size that a Coq string can hold; written whole or not at all."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from warrant.errors import WrongInput

__all__ = ["LARGEST", "limited", "read_file", "stem", "write_file"]

LARGEST = 16_777_211
"""The most bytes that one primitive string of Coq holds."""


def read_file(path: str | os.PathLike[str], expected: str) -> bytes:
    """The bytes of a file.

    Raises:
        WrongInput: it cannot be read.
    """
    try:
        return Path(path).read_bytes()
    except (OSError, ValueError) as problem:
        why = getattr(problem, "strerror", None) or str(problem)
        raise WrongInput(f"it cannot be read: {why}", file=os.fspath(path), expected=expected) from problem


def limited(data: bytes, file: str, hint: str = "") -> bytes:
    """The same bytes.

    Raises:
        WrongInput: there are too many for a theorem about them.
    """
    if len(data) > LARGEST:
        large = f"the file has {len(data)} bytes, and Warrant's theorems are about files of at most {LARGEST}"
        raise WrongInput(large, file=file, hint=hint)
    return data


def stem(name: str, suffix: str, otherwise: str = "claim") -> str:
    """The name of a file, without its folder and its suffix."""
    return Path(name).name.removesuffix(suffix) or otherwise


def write_file(path: Path, data: bytes) -> None:
    """Write a file, which appears whole or not at all.

    Raises:
        WrongInput: it cannot be written.
    """
    new = path.with_name(f".{path.name}.{secrets.token_hex(6)}.new")
    try:
        new.write_bytes(data)
        new.replace(path)
    except OSError as problem:
        raise WrongInput(f"it could not be written: {problem.strerror}", file=str(path)) from problem
    finally:
        new.unlink(missing_ok=True)

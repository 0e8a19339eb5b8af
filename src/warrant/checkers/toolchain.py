"""Find Coq (8.20 or newer) and the compiled library Warrant."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from warrant.checkers._places import checkout
from warrant.errors import WarrantError

__all__ = ["Coq", "ToolchainError", "find_coq", "find_library"]

_OLDEST = (8, 20)


class ToolchainError(WarrantError):
    """Coq, or the compiled library, is not there; the message says what was looked for and what to try."""


@dataclass(frozen=True)
class Coq:
    """A Coq installation: its programs, the environment to run them in, and its version."""

    coqc: str
    coqchk: str
    environment: Mapping[str, str]
    version: str


def find_coq() -> Coq:
    """The Coq that the checkout's ``tools/toolchain.sh`` knows (from PATH or its private prefix), else the one on PATH.

    Raises:
        ToolchainError: neither is there.
    """
    found = _coq_of_checkout() or _coq_in(dict(os.environ))
    if found is None:
        raise ToolchainError(
            "no Coq of version 8.20 or newer was found on PATH; install one (opam install coq.8.20.1), "
            "or run `make toolchain` in a checkout of Warrant"
        )
    return found


def _coq_in(environment: dict[str, str]) -> Coq | None:
    path = environment.get("PATH")
    coqc, coqchk = shutil.which("coqc", path=path), shutil.which("coqchk", path=path)
    if coqc is None or coqchk is None:
        return None
    try:
        done = subprocess.run(
            [coqc, "--print-version"], env=environment, capture_output=True, text=True, check=False, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    number = re.match(r"(\d+)\.(\d+)\S*", done.stdout)
    if number is None or (int(number[1]), int(number[2])) < _OLDEST:
        return None
    return Coq(coqc, coqchk, environment, number[0])


def _coq_of_checkout() -> Coq | None:
    """Coq in the environment that the checkout's ``tools/toolchain.sh env`` prints as ``export`` lines for a shell."""
    root = checkout()
    script = root / "tools" / "toolchain.sh" if root is not None else None
    if script is None or not script.is_file():
        return None
    command = 'eval "$("$1" env)" && env -0'
    try:
        done = subprocess.run(["sh", "-c", command, "sh", script], capture_output=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return None
    if done.returncode != 0:
        return None
    pairs = (entry.partition(b"=") for entry in done.stdout.split(b"\0") if b"=" in entry)
    return _coq_in({os.fsdecode(name): os.fsdecode(value) for name, _, value in pairs})


def find_library(coq: Coq) -> Path:
    """The folder of the compiled library Warrant: ``$WARRANT_LIBRARY``, the checkout's ``theories``, or Coq's own.

    Raises:
        ToolchainError: there is none, or it is not compiled.
    """
    named = os.environ.get("WARRANT_LIBRARY")
    root = checkout()
    if named is not None:
        places = [Path(named)]
    else:
        places = [root / "theories"] if root is not None else []
        places.append(_where(coq) / "user-contrib" / "Warrant")
    for place in places:
        if (place / "Main.vo").is_file():
            return place.resolve()
    looked = " or ".join(str(place) for place in places)
    raise ToolchainError(
        f"the compiled Coq library Warrant (Main.vo) was not found in {looked}; "
        "run `make theories` in a checkout, or set WARRANT_LIBRARY to its folder"
    )


def _where(coq: Coq) -> Path:
    done = subprocess.run([coq.coqc, "-where"], env=dict(coq.environment), capture_output=True, text=True, check=False)
    return Path(done.stdout.strip())

"""Run the native checker, a program extracted from Coq, and relay its verdict."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from warrant.checkers._answer import PROVED, REFUTED, UNKNOWN, Answer, unknown
from warrant.checkers._places import checkout, package_folder

__all__ = ["check_bytes", "check_native", "find_checker", "written"]

_EXIT = {PROVED: 0, REFUTED: 1, UNKNOWN: 3}


def find_checker() -> Path | None:
    """The checker: ``$WARRANT_CHECKER``, else the one in the wheel, in the checkout, or on PATH."""
    named = os.environ.get("WARRANT_CHECKER")
    if named is not None:
        return Path(named) if _runs(Path(named)) else None
    places = [package_folder() / "_bin" / "warrant-check"]
    root = checkout()
    if root is not None:
        places.append(root / "build" / "warrant-check")
    for place in places:
        if _runs(place):
            return place
    on_path = shutil.which("warrant-check")
    return Path(on_path) if on_path else None


def _runs(path: Path) -> bool:
    return path.is_file() and os.access(path, os.X_OK)


def check_native(family: str, files: Sequence[Path]) -> Answer:
    """Run the checker of a family of claims on the artefacts and, last, the certificate.

    The verdict is the checker's own line, relayed only if its form and its exit code agree; anything else is
    ``UNKNOWN``.  No verdict is made here.
    """
    checker = find_checker()
    if checker is None:
        return unknown("native", _missing())
    start = time.monotonic()
    try:
        done = subprocess.run([checker, family, *files], stdin=subprocess.DEVNULL, capture_output=True, check=False)
        digest = hashlib.sha256(checker.read_bytes()).hexdigest()
    except OSError as problem:
        return unknown("native", f"the checker {checker} could not be run: {problem}")
    seconds = time.monotonic() - start
    log = done.stderr.decode("utf-8", "replace")
    answer = _read(done.stdout.decode("utf-8", "replace"), done.returncode, log)
    return Answer(
        answer.word, "native", answer.reason, seconds, versions=(("warrant-check sha256", digest),), log=log.strip()
    )


@contextmanager
def written(files: Sequence[bytes], names: Sequence[str] = ()) -> Iterator[list[Path]]:
    """Files with these contents, in order, in a folder that is there for as long as they are needed.

    Without names they have numbers.
    """
    with tempfile.TemporaryDirectory(prefix="warrant-") as place:
        paths = [Path(place) / name for name in names or map(str, range(len(files)))]
        for path, data in zip(paths, files, strict=True):
            path.write_bytes(data)
        yield paths


def check_bytes(family: str, files: Sequence[bytes], names: Sequence[str] = ()) -> Answer:
    """The same on files that are not written yet; messages have their names, or else numbers."""
    with written(files, names) as paths:
        return check_native(family, paths)


def _missing() -> str:
    named = os.environ.get("WARRANT_CHECKER")
    if named is not None:
        return f"no checker was found: WARRANT_CHECKER names {named}, which is not a program"
    return (
        "no checker was found (make one with `make checker`, name one in WARRANT_CHECKER, or let Coq check: --kernel)"
    )


def _read(stdout: str, code: int, stderr: str) -> Answer:
    """The verdict in the checker's output, or UNKNOWN where it is not exactly one verdict line with its exit code."""
    last = (stderr.strip().splitlines() or ["it gave no reason"])[-1]
    if code < 0:
        return unknown("native", f"the checker was ended by signal {-code}: {last}")
    if code == 2 and not stdout:
        return unknown("native", f"the checker could not read its files: {last}")
    line, newline, rest = stdout.partition("\n")
    if not newline or rest:
        return unknown("native", f"the checker's output is not one verdict line (exit code {code}): {last}")
    word, colon, reason = line.partition(": ")
    well_formed = word in _EXIT and (bool(colon) == (word == UNKNOWN))
    if not well_formed or _EXIT[word] != code:
        return unknown("native", f"the checker's output is not a verdict: {line[:80]!r} with exit code {code}")
    return unknown("native", reason) if word == UNKNOWN else Answer(word, "native")

"""A benchmark's folder: the instances that it lists, the bytes of their files, and the verdicts that are known."""

from __future__ import annotations

import csv
import gzip
import hashlib
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePath

from warrant.errors import WrongInput

__all__ = [
    "GroundTruth",
    "Instance",
    "content",
    "fingerprint",
    "has_part",
    "known",
    "matches",
    "read_folder",
    "read_truth",
    "short_name",
]

_MOST = 1 << 25
"""Bytes that are taken from a compressed file at most: more than any file that a claim can be about."""

GroundTruth = Mapping[tuple[str, str], str]
"""``sat`` or ``unsat`` by what names a model and a property: their paths, file names, or parts of these."""


@dataclass(frozen=True)
class Instance:
    """One line of ``instances.csv``.

    Attributes:
        category: the name of the benchmark, that is of its folder.
        onnx, vnnlib: the paths of model and property, relative to the folder, as the line has them.
        limit: the time limit in seconds.
        truth: ``sat`` or ``unsat`` where the folder's ``ground_truth.csv`` says so, else nothing.
        name: a name for files, which no other instance of the folder has.
    """

    category: str
    onnx: str
    vnnlib: str
    limit: float
    truth: str = ""
    name: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the same instance in another table."""
        return self.category, self.onnx, self.vnnlib


def read_folder(folder: Path, *, only: Sequence[str] = (), cap: float | None = None) -> list[Instance]:
    """The instances of a benchmark, in order and each once.

    Args:
        folder: it has ``instances.csv`` and, where verdicts are known, ``ground_truth.csv``.
        only: globs, or parts of the text; a line of ``instances.csv`` must match one of them; none: all lines do.
        cap: seconds; no instance gets more than that.

    Raises:
        WrongInput: the folder is not a benchmark, a line has not three fields, or no line matches.
    """
    file = folder / "instances.csv"
    truth = read_truth(folder / "ground_truth.csv")
    found: dict[tuple[str, str], Instance] = {}
    taken: set[str] = set()
    for number, fields in _lines(file):
        onnx, vnnlib, limit = _fields(fields, f"{file}: line {number}")
        if (onnx, vnnlib) in found:
            continue
        name = base = f"{short_name(onnx)}-{short_name(vnnlib)}"
        copies = 1
        while name in taken:
            copies += 1
            name = f"{base}-{copies}"
        taken.add(name)
        limit = limit if cap is None else min(limit, cap)
        found[onnx, vnnlib] = Instance(
            folder.resolve().name, onnx, vnnlib, limit, known(truth, onnx, vnnlib, folder), name
        )
    chosen = [i for i in found.values() if matches(f"{i.onnx},{i.vnnlib}", only)]
    if not chosen:
        what = f"no line matches {' or '.join(only)}" if found else "it lists no instance"
        raise WrongInput(what, file=str(file), expected="lines such as onnx/net.onnx,vnnlib/prop.vnnlib,60")
    return chosen


def matches(text: str, patterns: Sequence[str]) -> bool:
    """Whether a text has one of the patterns in it, literally or as a glob; any text does if there are none."""
    return not patterns or any(p in text or fnmatchcase(text, f"*{p}*") for p in patterns)


def _lines(file: Path) -> Iterator[tuple[int, list[str]]]:
    try:
        with file.open(newline="", encoding="utf-8") as stream:
            for number, fields in enumerate(csv.reader(stream), 1):
                if any(field.strip() for field in fields):
                    yield number, [field.strip() for field in fields]
    except FileNotFoundError:
        hint = "give the folder that instances.csv lies in"
        raise WrongInput(f"there is no {file.name}", file=str(file.parent), hint=hint) from None
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise WrongInput(f"it cannot be read: {problem}", file=str(file)) from problem


def _fields(fields: list[str], place: str) -> tuple[str, str, float]:
    expected = "a model, a property and a time limit in seconds: onnx/net.onnx,vnnlib/prop.vnnlib,60"
    try:
        onnx, vnnlib, limit = fields[0], fields[1], float(fields[2])
    except (IndexError, ValueError):
        raise WrongInput(f"found {','.join(fields)[:120]!r}", place=place, expected=expected) from None
    if not (onnx and vnnlib and 0 < limit < float("inf") and len(fields) == 3) or "\n" in onnx + vnnlib:
        raise WrongInput(f"found {','.join(fields)[:120]!r}", place=place, expected=expected)
    return onnx, vnnlib, limit


def short_name(path: str) -> str:
    """A file's name without its folder and the endings .onnx, .vnnlib and .gz."""
    name = PurePath(path).name.removesuffix(".gz")
    return name.removesuffix(".onnx").removesuffix(".vnnlib")


# ---- the files -------------------------------------------------------------------------------------------------------


def _open(folder: Path, name: str) -> tuple[Path, bool]:
    """The file of that name, or the one that is compressed while the name is not, or the other way round."""
    path = folder / name
    other = path.with_name(path.name.removesuffix(".gz") if path.suffix == ".gz" else path.name + ".gz")
    if not path.exists() and other.exists():
        path = other
    return path, path.suffix == ".gz"


def content(folder: Path, name: str) -> bytes:
    """The bytes of a model or a property, uncompressed.

    Raises:
        WrongInput: it cannot be read.
    """
    path, compressed = _open(folder, name)
    try:
        if not compressed:
            return path.read_bytes()
        with gzip.open(path) as stream:
            return stream.read(_MOST)
    except (OSError, EOFError, zlib.error) as problem:
        why = getattr(problem, "strerror", None) or str(problem)
        raise WrongInput(f"it cannot be read: {why}", file=str(path)) from problem


def fingerprint(folder: Path, instance: Instance, known: dict[Path, str]) -> str:
    """The SHA-256 of an instance's two files as they are on disk; ``known`` keeps what was computed before.

    A file that cannot be read counts as one without bytes, so that the instance can still be told from others.
    """
    digests = []
    for name in (instance.onnx, instance.vnnlib):
        path, _ = _open(folder, name)
        if path not in known:
            try:
                with path.open("rb") as stream:
                    known[path] = hashlib.file_digest(stream, "sha256").hexdigest()
            except OSError:
                known[path] = ""
        digests.append(known[path])
    return hashlib.sha256(":".join(digests).encode()).hexdigest()


# ---- known verdicts --------------------------------------------------------------------------------------------------


def read_truth(file: Path) -> GroundTruth:
    """The verdicts of a ``ground_truth.csv`` with the columns ``net``, ``prop`` and ``verdict``; none without the file.

    Raises:
        WrongInput: it has other columns, or other verdicts than sat and unsat.
    """
    if not file.exists():
        return {}
    lines = list(_lines(file))
    header = lines[0][1] if lines else []
    if not {"net", "prop", "verdict"} <= set(header):
        raise WrongInput(
            f"its first line is {','.join(header)!r}", file=str(file), expected="the columns net,prop,verdict"
        )
    truth: dict[tuple[str, str], str] = {}
    for number, fields in lines[1:]:
        row = dict(zip(header, fields, strict=False))
        verdict = row.get("verdict", "")
        if verdict not in ("sat", "unsat", "unknown", ""):
            problem = f"the verdict {verdict!r}"
            raise WrongInput(problem, file=str(file), place=f"line {number}", expected="sat, unsat or unknown")
        if verdict in ("sat", "unsat"):
            truth[row["net"], row["prop"]] = verdict
    return truth


def known(truth: GroundTruth, onnx: str, vnnlib: str, place: Path) -> str:
    """The verdict on an instance, or nothing.

    A model and a property may be named by their path, by their file's name (with its ending or without), or by a part
    of the name between characters that are no letters or digits: net 1_1 is ACASXU_run2a_1_1_batch_2000.onnx.

    Raises:
        WrongInput: the names fit rows that disagree.
    """
    for fits in (_is_named, has_part):
        verdicts = {v for (net, prop), v in truth.items() if fits(onnx, net) and fits(vnnlib, prop)}
        if len(verdicts) > 1:
            problem = f"it has both verdicts for {onnx} and {vnnlib}"
            hint = "name models and properties by their whole file names"
            raise WrongInput(problem, file=str(place / "ground_truth.csv"), hint=hint)
        if verdicts:
            return verdicts.pop()
    return ""


def _is_named(path: str, name: str) -> bool:
    return name in (path, path.removesuffix(".gz"), PurePath(path).name, short_name(path))


def has_part(path: str, name: str) -> bool:
    """Whether a file's short name has another name in it, between characters that are no letters or digits."""
    return bool(name) and re.search(rf"(?<![0-9A-Za-z]){re.escape(name)}(?![0-9A-Za-z])", short_name(path)) is not None

"""The table of results: VNN-COMP's six columns and our figures, one whole line for each instance that is done."""

from __future__ import annotations

import csv
import fcntl
import io
import os
import stat
from dataclasses import dataclass, fields
from pathlib import Path
from types import TracebackType
from typing import Any

from warrant.errors import WrongInput

__all__ = ["COLUMNS", "DECIDED", "Results", "Row", "is_wrong", "parse_row", "read_rows"]

DECIDED = ("sat", "unsat")
_RESULTS = (*DECIDED, "unknown", "timeout", "error")


@dataclass(frozen=True)
class Row:
    """What came of one instance; a figure that is not known is None, an empty field in the file.

    Attributes:
        category, onnx, vnnlib: the instance, as ``instances.csv`` has it.
        prepare_s: wall seconds to start its process and read its files.
        result: ``sat`` (refuted), ``unsat`` (proved), ``unknown``, ``timeout`` or ``error``.
        run_s: wall seconds from then on to the verdict of the native checker; the kernel's check is not in it.
        truth: ``sat`` or ``unsat`` where the benchmark's ground truth says so.
        limit_s: the time limit, in seconds.
        search_cpu_s, native_cpu_s, kernel_cpu_s: CPU seconds of the search, the native checker and coqc.
        regions: how many regions the search looked at.
        certificate_bytes: the size of the certificate.
        memory_mib: the most resident memory that its processes were seen to have together, or one of them had, in MiB.
        checked_by: the checkers that accepted the certificate, with a space between them.
        kernel: ``yes`` if the kernel was to be asked.
        reason: why nothing was decided, in one line.
        sha256: of the digests of the two files.
    """

    category: str
    onnx: str
    vnnlib: str
    prepare_s: float
    result: str
    run_s: float
    truth: str = ""
    limit_s: float = 0.0
    search_cpu_s: float | None = None
    native_cpu_s: float | None = None
    kernel_cpu_s: float | None = None
    regions: float | None = None
    certificate_bytes: float | None = None
    memory_mib: float | None = None
    checked_by: str = ""
    kernel: str = ""
    reason: str = ""
    sha256: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """The instance."""
        return self.category, self.onnx, self.vnnlib

    def line(self) -> bytes:
        """The row as one line of the file."""
        text = io.StringIO()
        values = [getattr(self, name) for name in COLUMNS]
        csv.writer(text, lineterminator="\n").writerow([_shown(value) for value in values])
        return text.getvalue().encode()


COLUMNS = tuple(column.name for column in fields(Row))
_NUMBERS = {column.name for column in fields(Row) if "float" in str(column.type)}
_HEADER = (",".join(COLUMNS) + "\n").encode()


def is_wrong(row: Row) -> bool:
    """Whether the verdict contradicts the ground truth."""
    return row.result in DECIDED and row.truth in DECIDED and row.result != row.truth


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.4f}".rstrip("0").rstrip(".")
    return "".join(c if c.isprintable() else " " for c in str(value))


def parse_row(values: list[str]) -> Row:
    """The row of a line's fields.

    Raises:
        ValueError: it is none.
    """
    if len(values) != len(COLUMNS):
        raise ValueError(f"{len(values)} fields instead of {len(COLUMNS)}")
    row: dict[str, Any] = dict(zip(COLUMNS, values, strict=True))
    for name in _NUMBERS:
        row[name] = float(row[name]) if row[name] else None
    if row["result"] not in _RESULTS or None in (row["prepare_s"], row["run_s"], row["limit_s"]):
        raise ValueError(f"the result {row['result']!r}")
    return Row(**row)


def read_rows(data: bytes, file: Path) -> tuple[list[Row], int]:
    """The rows of a file's bytes, and how many of these bytes are whole lines.

    A last line without its end was torn when a run was killed, or the disk was full: it is left out.

    Raises:
        WrongInput: it is no table of results.
    """
    whole = data.rfind(b"\n") + 1
    if not whole and _HEADER.startswith(data):
        return [], 0
    if not data.startswith(_HEADER):
        first = data[:60].decode("utf-8", "replace").splitlines()[0]
        raise WrongInput(
            f"its first line is {first!r}",
            file=str(file),
            expected="a table that `warrant bench` wrote",
            hint="choose another -o",
        )
    rows = []
    for number, line in enumerate(data[:whole].decode("utf-8", "replace").split("\n")[1:-1], 2):
        try:
            (values,) = csv.reader([line])
            rows.append(parse_row(values))
        except (ValueError, csv.Error) as problem:
            hint = "delete the line, and its instance is run again"
            raise WrongInput(f"not a result: {problem}", file=str(file), place=f"line {number}", hint=hint) from None
    return rows, whole


class Results:
    """A table of results that is open for appending, and locked against other runs until it is closed.

    Attributes:
        rows: what stands in it, the last row of each instance only, by instance.
        torn: whether a torn last line was dropped.
    """

    def __init__(self, file: Path) -> None:
        """Open the table, or begin one.

        Raises:
            WrongInput: it is no table of results, another run has it open, or it cannot be written.
        """
        self._path = file
        try:
            self._file = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        except OSError as problem:
            raise WrongInput(
                f"it cannot be written: {problem.strerror}", file=str(file), hint="choose another -o"
            ) from None
        try:
            self._begin()
        except BaseException:
            self.close()
            raise

    def _begin(self) -> None:
        file = str(self._path)
        if not stat.S_ISREG(os.fstat(self._file).st_mode):
            raise WrongInput("it is no ordinary file", file=file, hint="choose another -o")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            hint = "wait for it to end, or choose another -o"
            raise WrongInput("another run of `warrant bench` is writing to it", file=file, hint=hint) from None
        with open(self._file, "rb", closefd=False) as stream:
            data = stream.read()
        rows, whole = read_rows(data, self._path)
        self.rows = {row.key: row for row in rows}
        self.torn = whole < len(data)
        os.ftruncate(self._file, whole)
        self._end = os.lseek(self._file, whole, os.SEEK_SET)
        if whole == 0:
            self._write(_HEADER)

    def append(self, row: Row) -> None:
        """Write one row, through to the disk: afterwards it stands whatever happens, or else nothing of it does.

        Raises:
            WrongInput: it cannot be written, such as where the disk is full.
        """
        self._write(row.line())
        self.rows[row.key] = row

    def _write(self, data: bytes) -> None:
        try:
            written = os.write(self._file, data)
            if written < len(data):
                os.write(self._file, data[written:])
            os.fsync(self._file)
        except OSError as problem:
            os.ftruncate(self._file, self._end)
            os.lseek(self._file, self._end, os.SEEK_SET)
            hint = "what stands in it is whole: make room, and give the same command again to go on"
            raise WrongInput(f"it could not be written: {problem.strerror}", file=str(self._path), hint=hint) from None
        self._end += len(data)

    def close(self) -> None:
        """Let others have the file."""
        os.close(self._file)

    def __enter__(self) -> Results:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

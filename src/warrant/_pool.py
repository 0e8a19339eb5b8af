"""Runs functions in processes of their own, with limits of time and memory, so that none can harm another.

A server process imports what they need once and is forked for each of them (multiprocessing's forkserver).  Each is the
leader of its own session, in which whatever it starts runs, too, and which ends as a whole: when the function has
returned, when it has used too much, and when the program that asked for it is gone, however that ended.
"""

from __future__ import annotations

import errno
import multiprocessing
import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from warrant.errors import WarrantError

__all__ = ["Ended", "Task", "memory_of_machine", "run_tasks"]

_PRELOAD = ["warrant.bench.instance", "warrant.models", "warrant.properties", "warrant.search"]
_TICK = 0.1
"""Seconds between two looks at the clock and the memory."""
_PAGE = os.sysconf("SC_PAGE_SIZE")
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}

Tell = Callable[[str, float], None]


@dataclass(frozen=True)
class Task:
    """A function (of a module, so that another process finds it), its argument, and the wall seconds that it has.

    The function's second argument is a function that begins a stage by name, with new seconds.
    """

    function: Callable[[Any, Tell], Any]
    argument: Any
    seconds: float


@dataclass(frozen=True)
class Ended:
    """How a task ended.

    Attributes:
        task: the task.
        value: what the function returned, or None.
        failure: ``time``, ``memory``, ``error`` (it raised), ``crash``, ``full`` (a disk), or nothing.
        reason: one line on the failure.
        stage: the last stage that it began, or nothing.
        seconds: wall seconds from the start of its process.
        memory: the most resident memory that it and its processes were seen to have together, in bytes.
    """

    task: Task
    value: Any
    failure: str
    reason: str
    stage: str
    seconds: float
    memory: int


def memory_of_machine() -> int:
    """Bytes of memory that this program can hope for: the machine's, or its container's."""
    size = os.sysconf("SC_PHYS_PAGES") * _PAGE
    for file in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        with suppress(OSError, ValueError):
            size = min(size, int(Path(file).read_text()))
    return size


# ---- in the task's process -------------------------------------------------------------------------------------------


def _work(task: Task, line: Connection, scratch: str, environment: dict[str, str]) -> None:
    """Run a task's function, and say what came of it over the line."""
    os.setsid()
    threading.Thread(target=_follow, args=(line, Path(scratch).parent), daemon=True).start()
    os.environ.update(environment)
    with suppress(OSError):  # should the machine run out of memory, Linux is to end this process first
        Path("/proc/self/oom_score_adj").write_text("1000")
    log = os.open(Path(scratch) / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(log, stream)
    tempfile.tempdir = os.environ["TMPDIR"] = scratch
    try:
        line.send(
            ("value", task.function(task.argument, lambda stage, seconds: line.send(("stage", (stage, seconds)))))
        )
    except MemoryError as problem:
        line.send(("memory", f"out of memory: {_one_line(problem) or 'the system gave no more'}"))
    except WarrantError as problem:
        full = isinstance(problem.__cause__, OSError) and problem.__cause__.errno in _FULL
        line.send(("full" if full else "error", _one_line(problem)))
    except Exception as problem:
        full = isinstance(problem, OSError) and problem.errno in _FULL
        line.send(("full" if full else "error", f"{type(problem).__name__}: {_one_line(problem)}"))


def _nothing() -> None:
    """What the first process does."""


def _follow(line: Connection, root: Path) -> None:
    """Wait until the asking program is gone, and then end this session; nothing is ever sent this way."""
    with suppress(EOFError, OSError):
        line.recv()
    shutil.rmtree(root, ignore_errors=True)
    os.killpg(0, signal.SIGKILL)


def _one_line(problem: BaseException) -> str:
    return " ".join(str(problem).split())[:400]


# ---- in the asking program -------------------------------------------------------------------------------------------


@dataclass
class _Running:
    task: Task
    process: BaseProcess
    line: Connection
    scratch: Path
    begun: float
    deadline: float
    stage: str = ""
    memory: int = 0

    def heard(self) -> tuple[str, Any] | None:
        """The failure (or nothing) and the value or reason, once the task has ended; None before."""
        try:
            while self.line.poll():
                word, what = self.line.recv()
                if word == "stage":
                    self.stage, self.deadline = what[0], time.monotonic() + what[1]
                else:
                    return ("" if word == "value" else word), what
        except (EOFError, OSError):
            return "crash", self.last_words()
        return None

    def last_words(self) -> str:
        """Why a process ended without a word: its signal, and the last line that it printed."""
        self.process.join(5)
        code = self.process.exitcode
        by = f"by signal {-code}" if code is not None and code < 0 else f"with exit code {code}"
        if code == -signal.SIGKILL:
            by += " (perhaps for lack of memory)"
        lines = (
            (self.scratch / "log").read_text(errors="replace").split("\n") if (self.scratch / "log").exists() else []
        )
        said = [" ".join(text.split())[:200] for text in lines if text.strip()]
        return f"its process ended {by}" + (f": {said[-1]}" if said else "")

    def judge(self, used: int, most: int) -> tuple[str, Any] | None:
        """As ``heard``, for what the task has not said itself."""
        if time.monotonic() > self.deadline:
            return "time", "the time is up"
        self.memory = max(self.memory, used)
        if used > most:
            return "memory", f"out of memory: it used {used >> 20} MiB, and the limit is {most >> 20} MiB"
        return None

    def end(self) -> None:
        """End the task's session, and remove its files."""
        for kill in (os.killpg, os.kill):
            with suppress(ProcessLookupError, PermissionError):
                kill(self.process.pid or 0, signal.SIGKILL)
        self.process.join()
        self.line.close()
        shutil.rmtree(self.scratch, ignore_errors=True)


def run_tasks(tasks: Iterable[Task], *, jobs: int, memory: int, method: str = "forkserver") -> Generator[Ended]:
    """Run tasks, so many at once, and yield each as it ends; closing the iterator ends those that run.

    Args:
        tasks: the next one is taken when a process is free.
        jobs: processes at once.
        memory: bytes of resident memory that a task may have, together with the processes that it starts.  It is
            looked at every 0.1 s in Linux's /proc; where there is no /proc, there is no limit.
        method: how processes start, ``forkserver`` or ``spawn``.
    """
    context: Any = multiprocessing.get_context(method)
    if method == "forkserver":
        context.set_forkserver_preload(_PRELOAD)
        with _one_thread():  # the server is up, and has imported, before the first task's time begins
            first = context.Process(target=_nothing)
            first.start()
        first.join()
    root = tempfile.mkdtemp(prefix="warrant-bench-")
    waiting = enumerate(tasks)
    running: list[_Running] = []
    used: dict[int, int] = {}
    looked = 0.0
    try:
        while True:
            while len(running) < jobs and (found := next(waiting, None)) is not None:
                running.append(_start(context, found[1], Path(root) / str(found[0])))
            if not running:
                return
            wait([task.line for task in running], _TICK)
            if time.monotonic() - looked >= _TICK:
                used, looked = _memory_by_session(), time.monotonic()
            for task in list(running):
                ended = task.heard() or task.judge(used.get(task.process.pid or 0, 0), memory)
                if ended is None:
                    continue
                running.remove(task)
                seconds = time.monotonic() - task.begun
                task.end()
                value, reason = (ended[1], "") if not ended[0] else (None, ended[1])
                yield Ended(task.task, value, ended[0], reason, task.stage, seconds, task.memory)
    finally:
        for task in running:
            task.end()
        shutil.rmtree(root, ignore_errors=True)


def _start(context: Any, task: Task, scratch: Path) -> _Running:
    scratch.mkdir()
    line, other = context.Pipe()
    begun = time.monotonic()
    with _one_thread():
        process = context.Process(target=_work, args=(task, other, str(scratch), dict(os.environ)))
        process.start()
    other.close()
    return _Running(task, process, line, scratch, begun, begun + task.seconds)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Has a process that starts now load NumPy's linear algebra with one thread: the processes share the processors."""
    names = [name for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS") if name not in os.environ]
    os.environ.update(dict.fromkeys(names, "1"))
    try:
        yield
    finally:
        for name in names:
            del os.environ[name]


def _memory_by_session() -> dict[int, int]:
    """Resident bytes of the processes of each session, from Linux's /proc; nothing where there is none."""
    sizes: dict[int, int] = {}
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError, ValueError, IndexError):
            fields = file.read_bytes().rpartition(b")")[2].split()
            session = int(fields[3])
            sizes[session] = sizes.get(session, 0) + int(fields[21]) * _PAGE
    return sizes

"""Tasks in processes of their own: whatever one does, the others are not harmed, and nothing is left."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from tiny_benchmark import eventually, processes

from warrant._pool import Ended, Task, run_tasks
from warrant.errors import WrongInput

MEMORY = 500 << 20


def behave(how: str, tell) -> str:
    """What the tasks of these tests do."""
    if how.startswith("sleep"):
        subprocess.run([sys.executable, "-c", "import time; time.sleep(600)", how], check=True)
    elif how == "eat":
        kept = [bytearray(os.urandom(1 << 20) * 20) for _ in range(200)]
        return str(len(kept))
    elif how == "ask too much":
        return str(len(bytearray(1 << 60)))
    elif how == "raise":
        raise ValueError("two\nlines")
    elif how == "refuse":
        raise WrongInput("no model", file="net.onnx")
    elif how == "full":
        raise OSError(errno.ENOSPC, "No space left on device")
    elif how == "fault":
        print("a last word")
        sys.stdout.flush()
        os.kill(os.getpid(), signal.SIGSEGV)
    elif how == "exit":
        os._exit(7)
    elif how == "stage":
        tell("kernel", 0.3)
        time.sleep(600)
    return f"{how} in {tempfile.gettempdir()}"


def run(*hows: str, jobs: int = 2, seconds: float = 60) -> dict[str, Ended]:
    tasks = [Task(behave, how, seconds) for how in hows]
    return {ended.task.argument: ended for ended in run_tasks(tasks, jobs=jobs, memory=MEMORY)}


def test_each_failure_is_its_own() -> None:
    ended = run("fine", "raise", "refuse", "full", "fault", "exit", "eat", "ask too much", "stage", "fine too")
    assert {how: end.failure for how, end in ended.items()} == {
        "fine": "",
        "raise": "error",
        "refuse": "error",
        "full": "full",
        "fault": "crash",
        "exit": "crash",
        "eat": "memory",
        "ask too much": "memory",
        "stage": "time",
        "fine too": "",
    }
    assert ended["raise"].reason == "ValueError: two lines"
    assert ended["refuse"].reason == "net.onnx: no model"
    assert ended["fault"].reason == "its process ended by signal 11: a last word"
    assert ended["exit"].reason == "its process ended with exit code 7"
    assert ended["eat"].memory > MEMORY
    assert "the limit is 500 MiB" in ended["eat"].reason
    assert ended["stage"].stage == "kernel"
    places = {Path(ended[how].value.split(" in ")[1]) for how in ("fine", "fine too")}
    assert len(places) == 2
    assert not any(place.exists() for place in places)


def test_time_is_up_and_children_end_too() -> None:
    word = f"sleep-{os.getpid()}"
    ended = run(word, "fine", seconds=1.5)
    assert (ended[word].failure, ended["fine"].failure) == ("time", "")
    assert eventually(lambda: not processes(word))


def test_closing_ends_what_runs() -> None:
    words = [f"sleep-{k}-{os.getpid()}" for k in range(2)]
    tasks = run_tasks([Task(behave, how, 60) for how in ("fine", *words)], jobs=3, memory=MEMORY)
    assert next(tasks).task.argument == "fine"
    assert eventually(lambda: all(map(processes, words)))
    tasks.close()
    assert eventually(lambda: not any(map(processes, words)))


@pytest.mark.parametrize("method", ["forkserver", "spawn"])
def test_the_environment_of_now(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for value in ("first", "second"):
        monkeypatch.setenv("WARRANT_TEST", value)
        (ended,) = run_tasks([Task(environment, "WARRANT_TEST", 60)], jobs=1, memory=MEMORY, method=method)
        assert ended.value == value


def environment(name: str, tell) -> str:
    return os.environ[name]

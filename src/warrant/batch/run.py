"""Proves many claims into a folder of warrants; what lies there already is checked, not searched for again."""

from __future__ import annotations

import json
import math
import re
import time
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Executor, as_completed
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warrant._api import check_folder, prove_claim
from warrant._files import write_file
from warrant._verdicts import Refuted, Unknown, Verdict
from warrant.claims import Claim, Counterexample
from warrant.errors import SearchError, WarrantError, WrongInput
from warrant.evidence import RECORD, digest, read_warrant

__all__ = ["Entry", "Outcome", "lies_there", "prove_all"]

_NAME = re.compile(r"[\w.+-]{1,100}\Z", re.ASCII)
_FORMAT = "warrant unknown 1"
_LONGEST = 7 * 24 * 3600.0
"""Seconds that the checks of one claim may take, together with its search."""

Tell = Callable[["Outcome"], None]


@dataclass(frozen=True)
class Entry:
    """One claim of a batch, and the name of its warrant's folder: letters, digits and ``_ . + -``."""

    name: str
    claim: Claim


@dataclass(frozen=True)
class Outcome:
    """What came of one claim.

    Attributes:
        name: that of the entry.
        word, reason: the verdict, and why it is unknown.
        found: whether a warrant of it lay there, which was checked again; nothing was searched for then.
        seconds: wall seconds.
        counterexample: where it was refuted.
        assumptions: of the theorem, where Coq was asked.
        interrupted: whether it is unknown because the batch was interrupted.
    """

    name: str
    word: str
    reason: str
    found: bool
    seconds: float
    counterexample: Counterexample | None = None
    assumptions: tuple[str, ...] | None = None
    interrupted: bool = False


@dataclass(frozen=True)
class _Work:
    entry: Entry
    folder: Path
    timeout: float | None
    kernel: bool


def prove_all(
    entries: Sequence[Entry],
    folder: Path,
    *,
    timeout: float | None,
    kernel: bool = False,
    jobs: int = 1,
    executor: Executor | None = None,
    tell: Tell | None = None,
) -> tuple[Outcome, ...]:
    """Prove or refute every claim, ``jobs`` at a time, each in a process of its own if there are more than one.

    With an executor, such as that of a Dask cluster, the claims are given to it, all at once, and ``jobs`` is not
    looked at.  Its workers must see the folder, under the same path.

    A claim whose warrant lies in the folder, about the same bytes, is checked again from there; its recorded verdict is
    not believed.  One that was unknown is tried again, unless the same bytes were tried for as many seconds before.
    A process that dies makes its claim UNKNOWN, and no other.  An interruption from the keyboard ends the batch: what
    was not done is UNKNOWN, and ``interrupted``.

    Args:
        entries: the claims; their names are different.
        folder: where their warrants go; it is made if it is not there.
        timeout: seconds for each search; None for no limit.
        kernel: also have the Coq kernel check the theorems.
        jobs: how many at once.
        executor: what runs the claims instead of processes of this machine.
        tell: called with each outcome, as they come.

    Returns:
        The outcomes, in the order of the entries.

    Raises:
        SearchError: two entries have the same name, or a name cannot be that of a folder.
        WrongInput: the folder cannot be made.
    """
    names = [entry.name for entry in entries]
    for name in names:
        if not _NAME.match(name) or name.startswith("."):
            raise SearchError(f"name: {name!r}; expected up to 100 letters, digits or _ . + -, without a dot first")
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise SearchError(f"name: {twice[0]!r} is given twice; expected different names")
    if jobs < 1:
        raise SearchError(f"jobs: {jobs}; expected at least 1")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise WrongInput(f"it cannot be made: {problem.strerror}", file=str(folder), expected="a folder") from problem
    work = [_Work(entry, folder.resolve(), timeout, kernel) for entry in entries]
    outcomes: dict[str, Outcome] = {}
    coming = _given(work, executor) if executor else _one_by_one(work) if jobs == 1 else _at_once(work, jobs)
    try:
        with closing(coming):
            for outcome in coming:
                outcomes[outcome.name] = outcome
                if tell is not None:
                    tell(outcome)
                if outcome.interrupted:
                    break
    except KeyboardInterrupt:
        pass
    left = {name: Outcome(name, "UNKNOWN", "interrupted", False, 0.0, interrupted=True) for name in names}
    return tuple((left | outcomes).values())


def _one_by_one(work: Sequence[_Work]) -> Generator[Outcome]:
    yield from map(_attempt, work)


def _attempt(work: _Work) -> Outcome:
    try:
        return _decide(work)
    except WarrantError as problem:
        return _failed(work.entry, str(problem))


def _given(work: Sequence[_Work], executor: Executor) -> Generator[Outcome]:
    futures = {executor.submit(_attempt, each): each for each in work}
    try:
        for future in as_completed(futures):
            each = futures[future]
            try:
                outcome = future.result()
            except Exception as problem:  # the worker died, again and again, or cannot load what it was sent
                outcome = _failed(each.entry, f"the executor failed: {str(problem) or type(problem).__name__}")
            if outcome.word != "UNKNOWN" and not (each.folder / each.entry.name / RECORD).is_file():
                outcome = _failed(
                    each.entry, f"the worker's warrant is not in {each.folder} here: a folder is not shared"
                )
            yield outcome
    finally:
        for future in futures:
            future.cancel()


def _at_once(work: Sequence[_Work], jobs: int) -> Generator[Outcome]:
    from warrant._pool import Task, memory_of_machine, run_tasks

    tasks = [Task(_in_process, each, _LONGEST) for each in work]
    for ended in run_tasks(tasks, jobs=jobs, memory=memory_of_machine() * 4 // 5 // jobs):
        entry = ended.task.argument.entry
        yield ended.value if not ended.failure else _failed(entry, ended.reason)


def _in_process(work: _Work, tell: Callable[[str, float], None]) -> Outcome:
    return _decide(work)


def _failed(entry: Entry, reason: str) -> Outcome:
    return Outcome(entry.name, "UNKNOWN", " ".join(reason.split()), False, 0.0)


def _decide(work: _Work) -> Outcome:
    begun = time.monotonic()
    place = work.folder / work.entry.name
    remembered = work.folder / f"{work.entry.name}.unknown.json"
    digests = [digest(artefact.data) for artefact in work.entry.claim.artefacts]
    verdict = _again(work, place)
    if verdict is not None:
        return _outcome(work, verdict, True, begun)
    reason = _tried(remembered, digests, work.timeout)
    if reason is not None:
        return Outcome(work.entry.name, "UNKNOWN", reason, True, time.monotonic() - begun)
    verdict = prove_claim(work.entry.claim, timeout=work.timeout, kernel=work.kernel, out=place)
    remembered.unlink(missing_ok=True)
    if isinstance(verdict, Unknown) and verdict.certificate is None and not _interrupted(verdict):
        body = {"format": _FORMAT, "digests": digests, "timeout": work.timeout, "reason": verdict.reason}
        write_file(remembered, (json.dumps(body, indent=2) + "\n").encode())
    return _outcome(work, verdict, False, begun)


def lies_there(claim: Claim, place: Path) -> bool:
    """Whether a warrant about the same bytes is in a folder; what it is worth, a checker has to say."""
    if not (place / RECORD).is_file():
        return False
    try:
        warrant = read_warrant(place)
    except WrongInput:
        return False
    return warrant.record.family == claim.family and tuple(warrant.claim.artefacts) == tuple(claim.artefacts)


def _again(work: _Work, place: Path) -> Verdict | None:
    """What checkers say of a warrant of this claim that lies there; None where there is none, or they do not know."""
    if not lies_there(work.entry.claim, place):
        return None
    try:
        verdict = check_folder(place, kernel=work.kernel)
    except WrongInput:
        return None
    return None if isinstance(verdict, Unknown) else verdict


def _tried(remembered: Path, digests: list[str], timeout: float | None) -> str | None:
    """Why the same bytes were unknown after at least as many seconds; None where that is not so."""
    try:
        body: Any = json.loads(remembered.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(body, dict) or body.get("format") != _FORMAT or body.get("digests") != digests:
        return None
    before, reason = body.get("timeout", 0.0), body.get("reason")
    if not isinstance(reason, str) or not isinstance(before, int | float | None):
        return None
    long = math.inf if before is None else before
    return f"{' '.join(reason.split())} (before)" if long >= (math.inf if timeout is None else timeout) else None


def _interrupted(verdict: Verdict) -> bool:
    """Whether a search or a check was interrupted from the keyboard, as ``prove_claim`` says it."""
    return isinstance(verdict, Unknown) and "interrupted" in verdict.reason


def _outcome(work: _Work, verdict: Verdict, found: bool, begun: float) -> Outcome:
    reason = verdict.reason if isinstance(verdict, Unknown) else ""
    point = verdict.counterexample if isinstance(verdict, Refuted) else None
    seconds = time.monotonic() - begun
    stopped = _interrupted(verdict)
    return Outcome(work.entry.name, verdict.word, reason, found, seconds, point, verdict.assumptions, stopped)

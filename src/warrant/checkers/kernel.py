"""Have the Coq kernel check a warrant's theorem (coqc), and look at it a second time (coqchk)."""

from __future__ import annotations

import re
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from warrant.checkers._answer import Answer, unknown
from warrant.checkers.assumptions import USUAL, not_permitted, parse_assumptions, parse_full_names
from warrant.checkers.theorem import artefacts_v, imports, theorem_v
from warrant.checkers.toolchain import Coq, ToolchainError, find_coq, find_library
from warrant.claims import Artefact, Theorem

__all__ = ["check_kernel"]


@dataclass(frozen=True)
class _Run:
    code: int
    stdout: str
    stderr: str

    @property
    def complaint(self) -> str:
        """Coq's error message, in one line."""
        lines = [line for line in self.stderr.splitlines() if line.strip()]
        at = [i for i, line in enumerate(lines) if line.startswith(("Error", "Fatal Error", "Anomaly"))]
        words = " ".join(lines[at[-1] :] if at else lines[-3:])
        return " ".join(words.split())[:400] or f"it ended with exit code {self.code} and said nothing"


@dataclass(frozen=True)
class _Workshop:
    """A temporary folder with a warrant's Coq files in it, and Coq."""

    folder: Path
    library: Path
    coq: Coq

    def run(self, program: str, *arguments: str) -> _Run:
        command = [program, *arguments]
        try:
            done = subprocess.run(
                command,
                cwd=self.folder,
                env=dict(self.coq.environment),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
            )
        except OSError as problem:
            return _Run(-1, "", f"Error: {program} could not be run: {problem}")
        return _Run(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))

    @property
    def paths(self) -> tuple[str, ...]:
        return ("-Q", str(self.library), "Warrant", "-Q", ".", "")

    def compile(self, file: str) -> _Run:
        return self.run(self.coq.coqc, "-q", *self.paths, file)

    def full_names(self, theorem: Theorem, names: Sequence[str]) -> dict[str, str] | None:
        """The full names of what Theorem.v calls so; None where one of them is nothing known."""
        (self.folder / "Names.v").write_text(imports(theorem) + _questions(names))
        done = self.compile("Names.v")
        return _full_names(names, done.stdout) if done.code == 0 else None


_MARK = "The full names of assumptions:"
"""What separates the output of Theorem.v from the answers to questions behind it."""


def _questions(names: Sequence[str]) -> str:
    """Ask Coq for full names, after a line with the mark."""
    about = "".join(f"About {name}.\n" for name in names)
    return f'Set Printing Width 1000000.\nGoal True. idtac "{_MARK}". Abort.\n{about}'


def _full_names(names: Sequence[str], output: str) -> dict[str, str] | None:
    """What Coq answered to the questions; None where that is not one answer for each name, in order."""
    answers = parse_full_names(output.partition(f"{_MARK}\n")[2]) if output.count(_MARK) == 1 else ()
    fits = len(answers) == len(names) and all(f".{a}".endswith(f".{n}") for n, a in zip(names, answers, strict=True))
    return dict(zip(names, answers, strict=True)) if fits else None


def check_kernel(
    artefacts: Sequence[Artefact], certificate: bytes, theorem: Theorem, *, second_look: bool = False
) -> tuple[Answer, ...]:
    """Compile the theorem about these bytes with coqc, in a temporary folder.

    The answer is the theorem's verdict only if coqc accepts it and every assumption that it prints is a permitted
    one; else it is ``UNKNOWN`` with Coq's message.  With ``second_look``, a second answer follows it, of coqchk.
    """
    start = time.monotonic()
    try:
        coq = find_coq()
        library = find_library(coq)
        artefacts_text, theorem_text = artefacts_v(artefacts, certificate), theorem_v(artefacts, theorem)
    except ToolchainError as problem:
        return (unknown("kernel", f"the kernel was not asked: {problem}"),)
    except ValueError as problem:
        return (unknown("kernel", f"too large for the kernel: {problem}"),)
    with tempfile.TemporaryDirectory(prefix="warrant-") as folder:
        shop = _Workshop(Path(folder), library, coq)
        (shop.folder / "Artefacts.v").write_bytes(artefacts_text)
        answer = _compile(shop, theorem, theorem_text, start)
        if second_look and answer.assumptions is not None:
            return answer, _recheck(shop, answer)
        return (answer,)


def _compile(shop: _Workshop, theorem: Theorem, text: bytes, start: float) -> Answer:
    """Compile Theorem.v, with questions behind it for the full names of the assumptions that it usually has.

    Where it has others, or where there is not one answer to each question, Coq is asked again, in one more run.
    """
    (shop.folder / "Theorem.v").write_bytes(text + _questions(USUAL).encode())
    done = shop.compile("Theorem.v")
    if done.code != 0:
        return _rejected(f"coqc did not accept Theorem.v: {done.complaint}", start, done)
    known = _full_names(USUAL, done.stdout) or {}
    said = done.stdout.partition(_MARK)[0].strip()
    printed = parse_assumptions(said)
    if printed is None:
        return _rejected("coqc's list of assumptions could not be read", start, done)
    others = [name for name in printed if name not in known]
    asked = shop.full_names(theorem, others) if others else {}
    if asked is None:
        return _rejected("the full names of the theorem's assumptions could not be found", start, done)
    known |= asked
    assumptions = tuple(sorted(known[name] for name in printed))
    refused = not_permitted(assumptions)
    if refused:
        return _rejected(f"the theorem rests on what is not permitted: {', '.join(refused)}", start, done)
    seconds = time.monotonic() - start
    versions = (("coq", shop.coq.version),)
    return Answer(theorem.verdict, "kernel", "", seconds, assumptions, versions, said)


def _rejected(reason: str, start: float, done: _Run) -> Answer:
    return unknown("kernel", reason, seconds=time.monotonic() - start, log=(done.stdout + done.stderr).strip())


def _recheck(shop: _Workshop, answer: Answer) -> Answer:
    """Have coqchk check the compiled theorem and everything that it depends on.

    coqchk is started without the bytecode compiler: it replays the computation by plain reduction, so that Coq's
    virtual machine need not be trusted for it, at a price (it is far slower).  The flag ``-bytecode-compiler yes`` is
    never given: with it, coqchk rejects primitive strings (rocq#22360) and trusts stored bytecode (rocq#22352).
    """
    start = time.monotonic()
    done = shop.run(shop.coq.coqchk, "-silent", "-o", *shop.paths, "Theorem")
    seconds = time.monotonic() - start
    if done.code != 0:
        return unknown("recheck", f"coqchk did not accept the theorem: {done.complaint}", seconds=seconds)
    summary = done.stdout + done.stderr  # coqchk prints it on one or the other
    bypassed = _bypassed(summary)
    if bypassed is None:
        return unknown("recheck", "coqchk's summary could not be read", seconds=seconds, log=summary)
    if bypassed:
        return unknown("recheck", f"coqchk found checks that were switched off: {bypassed}", seconds=seconds)
    return Answer(
        answer.word, "recheck", "", seconds, answer.assumptions, (*answer.versions, ("coqchk", shop.coq.version))
    )


_SWITCHES = ("relying on type-in-type", "relying on unsafe (co)fixpoints", "whose positivity is assumed")


def _bypassed(summary: str) -> str | None:
    """Which of the kernel's own checks coqchk's summary says were switched off somewhere; None: no such summary."""
    found = []
    for switch in _SWITCHES:
        entry = re.search(re.escape(switch) + r":\s*(.*)", summary)
        if entry is None:
            return None
        if entry[1].strip() != "<none>":
            found.append(switch)
    return ", ".join(found)

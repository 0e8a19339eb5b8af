"""What is going on, shown on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from warrant.claims import Progress, Report

__all__ = ["progress"]

Stage = Callable[[str], None]


@contextmanager
def progress(first: str) -> Iterator[tuple[Report | None, Stage | None]]:
    """Two functions that show, on stderr and while the context is open, a search's progress and the name of a stage.

    They are None where stderr is no terminal.
    """
    if not sys.stderr.isatty():
        yield None, None
        return
    from rich.console import Console

    with Console(stderr=True).status(first) as status:

        def report(state: Progress) -> None:
            status.update(f"searching: {state}, {state.seconds:.0f} s")

        yield report, status.update

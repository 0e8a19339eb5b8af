"""A search's progress, on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from warrant.claims import Progress, Report

__all__ = ["progress"]


@contextmanager
def progress() -> Iterator[Report | None]:
    """A function that shows a search's progress on stderr while the context is open; None where that is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console

    console = Console(stderr=True)
    with console.status("searching") as status:

        def report(state: Progress) -> None:
            status.update(
                f"searching: {state.closed} regions closed, {state.open} open, "
                f"{100 * state.volume:.2f} % of the volume proved, {state.seconds:.0f} s"
            )

        yield report

"""CPU time of other processes, for the measurements here."""

from __future__ import annotations

import resource


def children() -> float:
    """CPU seconds of all child processes so far."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime

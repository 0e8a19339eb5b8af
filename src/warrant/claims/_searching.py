"""The search of claims about networks, as the interface of claims has it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from warrant.claims._interface import Found, Progress, Report

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warrant import search
    from warrant.models import Decided, Ensembles, Forest, Lowered
    from warrant.properties import Queries
    from warrant.search.attack import Evaluate


def look(
    model: Lowered | Forest | Ensembles | Decided,
    queries: Queries,
    *,
    timeout: float | None,
    jobs: int,
    report: Report | None,
    checks: Sequence[Evaluate],
    options: search.Options | None = None,
) -> Found:
    """Search for a proof or a witness (warrant.search.find), and say how it went."""
    from warrant import search

    def so_far(stats: search.Stats) -> Progress:
        return Progress(stats.open, stats.closed, stats.proved, stats.seconds)

    def tell(stats: search.Stats) -> None:
        if report is not None:
            report(so_far(stats))

    found = search.find(
        model,
        queries,
        timeout=math.inf if timeout is None else timeout,
        jobs=jobs,
        progress=tell,
        checks=checks,
        options=options,
    )
    stats = found.stats
    figures = {name: float(value) for name, value in vars(stats).items() if isinstance(value, int | float)}
    if isinstance(found, search.Unknown):
        return Found(None, f"no certificate was found: {found.reason} ({so_far(stats)})", figures)
    return Found(found.certificate, "", figures)

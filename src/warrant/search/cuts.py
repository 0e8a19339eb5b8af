"""Searches that cut boxes of inputs, whose proofs are a tree of cuts for each query."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from warrant import certificates
from warrant.search.branch import TOO_LARGE
from warrant.search.options import Progress, Proof, Result, Stats, Unknown, Witness

if TYPE_CHECKING:
    from warrant.properties import Queries, Query


class Searches(Protocol):
    """The search of one query."""

    def run(self, deadline: float, report: Callable[[], None]) -> certificates.Cut | list[str] | str:
        """The tree of cuts, a counterexample's literals, or why there is neither (a text)."""


def find_cuts(
    property: Queries,
    search: Callable[[Query, Stats, float], Searches],
    encode: Callable[[Sequence[certificates.Cut]], bytes],
    *,
    timeout: float,
    progress: Progress | None,
) -> Result:
    """Search all queries.

    search: what searches one query, from the statistics and the share of the whole that the query is; encode: the
    certificate of the trees of cuts; timeout, progress: as in :func:`warrant.search.find`.
    """
    stats = Stats(queries=len(property.queries))
    begin = time.monotonic()
    last = [begin]

    def report() -> None:
        now = time.monotonic()
        stats.seconds = now - begin
        if progress is not None and now - last[0] > 0.1:
            last[0] = now
            progress(stats)

    trees: list[certificates.Cut] = []
    try:
        for query in property.queries:
            answer = search(query, stats, 1 / stats.queries).run(begin + timeout, report)
            stats.seconds = time.monotonic() - begin
            if isinstance(answer, str):
                return Unknown(answer, stats)
            if isinstance(answer, list):
                witness = certificates.witness_bytes(answer)
                stats.size = len(witness)
                return Witness(witness, stats)
            trees.append(answer)
    except KeyboardInterrupt:
        stats.seconds = time.monotonic() - begin
        return Unknown("interrupted", stats)
    proof = encode(trees)
    stats.size = len(proof)
    return Proof(proof, stats) if len(proof) <= certificates.LARGEST else Unknown(TOO_LARGE, stats)

"""What all searches do alike: a property's queries one after the other, and a certificate of what was found."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from warrant import certificates
from warrant.search.branch import TOO_LARGE
from warrant.search.options import Progress, Proof, Result, Stats, Unknown, Witness

if TYPE_CHECKING:
    from warrant.properties import Queries, Query

Tree = TypeVar("Tree")


def each_query(
    property: Queries,
    search: Callable[[Query, Stats, float, Callable[[], None]], Tree | list[str] | str | None],
    encode: Callable[[Sequence[Tree]], bytes],
    *,
    timeout: float,
    progress: Progress | None,
) -> Result:
    """Search all queries of a property.

    search: what searches one query, from the statistics of the whole, the time (``time.monotonic``) to end at and what
    to call now and then; it gives the tree of a proof, a counterexample's literals, why there is neither (a text), or
    None for a query that needs no tree. encode: the certificate of the trees; timeout, progress: as in
    :func:`warrant.search.find`.
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

    trees: list[Tree] = []
    try:
        for query in property.queries:
            answer = search(query, stats, begin + timeout, report)
            stats.seconds = time.monotonic() - begin
            if isinstance(answer, str):
                return Unknown(answer, stats)
            if isinstance(answer, list):
                witness = certificates.witness_bytes(answer)
                stats.size = len(witness)
                return Witness(witness, stats)
            if answer is not None:
                trees.append(answer)
    except KeyboardInterrupt:
        stats.seconds = time.monotonic() - begin
        return Unknown("interrupted", stats)
    proof = encode(trees)
    stats.seconds = time.monotonic() - begin
    stats.size = len(proof)
    return Proof(proof, stats) if len(proof) <= certificates.LARGEST else Unknown(TOO_LARGE, stats)

"""The search's entrance: a network and the queries of a property in, a certificate out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from threadpoolctl import threadpool_limits

from warrant import certificates
from warrant.errors import SearchError
from warrant.models import Decided, Ensembles, Forest
from warrant.search.arrays import choose
from warrant.search.boxes import find_boxes
from warrant.search.branch import Branch
from warrant.search.joint import find_joint
from warrant.search.net import build
from warrant.search.options import Options, Progress, Result, Stats
from warrant.search.parallel import spreader
from warrant.search.queries import each_query

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from warrant.certificates import Tree
    from warrant.models import Lowered
    from warrant.properties import Queries, Query
    from warrant.search.attack import Evaluate


def network_of(model: Lowered | Decided, query: Query) -> Lowered | None:
    """The blocks that a query is about; None for a network that jumps where its box is empty."""
    return query.part if isinstance(model, Decided) else model


def find(
    model: Lowered | Forest | Ensembles | Decided,
    property: Queries,
    *,
    timeout: float = 60.0,
    jobs: int = 1,
    progress: Progress | None = None,
    seed: int = 0,
    checks: Sequence[Evaluate] = (),
    options: Options | None = None,
) -> Result:
    """Searches for a proof or a counterexample.

    timeout: wall seconds; jobs: processes; progress: called now and then with the statistics so far; seed: of all
    random choices; checks: further evaluations (outputs of inputs) that a counterexample must pass.
    Raises SearchError if the property is about another network, or an array library is asked for that is not there.
    """
    if (property.inputs, property.outputs) != (model.inputs, model.outputs):
        raise SearchError("the property's queries are about a network of another size")
    if isinstance(model, Forest):
        return find_boxes(model, property, timeout=timeout, progress=progress, checks=checks)
    if isinstance(model, Ensembles):
        return find_joint(model, property, timeout=timeout, progress=progress, checks=checks)
    options = replace(options or Options(), seed=seed)
    networks = [network_of(model, query) for query in property.queries]
    sizes = [sum(block.weights.nnz for block in network.blocks) for network in networks if network is not None]
    arrays = choose(options.arrays, max(sizes, default=0))

    def search(
        query: Query, stats: Stats, deadline: float, report: Callable[[], None]
    ) -> Tree | list[str] | str | None:
        network = network_of(model, query)
        if network is None:
            return None
        if not query.disjuncts:  # each has failed in each case
            return certificates.Tree()
        net = build(network, query, arrays, deadline)
        share = jobs > 1 and not arrays.accelerated  # processes would only wait for the same device
        spread = spreader(net, options, stats, list(checks), report, jobs) if share else None
        branch = Branch(net, options, stats, list(checks), report, spread, 1 / stats.queries)
        with threadpool_limits(limits=1):  # many small products: more threads only cost time
            return branch.run()

    def encode(trees: Sequence[Tree]) -> bytes:
        if isinstance(model, Decided):
            return certificates.cases_bytes([certificates.proof_bytes(certificates.Proof((tree,))) for tree in trees])
        return certificates.proof_bytes(certificates.Proof(tuple(trees), model.lock_step))

    return each_query(property, search, encode, timeout=timeout, progress=progress)

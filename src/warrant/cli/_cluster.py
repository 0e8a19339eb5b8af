"""The cluster that ``--executor`` names."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Any

from warrant.errors import WrongInput

__all__ = ["add_executor", "cluster"]


def add_executor(parser: argparse.ArgumentParser, what: str) -> None:
    """Add the option, which gives ``what`` to a cluster."""
    parser.add_argument(
        "--executor",
        metavar="dask://HOST:PORT",
        help=f"a Dask cluster to give the {what} to; its workers see the folder",
    )


@contextmanager
def cluster(address: str | None) -> Iterator[Executor | None]:
    """The executor of a Dask cluster at such an address as dask://localhost:8786; None for None.

    Raises:
        WrongInput: it is no such address, nothing answers there in ten seconds, or ``distributed`` is not installed.
    """
    if address is None:
        yield None
        return
    kind, _, place = address.partition("://")
    if kind != "dask" or not place:
        raise WrongInput(f"{address!r}", place="--executor", expected="dask://HOST:PORT")
    try:
        import distributed
    except ImportError:
        raise WrongInput(
            address, place="--executor", expected="the package distributed", hint="pip install 'warrant-ml[cluster]'"
        ) from None
    try:
        connect: Any = distributed.Client
        client = connect(f"tcp://{place}", timeout=10)
    except (OSError, TimeoutError, ValueError) as problem:
        reason = (str(problem).splitlines() or ["no answer"])[0]
        raise WrongInput(
            f"{address}: {reason}", place="--executor", expected="the address of a Dask scheduler"
        ) from None
    with client:
        yield client.get_executor()

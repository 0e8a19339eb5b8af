"""What the search can be told, and what it answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from warrant.search.arrays import Choice


@dataclass(frozen=True)
class Options:
    """Settings of the search; the defaults suit most networks.

    axes: split inputs when at most so many vary, else neurons; steps, neuron_steps: ascent steps for each disjunct, in
    the one case, in the other; row_steps: for each row of the first region, if neurons are split; candidates: the
    halves of so many neurons are tried before one is split; levels: hidden bounds are derived anew on every so-manieth
    level of input splits; batch: regions at once, at most; starts: random starts of the first attack; arrays: the array
    library to compute with (search.arrays).
    """

    steps: int = 5
    neuron_steps: int = 20
    row_steps: int = 10
    candidates: int = 10
    levels: int = 1
    batch: int = 1024
    axes: int = 16
    starts: int = 128
    seed: int = 0
    arrays: Choice = "auto"


@dataclass
class Stats:
    """How a search went.

    seconds: wall time; closed, open, regions: regions proved, left, looked at; depth: splits above one at most;
    proved: the proved share of the box (all queries count alike); size: bytes of the certificate;
    work: about how many multiply-adds it takes to check.
    """

    seconds: float = 0.0
    closed: int = 0
    open: int = 0
    regions: int = 0
    depth: int = 0
    proved: float = 0.0
    queries: int = 0
    size: int = 0
    work: float = 0.0
    notes: list[str] = field(default_factory=list)


Progress = Callable[[Stats], None]


@dataclass(frozen=True)
class Proof:
    """The claim holds; the certificate says why."""

    certificate: bytes
    stats: Stats


@dataclass(frozen=True)
class Witness:
    """The claim fails; the certificate is a counterexample."""

    certificate: bytes
    stats: Stats


@dataclass(frozen=True)
class Unknown:
    """Nothing was decided, and why."""

    reason: str
    stats: Stats


Result = Proof | Witness | Unknown

"""Claims about Bayesian networks: the exact posterior distribution of a variable."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from warrant._files import stem
from warrant.claims._interface import Found, NeverRefuted, Report, Summary, Theorem
from warrant.claims._of_files import OfFiles, Part
from warrant.errors import WrongInput

if TYPE_CHECKING:
    from warrant.probability.networks import Network

__all__ = ["Posterior"]

_PROOF = b"WRNT\x01Q"
_FORM = "(posterior 1) [(rows normalised)] (query X) (given (Y y)…) (state x 1/10)…"
_SHOWN = 12


@dataclass(frozen=True)
class Query:
    """A variable, the states of others that are given, and for each state of the variable a number.

    Attributes:
        normalised: whether the claim is about the network with its rows divided by their sums.
    """

    asked: str
    given: tuple[tuple[str, str], ...]
    numbers: tuple[tuple[str, Fraction], ...]
    normalised: bool = False

    @classmethod
    def read(cls, data: bytes) -> Query | None:
        """What a query's text says; None where it cannot be read."""
        from warrant.probability.tables import value

        text = re.sub(r";[^\n\r]*", " ", data.decode("utf-8", "surrogateescape"))
        head = re.fullmatch(
            r"\s*\(\s*posterior\s+1\s*\)\s*(\(\s*rows\s+normalised\s*\)\s*)?\(\s*query\s+([^\s()]+)\s*\)\s*"
            r"\(\s*given\s*((?:\(\s*[^\s()]+\s+[^\s()]+\s*\)\s*)*)\)\s*((?:\(\s*state\s+[^\s()]+\s+[^\s()]+\s*\)\s*)*)",
            text,
        )
        if head is None:
            return None
        given = tuple((a, b) for a, b in re.findall(r"\(\s*([^\s()]+)\s+([^\s()]+)\s*\)", head[2]))
        numbers = [(a, value(b)) for a, b in re.findall(r"\(\s*state\s+([^\s()]+)\s+([^\s()]+)\s*\)", head[4])]
        exact = [(a, b) for a, b in numbers if isinstance(b, Fraction)]
        if len(exact) < len(numbers):
            return None
        return cls(head[2], given, tuple(exact), head[1] is not None)

    def write(self) -> bytes:
        """The query's text.

        Raises:
            WrongInput: a name cannot be written.
        """
        from warrant.probability.networks import writable

        writable([self.asked, *(w for pair in self.given for w in pair), *(name for name, _ in self.numbers)])
        given = "".join(f" ({a} {b})" for a, b in self.given)
        lines = [
            "(posterior 1)",
            *(["(rows normalised)"] if self.normalised else []),
            f"(query {self.asked})",
            f"(given{given})",
            *(f"(state {a} {q})" for a, q in self.numbers),
        ]
        return ("\n".join(lines) + "\n").encode("utf-8", "surrogateescape")


@dataclass(frozen=True)
class Posterior(OfFiles, NeverRefuted):
    """The claim that a variable of a Bayesian network has a posterior distribution (docs/probability.md).

    Attributes:
        query_bytes: the text that names variable, evidence and numbers.
        network_bytes: a BIF file.
        network_name: what the user calls it, for messages.
    """

    family: ClassVar[str] = "posterior"
    parts: ClassVar[tuple[Part, ...]] = (
        Part("query.posterior", "query_file", "query"),
        Part("network.bif", "network_file", "network"),
    )

    query_bytes: bytes = field(repr=False)
    network_bytes: bytes = field(repr=False)
    network_name: str = "network.bif"

    @classmethod
    def of(
        cls,
        network: object,
        query: str,
        given: Mapping[str, str] | Sequence[tuple[str, str]] = (),
        *,
        normalise: bool = False,
    ) -> Posterior:
        """The claim about a network in a file, or about a model of pgmpy; the posterior is computed, exactly.

        Args:
            network: the path of a BIF file, or a discrete Bayesian network of pgmpy.
            query: the name of the variable that is asked for.
            given: states of other variables, by their names.
            normalise: the claim is about the network with each row divided by its sum.

        Raises:
            WrongInput: the file cannot be read, has no such variable or state, or the evidence has probability 0.
        """
        from warrant.probability.models import source
        from warrant.probability.networks import posterior, read_network

        data, name = source(network)
        read = read_network(data, file=name, normalise=normalise)
        pairs = tuple(given.items()) if isinstance(given, Mapping) else tuple(given)
        asked = read.find(query)
        numbers = posterior(read, asked, dict(read.locate(a, b) for a, b in pairs))
        if numbers is None or len({a for a, _ in pairs}) < len(pairs):
            said = "the evidence has probability 0, or a variable is given twice"
            raise WrongInput(said, file=name, expected="evidence that can occur")
        stated = Query(query, pairs, tuple(zip(read.variables[asked].states, numbers, strict=True)), normalise)
        claim = cls(stated.write(), data, name)
        claim.__dict__["_content"], claim.__dict__["_posterior"] = (stated, read), stated.numbers
        return claim

    @property
    def stem(self) -> str:
        """The name of the network's file, without its suffix."""
        return stem(self.network_name, Path(self.network_name).suffix, "posterior")

    @property
    def numbers(self) -> tuple[tuple[str, Fraction], ...]:
        """The states of the variable that is asked for, each with the number that is claimed.

        Raises:
            WrongInput: the files cannot be read.
        """
        return self._content[0].numbers

    def validate(self) -> None:
        """Read the files.

        Raises:
            WrongInput: one of them cannot be read or has no meaning, or they do not fit together.
        """
        query, network = self._content
        network.find(query.asked)
        for name, state in query.given:
            network.locate(name, state)

    def theorem(self, certificate: bytes) -> Theorem | None:
        """``PosteriorIs`` of the files; None where the certificate is none."""
        if not certificate.startswith(_PROOF):
            return None
        return Theorem(
            statement="PosteriorIs query_file network_file",
            soundness="posterior_sound",
            verdict="PROVED",
            words="Where the probability of an assignment is the product of the conditional ones, the evidence has "
            "a probability above 0, and the variable's states have exactly these probabilities given the evidence.",
            module="Probability",
            meaning="Networks.v",
        )

    def find(self, *, timeout: float | None, jobs: int, report: Report | None) -> Found:
        """An order of elimination and ranks; or what the posterior is, where it is another one."""
        from warrant.probability.networks import elimination_order, ranks

        query, network = self._content
        right = self._posterior
        if right is None:
            return Found(None, "the evidence has probability 0")
        if right != query.numbers:
            return Found(None, "the posterior is another one: " + ", ".join(f"{a} {q}" for a, q in right))
        given = dict(network.locate(a, b) for a, b in query.given)
        numbers_of_two_bytes = [*elimination_order(network, network.find(query.asked), given), *ranks(network)]
        return Found(_PROOF + b"".join(k.to_bytes(2, "little") for k in numbers_of_two_bytes), "")

    def summary(self) -> Summary:
        """The size of the network, and the posterior.

        Raises:
            WrongInput: the files cannot be read.
        """
        query, network = self._content
        given = ", ".join(f"{a} = {b}" for a, b in query.given)
        lines = [
            f"P({query.asked} = {state}{' | ' + given if given else ''}) = {number} = {float(number):.12g}"
            for state, number in query.numbers[:_SHOWN]
        ]
        more = len(query.numbers) - _SHOWN
        subject = network.described
        return Summary(
            subject,
            (*lines, *([f"… and {more} more states"] if more > 0 else [])),
            False,
            "The theorem says that the evidence has a probability above 0.",
            hypotheses=("The network, with these probabilities, describes what it is meant for.",),
        )

    @cached_property
    def _posterior(self) -> tuple[tuple[str, Fraction], ...] | None:
        """What the posterior is; None where the evidence has probability 0.  :meth:`of` has computed it already."""
        from warrant.probability.networks import posterior

        query, network = self._content
        asked = network.find(query.asked)
        numbers = posterior(network, asked, dict(network.locate(a, b) for a, b in query.given))
        return None if numbers is None else tuple(zip(network.variables[asked].states, numbers, strict=True))

    @cached_property
    def _content(self) -> tuple[Query, Network]:
        from warrant.probability.networks import read_network

        query = Query.read(self.query_bytes)
        if query is None:
            raise WrongInput("not a query", file="query.posterior", expected=_FORM)
        return query, read_network(self.network_bytes, file=self.network_name, normalise=query.normalised)

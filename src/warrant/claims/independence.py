"""Claims about Bayesian networks: two variables are independent, given others."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from warrant._files import stem
from warrant.claims._interface import Counterexample, Found, Report, Summary, Theorem
from warrant.claims._of_files import OfFiles, Part
from warrant.errors import WrongInput

if TYPE_CHECKING:
    from warrant.probability.networks import Network

__all__ = ["Independence"]

_PROOF, _REFUTATION = b"WRNT\x01I", b"WRNT\x01J"
_FORM = "(independence 1) [(rows normalised)] (variables X Y) (given Z…)"
_READ = re.compile(
    r"\s*\(\s*independence\s+1\s*\)\s*(\(\s*rows\s+normalised\s*\)\s*)?"
    r"\(\s*variables\s+([^\s()]+)\s+([^\s()]+)\s*\)\s*\(\s*given((?:\s+[^\s()]+)*)\s*\)\s*"
)


@dataclass(frozen=True)
class Question:
    """Two variables, and those that are given.

    Attributes:
        normalised: whether the claim is about the network with its rows divided by their sums.
    """

    first: str
    second: str
    given: tuple[str, ...]
    normalised: bool = False

    @classmethod
    def read(cls, data: bytes) -> Question | None:
        """What a question's text says; None where it cannot be read."""
        head = _READ.fullmatch(re.sub(r";[^\n\r]*", " ", data.decode("utf-8", "surrogateescape")))
        return None if head is None else cls(head[2], head[3], tuple(head[4].split()), head[1] is not None)

    def write(self) -> bytes:
        """The question's text.

        Raises:
            WrongInput: a name cannot be written.
        """
        from warrant.probability.networks import writable

        writable([self.first, self.second, *self.given])
        lines = [
            "(independence 1)",
            *(["(rows normalised)"] if self.normalised else []),
            f"(variables {self.first} {self.second})",
            f"({' '.join(['given', *self.given])})",
        ]
        return ("\n".join(lines) + "\n").encode("utf-8", "surrogateescape")

    def __str__(self) -> str:
        given = f", given {', '.join(self.given)}" if self.given else ""
        return f"{self.first} and {self.second} are independent{given}"


@dataclass(frozen=True)
class Independence(OfFiles):
    """The claim that two variables of a Bayesian network are independent, given others (docs/probability.md).

    Attributes:
        question_bytes: the text that names the variables.
        network_bytes: a BIF file.
        network_name: what the user calls it, for messages.
    """

    family: ClassVar[str] = "independence"
    parts: ClassVar[tuple[Part, ...]] = (
        Part("question.independence", "question_file", "question"),
        Part("network.bif", "network_file", "network"),
    )

    question_bytes: bytes = field(repr=False)
    network_bytes: bytes = field(repr=False)
    network_name: str = "network.bif"

    @classmethod
    def of(
        cls, network: object, first: str, second: str, given: Sequence[str] = (), *, normalise: bool = False
    ) -> Independence:
        """The claim about a network in a file, or about a model of pgmpy.

        Args:
            network: the path of a BIF file, or a discrete Bayesian network of pgmpy.
            first: the name of a variable.
            second: that of another one.
            given: the names of others.
            normalise: the claim is about the network with each row divided by its sum.

        Raises:
            WrongInput: the file cannot be read or has no such variable, or one is named twice.
        """
        from warrant.probability.models import source

        data, name = source(network)
        claim = cls(Question(first, second, tuple(given), normalise).write(), data, name)
        claim.validate()
        return claim

    @property
    def stem(self) -> str:
        """The name of the network's file, without its suffix."""
        return stem(self.network_name, Path(self.network_name).suffix, "independence")

    def validate(self) -> None:
        """Read the files.

        Raises:
            WrongInput: one of them cannot be read or has no meaning, or they do not fit together.
        """
        _ = self._content

    def theorem(self, certificate: bytes) -> Theorem | None:
        """``VariablesIndependent`` or ``VariablesDependent``; None where the certificate is for neither."""
        if not certificate.startswith((_PROOF, _REFUTATION)):
            return None
        holds = certificate.startswith(_PROOF)
        return Theorem(
            statement=f"{'VariablesIndependent' if holds else 'VariablesDependent'} question_file network_file",
            soundness="independence_proved_sound" if holds else "independence_refuted_sound",
            verdict="PROVED" if holds else "REFUTED",
            words="Where the probability of an assignment is the product of the conditional ones, "
            + (
                "the two variables are independent, whatever the states of those that are given."
                if holds
                else "the two variables are not independent for all states of those that are given."
            ),
            module="Probability",
            meaning="Networks.v",
        )

    def find(self, *, timeout: float | None, jobs: int, report: Report | None) -> Found:
        """How the variables are separated, or else states for which the numbers show a dependence."""
        from warrant.probability.networks import elimination_order, ranks
        from warrant.probability.separation import dependence, marks

        _, network, (first, second, *given) = self._content
        sides = marks(network, first, second, given)
        if sides is not None:
            return Found(_certificate(_PROOF, [*ranks(network), *sides]), "")
        deadline = None if timeout is None else time.monotonic() + timeout
        shown = dependence(network, first, second, given, deadline=deadline)
        if shown is None:
            return Found(None, "the variables are not d-separated, and no states were found that show a dependence")
        order = elimination_order(network, first, dict(zip(given, shown.given, strict=True)))
        states = [shown.first, shown.second, *shown.given]
        return Found(_certificate(_REFUTATION, [*ranks(network), *order, *states]), "")

    def counterexample(self, certificate: bytes) -> Counterexample:
        """The states in the certificate, and the two probabilities that differ."""
        from warrant.probability.networks import posterior
        from warrant.probability.statement import show

        _, network, variables = self._content
        numbers = [int.from_bytes(certificate[k : k + 2], "little") for k in range(6, len(certificate), 2)]
        states = numbers[2 * len(network.variables) - 1 :]
        if len(states) != len(variables) or any(
            state >= len(network.variables[v].states) for v, state in zip(variables, states, strict=True)
        ):
            return Counterexample((), None)
        (first, i), *others = zip(variables, states, strict=True)
        before, after = posterior(network, first, dict(others[1:])), posterior(network, first, dict(others))
        if before is None or after is None:
            return Counterexample((), None)

        def named(pairs: Sequence[tuple[int, int]]) -> str:
            return ", ".join(f"{network.variables[v].name} = {network.variables[v].states[s]}" for v, s in pairs)

        asked = named([(first, i)])
        bar = f" | {named(others[1:])}" if others[1:] else ""
        place = f"P({asked} | {named(others)}) = {show(after[i])}, but P({asked}{bar}) = {show(before[i])}"
        return Counterexample((float(after[i]), float(before[i])), None, place=place)

    def summary(self) -> Summary:
        """The size of the network, and the variables.

        Raises:
            WrongInput: the files cannot be read.
        """
        question, network, _ = self._content
        return Summary(
            network.described,
            (f"{question}.",),
            False,
            "It has no premises: it is about this network.",
            hypotheses=("The network, with these probabilities, describes what it is meant for.",),
        )

    @cached_property
    def _content(self) -> tuple[Question, Network, list[int]]:
        from warrant.probability.networks import read_network

        question = Question.read(self.question_bytes)
        if question is None:
            raise WrongInput("not a question", file="question.independence", expected=_FORM)
        network = read_network(self.network_bytes, file=self.network_name, normalise=question.normalised)
        named = [question.first, question.second, *question.given]
        numbers = [network.find(name) for name in named]
        if len(set(numbers)) < len(numbers):
            said = f"a variable that is named twice: {' '.join(named)}"
            raise WrongInput(said, expected="two variables, and others that are given")
        return question, network, numbers


def _certificate(kind: bytes, numbers: Sequence[int]) -> bytes:
    return kind + b"".join(number.to_bytes(2, "little") for number in numbers)

"""Claims about Markov chains: a distribution is stationary, or in detailed balance, or approached soon."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from warrant._files import limited, stem
from warrant.claims._interface import Counterexample, Found, Report, Summary, Theorem
from warrant.claims._of_files import OfFiles, Part
from warrant.errors import SearchError, WrongInput

if TYPE_CHECKING:
    from warrant.probability.chains import Failure, Rows
    from warrant.probability.mixing import Late
    from warrant.probability.tabulate import Matrix, Vector

__all__ = ["Chain"]

STATIONARY, BALANCED, MIXING = "stationary", "balanced", "mixing"
_PROOF, _REFUTATION = b"WRNT\x01C", b"WRNT\x01D"
_CLAIM = re.compile(rb"\(chain 1\)\s*\(claim (?:(stationary|balanced)|mixing ([0-9]{1,9}) ([0-9./eE+-]+))\)\s*")
_WORDS = {
    (STATIONARY, True): "One step of the chain leaves the distribution as it is.",
    (BALANCED, True): "The chain is in detailed balance with the distribution, which is therefore stationary.",
    (
        MIXING,
        True,
    ): "The distribution is the only stationary one, and from {steps} steps on the chain is within the total "
    "variation distance {distance} of it, wherever it begins.",
    (STATIONARY, False): "One step of the chain changes the distribution.",
    (BALANCED, False): "The chain is not in detailed balance with the distribution.",
    (MIXING, False): "The distribution is not stationary, or not the only one, or not approached so soon.",
}


@dataclass(frozen=True)
class Property:
    """What is claimed of a chain: the word, and for mixing the number of steps and the distance."""

    word: str
    steps: int = 0
    distance: Fraction = Fraction(0)

    @classmethod
    def read(cls, data: bytes) -> Property | None:
        """What a claim's text says; None where it says nothing that is known."""
        from warrant.probability.tables import value

        claim = _CLAIM.fullmatch(data)
        if claim is None:
            return None
        if claim[1]:
            return cls(claim[1].decode())
        distance = value(claim[3].decode())
        return cls(MIXING, int(claim[2]), distance) if isinstance(distance, Fraction) else None

    def write(self) -> bytes:
        """The claim's text."""
        from warrant.probability.statement import show

        rest = f" {self.steps} {show(self.distance)}" if self.word == MIXING else ""
        return f"(chain 1)\n(claim {self.word}{rest})\n".encode()

    def words(self, holds: bool) -> str:
        """One sentence for it, or for its negation."""
        from warrant.probability.statement import show

        return _WORDS[self.word, holds].format(steps=self.steps, distance=show(self.distance))


@dataclass(frozen=True)
class Chain(OfFiles):
    """The claim that a distribution is stationary for a chain, balanced, or approached soon (docs/probability.md).

    Attributes:
        claim_bytes: the text that names the property.
        matrix_bytes, vector_bytes: tables, with the chain's matrix and the distribution.
        matrix_name, vector_name: what the user calls them, for messages.
    """

    family: ClassVar[str] = "chain"
    parts: ClassVar[tuple[Part, ...]] = (
        Part("property.chain", "property_file", "claim"),
        Part("matrix.table", "matrix_file", "matrix"),
        Part("distribution.table", "distribution_file", "vector"),
    )

    claim_bytes: bytes = field(repr=False)
    matrix_bytes: bytes = field(repr=False)
    vector_bytes: bytes = field(repr=False)
    matrix_name: str = "matrix.table"
    vector_name: str = "distribution.table"

    @classmethod
    def of(
        cls,
        matrix: Matrix,
        distribution: Vector | None = None,
        *,
        states: Sequence[Hashable] | None = None,
        balanced: bool = False,
        mixing: Fraction | str | None = None,
        steps: int | None = None,
        normalise: bool = False,
    ) -> Chain:
        """The claim about a matrix and a distribution; without one, a stationary one is computed, exactly.

        The matrix is that of a file, of an array, or of a function that gives the probabilities of the states one step
        after each of ``states``; the distribution is likewise in a file, an array, or given by states.

        With a total variation distance ``mixing``, the claim is that the chain is so near after ``steps``; without
        these, after as few steps as were found to be provable.

        Raises:
            WrongInput: a file cannot be read, or is no chain or no distribution; the options do not fit together.
            SearchError: no distribution is given, and none was found; or no number of steps was found.
        """
        from warrant.probability.chains import normalised, read_matrix, stationary
        from warrant.probability.mixing import MOST_STEPS, plan
        from warrant.probability.statement import show
        from warrant.probability.tables import value
        from warrant.probability.tabulate import matrix_table, vector_table

        distance = value(str(mixing)) if mixing is not None else None
        if mixing is not None and (not isinstance(distance, Fraction) or not 0 < distance < 1 or balanced):
            expected = "a distance between 0 and 1, and no other property"
            raise WrongInput(f"mixing {mixing}" + (" and balanced" if balanced else ""), expected=expected)
        if steps is not None and (mixing is None or not 0 <= steps <= MOST_STEPS):
            raise WrongInput(f"steps {steps}", expected=f"at most {MOST_STEPS}, together with a distance for mixing")

        data, name = matrix_table(matrix, states)
        if normalise:
            data = limited(normalised(read_matrix(data, file=name, normalise=True)), name)
        rows = read_matrix(data, file=name)
        if distribution is not None:
            vector, vector_name = vector_table(distribution, states)
        else:
            vector = ("\n".join(map(show, stationary(rows))) + "\n").encode()
            vector_name = "distribution.table"
        if isinstance(distance, Fraction):
            found = steps if steps is not None else plan(rows, distance).steps
            claim = Property(MIXING, found, distance)
        else:
            claim = Property(BALANCED if balanced else STATIONARY)
        return cls(claim.write(), data, limited(vector, vector_name), name, vector_name)

    @property
    def stem(self) -> str:
        """The name of the matrix's file, without its suffix."""
        return stem(self.matrix_name, Path(self.matrix_name).suffix, "chain")

    def validate(self) -> None:
        """Read the files.

        Raises:
            WrongInput: one of them cannot be read or has no meaning, or they do not fit together.
        """
        _ = self.content

    def theorem(self, certificate: bytes) -> Theorem | None:
        """``ChainHolds`` or ``ChainFails`` of the files; None where the certificate is for neither."""
        claim = Property.read(self.claim_bytes)
        if claim is None or not certificate.startswith((_PROOF, _REFUTATION)):
            return None
        holds = certificate.startswith(_PROOF)
        return Theorem(
            statement=f"{'ChainHolds' if holds else 'ChainFails'} property_file matrix_file distribution_file",
            soundness="chain_proved_sound" if holds else "chain_refuted_sound",
            verdict="PROVED" if holds else "REFUTED",
            words=claim.words(holds),
            module="Probability",
            meaning="Chains.v",
        )

    def counterexample(self, certificate: bytes) -> Counterexample:
        """The state, or the two states, where the property fails, and the two numbers there."""
        found = self._failure
        if found is None:
            return Counterexample((), None)
        return Counterexample(found.states, found.numbers, place=str(found))

    def find(self, *, timeout: float | None, jobs: int, report: Report | None) -> Found:
        """Whether the property holds, and where not."""
        from warrant.probability.mixing import Late, plan

        rows, _, claim = self.content
        found = self._failure
        if isinstance(found, Late):
            return Found(_REFUTATION + found.state.to_bytes(2, "little") + str(found).encode(), "")
        if found is not None:
            return Found(_REFUTATION + str(found).encode(), "")
        if claim.word != MIXING:
            return Found(_PROOF, "")
        try:
            best = plan(rows, claim.distance, steps=claim.steps)
        except SearchError as problem:
            return Found(None, str(problem))
        return Found(_PROOF + bytes([best.squarings, best.blocks, best.pairs]), "")

    def summary(self) -> Summary:
        """The numbers of states and of transitions, and where the property fails.

        Raises:
            WrongInput: the files cannot be read.
        """
        rows, _, claim = self.content
        found = self._failure
        subject = f"The matrix has {len(rows)} states and {sum(map(len, rows))} entries above 0, exactly."
        if found is not None:
            subject += f" The claim fails at {found}."
        excerpt = (claim.words(True),)
        return Summary(subject, excerpt, False, "It has no premises: it is about this matrix and this distribution.")

    @cached_property
    def _failure(self) -> Failure | Late | None:
        """Where the property fails, as far as that can be shown."""
        from warrant.probability.chains import failure
        from warrant.probability.mixing import latest

        rows, pi, claim = self.content
        if claim.word == MIXING:
            return failure(rows, pi, STATIONARY) or latest(rows, pi, claim.steps, claim.distance)
        return failure(rows, pi, claim.word)

    @cached_property
    def content(self) -> tuple[Rows, list[Fraction], Property]:
        """The rows of the matrix, the distribution and the property.

        Raises:
            WrongInput: one of the files cannot be read or has no meaning, or they do not fit together.
        """
        from warrant.probability.chains import read_matrix, read_vector

        claim = Property.read(self.claim_bytes)
        if claim is None:
            expected = (
                "(chain 1) (claim stationary), (chain 1) (claim balanced), or (chain 1) (claim mixing STEPS DISTANCE)"
            )
            raise WrongInput("not a property of chains", file="property.chain", expected=expected)
        rows = read_matrix(self.matrix_bytes, file=self.matrix_name)
        return rows, read_vector(self.vector_bytes, file=self.vector_name, states=len(rows)), claim

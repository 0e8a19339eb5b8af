"""Claims about Markov chains: a distribution is stationary, or in detailed balance."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from warrant._files import limited, read_file, stem
from warrant.claims._interface import Artefact, Counterexample, Found, Report, Summary, Theorem
from warrant.errors import WrongInput

if TYPE_CHECKING:
    from warrant.probability.chains import Rows

__all__ = ["Chain"]

_PROOF, _REFUTATION = b"WRNT\x01C", b"WRNT\x01D"
_CLAIM = re.compile(rb"\(chain 1\)\s*\(claim (stationary|balanced)\)\s*")
_WORDS = {
    ("stationary", True): "One step of the chain leaves the distribution as it is.",
    ("balanced", True): "The chain is in detailed balance with the distribution, which is therefore stationary.",
    ("stationary", False): "One step of the chain changes the distribution.",
    ("balanced", False): "The chain is not in detailed balance with the distribution.",
}
_EXPECTED = "a matrix: a CSV or NumPy file"


@dataclass(frozen=True)
class Chain:
    """The claim that a distribution is stationary for a chain, or balanced (docs/probability.md).

    Attributes:
        claim_bytes: the text that names the property.
        matrix_bytes, vector_bytes: tables, with the chain's matrix and the distribution.
        matrix_name, vector_name: what the user calls them, for messages.
    """

    family: ClassVar[str] = "chain"
    files: ClassVar[tuple[str, ...]] = ("property.chain", "matrix.table", "distribution.table")

    claim_bytes: bytes = field(repr=False)
    matrix_bytes: bytes = field(repr=False)
    vector_bytes: bytes = field(repr=False)
    matrix_name: str = "matrix.table"
    vector_name: str = "distribution.table"

    @classmethod
    def of(
        cls,
        matrix: str | os.PathLike[str],
        distribution: str | os.PathLike[str] | None = None,
        *,
        balanced: bool = False,
        normalise: bool = False,
    ) -> Chain:
        """The claim about a matrix and a distribution in files; without one, a stationary one is computed, exactly.

        Raises:
            WrongInput: a file cannot be read, or is no chain or no distribution.
            SearchError: no distribution is given, and none was found.
        """
        from warrant.probability.chains import normalised, read_matrix, stationary
        from warrant.probability.statement import show

        name = os.fspath(matrix)
        data = limited(read_file(matrix, _EXPECTED), name)
        if normalise:
            data = limited(normalised(read_matrix(data, file=name, normalise=True)), name)
        rows = read_matrix(data, file=name)
        if distribution is not None:
            vector, vector_name = read_file(distribution, "a distribution on the states"), os.fspath(distribution)
        else:
            vector = ("\n".join(map(show, stationary(rows))) + "\n").encode()
            vector_name = "distribution.table"
        claim = b"(chain 1)\n(claim " + (b"balanced" if balanced else b"stationary") + b")\n"
        return cls(claim, data, limited(vector, vector_name), name, vector_name)

    @classmethod
    def from_files(cls, claim: bytes, matrix: bytes, vector: bytes) -> Chain:
        """The claim about the files of a warrant, in the order of ``files``."""
        return cls(claim, matrix, vector)

    @property
    def artefacts(self) -> tuple[Artefact, ...]:
        """The property, the matrix and the distribution."""
        return (
            Artefact("property.chain", "property_file", self.claim_bytes),
            Artefact("matrix.table", "matrix_file", self.matrix_bytes),
            Artefact("distribution.table", "distribution_file", self.vector_bytes),
        )

    @property
    def names(self) -> tuple[tuple[str, str], ...]:
        """The names that the user gave the tables."""
        return (
            ("matrix.table", Path(self.matrix_name).name),
            ("distribution.table", Path(self.vector_name).name),
        )

    @property
    def stem(self) -> str:
        """The name of the matrix's file, without its suffix."""
        return stem(self.matrix_name, Path(self.matrix_name).suffix, "chain")

    def validate(self) -> None:
        """Read the files.

        Raises:
            WrongInput: one of them cannot be read or has no meaning, or they do not fit together.
        """
        self._load()

    def theorem(self, certificate: bytes) -> Theorem | None:
        """``ChainHolds`` or ``ChainFails`` of the files; None where the certificate is for neither."""
        claim = _CLAIM.fullmatch(self.claim_bytes)
        if claim is None or not certificate.startswith((_PROOF, _REFUTATION)):
            return None
        holds = certificate.startswith(_PROOF)
        return Theorem(
            statement=f"{'ChainHolds' if holds else 'ChainFails'} property_file matrix_file distribution_file",
            soundness="chain_proved_sound" if holds else "chain_refuted_sound",
            verdict="PROVED" if holds else "REFUTED",
            words=_WORDS[claim[1].decode(), holds],
            module="Probability",
            meaning="Chains.v",
        )

    def counterexample(self, certificate: bytes) -> Counterexample:
        """The state, or the two states, where the property fails, and the two numbers there."""
        from warrant.probability.chains import failure

        rows, pi, property = self._load()
        found = failure(rows, pi, property)
        if found is None:
            return Counterexample((), None)
        return Counterexample(found.states, (float(found.found), float(found.wanted)))

    def find(self, *, timeout: float | None, jobs: int, report: Report | None) -> Found:
        """Whether the property holds, and where not."""
        from warrant.probability.chains import failure

        rows, pi, property = self._load()
        found = failure(rows, pi, property)
        return Found(_PROOF if found is None else _REFUTATION + str(found).encode(), "")

    def summary(self) -> Summary:
        """The numbers of states and of transitions, and where the property fails.

        Raises:
            WrongInput: the files cannot be read.
        """
        from warrant.probability.chains import failure

        rows, pi, property = self._load()
        found = failure(rows, pi, property)
        subject = f"The matrix has {len(rows)} states and {sum(map(len, rows))} entries above 0, exactly."
        excerpt = ("it holds at every state" if found is None else f"it fails at {found}",)
        return Summary(subject, excerpt, False, "It has no premises: it is about this matrix and this distribution.")

    def _load(self) -> tuple[Rows, list[Fraction], str]:
        from warrant.probability.chains import read_matrix, read_vector

        claim = _CLAIM.fullmatch(self.claim_bytes)
        if claim is None:
            expected = "(chain 1) (claim stationary), or (chain 1) (claim balanced)"
            raise WrongInput("not a property of chains", file="property.chain", expected=expected)
        rows = read_matrix(self.matrix_bytes, file=self.matrix_name)
        return rows, read_vector(self.vector_bytes, file=self.vector_name, states=len(rows)), claim[1].decode()

"""Claims about the probabilities that a model's last node, Sigmoid or Softmax, makes of its scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from warrant.claims._interface import Found, Report, Theorem
from warrant.claims._pictures import Illustration
from warrant.claims.network import Safe

if TYPE_CHECKING:
    from warrant.models.links import Linked
    from warrant.properties import Queries

__all__ = ["Probabilities"]

_PROVED = Theorem(
    statement="ProbabilitiesHold model_file property_file",
    soundness="probabilities_proved_sound",
    verdict="PROVED",
    words="No input of the model, together with the probabilities that it gives there over the exact real numbers, "
    "satisfies all the assertions of the property.",
    module="Links",
    meaning="Links.v",
)
_REFUTED = replace(
    _PROVED,
    statement="ProbabilitiesFail model_file property_file",
    soundness="probabilities_refuted_sound",
    verdict="REFUTED",
    words=_PROVED.words.replace("No input", "Some input", 1),
)


@dataclass(frozen=True)
class Probabilities(Safe):
    """The claim that no input of a model and its probabilities satisfy a VNN-LIB property (docs/models.md)."""

    family: ClassVar[str] = "probabilities"
    theorems: ClassVar[tuple[Theorem, Theorem]] = (_PROVED, _REFUTED)

    def theorem(self, certificate: bytes) -> Theorem | None:
        """``ProbabilitiesHold`` for a proof about the scores, ``ProbabilitiesFail`` for a witness."""
        return {b"WRNT\x01O": _PROVED, b"WRNT\x01R": _REFUTED}.get(certificate[:6])

    def _regions(self, certificate: bytes, queries: Queries, called: Sequence[str]) -> Illustration:
        from warrant.certificates import proof_of_scores

        return super()._regions(proof_of_scores(certificate), queries, called)

    def find(self, *, timeout: float | None, jobs: int, report: Report | None) -> Found:
        """Search for a proof about the scores, or a counterexample, to which ONNX Runtime must agree."""
        from warrant import certificates
        from warrant.claims._runtime import Floats, evaluator
        from warrant.claims._searching import look

        model, queries, bounds = self._scores()
        evaluate = evaluator(self.model_bytes)

        def scores(x: Floats) -> Floats:
            assert evaluate is not None
            return model.scores_of(evaluate(x))

        checks = [] if evaluate is None else [scores]
        found = look(model.scores, queries, timeout=timeout, jobs=jobs, report=report, checks=checks)
        if found.certificate is None or found.certificate[5:6] == b"R":
            return found
        return Found(certificates.linked_bytes(bounds, found.certificate), "", found.figures)

    def _load(self) -> tuple[Linked, Queries]:
        model, queries, _ = self._scores()
        return model, queries

    def _scores(self) -> tuple[Linked, Queries, list[int]]:
        """The model, the queries about its scores, and the bounds of logarithms that they need."""
        from warrant import models, properties
        from warrant.errors import Unsupported

        model = models.read(self.model_bytes, name=self.model_name)
        if not isinstance(model, models.Linked):
            raise Unsupported(
                "the last node makes no probabilities", file=self.model_name, expected="Sigmoid, or Softmax"
            )
        asked, bounds = properties.of_scores(
            properties.read_property(self.property_bytes, name=self.property_name), model.link
        )
        return model, properties.about(asked, model.scores), bounds

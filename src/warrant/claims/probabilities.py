"""Claims about the probabilities that a model makes of its scores, in its last step."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from warrant.claims._interface import Found, Report, Theorem
from warrant.claims.network import Safe

if TYPE_CHECKING:
    from warrant.models.links import Linked
    from warrant.properties import Property, Queries
    from warrant.search.attack import Evaluate

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

    def find(self, *, timeout: float | None, jobs: int, report: Report | None) -> Found:
        """Search for a proof about the scores, or a counterexample, to which ONNX Runtime must agree."""
        import numpy as np

        from warrant import certificates, properties
        from warrant.claims._runtime import Floats, evaluator
        from warrant.claims._searching import look

        model, queries, bounds = self._scores()
        asked = self._asked()

        def checked(evaluate: Evaluate) -> Evaluate:
            """The scores at inputs, or no numbers where the probabilities do not satisfy the property."""

            def scores(x: Floats) -> Floats:
                y = evaluate(x)
                fits = [properties.satisfied(asked, a, b) for a, b in zip(x, y, strict=True)]
                return np.where(np.array(fits, bool)[:, None], model.scores_of(y), np.nan)

            return scores

        other = evaluator(self.model_bytes)
        checks = [checked(model.evaluate), *([] if other is None else [checked(other)])]
        found = look(model.scores, queries, timeout=timeout, jobs=jobs, report=report, checks=checks)
        if found.certificate is None or found.certificate[5:6] == b"R":
            return found
        return Found(certificates.linked_bytes(bounds, found.certificate), "", found.figures)

    def _asked(self) -> Property:
        from warrant import properties

        return properties.read_property(self.property_bytes, name=self.property_name)

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
                "the output is no probabilities",
                file=self.model_name,
                expected="what Sigmoid, Softmax or a classifier makes of scores",
            )
        asked, bounds = properties.of_scores(self._asked(), model.link)
        return model, properties.about(asked, model.scores), bounds

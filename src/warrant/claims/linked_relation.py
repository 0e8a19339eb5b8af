"""Claims about the probabilities of several runs of a model that makes them of its scores, or of runs of two models."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar

from warrant._decimals import decimal
from warrant.claims._interface import Found, Report, Theorem
from warrant.claims.relation import Compares, Relates

if TYPE_CHECKING:
    from warrant.claims._runtime import Floats
    from warrant.models import Decided, Ensembles, Lowered
    from warrant.properties import Queries, Relation
    from warrant.search.attack import Evaluate

__all__ = ["LinkedCompares", "LinkedRelates"]


@dataclass(frozen=True)
class LinkedRelates(Relates):
    """The claim that runs of one model are never related, with their probabilities, as a property describes."""

    family: ClassVar[str] = "linked-relation"

    def theorem(self, certificate: bytes) -> Theorem | None:
        """``ProbabilitiesHoldTogether`` for a proof about the scores, ``ProbabilitiesFailTogether`` for a witness."""
        return _linked(super().theorem(certificate))

    def find(self, *, timeout: float | None, jobs: int, report: Report | None) -> Found:
        """As other relations; but counterexamples are first looked for among the probabilities themselves."""
        import numpy as np

        from warrant import certificates
        from warrant.properties import together
        from warrant.search.attack import literals
        from warrant.search.climb import climb

        relation, product, queries = self._load()
        runs, others = self._runs(relation, product), super()._checks(relation, product)
        for query in queries.queries:
            for z in climb(query, runs.worth):
                exact = [Fraction(text) for text in literals(query, z)]
                point = np.array([[float(v) for v in exact]])
                words = [decimal(x) for x in together(exact, runs.inputs)]
                fine = all(runs.satisfied(point, evaluate(point))[0] for evaluate in (runs.probabilities, *others))
                if fine and None not in words:
                    return Found(certificates.witness_bytes([word or "" for word in words]), "")
        return super().find(timeout=timeout, jobs=jobs, report=report)

    def _runs(self, relation: Relation, product: Lowered | Decided | Ensembles) -> _Runs:
        from warrant import models

        model = models.read(self.model_bytes, name=self.model_name)
        assert isinstance(model, models.Linked)  # _load would have raised
        return _Runs(relation, product, model.link)

    def _checks(self, relation: Relation, product: Lowered | Decided | Ensembles) -> list[Evaluate]:
        runs = self._runs(relation, product)
        return [runs.confirmed(check) for check in (runs.probabilities, *super()._checks(relation, product))]

    def _load(self) -> tuple[Relation, Lowered | Decided | Ensembles, Queries]:
        from warrant import models, properties

        relation = self._relation()
        data, names = zip(*self.models, strict=True)
        product, link = models.load_scores(data, [r.model for r in relation.networks], names=names)
        self._fits(relation)
        asked = properties.of_differences(relation.whole, len(relation.networks), link)
        return relation, product, properties.related(replace(relation, whole=asked), product)


@dataclass(frozen=True)
class LinkedCompares(LinkedRelates, Compares):
    """The claim that runs of two models are never related, with their probabilities, as a property describes."""

    family: ClassVar[str] = "linked-comparison"


def _linked(theorem: Theorem | None) -> Theorem | None:
    """The theorem about probabilities, in the place of that about outputs."""
    if theorem is None:
        return None
    return replace(
        theorem,
        statement=f"Probabilities{theorem.statement}".replace("Refuted", "Fail").replace("Holds", "Hold"),
        soundness=f"linked_{theorem.soundness}",
        words=theorem.words.replace("with the outputs that the networks have there", "with the probabilities there"),
        module="Links",
        meaning="LinkedRelations.v",
    )


@dataclass(frozen=True)
class _Runs:
    """Runs of models that make probabilities, at first inputs and differences z (batch, inputs of all)."""

    relation: Relation
    product: Lowered | Decided | Ensembles
    link: str

    @property
    def inputs(self) -> int:
        """The number of inputs of one run."""
        return self.relation.networks[0].inputs

    def _whole(self, z: Floats) -> Floats:
        import numpy as np

        n = self.inputs
        rest = [z[:, :n] + z[:, k : k + n] for k in range(n, z.shape[1], n)]
        return np.concatenate([z[:, :n], *rest], axis=1)

    def probabilities(self, z: Floats) -> Floats:
        """(batch, outputs) of all runs, in binary64."""
        import numpy as np

        from warrant.models.links import linked

        each = np.split(self.product.evaluate(z), len(self.relation.networks), axis=1)
        return np.concatenate([linked(scores, self.link) for scores in each], axis=1)

    def worth(self, z: Floats) -> Floats:
        """(batch,) how far they are from satisfying the property; at most 0 where they do."""
        from warrant import properties

        return properties.worth(self.relation.whole, self._whole(z), self.probabilities(z))

    def satisfied(self, z: Floats, y: Floats) -> list[bool]:
        """Whether the property is surely satisfied where the probabilities are y."""
        from warrant import properties

        return [properties.satisfied(self.relation.whole, a, b) for a, b in zip(self._whole(z), y, strict=True)]

    def confirmed(self, evaluate: Evaluate) -> Evaluate:
        """The scores, or no numbers where the probabilities that ``evaluate`` gives do not satisfy the property."""
        import numpy as np

        def scores(z: Floats) -> Floats:
            fits = np.array(self.satisfied(z, evaluate(z)), bool)
            return np.where(fits[:, None], self.product.evaluate(z), np.nan)

        return scores

"""What can be claimed: one module for each family of claims.

To add a family, write a module with a frozen dataclass that has the methods of :class:`Claim` (``OfFiles`` has those
about its files), and list it here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from warrant.claims._interface import (
    THEOREM_NAME,
    Artefact,
    Claim,
    Counterexample,
    Existential,
    Found,
    Point,
    Progress,
    Report,
    Restated,
    Span,
    Summary,
    Theorem,
    Witness,
)
from warrant.claims._pictures import Box, Boxed, Illustrated, Illustration, Image, Margins, Region, Regions
from warrant.claims.above import Above
from warrant.claims.accuracy import Accuracy
from warrant.claims.chain import Chain
from warrant.claims.conformal import Conformal
from warrant.claims.gradient import Gradient
from warrant.claims.independence import Independence
from warrant.claims.linked_relation import LinkedCompares, LinkedRelates
from warrant.claims.loss import Loss
from warrant.claims.method import ForAllSteps
from warrant.claims.network import Reaches, Safe, read_model, read_source
from warrant.claims.posterior import Posterior
from warrant.claims.privacy import Privacy
from warrant.claims.probabilities import Probabilities
from warrant.claims.rate import Rate
from warrant.claims.relation import Compares, Relates
from warrant.claims.slope import Slopes
from warrant.claims.smoothing import Smoothing
from warrant.claims.test_set import OnTestSet
from warrant.claims.training import Converges
from warrant.errors import WrongInput

__all__ = [
    "THEOREM_NAME",
    "Above",
    "Accuracy",
    "Artefact",
    "Box",
    "Boxed",
    "Chain",
    "Claim",
    "Compares",
    "Conformal",
    "Converges",
    "Counterexample",
    "Existential",
    "ForAllSteps",
    "Found",
    "Gradient",
    "Illustrated",
    "Illustration",
    "Image",
    "Independence",
    "LinkedCompares",
    "LinkedRelates",
    "Loss",
    "Margins",
    "OnTestSet",
    "Point",
    "Posterior",
    "Privacy",
    "Probabilities",
    "Progress",
    "Rate",
    "Reaches",
    "Region",
    "Regions",
    "Relates",
    "Report",
    "Restated",
    "Safe",
    "Slopes",
    "Smoothing",
    "Span",
    "Summary",
    "Theorem",
    "Witness",
    "about",
    "artefact_files",
    "claim_of",
    "read_model",
]

_FAMILIES: dict[
    str,
    type[Safe]
    | type[Reaches]
    | type[Probabilities]
    | type[Relates]
    | type[Compares]
    | type[LinkedRelates]
    | type[LinkedCompares]
    | type[Slopes]
    | type[OnTestSet]
    | type[Rate]
    | type[ForAllSteps]
    | type[Converges]
    | type[Gradient]
    | type[Loss]
    | type[Above]
    | type[Accuracy]
    | type[Chain]
    | type[Conformal]
    | type[Independence]
    | type[Posterior]
    | type[Privacy]
    | type[Smoothing],
] = {
    Safe.family: Safe,
    Reaches.family: Reaches,
    Probabilities.family: Probabilities,
    Relates.family: Relates,
    Compares.family: Compares,
    LinkedRelates.family: LinkedRelates,
    LinkedCompares.family: LinkedCompares,
    Slopes.family: Slopes,
    OnTestSet.family: OnTestSet,
    Rate.family: Rate,
    ForAllSteps.family: ForAllSteps,
    Converges.family: Converges,
    Accuracy.family: Accuracy,
    Chain.family: Chain,
    Conformal.family: Conformal,
    Independence.family: Independence,
    Posterior.family: Posterior,
    Privacy.family: Privacy,
    Smoothing.family: Smoothing,
    Gradient.family: Gradient,
    Loss.family: Loss,
    Above.family: Above,
}


def about(models: Sequence[Path], property: Path) -> Safe | Relates | Compares:
    """The claim that a VNN-LIB file makes about the model in a file, about several runs of it, or about two models.

    Raises:
        WrongInput: there are more than two models, or a file cannot be read.
    """
    if len(models) > 2:
        raise WrongInput(f"{len(models)} models", expected="one, or two")
    text, name = read_source(property, "property.vnnlib", "a VNN-LIB file")
    if len(models) == 2:
        return Compares.between(models[0], models[1], text, name=name)
    several = text.count(b"declare-network") > 1  # a comment may say so, too: then the reader of relations complains
    return Relates.of(models[0], text, name=name) if several else Safe.of(models[0], property)


def artefact_files(family: str) -> tuple[str, ...]:
    """The file names of a family's artefacts.

    Raises:
        WrongInput: there is no such family.
    """
    if family not in _FAMILIES:
        known = ", ".join(sorted(_FAMILIES))
        raise WrongInput(f"the family of claims {family!r} is not known", expected=f"one of: {known}")
    return _FAMILIES[family].files


def claim_of(family: str, files: Mapping[str, bytes]) -> Claim:
    """The claim of a family about the bytes of its files.

    Raises:
        WrongInput: there is no such family.
    """
    data = [files[name] for name in artefact_files(family)]
    return _FAMILIES[family].from_files(*data)

"""Warrant turns a claim about a machine-learning artefact into a theorem that the Coq kernel has checked.

>>> import warrant
>>> verdict = warrant.prove("model.onnx", "property.vnnlib", timeout=60)  # doctest: +SKIP
>>> verdict.line  # doctest: +SKIP
'PROVED'
"""

from warrant._api import audit, check, converges, gradient, package_version, prove
from warrant._distributions import chain, independent, posterior
from warrant._gradcheck import gradcheck
from warrant._report import report
from warrant._samples import accuracy, conformal, privacy, smoothing
from warrant._verdicts import Proved, Refuted, Unknown, Verdict
from warrant.batch import Certified, CertifiedAccuracy, certify
from warrant.claims import Counterexample, Safe, Witness
from warrant.errors import GradcheckError, SearchError, Unsupported, WarrantError, WrongInput
from warrant.evidence import Audit
from warrant.statements import (
    Bounded,
    ClassificationCalibrated,
    Convex,
    Domain,
    Equivalent,
    Fair,
    Feature,
    Lipschitz,
    LipschitzLoss,
    MinimisedExactlyAt,
    Monotone,
    NonNegative,
    Reachable,
    Robust,
    RoundingError,
    SmoothLoss,
    Stable,
    Statement,
    StrictlyProper,
    UpperBounds,
)
from warrant.testing import assert_proved

__all__ = [
    "Audit",
    "Bounded",
    "Certified",
    "CertifiedAccuracy",
    "ClassificationCalibrated",
    "Convex",
    "Counterexample",
    "Domain",
    "Equivalent",
    "Fair",
    "Feature",
    "GradcheckError",
    "Lipschitz",
    "LipschitzLoss",
    "MinimisedExactlyAt",
    "Monotone",
    "NonNegative",
    "Proved",
    "Reachable",
    "Refuted",
    "Robust",
    "RoundingError",
    "Safe",
    "SearchError",
    "SmoothLoss",
    "Stable",
    "Statement",
    "StrictlyProper",
    "Unknown",
    "Unsupported",
    "UpperBounds",
    "Verdict",
    "WarrantError",
    "Witness",
    "WrongInput",
    "__version__",
    "accuracy",
    "assert_proved",
    "audit",
    "certify",
    "chain",
    "check",
    "conformal",
    "converges",
    "gradcheck",
    "gradient",
    "independent",
    "posterior",
    "privacy",
    "prove",
    "report",
    "smoothing",
]

__version__ = package_version()

"""What people say about a model: typed statements, each of which prints as the property that the theorem is about.

A statement has a sentence for people, and ``claim(model)``: the claim about the model's bytes and the text of a VNN-LIB
property that describes how the statement would fail (for Reachable, what is to occur); or, for a loss, the text of a
property of losses.  The theorem is about these two, and about nothing else.
"""

from warrant.statements.bounded import Bounded
from warrant.statements.domain import Domain, Feature
from warrant.statements.interface import Statement
from warrant.statements.loss import (
    ClassificationCalibrated,
    Convex,
    LipschitzLoss,
    LossProperty,
    MinimisedExactlyAt,
    NonNegative,
    RoundingError,
    SmoothLoss,
    StrictlyProper,
    UpperBounds,
    read_property,
    read_upper_bounds,
)
from warrant.statements.reachable import Reachable
from warrant.statements.related import Equivalent, Fair, Monotone, Stable
from warrant.statements.robust import Robust
from warrant.statements.slope import Lipschitz

__all__ = [
    "Bounded",
    "ClassificationCalibrated",
    "Convex",
    "Domain",
    "Equivalent",
    "Fair",
    "Feature",
    "Lipschitz",
    "LipschitzLoss",
    "LossProperty",
    "MinimisedExactlyAt",
    "Monotone",
    "NonNegative",
    "Reachable",
    "Robust",
    "RoundingError",
    "SmoothLoss",
    "Stable",
    "Statement",
    "StrictlyProper",
    "UpperBounds",
    "read_property",
    "read_upper_bounds",
]

"""The search for a certificate that a loss in an ONNX file has a property, or lacks it (docs/losses.md)."""

from warrant.losses.boxes import COVER
from warrant.losses.comparing import Pair, compare, list_pair
from warrant.losses.expressions import Translated, is_expression, translate
from warrant.losses.listing import Listing, list_loss
from warrant.losses.search import POINTS, PROOF, Layout, at_points, read_points, search, two_points

__all__ = [
    "COVER",
    "POINTS",
    "PROOF",
    "Layout",
    "Listing",
    "Pair",
    "Translated",
    "at_points",
    "compare",
    "is_expression",
    "list_loss",
    "list_pair",
    "read_points",
    "search",
    "translate",
    "two_points",
]

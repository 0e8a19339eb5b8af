"""The search for a certificate that a loss in an ONNX file has a property, or lacks it (docs/losses.md)."""

from warrant.losses.listing import Listing, list_loss
from warrant.losses.search import POINTS, PROOF, Layout, at_points, read_points, search

__all__ = [
    "POINTS",
    "PROOF",
    "Layout",
    "Listing",
    "at_points",
    "list_loss",
    "read_points",
    "search",
]

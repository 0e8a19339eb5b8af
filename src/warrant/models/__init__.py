"""Artefacts in: ONNX models, as blocks of affine rows (docs/certificates.md, section 1)."""

from warrant.models.lowering import load, supported
from warrant.models.network import Block, Lowered, all_values
from warrant.models.product import load_product

__all__ = ["Block", "Lowered", "all_values", "load", "load_product", "supported"]

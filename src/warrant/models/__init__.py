"""Artefacts in: ONNX models, as blocks of affine rows (docs/certificates.md, section 1)."""

from __future__ import annotations

from warrant.models.cases import Decided, Part, is_decided, read_decided
from warrant.models.ensembles import Ensembles
from warrant.models.forest import Forest, is_forest, read_forest
from warrant.models.lowering import load, lower, supported
from warrant.models.network import Block, Lowered, Model, all_values
from warrant.models.onnx_file import read_graph
from warrant.models.product import load_product
from warrant.models.tangents import load_tangents

__all__ = [
    "Block",
    "Decided",
    "Ensembles",
    "Forest",
    "Lowered",
    "Model",
    "Part",
    "all_values",
    "load",
    "load_product",
    "load_tangents",
    "read",
    "supported",
]


def read(data: bytes, *, name: str = "model.onnx") -> Lowered | Forest | Decided:
    """The model in an ONNX file's bytes: a network as blocks, an ensemble of decision trees, or a network that jumps.

    Raises WrongInput if the bytes are no model or the model has no meaning, Unsupported if Warrant does not handle it.
    """
    graph = read_graph(data, name=name)
    if is_forest(graph):
        return read_forest(graph)
    return read_decided(graph) if is_decided(graph) else lower(graph)

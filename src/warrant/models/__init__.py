"""Artefacts in: ONNX models, as blocks of affine rows (docs/certificates.md, section 1)."""

from __future__ import annotations

from functools import lru_cache

from warrant.models import links
from warrant.models.cases import Decided, Part, is_decided, read_decided
from warrant.models.ensembles import Ensembles
from warrant.models.forest import Forest, is_forest, read_forest
from warrant.models.links import Linked
from warrant.models.lowering import load, lower, supported
from warrant.models.network import Block, Lowered, Model, all_values
from warrant.models.onnx_file import Graph, read_graph
from warrant.models.product import load_product, load_scores
from warrant.models.tangents import load_tangents

__all__ = [
    "Block",
    "Decided",
    "Ensembles",
    "Forest",
    "Linked",
    "Lowered",
    "Model",
    "Part",
    "all_values",
    "has_link",
    "load",
    "load_product",
    "load_scores",
    "load_tangents",
    "read",
    "supported",
]


@lru_cache(maxsize=2)  # many claims about one model read it once
def read(data: bytes, *, name: str = "model.onnx") -> Lowered | Forest | Decided | Linked:
    """The model in an ONNX file's bytes: a network as blocks, an ensemble of decision trees, or a network that jumps.

    Where the output is probabilities that are made of scores, the model of the scores, and how.
    Raises WrongInput if the bytes are no model or the model has no meaning, Unsupported if Warrant does not handle it.
    """
    graph = read_graph(data, name=name)
    parts = links.split(graph)
    return _read(graph) if parts is None else Linked(_read(parts[0]), parts[1])


def has_link(data: bytes, *, name: str = "model.onnx") -> bool:
    """Whether the output of the model in an ONNX file's bytes is probabilities of scores.  Raises WrongInput."""
    return links.has_link(read_graph(data, name=name))


def _read(graph: Graph) -> Lowered | Forest | Decided:
    if is_forest(graph):
        return read_forest(graph)
    return read_decided(graph) if is_decided(graph) else lower(graph)

"""Nodes of ONNX graphs: their attributes, and what they make of numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import NodeProto, helper

__all__ = ["Array", "attribute", "evaluated"]

Array = NDArray[np.generic]


def attribute(node: NodeProto, name: str, default: Any) -> Any:
    """What a node says of an attribute, or the default."""
    return next((helper.get_attribute_value(a) for a in node.attribute if a.name == name), default)


def evaluated(node: NodeProto, given: Mapping[str, Array], opset: int) -> list[Array] | None:
    """What the node makes of these numbers, by the onnx package's reference implementation, if that can tell."""
    from onnx.reference import ReferenceEvaluator

    infos = [
        helper.make_tensor_value_info(i, helper.np_dtype_to_tensor_dtype(v.dtype), v.shape) for i, v in given.items()
    ]
    results = [onnx.ValueInfoProto(name=o) for o in node.output if o]
    graph = helper.make_graph([node], "graph", infos, results)
    alone = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
    with np.errstate(all="ignore"):
        try:
            return [np.asarray(v) for v in ReferenceEvaluator(alone).run(None, dict(given))]
        except Exception:
            return None

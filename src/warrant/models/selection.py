"""One output of a classifier's file that has two, label and probabilities, as skl2onnx and onnxmltools write it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import onnx
from onnx import helper

from warrant.models.rewriting import with_scores, without_idle_nodes

if TYPE_CHECKING:
    from warrant.models.exporters import Output

__all__ = ["with_chosen_output"]

_LABELS = (onnx.TensorProto.INT64, onnx.TensorProto.STRING)


def with_chosen_output(data: bytes, output: Output) -> bytes | None:
    """The file of a classifier that gives its label, its probabilities or its scores alone.

    None where the bytes are no model, or its outputs not a label and probabilities, in a tensor or by ZipMap.
    Raises Unsupported where the scores behind the probabilities cannot be told.
    """
    try:
        model = onnx.load_from_string(data)
    except Exception:  # the reader of the file says why
        return None
    known = {t.name for t in model.graph.initializer}
    inputs = [i.name for i in model.graph.input if i.name not in known]
    if len(model.graph.output) != 2 or len(inputs) != 1:
        return None
    label, probabilities = model.graph.output
    name = probabilities.name
    if not probabilities.type.HasField("tensor_type"):
        name = next((n.input[0] for n in model.graph.node if n.op_type == "ZipMap" and name in n.output), "")
    if label.type.tensor_type.elem_type not in _LABELS or not name:
        return None
    made = label.name if output == "label" else name
    chosen = onnx.ValueInfoProto()
    chosen.CopyFrom(label if output == "label" else helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None))
    del model.graph.output[:]
    model.graph.output.append(chosen)
    slim = without_idle_nodes(onnx.utils.Extractor(model).extract_model(inputs, [made]))
    if output == "scores":
        with_scores(slim)
    return bytes(slim.SerializeToString())

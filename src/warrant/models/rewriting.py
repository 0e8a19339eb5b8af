"""What exporters leave behind that says nothing about a label: removed from their files, outside the proof."""

from __future__ import annotations

import onnx
from onnx import helper, numpy_helper

__all__ = ["with_plain_scores", "without_idle_nodes"]

_NUMBERS = ("Scaler", "LinearRegressor", "TreeEnsembleRegressor")


def without_idle_nodes(model: onnx.ModelProto) -> onnx.ModelProto:
    """The model without identities, and casts of numbers to the type they have."""
    number = onnx.TensorProto
    inferred = onnx.shape_inference.infer_shapes(model)
    kinds = {v.name: v.type.tensor_type.elem_type for v in [*inferred.graph.value_info, *inferred.graph.input]}
    for node in model.graph.node:
        if node.domain == "ai.onnx.ml" and node.op_type in _NUMBERS:
            kinds[node.output[0]] = number.FLOAT
        names = {a.name for a in node.attribute}
        if node.op_type in ("TreeEnsembleClassifier", "LinearClassifier") and (
            names & {"classlabels_int64s", "classlabels_ints"}
        ):
            kinds[node.output[0]] = number.INT64
    renamed: dict[str, str] = {}
    kept: list[onnx.NodeProto] = []
    (result,) = model.graph.output
    for node in model.graph.node:
        node.input[:] = [renamed.get(name, name) for name in node.input]
        idle = node.op_type == "Identity" or (
            node.op_type == "Cast" and kinds.get(node.input[0]) == node.attribute[0].i
        )
        if idle:
            renamed[node.output[0]] = node.input[0]
            kinds[node.output[0]] = kinds.get(node.input[0], number.UNDEFINED)
        else:
            kept.append(node)
    makers = {name: node for node in kept for name in node.output}
    source = renamed.get(result.name, result.name)
    if source in makers:
        result.name = source
    else:  # the output is an input, or a constant
        kept.append(helper.make_node("Identity", [source], [result.name]))
    _replace(model, kept)
    return model


def with_plain_scores(model: onnx.ModelProto) -> bool:
    """Has ArgMax read scores instead of the probabilities that softmax, or the logistic function, makes of them.

    Both keep the order of the scores: σ(z) > 1 − σ(z) where z > −z.  Says whether something was changed.
    """
    makers = {name: node for node in model.graph.node for name in node.output}
    changed = False
    for node in list(model.graph.node):
        if node.op_type != "ArgMax":
            continue
        source = makers.get(node.input[0])
        if source is None:
            continue
        if source.op_type == "Softmax" and _same_axis(source, node):
            node.input[0] = source.input[0]
            changed = True
        elif source.op_type == "Concat" and (score := _logistic_score(source, makers, model)) is not None:
            opposite = helper.make_node("Neg", [score], [f"{node.input[0]}_opposite"])
            both = helper.make_node("Concat", [opposite.output[0], score], [f"{node.input[0]}_scores"], axis=1)
            place = list(model.graph.node).index(node)
            model.graph.node.insert(place, both)
            model.graph.node.insert(place, opposite)
            node.input[0] = both.output[0]
            changed = True
    if changed:
        _drop_unused(model)
    return changed


def _same_axis(softmax: onnx.NodeProto, arg_max: onnx.NodeProto) -> bool:
    """Whether both work on the last axis of a matrix."""
    return _attribute(softmax, "axis", -1) in (-1, 1) and _attribute(arg_max, "axis", 0) in (-1, 1)


def _attribute(node: onnx.NodeProto, name: str, default: int) -> int:
    return next((int(a.i) for a in node.attribute if a.name == name), default)


def _logistic_score(concat: onnx.NodeProto, makers: dict[str, onnx.NodeProto], model: onnx.ModelProto) -> str | None:
    """The score z where the operands are 1 − σ(z) and σ(z)."""
    if len(concat.input) != 2:
        return None
    negative, positive = (makers.get(name) for name in concat.input)
    if negative is None or positive is None or (negative.op_type, positive.op_type) != ("Sub", "Sigmoid"):
        return None
    one = next((numpy_helper.to_array(t) for t in model.graph.initializer if t.name == negative.input[0]), None)
    if one is None or (one != 1).any() or negative.input[1] != positive.output[0]:
        return None
    score: str = positive.input[0]
    return score


def _drop_unused(model: onnx.ModelProto) -> None:
    needed = {output.name for output in model.graph.output}
    kept: list[onnx.NodeProto] = []
    for node in reversed(model.graph.node):
        if needed & set(node.output):
            needed |= set(node.input)
            kept.append(node)
    _replace(model, kept[::-1])
    constants = [t for t in model.graph.initializer if t.name in needed]
    del model.graph.initializer[:]
    model.graph.initializer.extend(constants)


def _replace(model: onnx.ModelProto, nodes: list[onnx.NodeProto]) -> None:
    del model.graph.node[:]
    model.graph.node.extend(nodes)

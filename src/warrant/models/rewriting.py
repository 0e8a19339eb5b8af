"""What exporters leave behind that says nothing about a label: removed from their files, outside the proof."""

from __future__ import annotations

import onnx
from onnx import helper, numpy_helper

from warrant.errors import Unsupported

__all__ = ["with_link", "with_plain_scores", "with_scores", "without_idle_nodes"]

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


def with_scores(model: onnx.ModelProto) -> str:
    """Has the output, the probabilities of a classifier, be its scores instead; says what makes probabilities of them.

    "Sigmoid", "Softmax", or "" where the probabilities are the scores.  A classifier of ai.onnx.ml becomes a regressor;
    where it has one score for two classes, both get one, s and -s; the normalisation of what softmax gives is left out.
    """
    (result,) = model.graph.output
    makers = {name: node for node in model.graph.node for name in node.output}
    last = makers[result.name]
    while last.op_type == "Identity" or (
        last.op_type == "Normalizer" and _transformed(makers.get(last.input[0]), "SOFTMAX")
    ):
        last = makers[last.input[0]]
    link = ""
    if last.op_type in ("TreeEnsembleClassifier", "LinearClassifier"):
        post = _text(last, "post_transform", "NONE")
        if post != "NONE" or last.op_type == "LinearClassifier":
            link = {"NONE": "", "LOGISTIC": "Sigmoid", "SOFTMAX": "Softmax"}[post]
            _as_regressor(last)
        result.name = last.output[-1]
    elif last.op_type == "Softmax":
        link, result.name = "Softmax", last.input[0]
    elif last.op_type == "Concat" and (score := _logistic_score(last, makers, model)) is not None:
        link, result.name = "Sigmoid", f"{score}_both"
        opposite = helper.make_node("Neg", [score], [f"{score}_opposite"])
        both = helper.make_node("Concat", [opposite.output[0], score], [result.name], axis=1)
        _replace(model, [*model.graph.node, opposite, both])
    else:
        raise Unsupported(f"probabilities that {last.op_type} makes", expected="those of a classifier of scikit-learn")
    result.type.tensor_type.elem_type = onnx.TensorProto.FLOAT
    _drop_unused(model)
    return link


def with_link(model: onnx.ModelProto, link: str) -> None:
    """Has a model of scores end with Sigmoid, or Softmax."""
    (result,) = model.graph.output
    made = f"{result.name}_probabilities"
    node = helper.make_node(link, [result.name], [made])
    if link == "Softmax":
        node.attribute.append(helper.make_attribute("axis", 1))
    _replace(model, [*model.graph.node, node])
    result.name = made


def _transformed(node: onnx.NodeProto | None, post: str) -> bool:
    return node is not None and _text(node, "post_transform", "NONE") == post


def _text(node: onnx.NodeProto, name: str, default: str) -> str:
    return next((a.s.decode() for a in node.attribute if a.name == name), default)


def _as_regressor(node: onnx.NodeProto) -> None:
    """A classifier's scores, without its labels and without a transformation."""
    given = {a.name: helper.get_attribute_value(a) for a in node.attribute}
    labels = next(len(given[name]) for name in given if name.startswith("classlabels"))
    del node.attribute[:]
    if node.op_type == "LinearClassifier":
        node.op_type = "LinearRegressor"
        made = {"targets": labels, "coefficients": given["coefficients"], "intercepts": given["intercepts"]}
    else:
        node.op_type = "TreeEnsembleRegressor"
        made = {k: v for k, v in given.items() if k.startswith(("nodes_", "base_values"))}
        made |= {f"target{k[5:]}": v for k, v in given.items() if k.startswith("class_")}
        if labels == 2 and len(set(made["target_ids"])) == 1:
            count, weights = len(made["target_ids"]), list(made["target_weights"])
            made |= {f"target_{k}": [*made[f"target_{k}"]] * 2 for k in ("treeids", "nodeids")}
            made |= {"target_ids": [0] * count + [1] * count, "target_weights": [-w for w in weights] + weights}
            if "base_values" in made:
                (base,) = made["base_values"]
                made["base_values"] = [-base, base]
        made["n_targets"] = labels
    node.attribute.extend(helper.make_attribute(name, value) for name, value in made.items())
    del node.output[0]


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

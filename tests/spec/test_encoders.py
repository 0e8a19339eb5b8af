"""Labels, categories and comparisons: the Spec's meaning, the Python reader and ONNX Runtime (or ONNX's own reference) agree."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from native import Evaluator
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

from warrant import models
from warrant.errors import WrongInput
from warrant.models.cases import DECIDED

ML = "ai.onnx.ml"
ROUNDING = 1e-6
LINEAR: dict[str, Any] = {
    "coefficients": [1.0, -1.0, 0.5, -1.0, 0.5, 0.25, 0.0, 1.0, -2.0],
    "intercepts": [0.125, 0.0, -0.25],
    "classlabels_ints": [7, -2, 9],
}


def node(op: str, inputs: list[str], outputs: list[str], **attributes: Any) -> onnx.NodeProto:
    standard = ("ArgMax", "ArgMin", "Cast", "Concat", "Reshape", "Where", "Less", "Mul", "Not", "Sign", "Equal")
    return helper.make_node(op, inputs, outputs, domain="" if op in standard else ML, **attributes)


def build(nodes: list[onnx.NodeProto], output: str, width: int = 3, ml: int = 3, **constants: Any) -> bytes:
    graph = helper.make_graph(
        nodes,
        "encoders",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, width])],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, None)],
        [numpy_helper.from_array(np.asarray(v), k) for k, v in constants.items()],
    )
    sets = [helper.make_opsetid("", 17), helper.make_opsetid(ML, ml)]
    return helper.make_model(graph, opset_imports=sets, ir_version=8).SerializeToString()


def one(op: str, outputs: int = 1, output: int = 0, width: int = 3, **attributes: Any) -> bytes:
    names = [f"y{k}" for k in range(outputs)]
    return build([node(op, ["x"], names, **attributes)], names[output], width)


TAIL = [
    node("ArgMax", ["x"], ["place"], axis=1),
    node("ArrayFeatureExtractor", ["classes", "place"], ["found"]),
    node("Reshape", ["found", "flat"], ["row"]),
    node("Cast", ["row"], ["label"], to=7),
]
ENCODED = [
    node("ArrayFeatureExtractor", ["x", "first"], ["numbers"]),
    node("ArrayFeatureExtractor", ["x", "rest"], ["codes"]),
    node("Cast", ["codes"], ["whole"], to=7),
    node("OneHotEncoder", ["whole"], ["hot"], cats_int64s=[0, 1, -2], zeros=1),
    node("Reshape", ["hot", "wide"], ["columns"]),
    node("Concat", ["numbers", "columns"], ["z"], axis=1),
]
CASES: dict[str, bytes] = {
    "labels": one("LinearClassifier", 2, **LINEAR),
    "labels behind softmax": one("LinearClassifier", 2, post_transform="SOFTMAX", **LINEAR),
    "labels behind the logistic function": one("LinearClassifier", 2, post_transform="LOGISTIC", multi_class=1, **LINEAR),
    "scores": one("LinearClassifier", 2, 1, **LINEAR),
    "place and class": build(TAIL, "label", classes=np.int32([5, 3, -4]), flat=np.int64([-1])),
    "place and number": build(TAIL[:2], "found", classes=np.float32([0.5, 3, -4])),
    "columns": build(
        ENCODED, "z", first=np.int64([0]), rest=np.int64([2, 1]), wide=np.int64([-1, 6])
    ),
    "categories of floats": one("OneHotEncoder", cats_int64s=[0, 1, 2, -1, -2], zeros=1),
    "look up": one("LabelEncoder", keys_floats=[1.0, -0.5, 0.0], values_floats=[3.0, 4.5, 7.0], default_float=9.0),
    "look up integers": build(
        [
            node("Cast", ["x"], ["whole"], to=7),
            node("LabelEncoder", ["whole"], ["y"], keys_int64s=[1, -1, 0], values_int64s=[3, 4, 8], default_int64=-5),
        ],
        "y",
    ),
    "impute nothing": one("Imputer", imputed_value_floats=[1.0, 2.0, 3.0], replaced_value_float=float("nan")),
    "impute": one("Imputer", imputed_value_floats=[1.0, 2.0, 3.0], replaced_value_float=-0.5),
    "impute one number": one("Imputer", imputed_value_floats=[4.0], replaced_value_float=1.0),
    "binarize": one("Binarizer", threshold=0.5),
    "side by side": build([node("FeatureVectorizer", ["x", "x"], ["y"], inputdimensions=[3, 3])], "y"),
    "row by largest": one("Normalizer", norm="MAX"),
    "row by sum": one("Normalizer", norm="L1"),
    "choice": build(
        [
            node("Less", ["x", "half"], ["c"]),
            node("Not", ["c"], ["d"]),
            node("Mul", ["x", "half"], ["h"]),
            node("Where", ["d", "x", "h"], ["y"]),
        ],
        "y",
        half=np.float32([0.5]),
    ),
    "sign": one("Sign"),
    "last place": one("ArgMax", axis=1, select_last_index=1, keepdims=0),
    "least": one("ArgMin", axis=-1),
}  # fmt: skip


def points(seed: int) -> Any:
    rng = np.random.default_rng(seed)
    ties = rng.integers(-4, 5, (12, 3)) / 2
    return np.vstack([ties, [[0, 0, 0], [1, 1, 1]], rng.uniform(-3, 3, (6, 3))]).astype(np.float32)


def test_every_operator_of_machine_learning_is_there() -> None:
    nodes = [node for data in CASES.values() for node in onnx.load_from_string(data).graph.node]
    assert {f"{ML}.{node.op_type}" for node in nodes if node.domain == ML} == {op for op in DECIDED if ML in op}


@pytest.mark.parametrize("name", CASES)
def test_agreement(name: str, evaluator: Evaluator) -> None:
    data = CASES[name]
    proto = onnx.load_from_string(data)
    proto.graph.output[0].ClearField("type")
    session = ort.InferenceSession(proto.SerializeToString(), providers=["CPUExecutionProvider"])
    read = models.read(data)
    exact = 0
    rows = points(0)
    for x in rows:
        (wanted, *_) = session.run(None, {"x": x[None]})
        y = np.ravel(wanted).astype(float)
        found = evaluator.at(data, [float(v) for v in x])
        assert found is not None
        low, high = np.array(found).T
        assert (low - ROUNDING <= y).all(), x
        assert (y <= high + ROUNDING).all(), x
        assert np.abs(read.evaluate(x[None].astype(float))[0] - y).max() <= ROUNDING, x
        exact += bool((high - low).max() <= 1e-12)
    assert exact >= len(rows) - 5  # intervals do not decide between scores that are computed, and equal


WITHOUT_MEANING = {
    "one score for two labels": one("LinearClassifier", 2, coefficients=[1.0, 1.0, 1.0], intercepts=[0.0], classlabels_ints=[0, 1]),
    "transformed scores": one("LinearClassifier", 2, 1, post_transform="SOFTMAX", **LINEAR),
    "another transformation": one("LinearClassifier", 2, post_transform="PROBIT", **LINEAR),
    "labels of another kind": one("LinearClassifier", 2, **{**LINEAR, "classlabels_ints": [1, 2]}),
    "coefficients that are missing": one("LinearClassifier", 2, **{**LINEAR, "coefficients": [1.0, 2.0]}),
    "a category twice": one("OneHotEncoder", cats_int64s=[0, 1, 1]),
    "a key twice": one("LabelEncoder", keys_floats=[0.0, -0.0], values_floats=[1.0, 2.0]),
    "keys without values": one("LabelEncoder", keys_floats=[0.0, 1.0], values_floats=[1.0]),
    "words": one("LabelEncoder", keys_floats=[0.0], values_strings=["a"]),
    "a norm": one("Normalizer", norm="L2"),
    "too few numbers": one("Imputer", imputed_value_floats=[1.0, 2.0]),
    "widths": build([node("FeatureVectorizer", ["x", "x"], ["y"], inputdimensions=[3, 2])], "y"),
    "too few classes": build(TAIL[:2], "found", classes=np.int64([5, 3])),
    "a place outside": build([node("ArrayFeatureExtractor", ["x", "k"], ["y"])], "y", k=np.int64([3])),
    "a place before": build([node("ArrayFeatureExtractor", ["x", "k"], ["y"])], "y", k=np.int64([-1])),
    "integers as floats": build([node("ArgMax", ["x"], ["k"]), node("Mul", ["k", "two"], ["y"])], "y", two=np.float32(2)),
    "no condition": build([node("Where", ["x", "x", "x"], ["y"])], "y"),
    "truncated, and used as it is": build([node("Cast", ["x"], ["k"], to=7), node("Cast", ["k"], ["y"], to=1)], "y"),
    "an attribute": one("ArgMax", axis=1, biggest=1),
    "an axis": one("ArgMax", axis=2),
    "a newer set": build([node("Binarizer", ["x"], ["y"])], "y", ml=6),
}  # fmt: skip


@pytest.mark.parametrize("name", WITHOUT_MEANING)
def test_what_has_no_meaning(name: str, evaluator: Evaluator) -> None:
    assert evaluator.at(WITHOUT_MEANING[name], [0.5, 0.25, -0.75]) is None
    if name == "truncated, and used as it is":  # known integers may be used in Python
        return
    if name == "transformed scores":  # a model of scores, and what is made of them
        assert isinstance(models.read(WITHOUT_MEANING[name]), models.Linked)
        return
    with pytest.raises(WrongInput):
        models.read(WITHOUT_MEANING[name])


# ---- the newer operator for ensembles of trees

SPLITS = np.float32([0.25, -0.5, 0.0, 0.125])


def newer(modes: list[int], **more: Any) -> bytes:
    attributes: dict[str, Any] = {
        "n_targets": 2,
        "tree_roots": [0, 3],
        "nodes_modes": numpy_helper.from_array(np.uint8(modes)),
        "nodes_featureids": [0, 1, 2, 0],
        "nodes_splits": numpy_helper.from_array(SPLITS),
        "nodes_truenodeids": [1, 0, 2, 4],
        "nodes_trueleafs": [0, 1, 1, 1],
        "nodes_falsenodeids": [2, 1, 3, 0],
        "nodes_falseleafs": [0, 1, 1, 1],
        "leaf_targetids": [0, 1, 0, 1, 1],
        "leaf_weights": numpy_helper.from_array(np.float32([1.5, -2.0, 0.25, 8.0, 0.125])),
    }
    return build([node("TreeEnsemble", ["x"], ["y"], **(attributes | more))], "y", ml=5)


@pytest.mark.parametrize("modes", [[0, 1, 2, 3], [3, 2, 1, 0], [1, 1, 3, 2]])
@pytest.mark.parametrize("how", [0, 1])
def test_newer_ensembles(modes: list[int], how: int, evaluator: Evaluator) -> None:
    data = newer(modes, aggregate_function=how)
    reference = ReferenceEvaluator(onnx.load_from_string(data))
    rng = np.random.default_rng(1)
    corners = np.stack(np.meshgrid([0.25, 0.125, 1], [-0.5, 0], [0.0, -1]), -1).reshape(-1, 3)
    for x in np.vstack([corners, rng.uniform(-1, 1, (8, 3))]).astype(np.float32):
        (wanted,) = reference.run(None, {"x": x[None]})
        found = evaluator.at(data, [float(v) for v in x])
        assert found is not None
        assert np.allclose(np.array(found), np.ravel(wanted)[:, None], rtol=0, atol=1e-7)
        assert np.allclose(models.read(data).evaluate(x[None].astype(float)), wanted)


@pytest.mark.parametrize(
    "more",
    [
        {"nodes_modes": numpy_helper.from_array(np.uint8([0, 1, 2, 4]))},
        {"nodes_modes": numpy_helper.from_array(np.uint8([0, 1, 2]))},
        {"nodes_truenodeids": [0, 0, 2, 4]},
        {"nodes_truenodeids": [2, 0, 2, 4]},
        {"nodes_truenodeids": [9, 0, 2, 4]},
        {"nodes_truenodeids": [1, 0, 2, 5]},
        {"nodes_featureids": [0, 1, 3, 0]},
        {"leaf_targetids": [0, 1, 0, 1, 2]},
        {"tree_roots": [0, 4]},
        {"tree_roots": [0, 1]},
        {"aggregate_function": 2},
        {"post_transform": 1},
    ],
)
def test_newer_ensembles_without_meaning(more: dict[str, Any], evaluator: Evaluator) -> None:
    data = newer([0, 1, 2, 3], **more)
    assert evaluator.at(data, [0.5, 0.25, -0.75]) is None
    with pytest.raises(WrongInput):
        models.read(data)

"""Each operator, lowered, against ONNX Runtime."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from warrant import models
from warrant.errors import Unsupported, WrongInput

ort = pytest.importorskip("onnxruntime")
RNG = np.random.default_rng(0)


def node(op, inputs, outputs=("y",), **attributes):
    return helper.make_node(op, list(inputs), list(outputs), **attributes)


def build(nodes, shape, constants=None, opset=13, output="y"):
    weights = [numpy_helper.from_array(np.asarray(v), k) for k, v in (constants or {}).items()]
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, None)],
        weights,
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8).SerializeToString()


def f(*shape):
    return RNG.normal(size=shape).astype(np.float32)


def i(*values):
    return np.array(values, np.int64)


CASES = {
    "add": ([node("Add", ["x", "c"])], (1, 2, 3), {"c": f(3)}, 13),
    "sub_from_constant": ([node("Sub", ["c", "x"])], (1, 2, 3), {"c": f(2, 1)}, 13),
    "mul_stretch": ([node("Mul", ["x", "c"])], (1, 1, 3), {"c": f(4, 1)}, 13),
    "div": ([node("Div", ["x", "c"])], (1, 3), {"c": np.float32([2, -4, 0.5])}, 13),
    "neg": ([node("Neg", ["x"])], (1, 3), {}, 13),
    "relu": ([node("Relu", ["x"])], (1, 5), {}, 13),
    "leaky_relu": ([node("LeakyRelu", ["x"], alpha=0.3)], (1, 5), {}, 13),
    "matmul_left": ([node("MatMul", ["c", "x"])], (2, 3, 4), {"c": f(5, 3)}, 13),
    "matmul_vector": ([node("MatMul", ["x", "c"])], (2, 3, 4), {"c": f(4)}, 13),
    "gemm": (
        [node("Gemm", ["x", "w", "b"], alpha=0.5, beta=2.0, transA=1, transB=1)],
        (3, 2),
        {"w": f(4, 3), "b": f(4)},
        13,
    ),
    "conv1d": ([node("Conv", ["x", "w"], strides=[2], pads=[1, 2])], (1, 2, 7), {"w": f(3, 2, 3)}, 13),
    "conv2d": (
        [node("Conv", ["x", "w", "b"], group=2, dilations=[2, 1], pads=[1, 0, 2, 1], strides=[1, 2])],
        (2, 4, 6, 5),
        {"w": f(6, 2, 3, 2), "b": f(6)},
        13,
    ),
    "conv_same": (
        [node("Conv", ["x", "w"], auto_pad="SAME_LOWER", strides=[2, 2])],
        (1, 1, 5, 6),
        {"w": f(2, 1, 4, 3)},
        13,
    ),
    "batch_norm": (
        [node("BatchNormalization", ["x", "s", "b", "m", "v"], epsilon=1e-3)],
        (1, 2, 3, 3),
        {"s": f(2), "b": f(2), "m": f(2), "v": np.abs(f(2))},
        15,
    ),
    "average_pool": (
        [node("AveragePool", ["x"], kernel_shape=[2, 3], pads=[1, 1, 0, 1], strides=[2, 2])],
        (1, 2, 5, 6),
        {},
        13,
    ),
    "average_pool_padding": (
        [
            node(
                "AveragePool",
                ["x"],
                kernel_shape=[3, 3],
                pads=[1, 1, 1, 1],
                count_include_pad=1,
                ceil_mode=1,
                strides=[2, 2],
            )
        ],
        (1, 1, 6, 5),
        {},
        13,
    ),
    "global_average_pool": ([node("GlobalAveragePool", ["x"])], (1, 3, 2, 4), {}, 13),
    "flatten": ([node("Flatten", ["x"], axis=2)], (1, 2, 3, 4), {}, 13),
    "reshape": ([node("Reshape", ["x", "s"])], (1, 2, 3, 4), {"s": i(0, -1, 6)}, 13),
    "transpose": ([node("Transpose", ["x"], perm=[2, 0, 1])], (2, 3, 4), {}, 13),
    "squeeze_11": ([node("Squeeze", ["x"], axes=[0])], (1, 3, 1), {}, 11),
    "squeeze_13": ([node("Squeeze", ["x", "a"])], (1, 3, 1), {"a": i(-1)}, 13),
    "unsqueeze_11": ([node("Unsqueeze", ["x"], axes=[0, 3])], (2, 3), {}, 11),
    "unsqueeze_13": ([node("Unsqueeze", ["x", "a"])], (2, 3), {"a": i(1, -1)}, 13),
    "concat": ([node("Concat", ["x", "c", "x"], axis=1)], (1, 2, 3), {"c": f(1, 1, 3)}, 13),
    "slice": (
        [node("Slice", ["x", "s", "e", "a", "t"])],
        (2, 5, 6),
        {"s": i(-1, 1), "e": i(-9, 100), "a": i(1, 2), "t": i(-2, 2)},
        13,
    ),
    "slice_9": ([node("Slice", ["x"], starts=[1, 0], ends=[3, -1])], (4, 5), {}, 9),
    "gather": ([node("Gather", ["x", "k"], axis=1)], (2, 4, 3), {"k": i(3, 0, -1).reshape(1, 3)}, 13),
    "split": ([node("Split", ["x", "s"], ["a", "b"], axis=1), node("Sub", ["b", "b"])], (1, 5), {"s": i(2, 3)}, 13),
    "pad": ([node("Pad", ["x", "p", "c"])], (1, 2, 3), {"p": i(0, 1, -1, 0, 0, 2), "c": np.float32(1.5)}, 13),
    "reduce_sum": ([node("ReduceSum", ["x", "a"], keepdims=0)], (2, 3, 4), {"a": i(1)}, 13),
    "reduce_mean": ([node("ReduceMean", ["x"], axes=[-1, 0])], (2, 3, 4), {}, 13),
    "identity_dropout": ([node("Dropout", ["x"], ["h"]), node("Identity", ["h"])], (1, 4), {}, 13),
    "constant": ([node("Constant", [], ["c"], value_floats=[1.0, 2.0]), node("Add", ["x", "c"])], (1, 2), {}, 13),
    "residual": (
        [
            node("Relu", ["x"], ["h"]),
            node("Gemm", ["h", "w"], ["g"]),
            node("Add", ["g", "x"], ["k"]),
            node("Relu", ["k"]),
        ],
        (1, 3),
        {"w": f(3, 3)},
        13,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_operator_agrees_with_onnx_runtime(name):
    nodes, shape, constants, opset = CASES[name]
    data = build(nodes, shape, constants, opset)
    lowered = models.load(data)
    session = ort.InferenceSession(data, providers=["CPUExecutionProvider"])
    for _ in range(3):
        x = f(*shape)
        (y,) = session.run(["y"], {"x": x})
        assert lowered.output_shape == y.shape
        found = lowered.evaluate(x.reshape(1, -1).astype(float)).reshape(y.shape)
        np.testing.assert_allclose(found, y, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(("nodes", "shape", "constants", "blocks"), [
    ([node("Sub", ["x", "c"], ["s"]), node("MatMul", ["s", "w"])], (1, 2), {"c": f(2), "w": f(2, 3)}, ["id", "id"]),
    ([node("MatMul", ["x", "w"], ["s"]), node("Add", ["s", "c"], ["a"]), node("Relu", ["a"])], (1, 2), {"c": f(3), "w": f(2, 3)}, ["relu"]),
    ([node("Flatten", ["x"])], (1, 2), {}, []),
    ([node("LeakyRelu", ["x"])], (1, 2), {}, ["relu", "id"]),
    ([node("Neg", ["x"], ["n"]), node("LeakyRelu", ["n"])], (1, 2), {}, ["id", "relu", "id"]),
    ([node("Relu", ["x"], ["h"]), node("Concat", ["h", "x"], axis=1)], (1, 2), {}, ["relu"]),
])  # fmt: skip
def test_blocks_follow_the_forcing_rule(nodes, shape, constants, blocks):
    assert [b.function for b in models.load(build(nodes, shape, constants)).blocks] == blocks


def test_a_free_batch_dimension_is_1():
    assert models.load(build([node("Relu", ["x"])], ("N", 3))).input_shape == (1, 3)


REFUSED = {
    "unknown operator": ([node("Sigmoid", ["x"])], (1, 2), {}, Unsupported, "Sigmoid"),
    "product": ([node("Mul", ["x", "x"])], (1, 2), {}, Unsupported, "product"),
    "shapes": ([node("Add", ["x", "c"])], (1, 2), {"c": f(3)}, WrongInput, "stretch"),
    "nan": ([node("Add", ["x", "c"])], (1, 2), {"c": np.float32([1, np.nan])}, WrongInput, "NaN"),
    "attribute": ([node("Flatten", ["x"], axes=1)], (1, 2), {}, Unsupported, "'axes'"),
    "double": ([node("Add", ["x", "c"])], (1, 2), {"c": np.int16([1, 0])}, Unsupported, "INT16"),
    "open dimension": ([node("Relu", ["x"])], (1, "N"), {}, Unsupported, "'N'"),
    "order": ([node("Add", ["x", "later"])], (1, 2), {}, WrongInput, "later"),
    "pool in padding": (
        [node("AveragePool", ["x"], kernel_shape=[1], pads=[1, 1])],
        (1, 1, 2),
        {},
        WrongInput,
        "padding",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_one_clear_line(name):
    nodes, shape, constants, kind, words = REFUSED[name]
    with pytest.raises(kind, match=words) as error:
        models.load(build(nodes, shape, constants), name="net.onnx")
    assert str(error.value).startswith("net.onnx: ")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("data", [b"", b"garbage", build([node("Relu", ["x"])], (1, 2))[:-9], b"\0" * 100])
def test_bytes_that_are_no_model(data):
    with pytest.raises(WrongInput):
        models.load(data)


def test_half_precision_weights_are_exact():
    import ml_dtypes

    c = np.array([1.0, 3.140625], ml_dtypes.bfloat16)
    data = build([node("Mul", ["x", "c"])], (1, 2), {"c": c})
    assert models.load(data).evaluate(np.ones((1, 2))).tolist() == [[1.0, 3.140625]]
    assert onnx.load_from_string(data).graph.initializer[0].data_type == TensorProto.BFLOAT16

"""Train the small network of the demo on real data, and write two claims about it.

Data: the Breast Cancer Wisconsin (Diagnostic) data set that scikit-learn brings along: 569 tumours, 30 measurements
each.
The network calls a tumour benign if its output Y_0 is above 0, and malignant otherwise.  The two claims are about one
tumour of the test set, which is malignant and called so:

    within-18-percent.vnnlib    if each of its measurements changes by at most 18 %, it is never called benign (holds)
    within-20-percent.vnnlib    the same with 20 % (fails)

Needs numpy, scikit-learn and onnx.  The files are committed, so that nobody has to run this; run it again with

    python examples/train.py
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from sklearn.datasets import load_breast_cancer
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

HERE = Path(__file__).parent
SEED = 7
HIDDEN = (24, 12)
PERCENTS = (18, 20)

Floats = NDArray[np.float32]


def as_onnx(mean: Floats, scale: Floats, weights: list[Floats], biases: list[Floats]) -> onnx.ModelProto:
    """The network as an ONNX model: the measurements are standardised, then go through dense layers with ReLU."""
    constants = {"mean": mean, "scale": scale}
    nodes = [
        helper.make_node("Sub", ["measurements", "mean"], ["centred"]),
        helper.make_node("Div", ["centred", "scale"], ["z0"]),
    ]
    last = len(weights)
    for k, (w, b) in enumerate(zip(weights, biases, strict=True), start=1):
        constants |= {f"w{k}": w, f"b{k}": b}
        rows = "benign" if k == last else f"a{k}"
        nodes.append(helper.make_node("Gemm", [f"z{k - 1}", f"w{k}", f"b{k}"], [rows]))
        if k < last:
            nodes.append(helper.make_node("Relu", [rows], [f"z{k}"]))
    graph = helper.make_graph(
        nodes,
        "tumour",
        [helper.make_tensor_value_info("measurements", TensorProto.FLOAT, [1, len(mean)])],
        [helper.make_tensor_value_info("benign", TensorProto.FLOAT, [1, 1])],
        [numpy_helper.from_array(a, name) for name, a in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model)
    return model


def property_text(case: NDArray[np.float64], names: list[str], percent: int) -> str:
    """The claim that no change of every measurement by at most so many percent makes the output positive."""
    lines = [
        f"; One malignant tumour, each of its {len(case)} measurements changed by at most {percent} %.",
        "; What must not happen: that it is called benign, Y_0 > 0.",
        *(f"(declare-const X_{i} Real)" for i in range(len(case))),
        "(declare-const Y_0 Real)",
        "",
    ]
    for i, (value, name) in enumerate(zip(case, names, strict=True)):
        exact = Decimal(repr(float(value)))
        change = exact * percent / 100
        lines.append(f"; {name}: {exact}")
        lines.append(f"(assert (>= X_{i} {exact - change:f}))")
        lines.append(f"(assert (<= X_{i} {exact + change:f}))")
    return "\n".join([*lines, "", "(assert (> Y_0 0.0))", ""])


def main() -> None:
    """Train, say how good the network is, and write the three files."""
    data = load_breast_cancer()
    x_train, x_test, y_train, y_test = train_test_split(
        data.data, data.target, test_size=0.25, random_state=SEED, stratify=data.target
    )
    scaler = StandardScaler().fit(x_train)
    network = MLPClassifier(HIDDEN, alpha=0.5, max_iter=2000, random_state=SEED)
    network.fit(scaler.transform(x_train), y_train)
    called = network.predict(scaler.transform(x_test))
    print(f"accuracy on {len(y_test)} tumours not used for training: {accuracy_score(y_test, called):.3f}")

    model = as_onnx(
        scaler.mean_.astype(np.float32),
        scaler.scale_.astype(np.float32),
        [w.astype(np.float32) for w in network.coefs_],
        [b.astype(np.float32) for b in network.intercepts_],
    )
    (HERE / "tumour.onnx").write_bytes(model.SerializeToString(deterministic=True))
    scores = network.predict_proba(scaler.transform(x_test))[:, 1]
    malignant = [i for i in range(len(y_test)) if y_test[i] == 0 and called[i] == 0]
    middle = sorted(malignant, key=lambda i: scores[i])[len(malignant) // 2]
    for percent in PERCENTS:
        text = property_text(x_test[middle], list(data.feature_names), percent)
        (HERE / f"within-{percent}-percent.vnnlib").write_text(text)


if __name__ == "__main__":
    main()

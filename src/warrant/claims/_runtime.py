"""ONNX Runtime's opinion of a network, where it is installed: a second look at counterexamples, and numbers to show."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Evaluate", "evaluator"]

Floats = NDArray[np.float64]
Evaluate = Callable[[Floats], Floats]


def evaluator(model: bytes) -> Evaluate | None:
    """Outputs (batch, outputs) of inputs (batch, inputs), each in row-major order; None where there is no ONNX Runtime.

    It computes in the model's own precision, so that its outputs may differ a little from the exact ones.
    """
    try:
        import onnxruntime as ort

        options = ort.SessionOptions()
        options.log_severity_level = 4
        options.intra_op_num_threads = 1
        session = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        tensor = session.get_inputs()[0]
        shape = [size if isinstance(size, int) else 1 for size in tensor.shape]
        kind = _KINDS[tensor.type]
    except Exception:  # an optional opinion: no verdict depends on it
        return None

    def evaluate(x: Floats) -> Floats:
        rows: list[Any] = []
        for point in x:
            (output, *_) = session.run(None, {tensor.name: point.reshape(shape).astype(kind)})
            rows.append(np.ravel(output))
        return np.array(rows, dtype=np.float64)

    return evaluate


_KINDS: dict[str, type] = {"tensor(float)": np.float32, "tensor(double)": np.float64, "tensor(float16)": np.float16}

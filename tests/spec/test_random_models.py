"""Random models of all operators: the Spec's meaning, ONNX Runtime's outputs and the Python reader's blocks agree.

ONNX Runtime computes in float32, on the same graph with its constants in float32 (which holds them exactly).
"""

from __future__ import annotations

import numpy as np
import pytest
from native import Evaluator
from onnx import helper
from random_models import BUILDERS, Graph, random_graph, session

from warrant import models
from warrant.models.cases import DECIDED

ROUNDS = 16
"""How many graphs begin with each operator."""
ROUNDING = 3e-5
"""Of ONNX Runtime, relative to the largest number that occurs in the graph (or 1)."""
EXACT = 1e-11
"""Of the enclosures' width and of the Python reader, in binary64, relative to the same."""


def test_every_operator_is_there() -> None:
    assert not DECIDED & set(BUILDERS)  # those that jump are tested in test_encoders.py, and by ONNX's node tests
    assert sorted(DECIDED | set(BUILDERS)) == models.supported()


@pytest.mark.parametrize("round_", range(ROUNDS))
@pytest.mark.parametrize("operator", sorted(BUILDERS))
def test_agreement(operator: str, round_: int, evaluator: Evaluator) -> None:
    seed = 1000 * round_ + sorted(BUILDERS).index(operator)
    graph = random_graph(seed, operator, 1 + round_ % 8)
    raw = [[True], [False], [True, False]][seed % 3]
    model = graph.model(raw=raw)
    (y,) = session(graph.model(stored="float32")).run(None, {"x": graph.x})
    scale = max(1.0, *(float(np.abs(v).max(initial=0)) for v in graph.values.values()))
    wanted = y.reshape(-1).astype(np.float64)

    found = evaluator.at(model, graph.x.reshape(-1).tolist())
    assert found is not None, described(graph)
    assert len(found) == y.size
    low, high = np.array(found).T
    assert (low <= high).all()
    assert (high - low).max() <= EXACT * scale
    assert np.maximum(low - wanted, wanted - high).max() <= ROUNDING * scale, described(graph)

    lowered = models.load(model)
    assert lowered.output_shape == y.shape
    (blocks,) = lowered.evaluate(graph.x.reshape(1, -1).astype(np.float64))
    np.testing.assert_allclose(blocks, (low + high) / 2, rtol=0, atol=EXACT * scale)


def described(graph: Graph) -> str:
    """The graph in words, for messages."""
    lines = [f"opset {graph.opset}, {graph.stored}, x {graph.x.shape}"]
    for node in graph.nodes:
        shapes = [graph.values[n].shape if n else None for n in node.input]
        attributes = {a.name: "…" if a.HasField("t") else helper.get_attribute_value(a) for a in node.attribute}
        lines.append(f"{node.op_type} {shapes} {attributes} -> {[graph.values[o].shape for o in node.output]}")
    return "\n".join(lines)

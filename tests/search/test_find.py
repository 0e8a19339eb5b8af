"""The search's certificates, replayed by the checker's rules."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import onnx
import pytest
from onnx import numpy_helper
from replay import replay_proof, replay_witness

from warrant import models, properties, search
from warrant.certificates import DEFAULT, NOWHERE, Close, Places, Proof, nodes, proof_bytes, read_proof
from warrant.search.attack import unrounded
from warrant.search.options import Options


def decide(model: bytes, text: bytes, **options):
    lowered = models.load(model)
    queries = properties.load(text, lowered)
    result = search.find(lowered, queries, timeout=60, options=Options(**options))
    if isinstance(result, search.Proof):
        replay_proof(lowered, queries, result.certificate)
    elif isinstance(result, search.Witness):
        replay_witness(lowered, queries, result.certificate)
    return lowered, queries, result


def extremes(model: bytes, n: int, low: float, high: float) -> tuple[float, float]:
    """The least and the greatest first output at random points."""
    x = np.random.default_rng(0).uniform(low, high, (20000, n))
    y = models.load(model).evaluate(x)[:, 0]
    return float(y.min()), float(y.max())


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("axes", [16, 0], ids=["inputs", "neurons"])
def test_bounds_of_an_output_are_proved_or_refuted(dense, box, seed, axes):
    model = dense([3, 12, 12, 2], seed)
    least, most = extremes(model, 3, -1, 1)
    room = most - least
    claim = f"(assert (>= Y_0 {most + 0.15 * room}))"
    _, _, result = decide(model, box(3, 2, -1, 1, claim), axes=axes)
    assert isinstance(result, search.Proof)
    claim = f"(assert (or (>= Y_0 {most - 0.1 * room}) (<= Y_0 {least - room})))"
    _, _, result = decide(model, box(3, 2, -1, 1, claim), axes=axes)
    assert isinstance(result, search.Witness)


@pytest.mark.parametrize("axes", [16, 0], ids=["inputs", "neurons"])
def test_conjunctions_need_weights(dense, box, axes):
    model = dense([2, 10, 10, 2], 7)
    claim = "(assert (and (>= Y_0 (+ Y_1 0.3)) (>= Y_1 (+ Y_0 0.3))))"
    _, queries, result = decide(model, box(2, 2, -1, 1, claim), axes=axes)
    assert isinstance(result, search.Proof)
    assert queries.queries[0].sizes == [2]


def test_only_closes_that_need_slopes_have_a_table(dense, box):
    model = dense([3, 12, 12, 2], 1)
    least, most = extremes(model, 3, -1, 1)
    lowered, queries, result = decide(model, box(3, 2, -1, 1, f"(assert (>= Y_0 {most + 0.02 * (most - least)}))"))
    assert isinstance(result, search.Proof)
    (tree,) = read_proof(result.certificate, [q.sizes for q in queries.queries]).trees
    plain = []
    for t, _ in nodes(tree):
        for k, op in enumerate(t.ops):
            if isinstance(op, Close):
                plain.append(op.slopes.bits == 0)
                t.ops[k] = replace(op, slopes=DEFAULT)
    assert any(plain) and not all(plain)
    with pytest.raises(AssertionError, match="CLOSE"):
        replay_proof(lowered, queries, proof_bytes(Proof((tree,))))


def test_several_boxes_make_several_trees(dense, box):
    model = dense([2, 6, 1], 1)
    claim = "(assert (or (and (<= X_0 0) (>= Y_0 50)) (and (>= X_0 0) (>= Y_0 60)) (and (>= X_0 0) (<= Y_0 -60))))"
    _, queries, result = decide(model, box(2, 1, -1, 1, claim))
    assert isinstance(result, search.Proof)
    assert [q.sizes for q in queries.queries] == [[1], [1, 1]]
    assert len(read_proof(result.certificate, [q.sizes for q in queries.queries]).trees) == 2


def test_a_box_of_one_point(dense, box):
    model = dense([2, 6, 1], 2)
    value = float(models.load(model).evaluate(np.full((1, 2), 0.1))[0, 0])
    _, _, result = decide(model, box(2, 1, 0.1, 0.1, f"(assert (>= Y_0 {value + 1e-3}))"))
    assert isinstance(result, search.Proof)
    _, _, result = decide(model, box(2, 1, 0.1, 0.1, f"(assert (>= Y_0 {value - 1e-3}))"))
    assert isinstance(result, search.Witness)
    assert result.certificate[6:] == b"0.1\n0.1"


def test_an_empty_box_is_a_proof(dense, box):
    _, _, result = decide(dense([2, 6, 1], 2), box(2, 1, 0.2, 0.1, "(assert (>= Y_0 -1000))"))
    assert isinstance(result, search.Proof)


def test_no_time_is_unknown(dense, box):
    lowered = models.load(dense([6, 30, 30, 1], 3))
    queries = properties.load(box(6, 1, -1, 1, "(assert (>= Y_0 3.2))"), lowered)
    result = search.find(lowered, queries, timeout=0.0)
    assert isinstance(result, search.Unknown | search.Proof | search.Witness)


def test_progress_is_told(dense, box):
    seen = []
    lowered = models.load(dense([3, 20, 20, 1], 3))
    queries = properties.load(box(3, 1, -1, 1, "(assert (>= Y_0 1.9))"), lowered)
    search.find(lowered, queries, timeout=5, progress=lambda s: seen.append(s.regions))
    assert seen == sorted(seen)


def test_tables_cover_unstable_neurons_only(dense, box):
    """Where neurons are split: of a network that has many stable ones, the certificate's tables have the others."""
    model = onnx.load_from_string(dense([3, 24, 24, 2], 2))
    for tensor in model.graph.initializer:
        if tensor.name in ("b0", "b1"):  # most rows are far from 0
            bias = numpy_helper.to_array(tensor).copy()
            bias[8:] -= 40.0
            tensor.CopyFrom(numpy_helper.from_array(bias, tensor.name))
    lowered = models.load(model.SerializeToString())
    y = lowered.evaluate(np.random.default_rng(0).uniform(-1, 1, (100_000, 3)))[:, 0]
    queries = properties.load(box(3, 2, -1, 1, f"(assert (>= Y_0 {1.02 * y.max() - 0.02 * y.min()}))"), lowered)
    result = search.find(lowered, queries, timeout=60, options=Options(axes=0))
    assert isinstance(result, search.Proof)
    replay_proof(lowered, queries, result.certificate)
    found = list(nodes(read_proof(result.certificate, [q.sizes for q in queries.queries]).trees[0]))
    (places,) = [op for tree, _ in found for op in tree.ops if isinstance(op, Places)]
    covered = places.of != NOWHERE
    assert 0 < covered.sum() <= 16
    used = np.zeros(len(covered), bool)
    for op in (op for tree, _ in found for op in tree.ops if isinstance(op, Close)):
        used[: len(op.slopes.entries)] |= op.slopes.entries > 0
    assert used.any()
    assert not (used & ~covered).any()


@pytest.fixture
def rectifier():
    """y = factor · relu(x), and the queries of a formula about x in [low, high]."""

    def make(formula: str, low: float, high: float, factor: float | None = None):
        float_, node = onnx.TensorProto.FLOAT, onnx.helper.make_node
        nodes = [node("Relu", ["x"], ["y" if factor is None else "r"])]
        if factor is not None:
            nodes.append(node("Mul", ["r", "factor"], ["y"]))
        ends = [onnx.helper.make_tensor_value_info(name, float_, [1, 1]) for name in "xy"]
        constants = [numpy_helper.from_array(np.full((1, 1), factor or 0, np.float32), "factor")]
        graph = onnx.helper.make_graph(nodes, "g", ends[:1], ends[1:], constants)
        model = models.load(
            onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 13)]).SerializeToString()
        )
        text = f"(declare-const X_0 Real)(declare-const Y_0 Real)(assert (>= X_0 {low}))(assert (<= X_0 {high}))(assert {formula})"
        return model, properties.load(text.encode(), model)

    return make


@pytest.mark.parametrize("factor", [None, 1 / 3])
@pytest.mark.parametrize("low", [-1, 0])
@pytest.mark.parametrize("formula", ["(<= Y_0 0)", "(<= (- Y_0 0) 0)", "(and (<= Y_0 0) (>= X_0 0))"])
def test_ties_are_decided(rectifier, formula, low, factor):
    """Only outputs of exactly 0 violate these claims; the checkers accept the points that are found."""
    model, queries = rectifier(formula, low, 1, factor)
    result = search.find(model, queries, timeout=20)
    assert isinstance(result, search.Witness)
    replay_witness(model, queries, result.certificate)


@pytest.mark.parametrize("factor", [None, 1 / 3])
def test_a_tie_violates_no_strict_claim(rectifier, factor):
    result = search.find(*rectifier("(and (< Y_0 0) (>= X_0 -0.001))", -1, 1, factor), timeout=20)
    assert isinstance(result, search.Unknown)


def test_what_is_known_without_rounding(rectifier):
    model, _ = rectifier("(<= Y_0 0)", -1, 1, 1 / 3)
    known = {x: unrounded(model, [Fraction(x)]).tolist() for x in ("-1", "0", "1", "1/3", "-1/3")}
    assert known == {"-1": [True], "0": [True], "1": [False], "1/3": [False], "-1/3": [True]}
    model, _ = rectifier("(<= Y_0 0)", -1, 1)
    assert unrounded(model, [Fraction(1, 2)]).tolist() == [True]
    assert unrounded(model, [Fraction(1, 3)]).tolist() == [False]

"""Makes accept/ and reject/ anew: python tests/certificates/make.py (README.md in this folder says what they are).

Run by hand, after a change of the certificate format that is meant.  What each case is to be answered is written here,
by intent; test_stored.py asks the checkers.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from native import witness  # noqa: E402
from small_claims import INPUTS, OUTPUTS, excludes, network  # noqa: E402

from warrant import models, properties, search  # noqa: E402
from warrant.certificates import (  # noqa: E402
    NOWHERE,
    Advance,
    Close,
    Empty,
    Improve,
    Places,
    Proof,
    Rows,
    Slopes,
    Split,
    Tree,
    nodes,
    proof_bytes,
    read_proof,
)
from warrant.search.options import Options  # noqa: E402

REFUSED = "UNKNOWN: the certificate was refused"


@dataclass(frozen=True)
class Case:
    """Three files, and the line that the native checker prints for them."""

    model: bytes
    property: bytes
    certificate: bytes
    answer: str

    def write(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        (folder / "model.onnx").write_bytes(self.model)
        (folder / "property.vnnlib").write_bytes(self.property)
        (folder / "certificate.bin").write_bytes(self.certificate)
        (folder / "answer.txt").write_text(self.answer + "\n")


# ---- claims


def sampled(model: bytes) -> tuple[np.ndarray, np.ndarray]:
    """Points of the box [-1/2, 1/2], its corners among them, and the outputs there."""
    inside = np.round(np.random.default_rng(1).uniform(-0.5, 0.5, size=(4000, INPUTS)), 3)
    x = np.vstack([inside, list(product([-0.5, 0.5], repeat=INPUTS))])
    return x, models.load(model).evaluate(x)


def above(model: bytes, output: int, fraction: float) -> str:
    """The formula that an output is above its largest value by more than a fraction of its range."""
    _, y = sampled(model)
    return f"(> Y_{output} {y[:, output].max() + fraction * np.ptp(y[:, output]):.6f})"


def both_large(model: bytes, fraction: float) -> str:
    """The formula that both outputs are above, by a fraction of their ranges, what they are where their sum is largest."""
    _, y = sampled(model)
    width = np.ptp(y, axis=0)
    corner = y[(y / width).sum(1).argmax()] + fraction * width
    return f"(and (> Y_0 {corner[0]:.6f}) (> Y_1 {corner[1]:.6f}))"


def in_version_2(text: bytes) -> bytes:
    """The same property in VNN-LIB 2.0."""
    asserts = [line for line in text.decode().splitlines() if line.startswith("(assert")]
    tensors = f"(declare-input X Real [1,{INPUTS}]) (declare-output Y Real [1,{OUTPUTS}])"
    lines = ["(vnnlib-version <2.0>)", f"(declare-network N {tensors})", *asserts]
    new = "\n".join(lines)
    for name, size in (("X", INPUTS), ("Y", OUTPUTS)):
        for i in range(size):
            new = new.replace(f"{name}_{i} ", f"{name}[0,{i}] ")
    return new.encode()


def one_to_one(nodes: list[onnx.NodeProto], constants: dict[str, float]) -> bytes:
    """A model with one input x and one output y."""
    tensor = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes,
        "g",
        [tensor("x", TensorProto.FLOAT, [1, 1])],
        [tensor("y", TensorProto.FLOAT, [1, 1])],
        [numpy_helper.from_array(np.full((1, 1), value, np.float32), name) for name, value in constants.items()],
    )
    made: bytes = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8
    ).SerializeToString()
    return made


def on_the_interval(formula: str) -> bytes:
    """The claim that no x in [-1, 1] and its output satisfy a formula."""
    return (
        "(declare-const X_0 Real)\n(declare-const Y_0 Real)\n"
        f"(assert (>= X_0 -1))\n(assert (<= X_0 1))\n(assert {formula})"
    ).encode()


# ---- what is accepted


def found(model: bytes, property: bytes, options: Options | None = None) -> Case:
    """What the search finds."""
    lowered = models.load(model)
    result = search.find(lowered, properties.load(property, lowered), timeout=60, options=options)
    assert isinstance(result, search.Proof | search.Witness)
    return Case(model, property, result.certificate, "PROVED" if isinstance(result, search.Proof) else "REFUTED")


def proved(model: bytes, property: bytes, options: Options | None = None) -> Case:
    case = found(model, property, options)
    assert case.answer == "PROVED"
    return case


def violated(model: bytes, property: bytes) -> Case:
    case = found(model, property)
    assert case.answer == "REFUTED"
    return case


def kink() -> Case:
    """y = relu(x) - x/2 is above -1/100, by hand: needs a slope near 1/2, in 8 bits; halves and neurons are empty."""
    node = helper.make_node
    model = one_to_one(
        [node("Relu", ["x"], ["r"]), node("Mul", ["x", "half"], ["h"]), node("Sub", ["r", "h"], ["y"])], {"half": 0.5}
    )
    slopes = Slopes(8, np.array([128], np.uint8))
    within = Tree([Close(0, (1,), slopes)])
    by_neuron = Split(1, 0, 1.5, within, Tree([], Empty(1, 0)))
    passes = Tree([Advance(), Advance(), Improve(2, Rows("all"), slopes), Advance()], by_neuron)
    proof = Proof((Tree([], Split(0, 0, 2.0, passes, Tree([], Empty(0, 0)))),))
    return Case(model, on_the_interval("(< Y_0 -0.01)"), proof_bytes(proof), "PROVED")


def placed(case: Case) -> Case:
    """The case with the tables of slopes below its first SPLIT in the opposite order."""

    def edit(trees: list[Tree]) -> None:
        (top, _), *below = nodes(trees[0])
        rows = max(len(op.slopes.entries) for t, _ in below for op in t.ops if isinstance(op, Close))
        places = Places(np.arange(rows)[::-1].astype(np.uint16))
        top.ops.append(places)
        for tree, _ in below:
            tree.ops = [with_places(op, places) if isinstance(op, Close) else op for op in tree.ops]

    return with_tree(case, edit)


def with_places(op: Close, places: Places) -> Close:
    return replace(op, slopes=replace(op.slopes, places=places))


def accepted() -> dict[str, Case]:
    """Good certificates, by name."""
    dense, convolution, normalised = network("dense", 6), network("convolution", 6), network("normalised", 6)
    by_inputs, by_neurons = network("residual", 9), network("residual", 6)
    disjuncts = [above(normalised, 0, 0.02), above(normalised, 1, 0.02), both_large(normalised, 0.02)]
    left, right = "(<= X_0 -0.25)", "(>= X_0 0.25)"
    boxes = f"(or (and {left} {above(dense, 0, 0.02)}) (and {right} {above(dense, 1, 0.1)}))"
    halved = proved(by_neurons, excludes(above(by_neurons, 0, 0.05)), Options(axes=0))
    behind = one_to_one(
        [helper.make_node("Relu", ["x"], ["r"]), helper.make_node("Mul", ["r", "third"], ["y"])], {"third": 1 / 3}
    )
    relu = one_to_one([helper.make_node("Relu", ["x"], ["y"])], {})
    return {
        "dense": proved(dense, excludes(above(dense, 0, 0.02))),
        "dense-witness": violated(dense, excludes(above(dense, 0, -0.05))),
        "convolution": proved(convolution, in_version_2(excludes(above(convolution, 0, 0.05)))),
        "convolution-witness": violated(
            convolution, in_version_2(excludes(f"(or (< Y_1 -1e6) {above(convolution, 1, -0.05)})"))
        ),
        "residual": proved(by_inputs, excludes(above(by_inputs, 0, 0.02))),
        "residual-by-neurons": halved,
        "residual-placed": placed(halved),
        "disjuncts": proved(normalised, excludes(f"(or {' '.join(disjuncts)})")),
        "boxes": proved(dense, excludes(boxes)),
        "kink": kink(),
        "tie": Case(relu, on_the_interval("(<= Y_0 0)"), witness([-1.0]), "REFUTED"),
        "tie-behind": Case(behind, on_the_interval("(<= Y_0 0)"), witness([-1.0]), "REFUTED"),
    }


# ---- what is refused


def with_tree(case: Case, change: Callable[[list[Tree]], None]) -> Case:
    """The case with a change in the trees of its proof."""
    sizes = [q.sizes for q in properties.load(case.property, models.load(case.model)).queries]
    trees = list(read_proof(case.certificate, sizes).trees)
    change(trees)
    return replace(case, certificate=proof_bytes(Proof(tuple(trees))))


def with_model(case: Case, change: Callable[[onnx.ModelProto], None]) -> Case:
    """The case with a change in the model."""
    model = onnx.load_from_string(case.model)
    change(model)
    return replace(case, model=model.SerializeToString())


def with_text(case: Case, old: str, new: str) -> Case:
    """The case with a change in the text of the property."""
    assert old.encode() in case.property
    return replace(case, property=case.property.replace(old.encode(), new.encode()))


def first_split(trees: list[Tree]) -> Split:
    return next(t.end for t, _ in nodes(trees[0]) if isinstance(t.end, Split))


def changed_close(change: Callable[[Close], Close | None]) -> Callable[[list[Tree]], None]:
    """A change of the first CLOSE; None leaves it out."""

    def edit(trees: list[Tree]) -> None:
        ops, i = next((t.ops, i) for t, _ in nodes(trees[0]) for i, op in enumerate(t.ops) if isinstance(op, Close))
        new = change(ops[i])
        ops[i : i + 1] = [] if new is None else [new]

    return edit


def changed_places(change: Callable[[np.ndarray], list[np.ndarray]]) -> Callable[[list[Tree]], None]:
    """Other places, or none, for tables that are written as before."""

    def edit(trees: list[Tree]) -> None:
        ops = trees[0].ops
        (i,) = [i for i, op in enumerate(ops) if isinstance(op, Places)]
        ops[i : i + 1] = [Places(of) for of in change(ops[i].of)]

    return edit


def with_unit(unit: float) -> Callable[[list[Tree]], None]:
    """Another unit for all multipliers."""

    def edit(trees: list[Tree]) -> None:
        for tree, _ in nodes(trees[0]):
            tree.ops[:] = [
                replace(op, slopes=replace(op.slopes, unit=unit)) if isinstance(op, Close) and op.slopes.unit else op
                for op in tree.ops
            ]

    return edit


def changed_split(**values: object) -> Callable[[list[Tree]], None]:
    """Other values in the first SPLIT."""

    def edit(trees: list[Tree]) -> None:
        for name, value in values.items():
            setattr(first_split(trees), name, value)

    return edit


def changed_weight(name: str, factor: float) -> Callable[[onnx.ModelProto], None]:
    """The first entry of an initializer, times a factor."""

    def edit(model: onnx.ModelProto) -> None:
        (tensor,) = [t for t in model.graph.initializer if t.name == name]
        values = numpy_helper.to_array(tensor).copy()
        values.flat[0] *= factor
        tensor.CopyFrom(numpy_helper.from_array(values, name))

    return edit


def changed_node(type: str, new: str = "", **attributes: object) -> Callable[[onnx.ModelProto], None]:
    """The last node of a type, with another type or other attributes."""

    def edit(model: onnx.ModelProto) -> None:
        node = [n for n in model.graph.node if n.op_type == type][-1]
        node.op_type = new or type
        for a in list(node.attribute):
            if a.name in attributes:
                node.attribute.remove(a)
        node.attribute.extend(helper.make_attribute(k, v) for k, v in attributes.items())

    return edit


def spoiled(good: dict[str, Case]) -> Iterator[tuple[str, Case]]:
    """Changed cases; the first part of a name says of which, and one file differs from it."""
    dense, seen, kink = good["dense"], good["dense-witness"], good["kink"]
    neurons, disjuncts = good["residual-by-neurons"], good["disjuncts"]

    # the certificate
    def other(data: bytes) -> Case:
        return replace(dense, certificate=data)

    c = dense.certificate
    yield "dense--cut-off", other(c[:-1])
    yield "dense--byte-too-many", other(c + b"\0")
    yield "dense--of-format-2", other(c[:4] + b"\2" + c[5:])
    yield "dense--called-a-witness", other(c[:5] + b"R" + c[6:])
    yield "dense--of-another-network", other(good["residual"].certificate)
    yield "dense--of-another-claim", other(seen.certificate)
    yield "dense--half-said-empty", with_tree(dense, changed_split(above=Tree([], Empty(0, 0))))
    yield "dense--half-left-out", with_tree(dense, changed_split(above=Tree()))
    yield "residual-by-neurons--multipliers-nan", with_tree(neurons, with_unit(float("nan")))
    yield "residual-by-neurons--multipliers-infinite", with_tree(neurons, with_unit(float("inf")))
    yield "residual-by-neurons--multipliers-large", with_tree(neurons, with_unit(1e6))
    yield "residual-by-neurons--no-such-row", with_tree(neurons, changed_split(row=1000))
    yield "residual-placed--places-left-out", with_tree(good["residual-placed"], changed_places(lambda of: []))
    yield "residual-placed--places-turned", with_tree(good["residual-placed"], changed_places(lambda of: [of[::-1]]))
    yield "residual-placed--nowhere", with_tree(good["residual-placed"], changed_places(lambda of: [of | NOWHERE]))
    yield "disjuncts--one-left-open", with_tree(disjuncts, changed_close(lambda op: None))
    yield (
        "disjuncts--one-closed-twice",
        with_tree(disjuncts, changed_close(lambda op: replace(op, disjunct=1 - op.disjunct))),
    )
    yield "boxes--trees-swapped", with_tree(good["boxes"], lambda trees: trees.reverse())
    yield (
        "kink--slope-in-4-bits",
        with_tree(kink, changed_close(lambda op: replace(op, slopes=Slopes(4, np.array([7], np.uint8))))),
    )
    yield "kink--weight-zero", with_tree(kink, changed_close(lambda op: replace(op, weights=(0,))))
    yield "kink--split-inside-the-interval", with_tree(kink, changed_split(value=0.5))
    yield "kink--split-at-nan", with_tree(kink, changed_split(value=float("nan")))
    yield "kink--no-such-block", with_tree(kink, changed_split(above=Tree([], Empty(9, 0))))

    # the model, so that the claim is false
    yield "dense--weight-changed", with_model(dense, changed_weight("w2", -3.0))
    yield "convolution--kernel-changed", with_model(good["convolution"], changed_weight("k", -2.0))
    yield "convolution--padding-moved", with_model(good["convolution"], changed_node("Conv", pads=[0, 2]))
    yield "residual--sum-made-difference", with_model(good["residual"], changed_node("Add", "Sub"))
    yield "residual--relu-left-out", with_model(good["residual"], changed_node("Relu", "Identity"))
    yield "disjuncts--leaky-slope-changed", with_model(disjuncts, changed_node("LeakyRelu", alpha=0.9))
    yield "kink--steeper", with_model(kink, changed_weight("half", 3.0))

    # the property, so that the claim is false
    yield "dense--bound-lowered", replace(dense, property=seen.property)
    yield "convolution--box-widened", with_text(good["convolution"], "(<= X[0,0] 0.5)", "(<= X[0,0] 2.5)")
    yield "disjuncts--and-made-or", with_text(disjuncts, "(and", "(or")

    # witnesses
    lines = seen.certificate.decode().split("\n")
    outside = "\n".join([lines[0], "-0.75", *lines[2:]]).encode()  # where the output is large enough
    yield "dense-witness--outside-the-box", replace(seen, certificate=outside)
    yield "dense-witness--of-no-violation", replace(seen, certificate=witness([0.0] * INPUTS))
    yield "dense-witness--input-missing", replace(seen, certificate="\n".join(lines[:-1]).encode())
    yield "dense-witness--not-a-number", replace(seen, certificate="\n".join([*lines[:-1], "nan"]).encode())
    yield "dense-witness--called-a-proof", replace(seen, certificate=b"WRNT\x01P" + seen.certificate[6:])
    yield "dense-witness--bias-changed", with_model(seen, changed_weight("b2", 5.0))
    yield "dense-witness--bound-raised", replace(seen, property=dense.property)
    yield "convolution-witness--or-made-and", with_text(good["convolution-witness"], "(or", "(and")
    yield "tie--strict", with_text(good["tie"], "(<= Y_0", "(< Y_0")
    yield "tie-behind--strict", with_text(good["tie-behind"], "(<= Y_0", "(< Y_0")
    yield "tie-behind--active", replace(good["tie-behind"], certificate=witness([2.0**-1074]))


def main() -> None:
    """Writes both folders, once all is made."""
    good, bad = accepted(), {}
    refuted = [(case.model, case.property) for case in good.values() if case.answer == "REFUTED"]
    for name, case in spoiled(good):
        origin, claim = good[name.partition("--")[0]], (case.model, case.property)
        if origin.answer == "PROVED" and claim != (origin.model, origin.property) and claim not in refuted:
            violated(*claim)
        bad[name] = replace(case, answer=REFUSED)
    for folder, cases in (("accept", good), ("reject", bad)):
        shutil.rmtree(HERE / folder, ignore_errors=True)
        for name, case in cases.items():
            case.write(HERE / folder / name)


if __name__ == "__main__":
    main()

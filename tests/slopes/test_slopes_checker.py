"""Slopes of networks: what is proved and refuted, and what both checkers refuse."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from kernel import verdicts
from native import Checker, witness
from onnx import TensorProto, helper, numpy_helper
from small_claims import changed, network

from warrant import models
from warrant.claims import Slopes
from warrant.errors import Unsupported, WrongInput
from warrant.slopes import read_limits, write_limits
from warrant.slopes.search import pair


@dataclass(frozen=True)
class Files:
    """The three files of a claim, in the checker's order."""

    model: bytes
    claim: bytes
    certificate: bytes = b""

    def all(self) -> tuple[bytes, ...]:
        return self.model, self.claim, self.certificate

    def solved(self) -> Files:
        """With the certificate that the search finds."""
        found = Slopes(self.model, self.claim).find(timeout=20, jobs=1, report=None)
        assert found.certificate is not None, found.reason
        return replace(self, certificate=found.certificate)


Native = Callable[[Files], str]


@pytest.fixture
def native(native_checker: Checker) -> Native:
    """The word that the native checker prints."""

    def word(files: Files) -> str:
        return native_checker.check_files("slopes", {f"file{k}": data for k, data in enumerate(files.all())}).word

    return word


def claim(
    *, outputs: str = "0", norm: str = "linf", least: str = "", most: str = "", raised: str = "", moved: str = "0 1 2"
) -> bytes:
    """On the box [-1/2, 1/2]³."""
    return (
        f"(slopes 1) (outputs {outputs}) (norm {norm}) (least {least}) (most {most}) (raised {raised}) (moved {moved}) "
        "(low -1/2) (high 0.5)"
    ).encode()


def graph(*nodes: onnx.NodeProto, **weights: object) -> bytes:
    """A network of one input and one output."""
    tensors = [numpy_helper.from_array(np.asarray(a, np.float32), name) for name, a in weights.items()]
    info = helper.make_tensor_value_info
    made = helper.make_graph(
        list(nodes),
        "g",
        [info("x", TensorProto.FLOAT, [1, 1])],
        [info("y", TensorProto.FLOAT, [1, 1])],
        tensors,
    )
    opset = [helper.make_opsetid("", 13)]
    data: bytes = helper.make_model(made, opset_imports=opset, ir_version=8).SerializeToString()
    return data


def magnitude() -> bytes:
    """abs(x), of two rectifiers that meet at 0, and a third one that is always at its kink."""
    node = helper.make_node
    return graph(
        node("MatMul", ["x", "w"], ["z"]),
        node("Relu", ["z"], ["r"]),
        node("MatMul", ["r", "v"], ["y"]),
        w=[[1, -1, 0]],
        v=[[1], [1], [5]],
    )


SLACK = 1.5
"""How far above the steepest slope that was sampled a proof is found at once."""


def steepest(model: bytes, norm: str, features: Sequence[int] = (0, 1, 2)) -> float:
    """The greatest slope of output 0 that sampled derivatives have on the box, where some features move."""
    read = models.read(model)
    x = np.random.default_rng(0).uniform(-0.5, 0.5, (4000, 3))
    step = 1e-6
    g = np.stack(
        [read.evaluate(x + step * e)[:, 0] - read.evaluate(x - step * e)[:, 0] for e in np.eye(3)[list(features)]],
        axis=1,
    )
    order = {"linf": 1, "l1": np.inf, "l2": 2}[norm]
    return float(np.linalg.norm(g / (2 * step), ord=order, axis=1).max())


@pytest.mark.parametrize("norm", ["linf", "l1", "l2"])
@pytest.mark.parametrize(("kind", "seed"), [("dense", 1), ("residual", 1), ("convolution", 2)])
def test_constants_above_are_proved_and_below_refuted(native: Native, kind: str, seed: int, norm: str) -> None:
    model = network(kind, seed)
    constant = steepest(model, norm)
    more, less = (str(round(factor * constant, 4)) for factor in (SLACK, 0.95))
    above = Files(model, claim(norm=norm, least=f"-{more}", most=more)).solved()
    below = Files(model, claim(norm=norm, least=f"-{less}", most=less)).solved()
    assert native(above) == "PROVED"
    assert native(below) == "REFUTED"
    assert native(replace(above, claim=below.claim)) == "UNKNOWN"
    assert native(replace(below, claim=above.claim)) == "UNKNOWN"
    one_sided = Files(model, claim(norm=norm, most=more))
    assert native(one_sided.solved()) == "PROVED"


def test_kinks(native: Native) -> None:
    """At a kink, and where a rectifier is at its kink everywhere, no derivative is left out and none invented."""
    text = "(slopes 1) (outputs 0) (norm linf) (least {}) (most {}) (raised) (moved 0) (low {}) (high {})"

    def decided(least: str, most: str, low: str, high: str) -> str:
        return native(Files(magnitude(), text.format(least, most, low, high).encode()).solved())

    assert decided("-1.001", "1.001", "-1", "1") == "PROVED"
    assert decided("-1.001", "0.999", "-1", "1") == "REFUTED"
    assert decided("-0.999", "1.001", "-1", "1") == "REFUTED"
    raised = "(slopes 1) (outputs 0) (norm linf) (least {}) (most {}) (raised 0) (moved) (low {}) (high {})"
    assert native(Files(magnitude(), raised.format("0.999", "1.001", "0.01", "1").encode()).solved()) == "PROVED"
    assert native(Files(magnitude(), raised.format("-1.001", "-0.999", "-1", "-0.01").encode()).solved()) == "PROVED"
    assert native(Files(magnitude(), raised.format("0.999", "1.001", "-0.1", "1").encode()).solved()) == "REFUTED"


def test_features_that_stay(native: Native) -> None:
    """A limit for one feature is not one for another, nor for all of them; a raised feature is not lowered."""
    model = network("dense", 1)
    most = {str(k): repr(round(SLACK * steepest(model, "linf", [k]), 4)) for k in range(3)}
    flattest = min(most.values(), key=float)
    assert max(map(float, most.values())) > 1.3 * float(flattest)
    for moved, limit in most.items():
        files = Files(model, claim(most=limit, moved=moved)).solved()
        assert native(files) == "PROVED"
        assert native(replace(files, claim=claim(most=flattest))) == "UNKNOWN"
        assert native(Files(model, claim(most=limit, moved="", raised=moved)).solved()) == "PROVED"
        assert native(replace(files, claim=claim(most=limit, moved="", raised=moved))) in ("PROVED", "UNKNOWN")
    assert native(Files(model, claim(most=flattest)).solved()) == "REFUTED"


def test_witnesses(native: Native) -> None:
    """A pair of inputs has to be in the box, to differ as the claim says, and to be too far apart in the output."""
    model = network("dense", 1)
    false = claim(most="0.01", raised="0", moved="")
    found = Files(model, false).solved()
    assert native(found) == "REFUTED"
    z = [float(word) for word in found.certificate[6:].decode().split()]

    def said(point: list[float], text: bytes = false) -> str:
        return native(Files(model, text, witness(point)))

    assert said(z) == "REFUTED"
    assert said(z[3:] + z[:3]) == "UNKNOWN", "lowered"
    assert said(z[3:] + z[:3], claim(least="-0.01", moved="0")) == "REFUTED" or z[3] < z[0]
    assert said(z, claim(most="0.01", raised="1", moved="")) == "UNKNOWN", "another feature"
    assert said(z, claim(most="0.01", moved="0 1 2")) == "REFUTED"
    assert said([*z[:3], z[3], z[4] + 0.01, z[5]]) == "UNKNOWN", "two features"
    assert said([*z[:3], z[3] + 1.0, *z[4:]]) == "UNKNOWN", "outside of the box"
    assert said(z[:5]) == "UNKNOWN" and said([*z, 0.0]) == "UNKNOWN"
    assert said([*z[:3], *z[:3]]) == "UNKNOWN", "one input"


@pytest.mark.parametrize(
    "text",
    [
        claim(most="x"),
        claim(most="1", outputs="7"),
        claim(most="1", outputs=""),
        claim(most="1").replace(b"(norm linf)", b"(norm l3)"),
        claim(most="1").replace(b"(slopes 1)", b"(slopes 2)"),
        claim(most="1").replace(b"(low -1/2)", b"(low -1/2 0)"),
        claim(most="1").replace(b"(low -1/2)", b"(low 1)"),
        claim(most="1") + b"(most 2)",
        b"",
    ],
)
def test_claims_without_meaning(native: Native, text: bytes) -> None:
    """Neither checker nor search takes them."""
    proof = Files(network("dense", 1), claim(most="100")).solved()
    assert native(proof) == "PROVED"
    assert native(replace(proof, claim=text)) == "UNKNOWN"
    with pytest.raises(WrongInput):
        Slopes(proof.model, text).validate()


def test_changed_bytes_prove_nothing(native: Native) -> None:
    """Of a claim that is false, no changed proof is accepted, and of one that holds, no changed witness."""
    rng = random.Random(3)
    model = network("residual", 1)
    constant = steepest(model, "linf")
    true, false = (Files(model, claim(most=str(round(f * constant, 4)))).solved() for f in (SLACK, 0.95))
    for _ in range(60):
        assert native(replace(false, certificate=changed(true.certificate, rng))) in ("UNKNOWN", "REFUTED")
        assert native(replace(true, certificate=changed(false.certificate, rng))) in ("UNKNOWN", "PROVED")
        assert native(replace(false, certificate=true.certificate, model=changed(model, rng))) in ("UNKNOWN", "PROVED")


def test_other_models(native: Native) -> None:
    proof = Files(network("dense", 1), claim(most="100")).solved()
    assert native(replace(proof, model=network("dense", 2))) in ("PROVED", "UNKNOWN")
    assert native(replace(proof, model=network("leaky", 1))) == "UNKNOWN", "a kink of another kind"
    with pytest.raises(Unsupported):
        Slopes(network("leaky", 1), claim(most="100")).validate()


def test_the_kernel_agrees(native: Native, tmp_path: Path) -> None:
    model = network("dense", 1)
    files = []
    for norm in ("linf", "l1", "l2"):
        constant = steepest(model, norm)
        files += [Files(model, claim(norm=norm, most=str(round(f * constant, 3)))).solved() for f in (SLACK, 0.95)]
    files += [replace(files[0], claim=files[1].claim), replace(files[1], claim=files[0].claim)]
    files.append(replace(files[0], certificate=files[0].certificate[:-1]))
    said = verdicts("Slopes", [f.all() for f in files], tmp_path, prove="prove_slopes", refute=["refute_slopes"])
    assert said == ["PROVED", "REFUTED"] * 3 + ["UNKNOWN"] * 3
    assert said == [native(f) for f in files]


def test_the_text_is_read_as_it_is_written() -> None:
    text = claim(norm="l2", least="-1/3", most="2.5", raised="1", moved="0")
    limits = read_limits(text, file="claim.slopes")
    assert read_limits(write_limits(limits), file="claim.slopes") == limits
    assert (limits.raised, limits.moved, limits.norm) == ((1,), (0,), "l2")


def test_a_derivative_alone_refutes_nothing() -> None:
    """A pair is looked for among inputs: where outputs stay within the limits, none is found."""
    limits = read_limits(claim(most="1"), file="claim.slopes")
    assert pair(limits, lambda x: 0.5 * x[:, :1], [1, 0, 0], [0, 0, 0]) is None  # type: ignore[list-item]
    assert pair(limits, lambda x: 1.5 * x[:, :1], [1, 0, 0], [0, 0, 0]) is not None  # type: ignore[list-item]

"""The checkers of certified accuracy: what they accept, and that whatever is changed is refused."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from small_claims import changed, network
from small_test_sets import INPUTS, Files, claim, labels_of, npy

from warrant import models
from warrant.certificates import Empty, Split, Tree, tree_bytes
from warrant.certified.certificate import proof_bytes, refutation_bytes

Native = Callable[[Files], str]
Kernel = Callable[[Sequence[Files]], list[str]]


def test_all_six(six: Files, native: Native) -> None:
    assert native(six) == "PROVED"
    assert native(six.change(claim=claim(3))) == "PROVED"


def test_one_more_than_there_are(six: Files, native: Native) -> None:
    """Seven of six inputs: fewer are, whatever the certificate's points."""
    asked = six.change(claim=claim(7))
    assert native(asked) == "UNKNOWN"
    assert native(asked.change(certificate=refutation_bytes(6, {}))) == "REFUTED"


def test_one_wrong_label(six: Files, native: Native) -> None:
    labels = labels_of(six.model)
    labels[2] = 1 - labels[2]
    wrong = six.change(labels=npy(labels))
    assert native(wrong) == "UNKNOWN"
    assert native(wrong.solved()) == "REFUTED"
    five = wrong.change(claim=claim(5)).solved()
    assert native(five) == "PROVED"
    assert native(five.change(claim=claim(6))) == "UNKNOWN"


@pytest.mark.parametrize("norm", ["linf", "l1", "l2"])
def test_norms(six: Files, native: Native, norm: str) -> None:
    proved = six.change(claim=claim(6, norm=norm)).solved()
    assert native(proved) == "PROVED"
    assert native(proved.change(claim=claim(6, norm=norm, radius="3"))) == "UNKNOWN"
    refuted = six.change(claim=claim(6, norm=norm, radius="8")).solved()
    assert native(refuted) == "REFUTED"
    assert native(refuted.change(claim=claim(6, norm=norm))) == "UNKNOWN", "the points are not near"


@pytest.mark.parametrize(("kind", "seed"), [("dense", 3), ("residual", 1), ("convolution", 2)])
def test_balls_are_not_their_boxes(native: Native, kind: str, seed: int) -> None:
    """Up to some radius a ball is proved, beyond it refuted; the box around it is refuted long before."""
    model, x = network(kind, seed), INPUTS[1:2]
    label = npy(models.read(model).evaluate(x.astype(float)).argmax(1))
    rng = np.random.default_rng(seed)

    def decided(norm: str, radius: float) -> Files:
        return Files(model, claim(1, norm=norm, radius=repr(radius)), npy(x), label).solved()

    farthest = {}
    for norm in ("linf", "l2", "l1"):
        low, high = 1e-3, 50.0
        while high > 1.1 * low:
            middle = (low * high) ** 0.5
            word = native(decided(norm, middle))
            assert word != "UNKNOWN"
            low, high = (middle, high) if word == "PROVED" else (low, middle)
        farthest[norm] = low
    assert 1.1 * farthest["linf"] < farthest["l2"] and 1.1 * farthest["l2"] < farthest["l1"]
    for norm, order in (("l1", 1), ("l2", 2)):
        proved = decided(norm, farthest[norm])
        assert native(proved.change(claim=claim(1, radius=repr(farthest[norm])))) == "UNKNOWN"
        away = rng.standard_normal((2000, 3))
        away *= farthest[norm] / np.linalg.norm(away, ord=order, axis=1, keepdims=True)
        assert len(set(models.read(model).evaluate(x + away).argmax(1))) == 1


@pytest.mark.parametrize("norm", ["linf", "l1", "l2"])
def test_regions_outside_of_a_ball(six: Files, native: Native, norm: str) -> None:
    """EMPTY, of an input that is not there, is accepted only of a region that the ball does not reach."""
    one = six.change(
        inputs=npy(INPUTS[:1]), labels=npy(1 - labels_of(six.model)[:1]), claim=claim(1, norm=norm, radius="1")
    )
    outside = Empty(0, 3)
    assert native(one.change(certificate=proof_bytes(1, {0: tree_bytes(Tree([], outside))}))) == "UNKNOWN"
    asked = six.change(inputs=one.inputs, labels=npy(labels_of(six.model)[:1]), claim=claim(1, norm=norm, radius="0.1"))
    tree = asked.solved().certificate[7:]
    accepted = {"l1": (0.0625, 0.05), "l2": (0.0625,), "linf": ()}[norm]
    for at in (0.0625, 0.05, 0.03):
        corner = Tree([], outside)  # where all three are at least so far from the centre
        for k in range(3):
            corner = Tree([], Split(0, k, at, Tree([], None, tree), corner))
        certificate = proof_bytes(1, {0: tree_bytes(corner)})
        assert native(asked.change(certificate=certificate)) == ("PROVED" if at in accepted else "UNKNOWN")


@pytest.mark.parametrize(
    ("norm", "radius", "near"),
    [("linf", "0.03125", True), ("linf", "0.03", False), ("l1", "0.09375", True), ("l1", "0.09", False)]
    + [("l2", "0.0542", True), ("l2", "0.054", False), ("l2", "-1", False)],
)
def test_what_is_near(six: Files, native: Native, norm: str, radius: str, near: bool) -> None:
    """A point that is 1/32 away in each of three directions, where the label, which is wrong, is not said."""
    points = {k: x.astype(float) + 0.03125 for k, x in enumerate(INPUTS)}
    files = six.change(labels=npy(1 - labels_of(six.model)), certificate=refutation_bytes(6, points))
    assert native(files.change(claim=claim(1, norm=norm, radius=radius))) == ("REFUTED" if near else "UNKNOWN")


def test_ends(six: Files, native: Native) -> None:
    """An input outside of the ends counts neither as right nor as wrong."""
    inside = six.change(claim=claim(5, low="-1", high="1")).solved()
    assert native(inside) == "PROVED"
    assert native(inside.change(claim=claim(5, low="-1", high="1/2"))) == "UNKNOWN"
    assert native(six.change(claim=claim(6, low="-1", high="1"))) == "UNKNOWN"
    assert native(six.change(claim=claim(6, low="-9 -9 -9", high="9 9 9")).solved()) == "PROVED"


def test_several_radii_and_top(six: Files, native: Native) -> None:
    assert native(six.change(claim=claim(6, radius="0.01 0 0.02")).solved()) == "PROVED"
    assert native(six.change(claim=claim(6, radius="0.01 0.02"))) == "UNKNOWN"
    assert native(six.change(claim=claim(6, norm="l1", radius="0.01 0 0.02"))) == "UNKNOWN"
    assert native(six.change(claim=claim(6, radius="-1"))) == "UNKNOWN", "nothing is near itself"
    assert native(six.change(claim=claim(6, what="scores 0"))) == "UNKNOWN"


@pytest.mark.parametrize("kind", [np.float32, np.float64, np.int32, np.int64, np.uint8, np.bool_])
def test_types_of_numbers(six: Files, native: Native, kind: type) -> None:
    whole = np.array([[0, 0, 0], [1, 0, 1]]).astype(kind)
    labels = models.read(six.model).evaluate(whole.astype(float)).argmax(1)
    files = Files(six.model, claim(2), npy(whole), npy(labels.astype(kind))).solved()
    assert native(files) == "PROVED"


def test_images_are_rows(six: Files, native: Native) -> None:
    files = six.change(inputs=npy(INPUTS.reshape(6, 1, 3)), labels=npy(labels_of(six.model).reshape(6, 1)))
    assert native(files) == "PROVED"
    assert native(six.change(inputs=npy(INPUTS.reshape(3, 2, 3)))) == "UNKNOWN"
    assert native(six.change(inputs=npy(np.asfortranarray(INPUTS)))) == "UNKNOWN"
    assert native(six.change(inputs=npy(INPUTS[:5]))) == "UNKNOWN"
    assert native(six.change(inputs=npy(INPUTS[:, :2]))) == "UNKNOWN"


def test_marks(six: Files, native: Native) -> None:
    """A proof stands for the row that is marked, and for no other."""
    one = six.change(claim=claim(1), inputs=npy(INPUTS[:1]), labels=npy(labels_of(six.model)[:1])).solved()
    tree = one.certificate[7:]
    for row in range(6):
        marked = six.change(claim=claim(1), certificate=proof_bytes(6, {row: tree}))
        alone = one.change(inputs=npy(INPUTS[row : row + 1]), labels=npy(labels_of(six.model)[row : row + 1]))
        assert native(marked) == native(alone)
    twice = six.change(claim=claim(2), certificate=proof_bytes(6, {0: tree}) + tree)
    assert native(twice) == "UNKNOWN"


def test_changed_bytes_prove_nothing(six: Files, native: Native) -> None:
    """Of a claim that is false, no changed proof is accepted, and of one that holds, no changed refutation."""
    rng = random.Random(7)
    labels = labels_of(six.model)
    labels[4] = 1 - labels[4]
    false = six.change(labels=npy(labels))
    refuted = false.solved().certificate
    for _ in range(60):
        assert native(false.change(certificate=changed(six.certificate, rng))) in ("UNKNOWN", "REFUTED")
        assert native(six.change(certificate=changed(refuted, rng))) in ("UNKNOWN", "PROVED")


def test_threshold_and_tolerance(native: Native) -> None:
    model = _one_output()
    y = models.read(model).evaluate(INPUTS.astype(float))[:, 0]
    middle = float(np.sort(y)[2:4].mean())
    above = npy(y > middle)
    assert (
        native(Files(model, claim(6, radius="1e-6", what=f"threshold {middle!r}"), npy(INPUTS), above).solved())
        == "PROVED"
    )
    below = npy(y <= middle)
    assert (
        native(Files(model, claim(1, radius="0", what=f"threshold {middle!r}"), npy(INPUTS), below).solved())
        == "REFUTED"
    )
    near = Files(model, claim(6, radius="1e-6", what="tolerance 0.01"), npy(INPUTS), npy(y)).solved()
    assert native(near) == "PROVED"
    far = near.change(labels=npy(y + 0.1))
    assert native(far) == "UNKNOWN"
    assert native(far.change(claim=claim(1, what="tolerance 0.01")).solved()) == "REFUTED"


def _one_output() -> bytes:
    import onnx
    from onnx import helper

    model = onnx.load_from_string(network("dense", 1))
    graph = model.graph
    for tensor in list(graph.initializer):
        if tensor.name in ("w2", "b2"):
            array = onnx.numpy_helper.to_array(tensor)
            graph.initializer.remove(tensor)
            graph.initializer.append(onnx.numpy_helper.from_array(array[..., :1].copy(), tensor.name))
    out = helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, [1, 1])
    del graph.output[:]
    graph.output.append(out)
    return bytes(model.SerializeToString())


def test_the_kernel_agrees(six: Files, kernel: Kernel) -> None:
    labels = labels_of(six.model)
    labels[2] = 1 - labels[2]
    wrong = six.change(labels=npy(labels))
    several = [six, wrong, wrong.solved(), six.change(claim=claim(6, norm="l2")).solved()]
    assert kernel(several) == ["PROVED", "UNKNOWN", "REFUTED", "PROVED"]

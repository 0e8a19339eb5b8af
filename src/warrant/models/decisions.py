"""Operators that jump (Spec/Decisions.v): known where their operands are, and cases where scores are compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from warrant.errors import Unsupported, WrongInput
from warrant.models.movement import VARYING, stacked
from warrant.models.onnx_file import ML
from warrant.models.tensors import (
    CONSTANT,
    Affine,
    Ints,
    add,
    axis_of,
    broadcast_places,
    check_size,
    common_shape,
    constant,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from warrant.models.network import Floats
    from warrant.models.onnx_file import Value
    from warrant.models.operands import Call

ARG_MAX, LINEAR_CLASSIFIER = "ArgMax", f"{ML}.LinearClassifier"


@dataclass(frozen=True)
class Option:
    """One answer of a node that compares scores, and when it is the answer.

    guards: (rows,) entries that are then at most 0, less where strict; results: what the node gives.
    """

    guards: Affine
    strict: tuple[bool, ...]
    results: tuple[Value, ...]


def known(call: Call, k: int) -> tuple[Floats, bool]:
    """The entries of an operand that has to be known, in its shape, and whether they are integers."""
    value = call.value(k)
    if not isinstance(value, Affine):
        return value.astype(np.float64), True
    if (value.kind != CONSTANT).any():
        raise Unsupported("it depends on inputs that can vary", expected="operands that are known", hint=VARYING)
    return value.bias.reshape(value.shape), False


def _truth(array: np.ndarray) -> Ints:
    return np.asarray(array).astype(np.int64)


_COMPARISONS: dict[str, Callable[[Floats, Floats], np.ndarray]] = {
    "Equal": np.equal,
    "Greater": np.greater,
    "GreaterOrEqual": np.greater_equal,
    "Less": np.less,
    "LessOrEqual": np.less_equal,
}


def compare(call: Call) -> Ints:
    """1 where a comparison is true, else 0."""
    call.limit(2, 2, [])
    (a, whole_a), (b, whole_b) = known(call, 0), known(call, 1)
    if whole_a != whole_b:
        raise Unsupported("floats and integers together", expected="tensors of one kind")
    check_size(common_shape(a.shape, b.shape))
    return _truth(_COMPARISONS[call.node.op](a, b))


def _condition(call: Call, k: int) -> Ints:
    values, whole = known(call, k)
    if not whole or not np.isin(values, (0, 1)).all():
        raise Unsupported(f"input {k} is no condition", expected="a comparison, or a constant of the type BOOL")
    return _truth(values)


def join(call: Call) -> Ints:
    """Conditions joined by And, Or or Not."""
    op = call.node.op
    call.limit(1 if op == "Not" else 2, 1 if op == "Not" else 2, [])
    first = _condition(call, 0)
    if op == "Not":
        return 1 - first
    second = _condition(call, 1)
    check_size(common_shape(first.shape, second.shape))
    return first & second if op == "And" else first | second


def sign(call: Call) -> Affine:
    """1, 0 or −1."""
    call.limit(1, 1, [])
    values, whole = known(call, 0)
    if whole:
        raise Unsupported("input 0 is a tensor of integers", expected="floats")
    return constant(np.sign(values))


def where(call: Call) -> Value:
    """Entries of one of two tensors, by a condition."""
    call.limit(3, 3, [])
    chosen, a, b = _condition(call, 0), call.value(1), call.value(2)
    shape = common_shape(chosen.shape, common_shape(a.shape, b.shape))
    picked = np.broadcast_to(chosen, shape) == 1
    if not isinstance(a, Affine) and not isinstance(b, Affine):
        return np.where(picked, np.broadcast_to(a, shape), np.broadcast_to(b, shape))
    if not isinstance(a, Affine) or not isinstance(b, Affine):
        raise Unsupported("floats and integers together", expected="tensors of one kind")
    places = np.where(picked, broadcast_places(a, shape), a.size + broadcast_places(b, shape))
    return stacked([a, b]).take(places)


def arg_extreme(call: Call) -> Ints:
    """The place of the largest or least entry along an axis, where all entries are known."""
    axis, keep, last, values = _along(call)
    turned = values if call.node.op == ARG_MAX else -values
    turned = np.flip(turned, axis) if last else turned
    found: Ints = np.argmax(turned, axis=axis, keepdims=keep)
    return values.shape[axis] - 1 - found if last else found


def _along(call: Call) -> tuple[int, bool, bool, Floats]:
    call.limit(1, 1, ["axis", "keepdims", "select_last_index"])
    axis, keep = call.integer("axis", 0), call.flag("keepdims", 1)
    values, whole = known(call, 0)
    if whole:
        raise Unsupported("input 0 is a tensor of integers", expected="floats")
    axis = axis_of(len(values.shape), axis)
    if values.shape[axis] == 0:
        raise WrongInput("the place of the largest of no numbers")
    return axis, keep, call.flag("select_last_index"), values


def options(call: Call) -> list[Option] | None:
    """The answers of a node that compares scores of one input; None for other nodes."""
    if call.node.op == ARG_MAX:
        return _arg_max(call)
    return _linear_classifier(call) if call.node.op == LINEAR_CLASSIFIER else None


def _arg_max(call: Call) -> list[Option] | None:
    call.limit(1, 1, ["axis", "keepdims", "select_last_index"])
    x, keep, last = call.real(0), call.flag("keepdims", 1), call.flag("select_last_index")
    axis = axis_of(len(x.shape), call.integer("axis", 0))
    if x.size == 0 or x.size != x.shape[axis]:
        return None  # not one list of scores
    shape = tuple(1 if k == axis else d for k, d in enumerate(x.shape) if keep or k != axis)
    places = list(range(x.size))
    order = places[::-1] if last else places
    return _winners(x.take(np.array(order)), [(np.full(shape, k, np.int64),) for k in order])


def _linear_classifier(call: Call) -> list[Option] | None:
    scores, names = linear_scores(call)
    plain = call.word("post_transform", "NONE") == "NONE"
    if scores.shape[0] != 1:
        return None
    return _winners(
        scores.take(np.arange(len(names))),
        [(np.array([name], np.int64), *((scores,) if plain else ())) for name in names],
    )


def linear_scores(call: Call) -> tuple[Affine, list[int]]:
    """The scores of a LinearClassifier, before any transformation, and the labels."""
    from warrant.models.arithmetic import linear_model

    call.limit(1, 1, ["classlabels_ints", "coefficients", "intercepts", "multi_class", "post_transform"])
    names = call.ints("classlabels_ints")
    post = call.word("post_transform", "NONE")
    if post not in ("NONE", "LOGISTIC", "SOFTMAX"):
        raise Unsupported(f"post_transform {post}", expected="NONE, LOGISTIC or SOFTMAX")
    if names is None or len(names) < 2:
        raise Unsupported("no list of integer labels", expected="classlabels_ints, two at least")
    return linear_model(call, len(names)), names


def _winners(scores: Affine, results: list[tuple[Value, ...]]) -> list[Option]:
    """For each of the scores (scores,): that it is the first of the largest, and what the node gives then."""
    n = scores.size
    found = []
    for k in range(n):
        others = np.array([j for j in range(n) if j != k], dtype=np.int64)
        guards = add(scores.take(others), scores.take(np.full(n - 1, k)), -1.0)
        found.append(Option(guards, tuple(bool(j < k) for j in others), results[k]))
    return found

"""Operators that only move entries about: each is an index computation on the places of the operand's entries."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import TYPE_CHECKING, cast

import numpy as np
import onnx
import scipy.sparse as sp

from warrant.errors import Unsupported, WrongInput
from warrant.models.tensors import CONSTANT, Affine, Ints, axes_of, axis_of, check_size, constant

if TYPE_CHECKING:
    from warrant.models.network import Floats
    from warrant.models.onnx_file import Value
    from warrant.models.operands import Call

Move = Callable[[Ints], Ints]
VARYING = "fix the inputs that categories are made of: Feature.integer, Feature.one_of or one_hot in a Domain"


def moved(value: Value, move: Move, *, fill: float = 0.0) -> Value:
    """The value with its entries rearranged; ``move`` works on any array of the value's shape (-1: the fill)."""
    if isinstance(value, Affine):
        return value.take(move(value.places()), fill=fill)
    return move(value)


def reshape(call: Call) -> Value:
    """0 keeps a dimension (unless allowzero), one -1 is inferred."""
    call.limit(2, 2, ["allowzero"])
    value, wanted = call.value(0), call.integers(1)
    shape = list(wanted)
    if not call.flag("allowzero"):
        for k, d in enumerate(shape):
            if d == 0:
                if k >= len(value.shape):
                    raise WrongInput(
                        f"0 at position {k} of the new shape {wanted}, for a tensor of shape {value.shape}"
                    )
                shape[k] = value.shape[k]
    size = prod(value.shape)
    if shape.count(-1) == 1:
        known = prod(d for d in shape if d != -1)
        if known == 0 or size % known:
            raise WrongInput(f"a tensor of shape {tuple(value.shape)} cannot become {wanted}")
        shape[shape.index(-1)] = size // known
    if any(d < 0 for d in shape) or prod(shape) != size:
        raise WrongInput(f"a tensor of shape {tuple(value.shape)} cannot become {wanted}")
    return moved(value, lambda p: p.reshape(shape))


def flatten(call: Call) -> Value:
    """Two dimensions: those before the axis, and the others."""
    call.limit(1, 1, ["axis"])
    value, axis = call.value(0), call.integer("axis", 1)
    rank = len(value.shape)
    if not -rank <= axis <= rank:
        raise WrongInput(f"axis {axis} of a tensor of rank {rank}")
    a = axis + rank if axis < 0 else axis
    shape = (prod(value.shape[:a]), prod(value.shape[a:]))
    return moved(value, lambda p: p.reshape(shape))


def transpose(call: Call) -> Value:
    """Axes permuted, or reversed."""
    call.limit(1, 1, ["perm"])
    value, perm = call.value(0), call.ints("perm")
    rank = len(value.shape)
    if perm is not None and sorted(perm) != list(range(rank)):
        raise WrongInput(f"perm {perm} is no permutation of the {rank} axes")
    return moved(value, lambda p: p.transpose(perm))


def squeeze(call: Call) -> Value:
    """Dimensions of 1 removed: those named, or all."""
    call.limit(1, 2, ["axes"])
    value, axes = call.value(0), call.integers_or_attribute(1, "axes")
    shape = value.shape
    gone = [k for k, d in enumerate(shape) if d == 1] if axes is None else axes_of(len(shape), axes)
    if any(shape[k] != 1 for k in gone):
        raise WrongInput(f"axes {gone} of a tensor of shape {tuple(shape)}", expected="dimensions of 1")
    return moved(value, lambda p: p.reshape([d for k, d in enumerate(shape) if k not in gone]))


def unsqueeze(call: Call) -> Value:
    """Dimensions of 1 put in at the axes."""
    call.limit(1, 2, ["axes"])
    value, axes = call.value(0), call.integers_or_attribute(1, "axes")
    if axes is None:
        raise WrongInput("the axes are missing")
    rank = len(value.shape) + len(axes)
    new = axes_of(rank, axes)
    rest = iter(value.shape)
    shape = [1 if k in new else next(rest) for k in range(rank)]
    return moved(value, lambda p: p.reshape(shape))


def concat(call: Call) -> Value:
    """Tensors one after the other along an axis."""
    call.limit(1, 1_000_000, ["axis"])
    values = [call.value(k) for k in range(len(call.values))]
    if "axis" not in call.node.attributes:
        raise WrongInput("the attribute 'axis' is missing")
    axis = axis_of(len(values[0].shape), call.integer("axis", 0))
    cut = [v.shape[:axis] + v.shape[axis + 1 :] for v in values]
    if any(len(v.shape) != len(values[0].shape) for v in values) or any(c != cut[0] for c in cut):
        raise WrongInput(f"tensors of shapes {[tuple(v.shape) for v in values]} do not fit along axis {axis}")
    if all(not isinstance(v, Affine) for v in values):
        return np.concatenate([cast("Ints", v) for v in values], axis)
    if any(not isinstance(v, Affine) for v in values):
        raise Unsupported("floats and integers together", expected="tensors of one kind")
    tensors = [cast("Affine", v) for v in values]
    first, places = 0, []
    for t in tensors:
        places.append(t.places() + first)
        first += t.size
    order = np.concatenate(places, axis)
    check_size(order.shape)
    return stacked(tensors).take(order)


def stacked(tensors: list[Affine]) -> Affine:
    """All entries of several tensors in one list."""
    columns = max((t.matrix.shape[1] for t in tensors if t.matrix is not None), default=0)
    matrix = None
    if columns:
        rows = []
        for t in tensors:
            m = t.matrix if t.matrix is not None else sp.csr_matrix((t.size, columns))
            rows.append(sp.csr_matrix((m.data, m.indices, m.indptr), shape=(t.size, columns)))
        matrix = sp.csr_matrix(sp.vstack(rows))
    kind = np.concatenate([t.kind for t in tensors])
    bias = np.concatenate([t.bias for t in tensors])
    return Affine((len(bias),), kind, bias, matrix, all(t.literal for t in tensors))


def slice_(call: Call) -> Value:
    """Start, stop and step along axes; negative starts and stops count from the end, both are clamped."""
    call.limit(1, 5, ["starts", "ends", "axes"])
    value = call.value(0)
    starts, stops = call.integers_or_attribute(1, "starts"), call.integers_or_attribute(2, "ends")
    if starts is None or stops is None:
        raise WrongInput("the starts or the ends are missing")
    named = call.integers_or_attribute(3, "axes")
    steps = call.integers(4) if call.has(4) else [1] * len(starts)
    rank = len(value.shape)
    if named is None and len(starts) > rank:
        raise WrongInput(f"{len(starts)} starts for a tensor of rank {rank}")
    axes = list(range(len(starts))) if named is None else axes_of(rank, named)
    if not len(starts) == len(stops) == len(axes) == len(steps) or 0 in steps:
        raise WrongInput(f"starts {starts}, ends {stops}, axes {axes}, steps {steps} do not fit together")
    index = [np.arange(d) for d in value.shape]
    for axis, start, stop, step in zip(axes, starts, stops, steps, strict=True):
        size = value.shape[axis]
        first = start + size if start < 0 else start
        last = stop + size if stop < 0 else stop
        low, high = (0, size) if step > 0 else (-1, size - 1)
        first = min(max(first, 0), size if step > 0 else size - 1)
        index[axis] = np.arange(first, min(max(last, low), high), step)
    return moved(value, lambda p: p[np.ix_(*index)] if index else p)


def gather(call: Call) -> Value:
    """Entries at constant indices along an axis."""
    call.limit(2, 2, ["axis"])
    value, indices = call.value(0), call.value(1)
    if isinstance(indices, Affine):
        raise Unsupported("the indices are not constant integers")
    axis = axis_of(len(value.shape), call.integer("axis", 0))
    size = value.shape[axis]
    if indices.size and (indices.min() < -size or indices.max() >= size):
        raise WrongInput(f"an index lies outside an axis of length {size}")
    check_size(value.shape[:axis] + indices.shape + value.shape[axis + 1 :])
    wrapped = np.where(indices < 0, indices + size, indices)
    return moved(value, lambda p: np.take(p, wrapped, axis))


def split(call: Call) -> list[Value]:
    """Consecutive parts along an axis: of given lengths, or as equal as can be with the last one shorter."""
    call.limit(1, 2, ["axis", "split", "num_outputs"])
    value, outs = call.value(0), len(call.node.outputs)
    axis = axis_of(len(value.shape), call.integer("axis", 0))
    size = value.shape[axis]
    lengths = call.integers_or_attribute(1, "split")
    if lengths is None:
        part = -(-size // outs)
        lengths = [part] * (outs - 1) + [size - part * (outs - 1)]
        if call.integer("num_outputs", outs) != outs:
            raise WrongInput(f"num_outputs is not the number of outputs, {outs}")
    if len(lengths) != outs or sum(lengths) != size or min(lengths) < 0:
        raise WrongInput(f"parts of lengths {lengths} of an axis of length {size}, for {outs} outputs")
    ends = np.cumsum(lengths)

    def part_of(k: int) -> Value:
        return moved(value, lambda p: np.take(p, np.arange(ends[k] - lengths[k], ends[k]), axis))

    return [part_of(k) for k in range(outs)]


def pad(call: Call) -> Value:
    """A constant put around (entries removed where a pad is negative)."""
    call.limit(1, 4, ["mode", "pads", "value"])
    if call.word("mode", "constant") != "constant":
        raise Unsupported(f"mode {call.word('mode', '')!r}", expected="'constant'")
    tensor = call.real(0)
    pads = call.integers_or_attribute(1, "pads")
    fill = call.number("value", 0.0)
    if call.has(2):
        numbers = call.literal(2)
        if numbers.size != 1:
            raise WrongInput("the constant is not one number")
        fill = float(numbers.bias[0])
    rank = len(tensor.shape)
    axes = axes_of(rank, call.integers(3)) if call.has(3) else list(range(rank))
    if pads is None or len(pads) != 2 * len(axes):
        raise WrongInput(f"pads {pads} for {len(axes)} axes")
    before, after = [0] * rank, [0] * rank
    for k, axis in enumerate(axes):
        before[axis], after[axis] = pads[k], pads[len(axes) + k]
    shape = [b + d + a for b, d, a in zip(before, tensor.shape, after, strict=True)]
    check_size(shape)
    places = np.full(shape, -1, dtype=np.int64)
    along = [np.arange(-b, d + a) for b, d, a in zip(before, tensor.shape, after, strict=True)]
    inside = [(k >= 0) & (k < d) for k, d in zip(along, tensor.shape, strict=True)]
    kept = [k[i] for k, i in zip(along, inside, strict=True)]
    places[np.ix_(*inside)] = tensor.places()[np.ix_(*kept)]
    return tensor.take(places, fill=fill)


def _single(numbers: Floats) -> bool:
    """Whether all these are numbers of binary32."""
    with np.errstate(over="ignore"):
        return bool((numbers.astype(np.float32) == numbers).all())


def cast_(call: Call) -> Value:
    """Between types of real numbers, and to integers; numbers of the model where they are of the new type."""
    call.limit(1, 1, ["to", "saturate"])
    value, to = call.value(0), call.integer("to", 0)
    number = onnx.TensorProto
    if not isinstance(value, Affine):
        if to == number.INT64:
            return value
        if to in (number.FLOAT, number.DOUBLE) and (np.abs(value) < 1 << 24).all():
            return constant(value.astype(np.float64), literal=True)
    elif to == number.INT64:  # fractions are dropped
        if (value.kind != CONSTANT).any():
            raise Unsupported("a cast to INT64 of what depends on inputs that can vary", hint=VARYING)
        return np.trunc(value.bias).astype(np.int64).reshape(value.shape)
    elif to == number.DOUBLE or (to == number.FLOAT and (not value.literal or _single(value.bias))):
        return value
    raise Unsupported(f"a cast of these numbers to type {to}", expected="FLOAT or DOUBLE without rounding, or INT64")


def constant_value(call: Call) -> Value:
    """A tensor that stands in the node."""
    call.limit(0, 0, ["value", "value_float", "value_floats", "value_int", "value_ints"])
    if len(call.node.attributes) != 1:
        raise WrongInput("not exactly one value is given")
    ((name, value),) = call.node.attributes.items()
    if name == "value":
        if not isinstance(value, Affine | np.ndarray):
            raise WrongInput("the value is no tensor")
        return cast("Value", value)
    if name in ("value_int", "value_ints"):
        return np.asarray(value, dtype=np.int64)
    numbers = np.asarray(value, dtype=np.float64)
    if not np.isfinite(numbers).all():
        raise WrongInput("a number is NaN or infinite")
    return constant(numbers, literal=True)

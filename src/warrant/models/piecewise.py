"""Piecewise linear operators: each entry of a result is the least of some largest numbers (Spec/Piecewise.v)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from warrant.errors import Unsupported, WrongInput
from warrant.models.movement import stacked
from warrant.models.tensors import Affine, Ints, add, axes_of, check_size, common_shape, constant, scale, stretched
from warrant.models.windows import pooled

if TYPE_CHECKING:
    from warrant.models.lowering import Lowering
    from warrant.models.operands import Call

PIECEWISE = ("Abs", "Clip", "GlobalMaxPool", "HardSigmoid", "Max", "MaxPool", "Min", "ReduceMax", "ReduceMin")
_OPERAND_ONCE = ("Clip", "HardSigmoid")


@dataclass(frozen=True)
class Choices:
    """For each entry of a tensor of this shape, lists of numbers; the entry is the least of their largest ones.

    members: (numbers,) all of them, entry by entry, list by list; inner: (lists,) how many there are in each list;
    outer: (entries,) how many lists there are for each entry.
    """

    shape: tuple[int, ...]
    members: Affine
    inner: Ints
    outer: Ints


def apply(state: Lowering, call: Call) -> Affine:
    """The result of a piecewise linear operator, by blocks of rectifiers."""
    if call.node.op not in _OPERAND_ONCE:
        forced = tuple(state.force(x) if isinstance(x, Affine) else x for x in call.values)
        call = replace(call, values=forced)
    chosen = _choices(call)
    if not (chosen.inner.all() and chosen.outer.all()):
        raise WrongInput("an extreme of no entries")
    largest = _tournament(state, chosen.members, chosen.inner, most=True)
    result = _tournament(state, largest, chosen.outer, most=False)
    return Affine(chosen.shape, result.kind, result.bias, result.matrix)


def _tournament(state: Lowering, members: Affine, lengths: Ints, *, most: bool) -> Affine:
    """The largest, or the least, member of each list: pairs become max(a, b) = a + relu(b − a) until one is left."""
    while (lengths > 1).any():
        starts, pairs, odd = np.cumsum(lengths) - lengths, lengths // 2, lengths % 2 == 1
        within = np.arange(pairs.sum()) - np.repeat(np.cumsum(pairs) - pairs, pairs)
        first = np.repeat(starts, pairs) + 2 * within
        a, b = members.take(first), members.take(first + 1)
        gap = state.block("relu", add(b, a, -1.0) if most else add(a, b, -1.0))
        joined = add(a, gap, 1.0 if most else -1.0)
        lengths = pairs + odd
        order = np.zeros(lengths.sum(), dtype=np.int64)
        places = np.repeat(np.cumsum(lengths) - lengths, pairs) + within
        order[places] = np.arange(len(first))
        order[(np.cumsum(lengths) - 1)[odd]] = len(first) + np.arange(odd.sum())
        members = stacked([joined, members.take((starts + 2 * pairs)[odd])]).take(order)
    return members


def _choices(call: Call) -> Choices:
    op = call.node.op
    if op == "Abs":
        call.limit(1, 1, [])
        x = call.real(0)
        pair = stacked([x, scale(x, np.full(x.size, -1.0))])
        return _extremes(x.shape, pair, np.arange(2 * x.size).reshape(2, -1).T, most=True)
    if op == "Clip":
        return _clip(call)
    if op == "HardSigmoid":
        call.limit(1, 1, ["alpha", "beta"])
        x = call.real(0)
        slope, offset = call.number("alpha", float(np.float32(0.2))), call.number("beta", 0.5)
        return _between(scale(x, np.full(x.size, slope), np.full(x.size, offset)), 0.0, 1.0)
    if op in ("Max", "Min"):
        call.limit(1, 1_000_000, [])
        tensors = [call.real(k) for k in range(len(call.values))]
        shape: tuple[int, ...] = tensors[0].shape
        for t in tensors[1:]:
            shape = common_shape(shape, t.shape)
        every = stacked([stretched(t, shape) for t in tensors])
        return _extremes(shape, every, np.arange(every.size).reshape(len(tensors), -1).T, most=op == "Max")
    if op == "MaxPool":
        return _pooled(call)
    return _reduced(call)


def _extremes(shape: tuple[int, ...], operand: Affine, places: Ints, *, most: bool) -> Choices:
    """Of the entries at these places, (entries, members), -1 for none: the largest, or the least."""
    check_size(shape)
    there = places >= 0
    counts, members = there.sum(1), operand.take(places[there])
    alone = np.ones(members.size if not most else len(places), dtype=np.int64)
    return Choices(shape, members, counts if most else alone, alone if most else counts)


def _clip(call: Call) -> Choices:
    call.limit(1, 3, ["min", "max"])
    bounds: list[float | None] = []
    for k, name in ((1, "min"), (2, "max")):
        given = call.node.attributes.get(name)
        if call.has(k):
            numbers = call.literal(k)
            if numbers.size != 1 or given is not None:
                raise WrongInput(f"the bound {name!r} is not one number, or is given twice")
            bounds.append(float(numbers.bias[0]))
        else:
            bounds.append(None if given is None else call.number(name, 0.0))
    return _between(call.real(0), *bounds)


def _between(x: Affine, low: float | None, high: float | None) -> Choices:
    """The entries, not below ``low`` and then not above ``high``."""
    n = x.size
    columns = [] if high is None else [constant(np.full(n, high))]
    columns += [] if low is None else [constant(np.full(n, low))]
    every = stacked([*columns, x])
    order = np.arange(every.size).reshape(-1, n).T.reshape(-1)
    lists = ([] if high is None else [1]) + [1 if low is None else 2]
    return Choices(x.shape, every.take(order), np.tile(lists, n), np.full(n, len(lists)))


def _pooled(call: Call) -> Choices:
    x, window, spots = pooled(call, ["storage_order"])
    batch, channels, *dims = x.shape
    if not (spots >= 0).any(1).all():
        raise WrongInput("a window lies in the padding only")
    image = np.arange(batch * channels)[:, None, None] * int(np.prod(dims))
    places = np.where(spots >= 0, image + spots, -1).reshape(-1, spots.shape[1])
    return _extremes((batch, channels, *window.extents), x, places, most=True)


def _reduced(call: Call) -> Choices:
    op = call.node.op
    if op == "GlobalMaxPool":
        call.limit(1, 1, [])
        x = call.real(0)
        if len(x.shape) < 3:
            raise WrongInput(f"a tensor of shape {x.shape}", expected="a batch, channels and space")
        over, keep = list(range(2, len(x.shape))), True
    else:
        call.limit(1, 2, ["axes", "keepdims", "noop_with_empty_axes"])
        x, axes, keep = call.real(0), call.integers_or_attribute(1, "axes"), call.flag("keepdims", 1)
        if call.flag("noop_with_empty_axes"):
            raise Unsupported("noop_with_empty_axes is 1", expected="0")
        over = axes_of(len(x.shape), axes) if axes else list(range(len(x.shape)))
    kept = [k for k in range(len(x.shape)) if k not in over]
    shape = tuple(1 if k in over else d for k, d in enumerate(x.shape)) if keep else tuple(x.shape[k] for k in kept)
    terms = int(np.prod([x.shape[k] for k in over]))
    places = x.places().transpose(kept + sorted(over)).reshape(-1, terms) if terms else np.zeros((1, 0), np.int64)
    return _extremes(shape, x, places, most=op != "ReduceMin")

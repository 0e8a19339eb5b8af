"""Convolutions and pools: windows that slide over the last axes."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from warrant.errors import Unsupported, WrongInput
from warrant.models.arithmetic import PRODUCT
from warrant.models.tensors import Affine, Ints, add, check_size, linear, stretched

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warrant.models.operands import Call

WINDOW = ["strides", "dilations", "pads", "auto_pad", "kernel_shape"]


@dataclass(frozen=True)
class Window:
    """Along each axis: kernel, stride, dilation, padding before and after, and how many windows there are."""

    kernel: list[int]
    strides: list[int]
    dilations: list[int]
    before: list[int]
    after: list[int]
    extents: list[int]

    def cells(self, axis: int) -> Ints:
        """(windows, kernel): where the cells lie along an axis; negative or too large in the padding."""
        at = np.arange(self.extents[axis])[:, None] * self.strides[axis]
        return at + np.arange(self.kernel[axis])[None] * self.dilations[axis] - self.before[axis]


def window_of(call: Call, dims: tuple[int, ...], kernel: list[int], *, up: bool) -> Window:
    """The window that the attributes describe; with ``up``, a last window may hang over the end."""
    r = len(dims)
    strides = call.ints("strides") or [1] * r
    dilations = call.ints("dilations") or [1] * r
    pads = call.ints("pads") or [0] * (2 * r)
    auto = call.word("auto_pad", "NOTSET")
    if not (len(kernel) == len(strides) == len(dilations) == r and len(pads) == 2 * r):
        raise WrongInput(f"kernel {kernel}, strides {strides}, dilations {dilations}, pads {pads} for {r} spatial axes")
    if min(kernel + strides + dilations, default=1) < 1 or min(pads, default=0) < 0:
        raise Unsupported(
            f"kernel {kernel}, strides {strides}, dilations {dilations}, pads {pads}", expected="no negative numbers"
        )
    reach = [e * (k - 1) + 1 for k, e in zip(kernel, dilations, strict=True)]
    before, after = pads[:r], pads[r:]
    if auto != "NOTSET":
        if any(pads):
            raise WrongInput(f"auto_pad {auto} together with pads {pads}")
        if auto == "VALID" and up:
            raise Unsupported("auto_pad VALID together with ceil_mode 1", expected="explicit pads")
        before, after = _auto_pads(auto, dims, strides, reach)
    extents = []
    for m, s, b, a, t in zip(dims, strides, before, after, reach, strict=True):
        if t > m + b + a:
            raise WrongInput(f"a window of length {t} on an axis of length {m} with pads {b} and {a}")
        n = (m + b + a - t + (s - 1 if up else 0)) // s + 1
        extents.append(n - 1 if up and m + b <= (n - 1) * s else n)
    return Window(kernel, strides, dilations, before, after, extents)


def _auto_pads(auto: str, dims: tuple[int, ...], strides: list[int], reach: list[int]) -> tuple[list[int], list[int]]:
    if auto == "VALID":
        return [0] * len(dims), [0] * len(dims)
    if auto not in ("SAME_UPPER", "SAME_LOWER"):
        raise Unsupported(f"auto_pad {auto!r}", expected="NOTSET, VALID, SAME_UPPER or SAME_LOWER")
    total = [max(0, (-(-m // s) - 1) * s + t - m) for m, s, t in zip(dims, strides, reach, strict=True)]
    small = [t // 2 for t in total]
    large = [t - h for t, h in zip(total, small, strict=True)]
    return (small, large) if auto == "SAME_UPPER" else (large, small)


def window_places(window: Window, shape: tuple[int, ...]) -> Ints:
    """(windows, cells): the place within the last axes of each cell of each window; -1 in the padding."""
    dims = shape[2:]
    places = np.zeros((1, 1), dtype=np.int64)
    inside = np.ones((1, 1), dtype=bool)
    for axis, size in enumerate(dims):
        cells = window.cells(axis)
        ok = (cells >= 0) & (cells < size)
        grown = places[:, None, :, None] * size + cells[None, :, None, :]
        both = inside[:, None, :, None] & ok[None, :, None, :]
        places = grown.reshape(len(places) * len(cells), -1)
        inside = both.reshape(places.shape)
    return np.where(inside, places, -1)


def conv(call: Call, x: Affine, w: Affine, bias: Affine | None) -> Affine:
    """Convolution with groups, strides, dilations and zero padding."""
    if len(x.shape) < 3 or len(w.shape) != len(x.shape):
        raise WrongInput(f"an operand of shape {x.shape} and weights of shape {w.shape}")
    if not (x.constant or w.constant):
        raise Unsupported(PRODUCT, expected="constant weights")
    batch, channels, *dims = x.shape
    outs, per_group, *kernel = w.shape
    groups = call.integer("group", 1)
    declared = call.ints("kernel_shape")
    if groups < 1 or outs % groups or channels != per_group * groups or (declared not in (None, kernel)):
        raise WrongInput(
            f"{channels} channels, weights of shape {w.shape}, {groups} groups, kernel_shape {declared} do not fit"
        )
    window = window_of(call, tuple(dims), kernel, up=False)
    spots = window_places(window, x.shape)
    n, cells = spots.shape
    shape = (batch, outs, *window.extents)
    check_size(shape)
    space = prod(dims)
    # axes: batch, output channel, window, channel within the group, cell
    b = np.arange(batch)[:, None, None, None, None]
    o = np.arange(outs)[None, :, None, None, None]
    q = np.arange(per_group)[None, None, None, :, None]
    channel = (o // (outs // groups)) * per_group + q
    at = spots[None, None, :, None, :]
    full = (batch, outs, n, per_group, cells)
    inside = np.broadcast_to(at >= 0, full).reshape(-1)
    left = np.broadcast_to((b * channels + channel) * space + at, full).reshape(-1)[inside]
    right = np.broadcast_to((o * per_group + q) * cells + np.arange(cells), full).reshape(-1)[inside]
    rows = np.broadcast_to((b * outs + o) * n + np.arange(n)[:, None, None], full).reshape(-1)[inside]
    y = linear(shape, x, rows, left, w.bias[right]) if w.constant else linear(shape, w, rows, right, x.bias[left])
    if bias is None:
        return y
    if bias.shape != (outs,):
        raise WrongInput(f"a bias of shape {bias.shape}", expected=f"({outs},)")
    column = Affine((outs,) + (1,) * len(dims), bias.kind, bias.bias, bias.matrix)
    return add(y, stretched(column, shape))


def pooled(call: Call, more: Sequence[str]) -> tuple[Affine, Window, Ints]:
    """The operand of a pooling operator with these attributes of its own, the windows, and where their cells are."""
    call.limit(1, 1, ["ceil_mode", *more, *WINDOW])
    x, kernel = call.real(0), call.ints("kernel_shape") or []
    if len(x.shape) < 3:
        raise WrongInput(f"a tensor of shape {x.shape}", expected="a batch, channels and space")
    window = window_of(call, x.shape[2:], kernel, up=call.flag("ceil_mode"))
    return x, window, window_places(window, x.shape)


def average_pool(call: Call) -> Affine:
    """The mean over each window; cells in the padding count only with count_include_pad, cells beyond it never."""
    x, window, spots = pooled(call, ["count_include_pad"])
    batch, channels, *dims = x.shape
    padded = call.flag("count_include_pad")
    counts = np.ones(1, dtype=np.int64)
    for axis, size in enumerate(dims):
        cells = window.cells(axis)
        low, high = (-window.before[axis], size + window.after[axis]) if padded else (0, size)
        along = ((cells >= low) & (cells < high)).sum(1)
        counts = (counts[:, None] * along[None]).reshape(-1)
    if not counts.all():
        raise WrongInput("a window lies in the padding only")
    shape = (batch, channels, *window.extents)
    image = np.arange(batch * channels)[:, None, None]
    full = (batch * channels, *spots.shape)
    inside = np.broadcast_to(spots >= 0, full).reshape(-1)
    ins = (image * prod(dims) + spots).reshape(-1)[inside]
    rows = np.broadcast_to(image * len(spots) + np.arange(len(spots))[:, None], full).reshape(-1)[inside]
    weights = np.broadcast_to(1.0 / counts[:, None], full).reshape(-1)[inside]
    return linear(shape, x, rows, ins, weights)

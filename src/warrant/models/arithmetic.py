"""Operators that compute: every one is affine in its one non-constant operand."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

import numpy as np

from warrant.errors import Unsupported, WrongInput
from warrant.models.tensors import (
    Affine,
    Ints,
    add,
    axes_of,
    common_shape,
    constant,
    linear,
    scale,
    stretched,
)

if TYPE_CHECKING:
    from warrant.models.operands import Call

PRODUCT = "a product of two tensors that both depend on the input"
AFFINE_HINT = "Warrant handles piecewise linear networks"


def add_or_sub(call: Call, sign: float) -> Affine:
    """Sum or difference, entry by entry."""
    call.limit(2, 2, [])
    a, b = call.real(0), call.real(1)
    shape = common_shape(a.shape, b.shape)
    return add(stretched(a, shape), stretched(b, shape), sign)


def multiply(call: Call) -> Affine:
    """Product, entry by entry; one factor is constant."""
    call.limit(2, 2, [])
    a, b = call.real(0), call.real(1)
    if not (a.constant or b.constant):
        raise Unsupported(PRODUCT, expected="one constant factor", hint=AFFINE_HINT)
    shape = common_shape(a.shape, b.shape)
    factor, operand = (a, b) if a.constant else (b, a)
    return scale(stretched(operand, shape), stretched(factor, shape).bias)


def divide(call: Call) -> Affine:
    """Quotient by numbers of the model, none of them 0."""
    call.limit(2, 2, [])
    a, b = call.real(0), call.literal(1)
    if not b.bias.all():
        raise WrongInput("a divisor is 0")
    shape = common_shape(a.shape, b.shape)
    return scale(stretched(a, shape), 1.0 / stretched(b, shape).bias)


def negate(call: Call) -> Affine:
    """The opposite of each entry."""
    call.limit(1, 1, [])
    a = call.real(0)
    return scale(a, np.full(a.size, -1.0))


def matmul(a: Affine, b: Affine) -> Affine:
    """NumPy's matmul: stacks of matrices are broadcast; a vector stands for one row, or one column."""
    if not a.shape or not b.shape:
        raise WrongInput(f"shapes {a.shape} and {b.shape}", expected="at least vectors")
    sa = (1, *a.shape) if len(a.shape) == 1 else a.shape
    sb = (*b.shape, 1) if len(b.shape) == 1 else b.shape
    if sa[-1] != sb[-2]:
        raise WrongInput(f"shapes {a.shape} and {b.shape} do not fit: {sa[-1]} columns, {sb[-2]} rows")
    stack = common_shape(sa[:-2], sb[:-2])
    m, k, n = sa[-2], sa[-1], sb[-1]
    pa = np.broadcast_to(a.places().reshape(sa), (*stack, m, k))
    pb = np.broadcast_to(b.places().reshape(sb), (*stack, k, n))
    shape = stack + (() if len(a.shape) == 1 else (m,)) + (() if len(b.shape) == 1 else (n,))
    full = (*stack, m, n, k)
    left = np.broadcast_to(pa[..., :, None, :], full).reshape(-1)
    right = np.broadcast_to(np.swapaxes(pb, -1, -2)[..., None, :, :], full).reshape(-1)
    return products(shape, a, b, left, right, k)


def products(shape: tuple[int, ...], a: Affine, b: Affine, left: Ints, right: Ints, terms: int) -> Affine:
    """Entry i: Σ over its ``terms`` consecutive pairs of places of a[left] · b[right]; one operand is constant."""
    outs = np.repeat(np.arange(prod(shape)), terms)
    if a.constant:
        return linear(shape, b, outs, right, a.bias[left])
    if b.constant:
        return linear(shape, a, outs, left, b.bias[right])
    raise Unsupported(PRODUCT, expected="one constant factor", hint=AFFINE_HINT)


def gemm(call: Call, a: Affine, b: Affine, c: Affine | None) -> Affine:
    """Alpha · A · B + beta · C, with A or B transposed first where asked; C is stretched."""
    if len(a.shape) != 2 or len(b.shape) != 2:
        raise WrongInput(f"shapes {a.shape} and {b.shape}", expected="two matrices")
    a = a.take(np.ascontiguousarray(a.places().T)) if call.flag("transA") else a
    b = b.take(np.ascontiguousarray(b.places().T)) if call.flag("transB") else b
    product = matmul(a, b)
    alpha, beta = call.number("alpha", 1.0), call.number("beta", 1.0)
    total = scale(product, np.full(product.size, alpha))
    if c is None:
        return total
    if common_shape(c.shape, product.shape) != product.shape:
        raise WrongInput(f"C of shape {c.shape} does not stretch to {product.shape}")
    c = stretched(c, product.shape)
    return add(total, scale(c, np.full(c.size, beta)))


def scaler(call: Call) -> Affine:
    """(X - offset) · scale of ai.onnx.ml; one number for each feature, or one for all."""
    call.limit(1, 1, ["offset", "scale"])
    x, offset, factor = call.real(0), call.numbers("offset"), call.numbers("scale")
    if offset is None or factor is None:
        raise WrongInput("offset or scale is missing")
    shapes = [common_shape(x.shape, (len(part),)) for part in (offset, factor)]
    if any(shape != x.shape for shape in shapes):
        raise WrongInput(f"{len(offset)} offsets and {len(factor)} scales for a tensor of shape {x.shape}")
    moved = add(x, stretched(constant(offset), x.shape), -1.0)
    return scale(moved, stretched(constant(factor), x.shape).bias)


def linear_regressor(call: Call) -> Affine:
    """X · coefficients + intercepts of ai.onnx.ml."""
    call.limit(1, 1, ["coefficients", "intercepts", "targets", "post_transform"])
    if call.word("post_transform", "NONE") != "NONE":
        raise Unsupported(f"post_transform {call.word('post_transform', 'NONE')}", expected="NONE")
    return linear_model(call, call.integer("targets", 1))


def linear_model(call: Call, targets: int) -> Affine:
    """X · coefficients + intercepts, with the coefficients of one target after those of another."""
    x, coefficients, intercepts = call.real(0), call.numbers("coefficients"), call.numbers("intercepts")
    if len(x.shape) != 2 or coefficients is None or targets < 1 or len(coefficients) != targets * x.shape[1]:
        raise WrongInput(f"its coefficients do not fit a tensor of shape {x.shape} and {targets} targets")
    product = matmul(x, constant(coefficients.reshape(targets, x.shape[1]).T.copy()))
    if intercepts is None:
        return scale(product, np.ones(product.size))
    if len(intercepts) != targets:
        raise WrongInput(f"{len(intercepts)} intercepts", expected=f"{targets}")
    return add(scale(product, np.ones(product.size)), stretched(constant(intercepts), product.shape))


def batch_normalization(call: Call) -> Affine:
    """Scale · (x − mean) / √(variance + ε) + bias, by channels."""
    call.limit(5, 5, ["epsilon", "momentum", "spatial", "training_mode"])
    if not call.flag("spatial", 1):
        raise Unsupported("attribute 'spatial' is 0", expected="1")
    if call.flag("training_mode"):
        raise Unsupported("training_mode is 1", expected="0", hint="export the model for inference (model.eval())")
    if len(call.node.outputs) != 1:
        raise Unsupported(f"{len(call.node.outputs)} outputs, as in training", expected="1, for inference")
    x = call.real(0)
    eps = call.number("epsilon", float(np.float32(1e-5)))
    if len(x.shape) < 2:
        raise WrongInput(f"a tensor of shape {x.shape}", expected="a batch and channels")
    parameters = [call.literal(k) for k in range(1, 5)]
    if any(p.shape != (x.shape[1],) for p in parameters):
        raise WrongInput(f"parameters of shapes {[p.shape for p in parameters]}", expected=f"({x.shape[1]},) each")
    factor, bias, mean, variance = (p.bias for p in parameters)
    if eps < 0 or (variance < 0).any() or (variance + eps == 0).any():
        raise WrongInput("a variance is negative, or 0 with epsilon 0")
    channel = np.broadcast_to(np.arange(x.shape[1]).reshape((1, -1) + (1,) * (len(x.shape) - 2)), x.shape).reshape(-1)
    a = factor / np.sqrt(variance + eps)
    return scale(x, a[channel], (bias - a * mean)[channel])


def reduce_(call: Call, mean: bool) -> Affine:
    """Sums or means over axes."""
    call.limit(1, 2, ["axes", "keepdims", "noop_with_empty_axes"])
    x, axes = call.real(0), call.integers_or_attribute(1, "axes")
    keep, noop = call.flag("keepdims", 1), call.flag("noop_with_empty_axes")
    if not axes and noop:
        return x
    rank = len(x.shape)
    return reduce_over(x, axes_of(rank, axes) if axes else list(range(rank)), mean, keep)


def reduce_over(x: Affine, axes: list[int], mean: bool, keep: bool) -> Affine:
    """Sums or means over the axes, which stay as 1 or vanish."""
    kept = [k for k in range(len(x.shape)) if k not in axes]
    shape = tuple(x.shape[k] for k in kept)
    terms = prod(x.shape[k] for k in axes)
    if mean and terms == 0:
        raise WrongInput("the mean of no entries")
    ins = x.places().transpose(kept + axes).reshape(-1)
    outs = np.repeat(np.arange(prod(shape)), terms)
    y = linear(shape, x, outs, ins, np.full(len(ins), 1.0 / terms if mean else 1.0))
    final = tuple(1 if k in axes else d for k, d in enumerate(x.shape)) if keep else shape
    return Affine(final, y.kind, y.bias, y.matrix)


def global_average_pool(call: Call) -> Affine:
    """The mean over all but the first two axes, which stay as 1."""
    call.limit(1, 1, [])
    x = call.real(0)
    if len(x.shape) < 3:
        raise WrongInput(f"a tensor of shape {x.shape}", expected="a batch, channels and space")
    return reduce_over(x, list(range(2, len(x.shape))), True, True)


def leaky(operand: Affine, rectified: Affine, alpha: float) -> Affine:
    """Alpha · operand + (1 − alpha) · relu(operand)."""
    n = operand.size
    return add(scale(operand, np.full(n, alpha)), scale(rectified, np.full(n, 1.0 - alpha)))

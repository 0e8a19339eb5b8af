"""JAX functions and ``jax.grad`` of them as ONNX files, by jax2onnx."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Any

import numpy as np
from onnx import ModelProto

from warrant._quiet import quiet
from warrant.errors import Unsupported, WrongInput
from warrant.gradients.exported import COTANGENT, Exported, Numbers, argument_names, compared
from warrant.gradients.simplify import rename, simplify

__all__ = ["from_jax"]


def from_jax(
    function: Callable[..., Any],
    inputs: Sequence[Any],
    *,
    derivative: Callable[..., Any] | None = None,
    wrt: Sequence[str] | None = None,
) -> Exported:
    """A JAX function and its gradient as ONNX files.

    Args:
        function: it gives one array.
        inputs: its arguments: arrays, or trees of arrays.  Their arrays of floats become the inputs of the files, named
            by the function's parameters (``params['w']``); all else is constant.
        derivative: takes the same arguments, then, if the function's output is more than one number, the cotangent, of
            its shape; and gives the gradient by each of ``wrt``.  None takes what ``jax.grad`` (or ``jax.vjp``) makes,
            custom rules included.
        wrt: names of inputs; None for all.

    Raises:
        WrongInput: jax or jax2onnx is not installed, or the names are none.
        Unsupported: jax2onnx has no converter for what the function does.
    """
    try:
        import jax
        import jax2onnx
    except ImportError:
        raise WrongInput("a JAX function", expected="jax2onnx", hint="pip install 'warrant-ml[jax]'") from None
    leaves, tree = jax.tree_util.tree_flatten_with_path(tuple(inputs))
    names = [_name(path, argument_names(function, len(inputs))) for path, _ in leaves]
    values = [leaf for _, leaf in leaves]
    real = [k for k, v in enumerate(values) if np.issubdtype(np.asarray(v).dtype, np.floating)]
    chosen = [names[k] for k in real] if wrt is None else list(wrt)
    unknown = [name for name in chosen if name not in [names[k] for k in real]]
    if unknown:
        raise WrongInput(f"no input {unknown[0]!r}", expected=f"some of: {', '.join(names[k] for k in real)}")
    places = [next(j for j, k in enumerate(real) if names[k] == name) for name in chosen]

    def arguments(xs: Sequence[Any]) -> Any:
        new = list(values)
        for k, x in zip(real, xs, strict=True):
            new[k] = x
        return jax.tree_util.tree_unflatten(tree, new)

    def flat(*xs: Any) -> Any:
        return function(*arguments(xs))

    given = [np.asarray(values[k]) for k in real]
    result = jax.eval_shape(flat, *given)
    if not hasattr(result, "shape"):
        raise Unsupported("the function does not give one array", expected="a function with one output")
    scalar = result.size == 1

    def backward(*xs: Any) -> Any:
        *own, c = (*xs, jax.numpy.ones(result.shape, result.dtype)) if scalar else xs
        if derivative is not None:
            gs = derivative(*arguments(own), *([] if scalar else [c]))
            return tuple(gs) if isinstance(gs, tuple | list) else (gs,)

        def of_chosen(*chosen: Any) -> Any:
            new = list(own)
            for k, x in zip(places, chosen, strict=True):
                new[k] = x
            return flat(*new)

        return jax.vjp(of_chosen, *(own[k] for k in places))[1](c)

    specs = [jax.ShapeDtypeStruct(g.shape, g.dtype) for g in given]
    more = [] if scalar else [jax.ShapeDtypeStruct(result.shape, result.dtype)]
    f = _export(jax2onnx, flat, specs)
    d = _export(jax2onnx, backward, [*specs, *more])
    called = [names[k] for k in real]
    f = rename(f, called, ["value"])
    d = rename(d, [*called, *([] if scalar else [COTANGENT])], [f"gradient by {name}" for name in chosen])

    def reference(xs: Sequence[Numbers]) -> list[list[Numbers]]:
        own = xs[: len(real)]
        return [[np.asarray(flat(*own))], [np.asarray(g) for g in backward(*xs)]]

    samples = given if scalar else [*given, np.ones(result.shape, result.dtype)]
    gap = compared([f, d], reference, samples)
    note = f"exported by jax2onnx {version('jax2onnx')}; at 3 sampled inputs within {gap:.1e} of JAX {jax.__version__}"
    return Exported(f.SerializeToString(), d.SerializeToString(), tuple(chosen), gap, note)


def _export(jax2onnx: Any, function: Callable[..., Any], specs: Sequence[Any]) -> ModelProto:
    try:
        with quiet():
            return simplify(jax2onnx.to_onnx(_plain(function, specs), list(specs), model_name="graph"))
    except Exception as problem:
        raise Unsupported("jax2onnx does not export the function", hint=str(problem)[:200]) from problem


def _name(path: Sequence[Any], parameters: Sequence[str]) -> str:
    import jax

    return f"{parameters[path[0].idx]}{jax.tree_util.keystr(tuple(path[1:]))}"


def _plain(function: Callable[..., Any], specs: Sequence[Any]) -> Callable[..., Any]:
    """The function with all calls inlined, products as products of matrices, and convolutions in their usual layout.

    jax2onnx 0.17.1 gives other products a wrong Gemm, and refuses other convolutions.
    """
    import jax
    from jax.extend.core import ClosedJaxpr, Literal

    closed = jax.make_jaxpr(function)(*specs)

    def evaluate(program: Any, constants: Sequence[Any], xs: Sequence[Any]) -> list[Any]:
        values: dict[Any, Any] = {}

        def read(v: Any) -> Any:
            return v.val if isinstance(v, Literal) else values[v]

        values.update(zip(program.constvars, constants, strict=True))
        values.update(zip(program.invars, xs, strict=True))
        for e in program.eqns:
            given = [read(v) for v in e.invars]
            inner = next((e.params[k] for k in ("jaxpr", "call_jaxpr", "fun_jaxpr") if k in e.params), None)
            if e.primitive.name in _CALLS and inner is not None:
                own, own_constants = (inner.jaxpr, inner.consts) if isinstance(inner, ClosedJaxpr) else (inner, [])
                outs = evaluate(own, own_constants, given)
            elif e.primitive.name == "dot_general":
                outs = [_product(given[0], given[1], e.params)]
            elif e.primitive.name == "conv_general_dilated":
                outs = [_convolution(given[0], given[1], e.params)]
            else:
                found = e.primitive.bind(*given, **e.params)
                outs = list(found) if e.primitive.multiple_results else [found]
            values.update(zip(e.outvars, outs, strict=True))
        return [read(v) for v in program.outvars]

    def plain(*xs: Any) -> Any:
        return tuple(evaluate(closed.jaxpr, closed.consts, xs))

    return plain


_CALLS = ("pjit", "jit", "closed_call", "core_call", "remat", "checkpoint", "custom_jvp_call", "custom_vjp_call")


def _product(a: Any, b: Any, params: dict[str, Any]) -> Any:
    """A dot_general by a product of matrices, with at most one batch axis."""
    import math

    import jax.numpy as jnp

    (ca, cb), (ba, bb) = params["dimension_numbers"]
    fa = [k for k in range(a.ndim) if k not in (*ca, *ba)]
    fb = [k for k in range(b.ndim) if k not in (*cb, *bb)]
    batch = [a.shape[k] for k in ba]
    sizes = [a.shape[k] for k in fa], [b.shape[k] for k in fb]
    inner = math.prod(a.shape[k] for k in ca)
    lead = [math.prod(batch)] if batch else []

    def turned(x: Any, order: list[int], shape: list[int]) -> Any:
        x = x if order == sorted(order) else jnp.transpose(x, order)
        return x if list(x.shape) == shape else jnp.reshape(x, shape)

    left = turned(a, [*ba, *fa, *ca], [*lead, math.prod(sizes[0]), inner])
    right = turned(b, [*bb, *cb, *fb], [*lead, inner, math.prod(sizes[1])])
    product = jnp.matmul(left, right)
    shape = [*batch, *sizes[0], *sizes[1]]
    return product if list(product.shape) == shape else jnp.reshape(product, shape)


def _convolution(x: Any, w: Any, params: dict[str, Any]) -> Any:
    """A convolution with batch and channels first, and a kernel with outputs and inputs first."""
    import jax
    import jax.numpy as jnp

    numbers = params["dimension_numbers"]
    rest = {k: v for k, v in params.items() if k in ("window_strides", "padding", "feature_group_count")}
    low = [max(p[0], 0) for p in rest["padding"]], [max(p[1], 0) for p in rest["padding"]]
    x, w = jnp.transpose(x, numbers.lhs_spec), jnp.transpose(w, numbers.rhs_spec)
    x = _dilated(x, params["lhs_dilation"])
    cut = [(max(-a, 0), x.shape[2 + k] - max(-b, 0)) for k, (a, b) in enumerate(rest["padding"])]
    for k, (a, b) in enumerate(cut):
        if (a, b) != (0, x.shape[2 + k]):
            x = jax.lax.slice_in_dim(x, a, b, axis=2 + k)
    out = jax.lax.conv_general_dilated(
        x,
        w,
        rest["window_strides"],
        list(zip(*low, strict=True)),
        rhs_dilation=params["rhs_dilation"],
        feature_group_count=rest["feature_group_count"],
    )
    back = [numbers.out_spec.index(k) for k in range(out.ndim)]
    return jnp.transpose(out, back)


def _dilated(x: Any, dilation: Sequence[int]) -> Any:
    """With zeros between the entries."""
    import jax.numpy as jnp

    for k, d in enumerate(dilation, 2):
        if d > 1:
            size = [*x.shape[:k], x.shape[k] * d, *x.shape[k + 1 :]]
            zeros = jnp.zeros((*x.shape[: k + 1], d - 1, *x.shape[k + 1 :]), x.dtype)
            x = jnp.reshape(jnp.concatenate([jnp.expand_dims(x, k + 1), zeros], k + 1), size)
            x = x[(slice(None),) * k + (slice(0, size[k] - d + 1),)]
    return x

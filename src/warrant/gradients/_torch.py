"""PyTorch functions, modules and autograd functions with their gradients as ONNX files, by torch.onnx."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from onnx import ModelProto

from warrant._quiet import quiet
from warrant.errors import Unsupported, WrongInput
from warrant.gradients.exported import COTANGENT, Exported, Numbers, argument_names, compared
from warrant.gradients.simplify import rename, simplify

__all__ = ["from_torch"]


def from_torch(function: Callable[..., Any], inputs: Sequence[Any], *, wrt: Sequence[str] | None = None) -> Exported:
    """A PyTorch function and the gradient that autograd computes of it, as ONNX files.

    The joint graph of forward and backward is traced (``make_fx``), so that hand-written backward passes
    (``torch.autograd.Function``) are in the file as they are.

    Args:
        function: a function, or a module, whose parameters are inputs, too.  Several outputs are taken as one vector.
        inputs: its arguments.  Tensors of floats become the inputs of the files, named by the function's parameters;
            all else is constant.
        wrt: names of inputs; None for those that require a gradient.

    Raises:
        WrongInput: torch or onnxscript is not installed, or the names are none.
        Unsupported: torch.onnx has no converter for what the function does.
    """
    try:
        import onnxscript
        import torch
    except ImportError:
        raise WrongInput(
            "a PyTorch function", expected="torch, onnxscript", hint="pip install 'warrant-ml[pytorch]'"
        ) from None
    module = function if isinstance(function, torch.nn.Module) else None
    parameters = dict(module.named_parameters()) if module is not None else {}
    places = [k for k, x in enumerate(inputs) if isinstance(x, torch.Tensor) and x.is_floating_point()]
    called = argument_names(module.forward if module is not None else function, len(inputs))
    names = [*parameters, *(called[k] for k in places)]
    given = [x.detach() for x in (*parameters.values(), *(inputs[k] for k in places))]
    needs = [x.requires_grad for x in (*parameters.values(), *(inputs[k] for k in places))]
    chosen = [n for n, need in zip(names, needs, strict=True) if need] if wrt is None else list(wrt)
    unknown = [n for n in chosen if n not in names]
    if unknown or not chosen:
        what = f"no input {unknown[0]!r}" if unknown else "no input requires a gradient"
        raise WrongInput(what, expected=f"some of: {', '.join(names)}")

    def flat(*xs: Any) -> Any:
        values = dict(zip(names, xs, strict=True))
        args = list(inputs)
        for k in places:
            args[k] = values[called[k]]
        if module is not None:
            own = {name: values[name] for name in parameters}
            result = torch.func.functional_call(module, own, tuple(args))
        else:
            result = function(*args)
        if isinstance(result, tuple | list):
            return torch.cat([r.reshape(-1) for r in result])
        return result

    def backward(*xs: Any) -> tuple[Any, ...]:
        *own, c = xs if not scalar else (*xs, torch.ones_like(result))
        own = [x.detach().requires_grad_(n in chosen) for n, x in zip(names, own, strict=True)]
        by = [own[names.index(n)] for n in chosen]
        gs = torch.autograd.grad(flat(*own), by, c, allow_unused=True)
        return tuple(torch.zeros_like(x) if g is None else g for g, x in zip(gs, by, strict=True))

    result = flat(*given).detach()
    scalar = result.numel() == 1
    more = [] if scalar else [torch.ones_like(result)]
    f = rename(_export(lambda *xs: (flat(*xs),), given), names, ["value"])
    d = _export(backward, [*given, *more])
    d = rename(d, [*names, *([] if scalar else [COTANGENT])], [f"gradient by {n}" for n in chosen])

    def reference(xs: Sequence[Numbers]) -> list[list[Numbers]]:
        own = [torch.from_numpy(x.copy()) for x in xs]
        return [[flat(*own[: len(names)]).detach().numpy()], [g.detach().numpy() for g in backward(*own)]]

    gap = compared([f, d], reference, [x.numpy() for x in (*given, *more)])
    by = f"torch.onnx {torch.__version__} and onnxscript {onnxscript.__version__}"
    note = f"exported by {by}; at 3 sampled inputs within {gap:.1e} of PyTorch"
    return Exported(f.SerializeToString(), d.SerializeToString(), tuple(chosen), gap, note)


def _export(function: Callable[..., Any], values: Sequence[Any]) -> ModelProto:
    import torch
    from torch._decomp import core_aten_decompositions
    from torch.fx.experimental.proxy_tensor import make_fx
    from torch.nn.attention import SDPBackend, sdpa_kernel

    table = {
        **core_aten_decompositions(),
        torch.ops.aten.convolution_backward.default: _convolution_backward,
        torch.ops.aten.avg_pool2d_backward.default: _average_pooling_backward,
    }
    try:
        with quiet(), sdpa_kernel(SDPBackend.MATH):
            graph = make_fx(function, decomposition_table=table)(*values)
            for node in list(graph.graph.nodes):
                if node.op == "call_function" and node.target in (
                    torch.ops.aten.alias.default,
                    torch.ops.aten.detach.default,
                ):
                    node.replace_all_uses_with(node.args[0])
                    graph.graph.erase_node(node)
            graph.recompile()
            program: Any = torch.onnx.export(graph, tuple(values), dynamo=True, verbose=False)
        return simplify(program.model_proto)
    except Exception as problem:
        lines = [line for line in str(problem).splitlines() if line.strip()] or [type(problem).__name__]
        telling = next((line for line in lines if "No ONNX function" in line), lines[-1])
        raise Unsupported("torch.onnx does not export the function", hint=telling[:300]) from problem


def _convolution_backward(
    c: Any,
    x: Any,
    w: Any,
    bias_sizes: Any,
    stride: Sequence[int],
    padding: Sequence[int],
    dilation: Sequence[int],
    transposed: bool,
    output_padding: Sequence[int],
    groups: int,
    mask: Sequence[bool],
) -> tuple[Any, Any, Any]:
    """The three gradients of a convolution, as convolutions.  torch.onnx has none."""
    import torch
    import torch.nn.functional as F

    if transposed or groups != 1:
        raise NotImplementedError("convolutions with groups, and transposed ones, are not exported")
    dims = list(range(2, x.dim()))
    for d, s in zip(dims, stride, strict=True):
        if s > 1:  # zeros between the entries
            size = list(c.shape)
            size[d] = s * c.shape[d]
            c = torch.cat([c.unsqueeze(d + 1), *[torch.zeros_like(c).unsqueeze(d + 1)] * (s - 1)], d + 1).reshape(size)
            c = c.narrow(d, 0, size[d] - s + 1)
    conv = F.conv1d if len(dims) == 1 else F.conv2d
    gx = gw = gb = None
    if mask[0]:
        pads = []
        for k in reversed(range(len(dims))):
            reach = dilation[k] * (w.shape[2 + k] - 1)
            low = reach - padding[k]
            pads += [low, x.shape[2 + k] + reach - low - c.shape[2 + k]]
        gx = conv(F.pad(c, pads), w.transpose(0, 1).flip(dims), dilation=tuple(dilation))
    if mask[1]:
        pads = []
        for k in reversed(range(len(dims))):
            reach = dilation[k] * (w.shape[2 + k] - 1)
            pads += [padding[k], c.shape[2 + k] + reach - x.shape[2 + k] - padding[k]]
        gw = conv(F.pad(x, pads).transpose(0, 1), c.transpose(0, 1), stride=tuple(dilation)).transpose(0, 1)
    if mask[2]:
        gb = c.sum([0, *dims])
    return gx, gw, gb


def _average_pooling_backward(
    c: Any,
    x: Any,
    kernel: Sequence[int],
    stride: Sequence[int],
    padding: Sequence[int],
    ceil: bool,
    count_padding: bool,
    divisor: int | None,
) -> Any:
    """The gradient of average pooling over windows that do not overlap."""
    (h, w), (rows, columns) = kernel, x.shape[-2:]
    apart = list(stride or kernel) == list(kernel) and not any(padding) and divisor is None
    if not apart or rows % h or columns % w:
        raise NotImplementedError("average pooling is exported where windows do not overlap and cover the whole")
    wide = c.unsqueeze(-1).unsqueeze(-3).expand(*c.shape[:-1], h, c.shape[-1], w)
    return wide.reshape(x.shape) / (h * w)

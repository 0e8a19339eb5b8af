"""``gradcheck``: is the gradient that a framework computes of a function the function's gradient?"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

from warrant._api import DEFAULT_TIMEOUT, gradient
from warrant._bounds import Bounds, Number
from warrant._verdicts import Proved, Refuted
from warrant.errors import GradcheckError

__all__ = ["gradcheck"]


def gradcheck(
    fn: Callable[..., Any],
    inputs: Any,
    *,
    wrt: Sequence[str] | None = None,
    domain: Bounds | None = None,
    tolerance: float = 1e-3,
    within: Number = 0,
    timeout: float | None = DEFAULT_TIMEOUT,
    kernel: bool = False,
    out: str | os.PathLike[str] | None = None,
    raise_exception: bool = True,
) -> bool:
    """Prove that a framework's gradient of a function is its gradient, at all inputs of these shapes.

    It is called like ``torch.autograd.gradcheck``, which compares with finite differences at the inputs.  Here both are
    exported to ONNX, and the theorem is about the exported files, over the exact real numbers: the inputs give shapes
    and constants only.  docs/gradients.md says what is proved at the function's kinks.

    Args:
        fn: a PyTorch function or module, whose backward pass autograd or a ``torch.autograd.Function`` gives; or a JAX
            function, with ``jax.grad`` or the rule of its ``custom_vjp``.
        inputs: its arguments, or the only one.  In PyTorch, those that require gradients are differentiated by; in
            JAX, all arrays of floats are.
        wrt: the names of inputs to differentiate by instead.
        domain: for inputs by name, the least and the greatest number that their entries may be (None: no such bound).
        tolerance: the largest relative difference between the exported files and the framework, at sampled inputs.
        within: how far each entry of the gradient may be off, for cotangents whose entries lie between -1 and 1: for
            exporters that round constants.  Needs a domain, as a rule.
        timeout: seconds for the search; None for no limit.
        kernel: also have the Coq kernel check the theorem.
        out: a folder to write the warrant to; None writes nothing.
        raise_exception: raise an error where it is not proved, instead of returning False.

    Returns:
        True if it is proved.

    Raises:
        GradcheckError: it is refuted or not known, or the exported files do not agree with the framework.
        WrongInput: the framework's exporter is not installed, or the names are none.
        Unsupported: the exporter has no converter for what the function does.
    """
    from warrant.gradients import from_jax, from_torch

    given = tuple(inputs) if isinstance(inputs, Sequence) else (inputs,)
    exported = (from_torch if any(map(_is_tensor, given)) else from_jax)(fn, given, wrt=wrt)
    if not exported.agreement <= tolerance:
        problem = f"the exported files are not the framework's function and gradient: {exported.note}"
        return _fail(problem, None, raise_exception)
    verdict = gradient(
        exported.function,
        exported.derivative,
        wrt=exported.wrt,
        domain=domain,
        tolerance=within,
        timeout=timeout,
        kernel=kernel,
        out=out,
    )
    if isinstance(verdict, Proved):
        return True
    if isinstance(verdict, Refuted) and (point := verdict.counterexample) is not None:
        shown = ", ".join(f"{n} = {x}" for n, x in zip(point.names, point.inputs, strict=False))
        return _fail(f"the gradient is wrong at {shown}: {point.remark}", verdict, raise_exception)
    return _fail(verdict.line, verdict, raise_exception)


def _is_tensor(x: object) -> bool:
    """Whether this is a tensor of PyTorch (asked without importing it)."""
    return type(x).__module__.partition(".")[0] == "torch"


def _fail(problem: str, verdict: object, raise_exception: bool) -> bool:
    if raise_exception:
        raise GradcheckError(problem, verdict)
    return False

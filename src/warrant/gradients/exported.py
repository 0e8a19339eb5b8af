"""What importers of frameworks give: a function and its gradient as ONNX files, and how well they agree with it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto

from warrant.errors import Unsupported

__all__ = ["COTANGENT", "Exported", "argument_names", "compared"]

COTANGENT = "cotangent"
"""The input of a derivative by which the outputs are weighted, where they are several."""

Numbers = NDArray[np.floating]


@dataclass(frozen=True)
class Exported:
    """A function of a framework and its gradient, as files.

    Attributes:
        function: the bytes of an ONNX graph with one output.
        derivative: the bytes of an ONNX graph; it takes the function's inputs, and the cotangent where the output is
            more than one number.
        wrt: the inputs by which the derivative differentiates.
        agreement: the largest difference between the files, evaluated by the onnx package's reference implementation,
            and the framework at the sampled inputs, relative to 1 + the framework's number.
        note: one line about the exporter and the agreement.
    """

    function: bytes = field(repr=False)
    derivative: bytes = field(repr=False)
    wrt: tuple[str, ...]
    agreement: float
    note: str


def argument_names(function: Callable[..., Any], count: int) -> list[str]:
    """Names for a function's first arguments: those of its parameters, or x0, x1, … where it does not have as many."""
    try:
        known = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        known = []
    names = [p.name for p in known if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)][:count]
    return names if len(names) == count else [f"x{k}" for k in range(count)]


def compared(
    models: Sequence[ModelProto],
    reference: Callable[[Sequence[Numbers]], Sequence[Sequence[Numbers]]],
    given: Sequence[Numbers],
    *,
    samples: int = 3,
) -> float:
    """The largest relative difference between models and what a framework says that they give.

    Args:
        models: the graphs; each takes the first few of the inputs.
        reference: for inputs, the outputs that each of the graphs should have.
        given: inputs to begin with; other samples are random, of the same shapes.
        samples: how many inputs in all.

    Raises:
        Unsupported: the reference implementation of ONNX cannot evaluate a graph, or gives other shapes.
    """
    from onnx.reference import ReferenceEvaluator

    random = np.random.default_rng(5)
    worst = 0.0
    for k in range(samples):
        x = list(given) if k == 0 else [random.uniform(0.25, 1.5, g.shape).astype(g.dtype) for g in given]
        for model, wanted in zip(models, reference(x), strict=True):
            names = [i.name for i in model.graph.input]
            try:
                found = ReferenceEvaluator(model).run(None, dict(zip(names, x, strict=False)))
            except Exception as problem:
                raise Unsupported("the exported graph cannot be evaluated", hint=str(problem)[:200]) from problem
            for a, b in zip(found, wanted, strict=True):
                if a.shape != b.shape:
                    raise Unsupported(f"the exported graph gives the shape {a.shape}", expected=f"{b.shape}")
                finite = np.isfinite(b)
                gap = np.abs(a - b) / (1 + np.abs(b))
                worst = max(worst, float(np.max(gap[finite], initial=0.0)))
    return worst

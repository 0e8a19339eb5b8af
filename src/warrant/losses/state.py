"""From the name of a loss, and the property that is said of it, to a claim."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from warrant._bounds import Bounds
from warrant._imports import import_object, names_object
from warrant.claims import Above, Loss, read_model
from warrant.errors import WrongInput
from warrant.losses.expressions import Translated, is_expression, translate
from warrant.statements import (
    ClassificationCalibrated,
    Convex,
    LipschitzLoss,
    LossProperty,
    MinimisedExactlyAt,
    NonNegative,
    RoundingError,
    SmoothLoss,
    StrictlyProper,
    UpperBounds,
)

__all__ = ["PROPERTIES", "ROUNDING", "state"]

_By = Sequence[str] | None

_ALONE: Mapping[str, Callable[[_By, Bounds], LossProperty]] = {
    "convex": Convex,
    "nonnegative": NonNegative,
    "calibrated": ClassificationCalibrated,
    "strictly_proper": StrictlyProper,
}
_WITH_ONE: Mapping[str, Callable[[_By, Bounds, Any], LossProperty]] = {
    "lipschitz": LipschitzLoss,
    "smooth": SmoothLoss,
    "upper_bounds": UpperBounds,
    "minimised_at": MinimisedExactlyAt,
    "minimised_at_logarithm": partial(MinimisedExactlyAt, logarithm=True),
}
_ROUNDING = "rounding_error"
PROPERTIES = (*_ALONE, *_WITH_ONE, _ROUNDING)
"""The properties, by the names of the options of ``warrant loss``; the first four are true or not, others have a
number or a word."""
ROUNDING = ("relative", "format", "ulps")
"""What may be said besides of a rounding error."""


def state(
    loss: str, *, by: Sequence[str] | None = None, bounds: Bounds | None = None, **said: Any
) -> tuple[Loss | Above, tuple[str, ...]]:
    """The claim that a loss has a property, and notes for the reader.

    Args:
        loss: the path of an ONNX file, or MODULE:NAME of an expression of CVXPY.
        by: the inputs in which it has the property; None: in all.
        bounds: for inputs by name, the least and the greatest number that their entries may be (None: no such bound).
        said: one of ``PROPERTIES``, and of ``ROUNDING`` what belongs to it; None and False are as if not said.

    Raises:
        WrongInput: the loss cannot be read, not just one property is said, or it does not fit the loss.
        Unsupported: the name of an input cannot be written in a statement, or the expression has no translation.
    """
    claimed = _property(
        by, bounds or {}, {name: value for name, value in said.items() if value is not None and value is not False}
    )
    expression = _expression(loss)
    if expression is None:
        data, name = read_model(Path(loss))
    else:
        data, name = expression.data, f"{loss.partition(':')[2]}.onnx"
        claimed = claimed.within(expression.variables, expression.bounds)
    notes = () if expression is None else (expression.note,)
    if isinstance(claimed, UpperBounds) and not claimed.word:
        other = _expression(claimed.other)
        claimed = replace(claimed, by=None if expression is not None else claimed.by)
        if other is not None:
            claimed = replace(claimed, other=other.data, bounds={**other.bounds, **claimed.bounds})
            notes = (*notes, other.note)
    return claimed.claim(data, name=name), notes


def _expression(given: str) -> Translated | None:
    """The expression of CVXPY that MODULE:NAME names; None: it is the path of a file."""
    if not names_object(given) or Path(given).exists():
        return None
    found = import_object(given, kind="expression", expected="MODULE:NAME")
    if not is_expression(found):
        raise WrongInput(f"{given} is a {type(found).__name__}", expected="an expression of CVXPY")
    return translate(found)


def _property(by: _By, bounds: Bounds, said: Mapping[str, Any]) -> LossProperty:
    named = [name for name in PROPERTIES if name in said]
    if len(named) != 1:
        shown, known = (", ".join(name.replace("_", "-") for name in names) for names in (named, PROPERTIES))
        raise WrongInput(f"it is said to be {shown or 'nothing'}", expected=f"one of {known}")
    (name,) = named
    beside = {other: said[other] for other in ROUNDING if other in said}
    if name == _ROUNDING:
        return RoundingError(by, bounds, said[name], **beside)
    if beside:
        raise WrongInput(f"{', '.join(beside)} beside {name.replace('_', '-')}", expected="rounding-error")
    return _ALONE[name](by, bounds) if name in _ALONE else _WITH_ONE[name](by, bounds, said[name])

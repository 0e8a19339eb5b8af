"""From a call to a claim about errors."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike

from warrant._files import limited, read_file
from warrant.claims.accuracy import Accuracy
from warrant.errors import SearchError, WrongInput
from warrant.probability.limits import clopper_pearson
from warrant.probability.statement import Bound, Statement, write_statement
from warrant.probability.tables import Value, read_table, value

__all__ = ["state", "table_bytes"]

_Data = str | os.PathLike[str] | ArrayLike


def state(
    labels: _Data,
    predictions: _Data,
    *,
    confidence: object = "0.99",
    at_most: object = None,
    label: str | int = 0,
    models: Sequence[str | int] | None = None,
    group: str | int | None = None,
    header: bool | None = None,
) -> Accuracy:
    """The claim about errors; see :func:`warrant.accuracy`."""
    confident = _rational(confidence, "confidence")
    if not 0 < confident < 1:
        raise SearchError(f"confidence: {confidence}; expected a number between 0 and 1, such as 0.99")
    labels_bytes, labels_name = table_bytes(labels, "labels")
    predictions_bytes, predictions_name = table_bytes(predictions, "predictions")
    y, z = read_table(labels_bytes, file=labels_name), read_table(predictions_bytes, file=predictions_name)
    y_names = y.has_names() if header is None else header and y.text
    z_names = z.has_names() if header is None else header and z.text
    columns = range(z.width) if models is None else [z.find(model, names=z_names) for model in models]
    if not columns:
        raise SearchError("models: none is given; expected at least one column of the predictions")
    group_column = None if group is None else y.find(group, names=y_names)
    groups: list[Value | None] = [None]
    if group_column is not None:
        groups += dict.fromkeys(y.column(group_column, skip=int(y_names)))
    bounds = tuple(Bound(model, Fraction(1), name) for model in columns for name in groups)
    draft = Statement(confident, int(y_names), y.find(label, names=y_names), int(z_names), group_column or 0, bounds)
    wanted = None if at_most is None else _rational(at_most, "at_most")
    seen = draft.counts(y, z)
    limits = [clopper_pearson(count.rows, count.mistakes, draft.share) if wanted is None else wanted for count in seen]
    stated = tuple(Bound(b.model, limit, b.group) for b, limit in zip(bounds, limits, strict=True))
    statement = Statement(draft.confidence, draft.labels_skip, draft.label, draft.predictions_skip, draft.group, stated)
    return Accuracy(write_statement(statement), labels_bytes, predictions_bytes, labels_name, predictions_name)


def _rational(number: object, name: str) -> Fraction:
    """The rational that a number stands for; a float stands for the decimal that Python prints for it."""
    found = value(str(number))
    if isinstance(found, str):
        raise WrongInput(f"{name}: {number!r}", expected="a decimal number or a fraction")
    return found


def table_bytes(source: _Data, name: str) -> tuple[bytes, str]:
    """The bytes of a file, or of the NumPy file of an array, and its name."""
    if isinstance(source, str | os.PathLike):
        path = os.fspath(source)
        return limited(read_file(path, "a table"), path, "fewer rows may fit"), path
    array = np.ascontiguousarray(source)
    if array.dtype.kind not in "biuf":
        raise WrongInput(f"an array of {array.dtype}", file=name, expected="numbers", hint="give each class a number")
    if array.dtype.kind in "iu" and array.dtype.itemsize > 1:
        array = array.astype("<i8")
    stream = io.BytesIO()
    np.lib.format.write_array(stream, array, version=(1, 0), allow_pickle=False)
    return limited(stream.getvalue(), name, "fewer rows may fit"), name

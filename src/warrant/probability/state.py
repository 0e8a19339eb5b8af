"""From a call to a claim about errors."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from warrant.claims.accuracy import Accuracy
from warrant.errors import SearchError
from warrant.probability.limits import clopper_pearson
from warrant.probability.statement import Bound, Statement, write_statement
from warrant.probability.tables import Source, Value, rational, read_table, table_bytes

__all__ = ["state"]


def state(
    labels: Source,
    predictions: Source,
    *,
    confidence: object = "0.99",
    at_most: object = None,
    label: str | int = 0,
    models: Sequence[str | int] | None = None,
    group: str | int | None = None,
    header: bool | None = None,
) -> Accuracy:
    """The claim about errors; see :func:`warrant.accuracy`."""
    confident = rational(confidence, "confidence")
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
    wanted = None if at_most is None else rational(at_most, "at_most")
    seen = draft.counts(y, z)
    limits = [clopper_pearson(count.rows, count.mistakes, draft.share) if wanted is None else wanted for count in seen]
    stated = tuple(Bound(b.model, limit, b.group) for b, limit in zip(bounds, limits, strict=True))
    statement = Statement(draft.confidence, draft.labels_skip, draft.label, draft.predictions_skip, draft.group, stated)
    return Accuracy(write_statement(statement), labels_bytes, predictions_bytes, labels_name, predictions_name)

"""From a call to a claim about errors."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from warrant.claims.accuracy import Accuracy
from warrant.errors import SearchError, WrongInput
from warrant.probability.calibration import calibrations, provable
from warrant.probability.limits import clopper_pearson, hoeffding
from warrant.probability.rates import CRITERIA, FRACTIONS, OPPOSITE
from warrant.probability.statement import Bound, Difference, Statement, write_statement
from warrant.probability.tables import Source, Table, Value, rational, read_table, table_bytes, value

__all__ = ["state"]


CLOPPER_PEARSON, HOEFFDING = "clopper-pearson", "hoeffding"


def _hoeffding(n: int, k: int, delta: Fraction) -> Fraction:
    """Hoeffding's limit, rounded up to ten decimals; the tail is so small there that Clopper and Pearson's is less."""
    return min(Fraction(1), Fraction(math.ceil((hoeffding(n, k, delta) + 1e-9) * 10**10), 10**10))


_MOST_BINS, _MOST_BOUNDS = 1000, 10_000
_METHODS = {CLOPPER_PEARSON: clopper_pearson, HOEFFDING: _hoeffding}


def _rates(criterion: str, models: Iterable[int], groups: Sequence[Value | None], positive: Value) -> tuple[Bound, ...]:
    """Bounds of the criterion's rates and of their opposites, for each model and group.

    Raises:
        SearchError: there is no such criterion, or fewer than two groups.
    """
    if criterion not in CRITERIA:
        raise SearchError(f"fairness: {criterion!r}; expected one of: {', '.join(CRITERIA)}")
    if len(groups) < 2:
        raise SearchError(f"fairness: {len(groups)} groups; expected a column of groups with at least two of them")
    return tuple(
        Bound(model, Fraction(1), name, one, positive)
        for model in models
        for rate in CRITERIA[criterion]
        for name in groups
        for one in (rate, OPPOSITE[rate])
    )


def _bins(bins: int, models: Iterable[int], scores: Table, skip: int, positive: Value) -> tuple[Bound, ...]:
    """Bounds of the fractions of positive and of negative labels, in the bins of equal width that have scores in them.

    Raises:
        SearchError: the number of bins is none.
        WrongInput: a score is not between 0 and 1.
    """
    if not 1 <= bins <= _MOST_BINS:
        raise SearchError(f"bins: {bins}; expected from 1 to {_MOST_BINS}")
    bounds: list[Bound] = []
    for model in models:
        column = scores.column(model, skip=skip)
        for number, score in enumerate(column):
            if isinstance(score, str) or not 0 <= score <= 1:
                place = f"row {number + skip + 1}, column {model + 1}"
                raise WrongInput(f"{score}", file=scores.name, place=place, expected="a score between 0 and 1")
        found = {max(1, math.ceil(score * bins)) for score in column if not isinstance(score, str)}
        for number in sorted(found):
            span = (Fraction(number - 1, bins) if number > 1 else Fraction(-1), Fraction(number, bins))
            bounds += [Bound(model, Fraction(1), None, name, positive, span) for name in FRACTIONS]
    if len(bounds) > _MOST_BOUNDS:
        raise SearchError(f"bins: {len(bounds)} bounds in them; expected at most {_MOST_BOUNDS}, in fewer bins")
    return tuple(bounds)


def _differences(bounds: Sequence[Bound], wanted: Fraction | None) -> tuple[Difference, ...]:
    """For each model and rate one limit for all pairs of groups: as small as the bounds allow, or the one wanted."""
    found: list[Difference] = []
    for model, rate in dict.fromkeys((b.model, b.rate) for b in bounds if any(b.rate in c for c in CRITERIA.values())):
        upper = [i for i, b in enumerate(bounds) if (b.model, b.rate) == (model, rate)]
        lower = [i for i, b in enumerate(bounds) if (b.model, b.rate) == (model, OPPOSITE[rate])]
        pairs = [(i, j) for i in upper for j in lower if bounds[i].group != bounds[j].group]
        limit = max((bounds[i].limit + bounds[j].limit - 1 for i, j in pairs), default=Fraction(0))
        found += [Difference(i, j, max(limit, Fraction(0)) if wanted is None else wanted) for i, j in pairs]
    return tuple(found)


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
    fairness: str | None = None,
    positive: object = 1,
    bins: int | None = None,
    method: str = CLOPPER_PEARSON,
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
    if bins is not None:
        bounds = _bins(bins, columns, z, int(z_names), value(str(positive)))
    elif fairness is None:
        bounds = tuple(Bound(model, Fraction(1), name) for model in columns for name in groups)
    else:
        bounds = _rates(fairness, columns, groups[1:], value(str(positive)))
    draft = Statement(confident, int(y_names), y.find(label, names=y_names), int(z_names), group_column or 0, bounds)
    if bins is not None and (fairness is not None or group is not None):
        raise SearchError("bins: they are for all rows, and have no other bounds beside them")
    if method not in _METHODS:
        raise SearchError(f"method: {method!r}; expected one of: {', '.join(_METHODS)}")
    wanted = None if at_most is None else rational(at_most, "at_most")
    seen = draft.counts(y, z)
    own = wanted if fairness is None and bins is None else None
    limits = [_METHODS[method](n.rows, n.mistakes, draft.share) if own is None else own for n in seen]
    stated = tuple(replace(bound, limit=limit) for bound, limit in zip(bounds, limits, strict=True))
    statement = replace(draft, bounds=stated, differences=_differences(stated, wanted))
    errors = calibrations(stated)
    limits = [provable(statement, one, seen, z) if wanted is None else wanted for one in errors]
    least = tuple(replace(one, limit=limit) for one, limit in zip(errors, limits, strict=True))
    statement = replace(statement, calibrations=least)
    return Accuracy(write_statement(statement), labels_bytes, predictions_bytes, labels_name, predictions_name)

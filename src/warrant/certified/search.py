"""Searches for a proof or a counterexample for one input of a test set after the other."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

from warrant.certified.data import Labelled
from warrant.certified.statement import SCORES, THRESHOLD, Statement
from warrant.errors import WrongInput
from warrant.models import Decided, Forest, Lowered
from warrant.properties import MAX_CLAUSES, Ball, Property, Queries, about
from warrant.properties.formula import And, Atom, Formula, Linear, Or
from warrant.search.attack import Evaluate

__all__ = ["Answers", "decide", "failures", "point_of", "query_of"]

Floats = NDArray[np.float64]


@dataclass
class Answers:
    """What was found so far: by row, a proof without its head, or a point near it with another answer.

    kind: the letter of the proofs; regions: how many were looked at.
    """

    kind: bytes = b"P"
    proved: dict[int, bytes] = field(default_factory=dict)
    refuted: dict[int, Floats] = field(default_factory=dict)
    unknown: dict[int, str] = field(default_factory=dict)
    regions: int = 0


def query_of(
    statement: Statement, model: Lowered | Forest | Decided, x: tuple[Fraction, ...], label: Fraction
) -> Queries:
    """The query about one input: what is near it, and how the outputs can fail to say the label.

    Of models that are proved by cases or boxes, it is about the box alone, and not about a ball in it.

    Raises:
        WrongInput: the label or the decision does not fit the model's outputs.
    """
    n = model.inputs
    one = Fraction(1)
    atoms: list[Formula] = []
    for v, (low, high) in enumerate(statement.box(x)):
        atoms += [Atom(Linear({v: -one}, low), False), Atom(Linear({v: one}, -high), False)]
    failure = Or(tuple(And(tuple(rows)) for rows in failures(statement, label, n, model.outputs)))
    queries = about(Property(n, model.outputs, And((*atoms, failure))), model)
    if statement.norm == "linf" or not isinstance(model, Lowered):
        return queries
    ball = Ball(statement.norm, x, statement.radii[0])
    return replace(queries, queries=tuple(replace(query, ball=ball) for query in queries.queries))


def failures(statement: Statement, label: Fraction, inputs: int, outputs: int) -> list[list[Atom]]:
    """The ways in which the outputs of a model can fail to say the label: one of these lists of atoms holds then.

    Raises:
        WrongInput: the label or the decision does not fit the model's outputs.
    """
    one, number = Fraction(1), statement.number
    if statement.decision == SCORES:
        top = int(number)
        if outputs < 2 or top >= outputs:
            raise WrongInput(f"scores: {top}", expected=f"fewer than the {outputs} outputs", hint="or a threshold")
        if label.denominator != 1 or not 0 <= label < outputs:
            raise WrongInput(f"label {float(label):g}", expected=f"a whole number from 0 to {outputs - 1}")
        others = [k for k in range(outputs) if k != label]
        if comb(len(others), top) > MAX_CLAUSES:
            raise WrongInput(f"{comb(len(others), top)} sets of {top} labels", expected=f"at most {MAX_CLAUSES}")
        own = inputs + int(label)
        return [
            [Atom(Linear({own: one, inputs + k: -one}, Fraction(0)), False) for k in chosen]
            for chosen in combinations(others, top)
        ]
    if outputs != 1:
        raise WrongInput(f"{outputs} outputs", expected="one", hint="scores are compared by (scores 1)")
    if statement.decision == THRESHOLD:
        if label not in (0, 1):
            raise WrongInput(f"label {float(label):g}", expected="0 or 1, where there is a threshold")
        above = Atom(Linear({inputs: one}, -number), False)
        return [[above if label == 1 else Atom(Linear({inputs: -one}, number), True)]]
    low, high = label - number, label + number
    return [[Atom(Linear({inputs: one}, -low), True)], [Atom(Linear({inputs: -one}, high), True)]]


def point_of(statement: Statement, x: tuple[Fraction, ...], words: Sequence[str]) -> Floats | None:
    """The decimals of a witness as binary64 numbers that are near x; None where rounding does not lead there."""
    box = statement.box(x)
    point = np.empty(len(x))
    for k, (word, (low, high)) in enumerate(zip(words, box, strict=True)):
        value = float(Fraction(word))
        if Fraction(value) < low:
            value = float(np.nextafter(value, np.inf))
        elif Fraction(value) > high:
            value = float(np.nextafter(value, -np.inf))
        point[k] = value
    return point if statement.near(x, tuple(Fraction(float(v)) for v in point)) else None


def decide(
    statement: Statement,
    model: Lowered | Forest | Decided,
    data: Labelled,
    *,
    timeout: float,
    jobs: int,
    checks: Sequence[Evaluate],
    tell: Callable[[Answers], None],
) -> Answers:
    """One row after the other, until enough are proved or refuted, or the time is up.

    timeout: wall seconds in all; a row has its share of what is left.  tell: called after each row.
    """
    from warrant import search

    answers = Answers()
    n = len(data.X)
    end = time.monotonic() + timeout
    for k in range(n):
        if len(answers.proved) >= statement.least or len(answers.refuted) > n - statement.least:
            break
        left = end - time.monotonic()
        if left <= 0:
            answers.unknown[k] = "the time is up"
            continue
        x = data.row(k)
        share = left if left == float("inf") else max(left / (n - k), min(left, 1.0))
        found = search.find(
            model, query_of(statement, model, x, data.label(k)), timeout=share, jobs=jobs, checks=checks
        )
        answers.regions += found.stats.regions
        if isinstance(found, search.Proof):
            answers.kind, answers.proved[k] = found.certificate[5:6], found.certificate[6:]
        elif isinstance(found, search.Witness):
            point = point_of(statement, x, found.certificate[6:].decode("ascii").split())
            if point is None:
                answers.unknown[k] = "the counterexample has no binary64 numbers near the input"
            else:
                answers.refuted[k] = point
        else:
            answers.unknown[k] = found.reason
            if found.reason == "interrupted":
                break
        tell(answers)
    return answers

"""Certificates of rates: as data, their text, and an exact replay of what the checker accepts (docs/rates.md)."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from warrant.errors import WrongInput
from warrant.properties.sexpr import Group, Word, parse, show
from warrant.rates.facts import FACTS, SPANS, Classes, Inapplicable, fact_form, span_form
from warrant.rates.forms import Form, Shifts, combine, constant, inner, meaning
from warrant.rates.text import rational_text, read_rational

if TYPE_CHECKING:
    from warrant.properties.sexpr import Expression
    from warrant.rates.forms import Linear, Meaning
    from warrant.rates.problem import Problem


@dataclass(frozen=True)
class UsedFact:
    """A fact about calls, times q."""

    name: str
    calls: tuple[int, ...]
    q: Fraction


@dataclass(frozen=True)
class UsedSpan:
    """A fact about a combination of calls, times d; ``at`` is a call where the gradient is 0."""

    name: str
    at: int
    combination: tuple[tuple[int, Fraction], ...]
    d: Fraction


@dataclass(frozen=True)
class Square:
    """d·‖Σ q·pⱼ‖², in the shifted coordinates."""

    d: Fraction
    combination: tuple[tuple[int, Fraction], ...]


@dataclass(frozen=True)
class Certificate:
    """Why the bound of a problem holds."""

    weights: tuple[Fraction, ...]
    uses: tuple[tuple[int, Fraction], ...] = ()
    """Relations with their multipliers."""
    facts: tuple[UsedFact, ...] = ()
    spans: tuple[UsedSpan, ...] = ()
    squares: tuple[Square, ...] = ()
    shifts: Shifts = field(default_factory=dict)


class Refused(Exception):
    """The replay does not accept a certificate, for the reason given."""


# ---- replay ----------------------------------------------------------------------------------------------------------


def _refuse_unless(condition: bool, reason: str) -> None:
    if not condition:
        raise Refused(reason)


def _call_numbers_ok(m: Meaning, numbers: tuple[int, ...]) -> None:
    _refuse_unless(all(0 <= c < len(m.calls) for c in numbers), f"no such call among {numbers}")


def _fact_form(problem: Problem, m: Meaning, used: UsedFact) -> tuple[Form, bool]:
    _refuse_unless(
        used.name in FACTS and len(used.calls) == FACTS[used.name].arity,
        f"no fact {used.name} about {len(used.calls)} calls",
    )
    _call_numbers_ok(m, used.calls)
    try:
        return fact_form(used.name, problem.objects, m.decompositions, [m.calls[c] for c in used.calls])
    except Inapplicable:
        raise Refused(f"fact {used.name} does not hold of calls {used.calls}") from None


def _span_form(problem: Problem, m: Meaning, used: UsedSpan) -> Form:
    _refuse_unless(used.name in SPANS, f"no span {used.name}")
    numbers = (used.at, *(c for c, _ in used.combination))
    _call_numbers_ok(m, numbers)
    _refuse_unless(len({m.calls[c].k for c in numbers}) == 1, f"calls {numbers} are of several objects")
    combination = [(m.calls[c], q) for c, q in used.combination]
    try:
        return span_form(used.name, Classes(problem.objects[m.calls[used.at].k]), m.calls[used.at], combination)
    except Inapplicable:
        raise Refused(f"span {used.name} does not hold of its calls") from None


def remainder(problem: Problem, c: Certificate) -> Form:
    """The form bound − Σ w·metric + Σ q·(what is ≤ 0) − Σ squares.  Raises Refused if a multiplier is not allowed."""
    for i, shift in c.shifts.items():
        _refuse_unless(i not in shift and not (set(shift) & set(c.shifts)), f"point {i} is shifted by shifted points")
    m = meaning(problem, c.shifts)
    _refuse_unless(set(c.shifts) <= set(m.coordinates), "a defined point is shifted")
    _refuse_unless(len(c.weights) == len(m.metrics) and min(c.weights) >= 0 and sum(c.weights) == 1, "wrong weights")
    terms: list[tuple[Fraction | int, Form]] = [(1, constant(problem.bound))]
    terms += [(-w, metric) for w, metric in zip(c.weights, m.metrics, strict=True)]
    for r, q in c.uses:
        _refuse_unless(r in m.comparisons, f"relation {r} is no comparison")
        form, equality = m.comparisons[r]
        _refuse_unless(equality or q >= 0, f"relation {r} times a negative number")
        terms.append((q, form))
    for used in c.facts:
        form, equality = _fact_form(problem, m, used)
        _refuse_unless(equality or used.q >= 0, f"fact {used.name} {used.calls} times a negative number")
        terms.append((used.q, form))
    for span in c.spans:
        _refuse_unless(span.d >= 0, f"span {span.name} times a negative number")
        terms.append((span.d, _span_form(problem, m, span)))
    for square in c.squares:
        _refuse_unless(square.d >= 0, "a square times a negative number")
        a: Linear = combine((q, {j: Fraction(1)}) for j, q in square.combination)
        _refuse_unless(set(a) <= set(m.coordinates), "a square of something that is no coordinate")
        terms.append((-square.d, inner(a, a)))
    return combine(terms)


def check(problem: Problem, certificate: Certificate) -> None:
    """The checker's acceptance condition.  Raises Refused, with the reason, where it does not hold."""
    diagonal: dict[int, Fraction] = {}
    others: dict[int, Fraction] = {}
    for key, q in remainder(problem, certificate).items():
        match key:
            case ():
                _refuse_unless(q >= 0, f"the constant {q} is negative")
            case (i,):
                raise Refused(f"number {problem.numbers[i]} does not cancel")
            case (i, j) if i == j:
                diagonal[i] = q
            case (i, j):
                for row in (i, j):
                    others[row] = others.get(row, Fraction(0)) + abs(q) / 2
    for i in diagonal.keys() | others.keys():
        _refuse_unless(
            diagonal.get(i, Fraction(0)) >= others.get(i, Fraction(0)),
            f"the row of {problem.points[i]} is not diagonally dominant",
        )


# ---- text ------------------------------------------------------------------------------------------------------------


def _pairs(pairs: tuple[tuple[int, Fraction], ...]) -> str:
    return "".join(f" ({j} {rational_text(q)})" for j, q in pairs)


def write_certificate(c: Certificate) -> str:
    """The text of a certificate."""
    lines = ["(certificate 1)"]
    lines += [f"(shift {i}{_pairs(tuple(shift.items()))})" for i, shift in c.shifts.items()]
    lines += [f"(weights {' '.join(map(rational_text, c.weights))})"]
    lines += [f"(use {r} {rational_text(q)})" for r, q in c.uses]
    lines += [f"(fact {f.name} {rational_text(f.q)} {' '.join(map(str, f.calls))})" for f in c.facts]
    lines += [f"(span {s.name} {rational_text(s.d)} {s.at}{_pairs(s.combination)})" for s in c.spans]
    lines += [f"(square {rational_text(s.d)}{_pairs(s.combination)})" for s in c.squares]
    return "\n".join(lines) + "\n"


def _index(e: Expression) -> int:
    if isinstance(e, Word) and e.text.isdecimal() and e.text.isascii():
        return int(e.text)
    raise WrongInput(f"found {show(e)}", place=f"line {e.line}", expected="a number of a point, relation or call")


def _read_pairs(items: tuple[Expression, ...]) -> tuple[tuple[int, Fraction], ...]:
    out = []
    for e in items:
        if not isinstance(e, Group) or len(e.items) != 2:
            raise WrongInput(f"found {show(e)}", place=f"line {e.line}", expected="(j q)")
        out.append((_index(e.items[0]), read_rational(e.items[1])))
    return tuple(out)


def read_certificate(text: str) -> Certificate:
    """A certificate from its text.  Raises WrongInput, with the line."""
    first, *rest = parse(text) or [Word("", 1)]
    if not (isinstance(first, Group) and [show(e) for e in first.items] == ["certificate", "1"]):
        raise WrongInput("not a certificate of a rate", expected="(certificate 1) as the first expression")
    weights: tuple[Fraction, ...] | None = None
    uses, facts, spans, squares, shifts = [], [], [], [], {}
    for e in rest:
        items = e.items if isinstance(e, Group) else ()
        match e.head if isinstance(e, Group) else "", len(items):
            case "shift", n if n >= 2:
                shifts[_index(items[1])] = dict(_read_pairs(items[2:]))
            case "weights", _ if weights is None:
                weights = tuple(map(read_rational, items[1:]))
            case "use", 3:
                uses.append((_index(items[1]), read_rational(items[2])))
            case "fact", n if n >= 3 and isinstance(items[1], Word):
                facts.append(UsedFact(items[1].text, tuple(map(_index, items[3:])), read_rational(items[2])))
            case "span", n if n >= 4 and isinstance(items[1], Word):
                pairs = _read_pairs(items[4:])
                spans.append(UsedSpan(items[1].text, _index(items[3]), pairs, read_rational(items[2])))
            case "square", n if n >= 2:
                squares.append(Square(read_rational(items[1]), _read_pairs(items[2:])))
            case _:
                raise WrongInput(f"found {show(e)}", place=f"line {e.line}", expected="a line of a certificate")
    return Certificate(weights or (), tuple(uses), tuple(facts), tuple(spans), tuple(squares), shifts)

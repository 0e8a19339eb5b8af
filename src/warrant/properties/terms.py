"""Numbers, terms and comparisons of VNN-LIB, common to its versions."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction

from warrant.errors import Unsupported, WrongInput
from warrant.properties.formula import And, Atom, Formula, Linear, Or, negation
from warrant.properties.sexpr import Expression, Group, Word, show

_NUMBER = re.compile(r"([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?\Z", re.ASCII)
_COMPARISONS = ("<=", "<", ">=", ">", "=", "==", "!=")

Resolve = Callable[[Word], int | None]
"""The number of a variable; None if the word is no variable's name."""


def number(text: str) -> Fraction | None:
    """A decimal literal, exactly; None if the text is none."""
    match = _NUMBER.match(text)
    if match is None or len(text) > 1000 or not (match[2] or match[3]):
        return None
    sign, whole, places, exponent = match[1], match[2] or "", match[3] or "", int(match[4] or 0)
    value = int((whole + places) or "0") * (-1 if sign == "-" else 1)
    power = exponent - len(places)
    return Fraction(value * 10**power) if power >= 0 else Fraction(value, 10**-power)


def term(e: Expression, resolve: Resolve) -> Linear:
    """A linear term.  Raises WrongInput on what is none, Unsupported on products of variables."""
    place = f"line {e.line}"
    if isinstance(e, Word):
        variable = resolve(e)
        if variable is not None:
            return Linear({variable: Fraction(1)}, Fraction(0))
        value = number(e.text)
        if value is None:
            raise WrongInput(
                f"{e.text!r} is neither a number nor a declared variable",
                place=place,
                expected="a number such as -1.5e-3 or a variable such as X_0",
            )
        return Linear({}, value)
    parts = [term(i, resolve) for i in e.items[1:]]
    if e.head not in ("+", "-", "*") or not parts:
        raise WrongInput(f"{show(e)} is not a term", place=place, expected="+, - or * with arguments")
    total = parts[0]
    if e.head == "-" and len(parts) == 1:
        return total.times(Fraction(-1))
    for p in parts[1:]:
        if e.head != "*":
            total = total.plus(p, 1 if e.head == "+" else -1)
        elif not total.mentioned():
            total = p.times(total.constant)
        elif not p.mentioned():
            total = total.times(p.constant)
        else:
            raise Unsupported(f"{show(e)} is a product of variables", place=place, expected="linear terms")
    return total


def formula(e: Expression, resolve: Resolve) -> Formula:
    """A formula: comparisons joined by and, or, not."""
    place = f"line {e.line}"
    if isinstance(e, Word):
        raise WrongInput(f"{e.text!r} is not a formula", place=place, expected="a comparison, and, or, not")
    if e.head in ("and", "or"):
        parts = tuple(formula(i, resolve) for i in e.items[1:])
        return And(parts) if e.head == "and" else Or(parts)
    if e.head == "not":
        if len(e.items) != 2:
            raise WrongInput(f"{show(e)}: not takes one formula", place=place)
        return negation(formula(e.items[1], resolve))
    if e.head not in _COMPARISONS:
        raise WrongInput(
            f"unknown symbol {e.head or show(e)!r}", place=place, expected="and, or, not, <=, <, >=, > or ="
        )
    if len(e.items) != 3:
        raise WrongInput(f"{show(e)}: {e.head} compares two terms", place=place)
    left, right = term(e.items[1], resolve), term(e.items[2], resolve)
    less, more = left.plus(right, -1), right.plus(left, -1)
    if e.head in ("=", "=="):
        return And((Atom(less, False), Atom(more, False)))
    if e.head == "!=":
        return Or((Atom(more, True), Atom(less, True)))
    return Atom(less if e.head[0] == "<" else more, len(e.head) == 1)


def group(e: Expression, what: str) -> Group:
    """The expression as a list."""
    if isinstance(e, Word):
        raise WrongInput(f"{e.text!r} stands outside of parentheses", place=f"line {e.line}", expected=what)
    return e

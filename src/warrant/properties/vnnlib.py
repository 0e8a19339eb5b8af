"""Reads VNN-LIB 1.0: inputs X_0, X_1, …, outputs Y_0, Y_1, …, and assertions that describe what must not happen.

Source: VNN-LIB standard, version 1.0; theories/Spec/VnnLib.v is its meaning here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from warrant.errors import Unsupported, WrongInput
from warrant.properties.formula import And, Atom, Formula, Linear
from warrant.properties.sexpr import Word, parse, show
from warrant.properties.terms import formula, group

if TYPE_CHECKING:
    from warrant.properties.vnnlib2 import Relation

_VARIABLE = re.compile(r"([XY])_(0|[1-9]\d{0,8})\Z", re.ASCII)


@dataclass(frozen=True)
class Property:
    """How many inputs and outputs, and the formula that no pair of them may satisfy.

    In the formula, variable v is input v, or output v − inputs.
    """

    inputs: int
    outputs: int
    formula: Formula
    name: str = ""


def read_property(data: bytes, *, name: str = "property.vnnlib") -> Property:
    """The property of one network in the bytes of a VNN-LIB file.  Raises WrongInput with the line."""
    from warrant.properties.vnnlib2 import read_version_2

    return _read(data, name, _version_1, read_version_2)


def read_relation(data: bytes, *, name: str = "property.vnnlib") -> Relation:
    """The networks in the bytes of a VNN-LIB 2.0 file, and what it says of them.  Raises WrongInput with the line."""
    from warrant.properties.vnnlib2 import relation_of

    def refuse(text: str, name: str) -> Relation:
        raise WrongInput("the file is of version 1.0, which knows one network", expected="(vnnlib-version <2.0>)")

    return _read(data, name, refuse, relation_of)


T = TypeVar("T")


def _read(data: bytes, name: str, first: Callable[[str, str], T], second: Callable[[str, str], T]) -> T:
    """What the reader of the text's version makes of it."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise WrongInput("the bytes are not text", file=name, expected="a VNN-LIB file") from error
    try:
        expressions = [group(e, "(declare-const …) or (assert …)") for e in parse(text)]
        if not expressions:
            raise WrongInput("the file is empty", expected="a VNN-LIB file")
        return (second if expressions[0].head == "vnnlib-version" else first)(text, name)
    except WrongInput as error:
        raise error.at(file=name) from error


def _version_1(text: str, name: str) -> Property:
    counts = {"X": 0, "Y": 0}
    declared: dict[str, tuple[str, int]] = {}
    asserts: list[Formula] = []
    # outputs are numbered after the inputs, whose number is known at the end only: they count from −1 downwards first

    def resolve(word: Word) -> int | None:
        found = declared.get(word.text)
        if found is None:
            if _VARIABLE.match(word.text):
                raise WrongInput(f"{word.text} is used before it is declared", place=f"line {word.line}")
            return None
        kind, k = found
        return k if kind == "X" else -1 - k

    for e in parse(text):
        g = group(e, "(declare-const …) or (assert …)")
        place = f"line {g.line}"
        if g.head == "assert" and len(g.items) == 2:
            asserts.append(formula(g.items[1], resolve))
        elif g.head == "declare-const" and len(g.items) == 3:
            variable, type_ = g.items[1], g.items[2]
            match = _VARIABLE.match(variable.text) if isinstance(variable, Word) else None
            if match is None or not isinstance(variable, Word):
                raise WrongInput(f"{show(variable)} is no variable's name", place=place, expected="X_0, Y_0, …")
            if not isinstance(type_, Word) or type_.text != "Real":
                raise Unsupported(f"{variable.text} has type {show(type_)}", place=place, expected="Real")
            kind, k = match[1], int(match[2])
            if k != counts[kind]:
                raise WrongInput(f"{variable.text} is declared", place=place, expected=f"{kind}_{counts[kind]} next")
            counts[kind] += 1
            declared[variable.text] = (kind, k)
        else:
            raise WrongInput(f"unknown command {show(g)}", place=place, expected="(declare-const …) or (assert …)")
    if not counts["X"] or not counts["Y"]:
        raise WrongInput(
            "no inputs or no outputs are declared", expected="(declare-const X_0 Real) and (declare-const Y_0 Real)"
        )
    whole = And(tuple(renumbered(f, counts["X"]) for f in asserts))
    return Property(counts["X"], counts["Y"], whole, name)


def renumbered(f: Formula, inputs: int) -> Formula:
    """The formula with variable −1 − k (an output) as inputs + k."""
    if isinstance(f, Atom):
        moved = {(v if v >= 0 else inputs - 1 - v): c for v, c in f.s.coefficients.items()}
        return Atom(Linear(moved, f.s.constant), f.strict)
    return type(f)(tuple(renumbered(p, inputs) for p in f.parts))

"""Reads VNN-LIB 2.0 files about one network with one input and one output, over real numbers.

Source: VNN-LIB standard, version 2.0; theories/Spec/VnnLib.v is its meaning here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import prod

from warrant.errors import Unsupported, WrongInput
from warrant.properties.formula import And, Formula
from warrant.properties.sexpr import Expression, Group, Word, parse, show
from warrant.properties.terms import formula, group
from warrant.properties.vnnlib import Property

_SPACED = re.compile(r"\[[^\]\s]*\s")
_SHAPE = re.compile(r"\[(\d{1,9}(?:,\d{1,9})*)?\]\Z", re.ASCII)
_ELEMENT = re.compile(r"([^\[\]]+)(\[[^\[\]]*\])?\Z")


@dataclass(frozen=True)
class Variable:
    """A declared tensor: its shape and the number of its first entry."""

    shape: tuple[int, ...]
    first: int


def read_version_2(text: str, name: str) -> Property:
    """The property in a VNN-LIB 2.0 text.  Raises WrongInput with the line."""
    spaced = _SPACED.search(re.sub(r";[^\n\r]*", "", text))
    if spaced is not None:
        raise Unsupported(f"a space in brackets, after {spaced[0].strip()}", expected="[0,3], without spaces")
    variables: dict[str, Variable] = {}
    asserts: list[Formula] = []
    counts: dict[str, int] = {}
    for e in parse(text):
        g = group(e, "(declare-network …) or (assert …)")
        place = f"line {g.line}"
        if g.head == "vnnlib-version":
            if len(g.items) != 2 or _text(g.items[1]) != "<2.0>":
                raise Unsupported(f"{show(g)}", place=place, expected="(vnnlib-version <2.0>)")
        elif g.head == "declare-network":
            if counts:
                raise Unsupported("there are several networks", place=place, expected="one")
            counts = _network(g, variables)
        elif g.head == "assert" and len(g.items) == 2:
            asserts.append(formula(g.items[1], lambda w: _resolve(w, variables)))
        else:
            raise WrongInput(f"unknown command {show(g)}", place=place, expected="(declare-network …) or (assert …)")
    if not counts:
        raise WrongInput("no network is declared", expected="(declare-network N (declare-input …) (declare-output …))")
    return Property(counts["declare-input"], counts["declare-output"], And(tuple(asserts)), name)


def _text(e: Expression) -> str:
    return e.text if isinstance(e, Word) else ""


def _network(g: Group, variables: dict[str, Variable]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for e in g.items[2:]:
        d = group(e, "(declare-input …) or (declare-output …)")
        place = f"line {d.line}"
        if d.head not in ("declare-input", "declare-output") or len(d.items) != 4:
            raise Unsupported(f"{show(d)}", place=place, expected="(declare-input X Real [1,5])")
        if d.head in counts:
            raise Unsupported(f"a second {d.head}", place=place, expected="one input and one output")
        if d.head == "declare-output" and "declare-input" not in counts:
            raise WrongInput("the output is declared before the input", place=place)
        if _text(d.items[2]) != "Real":
            raise Unsupported(f"{show(d)}", place=place, expected="entries of type Real")
        shape = _numbers(_text(d.items[3]))
        if shape is None:
            raise WrongInput(f"{show(d)}", place=place, expected="a shape such as [1,5]")
        if _text(d.items[1]) in variables:
            raise WrongInput(f"two tensors have the name {_text(d.items[1])}", place=place)
        variables[_text(d.items[1])] = Variable(shape, counts.get("declare-input", 0))
        counts[d.head] = prod(shape)
    if len(counts) != 2:
        raise WrongInput("the network has no input or no output", place=f"line {g.line}")
    return counts


def _numbers(text: str) -> tuple[int, ...] | None:
    match = _SHAPE.match(text)
    return None if match is None else tuple(int(k) for k in (match[1] or "").split(",") if k)


def _resolve(word: Word, variables: dict[str, Variable]) -> int | None:
    match = _ELEMENT.match(word.text)
    if match is None:
        return None
    found, place = variables.get(match[1]), f"line {word.line}"
    if found is None:
        if match[2] is None:
            return None  # a number, or an unknown word
        raise WrongInput(f"{match[1]} is used before it is declared", place=place)
    index = _numbers(match[2] or "[]")
    if index is None:
        raise WrongInput(f"{word.text} is no element", place=place, expected=f"{match[1]}[0,3]")
    if len(index) != len(found.shape) or any(k >= n for k, n in zip(index, found.shape, strict=True)):
        raise WrongInput(f"{word.text} lies outside the shape {list(found.shape)}", place=place)
    at = 0
    for k, n in zip(index, found.shape, strict=True):
        at = at * n + k
    return found.first + at

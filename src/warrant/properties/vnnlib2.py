"""Reads VNN-LIB 2.0 files about networks with one input and one output each, over real numbers.

Source: VNN-LIB standard, version 2.0; theories/Spec/VnnLib.v and theories/Spec/Relations.v are its meaning here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import prod

from warrant.errors import Unsupported, WrongInput
from warrant.properties.formula import And, Formula
from warrant.properties.sexpr import Expression, Group, Word, parse, show
from warrant.properties.terms import formula, group
from warrant.properties.vnnlib import Property, renumbered

_SPACED = re.compile(r"\[[^\]\s]*\s")
_SHAPE = re.compile(r"\[(\d{1,9}(?:,\d{1,9})*)?\]\Z", re.ASCII)
_ELEMENT = re.compile(r"([^\[\]]+)(\[[^\[\]]*\])?\Z")


@dataclass(frozen=True)
class Variable:
    """A declared tensor: its shape and the number of its first entry (−1 − k for output k)."""

    shape: tuple[int, ...]
    first: int

    def entry(self, k: int) -> int:
        """The number of entry k."""
        return self.first + k if self.first >= 0 else self.first - k


@dataclass(frozen=True)
class Network:
    """A declared network: which of the models it is, counted from 0, and the shapes of its input and its output."""

    name: str
    model: int
    input: tuple[int, ...]
    output: tuple[int, ...]

    @property
    def inputs(self) -> int:
        """The number of input entries."""
        return prod(self.input)

    @property
    def outputs(self) -> int:
        """The number of output entries."""
        return prod(self.output)


@dataclass(frozen=True)
class Relation:
    """Networks, and a property of all their inputs, numbered through in this order, and all their outputs."""

    networks: tuple[Network, ...]
    whole: Property

    @property
    def models(self) -> int:
        """How many models the networks are of."""
        return 1 + max(n.model for n in self.networks)


def read_version_2(text: str, name: str) -> Property:
    """The property in a VNN-LIB 2.0 text about one network.  Raises WrongInput with the line."""
    relation = relation_of(text, name)
    if len(relation.networks) > 1:
        raise Unsupported("there are several networks", expected="one", hint="it is a property of a relation")
    return relation.whole


def relation_of(text: str, name: str) -> Relation:
    """What a VNN-LIB 2.0 text says of its networks.  Raises WrongInput with the line."""
    spaced = _SPACED.search(re.sub(r";[^\n\r]*", "", text))
    if spaced is not None:
        raise Unsupported(f"a space in brackets, after {spaced[0].strip()}", expected="[0,3], without spaces")
    variables: dict[str, Variable] = {}
    asserts: list[Formula] = []
    networks: list[Network] = []
    for e in parse(text):
        g = group(e, "(declare-network …) or (assert …)")
        place = f"line {g.line}"
        if g.head == "vnnlib-version":
            if len(g.items) != 2 or _text(g.items[1]) != "<2.0>":
                raise Unsupported(f"{show(g)}", place=place, expected="(vnnlib-version <2.0>)")
        elif g.head == "declare-network":
            if asserts:
                raise WrongInput("a network is declared after an assertion", place=place)
            networks.append(_network(g, networks, variables))
        elif g.head == "assert" and len(g.items) == 2:
            asserts.append(formula(g.items[1], lambda w: _resolve(w, variables)))
        else:
            raise WrongInput(f"unknown command {show(g)}", place=place, expected="(declare-network …) or (assert …)")
    if not networks:
        raise WrongInput("no network is declared", expected="(declare-network N (declare-input …) (declare-output …))")
    inputs = sum(n.inputs for n in networks)
    whole = And(tuple(renumbered(f, inputs) for f in asserts))
    return Relation(tuple(networks), Property(inputs, sum(n.outputs for n in networks), whole, name))


def _text(e: Expression) -> str:
    return e.text if isinstance(e, Word) else ""


def _network(g: Group, known: list[Network], variables: dict[str, Variable]) -> Network:
    place = f"line {g.line}"
    name = _text(g.items[1]) if len(g.items) > 1 else ""
    if not name:
        raise WrongInput("the network has no name", place=place)
    if any(n.name == name for n in known):
        raise WrongInput(f"two networks have the name {name}", place=place)
    items = list(g.items[2:])
    same = None
    head = items[0] if items else None
    if isinstance(head, Group) and head.head in ("equal-to", "isomorphic-to"):
        same = _equal_to(head, known)
        del items[0]
    found: dict[str, tuple[int, ...]] = {}
    for e in items:
        d = group(e, "(declare-input …) or (declare-output …)")
        place = f"line {d.line}"
        if d.head not in ("declare-input", "declare-output") or len(d.items) != 4:
            raise Unsupported(f"{show(d)}", place=place, expected="(declare-input X Real [1,5])")
        if d.head in found:
            raise Unsupported(f"a second {d.head}", place=place, expected="one input and one output")
        if d.head == "declare-output" and "declare-input" not in found:
            raise WrongInput("the output is declared before the input", place=place)
        if _text(d.items[2]) != "Real":
            raise Unsupported(f"{show(d)}", place=place, expected="entries of type Real")
        shape = _numbers(_text(d.items[3]))
        if shape is None:
            raise WrongInput(f"{show(d)}", place=place, expected="a shape such as [1,5]")
        if _text(d.items[1]) in variables:
            raise WrongInput(f"two tensors have the name {_text(d.items[1])}", place=place)
        first = sum(n.inputs for n in known) if d.head == "declare-input" else -1 - sum(n.outputs for n in known)
        variables[_text(d.items[1])] = Variable(shape, first)
        found[d.head] = shape
    if len(found) != 2:
        raise WrongInput("the network has no input or no output", place=f"line {g.line}")
    model = same.model if same is not None else 1 + max((n.model for n in known), default=-1)
    network = Network(name, model, found["declare-input"], found["declare-output"])
    if same is not None and (same.input, same.output) != (network.input, network.output):
        raise WrongInput(f"{name} has other shapes than {same.name}, to which it is equal", place=f"line {g.line}")
    return network


def _equal_to(e: Group, known: list[Network]) -> Network:
    """The network that is meant."""
    place = f"line {e.line}"
    if e.head == "isomorphic-to":
        raise Unsupported(show(e), place=place, expected="(equal-to …)", hint="leave it out: it changes no meaning")
    for network in known:
        if len(e.items) == 2 and _text(e.items[1]) == network.name:
            return network
    raise WrongInput(f"{show(e)} names no network that is declared before", place=place)


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
    return found.entry(at)

"""Properties of several networks in the coordinates of their product: first inputs, and differences from them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from warrant.errors import WrongInput
from warrant.properties.formula import And, Atom, Formula, Linear, Or
from warrant.properties.queries import Queries, about
from warrant.properties.vnnlib import Property

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warrant.models import Decided, Ensembles, Lowered
    from warrant.properties.vnnlib2 import Relation


def changed(relation: Relation) -> Property:
    """The relation's property with x + d for each input that is not the first network's.

    x is the first network's input, and d, the difference from it, has the old input's number.
    Raises WrongInput where the networks have inputs of different sizes.
    """
    n, p = relation.networks[0].inputs, relation.whole
    if any(network.inputs != n for network in relation.networks):
        raise WrongInput("the networks have inputs of different sizes", file=p.name, expected="as many inputs each")

    def atom(a: Atom) -> Atom:
        more = {v % n: Fraction(0) for v in a.s.coefficients if v < p.inputs}
        total = more | dict(a.s.coefficients)
        for v, c in a.s.coefficients.items():
            if n <= v < p.inputs:
                total[v % n] += c
        return replace(a, s=Linear({v: c for v, c in total.items() if c}, a.s.constant))

    def walk(f: Formula) -> Formula:
        if isinstance(f, Atom):
            return atom(f)
        parts = tuple(walk(part) for part in f.parts)
        return And(parts) if isinstance(f, And) else Or(parts)

    return replace(p, formula=walk(p.formula))


def related(relation: Relation, product: Lowered | Decided | Ensembles) -> Queries:
    """The queries of a relation about the product of its networks.

    Raises WrongInput where they do not fit together, or where an input or a difference of inputs has no bounds.
    """
    n = relation.networks[0].inputs
    try:
        return about(changed(relation), product, names=lambda v: _name(v, n))
    except WrongInput as error:
        raise error.at(file=relation.whole.name) from error


def _name(v: int, n: int) -> str:
    """What an input of the product is called in messages."""
    return f"{v} of the first network" if v < n else f"{v % n} of network {v // n + 1}, less that of the first,"


def together(z: Sequence[Fraction], n: int) -> list[Fraction]:
    """The networks' inputs, one after the other, from the first network's n inputs and the differences."""
    return [value + z[v % n] if v >= n else value for v, value in enumerate(z)]

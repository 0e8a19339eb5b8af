"""Formulas over linear terms, and their disjunctive form (docs/certificates.md, section 1)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from warrant.errors import Unsupported

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_CLAUSES = 4096


@dataclass(frozen=True)
class Linear:
    """constant + Σ coefficients[v] · v, exactly; v counts the inputs, then the outputs."""

    coefficients: Mapping[int, Fraction]
    constant: Fraction

    def plus(self, other: Linear, sign: int = 1) -> Linear:
        """Self + sign · other."""
        if not other.coefficients:
            return Linear(self.coefficients, self.constant + sign * other.constant)
        total = dict(self.coefficients)
        for v, c in other.coefficients.items():
            total[v] = total.get(v, Fraction(0)) + sign * c
        return Linear(total, self.constant + sign * other.constant)

    def times(self, factor: Fraction) -> Linear:
        """Factor · self."""
        return Linear({v: factor * c for v, c in self.coefficients.items()}, factor * self.constant)

    def mentioned(self) -> list[int]:
        """The variables whose coefficient is not 0."""
        return [v for v, c in self.coefficients.items() if c]


@dataclass(frozen=True)
class Atom:
    """s ≤ 0, or s < 0 where strict."""

    s: Linear
    strict: bool

    def negated(self) -> Atom:
        """S > 0, or s ≥ 0, as −s < 0 or −s ≤ 0."""
        return Atom(self.s.times(Fraction(-1)), not self.strict)


@dataclass(frozen=True)
class And:
    """All of the parts."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True)
class Or:
    """One of the parts."""

    parts: tuple[Formula, ...]


Formula = Atom | And | Or
Clause = list[Atom]


def negation(formula: Formula) -> Formula:
    """The negation, pushed to the atoms."""
    if isinstance(formula, Atom):
        return formula.negated()
    parts = tuple(negation(p) for p in formula.parts)
    return Or(parts) if isinstance(formula, And) else And(parts)


def clauses(formula: Formula) -> list[Clause]:
    """The disjunctive form; the clause of the first conjunct varies slowest.  At most 4096 clauses."""
    if isinstance(formula, Atom):
        return [[formula]]
    if isinstance(formula, Or):
        out = [c for p in formula.parts for c in clauses(p)]
    else:
        out = [[]]
        for p in formula.parts:
            more = clauses(p)
            if len(out) * len(more) > MAX_CLAUSES:
                raise _too_many(len(out) * len(more))
            if len(out) == 1 and len(more) == 1:
                out[0].extend(more[0])
            else:
                out = [a + b for a in out for b in more]
    if len(out) > MAX_CLAUSES:
        raise _too_many(len(out))
    return out


def _too_many(n: int) -> Unsupported:
    return Unsupported(
        f"the property has {n} or more alternatives",
        expected=f"at most {MAX_CLAUSES}",
        hint="split it into several properties",
    )

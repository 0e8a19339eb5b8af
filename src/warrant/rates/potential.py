"""Searches quadratic potentials: why a rate holds after every number of steps (docs/rates.md).

Source: A. Taylor, B. Van Scoy, L. Lessard, Lyapunov functions for first-order methods: tight automated convergence
guarantees, 2018; A. Taylor, F. Bach, Stochastic first-order methods: non-asymptotic and computer-aided analyses via
potential functions, 2019.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import comb
from typing import TYPE_CHECKING, Literal

from warrant.rates import problem as P
from warrant.rates.faces import nullspace, reduce, symmetric_rows
from warrant.rates.facts import candidates
from warrant.rates.forms import Form, Linear, combine, inner, meaning
from warrant.rates.method import current, later, moved, on_relation

if TYPE_CHECKING:
    from warrant.rates.forms import Meaning
    from warrant.rates.method import Method

Part = Literal["start", "step", "end"]
PARTS: tuple[Part, ...] = ("start", "step", "end")
Cell = tuple[Part, int]
"""A coefficient of what is shown to be at least 0: in which inequality, and of which power of k."""


@dataclass(frozen=True)
class Unknown:
    """A number to be found: what it multiplies in each cell, and how a certificate writes it, but for the number.

    text: with ``{}`` where the number stands; None for the scale and for entries of matrices.
    part: the part of the certificate; None for V itself.
    """

    text: str | None
    part: Part | None
    forms: dict[Cell, Form]
    free: bool


@dataclass
class Block:
    """A positive semidefinite matrix G: ``rows``ᵀ·G·``rows``·k^shift is what squares take from an inequality.

    rows: combinations of points, each times a power of k.  first: its entries are the unknowns from there on, those of
    the upper triangle column after column.  kernel: directions in which G vanishes.
    """

    part: Part
    shift: int
    rows: tuple[tuple[int, Linear], ...]
    first: int
    kernel: list[Linear] = field(default_factory=list)

    def live(self) -> tuple[int, ...]:
        """The rows in which G can be positive definite."""
        dead = reduce(self.kernel)
        return tuple(i for i in range(len(self.rows)) if i not in dead)

    def entry(self, a: int, b: int) -> int:
        """The unknown that is an entry of G."""
        a, b = min(a, b), max(a, b)
        return self.first + b * (b + 1) // 2 + a


class System:
    """All that a certificate of a method may use, at its ratio.

    scaled: the initial quantity is multiplied by a number to be found, the first of the unknowns.
    """

    def __init__(self, method: Method, *, scaled: bool = False) -> None:
        self.method, self.scaled = method, scaled
        self.degree = max(len(method.factors) - 1, 0)
        step = [*method.relations, *(on_relation(later, r) for r in method.relations if current(r))]
        self.relations: dict[Part, list[P.Relation]] = {"start": [*method.start, *step], "step": step, "end": step}
        self.constant: dict[Cell, Form] = {}
        self.unknowns: list[Unknown] = []
        self._conclusion()
        for part in PARTS:
            self._facts(part)
        self._cancel()
        self._potential()
        self.blocks = [block for part in PARTS for shift in (0, 1) if (block := self._block(part, shift)) is not None]

    def _meaning(self, part: Part, values: Sequence[P.Scalar] = (), more: Sequence[P.Relation] = ()) -> Meaning:
        m = self.method
        relations = (*self.relations[part], *more)
        return meaning(P.Problem(m.objects, m.points, m.numbers, relations, tuple(values), Fraction(0)))

    def _powers(self, part: Part) -> range:
        return range(1 if part == "start" else self.degree + 1)

    def _conclusion(self) -> None:
        """B − V(0) at the start, V(k) − (c0 + c1 k + …)·A(k) at the end."""
        initial = self._meaning("start", [self.method.initial]).metrics[0]
        if self.scaled:
            self.unknowns.append(Unknown(None, None, {("start", 0): initial}, free=False))
        else:
            self.constant["start", 0] = initial
        measure = self._meaning("end", [self.method.measure]).metrics[0]
        for j, c in enumerate(self.method.factors):
            self.constant["end", j] = combine([(-c, measure)])

    def _facts(self, part: Part) -> None:
        """Relations between numbers, and facts about calls, times powers of k."""
        m = self._meaning(part)
        lines = [(f"(use {r} {{}})", form, equal) for r, (form, equal) in m.comparisons.items()]
        lines += [
            (f"(fact {name} {{}} {' '.join(map(str, calls))})", form, equal)
            for name, calls, form, equal in candidates(self.method.objects, m.calls, m.decompositions)
        ]
        if part == "end":
            lines = [line for line in lines if all(i % 3 != 2 for key in line[1] for i in key)]
        for j in self._powers(part):
            self.unknowns += [Unknown(f"(at {j} {text})", part, {(part, j): form}, free=e) for text, form, e in lines]

    def _cancel(self) -> None:
        """The vectors that vanish, times points, after the translations that change nothing have been found."""
        calls = [P.Call("image", 0, a, P.Zero()) for v in self.method.vanishing for a in v]
        places = iter([c.x for c in self._meaning("step", more=calls).calls[-len(calls) :]] if calls else [])
        vectors = [[next(places) for _ in v] for v in self.method.vanishing]
        forms = [f for u in self.unknowns for (part, _), f in u.forms.items() if part != "start"]
        forms += [f for (part, _), f in self.constant.items() if part != "start"]
        forms += self._meaning("step", [self.method.initial]).metrics
        rows = [row for f in forms for row in symmetric_rows(f).values()] + [a for v in vectors for a in v]
        self.seen = sorted({i for row in rows for i in row})
        self.still = nullspace(reduce(rows), self.seen)
        for r, v in enumerate(vectors):
            for j in range(self.degree + 2 - len(v)):
                for f in self._invariant(self.seen):
                    there: dict[Cell, Form] = {("step", j + i): inner(a, f) for i, a in enumerate(v)}
                    self.unknowns.append(Unknown(f"(cancel {j} {r} {{}}{_pairs(f)})", "step", there, free=True))

    def _invariant(self, coordinates: Sequence[int]) -> list[Linear]:
        """Combinations of points that translations leave alone."""
        return nullspace(reduce([{i: q for i, q in v.items() if i in coordinates} for v in self.still]), coordinates)

    def _potential(self) -> None:
        """V: numbers, and products of the combinations of points that translations leave alone, times powers of k."""
        basis = self._invariant([i for i in self.seen if i % 3 != 2])
        terms: list[Form] = [inner(a, b) for n, a in enumerate(basis) for b in basis[: n + 1]]
        terms += [{(i,): Fraction(1)} for i, name in enumerate(self.method.numbers) if name and i % 3 != 2]
        scalars = [_scalar(f) for f in terms]
        values = self._meaning("step", scalars).metrics
        laters = self._meaning("step", [moved(v, later) for v in scalars]).metrics
        starts = self._meaning("start", scalars).metrics
        ratio = self.method.ratio
        for term, value, after, first in zip(terms, values, laters, starts, strict=True):
            for j in range(self.degree + 1):
                there: dict[Cell, Form] = {("end", j): value}
                if j == 0:
                    there["start", 0] = combine([(-1, first)])
                for i in range(j + 1):
                    there["step", i] = combine([(-comb(j, i), after), (ratio if i == j else 0, value)])
                self.unknowns.append(Unknown(_terms(term, j), None, there, free=True))

    def _block(self, part: Part, shift: int) -> Block | None:
        """The matrix of the squares of an inequality, times k^shift; its entries become unknowns."""
        there = {c for u in self.unknowns for (p, _), f in u.forms.items() if p == part for key in f for c in key}
        free = set(self._meaning(part).coordinates)
        basis = self._invariant([i for i in self.seen if i in free and i in there])
        top = self._powers(part)[-1] - shift
        if top < 0 or not basis:
            return None
        rows = tuple((m, a) for m in range(top // 2 + 1) for a in basis)
        block = Block(part, shift, rows, len(self.unknowns))
        for j, (n, b) in enumerate(rows):
            for i, (m, a) in enumerate(rows[: j + 1]):
                form = combine([(-1 if i == j else -2, inner(a, b))])
                self.unknowns.append(Unknown(None, part, {(part, m + n + shift): form}, free=True))
        return block


def _pairs(a: Linear) -> str:
    return "".join(f" ({i} {q})" for i, q in a.items())


def _scalar(form: Form) -> P.Scalar:
    total: P.Scalar = P.Constant(Fraction(0))
    for key, q in form.items():
        if key:
            v = P.Number(key[0]) if len(key) == 1 else P.Inner(P.Point(key[0]), P.Point(key[-1]))
            total = P.Plus(total, P.Scaled(q, v))
    return total


def _terms(form: Form, j: int) -> str:
    """The terms of a potential, with the coefficients of the form after a ``*``, which ``certificate_text`` puts in."""
    words = {1: "number", 2: "product"}
    return " ".join(f"({words[len(key)]} {j} {{}}*{q} {' '.join(map(str, key))})" for key, q in form.items())

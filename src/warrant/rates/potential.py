"""Searches quadratic potentials: why a rate holds after every number of steps (docs/rates.md).

Source: A. Taylor, B. Van Scoy, L. Lessard, Lyapunov functions for first-order methods: tight automated convergence
guarantees, 2018; A. Taylor, F. Bach, Stochastic first-order methods: non-asymptotic and computer-aided analyses via
potential functions, 2019.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import comb
from typing import TYPE_CHECKING, Literal

from warrant.rates import problem as P
from warrant.rates.faces import common_kernel, nullspace, reduce, symmetric_rows
from warrant.rates.facts import candidates
from warrant.rates.forms import Form, Linear, combine, inner, meaning
from warrant.rates.method import current, later, on_relation

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

    text: with ``{}`` where the number stands; None for the scale.  part: the part of the certificate; None for V itself.
    """

    text: str | None
    part: Part | None
    forms: dict[Cell, Form]
    free: bool


@dataclass
class Square:
    """The matrix of a cell: the coordinates that matter there, and the directions in which it vanishes."""

    coordinates: tuple[int, ...]
    kernel: list[Linear] = field(default_factory=list)

    def live(self) -> tuple[int, ...]:
        """Coordinates in which the matrix can be positive definite."""
        dead = reduce(self.kernel)
        return tuple(i for i in self.coordinates if i not in dead)


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
        self._potential(self._cancel())
        self.squares = {(part, j): self._square((part, j)) for part in PARTS for j in self._powers(part)}

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
        for j in self._powers(part):
            self.unknowns += [Unknown(f"(at {j} {text})", part, {(part, j): form}, free=e) for text, form, e in lines]

    def _cancel(self) -> tuple[list[int], list[Linear]]:
        """The vectors that vanish, times points; coordinates, and their translations that change nothing."""
        calls = [P.Call("image", 0, a, P.Zero()) for v in self.method.vanishing for a in v]
        places = iter([c.x for c in self._meaning("step", more=calls).calls[-len(calls) :]] if calls else [])
        vectors = [[next(places) for _ in v] for v in self.method.vanishing]
        forms = [f for u in self.unknowns for (part, _), f in u.forms.items() if part != "start"]
        forms += [f for (part, _), f in self.constant.items() if part != "start"]
        forms += self._meaning("step", [self.method.initial]).metrics
        rows = [row for f in forms for row in symmetric_rows(f).values()] + [a for v in vectors for a in v]
        seen = sorted({i for row in rows for i in row})
        still = nullspace(reduce(rows), seen)
        for r, v in enumerate(vectors):
            for j in range(self.degree + 2 - len(v)):
                for f in nullspace(reduce(still), seen):
                    there: dict[Cell, Form] = {("step", j + i): inner(a, f) for i, a in enumerate(v)}
                    self.unknowns.append(Unknown(f"(cancel {j} {r} {{}}{_pairs(f)})", "step", there, free=True))
        return seen, still

    def _potential(self, found: tuple[list[int], list[Linear]]) -> None:
        """V: numbers, and products of the combinations of points that translations leave alone, times powers of k."""
        seen, still = found
        now = [i for i in seen if i % 3 != 2]
        basis = nullspace(reduce([{i: q for i, q in v.items() if i in now} for v in still]), now)
        terms: list[Form] = [inner(a, b) for n, a in enumerate(basis) for b in basis[: n + 1]]
        terms += [{(i,): Fraction(1)} for i, name in enumerate(self.method.numbers) if name and i % 3 != 2]
        scalars = [_scalar(f) for f in terms]
        values = self._meaning("step", scalars).metrics
        laters = self._meaning("step", [_scalar({tuple(map(later, k)): q for k, q in f.items()}) for f in terms]).metrics  # type: ignore[misc]
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

    def _square(self, cell: Cell) -> Square:
        forms = [u.forms[cell] for u in self.unknowns if cell in u.forms] + [self.constant.get(cell, {})]
        there = tuple(sorted({i for f in forms for key in f if len(key) == 2 for i in key}))
        return Square(there, common_kernel(forms, there))


def _pairs(a: Linear) -> str:
    return "".join(f" ({i} {q})" for i, q in a.items())


def _scalar(form: Form) -> P.Scalar:
    total: P.Scalar = P.Constant(Fraction(0))
    for key, q in form.items():
        if key:
            v = P.Number(key[0]) if len(key) == 1 else P.Inner(P.Point(key[0]), P.Point(key[-1]))
            total = P.Add(total, P.Multiple(q, v))
    return total


def _terms(form: Form, j: int) -> str:
    """The terms of a potential, with the coefficients of the form after a ``*``, which ``certificate_text`` puts in."""
    words = {1: "number", 2: "product"}
    return " ".join(f"({words[len(key)]} {j} {{}}*{q} {' '.join(map(str, key))})" for key, q in form.items())

"""What may be multiplied in a certificate: metrics, relations and the facts of docs/rates.md, as exact forms."""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from warrant.rates.faces import shifts_of
from warrant.rates.facts import SPANS, Classes, Inapplicable, candidates, span_form
from warrant.rates.forms import Form, Key, Linear, Meaning, combine, meaning

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warrant.rates.problem import Problem


@dataclass(frozen=True)
class Column:
    """One multiplier: of a metric, a relation or a fact, with the form that it multiplies."""

    kind: Literal["weight", "use", "fact"]
    index: int
    """The metric or relation."""
    name: str
    calls: tuple[int, ...]
    form: Form
    free: bool
    """Whether it may be negative: the multiplier of an equality."""


@dataclass(frozen=True)
class Block:
    """A positive semidefinite matrix of multipliers, over the calls of an object that has a span fact."""

    name: str
    at: int
    calls: tuple[int, ...]
    forms: dict[tuple[int, int], Form]
    """For positions a ≤ b among the calls: what the entries (a, b) and (b, a) together multiply."""


def _block(problem: Problem, m: Meaning, k: int, name: str) -> Block | None:
    calls = [c for c, call in enumerate(m.calls) if call.k == k and call.kind == SPANS[name].kind]
    at = next((c for c in calls if not m.calls[c].g), calls[0] if calls else 0)
    classes = Classes(problem.objects[k])
    centre = m.calls[at] if calls else None
    one = Fraction(1)

    def form(*parts: int) -> Form:
        if centre is None:
            raise Inapplicable
        return span_form(name, classes, centre, [(m.calls[c], one) for c in parts])

    try:
        single = {c: form(c) for c in calls}
        used = [c for c in calls if single[c]]
        forms: dict[tuple[int, int], Form] = {}
        for b, d in enumerate(used):
            for a, c in enumerate(used[:b]):
                forms[a, b] = combine([(1, form(c, d)), (-1, single[c]), (-1, single[d])])
            forms[b, b] = single[d]
    except Inapplicable:
        return None
    return Block(name, at, tuple(used), forms) if used else None


class System:
    """All that may be multiplied, in shifted coordinates.

    dead: coordinates that must vanish.  tight: the constant must vanish too, so that the bound is exact.
    thin: only facts that proofs of rates mostly need.
    """

    def __init__(
        self, problem: Problem, kernel: Sequence[Linear] = (), *, tight: bool = False, thin: bool = False
    ) -> None:
        self.problem, self.kernel, self.tight = problem, tuple(kernel), tight
        self.shifts, self.dead = shifts_of(kernel, meaning(problem).coordinates)
        m = self.meaning = meaning(problem, self.shifts)
        self.columns = [Column("weight", i, "", (), combine([(-1, f)]), free=False) for i, f in enumerate(m.metrics)]
        self.columns += [Column("use", r, "", (), f, free=e) for r, (f, e) in m.comparisons.items()]
        found = candidates(problem.objects, m.calls, m.decompositions, thin=thin)
        self.columns += [Column("fact", 0, name, t, f, free=e) for name, t, f, e in found]
        blocks = [_block(problem, m, k, name) for k in range(len(problem.objects)) for name in SPANS]
        self.blocks = [b for b in blocks if b is not None]
        self.live = tuple(i for i in m.coordinates if i not in self.dead)

    def stated(self, bound: Fraction) -> System:
        """The same for the problem with another bound."""
        other = copy.copy(self)
        other.problem = replace(self.problem, bound=bound)
        return other

    def forms(self) -> list[Form]:
        """What the multipliers multiply, those of matrices too."""
        return [c.form for c in self.columns] + [f for b in self.blocks for f in b.forms.values()]

    def equations(self, forms: Sequence[Form]) -> dict[Key, int]:
        """The keys whose coefficients must cancel, numbered: numbers, products with dead coordinates, 1 if tight."""
        found = dict.fromkeys(key for form in forms for key in form if self._cancels(key))
        return {key: r for r, key in enumerate(found)}

    def _cancels(self, key: Key) -> bool:
        return len(key) == 1 or (bool(set(key) & self.dead) if key else self.tight)

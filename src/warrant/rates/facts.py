"""The table of facts of docs/rates.md: what follows of calls from the class of the function or operator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product
from typing import TYPE_CHECKING

from warrant.rates.forms import Form, Linear, combine, constant, inner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from warrant.rates.forms import Called
    from warrant.rates.problem import Object

HALF = Fraction(1, 2)

Decompositions = Sequence[tuple[int, ...]]
"""For each decomposition of the space the operators that are its blocks."""


class Inapplicable(Exception):
    """A fact that does not hold of these calls."""


class Classes:
    """The parameters of an object's classes."""

    def __init__(self, object_: Object) -> None:
        self.parameters = {c.name: c.parameters for c in reversed(object_.classes)}
        convex = [c for c in object_.classes if c.name in ("convex", "strongly-convex")]
        self.strong = (*convex[0].parameters, Fraction(0))[0] if convex else None
        """µ of the first class that is convex or strongly convex."""
        self.blocks = {c.block: c.parameters[0] for c in reversed(object_.classes) if c.block is not None}
        """How smooth along which block."""

    def first(self, name: str) -> Fraction:
        """The first parameter of a class.  Raises Inapplicable where the object is not in it."""
        return self.both(name)[0]

    def both(self, name: str) -> tuple[Fraction, ...]:
        """The parameters of a class.  Raises Inapplicable where the object is not in it."""
        if name not in self.parameters:
            raise Inapplicable
        return self.parameters[name]


def need(condition: bool) -> None:
    """Raises Inapplicable unless the condition holds."""
    if not condition:
        raise Inapplicable


def minus(a: Linear, b: Linear) -> Linear:
    """The difference."""
    return combine([(1, a), (-1, b)])


def square(a: Linear) -> Form:
    """The square of the norm."""
    return inner(a, a)


def value(c: Called) -> Form:
    """The value of a call.  Raises Inapplicable where none is given."""
    if c.v is None:
        raise Inapplicable
    return c.v


def _gradients(*calls: Called) -> None:
    need(all(c.kind == "gradient" for c in calls))


def _stationary(i: Called, *others: Called) -> None:
    """The gradient of the first call is 0; all are gradients."""
    _gradients(i, *others)
    need(not i.g)


# Each fact takes the classes and the calls, and gives what is ≤ 0, or = 0.


def _convex(c: Classes, i: Called, j: Called) -> Form:
    need(j.kind == "subgradient" or (j.kind == "gradient" and c.strong is not None))
    mu = c.strong or Fraction(0)
    d = minus(i.x, j.x)
    return combine([(1, value(j)), (1, inner(j.g, d)), (mu / 2, square(d)), (-1, value(i))])


def _smooth(c: Classes, i: Called, j: Called) -> Form:
    _gradients(i, j)
    L = c.first("smooth")
    mu = -L if c.strong is None else c.strong
    need(mu < L and L > 0)
    x, g = minus(i.x, j.x), minus(i.g, j.g)
    curved = combine([(1 / L, square(g)), (mu, square(x)), (-2 * mu / L, inner(g, x))])
    return combine([(1, value(j)), (1, inner(j.g, x)), (1 / (2 * (1 - mu / L)), curved), (-1, value(i))])


def _lipschitz(c: Classes, i: Called) -> Form:
    need(i.kind != "image")
    return combine([(1, square(i.g)), (-1, constant(c.first("lipschitz") ** 2))])


def _indicator(c: Classes, i: Called) -> Form:
    c.both("indicator")
    return value(i)


def _diameter(c: Classes, i: Called, j: Called) -> Form:
    return combine([(1, square(minus(i.x, j.x))), (-1, constant(c.first("diameter") ** 2))])


def _support_value(c: Classes, i: Called) -> Form:
    c.both("support")
    return combine([(1, inner(i.g, i.x)), (-1, value(i))])


def _support_order(c: Classes, i: Called, j: Called) -> Form:
    c.both("support")
    return inner(j.x, minus(i.g, j.g))


def _support_bound(c: Classes, i: Called) -> Form:
    return combine([(1, square(i.g)), (-1, constant(c.first("bounded-support") ** 2))])


def _growth(c: Classes, i: Called, j: Called) -> Form:
    L = c.first("quadratic-growth")
    need(i.kind == j.kind == "subgradient" and not i.g and L > 0)
    d = minus(i.x, j.x)
    return combine([(1, value(j)), (1, inner(j.g, d)), (1 / (2 * L), square(j.g)), (-1, value(i))])


def _quadratic_value(c: Classes, i: Called, j: Called) -> Form:
    c.both("quadratic")
    _stationary(i, j)
    return combine([(1, value(j)), (-1, value(i)), (-HALF, inner(minus(j.x, i.x), j.g))])


def _quadratic_symmetry(c: Classes, i: Called, j: Called, k: Called) -> Form:
    c.both("quadratic")
    _stationary(i, j, k)
    return combine([(1, inner(minus(j.x, i.x), k.g)), (-1, inner(minus(k.x, i.x), j.g))])


def _secant(c: Classes, i: Called, j: Called) -> Form:
    mu = c.first("restricted-secant")
    _stationary(i, j)
    d = minus(j.x, i.x)
    return combine([(mu, square(d)), (-1, inner(j.g, d))])


def _error_bound(c: Classes, i: Called, j: Called) -> Form:
    L = c.first("error-bound")
    _stationary(i, j)
    return combine([(1, square(j.g)), (-(L**2), square(minus(j.x, i.x)))])


def _lojasiewicz(c: Classes, i: Called, j: Called) -> Form:
    mu = c.first("lojasiewicz")
    _gradients(i)
    return combine([(2 * mu, value(i)), (-2 * mu, value(j)), (-1, square(i.g))])


def _descent(c: Classes, i: Called, j: Called) -> Form:
    L = c.first("smooth")
    need(c.first("lojasiewicz") > 0 and L > 0)
    _stationary(i, j)
    return combine([(1, value(i)), (1 / (2 * L), square(j.g)), (-1, value(j))])


def _monotone(c: Classes, i: Called, j: Called) -> Form:
    x, g = minus(i.x, j.x), minus(i.g, j.g)
    return combine([(c.first("strongly-monotone"), square(x)), (-1, inner(g, x))])


def _cocoercive(c: Classes, i: Called, j: Called) -> Form:
    x, g = minus(i.x, j.x), minus(i.g, j.g)
    return combine([(c.first("cocoercive"), square(g)), (-1, inner(g, x))])


def _lipschitz_operator(c: Classes, i: Called, j: Called) -> Form:
    L = c.first("lipschitz-operator")
    return combine([(1, square(minus(i.g, j.g))), (-(L**2), square(minus(i.x, j.x)))])


def _symmetric(c: Classes, i: Called, j: Called) -> Form:
    c.both("symmetric")
    return combine([(1, inner(i.x, j.g)), (-1, inner(j.x, i.g))])


def _skew_symmetric(c: Classes, i: Called, j: Called) -> Form:
    c.both("skew-symmetric")
    return combine([(1, inner(i.x, j.g)), (1, inner(j.x, i.g))])


def _adjoint(c: Classes, i: Called, j: Called) -> Form:
    need((i.kind, j.kind) == ("image", "adjoint"))
    return combine([(1, inner(i.x, j.g)), (-1, inner(i.g, j.x))])


def _images(*calls: Called) -> None:
    need(all(c.kind == "image" for c in calls))


def _orthogonal(objects: Sequence[Object], decompositions: Decompositions, a: Called, b: Called) -> Form:
    _images(a, b)
    need(a.k != b.k and any({a.k, b.k} <= set(ks) for ks in decompositions))
    return inner(a.g, b.g)


def _block_smooth(
    objects: Sequence[Object], decompositions: Decompositions, i: Called, j: Called, a: Called, b: Called
) -> Form:
    """The images a and b are what the gradients of i and j have in a block."""
    _gradients(i, j)
    _images(a, b)
    need(i.k == j.k and a.k == b.k and a.x == i.g and b.x == j.g)
    c = Classes(objects[i.k])
    L = c.blocks.get(a.k, Fraction(0))
    need(c.strong is not None and c.strong >= 0 and L > 0 and any(a.k in ks for ks in decompositions))
    d = minus(i.x, j.x)
    return combine([(1, value(j)), (1, inner(j.g, d)), (1 / (2 * L), square(minus(a.g, b.g))), (-1, value(i))])


@dataclass(frozen=True)
class Fact:
    """A fact about ``arity`` calls; ``order`` says of which it is enough to look at: any, i ≠ j, or i < j.

    blocks: it is about a decomposition of the space, with calls of several objects; ``form`` then takes all objects and
    the decompositions in place of the classes.
    """

    arity: int
    form: Callable[..., Form]
    equality: bool = False
    order: str = "distinct"
    blocks: bool = False


FACTS: dict[str, Fact] = {
    "convex": Fact(2, _convex),
    "smooth": Fact(2, _smooth),
    "lipschitz": Fact(1, _lipschitz),
    "indicator": Fact(1, _indicator, equality=True),
    "diameter": Fact(2, _diameter, order="increasing"),
    "support-value": Fact(1, _support_value, equality=True),
    "support-order": Fact(2, _support_order),
    "support-bound": Fact(1, _support_bound),
    "growth": Fact(2, _growth),
    "quadratic-value": Fact(2, _quadratic_value, equality=True),
    "quadratic-symmetry": Fact(3, _quadratic_symmetry, equality=True, order="first"),
    "secant": Fact(2, _secant),
    "error-bound": Fact(2, _error_bound),
    "lojasiewicz": Fact(2, _lojasiewicz),
    "descent": Fact(2, _descent),
    "monotone": Fact(2, _monotone, order="increasing"),
    "cocoercive": Fact(2, _cocoercive, order="increasing"),
    "lipschitz-operator": Fact(2, _lipschitz_operator, order="increasing"),
    "symmetric": Fact(2, _symmetric, equality=True, order="increasing"),
    "skew-symmetric": Fact(2, _skew_symmetric, equality=True, order="any"),
    "adjoint": Fact(2, _adjoint, equality=True),
    "orthogonal": Fact(2, _orthogonal, equality=True, blocks=True),
    "block-smooth": Fact(4, _block_smooth, blocks=True),
}
"""The facts about a fixed number of calls."""


def fact_form(
    name: str, objects: Sequence[Object], decompositions: Decompositions, calls: Sequence[Called]
) -> tuple[Form, bool]:
    """What a fact of the table says is ≤ 0, or = 0, and which.  Raises Inapplicable."""
    fact = FACTS[name]
    if fact.blocks:
        return fact.form(objects, decompositions, *calls), fact.equality
    object_ = objects[calls[0].k]
    kinds = {"subgradient", "gradient"} if object_.kind == "function" else {"image"} | {"adjoint"} & {name}
    need(all(c.k == calls[0].k and c.kind in kinds for c in calls))
    return fact.form(Classes(object_), *calls), fact.equality


# ---- facts about combinations of calls -------------------------------------------------------------------------------


def _spectrum(parameters: tuple[Fraction, ...], z: Linear, g: Linear) -> Form:
    """What is ≤ 0: −⟨g − µz, Lz − g⟩."""
    mu, L = parameters
    return combine([(-1, inner(combine([(1, g), (-mu, z)]), combine([(L, z), (-1, g)])))])


def _quadratic_spectrum(c: Classes, i: Called, z: Linear, g: Linear) -> Form:
    return _spectrum(c.both("quadratic"), z, g)


def _symmetric_spectrum(c: Classes, i: Called, z: Linear, g: Linear) -> Form:
    return _spectrum(c.both("symmetric"), z, g)


def _bound(name: str) -> Callable[[Classes, Called, Linear, Linear], Form]:
    """What is ≤ 0: ‖g‖² − L²‖z‖²."""
    return lambda c, i, z, g: combine([(1, square(g)), (-(c.first(name) ** 2), square(z))])


@dataclass(frozen=True)
class Span:
    """A fact about a combination of calls of a kind, as a form of z and g.

    centred: the points are relative to that of a stationary call.
    """

    form: Callable[[Classes, Called, Linear, Linear], Form]
    kind: str
    centred: bool = False


SPANS: dict[str, Span] = {
    "quadratic-spectrum": Span(_quadratic_spectrum, "gradient", centred=True),
    "symmetric-spectrum": Span(_symmetric_spectrum, "image"),
    "skew-bound": Span(_bound("skew-symmetric"), "image"),
    "linear-bound": Span(_bound("linear"), "image"),
    "adjoint-bound": Span(_bound("linear"), "adjoint"),
}


def span_form(name: str, c: Classes, i: Called, combination: Sequence[tuple[Called, Fraction]]) -> Form:
    """What a span fact says is ≤ 0.  Raises Inapplicable."""
    span = SPANS[name]
    need(all(call.kind == span.kind for call, _ in combination))
    if span.centred:
        _stationary(i, *(call for call, _ in combination))
    z = combine((q, minus(call.x, i.x) if span.centred else call.x) for call, q in combination)
    return span.form(c, i, z, combine((q, call.g) for call, q in combination))


# ---- all of them -----------------------------------------------------------------------------------------------------


def _tuples(fact: Fact, calls: Sequence[int], stationary: int | None, thin: bool) -> Iterator[tuple[int, ...]]:
    """The calls that it is enough to look at.

    thin: of pairs only neighbours, and those with the last or a stationary call.
    """
    place = {c: p for p, c in enumerate(calls)}
    ends = {stationary, calls[-1]} if calls else set()
    for t in product(calls, repeat=fact.arity):
        match fact.order:
            case "distinct":
                wanted = len(set(t)) == fact.arity
            case "increasing":
                wanted = list(t) == sorted(set(t))
            case "first":
                wanted = t[0] == stationary and t[1] < t[2]
            case _:
                wanted = t[0] <= t[1]
        if wanted and thin and fact.arity == 2 and not fact.equality:
            wanted = abs(place[t[0]] - place[t[1]]) == 1 or bool(ends & set(t))
        if wanted:
            yield t


def candidates(
    objects: Sequence[Object], calls: Sequence[Called], decompositions: Decompositions = (), *, thin: bool = False
) -> Iterator[tuple[str, tuple[int, ...], Form, bool]]:
    """The facts of a problem that can be of use: name, calls, form (not 0), and whether it is an equality.

    thin: of facts about pairs only those that proofs of rates mostly need.
    """
    for k, object_ in enumerate(objects):
        classes = Classes(object_)
        mine = [c for c, call in enumerate(calls) if call.k == k]
        stationary = next((c for c in mine if not calls[c].g), None)
        sharper: set[tuple[int, ...]] = set()
        if classes.blocks:
            for i, j, a, b in _smooth_along(calls, mine, stationary, thin):
                try:
                    form = _block_smooth(objects, decompositions, calls[i], calls[j], calls[a], calls[b])
                except Inapplicable:
                    continue
                sharper.add((i, j))
                yield "block-smooth", (i, j, a, b), form, False
        for name, fact in sorted(FACTS.items(), key=lambda item: item[0] not in ("smooth", "growth")):
            if fact.blocks:
                continue
            for t in _tuples(fact, mine, stationary, thin):
                if name == "convex" and t in sharper:
                    continue
                try:
                    form, _ = fact_form(name, objects, decompositions, [calls[c] for c in t])
                except Inapplicable:
                    continue
                if name in ("smooth", "growth"):
                    sharper.add(t)
                if form:
                    yield name, t, form, fact.equality
    for ks in decompositions:
        parts = [c for c, call in enumerate(calls) if call.k in ks]
        for a, b in combinations(parts, 2):
            if calls[a].k != calls[b].k and (form := inner(calls[a].g, calls[b].g)):
                yield "orthogonal", (a, b), form, True


def _smooth_along(
    calls: Sequence[Called], mine: Sequence[int], stationary: int | None, thin: bool
) -> Iterator[tuple[int, int, int, int]]:
    """Two gradients of a function, and what they have in a block."""
    parts: dict[frozenset[tuple[int, Fraction]], dict[int, int]] = {}
    for c, call in enumerate(calls):
        if call.kind == "image":
            parts.setdefault(frozenset(call.x.items()), {}).setdefault(call.k, c)
    for i, j in _tuples(FACTS["convex"], mine, stationary, thin):
        there, here = (parts.get(frozenset(calls[c].g.items()), {}) for c in (i, j))
        for k in sorted(there.keys() & here.keys()):
            yield i, j, there[k], here[k]

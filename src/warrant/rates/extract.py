"""Makes a rate problem of a PEPit problem: classes, calls, steps, assumptions and metrics."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

from warrant.errors import Unsupported
from warrant.rates import problem as P
from warrant.rates.classes import DIFFERENTIABLE, is_linear, is_operator, library_object
from warrant.rates.forms import Linear, combine
from warrant.rates.rationals import near, rational
from warrant.rates.terms import NO_NUMBER, NO_POINT, collected, scaled, terms, total

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from warrant.rates.pepit import Solved

# ---- points and numbers ----------------------------------------------------------------------------------------------


class Builder:
    """Collects the parts of a rate problem.

    Composite points that are used more than once get a name, and a definition before use.
    """

    def __init__(self, solved: Solved, rational: Callable[[float], Fraction]) -> None:
        self.solved, self.rational = solved, rational
        self.points: list[str] = []
        self.numbers: list[str] = []
        self.relations: list[P.Relation] = []
        self.index: dict[int, int] = {}
        """By ``id``: the number of a point or a leaf expression."""
        self.known: dict[frozenset[tuple[int, Fraction]], int] = {}
        """By its combination of leaves: the number of a defined point."""
        self.linear: dict[int, Linear] = {}
        """By its number: the combination of leaves that a point is."""
        self.nothing: set[int] = set()
        """By ``id``: leaf points that are 0."""
        self.users: Counter[int] = Counter()
        self._seen: set[int] = set()

    def fresh(self, names: list[str], wanted: str, item: object = None) -> str:
        """A new name; ``item``: what may have a name in the program."""
        given = getattr(item, "name", None) or self.solved.names.get(id(item), "")
        if isinstance(given, str) and (clean := re.sub(r"\W", "", given, flags=re.ASCII).lstrip("_0123456789")):
            wanted = clean
        final = wanted
        suffixes: Iterator[int] = iter(range(1, 10**6))
        while final in names:
            stem = re.sub(r"\d+\Z", "", wanted)
            final = f"{stem}{next(suffixes)}" if stem == "x" else f"{wanted}_{next(suffixes)}"
        return final

    def name(self, names: list[str], wanted: str, item: object = None) -> int:
        """A new point or number, under a new name."""
        names.append(self.fresh(names, wanted, item))
        return len(names) - 1

    def later(self, point: Any) -> int | None:
        """The number of a leaf point that is new and gets its name later; None if it is not new."""
        if id(point) in self.index:
            return None
        i = self.leaf(point, "")
        self.points[i] = ""
        return i

    # how the program made a point

    def count(self, item: Any) -> None:
        """Counts who uses each composite point below a point or an expression."""
        made = getattr(item, "made_of", None)
        if made is None or id(item) in self._seen:
            return
        self._seen.add(id(item))
        for part in {id(p): p for p in made[1:] if hasattr(p, "decomposition_dict")}.values():
            part = _unsigned(part)
            self.users[id(part)] += 1
            self.count(part)

    def leaf(self, point: Any, wanted: str) -> int:
        """The number of a leaf point, which gets a name when it is first met."""
        if id(point) not in self.index:
            i = self.index[id(point)] = self.name(self.points, wanted, point)
            self.linear[i] = {i: Fraction(1)}
            self.known[frozenset(self.linear[i].items())] = i
        return self.index[id(point)]

    def vector(self, point: Any, wanted: str = "p") -> P.Vector:
        """A point as the program made it, after the definitions that it needs."""
        if id(point) in self.nothing:
            return P.Zero()
        if id(point) in self.index or point.get_is_leaf():
            return P.Point(self.leaf(point, wanted))
        if self.users[id(point)] > 1 and len(point.decomposition_dict) > 1 and getattr(point, "made_of", " ")[0] == "+":
            return self.defined(point, "x1" if wanted == "p" else wanted)
        return collected(self._made(point), NO_POINT)

    def _made(self, point: Any) -> P.Vector:
        made = getattr(point, "made_of", None)
        if not any(point.decomposition_dict.values()):
            return P.Zero()
        if made is None:
            parts = [scaled(self.rational(w), self.vector(p)) for p, w in point.decomposition_dict.items()]
            return total(parts, NO_POINT)
        if made[0] == "*":
            return scaled(self.rational(made[2]), self.vector(made[1]))
        return total([self.vector(made[1]), self.vector(made[2])], NO_POINT)

    def defined(self, point: Any, wanted: str) -> P.Vector:
        """A composite point with a name of its own."""
        if id(point) in self.index:
            return P.Point(self.index[id(point)])
        value = collected(self._made(point), NO_POINT)
        if isinstance(value, P.Zero | P.Point):
            return value
        linear = self.evaluate(value)
        key = frozenset(linear.items())
        if key not in self.known:
            i = self.known[key] = self.name(self.points, wanted, point if not wanted.startswith("x") else None)
            self.linear[i] = linear
            self.relations.append(P.Same(P.Point(i), value))
        self.index[id(point)] = self.known[key]
        return P.Point(self.known[key])

    def evaluate(self, a: P.Vector) -> Linear:
        """The combination of leaves that a point is."""
        return combine((q, self.linear[b.index]) for q, b in terms(a) if isinstance(b, P.Point))

    # numbers

    def scalar(self, v: Any, wanted: str = "v") -> P.Scalar:
        """An expression as the program made it."""
        if isinstance(v, int | float):
            return P.Constant(self.rational(v))
        if v.get_is_leaf():
            if id(v) not in self.index:
                self.index[id(v)] = self.name(self.numbers, wanted, v)
            return P.Number(self.index[id(v)])
        made = getattr(v, "made_of", None)
        if made is None:
            return total([self._term(key, w) for key, w in v.decomposition_dict.items()], NO_NUMBER)
        if made[0] == "*":
            if hasattr(made[2], "decomposition_dict"):
                a, b = self.vector(made[1]), self.vector(made[2])
                if isinstance(a, P.Zero) or isinstance(b, P.Zero):
                    return NO_NUMBER
                return P.Norm2(a) if a == b else P.Inner(a, b)
            return scaled(self.rational(made[2]), self.scalar(made[1]))
        return total([self.scalar(made[1]), self.scalar(made[2])], NO_NUMBER)

    def _term(self, key: Any, w: float) -> P.Scalar:
        if isinstance(key, tuple):
            a, b = map(self.vector, key)
            return scaled(self.rational(w), P.Norm2(a) if a == b else P.Inner(a, b))
        if isinstance(key, int):
            return P.Constant(self.rational(w))
        return scaled(self.rational(w), self.scalar(key))


def _unsigned(point: Any) -> Any:
    """What a point or expression is the opposite of, if it is made so."""
    made = getattr(point, "made_of", None)
    return made[1] if made is not None and made[0] == "*" and isinstance(made[2], int) and made[2] == -1 else point


# ---- the problem -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Asked:
    """What a program asked of object ``k`` at ``x``: the answer, and the value where it is a function."""

    kind: Literal["function", "image", "adjoint"]
    k: int
    x: Any
    g: Any
    v: Any = None
    part: int | None = None
    """For an image that is a part of a point: which."""

    def age(self) -> tuple[int, int]:
        """When it was asked, as far as can be told: the newest leaf point, then the newest leaf number."""
        points = [p.counter for p in (*self.x.decomposition_dict, *self.g.decomposition_dict)]
        numbers = [key.counter for key in (self.v.decomposition_dict if self.v else ()) if hasattr(key, "counter")]
        return max(points, default=-1), max(numbers, default=-1)


def _asked_of_blocks(b: Builder, partition: Any, ks: Sequence[int]) -> Iterator[_Asked]:
    """The parts of points in the blocks of a partition; those of 0 are 0."""
    for point, parts in partition.blocks_dict.items():
        if not any(point.decomposition_dict.values()):
            b.nothing.update(id(p) for p in parts if p.get_is_leaf())
        for number, (k, part) in enumerate(zip(ks, parts, strict=True)):
            yield _Asked("image", k, point, part, part=number)


def _comparison(b: Builder, constraint: Any) -> P.Comparison:
    sign: Literal["<=", "="] = "=" if constraint.equality_or_inequality == "equality" else "<="
    v = collected(b.scalar(constraint.expression), NO_NUMBER)
    match v:
        case P.Minus(u, w):
            return P.Comparison(sign, u, w)
        case P.Opposite(w):
            return P.Comparison("=" if sign == "=" else ">=", w, NO_NUMBER)
        case _:
            return P.Comparison(sign, v, NO_NUMBER)


def _vanishing(constraint: Any) -> Any:
    """The leaf point of which a constraint says that the square of its norm is 0; None if it says something else."""
    terms = [(key, w) for key, w in constraint.expression.decomposition_dict.items() if w]
    match terms:
        case [((a, b), w)] if a is b and (w > 0 or constraint.equality_or_inequality == "equality"):
            return a
    return None


def _function_name(b: Builder, f: Any, names: list[str], kind: str) -> str:
    given = f.name or b.solved.names.get(id(f), "")
    clean = re.sub(r"\W", "", str(given), flags=re.ASCII).lstrip("_0123456789")
    wanted = re.sub(r"\Afunc(tion)?(?=[_\d]*\Z)_?", "f", clean) or kind
    return wanted if wanted not in names else f"{wanted}_{len(names)}"


def extract(solved: Solved, *, carried: bool = False) -> P.Problem:
    """The rate problem of a PEPit problem; its bound is PEPit's value.

    carried: the method's numbers are what the arguments give exactly, which may be long, and not short ones near them.

    Raises MissingClass where the library lacks a class, and Unsupported for what a rate problem cannot say.
    """
    if solved.lacking:
        raise Unsupported(f"the problem has {solved.lacking[0]}", expected="equalities and inequalities")
    b = Builder(solved, rational if carried else near)
    objects: list[P.Object] = []
    asked: list[_Asked] = []
    blocks: dict[int, tuple[int, ...]] = {}
    for partition in solved.partitions:
        blocks[id(partition)] = ks = tuple(range(len(objects), len(objects) + partition.get_nb_blocks()))
        objects += [P.Object(f"block{k}", "operator", ()) for k in ks]
        b.relations.append(P.Blocks(ks))
        asked += _asked_of_blocks(b, partition, ks)
    leaves = [f for f in solved.functions if f.get_is_leaf()]
    adjoints = {id(f.T) for f in leaves if is_linear(f)}
    for f in leaves:
        if id(f) in adjoints:
            continue
        kind: Literal["a", "f"] = "a" if is_operator(f) else "f"
        k = len(objects)
        objects.append(library_object(f, _function_name(b, f, [o.name for o in objects], kind), blocks))
        asked += [_Asked("image" if kind == "a" else "function", k, *triplet) for triplet in f.list_of_points]
        if is_linear(f):
            asked += [_Asked("adjoint", k, *triplet) for triplet in f.T.list_of_points]
    asked.sort(key=lambda call: (call.age(), call.k))
    constraints = []
    for constraint in solved.constraints:
        point = _vanishing(constraint)
        if point is None:
            constraints.append(constraint)
        else:
            b.nothing.add(id(point))
    for call in asked:
        for item in (call.x, call.g, call.v):
            b.count(item)
    for item in (*(c.expression for c in constraints), *solved.metrics):
        b.count(item)
    for call in asked:
        _call(b, objects, call)
    b.relations += [_comparison(b, c) for c in constraints]
    metrics = tuple(collected(b.scalar(v), NO_NUMBER) for v in solved.metrics)
    return P.Problem(tuple(objects), tuple(b.points), tuple(b.numbers), tuple(b.relations), metrics, near(solved.value))


def _call(b: Builder, objects: list[P.Object], call: _Asked) -> None:
    object_, x, g = objects[call.k], call.x, call.g
    later = b.later(g) if g.get_is_leaf() and id(g) not in b.nothing else None
    at = b.vector(x, "xs" if not g.decomposition_dict else "x0") if x.get_is_leaf() else b.defined(x, "x1")
    suffix = "_0"
    if isinstance(at, P.Point):
        name = b.points[at.index]
        suffix = name.removeprefix("x") if re.match(r"x.", name) else "_" + name
    if later is not None:
        b.points[later] = b.fresh(b.points, _answer_name(b, objects, call, at, suffix), g)
    image = b.vector(g)
    if call.kind != "function":
        b.relations.append(P.Call(call.kind, call.k, at, image))
        return
    smooth = bool(DIFFERENTIABLE & {c.name for c in object_.classes})
    b.relations.append(P.Call("gradient" if smooth else "subgradient", call.k, at, image))
    stem = object_.name + ("_" if re.search(r"\d\Z", object_.name) else "")
    b.relations.append(P.Value(call.k, at, collected(b.scalar(call.v, f"{stem}{suffix}"), NO_NUMBER)))


def _answer_name(b: Builder, objects: list[P.Object], call: _Asked, at: P.Vector, suffix: str) -> str:
    """A name for a (sub)gradient g, an image u, the value v of an adjoint, or a part of a point."""
    if call.part is not None:
        return f"{b.points[at.index] if isinstance(at, P.Point) else 'part'}_{call.part}"
    object_ = objects[call.k]
    stem = {"function": "g", "image": "u", "adjoint": "v"}[call.kind]
    several = sum(o.kind == object_.kind and o.classes != () for o in objects) > 1
    return f"{stem}{object_.name.removeprefix('f') + '_' if several else ''}{suffix}"

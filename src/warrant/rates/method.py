"""Methods, whose rates hold for every number of steps: as data, and from their text (docs/rates.md)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from warrant.errors import WrongInput
from warrant.properties.sexpr import Group, Word, parse
from warrant.rates import problem as P
from warrant.rates.text import Reader, read_rational, wrong

if TYPE_CHECKING:
    from warrant.properties.sexpr import Expression

__all__ = ["Method", "current", "later", "moved", "on_relation", "places", "read_method"]


@dataclass(frozen=True)
class Method:
    """What holds at every step of a method, and what is concluded; the meaning is in theories/Spec/Methods.v.

    Point (and number) 3·j is what is fixed, 3·j + 1 the member k of sequence j, and 3·j + 2 its member k + 1.
    """

    objects: tuple[P.Object, ...]
    points: tuple[str, ...]
    """By place; empty where there is none."""
    numbers: tuple[str, ...]
    relations: tuple[P.Relation, ...]
    vanishing: tuple[tuple[P.Vector, ...], ...]
    start: tuple[P.Relation, ...]
    measure: P.Scalar
    factors: tuple[Fraction, ...]
    ratio: Fraction
    initial: P.Scalar


def moved(a: Any, f: Callable[[int], int]) -> Any:
    """A point or a number with other places of its points and numbers."""
    match a:
        case P.Point(i):
            return P.Point(f(i))
        case P.Number(i):
            return P.Number(f(i))
        case P.Plus(b, c):
            return P.Plus(moved(b, f), moved(c, f))
        case P.Minus(b, c):
            return P.Minus(moved(b, f), moved(c, f))
        case P.Opposite(b):
            return P.Opposite(moved(b, f))
        case P.Scaled(q, b):
            return P.Scaled(q, moved(b, f))
        case P.Inner(b, c):
            return P.Inner(moved(b, f), moved(c, f))
        case P.Norm2(b):
            return P.Norm2(moved(b, f))
    return a


def on_relation(f: Callable[[int], int], r: P.Relation) -> P.Relation:
    """A relation with other places of its points and numbers."""
    match r:
        case P.Call(kind, k, x, g):
            return P.Call(kind, k, moved(x, f), moved(g, f))
        case P.Value(k, x, v):
            return P.Value(k, moved(x, f), moved(v, f))
        case P.Blocks():
            return r
        case P.Same(a, b):
            return P.Same(moved(a, f), moved(b, f))
        case P.Comparison(sign, v, w):
            return P.Comparison(sign, moved(v, f), moved(w, f))


def places(r: P.Relation) -> set[int]:
    """The places of a relation's points and numbers."""
    found: set[int] = set()

    def note(i: int) -> int:
        found.add(i)
        return i

    on_relation(note, r)
    return found


def later(i: int) -> int:
    """The place of the member k + 1, for that of the member k; what is fixed stays."""
    return i + 1 if i % 3 == 1 else i


def current(r: P.Relation) -> bool:
    """Whether a relation has no member k + 1."""
    return all(i % 3 != 2 for i in places(r))


# ---- reading ---------------------------------------------------------------------------------------------------------


def _declare(reader: Reader, known: dict[str, int], names: list[str], e: Expression, *, sequence: bool) -> None:
    """Declares what is fixed, or a sequence, in the next three places."""
    j = len(names)
    if not sequence:
        names += [reader.declare(known, e, number=j), "", ""]
        return
    name = reader.declare(known, e, number=j + 1)
    if name + "+" in known:
        raise wrong(e, f"a new name, but {name}+ is declared already")
    known[name + "+"] = j + 2
    names += ["", name, name + "+"]


def read_method(text: str, *, file: str = "") -> Method:
    """A method from its text.  Raises WrongInput, with the line."""
    try:
        return _read(parse(text))
    except WrongInput as error:
        raise error.at(file=file) from None


def _read(expressions: list[Expression]) -> Method:
    match expressions:
        case [
            Group((Word("method"), Word("1"))),
            *body,
            Group((Word("conclude"), measure, Group(factors), ratio, initial)),
        ]:
            pass
        case [Group((Word("method"), Word("1"))), *_]:
            raise wrong(expressions[-1], "(conclude A (C …) ρ B) as the last expression")
        case _:
            raise WrongInput("not a method", expected="(method 1) as the first expression")
    reader = Reader()
    points: list[str] = []
    numbers: list[str] = []
    objects: list[P.Object] = []
    relations: list[P.Relation] = []
    start: list[P.Relation] = []
    vanishing: list[tuple[P.Vector, ...]] = []
    for e in body:
        if isinstance(e, Word):
            raise wrong(e, "a declaration or a relation in parentheses")
        rest = e.items[1:]
        match e.head:
            case "function" | "operator" if rest:
                objects.append(reader.declare_object(e))
            case "points" | "point-sequences":
                for item in rest:
                    _declare(reader, reader.points, points, item, sequence=e.head == "point-sequences")
            case "numbers" | "number-sequences":
                for item in rest:
                    _declare(reader, reader.numbers, numbers, item, sequence=e.head == "number-sequences")
            case "vanish":
                vanishing.append(tuple(map(reader.vector, rest)))
            case "start":
                for item in rest:
                    if not isinstance(item, Group):
                        raise wrong(item, "a relation in parentheses")
                    start.append(reader.relation(item))
            case _:
                relations.append(reader.relation(e))
    return Method(
        tuple(objects),
        tuple(points),
        tuple(numbers),
        tuple(relations),
        tuple(vanishing),
        tuple(start),
        reader.scalar(measure),
        tuple(map(read_rational, factors)),
        read_rational(ratio),
        reader.scalar(initial),
    )

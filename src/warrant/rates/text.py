"""Writes and reads the text of a rate problem (docs/rates.md)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

from warrant.errors import WrongInput
from warrant.properties.sexpr import Group, Word, parse, show
from warrant.rates import problem as P

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from warrant.properties.sexpr import Expression

T = TypeVar("T")
_WIDTH = 120
_NAME = re.compile(r"[A-Za-z][^\s();]*\Z")
_RATIONAL = re.compile(r"-?(\d+/\d*[1-9]\d*|(\d+(\.\d*)?|\.\d+)([eE]-?\d{1,3})?)\Z")

# ---- writing ---------------------------------------------------------------------------------------------------------


def rational_text(q: Fraction) -> str:
    """A rational as a whole number or a fraction."""
    return str(q)


def _declarations(word: str, names: Sequence[str]) -> list[str]:
    """Lines that declare names, none wider than the page unless one name is."""
    lines: list[str] = []
    line = f"({word}"
    for name in names:
        if len(line) + len(name) + 2 > _WIDTH and not line.endswith(word):
            lines.append(line + ")")
            line = f"({word}"
        line += " " + name
    return [*lines, line + ")"] if names else []


class _Writer:
    def __init__(self, problem: P.Problem) -> None:
        self.problem = problem

    def vector(self, a: P.Vector) -> str:
        match a:
            case P.Point(i):
                return self.problem.points[i]
            case P.Zero():
                return "0"
        return self._composed(a, self.vector)

    def scalar(self, v: P.Scalar) -> str:
        match v:
            case P.Number(i):
                return self.problem.numbers[i]
            case P.Constant(q):
                return rational_text(q)
            case P.Inner(a, b):
                return f"(inner {self.vector(a)} {self.vector(b)})"
            case P.Norm2(a):
                return f"(norm2 {self.vector(a)})"
        return self._composed(v, self.scalar)

    def _composed(self, a: Any, part: Callable[[Any], str]) -> str:
        """A sum, a difference or a multiple; those that lean to the left without their inner parentheses."""
        match a:
            case P.Opposite(b):
                return f"(- {part(b)})"
            case P.Scaled(q, b):
                return f"(* {rational_text(q)} {part(b)})"
        kind, parts = type(a), []
        while isinstance(a, kind):
            parts.append(part(a.b))
            a = a.a
        return f"({'+' if kind is P.Plus else '-'} {' '.join([part(a), *reversed(parts)])})"

    def relation(self, r: P.Relation) -> str:
        match r:
            case P.Call(kind, k, x, g):
                return f"({kind} {self.problem.objects[k].name} {self.vector(x)} {self.vector(g)})"
            case P.Value(k, x, v):
                return f"(value {self.problem.objects[k].name} {self.vector(x)} {self.scalar(v)})"
            case P.Blocks(ks):
                return f"(blocks {' '.join(self.problem.objects[k].name for k in ks)})"
            case P.Same(a, b):
                return f"(same {self.vector(a)} {self.vector(b)})"
            case P.Comparison(sign, v, w):
                return f"({sign} {self.scalar(v)} {self.scalar(w)})"


def class_words(objects: Sequence[P.Object], c: P.Class) -> str:
    """The words of a class."""
    block = [] if c.block is None else [objects[c.block].name]
    return " ".join([c.name, *block, *map(rational_text, c.parameters)])


def object_text(objects: Sequence[P.Object], o: P.Object) -> str:
    """The declaration of an object, one of these."""
    classes = [f"({class_words(objects, c)})" if c.parameters else c.name for c in o.classes]
    return f"({' '.join([o.kind, o.name, *classes])})"


def write_problem(problem: P.Problem, *, comment: str = "") -> str:
    """The text of a problem, one expression a line, after a comment of one or more lines."""
    w = _Writer(problem)
    lines = [f"; {line}" for line in comment.splitlines()]
    lines += ["(rate 1)"]
    lines += [object_text(problem.objects, o) for o in problem.objects]
    lines += _declarations("points", problem.points) + _declarations("numbers", problem.numbers)
    lines += [w.relation(r) for r in problem.relations]
    lines += [f"(conclude {' '.join([rational_text(problem.bound), *map(w.scalar, problem.metrics)])})"]
    return "\n".join(lines) + "\n"


# ---- reading ---------------------------------------------------------------------------------------------------------


def wrong(found: Expression, expected: str) -> WrongInput:
    """What is said of an expression that is not what was expected."""
    return WrongInput(f"found {show(found)}", place=f"line {found.line}", expected=expected)


def read_rational(e: Expression) -> Fraction:
    """A decimal or a fraction, exactly.  Raises WrongInput."""
    if isinstance(e, Word) and _RATIONAL.match(e.text):
        return Fraction(e.text)
    raise wrong(e, "a rational number, such as -0.5, 1e-3 or -3/4")


@dataclass
class Reader:
    """Reads expressions, with the numbers of the names that are declared so far.  All raise WrongInput."""

    objects: dict[str, int] = field(default_factory=dict)
    points: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)

    def declare(self, names: dict[str, int], e: Expression, *, number: int | None = None) -> str:
        """A new name; its number is the next one unless it is given."""
        if not isinstance(e, Word) or not _NAME.match(e.text):
            raise wrong(e, "a name, which begins with a letter")
        if e.text in names:
            raise wrong(e, "a new name, but this one is declared already")
        names[e.text] = len(names) if number is None else number
        return e.text

    def declare_object(self, e: Group) -> P.Object:
        """A function or an operator, with its classes."""
        kind = cast("Literal['function', 'operator']", e.head)
        known = P.FUNCTION_CLASSES if kind == "function" else P.OPERATOR_CLASSES
        name = self.declare(self.objects, e.items[1])
        return P.Object(name, kind, self.classes(known, e.items[2:]))

    def object(self, e: Expression) -> int:
        """The number of an object that is declared."""
        if isinstance(e, Word) and e.text in self.objects:
            return self.objects[e.text]
        raise wrong(e, "the name of a function or an operator that is declared above")

    def vector(self, e: Expression) -> P.Vector:
        """A point."""
        if isinstance(e, Word):
            if e.text in self.points:
                return P.Point(self.points[e.text])
            if e.text == "0":
                return P.Zero()
            raise wrong(e, "a point: 0, or a name that is declared above by (points …)")
        return self.composed(e, self.vector, "a point: (+ X Y …), (- X), (- X Y …) or (* q X)")

    def scalar(self, e: Expression) -> P.Scalar:
        """A number."""
        if isinstance(e, Word):
            if e.text in self.numbers:
                return P.Number(self.numbers[e.text])
            if _NAME.match(e.text):
                raise wrong(e, "a number that is declared above by (numbers …)")
            return P.Constant(read_rational(e))
        match e.head, len(e.items):
            case "inner", 3:
                return P.Inner(self.vector(e.items[1]), self.vector(e.items[2]))
            case "norm2", 2:
                return P.Norm2(self.vector(e.items[1]))
        words = "a number: (inner X Y), (norm2 X), (+ V W …), (- V), (- V W …) or (* q V)"
        return self.composed(e, self.scalar, words)

    def composed(self, e: Group, part: Callable[[Expression], T], expected: str) -> T:
        """A sum, a difference or a multiple of points or of numbers."""
        out: Any
        match e.head, len(e.items):
            case "*", 3:
                out = P.Scaled(read_rational(e.items[1]), part(e.items[2]))
            case "-", 2:
                out = P.Opposite(part(e.items[1]))
            case "+", n if n > 1:
                out = reduce(cast("Any", P.Plus), map(part, e.items[1:]))
            case "-", n if n > 1:
                out = reduce(cast("Any", P.Minus), map(part, e.items[1:]))
            case _:
                raise wrong(e, expected)
        return out  # type: ignore[no-any-return]

    def classes(self, known: dict[str, int], items: Iterable[Expression]) -> tuple[P.Class, ...]:
        """Classes, with their parameters."""
        out = []
        for e in items:
            name, parameters = (e.text, ()) if isinstance(e, Word) else (e.head, e.items[1:])
            block = None
            if name in P.ALONG_BLOCKS & known.keys() and len(parameters) == 2:
                block, parameters = self.object(parameters[0]), parameters[1:]
            if known.get(name) != len(parameters) or (block is None and name in P.ALONG_BLOCKS):
                raise wrong(e, "one of the classes " + ", ".join(known) + ", with its parameters")
            out.append(P.Class(name, tuple(map(read_rational, parameters)), block))
        return tuple(out)

    def relation(self, e: Group) -> P.Relation:
        """A relation."""
        items = e.items
        match e.head, len(items):
            case "blocks", n if n > 1:
                return P.Blocks(tuple(map(self.object, items[1:])))
            case (("subgradient" | "gradient" | "image" | "adjoint"), 4):
                return P.Call(e.head, self.object(items[1]), self.vector(items[2]), self.vector(items[3]))
            case "value", 4:
                return P.Value(self.object(items[1]), self.vector(items[2]), self.scalar(items[3]))
            case "same", 3:
                return P.Same(self.vector(items[1]), self.vector(items[2]))
            case (("<=" | ">=" | "="), 3):
                return P.Comparison(e.head, self.scalar(items[1]), self.scalar(items[2]))
        raise wrong(e, "a declaration, a relation, or (conclude B V …) at the end")


def read_problem(text: str, *, file: str = "") -> P.Problem:
    """A problem from its text.  Raises WrongInput, with the line."""
    try:
        return _read(parse(text))
    except WrongInput as error:
        raise error.at(file=file) from None


def _read(expressions: list[Expression]) -> P.Problem:
    reader = Reader()
    objects: list[P.Object] = []
    relations: list[P.Relation] = []
    match expressions:
        case [Group((Word("rate"), Word("1"))), *body, Group((Word("conclude"), bound, *metrics))]:
            pass
        case [Group((Word("rate"), Word("1"))), *_]:
            raise wrong(expressions[-1], "(conclude B V …) as the last expression")
        case _:
            raise WrongInput("not a rate problem", expected="(rate 1) as the first expression")
    for e in body:
        if isinstance(e, Word):
            raise wrong(e, "a declaration or a relation in parentheses")
        rest = e.items[1:]
        if e.head in ("function", "operator") and rest:
            objects.append(reader.declare_object(e))
        elif e.head in ("points", "numbers"):
            names = reader.points if e.head == "points" else reader.numbers
            for item in rest:
                reader.declare(names, item)
        else:
            relations.append(reader.relation(e))
    return P.Problem(
        tuple(objects),
        tuple(reader.points),
        tuple(reader.numbers),
        tuple(relations),
        tuple(map(reader.scalar, metrics)),
        read_rational(bound),
    )

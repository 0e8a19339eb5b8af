"""Random VNN-LIB properties whose truth at a point is computed here, exactly, before they become text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from native import literal

Term = tuple[object, ...]
Formula = tuple[object, ...]
Names = Callable[[str, int], str]
COMPARISONS: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "<=": lambda a, b: a <= b,
    "<": lambda a, b: a < b,
    ">=": lambda a, b: a >= b,
    ">": lambda a, b: a > b,
    "=": lambda a, b: a == b,
}
TIE = Fraction(1, 10**6)
"""Outputs are known as enclosures only, so comparisons of outputs are kept this far from ties."""


def version_1(kind: str, k: int) -> str:
    return f"{kind}_{k}"


@dataclass
class Maker:
    """Draws formulas about these inputs and outputs; ``plain`` keeps to what other readers know exactly."""

    rng: np.random.Generator
    x: Sequence[Fraction]
    y: Sequence[Fraction]
    plain: bool = False
    disorder: bool = True

    def some(self, options: Sequence[str]) -> str:
        return options[int(self.rng.integers(len(options)))]

    # ---- formulas, as nested tuples

    def number(self) -> Term:
        if self.plain:
            return ("number", literal(Fraction(int(self.rng.integers(-40, 41)), 8)))
        whole, places = (
            str(self.rng.integers(0, 30)),
            "".join(map(str, self.rng.integers(0, 10, self.rng.integers(0, 8)))),
        )
        text = self.some([whole, f"{whole}.{places}", f".{places or 5}", f"{whole}.", f"00{whole}.{places}0"])
        text += self.some(["", "", "", "e0", "e-2", "E1", "e+1", "e-003"])
        return ("number", self.some(["", "", "-", "+"]) + text)

    def term(self, depth: int) -> Term:
        way = int(self.rng.integers(0, 8)) if depth else int(self.rng.integers(0, 3))
        if way == 0:
            return self.number()
        if way in (1, 2):
            kind = self.some(["X", "Y"])
            return (kind, int(self.rng.integers(len(self.x if kind == "X" else self.y))))
        if way == 3:
            return ("*", self.number(), self.term(depth - 1))
        if way == 4:
            return ("*", self.term(depth - 1), self.number())
        if way == 5:
            return ("-", self.term(depth - 1))
        return (self.some(["+", "+", "-"]), *(self.term(depth - 1) for _ in range(self.rng.integers(2, 4))))

    def atom(self) -> Formula:
        for _ in range(100):
            a, b = self.term(2), self.term(2)
            if self.rng.random() < 0.15 and not mentions(a, "Y"):  # a tie
                value = self.value(a)
                if decimal(value) and not self.plain:
                    b = ("number", literal(value))
            if abs(self.value(a) - self.value(b)) > TIE or not (mentions(a, "Y") or mentions(b, "Y")):
                return (self.some(["<=", "<", ">=", ">", "="] if not self.plain else ["<=", ">="]), a, b)
        raise AssertionError("no atom away from a tie")

    def formula(self, depth: int) -> Formula:
        way = int(self.rng.integers(0, 6)) if depth else 0
        if way < 2:
            return self.atom()
        if way == 2:
            return ("not", self.formula(depth - 1))
        return (self.some(["and", "or"]), *(self.formula(depth - 1) for _ in range(self.rng.integers(0, 4))))

    # ---- their truth

    def value(self, t: Term) -> Fraction:
        return value(t, self.x, self.y)

    def true(self, f: Formula) -> bool:
        return true(f, self.x, self.y)

    # ---- their text

    def space(self) -> str:
        if not self.disorder or self.rng.random() < 0.8:
            return " "
        return self.some(["\n", "  ", "\t", "\r\n", ' ; (a comment) " | ) X_9\n', "\n;;\n", ";assert\r", "\x0b\x0c"])

    def text(self, f: Formula, names: Names = version_1) -> str:
        head, *rest = f
        if head == "number":
            return str(rest[0])
        if head in ("X", "Y"):
            assert isinstance(rest[0], int)
            return names(str(head), rest[0])
        parts = [str(head), *(self.text(p, names) for p in rest if isinstance(p, tuple))]
        gap = self.some(["", self.space()]) if self.disorder else ""
        return "(" + gap + "".join(p + self.space() for p in parts[:-1]) + parts[-1] + gap + ")"

    def property(self, formulas: Sequence[Formula]) -> bytes:
        """A VNN-LIB 1.0 text that asserts all of them."""
        lines = [f"(declare-const X_{k} Real)" for k in range(len(self.x))]
        lines += [f"(declare-const Y_{k} Real)" for k in range(len(self.y))]
        lines += [f"(assert {self.text(f)})" for f in formulas]
        return (self.space().join(lines) + self.some(["", "\n", "; end"])).encode()

    def property_2(self, formulas: Sequence[Formula]) -> bytes:
        """The same in VNN-LIB 2.0, as tensors of two dimensions."""
        lines = ["(vnnlib-version <2.0>)"]
        lines += [
            f"(declare-network N (declare-input X Real [1,{len(self.x)}]) (declare-output Y Real [{len(self.y)},1]))"
        ]
        lines += [f"(assert {self.text(f, version_2)})" for f in formulas]
        return "\n".join(lines).encode()


def version_2(kind: str, k: int) -> str:
    return f"X[0,{k}]" if kind == "X" else f"Y[{k},0]"


def mentions(t: Term, kind: str) -> bool:
    return t[0] == kind or any(isinstance(p, tuple) and mentions(p, kind) for p in t[1:])


def decimal(value: Fraction) -> bool:
    rest = value.denominator
    for p in (2, 5):
        while rest % p == 0:
            rest //= p
    return rest == 1


def value(t: Term, x: Sequence[Fraction], y: Sequence[Fraction]) -> Fraction:
    """The term at a point, exactly."""
    head, *rest = t
    if head == "number":
        return Fraction(str(rest[0]))
    if head in ("X", "Y"):
        assert isinstance(rest[0], int)
        return (x if head == "X" else y)[rest[0]]
    values = [value(p, x, y) for p in rest if isinstance(p, tuple)]
    if head == "+":
        return sum(values, Fraction(0))
    if head == "-":
        return -values[0] if len(values) == 1 else values[0] - sum(values[1:], Fraction(0))
    assert head == "*"
    product = Fraction(1)
    for v in values:
        product *= v
    return product


def true(f: Formula, x: Sequence[Fraction], y: Sequence[Fraction]) -> bool:
    """Whether the formula holds at a point, exactly."""
    head, *rest = f
    parts = [p for p in rest if isinstance(p, tuple)]
    if head == "and":
        return all(true(p, x, y) for p in parts)
    if head == "or":
        return any(true(p, x, y) for p in parts)
    if head == "not":
        return not true(parts[0], x, y)
    return COMPARISONS[str(head)](value(parts[0], x, y), value(parts[1], x, y))

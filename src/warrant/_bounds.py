"""Bounds of inputs, as the texts of claims state them: (least NAME NUMBER) and (most NAME NUMBER)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from warrant.errors import Unsupported, WrongInput

__all__ = ["Bounds", "Number", "clauses", "limit_lines", "rational", "read_limits", "to_fraction", "writable"]

Number = int | float | str | Fraction
Bounds = Mapping[str, tuple[Number | None, Number | None]]
"""For inputs by name, the least and the greatest number that their entries may be; None: no such bound."""

_WORD = re.compile(r"[^\s();]+")


def to_fraction(number: Number, what: str) -> Fraction:
    """The fraction that a number is; a float stands for the decimal that Python prints.

    Raises:
        WrongInput: it is no number.
    """
    try:
        return Fraction(str(number)) if isinstance(number, float) else Fraction(number)
    except (ValueError, ZeroDivisionError):
        raise WrongInput(f"{number!r} is no number", place=what, expected="a number such as 0.5 or 1/3") from None


def rational(number: Number, what: str) -> str:
    """The number, as the texts write it."""
    return str(to_fraction(number, what))


def writable(name: str) -> str:
    """The name of an input, if such a text can hold it.

    Raises:
        Unsupported: it cannot.
    """
    if not _WORD.fullmatch(name):
        hint = "rename the input"
        raise Unsupported(f"the input's name {name!r} has spaces, parentheses or semicolons", hint=hint)
    return name


def limit_lines(bounds: Bounds) -> list[str]:
    """The lines that state the bounds.

    Raises:
        WrongInput: a bound is no number.
        Unsupported: an input's name cannot be written.
    """
    lines = []
    for name, limits in bounds.items():
        for word, limit in zip(("least", "most"), limits, strict=True):
            if limit is not None:
                lines.append(f"({word} {writable(name)} {rational(limit, name)})")
    return lines


def read_limits(limits: Iterable[Sequence[str]], *, file: str, expected: str) -> Bounds:
    """The bounds that such clauses state, the narrowest of each input.

    Raises:
        WrongInput: a clause states none.
    """
    bounds: dict[str, tuple[Number | None, Number | None]] = {}
    for limit in limits:
        match limit:
            case ["least" | "most" as word, name, text]:
                number = to_fraction(text, name)
                least, most = bounds.get(name, (None, None))
                if word == "least":
                    bounds[name] = (number if least is None else max(Fraction(least), number), most)
                else:
                    bounds[name] = (least, number if most is None else min(Fraction(most), number))
            case _:
                raise WrongInput(f"({' '.join(limit)}) is no bound", file=file, expected=expected)
    return bounds


def clauses(text: str) -> list[list[str]]:
    """The words of each list at the top of a text without its comments; inner parentheses are left out."""
    found: list[list[str]] = []
    depth = 0
    for token in re.findall(r"[()]|[^\s()]+", re.sub(r";[^\n]*", "", text)):
        if token == "(":
            depth += 1
            if depth == 1:
                found.append([])
        elif token == ")":
            depth -= 1
        elif depth > 0:
            found[-1].append(token)
    return found

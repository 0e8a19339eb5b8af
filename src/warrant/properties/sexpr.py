"""Reads S-expressions, each with the line where it starts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from warrant.errors import WrongInput

_TOKEN = re.compile(r";[^\n\r]*|[()]|[^\s();]+|\n")


@dataclass(frozen=True)
class Word:
    """A word: a keyword, a name or a number."""

    text: str
    line: int


@dataclass(frozen=True)
class Group:
    """A list in parentheses."""

    items: tuple[Word | Group, ...]
    line: int

    @property
    def head(self) -> str:
        """The first word, or "" if the first item is none."""
        return self.items[0].text if self.items and isinstance(self.items[0], Word) else ""


Expression = Word | Group


def parse(text: str) -> list[Expression]:
    """The expressions of a text, in order.  Raises WrongInput on unbalanced parentheses."""
    line = 1
    open_: list[tuple[int, list[Expression]]] = []
    top: list[Expression] = []
    for token in _TOKEN.findall(text):
        if token == "\n":
            line += 1
        elif token == "(":
            open_.append((line, top))
            top = []
        elif token == ")":
            if not open_:
                raise WrongInput("a closing parenthesis without its opening one", place=f"line {line}")
            start, outer = open_.pop()
            outer.append(Group(tuple(top), start))
            top = outer
        elif token[0] != ";":
            top.append(Word(token, line))
    if open_:
        raise WrongInput("a parenthesis that is never closed", place=f"line {open_[-1][0]}")
    return top


def show(expression: Expression, limit: int = 60) -> str:
    """The expression in one line, shortened."""

    def text(e: Expression) -> str:
        return e.text if isinstance(e, Word) else "(" + " ".join(text(i) for i in e.items) + ")"

    whole = text(expression)
    return whole if len(whole) <= limit else whole[: limit - 1] + "…"

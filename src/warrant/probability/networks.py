"""Bayesian networks: BIF files, read as theories/Spec/Networks.v reads them, and exact posteriors by elimination.

Source: F. Cozman, The interchange format for Bayesian networks, 1998; N. Zhang, D. Poole, A simple approach to Bayesian
network computations, 1994.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod

from warrant.errors import WrongInput
from warrant.probability.statement import show
from warrant.probability.tables import value

__all__ = ["Conditional", "Network", "Variable", "elimination_order", "posterior", "ranks", "read_network", "writable"]

_TOKEN = re.compile(r"//[^\n\r]*|[(\[{]|[)\]}]|[,|;\s]+|(?:(?!//)[^\s()\[\]{},|;])+")
_NAME = re.compile(r"[^\s();]+")
_EXPECTED = "variable X { type discrete [ 2 ] { a, b }; } and probability ( X | Y ) { (c) 0.1, 0.9; (d) 0.5, 0.5; }"
_ONCE = "one row for each combination of the parents' states"
_LARGEST = 2_000_000
"""The most numbers in one table of the search."""

Tree = str | list["Tree"]
Evidence = Mapping[int, int]


@dataclass(frozen=True)
class Variable:
    """A variable: its name, and those of its states."""

    name: str
    states: tuple[str, ...]


@dataclass(frozen=True)
class Conditional:
    """The probabilities of a variable's states, for each combination of its parents' states."""

    child: int
    parents: tuple[int, ...]
    rows: dict[tuple[int, ...], tuple[Fraction, ...]]


@dataclass(frozen=True)
class Network:
    """A network; variables and states are numbers from 0 on, and the conditionals are in the order of the variables."""

    variables: tuple[Variable, ...]
    conditionals: tuple[Conditional, ...]
    name: str
    scaled: tuple[Fraction, ...] = ()
    """The sums of the rows that were divided by them."""

    @property
    def described(self) -> str:
        """How many variables there are, and which rows were divided by their sums."""
        said = f"The network has {len(self.variables)} variables."
        if self.scaled:
            low, high = float(min(self.scaled)), float(max(self.scaled))
            said += f" {len(self.scaled)} rows, with sums from {low:.12g} to {high:.12g}, are divided by their sums."
        return said

    def find(self, name: str) -> int:
        """The number of a variable.

        Raises:
            WrongInput: there is none of this name.
        """
        names = [variable.name for variable in self.variables]
        if name not in names:
            known = ", ".join(names[:40])
            raise WrongInput(f"there is no variable {name!r}", file=self.name, expected=f"one of: {known}")
        return names.index(name)

    def locate(self, name: str, state: str) -> tuple[int, int]:
        """The numbers of a variable and of one of its states.

        Raises:
            WrongInput: there is no such variable, or no such state.
        """
        variable = self.find(name)
        states = self.variables[variable].states
        if state not in states:
            said = f"{name} has no state {state!r}"
            raise WrongInput(said, file=self.name, expected="one of: " + ", ".join(states))
        return variable, states.index(state)


class _Reader:
    """The text of a BIF file as nested lists."""

    def __init__(self, data: bytes, file: str) -> None:
        self.file = file
        stack: list[list[Tree]] = [[]]
        for token in _TOKEN.findall(data.decode("utf-8", "surrogateescape")):
            if token in ("(", "[", "{"):
                stack.append([])
            elif token in (")", "]", "}"):
                if len(stack) == 1:
                    raise self.wrong("a bracket that closes nothing")
                done = stack.pop()
                stack[-1].append(done)
            elif not token.startswith("//") and token.strip(",|; \t\n\r\v\f"):
                stack[-1].append(token)
        if len(stack) > 1:
            raise self.wrong("a bracket that is not closed")
        self.trees = stack[0]

    def wrong(self, said: str, place: str = "") -> WrongInput:
        """The error that something is not as expected."""
        return WrongInput(said, file=self.file, place=place, expected=_EXPECTED)

    def blocks(self) -> list[tuple[str, Tree, list[Tree]]]:
        """The keyword, the head and the body of each block after the first, which has the network's name."""
        if len(self.trees) % 3 or self.trees[:1] != ["network"] or self.trees[2:3] != [[]]:
            raise self.wrong("not a network, or one with properties")
        found = []
        for i in range(3, len(self.trees), 3):
            word, head, body = self.trees[i : i + 3]
            if not isinstance(word, str) or not isinstance(body, list):
                raise self.wrong("not a block", f"block {i // 3}")
            found.append((word, head, body))
        return found


def _words(trees: Tree, reader: _Reader, place: str) -> list[str]:
    words = [tree for tree in trees if isinstance(tree, str)] if isinstance(trees, list) else []
    if len(words) != len(trees) or not words:
        raise reader.wrong("not a list of names", place)
    return words


def read_network(data: bytes, *, file: str, normalise: bool = False) -> Network:
    """A Bayesian network of a BIF file; rows that do not sum to 1 are an error, or are divided by their sums.

    Raises:
        WrongInput: it cannot be read, or is no network; the message says where.
    """
    reader = _Reader(data, file)
    variables: list[Variable] = []
    for word, head, body in reader.blocks():
        if word == "variable":
            if not isinstance(head, str) or body[:2] != ["type", "discrete"] or len(body) != 4:
                raise reader.wrong("not a discrete variable without properties", f"variable {head}")
            states = tuple(_words(body[3], reader, f"variable {head}"))
            if body[2] != [str(len(states))] or len(set(states)) < len(states):
                raise reader.wrong("another number of states than is said, or a state twice", f"variable {head}")
            variables.append(Variable(head, states))
        elif word != "probability":
            raise reader.wrong(f"{word}", "between the blocks")
    names = {variable.name: i for i, variable in enumerate(variables)}
    if len(names) < len(variables):
        raise reader.wrong("a variable that is declared twice")
    found: dict[int, Conditional] = {}
    scaled: list[Fraction] = []
    for word, head, body in reader.blocks():
        if word == "probability":
            family = _words(head, reader, "probability")
            place = "probability of " + " given ".join([family[0], ", ".join(family[1:])][: len(family)])
            if not set(family) <= set(names):
                raise reader.wrong("a variable that is not declared", place)
            if names[family[0]] in found:
                raise reader.wrong("a second block for the variable", place)
            numbers = [names[name] for name in family]
            found[names[family[0]]] = _conditional(
                numbers, body, variables, reader, place, scaled if normalise else None
            )
    for i, variable in enumerate(variables):
        if i not in found:
            raise reader.wrong(f"no probabilities of {variable.name}")
    network = Network(tuple(variables), tuple(found[i] for i in range(len(variables))), file, tuple(scaled))
    ranks(network)
    return network


def _conditional(
    family: list[int],
    body: list[Tree],
    variables: list[Variable],
    reader: _Reader,
    place: str,
    scaled: list[Fraction] | None,
) -> Conditional:
    """The rows of a block; where a list is given, rows are divided by their sums, and these are added to it."""
    rows: dict[tuple[int, ...], tuple[Fraction, ...]] = {}
    key: tuple[int, ...] | None = None
    numbers: list[Fraction] = []

    def finish() -> None:
        if key in rows:
            raise WrongInput("the row is there twice", file=reader.file, place=named(key), expected=_ONCE)
        if key is not None:
            rows[key] = tuple(numbers)

    def named(key: tuple[int, ...]) -> str:
        where = ", ".join(variables[p].states[i] for p, i in zip(family[1:], key, strict=True))
        return place + (f", row ({where})" if where else "")

    for i, tree in enumerate(body):
        if len(family) == 1 and i == 0 and tree == "table":
            key = ()
        elif isinstance(tree, list) and len(tree) == len(family) - 1 and len(family) > 1:
            finish()
            numbers = []
            states = [variables[parent].states for parent in family[1:]]
            if any(name not in known for name, known in zip(tree, states, strict=True)):
                raise reader.wrong("a state that a parent has not", place)
            key = tuple(known.index(str(name)) for name, known in zip(tree, states, strict=True))
        elif isinstance(tree, str) and key is not None and isinstance(number := value(tree), Fraction):
            numbers.append(number)
        else:
            raise reader.wrong(f"{tree}", place)
    finish()
    for key in product(*(range(len(variables[parent].states)) for parent in family[1:])):
        row = rows.get(key)
        if row is None or len(row) != len(variables[family[0]].states):
            raise reader.wrong("not a number for each state", named(key))
        total = sum(row, Fraction(0))
        if total > 0 and total != 1 and scaled is not None:
            scaled.append(total)
            row = rows[key] = tuple(number / total for number in row)
            total = Fraction(1)
        if min(row) < 0 or total != 1:
            said = f"the numbers sum to {show(total)}"
            expected = "numbers of at least 0 that sum to 1, exactly"
            hint = "--normalise divides each row by its sum, exactly" if min(row) >= 0 and total > 0 else ""
            raise WrongInput(said, file=reader.file, place=named(key), expected=expected, hint=hint)
    return Conditional(family[0], tuple(family[1:]), rows)


def writable(names: Sequence[str]) -> None:
    """Names that can be written in a claim's text.

    Raises:
        WrongInput: one of them cannot.
    """
    for name in names:
        if not _NAME.fullmatch(name):
            raise WrongInput(f"the name {name!r}", expected="names without spaces, parentheses and semicolons")


def ranks(network: Network) -> list[int]:
    """For each variable a number above those of its parents.

    Raises:
        WrongInput: some variable is its own ancestor.
    """
    found: dict[int, int] = {}
    while len(found) < len(network.variables):
        ready = [
            c.child
            for c in network.conditionals
            if c.child not in found and all(parent in found for parent in c.parents)
        ]
        if not ready:
            left = [v.name for i, v in enumerate(network.variables) if i not in found]
            said = f"a cycle among {', '.join(left[:10])}"
            raise WrongInput(said, file=network.name, expected="a variable that is not its own ancestor")
        for child in ready:
            found[child] = 1 + max((found[p] for p in network.conditionals[child].parents), default=-1)
    return [found[i] for i in range(len(network.variables))]


def ancestors(network: Network, variables: Sequence[int]) -> set[int]:
    """The variables and all that they descend from."""
    found: set[int] = set()
    waiting = list(variables)
    while waiting:
        v = waiting.pop()
        if v not in found:
            found.add(v)
            waiting.extend(network.conditionals[v].parents)
    return found


def elimination_order(network: Network, asked: int, given: Evidence) -> list[int]:
    """All variables but the one that is asked for, in the order in which they are eliminated.

    First come those that nothing asked or given descends from, children before parents, since their tables add up to 1;
    last come those of the evidence, which has one state of them only.  Of the others it is each time the one that joins
    the smallest table, or that connects the fewest of its neighbours, whichever comes to fewer numbers in all.

    Source: U. Kjærulff, Optimal decomposition of probabilistic networks by simulated annealing, 1992 (min-weight,
    min-fill).
    """
    wanted = ancestors(network, [asked, *given])
    rank = ranks(network)
    barren = sorted(set(range(len(network.variables))) - wanted, key=lambda v: -rank[v])
    neighbours: dict[int, set[int]] = {v: set() for v in wanted if v not in given}
    for v in wanted:
        family = {v, *network.conditionals[v].parents} - set(given)
        for w in family:
            neighbours[w] |= family - {w}
    size = [len(variable.states) for variable in network.variables]
    best = min((_greedy(neighbours, asked, size, fill=fill) for fill in (False, True)), key=lambda found: found[0])
    return barren + best[1] + [v for v in given if v != asked]


def _greedy(around: Mapping[int, set[int]], asked: int, size: Sequence[int], *, fill: bool) -> tuple[int, list[int]]:
    """The numbers in all tables, and the order."""
    neighbours = {v: set(near) for v, near in around.items()}

    def cost(v: int) -> tuple[int, int, int]:
        near = neighbours[v]
        weight = size[v] * prod(size[w] for w in near)
        return (sum(len(near - neighbours[w]) - 1 for w in near) if fill else 0, weight, v)

    numbers, order = 0, []
    while rest := [v for v in neighbours if v != asked]:
        v = min(rest, key=cost)
        numbers += cost(v)[1]
        near = neighbours.pop(v)
        for w in near:
            neighbours[w] |= near - {w}
            neighbours[w].discard(v)
        order.append(v)
    return numbers, order


def posterior(network: Network, asked: int, given: Evidence) -> list[Fraction] | None:
    """The probability of each state of a variable, given those of others; None where the evidence has probability 0.

    Raises:
        WrongInput: a table would be too large.
    """
    Factor = tuple[tuple[int, ...], dict[tuple[int, ...], Fraction]]
    size = [len(variable.states) for variable in network.variables]

    def allowed(v: int) -> Sequence[int]:
        return (given[v],) if v in given else range(size[v])

    wanted = ancestors(network, [asked, *given])
    factors: list[Factor] = []
    for c in [network.conditionals[v] for v in sorted(wanted)]:
        scope = (*c.parents, c.child)
        numbers = {key: c.rows[key[:-1]][key[-1]] for key in product(*map(allowed, scope))}
        factors.append((scope, numbers))
    for v in [v for v in elimination_order(network, asked, given) if v in wanted]:
        bucket = [factor for factor in factors if v in factor[0]]
        factors = [factor for factor in factors if v not in factor[0]]
        scope = tuple(sorted({w for s, _ in bucket for w in s} - {v}))
        if prod(len(allowed(w)) for w in (*scope, v)) > _LARGEST:
            names = ", ".join(network.variables[w].name for w in (*scope, v))
            raise WrongInput(f"a table over {names}", file=network.name, expected="a network of small tree-width")
        numbers = {}
        for key in product(*map(allowed, scope)):
            at = dict(zip(scope, key, strict=True))
            total = Fraction(0)
            for i in allowed(v):
                at[v] = i
                total += prod((t[tuple(at[w] for w in s)] for s, t in bucket), start=Fraction(1))
            numbers[key] = total
        factors.append((scope, numbers))
    masses = [Fraction(0)] * size[asked]
    for i in allowed(asked):
        masses[i] = prod((t[(i,) if s else ()] for s, t in factors), start=Fraction(1))
    total = sum(masses, Fraction(0))
    return [mass / total for mass in masses] if total else None

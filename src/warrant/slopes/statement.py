"""What a claim about slopes says, and its text (docs/slopes.md)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod

from warrant._groups import groups
from warrant.certified import NORMS, Norm
from warrant.certified.statement import NUMBER, show
from warrant.errors import WrongInput

__all__ = ["Limits", "read_limits", "write_limits"]

_HEADS = ("slopes", "outputs", "norm", "least", "most", "raised", "moved", "low", "high")
_VALUES, _ONE_HOT = "values", "one-hot"
_FORM = (
    "(slopes 1) (outputs …) (norm …) (least …) (most …) (raised …) (moved …) (low …) (high …), in this order, and then "
    "(values …) and (one-hot …)"
)
_COUNT = re.compile(r"[0-9]{1,8}", re.ASCII)


MOST_ALTERNATIVES, MOST_MEMBERS = 4096, 64
"""The checker takes at most so many combinations, and members of a group."""

Pins = tuple[tuple[int, tuple[Fraction, Fraction]], ...]
"""Places in a direction (0 to inputs − 1) and a point (after it), and the ends between which they lie."""

_ZERO, _ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True)
class Limits:
    """Between two inputs of a domain, outputs change at least and at most so many times as much as the inputs.

    Attributes:
        outputs: which, counted from 0.
        norm: of the difference of the inputs.
        least, most: the limits; None for none.
        raised: features that may only be greater in the second input, counted from 0.
        moved: features that may be anything there; all others stay as they are.
        low, high: the ends of the box, one for all features or one for each.
        listed: features that have one of some values, counted from 0, with these.
        one_hot: groups of features, of which exactly one is 1 and the others are 0.
    """

    outputs: tuple[int, ...]
    norm: Norm
    least: Fraction | None
    most: Fraction | None
    raised: tuple[int, ...]
    moved: tuple[int, ...]
    low: tuple[Fraction, ...]
    high: tuple[Fraction, ...]
    listed: tuple[tuple[int, tuple[Fraction, ...]], ...] = ()
    one_hot: tuple[tuple[int, ...], ...] = ()

    def box(self, inputs: int) -> tuple[tuple[Fraction, Fraction], ...]:
        """The ends of each feature, (inputs,)."""
        low, high = (v * inputs if len(v) == 1 else v for v in (self.low, self.high))
        return tuple(zip(low, high, strict=True))

    def fits(self, inputs: int, outputs: int, *, file: str) -> None:
        """Whether a model with so many inputs and outputs can be meant.

        Raises:
            WrongInput: it cannot.
        """
        for what, values in (("low", self.low), ("high", self.high)):
            if len(values) not in (1, inputs):
                raise WrongInput(f"{what}: {len(values)} numbers", file=file, expected=f"one, or {inputs}")
        for what, numbers, count in (
            ("outputs", self.outputs, outputs),
            ("raised", self.raised, inputs),
            ("moved", self.moved, inputs),
            (_VALUES, [k for k, _ in self.listed], inputs),
            (_ONE_HOT, [k for group in self.one_hot for k in group], inputs),
        ):
            if any(k >= count for k in numbers):
                raise WrongInput(f"{what}: {max(numbers)}", file=file, expected=f"at most {count - 1}")
        if not self.outputs or not (self.raised or self.moved):
            raise WrongInput("no outputs, or no features that may change", file=file, expected="at least one of each")
        if any(low > high for low, high in self.box(inputs)):
            raise WrongInput("an empty box", file=file, expected="the lower end first")
        if any(len(group) > MOST_MEMBERS for group in self.one_hot):
            raise WrongInput("a large one-hot group", file=file, expected=f"at most {MOST_MEMBERS} features")
        count = prod(map(len, self.alternatives(inputs)))
        if count > MOST_ALTERNATIVES:
            raise WrongInput(
                f"{count} combinations of values and of steps in one-hot groups",
                file=file,
                expected=f"at most {MOST_ALTERNATIVES}",
                hint="let fewer features change, or state the claim for parts of the domain",
            )

    def contains(self, x: Sequence[Fraction]) -> bool:
        """Whether an input, (inputs,), is in the domain, exactly."""
        return (
            all(low <= v <= high for v, (low, high) in zip(x, self.box(len(x)), strict=True))
            and all(x[k] in values for k, values in self.listed)
            and all(any(_hot(x, group, k) for k in group) for group in self.one_hot)
        )

    def empty(self, inputs: int) -> bool | None:
        """Whether no input is in the domain; None where that is not seen (a feature is listed twice, say)."""
        named = [k for k, _ in self.listed] + [k for group in self.one_hot for k in group]
        if len(set(named)) != len(named):
            return None
        box = self.box(inputs)
        inside = [any(box[k][0] <= v <= box[k][1] for v in values) for k, values in self.listed]
        inside += [
            any(all(box[j][0] <= (_ONE if j == k else _ZERO) <= box[j][1] for j in group) for k in group)
            for group in self.one_hot
        ]
        return not all(inside)

    def alternatives(self, inputs: int) -> list[list[Pins]]:
        """For each listed feature and each group, what may be the case all the way from one input to the other.

        As the checker has them (theories/Checker/Slopes/Check.v): a proof has a tree for each of their combinations.
        """
        return [self._values(inputs, *listed) for listed in self.listed] + [
            self._steps(inputs, group) for group in self.one_hot
        ]

    def _values(self, inputs: int, k: int, values: tuple[Fraction, ...]) -> list[Pins]:
        return [()] if k in self.moved or k in self.raised else [_stays(inputs, k, v) for v in values]

    def _steps(self, inputs: int, group: tuple[int, ...]) -> list[Pins]:
        return [
            _step(inputs, group, p, q)
            for p in group
            for q in group
            if p == q or (p in self.moved and (q in self.moved or q in self.raised))
        ]


def _hot(x: Sequence[Fraction], group: tuple[int, ...], k: int) -> bool:
    return all(x[j] == (1 if j == k else 0) for j in group)


def _stays(n: int, k: int, value: Fraction) -> Pins:
    return ((k, (_ZERO, _ZERO)), (n + k, (value, value)))


def _step(n: int, group: tuple[int, ...], p: int, q: int) -> Pins:
    """From an input in which p is 1 to one in which q is."""
    found: list[tuple[int, tuple[Fraction, Fraction]]] = []
    for j in group:
        if p == q or j not in (p, q):
            found += _stays(n, j, _ONE if j == p else _ZERO)
        else:
            found += [(j, (-_ONE, _ZERO) if j == p else (_ZERO, _ONE)), (n + j, (_ZERO, _ONE))]
    return tuple(found)


def write_limits(limits: Limits) -> bytes:
    """The text of a statement."""
    groups = (
        ("1",),
        tuple(map(str, limits.outputs)),
        (limits.norm,),
        () if limits.least is None else (show(limits.least),),
        () if limits.most is None else (show(limits.most),),
        tuple(map(str, limits.raised)),
        tuple(map(str, limits.moved)),
        tuple(map(show, limits.low)),
        tuple(map(show, limits.high)),
    )
    lines = [f"({' '.join((head, *words))})" for head, words in zip(_HEADS, groups, strict=True)]
    lines += [f"({' '.join((_VALUES, str(k), *map(show, values)))})" for k, values in limits.listed]
    lines += [f"({' '.join((_ONE_HOT, *map(str, group)))})" for group in limits.one_hot]
    return ("\n".join(lines) + "\n").encode("ascii")


def read_limits(data: bytes, *, file: str) -> Limits:
    """Read a statement's text.

    Raises:
        WrongInput: it is not one.
    """
    wrong = WrongInput("not a statement of slopes", file=file, expected=_FORM)
    found = groups(data.decode("utf-8", "replace"))
    found, more = found[: len(_HEADS)], found[len(_HEADS) :]
    if tuple(group[0] for group in found) != _HEADS or found[0] != ["slopes", "1"]:
        raise wrong
    if not all(group[0] in (_VALUES, _ONE_HOT) and len(group) > 1 for group in more):
        raise wrong
    outputs, norm, least, most, raised, moved, low, high = (tuple(group[1:]) for group in found[1:])
    listed = [(group[1], group[2:]) for group in more if group[0] == _VALUES]
    one_hot = [group[1:] for group in more if group[0] == _ONE_HOT]
    if len(norm) != 1 or norm[0] not in NORMS or len(least) > 1 or len(most) > 1:
        raise wrong
    counts = (*outputs, *raised, *moved, *(k for k, _ in listed), *(k for group in one_hot for k in group))
    numbers = (*least, *most, *low, *high, *(v for _, values in listed for v in values))
    if not all(map(_COUNT.fullmatch, counts)) or not all(map(NUMBER.fullmatch, numbers)):
        raise wrong
    return Limits(
        tuple(map(int, outputs)),
        NORMS[NORMS.index(norm[0])],
        Fraction(least[0]) if least else None,
        Fraction(most[0]) if most else None,
        tuple(map(int, raised)),
        tuple(map(int, moved)),
        tuple(map(Fraction, low)),
        tuple(map(Fraction, high)),
        tuple((int(k), tuple(map(Fraction, values))) for k, values in listed),
        tuple(tuple(map(int, group)) for group in one_hot),
    )

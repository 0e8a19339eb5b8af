"""What a claim about slopes says, and its text (docs/slopes.md)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from warrant._groups import groups
from warrant.certified import NORMS, Norm
from warrant.certified.statement import NUMBER, show
from warrant.errors import WrongInput

__all__ = ["Limits", "read_limits", "write_limits"]

_HEADS = ("slopes", "outputs", "norm", "least", "most", "raised", "moved", "low", "high")
_FORM = "(slopes 1) (outputs …) (norm …) (least …) (most …) (raised …) (moved …) (low …) (high …), in this order"
_COUNT = re.compile(r"[0-9]{1,8}", re.ASCII)


@dataclass(frozen=True)
class Limits:
    """Between two inputs of a box, outputs change at least and at most so many times as much as the inputs.

    Attributes:
        outputs: which, counted from 0.
        norm: of the difference of the inputs.
        least, most: the limits; None for none.
        raised: features that may only be greater in the second input, counted from 0.
        moved: features that may be anything there; all others stay as they are.
        low, high: the ends of the box, one for all features or one for each.
    """

    outputs: tuple[int, ...]
    norm: Norm
    least: Fraction | None
    most: Fraction | None
    raised: tuple[int, ...]
    moved: tuple[int, ...]
    low: tuple[Fraction, ...]
    high: tuple[Fraction, ...]

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
        ):
            if any(k >= count for k in numbers):
                raise WrongInput(f"{what}: {max(numbers)}", file=file, expected=f"at most {count - 1}")
        if not self.outputs or not (self.raised or self.moved):
            raise WrongInput("no outputs, or no features that may change", file=file, expected="at least one of each")
        if any(low > high for low, high in self.box(inputs)):
            raise WrongInput("an empty box", file=file, expected="the lower end first")


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
    lines = (f"({' '.join((head, *words))})" for head, words in zip(_HEADS, groups, strict=True))
    return ("\n".join(lines) + "\n").encode("ascii")


def read_limits(data: bytes, *, file: str) -> Limits:
    """Read a statement's text.

    Raises:
        WrongInput: it is not one.
    """
    wrong = WrongInput("not a statement of slopes", file=file, expected=_FORM)
    found = groups(data.decode("utf-8", "replace"))
    if tuple(group[0] for group in found) != _HEADS or found[0] != ["slopes", "1"]:
        raise wrong
    outputs, norm, least, most, raised, moved, low, high = (tuple(group[1:]) for group in found[1:])
    if len(norm) != 1 or norm[0] not in NORMS or len(least) > 1 or len(most) > 1:
        raise wrong
    if not all(_COUNT.fullmatch(word) for word in (*outputs, *raised, *moved)):
        raise wrong
    if not all(NUMBER.fullmatch(word) for word in (*least, *most, *low, *high)):
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
    )

"""What can be said of a loss, and the text that says it: one line a clause, as S-expressions (docs/losses.md)."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from warrant.claims import Loss
from warrant.errors import Unsupported, WrongInput

__all__ = ["Convex", "LipschitzLoss", "LossProperty", "NonNegative", "read_property"]

Number = int | float | str | Fraction
Bounds = Mapping[str, tuple[Number | None, Number | None]]
_WORD = re.compile(r"[^\s();]+")


@dataclass(frozen=True)
class _Property(ABC):
    """A property of a loss.

    Attributes:
        by: the inputs in which the loss has the property, the others being held fixed; None: all of them.
        bounds: for inputs by name, the least and the greatest number that their entries may be; None: no bound.
            Numbers that are not fractions are taken as they are printed.
    """

    by: Sequence[str] | None = None
    bounds: Bounds = field(default_factory=dict)

    @property
    @abstractmethod
    def word(self) -> str:
        """The property, as the text says it."""

    def sentence(self) -> str:
        """The statement in plain words, one line."""
        where = "" if self.by is None else f" in {', '.join(self.by)}"
        return f"the loss is {self.adjective}{where}"

    @property
    def adjective(self) -> str:
        """The property, for people."""
        return self.word

    def claim(self, model: bytes, *, name: str = "loss.onnx") -> Loss:
        """The claim that the loss in an ONNX file has the property.

        Raises:
            WrongInput: the file cannot be read, or the property does not fit it.
        """
        from warrant.gradients import signature

        claim = Loss(model, self.text(list(signature(model, file=name).inputs)), name)
        claim.validate()
        return claim

    def text(self, inputs: Sequence[str]) -> bytes:
        """The text for a loss with these inputs (theories/Spec/Losses.v reads it).

        Raises:
            WrongInput: an input is not there, is named twice, or a bound is no number.
            Unsupported: an input's name cannot be written in such a text.
        """
        names = list(inputs) if self.by is None else list(self.by)
        for name in [*names, *self.bounds]:
            if name not in inputs:
                raise WrongInput(f"the loss has no input {name!r}", expected=f"some of: {', '.join(inputs)}")
            if not _WORD.fullmatch(name):
                hint = "rename the input"
                raise Unsupported(f"the input's name {name!r} has spaces, parentheses or semicolons", hint=hint)
        if len(set(names)) != len(names):
            raise WrongInput("an input is named twice", expected="different names")
        if not names:
            raise WrongInput("no input is named", expected=f"some of: {', '.join(inputs)}")
        lines = ["(loss 1)", f"(claim {self.word})", f"(by{''.join(f' {name}' for name in names)})"]
        for name, (least, most) in self.bounds.items():
            if least is not None:
                lines.append(f"(least {name} {_rational(least, name)})")
            if most is not None:
                lines.append(f"(most {name} {_rational(most, name)})")
        return "".join(f"{line}\n" for line in lines).encode()


@dataclass(frozen=True)
class Convex(_Property):
    """The loss is convex in the named inputs, and so is its domain."""

    @property
    def word(self) -> str:
        """The property, as the text says it."""
        return "convex"


@dataclass(frozen=True)
class NonNegative(_Property):
    """The loss is at least 0 wherever it is defined."""

    @property
    def adjective(self) -> str:
        """The property, for people."""
        return "at least 0"

    @property
    def word(self) -> str:
        """The property, as the text says it."""
        return "nonnegative"


@dataclass(frozen=True)
class LipschitzLoss(_Property):
    """The loss changes at most ``constant`` times as much as the named inputs, in the Euclidean norm."""

    constant: Number = 1

    @property
    def adjective(self) -> str:
        """The property, for people."""
        return f"Lipschitz with constant {self.constant}"

    @property
    def word(self) -> str:
        """The property, as the text says it."""
        return f"(lipschitz {_rational(self.constant, 'the constant')})"


LossProperty = Convex | NonNegative | LipschitzLoss


def _fraction(number: Number, what: str) -> Fraction:
    try:
        return Fraction(str(number)) if isinstance(number, float) else Fraction(number)
    except (ValueError, ZeroDivisionError):
        raise WrongInput(f"{number!r} is no number", place=what, expected="a number such as 0.5 or 1/3") from None


def _rational(number: Number, what: str) -> str:
    return str(_fraction(number, what))


def read_property(data: bytes, *, file: str) -> LossProperty:
    """The property that a text states.

    Raises:
        WrongInput: it states none.
    """
    expected = "(loss 1) (claim PROPERTY) (by NAME ...) and then bounds: (least NAME NUMBER), (most NAME NUMBER)"
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise WrongInput("not a text", file=file, expected=expected) from None
    clauses = _clauses(re.sub(r";[^\n]*", "", text))
    match clauses:
        case [["loss", "1"], ["claim", *claim], ["by", *names], *limits]:
            bounds: dict[str, tuple[Number | None, Number | None]] = {}
            for limit in limits:
                match limit:
                    case ["least", name, number]:
                        bounds[name] = (_fraction(number, name), bounds.get(name, (None, None))[1])
                    case ["most", name, number]:
                        bounds[name] = (bounds.get(name, (None, None))[0], _fraction(number, name))
                    case _:
                        raise WrongInput(f"({' '.join(limit)}) is no bound", file=file, expected=expected)
            match claim:
                case ["convex"]:
                    return Convex(tuple(names), bounds)
                case ["nonnegative"]:
                    return NonNegative(tuple(names), bounds)
                case ["lipschitz", constant]:
                    return LipschitzLoss(tuple(names), bounds, _fraction(constant, "the constant"))
                case _:
                    pass
    raise WrongInput("it states no property of a loss", file=file, expected=expected)


def _clauses(text: str) -> list[list[str]]:
    """The words of each list at the top; inner parentheses are left out."""
    clauses: list[list[str]] = []
    depth = 0
    for token in re.findall(r"[()]|[^\s()]+", text):
        if token == "(":
            depth += 1
            if depth == 1:
                clauses.append([])
        elif token == ")":
            depth -= 1
        elif depth > 0:
            clauses[-1].append(token)
    return clauses

"""What can be said of a loss, and the text that says it: one line a clause, as S-expressions (docs/losses.md)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Self

from warrant._bounds import Bounds, Number, clauses, limit_lines, rational, read_limits, to_fraction, writable
from warrant.claims import Above, Loss, read_model
from warrant.errors import WrongInput

__all__ = [
    "ClassificationCalibrated",
    "Convex",
    "LipschitzLoss",
    "LossProperty",
    "MinimisedExactlyAt",
    "NonNegative",
    "RoundingError",
    "SmoothLoss",
    "StrictlyProper",
    "UpperBounds",
    "read_property",
    "read_upper_bounds",
]


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

    def within(self, by: Sequence[str], bounds: Bounds) -> Self:
        """The same property, of these inputs where it names none, and within these bounds where it states none."""
        return replace(self, by=by if self.by is None else self.by, bounds={**bounds, **self.bounds})

    def sentence(self) -> str:
        """The statement in plain words, one line."""
        where = "" if self.by is None else f" in {', '.join(self.by)}"
        return f"the loss is {self.adjective}{where}"

    @property
    def adjective(self) -> str:
        """The property, for people."""
        return self.word

    def claim(self, model: bytes, *, name: str = "loss.onnx") -> Loss | Above:
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
        return self._written(inputs, self.word)

    def _written(self, inputs: Sequence[str], word: str) -> bytes:
        names = list(inputs) if self.by is None else list(self.by)
        for name in [*names, *self.bounds]:
            if name not in inputs:
                raise WrongInput(f"the loss has no input {name!r}", expected=f"some of: {', '.join(inputs)}")
            writable(name)
        if len(set(names)) != len(names):
            raise WrongInput("an input is named twice", expected="different names")
        if not names:
            raise WrongInput("no input is named", expected=f"some of: {', '.join(inputs)}")
        lines = ["(loss 1)", f"(claim {word})", f"(by{''.join(f' {name}' for name in names)})"]
        lines += limit_lines(self.bounds)
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
        return f"(lipschitz {rational(self.constant, 'the constant')})"


@dataclass(frozen=True)
class SmoothLoss(_Property):
    """The loss has a gradient in the named inputs, which changes at most ``constant`` times as much as they do.

    The Euclidean norm is meant.  The theorem says it without derivatives: at t x + (1 - t) y the loss is within
    ``constant`` / 2 · t (1 - t) ‖x - y‖² of its chord, which on an open domain is the same (Y. Nesterov, Lectures on
    Convex Optimization, 2018, theorem 2.1.5).
    """

    constant: Number = 1

    @property
    def adjective(self) -> str:
        """The property, for people."""
        return f"smooth with constant {self.constant}"

    @property
    def word(self) -> str:
        """The property, as the text says it."""
        return f"(smooth {rational(self.constant, 'the constant')})"


@dataclass(frozen=True)
class UpperBounds(_Property):
    """The loss is at least the 0–1 loss, or at least another loss, wherever both are defined.

    The 0–1 loss of a margin m, the only entry of the named input, is 1 for m ≤ 0, and 0 otherwise.

    Attributes:
        other: ``"zero-one"``; or another loss, which takes inputs of the first by their names: an ONNX file, its
            bytes, a ModelProto, or for :func:`warrant.prove` an expression of CVXPY.
    """

    other: Any = field(default="zero-one", repr=False)

    @property
    def adjective(self) -> str:
        """The property, for people."""
        return "at least the 0–1 loss" if self.word else "at least the other loss"

    @property
    def word(self) -> str:
        """The property, as the text says it; empty where there is another loss, which is a file of its own."""
        return "(upper-bounds zero-one)" if isinstance(self.other, str) and self.other == "zero-one" else ""

    def claim(self, model: bytes, *, name: str = "loss.onnx") -> Loss | Above:
        """The claim that the loss in an ONNX file is such a bound.

        Raises:
            WrongInput: a file cannot be read, or the losses or the margin do not fit together.
        """
        if self.word:
            return super().claim(model, name=name)
        if self.by is not None:
            hint = "leave out the names: the claim is about all inputs"
            raise WrongInput("inputs are named, and another loss", expected="one of the two", hint=hint)
        data, other = read_model(self.other)
        text = "".join(f"{line}\n" for line in ["(upper-bounds 1)", *limit_lines(self.bounds)])
        claim = Above(model, data, text.encode(), name, other)
        claim.validate()
        return claim


@dataclass(frozen=True)
class ClassificationCalibrated(_Property):
    """The loss of a margin, the only entry of the named input, is calibrated for classification.

    It is defined for every margin; and whatever the probability of the label 1, unless it is 1/2, scores of the wrong
    sign have a risk that is larger, by some amount, than that of some score.
    Source: P. Bartlett, M. Jordan, J. McAuliffe, Convexity, classification, and risk bounds, 2006, definition 1.
    """

    @property
    def word(self) -> str:
        """The property, as the text says it."""
        return "calibrated"


@dataclass(frozen=True)
class MinimisedExactlyAt(_Property):
    """Whatever the other inputs are, the loss is least where the named inputs equal ``at``, and only there.

    Attributes:
        at: the name of another input with as many entries; or a number, for all entries.
        logarithm: of an input: where they equal the logarithms of its entries, which have to be positive.
    """

    at: Number = 0
    logarithm: bool = False

    @property
    def adjective(self) -> str:
        """The property, for people."""
        return f"least exactly at {f'ln {self.at}' if self.logarithm else self.at}"

    @property
    def word(self) -> str:
        """The property, as the text says it."""
        if self.logarithm:
            return self._at_input
        try:
            return f"(minimised-at-number {rational(self.at, 'the minimum')})"
        except WrongInput:
            return self._at_input

    @property
    def _at_input(self) -> str:
        return f"(minimised-at{'-logarithm' if self.logarithm else ''} {writable(str(self.at))})"

    def text(self, inputs: Sequence[str]) -> bytes:
        """The text for a loss with these inputs, of which ``at`` may be one.

        Raises:
            WrongInput: an input is not there, is named twice, or a number is none.
            Unsupported: an input's name cannot be written in such a text.
        """
        if self.at not in inputs:
            if self.word.startswith("(minimised-at-number "):
                return super().text(inputs)
            known = ", ".join(inputs)
            if self.logarithm:
                raise WrongInput(f"{self.at!r} is no input of the loss", expected=f"one of: {known}")
            what = f"{self.at!r} is neither an input of the loss nor a number"
            raise WrongInput(what, expected=f"a number, or one of: {known}")
        if self.by is None:
            return replace(self, by=tuple(name for name in inputs if name != self.at)).text(inputs)
        if self.at in self.by:
            raise WrongInput(
                f"the loss is to be least at its own input {self.at!r}", expected="another input, or a number"
            )
        return self._written(inputs, self._at_input)


@dataclass(frozen=True)
class StrictlyProper(_Property):
    """The loss of a forecast, the named input, is strictly proper; the other input is the outcome, a vector with one 1.

    Where outcomes have the probabilities p, the expected loss is least for the forecast p, and for no other one.
    Source: T. Gneiting, A. Raftery, Strictly proper scoring rules, prediction, and estimation, 2007.
    """

    @property
    def adjective(self) -> str:
        """The property, for people."""
        return "strictly proper"

    @property
    def word(self) -> str:
        """The property, as the text says it."""
        return "strictly-proper"


@dataclass(frozen=True)
class RoundingError(_Property):
    """Evaluated in floating point, operation by operation, the loss is nearly the real one, and nothing overflows.

    The computed loss differs from the loss over the real numbers by at most ``absolute`` + ``relative`` times the
    latter's size, for all floating-point inputs within the bounds, whatever the order of sums.  What is assumed of the
    machine: arithmetic is that of IEEE 754, rounded to nearest, and exponentials and logarithms are within ``ulps``
    units in the last place.

    Attributes:
        absolute: the error that is allowed anyway, in the unit of the loss.
        relative: the error that is allowed beyond that, as a multiple of the loss.
        format: in which the loss is evaluated; also that of its inputs.
        ulps: how accurate the machine's exponentials and logarithms are, at least 1.
    Source: N. Higham, Accuracy and Stability of Numerical Algorithms, 2002, chapters 2 to 4.
    """

    absolute: Number = 0
    relative: Number = 0
    format: Literal["binary32", "binary64"] = "binary64"
    ulps: Number = 1

    @property
    def adjective(self) -> str:
        """The property, for people."""
        allowed = [f"{self.absolute}"] if to_fraction(self.absolute, "the error") else []
        allowed += [f"{self.relative} times its size"] if to_fraction(self.relative, "the relative error") else []
        return f"off by at most {' + '.join(allowed) or '0'} when evaluated in {self.format}"

    @property
    def word(self) -> str:
        """The property, as the text says it."""
        if to_fraction(self.ulps, "the accuracy") < 1:
            raise WrongInput(f"an accuracy of {self.ulps} units in the last place", expected="at least 1")
        numbers = [
            rational(self.ulps, "the accuracy"),
            rational(self.absolute, "the error"),
            rational(self.relative, "the relative error"),
        ]
        return f"(rounding {self.format} {' '.join(numbers)})"


LossProperty = (
    Convex
    | NonNegative
    | LipschitzLoss
    | SmoothLoss
    | UpperBounds
    | ClassificationCalibrated
    | MinimisedExactlyAt
    | StrictlyProper
    | RoundingError
)


def read_property(data: bytes, *, file: str) -> LossProperty:
    """The property that a text states.

    Raises:
        WrongInput: it states none.
    """
    expected = "(loss 1) (claim PROPERTY) (by NAME ...) and then bounds: (least NAME NUMBER), (most NAME NUMBER)"
    match _clauses(data, file=file, expected=expected):
        case [["loss", "1"], ["claim", *claim], ["by", *names], *limits]:
            bounds = read_limits(limits, file=file, expected=expected)
            match claim:
                case ["convex"]:
                    return Convex(tuple(names), bounds)
                case ["nonnegative"]:
                    return NonNegative(tuple(names), bounds)
                case ["lipschitz", constant]:
                    return LipschitzLoss(tuple(names), bounds, to_fraction(constant, "the constant"))
                case ["smooth", constant]:
                    return SmoothLoss(tuple(names), bounds, to_fraction(constant, "the constant"))
                case ["upper-bounds", "zero-one"]:
                    return UpperBounds(tuple(names), bounds)
                case ["minimised-at", name]:
                    return MinimisedExactlyAt(tuple(names), bounds, name)
                case ["minimised-at-logarithm", name]:
                    return MinimisedExactlyAt(tuple(names), bounds, name, logarithm=True)
                case ["minimised-at-number", number]:
                    return MinimisedExactlyAt(tuple(names), bounds, to_fraction(number, "the minimum"))
                case ["strictly-proper"]:
                    return StrictlyProper(tuple(names), bounds)
                case ["rounding", ("binary32" | "binary64") as kind, ulps, absolute, relative]:
                    return RoundingError(
                        tuple(names),
                        bounds,
                        to_fraction(absolute, "the error"),
                        to_fraction(relative, "the relative error"),
                        kind,
                        to_fraction(ulps, "the accuracy"),
                    )
                case ["calibrated"]:
                    return ClassificationCalibrated(tuple(names), bounds)
                case _:
                    pass
    raise WrongInput("it states no property of a loss", file=file, expected=expected)


def _clauses(data: bytes, *, file: str, expected: str) -> list[list[str]]:
    try:
        return clauses(data.decode())
    except UnicodeDecodeError:
        raise WrongInput("not a text", file=file, expected=expected) from None


def read_upper_bounds(data: bytes, *, file: str) -> Bounds:
    """The bounds of inputs that the text of a claim about two losses states.

    Raises:
        WrongInput: it states none.
    """
    expected = "(upper-bounds 1) and then bounds: (least NAME NUMBER), (most NAME NUMBER)"
    match _clauses(data, file=file, expected=expected):
        case [["upper-bounds", "1"], *limits]:
            return read_limits(limits, file=file, expected=expected)
    raise WrongInput("it states no bounds of two losses", file=file, expected=expected)

"""What a training problem says, and its text (docs/training.md)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from warrant._groups import groups
from warrant.errors import WrongInput

__all__ = [
    "DESCENT",
    "HUBER",
    "LOGISTIC",
    "LOSSES",
    "METHODS",
    "NESTEROV",
    "SQUARED",
    "Problem",
    "rational",
    "read_problem",
    "write_problem",
]

SQUARED, LOGISTIC, HUBER = "squared", "logistic", "huber"
DESCENT, NESTEROV = "gradient-descent", "nesterov"
METHODS = (DESCENT, NESTEROV)
LOSSES = (SQUARED, LOGISTIC, HUBER)
_MOST_STEPS = 999_999_999
_MOST_DIGITS = 1000
_FORM = (
    "(training 1) (loss …) (penalty α) (method …) (steps N) (accuracy ε), in this order, and (intercept) after the loss"
)


@dataclass(frozen=True)
class Problem:
    """A training problem: a run from 0 on f(w) = 1/n Σ loss(<a(i), w>, y(i)) + α/2 ‖w‖².

    With an intercept, a(i) begins with a 1, and the first number of w has no part in the penalty.

    Attributes:
        loss: ``squared``, ``logistic`` or ``huber``.
        delta: where Huber's loss becomes linear; None for the others.
        intercept: whether there is one.
        penalty: α.
        method: ``gradient-descent`` or ``nesterov``.
        step: γ.
        momentum: β of Nesterov's method; None for gradient descent, and for the momentum of 1983, which grows.
        steps: N.
        accuracy: ε; the claim is f(w(N)) <= f(w) + ε for every w.
    """

    loss: str
    delta: Fraction | None
    intercept: bool
    penalty: Fraction
    method: str
    step: Fraction
    momentum: Fraction | None
    steps: int
    accuracy: Fraction


def rational(number: object, name: str) -> Fraction:
    """The rational that a number stands for; a float stands for the decimal that Python prints for it.

    Raises:
        WrongInput: it is none.
    """
    try:
        if isinstance(number, Fraction | int | str | Decimal) and not isinstance(number, bool):
            value = Fraction(number)
        else:
            value = Fraction(repr(float(number)))  # type: ignore[arg-type]
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        raise WrongInput(f"{name}: {number!r}", expected="a finite number") from None
    if max(len(str(value.numerator)), len(str(value.denominator))) > _MOST_DIGITS:
        raise WrongInput(f"{name}: more than {_MOST_DIGITS} digits", expected="a shorter number")
    return value


def write_problem(problem: Problem) -> bytes:
    """The text of a problem.

    Raises:
        WrongInput: there are more steps than the format can say.
    """
    if not 0 <= problem.steps <= _MOST_STEPS:
        raise WrongInput(f"steps: {problem.steps}", expected=f"a whole number from 0 to {_MOST_STEPS}")
    loss = problem.loss if problem.delta is None else f"{problem.loss} {_show(problem.delta)}"
    method = f"{problem.method} {_show(problem.step)}"
    if problem.momentum is not None:
        method += f" {_show(problem.momentum)}"
    lines = (
        "(training 1)",
        f"(loss {loss})",
        *(["(intercept)"] if problem.intercept else []),
        f"(penalty {_show(problem.penalty)})",
        f"(method {method})",
        f"(steps {problem.steps})",
        f"(accuracy {_show(problem.accuracy)})",
    )
    return ("\n".join(lines) + "\n").encode("ascii")


def read_problem(data: bytes, *, file: str) -> Problem:
    """Read a problem's text.

    Raises:
        WrongInput: it is not one.
    """
    wrong = WrongInput("not a training problem", file=file, expected=_FORM)
    try:
        found = groups(data.decode("ascii"))
    except UnicodeDecodeError:
        raise wrong from None
    intercept = len(found) > 2 and found[2] == ["intercept"]
    if intercept:
        del found[2]
    if len(found) != len(_HEADS):
        raise wrong
    if any(group[: len(head)] != list(head) for group, head in zip(found, _HEADS, strict=True)):
        raise wrong
    words = [group[len(head) :] for group, head in zip(found, _HEADS, strict=True)]
    if words[0] or not all(words[1:]):
        raise wrong
    _, loss, (penalty, *_), method, (steps, *_), (accuracy, *_) = words
    numbers = len(words[2]), len(words[4]), len(words[5])
    if (
        numbers != (1, 1, 1)
        or method[0] not in METHODS
        or len(method) not in ((2, 3) if method[0] == NESTEROV else (2,))
    ):
        raise wrong
    if loss[0] not in LOSSES or len(loss) != 1 + (loss[0] == HUBER) or not re.fullmatch(r"[0-9]{1,9}", steps):
        raise wrong
    return Problem(
        loss=loss[0],
        delta=rational(loss[1], "delta") if len(loss) == 2 else None,
        intercept=intercept,
        penalty=rational(penalty, "penalty"),
        method=method[0],
        step=rational(method[1], "step"),
        momentum=rational(method[2], "momentum") if len(method) == 3 else None,
        steps=int(steps),
        accuracy=rational(accuracy, "accuracy"),
    )


_HEADS = (("training", "1"), ("loss",), ("penalty",), ("method",), ("steps",), ("accuracy",))


def _show(value: Fraction) -> str:
    """A short decimal where there is one, else a fraction."""
    short = repr(float(value)) if abs(value) < 10**16 else ""
    if short and Fraction(short) == value:
        return short.removesuffix(".0")
    return str(value)

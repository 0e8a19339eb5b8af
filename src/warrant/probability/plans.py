"""Plans of private releases: what they say, in TOML and as the checker reads them (docs/privacy.md)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from warrant._groups import groups
from warrant.errors import Unsupported, WrongInput
from warrant.probability.statement import show
from warrant.probability.tables import value

__all__ = ["MECHANISMS", "Plan", "Use", "parse_plan", "parse_toml", "read_plan", "write_plan"]

RESPONSE, GEOMETRIC, LAPLACE, GAUSSIAN = "response", "geometric", "laplace", "gaussian"
MECHANISMS = {RESPONSE: "truth", GEOMETRIC: "alpha", LAPLACE: "scale", GAUSSIAN: "variance"}
"""The mechanisms that have a theorem, and what their parameter is called."""
_FORM = (
    "(privacy 1) (budget EPSILON DELTA), then (use TIMES response ANSWERS TRUTH [ABOUT]) or such as "
    "(use TIMES geometric ALPHA SENSITIVITY [ABOUT]), ABOUT a part or (sampled PROBABILITY)"
)
_PART = re.compile(r"^; part (\d{1,9}): (\S.{0,199})$", re.MULTILINE)
_LARGEST = 999_999_999
_WIDEST = Fraction(10**18)
_ROOT = re.compile(r"sqrt\(([0-9]{1,9})\)")
_SAMPLED = re.compile(r"\((sampled|root)\s+([^\s()]+)\s*\)")
_OTHER_NAMES = dict.fromkeys(("sampling", "sampling_rate", "sample_rate"), "sampling_probability")
_WITHOUT_THEOREM = {
    "sample_size": "privacy amplification by samples of a fixed size",
    "shuffled": "privacy amplification by shuffling",
    "clip": "clipping, which the stated sensitivity has to account for",
}


@dataclass(frozen=True)
class Use:
    """One line of a plan.

    Attributes:
        mechanism: one of ``MECHANISMS``.
        parameter: the probability of the true answer; alpha; the scale or the variance of the noise.
        size: the number of answers of randomised response, else the sensitivity of the questions: in the ℓ2 norm for
            Gaussian noise, else in the ℓ1 norm.
        times: how many questions.
        part: the part of the data that they are about; None: all data.
        sampled: the probability with which each record is in the sample that a question is about; None: all are.
        root: whether the sensitivity is the square root of ``size``, for Gaussian noise.
    """

    mechanism: str
    parameter: Fraction
    size: int
    times: int
    part: int | None = None
    sampled: Fraction | None = None
    root: bool = False

    @property
    def square(self) -> int:
        """The square of the sensitivity."""
        return self.size if self.root else self.size**2

    def __str__(self) -> str:
        """In words, without its part."""
        size = f"sqrt({self.size})" if self.root else str(self.size)
        size = f"{size} answers" if self.mechanism == RESPONSE else f"sensitivity {size}"
        sample = "" if self.sampled is None else f", on samples of probability {show(self.sampled)}"
        return f"{self.times} × {self.mechanism} ({MECHANISMS[self.mechanism]} {show(self.parameter)}, {size}){sample}"


@dataclass(frozen=True)
class Plan:
    """What is released, and the budget for all of it together.

    Attributes:
        epsilon: None: the least one that can be proved.
        delta: from 0 to 1.
        uses: the lines of the plan.
        names: what the parts 0, 1, … are called, where they have names.
    """

    epsilon: Fraction | None
    delta: Fraction
    uses: tuple[Use, ...]
    names: tuple[str, ...] = ()

    @property
    def parts(self) -> tuple[int | None, ...]:
        """None for all data, and the parts that are mentioned."""
        return (None, *dict.fromkeys(use.part for use in self.uses if use.part is not None))

    def on(self, part: int | None) -> tuple[Use, ...]:
        """The uses that look at a part of the data; for None those about all data."""
        return tuple(use for use in self.uses if use.part is None or use.part == part)

    def name(self, part: int) -> str:
        """What a part is called."""
        return self.names[part] if part < len(self.names) else str(part)

    def within(self, epsilon: Fraction) -> Plan:
        """The same plan with a budget."""
        return replace(self, epsilon=epsilon)


def write_plan(plan: Plan, comment: str = "") -> bytes:
    """The text of a plan with a budget, after a comment."""
    assert plan.epsilon is not None
    lines = [f"; {line}".rstrip() for line in comment.replace("\r", "\n").split("\n") if line.strip()]
    lines += ["(privacy 1)", f"(budget {show(plan.epsilon)} {show(plan.delta)})"]
    lines += [f"; part {k}: {' '.join(name.split())}" for k, name in enumerate(plan.names)]
    for use in plan.uses:
        pair = (f"(root {use.size})" if use.root else str(use.size), show(use.parameter))
        first, second = pair if use.mechanism == RESPONSE else pair[::-1]
        about = "" if use.part is None else f" {use.part}"
        if use.sampled is not None:
            about = f" (sampled {show(use.sampled)})"
        lines.append(f"(use {use.times} {use.mechanism} {first} {second}{about})")
    return ("\n".join(lines) + "\n").encode()


def read_plan(data: bytes, *, file: str) -> Plan:
    """Read the text of a plan.

    Raises:
        WrongInput: it is none.
    """
    wrong = WrongInput("not a plan of private releases", file=file, expected=_FORM)
    whole = data.decode("utf-8", "replace")
    named = _PART.findall(whole)
    names = tuple(name for k, (number, name) in enumerate(named) if number == str(k) and name.isprintable())
    found = groups(
        _SAMPLED.sub(r"\1:\2", re.sub(r";[^\n\r]*", " ", whole))
    )  # what stands in inner parentheses as one word
    if len(found) < 2 or found[0] != ["privacy", "1"]:
        raise wrong
    if found[1][:1] != ["budget"] or len(found[1]) != 3:
        raise wrong
    epsilon, delta = map(value, found[1][1:])
    uses = tuple(use for use in map(_read_use, found[2:]) if use is not None)
    if len(uses) < len(found) - 2:
        raise wrong
    if not isinstance(epsilon, Fraction) or not isinstance(delta, Fraction):
        raise wrong
    plan = Plan(epsilon, delta, uses, names if len(names) == len(named) else ())
    _ranges(plan, file=file)
    return plan


def _read_use(group: list[str]) -> Use | None:
    """The use that a group of the statement is; None where it is none."""
    if group[:1] != ["use"] or len(group) not in (5, 6) or group[2] not in MECHANISMS:
        return None
    size, number = group[3:5] if group[2] == RESPONSE else group[4:2:-1]
    about = group[5] if len(group) == 6 else ""
    root = size.startswith("root:") and group[2] == GAUSSIAN
    sampled = value(about.removeprefix("sampled:")) if about.startswith("sampled:") else None
    parameter, part = value(number), about if about and sampled is None else None
    counts = [group[1], size.removeprefix("root:") if root else size, *([part] if part is not None else [])]
    if not all(re.fullmatch("[0-9]{1,9}", word) for word in counts):
        return None
    if not isinstance(parameter, Fraction) or isinstance(sampled, str):
        return None
    where = None if part is None else int(part)
    return Use(group[2], parameter, int(counts[1]), int(group[1]), where, sampled, root)


def parse_toml(data: bytes, *, file: str) -> Plan:
    """Read a plan in TOML: ``epsilon``, ``delta``, and a table ``[[use]]`` for each line.

    Raises:
        WrongInput: it is none, or a number is out of its range.
        Unsupported: it needs a theorem that is not there; the message says which.
    """
    try:
        content = tomllib.loads(data.decode(), parse_float=_Decimal)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as problem:
        raise WrongInput(f"not TOML: {problem}", file=file, expected="a plan such as in docs/privacy.md") from problem
    return parse_plan(content, file=file)


def parse_plan(given: Mapping[str, Any], *, file: str) -> Plan:
    """The plan that a mapping says, as TOML would; a float stands for the decimal that Python prints.

    Raises:
        WrongInput: it is none, or a number is out of its range.
        Unsupported: it needs a theorem that is not there; the message says which.
    """
    content = dict(given)
    tables = content.pop("use", None)
    if not isinstance(tables, list) or not tables or not all(isinstance(table, Mapping) for table in tables):
        raise WrongInput("no use of a mechanism", file=file, expected="a table [[use]] for each")
    epsilon = _number(content.pop("epsilon"), "epsilon", file, "") if "epsilon" in content else None
    delta = _number(content.pop("delta", 0), "delta", file, "")
    _no_more(content, file, "")
    numbers: dict[str, int] = {}
    uses = [_use(table, numbers, file, f"use {k}") for k, table in enumerate(tables, 1)]
    plan = Plan(epsilon, delta, tuple(uses), tuple(numbers))
    _ranges(plan, file=file)
    return plan


class _Decimal(str):
    """The text of a number, so that it is read exactly."""


def _use(table: Mapping[str, Any], numbers: dict[str, int], file: str, place: str) -> Use:
    left = dict(table)
    mechanism = left.pop("mechanism", None)
    if not isinstance(mechanism, str) or mechanism not in MECHANISMS:
        known = ", ".join(MECHANISMS)
        raise Unsupported(
            f"there is no theorem for the mechanism {mechanism!r}", file=file, place=place, expected=f"one of: {known}"
        )
    part = left.pop("part", None)
    if part is not None and not isinstance(part, str | int):
        raise WrongInput(f"the part {part!r}", file=file, place=place, expected="a name")
    sampled = None
    if "sampling_probability" in left:
        sampled = _number(left.pop("sampling_probability"), "sampling_probability", file, place)
        if part is not None:
            what = "there is no theorem for privacy amplification on one part of the data"
            raise Unsupported(f"sampling_probability: {what}", file=file, place=place, expected="no part")
    times = _whole(left.pop("times", 1), "times", file, place)
    size = "answers" if mechanism == RESPONSE else "sensitivity"
    stated = left.pop(size, 2 if mechanism == RESPONSE else 1)
    root = _ROOT.fullmatch(stated) if mechanism == GAUSSIAN and isinstance(stated, str) else None
    count = int(root[1]) if root else _whole(stated, size, file, place)
    if mechanism == LAPLACE and "epsilon" in left and "scale" not in left:
        epsilon = _number(left.pop("epsilon"), "epsilon", file, place)
        if epsilon <= 0 or count == 0:
            raise WrongInput(f"epsilon = {show(epsilon)}", file=file, place=place, expected="a number above 0")
        left["scale"] = str(count / epsilon)
    if mechanism == GAUSSIAN and "sigma" in left and "variance" not in left:
        left["variance"] = str(_number(left.pop("sigma"), "sigma", file, place) ** 2)
    name = MECHANISMS[mechanism]
    if name not in left:
        raise WrongInput(f"no {name}", file=file, place=place, expected=f"{name} = a number")
    parameter = _number(left.pop(name), name, file, place)
    _no_more(left, file, place)
    number = None if part is None else numbers.setdefault(str(part), len(numbers))
    return Use(mechanism, parameter, count, times, number, sampled, root is not None)


def _number(given: Any, name: str, file: str, place: str) -> Fraction:
    plain = isinstance(given, str | int | float | Fraction) and not isinstance(given, bool)
    number = value(str(given)) if plain else None
    if not isinstance(number, Fraction):
        raise WrongInput(
            f"{name} = {given!r}", file=file, place=place, expected='a number, or a fraction such as "3/4"'
        )
    return number


def _whole(given: Any, name: str, file: str, place: str) -> int:
    if not isinstance(given, int) or isinstance(given, bool) or not 0 <= given <= _LARGEST:
        raise WrongInput(f"{name} = {given!r}", file=file, place=place, expected=f"a whole number from 0 to {_LARGEST}")
    return given


def _no_more(left: Mapping[str, Any], file: str, place: str) -> None:
    for name in left:
        if name in _WITHOUT_THEOREM:
            raise Unsupported(f"{name}: there is no theorem for {_WITHOUT_THEOREM[name]}", file=file, place=place)
        expected = _OTHER_NAMES.get(name, "the names in docs/privacy.md")
        raise WrongInput(f"{name!r} is not known here", file=file, place=place, expected=expected)


def _ranges(plan: Plan, *, file: str) -> None:
    """Complain of numbers for which the checker has no meaning."""
    if plan.epsilon is not None and not 0 <= plan.epsilon <= _LARGEST:
        raise WrongInput(f"epsilon = {show(plan.epsilon)}", file=file, expected=f"a number from 0 to {_LARGEST}")
    if not 0 <= plan.delta <= 1:
        raise WrongInput(f"delta = {show(plan.delta)}", file=file, expected="a number from 0 to 1")
    for k, use in enumerate(plan.uses, 1):
        name, below_1 = MECHANISMS[use.mechanism], use.mechanism in (RESPONSE, GEOMETRIC)
        if not 0 < use.parameter < (1 if below_1 else _WIDEST) or (not below_1 and use.parameter < 1 / _WIDEST):
            expected = "a number between 0 and 1" if below_1 else "a number from 1e-18 to 1e18"
            raise WrongInput(f"{name} = {show(use.parameter)}", file=file, place=f"use {k}", expected=expected)
        if use.sampled is not None and not 0 <= use.sampled <= 1:
            said = f"sampling_probability = {show(use.sampled)}"
            raise WrongInput(said, file=file, place=f"use {k}", expected="a number from 0 to 1")
        if use.mechanism == RESPONSE and use.size < 2:
            raise WrongInput(f"answers = {use.size}", file=file, place=f"use {k}", expected="at least 2")

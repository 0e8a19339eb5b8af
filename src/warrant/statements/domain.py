"""Where inputs may lie: ranges, whole numbers, values from a list, one-hot groups, in the user's names."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, prod
from typing import TYPE_CHECKING

from warrant.errors import WrongInput
from warrant.statements.text import MOST, Number, any_of, array, less, named, number, show

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["Domain", "Feature"]


@dataclass(frozen=True)
class Feature:
    """One input: a range, or a list of values.

    Attributes:
        name: what people call it.
        low, high: the ends of its range, both within.
        values: the values it may have; empty for all of the range.
    """

    name: str
    low: Fraction
    high: Fraction
    values: tuple[Fraction, ...] = ()

    @staticmethod
    def real(name: str, low: Number, high: Number) -> Feature:
        """Any number from low to high.

        Raises:
            WrongInput: an end has no meaning, or low is above high.
        """
        a, b = number(low, f"{name}, low"), number(high, f"{name}, high")
        if a > b:
            raise WrongInput(f"from {low} to {high}", place=name, expected="the lower end first")
        return Feature(name, a, b)

    @staticmethod
    def integer(name: str, low: int, high: int) -> Feature:
        """Any whole number from low to high.

        Raises:
            WrongInput: there is none, or there are too many for a property.
        """
        whole = Feature.real(name, low, high)
        count = floor(whole.high) - ceil(whole.low) + 1
        if not 1 <= count <= MOST:
            raise WrongInput(f"{count} whole numbers", place=name, expected=f"1 to {MOST}")
        return Feature.one_of(name, [ceil(whole.low) + k for k in range(count)])

    @staticmethod
    def one_of(name: str, values: Sequence[Number]) -> Feature:
        """One of some values, such as the codes of categories.

        Raises:
            WrongInput: a value has no meaning, or there is none.
        """
        exact = tuple(sorted({number(value, f"{name}, values") for value in values}))
        if not exact:
            raise WrongInput("no values", place=name, expected="at least one")
        return Feature(name, exact[0], exact[-1], exact)

    @property
    def alternatives(self) -> int:
        """How many boxes it takes to say this."""
        return len(self.values) or 1

    def asserts(self, variable: str) -> list[str]:
        """That a variable is such a feature."""
        lines = [less(show(self.low), variable), less(variable, show(self.high))]
        if len(self.values) > 1:
            lines.append(any_of(f"(= {variable} {show(value)})" for value in self.values))
        return lines


@dataclass(frozen=True)
class Domain:
    """A set of inputs: every feature is what it says, and of each one-hot group exactly one feature is 1, the others 0.

    Attributes:
        features: one for each input, in the order of the model's input, row by row.
        one_hot: groups of names.
    """

    features: tuple[Feature, ...]
    one_hot: tuple[tuple[str, ...], ...] = ()

    def __post_init__(self) -> None:
        names = [feature.name for feature in self.features]
        named(names, len(names))
        if len(set(names)) != len(names):
            raise WrongInput("two features have the same name", place="domain")
        members = [name for group in self.one_hot for name in group]
        for name in members:
            if name not in names or members.count(name) > 1:
                problem = "is no feature" if name not in names else "is in two one-hot groups"
                raise WrongInput(f"{name!r} {problem}", place="domain")
        if self.alternatives > MOST:
            raise WrongInput(
                f"{self.alternatives} alternatives of whole numbers, values and one-hot groups",
                place="domain",
                expected=f"at most {MOST}",
                hint="state the claim for parts of the domain",
            )

    @staticmethod
    def box(low: ArrayLike, high: ArrayLike, *, names: Sequence[str] | None = None) -> Domain:
        """All inputs between two arrays (inputs,), entry by entry; their binary numbers are meant exactly.

        Raises:
            WrongInput: they are no arrays of finite numbers of one length, or low is above high somewhere.
        """
        a, b = array(low, "low"), array(high, "high")
        if len(a) != len(b):
            raise WrongInput(f"{len(a)} lower and {len(b)} upper ends", place="domain")
        called = named(names, len(a))
        for name, l, h in zip(called, a, b, strict=True):
            if l > h:
                raise WrongInput(f"from {float(l)!r} to {float(h)!r}", place=name, expected="the lower end first")
        return Domain(tuple(Feature(name, l, h) for name, l, h in zip(called, a, b, strict=True)))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the features."""
        return tuple(feature.name for feature in self.features)

    def ranges(self) -> tuple[tuple[Fraction, ...], tuple[Fraction, ...]]:
        """The lower and the upper ends of all features.

        Raises:
            WrongInput: there are values from a list, or one-hot groups.
        """
        if self.one_hot or any(len(feature.values) > 1 for feature in self.features):
            raise WrongInput("values from a list, or one-hot groups", place="domain", expected="ranges only")
        return tuple(f.low for f in self.features), tuple(f.high for f in self.features)

    @property
    def alternatives(self) -> int:
        """How many boxes it takes to say this."""
        grouped = {name for group in self.one_hot for name in group}
        single = [f.alternatives for f in self.features if f.name not in grouped]
        return prod(single) * prod(len(group) for group in self.one_hot)

    def asserts(
        self, variable: Callable[[int], str] = "X_{}".format, *, only: Collection[int] | None = None
    ) -> list[str]:
        """That the inputs, X_0, X_1, … or as ``variable`` calls them, are in the domain.

        only: says what concerns some inputs, by number, and nothing of the others.
        """
        called = {name: variable(k) for k, name in enumerate(self.names)}
        meant = {f.name for k, f in enumerate(self.features) if only is None or k in only}
        lines = [line for f in self.features if f.name in meant for line in f.asserts(called[f.name])]
        for group in self.one_hot:
            if not meant.isdisjoint(group):
                lines.append(any_of(_hot(called, group, name) for name in group))
        return lines

    def narrowed(self, ends: Mapping[int, tuple[Fraction, Fraction]]) -> Domain:
        """The part in which some inputs, by number, also lie between two ends.

        Raises:
            WrongInput: nothing is left of a feature.
        """
        return Domain(tuple(_narrow(f, ends.get(k)) for k, f in enumerate(self.features)), self.one_hot)


def _narrow(feature: Feature, ends: tuple[Fraction, Fraction] | None) -> Feature:
    if ends is None:
        return feature
    low, high = max(feature.low, ends[0]), min(feature.high, ends[1])
    values = tuple(v for v in feature.values if low <= v <= high)
    if low > high or (feature.values and not values):
        raise WrongInput("no value is left", place=feature.name, expected="a point of the domain")
    return Feature(feature.name, low, high, values)


def _hot(called: Mapping[str, str], group: Iterable[str], name: str) -> str:
    return "(and " + " ".join(f"(= {called[other]} {int(other == name)})" for other in group) + ")"

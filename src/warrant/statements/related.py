"""Statements about two runs: of one model on two inputs, or of two models on one input."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from warrant.claims import Compares, Relates, Slopes, read_model
from warrant.claims._comments import MUST_NOT
from warrant.errors import WrongInput
from warrant.statements.domain import Domain
from warrant.statements.slope import slopes_claim
from warrant.statements.text import Number, any_of, less, number, show

__all__ = ["Equivalent", "Fair", "Monotone", "Stable"]

Ends = tuple[Fraction, Fraction]


@dataclass(frozen=True)
class Monotone:
    """Raising some features, and no others, never moves an output the wrong way by more than a tolerance.

    For all x, x′ in the domain with x′[i] ≥ x[i] for these features and x′[i] = x[i] for all others:
    f(x′)[output] ≥ f(x)[output] − tolerance (``increasing``), or ≤ f(x)[output] + tolerance (``decreasing``).
    With the tolerance 0 this is, of a network, a claim about slopes (docs/slopes.md), which is proved where they are
    above 0; of an ensemble of trees, a claim about two runs like the others.

    Attributes:
        features: a name, or several.
        direction: what the output does.
        domain: where both inputs lie.
        tolerance: at least 0.
        output: which output, counted from 0, row by row.
    """

    features: str | Sequence[str]
    direction: Literal["increasing", "decreasing"]
    domain: Domain
    tolerance: Number
    output: int = 0

    def sentence(self) -> str:
        """The statement in plain words."""
        verb = "lowers" if self.direction == "increasing" else "raises"
        more = f" by more than {self.tolerance}" if self.tolerance else ""
        return (
            f"On the whole domain, raising {_listed(self.features)} and nothing else never {verb} output "
            f"{self.output}{more}."
        )

    def claim(self, model: bytes, *, name: str = "model.onnx") -> Relates | Slopes:
        """The claim, with the property: two such inputs whose outputs are the wrong way round.

        Raises:
            WrongInput: there is no such feature or output, or the tolerance has no meaning.
        """
        if self.direction not in ("increasing", "decreasing"):
            raise WrongInput(f"{self.direction!r}", place="direction", expected="increasing or decreasing")
        exactly = number(self.tolerance, "tolerance") == 0
        if exactly and not _is_ensemble(model, name):
            never = Fraction(0)
            return slopes_claim(
                model,
                name,
                self.sentence(),
                self.domain,
                outputs=self.output,
                limits=(never, None) if self.direction == "increasing" else (None, never),
                raised=self.features,
            )
        moved = {k: (Fraction(0), _width(self.domain, k)) for k in _places(self.domain, self.features)}
        slack, y = "0.0" if exactly else _tolerance(self.tolerance), self.output
        failure = (
            f"(< Y2[{y}] (- Y[{y}] {slack}))" if self.direction == "increasing" else f"(> Y2[{y}] (+ Y[{y}] {slack}))"
        )
        return _two_runs(model, name, self.sentence(), self.domain, moved, self.output, failure)


@dataclass(frozen=True)
class Fair:
    """Two inputs that differ in protected features only have nearly the same output (individual fairness).

    For all x, x′ in the domain with x′[i] = x[i] for all features that are not protected:
    ``|f(x′)[output] − f(x)[output]|`` ≤ tolerance.

    Attributes:
        protected: a name, or several, such as all members of a one-hot group.
        domain: where both inputs lie.
        tolerance: above 0.
        output: which output, counted from 0, row by row.
    Source: Dwork et al., "Fairness through awareness" (2012).
    """

    protected: str | Sequence[str]
    domain: Domain
    tolerance: Number
    output: int = 0

    def sentence(self) -> str:
        """The statement in plain words."""
        return (
            f"On the whole domain, two inputs that differ in {_listed(self.protected)} only differ in output "
            f"{self.output} by at most {self.tolerance}."
        )

    def claim(self, model: bytes, *, name: str = "model.onnx") -> Relates:
        """The claim, with the property: two such inputs whose outputs are further apart.

        Raises:
            WrongInput: there is no such feature or output, or the tolerance has no meaning.
        """
        moved = {k: (-_width(self.domain, k), _width(self.domain, k)) for k in _places(self.domain, self.protected)}
        failure = _apart(self.output, _tolerance(self.tolerance))
        return _two_runs(model, name, self.sentence(), self.domain, moved, self.output, failure)


@dataclass(frozen=True)
class Stable:
    """Inputs that are near each other, anywhere in the domain, have outputs that are near each other.

    For all x, x′ in the domain with ``|x′[i] − x[i]|`` ≤ distance for every feature:
    ``|f(x′)[output] − f(x)[output]|`` ≤ tolerance.  (One value of the output's modulus of continuity in the ℓ∞ norm.)

    Attributes:
        distance: a number, or one for each feature; 0 where a feature is the same in both.
        domain: where both inputs lie.
        tolerance: above 0.
        output: which output, counted from 0, row by row.
    """

    distance: Number | Sequence[Number]
    domain: Domain
    tolerance: Number
    output: int = 0

    def sentence(self) -> str:
        """The statement in plain words."""
        near = "a distance of its own" if self._several() else self.distance
        return (
            f"On the whole domain, two inputs whose features differ by at most {near} each differ in output "
            f"{self.output} by at most {self.tolerance}."
        )

    def claim(self, model: bytes, *, name: str = "model.onnx") -> Relates:
        """The claim, with the property: two such inputs whose outputs are further apart.

        Raises:
            WrongInput: there is no such output, or a number has no meaning.
        """
        count = len(self.domain.features)
        far = [number(d, "distance") for d in self._several() or ()]
        if isinstance(self.distance, int | float | str | Decimal | Fraction):
            far = [number(self.distance, "distance")] * count
        if len(far) != count:
            raise WrongInput(f"{len(far)} distances for {count} features", place="distance")
        if any(d < 0 for d in far):
            raise WrongInput("a distance below 0", place="distance")
        moved = {k: (-min(d, _width(self.domain, k)), min(d, _width(self.domain, k))) for k, d in enumerate(far) if d}
        failure = _apart(self.output, _tolerance(self.tolerance))
        return _two_runs(model, name, self.sentence(), self.domain, moved, self.output, failure)

    def _several(self) -> Sequence[Number] | None:
        """The distances, where there is one for each feature."""
        return None if isinstance(self.distance, int | float | str | Decimal | Fraction) else list(self.distance)


@dataclass(frozen=True)
class Equivalent:
    """Two models, f and g, agree on a domain.

    For every x in the domain and every output k: ``|f(x)[k] − g(x)[k]|`` ≤ tolerance; or, with a ``margin`` instead:
    where f's greatest score exceeds all other scores by at least the margin, it is also greater than all others of g.

    Attributes:
        other: g: a model as :func:`warrant.prove` takes them; :meth:`claim` wants an ONNX file or its bytes.
        domain: where the inputs lie.
        tolerance: above 0.
        margin: at least 0.
    """

    other: Any = field(repr=False)
    domain: Domain
    tolerance: Number | None = None
    margin: Number | None = None

    def sentence(self) -> str:
        """The statement in plain words."""
        if self.margin is not None:
            return f"On the whole domain, both models decide alike wherever the first decides by {self.margin} or more."
        return f"On the whole domain, the outputs of both models differ by at most {self.tolerance}."

    def claim(self, model: bytes, *, name: str = "model.onnx") -> Compares:
        """The claim, with the property: an input on which the models do not agree.

        Raises:
            WrongInput: the models have other inputs or outputs than each other or the domain, or neither or both of
                tolerance and margin are given.
        """
        if (self.tolerance is None) == (self.margin is None):
            raise WrongInput("tolerance and margin", place="Equivalent", expected="one of the two")
        data, other = read_model(self.other)
        outputs = _outputs(model, name, self.domain)
        if _outputs(data, other, self.domain) != outputs:
            raise WrongInput("the models have different numbers of outputs", place="Equivalent")
        if self.tolerance is not None:
            slack = _tolerance(self.tolerance)
            failure = any_of(_apart(k, slack) for k in range(outputs))
        else:
            failure = self._other_decision(outputs)
        text = _text(self.sentence(), self.domain, {}, outputs, failure, "")
        return Compares.between(model, data, text).named(name, other)

    def _other_decision(self, outputs: int) -> str:
        margin = number(self.margin if self.margin is not None else 0, "margin")
        if margin < 0 or outputs < 2:
            raise WrongInput(
                "a margin below 0, or one score", place="margin", expected="scores, and a margin of 0 or more"
            )
        cases = []
        for i in range(outputs):
            others = [k for k in range(outputs) if k != i]
            decided = " ".join(f"(>= (- Y[{i}] Y[{k}]) {show(margin)})" for k in others)
            cases += [f"(and {decided} (>= Y2[{j}] Y2[{i}]))" for j in others]
        return any_of(cases)


def _listed(names: str | Sequence[str]) -> str:
    return names if isinstance(names, str) else ", ".join(names)


def _places(domain: Domain, names: str | Sequence[str]) -> list[int]:
    wanted = [names] if isinstance(names, str) else list(names)
    for name in wanted:
        if name not in domain.names:
            raise WrongInput(f"{name!r} is no feature of the domain", expected=", ".join(domain.names[:8]))
    if not wanted:
        raise WrongInput("no features", expected="at least one name")
    return [domain.names.index(name) for name in wanted]


def _width(domain: Domain, k: int) -> Fraction:
    return domain.features[k].high - domain.features[k].low


def _tolerance(value: Number) -> str:
    exact = number(value, "tolerance")
    if exact <= 0:
        raise WrongInput(f"{value}", place="tolerance", expected="a number above 0")
    return show(exact)


def _apart(k: int, slack: str) -> str:
    return any_of([f"(> (- Y2[{k}] Y[{k}]) {slack})", f"(> (- Y[{k}] Y2[{k}]) {slack})"])


def _is_ensemble(model: bytes, name: str) -> bool:
    from warrant import models

    read = models.read(model, name=name)
    return isinstance(read.scores if isinstance(read, models.Linked) else read, models.Forest)


def _outputs(model: bytes, name: str, domain: Domain) -> int:
    from warrant import models

    lowered = models.read(model, name=name)
    if len(domain.features) != lowered.inputs:
        found = f"{len(domain.features)} features, the model has {lowered.inputs} inputs"
        raise WrongInput(found, place="domain", file=name)
    return lowered.outputs


def _two_runs(
    model: bytes, name: str, words: str, domain: Domain, moved: Mapping[int, Ends], output: int, failure: str
) -> Relates:
    outputs = _outputs(model, name, domain)
    if not 0 <= output < outputs:
        raise WrongInput(f"output {output}", expected=f"0 to {outputs - 1}")
    text = _text(words, domain, moved, outputs, failure, "(equal-to f) ")
    return Relates.stated(model, text.encode(), name, "property.vnnlib")


def _text(words: str, domain: Domain, moved: Mapping[int, Ends], outputs: int, failure: str, same: str) -> str:
    """The property: both inputs lie in the domain, and x′ − x in the ends of what is moved, 0 elsewhere."""
    n = len(domain.features)
    asserts: Iterable[str] = [
        *_inputs(domain, moved),
        *(line for k in range(n) for line in _difference(k, moved.get(k))),
        failure,
    ]
    lines = [f"; {line}" for line in (words, MUST_NOT)]
    lines += [f"; X_{k}: {called}" for k, called in enumerate(domain.names)]
    lines += [f"; X_{n + k}: {called} (second)" for k, called in enumerate(domain.names)]
    lines += [
        "(vnnlib-version <2.0>)",
        f"(declare-network f (declare-input X Real [{n}]) (declare-output Y Real [{outputs}]))",
        f"(declare-network g {same}(declare-input X2 Real [{n}]) (declare-output Y2 Real [{outputs}]))",
    ]
    return "\n".join([*lines, *(f"(assert {part})" for part in asserts)]) + "\n"


def _inputs(domain: Domain, moved: Mapping[int, Ends]) -> Iterable[str]:
    """That both inputs are in the domain.

    Where values are listed, or groups one-hot, the alternatives are of pairs (x, x′ − x), so that each is a box.
    """
    place = {name: k for k, name in enumerate(domain.names)}
    groups = [g for g in domain.one_hot if any(place[name] in moved for name in g)]
    listed = [k for k in moved if len(domain.features[k].values) > 1]
    ranges = {k for k in moved if k not in listed} - {place[name] for group in groups for name in group}
    plain = Domain(domain.features, tuple(g for g in domain.one_hot if g not in groups))
    yield from plain.asserts("X[{}]".format, only=[k for k in place.values() if k not in listed])
    yield from Domain(domain.features).asserts("X2[{}]".format, only=ranges)
    for k in listed:
        values = domain.features[k].values
        yield any_of(_pair([k], [v], [w]) for v in values for w in values if moved[k][0] <= w - v <= moved[k][1])
    for group in groups:
        members = [place[name] for name in group]
        still = (Fraction(0), Fraction(0))
        pairs = []
        for hot in members:
            for other in members:
                first, second = ([Fraction(int(k == one)) for k in members] for one in (hot, other))
                ends = [moved.get(k, still) for k in members]
                if all(low <= b - a <= high for (low, high), a, b in zip(ends, first, second, strict=True)):
                    pairs.append(_pair(members, first, second))
        yield any_of(pairs)


def _pair(places: Sequence[int], first: Sequence[Fraction], second: Sequence[Fraction]) -> str:
    """That some features have these values in x, and those in x′."""
    parts = []
    for k, a, b in zip(places, first, second, strict=True):
        parts += [f"(= X[{k}] {show(a)})", f"(= (- X2[{k}] X[{k}]) {show(b - a)})"]
    return f"(and {' '.join(parts)})"


def _difference(k: int, ends: Ends | None) -> list[str]:
    if ends is None:
        return [f"(= X2[{k}] X[{k}])"]
    difference = f"(- X2[{k}] X[{k}])"
    return [less(show(ends[0]), difference), less(difference, show(ends[1]))]

"""Robust: what a model says of one input, it says of all inputs nearby."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from math import comb
from typing import TYPE_CHECKING

from warrant.certified import NORMS, SCORES, THRESHOLD, TOLERANCE, Norm, write_statement
from warrant.certified import Statement as CertifiedStatement
from warrant.claims import OnTestSet, Safe
from warrant.errors import WrongInput
from warrant.statements.domain import Domain, Feature
from warrant.statements.text import MOST, Number, any_of, array, failing, less, named, number, rounded, show

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike

__all__ = ["Robust"]

_HALF = Fraction(1, 2)
"""Labels are whole numbers: what is less than this away from one is the same one."""


@dataclass(frozen=True)
class Robust:
    """Near x, the model f, over the real numbers, says what it says at x.

    Near: every x′ with ``|x′[i] − x[i]|`` ≤ radius (one for each feature, where several are given) that is in
    ``within``; with the norm ``l1`` or ``l2`` every x′ with ``Σ |x′[i] − x[i]|`` ≤ radius, or
    √Σ (x′[i] − x[i])² ≤ radius.

    What it says, where f has

    - several outputs: they are scores, and for each x′ the label's score is greater than all others (``top`` = 1), or
      fewer than ``top`` of the others are as great; equal scores count as a failure;
    - one output, which is a label (and no tolerance or threshold is given): it is the label;
    - one output and ``tolerance`` δ: ``|f(x′) − f(x)|`` ≤ δ, with f(x) as computed in binary64;
    - one output and ``threshold`` t: f(x′) > t if f(x) > t, else f(x′) ≤ t.

    Attributes:
        x: (inputs,) numbers; their binary values are meant exactly.
        radius: a number, or (inputs,) numbers.  A float stands for the decimal that Python prints for it.
        label: the number of the score, or the label, that is claimed, or with a threshold 1 for above it and 0 for
            not above; None for what the model says at x.
        top, tolerance, threshold: as above.
        within: a domain that x′ is also in; None for all numbers.  With the norms ``l1`` and ``l2``, ranges only.
        names: of the features, where ``within`` does not say them.
        norm: ``linf``, ``l1`` or ``l2``.
    """

    x: ArrayLike = field(repr=False)
    radius: Number | Sequence[Number]
    label: int | None = None
    top: int = 1
    tolerance: Number | None = None
    threshold: Number | None = None
    within: Domain | None = None
    names: Sequence[str] | None = None
    norm: Norm = "linf"

    def sentence(self) -> str:
        """The statement in plain words."""
        radii = self._radii()
        near = f"at most {rounded(radii[0])}" if len(set(radii)) == 1 else "at most a radius of its own"
        if self.tolerance is not None:
            kept = f"the output moves by at most {self.tolerance}"
        elif self.threshold is not None:
            side = "stays on its side of" if self.label is None else "is above" if self.label else "is not above"
            kept = f"the output {side} {self.threshold}"
        else:
            kept = "the label stays the same" if self.label is None else f"the label is {self.label}"
            if self.top > 1:
                label = "the label" if self.label is None else f"label {self.label}"
                kept = f"{label} is among the first {self.top}"
        if self.norm != "linf":
            return f"If the input moves by at most {rounded(radii[0])} in the {self.norm} norm, {kept}."
        return f"If each feature of the input changes by {near}, {kept}."

    def _about_label(self) -> bool:
        """Whether a label is meant, where the model's one output is one."""
        return self.tolerance is None and self.threshold is None

    def _radii(self) -> tuple[Fraction, ...]:
        count = len(array(self.x, "x"))
        many = hasattr(self.radius, "__len__") and not isinstance(self.radius, str)
        given: list[Number] = list(self.radius) if many else [self.radius]  # type: ignore[arg-type, list-item]
        radii = tuple(number(r, "radius") for r in given)
        if any(r < 0 for r in radii):
            raise WrongInput("a radius below 0", place="radius")
        if many and len(radii) != count:
            raise WrongInput(f"{len(radii)} radii for {count} features", place="radius")
        return radii if many else radii * count

    def region(self) -> Domain:
        """The inputs nearby.

        Raises:
            WrongInput: x or the radius has no meaning, or x is not in ``within``.
        """
        x, radii = array(self.x, "x"), self._radii()
        ends = {k: (v - r, v + r) for k, (v, r) in enumerate(zip(x, radii, strict=True))}
        if self.within is None:
            names = named(self.names, len(x))
            return Domain(tuple(Feature(name, *ends[k]) for k, name in enumerate(names)))
        if len(self.within.features) != len(x):
            raise WrongInput(f"{len(x)} numbers for {len(self.within.features)} features", place="x")
        return self.within.narrowed(ends)

    def claim(self, model: bytes, *, name: str = "model.onnx") -> Safe | OnTestSet:
        """The claim, with the property: an input nearby of which the model says something else.

        With the norm ``l1`` or ``l2``, the claim of certified accuracy about this one input.

        Raises:
            WrongInput: x, the radius or what is claimed does not fit the model.
        """
        import numpy as np

        from warrant import models

        read = models.read(model, name=name)
        region = self.region()
        if len(region.features) != read.inputs:
            raise WrongInput(f"{len(region.features)} numbers, the model has {read.inputs} inputs", place="x")
        (y,) = read.evaluate(np.array([[float(v) for v in array(self.x, "x")]]))
        if self.norm != "linf":
            return self._in_ball(model, name, y, labelled=read.label)
        if read.outputs > 1:
            failure = self._other_label(y, region)
        elif read.label and self._about_label():
            label = int(y[0]) if self.label is None else self.label
            failure = any_of([less("Y_0", show(label - _HALF)), less(show(label + _HALF), "Y_0")])
        elif self.tolerance is not None:
            delta, center = number(self.tolerance, "tolerance"), Fraction(float(y[0]))
            low, high = less("Y_0", show(center - delta), strict=True), less(show(center + delta), "Y_0", strict=True)
            failure = any_of([low, high])
        elif self.threshold is not None:
            t = number(self.threshold, "threshold")
            if self.label not in (None, 0, 1):
                raise WrongInput(f"label {self.label}", expected="1 (above the threshold) or 0 (not above)")
            above = Fraction(float(y[0])) > t if self.label is None else self.label == 1
            failure = less("Y_0", show(t)) if above else less(show(t), "Y_0", strict=True)
        else:
            raise WrongInput(
                "the model has one output, which is no label",
                place="Robust",
                expected="a tolerance (how far it may move) or a threshold (which side it stays on)",
            )
        return failing(model, name, self.sentence(), region.names, read.outputs, region.asserts(), failure)

    def _in_ball(self, model: bytes, name: str, y: np.ndarray, *, labelled: bool) -> OnTestSet:
        """The claim about one input, whose label is the one that is claimed, or what the model says there."""
        import numpy as np

        from warrant.certified.data import as_file

        if self.norm not in NORMS:
            raise WrongInput(f"{self.norm!r}", place="norm", expected=", ".join(NORMS))
        if not isinstance(self.radius, int | float | str | Decimal | Fraction):
            raise WrongInput("several radii", place="radius", expected=f"one, with the norm {self.norm}")
        label: float | None = self.label
        if label is None and self.threshold is not None:
            label = int(Fraction(float(y[0])) > number(self.threshold, "threshold"))
        elif label is None:
            label = int(y.argmax()) if len(y) > 1 else float(y[0])
        x = np.array([[float(v) for v in array(self.x, "x")]])
        return on_test_set(
            model,
            name,
            (as_file(x, "x")[0], "x"),
            (as_file(np.array([label], dtype=np.float64), "label")[0], "label"),
            self.statement(1, labelled=labelled),
            self.within.names if self.within is not None else named(self.names, x.shape[1]),
        )

    def statement(self, least: int, *, labelled: bool) -> CertifiedStatement:
        """The statement that at least so many inputs of a test set are so.

        labelled: whether the model's one output is a label, which then is the claimed one.

        Raises:
            WrongInput: the radius has no meaning, or ``within`` has more than ranges.
        """
        radii = self._radii()
        low, high = self.within.ranges() if self.within is not None else ((), ())
        if labelled and self._about_label():
            decision, value = TOLERANCE, _HALF
        elif self.tolerance is not None:
            decision, value = TOLERANCE, number(self.tolerance, "tolerance")
        elif self.threshold is not None:
            decision, value = THRESHOLD, number(self.threshold, "threshold")
        else:
            decision, value = SCORES, Fraction(self.top)
        return CertifiedStatement(least, self.norm, _one(radii), _one(low), _one(high), decision, value)

    def _other_label(self, y: np.ndarray, region: Domain) -> str:
        label = int(y.argmax()) if self.label is None else self.label
        if not 0 <= label < len(y):
            raise WrongInput(f"label {label}", expected=f"0 to {len(y) - 1}")
        if not 1 <= self.top < len(y):
            raise WrongInput(f"top {self.top}", expected=f"1 to {len(y) - 1}")
        others = [k for k in range(len(y)) if k != label]
        if comb(len(others), self.top) * region.alternatives > MOST:
            raise WrongInput(
                f"{comb(len(others), self.top)} sets of {self.top} labels", expected=f"at most {MOST} alternatives"
            )
        sets = []
        for chosen in combinations(others, self.top):
            parts = [less(f"Y_{label}", f"Y_{k}") for k in chosen]
            sets.append(parts[0] if len(parts) == 1 else f"(and {' '.join(parts)})")
        return any_of(sets)


def on_test_set(
    model: bytes,
    name: str,
    inputs: tuple[bytes, str],
    labels: tuple[bytes, str],
    statement: CertifiedStatement,
    features: Sequence[str],
) -> OnTestSet:
    """The claim about a test set; inputs and labels: the bytes of their files and their names."""
    return OnTestSet(
        model, write_statement(statement), inputs[0], labels[0], name, inputs[1], labels[1], features=tuple(features)
    )


def _one(values: tuple[Fraction, ...]) -> tuple[Fraction, ...]:
    """One number for all, where all are the same."""
    return values[:1] if len(set(values)) == 1 else values

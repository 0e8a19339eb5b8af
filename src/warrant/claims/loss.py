"""Claims about a loss: it is convex, smooth, Lipschitz, at least 0; of a margin, that it is calibrated, and so on."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from warrant._bounds import Bounds
from warrant._files import stem
from warrant.claims._interface import Counterexample, Found, Report, Summary, Theorem
from warrant.claims._of_files import OfFiles, Part
from warrant.errors import WrongInput

if TYPE_CHECKING:
    from warrant.gradients import Signature
    from warrant.losses import Layout
    from warrant.statements import LossProperty

__all__ = ["Loss", "layout_of"]

_MOST_SHOWN = 12


@dataclass(frozen=True)
class Loss(OfFiles):
    """The claim that a loss, an ONNX graph whose output is one number, has a property (docs/losses.md).

    Attributes:
        loss_bytes: the ONNX graph.
        property_bytes: the text that says the property.
        loss_name: what the user calls the graph, for messages.
    """

    family: ClassVar[str] = "loss"
    parts: ClassVar[tuple[Part, ...]] = (
        Part("loss.onnx", "loss_file", "loss"),
        Part("property.txt", "property_file", "property"),
    )

    loss_bytes: bytes = field(repr=False)
    property_bytes: bytes = field(repr=False)
    loss_name: str = "loss.onnx"

    @property
    def stem(self) -> str:
        """The name of the loss's file, without ``.onnx``, and the property."""
        _, claimed = self._content
        return f"{stem(self.loss_name, '.onnx', 'loss')}-{type(claimed).__name__.lower()}"

    def validate(self) -> None:
        """Read the files, and see whether they fit together.

        Raises:
            WrongInput: they do not.
        """
        _ = self._content

    def theorem(self, certificate: bytes) -> Theorem | None:
        """``LossHolds`` or ``LossFails`` of the files; None where there is no certificate."""
        from warrant.losses import COVER, POINTS, PROOF

        if not certificate.startswith((PROOF, COVER, POINTS)):
            return None
        try:
            _, claimed = self._content
        except WrongInput:
            return None
        proved = not certificate.startswith(POINTS)
        return Theorem(
            statement=f"{'LossHolds' if proved else 'LossFails'} loss_file property_file",
            soundness="loss_sound" if proved else "loss_refuted_sound",
            verdict="PROVED" if proved else "REFUTED",
            words=_words(claimed, proved),
            module="Losses",
            meaning="Losses.v",
        )

    def counterexample(self, certificate: bytes) -> Counterexample:
        """The points in a certificate, with the loss there (in binary64)."""
        import numpy as np

        from warrant.losses import at_points, list_loss, read_points, two_points
        from warrant.statements import MinimisedExactlyAt, StrictlyProper

        _, claimed = self._content
        layout = self._layout
        numbers = read_points(certificate)
        n = layout.selected
        if isinstance(claimed, StrictlyProper):
            called = tuple(f"{mark}: {name}" for mark in ("probabilities", "forecast") for name in layout.names[:n])
        elif not two_points(claimed):
            called = layout.names
        else:
            marked = [f"{mark}: {name}" for mark in ("x", "y") for name in layout.names[:n]]
            called = (*marked, *layout.names[n:])
        remark = ""
        found = list_loss([a.data for a in self.artefacts])
        if not isinstance(found, str) and len(numbers) == len(called):
            values = [float(v[0]) for v in at_points(found.program, claimed, layout, numbers[None])]
            if isinstance(claimed, StrictlyProper):
                remark = f"the expected loss is about {values[1]:.9g}; that of the probabilities is {values[0]:.9g}"
            elif not two_points(claimed):
                remark = f"the loss is about {values[0]:.9g}"
                if isinstance(claimed, MinimisedExactlyAt):
                    remark += f", and {values[1]:.9g} at {claimed.adjective.rpartition(' at ')[2]}"
                if claimed.word == "calibrated":
                    at_zero = float(at_points(found.program, claimed, layout, np.zeros((1, n)))[0][0])
                    remark += f", and {at_zero:.9g} at 0; no positive margin has a smaller loss than the first"
            else:
                remark = f"the loss is about {values[0]:.9g} at x, {values[1]:.9g} at y"
                if claimed.word == "convex" or claimed.word.startswith("(smooth"):
                    remark += f", and {values[2]:.9g} in the middle between them"
        return Counterexample(tuple(map(float, numbers)), None, called, remark)

    def find(self, *, timeout: float | None, jobs: int, report: Report | None) -> Found:
        """A point of the domain where the property follows, points that refute it, or what does not follow."""
        from warrant.losses import search

        _, claimed = self._content
        certificate, reason = search([a.data for a in self.artefacts], claimed, self._layout, timeout=timeout)
        return Found(certificate, reason)

    def summary(self) -> Summary:
        """The inputs, and the text of the property.

        Raises:
            WrongInput: the files cannot be read.
        """
        loss, claimed = self._content
        shown = ", ".join(f"{n}{list(s)}" for n, s in loss.inputs.items())
        lines = self.property_bytes.decode().splitlines()
        more = [f"… and {len(lines) - _MOST_SHOWN} more lines"] if len(lines) > _MOST_SHOWN else []
        premises = "A point of the loss's domain is part of the claim."
        if claimed.word.startswith("(rounding"):
            premises += (
                "  It assumes of the machine that arithmetic is that of IEEE 754, rounded to nearest, and that each "
                "exponential and logarithm is within the stated number of units in the last place."
            )
        return Summary(f"The loss is a function of {shown}.", (*lines[:_MOST_SHOWN], *more), False, premises)

    @cached_property
    def _content(self) -> tuple[Signature, LossProperty]:
        from warrant.gradients import signature
        from warrant.statements import read_property

        loss = signature(self.loss_bytes, file=self.loss_name)
        if len(loss.outputs) != 1:
            raise WrongInput(f"{len(loss.outputs)} outputs", file=self.loss_name, expected="one: the loss, one number")
        claimed = read_property(self.property_bytes, file="property.txt")
        claimed.text(list(loss.inputs))
        _fit(claimed, loss.inputs)
        return loss, claimed

    @cached_property
    def _layout(self) -> Layout:
        loss, claimed = self._content
        by = list(claimed.by or ())
        order = [*by, *(name for name in loss.inputs if name not in by)]
        return layout_of(order, len(by), loss.inputs, claimed.bounds)


def layout_of(order: Sequence[str], selected: int, shapes: Mapping[str, Sequence[int]], bounds: Bounds) -> Layout:
    """The entries of the inputs in this order, of which so many inputs are selected, within these bounds."""
    import numpy as np

    from warrant.losses import Layout

    entries = [(name, entry) for name in order for entry in _entries(name, shapes)]
    sides = ((0, -np.inf), (1, np.inf))
    least, greatest = (
        np.array([_number(bounds.get(name, (None, None))[side], none) for name, _ in entries]) for side, none in sides
    )
    count = sum(name in order[:selected] for name, _ in entries)
    return Layout(count, tuple(entry for _, entry in entries), least, greatest)


def _fit(claimed: LossProperty, shapes: Mapping[str, Sequence[int]]) -> None:
    """See whether the named inputs have as many entries as the property needs.

    Raises:
        WrongInput: they have not.
    """
    from warrant.statements import ClassificationCalibrated, MinimisedExactlyAt, StrictlyProper, UpperBounds

    by = list(claimed.by or ())
    count = sum(len(_entries(name, shapes)) for name in by)
    wanted: int | None = None
    match claimed:
        case UpperBounds() | ClassificationCalibrated():
            wanted, what = 1, "the margin"
        case MinimisedExactlyAt(at=at) if at in shapes:
            wanted, what = len(_entries(str(at), shapes)), f"as many as of {at}"
        case StrictlyProper():
            others = [name for name in shapes if name not in by]
            if len(others) != 1:
                raise WrongInput(f"{len(others)} inputs besides {', '.join(by)}", expected="one: the outcome")
            wanted, what = len(_entries(others[0], shapes)), f"as many as of {others[0]}"
    if wanted is not None and count != wanted:
        raise WrongInput(f"{count} entries of {', '.join(by)}", expected=f"{wanted}: {what}")


def _words(claimed: LossProperty, proved: bool) -> str:
    where = "over the exact real numbers, wherever it is defined and its inputs are within the bounds stated"
    inputs = ", ".join(claimed.by or ()) or "no input"
    match claimed.word:
        case "convex":
            says = f"is convex in {inputs}, on a convex domain" if proved else f"is not convex in {inputs}"
        case "nonnegative":
            says = "is at least 0" if proved else "is negative somewhere"
        case "calibrated":
            says = f"{'is' if proved else 'is not'} calibrated for classification"
            return f"The loss of the margin {inputs} {says}, over the exact real numbers."
        case word if word.startswith("(upper-bounds"):
            says = (
                f"is {claimed.adjective} of the margin {inputs}"
                if proved
                else f"is below the 0–1 loss of the margin {inputs} somewhere"
            )
        case "strictly-proper":
            says = f"{'is' if proved else 'is not'} strictly proper, as a score of the forecast {inputs}"
        case word if word.startswith("(minimised-at"):
            says = f"{'is' if proved else 'is not always'} {claimed.adjective}, as a function of {inputs}"
        case word if word.startswith("(rounding"):
            says = f"is{'' if proved else ' not always'} {claimed.adjective}"
            return (
                f"The loss {says}, at floating-point inputs within the bounds stated, in any order of sums, where "
                "exponentials and logarithms are as accurate as stated; nor does the result overflow."
                if proved
                else f"The loss {says}: at an input within the bounds its evaluation overflows or is further off."
            )
        case _:
            says = f"{'is' if proved else 'is not'} {claimed.adjective} in {inputs} (Euclidean norm)"
    return f"The loss {says}, {where}."


def _number(bound: object, none: float) -> float:
    return none if bound is None else float(Fraction(str(bound)))


def _entries(name: str, shapes: Mapping[str, Sequence[int]]) -> list[str]:
    return [
        name + (f"[{', '.join(map(str, index))}]" if index else "")
        for index in itertools.product(*(range(d) for d in shapes[name]))
    ]

"""Claims about two losses of the same inputs: the one is nowhere less than the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from warrant._bounds import Bounds
from warrant._files import stem
from warrant.claims._interface import Counterexample, Found, Report, Summary, Theorem
from warrant.claims._of_files import OfFiles, Part
from warrant.claims.loss import layout_of
from warrant.errors import WrongInput

if TYPE_CHECKING:
    from warrant.gradients import Signature

__all__ = ["Above"]


@dataclass(frozen=True)
class Above(OfFiles):
    """The claim that a loss is at least another one, at all inputs at which both are defined (docs/losses.md).

    Attributes:
        upper_bytes: the ONNX graph of the loss that is the upper bound.
        lower_bytes: the ONNX graph of the other one, which takes inputs of the first by their names.
        bounds_bytes: a text that says between which bounds the inputs lie.
        upper_name, lower_name: what the user calls the graphs, for messages.
    """

    family: ClassVar[str] = "above"
    parts: ClassVar[tuple[Part, ...]] = (
        Part("upper.onnx", "upper_file", "upper"),
        Part("lower.onnx", "lower_file", "lower"),
        Part("bounds.txt", "bounds_file", "bounds"),
    )

    upper_bytes: bytes = field(repr=False)
    lower_bytes: bytes = field(repr=False)
    bounds_bytes: bytes = field(repr=False)
    upper_name: str = "upper.onnx"
    lower_name: str = "lower.onnx"

    @property
    def stem(self) -> str:
        """The names of the losses' files, without ``.onnx``."""
        return f"{stem(self.upper_name, '.onnx', 'upper')}-above-{stem(self.lower_name, '.onnx', 'lower')}"

    def validate(self) -> None:
        """Read the files, and see whether they fit together.

        Raises:
            WrongInput: they do not.
        """
        _ = self._content

    def theorem(self, certificate: bytes) -> Theorem | None:
        """``LossAbove`` or ``LossNotAbove`` of the files; None where there is no certificate."""
        from warrant.losses import POINTS, PROOF

        if not certificate.startswith((PROOF, POINTS)):
            return None
        try:
            self.validate()
        except WrongInput:
            return None
        proved = certificate.startswith(PROOF)
        says = "is nowhere less than" if proved else "is somewhere less than"
        return Theorem(
            statement=f"{'LossAbove' if proved else 'LossNotAbove'} upper_file lower_file bounds_file",
            soundness="above_sound" if proved else "above_refuted_sound",
            verdict="PROVED" if proved else "REFUTED",
            words=f"The first loss {says} the second, over the exact real numbers, where both are defined and their "
            "inputs are within the bounds stated.",
            module="Losses",
            meaning="Losses.v",
        )

    def counterexample(self, certificate: bytes) -> Counterexample:
        """The point in a certificate, with both losses there (in binary64)."""
        from warrant.losses import list_pair, read_points

        upper, lower, bounds = self._content
        layout = layout_of(list(upper.inputs), len(upper.inputs), upper.inputs, bounds)
        point = read_points(certificate)
        remark = ""
        pair = list_pair([a.data for a in self.artefacts], upper.inputs, lower.inputs)
        if not isinstance(pair, str) and len(point) == len(layout.names):
            first, second = (float(values[0]) for values in pair.at(point[None]))
            remark = f"the first loss is about {first:.9g}, and the second {second:.9g}"
        return Counterexample(tuple(map(float, point)), None, layout.names, remark)

    def find(self, *, timeout: float | None, jobs: int, report: Report | None) -> Found:
        """A point at which both are defined, with which the claim follows; one at which it fails; or why neither."""
        from warrant.losses import compare

        upper, lower, bounds = self._content
        layout = layout_of(list(upper.inputs), len(upper.inputs), upper.inputs, bounds)
        files = [a.data for a in self.artefacts]
        certificate, reason = compare(files, upper.inputs, lower.inputs, layout, timeout=timeout)
        return Found(certificate, reason)

    def summary(self) -> Summary:
        """The inputs, and their bounds.

        Raises:
            WrongInput: the files cannot be read.
        """
        upper, _, _ = self._content
        shown = ", ".join(f"{n}{list(s)}" for n, s in upper.inputs.items())
        lines = tuple(self.bounds_bytes.decode().splitlines())
        return Summary(
            f"Both losses are functions of {shown}.",
            lines,
            False,
            "A point at which both are defined is part of the claim.",
        )

    @cached_property
    def _content(self) -> tuple[Signature, Signature, Bounds]:
        from warrant.gradients import signature
        from warrant.statements import read_upper_bounds

        upper = signature(self.upper_bytes, file=self.upper_name)
        lower = signature(self.lower_bytes, file=self.lower_name)
        for loss, file in ((upper, self.upper_name), (lower, self.lower_name)):
            if len(loss.outputs) != 1:
                raise WrongInput(f"{len(loss.outputs)} outputs", file=file, expected="one: the loss, one number")
        known = ", ".join(upper.inputs)
        for name, shape in lower.inputs.items():
            if name not in upper.inputs:
                expected = f"inputs of {self.upper_name}: {known}"
                raise WrongInput(
                    f"the input {name!r} is none of the other loss's", file=self.lower_name, expected=expected
                )
            if upper.inputs[name] != shape:
                expected = f"{list(upper.inputs[name])}, as in {self.upper_name}"
                raise WrongInput(
                    f"its shape is {list(shape)}", file=self.lower_name, place=f"input {name!r}", expected=expected
                )
        bounds = read_upper_bounds(self.bounds_bytes, file="bounds.txt")
        for name in bounds:
            if name not in upper.inputs:
                raise WrongInput(f"the losses have no input {name!r}", expected=f"some of: {known}")
        return upper, lower, bounds

"""Reachable: some input of a domain has such an output."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from fractions import Fraction

from warrant.claims import Reaches
from warrant.errors import WrongInput
from warrant.statements.domain import Domain
from warrant.statements.text import Number, less, number, reaching, show

__all__ = ["Reachable"]


@dataclass(frozen=True)
class Reachable:
    """There is an input x in the domain with such an output; f is the model over the real numbers.

    PROVED comes with a witness, the input, which the checker has evaluated; REFUTED with a proof that no input of the
    domain has such an output, and no counterexample: there is none to show.

    Attributes:
        target: the domain in which the input is to be; or all that is to occur, as a VNN-LIB file (a path, its bytes,
            or its text, a string with a parenthesis in it), and then nothing else is said here.
        low, high: low ≤ f(x)[output] ≤ high; None for no end on that side.
        output: which output that is, counted from 0, row by row.
        label: f(x) says this label: its score is greater than all others, or it is the output of a model whose one
            output is a label.
    """

    target: Domain | str | os.PathLike[str] | bytes
    low: Number | None = None
    high: Number | None = None
    output: int = 0
    label: int | None = None

    def sentence(self) -> str:
        """The statement in plain words."""
        if not isinstance(self.target, Domain):
            return "Some input and its output are as the target describes."
        ends = [f"at least {self.low}"] * (self.low is not None) + [f"at most {self.high}"] * (self.high is not None)
        said = [f"output {self.output} is {' and '.join(ends)}"] * bool(ends)
        said += [f"the label is {self.label}"] * (self.label is not None)
        return f"For some input of the domain, {' and '.join(said)}."

    def claim(self, model: bytes, *, name: str = "model.onnx") -> Reaches:
        """The claim, with the text of the target: an input of the domain whose output is as it is to be.

        Raises:
            WrongInput: there is no such output or label, the domain is of another size, nothing is said of the output,
                or the target's file cannot be read.
        """
        if not isinstance(self.target, Domain):
            return self._as_described(self.target, model, name)
        from warrant import models

        read = models.read(model, name=name)
        domain, aim = self.target, []
        if len(domain.features) != read.inputs:
            raise WrongInput(f"{len(domain.features)} features, the model has {read.inputs} inputs", place="domain")
        if not 0 <= self.output < read.outputs:
            raise WrongInput(f"output {self.output}", expected=f"0 to {read.outputs - 1}")
        y = f"Y_{self.output}"
        if self.low is not None:
            aim.append(less(show(number(self.low, "low")), y))
        if self.high is not None:
            aim.append(less(y, show(number(self.high, "high"))))
        if self.label is not None:
            aim += self._says(read.outputs, read.label)
        if not aim:
            raise WrongInput("neither low, high nor label is given", place="Reachable", expected="one of them")
        return reaching(model, name, self.sentence(), domain.names, read.outputs, domain.asserts(), aim)

    def _says(self, outputs: int, labelled: bool) -> list[str]:
        """That the outputs say the label."""
        label = self.label
        assert label is not None
        if outputs > 1:
            if not 0 <= label < outputs:
                raise WrongInput(f"label {label}", expected=f"0 to {outputs - 1}")
            return [less(f"Y_{k}", f"Y_{label}", strict=True) for k in range(outputs) if k != label]
        if not labelled:
            raise WrongInput(
                f"label {label}", place="Reachable", expected="low or high: the model's one output is no label"
            )
        half = Fraction(1, 2)  # labels are whole numbers
        return [less(show(label - half), "Y_0"), less("Y_0", show(label + half))]

    def _as_described(self, target: str | os.PathLike[str] | bytes, model: bytes, name: str) -> Reaches:
        if replace(self, target=b"") != Reachable(b""):
            raise WrongInput(
                "a target in VNN-LIB, and low, high, output or label", place="Reachable", expected="one of the two"
            )
        return replace(Reaches.of(model, target), model_name=name)

"""Bounded: an output stays in a range over a domain."""

from __future__ import annotations

from dataclasses import dataclass

from warrant.claims import Safe
from warrant.errors import WrongInput
from warrant.statements.domain import Domain
from warrant.statements.text import Number, any_of, failing, less, number, show

__all__ = ["Bounded"]


@dataclass(frozen=True)
class Bounded:
    """For every input x in the domain, low ≤ f(x)[output] ≤ high; f is the model over the real numbers.

    Attributes:
        domain: where the inputs lie.
        low, high: the range; None for no end on that side.
        output: which output, counted from 0, row by row.
    """

    domain: Domain
    low: Number | None = None
    high: Number | None = None
    output: int = 0

    def sentence(self) -> str:
        """The statement in plain words."""
        ends = [f"at least {self.low}"] * (self.low is not None) + [f"at most {self.high}"] * (self.high is not None)
        return f"On the whole domain, output {self.output} is {' and '.join(ends)}."

    def claim(self, model: bytes, *, name: str = "model.onnx") -> Safe:
        """The claim, with the property: an input of the domain whose output is out of the range.

        Raises:
            WrongInput: there is no such output, the domain is of another size, or there is no end.
        """
        from warrant import models

        read = models.read(model, name=name)
        if len(self.domain.features) != read.inputs:
            found = f"{len(self.domain.features)} features, the model has {read.inputs} inputs"
            raise WrongInput(found, place="domain")
        if not 0 <= self.output < read.outputs:
            raise WrongInput(f"output {self.output}", expected=f"0 to {read.outputs - 1}")
        y, outside = f"Y_{self.output}", []
        if self.low is not None:
            outside.append(less(y, show(number(self.low, "low")), strict=True))
        if self.high is not None:
            outside.append(less(show(number(self.high, "high")), y, strict=True))
        if not outside:
            raise WrongInput("neither low nor high is given", place="Bounded", expected="at least one end")
        return failing(
            model, name, self.sentence(), self.domain.names, read.outputs, self.domain.asserts(), any_of(outside)
        )

"""Statements about how fast outputs change between any two inputs of a domain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from warrant.certified import NORMS, Norm
from warrant.claims import Slopes
from warrant.errors import WrongInput
from warrant.slopes import Limits, write_limits
from warrant.statements.domain import Domain
from warrant.statements.text import Number, number

__all__ = ["Lipschitz", "slopes_claim"]


@dataclass(frozen=True)
class Lipschitz:
    """Outputs change at most ``constant`` times as much as the input.

    For all x, x′ in the domain: ``|f(x′)[output] − f(x)[output]|`` ≤ constant · ‖x′ − x‖.

    Attributes:
        constant: at least 0.
        domain: where both inputs lie.  Inputs that differ in a whole number, a value from a list or the category of a
            one-hot group differ by that much: another category changes two entries by 1, which is a distance of 1
            (``linf``), 2 (``l1``) or √2 (``l2``).
        norm: of x′ − x: ``linf``, ``l1`` or ``l2``.
        outputs: which output, or several, counted from 0, row by row; None for all, whose greatest change is meant.
        features: names of the features that may differ; None for all of them.
    """

    constant: Number
    domain: Domain
    norm: Norm = "l2"
    outputs: int | Sequence[int] | None = None
    features: str | Sequence[str] | None = None

    def sentence(self) -> str:
        """The statement in plain words."""
        which = "each output" if self.outputs is None else f"output {self.outputs}"
        if self.features is None:
            return (
                f"On the whole domain, {which} changes at most {self.constant} times as much as the input, "
                f"in the {self.norm} norm."
            )
        listed = self.features if isinstance(self.features, str) else ", ".join(self.features)
        return (
            f"On the whole domain, where only {listed} changes, {which} changes at most {self.constant} times as much, "
            f"in the {self.norm} norm."
        )

    def claim(self, model: bytes, *, name: str = "model.onnx") -> Slopes:
        """The claim, with the text of the statement.

        Raises:
            WrongInput: there is no such norm, output or feature, the constant is below 0, or there are too many
                combinations of values and categories.
        """
        constant = number(self.constant, "constant")
        if constant < 0:
            raise WrongInput(f"{self.constant}", place="constant", expected="a number of at least 0")
        return slopes_claim(
            model,
            name,
            self.sentence(),
            self.domain,
            norm=self.norm,
            outputs=self.outputs,
            limits=(-constant, constant),
            moved=self.domain.names if self.features is None else self.features,
        )


def slopes_claim(
    model: bytes,
    name: str,
    words: str,
    domain: Domain,
    *,
    norm: Norm = "linf",
    outputs: int | Sequence[int] | None,
    limits: tuple[Fraction | None, Fraction | None],
    raised: str | Sequence[str] = (),
    moved: str | Sequence[str] = (),
) -> Slopes:
    """The claim that outputs change within the limits, where some features are raised, and some changed in any way.

    words: the statement's sentence, which stands in a comment.

    Raises:
        WrongInput: something of it does not fit the model, or there are too many combinations of values and categories.
    """
    from warrant import models

    if norm not in NORMS:
        raise WrongInput(f"{norm!r}", place="norm", expected=", ".join(NORMS))
    read = models.read(model, name=name)
    if len(domain.features) != read.inputs:
        found = f"{len(domain.features)} features, the model has {read.inputs} inputs"
        raise WrongInput(found, place="domain", file=name)
    listed = range(read.outputs) if outputs is None else [outputs] if isinstance(outputs, int) else outputs
    for k in listed:
        if not 0 <= k < read.outputs:
            raise WrongInput(f"output {k}", expected=f"0 to {read.outputs - 1}")
    low, high = (tuple(f.low for f in domain.features), tuple(f.high for f in domain.features))
    up, any_ = (places(domain, features) for features in (raised, moved))
    if len(up) + len(any_) == 1:
        norm = "linf"  # all norms are the same
    values = tuple((k, f.values) for k, f in enumerate(domain.features) if len(f.values) > 1)
    groups = tuple(places(domain, group) for group in domain.one_hot)
    stated = Limits(tuple(listed), norm, *limits, up, any_, _one(low), _one(high), values, groups)
    stated.fits(read.inputs, read.outputs, file=name)
    text = write_limits(stated)
    comments = [f"; {words}", *(f"; X_{k}: {called}" for k, called in enumerate(domain.names))]
    return Slopes(model, "".join(f"{line}\n" for line in comments).encode() + text, name)


def places(domain: Domain, names: str | Sequence[str]) -> tuple[int, ...]:
    """The numbers of features of a domain.

    Raises:
        WrongInput: there is no such feature.
    """
    wanted = [names] if isinstance(names, str) else list(names)
    for name in wanted:
        if name not in domain.names:
            raise WrongInput(f"{name!r} is no feature of the domain", expected=", ".join(domain.names[:8]))
    return tuple(domain.names.index(name) for name in wanted)


def _one(values: tuple[Fraction, ...]) -> tuple[Fraction, ...]:
    """One number for all, where all are the same."""
    return values[:1] if len(set(values)) == 1 else values

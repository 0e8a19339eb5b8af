"""What a report draws of a claim that a checker has decided: numbers for display only, on which no verdict rests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

from warrant.claims._interface import Span

if TYPE_CHECKING:
    from warrant.properties import Query

__all__ = ["Box", "Boxed", "Illustrated", "Illustration", "Image", "Margins", "Region", "Regions", "spans"]


@dataclass(frozen=True)
class Margins:
    """How clearly a model says the labels of a test set, as ONNX Runtime computes it: that is outside of every proof.

    Attributes:
        values: for each input.
        right: whether the model says the label there.
        meaning: what the values are.
        setting: what is near an input, such as ``radius 0.5 (ℓ∞)``.
        order: the setting as something to sort by.
        about: the same for claims about the same model, test set and decision, whatever is near.
    """

    values: tuple[float, ...]
    right: tuple[bool, ...]
    meaning: str
    setting: str
    order: tuple[str, float]
    about: str


class Region(NamedTuple):
    """One region of a proof: how it was closed; or what it was cut by, and then its two parts follow it.

    Attributes:
        how: ``closed`` (with the bounds that were known), ``improved`` (after better bounds for neurons), ``empty``
            (no input lies there); ``input`` or ``neuron`` where it was cut.
        number: of the input, or of the neuron among those of its block.
        block: of the neuron.
        value: where it was cut: first where the input (the neuron's argument) is at most this, then the rest.
    """

    how: str
    number: int = 0
    block: int = 0
    value: float = 0.0

    @property
    def cut(self) -> bool:
        """Whether its two parts follow it."""
        return self.how in ("input", "neuron")


@dataclass(frozen=True)
class Regions:
    """The tree of regions of a proof about one box.

    Attributes:
        nodes: all regions, each before its parts.
        box: a span for each input.
    """

    nodes: tuple[Region, ...]
    box: tuple[Span, ...]


@dataclass(frozen=True)
class Image:
    """Two inputs that are images, numbers by row, of one colour or three.

    Attributes:
        height, width, colours: the size; ``colours`` is 1 or 3.
        first, second: (height · width · colours) numbers, the colours of a pixel beside each other.
        names: what the two are.
    """

    height: int
    width: int
    colours: int
    first: tuple[float, ...]
    second: tuple[float, ...]
    names: tuple[str, str]


@dataclass(frozen=True)
class Illustration:
    """What there is to draw, and one line for each picture that there could be and is not.

    Attributes:
        margins, image: where there are such.
        regions: for each box of the claim.
        missing: why a picture is missing.
    """

    margins: Margins | None = None
    regions: tuple[Regions, ...] = ()
    image: Image | None = None
    missing: tuple[str, ...] = ()


@runtime_checkable
class Illustrated(Protocol):
    """What a claim has besides, of which there are pictures."""

    def illustration(self, certificate: bytes) -> Illustration:
        """What there is to draw of the claim and a certificate that a checker has accepted.

        Raises:
            WrongInput: the files cannot be read.
        """


@dataclass(frozen=True)
class Box:
    """The least box around the inputs that a claim is about, of its first run where there are several.

    Attributes:
        spans: for each input; none where the claim is about no input.
        image: whether the inputs are those of an image.
    """

    spans: tuple[Span, ...]
    image: bool


@runtime_checkable
class Boxed(Protocol):
    """What a claim about the inputs of a box has besides; data can be drawn against it."""

    def least_box(self) -> Box:
        """The least box around these inputs, rounded outwards.

        Raises:
            WrongInput: the files cannot be read.
        """


def spans(queries: Sequence[Query], names: Sequence[str]) -> tuple[Span, ...]:
    """The least box with all boxes of the queries in it, rounded outwards; for the first inputs, which are named."""
    if not queries:
        return ()
    lows = zip(*(q.low for q in queries), strict=True)
    highs = zip(*(q.high for q in queries), strict=True)
    return tuple(
        Span(name, float(min(low)), float(max(high))) for name, low, high in zip(names, lows, highs, strict=False)
    )

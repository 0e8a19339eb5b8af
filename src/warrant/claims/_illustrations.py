"""Finds what a report draws: margins on a test set, the regions of a proof, and inputs that are images."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from warrant.certificates import Cut, Empty, Improve, Split, Tree, proof_of_scores, read_boxes, read_cases, read_proof
from warrant.claims._interface import Span
from warrant.claims._pictures import Illustration, Image, Region, Regions
from warrant.errors import WrongInput

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from warrant.certified import Statement
    from warrant.certified.data import Labelled
    from warrant.claims._runtime import Evaluate
    from warrant.properties import Queries

__all__ = ["drawn", "image", "image_shape", "margins", "outputs_of", "regions"]

LARGEST_PROOF = 4 << 20
"""Bytes of a proof that are read for its regions; they take some seconds."""
SECONDS = 30.0
"""Wall seconds for the outputs of a test set."""
_GREATEST = 1e300
_LEAST_SIDE, _MOST_SIDE = 4, 1024
_PIXEL = re.compile(r"p(?:i)?x(?:el)?[ _]?(\d{1,6})(?:[ _x,]+(\d{1,6}))?", re.IGNORECASE | re.ASCII)


def regions(certificate: bytes, queries: Queries, names: Sequence[str]) -> tuple[Regions, ...]:
    """The regions of a proof by trees, by cases or by boxes, also about scores; for each box that has inputs.

    names: of the inputs.

    Raises:
        WrongInput: it is a proof of another kind, too large, or none.
    """
    if len(certificate) > LARGEST_PROOF:
        raise WrongInput(f"the proof has {len(certificate)} bytes", expected=f"at most {LARGEST_PROOF}")
    if certificate[5:6] == b"O":
        certificate = proof_of_scores(certificate)
    asked, kind = list(queries.queries), certificate[5:6]
    if kind == b"T":
        raise WrongInput("it is one by joint bounds of trees")
    if kind == b"C":
        asked = [q for q in asked if (q.low <= q.high).all()]
    if kind == b"B":
        found = [_cuts(tree) for tree in read_boxes(certificate, len(asked))]
    else:
        read = read_cases if kind == b"C" else read_proof
        found = [_splits(tree) for tree in read(certificate, [q.sizes for q in asked]).trees]
    return tuple(
        Regions(nodes, tuple(Span(n, float(a), float(b)) for n, a, b in zip(names, q.low, q.high, strict=True)))
        for nodes, q in zip(found, asked, strict=True)
    )


def drawn(certificate: bytes, queries: Queries, names: Sequence[str]) -> Illustration:
    """The regions of a proof, or why they cannot be drawn."""
    try:
        return Illustration(regions=regions(certificate, queries, names))
    except WrongInput as problem:
        return Illustration(missing=(f"There is no picture of the proof's regions: {problem}.",))


def _splits(tree: Tree) -> tuple[Region, ...]:
    found, stack = [], [tree]
    while stack:
        end = (node := stack.pop()).end
        if isinstance(end, Split):
            found.append(Region("neuron" if end.block else "input", end.row, end.block, end.value))
            stack += [end.above, end.below]
        elif isinstance(end, Empty):
            found.append(Region("empty"))
        else:
            found.append(Region("improved" if any(isinstance(op, Improve) for op in node.ops) else "closed"))
    return tuple(found)


def _cuts(cut: Cut) -> tuple[Region, ...]:
    found, stack = [], [cut]
    while stack:
        node = stack.pop()
        if node.below is None or node.above is None:
            found.append(Region("closed"))
        else:
            found.append(Region("input", node.input, 0, node.value))
            stack += [node.above, node.below]
    return tuple(found)


def image_shape(shape: Sequence[int], names: Sequence[str] = ()) -> tuple[tuple[int, int, int], bool] | None:
    """The height, the width and the colours of inputs of this shape, and whether colours come first; None: no images.

    Images are 1 or 3 × height × width, height × width, and height × width × 1 or 3, all with or without a batch of 1;
    and features that are all called pixels, by row and column (``pixel_3_5``) or by a number, then of a square.
    """
    sizes = tuple(shape)
    while len(sizes) > 2 and sizes[0] == 1:
        sizes = sizes[1:]
    if len(sizes) == 3 and sizes[0] == 3:
        found, first = (sizes[1], sizes[2], 3), True
    elif len(sizes) == 3 and sizes[2] in (1, 3):
        found, first = (sizes[0], sizes[1], sizes[2]), False
    elif len(sizes) == 2:
        found, first = (sizes[0], sizes[1], 1), False
    else:
        return None
    if _image_sized(*found[:2]):
        return found, first
    size = _pixels(names) if math.prod(sizes) == len(names) else None
    return ((*size, 1), False) if size is not None and _image_sized(*size) else None


def _image_sized(height: int, width: int) -> bool:
    return min(height, width) >= _LEAST_SIDE and max(height, width) <= _MOST_SIDE


def _pixels(names: Sequence[str]) -> tuple[int, int] | None:
    """The height and the width of an image whose pixels have these names, in row-major order."""
    found = [_PIXEL.fullmatch(name) for name in names]
    places = [(int(m[1]), None if m[2] is None else int(m[2])) for m in found if m is not None]
    if not places or len(places) != len(names):
        return None
    row, column = places[0]
    if column is None:
        side = math.isqrt(len(names))
        numbered = places == [(row + k, None) for k in range(len(names))]
        return (side, side) if numbered and side * side == len(names) else None
    width = len({c for _, c in places})
    ordered = places == [(row + k // width, column + k % width) for k in range(len(names))]
    return (len(names) // width, width) if ordered and len(names) % width == 0 else None


def image(
    shape: Sequence[int],
    features: Sequence[str],
    first: Sequence[float],
    second: Sequence[float],
    names: tuple[str, str],
) -> Image | None:
    """Two inputs of this shape as images, row by row; None where they are none, or a number is not finite."""
    known = image_shape(shape, features)
    both = np.array([first, second], dtype=np.float64)
    if known is None or not np.isfinite(both).all() or not np.isfinite(both.max() - both.min()):
        return None
    (height, width, colours), colours_first = known
    if colours_first:
        both = both.reshape(2, colours, height, width).transpose(0, 2, 3, 1)
    one, two = (tuple(map(float, each)) for each in both.reshape(2, -1))
    return Image(height, width, colours, one, two, names)


def outputs_of(evaluate: Evaluate | None, X: NDArray[np.float64]) -> NDArray[np.float64]:
    """What ONNX Runtime computes for a test set, (n, outputs).

    Raises:
        WrongInput: it is not installed, refuses the model or an input, or takes too long.
    """
    if evaluate is None:
        raise WrongInput("ONNX Runtime is not installed, or does not run the model", hint="pip install onnxruntime")
    begun, found = time.monotonic(), []
    for k in range(len(X)):
        try:
            found.append(evaluate(X[k : k + 1])[0])
        except (RuntimeError, ValueError) as problem:
            line = str(problem).splitlines()[0][:200] if str(problem) else type(problem).__name__
            raise WrongInput(f"ONNX Runtime does not run the model on input {k}: {line}") from None
        if time.monotonic() - begun > SECONDS:
            raise WrongInput(f"ONNX Runtime has done {k + 1} of {len(X)} inputs in {SECONDS:.0f} s")
    return np.array(found)


def margins(
    statement: Statement, data: Labelled, outputs: NDArray[np.float64]
) -> tuple[tuple[float, ...], tuple[bool, ...], str]:
    """How clearly the outputs, (n, outputs), say the labels, whether they do, and what the numbers mean.

    Raises:
        WrongInput: an output is not finite, or a label is not that of an output.
    """
    number, y = float(statement.number), data.y.astype(np.float64)
    usable = (np.abs(outputs) <= _GREATEST).all(axis=1)
    if not usable.all():
        raise WrongInput(f"an output at input {int(np.argmin(usable))} is not finite, or above {_GREATEST:g}")
    if statement.decision == "threshold":
        found = np.where(y == 1, outputs[:, 0] - number, number - outputs[:, 0])
        right, meaning = (
            np.where(y == 1, found > 0, found >= 0),
            f"how far the output is on the right side of {number:g}",
        )
    elif statement.decision == "tolerance":
        found = number - np.abs(outputs[:, 0] - y)
        right, meaning = found >= 0, f"{number:g} less how far the output is from the label"
    else:
        top, labels = int(number), y.astype(np.int64)
        if (labels != y).any() or labels.min() < 0 or labels.max() >= outputs.shape[1] or top >= outputs.shape[1]:
            raise WrongInput("a label is not the number of a score")
        rows = np.arange(len(y))
        others = outputs.copy()
        others[rows, labels] = -np.inf
        found = outputs[rows, labels] - np.sort(others, axis=1)[:, -top]
        which = "the best other score" if top == 1 else f"the score number {top} among the others"
        right, meaning = found > 0, f"the label's score less {which}"
    return tuple(map(float, found)), tuple(map(bool, right)), meaning

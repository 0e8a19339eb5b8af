"""The search for a certificate about a loss: a point of its domain, or points that show that a property fails.

Whether a loss is convex, smooth, Lipschitz or at least 0 the checker finds out by itself; of a loss of a margin it
wants to know at which margin it is smaller than at 0.  Points have few digits, so that enclosures of the values there
are close.  Where its rules do not suffice, and no points refute the claim, a box of inputs is bisected (boxes.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from warrant.checkers import PROVED, REFUTED, check_bytes
from warrant.gradients import Program
from warrant.losses.boxes import prove_in_boxes
from warrant.losses.listing import Listing, list_loss
from warrant.statements import (
    ClassificationCalibrated,
    Convex,
    LipschitzLoss,
    LossProperty,
    MinimisedExactlyAt,
    RoundingError,
    SmoothLoss,
    StrictlyProper,
    UpperBounds,
)

__all__ = [
    "CLEAR",
    "POINTS",
    "PROOF",
    "TRIES",
    "Layout",
    "at_points",
    "read_points",
    "samples",
    "search",
    "smallest",
    "two_points",
]

PROOF = b"WRNT\x01L"
POINTS = b"WRNT\x01R"
_SAMPLES = 4096
TRIES = 8
CLEAR = 1e-5
_GRID = 64
_ZOOMED = 256
_HALVINGS = 14
_MARGINS = (1.0, 0.5, 2.0, 0.125, 8.0, 2.0**-10)
"""Enclosures of exponentials and logarithms are right to about seven digits."""
_LARGE = 2.0**14
_ROUNDING = {
    "bounded": "the bound that is found is larger",
    "overflows": "evaluation overflows",
    "may-overflow": "it is not certain that nothing overflows; state bounds of the inputs",
    "may-be-undefined": "it is not certain that all denominators, radicands and arguments of logarithms are right",
    "not-known": "nothing is known",
    "no-meaning": "the file does not say which operations are made, or in an operator that is not known here",
}
"""How the analysis of rounding errors ends, in words."""
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Layout:
    """The entries of a loss's inputs, the selected ones first.

    Attributes:
        selected: how many entries the selected inputs have.
        names: what all entries are called.
        least, greatest: their bounds, infinite where there is none (entries,).
    """

    selected: int
    names: tuple[str, ...]
    least: Floats
    greatest: Floats


def read_points(certificate: bytes) -> Floats:
    """The numbers in a certificate.

    Raises:
        ValueError: it is none.
    """
    if not certificate.startswith((PROOF, POINTS)):
        raise ValueError("not a certificate about a loss")
    return np.frombuffer(certificate[len(POINTS) :], dtype="<f8").astype(np.float64)


def two_points(claimed: LossProperty) -> bool:
    """Whether the property is refuted by two points, and not by one."""
    return isinstance(claimed, Convex | LipschitzLoss | SmoothLoss)


def at_points(program: Program, claimed: LossProperty, layout: Layout, numbers: Floats) -> tuple[Floats, ...]:
    """The loss at points of refutations (samples, numbers), in binary64: at x; at y and the middle; at the target."""
    n = layout.selected
    value = program.value[0]

    def at(x: Floats, w: Floats) -> Floats:
        return program.evaluate(np.concatenate([x, w], axis=1))[:, value]

    x = numbers[:, :n]
    if isinstance(claimed, StrictlyProper):
        return _expected(program, x, x), _expected(program, x, numbers[:, n : 2 * n])
    if isinstance(claimed, MinimisedExactlyAt):
        return at(x, numbers[:, n:]), at(_target(claimed, layout, numbers), numbers[:, n:])
    if not two_points(claimed):
        return (at(x, numbers[:, n:]),)
    y, w = numbers[:, n : 2 * n], numbers[:, 2 * n :]
    return at(x, w), at(y, w), at((x + y) / 2, w)


def _target(claimed: MinimisedExactlyAt, layout: Layout, numbers: Floats) -> Floats:
    """What the selected entries are to be equal to (samples, selected)."""
    at = str(claimed.at)
    columns = [k for k, name in enumerate(layout.names) if name == at or name.startswith(f"{at}[")]
    if columns:
        with np.errstate(all="ignore"):
            return np.asarray(np.log(numbers[:, columns]) if claimed.logarithm else numbers[:, columns])
    return np.full((len(numbers), layout.selected), float(Fraction(at)))


def search(
    files: Sequence[bytes], claimed: LossProperty, layout: Layout, *, timeout: float | None
) -> tuple[bytes | None, str]:
    """A certificate that proves or refutes the claim, or None and why there is none.

    Args:
        files: the loss and the text of the property.
        claimed: the property.
        layout: the entries of the inputs.
        timeout: seconds for the checker's analysis; None for no limit.
    """
    try:
        found = list_loss(files, timeout=timeout)
    except TimeoutError:
        return None, "the checker's analysis took longer than the time given; try a longer --timeout"
    if isinstance(found, str):
        return None, found
    for point in _proofs(found, claimed, layout):
        certificate = PROOF + point.astype("<f8").tobytes()
        if check_bytes("loss", [*files, certificate]).word == PROVED:
            return certificate, ""
    if found.follows:
        return None, "no point was found at which the loss is certainly defined; give bounds of its inputs"
    for numbers in _refutations(found.program, claimed, layout):
        certificate = POINTS + numbers.astype("<f8").tobytes()
        if check_bytes("loss", [*files, certificate]).word == REFUTED:
            return certificate, ""
    reason = _reason(found, claimed, layout)
    if not two_points(claimed):
        return None, reason
    in_boxes, obstacle = prove_in_boxes(files, found, layout, _domain_points(found.program, layout), timeout=timeout)
    return in_boxes, "" if in_boxes is not None else f"{reason}; {obstacle}"


def _proofs(found: Listing, claimed: LossProperty, layout: Layout) -> Iterator[Floats]:
    """Numbers for proofs: points of the domain; or margins at which the loss may be smaller than at 0."""
    if found.follows:
        points = _domain_points(found.program, layout)
        yield from (_in_format(claimed, p) for p in points) if isinstance(claimed, RoundingError) else points
    elif isinstance(claimed, UpperBounds | ClassificationCalibrated) and len(layout.names) == 1:
        yield from np.array(_MARGINS)[:, None]
    elif isinstance(claimed, StrictlyProper):
        for forecast in _forecasts(layout.selected):
            yield np.concatenate([forecast, np.eye(layout.selected)[0]])


def _forecasts(outcomes: int) -> Iterator[Floats]:
    """Probabilities that add up to 1 exactly."""
    equal = np.full(outcomes, np.floor(1024 / outcomes) / 1024)
    equal[0] += 1 - equal.sum()
    yield equal
    yield 0.5 ** np.minimum(np.arange(1, outcomes + 1), max(outcomes - 1, 0))


def _expected(program: Program, probabilities: Floats, forecasts: Floats) -> Floats:
    """The expected losses (samples,) of forecasts, where outcomes have these probabilities (samples, outcomes)."""
    outcomes = forecasts.shape[1]
    losses = [
        program.evaluate(np.concatenate([forecasts, np.tile(row, (len(forecasts), 1))], axis=1))[:, program.value[0]]
        for row in np.eye(outcomes)
    ]
    return np.asarray((probabilities * np.stack(losses, axis=1)).sum(axis=1))


def _in_format(claimed: RoundingError, point: Floats) -> Floats:
    """The point, rounded to the format in which the loss is evaluated."""
    return point.astype(np.float32).astype(np.float64) if claimed.format == "binary32" else point


def _corners(claimed: RoundingError, layout: Layout, random: np.random.Generator) -> Iterator[Floats]:
    """Points at which evaluation may overflow: greatest and least entries, and a few others, all in the format."""
    kind = np.float32 if claimed.format == "binary32" else np.float64
    largest = np.where(np.isfinite(layout.greatest), layout.greatest, _LARGE)
    smallest = np.where(np.isfinite(layout.least), layout.least, -_LARGE)
    mixed = np.where(random.integers(0, 2, (TRIES, len(largest))) > 0, largest, smallest)
    between = samples(layout, range(len(largest)), random)[:TRIES]
    for point in [largest, smallest, *mixed, *between]:
        rounded = _in_format(claimed, point)
        outside = (rounded < layout.least) | (rounded > layout.greatest)
        yield np.where(outside, np.nextafter(rounded.astype(kind), kind(0)), rounded).astype(np.float64)


def _reason(found: Listing, claimed: LossProperty, layout: Layout) -> str:
    if isinstance(claimed, RoundingError):
        word, bound = found.rounding or ("no-meaning", np.nan)
        known = f"{_ROUNDING[word]}{f' ({bound:.3g})' if word == 'bounded' else ''}"
        return f"no such bound of the rounding error follows: {known}; no counterexample was found"
    if isinstance(claimed, Convex):
        blamed = found.blame()
        if blamed is None:
            return (
                "the rules find the loss concave, or convex in parts that are subtracted; no counterexample was found"
            )
        formula = found.show(blamed, layout.names)
        return f"neither convex nor concave by the rules: {formula}; no counterexample was found"
    if isinstance(claimed, LipschitzLoss):
        known = "none is known" if found.slope is None else f"the least one that is known is {found.slope}"
        return f"no such Lipschitz constant follows ({known}); no counterexample was found"
    if isinstance(claimed, SmoothLoss):
        known = "none is known" if found.bend is None else f"the least one that is known is {found.bend}"
        return f"no such Lipschitz constant of the gradient follows ({known}); no counterexample was found"
    if isinstance(claimed, UpperBounds | ClassificationCalibrated):
        if len(layout.names) > 1:
            return "the loss has inputs besides the margin; put their values into the file"
        if "convex" not in found.known.get(found.value, frozenset()):
            return "it does not follow that the loss is convex in the margin; no counterexample was found"
    if isinstance(claimed, StrictlyProper):
        return (
            "it does not follow that the loss is a mixture of Brier's score and the logarithmic one; "
            "no counterexample was found"
        )
    if isinstance(claimed, MinimisedExactlyAt) and "nonnegative" not in found.known.get(found.value, frozenset()):
        return (
            f"it follows neither that the loss is at least 0, nor that it is {claimed.adjective} as a convex one of "
            "which the gradient is 0 there; no counterexample was found"
        )
    return f"it does not follow that the loss is {claimed.adjective}; no counterexample was found"


def samples(layout: Layout, columns: Sequence[int], random: np.random.Generator) -> Floats:
    """Points (samples, columns) within the bounds, at several scales, with few digits."""
    shape = (_SAMPLES, len(columns))
    scale = 2.0 ** random.integers(-3, 5, (_SAMPLES, 1))
    free = random.integers(-8, 9, shape) / 8 * scale
    least, greatest = layout.least[list(columns)], layout.greatest[list(columns)]
    share = random.integers(0, 17, shape) / 16
    with np.errstate(invalid="ignore"):
        both = least + share * (greatest - least)
    above, below = least + np.abs(free), greatest - np.abs(free)
    low, high = np.isfinite(least), np.isfinite(greatest)
    points = np.where(low & high, both, np.where(low, above, np.where(high, below, free)))
    return np.asarray(np.clip(points, least, greatest))


def _domain_points(program: Program, layout: Layout) -> Iterator[Floats]:
    points = samples(layout, range(len(layout.names)), np.random.default_rng(7))
    yield from smallest(points, np.asarray(np.isfinite(program.evaluate(points)).all(axis=1)))


def smallest(points: Floats, fine: NDArray[np.bool_]) -> Iterator[Floats]:
    """Some of the points that are fine, of several sizes, and the smallest ones."""
    order = np.argsort(np.abs(points).max(axis=1, initial=0.0), kind="stable")
    yield from points[order[fine[order]][_SAMPLES // 16 :: _SAMPLES // 16]][:TRIES]
    yield from points[order[fine[order]]][:TRIES]


def _refutations(program: Program, claimed: LossProperty, layout: Layout) -> Iterator[Floats]:
    """Numbers at which the property clearly fails in binary64, the clearest first."""
    if isinstance(claimed, RoundingError):
        yield from _corners(claimed, layout, np.random.default_rng(7))
        return
    if isinstance(claimed, ClassificationCalibrated):
        if len(layout.names) == 1:
            yield from np.array([0.0, *(-m for m in _MARGINS)])[:, None]
        return
    random = np.random.default_rng(7)
    if isinstance(claimed, StrictlyProper):
        yield from _improper(program, claimed, layout, random)
        return
    entries = range(len(layout.names))
    first = [*entries][: layout.selected]
    columns = [*first, *entries] if two_points(claimed) else [*entries]
    numbers = samples(layout, columns, random)
    if isinstance(claimed, SmoothLoss):
        numbers = np.concatenate([numbers, *_zoomed(program, layout, numbers)])
    with np.errstate(all="ignore"):
        values = at_points(program, claimed, layout, numbers)
        gap = _gap(claimed, layout, numbers, values) / (1 + np.abs(values).max(axis=0))
    clear = np.flatnonzero(np.isfinite(gap) & (gap > CLEAR))
    clearest = clear[np.argsort(-gap[clear], kind="stable")][:TRIES]
    # the clearest ones may lie on the border of the domain, where it is not certain that the loss is defined
    for k in [*clearest, *random.permutation(clear)[:TRIES]]:
        yield numbers[k]


def _improper(
    program: Program, claimed: StrictlyProper, layout: Layout, random: np.random.Generator
) -> Iterator[Floats]:
    """Probabilities and forecasts that have a smaller expected loss than the probabilities themselves."""
    shares = random.dirichlet(np.ones(layout.selected), (2, _SAMPLES))
    counts = np.maximum(np.round(shares * _GRID), 1)
    counts[:, :, 0] += _GRID - counts.sum(axis=2)
    counts = counts[:, (counts[:, :, 0] >= 1).all(axis=0)]
    numbers = np.concatenate([counts[0], counts[1]], axis=1) / _GRID
    with np.errstate(all="ignore"):
        own, other = at_points(program, claimed, layout, numbers)
        gap = (own - other) / (1 + np.abs(own))
    clear = np.flatnonzero(np.isfinite(gap) & (gap > CLEAR))
    for k in clear[np.argsort(-gap[clear], kind="stable")][:TRIES]:
        yield numbers[k]


def _zoomed(program: Program, layout: Layout, numbers: Floats) -> Iterator[Floats]:
    """Pairs of points (some, numbers) between which the loss bends ever more: parts of the segments that bend most."""
    n = layout.selected

    def bend(x: Floats, y: Floats, w: Floats) -> Floats:
        with np.errstate(all="ignore"):
            ends = [
                program.evaluate(np.concatenate([at, w], axis=1))[:, program.value[0]] for at in (x, y, (x + y) / 2)
            ]
            found = np.abs((ends[0] + ends[1]) / 2 - ends[2]) / ((x - y) ** 2).sum(axis=1)
        return np.asarray(np.nan_to_num(found, nan=0.0, posinf=0.0))

    x, y, w = numbers[:, :n], numbers[:, n : 2 * n], numbers[:, 2 * n :]
    most = np.argsort(-bend(x, y, w), kind="stable")[:_ZOOMED]
    x, y, w = x[most], y[most], w[most]
    for _ in range(_HALVINGS):
        parts = [(x, (x + y) / 2), ((x + y) / 2, y), ((3 * x + y) / 4, (x + 3 * y) / 4)]
        best = np.argmax([bend(*part, w) for part in parts], axis=0)[:, None]
        x, y = (np.choose(best, [part[side] for part in parts]) for side in (0, 1))
        yield np.concatenate([x, y, w], axis=1)


def _gap(claimed: LossProperty, layout: Layout, numbers: Floats, values: Sequence[Floats]) -> Floats:
    """How far the property fails at each sample; at most 0 where it does not."""
    if isinstance(claimed, Convex):
        return np.asarray(values[2] - (values[0] + values[1]) / 2)
    if isinstance(claimed, LipschitzLoss):
        n = layout.selected
        distance = np.sqrt(((numbers[:, :n] - numbers[:, n : 2 * n]) ** 2).sum(axis=1))
        return np.asarray(np.abs(values[0] - values[1]) - float(Fraction(str(claimed.constant))) * distance)
    if isinstance(claimed, SmoothLoss):
        n = layout.selected
        allowed = (
            float(Fraction(str(claimed.constant))) / 8 * ((numbers[:, :n] - numbers[:, n : 2 * n]) ** 2).sum(axis=1)
        )
        return np.asarray(np.abs((values[0] + values[1]) / 2 - values[2]) - allowed)
    if isinstance(claimed, UpperBounds):
        return np.asarray((numbers[:, 0] <= 0) - values[0])
    if isinstance(claimed, MinimisedExactlyAt):
        elsewhere = (_target(claimed, layout, numbers) != numbers[:, : layout.selected]).any(axis=1)
        # where the loss is the same there, the checker may find that it is exactly so
        return np.asarray(values[1] - values[0] + 2 * CLEAR * elsewhere * (1 + np.abs(values[0])))
    return -values[0]

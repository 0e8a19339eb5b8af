"""Pictures of the regions of a proof: the tree in which they lie, and a plan of two inputs."""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from warrant._words import number_of
from warrant.claims import Region, Regions
from warrant.evidence.pictures.shapes import (
    WIDTH,
    Picture,
    Shape,
    counted,
    cut_off,
    fits,
    legend,
    line,
    rect,
    text,
    ticks,
)

__all__ = ["plan", "tree"]

MOST = 2000
"""Regions that are drawn one by one; what is left then is drawn in blocks of many."""
_NARROW = 1.5
_WORDS = {
    "closed": "closed with known bounds",
    "improved": "closed after better bounds for neurons",
    "empty": "no input there",
    "neuron": "closed by cases of neurons",
    "many": "many regions",
}
_DEEPEST, _LEFT = 90, 96


@dataclass(frozen=True)
class _Sizes:
    """Of the part of the tree at each node: how many regions are not cut, how deep it is, and where it ends."""

    leaves: list[int]
    depth: list[int]
    stop: list[int]

    @classmethod
    def of(cls, nodes: Sequence[Region]) -> _Sizes:
        n = len(nodes)
        leaves, depth, stop = [1] * n, [1] * n, list(range(1, n + 1))
        stack: list[int] = []
        for k in reversed(range(n)):
            if nodes[k].cut:
                below, above = stack.pop(), stack.pop()
                leaves[k] = leaves[below] + leaves[above]
                depth[k] = 1 + max(depth[below], depth[above])
                stop[k] = stop[above]
            stack.append(k)
        return cls(leaves, depth, stop)


def _facts(regions: Sequence[Regions]) -> str:
    """How many regions there are, how they were closed, and what was cut most."""
    nodes = [node for each in regions for node in each.nodes]
    closed = Counter(node.how for node in nodes if not node.cut)
    names = [span.name for span in regions[0].box]
    inputs = Counter(node.number for node in nodes if node.how == "input")
    neurons = sum(node.how == "neuron" for node in nodes)
    boxes = f" in {len(regions)} boxes of the claim" if len(regions) > 1 else ""
    others = len(inputs) - 3
    how = counted(f"{closed[k]} {words}" for k, words in _WORDS.items() if closed[k])
    cuts = [f"{_called(names, k)} {number_of(times, 'time')}" for k, times in inputs.most_common(3)]
    cuts += [number_of(others, "other input")] * (others > 0) + [f"neurons {number_of(neurons, 'time')}"] * (
        neurons > 0
    )
    return f"{number_of(closed.total(), 'region')}{boxes}: {how}. Cut: {counted(cuts)}."


def _called(names: Sequence[str], number: int) -> str:
    return names[number] if number < len(names) else f"input {number}"


def tree(regions: Sequence[Regions]) -> Picture | None:
    """The tree of all regions, from the top downwards, as wide as there are regions; None where nothing was cut."""
    sizes = [_Sizes.of(each.nodes) for each in regions]
    if not any(each.nodes[0].cut for each in regions):
        return None
    total, deepest = sum(s.leaves[0] for s in sizes), max(s.depth[0] for s in sizes)
    rows = min(deepest, _DEEPEST)
    row, one = min(max(280 / rows, 3.0), 22.0), WIDTH / total
    heap, x = [], 0.0
    for k, s in enumerate(sizes):
        heap.append((-s.leaves[0], k, 0, x, 0))
        x += s.leaves[0] * one
    heapq.heapify(heap)
    shapes: list[Shape] = []
    kinds: set[str] = set()
    while heap:
        count, k, at, x, level = heapq.heappop(heap)
        node, width, y = regions[k].nodes[at], -count * one, level * row
        border = "0.6" if width > 4 and row > 4 else "0"
        if not node.cut:
            kinds.add(node.how)
            shapes.append(rect(x, y, width, row, node.how, stroke_width=border))
        elif width < _NARROW or len(shapes) >= MOST or level >= rows - 1:
            kinds.add("many")
            height = (min(level + sizes[k].depth[at], rows) - level) * row
            shapes.append(rect(x, y, width, height, "many", stroke_width=border))
        else:
            shapes.append(rect(x, y, width, row, "cut", stroke_width=border))
            words = _cut(node, [span.name for span in regions[k].box])
            if row >= 13 and fits(words, width - 6):
                shapes.append(text(x + width / 2, y + row / 2 + 4, words, anchor="middle"))
            below, above = at + 1, sizes[k].stop[at + 1]
            heapq.heappush(heap, (-sizes[k].leaves[below], k, below, x, level + 1))
            heapq.heappush(heap, (-sizes[k].leaves[above], k, above, x + sizes[k].leaves[below] * one, level + 1))
    return _tree_picture(regions, shapes, kinds, rows * row, deepest)


def _tree_picture(
    regions: Sequence[Regions], shapes: list[Shape], kinds: set[str], bottom: float, deepest: int
) -> Picture:
    entries = [("cut", "cut in two"), *((k, words) for k, words in _WORDS.items() if k in kinds)]
    below, height = legend(entries, bottom + 8)
    caption = (
        "The proof cuts the inputs into regions, from the top downwards; each of the lowest ones was closed by itself. "
        "The part with the smaller values is on the left."
    )
    if "many" in kinds:
        caption += " Parts that are too narrow to be seen are drawn as one block."
    described = f"{_facts(regions)} At most {number_of(deepest - 1, 'cut')} above a region."
    return Picture("The tree of regions", described, f"{caption} {described}", height, (*shapes, *below))


def _cut(node: Region, names: Sequence[str]) -> str:
    if node.how == "neuron":
        return f"neuron {node.number} of block {node.block} ≤ {node.value:.4g}"
    return f"{_called(names, node.number)} ≤ {node.value:.4g}"


@dataclass(frozen=True)
class _Cell:
    """A part of the plan, with the region there."""

    at: int
    x: tuple[float, float]
    y: tuple[float, float]


def plan(regions: Sequence[Regions]) -> Picture | None:
    """The regions on the plane of the two inputs that were cut most, through the middle of all others.

    It is about the box with the most regions.  None where there is nothing to see: fewer than two regions are met, or
    the inputs have no width.
    """
    chosen = max(regions, key=lambda each: len(each.nodes), default=None)
    if chosen is None:
        return None
    cuts = Counter(node.number for node in chosen.nodes if node.how == "input" and node.number < len(chosen.box))
    axes = [k for k, _ in cuts.most_common(2)]
    spans = [chosen.box[k] for k in axes]
    if not axes or not all(0 < span.high - span.low < math.inf for span in spans):
        return None
    cells = _cells(chosen, axes)
    if len(cells) < 2:
        return None
    width, height = float(WIDTH - _LEFT - 20), 60.0 if len(axes) == 1 else 200.0 if len(cells) < 12 else 320.0
    shapes, kinds = [], []
    for cell, kind in cells:
        (a, b), (c, d) = cell.x, cell.y
        border = "1" if min((b - a) * width, (d - c) * height) > 3 else "0"
        place = (_LEFT + a * width, 8 + (1 - d) * height, (b - a) * width, (d - c) * height)
        shapes.append(rect(*place, kind, stroke_width=border))
        kinds.append(kind)
    shapes += _axes([(span.name, span.low, span.high) for span in spans], width, height)
    below, end = legend([(k, words) for k, words in _WORDS.items() if k in kinds], height + 52)
    names = counted(span.name for span in spans)
    others = ", through the middle of all other inputs" if len(cuts) > len(axes) or len(chosen.box) > len(axes) else ""
    box = ", in the box of the claim that has the most" if len(regions) > 1 else ""
    found = Counter(kinds)
    described = counted(f"{found[k]} {words}" for k, words in _WORDS.items() if found[k])
    return Picture(
        f"The regions by {names}",
        f"A plan with {number_of(len(cells), 'part')}: {described}.",
        f"The regions of the proof by {names}{others}{box}.",
        end,
        (*shapes, *below),
    )


def _cells(regions: Regions, axes: Sequence[int]) -> list[tuple[_Cell, str]]:
    """The parts of the plan, in shares of its sides, and how each was closed; larger ones are cut first."""
    nodes, stop = regions.nodes, _Sizes.of(regions.nodes).stop
    middle = [span.low + (span.high - span.low) / 2 for span in regions.box]
    heap = [(-1.0, 0, _Cell(0, (0.0, 1.0), (0.0, 1.0)))]
    found: list[tuple[_Cell, str]] = []
    while heap:
        _, _, cell = heapq.heappop(heap)
        node = nodes[cell.at]
        small = (cell.x[1] - cell.x[0]) * WIDTH < _NARROW or (cell.y[1] - cell.y[0]) * 320 < _NARROW
        if not node.cut or node.how == "neuron":
            found.append((cell, node.how))
        elif small or len(found) + len(heap) >= MOST:
            found.append((cell, "many"))
        else:
            for part in _parts(cell, node, stop[cell.at + 1], axes, regions, middle):
                area = (part.x[1] - part.x[0]) * (part.y[1] - part.y[0])
                heapq.heappush(heap, (-area, part.at, part))
    return found


def _parts(
    cell: _Cell, node: Region, above: int, axes: Sequence[int], regions: Regions, middle: Sequence[float]
) -> list[_Cell]:
    """The one or two parts of a cell that a cut of an input leaves on the plan."""
    if node.number not in axes:
        on_left = node.number >= len(middle) or middle[node.number] <= node.value
        return [_Cell(cell.at + 1 if on_left else above, cell.x, cell.y)]
    span, first = regions.box[node.number], node.number == axes[0]
    low, high = cell.x if first else cell.y
    share = min(max((node.value - span.low) / (span.high - span.low), low), high)
    parts = []
    for at, side in ((cell.at + 1, (low, share)), (above, (share, high))):
        if side[0] < side[1]:
            parts.append(_Cell(at, side, cell.y) if first else _Cell(at, cell.x, side))
    return parts


def _axes(spans: Sequence[tuple[str, float, float]], width: float, height: float) -> list[Shape]:
    """The two axes (or the one), with numbers and the names of the inputs."""
    name, low, high = spans[0]
    bottom = 8 + height
    shapes = [line(_LEFT, bottom, _LEFT + width, bottom, "axis")]
    for value in ticks(low, high, 6):
        x = _LEFT + (value - low) / (high - low) * width
        shapes += [line(x, bottom, x, bottom + 4, "axis"), text(x, bottom + 16, f"{value:.5g}", anchor="middle")]
    shapes.append(text(_LEFT + width / 2, bottom + 33, cut_off(name, width), anchor="middle"))
    if len(spans) == 2:
        name, low, high = spans[1]
        shapes.append(line(_LEFT, 8, _LEFT, bottom, "axis"))
        for value in ticks(low, high, 5):
            y = bottom - (value - low) / (high - low) * height
            shapes += [line(_LEFT - 4, y, _LEFT, y, "axis"), text(_LEFT - 7, y + 4, f"{value:.5g}", anchor="end")]
        turned = text(14, 8 + height / 2, cut_off(name, height), anchor="middle")
        turn = ("transform", f"rotate(-90 14 {8 + height / 2:.2f})")
        shapes.append(Shape(turned.tag, (*turned.attributes, turn), turned.text))
    return shapes

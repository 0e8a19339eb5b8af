"""Tables of results side by side: what each tool solved, and how fast, by groups of instances."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from warrant.bench.folder import GroundTruth, has_part, known, matches, read_truth, short_name
from warrant.bench.results import COLUMNS, DECIDED, parse_row
from warrant.errors import WrongInput

__all__ = ["ALL", "Curve", "Point", "Summary", "read_curves", "table"]

ALL = "all"
_WORDS = {"holds": "unsat", "violated": "sat"}
_PUBLISHED = ["year", "tool", "net", "prop", "result", "time_s", "prepare_s"]
_PLAIN = 6


@dataclass(frozen=True)
class Point:
    """One tool's result on one instance: names of model and property, the result, seconds, and the known verdict."""

    model: str
    prop: str
    result: str
    seconds: float
    truth: str = ""

    @property
    def solved(self) -> bool:
        """Whether it was decided, and not wrongly."""
        return self.result in DECIDED and not self.wrong

    @property
    def wrong(self) -> bool:
        """Whether the verdict contradicts the known one."""
        return self.result in DECIDED and self.truth in DECIDED and self.result != self.truth


@dataclass(frozen=True)
class Curve:
    """The results of one tool in one run; ``own``: in a table of ``warrant bench``."""

    name: str
    points: tuple[Point, ...]
    own: bool = False

    def times(self) -> list[float]:
        """The seconds of the solved instances, in ascending order."""
        return sorted(point.seconds for point in self.points if point.solved)


@dataclass(frozen=True)
class Summary:
    """One line of the comparison: a curve's figures on a group of instances; times are of the solved ones, in seconds.

    ``wrong`` is None where no verdict of the group is known.
    """

    group: str
    curve: str
    instances: int
    solved: int
    wrong: int | None
    total: float
    median: float | None


def read_curves(files: Sequence[Path], *, only: Sequence[str] = (), curves: Sequence[str] = ()) -> list[Curve]:
    """The curves in some tables, instances being named alike where it can be told that they are the same.

    A table is one of ``warrant bench``; or published results with the columns year, tool, net, prop, result, time_s and
    prepare_s, in which every tool of every year is a curve; or VNN-COMP's six columns without a header.  A verdict is
    known from ``ground_truth.csv`` beside a table, and from the column ``truth`` of ours.

    Args:
        files: the tables.
        only: patterns for ``model,property``; other instances are left out.
        curves: patterns for the names of curves; others are left out.

    Raises:
        WrongInput: a file is no such table, or nothing is left.
    """
    found: list[Curve] = []
    stems = [file.stem for file in files]
    for file in files:
        name = file.stem if stems.count(file.stem) == 1 else str(file.with_suffix(""))
        found += _read(file, name)
    found = [curve for curve in _named_alike(found) if matches(curve.name, curves)]
    chosen = [replace(c, points=tuple(p for p in c.points if matches(f"{p.model},{p.prop}", only))) for c in found]
    if not any(curve.points for curve in chosen):
        raise WrongInput("no result is left to compare", hint="check the patterns of --only and --curve")
    return [curve for curve in chosen if curve.points]


def _read(file: Path, name: str) -> list[Curve]:
    try:
        with file.open(newline="", encoding="utf-8") as stream:
            lines = [line for line in csv.reader(stream) if line]
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise WrongInput(
            f"it cannot be read: {getattr(problem, 'strerror', None) or problem}", file=str(file)
        ) from None
    truth = read_truth(file.parent / "ground_truth.csv")
    header = lines[0] if lines else []
    try:
        if header == list(COLUMNS):
            rows = [parse_row(line) for line in lines[1:] if len(line) == len(COLUMNS)]
            last = {row.key: Point(row.onnx, row.vnnlib, row.result, row.run_s, row.truth) for row in rows}
            curves = [Curve(name, tuple(last.values()), own=True)]
        elif header == _PUBLISHED:
            curves = list(_published(lines[1:]))
        elif len(header) == _PLAIN:
            curves = [Curve(name, tuple(_point(x[1], x[2], x[4], x[5]) for x in lines))]
        else:
            raise ValueError(f"its first line is {','.join(header)[:100]!r}")
    except (ValueError, IndexError) as problem:
        expected = (
            "a table of `warrant bench`; the columns " + ",".join(_PUBLISHED) + "; "
            "or six columns without a header: category, model, property, prepare seconds, result, seconds"
        )
        raise WrongInput(f"not a table of results: {problem}", file=str(file), expected=expected) from None
    return [_with_truth(curve, truth, file.parent) for curve in curves]


def _published(lines: list[list[str]]) -> Iterator[Curve]:
    tools: dict[str, list[Point]] = {}
    for year, tool, net, prop, result, seconds, _ in lines:
        tools.setdefault(f"{tool} {year}", []).append(_point(net, prop, result, seconds))
    for name, points in tools.items():
        yield Curve(name, tuple(points))


def _point(model: str, prop: str, result: str, seconds: str) -> Point:
    word = result.strip().lower()
    return Point(model, prop, _WORDS.get(word, word), float(seconds))


def _with_truth(curve: Curve, truth: GroundTruth, place: Path) -> Curve:
    points = (p if p.truth else replace(p, truth=known(truth, p.model, p.prop, place)) for p in curve.points)
    return replace(curve, points=tuple(points))


def _named_alike(curves: list[Curve]) -> list[Curve]:
    """The curves with file names without folders and endings, and known verdicts shared.

    Where a table names its models or properties by a part of the file names of another table, these are taken.
    """
    models = _fullest({short_name(p.model) for curve in curves for p in curve.points})
    props = _fullest({short_name(p.prop) for curve in curves for p in curve.points})

    def named(p: Point) -> Point:
        return replace(p, model=models[short_name(p.model)], prop=props[short_name(p.prop)])

    alike = [replace(curve, points=tuple(map(named, curve.points))) for curve in curves]
    truths = {(p.model, p.prop): p.truth for curve in alike for p in curve.points if p.truth}

    def informed(p: Point) -> Point:
        return replace(p, truth=truths.get((p.model, p.prop), ""))

    return [replace(curve, points=tuple(map(informed, curve.points))) for curve in alike]


def _fullest(names: set[str]) -> dict[str, str]:
    """For each name, the one longer name of which it is a part, or else itself."""
    longer = {name: [other for other in names if other != name and has_part(other, name)] for name in names}
    return {name: others[0] if len(others) == 1 else name for name, others in longer.items()}


def table(curves: Sequence[Curve], *, by: str | None = None) -> list[Summary]:
    """The figures of each curve, for all instances and then for each group, the best curve first.

    Args:
        curves: the curves.
        by: ``property`` or ``model``: what makes a group; None: whichever there are fewer of.
    """
    points = [p for curve in curves for p in curve.points]
    if by is None:
        by = "model" if len({p.model for p in points}) < len({p.prop for p in points}) else "property"
    group_of: Callable[[Point], str] = (lambda p: p.model) if by == "model" else (lambda p: p.prop)
    groups = sorted({group_of(p) for p in points}, key=_natural)
    lines = [_summary(ALL, curve, curve.points) for curve in curves]
    lines.sort(key=lambda line: (-line.solved, line.total))
    order = [line.curve for line in lines]
    ordered = sorted(curves, key=lambda curve: order.index(curve.name))
    for group in groups if len(groups) > 1 else []:
        for curve in ordered:
            some = tuple(p for p in curve.points if group_of(p) == group)
            if some:
                lines.append(_summary(group, curve, some))
    return lines


def _natural(text: str) -> list[tuple[int, int | str]]:
    """A key by which prop_10 comes after prop_2."""
    parts: list[str] = [""]
    for c in text:
        if parts[-1] and c.isdecimal() == parts[-1][-1].isdecimal():
            parts[-1] += c
        else:
            parts.append(c)
    return [(0, int(part)) if part.isdecimal() else (1, part) for part in parts if part]


def _summary(group: str, curve: Curve, points: Sequence[Point]) -> Summary:
    times = [p.seconds for p in points if p.solved]
    wrong = sum(p.wrong for p in points) if any(p.truth for p in points) else None
    return Summary(group, curve.name, len(points), len(times), wrong, sum(times), median(times) if times else None)

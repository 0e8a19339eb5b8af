"""The search for a certificate: a point that refutes, or which instructions to name, so that normal forms meet.

Naming an instruction makes its value an atom.  Values that the function with its adjoints and the derivative have in
common, as far as random points tell, are good to name: both sides are then expressed by them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from warrant.checkers import PROVED, check_bytes
from warrant.gradients.program import (
    EVERYWHERE,
    KINKS,
    SUBGRADIENTS,
    Floats,
    Listing,
    Program,
    list_program,
    write_certificate,
    write_cover,
)
from warrant.gradients.refute import in_box, refutation

__all__ = ["search"]

_POINTS = 3
_COVERS = 2
"""How many namings a cover by boxes is tried with."""
_NONLINEAR = ("root", "relu", "exp", "log", "step", "erf", "bell")


def search(
    files: Sequence[bytes], entries: Sequence[str], box: Floats, *, tolerance: float = 0.0, timeout: float | None
) -> tuple[bytes | None, str]:
    """A certificate that proves or refutes the claim, or None and why there is none.

    A proof is about all of the domain where that can be had, else about kinks too (and says that a subgradient is
    given, if it can), else about the rest; where none is found and there is a tolerance, within that.

    Args:
        files: the function, the derivative and the names.
        entries: what the entries of the selected inputs are called, for messages.
        box: the least and the greatest number that each entry of the program's inputs may be, (inputs, 2).
        tolerance: how far the derivative may be off.
        timeout: seconds in all; None for no limit.
    """
    end = time.monotonic() + timeout if timeout is not None else None
    first = list_program(files)
    if isinstance(first, str):
        return None, first
    program = first.program
    wrong = refutation(program, box, files, tolerance)
    if wrong is not None:
        return wrong, ""

    def reach(certificate: bytes) -> Listing | None:
        left = end - time.monotonic() if end is not None else None
        if left is not None and left <= 0:
            raise TimeoutError
        found = list_program(files, certificate, timeout=left / 2 if left is not None else None)
        known = not isinstance(found, str) and found.undefined is not None and found.differing is not None
        return found if known and not isinstance(found, str) else None

    best: Listing | None = None
    namings = list(_namings(program, _sample(program, box)))
    for named in namings:
        certificate = write_certificate(named)
        try:
            found = reach(certificate)
        except TimeoutError:
            continue
        if found is not None and _closed(found):
            return _strongest(program, files, named, reach) or certificate, ""
        if found is not None and (best is None or _badness(found) < _badness(best)):
            best = found
    covering = _cover(files, namings, end) if tolerance else None
    if covering is not None:
        return covering, ""
    if best is None:
        return None, "no normal forms were reached in the time given; try a longer --timeout, or smaller shapes"
    small = "; what is left of them was not found to be within the tolerance" if tolerance else ""
    return None, _residual(best, program, entries, _sample(program, box)) + small


def _cover(files: Sequence[bytes], namings: Sequence[set[int]], end: float | None) -> bytes | None:
    """A proof within the tolerance, if the boxes that the checker may look at suffice."""
    for named in namings[:_COVERS]:
        left = end - time.monotonic() if end is not None else None
        if left is not None and left <= 0:
            return None
        try:
            covered = list_program(files, write_cover(named), timeout=left)
        except TimeoutError:
            return None
        if not isinstance(covered, str) and covered.boxes is not None:
            return write_cover(named, covered.boxes)
    return None


def _strongest(
    program: Program, files: Sequence[bytes], named: set[int], reach: Callable[[bytes], Listing | None]
) -> bytes | None:
    """The same proof of a stronger claim, if there is one."""
    for extent in (EVERYWHERE, KINKS) if program.has_kinks else (EVERYWHERE,):
        certificate = write_certificate(named, extent)
        try:
            found = reach(certificate)
        except TimeoutError:
            return None
        if found is not None and _closed(found):
            better = write_certificate(named, SUBGRADIENTS)
            convex = extent == KINKS and len(program.value) == 1
            return better if convex and check_bytes("gradient", [*files, better]).word == PROVED else certificate
    return None


def _closed(found: Listing) -> bool:
    return not found.undefined and not found.differing


def _badness(found: Listing) -> tuple[int, int]:
    return len(found.differing or ()), len(found.undefined or ())


def _namings(program: Program, values: Floats) -> Iterator[set[int]]:
    """Sets of instructions to name, the most promising first."""
    inner = _arguments(program)
    common = _common(program, values)
    maxima = _maxima(program)
    size = len(program.instructions)
    stable = _without_differences(program, common & inner)
    ways = [set[int](), maxima, common & inner, stable, common, inner]
    if size > 400:  # long polynomials are slow: names first
        ways = [common & inner, stable, common, maxima, set[int](), inner]
    seen: list[set[int]] = []
    for way in ways:
        if way not in seen:
            seen.append(way)
            yield way


def _arguments(program: Program) -> set[int]:
    """Arguments of functions and denominators."""
    found = set()
    for name, operands, _ in program.instructions:
        if name in _NONLINEAR:
            found.add(operands[0])
        elif name == "div":
            found.add(operands[1])
    return found


def _maxima(program: Program) -> set[int]:
    """Maxima: a + relu (b - a).  Stabilised exponentials are of differences from them."""
    rectified = {i for i, (name, _, _) in enumerate(program.instructions, 1) if name == "relu"}
    return {
        i
        for i, (name, operands, _) in enumerate(program.instructions, 1)
        if name == "add" and any(a in rectified for a in operands)
    }


def _without_differences(program: Program, named: set[int]) -> set[int]:
    """The same, with what is subtracted from instead of differences from logarithms and maxima.

    exp (z - log s) is to be exp z / s, and not an exponential of its own.
    """
    kinds = {i: (name, operands) for i, (name, operands, _) in enumerate(program.instructions, 1)}
    maxima = _maxima(program)

    def is_shift(i: int) -> bool:
        name, operands = kinds[i]
        return name == "log" or i in maxima or (name == "opp" and is_shift(operands[0]))

    found = set()
    for i in named:
        name, operands = kinds[i]
        if name == "add" and any(map(is_shift, operands)):
            found |= {a for a in operands if not is_shift(a)}
        else:
            found.add(i)
    return found


def _common(program: Program, values: Floats) -> set[int]:
    """Instructions whose values occur on both sides: in the function with its adjoints, and in the derivative."""
    ours = _reached(program, [a for a, _ in program.pairs if a] + list(program.value))
    theirs = _reached(program, [g for _, g in program.pairs])
    with np.errstate(all="ignore"):
        keys = [tuple(float(f"{v:.9e}") for v in values[:, i]) for i in range(values.shape[1])]
    both = {keys[i] for i in ours} & {keys[i] for i in theirs}
    return {i for i in ours | theirs if keys[i] in both and np.isfinite(values[:, i]).all()}


def _sample(program: Program, box: Floats) -> Floats:
    """The values of all instructions at a few points of the box."""
    x = np.random.default_rng(1).uniform(0.25, 1.75, (_POINTS, program.inputs))
    x[1:] *= np.random.default_rng(2).choice([-1.0, 1.0], x[1:].shape)
    return program.evaluate(in_box(x, box))


def _reached(program: Program, roots: Sequence[int]) -> set[int]:
    seen: set[int] = set()
    stack = list(roots)
    while stack:
        i = stack.pop()
        if i not in seen:
            seen.add(i)
            stack.extend(program.instructions[i - 1][1])
    return seen


def _residual(found: Listing, program: Program, entries: Sequence[str], values: Floats) -> str:
    """In words: where the two differ, with an example in binary64."""
    differing, undefined = found.differing or (), found.undefined or ()
    parts = []
    if differing:
        names = ", ".join(entries[k] for k in differing[:4]) + (", …" if len(differing) > 4 else "")
        parts.append(f"the normal forms differ at {len(differing)} of {len(entries)} entries ({names})")
        for k in differing:
            a, g = program.pairs[k]
            gap = np.abs(values[:, a] - values[:, g])
            at = np.argmax(np.where(np.isfinite(gap), gap, -1))
            if gap[at] > 1e-6 * (1 + abs(values[at, a])):
                parts.append(
                    f"at a random point the gradient by {entries[k]} is about {values[at, a]:.6g}, "
                    f"and the derivative gives {values[at, g]:.6g}"
                )
                break
        else:
            parts.append("at random points they agree")
    if undefined:
        name, *_ = program.instructions[undefined[0] - 1]
        parts.append(f"the derivative is not known to be defined ({len(undefined)} instructions, the first a {name})")
    return "no certificate was found: " + "; ".join(parts)

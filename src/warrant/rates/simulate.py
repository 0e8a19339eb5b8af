"""A run of a method on a quadratic function, to compare its rate with: what the worst case is usually far from.

On ½ Σ hⱼ xⱼ² the relations of a method of fixed steps are linear, coordinate by coordinate, and so is what they leave
open, if it is no more than where the run begins.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from warrant.rates.forms import meaning

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from warrant.rates import problem as P
    from warrant.rates.forms import Form, Linear, Meaning

__all__ = ["simulate"]

_COORDINATES = 40
"""The dimension."""
_FLATTEST = 1e-4
"""The least curvature, relatively to the largest, where the classes say none."""
_FREE = 1e-9
"""Singular values below this part of the largest count as 0."""
_LOW = {"strongly-convex", "restricted-secant", "lojasiewicz", "strongly-monotone"}
_HIGH = {"smooth", "quadratic-growth", "error-bound", "lipschitz-operator"}
_BOTH = {"quadratic", "symmetric"}


def simulate(problem: P.Problem) -> NDArray[np.float64] | None:
    """The metrics of a run, (metrics,), with 40 curvatures in geometric progression, all in the classes.

    The start has the same size in each coordinate, and is as far away as the problem's comparisons allow.  None where
    the classes have no quadratic functions, or the relations do not say all of the run on them.
    """
    m = meaning(problem)
    ranges = [_curvatures(o) for o in problem.objects]
    if any(r is None for r in ranges) or m.decompositions or not m.coordinates:
        return None
    bounds = [r for r in ranges if r is not None]
    place = {i: p for p, i in enumerate(m.coordinates)}
    values = np.empty((len(place), _COORDINATES))
    for j, part in enumerate(np.linspace(0, 1, _COORDINATES)):
        run = _run(m, place, [low ** (1 - part) * high**part for low, high in bounds])
        if run is None:
            return None
        values[:, j] = run
    curvatures = [np.geomspace(low, high, _COORDINATES) for low, high in bounds]
    return _measured(m, place, values, curvatures, len(problem.numbers))


def _curvatures(o: P.Object) -> tuple[float, float] | None:
    """The least and the largest curvature that the classes of an object allow, above 0; None for other classes."""
    low, high = 0.0, float("inf")
    for c in o.classes:
        p = [float(q) for q in c.parameters]
        if c.name in _LOW:
            low = max(low, p[0])
        elif c.name in _HIGH:
            high = min(high, p[0])
        elif c.name in _BOTH:
            low, high = max(low, p[0]), min(high, p[1])
        elif c.name == "cocoercive" and p[0] > 0:
            high = min(high, 1 / p[0])
        elif c.name != "convex":
            return None
    high = high if np.isfinite(high) else max(1.0, low)
    low = max(low, _FLATTEST * high)
    return (low, high) if low <= high else None


def _run(m: Meaning, place: dict[int, int], h: list[float]) -> NDArray[np.float64] | None:
    """What the points are in a coordinate of such curvatures, up to a factor: (points,)."""
    rows = np.zeros((len(m.calls), len(place)))
    for r, call in enumerate(m.calls):
        if call.kind not in ("gradient", "subgradient", "image"):
            return None
        for i, q in call.g.items():
            rows[r, place[i]] += float(q)
        for i, q in call.x.items():
            rows[r, place[i]] -= h[call.k] * float(q)
    _, sizes, vectors = np.linalg.svd(rows, full_matrices=True)
    if len(place) - int((sizes > _FREE * sizes.max(initial=1e-300)).sum()) != 1:
        return None
    run: NDArray[np.float64] = vectors[-1]
    return run


def _measured(
    m: Meaning,
    place: dict[int, int],
    values: NDArray[np.float64],
    curvatures: list[NDArray[np.float64]],
    numbers: int,
) -> NDArray[np.float64] | None:
    """The metrics; values: (points, coordinates), the points of a run up to a factor for each coordinate."""
    first = next((place[i] for call in m.calls if call.g for i in call.x if np.abs(values[place[i]]).min() > 0), None)
    if first is None:
        return None
    values = values / values[first]

    def vector(a: Linear) -> NDArray[np.float64]:
        total: NDArray[np.float64] = sum((float(q) * values[place[i]] for i, q in a.items()), np.zeros(_COORDINATES))
        return total

    known = np.full(numbers, np.nan)
    for call in m.calls:
        if call.v is not None and len(call.v) == 1:
            ((key, q),) = call.v.items()
            if len(key) == 1:
                known[key[0]] = (curvatures[call.k] * vector(call.x) ** 2).sum() / 2 / float(q)

    def of_size(form: Form) -> float:
        """What grows with the square of the run's size."""
        total = 0.0
        for key, q in form.items():
            match key:
                case (i,):
                    total += float(q) * known[i]
                case (i, j):
                    total += float(q) * (values[place[i]] @ values[place[j]])
        return total

    most = float("inf")
    for form, equal in m.comparisons.values():
        grows, constant = of_size(form), float(form.get((), 0))
        if equal or constant > 0 or not np.isfinite(grows) or (constant == 0 and grows > 0):
            return None
        if grows > 0:
            most = min(most, -constant / grows)
    if not np.isfinite(most):
        return None
    metrics = np.array([most * of_size(form) + float(form.get((), 0)) for form in m.metrics])
    return metrics if np.isfinite(metrics).all() else None

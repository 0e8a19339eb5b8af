"""Reads the repeated step of a method out of a PEPit function of n: its text, about which the theorem then is.

The problems for n = 2, 3 and 4 are compared.  Their only function or operator has to be called at points x(0), x(1), …
with x(j + 1) = x(j) + a (x(j) − p(j)) − b g(j) and p(j + 1) = x(j) − γ g(j), where p(0) = x(0) and the numbers are the
same everywhere, or at points with x(j + 1) = x(j) − γ g(j + 1).  The last call may be at another combination of these.
Nothing about other n is known from that: the text says what the theorem is about, for every n.  It asks for an answer
at each point, x(0) among them, also where the program asks for none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from warrant.rates import problem as P
from warrant.rates.extract import extract
from warrant.rates.find import NotFound
from warrant.rates.forms import Form, Linear, Meaning, combine, inner, meaning
from warrant.rates.method import read_method
from warrant.rates.pepit import solve
from warrant.rates.text import object_text
from warrant.rates.to_pepit import pepit_value
from warrant.rates.unroll import unroll

if TYPE_CHECKING:
    from warrant.rates.forms import Called

__all__ = ["Recognised", "recognise"]

STEPS = (2, 3, 4)
"""The numbers of steps at which the function is asked."""
SAME = 1e-4
"""How far PEPit's values of the function and of the text may be apart, relatively."""
NONE = Fraction(0)


@dataclass(frozen=True)
class Recognised:
    """A method that was read out of a PEPit function."""

    body: str
    """Its text without the conclusion."""
    measure: str
    initial: str
    values: tuple[float, ...]
    """PEPit's numbers at 2, 3 and 4 steps."""

    def text(self, factors: Sequence[Fraction | int], ratio: str, scale: str) -> str:
        """The text with a conclusion: ratio and scale are numbers, or what stands for one that is to be found."""
        initial = self.initial if scale == "1" else f"(* {scale} {self.initial})"
        return f"{self.body}(conclude {self.measure} ({' '.join(map(str, factors))}) {ratio} {initial})\n"

    def shapes(self) -> list[str]:
        """Texts of conclusions to try, the strongest first: a geometric rate, and those in 1/N and 1/N²."""
        inverse = [1 / v for v in self.values]
        geometric = [self.text([1], "?ratio", "1"), self.text([1], "?ratio", "100")]
        linear = _line(inverse)
        sublinear = [self.text([*linear, 0], "1", "?scale")] if linear else []
        sublinear += [self.text([0, 1, 0], "1", "?scale")]
        falls = [b / a for a, b in zip(self.values, self.values[1:], strict=False)]
        return [*sublinear, *geometric] if linear or falls[-1] > 1.02 * falls[0] else [*geometric, *sublinear]


class _No(Exception):
    """Why a function's method is not recognised."""


def recognise(where: str, arguments: Mapping[str, Any] | None = None) -> Recognised | NotFound:
    """The method of MODULE:FUNCTION, a PEPit function of ``n`` and of these other arguments, or why there is none.

    Raises WrongInput, SearchError and Unsupported as ``solve`` and ``extract`` do.
    """
    given = {name: value for name, value in (arguments or {}).items() if name != "n"}
    solved = [solve(where, {**given, "n": n}) for n in STEPS]
    reason = ""
    for carried in (False, True):
        problems = [extract(s, carried=carried) for s in solved]
        try:
            found = replace(_read(problems), values=tuple(s.value for s in solved))
        except _No as error:
            reason = reason or str(error)
            continue
        apart = _apart(found)
        return NotFound(apart) if apart else found
    return NotFound(
        f"{where} is not recognised as a method of fixed steps: {reason}; a text of it can be given (*.method)"
    )


def _apart(found: Recognised) -> str:
    """Why the text is not taken for the function's method: PEPit's values of both differ.  Empty if they do not."""
    method = read_method(found.text([1], "1", "1"))
    for n, value in zip(STEPS, found.values, strict=True):
        problem = unroll(method, n)
        own = pepit_value(replace(problem, metrics=problem.metrics[-1:]))
        if abs(own - value) > SAME * max(abs(value), SAME):
            return f"with {n} steps PEPit's number is {value:.6g}, but {own:.6g} for the method that was read"
    return ""


# ---- exact fits ------------------------------------------------------------------------------------------------------


def _fit(cases: Sequence[tuple[Mapping[Any, Fraction], Sequence[Mapping[Any, Fraction]]]]) -> list[Fraction] | None:
    """The coefficients with which the parts of each target add up to it, the same for all; 0 where they are free.

    cases: targets, each with its parts.  None if there are no such coefficients.
    """
    last = len(cases[0][1])
    echelon: dict[int, Linear] = {}
    for target, parts in cases:
        for key in {k for form in (target, *parts) for k in form}:
            row = {i: part[key] for i, part in enumerate(parts) if key in part}
            row = combine([(1, row), (1, {last: target.get(key, NONE)})])
            rest = combine([(1, row), *((-row.get(p, NONE), r) for p, r in echelon.items())])
            if not rest:
                continue
            pivot = min(rest)
            if pivot == last:
                return None
            rest = combine([(1 / rest[pivot], rest)])
            for p, r in echelon.items():
                if pivot in r:
                    echelon[p] = combine([(1, r), (-r[pivot], rest)])
            echelon[pivot] = rest
    return [echelon[i].get(last, NONE) if i in echelon else NONE for i in range(last)]


def _fewest(cases: Sequence[tuple[Linear, Sequence[Linear]]], order: Sequence[Sequence[int]]) -> list[Fraction] | None:
    """The same with some of the parts alone: the first of these choices that does; the others have coefficient 0."""
    for chosen in order:
        found = _fit([(target, [parts[i] for i in chosen]) for target, parts in cases])
        if found is not None:
            known = dict(zip(chosen, found, strict=True))
            return [known.get(i, NONE) for i in range(len(cases[0][1]))]
    return None


def _line(values: Sequence[float]) -> list[Fraction] | None:
    """Proportional to the values at 2, 3 and 4 steps: c0 and c1 of c0 + c1 N; None if they are on no such line."""
    slope = values[2] - values[1]
    start = values[0] - 2 * slope
    if slope <= 0 or abs(values[1] - values[0] - slope) > SAME * slope or start < -SAME * slope:
        return None
    if start < SAME * slope:
        return [NONE, Fraction(1)]
    ratio = Fraction(slope / start).limit_denominator(1000)
    return [Fraction(1), ratio] if abs(float(ratio) - slope / start) < SAME * float(ratio) else None


# ---- one problem -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Seen:
    """A problem of n steps: the optimum, if it has one, the other calls, and what is at most 1 at the start."""

    m: Meaning
    star: Called | None
    run: tuple[Called, ...]
    initial: Form


def _seen(problem: P.Problem, n: int) -> _Seen:
    if len(problem.objects) != 1:
        raise _No(f"it has {len(problem.objects)} functions and operators, and one is expected")
    m = meaning(problem)
    if len(m.metrics) != 1:
        raise _No(f"it measures {len(m.metrics)} quantities, and one is expected")
    if m.decompositions or any(call.kind == "adjoint" for call in m.calls):
        raise _No("it has adjoints or blocks")
    comparisons = [(combine([(1, form)]), equal) for form, equal in m.comparisons.values() if form]
    if len(comparisons) != 1 or comparisons[0][1] or comparisons[0][0].get((), NONE) >= 0:
        raise _No("one assumption is expected, that a quantity at the start is at most a number above 0")
    form = comparisons[0][0]
    initial = combine([(-1 / form[()], {key: q for key, q in form.items() if key != ()})])
    stars = [call for call in m.calls if not call.g]
    run = tuple(call for call in m.calls if call.g)
    if len(stars) > 1 or any(len(call.g) != 1 for call in run):
        raise _No("its calls are not those of one run and of one optimum")
    if len(run) not in (n, n + 1):
        raise _No(f"with {n} steps it has {len(run)} calls, and {n} or {n + 1} are expected")
    return _Seen(m, stars[0] if stars else None, run, initial)


# ---- the step --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Step:
    """x⁺ = x + a (x − p) − b g and p⁺ = x − γ g; or, if it is implicit, x⁺ = x − b g⁺."""

    a: Fraction
    b: Fraction
    gamma: Fraction
    implicit: bool = False

    def points(self, first: Linear, answers: Sequence[Linear]) -> tuple[list[Linear], list[Linear]]:
        """The points x and p, from x(0) and g(0), g(1), …: one more than there are answers, if it is explicit."""
        x, p = [first], [first]
        for g in answers:
            after = combine([(1, x[-1]), (self.a, x[-1]), (-self.a, p[-1]), (-self.b, g)])
            p.append(combine([(1, x[-1]), (-self.gamma, g)]))
            x.append(after)
        return x, p


def _minus(a: Linear, b: Linear) -> Linear:
    return combine([(1, a), (-1, b)])


def _step(seen: Sequence[_Seen]) -> _Step:
    """The step that all problems repeat.  Raises _No."""
    first = seen[0].run[0]
    if set(first.x) & set(first.g):
        cases = []
        for s in seen:
            points = [combine((q, {i: Fraction(1)}) for i, q in s.run[0].x.items() if i not in s.run[0].g)]
            points += [call.x for call in s.run]
            answers = [call.g for call in s.run]
            cases += [
                (_minus(y, x), [combine([(-1, g)])]) for x, y, g in zip(points, points[1:], answers, strict=False)
            ]
        found = _fit(cases)
        if found is None:
            raise _No("its points are no x(j + 1) = x(j) − γ g(j + 1)")
        return _Step(NONE, found[0], NONE, implicit=True)
    cases = []
    for n, s in zip(STEPS, seen, strict=True):
        x, g = [call.x for call in s.run], [call.g for call in s.run]
        for j in range(n - 1):
            earlier = (x[j - 1], g[j - 1]) if j else (x[0], {})
            cases.append(
                (_minus(x[j + 1], x[j]), [_minus(x[j], earlier[0]), combine([(-1, g[j])]), combine([(-1, earlier[1])])])
            )
    found = _fewest(cases, [(1,), (0, 1), (0, 1, 2)])
    if found is None or (found[2] and not found[0]):
        raise _No(
            "its points are no x(j + 1) = x(j) + a (x(j) − x(j − 1)) − b g(j) − c g(j − 1) with constants a, b, c"
        )
    a, b, c = found
    return _Step(a, b, -c / a if a else NONE)


# ---- the text --------------------------------------------------------------------------------------------------------


def _sum(parts: Sequence[tuple[Fraction, str]]) -> str:
    """A combination of points, or of numbers, as text."""
    words = [[name if abs(q) == 1 else f"(* {abs(q)} {name})" for q, name in parts if q * sign > 0] for sign in (1, -1)]
    plus = words[0][0] if len(words[0]) == 1 else f"(+ {' '.join(words[0])})" if words[0] else ""
    return f"(- {' '.join([plus, *words[1]]).lstrip()})" if words[1] else plus or "0"


def _quantity(cases: Sequence[tuple[Form, Mapping[str, Form], Mapping[str, Linear]]], what: str) -> str:
    """A quantity in terms of numbers and of inner products of points, which have names, the same for all n."""
    names = list(cases[0][1]), list(cases[0][2])
    pairs = [(a, b) for n, a in enumerate(names[1]) for b in names[1][: n + 1]]
    found = _fit(
        [
            (form, [*(numbers[v] for v in names[0]), *(inner(points[a], points[b]) for a, b in pairs)])
            for form, numbers, points in cases
        ]
    )
    if found is None:
        raise _No(f"{what} is no combination of values and inner products there")
    words = [*names[0], *(f"(norm2 {a})" if a == b else f"(inner {a} {b})" for a, b in pairs)]
    return _sum([(q, word) for q, word in zip(found, words, strict=True)])


@dataclass(frozen=True)
class _Run:
    """A problem of n steps, its points x and p by the step that all repeat, and the call after the last step."""

    seen: _Seen
    n: int
    x: list[Linear]
    p: list[Linear]
    last: Called | None

    def end(self, measured: str) -> Linear:
        """The point that is measured."""
        last = self.seen.run[-1].x
        return {"x": self.x[-1], "p": self.p[-1], "w": last}[measured]


def _run(seen: _Seen, n: int, step: _Step) -> _Run:
    first = seen.run[0]
    if step.implicit:
        x = [{i: q for i, q in first.x.items() if i not in first.g}, *(call.x for call in seen.run)]
        return _Run(seen, n, x, x, seen.run[-1])
    last = seen.run[n] if len(seen.run) > n else None
    return _Run(seen, n, *step.points(first.x, [call.g for call in seen.run[:n]]), last)


def _measured(runs: Sequence[_Run]) -> tuple[str, list[Fraction]]:
    """Which point is measured: x, p, or w with w⁺ = x + a (x − p) − b g, and then a and b.  Raises _No."""
    if any(r.last is not None and r.last.x != r.x[-1] for r in runs):
        if any(r.last is None for r in runs):
            raise _No("there is a call after the last step only for some numbers of steps")
        if all(r.end("w") == r.p[-1] for r in runs):
            return "p", []
        cases = []
        for r in runs:
            x, p, g = r.x[-2], r.p[-2], r.seen.run[r.n - 1].g
            cases.append((_minus(r.end("w"), x), [_minus(x, p), combine([(-1, g)])]))
        found = _fit(cases)
        if found is None:
            raise _No("what it measures is at no fixed combination of its last points")
        return "w", found
    return "x", []


def _read(problems: Sequence[P.Problem]) -> Recognised:
    """The method of problems of 2, 3 and 4 steps.  Raises _No."""
    seen = [_seen(problem, n) for problem, n in zip(problems, STEPS, strict=True)]
    step = _step(seen)
    runs = [_run(s, n, step) for n, s in zip(STEPS, seen, strict=True)]
    measured, other = _measured(runs)
    kind = seen[0].run[0].kind
    calls, silent = [_CALLS["x"]], []
    moves = [f"(same x+ {_sum([(1 + step.a, 'x'), (-step.a, 'p'), (-step.b, 'g+' if step.implicit else 'g')])})"]
    if measured == "w":
        calls.append(_CALLS["w"])
        moves.append(f"(same w+ {_sum([(1 + other[0], 'x'), (-other[0], 'p'), (-other[1], 'g')])})")
    if step.a or measured == "p" or (measured == "w" and other[0]):
        moves.append(f"(same p+ {_sum([(Fraction(1), 'x'), (-step.gamma, 'g')])})")
        if measured == "p" or kind == "gradient":
            calls.append(_CALLS["p"])
        else:
            silent = ["p"]
    measure = [(r.seen.m.metrics[0], *_there(r, measured, r.end(measured), r.last)) for r in runs]
    initial = [(r.seen.initial, *_there(r, "x", r.x[0], None if step.implicit else r.seen.run[0])) for r in runs]
    return Recognised(
        _body(problems[0], seen[0].star, kind, calls, silent, moves),
        _quantity(measure, "what it measures"),
        _quantity(initial, "what it assumes of the start"),
        (),
    )


_CALLS = {"x": ("x", "g", "v"), "p": ("p", "h", "r"), "w": ("w", "k", "s")}
"""What the points, their (sub)gradients or images, and their values are called."""


def _there(run: _Run, name: str, x: Linear, call: Called | None) -> tuple[dict[str, Form], dict[str, Linear]]:
    """By name the values and the vectors of which a quantity at a point may be made."""
    star = run.seen.star
    _, answer, value = _CALLS[name]
    values = {key: c.v for key, c in ((value, call), ("fs", star)) if c is not None and c.v is not None}
    vectors = {name: x} if star is None else {f"(- {name} xs)": _minus(x, star.x)}
    return values, vectors | ({} if call is None else {answer: call.g})


def _body(
    problem: P.Problem,
    star: Called | None,
    kind: str,
    calls: Sequence[tuple[str, str, str]],
    silent: Sequence[str],
    moves: Sequence[str],
) -> str:
    """The text of a method, but for what it concludes; silent: points at which nothing is asked."""
    object_ = replace(problem.objects[0], name="f")
    values = object_.kind == "function"
    sequences = [name for x, g, _ in calls for name in (x, g)] + list(silent)
    lines = ["(method 1)", object_text([object_], object_)]
    if star is not None:
        lines += ["(points xs)", *["(numbers fs)"] * values]
    lines.append(f"(point-sequences {' '.join(sequences)})")
    if values:
        lines.append(f"(number-sequences {' '.join(v for _, _, v in calls)})")
    if star is not None:
        lines += [f"({star.kind} f xs 0)", *["(value f xs fs)"] * values]
    for x, g, v in calls:
        lines += [f"({kind} f {x} {g})", *[f"(value f {x} {v})"] * values]
    lines += moves
    starts = [f"(same {name} x)" for name in ("p", "w") if name in sequences]
    if starts:
        lines.append(f"(start {' '.join(starts)})")
    return "\n".join(lines) + "\n"

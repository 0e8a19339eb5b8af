"""A rate problem as a theorem that reads like a paper's: what ``Theorem.v`` says after the claim about the file."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from warrant.claims._interface import THEOREM_NAME
from warrant.rates import problem as P

__all__ = ["NAME", "restate"]

NAME = "rate"
"""The name of the theorem."""

_PREDICATES = {
    "convex": "convex",
    "strongly-convex": "strongly_convex",
    "smooth": "smooth",
    "lipschitz": "lipschitz",
    "indicator": "indicator",
    "diameter": "diameter",
    "support": "support",
    "bounded-support": "bounded_support",
    "quadratic-growth": "quadratic_growth",
    "quadratic": "quadratic",
    "restricted-secant": "restricted_secant",
    "error-bound": "error_bound",
    "lojasiewicz": "lojasiewicz",
    "block-smooth": "block_smooth",
    "strongly-monotone": "strongly_monotone",
    "cocoercive": "cocoercive",
    "lipschitz-operator": "lipschitz_operator",
    "symmetric": "symmetric",
    "skew-symmetric": "skew_symmetric",
    "linear": "linear_operator",
}
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_']*\Z")
_RESERVED = """
as at cofix else end exists exists2 fix for forall fun if IF in let match mod return then using where with
Prop Set Type SProp E R Q S O I True False Some None nil cons nat list nth
inner norm norm2 vzero vadd vsub vopp vscale function operators subgradient gradient minimizer adjoint decomposition
value domain
claim rate problem problem_file certificate_file the_problem k N holds
"""
_TAKEN = {*_RESERVED.split(), *_PREDICATES.values()}
"""Words that cannot name a variable: Coq's own, and what the statement refers to."""

_TEXT = """\
(** What the file says, without the file: *)
Definition the_problem : Rates.problem := Eval vm_compute in problem_of problem_file.
Lemma the_file_says_so : Rates.read_problem problem_file = Some the_problem.
Proof. vm_cast_no_check (eq_refl (Some the_problem)). Qed.

Theorem {name} :
{statement}.
Proof.
  intros {variables}.
  (* It is what the claim says of these objects, points and numbers, in this order. *)
  exact (rate_of the_file_says_so {claim} E
    (fun k => nth k {functions} (everywhere (fun _ => 0)))
    (fun k => nth k {operators} (fun _ _ => False))
    (fun i => nth i {points} vzero)
    (fun i => nth i {numbers} 0)).
Qed.
"""


def restate(problem: P.Problem) -> tuple[str, str]:
    """The Coq statement of what a problem says, and Coq text with that theorem, proved from the one about its file."""
    names = Names.of([o.name for o in problem.objects], problem.points, problem.numbers)
    classes = [f"{predicate(names, c)} {names.objects[k]}" for k, o in enumerate(problem.objects) for c in o.classes]
    hypotheses = classes + [relation(names, r) for r in problem.relations]
    goal = " \\/ ".join(f"{scalar(names, m)} <= {real(problem.bound)}" for m in problem.metrics)
    binders = textwrap.fill(
        f"forall {' '.join(_binders(problem, names))},", 110, initial_indent="  ", subsequent_indent="    "
    )
    statement = "\n".join([binders, *(f"    {h} ->" for h in hypotheses), f"    {goal}"])
    text = _TEXT.format(
        name=NAME,
        claim=THEOREM_NAME,
        statement=statement,
        variables=" ".join(["E", *names.objects, *names.points, *names.numbers]),
        functions=listed(n if o.kind == "function" else "everywhere (fun _ => 0)" for n, o in _objects(problem, names)),
        operators=listed(n if o.kind == "operator" else "(fun _ _ => False)" for n, o in _objects(problem, names)),
        points=listed(names.points),
        numbers=listed(names.numbers),
    )
    return statement, text


def listed(items: Iterable[str]) -> str:
    """A list in Coq."""
    return "[" + "; ".join(items) + "]"


@dataclass(frozen=True)
class Names:
    """Coq names for the objects, points and numbers of a problem, all different."""

    objects: tuple[str, ...]
    points: tuple[str, ...]
    numbers: tuple[str, ...]

    @classmethod
    def of(cls, objects: Sequence[str], points: Sequence[str], numbers: Sequence[str]) -> Names:
        """The names that a file gives them, as far as Coq can take them."""
        taken = set(_TAKEN)

        def choose(names: Sequence[str]) -> tuple[str, ...]:
            chosen = []
            for name in names:
                stem = name if _IDENTIFIER.match(name) else re.sub(r"[^A-Za-z0-9_]", "_", name)
                free = stem
                count = 1
                while free in taken:
                    count += 1
                    free = f"{stem}_{count}"
                taken.add(free)
                chosen.append(free)
            return tuple(chosen)

        return cls(choose(objects), choose(points), choose(numbers))


def _objects(problem: P.Problem, names: Names) -> Iterable[tuple[str, P.Object]]:
    return zip(names.objects, problem.objects, strict=True)


def _binders(problem: P.Problem, names: Names) -> Iterable[str]:
    yield "(E : inner_product_space)"
    for name, o in _objects(problem, names):
        yield f"({name} : function E)" if o.kind == "function" else f"({name} : E -> E -> Prop)"
    if names.points:
        yield f"({' '.join(names.points)} : E)"
    if names.numbers:
        yield f"({' '.join(names.numbers)} : R)"


def real(q: Fraction) -> str:
    whole = str(q.numerator) if q >= 0 else f"({q.numerator})"
    return whole if q.denominator == 1 else f"({whole} / {q.denominator})"


def predicate(names: Names, c: P.Class) -> str:
    block = [] if c.block is None else [names.objects[c.block]]
    return " ".join([_PREDICATES[c.name], *block, *map(real, c.parameters)])


def vector(names: Names, a: P.Vector) -> str:
    """A point, in parentheses unless it is a name or 0."""
    match a:
        case P.Point(i):
            return names.points[i]
        case P.Zero():
            return "vzero"
        case P.Plus(b, c):
            return f"({_unwrapped(vector(names, b), b)} + {vector(names, c)})"
        case P.Minus(b, c):
            return f"({_unwrapped(vector(names, b), b)} - {vector(names, c)})"
        case P.Opposite(b):
            return f"(- {vector(names, b)})"
        case P.Scaled(q, b):
            return f"({real(q)} *: {vector(names, b)})"


def _unwrapped(text: str, a: P.Vector | P.Scalar) -> str:
    """The left member of a sum or difference needs no parentheses if it is one itself."""
    return text[1:-1] if isinstance(a, P.Plus | P.Minus) else text


def point(names: Names, a: P.Vector) -> str:
    """A point as an argument, in the scope of vectors."""
    text = vector(names, a)
    if isinstance(a, P.Point) and " " in text:
        return f"({text})"
    return f"{text}%V" if text.startswith("(") else text


def scalar(names: Names, v: P.Scalar) -> str:
    """A number; atoms and applications stand in parentheses where they are arguments of an operation."""
    match v:
        case P.Number(i):
            return names.numbers[i]
        case P.Constant(q):
            return real(q)
        case P.Inner(a, b):
            return f"inner {point(names, a)} {point(names, b)}"
        case P.Norm2(a):
            return f"norm2 {point(names, a)}"
        case P.Plus(v, w):
            return f"{scalar(names, v)} + {operand(names, w)}"
        case P.Minus(v, w):
            return f"{scalar(names, v)} - {operand(names, w)}"
        case P.Opposite(w):
            return f"- {operand(names, w)}"
        case P.Scaled(q, w):
            return f"{real(q)} * {operand(names, w)}"


def operand(names: Names, v: P.Scalar) -> str:
    text = scalar(names, v)
    return f"({text})" if isinstance(v, P.Plus | P.Minus | P.Opposite | P.Scaled) else text


def relation(names: Names, r: P.Relation) -> str:
    match r:
        case P.Call(kind, k, x, g):
            predicate = names.objects[k] if kind == "image" else f"{kind} {names.objects[k]}"
            return f"{predicate} {point(names, x)} {point(names, g)}"
        case P.Value(k, x, v):
            return f"{scalar(names, v)} = {names.objects[k]} {point(names, x)}"
        case P.Blocks(ks):
            return f"decomposition {listed(names.objects[k] for k in ks)}"
        case P.Same(a, b):
            return f"{point(names, a)} = {point(names, b)}"
        case P.Comparison(">=", v, w):
            return f"{scalar(names, w)} <= {scalar(names, v)}"
        case P.Comparison(sign, v, w):
            return f"{scalar(names, v)} {sign} {scalar(names, w)}"

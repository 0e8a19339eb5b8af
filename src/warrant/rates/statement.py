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
claim rate problem problem_file certificate_file the_problem
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
    names = _Names.of(problem)
    classes = [f"{_predicate(names, c)} {names.objects[k]}" for k, o in enumerate(problem.objects) for c in o.classes]
    hypotheses = classes + [_relation(names, r) for r in problem.relations]
    goal = " \\/ ".join(f"{_scalar(names, m)} <= {_real(problem.bound)}" for m in problem.metrics)
    binders = textwrap.fill(
        f"forall {' '.join(_binders(problem, names))},", 110, initial_indent="  ", subsequent_indent="    "
    )
    statement = "\n".join([binders, *(f"    {h} ->" for h in hypotheses), f"    {goal}"])
    text = _TEXT.format(
        name=NAME,
        claim=THEOREM_NAME,
        statement=statement,
        variables=" ".join(["E", *names.objects, *names.points, *names.numbers]),
        functions=_list(n if o.kind == "function" else "everywhere (fun _ => 0)" for n, o in _objects(problem, names)),
        operators=_list(n if o.kind == "operator" else "(fun _ _ => False)" for n, o in _objects(problem, names)),
        points=_list(names.points),
        numbers=_list(names.numbers),
    )
    return statement, text


def _list(items: Iterable[str]) -> str:
    return "[" + "; ".join(items) + "]"


@dataclass(frozen=True)
class _Names:
    """Coq names for the objects, points and numbers of a problem, all different."""

    objects: tuple[str, ...]
    points: tuple[str, ...]
    numbers: tuple[str, ...]

    @classmethod
    def of(cls, problem: P.Problem) -> _Names:
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

        return cls(choose([o.name for o in problem.objects]), choose(problem.points), choose(problem.numbers))


def _objects(problem: P.Problem, names: _Names) -> Iterable[tuple[str, P.Object]]:
    return zip(names.objects, problem.objects, strict=True)


def _binders(problem: P.Problem, names: _Names) -> Iterable[str]:
    yield "(E : inner_product_space)"
    for name, o in _objects(problem, names):
        yield f"({name} : function E)" if o.kind == "function" else f"({name} : E -> E -> Prop)"
    if names.points:
        yield f"({' '.join(names.points)} : E)"
    if names.numbers:
        yield f"({' '.join(names.numbers)} : R)"


def _real(q: Fraction) -> str:
    whole = str(q.numerator) if q >= 0 else f"({q.numerator})"
    return whole if q.denominator == 1 else f"({whole} / {q.denominator})"


def _predicate(names: _Names, c: P.Class) -> str:
    block = [] if c.block is None else [names.objects[c.block]]
    return " ".join([_PREDICATES[c.name], *block, *map(_real, c.parameters)])


def _vector(names: _Names, a: P.Vector) -> str:
    """A point, in parentheses unless it is a name or 0."""
    match a:
        case P.Point(i):
            return names.points[i]
        case P.Zero():
            return "vzero"
        case P.Plus(b, c):
            return f"({_unwrapped(_vector(names, b), b)} + {_vector(names, c)})"
        case P.Minus(b, c):
            return f"({_unwrapped(_vector(names, b), b)} - {_vector(names, c)})"
        case P.Opposite(b):
            return f"(- {_vector(names, b)})"
        case P.Scaled(q, b):
            return f"({_real(q)} *: {_vector(names, b)})"


def _unwrapped(text: str, a: P.Vector | P.Scalar) -> str:
    """The left member of a sum or difference needs no parentheses if it is one itself."""
    return text[1:-1] if isinstance(a, P.Plus | P.Minus) else text


def _point(names: _Names, a: P.Vector) -> str:
    """A point as an argument, in the scope of vectors."""
    text = _vector(names, a)
    return f"{text}%V" if text.startswith("(") else text


def _scalar(names: _Names, v: P.Scalar) -> str:
    """A number; atoms and applications stand in parentheses where they are arguments of an operation."""
    match v:
        case P.Number(i):
            return names.numbers[i]
        case P.Constant(q):
            return _real(q)
        case P.Inner(a, b):
            return f"inner {_point(names, a)} {_point(names, b)}"
        case P.Norm2(a):
            return f"norm2 {_point(names, a)}"
        case P.Plus(v, w):
            return f"{_scalar(names, v)} + {_operand(names, w)}"
        case P.Minus(v, w):
            return f"{_scalar(names, v)} - {_operand(names, w)}"
        case P.Opposite(w):
            return f"- {_operand(names, w)}"
        case P.Scaled(q, w):
            return f"{_real(q)} * {_operand(names, w)}"


def _operand(names: _Names, v: P.Scalar) -> str:
    text = _scalar(names, v)
    return f"({text})" if isinstance(v, P.Plus | P.Minus | P.Opposite | P.Scaled) else text


def _relation(names: _Names, r: P.Relation) -> str:
    match r:
        case P.Call(kind, k, x, g):
            predicate = names.objects[k] if kind == "image" else f"{kind} {names.objects[k]}"
            return f"{predicate} {_point(names, x)} {_point(names, g)}"
        case P.Value(k, x, v):
            return f"{_scalar(names, v)} = {names.objects[k]} {_point(names, x)}"
        case P.Blocks(ks):
            return f"decomposition {_list(names.objects[k] for k in ks)}"
        case P.Same(a, b):
            return f"{_point(names, a)} = {_point(names, b)}"
        case P.Comparison(">=", v, w):
            return f"{_scalar(names, w)} <= {_scalar(names, v)}"
        case P.Comparison(sign, v, w):
            return f"{_scalar(names, v)} {sign} {_scalar(names, w)}"

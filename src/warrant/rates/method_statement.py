"""A method as a theorem that reads like a paper's: what ``Theorem.v`` says after the claim about the file."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from fractions import Fraction

from warrant.claims._interface import THEOREM_NAME
from warrant.rates import problem as P
from warrant.rates.method import Method, places
from warrant.rates.statement import NAME, Names, listed, operand, predicate, real, relation, scalar, vector

__all__ = ["restate_method"]

_TEXT = """\
(** What the file says, without the file: *)
Definition the_problem : Methods.method := Eval vm_compute in method_of_file problem_file.
Lemma the_file_says_so : Methods.read_method problem_file = Some the_problem.
Proof. vm_cast_no_check (eq_refl (Some the_problem)). Qed.

Theorem {name} :
{statement}.
Proof.
  intros {variables} N.
  (* It is what the claim says of these objects, points, numbers and sequences, in this order. *)
  assert (holds : {explicit}).
  {{ exact (method_of the_file_says_so {claim} E
      (fun k => nth k {functions} (everywhere (fun _ => 0)))
      (fun k => nth k {operators} (fun _ _ => False))
      (fun i => nth i {points} vzero)
      (fun i => nth i {point_sequences} (fun _ => vzero))
      (fun i => nth i {numbers} 0)
      (fun i => nth i {number_sequences} (fun _ => 0))
      {hypotheses} N). }}
  refine (same_sides holds _ _).
  - ring.
  - {ratio}.
Qed.
"""


def restate_method(method: Method) -> tuple[str, str]:
    """The Coq statement of what a method says, and Coq text with that theorem, proved from the one about its file."""
    names = Names.of([o.name for o in method.objects], _stems(method.points), _stems(method.numbers))

    def at(k: str, after: str) -> Names:
        return Names(names.objects, _placed(names.points, k, after), _placed(names.numbers, k, after))

    step, first, last = at("k", "(S k)"), at("0%nat", "1%nat"), at("N", "(S N)")
    classes = [f"{predicate(step, c)} {names.objects[i]}" for i, o in enumerate(method.objects) for c in o.classes]
    premises: list[tuple[str, str]] = [(h, f"class_{i}") for i, h in enumerate(classes)]
    for i, r in enumerate(method.relations):
        fixed = all(j % 3 == 0 for j in places(r))
        text = relation(step, r)
        premises.append((text, f"(fun _ => relation_{i})") if fixed else (f"(forall k, {text})", f"relation_{i}"))
    premises += [(f"(forall k, {_polynomial(step, v)} = vzero)", f"vanish_{i}") for i, v in enumerate(method.vanishing)]
    premises += [(relation(first, r), f"start_{i}") for i, r in enumerate(method.start)]
    measure, initial = operand(last, method.measure), scalar(first, method.initial)
    plain = method.ratio == 1
    alone = method.factors == (Fraction(1),)
    left = scalar(last, method.measure) if alone else f"{_factors(method.factors)} * {measure}"
    power = f"{real(method.ratio)} ^ N * {operand(first, method.initial)}"
    goal = f"forall N, {left} <= {initial if plain else power}"
    binders = textwrap.fill(
        f"forall {' '.join(_binders(method, names))},", 110, initial_indent="  ", subsequent_indent="    "
    )
    statement = "\n".join([binders, *(f"    {h} ->" for h, _ in premises), f"    {goal}"])
    kinds = list(zip(names.objects, method.objects, strict=True))
    hypotheses = [h.removeprefix("(fun _ => ").rstrip(")") for _, h in premises]
    ordered = _ordered(method.points, names.points) + _ordered(method.numbers, names.numbers)
    text = _TEXT.format(
        name=NAME,
        claim=THEOREM_NAME,
        statement=statement,
        variables=" ".join(["E", *names.objects, *ordered, *hypotheses]),
        explicit=f"{_horner(method.factors)} * {measure} <= {power}",
        functions=listed(n if o.kind == "function" else "everywhere (fun _ => 0)" for n, o in kinds),
        operators=listed(n if o.kind == "operator" else "(fun _ _ => False)" for n, o in kinds),
        points=listed(_fixed(names.points, method.points, "vzero")),
        point_sequences=listed(_sequences(names.points, method.points, "(fun _ => vzero)")),
        numbers=listed(_fixed(names.numbers, method.numbers, "0")),
        number_sequences=listed(_sequences(names.numbers, method.numbers, "(fun _ => 0)")),
        hypotheses=" ".join(h for _, h in premises),
        ratio="rewrite pow1; ring" if plain else "reflexivity",
    )
    return statement, text


def _stems(names: Sequence[str]) -> list[str]:
    """By place in threes: the name of what is fixed, or of the sequence."""
    return [names[j] or names[j + 1] for j in range(0, len(names), 3)]


def _placed(stems: Sequence[str], k: str, after: str) -> tuple[str, ...]:
    return tuple(text for stem in stems for text in (stem, f"{stem} {k}", f"{stem} {after}"))


def _is_fixed(names: Sequence[str], j: int) -> bool:
    return bool(names[3 * j])


def _ordered(names: Sequence[str], stems: Sequence[str]) -> list[str]:
    """What is fixed, then the sequences: the order of the binders."""
    fixed = [s for j, s in enumerate(stems) if _is_fixed(names, j)]
    return fixed + [s for j, s in enumerate(stems) if not _is_fixed(names, j)]


def _fixed(stems: Sequence[str], names: Sequence[str], nothing: str) -> list[str]:
    return [s if _is_fixed(names, j) else nothing for j, s in enumerate(stems)]


def _sequences(stems: Sequence[str], names: Sequence[str], nothing: str) -> list[str]:
    return [nothing if _is_fixed(names, j) else s for j, s in enumerate(stems)]


def _binders(method: Method, names: Names) -> Iterable[str]:
    yield "(E : inner_product_space)"
    for name, o in zip(names.objects, method.objects, strict=True):
        yield f"({name} : function E)" if o.kind == "function" else f"({name} : E -> E -> Prop)"
    for declared, stems, kind in ((method.points, names.points, "E"), (method.numbers, names.numbers, "R")):
        ordered = _ordered(declared, stems)
        count = sum(_is_fixed(declared, j) for j in range(len(stems)))
        if ordered[:count]:
            yield f"({' '.join(ordered[:count])} : {kind})"
        if ordered[count:]:
            yield f"({' '.join(ordered[count:])} : nat -> {kind})"


def _polynomial(names: Names, v: Sequence[P.Vector]) -> str:
    """A vector that is polynomial in k, as Spec/Methods.v writes it."""
    text = vector(names, v[-1]) if v else "vzero"
    for a in reversed(v[:-1]):
        text = f"({vector(names, a)} + INR k *: {text})"
    return f"{text}%V" if text.startswith("(") else text


def _horner(factors: Sequence[Fraction]) -> str:
    """A polynomial in N, as Spec/Methods.v writes it."""
    text = real(factors[-1]) if factors else "0"
    for c in reversed(factors[:-1]):
        text = f"({real(c)} + INR N * {text})"
    return text


def _factors(factors: Sequence[Fraction]) -> str:
    """A polynomial in N, as a reader would write it."""
    powers = ["", "INR N", *(f"INR N ^ {j}" for j in range(2, len(factors)))]
    terms = [
        power if c == 1 and power else f"{real(c)} * {power}" if power else real(c)
        for c, power in zip(factors, powers, strict=False)
        if c
    ]
    return terms[0] if len(terms) == 1 else f"({' + '.join(terms) or '0'})"

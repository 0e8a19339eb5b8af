"""What a theorem may rest on, with a sentence on each, and the reading of Coq's own list."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["GROUPS", "USUAL", "Assumption", "explain", "not_permitted", "parse_assumptions", "parse_full_names"]


@dataclass(frozen=True)
class Assumption:
    """Something that a theorem rests on.

    Attributes:
        name: its full Coq name.
        group: a short title; assumptions of one group are explained together.
        sentence: what it says, in words.
    """

    name: str
    group: str
    sentence: str


_GROUPS: tuple[tuple[str, str, str], ...] = (
    (
        "primitive operations",
        r"Numbers\.Cyclic\.Int63\.PrimInt63\.\w+|Floats\.PrimFloat\.(?:Leibniz\.)?\w+|Strings\.PrimString\.\w+",
        "A type or an operation that the kernel computes itself, on 63-bit integers, binary64 numbers or byte strings.",
    ),
    (
        "axioms of 63-bit integers",
        r"Numbers\.Cyclic\.Int63\.Uint63(?:Axioms)?\.\w+",
        "The kernel's machine integers obey the laws of integers modulo 2^63.",
    ),
    (
        "axioms of floating-point numbers",
        r"Floats\.FloatAxioms\.(?:Leibniz\.)?\w+",
        "The kernel's floating-point operations, done by the processor, are those of IEEE 754 as Coq defines it.",
    ),
    (
        "real numbers",
        r"Reals\.ClassicalDedekindReals\.sig_forall_dec",
        "A sequence of yes-or-no statements either has a first no, or none: part of Coq's classical real numbers.",
    ),
    (
        "real numbers",
        r"Reals\.ClassicalDedekindReals\.sig_not_dec",
        "Of a statement, either it or its negation can be told (for double negations): part of Coq's classical reals.",
    ),
    (
        "logic",
        r"Logic\.FunctionalExtensionality\.functional_extensionality_dep",
        "Functions with equal values everywhere are equal.",
    ),
    ("logic", r"Logic\.Classical_Prop\.classic", "Excluded middle: every statement is true or false."),
)
_PATTERNS = tuple(
    (group, re.compile(rf"(?:Coq|Corelib|Stdlib)\.(?:{pattern})"), sentence) for group, pattern, sentence in _GROUPS
)


GROUPS: tuple[tuple[str, str], ...] = tuple((group, sentence) for group, _, sentence in _GROUPS)
"""What is permitted: titles and sentences."""


_USUAL = {
    "PrimInt63": "add diveucl_21 eqb head0 int land leb lor lsl lsr ltb sub",
    "PrimFloat": "abs add classify compare div eqb float frshiftexp ldshiftexp leb ltb mul next_down next_up"
    " normfr_mantissa of_uint63 opp sqrt sub",
    "PrimString": "compare get length string sub",
    "Uint63": "add_spec eqb_correct eqb_refl leb_spec lor_spec lsl_spec lsr_spec ltb_spec of_to_Z sub_spec",
    "FloatAxioms": "Prim2SF_SF2Prim Prim2SF_valid SF2Prim_Prim2SF abs_spec add_spec classify_spec compare_spec div_spec"
    " eqb_spec frshiftexp_spec ldshiftexp_spec leb_spec ltb_spec mul_spec next_down_spec next_up_spec of_uint63_spec"
    " opp_spec sqrt_spec sub_spec",
    "ClassicalDedekindReals": "sig_forall_dec sig_not_dec",
    "FunctionalExtensionality": "functional_extensionality_dep",
    "Classical_Prop": "classic",
}
USUAL: tuple[str, ...] = tuple(f"{module}.{name}" for module, names in _USUAL.items() for name in names.split())
"""The names that Coq 8.20 prints for the assumptions of most theorems: a guess, to ask for full names early."""


def explain(name: str) -> Assumption | None:
    """The explanation of a permitted assumption, by its full name; None where it is not permitted."""
    for group, pattern, sentence in _PATTERNS:
        if pattern.fullmatch(name):
            return Assumption(name, group, sentence)
    return None


def not_permitted(names: Iterable[str]) -> tuple[str, ...]:
    """Those of the names that no theorem of Warrant may rest on."""
    return tuple(name for name in names if explain(name) is None)


def parse_assumptions(output: str) -> tuple[str, ...] | None:
    """The names that ``Print Assumptions`` printed, as printed; None where its output is not understood.

    Every line that does not continue an entry counts as an entry, so that nothing is passed over.
    """
    lines = [line for line in output.splitlines() if line.strip()]
    if lines == ["Closed under the global context"]:
        return ()
    if not lines or lines[0] != "Axioms:" or len(lines) == 1:
        return None
    names = []
    for line in lines[1:]:
        if line.startswith(" "):
            continue
        entry = re.match(r"([\w.']+)\s*(?::|$)", line)
        names.append(entry[1] if entry else line)
    return tuple(sorted(set(names)))


def parse_full_names(output: str) -> tuple[str, ...]:
    """The full names in the output of a series of ``About``, one for each."""
    return tuple(re.findall(r"^Expands to: \w+ ([\w.']+)$", output, re.MULTILINE))

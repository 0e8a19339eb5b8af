"""Coq's list of assumptions is read whole, and only permitted ones pass."""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path

import pytest

from warrant.checkers import explain, not_permitted
from warrant.checkers.assumptions import parse_assumptions, parse_full_names

PRINTED = """\
Axioms:
PrimString.string : Set
ClassicalDedekindReals.sig_forall_dec :
  forall P : nat -> Prop,
  (forall n : nat, {P n} + {~ P n}) ->
  {n : nat | ~ P n} + {forall n : nat, P n}
evil' : False
"""


def test_names() -> None:
    assert parse_assumptions(PRINTED) == ("ClassicalDedekindReals.sig_forall_dec", "PrimString.string", "evil'")


def test_none() -> None:
    assert parse_assumptions("Closed under the global context\n") == ()


@pytest.mark.parametrize("output", ["", "\n", "Axioms:\n", "nonsense", "Closed under the global context\nAxioms:\n"])
def test_not_understood(output: str) -> None:
    assert parse_assumptions(output) is None


def test_a_strange_line_is_not_passed_over() -> None:
    names = parse_assumptions(PRINTED + "foo is assumed to be guarded.\n")
    assert names is not None
    assert "foo is assumed to be guarded." in names
    assert "foo is assumed to be guarded." in not_permitted(names)


def test_full_names() -> None:
    output = "evil : False\n\nevil is not universe polymorphic\nExpands to: Constant Warrant.Main.evil\n"
    assert parse_full_names(output) == ("Warrant.Main.evil",)


PERMITTED = [
    "Coq.Floats.FloatAxioms.add_spec",
    "Coq.Floats.PrimFloat.add",
    "Coq.Floats.PrimFloat.Leibniz.eqb",
    "Coq.Numbers.Cyclic.Int63.PrimInt63.int",
    "Coq.Numbers.Cyclic.Int63.Uint63.add_spec",
    "Coq.Strings.PrimString.string",
    "Coq.Reals.ClassicalDedekindReals.sig_forall_dec",
    "Coq.Reals.ClassicalDedekindReals.sig_not_dec",
    "Coq.Logic.FunctionalExtensionality.functional_extensionality_dep",
    "Coq.Logic.Classical_Prop.classic",
    "Stdlib.Logic.Classical_Prop.classic",
]


@pytest.mark.parametrize("name", PERMITTED)
def test_permitted(name: str) -> None:
    known = explain(name)
    assert known is not None
    assert known.sentence.endswith(".")
    assert not_permitted([name]) == ()


@pytest.mark.parametrize(
    "name",
    [
        "Warrant.Main.evil",
        "FloatAxioms.add_spec",
        "Warrant.Floats.FloatAxioms.add_spec",
        "Coq.Floats.FloatAxioms.add_spec.more.evil",
        "XCoq.Floats.PrimFloat.add",
        "Coq.Strings.PrimStringAxioms.of_to_list",
        "Coq.Logic.ProofIrrelevance.proof_irrelevance",
        "Coq.Logic.ClassicalEpsilon.constructive_indefinite_description",
        "Coq.Logic.Eqdep.Eq_rect_eq.eq_rect_eq",
        "",
    ],
)
def test_not_permitted(name: str) -> None:
    assert not_permitted([name]) == (name,)


def test_the_list_is_that_of_the_audit() -> None:
    """``audit/permitted.txt`` and the explanations permit the same names."""
    permitted = Path(__file__).parents[2] / "audit" / "permitted.txt"
    if not permitted.is_file():
        pytest.skip("no audit/permitted.txt")
    lines = permitted.read_text().splitlines()
    patterns = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    for pattern in patterns:
        names = ("sig_forall_dec", "sig_not_dec") if "ClassicalDedekindReals" in pattern else ("some_name",)
        for name in names:
            assert explain("Coq." + pattern.replace("*", name)), pattern
    for name in PERMITTED:
        assert any(fnmatch(name.partition(".")[2], pattern) for pattern in patterns), name

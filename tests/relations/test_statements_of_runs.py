"""Statements about two runs: true ones are proved and false ones refuted, in the user's names."""

from __future__ import annotations

import pytest
from small_claims import network

import warrant
from warrant import Domain, Equivalent, Fair, Feature, Monotone, Stable
from warrant.errors import WrongInput

pytestmark = pytest.mark.usefixtures("native_checker")

ONE, OTHER = network("dense", 1), network("dense", 2)
NAMES = ("income", "debt", "sex")
BOX = Domain.box([0, 0, 0], [0.5, 0.5, 0.5], names=NAMES)
COATED = Domain((Feature.real("income", 0, "1/2"), Feature.one_of("debt", [0, 1]), Feature.one_of("sex", [0, 1])))
GROUPED = Domain((Feature.real("income", 0, "1/2"), Feature.real("a", 0, 1), Feature.real("b", 0, 1)), (("a", "b"),))


@pytest.mark.parametrize(
    ("statement", "word"),
    [
        (Monotone("income", "increasing", BOX, tolerance=0.5), "PROVED"),
        (Monotone("income", "increasing", BOX, tolerance=0.1), "REFUTED"),
        (Monotone(["income", "debt"], "decreasing", BOX, tolerance=5), "PROVED"),
        (Fair("sex", BOX, tolerance=2), "PROVED"),
        (Fair("sex", BOX, tolerance=0.01), "REFUTED"),
        (Fair("sex", COATED, tolerance=4), "PROVED"),
        (Fair("sex", COATED, tolerance=0.01), "REFUTED"),
        (Fair(["a", "b"], GROUPED, tolerance=20), "PROVED"),
        (Fair(["a", "b"], GROUPED, tolerance=0.01), "REFUTED"),
        (Stable(0.01, BOX, tolerance=0.2), "PROVED"),
        (Stable([0.1, 0, 0], BOX, tolerance=0.01), "REFUTED"),
        (Equivalent(OTHER, BOX, tolerance=40), "PROVED"),
        (Equivalent(OTHER, BOX, tolerance=0.1), "REFUTED"),
        (Equivalent(ONE, BOX, margin=50), "PROVED"),
        (Equivalent(OTHER, BOX, margin=0), "REFUTED"),
    ],
)
def test_verdicts(statement: warrant.Statement, word: str) -> None:
    verdict = warrant.prove(ONE, statement, timeout=60)
    assert verdict.line == word, verdict
    if isinstance(verdict, warrant.Refuted):
        found = dict(zip(verdict.counterexample.names, verdict.counterexample.inputs, strict=True))
        kept = set(NAMES) & set(found)
        if isinstance(statement, Fair) and isinstance(statement.protected, str):
            assert all(found[k] == found[f"{k} (second)"] for k in kept - {"sex"})
            assert found["sex"] != found["sex (second)"]
        if isinstance(statement, Monotone):
            assert found["income (second)"] > found["income"] and found["sex (second)"] == found["sex"]
        if isinstance(statement, Equivalent):
            assert all(found[k] == found[f"{k} (second)"] for k in kept)
        if statement == Fair(["a", "b"], GROUPED, tolerance=0.01):
            assert {found["a"] + found["b"], found["a (second)"] + found["b (second)"]} == {1}


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        (Monotone("wealth", "increasing", BOX, tolerance=1), "no feature"),
        (Monotone([], "increasing", BOX, tolerance=1), "no features"),
        (Monotone("income", "up", BOX, tolerance=1), "increasing or decreasing"),
        (Monotone("income", "increasing", BOX, tolerance=-1), "above 0"),
        (Fair("sex", BOX, tolerance=0), "above 0"),
        (Monotone("income", "increasing", BOX, tolerance=1, output=2), "0 to 1"),
        (Stable([1, 2], BOX, tolerance=1), "2 distances"),
        (Stable(-1, BOX, tolerance=1), "below 0"),
        (Equivalent(OTHER, BOX), "one of the two"),
        (Equivalent(OTHER, BOX, tolerance=1, margin=1), "one of the two"),
        (Fair("sex", Domain.box([0], [1], names=["sex"]), tolerance=1), "1 features"),
    ],
)
def test_refused(statement: warrant.Statement, says: str) -> None:
    with pytest.raises(WrongInput, match=says):
        warrant.prove(ONE, statement)


def test_sentences_stand_in_the_property() -> None:
    statement = Fair("sex", BOX, tolerance=2)
    (claim,) = [statement.claim(ONE)]
    assert statement.sentence() in claim.property_bytes.decode() and claim.summary().said.startswith(
        statement.sentence()
    )
    assert claim.summary().vacuous is False


def test_leaky_rectifiers_are_lowered_one_after_the_other() -> None:
    leaky = network("leaky", 3)
    assert warrant.prove(leaky, Stable(0.01, BOX, tolerance=5), timeout=60).line == "PROVED"


def test_spoiled_differences_are_refused(native_checker) -> None:
    """A proof for two runs in lock step proves nothing about two models, and the other way round."""
    claim = Stable(0.01, BOX, tolerance=0.2).claim(ONE)
    found = claim.find(timeout=60, jobs=1, report=None)
    assert found.certificate is not None
    text = claim.property_bytes.decode().replace("(equal-to f) ", "").encode()
    files = {"m": ONE, "n": ONE, "p": text, "c": found.certificate}
    assert native_checker.check_files("comparison", files).word == "UNKNOWN"
    tight = claim.property_bytes.replace(b"0.2)", b"0.001)")
    assert tight != claim.property_bytes
    assert native_checker.check_files("relation", {"m": ONE, "p": tight, "c": found.certificate}).word == "UNKNOWN"

"""The stored certificates (README.md): the native checker and Coq's own evaluation answer on each what is written there."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest
from kernel import verdicts
from native import Checker
from small_claims import changed

from warrant import models, properties
from warrant.certificates import Close, Improve, Proof, nodes, read_proof
from warrant.errors import WrongInput

HERE = Path(__file__).parent
ADVICE = (
    "if the certificate format or the checker has changed on purpose, make the collection anew with "
    "tests/certificates/make.py, and look at the difference"
)
FILES = ("model.onnx", "property.vnnlib", "certificate.bin")
CHANGED = 6
"""How many random changes of each accepted case the two checkers are compared on."""


@dataclass(frozen=True)
class Case:
    """A folder of the collection."""

    folder: Path

    @cached_property
    def files(self) -> tuple[bytes, bytes, bytes]:
        model, text, certificate = ((self.folder / name).read_bytes() for name in FILES)
        return model, text, certificate

    @property
    def answer(self) -> str:
        return (self.folder / "answer.txt").read_text().rstrip("\n")

    def __str__(self) -> str:
        return f"{self.folder.parent.name}/{self.folder.name}"


def cases(folder: str) -> list[Case]:
    found = [Case(path) for path in sorted((HERE / folder).iterdir())]
    assert found, f"{HERE / folder} is empty: run tests/certificates/make.py"
    return found


ACCEPTED, REJECTED = cases("accept"), cases("reject")


@pytest.mark.parametrize("case", ACCEPTED + REJECTED, ids=str)
def test_native_answers(case: Case, native_checker: Checker) -> None:
    got = native_checker.check(*case.files)
    line = f"{got.word}: {got.reason}" if got.reason else got.word
    assert line == case.answer, f"{case} is answered {line!r}, not {case.answer!r}; {ADVICE}"


def test_kernel_agrees(native_checker: Checker, tmp_path: Path) -> None:
    """On every stored case, and on random changes of the accepted ones."""
    triples = {str(case): case.files for case in ACCEPTED + REJECTED}
    rng = random.Random(7)
    for case in ACCEPTED:
        for k in range(CHANGED):
            files = list(case.files)
            place = k % len(files)
            files[place] = changed(files[place], rng)
            triples[f"{case}, {FILES[place]} changed, {k}"] = (files[0], files[1], files[2])
    native = {name: native_checker.check(*files).word for name, files in triples.items()}
    kernel = dict(zip(triples, verdicts("Main", list(triples.values()), tmp_path), strict=True))
    assert kernel == native
    wrong = [str(case) for case in ACCEPTED + REJECTED if kernel[str(case)] != case.answer.partition(":")[0]]
    assert not wrong, f"the kernel gives other answers than written on {', '.join(wrong)}; {ADVICE}"


def test_answers_are_those_of_their_folder() -> None:
    assert {case.answer for case in ACCEPTED} == {"PROVED", "REFUTED"}
    assert {case.answer for case in REJECTED} == {"UNKNOWN: the certificate was refused"}


@pytest.mark.parametrize("case", REJECTED, ids=str)
def test_one_file_is_spoiled(case: Case) -> None:
    """A rejected case is an accepted one in which one file is another."""
    (origin,) = [good for good in ACCEPTED if good.folder.name == case.folder.name.partition("--")[0]]
    differ = [name for name, a, b in zip(FILES, origin.files, case.files, strict=True) if a != b]
    assert len(differ) == 1, f"{case} differs from {origin} in {differ}; {ADVICE}"


def proof_in(case: Case) -> Proof:
    """The case's proof, as Python reads it."""
    model, text, certificate = case.files
    sizes = [q.sizes for q in properties.load(text, models.load(model)).queries]
    try:
        return read_proof(certificate, sizes)
    except WrongInput as error:
        pytest.fail(f"{case} is not read any more ({error}); {ADVICE}")


def test_every_construct_of_the_format_is_there() -> None:
    seen: set[object] = set()
    for proof in (proof_in(case) for case in ACCEPTED if case.answer == "PROVED"):
        seen.add(("trees", min(len(proof.trees), 2)))
        for tree, _ in (pair for root in proof.trees for pair in nodes(root)):
            seen.add(("end", type(tree.end).__name__, min(getattr(tree.end, "block", 0), 1)))
            for op in tree.ops:
                seen.add(type(op).__name__)
                if isinstance(op, Improve):
                    seen.add(("rows", op.rows.kind))
                if isinstance(op, Close):
                    seen.add(("weights", min(len(op.weights), 2)))
                if isinstance(op, Improve | Close):
                    seen.add((type(op).__name__, "slopes", op.slopes.bits, op.slopes.unit > 0))
    ends = {("end", "NoneType", 0), *(("end", end, block) for end in ("Empty", "Split") for block in (0, 1))}
    slopes = {
        *(("Improve", "slopes", bits, False) for bits in (0, 4, 8)),
        *(("Close", "slopes", bits, False) for bits in (4, 8)),
        ("Close", "slopes", 4, True),
    }
    rows = {("rows", kind) for kind in ("unstable", "all", "listed")}
    numbers = {("trees", 1), ("trees", 2), ("weights", 1), ("weights", 2)}
    missing = ({"Advance", "Improve", "Close", "Places"} | ends | slopes | rows | numbers) - seen
    assert not missing, f"nothing accepted has {missing}; {ADVICE}"

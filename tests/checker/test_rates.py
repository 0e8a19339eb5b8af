"""The checker of rates: certificates and problems with changes are accepted only where an exact replay in Python accepts them."""

from __future__ import annotations

import random
import re
from fractions import Fraction
from pathlib import Path

import pytest
from kernel import answers
from native import Checker

from warrant import rates
from warrant.errors import WrongInput

FOLDER = Path(__file__).parents[1] / "certificates" / "rates"
NAMES = sorted(file.stem for file in FOLDER.glob("*.rate"))


@pytest.fixture(params=NAMES)
def pair(request: pytest.FixtureRequest) -> tuple[str, str]:
    """A problem and a certificate for it."""
    problem, certificate = (FOLDER / f"{request.param}.{kind}" for kind in ("rate", "cert"))
    return problem.read_text(), certificate.read_text()


def accepts(problem: str, certificate: str) -> bool:
    """Whether the replay in exact fractions, an implementation of its own, accepts."""
    try:
        rates.check(rates.read_problem(problem), rates.read_certificate(certificate))
    except (WrongInput, rates.Refused):
        return False
    return True


def proves(checker: Checker, problem: str, certificate: str) -> bool:
    answer = checker.check_files("rate", {"problem.rate": problem.encode(), "certificate.bin": certificate.encode()})
    return answer.word == "PROVED"


def changed(text: str, rng: random.Random) -> str:
    """The text with one of its words another one, with two swapped, or with one left out."""
    words = re.findall(r"[^\s()]+|[\s()]+", text)
    places = [i for i, word in enumerate(words) if not re.match(r"[\s()]", word)]
    i = rng.choice(places)
    match rng.randrange(4):
        case 0:
            words[i] = words[rng.choice(places)]
        case 1:
            j = rng.choice(places)
            words[i], words[j] = words[j], words[i]
        case 2:
            del words[i]
        case _:
            if re.fullmatch(r"-?\d+(/\d+)?", words[i]):
                words[i] = str(Fraction(words[i]) + rng.choice([-1, 1]) * Fraction(1, rng.choice([1, 10, 1000])))
            else:
                words[i] += "0"
    return "".join(words)


def test_accepted(pair: tuple[str, str], native_checker: Checker) -> None:
    assert accepts(*pair)
    assert proves(native_checker, *pair)


def test_a_tighter_bound_is_refused(pair: tuple[str, str], native_checker: Checker) -> None:
    """The certificates have a slack of a thousandth at most, so that a bound smaller by a hundredth is false."""
    problem, certificate = pair
    bound = re.search(r"\(conclude (\S+)", problem)
    assert bound is not None
    q = Fraction(bound[1])
    tighter = str(q - abs(q) / 100 - (q == 0) * Fraction(1, 100))
    assert not proves(native_checker, problem.replace(bound[0], f"(conclude {tighter}"), certificate)


def test_changed_certificates(pair: tuple[str, str], native_checker: Checker) -> None:
    problem, certificate = pair
    rng = random.Random(1)
    accepted = 0
    for _ in range(60):
        other = changed(certificate, rng)
        assert proves(native_checker, problem, other) == accepts(problem, other), other
        accepted += accepts(problem, other)
    assert accepted < 60


def test_changed_problems(pair: tuple[str, str], native_checker: Checker) -> None:
    problem, certificate = pair
    rng = random.Random(2)
    accepted = 0
    for _ in range(60):
        other = changed(problem, rng)
        assert proves(native_checker, other, certificate) == accepts(other, certificate), other
        accepted += accepts(other, certificate)
    assert accepted < 60


def test_certificates_of_other_problems(native_checker: Checker) -> None:
    texts = {name: (FOLDER / f"{name}.rate").read_text() for name in NAMES}
    for name in NAMES:
        certificate = (FOLDER / f"{name}.cert").read_text()
        accepted = [other for other in NAMES if proves(native_checker, texts[other], certificate)]
        assert accepted == [name]


@pytest.mark.parametrize(
    "garbage", ["", "(", ")", "(certificate 1)", "(certificate 2)\n(weights 1)", "\x00" * 9, "(" * 10000]
)
def test_garbage(garbage: str, native_checker: Checker) -> None:
    problem = (FOLDER / "nonconvex.rate").read_text()
    certificate = (FOLDER / "nonconvex.cert").read_text()
    assert not proves(native_checker, problem, garbage)
    assert not proves(native_checker, garbage, certificate)


def test_the_kernel_agrees(native_checker: Checker, tmp_path: Path) -> None:
    """On good pairs, and on some that are spoiled, Coq's virtual machine computes what the native checker does."""
    rng = random.Random(3)
    pairs = []
    for name in NAMES:
        problem, certificate = ((FOLDER / f"{name}.{kind}").read_text() for kind in ("rate", "cert"))
        pairs += [(problem, certificate), (changed(problem, rng), certificate), (problem, changed(certificate, rng))]
    said = answers("Optimization", [("prove_rate", (p.encode(), c.encode())) for p, c in pairs], tmp_path)
    assert said == [proves(native_checker, *pair) for pair in pairs]
    assert True in said
    assert False in said

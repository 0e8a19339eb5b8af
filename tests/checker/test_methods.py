"""The checker of rates for every number of steps: certificates that it accepts, and changes that it refuses."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest
from kernel import answers
from native import Checker

FOLDER = Path(__file__).parents[1] / "certificates" / "methods"
NAMES = sorted(file.stem for file in FOLDER.glob("*.method"))
LINEAR = "gradient_descent_strongly_convex"


def pair(name: str) -> tuple[str, str]:
    """A method and a certificate for it."""
    method, certificate = ((FOLDER / f"{name}.{kind}").read_text() for kind in ("method", "cert"))
    return method, certificate


def proves(checker: Checker, method: str, certificate: str) -> bool:
    files = {"problem.method": method.encode(), "certificate.bin": certificate.encode()}
    return checker.check_files("method", files).word == "PROVED"


@pytest.mark.parametrize("name", NAMES)
def test_accepted(name: str, native_checker: Checker) -> None:
    assert proves(native_checker, *pair(name))


def test_every_rational_matters(native_checker: Checker) -> None:
    method, certificate = pair(LINEAR)
    start = certificate.index("(potential")
    found = [m for m in re.finditer(r"(?<= )-?\d+(/\d+)?(?=[ )])", certificate) if m.start() > start]
    coefficients = [m for m in found if "/" in m.group() or certificate[: m.start()].endswith("product 0 ")]
    assert len(coefficients) == 7
    for m in coefficients:
        for change in (Fraction(1, 1000), Fraction(-1, 1000)):
            q = str(Fraction(m.group()) + change)
            assert not proves(native_checker, method, certificate[: m.start()] + q + certificate[m.end() :]), q


def test_every_line_matters(native_checker: Checker) -> None:
    method, certificate = pair("proximal_point")
    lines = certificate.splitlines()
    # a square whose powers of k are not mixed may be left out where what remains is diagonally dominant
    used = [i for i, line in enumerate(lines) if re.match(r"  \(at", line)] + [len(lines) - 1]
    assert lines[-1].startswith("  (square 0 1/4 (0 0 1)")
    assert len(used) > 5
    for i in used:
        closing = lines[i].count(")") - lines[i].count("(")
        rest = "\n".join([*lines[:i], ")" * closing, *lines[i + 1 :]])
        assert not proves(native_checker, method, rest), lines[i]


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (LINEAR, "81/121", "0.669"),  # below 81/121 = 0.66942…
        (LINEAR, "81/121", "-81/121"),
        (LINEAR, "(smooth 1)", "(smooth 1.01)"),
        (LINEAR, "(strongly-convex 1/10)", "(strongly-convex 9/100)"),
        (LINEAR, "(same x+ (- x (* 20/11 g)))", "(same x+ (- x (* 19/11 g)))"),
        (LINEAR, "(same x+ (- x (* 20/11 g)))", "(same x+ (- x (* 20/11 g+)))"),
        (LINEAR, "(same x+ (- x (* 20/11 g)))", "(start (same x+ (- x (* 20/11 g))))"),
        (LINEAR, "(gradient f x g)", "(start (gradient f x g))"),
        (LINEAR, "(gradient f xs 0)", "(gradient f xs g)"),
        (LINEAR, "(conclude (norm2 (- x xs))", "(conclude (norm2 (- x+ (* 2 xs)))"),
        ("gradient_descent", "(1 2 0)", "(1 2.001 0)"),
        ("gradient_descent", "(* 1/2 (norm2", "(* 0.499 (norm2"),
        ("gradient_descent", "(1 2 0) 1 ", "(1 2 0) 0.999 "),
        ("proximal_point", "(* 1/4 (norm2", "(* 0.2499 (norm2"),
        ("proximal_point", "(- x g+)", "(- x g)"),
        ("nesterov", "(* 201/100 (norm2", "(* 1.9 (norm2"),
        ("nesterov", "(- y+ (* 2 x+) (- x))", "(- y+ (* 2 x+) (- y))"),
        ("nesterov", "(vanish ", "(start (same y+ y)) (vanish x "),
        ("nesterov", "(start (same y x))", ""),
        ("heavy_ball", "(* 1/16 (- x u))", "(* 1/8 (- x u))"),
        ("heavy_ball", "(start (same u x))", ""),
        ("nesterov_strongly_convex", "90/103", "0.86"),
    ],
)
def test_another_method_is_refused(name: str, old: str, new: str, native_checker: Checker) -> None:
    method, certificate = pair(name)
    assert old in method
    assert not proves(native_checker, method.replace(old, new, 1), certificate)


@pytest.mark.parametrize(
    "change",
    [
        ("(method 1)", "(method 2)"),
        ("(point-sequences x g)", "(point-sequences x x)"),
        ("(point-sequences x g)", "(point-sequences x x+)"),
        ("(point-sequences x g)", "(points x g)"),
        ("(conclude ", "(conclusion "),
    ],
)
def test_unreadable(change: tuple[str, str], native_checker: Checker) -> None:
    method, certificate = pair(LINEAR)
    files = {"problem.method": method.replace(*change).encode(), "certificate.bin": certificate.encode()}
    assert native_checker.check_files("method", files).reason == "the problem is not a method that the checker reads"


def test_a_potential_of_later_members_is_refused(native_checker: Checker) -> None:
    """V(k) may not look at the members k + 1: the induction would not hold."""
    method, certificate = pair(LINEAR)
    moved = certificate.replace("(product 0 1 4 4)", "(product 0 1 5 5)")
    assert moved != certificate
    assert not proves(native_checker, method, moved)


def test_in_the_kernel(tmp_path: Path) -> None:
    small = [pair(name) for name in ("gradient_descent", LINEAR, "proximal_point")]
    tightened = [(method.replace("81/121", "0.669"), certificate) for method, certificate in small]
    pairs = [(method.encode(), certificate.encode()) for method, certificate in (*small, *tightened)]
    assert answers("Optimization", [("prove_method", pair) for pair in pairs], tmp_path) == [
        True,
        True,
        True,
        True,
        False,
        True,
    ]

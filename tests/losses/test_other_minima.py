"""Losses that are least where an input equals another, its logarithm or a number, with other minima than 0."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from kernel import verdicts
from native import Checker
from small_gradients import Builder
from small_loss_pairs import loss
from small_losses import huber, poisson

from warrant.errors import WrongInput
from warrant.statements import MinimisedExactlyAt

_POSITIVE = {"y": ("1/1000", None)}
_SHARE = {"y": ("1/1000", "999/1000"), "x": (0, 1)}


def _each(build: Callable[[Builder], str]) -> bytes:
    """The sum over the entries."""
    f = Builder(x=[3], y=[3])
    return f.done(f.sum(build(f)))


def _relative_entropy(f: Builder) -> str:
    return f("Add", f("Sub", f("Mul", "x", f("Log", f("Div", "x", "y"))), "x"), "y")


def _relative_entropy_by_difference(f: Builder) -> str:
    return f("Sub", f("Mul", "x", f("Sub", f("Log", "x"), f("Log", "y"))), "x")


def _half_relative_entropy(f: Builder) -> str:
    return f("Mul", "x", f("Log", f("Div", "x", "y")))


def _itakura_saito(f: Builder) -> str:
    return f("Sub", f("Add", f("Div", "y", "x"), f("Log", "x")), f.number(1.0))


def _other_kullback_leibler(f: Builder) -> str:
    """x - y ln x + y ln y."""
    return f("Add", f("Sub", "x", f("Mul", "y", f("Log", "x"))), f("Mul", "y", f("Log", "y")))


def _burg(f: Builder) -> str:
    """1/x + x/y²: least at y."""
    return f("Add", f("Div", f.number(1.0), "x"), f("Div", "x", f("Mul", "y", "y")))


def _binary_cross_entropy(f: Builder) -> str:
    one = f.number(1.0)
    a = f("Mul", "y", f("Log", "x"))
    b = f("Mul", f("Sub", one, "y"), f("Log", f("Sub", one, "x")))
    return f("Neg", f("Add", a, b))


def _gaussian(f: Builder) -> str:
    """(x - y)² / (2 s) + ln s / 2, for the variance s."""
    r = f("Sub", "x", "y")
    scaled = f("Div", f("Mul", r, r), f("Mul", f.number(2.0), "s"))
    return f("Add", scaled, f("Mul", f.number(0.5), f("Log", "s")))


def _concave(f: Builder) -> str:
    """-(x - y)²."""
    r = f("Sub", "x", "y")
    return f("Neg", f("Mul", r, r))


def _flat(f: Builder) -> str:
    """exp(a + b) - (a + b), for the entries a and b of x: least where a + b = 0."""
    total = f.sum("x")
    return f("Sub", f("Exp", total), total)


def _separate(f: Builder) -> str:
    return f.sum(f("Sub", f("Exp", "x"), "x"))


def _huber_of_difference(f: Builder) -> str:
    size = f("Abs", f("Sub", "x", "y"))
    beyond = f("Relu", f("Sub", size, f.number(0.5)))
    return f("Sub", f("Mul", size, size), f("Mul", beyond, beyond))


_GAUSSIAN = loss(_gaussian, x=[], y=[], s=[])
_LOG_POISSON = poisson().loss

LEAST: Mapping[str, tuple[bytes, MinimisedExactlyAt]] = {
    "binary cross-entropy": (_each(_binary_cross_entropy), MinimisedExactlyAt(bounds=_SHARE, at="y")),
    "Kullback-Leibler": (
        _each(_relative_entropy),
        MinimisedExactlyAt(bounds={**_POSITIVE, "x": ("1/1000", None)}, at="y"),
    ),
    "Poisson, in the rate": (
        _each(lambda f: f("Sub", "x", f("Mul", "y", f("Log", "x")))),
        MinimisedExactlyAt(bounds=_POSITIVE, at="y"),
    ),
    "Poisson, in the rate, of one entry": (
        loss(lambda f: f("Sub", "x", f("Mul", "y", f("Log", "x"))), x=[], y=[]),
        MinimisedExactlyAt(bounds=_POSITIVE, at="y"),
    ),
    "Poisson, in the logarithm": (_LOG_POISSON, MinimisedExactlyAt(bounds=_POSITIVE, at="y", logarithm=True)),
    "Kullback-Leibler, by a difference": (_each(_relative_entropy_by_difference), MinimisedExactlyAt(at="y")),
    "Kullback-Leibler, in the other argument": (
        _each(_other_kullback_leibler),
        MinimisedExactlyAt(at="y", bounds=_POSITIVE),
    ),
    "1/x + x/y²": (_each(_burg), MinimisedExactlyAt(bounds={**_POSITIVE, "x": ("1/1000", None)}, at="y")),
    "Gaussian": (_GAUSSIAN, MinimisedExactlyAt(("x",), at="y", bounds={"s": ("1/1000", None)})),
    "exp x - x": (loss(_separate, x=[2]), MinimisedExactlyAt()),
    "Huber": (huber().loss, MinimisedExactlyAt()),
    "Huber of a difference": (loss(_huber_of_difference, x=[], y=[]), MinimisedExactlyAt(at="y")),
}

NOT_LEAST: Mapping[str, tuple[bytes, MinimisedExactlyAt]] = {
    "Poisson, with another factor": (
        _each(lambda f: f("Sub", "x", f("Mul", f.number(1.5), f("Mul", "y", f("Log", "x"))))),
        MinimisedExactlyAt(bounds=_POSITIVE, at="y"),
    ),
    "Poisson, in the logarithm, at the count": (_LOG_POISSON, MinimisedExactlyAt(bounds=_POSITIVE, at="y")),
    "Poisson, in the rate, at the logarithm": (
        loss(lambda f: f("Sub", "x", f("Mul", "y", f("Log", "x"))), x=[], y=[]),
        MinimisedExactlyAt(bounds={"y": (3, None)}, at="y", logarithm=True),
    ),
    "Kullback-Leibler without its linear part": (
        _each(_half_relative_entropy),
        MinimisedExactlyAt(bounds=_POSITIVE, at="y"),
    ),
    "a concave one": (loss(_concave, x=[], y=[]), MinimisedExactlyAt(at="y")),
    "a flat direction": (loss(_flat, x=[2]), MinimisedExactlyAt()),
    "Gaussian, in the mean and the variance": (
        _GAUSSIAN,
        MinimisedExactlyAt(("s",), at="y", bounds={"s": (1, 2), "y": (1, 2)}),
    ),
    "exp x - x at 1": (loss(_separate, x=[2]), MinimisedExactlyAt(at=1)),
}

UNKNOWN: Mapping[str, tuple[bytes, MinimisedExactlyAt]] = {
    "a count that may be 0": (
        _each(lambda f: f("Sub", "x", f("Mul", "y", f("Log", "x")))),
        MinimisedExactlyAt(bounds={"y": (0, None)}, at="y"),
    ),
    "a logarithm of 0": (_LOG_POISSON, MinimisedExactlyAt(bounds={"y": (0, None)}, at="y", logarithm=True)),
    "a logarithm outside of the bounds": (
        _LOG_POISSON,
        MinimisedExactlyAt(bounds={"y": (1, None), "z": (0, 1)}, at="y", logarithm=True),
    ),
    "Itakura-Saito, which is not convex": (
        _each(_itakura_saito),
        MinimisedExactlyAt(bounds={**_POSITIVE, "x": ("1/1000", None)}, at="y"),
    ),
}


def _found(name: str, group: Mapping[str, tuple[bytes, MinimisedExactlyAt]]) -> tuple[list[bytes], bytes | None]:
    data, claimed = group[name]
    claim = claimed.claim(data)
    return [a.data for a in claim.artefacts], claim.find(timeout=20, jobs=1, report=None).certificate


def _ask(checker: Checker, files: list[bytes], certificate: bytes) -> str:
    named = {"loss.onnx": files[0], "property.txt": files[1], "certificate.bin": certificate}
    return checker.check_files("loss", named).word


@pytest.mark.parametrize("name", LEAST)
def test_least(name: str, native_checker: Checker) -> None:
    files, certificate = _found(name, LEAST)
    assert certificate is not None
    assert _ask(native_checker, files, certificate) == "PROVED"
    assert _ask(native_checker, files, certificate[:-8]) == "UNKNOWN"


@pytest.mark.parametrize("name", NOT_LEAST)
def test_not_least(name: str, native_checker: Checker) -> None:
    files, certificate = _found(name, NOT_LEAST)
    assert certificate is not None
    assert _ask(native_checker, files, certificate) == "REFUTED"
    assert _ask(native_checker, files, b"WRNT\x01L" + certificate[6:]) == "UNKNOWN"


@pytest.mark.parametrize("name", UNKNOWN)
def test_unknown(name: str, native_checker: Checker) -> None:
    files, certificate = _found(name, UNKNOWN)
    assert certificate is None
    for point in (b"\x00" * 6 + b"\xf0?", b"\x00" * 6 + b"\x00@"):
        for count in (2, 6):
            assert _ask(native_checker, files, b"WRNT\x01L" + count * point) == "UNKNOWN"


def test_without_the_bounds_that_it_needs(native_checker: Checker) -> None:
    files, certificate = _found("Poisson, in the logarithm", LEAST)
    assert certificate is not None
    assert _ask(native_checker, [files[0], files[1].replace(b"(least y 1/1000)\n", b"")], certificate) == "UNKNOWN"
    assert _ask(native_checker, [files[0], files[1].replace(b"-logarithm", b"")], certificate) == "UNKNOWN"


def test_both_checkers_agree(native_checker: Checker, tmp_path: Path) -> None:
    chosen = [("Poisson, in the logarithm", LEAST), ("Kullback-Leibler, by a difference", LEAST), ("Huber", LEAST)]
    chosen += [("Poisson, in the rate, at the logarithm", NOT_LEAST), ("Poisson, with another factor", NOT_LEAST)]
    claims = []
    for name, group in chosen:
        files, certificate = _found(name, group)
        assert certificate is not None
        claims.append([*files, certificate])
    said = verdicts("Losses", claims, tmp_path, prove="prove_loss", refute=("refute_loss",))
    assert said == ["PROVED"] * 3 + ["REFUTED"] * 2


def test_logarithms_of_what_is_no_input() -> None:
    with pytest.raises(WrongInput, match="no input of the loss"):
        MinimisedExactlyAt(at=1, logarithm=True).claim(_LOG_POISSON)

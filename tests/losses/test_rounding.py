"""Rounding errors of losses: the stabilised log-sum-exp and softplus, the naive ones, and what machines compute."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from kernel import verdicts
from native import Checker
from small_gradients import Builder

from warrant.errors import WrongInput
from warrant.statements import RoundingError

_PROVED, _REFUTED, _UNKNOWN = "PROVED", "REFUTED", "UNKNOWN"
_WIDE = {"z": (-10000, 10000)}
_N = 4


def _naive() -> bytes:
    f = Builder(z=[_N])
    return f.done(f("Log", f.sum(f("Exp", "z"))))


def _stabilised(shift: str = "ReduceMax") -> bytes:
    f = Builder(z=[_N])
    m = f(shift, "z", keepdims=0)
    return f.done(f("Add", m, f("Log", f.sum(f("Exp", f("Sub", "z", m))))))


def _softplus() -> bytes:
    """max(z, 0) + log(1 + exp(-|z|))."""
    f = Builder(z=[])
    tail = f("Log", f("Add", f.number(1.0), f("Exp", f("Neg", f("Abs", "z")))))
    return f.done(f("Add", f("Max", "z", f.number(0.0)), tail))


def _cross_entropy() -> bytes:
    """The stabilised log-sum-exp minus <y, z>."""
    f = Builder(z=[_N], y=[_N])
    m = f("ReduceMax", "z", keepdims=0)
    lse = f("Add", m, f("Log", f.sum(f("Exp", f("Sub", "z", m)))))
    return f.done(f("Sub", lse, f.sum(f("Mul", "y", "z"))))


def _squared() -> bytes:
    f = Builder(z=[3], y=[3])
    r = f("Sub", "z", "y")
    return f.done(f("ReduceMean", f("Mul", r, r), keepdims=0))


def _norm() -> bytes:
    f = Builder(z=[3])
    return f.done(f("Sqrt", f("Add", f.sum(f("Mul", "z", "z")), f.number(1.0))))


def _found(claimed: RoundingError, loss: bytes) -> tuple[list[bytes], bytes | None, str]:
    claim = claimed.claim(loss)
    found = claim.find(timeout=20, jobs=1, report=None)
    return [a.data for a in claim.artefacts], found.certificate, found.reason


def _ask(checker: Checker, files: list[bytes], certificate: bytes) -> str:
    named = {"loss.onnx": files[0], "property.txt": files[1], "certificate.bin": certificate}
    return checker.check_files("loss", named).word


_HOLD: dict[str, tuple[Callable[[], bytes], RoundingError]] = {
    "log-sum-exp, binary64": (_stabilised, RoundingError(bounds=_WIDE, absolute="2e-11")),
    "log-sum-exp, binary32": (_stabilised, RoundingError(bounds=_WIDE, absolute="1e-2", format="binary32")),
    "log-sum-exp, 4 ulps": (_stabilised, RoundingError(bounds=_WIDE, absolute="2e-11", ulps=4)),
    "softplus": (_softplus, RoundingError(bounds=_WIDE, absolute="4e-12")),
    "cross-entropy": (_cross_entropy, RoundingError(bounds={**_WIDE, "y": (0, 1)}, absolute="1e-10")),
    "squared": (_squared, RoundingError(bounds={"z": (-1, 1), "y": (-1, 1)}, absolute="1e-14")),
    "norm": (_norm, RoundingError(bounds={"z": (-1, 1)}, relative="1e-14")),
    "naive, narrow": (_naive, RoundingError(bounds={"z": (-1, 1)}, absolute="1e-13")),
}


@pytest.mark.parametrize("name", _HOLD)
def test_what_holds(name: str, native_checker: Checker) -> None:
    make, claimed = _HOLD[name]
    files, certificate, reason = _found(claimed, make())
    assert certificate is not None, reason
    assert _ask(native_checker, files, certificate) == _PROVED
    # the same point, another claim: a hundredth of the error, a library that is less accurate, wider bounds
    absolute, relative = float(claimed.absolute), float(claimed.relative)
    smaller = RoundingError(None, claimed.bounds, absolute / 100, relative / 100, claimed.format, claimed.ulps)
    rougher = RoundingError(None, claimed.bounds, absolute, relative, claimed.format, 10**9)
    unbounded = RoundingError(None, {}, absolute, relative, claimed.format, claimed.ulps)
    for other in (smaller, rougher, unbounded):
        text = other.claim(make()).property_bytes
        assert text != files[1]
        assert _ask(native_checker, [files[0], text], certificate) == _UNKNOWN or (
            other is rougher and name in ("squared", "norm")  # no exponential, no logarithm
        )


def test_the_least_bound_and_one_percent_less(native_checker: Checker) -> None:
    """A bound that is 1 % below the one that the analysis finds is not proved."""
    from warrant.losses import list_loss

    claim = RoundingError(bounds=_WIDE, absolute=1).claim(_stabilised())
    listing = list_loss([a.data for a in claim.artefacts])
    assert not isinstance(listing, str)
    assert listing.rounding is not None
    word, bound = listing.rounding
    assert word == "bounded"
    for factor, answer in ((1.0001, _PROVED), (0.99, None)):
        files, certificate, reason = _found(RoundingError(bounds=_WIDE, absolute=bound * factor), _stabilised())
        if answer is None:
            assert certificate is None
            assert "the bound that is found is larger" in reason
        else:
            assert certificate is not None
            assert _ask(native_checker, files, certificate) == answer


@pytest.mark.parametrize("kind", ["binary32", "binary64"])
def test_the_naive_one_overflows(kind: str, native_checker: Checker) -> None:
    """At the least and greatest inputs, whatever the library."""
    claimed = RoundingError(bounds=_WIDE, absolute=100, relative=1, format=kind)  # type: ignore[arg-type]
    files, certificate, reason = _found(claimed, _naive())
    assert certificate is not None, reason
    assert _ask(native_checker, files, certificate) == _REFUTED
    stable = claimed.claim(_stabilised())
    assert _ask(native_checker, [stable.artefacts[0].data, files[1]], certificate) == _UNKNOWN
    # a point outside the bounds, one of another length, and a number that is not of the format
    numbers = np.frombuffer(certificate[6:])
    for other in (numbers * 4, numbers[1:], np.append(numbers, 0.0)):
        assert _ask(native_checker, files, certificate[:6] + other.tobytes()) == _UNKNOWN
    if kind == "binary32":
        assert _ask(native_checker, files, certificate[:6] + (numbers * 0.7001234567).tobytes()) == _UNKNOWN


def test_a_shift_by_something_else(native_checker: Checker) -> None:
    """Minus the mean, or the sum, of the scores is no stabilisation."""
    for shift in ("ReduceMean", "ReduceSum"):
        _, certificate, _ = _found(RoundingError(bounds=_WIDE, absolute=100), _stabilised(shift))
        assert certificate is None or certificate[5:6] == b"R"


def test_what_has_no_meaning(native_checker: Checker) -> None:
    """For Softmax and its like no order of operations is laid down."""
    f = Builder(z=[1, 3])
    loss = f.done(f.sum(f("Exp", f("LogSoftmax", "z", axis=-1))))
    _, certificate, reason = _found(RoundingError(bounds={"z": (-1, 1)}, absolute=1), loss)
    assert certificate is None
    assert "does not say which operations are made" in reason


def test_domains_are_kept(native_checker: Checker) -> None:
    f = Builder(z=[])
    loss = f.done(f("Log", "z"))
    _, certificate, reason = _found(RoundingError(bounds={"z": (0, 1)}, absolute=1), loss)
    assert certificate is None
    assert "logarithms" in reason
    for claimed in (RoundingError(bounds={"z": ("1/2", 1)}, absolute="1e-15"),):
        files, certificate, reason = _found(claimed, loss)
        assert certificate is not None, reason
        assert _ask(native_checker, files, certificate) == _PROVED
    # no number of the format is between these bounds
    empty = RoundingError(bounds={"z": ("1/3", "1/3")}, absolute=1)
    assert _found(empty, loss)[1] is None


def test_no_accuracy_below_one() -> None:
    with pytest.raises(WrongInput, match="units in the last place"):
        RoundingError(absolute=1, ulps="1/2").claim(_naive())


def test_numpy_is_within_the_bounds(native_checker: Checker) -> None:
    """NumPy in binary32 against binary64, at random scores: never further off than what is proved.

    Its exponentials and logarithms in binary32 are within 4 units in the last place, not within 1.
    """
    random = np.random.default_rng(11)
    claimed = RoundingError(bounds=_WIDE, absolute="1e-2", format="binary32", ulps=4)
    assert _found(claimed, _stabilised())[1] is not None
    z = random.uniform(-1e4, 1e4, (2000, _N)).astype(np.float32)
    z[::2] /= np.float32(1000)
    m = z.max(axis=1, keepdims=True)
    computed = m[:, 0] + np.log(np.exp(z - m).sum(axis=1))
    assert computed.dtype == np.float32
    wide = z.astype(np.float64)
    exact = wide.max(axis=1) + np.log(np.exp(wide - wide.max(axis=1, keepdims=True)).sum(axis=1))
    assert 0 < np.abs(computed - exact).max() <= 1e-2


def test_the_kernel_agrees(tmp_path: Path, native_checker: Checker) -> None:
    claims = []
    for make, claimed in [*_HOLD.values(), (_naive, RoundingError(bounds=_WIDE, absolute=100))]:
        files, certificate, _ = _found(claimed, make())
        assert certificate is not None
        claims.append([*files, certificate])
    said = verdicts("Losses", claims, tmp_path, prove="prove_loss", refute=["refute_loss"])
    assert said == [_ask(native_checker, claim[:-1], claim[-1]) for claim in claims]

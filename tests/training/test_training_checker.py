"""The checker of training runs: what it accepts, what it refuses, natively and in the kernel."""

from __future__ import annotations

import struct
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from training.conftest import Files, small

from warrant.claims import Converges
from warrant.training import NEAR, as_file, read_problem, write_problem
from warrant.training.spectrum import MAGIC
from warrant.training.state import state

OBJECTIVES = ("ridge", "logistic", "huber")
METHODS = ("gradient-descent", "nesterov")
HEADER = 22


def edited(files: Files, old: str, new: str) -> Files:
    text = files.problem.decode()
    assert old in text
    return files.change(problem=text.replace(old, new).encode())


def with_problem(files: Files, **changes) -> Files:
    return files.change(problem=write_problem(replace(read_problem(files.problem, file=""), **changes)))


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("method", METHODS)
def test_accepts(objective, method, native):
    assert native(small(objective, method=method)) == "PROVED"
    assert native(small(objective, method=method, accuracy=1e-3)) == "PROVED"
    assert native(small(objective, method=method, n=1, d=1, steps=0)) == "PROVED"


def test_accepts_every_step_up_to_the_largest(native):
    known = small("ridge", steps=1)
    largest = 2 * read_problem(known.problem, file="").step * Fraction(999, 1000)
    for share in (Fraction(1, 10), Fraction(1, 2), Fraction(6, 10), Fraction(99, 100)):
        assert native(small("ridge", step=share * largest)) == "PROVED"


@pytest.mark.parametrize(("n", "d"), [(1, 1), (1, 5), (7, 1), (3, 8), (200, 20)])
def test_accepts_any_shape(n, d, native):
    assert native(small("ridge", n=n, d=d, seed=n + d)) == "PROVED"


def test_accepts_version_2_and_a_column_of_labels(native):
    files = small("ridge")
    header = files.features[10:128]
    second = b"\x93NUMPY\x02\x00" + struct.pack("<I", len(header)) + header + files.features[128:]
    assert native(files.change(features=second)) == "PROVED"
    column = files.labels.replace(b"(30,), }  ", b"(30, 1), }")
    assert column != files.labels
    assert native(files.change(labels=column)) == "PROVED"


def refused(files: Files) -> dict[str, Files]:
    """Variants of a claim, each wrong in one thing."""
    problem = read_problem(files.problem, file="")
    numbers = np.frombuffer(files.certificate[HEADER:], dtype="<f8").copy()
    numbers[0] *= 1.001
    factor = files.certificate[:HEADER] + numbers.tobytes()
    top, bottom = struct.unpack("<2d", files.certificate[6:HEADER])
    lower = files.certificate[:6] + struct.pack("<2d", top * 0.99, bottom) + files.certificate[HEADER:]
    infinite = files.certificate[:6] + struct.pack("<2d", np.inf, bottom) + files.certificate[HEADER:]
    nan = bytearray(files.features)
    nan[128:136] = struct.pack("<d", np.nan)
    return {
        "a data byte flipped": files.flip("features", 128 + 8 * 5 + 6),
        "a NaN in the data": files.change(features=bytes(nan)),
        "features truncated": files.change(features=files.features[:-8]),
        "features with a row more": files.change(features=files.features + bytes(8 * 4)),
        "labels truncated": files.change(labels=files.labels[:-1]),
        "labels for other rows": files.change(labels=small("ridge", n=29).labels),
        "a factor changed": files.change(certificate=factor),
        "the top lowered": files.change(certificate=lower),
        "an infinite top": files.change(certificate=infinite),
        "the certificate truncated": files.change(certificate=files.certificate[:-1]),
        "the certificate lengthened": files.change(certificate=files.certificate + bytes(1)),
        "the certificate of another kind": files.change(certificate=b"WRNT\x01P" + files.certificate[6:]),
        "accuracy tightened": with_problem(files, accuracy=problem.accuracy * Fraction(99, 100)),
        "a step fewer": with_problem(files, steps=problem.steps - 1),
        "a step too large": with_problem(files, step=problem.step * 5),
        "a negative step": with_problem(files, step=-problem.step),
        "a lower penalty": with_problem(files, penalty=problem.penalty * Fraction(9, 10)),
        "a negative penalty": with_problem(files, penalty=-problem.penalty),
        "Fortran order": files.change(features=files.features.replace(b"False", b"True ")),
        "float32": files.change(features=files.features.replace(b"<f8", b"<f4")),
        "big-endian": files.change(features=files.features.replace(b"<f8", b">f8")),
        "another version of the problem": edited(files, "(training 1)", "(training 2)"),
        "another method": edited(files, "(method ", "(method gradient-ascent "),
        "with an intercept": with_problem(files, intercept=True),
        "a momentum that grows": with_problem(files, method="nesterov", momentum=None),
        "no problem": files.change(problem=b""),
        "nothing at all": Files(b"", b"", b"", b""),
    }


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("method", METHODS)
def test_refuses(objective, method, native):
    files = small(objective, method=method)
    assert native(files) == "PROVED"
    for what, variant in refused(files).items():
        assert native(variant) == "UNKNOWN", what


def test_refuses_a_bottom_that_is_too_large(native):
    files = small("ridge")
    top, bottom = struct.unpack("<2d", files.certificate[6:HEADER])
    assert bottom > 0
    raised = files.certificate[:6] + struct.pack("<2d", top, bottom * 1.01) + files.certificate[HEADER:]
    assert native(files.change(certificate=raised)) == "UNKNOWN"


def test_refuses_a_momentum_that_is_not_proved(native):
    files = small("ridge", method="nesterov")
    momentum = read_problem(files.problem, file="").momentum
    assert momentum is not None
    assert native(files) == "PROVED"
    for other in (momentum * Fraction(9, 10), Fraction(0), Fraction(-1), Fraction(1), Fraction(3), -momentum):
        assert native(with_problem(files, momentum=other)) == "UNKNOWN", other


def test_refuses_labels_that_are_no_classes(native):
    files = small("logistic")
    zeros = as_file(np.zeros(30), "y")[0]
    assert native(files.change(labels=zeros)) == "UNKNOWN"
    assert native(files.change(labels=files.labels)) == "PROVED"


def test_refuses_a_negative_delta(native):
    files = small("huber")
    assert native(files) == "PROVED"
    assert native(edited(files, "(loss huber 0.5)", "(loss huber -0.5)")) == "UNKNOWN"


def test_refuses_every_changed_byte_of_headers(native):
    files = small("huber")
    assert files.features[127:128] == files.labels[127:128] == b"\n"
    for part in ("features", "labels"):
        for at in range(128):
            assert native(files.flip(part, at)) == "UNKNOWN", (part, at)
    for at in range(6):
        assert native(files.flip("certificate", at)) == "UNKNOWN", at


def test_refuses_every_beginning_of_a_problem(native):
    files = small("huber", method="nesterov")
    text = files.problem.rstrip()
    assert native(files.change(problem=text)) == "PROVED"
    for length in range(len(text)):
        assert native(files.change(problem=text[:length])) == "UNKNOWN", text[:length]


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("method", METHODS)
def test_accepts_an_intercept(objective, method, native):
    assert native(small(objective, intercept=True, method=method)) == "PROVED"
    assert native(small(objective, intercept=True, method=method, accuracy=1e-2)) == "PROVED"


def test_accepts_a_momentum_that_grows_without_an_intercept(native):
    for objective in OBJECTIVES:
        constant = small(objective, method="nesterov", steps=100)
        growing = with_problem(constant, momentum=None)
        found = Converges.from_files(*growing.all()[:3]).find(timeout=None, jobs=1, report=None)
        assert found.certificate is None
        assert "the proved accuracy is" in found.reason
        loose = with_problem(growing, accuracy=Fraction(1, 10))
        found = Converges.from_files(*loose.all()[:3]).find(timeout=None, jobs=1, report=None)
        assert found.certificate.startswith(NEAR)
        assert native(loose.change(certificate=found.certificate)) == "PROVED"
        assert native(loose) == "UNKNOWN"


def refused_near(files: Files) -> dict[str, Files]:
    """Variants of a claim that compares with a point, each wrong in one thing."""
    problem = read_problem(files.problem, file="")

    def numbers(at: int, by) -> Files:
        changed = np.frombuffer(files.certificate[6:], dtype="<f8").copy()
        changed[at] = by(changed[at])
        return files.change(certificate=files.certificate[:6] + changed.tobytes())

    nan = bytearray(files.features)
    nan[128:136] = struct.pack("<d", np.nan)
    return {
        "a data byte flipped": files.flip("features", 128 + 8 * 5 + 6),
        "a NaN in the data": files.change(features=bytes(nan)),
        "labels for other rows": files.change(labels=small("ridge", n=29).labels),
        "another intercept": numbers(2, lambda b: b + 0.1),
        "another weight": numbers(4, lambda w: w + 0.1),
        "an infinite intercept": numbers(2, lambda b: np.inf),
        "a NaN for a weight": numbers(4, lambda w: np.nan),
        "the top lowered": numbers(0, lambda top: top * 0.99),
        "an infinite top": numbers(0, lambda top: np.inf),
        "a factor changed": numbers(7, lambda x: x * 1.001),
        "the certificate truncated": files.change(certificate=files.certificate[:-1]),
        "the certificate lengthened": files.change(certificate=files.certificate + bytes(1)),
        "the certificate of another kind": files.change(certificate=MAGIC + files.certificate[6:]),
        "accuracy tightened": with_problem(files, accuracy=problem.accuracy * Fraction(99, 100)),
        "fewer steps": with_problem(files, steps=problem.steps * 9 // 10),
        "no steps": with_problem(files, steps=0),
        "a step too large": with_problem(files, step=problem.step * Fraction(101, 100)),
        "a smaller step": with_problem(files, step=problem.step * Fraction(9, 10)),
        "no step": with_problem(files, step=Fraction(0)),
        "a negative step": with_problem(files, step=-problem.step),
        "another penalty": with_problem(files, penalty=problem.penalty * 2),
        "no penalty": with_problem(files, penalty=Fraction(0)),
        "a negative penalty": with_problem(files, penalty=-problem.penalty),
        "no intercept": with_problem(files, intercept=False),
        "a constant momentum": with_problem(files, method="nesterov", momentum=Fraction(1, 2)),
        "no problem": files.change(problem=b""),
    }


@pytest.mark.parametrize("objective", ["logistic", "huber"])
@pytest.mark.parametrize("method", METHODS)
def test_refuses_with_an_intercept(objective, method, native):
    files = small(objective, intercept=True, method=method)
    assert files.certificate.startswith(NEAR)
    assert native(files) == "PROVED"
    for what, variant in refused_near(files).items():
        assert native(variant) == "UNKNOWN", what


def test_refuses_an_intercept_that_has_no_bound(native):
    """With one class only the objective has no least value, and Huber's loss with delta 0 says nothing."""
    files = small("logistic", intercept=True)
    assert native(files) == "PROVED"
    assert native(files.change(labels=as_file(np.ones(30), "y")[0])) == "UNKNOWN"
    huber = small("huber", intercept=True)
    assert native(huber) == "PROVED"
    for delta in ("0", "-0.5"):
        assert native(edited(huber, "(loss huber 0.5)", f"(loss huber {delta})")) == "UNKNOWN"


def test_an_intercept_is_not_penalised(native):
    """The lower bound of the data with ones is far below the penalty, and is what counts."""
    random = np.random.default_rng(5)
    a = 0.01 * random.standard_normal((30, 4)) + 5
    claim = state("ridge", a, random.standard_normal(30), penalty=0.1, intercept=True, steps=40)
    files = Files(claim.problem_bytes, claim.features_bytes, claim.labels_bytes, claim.known)
    top, bottom = struct.unpack("<2d", files.certificate[6:HEADER])
    assert 0 < bottom < 30 * 0.01
    assert native(files) == "PROVED"
    for other in (bottom * 1.01, 30 * 0.1):
        raised = files.certificate[:6] + struct.pack("<2d", top, other) + files.certificate[HEADER:]
        assert native(files.change(certificate=raised)) == "UNKNOWN"
    for changes in ({"intercept": False}, {"penalty": Fraction(9, 100)}):
        assert native(with_problem(files, **changes)) == "UNKNOWN"


def test_native_and_kernel_agree(native, kernel):
    claims = [small(objective) for objective in OBJECTIVES]
    claims += list(refused(claims[0]).values())
    claims += [small("ridge", n=40, d=7, accuracy=1e-5), small("logistic", method="nesterov")]
    claims += [small(objective, intercept=True, method="nesterov") for objective in OBJECTIVES]
    claims += list(refused_near(claims[-2]).values())
    words = kernel(claims)
    assert words == [native(files) for files in claims]
    assert words.count("PROVED") == 8


def test_the_certificate_has_its_magic():
    assert small("ridge").certificate.startswith(MAGIC)

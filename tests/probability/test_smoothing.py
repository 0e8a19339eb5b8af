"""Radii of smoothed classifiers: both checkers, spoiled claims, formulas of the literature, and smoothed classifiers."""

from __future__ import annotations

import io
import math
from fractions import Fraction

import numpy as np
import pytest
from scipy.stats import beta, norm

import warrant
from warrant.cli import main
from warrant.probability.limits import clopper_pearson
from warrant.probability.smoothing import MAGIC, Ablation, Gaussian, Statement, Uniform, read_noise, state

COUNTS = np.array([[990, 10, 0], [10, 700, 290], [333, 333, 334], [0, 0, 1000]])


def npy(array) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


def text(*entries, noise="uniform 0.5", confidence="0.999") -> bytes:
    lines = [f"(smoothing 1) (confidence {confidence}) (noise {noise}) (counts 0)"]
    return "\n".join(lines + [f"(certify {i} {c} {r})" for i, c, r in entries]).encode()


def test_radii_are_those_of_the_formulas(native):
    delta = 0.001 / 12
    for noise, formula in [
        ("uniform:0.5", lambda p: 1.0 * (p - 0.5)),
        ("uniform:7/3", lambda p: 14 / 3 * (p - 0.5)),
        ("gaussian:0.25", lambda p: 0.25 * norm.ppf(p)),
        ("gaussian:7/3", lambda p: 7 / 3 * norm.ppf(p)),
    ]:
        claim = state(COUNTS, noise=noise)
        found = Statement.read(claim.statement_bytes, file="")
        assert [(e.row, e.label) for e in found.entries] == [(0, 0), (1, 1), (3, 2)]
        for entry in found.entries:
            k = int(COUNTS[entry.row, entry.label])
            p = float(beta.ppf(delta, k, 1000 - k + 1)) if k < 1000 else delta ** (1 / 1000)
            assert -3e-8 < float(entry.radius) - formula(p) <= 0
        assert native("smoothing", (claim.statement_bytes, npy(COUNTS), MAGIC)) == "PROVED"
        for entry in found.entries:
            more = text((entry.row, entry.label, entry.radius + Fraction(1, 10**7)), noise=str(found.noise))
            assert native("smoothing", (more, npy(COUNTS), MAGIC)) == "UNKNOWN"


@pytest.mark.parametrize(("every", "kept"), [(784, 45), (100, 3), (12, 12), (3072, 75), (5, 1)])
def test_radii_of_ablation_are_exact_binomials(native, every, kept):
    counts = np.array([[9990, 10], [0, 10000]])
    claim = state(counts, noise=f"ablation:{kept}/{every}")
    found = Statement.read(claim.statement_bytes, file="")
    assert native("smoothing", (claim.statement_bytes, npy(counts), MAGIC)) == "PROVED"
    for entry in found.entries:
        missed = clopper_pearson(10000, int(10000 - counts[entry.row, entry.label]), Fraction(1, 4000))
        left = [Fraction(math.comb(every - m, kept), math.comb(every, kept)) - missed for m in range(every + 1)]
        assert entry.radius == max(m for m, p in enumerate(left) if p >= Fraction(1, 2))
        more = text((entry.row, entry.label, entry.radius + 1), noise=f"ablation {every} {kept}")
        assert native("smoothing", (more, npy(counts), MAGIC)) == "UNKNOWN"
        between = text((entry.row, entry.label, entry.radius + Fraction(9, 10)), noise=f"ablation {every} {kept}")
        assert native("smoothing", (between, npy(counts), MAGIC)) == "PROVED"  # whole numbers of coordinates


@pytest.mark.parametrize(("copies", "loss"), [(10, 1e-8), (1000, 1e-7), (100_000, 1e-5), (1_000_000, 1e-3)])
def test_gaussian_radii_far_out_lose_little(native, copies, loss):
    """No miss at all, so that tails are as thin as so many copies can show: both checker and search round there."""
    counts = np.array([[copies, 0]])
    claim = state(counts, noise="gaussian:1", confidence="0.5")
    (entry,) = Statement.read(claim.statement_bytes, file="").entries
    exact = float(norm.ppf(0.25 ** (1 / copies)))
    assert exact - loss < entry.radius <= exact
    assert native("smoothing", (claim.statement_bytes, npy(counts), MAGIC)) == "PROVED"
    more = text((0, 0, entry.radius + Fraction(2 * loss)), noise="gaussian 1", confidence="0.5")
    assert native("smoothing", (more, npy(counts), MAGIC)) == "UNKNOWN"


def test_spoiled_claims_are_refused_by_both(native, kernel):
    radius = str(Uniform(Fraction(1, 2)).radius(clopper_pearson(1000, 10, Fraction(1, 12000))))
    good = (text((0, 0, radius)), npy(COUNTS), MAGIC)
    ablation = (text((0, 0, 5), noise="ablation 40 4"), npy(COUNTS), MAGIC)
    gaussian = (text((0, 0, "0.4785"), noise="gaussian 0.25"), npy(COUNTS), MAGIC)
    fewer = COUNTS.copy()
    fewer[0] = [989, 11, 0]
    bad = {
        "a count changed": (good[0], npy(fewer), MAGIC),
        "a confidence raised by one in a thousand": (text((0, 0, radius), confidence="0.999999"), good[1], MAGIC),
        "another class": (text((0, 1, radius)), good[1], MAGIC),
        "another input": (text((1, 1, radius)), good[1], MAGIC),
        "a class that is not there": (text((0, 3, radius)), good[1], MAGIC),
        "an input that is not there": (text((4, 0, radius)), good[1], MAGIC),
        "less noise": (text((0, 0, radius), noise="uniform 0.499"), good[1], MAGIC),
        "no noise": (text((0, 0, 0), noise="uniform 0"), good[1], MAGIC),
        "negative noise": (text((0, 0, -1), noise="uniform -1"), good[1], MAGIC),
        "no deviation": (text((0, 0, 0), noise="gaussian 0"), good[1], MAGIC),
        "a negative deviation": (text((0, 0, -1), noise="gaussian -1"), good[1], MAGIC),
        "a smaller deviation": (text((0, 0, "0.4785"), noise="gaussian 0.2499"), good[1], MAGIC),
        "a longer radius": (text((0, 0, "0.4786"), noise="gaussian 0.25"), good[1], MAGIC),
        "a radius beyond eight deviations": (text((0, 0, "2.01"), noise="gaussian 0.25"), good[1], MAGIC),
        "noise of two numbers": (text((0, 0, "0.1"), noise="gaussian 0.25 0.25"), good[1], MAGIC),
        "another noise": (text((0, 0, radius), noise="cauchy 0.5"), good[1], MAGIC),
        "a coordinate more": (text((0, 0, 6), noise="ablation 40 4"), good[1], MAGIC),
        "more kept than there are": (text((0, 0, 0), noise="ablation 3 4"), good[1], MAGIC),
        "more changed than there are": (text((0, 0, 41), noise="ablation 40 0"), good[1], MAGIC),
        "certainty": (text((0, 0, 0), confidence="1"), good[1], MAGIC),
        "halves of copies": (good[0], npy(COUNTS / 4), MAGIC),
        "negative counts": (text((0, 1, 0)), npy(np.array([[-5, 1000]])), MAGIC),
        "no copies": (text((0, 0, 0)), npy(np.array([[0, 0]])), MAGIC),
        "a huge count": (text((0, 0, 0)), b"1e300,1\n", MAGIC),
        "words": (good[0], b"a,b\n", MAGIC),
        "another certificate": (good[0], good[1], b"WRNT\x01P"),
        "a longer certificate": (good[0], good[1], MAGIC + b"\0"),
    }
    rights = [good, ablation, gaussian]
    assert [native("smoothing", files) for files in rights] == ["PROVED"] * 3
    assert {name: native("smoothing", files) for name, files in bad.items()} == dict.fromkeys(bad, "UNKNOWN")
    asked = [("prove_smoothing", files) for files in [*rights, *bad.values()]]
    assert kernel(asked) == [True] * 3 + [False] * len(bad)


def test_the_bound_of_uniform_noise_is_attained():
    """A threshold in one dimension: the probability falls by just r/(2h), so that no larger radius would be right."""
    h, p = 0.5, 0.9
    radius = float(Uniform(Fraction(1, 2)).radius(Fraction(1, 10)))
    z = np.linspace(-h, h, 100_001)
    border = -h + (1 - p) * 2 * h  # class 1 at or above it
    assert abs((z >= border).mean() - p) < 1e-4
    assert (z - radius + 1e-3 >= border).mean() > 0.5 > (z - radius - 1e-3 >= border).mean()


def test_the_bound_of_gaussian_noise_is_attained():
    """A half-space: by Cohen et al. its probability falls to 1/2 just at the radius."""
    sigma, p = 0.25, 0.9
    radius = float(Gaussian(Fraction(1, 4)).radius(Fraction(1, 10)))
    border = sigma * norm.ppf(p)  # class 1 below it, seen from an input at 0
    assert abs(norm.cdf(border, scale=sigma) - p) < 1e-12
    assert norm.cdf(border - radius, scale=sigma) >= 0.5 > norm.cdf(border - radius - 1e-6, scale=sigma)


def test_the_bound_of_ablation_is_attained():
    """A classifier that answers 1 unless it sees a changed coordinate: all subsets of 3 of 8 coordinates."""
    noise = Ablation(8, 3)
    for changed in range(9):
        subsets = [mask for mask in range(256) if mask.bit_count() == 3]
        blind = sum(mask & ((1 << changed) - 1) == 0 for mask in subsets)
        assert noise.limit(Fraction(changed)) == Fraction(blind, len(subsets)) - Fraction(1, 2)


def test_a_warrant_in_the_kernel_and_its_audit(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "c.csv").write_text("cat,dog,owl\n" + "".join(",".join(map(str, row)) + "\n" for row in COUNTS))
    code = main(["smoothing", "c.csv", "--noise", "uniform:0.5", "--kernel"])
    printed = capsys.readouterr().out
    if "the kernel was not asked" in printed or "no checker was found" in printed:
        pytest.skip(printed)
    assert code == 0 and printed.endswith("PROVED\n")
    assert printed.index("made independently") < printed.index("gives 3 of 4 inputs") < printed.index("990 of 1000")
    audit = warrant.audit("c.warrant")
    assert audit.line == "PROVED" and audit.vacuous is False
    assert audit.text.index("made independently") < audit.text.index("gives 3 of 4 inputs") < audit.text.index("In Coq")
    claim = (tmp_path / "c.warrant" / "radii.smoothing").read_bytes()
    (tmp_path / "c.warrant" / "radii.smoothing").write_bytes(claim.replace(b"uniform 0.5", b"uniform 0.4"))
    assert isinstance(warrant.check("c.warrant"), warrant.Unknown)


def test_a_radius_that_is_too_large_is_not_known():
    verdict = warrant.smoothing(COUNTS[:2], noise="ablation:4/40", radius=3)
    assert isinstance(verdict, warrant.Unknown)
    assert "700 of the 1000 noisy copies of input 1 show a radius of 1, and not of 3" in verdict.reason
    assert isinstance(warrant.smoothing(COUNTS[:2], noise="ablation:4/40", radius=1), warrant.Proved)


@pytest.mark.parametrize(
    ("counts", "options", "said"),
    [
        (b"1,2\n", {"noise": "laplace:1"}, "the noise 'laplace:1'; expected gaussian:DEVIATION"),
        (b"1,2\n", {"noise": "uniform:0"}, "the noise 'uniform:0'"),
        (b"1,2\n", {"noise": "gaussian:-1"}, "the noise 'gaussian:-1'"),
        (b"1,2\n", {"noise": "ablation:5/4"}, "the noise 'ablation:5/4'"),
        (b"1,x\n2,1\n", {"header": False}, "row 1, column 2: x; expected a number of noisy copies"),
        (b"1,0.5\n", {}, "row 1, column 2: 1/2; expected a number of noisy copies"),
        (b"0,0\n", {}, "row 1: 0 noisy copies; expected at least 1"),
        (b"20000000,0\n", {}, "at most 16777216"),
        (b"50,50\n", {}, "no input has a class that more than half"),
        (b"50,0\n", {"confidence": "99.9"}, "confidence: 99.9; expected a number between 0 and 1"),
        (b"50,0\n", {"radius": "-1"}, "radius: -1; expected at least 0"),
    ],
)
def test_bad_input_gets_one_clear_line(tmp_path, counts, options, said):
    (tmp_path / "c").write_bytes(counts)
    with pytest.raises(warrant.WarrantError) as problem:
        warrant.smoothing(tmp_path / "c", out=tmp_path / "w", **{"noise": "uniform:1", **options})
    assert said in str(problem.value) and "\n" not in str(problem.value)
    assert not (tmp_path / "w").exists()


def test_statements_are_read_as_they_are_written():
    for noise in ("uniform:1/3", "ablation:4/40", "gaussian:1/3"):
        claim = state(COUNTS, noise=noise)
        found = Statement.read(claim.statement_bytes, file="")
        assert found.write() == claim.statement_bytes and found.noise == read_noise(noise)
    for wrong in (
        b"",
        b"(smoothing 1)",
        text((0, 0, "x")),
        text(("a", 0, 1)),
        text(noise="uniform"),
        text() + b"(x)",
        text() + b"()",
    ):
        with pytest.raises(warrant.WrongInput):
            Statement.read(wrong, file="radii.smoothing")

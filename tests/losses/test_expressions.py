"""Expressions of CVXPY: those of its documentation proved convex, others not; and every atom that is translated."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from native import Checker

import warrant
from warrant.cli import main
from warrant.errors import Unsupported, WrongInput
from warrant.losses import translate
from warrant.losses.atoms import ATOMS

cp = pytest.importorskip("cvxpy")

_ROOT = Path(__file__).parents[2]
_RANDOM = np.random.default_rng(1)
_A = _RANDOM.normal(size=(4, 3)).round(2)
_B = _RANDOM.normal(size=4).round(2)
_COVARIANCE = np.array([[2.0, 0.5, -0.25], [0.5, 1.0, 0.0], [-0.25, 0.0, 0.125]])
_SIGNS = np.array([1.0, -1.0, 1.0, -1.0])
x = cp.Variable(3, name="x")
y = cp.Variable(name="y")
z = cp.Variable(name="z")
X = cp.Variable((2, 2), name="X")
w = cp.Variable(3, name="w", nonneg=True)
u = cp.Variable(name="u", nonneg=True)
gamma = cp.Parameter(name="gamma", nonneg=True)
_residual = _A @ x - _B
_margins = cp.multiply(_SIGNS, _A @ x + y)

# each with where CVXPY's documentation has it: the DCP tutorial, the advanced tutorial, or a page of its examples
DOCUMENTED = {
    "least squares": cp.sum_squares(_residual),
    "least squares, by the norm": cp.norm(_residual),
    "nonnegative least squares": cp.sum_squares(_A @ w - _B),
    "ridge regression": cp.norm2(_residual) ** 2 + gamma * cp.norm2(x) ** 2,
    "lasso": cp.norm2(_residual) ** 2 + gamma * cp.norm1(x),
    "elastic net": cp.sum_squares(_residual) / 4 + gamma * cp.norm1(x) + cp.norm2(x) ** 2,
    "logistic regression": -cp.sum(cp.multiply(_SIGNS, _A @ x) - cp.logistic(cp.multiply(_SIGNS, _A @ x))) / 4
    + gamma * cp.norm(x, 1),
    "support vector machine": cp.sum(cp.pos(1 - _margins)) / 4 + gamma * cp.norm(x, 1),
    "robust regression": cp.sum(cp.huber(_residual, 1)),
    "quantile regression": cp.sum(0.5 * cp.abs(_residual) + (0.9 - 0.5) * _residual),
    "portfolio risk, by factors": -_B[:3] @ w
    + gamma * (cp.sum_squares(_A @ w) + cp.sum(cp.multiply([0.1, 0.2, 0.3], w**2))),
    "portfolio risk": -(_B[:3] @ w) + gamma * cp.quad_form(w, _COVARIANCE),
    "quadratic program": cp.quad_form(x, _COVARIANCE) / 2 + _B[:3] @ x,
    "maximum entropy": -cp.sum(cp.entr(w)),
    "analytic centre": -cp.sum(cp.log(_B - _A @ x)),
    "optimal advertising": -cp.sum(cp.minimum(cp.multiply([1.0, 2.0, 3.0], w), [1.0, 1.0, 2.0])),
    "water filling": -cp.sum(cp.log([0.8, 1.0, 1.2] + w)),
    "total variation": cp.norm2(x - _B[:3]) + gamma * cp.tv(x),
    "Chebyshev approximation": cp.norm(_residual, "inf"),
    "conditional value at risk": cp.cvar(_A @ x, 0.5),
    "log-sum-exp of affine": cp.log_sum_exp(_A @ x + _B),
    "DCP tutorial: sqrt(1 + x^2), by the norm": cp.norm(cp.hstack([1, y])),
    "DCP tutorial: quad_over_lin": cp.quad_over_lin(x, z),
    "DCP tutorial: exp of convex": cp.exp(cp.square(y) + cp.abs(z)),
    "geometric mean, negated": -cp.geo_mean(w),
    "worst-case cost": cp.max(_A @ x + _B) + cp.sum_largest(x, 2),
}
NOT_CONVEX = {
    "DCP tutorial: sqrt(x^2 + 1), negated": -cp.norm(cp.hstack([1, y])),
    "DCP tutorial: a product": y * z,
    "square root": cp.sqrt(y),
    "logarithm": cp.log(y),
    "entropy": cp.sum(cp.entr(w)),
    "geometric mean": cp.geo_mean(w),
    "harmonic mean": cp.harmonic_mean(w),
    "difference of norms": cp.norm1(x) - 2 * cp.norm2(x),
    "smallest entry": cp.min(x),
    "log-sum-exp, negated": -cp.log_sum_exp(x),
    "Huber, negated": -cp.huber(y),
    "cube everywhere": y * cp.square(y),
    "indefinite quadratic form": cp.quad_form(x, _COVARIANCE - 5 * np.eye(3)),
    "product of all entries": cp.prod(x),
    "sum of squares minus one": cp.sum_squares(x) - 2 * cp.square(x[0]),
}
_OTHERS = {
    "abs": cp.abs(y),
    "xexp": cp.xexp(u),
    "inv_pos": cp.inv_pos(y),
    "inv_prod": cp.inv_prod(x),
    "log1p": -cp.log1p(y),
    "kl_div": cp.sum(cp.kl_div(x, w + 1)),
    "rel_entr": cp.rel_entr(y, z),
    "logistic": cp.logistic(y),
    "pos": cp.pos(y),
    "neg": cp.neg(y),
    "power 3": y**3,
    "power 3/2": y**1.5,
    "power 4": y**4,
    "power 1.3": cp.power(y, 1.3),
    "power -1/2": cp.power(y, -0.5),
    "norm of order 4": cp.pnorm(x, 4),
    "norm of order 3": cp.pnorm(w, 3),
    "norm of order 1/2, negated": -cp.pnorm(w, 0.5),
    "harmonic mean, negated": -cp.harmonic_mean(w),
    "weighted geometric mean": -cp.geo_mean(w, [1, 2, 0]),
    "of two": -cp.geo_mean(w[:2]),
    "scalene": cp.scalene(y, 1, 2),
    "log_normcdf, negated": -cp.log_normcdf(y),
    "loggamma": cp.loggamma(y),
    "mixed_norm": cp.mixed_norm(X, 2, 1),
    "std": cp.std(x),
    "var": cp.var(x),
    "ptp": cp.ptp(x),
    "dotsort": cp.dotsort(x, [1, 2]),
    "sum_smallest": -cp.sum_smallest(x, 2),
    "cummax": cp.sum(cp.cummax(x)),
    "max over an axis": cp.sum(cp.max(X, axis=0)),
    "min over an axis": -cp.sum(cp.min(X, axis=1)),
    "norm_inf": cp.norm_inf(x),
    "fro": cp.norm(X, "fro"),
    "trace": cp.abs(cp.trace(X)),
    "kron": cp.norm1(cp.vec(cp.kron(np.eye(2), X), order="C")),
    "convolve": cp.norm1(cp.convolve([1, 2], x)),
    "cumsum": cp.norm1(cp.cumsum(x)),
    "vstack": cp.norm1(cp.vec(cp.vstack([x, 2 * x]), order="F")),
    "upper_tri": cp.sum(cp.abs(cp.upper_tri(X))),
    "diag": cp.norm1(cp.diag(X)),
    "diagonal": cp.norm1(cp.vec(cp.diag(x), order="F")),
    "index": cp.square(X[0, 1] - 2 * X[1, 0]),
    "transpose": cp.sum_squares(X.T @ [1.0, 2.0]),
    "minimum, negated": -cp.minimum(y, z),
    "parameter": cp.huber(y, gamma),
    "matrix_frac": cp.matrix_frac(x, _COVARIANCE),
    "semidefinite matrix of rank 1": cp.quad_form(x, np.outer([1, 2, 3], [1, 2, 3])),
    "not by CVXPY's rules": cp.square(y) + y * z + cp.square(z) + y,
    "quotient": cp.exp(y) / 3,
    "convolution by hand": cp.norm1(cp.reshape(X, (4,), order="C")[1:] - 1),
}


@pytest.mark.parametrize("name", [*DOCUMENTED, *_OTHERS])
def test_convex(name: str, native_checker: Checker) -> None:
    expression = {**DOCUMENTED, **_OTHERS}[name]
    verdict = warrant.prove(expression, warrant.Convex())
    assert isinstance(verdict, warrant.Proved), verdict
    said = re.search(r"differ by at most (\S+) \(relative\) at (\d+) random points", verdict.notes[0])
    assert said is not None and float(said[1]) < 1e-12 and int(said[2]) > 0


@pytest.mark.parametrize("name", NOT_CONVEX)
def test_not_convex(name: str, native_checker: Checker) -> None:
    assert isinstance(warrant.prove(NOT_CONVEX[name], warrant.Convex()), warrant.Refuted)


def test_the_examples_cover_every_atom() -> None:
    used: set[str] = set()

    def visit(e: object) -> None:
        used.add(type(e).__name__.removesuffix("Approx"))
        for argument in getattr(e, "args", []):
            visit(argument)

    for e in [*DOCUMENTED.values(), *NOT_CONVEX.values(), *_OTHERS.values()]:
        visit(e)
    no_examples = {"special_index", "Transpose", "Concatenate", "broadcast_to", "partial_trace", "conv"}
    wraps = {"psd_wrap", "symmetric_wrap", "skew_symmetric_wrap"}
    assert set(ATOMS) - used <= no_examples | wraps


def test_other_properties(native_checker: Checker) -> None:
    assert isinstance(warrant.prove(cp.logistic(y), warrant.NonNegative()), warrant.Proved)
    assert isinstance(warrant.prove(cp.sum(x), warrant.NonNegative()), warrant.Refuted)
    assert isinstance(warrant.prove(cp.log_sum_exp(x), warrant.Lipschitz(constant=1)), warrant.Proved)
    assert isinstance(warrant.prove(cp.Minimize(cp.norm1(x)), warrant.Lipschitz(constant=1)), warrant.Refuted)


def test_variables_keep_their_values() -> None:
    v = cp.Variable(2)
    v.value = np.array([1.0, 2.0])
    translate(cp.sum_squares(v))
    assert v.value.tolist() == [1.0, 2.0]
    assert translate(cp.sum(cp.Variable(2, name="a b") + cp.Variable(2, name="a b"))).variables[0] == "a_b"


@pytest.mark.parametrize(
    ("expression", "error", "said"),
    [
        (x, WrongInput, "a CVXPY expression of shape (3,); expected one number"),
        (cp.Constant(1.0), WrongInput, "without variables"),
        (cp.lambda_max(X), Unsupported, "the atom lambda_max of CVXPY"),
        (cp.pnorm(x, 3), Unsupported, "the norm of order 3 at 0"),
        (cp.sum_largest(cp.Variable(40), 20), Unsupported, "sum_largest of 40 entries"),
        (cp.abs(cp.Variable(complex=True)), Unsupported, "a complex CVXPY expression"),
    ],
)
def test_what_cannot_be_translated_has_one_clear_line(expression: object, error: type[Exception], said: str) -> None:
    with pytest.raises(error) as found:
        translate(expression)
    assert said in str(found.value) and len(str(found.value).splitlines()) == 1


def test_a_statement_about_networks_is_refused() -> None:
    with pytest.raises(WrongInput, match="a CVXPY expression; expected a property of losses"):
        warrant.prove(cp.square(y), "(assert (<= Y_0 0))")


def test_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], native_checker: Checker
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "objective_for_test.py").write_text(
        "import cvxpy as cp\nx = cp.Variable(2, name='x')\nrisk = cp.sum_squares(x) + cp.norm1(x)\nfour = 4\n"
    )
    assert main(["loss", "objective_for_test:risk", "--convex"]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[-1] == "PROVED" and any("translated to ONNX" in line for line in out)
    assert (tmp_path / "risk-convex.warrant" / "property.txt").read_text() == "(loss 1)\n(claim convex)\n(by x)\n"
    assert main(["loss", "objective_for_test:four", "--convex"]) == 2
    assert "objective_for_test:four is a int; expected an expression of CVXPY" in capsys.readouterr().err
    assert main(["loss", "objective_for_test:five", "--convex"]) == 2
    assert "objective_for_test has no expression five" in capsys.readouterr().err

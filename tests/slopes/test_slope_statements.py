"""Lipschitz constants and exact monotonicity as statements, and as warrants."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from small_claims import network

import warrant
from warrant import Domain, Lipschitz, Monotone, models
from warrant.claims import Relates, Slopes
from warrant.errors import Unsupported, WrongInput

MODEL = network("dense", 1)
DOMAIN = Domain.box([0.0] * 3, [0.02] * 3, names=["income", "debt", "age"])


def slopes_at(x: np.ndarray) -> np.ndarray:
    """The derivatives of output 0 there: (features,)."""
    read, step = models.read(MODEL), 1e-6
    rows = np.concatenate([x + step * np.eye(3), x - step * np.eye(3)])
    y = read.evaluate(rows)[:, 0]
    return (y[:3] - y[3:]) / (2 * step)


@pytest.fixture
def rising() -> tuple[str, str]:
    """Two features near 0: raising the one raises output 0 by a clear slope, raising the other lowers it."""
    g = slopes_at(np.full(3, 0.01))
    assert g.max() > 0.2 and g.min() < -0.2
    return DOMAIN.names[int(g.argmax())], DOMAIN.names[int(g.argmin())]


def test_exact_monotonicity(rising: tuple[str, str], tmp_path: Path) -> None:
    up, down = rising
    proved = warrant.prove(MODEL, Monotone(up, "increasing", DOMAIN, 0), kernel=True, out=tmp_path / "up")
    assert proved.line == "PROVED"
    assert warrant.check(tmp_path / "up").line == "PROVED"
    assert warrant.prove(MODEL, Monotone(down, "decreasing", DOMAIN, 0), out=tmp_path / "down").line == "PROVED"
    both = warrant.prove(MODEL, Monotone([up, down], "increasing", DOMAIN, 0), out=tmp_path / "both")
    assert isinstance(both, warrant.Refuted)
    names, inputs = both.counterexample.names, both.counterexample.inputs
    assert names == (*DOMAIN.names, *(f"{name} (second)" for name in DOMAIN.names))
    moved = {name: inputs[k + 3] - inputs[k] for k, name in enumerate(DOMAIN.names)}
    assert moved[down] > 0 and moved[up] >= 0 and sum(v != 0 for v in moved.values()) <= 2
    y = models.read(MODEL).evaluate(np.array([inputs[:3], inputs[3:]]))[:, 0]
    assert y[1] < y[0]


@pytest.mark.parametrize(("norm", "order"), [("linf", 1), ("l1", np.inf), ("l2", 2)])
def test_constants(norm: str, order: float, tmp_path: Path) -> None:
    constant = float(np.linalg.norm(slopes_at(np.full(3, 0.01)), ord=order))
    more, less = (round(f * constant, 3) for f in (1.3, 0.8))
    above = Lipschitz(more, DOMAIN, norm=norm, outputs=0)  # type: ignore[arg-type]
    below = Lipschitz(less, DOMAIN, norm=norm, outputs=0)  # type: ignore[arg-type]
    assert warrant.prove(MODEL, above, out=tmp_path / "above").line == "PROVED"
    refuted = warrant.prove(MODEL, below, out=tmp_path / "below")
    assert isinstance(refuted, warrant.Refuted)
    x = np.array(refuted.counterexample.inputs).reshape(2, 3)
    y = models.read(MODEL).evaluate(x)[:, 0]
    distance = np.linalg.norm(x[1] - x[0], ord={"linf": np.inf, "l1": 1, "l2": 2}[norm])
    assert abs(y[1] - y[0]) > less * distance


def test_the_audit_says_what_is_claimed(tmp_path: Path) -> None:
    statement = Lipschitz(100, DOMAIN, norm="l2")
    assert warrant.prove(MODEL, statement, out=tmp_path / "w").line == "PROVED"
    text = " ".join(warrant.audit(tmp_path / "w").text.split())
    assert "(norm l2)" in text and "SlopesHold" in text
    assert statement.sentence() in statement.claim(MODEL).summary().said


def test_which_claim_it_is() -> None:
    assert isinstance(Monotone("age", "increasing", DOMAIN, 0).claim(MODEL), Slopes)
    assert isinstance(Monotone("age", "increasing", DOMAIN, "1e-3").claim(MODEL), Relates)
    one = Lipschitz(1, DOMAIN, norm="l2", features="age").claim(MODEL)
    assert b"(norm linf)" in one.claim_bytes, "of one feature all norms are the same"
    assert b"(moved 2)" in one.claim_bytes and b"(outputs 0 1)" in one.claim_bytes


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (Lipschitz(-1, DOMAIN), "constant"),
        (Lipschitz(1, DOMAIN, norm="l3"), "norm"),  # type: ignore[arg-type]
        (Lipschitz(1, DOMAIN, outputs=2), "output 2"),
        (Lipschitz(1, DOMAIN, features="sex"), "'sex'"),
        (Lipschitz(1, Domain.box([0.0], [1.0])), "1 features"),
    ],
)
def test_what_has_no_meaning(statement: Lipschitz, said: str) -> None:
    with pytest.raises(WrongInput, match=said):
        statement.claim(MODEL)


def test_kinks_of_other_kinds_are_refused() -> None:
    with pytest.raises(Unsupported, match="LeakyRelu"):
        Lipschitz(1, DOMAIN).claim(network("leaky", 1)).validate()

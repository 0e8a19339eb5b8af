"""A small problem with its certificate, and PEPit where it is installed."""

from __future__ import annotations

import pytest

GRADIENT_STEP = """\
; one step of gradient descent on a smooth convex function
(rate 1)
(function f convex (smooth 1))
(points xs x0 g0 x1 g1)
(numbers fs f0 f1)
(gradient f xs 0)
(value f xs fs)
(gradient f x0 g0)
(value f x0 f0)
(same x1 (- x0 g0))
(gradient f x1 g1)
(value f x1 f1)
(<= (norm2 (- x0 xs)) 1)
(conclude 1/6 (- f1 fs))
"""

CERTIFICATE = """\
(certificate 1)
(shift 1 (0 1))
(weights 1)
(use 7 1/6)
(fact smooth 1/2 0 1)
(fact smooth 1/2 0 2)
(fact smooth 1/2 1 2)
(square 1/6 (1 1) (2 -3/2) (4 -3/2))
(square 1/8 (2 1) (4 -1))
"""


@pytest.fixture
def step() -> str:
    return GRADIENT_STEP


@pytest.fixture
def step_certificate() -> str:
    return CERTIFICATE


@pytest.fixture(scope="session")
def pepit():
    pytest.importorskip("PEPit", reason="PEPit is not installed: pip install 'warrant-ml[rates]'")
    pytest.importorskip("clarabel", reason="Clarabel is not installed: pip install 'warrant-ml[rates]'")

"""A small problem with its certificate, and PEPit where it is installed."""

from __future__ import annotations

import pytest
from small_rates import GRADIENT_STEP

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

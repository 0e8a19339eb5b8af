"""The tumours of the demo, and its network."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.datasets import load_breast_cancer

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="session")
def tumours() -> tuple[NDArray[np.float32], NDArray[np.int64], list[str]]:
    """Measurements, labels (1: benign) and names of six tumours that the network calls rightly."""
    data = load_breast_cancer()
    chosen = [0, 1, 19, 20, 21, 22]
    return data.data[chosen].astype(np.float32), data.target[chosen], [str(name) for name in data.feature_names]


@pytest.fixture(scope="session")
def network() -> Path:
    """The network of the demo: benign where its output is above 0."""
    return EXAMPLES / "tumour.onnx"

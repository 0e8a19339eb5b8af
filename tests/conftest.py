"""Where all tests find the programs that are extracted from Coq."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from native import Checker, Evaluator

BUILD = Path(__file__).parents[1] / "build"


def program(variable: str, name: str) -> Path:
    """The program that the environment variable names, else the one in build/; without it, the test is skipped."""
    path = Path(os.environ.get(variable, BUILD / name))
    if not os.access(path, os.X_OK):
        pytest.skip(f"{path} is not there: run `make checker`")
    return path.resolve()


@pytest.fixture(scope="session")
def evaluator(tmp_path_factory: pytest.TempPathFactory) -> Evaluator:
    """The Spec's meaning of a model, evaluated with intervals."""
    return Evaluator(program("WARRANT_EVALUATE", "warrant-evaluate"), tmp_path_factory.mktemp("evaluate"))


@pytest.fixture(scope="session")
def native_checker(tmp_path_factory: pytest.TempPathFactory) -> Checker:
    """The extracted checker."""
    return Checker(program("WARRANT_CHECK", "warrant-check"), tmp_path_factory.mktemp("check"))

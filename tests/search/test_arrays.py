"""The search is the same on PyTorch as on NumPy, and with two processes as with one."""

from __future__ import annotations

import numpy as np
import pytest
from replay import replay_proof, replay_witness

from warrant import models, properties, search
from warrant.errors import SearchError
from warrant.search import arrays, parallel
from warrant.search.options import Options


@pytest.fixture
def torch_arrays():
    pytest.importorskip("torch", reason="PyTorch is not installed")
    pytest.importorskip("array_api_compat", reason="array-api-compat is not installed")
    return arrays.choose("torch", 0)


def questions(dense, box):
    """Claims that hold and claims that fail, with several disjuncts and conjunctions."""
    model = dense([3, 12, 12, 2], 5)
    y = models.load(model).evaluate(np.random.default_rng(0).uniform(-1, 1, (20000, 3)))
    least, most = y.min(0), y.max(0)
    for factor in (0.05, -0.1):
        a, b = most + factor * (most - least)
        yield model, box(3, 2, -1, 1, f"(assert (or (>= Y_0 {a}) (and (>= Y_1 {b}) (>= Y_0 Y_1))))")


def answer(model: bytes, text: bytes, jobs: int = 1, **options):
    lowered = models.load(model)
    queries = properties.load(text, lowered)
    result = search.find(lowered, queries, timeout=60, jobs=jobs, options=Options(**options))
    if isinstance(result, search.Proof):
        replay_proof(lowered, queries, result.certificate)
    elif isinstance(result, search.Witness):
        replay_witness(lowered, queries, result.certificate)
    return type(result)


@pytest.mark.parametrize("axes", [16, 0], ids=["inputs", "neurons"])
def test_pytorch_decides_as_numpy_does(dense, box, torch_arrays, axes):
    for (model, text), expected in zip(questions(dense, box), (search.Proof, search.Witness), strict=True):
        assert answer(model, text, axes=axes, arrays="numpy") is expected
        assert answer(model, text, axes=axes, arrays="torch") is expected


@pytest.mark.parametrize("axes", [16, 0], ids=["inputs", "neurons"])
def test_two_processes_decide_as_one_does(dense, box, monkeypatch, axes):
    monkeypatch.setattr(parallel, "PATIENCE", 0.0)
    started = []
    pool = parallel.ProcessPoolExecutor
    monkeypatch.setattr(parallel, "ProcessPoolExecutor", lambda *a: started.append(a) or pool(*a))
    model = dense([4, 20, 20, 2] if axes else [4, 12, 12, 2], 5)
    y = models.load(model).evaluate(np.random.default_rng(0).uniform(-1, 1, (20000, 4)))[:, 0]
    for bound, expected in ((y.max() + 0.15 * np.ptp(y), search.Proof), (y.max() - 0.01 * np.ptp(y), search.Witness)):
        text = box(4, 2, -1, 1, f"(assert (>= Y_0 {bound}))")
        for jobs in (1, 2):
            assert answer(model, text, jobs=jobs, axes=axes, steps=1, row_steps=0, batch=8) is expected
    assert started, "the claims were too easy: no process was started"


@pytest.mark.parametrize("kind", ["dense", "sparse"])
def test_products_are_those_of_the_matrix(torch_arrays, kind):
    from scipy import sparse

    density = 0.5 if kind == "dense" else 0.02
    matrix = sparse.random(90, 110, density=density, format="csr", random_state=1)
    rng = np.random.default_rng(2)
    c, v, rows = rng.normal(size=(4, 90)), rng.normal(size=(4, 110)), np.array([3, 3, 80])
    for library in (arrays.NUMPY, torch_arrays):
        weights = library.weights(matrix)
        assert isinstance(weights, arrays.Dense if kind == "dense" else arrays.Sparse)
        assert np.allclose(library.get(weights.times(library.put(c))), c @ matrix.toarray())
        assert np.allclose(library.get(weights.applied(library.put(v))), v @ matrix.toarray().T)
        assert np.allclose(library.get(weights.chosen(rows)), matrix.toarray()[rows])


def test_an_unknown_library_is_refused(monkeypatch):
    monkeypatch.setenv("WARRANT_ARRAYS", "jax")
    with pytest.raises(SearchError, match=r"WARRANT_ARRAYS: 'jax'; expected one of auto, numpy, torch"):
        arrays.choose("auto", 0)


def test_pytorch_that_is_not_there_is_refused(monkeypatch):
    monkeypatch.setattr(arrays, "find_spec", lambda name: None)
    assert arrays.choose("auto", 10**9) is arrays.NUMPY
    with pytest.raises(SearchError, match="PyTorch is not installed"):
        arrays.choose("torch", 10**9)

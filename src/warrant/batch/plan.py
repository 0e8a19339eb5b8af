"""Reads ``warrant.toml``: which claims about which models a project wants to have proved (docs/daily.md)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warrant._api import DEFAULT_TIMEOUT, Given
from warrant._files import limited, read_file
from warrant.batch.certify import CertifiedAccuracy, claim_about
from warrant.batch.entries import known, number, of, table
from warrant.batch.run import Entry
from warrant.batch.verbs import VERBS, claimed
from warrant.certified import NORMS
from warrant.claims import Claim, Safe
from warrant.errors import SearchError, WrongInput
from warrant.statements import Bounded, Domain, Feature, Reachable, Robust, Statement
from warrant.statements.text import named

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Expected", "Planned", "TestSet", "read_plan"]

_RUN = {"folder", "timeout", "kernel"}
_CLAIM = {"name", "model", "expect", "allow-unknown"}
_ABOUT_MODELS = ("property", "bounded", "reachable", "robust", "test-set")
_KINDS = (*_ABOUT_MODELS, *VERBS)
_BOUNDED = {"features", "low", "high", "output"}
_REACHABLE = {"target", *_BOUNDED, "label"}
_ROBUST = {"x", "row", "radius", "label", "top", "tolerance", "threshold", "names"}
_TEST_SET = {"inputs", "labels", "at-least", "radius", "norm", "top", "threshold", "low", "high", "names"}
_FEATURE = {"name", "low", "high", "values", "integer"}


@dataclass(frozen=True)
class TestSet:
    """A model, the statements about all inputs, and how many of them are to hold."""

    model: Given
    accuracy: CertifiedAccuracy
    at_least: int


@dataclass(frozen=True)
class Expected:
    """A claim, the verdict that it is to have, and whether it may be unknown.

    test_set: of a claim about a test set, what its inputs are proved from, each in a warrant of its own.
    """

    entry: Entry
    verdict: str
    allow_unknown: bool
    test_set: TestSet | None = None

    def met(self, word: str) -> bool:
        """Whether a verdict is good enough."""
        return word == self.verdict or (word == "UNKNOWN" and self.allow_unknown)


@dataclass(frozen=True)
class Planned:
    """What a ``warrant.toml`` asks for: claims, the folder of their warrants, and how they are to be proved."""

    claims: tuple[Expected, ...]
    folder: Path
    timeout: float
    kernel: bool


def read_plan(path: Path) -> Planned:
    """The plan in a file; paths in it are taken from the file's folder.

    Raises:
        WrongInput: the file is not TOML, an entry is unknown, missing or of the wrong kind, or a claim has no meaning.
    """
    data = read_file(path, "a warrant.toml")
    try:
        body = tomllib.loads(data.decode("utf-8"), parse_float=Decimal)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError, ArithmeticError) as problem:
        raise WrongInput(f"it is not TOML: {problem}", file=str(path)) from problem
    try:
        known(body, {"run", "claim"}, "the file")
        run = table(body.get("run", {}), "[run]")
        known(run, _RUN, "[run]")
        listed = body.get("claim")
        if not isinstance(listed, list) or not listed:
            raise WrongInput("there is no claim", expected="[[claim]] with name, model and property")
        claims = tuple(_claim(table(c, f"claim {k + 1}"), k + 1, path.parent) for k, c in enumerate(listed))
        timeout = run.get("timeout", Decimal(DEFAULT_TIMEOUT))
        if isinstance(timeout, bool) or not _positive(timeout):
            raise WrongInput(f"{timeout!s}", place="[run] timeout", expected="seconds, above 0")
        kernel = of(run, "kernel", bool, "[run]", False)
        folder = path.parent / of(run, "folder", str, "[run]", ".warrants")
    except WrongInput as problem:
        raise problem.at(file=str(path)) from problem
    return Planned(claims, folder, float(timeout), kernel)


def _claim(body: Mapping[str, Any], position: int, base: Path) -> Expected:
    place = f"claim {position}"
    known(body, _CLAIM | set(_KINDS), place)
    name = of(body, "name", str, place)
    place = f"claim {name!r}"
    expect = of(body, "expect", str, place, "PROVED")
    if expect not in ("PROVED", "REFUTED"):
        raise WrongInput(f"{expect!r}", place=f"{place}, expect", expected="PROVED or REFUTED")
    kinds = [kind for kind in _KINDS if kind in body]
    if len(kinds) != 1:
        raise WrongInput(f"it has {', '.join(kinds) or 'none'}", place=place, expected=f"one of {', '.join(_KINDS)}")
    kind = kinds[0]
    if kind in VERBS and "model" in body:
        raise WrongInput("it has a model", place=place, expected=f"none, beside {kind}")
    model = base / of(body, "model", str, place) if kind in _ABOUT_MODELS else base
    try:
        test_set = _test_set(table(body[kind], place), f"{place}, {kind}", model, base) if kind == "test-set" else None
        claim = (
            _meant(kind, body, model, base, place)
            if test_set is None
            else claim_about(test_set.accuracy, test_set.model, test_set.at_least)
        )
        claim.validate()
    except (WrongInput, SearchError) as problem:
        raise (problem.at(place=place) if isinstance(problem, WrongInput) else WrongInput(str(problem))) from problem
    return Expected(Entry(name, claim), expect, of(body, "allow-unknown", bool, place, False), test_set)


def _meant(kind: str, body: Mapping[str, Any], model: Path, base: Path, place: str) -> Claim:
    if kind in VERBS:
        return claimed(kind, table(body[kind], f"{place}, {kind}"), f"{place}, {kind}", base)
    if kind == "property":
        return Safe.of(model, base / of(body, "property", str, place))
    inner, where = table(body[kind], f"{place}, {kind}"), f"{place}, {kind}"
    statement: Statement
    if kind == "bounded":
        statement = _bounded(inner, where)
    elif kind == "reachable":
        statement = _reachable(inner, where, base)
    else:
        statement = _robust(inner, where, base)
    claim = statement.claim(limited(read_file(model, "an ONNX file"), str(model)), name=str(model))
    return replace(claim, property_name=f"{kind}.vnnlib") if isinstance(claim, Safe) else claim


def _bounded(body: Mapping[str, Any], place: str) -> Bounded:
    known(body, _BOUNDED, place)
    return Bounded(_domain(body, place), *_ends(body, place), of(body, "output", int, place, 0))


def _reachable(body: Mapping[str, Any], place: str, base: Path) -> Reachable:
    known(body, _REACHABLE, place)
    if ("target" in body) == ("features" in body):
        raise WrongInput("both or none of target and features", place=place, expected="one of them")
    target = base / of(body, "target", str, place) if "target" in body else _domain(body, place)
    output, label = of(body, "output", int, place, 0), of(body, "label", int, place, None)
    return Reachable(target, *_ends(body, place), output, label)


def _ends(body: Mapping[str, Any], place: str) -> tuple[int | Decimal | None, int | Decimal | None]:
    low, high = (number(body, end, place) if end in body else None for end in ("low", "high"))
    return low, high


def _domain(body: Mapping[str, Any], place: str) -> Domain:
    features = []
    for k, each in enumerate(of(body, "features", list, place)):
        here = f"{place}, feature {k + 1}"
        feature = table(each, here)
        known(feature, _FEATURE, here)
        name = of(feature, "name", str, here)
        if "values" in feature:
            features.append(Feature.one_of(name, of(feature, "values", list, here)))
        elif of(feature, "integer", bool, here, False):
            features.append(Feature.integer(name, of(feature, "low", int, here), of(feature, "high", int, here)))
        else:
            features.append(Feature.real(name, number(feature, "low", here), number(feature, "high", here)))
    return Domain(tuple(features))


def _robust(body: Mapping[str, Any], place: str, base: Path) -> Robust:
    import numpy as np

    known(body, _ROBUST, place)

    given = body.get("x")
    if isinstance(given, str):
        rows = _matrix(base / given)
        row = of(body, "row", int, place)
        if not 0 <= row < len(rows):
            raise WrongInput(f"row {row}", place=place, expected=f"0 to {len(rows) - 1}")
        x = rows[row].reshape(-1)
    else:
        numbers = of(body, "x", list, place)
        if not all(isinstance(v, int | Decimal) and not isinstance(v, bool) for v in numbers):
            raise WrongInput("x has something else than numbers", place=place, expected="a list of numbers")
        x = np.array([float(v) for v in numbers])
    radius = body.get("radius")
    if not isinstance(radius, list):
        radius = number(body, "radius", place)
    tolerance, threshold = (number(body, name, place) if name in body else None for name in ("tolerance", "threshold"))
    return Robust(
        x,
        radius,
        label=of(body, "label", int, place, None),
        top=of(body, "top", int, place, 1),
        tolerance=tolerance,
        threshold=threshold,
        names=of(body, "names", list, place, None),
    )


def _test_set(body: Mapping[str, Any], place: str, model: Path, base: Path) -> TestSet:
    known(body, _TEST_SET, place)
    inputs, labels = (str(base / of(body, which, str, place)) for which in ("inputs", "labels"))
    least = of(body, "at-least", int, place)
    norm = of(body, "norm", str, place, "linf")
    if norm not in NORMS:
        raise WrongInput(f"norm {norm!r}", place=place, expected=", ".join(NORMS))
    accuracy = CertifiedAccuracy(
        inputs,
        labels,
        number(body, "radius", place),
        top=of(body, "top", int, place, 1),
        threshold=number(body, "threshold", place) if "threshold" in body else None,
        names=of(body, "names", list, place, None),
        norm=NORMS[NORMS.index(norm)],
    )
    if ("low" in body) != ("high" in body):
        raise WrongInput("one of low and high", place=place, expected="both, or none")
    if "low" in body:
        ends = number(body, "low", place), number(body, "high", place)
        called = named(accuracy.names, accuracy.arrays()[0].shape[1])
        accuracy = replace(accuracy, within=Domain(tuple(Feature.real(name, *ends) for name in called)))
    data = limited(read_file(model, "an ONNX file"), str(model))
    return TestSet(Given(data, str(model)), accuracy, least)


def _matrix(path: Path) -> NDArray[Any]:
    """The array in an ``.npy`` file; no pickle is loaded."""
    import numpy as np

    data = limited(read_file(path, "an .npy file"), str(path))
    try:
        found: NDArray[Any] = np.lib.format.read_array(BytesIO(data), allow_pickle=False)
    except (ValueError, EOFError, MemoryError, OverflowError, TypeError) as problem:
        raise WrongInput("it is no array of numbers in NumPy's format", file=str(path)) from problem
    if found.ndim < 1:
        raise WrongInput("an array without rows", file=str(path), expected="(n, features)")
    return found


def _positive(value: object) -> bool:
    return isinstance(value, int | Decimal) and Decimal(value).is_finite() and 0 < value < 10**9

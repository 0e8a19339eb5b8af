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
from warrant.batch.run import Entry
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
_KINDS = ("property", "bounded", "reachable", "robust", "test-set")
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
        _known(body, {"run", "claim"}, "the file")
        run = _table(body.get("run", {}), "[run]")
        _known(run, _RUN, "[run]")
        listed = body.get("claim")
        if not isinstance(listed, list) or not listed:
            raise WrongInput("there is no claim", expected="[[claim]] with name, model and property")
        claims = tuple(_claim(_table(c, f"claim {k + 1}"), k + 1, path.parent) for k, c in enumerate(listed))
        timeout = run.get("timeout", Decimal(DEFAULT_TIMEOUT))
        if isinstance(timeout, bool) or not _positive(timeout):
            raise WrongInput(f"{timeout!s}", place="[run] timeout", expected="seconds, above 0")
        kernel = _of(run, "kernel", bool, "[run]", False)
        folder = path.parent / _of(run, "folder", str, "[run]", ".warrants")
    except WrongInput as problem:
        raise problem.at(file=str(path)) from problem
    return Planned(claims, folder, float(timeout), kernel)


def _claim(body: Mapping[str, Any], position: int, base: Path) -> Expected:
    place = f"claim {position}"
    _known(body, _CLAIM | set(_KINDS), place)
    name = _of(body, "name", str, place)
    place = f"claim {name!r}"
    expect = _of(body, "expect", str, place, "PROVED")
    if expect not in ("PROVED", "REFUTED"):
        raise WrongInput(f"{expect!r}", place=f"{place}, expect", expected="PROVED or REFUTED")
    kinds = [kind for kind in _KINDS if kind in body]
    if len(kinds) != 1:
        raise WrongInput(f"it has {', '.join(kinds) or 'none'}", place=place, expected=f"one of {', '.join(_KINDS)}")
    model = base / _of(body, "model", str, place)
    kind = kinds[0]
    try:
        test_set = _test_set(_table(body[kind], place), f"{place}, {kind}", model, base) if kind == "test-set" else None
        claim = (
            _meant(kind, body, model, base, place)
            if test_set is None
            else claim_about(test_set.accuracy, test_set.model, test_set.at_least)
        )
        claim.validate()
    except (WrongInput, SearchError) as problem:
        raise (problem.at(place=place) if isinstance(problem, WrongInput) else WrongInput(str(problem))) from problem
    return Expected(Entry(name, claim), expect, _of(body, "allow-unknown", bool, place, False), test_set)


def _meant(kind: str, body: Mapping[str, Any], model: Path, base: Path, place: str) -> Claim:
    if kind == "property":
        return Safe.of(model, base / _of(body, "property", str, place))
    inner, where = _table(body[kind], f"{place}, {kind}"), f"{place}, {kind}"
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
    _known(body, _BOUNDED, place)
    return Bounded(_domain(body, place), *_ends(body, place), _of(body, "output", int, place, 0))


def _reachable(body: Mapping[str, Any], place: str, base: Path) -> Reachable:
    _known(body, _REACHABLE, place)
    if ("target" in body) == ("features" in body):
        raise WrongInput("both or none of target and features", place=place, expected="one of them")
    target = base / _of(body, "target", str, place) if "target" in body else _domain(body, place)
    output, label = _of(body, "output", int, place, 0), _of(body, "label", int, place, None)
    return Reachable(target, *_ends(body, place), output, label)


def _ends(body: Mapping[str, Any], place: str) -> tuple[int | Decimal | None, int | Decimal | None]:
    low, high = (_number(body, end, place) if end in body else None for end in ("low", "high"))
    return low, high


def _domain(body: Mapping[str, Any], place: str) -> Domain:
    features = []
    for k, each in enumerate(_of(body, "features", list, place)):
        here = f"{place}, feature {k + 1}"
        table = _table(each, here)
        _known(table, _FEATURE, here)
        name = _of(table, "name", str, here)
        if "values" in table:
            features.append(Feature.one_of(name, _of(table, "values", list, here)))
        elif _of(table, "integer", bool, here, False):
            features.append(Feature.integer(name, _of(table, "low", int, here), _of(table, "high", int, here)))
        else:
            features.append(Feature.real(name, _number(table, "low", here), _number(table, "high", here)))
    return Domain(tuple(features))


def _robust(body: Mapping[str, Any], place: str, base: Path) -> Robust:
    import numpy as np

    _known(body, _ROBUST, place)

    given = body.get("x")
    if isinstance(given, str):
        rows = _matrix(base / given)
        row = _of(body, "row", int, place)
        if not 0 <= row < len(rows):
            raise WrongInput(f"row {row}", place=place, expected=f"0 to {len(rows) - 1}")
        x = rows[row].reshape(-1)
    else:
        numbers = _of(body, "x", list, place)
        if not all(isinstance(v, int | Decimal) and not isinstance(v, bool) for v in numbers):
            raise WrongInput("x has something else than numbers", place=place, expected="a list of numbers")
        x = np.array([float(v) for v in numbers])
    radius = body.get("radius")
    if not isinstance(radius, list):
        radius = _number(body, "radius", place)
    tolerance, threshold = (_number(body, name, place) if name in body else None for name in ("tolerance", "threshold"))
    return Robust(
        x,
        radius,
        label=_of(body, "label", int, place, None),
        top=_of(body, "top", int, place, 1),
        tolerance=tolerance,
        threshold=threshold,
        names=_of(body, "names", list, place, None),
    )


def _test_set(body: Mapping[str, Any], place: str, model: Path, base: Path) -> TestSet:
    _known(body, _TEST_SET, place)
    inputs, labels = (str(base / _of(body, which, str, place)) for which in ("inputs", "labels"))
    least = _of(body, "at-least", int, place)
    norm = _of(body, "norm", str, place, "linf")
    if norm not in NORMS:
        raise WrongInput(f"norm {norm!r}", place=place, expected=", ".join(NORMS))
    accuracy = CertifiedAccuracy(
        inputs,
        labels,
        _number(body, "radius", place),
        top=_of(body, "top", int, place, 1),
        threshold=_number(body, "threshold", place) if "threshold" in body else None,
        names=_of(body, "names", list, place, None),
        norm=NORMS[NORMS.index(norm)],
    )
    if ("low" in body) != ("high" in body):
        raise WrongInput("one of low and high", place=place, expected="both, or none")
    if "low" in body:
        ends = _number(body, "low", place), _number(body, "high", place)
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


def _table(value: object, place: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise WrongInput(f"{value!r}", place=place, expected="a table")
    return value


def _known(table: Mapping[str, Any], names: set[str], place: str) -> None:
    for name in table:
        if name not in names:
            raise WrongInput(f"unknown entry {name!r}", place=place, expected=f"one of {', '.join(sorted(names))}")


_REQUIRED = object()
_CALLED = {str: "a string", int: "a whole number", bool: "true or false", list: "a list"}


def _of(table: Mapping[str, Any], name: str, kind: type, place: str, otherwise: Any = _REQUIRED) -> Any:
    if name not in table and otherwise is not _REQUIRED:
        return otherwise
    value = table.get(name)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        found = "missing" if name not in table else f"{value!s}"
        raise WrongInput(f"{name} is {found}", place=place, expected=_CALLED[kind])
    return value


def _number(table: Mapping[str, Any], name: str, place: str) -> int | Decimal:
    value = table.get(name)
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or not Decimal(value).is_finite():
        found = "missing" if name not in table else f"{value!s}"
        raise WrongInput(f"{name} is {found}", place=place, expected="a finite number")
    return value

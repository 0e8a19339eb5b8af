"""Claims of a ``warrant.toml`` that commands of the same names make: accuracy, privacy and others (docs/daily.md)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from warrant._bounds import to_fraction
from warrant._imports import names_object
from warrant.batch.entries import is_finite, known, of_kind, table
from warrant.claims import Chain, Claim, Gradient, Independence, Posterior, Privacy
from warrant.errors import SearchError, WrongInput

__all__ = ["VERBS", "claimed"]

_INFINITE = Decimal("Infinity")


def _file(value: Any, place: str, base: Path) -> Path:
    return base / str(of_kind(value, str, place))


def _source(value: Any, place: str, base: Path) -> str:
    """A file, or MODULE:NAME."""
    text = str(of_kind(value, str, place))
    return text if names_object(text) and not (base / text).exists() else str(base / text)


def _number(value: Any, place: str, base: Path) -> str:
    """A number as it is written; fractions are texts."""
    if isinstance(value, str):
        return value
    if not is_finite(value):
        raise WrongInput(f"{value!s}", place=place, expected="a number, or a text such as '1/3'")
    return format(Decimal(value), "f")


def _name(value: Any, place: str, base: Path) -> str | int:
    """A column or a label: a text, or a whole number."""
    return value if isinstance(value, str) else int(of_kind(value, int, place))


def _names(value: Any, place: str, base: Path) -> list[str | int]:
    return [_name(one, place, base) for one in of_kind(value, list, place)]


def _states(value: Any, place: str, base: Path) -> dict[str, str]:
    return {variable: str(_name(state, place, base)) for variable, state in table(value, place).items()}


def _bounds(value: Any, place: str, base: Path) -> dict[str, tuple[str | None, str | None]]:
    found = {}
    for name, ends in table(value, place).items():
        if not isinstance(ends, list) or len(ends) != 2:
            raise WrongInput(f"{name}", place=place, expected="two numbers, the least and the greatest")
        low, high = (
            None if isinstance(end, Decimal) and end == unbounded else _number(end, place, base)
            for end, unbounded in zip(ends, (-_INFINITE, _INFINITE), strict=True)
        )
        found[name] = (low, high)
    return found


def _arguments(value: Any, place: str, base: Path) -> dict[str, Any]:
    """Arguments of a function: decimals become floats, and so do fractions in texts."""
    found = {}
    for name, given in table(value, place).items():
        try:
            found[name] = float(Fraction(given)) if isinstance(given, str | Decimal) else given
        except (ValueError, ArithmeticError):
            found[name] = given if isinstance(given, str) else float(given)
    return found


def _simple(kind: type) -> Callable[[Any, str, Path], Any]:
    return lambda value, place, base: of_kind(value, kind, place)


_text, _whole, _flag = _simple(str), _simple(int), _simple(bool)


def _accuracy(**options: Any) -> Claim:
    from warrant.probability.state import state

    return state(**options)


def _conformal(**options: Any) -> Claim:
    from warrant.probability.conformal import state

    return state(**options)


def _smoothing(**options: Any) -> Claim:
    from warrant.probability.smoothing import state

    return state(**options)


def _converges(**options: Any) -> Claim:
    from warrant.training.state import state

    return state(options.pop("objective"), str(options.pop("features")), str(options.pop("labels")), **options)


def _loss(loss: str, **options: Any) -> Claim:
    from warrant.losses.state import state

    return state(loss, **options)[0]


def _rate(problem: str, slack: str | None = None, **options: Any) -> Claim:
    from warrant.rates import DEFAULT_SLACK, NotFound, claim_about

    if slack is not None and options.get("exact"):
        raise WrongInput("slack beside exact", expected="one of them")
    claim = claim_about(
        problem,
        arguments=options.pop("arguments", {}),
        slack=DEFAULT_SLACK if slack is None else float(to_fraction(slack, "slack")),
        exact=options.pop("exact", False),
        potential=options.pop("potential", False),
        stage=lambda name: None,
    )
    if isinstance(claim, NotFound):
        raise SearchError(f"no certificate was found: {claim.reason}")
    return claim


def _independent(network: Path, variables: list[str], **options: Any) -> Claim:
    if len(variables) != 2:
        raise WrongInput(f"{len(variables)} variables", expected="two")
    return Independence.of(network, str(variables[0]), str(variables[1]), **options)


@dataclass(frozen=True)
class Verb:
    """A command as an entry of a plan.

    Attributes:
        make: the claim, from options by name.
        required, optional: how the entries of its table are read; a dash in a name becomes an underscore.
    """

    make: Callable[..., Claim]
    required: Mapping[str, Callable[[Any, str, Path], Any]]
    optional: Mapping[str, Callable[[Any, str, Path], Any]]


_TABLE = {"header": _flag}

VERBS: Mapping[str, Verb] = {
    "accuracy": Verb(
        _accuracy,
        {"labels": _file, "predictions": _file},
        {
            "confidence": _number,
            "at-most": _number,
            "label": _name,
            "models": _names,
            "group": _name,
            "fairness": _text,
            "positive": _name,
            "bins": _whole,
            "method": _text,
            **_TABLE,
        },
    ),
    "conformal": Verb(
        _conformal, {"scores": _file}, {"coverage": _number, "threshold": _number, "column": _name, **_TABLE}
    ),
    "smoothing": Verb(
        _smoothing, {"counts": _file, "noise": _text}, {"confidence": _number, "radius": _number, **_TABLE}
    ),
    "chain": Verb(
        Chain.of,
        {"matrix": _file},
        {"distribution": _file, "balanced": _flag, "mixing": _number, "steps": _whole, "normalise": _flag},
    ),
    "posterior": Verb(Posterior.of, {"network": _file, "query": _text}, {"given": _states, "normalise": _flag}),
    "independent": Verb(_independent, {"network": _file, "variables": _names}, {"given": _names, "normalise": _flag}),
    "privacy": Verb(Privacy.of, {"plan": _file}, {}),
    "converges": Verb(
        _converges,
        {"objective": _text, "features": _file, "labels": _file},
        {
            "penalty": _number,
            "delta": _number,
            "intercept": _flag,
            "method": _text,
            "step": _number,
            "momentum": _number,
            "steps": _whole,
            "accuracy": _number,
        },
    ),
    "gradient": Verb(
        Gradient.of,
        {"function": _file, "derivative": _file},
        {"wrt": _names, "domain": _bounds, "tolerance": _number},
    ),
    "loss": Verb(
        _loss,
        {"loss": _source},
        {
            "convex": _flag,
            "nonnegative": _flag,
            "calibrated": _flag,
            "strictly-proper": _flag,
            "lipschitz": _number,
            "smooth": _number,
            "upper-bounds": _text,
            "minimised-at": _number,
            "rounding-error": _number,
            "relative": _number,
            "format": _text,
            "ulps": _number,
            "by": _names,
            "bounds": _bounds,
        },
    ),
    "rate": Verb(
        _rate, {"problem": _source}, {"arguments": _arguments, "slack": _number, "exact": _flag, "potential": _flag}
    ),
}
"""By the name of the command; with the options of the Python function of the same name."""


def claimed(verb: str, body: Mapping[str, Any], place: str, base: Path) -> Claim:
    """The claim that a table of a plan makes; paths are taken from the folder ``base``.

    Raises:
        WrongInput: an entry is unknown, missing or of the wrong kind, or the claim has no meaning.
        SearchError: what it leaves open was not found.
    """
    kind = VERBS[verb]
    readers = {**kind.required, **kind.optional}
    known(body, set(readers), place)
    for name in kind.required:
        if name not in body:
            raise WrongInput(f"{name} is missing", place=place, expected=f"all of {', '.join(kind.required)}")
    options = {name.replace("-", "_"): readers[name](value, f"{place}, {name}", base) for name, value in body.items()}
    return kind.make(**options)

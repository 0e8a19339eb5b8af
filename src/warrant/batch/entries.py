"""Entries of a ``warrant.toml``, each of the kind that is expected, or one clear line."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypeGuard

from warrant.errors import WrongInput

__all__ = ["is_finite", "known", "number", "of", "of_kind", "table"]

_REQUIRED = object()
_CALLED = {str: "a string", int: "a whole number", bool: "true or false", list: "a list"}


def table(value: object, place: str) -> Mapping[str, Any]:
    """A table.

    Raises:
        WrongInput: it is none.
    """
    if not isinstance(value, dict):
        raise WrongInput(f"{value!r}", place=place, expected="a table")
    return value


def known(body: Mapping[str, Any], names: set[str], place: str) -> None:
    """Raise a WrongInput if an entry has another name."""
    for name in body:
        if name not in names:
            raise WrongInput(f"unknown entry {name!r}", place=place, expected=f"one of {', '.join(sorted(names))}")


def _is_of(value: object, kind: type) -> bool:
    return isinstance(value, kind) and not (kind is int and isinstance(value, bool))


def is_finite(value: object) -> TypeGuard[int | Decimal]:
    """Whether it is a finite number; booleans are none."""
    return isinstance(value, int | Decimal) and not isinstance(value, bool) and Decimal(value).is_finite()


def of_kind(value: Any, kind: type, place: str) -> Any:
    """A value of this type, where booleans are no whole numbers.

    Raises:
        WrongInput: it is of another one.
    """
    if not _is_of(value, kind):
        raise WrongInput(f"{value!s}", place=place, expected=_CALLED[kind])
    return value


def of(body: Mapping[str, Any], name: str, kind: type, place: str, otherwise: Any = _REQUIRED) -> Any:
    """An entry of this type, or what is there otherwise.

    Raises:
        WrongInput: it is of another type, or is missing and there is nothing otherwise.
    """
    if name not in body and otherwise is not _REQUIRED:
        return otherwise
    value = body.get(name)
    if not _is_of(value, kind):
        found = "missing" if name not in body else f"{value!s}"
        raise WrongInput(f"{name} is {found}", place=place, expected=_CALLED[kind])
    return value


def number(body: Mapping[str, Any], name: str, place: str) -> int | Decimal:
    """A finite number.

    Raises:
        WrongInput: it is missing, or none.
    """
    value = body.get(name)
    if not is_finite(value):
        found = "missing" if name not in body else f"{value!s}"
        raise WrongInput(f"{name} is {found}", place=place, expected="a finite number")
    return value

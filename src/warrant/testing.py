"""Claims as tests: ``assert_proved``, and a plugin of pytest that keeps the warrants."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warrant._api import prove
from warrant._verdicts import Proved, Verdict
from warrant.statements import Statement

if TYPE_CHECKING:
    import pytest

__all__ = ["assert_proved", "described"]

_SHOWN = 30
_OPTION = "--warrants"
_current: list[Path] = []
"""The folder for the next warrant of the test that runs, where the plugin keeps warrants."""


def assert_proved(model: Any, property: Any, **options: Any) -> Proved:
    """Fail unless a claim is proved; the arguments are those of :func:`warrant.prove`.

    Raises:
        AssertionError: the claim is refuted or unknown; the message has the counterexample by the features' names.
        WrongInput: the model or the property has no meaning.
    """
    __tracebackhide__ = True
    if _current and "out" not in options:
        options["out"] = _free(_current[-1])
    verdict = prove(model, property, **options)
    if isinstance(verdict, Proved):
        return verdict
    said = property.sentence() if isinstance(property, Statement) else "the claim"
    raise AssertionError("\n".join([f"{verdict.line}", f"  of: {said}", *(f"  {line}" for line in described(verdict))]))


def described(verdict: object) -> list[str]:
    """Lines on a verdict for people: the input that shows it by the features' names, and notes."""
    lines = []
    point = verdict.point if isinstance(verdict, Verdict) else None
    if point is not None:
        names = point.names or tuple(f"X_{i}" for i in range(len(point.inputs)))
        lines += [f"{name} = {value!r}" for name, value in zip(names[:_SHOWN], point.inputs, strict=False)]
        if len(names) > _SHOWN:
            lines.append(f"… and {len(names) - _SHOWN} more inputs")
        lines += [f"output Y_{i} = {value!r}" for i, value in enumerate((point.outputs or ())[:_SHOWN])]
    return [*lines, *(f"note: {note}" for note in getattr(verdict, "notes", ()))]


def _free(folder: Path) -> Path:
    """A folder that is not there yet: the name itself, or with a number."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    for k in range(1, 10**6):
        place = folder if k == 1 else folder.with_name(f"{folder.name}-{k}")
        if not place.exists():
            return place
    raise AssertionError(f"{folder}: there are too many warrants of this name")


# ---- the plugin of pytest --------------------------------------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option ``--warrants DIR``: keep the warrant of every claim that a test proves."""
    parser.getgroup("warrant").addoption(_OPTION, metavar="DIR", help="keep the warrants of assert_proved here")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Say where the test's warrants go."""
    folder = item.config.getoption(_OPTION)
    if folder:
        _current[:] = [Path(folder) / (re.sub(r"[^\w.-]+", "-", item.name, flags=re.ASCII).strip("-.")[:80] or "test")]


def pytest_runtest_teardown() -> None:
    """Forget it."""
    _current.clear()

"""Objects that a command names as MODULE:NAME."""

from __future__ import annotations

import importlib
import re
import sys
from typing import Any

from warrant.errors import WrongInput

__all__ = ["import_object", "names_object"]


def names_object(where: str) -> bool:
    """Whether this looks like MODULE:NAME."""
    return re.fullmatch(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*", where) is not None


def import_object(where: str, *, kind: str, expected: str) -> Any:
    """What MODULE:NAME names; modules in the current folder are found, too.

    Args:
        where: MODULE:NAME.
        kind: what it should be, for messages.
        expected: how it should be written, for messages.

    Raises:
        WrongInput: there is no such module or name.
    """
    module, _, name = where.partition(":")
    if not module or not name:
        raise WrongInput(f"{where} names no {kind}", expected=expected)
    if "" not in sys.path:
        sys.path.insert(0, "")
    try:
        found = getattr(importlib.import_module(module), name, None)
    except ModuleNotFoundError as error:
        raise WrongInput(f"there is no module {error.name}", hint="is it installed, or in this folder?") from None
    if found is None:
        raise WrongInput(f"{module} has no {kind} {name}", expected=f"the name of a {kind}")
    return found

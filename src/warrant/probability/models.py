"""Bayesian networks as users give them: BIF files, and models of pgmpy, which are written as such."""

from __future__ import annotations

import os
import re
from itertools import product
from typing import Any

import numpy as np

from warrant._files import limited, read_file
from warrant.errors import WrongInput

__all__ = ["bif", "source"]

_WORD = re.compile(r"(?:(?!//)[^\s()\[\]{},|;])+")


def source(network: object) -> tuple[bytes, str]:
    """The bytes of a BIF file, and what the user calls it.

    Args:
        network: the path of a BIF file, or a discrete Bayesian network of pgmpy.

    Raises:
        WrongInput: the file cannot be read, or it is no such network.
    """
    if isinstance(network, str | os.PathLike):
        name = os.fspath(network)
        return limited(read_file(name, "a Bayesian network: a BIF file"), name), name
    return limited(bif(network), "network.bif"), "network.bif"


def bif(model: Any) -> bytes:
    """The BIF file of a discrete Bayesian network of pgmpy; a float stands for the decimal that Python prints for it.

    Args:
        model: an object whose ``get_cpds()`` are tables with ``variables`` (the child, then its parents),
            ``state_names`` and ``values``, an array with an axis for each of the variables.

    Raises:
        WrongInput: it is no such object, or a name cannot be written in a BIF file.
    """
    try:
        tables = [
            (list(cpd.variables), dict(cpd.state_names), np.asarray(cpd.values, np.float64)) for cpd in model.get_cpds()
        ]
    except (AttributeError, TypeError, ValueError) as problem:
        said = f"an object of {type(model).__name__} ({problem})"
        raise WrongInput(said, expected="the path of a BIF file, or a discrete Bayesian network of pgmpy") from None
    lines = ["network pgmpy { }"]
    for (child, *_), names, _ in tables:
        states = [_word(name) for name in names[child]]
        lines.append(
            f"variable {_word(child)} {{ type discrete [ {len(states)} ] {{ {', '.join(states)} }}; }}",
        )
    for (child, *parents), names, values in tables:
        bar = f" | {', '.join(map(_word, parents))}" if parents else ""
        lines.append(f"probability ( {_word(child)}{bar} ) {{")
        for key in product(*(range(len(names[parent])) for parent in parents)):
            combination = ", ".join(_word(names[parent][i]) for parent, i in zip(parents, key, strict=True))
            numbers = ", ".join(repr(float(row[key])) for row in values)
            lines.append(f"  {f'({combination})' if parents else 'table'} {numbers};")
        lines.append("}")
    return ("\n".join(lines) + "\n").encode("utf-8", "surrogateescape")


def _word(name: object) -> str:
    if not _WORD.fullmatch(str(name)):
        raise WrongInput(f"the name {str(name)!r}", expected="names without spaces, brackets, commas, bars, semicolons")
    return str(name)

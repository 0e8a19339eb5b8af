"""What several verbs have in common: numbers, lists of names, and where the warrant goes."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from warrant._verdicts import Verdict
from warrant.claims import Claim

__all__ = ["Finish", "add_usual", "bounds", "count", "folder", "names", "positive"]

Finish = Callable[[Verdict], int]
"""Shows a verdict, and gives the exit code."""


def positive(text: str) -> float:
    """A number above 0, such as of seconds."""
    value = float(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text}: expected a number above 0")
    return value


def count(text: str) -> int:
    """A whole number of at least 1."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text}: expected at least 1")
    return value


def names(text: str) -> list[str]:
    """Names with commas between them."""
    return text.split(",")


def bounds(text: str) -> tuple[str, tuple[str | None, str | None]]:
    """An input's name, and the least and the greatest number that its entries may be."""
    name, equals, limits = text.rpartition("=")
    least, colon, most = limits.partition(":")
    if not equals or not colon:
        raise argparse.ArgumentTypeError(f"{text}: expected NAME=LEAST:MOST, such as y=0:1 or y=0:")
    return name, (least or None, most or None)


def add_usual(parser: argparse.ArgumentParser, default: str) -> None:
    """Add the options of all verbs that make a warrant; ``default`` is what its folder is called after."""
    parser.add_argument("--out", metavar="DIR", help=f"folder of the warrant (default: {default}.warrant, here)")
    parser.add_argument("--kernel", action="store_true", help="also have the Coq kernel check the theorem")


def folder(arguments: argparse.Namespace, claim: Claim) -> Path:
    """The folder of the warrant: what ``--out`` says, or one in the current folder that is called after the claim."""
    return Path(arguments.out) if arguments.out is not None else Path(f"{claim.stem}.warrant")

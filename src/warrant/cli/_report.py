"""The verb ``report``: a page, an in-toto statement and a section for a model card, each whole or not at all."""

from __future__ import annotations

import argparse
from pathlib import Path

from warrant._files import write_file
from warrant._report import views
from warrant.cli._progress import progress
from warrant.errors import WrongInput
from warrant.evidence import html, in_toto, model_card

__all__ = ["report"]


def report(arguments: argparse.Namespace) -> str:
    """Write the files, and give the verdict on all warrants together: the worst of theirs.

    Raises:
        WrongInput: there is no warrant, or a file cannot be read or written.
    """
    folder, data = Path(arguments.folder), None
    if arguments.data is not None:
        from warrant.evidence.data import read_given

        data = read_given(arguments.data)
    with progress("checking") as (_, stage):
        shown = views(folder, kernel=arguments.kernel, stage=stage, data=data)
    if arguments.in_toto is not None and len(shown) != 1:
        raise WrongInput(f"{len(shown)} warrants", file=str(folder), expected="one for --in-toto")
    name = folder.resolve().name
    page = Path(arguments.output or f"{name}.html")
    write_file(page, html(shown, title=name, data=data).encode())
    if arguments.in_toto is not None:
        write_file(Path(arguments.in_toto), in_toto(shown[0]).encode())
    if arguments.model_card is not None:
        write_file(Path(arguments.model_card), model_card(shown).encode())
    for each in shown:
        print(f"{each.word:<8} {each.title}" + (f": {each.reason}" if each.reason else ""))
    print(f"report       {page}")
    words = [each.word for each in shown]
    worst = next(word for word in ("REFUTED", "UNKNOWN", "PROVED") if word in words)
    reason = shown[0].reason if len(shown) == 1 else f"{words.count('UNKNOWN')} of {len(shown)} warrants"
    print(worst if worst != "UNKNOWN" else f"UNKNOWN: {reason}")
    return worst

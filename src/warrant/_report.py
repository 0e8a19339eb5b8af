"""The verb report: warrants are checked, and what is known of them is made into a page."""

from __future__ import annotations

from pathlib import Path

from warrant._api import Folder, Stage, check_folder
from warrant.evidence import RECORD, View, differences, html, read_warrant, view

__all__ = ["report", "views"]


def report(folder: Folder, *, kernel: bool = False) -> str:
    """A report on a warrant, or on every warrant that lies in a folder: the text of one HTML page.

    The verdicts in it are given now, by the native checker; with ``kernel`` by the Coq kernel too.

    Raises:
        WrongInput: the folder is no warrant, and there is none in it.
    """
    return html(views(folder, kernel=kernel), title=Path(folder).resolve().name)


def views(folder: Folder, *, kernel: bool = False, stage: Stage | None = None) -> tuple[View, ...]:
    """What a report shows of a warrant, or of every warrant that lies in a folder; ``stage`` is called with names.

    Raises:
        WrongInput: the folder is no warrant, and there is none in it.
    """
    place = Path(folder).resolve()
    inside = sorted(p.parent for p in place.glob(f"*/{RECORD}")) if not (place / RECORD).exists() else []
    return tuple(_view(each, kernel=kernel, stage=stage) for each in inside or [place])


def _view(folder: Path, *, kernel: bool, stage: Stage | None) -> View:
    def begin(name: str) -> None:
        if stage is not None:
            stage(f"{folder.name}: {name}")

    warrant = read_warrant(folder)
    verdict = check_folder(folder, kernel=kernel, stage=begin)
    return view(warrant, differences(warrant), verdict)

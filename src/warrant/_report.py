"""The verb report: warrants are checked, and what is known of them is made into a page."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from warrant._api import Folder, Stage, check_folder
from warrant.evidence import RECORD, View, differences, html, read_warrant, view

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from warrant.evidence.data import Data

__all__ = ["report", "views"]


def report(folder: Folder, *, kernel: bool = False, data: str | os.PathLike[str] | ArrayLike | None = None) -> str:
    """A report on a warrant, or on every warrant that lies in a folder: the text of one HTML page.

    The verdicts in it are given now, by the native checker; with ``kernel`` by the Coq kernel too.

    data: (rows, features) numbers, against which the regions of inputs are drawn: an array, or the path of an ``.npy``,
        ``.npz`` (its array X) or ``.csv`` file; it is no part of any claim.

    Raises:
        WrongInput: the folder is no warrant, and there is none in it; or the data cannot be read.
    """
    given = None
    if data is not None:
        from warrant.evidence.data import read_given

        given = read_given(data)
    return html(views(folder, kernel=kernel, data=given), title=Path(folder).resolve().name, data=given)


def views(
    folder: Folder, *, kernel: bool = False, stage: Stage | None = None, data: Data | None = None
) -> tuple[View, ...]:
    """What a report shows of a warrant, or of every warrant that lies in a folder; ``stage`` is called with names.

    data: what regions of inputs are drawn against.

    Raises:
        WrongInput: the folder is no warrant, and there is none in it.
    """
    place = Path(folder).resolve()
    inside = sorted(p.parent for p in place.glob(f"*/{RECORD}")) if not (place / RECORD).exists() else []
    return tuple(_view(each, kernel=kernel, stage=stage, data=data) for each in inside or [place])


def _view(folder: Path, *, kernel: bool, stage: Stage | None, data: Data | None) -> View:
    def begin(name: str) -> None:
        if stage is not None:
            stage(f"{folder.name}: {name}")

    warrant = read_warrant(folder)
    verdict = check_folder(folder, kernel=kernel, stage=begin)
    return view(warrant, differences(warrant), verdict, data)

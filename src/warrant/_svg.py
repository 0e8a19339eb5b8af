"""Figures as SVG files, drawn by matplotlib; the same data give the same bytes."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from warrant._files import write_file
from warrant.errors import WarrantError

__all__ = ["drawing", "require_matplotlib"]


def require_matplotlib() -> None:
    """Make sure that figures can be drawn.

    Raises:
        WarrantError: matplotlib is not installed.
    """
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        what = "the plot needs matplotlib, which is not installed: pip install 'warrant-ml[bench]'"
        raise WarrantError(what) from None


@contextmanager
def drawing(file: str | os.PathLike[str], *, size: tuple[float, float]) -> Iterator[Any]:
    """A matplotlib ``Figure`` of so many inches to draw on; it is written at the end, whole or not at all.

    Raises:
        WarrantError: matplotlib is not installed.
        WrongInput: the file cannot be written.
    """
    require_matplotlib()
    import matplotlib as mpl
    from matplotlib.figure import Figure

    settings: Any = {"svg.fonttype": "path", "svg.hashsalt": "warrant", "font.size": 10}
    with mpl.rc_context(settings):
        figure = Figure(figsize=size, layout="constrained")
        yield figure
        text = io.BytesIO()
        figure.savefig(text, format="svg", metadata={"Date": None})
    write_file(Path(file), text.getvalue())

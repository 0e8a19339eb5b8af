"""Figures as SVG files, drawn by matplotlib; the same data give the same bytes."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import Any

from warrant._files import write_file
from warrant.errors import WarrantError

__all__ = ["drawing", "require_matplotlib"]

_DARK = """\
@media (prefers-color-scheme: dark) {
svg { fill: #e6e6e6 }
[style*="fill: #000000"] { fill: #e6e6e6 !important }
[style*="fill: #ffffff"] { fill: #16181c !important }
[style*="stroke: #000000"] { stroke: #e6e6e6 !important }
[style*="stroke: #ffffff"] { stroke: #16181c !important }
}
"""
"""Black and white change places where the reader's screen is dark; other colours are readable on both."""


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
def drawing(file: str | os.PathLike[str], *, size: tuple[float, float], title: str, description: str) -> Iterator[Any]:
    """A matplotlib ``Figure`` of so many inches to draw on; it is written at the end, whole or not at all.

    title, description: in words what the figure is and what it shows, for those who do not see it.

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
        text = io.StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None})
    write_file(Path(file), _described(text.getvalue(), title, description).encode())


def _described(svg: str, title: str, description: str) -> str:
    """The same picture with a title and a description, and with colours for dark screens."""
    head, tag, rest = svg.partition("<svg ")
    attributes, end, body = rest.partition(">")
    words = f'<title id="title">{escape(title)}</title>\n<desc id="description">{escape(description)}</desc>\n'
    named = f'{tag}role="img" aria-labelledby="title description" {attributes}{end}\n'
    return f"{head}{named}{words}<style>\n{_DARK}</style>{body}"

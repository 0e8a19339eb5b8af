"""Where this copy of Warrant lies: in a checkout (an editable install) or in an installed wheel."""

from __future__ import annotations

from pathlib import Path

__all__ = ["checkout", "package_folder"]


def package_folder() -> Path:
    """The folder of the package ``warrant``."""
    return Path(__file__).resolve().parent.parent


def checkout() -> Path | None:
    """The root of the checkout that this package runs from, if it runs from one."""
    root = package_folder().parent.parent
    is_checkout = (root / "theories" / "Spec").is_dir() and (root / "src" / "warrant").is_dir()
    return root if is_checkout else None

"""The command ``warrant``."""

from warrant.cli._main import main

__all__ = ["main"]

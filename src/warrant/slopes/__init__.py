"""Slopes of networks: the statement's text, and the search (docs/slopes.md)."""

from warrant.slopes.statement import Limits, read_limits, write_limits

__all__ = ["Limits", "read_limits", "write_limits"]

"""Untrusted search: from a network and a property to a certificate."""

from warrant.search.find import find
from warrant.search.options import Options, Proof, Result, Stats, Unknown, Witness

__all__ = ["Options", "Proof", "Result", "Stats", "Unknown", "Witness", "find"]

"""Certified accuracy: the statement's text, the test set's files, and the search for one input after the other."""

from warrant.certified.statement import (
    NORMS,
    SCORES,
    THRESHOLD,
    TOLERANCE,
    Norm,
    Statement,
    read_statement,
    write_statement,
)

__all__ = [
    "NORMS",
    "SCORES",
    "THRESHOLD",
    "TOLERANCE",
    "Norm",
    "Statement",
    "read_statement",
    "write_statement",
]

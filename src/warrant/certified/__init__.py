"""Certified accuracy: the statement's text, the test set's files, and the search for one input after the other."""

from warrant.certified.certificate import proof_bytes, read_points, refutation_bytes
from warrant.certified.data import TestData, as_file, read_data
from warrant.certified.search import Answers, decide, failures, point_of, query_of
from warrant.certified.statement import SCORES, THRESHOLD, TOLERANCE, Norm, Statement, read_statement, write_statement

__all__ = [
    "SCORES",
    "THRESHOLD",
    "TOLERANCE",
    "Answers",
    "Norm",
    "Statement",
    "TestData",
    "as_file",
    "decide",
    "failures",
    "point_of",
    "proof_bytes",
    "query_of",
    "read_data",
    "read_points",
    "read_statement",
    "refutation_bytes",
    "write_statement",
]

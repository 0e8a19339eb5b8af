"""Rates of optimisation methods: from a PEPit function to a problem and an exact certificate (docs/rates.md)."""

from warrant.rates.certificate import Certificate, Refused, check, read_certificate, write_certificate
from warrant.rates.classes import MissingClass
from warrant.rates.extract import extract
from warrant.rates.find import Found, NotFound, closed_forms, find, prove_exactly, prove_rate
from warrant.rates.pepit import Solved, solve
from warrant.rates.problem import Problem
from warrant.rates.prove import DEFAULT_SLACK, METHOD, claim_about, prove, state, title
from warrant.rates.text import read_problem, write_problem

__all__ = [
    "DEFAULT_SLACK",
    "METHOD",
    "Certificate",
    "Found",
    "MissingClass",
    "NotFound",
    "Problem",
    "Refused",
    "Solved",
    "check",
    "claim_about",
    "closed_forms",
    "extract",
    "find",
    "prove",
    "prove_exactly",
    "prove_rate",
    "read_certificate",
    "read_problem",
    "solve",
    "state",
    "title",
    "write_certificate",
    "write_problem",
]

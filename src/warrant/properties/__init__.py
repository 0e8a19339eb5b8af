"""Claims in: VNN-LIB files, as queries about a network (docs/certificates.md, section 1)."""

from warrant.properties.formula import MAX_CLAUSES
from warrant.properties.probabilities import of_differences, of_scores, satisfied, worth
from warrant.properties.queries import Ball, Disjunct, Queries, Query, about, load
from warrant.properties.relations import related, together
from warrant.properties.vnnlib import Property, read_property, read_relation
from warrant.properties.vnnlib2 import Network, Relation

__all__ = [
    "MAX_CLAUSES",
    "Ball",
    "Disjunct",
    "Network",
    "Property",
    "Queries",
    "Query",
    "Relation",
    "about",
    "load",
    "of_differences",
    "of_scores",
    "read_property",
    "read_relation",
    "related",
    "satisfied",
    "together",
    "worth",
]

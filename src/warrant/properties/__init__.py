"""Claims in: VNN-LIB files, as queries about a network (docs/certificates.md, section 1)."""

from warrant.properties.queries import Disjunct, Queries, Query, about, load
from warrant.properties.vnnlib import Property, read_property

__all__ = ["Disjunct", "Property", "Queries", "Query", "about", "load", "read_property"]

"""Is one program the gradient of another: files, importers, and the search for a certificate (docs/gradients.md)."""

from warrant.gradients._jax import from_jax
from warrant.gradients._torch import from_torch
from warrant.gradients.exported import Exported
from warrant.gradients.files import Signature, Terms, read_names, signature, write_names
from warrant.gradients.program import (
    EVERYWHERE,
    KINKS,
    SMOOTH,
    SUBGRADIENTS,
    Program,
    extent_of,
    find_lister,
    list_program,
    read_instruction,
    run_lister,
)
from warrant.gradients.refute import POINT, gaps, read_point
from warrant.gradients.search import search

__all__ = [
    "EVERYWHERE",
    "KINKS",
    "POINT",
    "SMOOTH",
    "SUBGRADIENTS",
    "Exported",
    "Program",
    "Signature",
    "Terms",
    "extent_of",
    "find_lister",
    "from_jax",
    "from_torch",
    "gaps",
    "list_program",
    "read_instruction",
    "read_names",
    "read_point",
    "run_lister",
    "search",
    "signature",
    "write_names",
]

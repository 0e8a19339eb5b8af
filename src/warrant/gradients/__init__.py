"""Is one program the gradient of another: the files, and the search for a certificate (docs/gradients.md)."""

from warrant.gradients.files import Signature, read_names, signature, write_names
from warrant.gradients.program import MAGIC, Program, find_lister, list_program, read_instruction, run_lister
from warrant.gradients.refute import POINT, gaps, read_point
from warrant.gradients.search import search

__all__ = [
    "MAGIC",
    "POINT",
    "Program",
    "Signature",
    "find_lister",
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

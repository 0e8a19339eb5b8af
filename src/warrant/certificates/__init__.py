"""The certificate format, written and read (docs/certificates.md)."""

from warrant._files import LARGEST
from warrant.certificates.format import (
    DEFAULT,
    NOWHERE,
    Advance,
    Close,
    Cut,
    Empty,
    Improve,
    Places,
    Proof,
    Rows,
    Slopes,
    Split,
    Tree,
    nodes,
)
from warrant.certificates.reader import Statistics, read_proof, read_witness, statistics
from warrant.certificates.writer import (
    boxes_bytes,
    cases_bytes,
    joint_bytes,
    op_bytes,
    proof_bytes,
    tree_bytes,
    witness_bytes,
)

__all__ = [
    "DEFAULT",
    "LARGEST",
    "NOWHERE",
    "Advance",
    "Close",
    "Cut",
    "Empty",
    "Improve",
    "Places",
    "Proof",
    "Rows",
    "Slopes",
    "Split",
    "Statistics",
    "Tree",
    "boxes_bytes",
    "cases_bytes",
    "joint_bytes",
    "nodes",
    "op_bytes",
    "proof_bytes",
    "read_proof",
    "read_witness",
    "statistics",
    "tree_bytes",
    "witness_bytes",
]

"""Run the checkers, native and in the Coq kernel, and read their verdicts."""

from warrant.checkers._answer import PROVED, REFUTED, UNKNOWN, Answer, unknown
from warrant.checkers.assumptions import GROUPS, Assumption, explain, not_permitted
from warrant.checkers.kernel import check_kernel
from warrant.checkers.native import check_bytes, check_native, find_checker, written
from warrant.checkers.theorem import artefacts_v, theorem_v
from warrant.checkers.toolchain import Coq, ToolchainError, find_coq, find_library

__all__ = [
    "GROUPS",
    "PROVED",
    "REFUTED",
    "UNKNOWN",
    "Answer",
    "Assumption",
    "Coq",
    "ToolchainError",
    "artefacts_v",
    "check_bytes",
    "check_kernel",
    "check_native",
    "explain",
    "find_checker",
    "find_coq",
    "find_library",
    "not_permitted",
    "theorem_v",
    "unknown",
    "written",
]

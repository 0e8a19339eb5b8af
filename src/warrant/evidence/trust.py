"""What has to be trusted to believe a verdict, by the mode in which it was checked; and assumptions in groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from warrant.checkers import explain

__all__ = ["NOT_TRUSTED", "AssumptionGroup", "assumption_groups", "trusted_always", "trusted_by_mode"]

NOT_TRUSTED = "Not to be trusted, and not needed: the search, Python's reading of the files, warrant.json."

_ALWAYS = (
    "the definitions in theories/Spec of the library: what the files mean, and what Holds and Refuted say",
    "the processor's binary64 arithmetic, and the operating system",
)
_MODES = {
    "native": (
        "Coq's kernel, which checked the soundness theorem when the library was compiled",
        "Coq's extraction to OCaml, and the directives in checker/ that map primitive types",
        "the OCaml compiler and its run-time system",
        "the small OCaml main program in checker/: it reads the files and prints the verdict",
    ),
    "kernel": (
        "Coq's kernel with its virtual machine (vm_compute), its machine integers, floats and strings",
        "the OCaml compiler that built Coq",
        "Warrant's Python for this one thing: that coqc was really run on the Coq files; run it by hand to be sure",
    ),
}


@dataclass(frozen=True)
class AssumptionGroup:
    """Assumptions that one sentence explains, by their full Coq names."""

    title: str
    sentence: str
    names: tuple[str, ...]

    @property
    def by_module(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The modules, and their names without the module."""
        parts = [name.rpartition(".") for name in self.names]
        modules = dict.fromkeys(module for module, _, _ in parts)
        return tuple((each, tuple(last for module, _, last in parts if module == each)) for each in modules)


def assumption_groups(names: Sequence[str]) -> tuple[AssumptionGroup, ...]:
    """The assumptions in groups, primitive operations last; what is not permitted is a group of its own."""
    found: dict[tuple[str, str], list[str]] = {}
    for name in names:
        known = explain(name)
        key = (known.group, known.sentence) if known else ("NOT PERMITTED", "No theorem of Warrant may rest on this.")
        found.setdefault(key, []).append(name)
    ordered = sorted(found.items(), key=lambda entry: entry[0][0] == "primitive operations")
    return tuple(AssumptionGroup(title, sentence, tuple(each)) for (title, sentence), each in ordered)


def trusted_always() -> tuple[str, ...]:
    """What has to be trusted in every mode."""
    return _ALWAYS


def trusted_by_mode(checked_by: Sequence[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What else, for each mode in which a claim was checked (natively, where it was checked by none)."""
    return tuple(
        (mode, items) for mode, items in _MODES.items() if mode in checked_by or (mode == "native" and not checked_by)
    )

"""Claims about files: what each of them is called, in the warrant's folder, in Coq, and in the claim itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar, NamedTuple, Self

from warrant.claims._interface import Artefact

__all__ = ["OfFiles", "Part"]


class Part(NamedTuple):
    """One file of a claim.

    Attributes:
        file: its name in a warrant's folder.
        coq: the Coq name of its bytes in ``Artefacts.v``.
        field: of the claim, that has its bytes (``<field>_bytes``), and where the user gives it its name
            (``<field>_name``).
    """

    file: str
    coq: str
    field: str


class OfFiles:
    """What the dataclass of a claim has by listing its files in ``parts``, in the order of the checker's arguments.

    Attributes:
        files: their names in a warrant's folder.
    """

    parts: ClassVar[tuple[Part, ...]]
    files: ClassVar[tuple[str, ...]]

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        if "parts" in vars(cls):
            cls.files = tuple(part.file for part in cls.parts)

    @classmethod
    def from_files(cls, *data: bytes) -> Self:
        """The claim about the files of a warrant, in the order of ``files``."""
        return cls(**{f"{part.field}_bytes": each for part, each in zip(cls.parts, data, strict=True)})

    @property
    def artefacts(self) -> tuple[Artefact, ...]:
        """The files, in the order in which the checker takes them."""
        return tuple(Artefact(part.file, part.coq, getattr(self, f"{part.field}_bytes")) for part in self.parts)

    @property
    def names(self) -> tuple[tuple[str, str], ...]:
        """What the user calls the files that have such a name."""
        given = ((part.file, getattr(self, f"{part.field}_name", None)) for part in self.parts)
        return tuple((file, Path(name).name) for file, name in given if name is not None)

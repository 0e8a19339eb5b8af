"""What every statement about one model can do."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from warrant.claims import Claim

__all__ = ["Statement"]


@runtime_checkable
class Statement(Protocol):
    """A statement about one model."""

    def sentence(self) -> str:
        """The statement in plain words, one line."""

    def claim(self, model: bytes, *, name: str = "model.onnx") -> Claim:
        """The claim about the bytes of an ONNX file; its text says how the statement would fail, or what is to occur.

        Raises:
            WrongInput: the statement does not fit the model, or has a number without a meaning.
        """

"""What an operator gets: its operands and attributes, checked and converted on request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from warrant.errors import Unsupported, WrongInput
from warrant.models.tensors import Affine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warrant.models.network import Floats
    from warrant.models.onnx_file import Node, Value


@dataclass(frozen=True)
class Call:
    """A node with the values of its operands (None for one left out)."""

    node: Node
    values: tuple[Value | None, ...]

    def limit(self, least: int, most: int, attributes: Sequence[str]) -> None:
        """Refuses a wrong number of operands, and attributes that are not known."""
        if not least <= len(self.values) <= most:
            raise WrongInput(f"{len(self.values)} inputs", expected=f"{least} to {most}")
        for name in self.node.attributes:
            if name not in attributes:
                known = ", ".join(attributes) or "none"
                raise Unsupported(f"attribute {name!r} = {self.node.attributes[name]!r}", expected=f"one of: {known}")

    def has(self, k: int) -> bool:
        """Whether operand k is there."""
        return k < len(self.values) and self.values[k] is not None

    def value(self, k: int) -> Value:
        """Operand k, of any kind."""
        value = self.values[k] if k < len(self.values) else None
        if value is None:
            raise WrongInput(f"input {k} is missing")
        return value

    def real(self, k: int) -> Affine:
        """Operand k, a tensor of reals."""
        value = self.value(k)
        if not isinstance(value, Affine):
            raise Unsupported(f"input {k} is a tensor of integers", expected="floats")
        return value

    def literal(self, k: int) -> Affine:
        """Operand k, a tensor of numbers that stand in the model."""
        value = self.real(k)
        if not value.literal:
            raise Unsupported(f"input {k} is computed", expected="a constant of the model")
        return value

    def integers(self, k: int) -> list[int]:
        """Operand k, a list of integers."""
        value = self.value(k)
        if isinstance(value, Affine) or value.ndim > 1:
            raise Unsupported(f"input {k} is not a constant list of int64")
        return [int(v) for v in value.reshape(-1)]

    def integers_or_attribute(self, k: int, name: str) -> list[int] | None:
        """Integers that stand in operand k, or in an attribute of older operator sets."""
        if self.has(k):
            if name in self.node.attributes:
                raise WrongInput(f"{name} is given as an attribute and as input {k}")
            return self.integers(k)
        return self.ints(name)

    def ints(self, name: str) -> list[int] | None:
        """An attribute that is a list of integers."""
        value = self.node.attributes.get(name)
        if value is None:
            return None
        if not isinstance(value, list) or not all(isinstance(v, int) for v in value):
            raise WrongInput(f"attribute {name!r} is {value!r}", expected="a list of integers")
        return value

    def integer(self, name: str, default: int) -> int:
        """An attribute that is an integer."""
        value: Any = self.node.attributes.get(name, default)
        if not isinstance(value, int):
            raise WrongInput(f"attribute {name!r} is {value!r}", expected="an integer")
        return value

    def flag(self, name: str, default: int = 0) -> bool:
        """An attribute that is 0 or 1."""
        value = self.integer(name, default)
        if value not in (0, 1):
            raise Unsupported(f"attribute {name!r} is {value}", expected="0 or 1")
        return value == 1

    def number(self, name: str, default: float) -> float:
        """An attribute that is a float32."""
        value: Any = self.node.attributes.get(name, default)
        if not isinstance(value, float) or not np.isfinite(value):
            raise WrongInput(f"attribute {name!r} is {value!r}", expected="a finite number")
        return value

    def numbers(self, name: str) -> Floats | None:
        """An attribute that is a list of float32 numbers."""
        value: Any = self.node.attributes.get(name)
        if value is None:
            return None
        if not isinstance(value, list) or not all(isinstance(v, float) and np.isfinite(v) for v in value):
            raise WrongInput(f"attribute {name!r}", expected="a list of finite numbers")
        return np.array(value, dtype=np.float64)

    def word(self, name: str, default: str) -> str:
        """An attribute that is a string."""
        value: Any = self.node.attributes.get(name, default)
        if not isinstance(value, str):
            raise WrongInput(f"attribute {name!r} is {value!r}", expected="a string")
        return value

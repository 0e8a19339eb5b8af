"""What the trees of an ensemble see: columns of the input, scaled, or looked up in tables of categories."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from warrant.errors import Unsupported, WrongInput
from warrant.models import movement
from warrant.models.encoders import categories, extract, keys_and_values
from warrant.models.onnx_file import ML
from warrant.models.operands import Call
from warrant.models.tensors import Affine, common_shape, constant, stretched

if TYPE_CHECKING:
    from collections.abc import Callable

    from warrant.models.network import Floats
    from warrant.models.onnx_file import Node, Value

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Cells = tuple["Floats", "Floats", Bools, Bools]
"""Low and high ends, and whether they are open, (batch, columns) each."""


@dataclass(frozen=True)
class Lookup:
    """The value of a key, or the default; truncated: the fraction is dropped first."""

    keys: tuple[float, ...]
    values: tuple[float, ...]
    default: float
    truncated: bool

    def at(self, x: Floats) -> Floats:
        """The values of numbers, in their shape."""
        wanted = np.trunc(x) if self.truncated else x
        found = np.full(x.shape, self.default)
        for key, value in zip(self.keys, self.values, strict=True):
            found[wanted == key] = value
        return found


@dataclass(frozen=True)
class Column:
    """An input, looked up if there is a table, and then numbers added or multiplied; whole: its fraction is dropped."""

    source: int
    lookup: Lookup | None = None
    steps: tuple[tuple[bool, float], ...] = ()
    whole: bool = False

    def then(self, product: bool, number: float) -> Column:
        """The column with a number added, or multiplied by it."""
        if self.whole:
            raise Unsupported("arithmetic on numbers whose fractions were dropped")
        return replace(self, steps=(*self.steps, (product, number)))


@dataclass(frozen=True)
class Columns:
    """The columns, in the order of the trees' features."""

    members: tuple[Column, ...]

    @cached_property
    def source(self) -> Ints:
        """(columns,) which input each is made of."""
        return np.array([c.source for c in self.members], dtype=np.int64)

    @cached_property
    def rounds(self) -> list[tuple[Bools, Bools, Floats]]:
        """For each step, in which columns a number is multiplied, or added, and the numbers, (columns,) each."""
        made = []
        for k in range(max((len(c.steps) for c in self.members), default=0)):
            steps = [c.steps[k] if k < len(c.steps) else None for c in self.members]
            product = np.array([s is not None and s[0] for s in steps])
            added = np.array([s is not None and not s[0] for s in steps])
            made.append((product, added, np.array([0.0 if s is None else s[1] for s in steps])))
        return made

    def at(self, x: Floats) -> Floats:
        """What the trees see of inputs (batch, inputs)."""
        z: Floats = x[:, self.source]
        for k, c in enumerate(self.members):
            if c.lookup is not None:
                z[:, k] = c.lookup.at(z[:, k])
        for product, added, number in self.rounds:
            z = np.where(product, z * number, np.where(added, z + number, z))
        return z

    def enclose(self, low: Floats, high: Floats, open_low: Bools, open_high: Bools) -> Cells:
        """The same of boxes (batch, inputs), as the checker sees it: rounded outwards."""
        l, h = low[:, self.source], high[:, self.source]
        ol, oh = open_low[:, self.source], open_high[:, self.source]
        for k, c in enumerate(self.members):
            if c.lookup is None:
                continue
            every = np.array([*c.lookup.values, c.lookup.default])
            known = l[:, k] == h[:, k]
            found = c.lookup.at(l[:, k])
            l[:, k], h[:, k] = np.where(known, found, every.min()), np.where(known, found, every.max())
            ol[:, k] = oh[:, k] = False
        for product, added, number in self.rounds:
            a, b = np.where(product, l * number, l + number), np.where(product, h * number, h + number)
            a, b = np.minimum(a, b), np.maximum(a, b)
            for _ in range(2):
                a, b = np.nextafter(a, -np.inf), np.nextafter(b, np.inf)
            moved = product | added
            l, h = np.where(moved, a, l), np.where(moved, b, h)
            ol, oh = ol & ~moved, oh & ~moved
        return l, h, ol, oh

    def before(self, column: int, value: float) -> list[float]:
        """Where the input is when the column passes a value: exactly there, or a little before and after it."""
        c = self.members[column]
        if c.lookup is not None or any(product and number == 0 for product, number in c.steps):
            return []
        if not c.steps:
            return [value]
        size = abs(value)
        for product, number in reversed(c.steps):
            value = value / number if product else value - number
            size = max(size / abs(number) if product else abs(number), abs(value))
        return [value - 1e-15 * size, value + 1e-15 * size]


_MOVES: dict[str, Callable[[Call], Value]] = {
    "Concat": movement.concat,
    "Flatten": movement.flatten,
    "Gather": movement.gather,
    "Reshape": movement.reshape,
    "Slice": movement.slice_,
    "Squeeze": movement.squeeze,
    "Transpose": movement.transpose,
    "Unsqueeze": movement.unsqueeze,
    f"{ML}.ArrayFeatureExtractor": extract,
}


def is_columns(value: object) -> bool:
    """Whether this is an array of columns."""
    return isinstance(value, np.ndarray) and value.dtype == object


def first_columns(shape: tuple[int, ...]) -> Ints:
    """The inputs themselves."""
    made = np.empty(shape, dtype=object)
    made.reshape(-1)[:] = [Column(k) for k in range(made.size)]
    return cast("Ints", made)


def apply(node: Node, operands: tuple[Value | None, ...]) -> list[Value]:
    """The result of a node before the trees.  Raises WrongInput, or Unsupported where it is not one of columns."""
    call, op = Call(node, operands), node.op
    if op == "Split":
        return movement.split(call)
    if op in _MOVES:
        return [_MOVES[op](call)]
    if op in ("Identity", "Dropout"):
        return [call.value(0)]
    if op == "Constant":
        return [movement.constant_value(call)]
    if op == f"{ML}.FeatureVectorizer":
        values = [_columns(call, k) for k in range(len(call.values))]
        if [v.shape[-1] if v.ndim == 2 else None for v in values] != call.ints("inputdimensions"):
            raise WrongInput("the widths of its matrices are not its inputdimensions")
        return [cast("Ints", np.concatenate(values, 1))]
    if op in _EACH:
        return [cast("Ints", _EACH[op](call))]
    raise Unsupported(
        f"operator {op} before an ensemble of trees",
        expected="scalers, encoders and what chooses columns",
        hint="known: " + ", ".join(sorted([*_MOVES, *_EACH, "Identity", "Split"])),
    )


def _columns(call: Call, k: int) -> NDArray[np.object_]:
    value = call.value(k)
    if not is_columns(value):
        raise Unsupported(f"input {k} does not depend on the inputs", expected="columns of the input")
    return cast("NDArray[np.object_]", value)


def _mapped(columns: NDArray[np.object_], change: Callable[[Column], Column]) -> NDArray[np.object_]:
    made = np.empty(columns.shape, dtype=object)
    made.reshape(-1)[:] = [change(c) for c in columns.reshape(-1)]
    return made


def _stepped(
    columns: NDArray[np.object_], numbers: Affine, product: bool, turn: Callable[[Floats], Floats]
) -> NDArray[np.object_]:
    """The columns with numbers of the model added, or multiplied."""
    if common_shape(columns.shape, numbers.shape) != columns.shape:
        raise Unsupported(f"numbers of shape {numbers.shape} for columns of shape {columns.shape}")
    given = turn(stretched(numbers, columns.shape).bias)
    made = np.empty(columns.shape, dtype=object)
    made.reshape(-1)[:] = [c.then(product, float(v)) for c, v in zip(columns.reshape(-1), given, strict=True)]
    return made


def _arithmetic(call: Call) -> NDArray[np.object_]:
    op = call.node.op
    call.limit(2, 2, [])
    a, b = call.value(0), call.value(1)
    if not is_columns(a) and op in ("Add", "Mul"):
        a, b = b, a
    if not is_columns(a) or not isinstance(b, Affine) or not b.constant:
        raise Unsupported(f"operator {op} of these operands", expected="columns and numbers of the model")
    if op == "Div" and not b.bias.all():
        raise WrongInput("a divisor is 0")
    turn: dict[str, Callable[[Floats], Floats]] = {"Sub": np.negative, "Div": np.reciprocal}
    columns = cast("NDArray[np.object_]", a)
    return _stepped(columns, b, op in ("Mul", "Div"), turn.get(op, lambda v: v))


def _scaler(call: Call) -> NDArray[np.object_]:
    call.limit(1, 1, ["offset", "scale"])
    offset, factor = call.numbers("offset"), call.numbers("scale")
    if offset is None or factor is None:
        raise WrongInput("offset or scale is missing")
    moved = _stepped(_columns(call, 0), constant(offset), False, np.negative)
    return _stepped(moved, constant(factor), True, lambda v: v)


def _cast(call: Call) -> NDArray[np.object_]:
    call.limit(1, 1, ["to", "saturate"])
    to = call.integer("to", 0)
    if to not in (1, 7, 11):
        raise Unsupported(f"a cast of these numbers to type {to}", expected="FLOAT, DOUBLE or INT64")

    def change(c: Column) -> Column:
        if to == 7:
            return c if c.lookup is not None and not c.steps else replace(c, whole=True)
        if c.whole:
            raise Unsupported("a cast back of numbers whose fractions were dropped")
        return c

    return _mapped(_columns(call, 0), change)


def _looked_up(c: Column, table: Lookup) -> Column:
    if c.lookup is not None or c.steps:
        raise Unsupported("categories that were computed", expected="an input")
    return Column(c.source, table)


def _one_hot(call: Call) -> NDArray[np.object_]:
    names = categories(call)
    columns = _columns(call, 0)
    tables = [Lookup((float(name),), (1.0,), 0.0, True) for name in names]
    parts = [_mapped(columns, lambda c, table=table: _looked_up(c, table)) for table in tables]  # type: ignore[misc]
    return np.stack(parts, axis=-1)


def _look_up(call: Call) -> NDArray[np.object_]:
    keys, values, default, truncated, _ = keys_and_values(call)
    table = Lookup(tuple(map(float, keys)), tuple(map(float, values)), float(default), truncated)
    return _mapped(_columns(call, 0), lambda c: _looked_up(c, table))


def _impute(call: Call) -> NDArray[np.object_]:
    call.limit(1, 1, ["imputed_value_floats", "replaced_value_float"])
    if np.isfinite(float(call.node.attributes.get("replaced_value_float", 0.0))):
        raise Unsupported("an Imputer of a number before an ensemble of trees", expected="one of NaN")
    return _columns(call, 0)


_EACH: dict[str, Callable[[Call], NDArray[np.object_]]] = {
    **dict.fromkeys(("Add", "Sub", "Mul", "Div"), _arithmetic),
    "Cast": _cast,
    f"{ML}.Scaler": _scaler,
    f"{ML}.OneHotEncoder": _one_hot,
    f"{ML}.LabelEncoder": _look_up,
    f"{ML}.Imputer": _impute,
}

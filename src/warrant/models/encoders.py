"""Operators that choose columns, look values up and norm rows (Spec/Encoders.v)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from warrant.errors import Unsupported, WrongInput
from warrant.models.decisions import known
from warrant.models.movement import moved, stacked
from warrant.models.onnx_file import ML
from warrant.models.tensors import Affine, Ints, check_size, constant

if TYPE_CHECKING:
    from collections.abc import Callable

    from warrant.models.network import Floats
    from warrant.models.onnx_file import Value
    from warrant.models.operands import Call


def extract(call: Call) -> Value:
    """Entries at known places along the last axis; a vector counts as one row (ArrayFeatureExtractor)."""
    call.limit(2, 2, [])
    value, places = call.value(0), call.value(1)
    if isinstance(places, Affine):
        raise Unsupported("its places are floats", expected="integers")
    if not value.shape or (places.size and (places.min() < 0 or places.max() >= value.shape[-1])):
        raise WrongInput("a place lies outside the last axis")
    check_size((*value.shape[:-1], places.size))
    flat = places.reshape(-1)
    return moved(value, lambda p: np.take(p.reshape(1, -1) if p.ndim == 1 else p, flat, axis=-1))


def _truncated(call: Call, k: int) -> Ints:
    """Integers, or what is left of known floats without their fractions."""
    values, _ = known(call, k)
    return np.trunc(values).astype(np.int64)


def categories(call: Call) -> list[int]:
    """The categories of a OneHotEncoder."""
    call.limit(1, 1, ["cats_int64s", "zeros"])
    names = call.ints("cats_int64s")
    call.flag("zeros", 1)
    if names is None or len(set(names)) != len(names):
        raise Unsupported("no list of integer categories, each once", expected="cats_int64s")
    return names


def one_hot(call: Call) -> Affine:
    """A new last axis, with 1 at the category and 0 elsewhere (OneHotEncoder)."""
    names = categories(call)
    values = _truncated(call, 0)
    check_size((*values.shape, len(names)))
    return constant((values[..., None] == np.array(names)).astype(np.float64))


def keys_and_values(call: Call) -> tuple[list[float], list[float], float, bool, bool]:
    """Of a LabelEncoder: keys, values, the default, and whether keys are integers, and values."""
    attributes = ["keys_int64s", "keys_floats", "values_int64s", "values_floats"]
    call.limit(1, 1, [*attributes, "default_int64", "default_float", "default_string"])
    given = [name in call.node.attributes for name in attributes]
    if given[0] == given[1] or given[2] == given[3]:
        raise Unsupported("keys or values of another kind", expected="integers or floats")
    keys: list[float] = list(call.ints("keys_int64s") or []) if given[0] else list(_floats(call, "keys_floats"))
    new: list[float] = list(call.ints("values_int64s") or []) if given[2] else list(_floats(call, "values_floats"))
    if len(set(keys)) != len(keys) or len(keys) != len(new):
        raise Unsupported("a key is there twice, or has no value")
    default = call.integer("default_int64", -1) if given[2] else call.number("default_float", 0.0)
    return keys, new, default, given[0], given[2]


def look_up(call: Call) -> Value:
    """The value of the key, or the default (LabelEncoder)."""
    keys, new, default, whole_keys, whole_values = keys_and_values(call)
    values, whole = known(call, 0)
    if whole and not whole_keys:
        raise Unsupported("input 0 is a tensor of integers", expected="floats")
    table = dict(zip(keys, new, strict=True))
    found = [table.get(v, default) for v in (np.trunc(values) if whole_keys else values).reshape(-1)]
    if whole_values:
        return np.array(found, dtype=np.int64).reshape(values.shape)
    return constant(np.array(found, dtype=np.float64).reshape(values.shape))


def _floats(call: Call, name: str) -> Floats:
    values = call.numbers(name)
    return np.zeros(0) if values is None else values


def impute(call: Call) -> Affine:
    """A number replaced by one for each column; nothing is replaced where it is NaN (Imputer)."""
    call.limit(1, 1, ["imputed_value_floats", "replaced_value_float"])
    x, new = call.real(0), call.numbers("imputed_value_floats")
    if new is None or not x.shape or len(new) not in (1, x.shape[-1]):
        raise WrongInput("imputed_value_floats", expected="one number, or one for each column")
    if not np.isfinite(float(call.node.attributes.get("replaced_value_float", 0.0))):
        return x
    values, _ = known(call, 0)
    old = call.number("replaced_value_float", 0.0)
    return constant(np.where(values == old, np.broadcast_to(new, values.shape), values))


def vectorize(call: Call) -> Affine:
    """Matrices side by side (FeatureVectorizer)."""
    call.limit(1, 1_000_000, ["inputdimensions"])
    parts = []
    for k in range(len(call.values)):
        value = call.value(k)
        parts.append(value if isinstance(value, Affine) else constant(value.astype(np.float64)))
    widths, given = [p.shape[-1] if len(p.shape) == 2 else None for p in parts], call.ints("inputdimensions")
    if widths != given or len({p.shape[0] for p in parts}) != 1:
        raise WrongInput(f"matrices of {widths} columns", expected=f"{given}")
    first, places = 0, []
    for p in parts:
        places.append(p.places() + first)
        first += p.size
    return stacked(parts).take(np.concatenate(places, 1))


def normalize(call: Call) -> Affine:
    """Rows divided by their largest entry, or by the sum of absolute values (Normalizer)."""
    call.limit(1, 1, ["norm"])
    norm = call.word("norm", "MAX")
    values, whole = known(call, 0)
    if whole or values.ndim != 2 or norm not in ("MAX", "L1") or not values.size:
        raise Unsupported(f"norm {norm} of a tensor of shape {values.shape}", expected="MAX or L1, rows of floats")
    size = values.max(1, keepdims=True) if norm == "MAX" else np.abs(values).sum(1, keepdims=True)
    return constant(values / np.where(size == 0, 1.0, size))


def binarize(call: Call) -> Affine:
    """1 where the entry is greater than the threshold, else 0 (Binarizer)."""
    call.limit(1, 1, ["threshold"])
    values, whole = known(call, 0)
    if whole:
        raise Unsupported("input 0 is a tensor of integers", expected="floats")
    return constant((values > call.number("threshold", 0.0)).astype(np.float64))


ENCODERS: dict[str, Callable[[Call], Value]] = {
    f"{ML}.ArrayFeatureExtractor": extract,
    f"{ML}.Binarizer": binarize,
    f"{ML}.FeatureVectorizer": vectorize,
    f"{ML}.Imputer": impute,
    f"{ML}.LabelEncoder": look_up,
    f"{ML}.Normalizer": normalize,
    f"{ML}.OneHotEncoder": one_hot,
}

"""The atoms of CVXPY in operators of ONNX.

Atoms that are defined at the border of their domain by continuity only (entropies, powers that are not dyadic) are
translated on its interior.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from warrant.errors import Unsupported

__all__ = ["ATOMS", "Graph"]

_OPSET = 18
_MOST_ROWS = 1000
"""Sums of the largest entries are maxima of so many linear functions at most."""
Floats = NDArray[np.float64]


@dataclass
class Graph:
    """Writes one graph; a result is the name of a value."""

    inputs: Mapping[int, str]
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: list[onnx.TensorProto] = field(default_factory=list)
    known: dict[int, str] = field(default_factory=dict)

    def __call__(self, op: str, *operands: str, **attributes: Any) -> str:
        """The result of an operator."""
        name = f"value/{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, list(operands), [name], **attributes))
        return name

    def number(self, value: Any) -> str:
        """A constant."""
        return self._constant(np.asarray(value, dtype=np.float64))

    def integers(self, value: Any) -> str:
        """A constant of integers, such as axes or a shape."""
        return self._constant(np.asarray(value, dtype=np.int64))

    def _constant(self, value: NDArray[Any]) -> str:
        name = f"constant/{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(value, name))
        return name

    def done(self, inputs: Sequence[tuple[str, Sequence[int]]], output: str) -> bytes:
        """The ONNX file of the graph."""
        graph = helper.make_graph(
            self.nodes,
            "expression",
            [helper.make_tensor_value_info(name, TensorProto.DOUBLE, shape) for name, shape in inputs],
            [helper.make_tensor_value_info(output, TensorProto.DOUBLE, [])],
            self.constants,
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=10)
        data: bytes = model.SerializeToString()
        return data

    def of(self, e: Any) -> str:
        """The value of an expression; each is translated once."""
        if id(e) not in self.known:
            self.known[id(e)] = self._translated(e)
        return self.known[id(e)]

    def _translated(self, e: Any) -> str:
        if e.id in self.inputs if hasattr(e, "id") else False:
            return self.inputs[e.id]
        if e.is_constant() and not e.parameters():
            value = e.value
            return self.number(value.toarray() if hasattr(value, "toarray") else value)
        kind = type(e).__name__
        translation = ATOMS.get(kind.removesuffix("Approx"))
        if translation is None:
            raise Unsupported(
                f"the atom {kind} of CVXPY",
                expected=f"one of: {', '.join(sorted(ATOMS))}",
            )
        return translation(self, e)

    # what several atoms need

    def arguments(self, e: Any) -> list[str]:
        """The values of the arguments of an expression."""
        return [self.of(a) for a in e.args]

    def reduced(self, op: str, value: str, e: Any) -> str:
        """A reduction over the axes that an atom names."""
        axis = e.axis
        axes = [] if axis is None else [self.integers(np.atleast_1d(axis))]
        return self(op, value, *axes, keepdims=int(bool(getattr(e, "keepdims", False))))

    def minus(self, value: str) -> str:
        """The value, negated."""
        return self("Neg", value)

    def flat(self, e: Any) -> str:
        """The entries of an expression, in row-major order."""
        return self("Reshape", self.of(e), self.integers([-1]))

    def shaped(self, value: str, e: Any) -> str:
        """The value in the shape of an expression."""
        return self("Reshape", value, self.integers(list(e.shape)))

    def rows(self, weights: Floats, e: Any) -> str:
        """The largest of several linear functions of the entries."""
        if len(weights) > _MOST_ROWS:
            raise Unsupported(
                f"{type(e).__name__} of {e.args[0].size} entries", expected=f"at most {_MOST_ROWS} choices of them"
            )
        return self.shaped(self("ReduceMax", self("MatMul", self.number(weights), self.flat(e.args[0])), keepdims=0), e)


# ---- atoms -----------------------------------------------------------------------------------------------------------


def _selected(g: Graph, e: Any) -> str:
    """Entries of the arguments, or 0, in a new order: found by letting CVXPY move the entries' numbers."""
    sizes = [a.size for a in e.args]
    starts = [1, *itertools.accumulate(sizes, initial=1)][1:]
    labels = [
        np.arange(start, start + a.size, dtype=float).reshape(a.shape) for start, a in zip(starts, e.args, strict=False)
    ]
    moved = e.numeric(labels)
    moved = moved.toarray() if hasattr(moved, "toarray") else np.asarray(moved)
    entries = g("Concat", g.number([0.0]), *(g.flat(a) for a in e.args), axis=0)
    return g("Gather", entries, g.integers(np.rint(moved).reshape(e.shape)), axis=0)


def _linear(g: Graph, e: Any) -> str:
    """A linear function of one argument, the others being constants: its matrix is found column by column."""
    (k,) = [k for k, a in enumerate(e.args) if not a.is_constant()] or [0]
    if any(a.parameters() for i, a in enumerate(e.args) if i != k):
        raise Unsupported(f"{type(e).__name__} with a parameter", hint="give the parameter as a constant")
    fixed = [None if i == k else a.value for i, a in enumerate(e.args)]
    columns = []
    for entry in range(e.args[k].size):
        unit = np.zeros(e.args[k].size)
        unit[entry] = 1
        value = e.numeric([unit.reshape(e.args[k].shape) if v is None else v for v in fixed])
        value = value.toarray() if hasattr(value, "toarray") else value
        columns.append(np.asarray(value, dtype=np.float64).reshape(-1))
    return g.shaped(g("MatMul", g.number(np.stack(columns, axis=1)), g.flat(e.args[k])), e)


def _folded(op: str) -> Callable[[Graph, Any], str]:
    def translation(g: Graph, e: Any) -> str:
        first, *rest = g.arguments(e)
        for other in rest:
            first = g(op, first, other)
        return first

    return translation


def _elementwise(op: str) -> Callable[[Graph, Any], str]:
    return lambda g, e: g(op, *g.arguments(e))


def _reduction(op: str) -> Callable[[Graph, Any], str]:
    return lambda g, e: g.reduced(op, g.of(e.args[0]), e)


def _smallest(g: Graph, e: Any) -> str:
    return g.minus(g.reduced("ReduceMax", g.minus(g.of(e.args[0])), e))


def _positive(g: Graph, value: str) -> str:
    """The value itself, where it is positive; undefined elsewhere."""
    return g("Exp", g("Log", value))


def _entropy(g: Graph, e: Any) -> str:
    x = g.of(e.args[0])
    return g.minus(g("Mul", x, g("Log", x)))


def _relative_entropy(g: Graph, e: Any) -> str:
    x, y = g.arguments(e)
    return g("Mul", x, g("Sub", g("Log", x), g("Log", y)))


def _divergence(g: Graph, e: Any) -> str:
    x, y = g.arguments(e)
    return g("Add", g("Sub", _relative_entropy(g, e), x), y)


def _huber(g: Graph, e: Any) -> str:
    size = g("Abs", g.of(e.args[0]))
    beyond = g("Relu", g("Sub", size, g.of(e.M)))
    return g("Sub", g("Mul", size, size), g("Mul", beyond, beyond))


def _xexp(g: Graph, e: Any) -> str:
    x = g.of(e.args[0])
    return g("Mul", x, g("Exp", x))


def _dyadic(p: Fraction) -> bool:
    return p.denominator & (p.denominator - 1) == 0 and p.denominator <= 16 and p.numerator <= 64


def _to_power(g: Graph, x: str, p: Fraction) -> str:
    """x^p as CVXPY defines it: everywhere for even p, for x >= 0 for other p > 0, for x > 0 elsewhere.

    Powers p > 0 that are not multiples of 1/16 are left undefined at 0.
    """
    if p.denominator == 1 and p > 0 and p % 2 == 0:
        return _natural(g, x if p == 2 else g("Abs", x), int(p))
    if p < 0 or not _dyadic(p):
        return g("Exp", _times(g, p, g("Log", x)))
    whole, rest, root, factors = p.numerator // p.denominator, p % 1, x, []
    while rest:
        root, rest = g("Sqrt", root), rest * 2
        if rest >= 1:
            factors.append(root)
            rest -= 1
    if not factors:
        root = g("Sqrt", x)
        factors, whole = [root, root], whole - 1
    value, *more = [*factors, *([x] * whole)]
    for factor in more:
        value = g("Mul", value, factor)
    return value


def _times(g: Graph, p: Fraction, x: str) -> str:
    """The multiple p x, exactly."""
    value = x if p.numerator == 1 else g("Mul", g.number(p.numerator), x)
    return value if p.denominator == 1 else g("Div", value, g.number(p.denominator))


def _natural(g: Graph, x: str, n: int) -> str:
    if n == 1:
        return x
    half = _natural(g, x, n // 2)
    value = g("Mul", half, half)
    return value if n % 2 == 0 else g("Mul", value, x)


def _exact(p: Any) -> Fraction:
    value = p.value if hasattr(p, "value") else p
    if value is None:
        raise Unsupported("a power with a parameter", hint="give the parameter as a constant")
    return value if isinstance(value, Fraction) else Fraction(str(np.asarray(value).item()))


def _power(g: Graph, e: Any) -> str:
    p = _exact(e.p)
    x = g.of(e.args[0])
    if p in (0, 1):
        return x if p == 1 else g.number(np.ones(e.shape))
    return _to_power(g, x, p)


def _norm(g: Graph, e: Any) -> str:
    p = _exact(getattr(e, "original_p", e.p))
    x = g.of(e.args[0])
    if p == 2:
        return g.reduced("ReduceL2", x, e)
    if p == 1:
        return g.reduced("ReduceSum", g("Abs", x), e)
    if p.denominator == 1 and p > 0 and _dyadic(1 / p):
        value = g.reduced("ReduceSum", _to_power(g, x, p), e)
        for _ in range(int(p).bit_length() - 1):
            value = g("Sqrt", value)
        return value
    if p > 1 and not e.args[0].is_nonneg():
        raise Unsupported(f"the norm of order {p} at 0", expected="1, 2, 4, 8, 16, inf, or entries that are at least 0")
    powers = g("Exp", _times(g, p, g("Log", _positive(g, x))))
    return g("Exp", _times(g, 1 / p, g("Log", g.reduced("ReduceSum", powers, e))))


def _quadratic_over_linear(g: Graph, e: Any) -> str:
    squares = g.reduced("ReduceSumSquare", g.of(e.args[0]), e)
    below = e.args[1]
    return g(
        "Div", squares, g.of(below) if below.is_constant() and not below.parameters() else _positive(g, g.of(below))
    )


def _geometric_mean(g: Graph, e: Any) -> str:
    weights = [Fraction(w) for w in e.w]
    if e.axis is not None:
        raise Unsupported("geo_mean over an axis", hint="take it of each part")
    x = g.flat(e.args[0])
    if weights == [Fraction(1, 2)] * 2:
        first, second = (g("Gather", g("Sqrt", x), g.integers(k), axis=0) for k in (0, 1))
        return g("Mul", first, second)
    used = [k for k, w in enumerate(weights) if w]
    whole = math.lcm(*(w.denominator for w in weights))
    entries = g("Log", g("Gather", x, g.integers(used), axis=0))
    total = g("ReduceSum", g("Mul", g.number([int(weights[k] * whole) for k in used]), entries), keepdims=0)
    return g("Exp", _times(g, Fraction(1, whole), total))


def _sum_of_largest(g: Graph, e: Any) -> str:
    n, k = e.args[0].size, Fraction(str(e.k))
    if e.axis is not None:
        raise Unsupported("sum_largest over an axis", hint="take it of each part")
    whole, rest = int(k), float(k % 1)
    if math.comb(n, whole) * (n - whole if rest else 1) > _MOST_ROWS:
        raise Unsupported(f"sum_largest of {n} entries", expected=f"at most {_MOST_ROWS} choices of them")
    rows = []
    for chosen in itertools.combinations(range(n), whole):
        row = np.zeros(n)
        row[list(chosen)] = 1
        for j in set(range(n)) - set(chosen) if rest else ():
            rows.append(row + rest * np.eye(n)[j])
        if not rest:
            rows.append(row)
    return g.rows(np.array(rows), e)


def _sorted_product(g: Graph, e: Any) -> str:
    if e.args[1].parameters() or not e.args[1].is_constant():
        raise Unsupported("dotsort with a parameter", hint="give the weights as a constant")
    weights = np.asarray(e.args[1].value, dtype=np.float64).reshape(-1)
    if e.args[0].size > 6:
        raise Unsupported(f"dotsort of {e.args[0].size} entries", expected="at most 6")
    padded = np.concatenate([weights, np.zeros(e.args[0].size - weights.size)])
    return g.rows(np.array(list(set(itertools.permutations(padded.tolist())))), e)


def _quadratic_form(g: Graph, e: Any) -> str:
    x = g.flat(e.args[0])
    return g("MatMul", g("MatMul", x, g.of(e.args[1])), x)


def _running_maximum(g: Graph, e: Any) -> str:
    if e.args[0].ndim != 1:
        raise Unsupported("cummax of a matrix", hint="take it of each row")
    entries = [g("Gather", g.of(e.args[0]), g.integers([k]), axis=0) for k in range(e.args[0].size)]
    return g("Concat", *itertools.accumulate(entries, lambda a, b: g("Max", a, b)), axis=0)


_SELECTIONS = (
    *("index", "special_index", "reshape", "transpose", "Transpose", "Hstack", "Vstack", "Concatenate", "diag_mat"),
    *("diag_vec", "upper_tri", "broadcast_to", "Promote"),
    *("nonneg_wrap", "psd_wrap", "symmetric_wrap", "skew_symmetric_wrap"),
)
ATOMS: dict[str, Callable[[Graph, Any], str]] = {
    **dict.fromkeys(_SELECTIONS, _selected),
    **dict.fromkeys(("Trace", "kron", "conv", "convolve", "cumsum", "partial_trace"), _linear),
    "AddExpression": _folded("Add"),
    "NegExpression": _elementwise("Neg"),
    "MulExpression": _elementwise("MatMul"),
    "multiply": _elementwise("Mul"),
    "DivExpression": _elementwise("Div"),
    "Sum": _reduction("ReduceSum"),
    "abs": _elementwise("Abs"),
    "exp": _elementwise("Exp"),
    "log": _elementwise("Log"),
    "log1p": lambda g, e: g("Log", g("Add", g.number(1.0), g.of(e.args[0]))),
    "logistic": _elementwise("Softplus"),
    "entr": _entropy,
    "rel_entr": _relative_entropy,
    "kl_div": _divergence,
    "xexp": _xexp,
    "huber": _huber,
    "maximum": _folded("Max"),
    "minimum": _folded("Min"),
    "max": _reduction("ReduceMax"),
    "min": _smallest,
    "log_sum_exp": _reduction("ReduceLogSumExp"),
    "norm1": lambda g, e: g.reduced("ReduceSum", g("Abs", g.of(e.args[0])), e),
    "norm_inf": lambda g, e: g.reduced("ReduceMax", g("Abs", g.of(e.args[0])), e),
    "Pnorm": _norm,
    "Power": _power,
    "quad_over_lin": _quadratic_over_linear,
    "QuadForm": _quadratic_form,
    "GeoMean": _geometric_mean,
    "Prod": _reduction("ReduceProd"),
    "sum_largest": _sum_of_largest,
    "dotsort": _sorted_product,
    "cummax": _running_maximum,
}
"""How each class of CVXPY's expressions is written in operators of ONNX."""

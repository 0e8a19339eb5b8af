"""Readers of VNN-LIB: Coq's (by what the extracted checker answers), Python's, and other people's package ``vnnlib``.

Coq's reader is seen through witnesses: on a network that computes y = (x_{n-1}, …, x_0), a witness is accepted if and
only if the property is true at that point.
"""

from __future__ import annotations

import warnings
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from native import Checker, literal, witness
from onnx import TensorProto, helper, numpy_helper
from random_properties import Maker

from warrant import models, properties
from warrant.errors import Unsupported, WrongInput
from warrant.properties import formula as ast

compat = pytest.importorskip("vnnlib.compat")
theirs = pytest.importorskip("vnnlib.parser")
N = 3
"""Inputs, and outputs."""
NOT_READ = "the property is not a VNN-LIB file that the checker reads"


def backwards(n: int = N) -> bytes:
    """The network that gives its inputs in reverse order."""
    graph = helper.make_graph(
        [helper.make_node("Gather", ["x", "order"], ["y"], axis=1)],
        "backwards",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, n])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, n])],
        [numpy_helper.from_array(np.arange(n - 1, -1, -1, dtype=np.int64), "order")],
    )
    made: bytes = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8
    ).SerializeToString()
    return made


def true(f: ast.Formula, values: list[Fraction]) -> bool:
    """The truth of what Python read, exactly."""
    if isinstance(f, ast.And):
        return all(true(p, values) for p in f.parts)
    if isinstance(f, ast.Or):
        return any(true(p, values) for p in f.parts)
    s = f.s.constant + sum((c * values[v] for v, c in f.s.coefficients.items()), Fraction(0))
    return s < 0 if f.strict else s <= 0


def maker(seed: int, **options: Any) -> Maker:
    rng = np.random.default_rng(seed)
    x = [Fraction(int(v), 64) for v in rng.integers(-300, 300, N)]
    return Maker(rng, x, x[::-1], **options)


# ---- truth at a point


@pytest.mark.parametrize("seed", range(250))
def test_truth_at_a_point(seed: int, native_checker: Checker) -> None:
    m = maker(seed)
    formulas = [m.formula(3) for _ in range(m.rng.integers(1, 4))]
    truth = all(m.true(f) for f in formulas)
    for text in (m.property(formulas), m.property_2(formulas)):
        read = properties.read_property(text)
        assert (read.inputs, read.outputs) == (N, N)
        assert true(read.formula, [*m.x, *m.y]) == truth, text.decode()
        answer = native_checker.check(backwards(), text, witness(m.x))
        assert answer.word == ("REFUTED" if truth else "UNKNOWN"), (answer, text.decode())
        assert truth or answer.reason == "the certificate was refused"


@pytest.mark.parametrize("text", [
    "0", "-0", "+0.0", "7", "-3.25", ".5", "5.", "-.5e1", "1e3", "1E+3", "25e-2", "0000012.5000", "1e-300",
    "123456789012345678901234567890", "0." + "0" * 400 + "1", "9" * 999, "1e999", "-1e-999",
])  # fmt: skip
def test_literals_are_exact(text: str, native_checker: Checker) -> None:
    """X_0 = literal is true at the literal's value, and nowhere near."""
    property_ = f"(declare-const X_0 Real)(declare-const Y_0 Real)(assert (= X_0 {text}))".encode()
    value = Fraction(text)
    assert true(properties.read_property(property_).formula, [value, value])
    assert native_checker.check(backwards(1), property_, b"WRNT\x01R" + text.encode()).word == "REFUTED"
    for near in (value + 1, value * Fraction(10**9 + 1, 10**9) + Fraction(1, 10**900), -value - Fraction(1, 10**900)):
        other = literal(near)
        if len(other) < 1000:
            assert native_checker.check(backwards(1), property_, b"WRNT\x01R" + other.encode()).word == "UNKNOWN"


# ---- what is read


def is_read(checker: Checker, text: bytes, n: int = N) -> bool:
    """Whether Coq reads the file, whatever it then thinks of the witness."""
    answer = checker.check(backwards(n), text, witness([Fraction(0)] * n))
    return answer.reason != NOT_READ


DECLARED = "(declare-const X_0 Real)(declare-const Y_0 Real)"
NETWORK = "(declare-network N (declare-input X Real [1]) (declare-output Y Real [1]))"
VERSION_2 = "(vnnlib-version <2.0>)" + NETWORK
BETWEEN = "(declare-const X_0 Real)(assert (<= X_0 1))(declare-const Y_0 Real)(assert (<= Y_0 1))"
OTHER_SHAPES = "(declare-network N (declare-input a Real []) (declare-output b Real [2,3]))(assert (< a b[1,2]))"
GOOD = {
    "no asserts": DECLARED,
    "outputs first": "(declare-const Y_0 Real)(declare-const X_0 Real)",
    "declared between asserts": BETWEEN,
    "empty and, empty or": DECLARED + "(assert (or (and) (or)))",
    "one argument": DECLARED + "(assert (and (or (<= (+ X_0) (* Y_0)))))",
    "no spaces": "(declare-const X_0 Real)(declare-const Y_0 Real)(assert(<=(+ X_0 1)(- Y_0)))",
    "comment at the end": DECLARED + ";",
    "comment in a word": "(declare-const X_0 Real;)\n)(declare-const Y_0 Real)",
    "equal, not equal": DECLARED + "(assert (and (== X_0 1) (!= Y_0 1)))",
    "version 2": VERSION_2,
    "version 2, other shapes": "(vnnlib-version <2.0>)" + OTHER_SHAPES,
}
BAD = {
    "undeclared": DECLARED + "(assert (<= X_1 0))",
    "used before": "(declare-const X_0 Real)(assert (<= Y_0 0))(declare-const Y_0 Real)",
    "out of order": "(declare-const X_1 Real)(declare-const X_0 Real)(declare-const Y_0 Real)",
    "declared twice": DECLARED + "(declare-const X_0 Real)",
    "leading zero": "(declare-const X_00 Real)(declare-const Y_0 Real)",
    "other name": "(declare-const Z_0 Real)(declare-const Y_0 Real)",
    "lower case": "(declare-const x_0 Real)(declare-const Y_0 Real)",
    "integer": "(declare-const X_0 Int)(declare-const Y_0 Real)",
    "no type": "(declare-const X_0)(declare-const Y_0 Real)",
    "never closed": DECLARED + "(assert (<= X_0 0)",
    "closed twice": DECLARED + "(assert (<= X_0 0)))",
    "closed in a comment": DECLARED + "(assert (<= X_0 0);)",
    "a word outside": DECLARED + "assert",
    "empty list": DECLARED + "()",
    "empty formula": DECLARED + "(assert ())",
    "empty term": DECLARED + "(assert (<= () X_0))",
    "no formula": DECLARED + "(assert)",
    "two formulas": DECLARED + "(assert (<= X_0 0) (<= X_0 1))",
    "a term": DECLARED + "(assert X_0)",
    "true": DECLARED + "(assert true)",
    "three terms": DECLARED + "(assert (<= X_0 0 1))",
    "one term": DECLARED + "(assert (<= X_0))",
    "not of two": DECLARED + "(assert (not (<= X_0 0) (<= X_0 1)))",
    "not of none": DECLARED + "(assert (not))",
    "implication": DECLARED + "(assert (=> (<= X_0 0) (<= X_0 1)))",
    "formula as a term": DECLARED + "(assert (<= (<= X_0 0) 1))",
    "sum of none": DECLARED + "(assert (<= (+) 1))",
    "difference of none": DECLARED + "(assert (<= (-) 1))",
    "quotient": DECLARED + "(assert (<= (/ X_0 2) 1))",
    "other command": DECLARED + "(check-sat)",
    "upper case": DECLARED + "(ASSERT (<= X_0 0))",
    "nested assert": DECLARED + "(assert (assert (<= X_0 0)))",
    "brackets": DECLARED + "(assert [<= X_0 0])",
    "version 3": VERSION_2.replace("2.0", "3.0"),
    "version 2 after": DECLARED + "(vnnlib-version <2.0>)",
    "version 2, index": VERSION_2 + "(assert (<= X[1] 0))",
    "version 2, rank": VERSION_2 + "(assert (<= X 0))",
    "version 2, type": VERSION_2.replace("X Real", "X float32"),
    "version 2, two networks": VERSION_2 + NETWORK,
    "version 2, one name": VERSION_2.replace("Y", "X"),
    "version 2, hidden": VERSION_2.replace("(declare-output", "(declare-hidden H Real [1]) (declare-output"),
    **{
        f"literal {w}": DECLARED + f"(assert (<= X_0 {w}))"
        for w in (
            "1e",
            ".",
            "-",
            "+",
            "e1",
            "1e+",
            "1.2.3",
            "--1",
            "+-1",
            "0x10",
            "1,5",
            "1_000",
            "inf",
            "nan",
            "1e1000",
            "1e2.5",
            "1" * 1001,
            "½",
            "#b1",
        )
    },
}


@pytest.mark.parametrize("name", GOOD)
def test_read(name: str, native_checker: Checker) -> None:
    assert properties.read_property(GOOD[name].encode()).inputs == 1
    assert is_read(native_checker, GOOD[name].encode(), 1)


@pytest.mark.parametrize("name", BAD)
def test_not_read(name: str, native_checker: Checker) -> None:
    with pytest.raises(WrongInput) as error:
        properties.read_property(BAD[name].encode())
    assert "\n" not in str(error.value)
    assert not is_read(native_checker, BAD[name].encode(), 1)


@pytest.mark.parametrize("seed", range(300))
def test_both_read_the_same_files(seed: int, native_checker: Checker) -> None:
    """Words and parentheses of good files, shuffled a little."""
    m = maker(seed, disorder=False)
    formulas = [m.formula(2) for _ in range(2)]
    text = (m.property_2(formulas) if seed % 3 == 0 else m.property(formulas)).decode()
    tokens = text.replace("(", " ( ").replace(")", " ) ").split()
    for _ in range(m.rng.integers(1, 3)):
        at, other = m.rng.integers(len(tokens), size=2)
        way = int(m.rng.integers(4))
        if way == 0:
            del tokens[at]
        elif way == 1:
            tokens.insert(at, tokens[other])
        elif way == 2:
            tokens[at], tokens[other] = tokens[other], tokens[at]
        else:
            word = tokens[at]
            k = int(m.rng.integers(len(word) + 1))
            tokens[at] = word[:k] + m.some(["", "_", "0", ".", "e", "-", "X_1", "[0]", ";", "(", "é"]) + word[k + 1 :]
    changed = " ".join(tokens).encode()
    try:
        properties.read_property(changed)
        here = True
    except Unsupported as error:
        if "product" in str(error):  # Coq reads it, and then finds it not linear
            return
        here = False
    except WrongInput as error:
        if "no inputs or no outputs" in str(error) or "the file is empty" in str(error):
            return  # Coq reads these; no model has no inputs
        here = False
    assert is_read(native_checker, changed) == here, changed.decode()


# ---- against the package vnnlib


def their_value(t: Any, point: dict[str, Fraction]) -> Fraction | bool:
    """The value of a term or formula of the package's syntax tree."""
    if isinstance(t, theirs.Constant):
        return Fraction(t.value)
    if isinstance(t, theirs.Identifier):
        return point[str(t.value)]
    values: list[Any] = [their_value(a, point) for a in t.terms]
    op = str(t.function.value)
    if op == "not":
        return not values[0]
    if op in ("and", "or"):
        return all(values) if op == "and" else any(values)
    if op == "-":
        return Fraction(-values[0] if len(values) == 1 else values[0] - sum(values[1:]))
    if op == "+":
        return Fraction(sum(values))
    if op == "*":
        product = values[0]
        for v in values[1:]:
            product = product * v
        return Fraction(product)
    a, b = values
    return bool({"<=": a <= b, ">=": a >= b, "<": a < b, ">": a > b, "=": a == b}[op])


@pytest.mark.parametrize("seed", range(150))
def test_truth_as_the_package_reads_it(seed: int, tmp_path: Path) -> None:
    m = maker(seed, plain=True, disorder=False)
    formulas = [m.formula(3) for _ in range(2)]
    text = m.property(formulas)
    path = tmp_path / "p.vnnlib"
    path.write_bytes(text)
    with warnings.catch_warnings(action="ignore"):
        script = theirs.parse_file(path, strict=False)
    rng = np.random.default_rng(seed)
    for _ in range(5):
        values = [Fraction(int(v), 16) for v in rng.integers(-100, 100, 2 * N)]
        point = {f"{'XY'[k // N]}_{k % N}": v for k, v in enumerate(values)}
        asserts = [c.term for c in script.commands if isinstance(c, theirs.Assert)]
        truth = all(their_value(t, point) for t in asserts)
        assert true(properties.read_property(text).formula, values) == truth
        assert all(Maker(rng, values[:N], values[N:]).true(f) for f in formulas) == truth


@pytest.mark.parametrize("seed", range(60))
def test_boxes_and_rows_as_the_package_reads_them(seed: int, tmp_path: Path) -> None:
    """Benchmark files: a box (or several, in a disjunction), and a disjunction of conjunctions about the outputs."""
    rng = np.random.default_rng(seed)
    n, k = int(rng.integers(1, 5)), int(rng.integers(2, 5))

    def number(low: float, high: float) -> str:
        v = rng.uniform(low, high)
        return str(rng.choice([f"{v:.6f}", f"{v:.3e}", f"{v:.17g}", str(round(v))]))

    def box() -> list[str]:
        return [t for i in range(n) for t in (f"(>= X_{i} {number(-2, 0)})", f"(<= X_{i} {number(0, 2)})")]

    def row() -> str:
        a, b = rng.choice(k, 2, replace=False)
        terms = [f"(<= Y_{a} Y_{b})", f"(>= Y_{a} Y_{b})", f"(<= Y_{a} {number(-3, 3)})", f"(>= Y_{a} {number(-3, 3)})"]
        terms += [f"(<= (+ (* {number(1, 3)} Y_{a}) (* -1.0 Y_{b})) {number(-3, 3)})"]
        return str(rng.choice(terms))

    lines = [f"(declare-const X_{i} Real)" for i in range(n)] + [f"(declare-const Y_{i} Real)" for i in range(k)]
    if seed % 3 == 0:  # boxes in the disjunction
        clauses = [" ".join([*box(), row()]) for _ in range(3)]
    else:
        lines += [f"(assert {t})" for t in box()]
        clauses = [" ".join(row() for _ in range(rng.integers(1, 4))) for _ in range(rng.integers(1, 4))]
    lines += ["(assert (or " + " ".join(f"(and {c})" for c in clauses) + "))"]
    text = "\n".join(lines).encode()
    path = tmp_path / "p.vnnlib"
    path.write_bytes(text)
    with warnings.catch_warnings(action="ignore"):
        wanted = compat.read_vnnlib_simple(path, n, k)

    lowered = models.load(linear(n, k))
    found = properties.load(text, lowered).queries
    assert len(found) == len(wanted)
    for query, (bounds, polytopes) in zip(found, wanted, strict=True):
        assert np.array_equal(np.array([[float(l), float(h)] for l, h in query.box]), np.array(bounds))
        assert len(query.disjuncts) == len(polytopes)
        for disjunct, (matrix, limits) in zip(query.disjuncts, polytopes, strict=True):
            rows = query.block.weights.toarray()[disjunct.start : disjunct.stop][:, lowered.output_values]
            assert np.array_equal(rows, matrix)
            assert np.array_equal(-query.block.bias[disjunct.start : disjunct.stop], np.asarray(limits).reshape(-1))


def linear(n: int, k: int) -> bytes:
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["y"])],
        "linear",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, n])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, k])],
        [numpy_helper.from_array(np.ones((n, k), np.float32), "w")],
    )
    made: bytes = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8
    ).SerializeToString()
    return made

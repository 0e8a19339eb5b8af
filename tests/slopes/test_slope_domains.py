"""Slopes on domains with whole numbers, values and one-hot groups: jumps count, and what is not in the domain does not."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from kernel import verdicts
from native import Checker, witness
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from small_claims import changed

import warrant
from warrant import Domain, Feature, Lipschitz, Monotone, WrongInput, models
from warrant.claims import Slopes
from warrant.slopes import read_limits, write_limits


@dataclass(frozen=True)
class Files:
    """The three files of a claim, in the checker's order."""

    model: bytes
    claim: bytes
    certificate: bytes = b""

    def all(self) -> tuple[bytes, ...]:
        return self.model, self.claim, self.certificate

    def change_claim(self, claim: bytes) -> Files:
        return replace(self, claim=claim)

    def solved(self, timeout: float = 20) -> Files:
        """With the certificate that the search finds."""
        found = Slopes(self.model, self.claim).find(timeout=timeout, jobs=1, report=None)
        assert found.certificate is not None, found.reason
        return replace(self, certificate=found.certificate)


Native = Callable[[Files], str]


@pytest.fixture
def native(native_checker: Checker) -> Native:
    """The word that the native checker prints."""

    def word(files: Files) -> str:
        return native_checker.check_files("slopes", {f"file{k}": data for k, data in enumerate(files.all())}).word

    return word


def net(into: Sequence[Sequence[float]], bias: Sequence[float], out: Sequence[float]) -> bytes:
    """out · relu(into · x + bias), of three inputs."""
    tensors = {"w": np.array(into).T, "b": bias, "v": np.array([out]).T}
    info, node = helper.make_tensor_value_info, helper.make_node
    made = helper.make_graph(
        [node("Gemm", ["x", "w", "b"], ["z"]), node("Relu", ["z"], ["r"]), node("MatMul", ["r", "v"], ["y"])],
        "g",
        [info("x", TensorProto.FLOAT, [1, 3])],
        [info("y", TensorProto.FLOAT, [1, 1])],
        [numpy_helper.from_array(np.asarray(a, np.float32), name) for name, a in tensors.items()],
    )
    opset = [helper.make_opsetid("", 13)]
    data: bytes = helper.make_model(made, opset_imports=opset, ir_version=8).SerializeToString()
    return data


def claim(most: str, more: str = "", *, norm: str = "linf", moved: str = "0 1 2", least: str = "") -> bytes:
    """On [0, 1]³, and what else is said of the domain."""
    return (
        f"(slopes 1) (outputs 0) (norm {norm}) (least {least}) (most {most}) (raised) (moved {moved}) (low 0) (high 1)"
        f"{more}"
    ).encode()


GROUP = "(one-hot 1 2)"
JUMPS = net([[0, 1, 0], [1, 0, 0]], [0, 0], [10, 1])
"""10 where the category is the first one, 0 where it is the second; and the feature x0."""
MIXED = net([[1, 5, 5]], [-7], [1])
"""0 where exactly one of two features is 1; its slope is 1 where both are."""


def kinked() -> bytes:
    """relu(x0 − 4·abs(x1 − 1/2)): 0 where x1 is 0 or 1, with the slope 1 where it is 1/2."""
    info, node = helper.make_tensor_value_info, helper.make_node
    tensors = {
        "w": np.array([[1, 0, 0], [0, 1, 0], [0, -1, 0]]).T,
        "b": [0, -0.5, 0.5],
        "v": np.array([[1, -4, -4]]).T,
        "u": [[1.0]],
    }
    made = helper.make_graph(
        [
            node("Gemm", ["x", "w", "b"], ["z"]),
            node("Relu", ["z"], ["r"]),
            node("MatMul", ["r", "v"], ["s"]),
            node("Relu", ["s"], ["t"]),
            node("MatMul", ["t", "u"], ["y"]),
        ],
        "g",
        [info("x", TensorProto.FLOAT, [1, 3])],
        [info("y", TensorProto.FLOAT, [1, 1])],
        [numpy_helper.from_array(np.asarray(a, np.float32), name) for name, a in tensors.items()],
    )
    data: bytes = helper.make_model(made, opset_imports=[helper.make_opsetid("", 13)], ir_version=8).SerializeToString()
    return data


@pytest.mark.parametrize(("norm", "jump"), [("linf", 10.0), ("l1", 5.0), ("l2", 10 / 2**0.5)])
def test_a_change_of_category_counts(native: Native, norm: str, jump: float) -> None:
    """The score jumps by 10 from one category to the other; with x0 held, that is over a distance of 1, 2 or √2."""
    less = Files(JUMPS, claim(str(round(0.9 * jump, 3)), GROUP, norm=norm)).solved()
    assert native(less) == "REFUTED"
    x = np.array([float(word) for word in less.certificate[6:].split()]).reshape(2, 3)
    assert sorted(x[0, 1:]) == sorted(x[1, 1:]) == [0, 1] and (x[0, 1:] != x[1, 1:]).all()
    more = Files(JUMPS, claim("11.5", GROUP, norm=norm)).solved()
    assert native(more) == "PROVED"
    assert native(more.change_claim(claim("9", GROUP, norm="linf"))) == "UNKNOWN"


def test_within_a_category(native: Native) -> None:
    """Where x0 alone changes, the jump is not meant, and the slope is that of x0."""
    held = Files(JUMPS, claim("1.01", GROUP, moved="0")).solved()
    assert native(held) == "PROVED"
    assert native(Files(JUMPS, claim("0.99", GROUP, moved="0")).solved()) == "REFUTED"
    assert native(held.change_claim(claim("1.01", GROUP))) == "UNKNOWN"


@pytest.mark.parametrize("moved", ["0", "0 1 2"])
def test_no_mixture_of_categories_is_meant(native: Native, moved: str) -> None:
    """On valid inputs the output is 0; where both features of the group could be 1, it would not be."""
    proved = Files(MIXED, claim("0.5", GROUP, moved="0")).solved()
    assert native(proved) == "PROVED"
    assert native(Files(MIXED, claim("0.5", moved=moved)).solved()) == "REFUTED"
    for other in ("", "(one-hot 1)", "(values 1 0 1)", "(values 1 0 1)(values 2 0 1)"):
        assert native(proved.change_claim(claim("0.5", other, moved="0"))) == "UNKNOWN", other


def test_values_of_a_feature_that_stays(native: Native) -> None:
    """x1 is 0 or 1: the output is 0 there; in between its slope is 1."""
    proved = Files(kinked(), claim("0.5", "(values 1 0 1)", moved="0")).solved()
    assert native(proved) == "PROVED"
    assert native(Files(kinked(), claim("0.5", moved="0")).solved()) == "REFUTED"
    assert native(proved.change_claim(claim("0.5", "(values 1 0 0.5)", moved="0"))) == "UNKNOWN"
    assert native(Files(kinked(), claim("0.5", "(values 1 0 0.5 1)", moved="0")).solved()) == "REFUTED"


def test_whole_numbers_that_change(native: Native) -> None:
    """3·x0 with x0 in {0, 1}: a constant above 3 is proved, one below refuted, by values of the list only."""
    model = net([[3, 0, 0]], [0], [1])
    whole = "(values 0 0 1)"
    assert native(Files(model, claim("3.1", whole)).solved()) == "PROVED"
    below = Files(model, claim("2.9", whole)).solved()
    assert native(below) == "REFUTED"
    assert {float(word) for word in below.certificate[6:].split()[::3]} == {0.0, 1.0}


@pytest.mark.parametrize(
    ("more", "first", "second", "word"),
    [
        ("", (0.5, 1, 0), (1, 1, 0), "REFUTED"),
        ("(values 0 0.5 1)", (0.5, 1, 0), (1, 1, 0), "REFUTED"),
        ("(values 0 0 1)", (0.5, 1, 0), (1, 1, 0), "UNKNOWN"),
        ("(values 0 0.5)", (0.5, 1, 0), (1, 1, 0), "UNKNOWN"),
        ("(values 0)", (0.5, 1, 0), (1, 1, 0), "UNKNOWN"),
        (GROUP, (0.5, 1, 0), (1, 0, 1), "REFUTED"),
        (GROUP, (0.5, 1, 1), (1, 0, 1), "UNKNOWN"),
        (GROUP, (0.5, 1, 0), (1, 0, 0), "UNKNOWN"),
        (GROUP, (0.5, 0.5, 0.5), (1, 0, 1), "UNKNOWN"),
        ("(one-hot 1)", (0.5, 1, 0), (1, 1, 1), "REFUTED"),
        ("(one-hot 3)", (0.5, 1, 0), (1, 1, 0), "UNKNOWN"),
        ("(values 3 0 1)", (0.5, 1, 0), (1, 1, 0), "UNKNOWN"),
        ("(one-hot)", (0.5, 1, 0), (1, 1, 0), "UNKNOWN"),
        ("(values 0 x)", (0.5, 1, 0), (1, 1, 0), "UNKNOWN"),
        ("(whole 0)", (0.5, 1, 0), (1, 1, 0), "UNKNOWN"),
        ("(one-hot " + " ".join(["1", "2"] * 33) + ")", (0.5, 1, 0), (1, 0, 1), "UNKNOWN"),
    ],
)
def test_only_inputs_of_the_domain_refute(
    native: Native, more: str, first: Sequence[float], second: Sequence[float], word: str
) -> None:
    model = net([[3, 0, 0]], [0], [1])
    assert native(Files(model, claim("1", more), witness([*first, *second]))) == word


def test_too_many_combinations_are_refused(native: Native) -> None:
    proved = Files(net([[3, 0, 0]], [0], [1]), claim("3.1", moved="0")).solved()
    assert native(proved) == "PROVED"
    lots = " ".join(f"{k}/4096" for k in range(4097))
    asked = proved.change_claim(claim("3.1", f"(values 1 {lots})", moved="0"))
    assert native(asked) == "UNKNOWN"
    with pytest.raises(WrongInput, match="4097 combinations"):
        Slopes(asked.model, asked.claim).validate()


def test_proofs_are_true_on_the_domain_and_changed_ones_refused(native: Native) -> None:
    """Random networks: what is proved holds of sampled pairs of valid inputs; changed certificates prove nothing else."""
    rng = np.random.default_rng(5)
    draw = random.Random(5)
    more, decided = "(values 0 0 0.5 1)" + GROUP, set()
    for _ in range(6):
        model = net(rng.normal(size=(5, 3)), rng.normal(size=5), rng.normal(size=5))
        x = np.column_stack([rng.choice([0, 0.5, 1], 400), *np.eye(2)[rng.integers(2, size=400)].T])
        ratio = steepest(model, x)
        for factor in (0.8, 6.0):
            limit = round(factor * ratio, 4)
            found = Slopes(model, claim(str(limit), more, least=str(-limit))).find(timeout=5, jobs=1, report=None)
            if found.certificate is None:
                continue
            files = Files(model, claim(str(limit), more, least=str(-limit)), found.certificate)
            word = native(files)
            decided.add(word)
            assert word == ("PROVED" if ratio <= limit else "REFUTED")
            assert native(files.change_claim(files.claim.replace(b"(slopes 1)", b"(slopes 2)"))) == "UNKNOWN"
            for _ in range(5):
                other = native(replace(files, certificate=changed(files.certificate, draw)))
                assert other in (word, "UNKNOWN")
    assert decided == {"PROVED", "REFUTED"}


def steepest(model: bytes, x: NDArray[np.float64]) -> float:
    """The greatest ratio of changes between two of these inputs, in the ℓ∞ norm."""
    y = models.read(model).evaluate(x)[:, 0]
    far = np.abs(x[:, None] - x[None]).max(axis=2)
    return float((np.abs(y[:, None] - y[None])[far > 0] / far[far > 0]).max())


def test_in_the_kernel(tmp_path: Path) -> None:
    above, below = (Files(JUMPS, claim(most, GROUP)).solved() for most in ("11.5", "9"))
    mixed = Files(MIXED, claim("0.5", GROUP, moved="0")).solved()
    asked = [above, below, mixed, mixed.change_claim(claim("0.5", moved="0"))]
    said = verdicts(
        "Slopes", [files.all() for files in asked], tmp_path, prove="prove_slopes", refute=["refute_slopes"]
    )
    assert said == ["PROVED", "REFUTED", "PROVED", "UNKNOWN"]


DOMAIN = Domain((Feature.real("age", 0, 1), Feature.real("red", 0, 1), Feature.real("blue", 0, 1)), (("red", "blue"),))


def test_statements(native_checker: Checker, tmp_path: Path) -> None:
    """The text says the domain in the user's terms; the jump refutes, within a category it is proved; kernel and audit."""
    whole = Lipschitz(9, DOMAIN, norm="linf")
    text = whole.claim(JUMPS).claim_bytes.decode()
    assert "(one-hot 1 2)\n" in text and "(values" not in text and "; X_1: red\n" in text
    refuted = warrant.prove(JUMPS, whole)
    assert isinstance(refuted, warrant.Refuted) and refuted.counterexample is not None
    assert {refuted.counterexample.inputs[1], refuted.counterexample.inputs[4]} == {0.0, 1.0}
    held = Lipschitz("1.01", DOMAIN, norm="linf", features="age")
    proved = warrant.prove(JUMPS, held, kernel=True, out=tmp_path / "w")
    assert isinstance(proved, warrant.Proved) and warrant.check(tmp_path / "w").word == "PROVED"
    assert warrant.audit(tmp_path / "w").text.startswith("Not vacuous. The domain has points")
    numbers = Domain((Feature.integer("age", 0, 3), *DOMAIN.features[1:]), DOMAIN.one_hot)
    assert "(values 0 0 1 2 3)\n" in Lipschitz(1, numbers).claim(JUMPS).claim_bytes.decode()
    rising = net([[1, 5, 0]], [1], [1])
    assert warrant.prove(rising, Monotone("age", "increasing", numbers, tolerance=0)).word == "PROVED"
    assert warrant.prove(rising, Monotone("age", "decreasing", numbers, tolerance=0)).word == "REFUTED"


def test_every_category_is_monotone_or_one_is_not(native_checker: Checker) -> None:
    """The slope in age is 1 for red, −1 for blue: neither direction holds; with the categories' slopes alike, one does."""
    mixed = net([[1, 5, 0], [-1, 0, 5], [0, 0, 0]], [-5, -4, 0], [1, 1, 0])
    for direction in ("increasing", "decreasing"):
        assert warrant.prove(mixed, Monotone("age", direction, DOMAIN, tolerance=0)).word == "REFUTED"
    alike = net([[1, 5, 0], [2, 0, 5], [0, 0, 0]], [-4, -4, 0], [1, 1, 0])
    assert warrant.prove(alike, Monotone("age", "increasing", DOMAIN, tolerance=0)).word == "PROVED"


def test_a_domain_without_points_is_vacuous(native_checker: Checker, tmp_path: Path) -> None:
    text = claim("3.1", "(values 1 7)", moved="0").decode()
    limits = read_limits(text.encode(), file="claim.slopes")
    assert limits.empty(3) is True and read_limits(write_limits(limits), file="claim.slopes") == limits
    assert Slopes(JUMPS, text.encode()).summary().vacuous is True
    twice = read_limits(claim("3.1", "(values 1 7)(values 1 0)"), file="claim.slopes")
    assert twice.empty(3) is None and limits.contains([Fraction(0)] * 3) is False


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("(one-hot 5)", "one-hot: 5; expected at most 2"),
        ("(values 3 1)", "values: 3; expected at most 2"),
        ("(one-hot)", "not a statement of slopes"),
        ("(one-hot a)", "not a statement of slopes"),
        ("(values 0 1 x)", "not a statement of slopes"),
        ("(values 0 1) (low 0)", "not a statement of slopes"),
        (f"(one-hot {' '.join(['1'] * 65)})", "a large one-hot group"),
    ],
)
def test_one_clear_line(more: str, said: str) -> None:
    with pytest.raises(WrongInput) as problem:
        Slopes(JUMPS, claim("1", more)).validate()
    assert said in str(problem.value) and "\n" not in str(problem.value)

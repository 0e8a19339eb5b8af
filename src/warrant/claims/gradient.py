"""Claims about two programs: one computes the gradient of the other."""

from __future__ import annotations

import itertools
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from warrant._files import limited, read_file, stem
from warrant.claims._interface import Artefact, Counterexample, Found, Report, Summary, Theorem
from warrant.errors import WrongInput

if TYPE_CHECKING:
    from onnx import ModelProto

    from warrant.gradients import Signature

__all__ = ["Gradient"]

_MOST_SHOWN = 12
_WORDS = (
    "Wherever the function is defined and none of its kinks is hit (the arguments of Relu, Abs, Max, Min, Sign and "
    "of comparisons are not 0, those of Log and Sqrt are positive, denominators are not 0), the derivative is defined "
    "and gives, over the exact real numbers, the function's gradient {scalar}by {names}."
)
_WRONG = (
    "At some input, at which none of the function's kinks is hit and both are defined, the derivative gives, over the "
    "exact real numbers, something else than the function's gradient {scalar}by {names}."
)


@dataclass(frozen=True)
class Gradient:
    """The claim that one ONNX graph computes the gradient of another (docs/gradients.md).

    Attributes:
        function_bytes: an ONNX graph with one output.
        derivative_bytes: an ONNX graph with an output for each name.
        names_bytes: the names of the inputs by which the function is differentiated, one a line.
        function_name, derivative_name: what the user calls the graphs, for messages.
    """

    family: ClassVar[str] = "gradient"
    files: ClassVar[tuple[str, ...]] = ("function.onnx", "derivative.onnx", "names.txt")

    function_bytes: bytes = field(repr=False)
    derivative_bytes: bytes = field(repr=False)
    names_bytes: bytes = field(repr=False)
    function_name: str = "function.onnx"
    derivative_name: str = "derivative.onnx"

    @classmethod
    def of(
        cls,
        function: str | os.PathLike[str] | bytes | ModelProto,
        derivative: str | os.PathLike[str] | bytes | ModelProto,
        wrt: Sequence[str] | None = None,
    ) -> Gradient:
        """The claim about two graphs (paths, bytes or ModelProtos).

        Args:
            function: the function.
            derivative: the derivative.
            wrt: the inputs' names; None: all inputs of the function, in its order.

        Raises:
            WrongInput: a file cannot be read, or the two do not fit together.
        """
        from warrant.gradients import signature, write_names

        function_data, function_name = _read(function, "function.onnx")
        derivative_data, derivative_name = _read(derivative, "derivative.onnx")
        names = list(signature(function_data, file=function_name).inputs) if wrt is None else list(wrt)
        claim = cls(function_data, derivative_data, write_names(names), function_name, derivative_name)
        claim.validate()
        return claim

    @classmethod
    def from_files(cls, function: bytes, derivative: bytes, names: bytes) -> Gradient:
        """The claim about the files of a warrant, in the order of ``files``."""
        return cls(function, derivative, names)

    @property
    def artefacts(self) -> tuple[Artefact, ...]:
        """The function, the derivative and the names."""
        return (
            Artefact("function.onnx", "function_file", self.function_bytes),
            Artefact("derivative.onnx", "derivative_file", self.derivative_bytes),
            Artefact("names.txt", "names_file", self.names_bytes),
        )

    @property
    def names(self) -> tuple[tuple[str, str], ...]:
        """The names that the user gave the graphs."""
        return (
            ("function.onnx", Path(self.function_name).name),
            ("derivative.onnx", Path(self.derivative_name).name),
        )

    @property
    def stem(self) -> str:
        """The name of the derivative's file, without ``.onnx``."""
        return stem(self.derivative_name, ".onnx", "gradient")

    def validate(self) -> None:
        """Read the files, and see whether inputs and outputs fit together.

        Raises:
            WrongInput: they do not.
        """
        self._load()

    def theorem(self, certificate: bytes) -> Theorem | None:
        """``GradientHolds`` or ``GradientRefuted`` of the files; None where there is no certificate."""
        from warrant.gradients import MAGIC, POINT

        if not certificate.startswith((MAGIC, POINT)):
            return None
        try:
            _, derivative, names = self._load()
        except WrongInput:
            return None
        scalar = "" if self._cotangent(derivative) is None else "(weighted with the cotangent) "
        proved = certificate.startswith(MAGIC)
        return Theorem(
            statement=f"{'GradientHolds' if proved else 'GradientRefuted'} function_file derivative_file names_file",
            soundness="gradient_sound" if proved else "gradient_refuted_sound",
            verdict="PROVED" if proved else "REFUTED",
            words=(_WORDS if proved else _WRONG).format(scalar=scalar, names=", ".join(names)),
            module="Gradients",
            meaning="Gradients.v",
        )

    def counterexample(self, certificate: bytes) -> Counterexample:
        """The point in a certificate, with the gradient and what the derivative gives there (in binary64)."""
        import numpy as np

        from warrant.gradients import gaps, list_program, read_point

        function, derivative, names = self._load()
        cotangent = self._cotangent(derivative)
        others = [name for name in function.inputs if name not in names]
        called = _entries(function.inputs, [*names, *others])
        if cotangent is not None:
            called += _entries(derivative.inputs, [cotangent])
        point = read_point(certificate)
        found = list_program([a.data for a in self.artefacts])
        remark = ""
        if not isinstance(found, str):
            ours, theirs = gaps(found.program, point[None])
            k = int(np.argmax(np.abs(ours - theirs)))
            name = called[k]
            remark = f"the gradient by {name} is about {ours[0, k]:.9g}; the derivative gives {theirs[0, k]:.9g}"
        return Counterexample(tuple(map(float, point)), None, tuple(called), remark)

    def find(self, *, timeout: float | None, jobs: int, report: Report | None) -> Found:
        """A proof, a point that refutes, or the entries at which the derivative is not known to be the gradient."""
        from warrant.gradients import search

        function, _, names = self._load()
        files = [a.data for a in self.artefacts]
        certificate, reason = search(files, _entries(function.inputs, names), timeout=timeout)
        return Found(certificate, reason)

    def summary(self) -> Summary:
        """The inputs, and by which of them the function is differentiated.

        Raises:
            WrongInput: the files cannot be read.
        """
        function, derivative, names = self._load()
        cotangent = self._cotangent(derivative)
        shown = ", ".join(f"{n}{list(s)}" for n, s in function.inputs.items())
        weighted = f"; the derivative takes the cotangent {cotangent}" if cotangent is not None else ""
        subject = f"The function of {shown} is differentiated by {len(names)} of them{weighted}."
        more = [f"… and {len(names) - _MOST_SHOWN} more"] if len(names) > _MOST_SHOWN else []
        premises = "That the function is smooth somewhere is for the reader to see."
        return Summary(subject, (*names[:_MOST_SHOWN], *more), None, premises)

    def _cotangent(self, derivative: Signature) -> str | None:
        from warrant.gradients import signature

        inputs = signature(self.function_bytes, file=self.function_name).inputs
        more = [name for name in derivative.inputs if name not in inputs]
        return more[0] if more else None

    def _load(self) -> tuple[Signature, Signature, tuple[str, ...]]:
        from warrant.gradients import read_names, signature

        function = signature(self.function_bytes, file=self.function_name)
        derivative = signature(self.derivative_bytes, file=self.derivative_name)
        names = read_names(self.names_bytes, file="names.txt")
        if len(function.outputs) != 1:
            found = f"{len(function.outputs)} outputs"
            raise WrongInput(found, file=self.function_name, expected="one output: the function's value")
        known = ", ".join(function.inputs)
        for name in names:
            if name not in function.inputs:
                raise WrongInput(f"it has no input {name!r}", file=self.function_name, expected=f"some of: {known}")
        if len(set(names)) != len(names):
            raise WrongInput("a name stands there twice", file="names.txt", expected="different names")
        if len(derivative.outputs) != len(names):
            raise WrongInput(
                f"{len(derivative.outputs)} outputs",
                file=self.derivative_name,
                expected=f"one for each of the {len(names)} inputs {', '.join(names)}",
                hint="say which inputs with --wrt",
            )
        for name, shape in derivative.inputs.items():
            if name in function.inputs and function.inputs[name] != shape:
                place = f"input {name!r}"
                shapes = f"its shape is {list(shape)}"
                expected = f"{list(function.inputs[name])}, as in {self.function_name}"
                raise WrongInput(shapes, file=self.derivative_name, place=place, expected=expected)
        more = [name for name in derivative.inputs if name not in function.inputs]
        if len(more) > 1:
            raise WrongInput(
                f"the inputs {', '.join(more)} are none of the function's",
                file=self.derivative_name,
                expected=f"at most one more than {known}: the cotangent",
            )
        return function, derivative, names


def _entries(shapes: Mapping[str, tuple[int, ...]], names: Sequence[str]) -> list[str]:
    """What the entries of the named inputs are called, one input after the other in row-major order."""
    return [
        name + (f"[{', '.join(map(str, index))}]" if index else "")
        for name in names
        for index in itertools.product(*(range(d) for d in shapes[name]))
    ]


def _read(graph: str | os.PathLike[str] | bytes | ModelProto, name: str) -> tuple[bytes, str]:
    if isinstance(graph, bytes):
        return limited(graph, name), name
    if isinstance(graph, str | os.PathLike):
        return limited(read_file(graph, "an ONNX file"), os.fspath(graph)), os.fspath(graph)
    return limited(graph.SerializeToString(), name), name

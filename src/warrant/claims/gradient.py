"""Claims about two programs: one computes the gradient of the other."""

from __future__ import annotations

import itertools
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar

from warrant._bounds import Bounds, Number, limit_lines
from warrant._files import limited, read_file, stem
from warrant.claims._interface import Counterexample, Found, Report, Summary, Theorem
from warrant.claims._of_files import OfFiles, Part
from warrant.errors import WrongInput

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from onnx import ModelProto

    from warrant.gradients import Signature, Terms

__all__ = ["Gradient"]

_MOST_SHOWN = 12
_SMOOTH = (
    "Wherever{domain} the function is defined and none of its kinks is hit (the arguments of Relu, Abs, Max, Min, Sign "
    "and of comparisons are not 0, those of Log and Sqrt are positive, denominators are not 0), the derivative is "
    "defined and gives, over the exact real numbers, the function's gradient {scalar}by {names}."
)
_KINKS = " At kinks it gives what the chain rule gives, with 0 for the derivatives of Relu and of comparisons at 0."
_NEAR = (
    "gives, over the exact real numbers, the function's gradient {scalar}by {names}, but for at most {tolerance} in "
    "each entry (for cotangents whose entries lie between -1 and 1)."
)
_PROVED = {
    "G": ("GradientHolds", "gradient_sound", _SMOOTH, "nothing is said of inputs at which the function has a kink"),
    "K": (
        "GradientHoldsAtKinks",
        "gradient_at_kinks_sound",
        _SMOOTH + _KINKS,
        "at kinks the derivative gives what the chain rule gives, with 0 where Relu or a comparison has a kink",
    ),
    "S": (
        "SubgradientHolds",
        "subgradient_sound",
        _SMOOTH + _KINKS + " That is a subgradient, there and elsewhere.",
        "the derivative gives a subgradient, at kinks too",
    ),
    "E": (
        "GradientHoldsEverywhere",
        "gradient_everywhere_sound",
        "Everywhere{domain}, the function is defined and none of its kinks is hit, and the derivative gives, over the "
        "exact real numbers, the function's gradient {scalar}by {names}.",
        "the function is smooth at every input{domain}",
    ),
    "W": (
        "GradientHoldsWithin",
        "gradient_within_sound",
        _SMOOTH.replace("gives, over the exact real numbers, the function's gradient {scalar}by {names}.", _NEAR),
        "the derivative is within {tolerance} of the gradient; nothing is said of inputs at which there is a kink",
    ),
}
"""By the letter of the certificate: the statement, its soundness theorem, what it says in words, and in short."""
_WRONG = (
    "At some input{domain}, at which none of the function's kinks is hit and both are defined, the derivative gives, "
    "over the exact real numbers, something else than the function's gradient {scalar}by {names}{beyond}."
)


@dataclass(frozen=True)
class Gradient(OfFiles):
    """The claim that one ONNX graph computes the gradient of another (docs/gradients.md).

    Attributes:
        function_bytes: an ONNX graph with one output.
        derivative_bytes: an ONNX graph with an output for each name.
        names_bytes: the names of the inputs by which the function is differentiated, one a line; then, after an empty
            line, the tolerance, if there is one, and bounds of inputs, if the claim is about a domain.
        function_name, derivative_name: what the user calls the graphs, for messages.
    """

    family: ClassVar[str] = "gradient"
    parts: ClassVar[tuple[Part, ...]] = (
        Part("function.onnx", "function_file", "function"),
        Part("derivative.onnx", "derivative_file", "derivative"),
        Part("names.txt", "names_file", "names"),
    )

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
        domain: Bounds | None = None,
        tolerance: Number = 0,
    ) -> Gradient:
        """The claim about two graphs (paths, bytes or ModelProtos).

        Args:
            function: the function.
            derivative: the derivative.
            wrt: the inputs' names; None: all inputs of the function, in its order.
            domain: for inputs by name, the least and the greatest number that their entries may be; None: no bound.
            tolerance: how far each entry of the derivative may be off, for cotangents between -1 and 1.

        Raises:
            WrongInput: a file cannot be read, or the two do not fit together, or the domain is empty, or the tolerance
                is negative.
            Unsupported: a bounded input's name has spaces, parentheses or semicolons.
        """
        from warrant.gradients import signature, write_names

        function_data, function_name = _read(function, "function.onnx")
        derivative_data, derivative_name = _read(derivative, "derivative.onnx")
        names = list(signature(function_data, file=function_name).inputs) if wrt is None else list(wrt)
        text = write_names(names, domain, tolerance)
        claim = cls(function_data, derivative_data, text, function_name, derivative_name)
        claim.validate()
        return claim

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
        """What is said of the files; None where there is no certificate."""
        from warrant.gradients import POINT, extent_of

        extent = extent_of(certificate)
        if extent is None and not certificate.startswith(POINT):
            return None
        try:
            _, derivative, terms = self._load()
        except WrongInput:
            return None
        wrong = ("GradientRefuted", "gradient_refuted_sound", _WRONG, "")
        statement, soundness, words, remark = _PROVED[extent] if extent is not None else wrong
        scalar = "" if self._cotangent(derivative) is None else "(weighted with the cotangent) "
        within = " in the domain" if terms.domain else ""
        allowed = _decimal(terms.tolerance)
        beyond = f", by more than {allowed}" if terms.tolerance else ""
        said = {"domain": within, "tolerance": allowed}
        return Theorem(
            statement=f"{statement} function_file derivative_file names_file",
            soundness=soundness,
            verdict="PROVED" if extent is not None else "REFUTED",
            words=words.format(scalar=scalar, names=", ".join(terms.names), beyond=beyond, **said),
            module="Gradients",
            meaning="Gradients.v",
            remark=remark.format(**said),
        )

    def counterexample(self, certificate: bytes) -> Counterexample:
        """The point in a certificate, with the gradient and what the derivative gives there (in binary64)."""
        import numpy as np

        from warrant.gradients import gaps, list_program, read_point

        function, derivative, terms = self._load()
        names = terms.names
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

        function, derivative, terms = self._load()
        names = terms.names
        files = [a.data for a in self.artefacts]
        more = self._cotangent(derivative)
        shapes = [function.inputs[n] for n in names] + [s for n, s in function.inputs.items() if n not in names]
        order = [*names, *(n for n in function.inputs if n not in names)]
        free = (math.prod(derivative.inputs[more]) if more else 0, 1.0 if terms.tolerance else math.inf)
        box = _box(dict(zip(order, shapes, strict=True)), terms.domain, free)
        entries = _entries(function.inputs, names)
        certificate, reason = search(files, entries, box, tolerance=float(terms.tolerance), timeout=timeout)
        return Found(certificate, reason)

    def summary(self) -> Summary:
        """The inputs, by which of them the function is differentiated, and their bounds.

        Raises:
            WrongInput: the files cannot be read.
        """
        function, derivative, terms = self._load()
        names = terms.names
        cotangent = self._cotangent(derivative)
        shown = ", ".join(f"{n}{list(s)}" for n, s in function.inputs.items())
        weighted = f"; the derivative takes the cotangent {cotangent}" if cotangent is not None else ""
        subject = f"The function of {shown} is differentiated by {len(names)} of them{weighted}."
        within = [f"(within {_decimal(terms.tolerance)})"] if terms.tolerance else []
        lines = [*names, *within, *limit_lines(terms.domain)]
        more = [f"… and {len(lines) - _MOST_SHOWN} more"] if len(lines) > _MOST_SHOWN else []
        premises = "The domain has a point. Unless the claim is about everything in it, that the function is smooth "
        return Summary(subject, (*lines[:_MOST_SHOWN], *more), None, premises + "somewhere is for the reader to see.")

    def _cotangent(self, derivative: Signature) -> str | None:
        from warrant.gradients import signature

        inputs = signature(self.function_bytes, file=self.function_name).inputs
        more = [name for name in derivative.inputs if name not in inputs]
        return more[0] if more else None

    def _load(self) -> tuple[Signature, Signature, Terms]:
        from warrant.gradients import read_names, signature

        function = signature(self.function_bytes, file=self.function_name)
        derivative = signature(self.derivative_bytes, file=self.derivative_name)
        terms = read_names(self.names_bytes, file="names.txt")
        names, domain = terms.names, terms.domain
        if len(function.outputs) != 1:
            found = f"{len(function.outputs)} outputs"
            raise WrongInput(found, file=self.function_name, expected="one output: the function's value")
        known = ", ".join(function.inputs)
        for name in [*names, *domain]:
            if name not in function.inputs:
                raise WrongInput(f"it has no input {name!r}", file=self.function_name, expected=f"some of: {known}")
        if len(set(names)) != len(names):
            raise WrongInput("a name stands there twice", file="names.txt", expected="different names")
        for name, (least, most) in domain.items():
            if least is not None and most is not None and Fraction(least) > Fraction(most):
                raise WrongInput(f"the domain is empty: {name} is to be at least {least} and at most {most}")
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
        return function, derivative, terms


def _entries(shapes: Mapping[str, tuple[int, ...]], names: Sequence[str]) -> list[str]:
    """What the entries of the named inputs are called, one input after the other in row-major order."""
    return [
        name + (f"[{', '.join(map(str, index))}]" if index else "")
        for name in names
        for index in itertools.product(*(range(d) for d in shapes[name]))
    ]


def _decimal(number: Fraction) -> str:
    """A fraction in decimals, where it has few."""
    return str(float(number)) if Fraction(str(float(number))) == number else str(number)


def _box(shapes: Mapping[str, tuple[int, ...]], domain: Bounds, free: tuple[int, float]) -> NDArray[np.float64]:
    """The least and the greatest binary64 number that each entry may be, and those of so many more up to a size."""
    import numpy as np

    rows = []
    for name, shape in shapes.items():
        least, most = domain.get(name, (None, None))
        row = (_inner(least, -math.inf), _inner(most, math.inf))
        rows += [row] * math.prod(shape)
    count, size = free
    return np.array([*rows, *[(-size, size)] * count], dtype=np.float64).reshape(-1, 2)


def _inner(limit: Number | None, infinity: float) -> float:
    """The binary64 number next to a bound, on its inner side."""
    if limit is None:
        return infinity
    near = float(Fraction(limit))
    outside = Fraction(near) > Fraction(limit) if infinity > 0 else Fraction(near) < Fraction(limit)
    return math.nextafter(near, -infinity) if outside else near


def _read(graph: str | os.PathLike[str] | bytes | ModelProto, name: str) -> tuple[bytes, str]:
    if isinstance(graph, bytes):
        return limited(graph, name), name
    if isinstance(graph, str | os.PathLike):
        return limited(read_file(graph, "an ONNX file"), os.fspath(graph)), os.fspath(graph)
    return limited(graph.SerializeToString(), name), name

"""Claims about one network: no input and output of it satisfy what a VNN-LIB property asserts, or some do."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from warrant._files import limited, read_file, stem
from warrant._words import number_of
from warrant.claims._comments import names, said
from warrant.claims._interface import Counterexample, Found, Report, Span, Summary, Theorem, Witness
from warrant.claims._of_files import OfFiles, Part
from warrant.claims._pictures import Box, Illustration, spans
from warrant.errors import Unsupported, WrongInput

if TYPE_CHECKING:
    from onnx import ModelProto

    from warrant.models import Decided, Forest, Linked, Lowered
    from warrant.properties import Queries

__all__ = ["Reaches", "Safe", "excerpt", "outputs_at", "read_source"]

_EXCERPT_LINES = 12
_PROVED = Theorem(
    statement="Holds model_file property_file",
    soundness="proved_sound",
    verdict="PROVED",
    words="No input of the network, with the output that the network has there over the exact real numbers, satisfies "
    "all the assertions of the property.",
)
_REFUTED = Theorem(
    statement="Refuted model_file property_file",
    soundness="refuted_sound",
    verdict="REFUTED",
    words="Some input of the network, with the output that the network has there over the exact real numbers, "
    "satisfies all the assertions of the property.",
)
_REACHED = Theorem(
    statement="Reachable model_file target_file",
    soundness="reachable_sound",
    verdict="PROVED",
    words="Some input of the network, with the output that the network has there over the exact real numbers, "
    "satisfies all the assertions of the target.",
)
_NOT_REACHED = Theorem(
    statement="Unreachable model_file target_file",
    soundness="unreachable_sound",
    verdict="REFUTED",
    words="No input of the network, with the output that the network has there over the exact real numbers, satisfies "
    "all the assertions of the target: what is claimed to occur never does.",
)


@dataclass(frozen=True)
class _AboutNetwork(OfFiles):
    """A model, and a VNN-LIB file that describes pairs of an input and an output.

    Attributes:
        model_bytes: the bytes of an ONNX file.
        property_bytes: the bytes of a VNN-LIB file.
        model_name, property_name: what the user calls them, for messages.
    """

    parts: ClassVar[tuple[Part, ...]] = (
        Part("model.onnx", "model_file", "model"),
        Part("property.vnnlib", "property_file", "property"),
    )
    theorems: ClassVar[tuple[Theorem, Theorem]]  # that no pair is as described, and that one is

    model_bytes: bytes = field(repr=False)
    property_bytes: bytes = field(repr=False)
    model_name: str = "model.onnx"
    property_name: str = "property.vnnlib"

    @property
    def stem(self) -> str:
        """``<model>-<property>``, from the names of the files."""
        return f"{stem(self.model_name, '.onnx')}-{stem(self.property_name, '.vnnlib')}"

    def validate(self) -> None:
        """Read both files.

        Raises:
            WrongInput: one of them cannot be read or has no meaning, or they do not fit together.
        """
        self._load()

    def theorem(self, certificate: bytes) -> Theorem | None:
        """What a proof that there is no such pair shows, or a witness of one (docs/certificates.md)."""
        none, some = self.theorems
        kinds = {b"WRNT\x01P": none, b"WRNT\x01B": none, b"WRNT\x01C": none, b"WRNT\x01R": some}
        return kinds.get(certificate[:6])

    def find(self, *, timeout: float | None, jobs: int, report: Report | None) -> Found:
        """Search for a proof or a witness (warrant.search); ONNX Runtime must agree to a witness."""
        from warrant.claims._runtime import evaluator
        from warrant.claims._searching import look
        from warrant.models import Linked

        model, queries = self._load()
        assert not isinstance(model, Linked)  # _load would have raised

        evaluate = evaluator(self.model_bytes)
        checks = [] if evaluate is None else [evaluate]
        return look(model, queries, timeout=timeout, jobs=jobs, report=report, checks=checks)

    def summary(self) -> Summary:
        """The numbers of inputs and outputs, the first lines of the property, and whether it has any input at all.

        Raises:
            WrongInput: the files cannot be read.
        """
        model, queries = self._load()
        vacuous, sentence = self._premises(queries)
        shape = "×".join(map(str, model.input_shape)) or "scalar"
        inputs, outputs = number_of(model.inputs, "input"), number_of(model.outputs, "output")
        subject = (
            f"The network (model.onnx) has {inputs} (shape {shape}) and {outputs}; "
            f"Y_0, Y_1, … are its outputs on the inputs X_0, X_1, …, row by row."
        )
        said_there = said(self.property_bytes)
        return Summary(
            subject, excerpt(self.property_bytes), vacuous, sentence, said=said_there, region=self._region(queries)
        )

    def illustration(self, certificate: bytes) -> Illustration:
        """The regions of a proof; or the input of a witness beside the middle of the region, if inputs are images.

        Raises:
            WrongInput: the files cannot be read.
        """
        from warrant.claims._illustrations import drawn, image

        model, queries = self._load()
        called = names(self.property_bytes, queries.inputs)
        none, _ = self.theorems
        theorem = self.theorem(certificate)
        if theorem is None:
            return Illustration()
        if theorem.verdict == none.verdict:
            return drawn(certificate, queries, called or [f"X_{i}" for i in range(queries.inputs)])
        found, _, _ = self._inputs(certificate)
        middle = [span.low + (span.high - span.low) / 2 for span in self._region(queries)]
        what = "witness" if none.verdict == "REFUTED" else "counterexample"
        return Illustration(image=image(model.input_shape, called, middle, found, ("middle of the region", what)))

    def least_box(self) -> Box:
        """The least box with all boxes of the property in it.

        Raises:
            WrongInput: the files cannot be read.
        """
        from warrant.claims._illustrations import image_shape

        model, queries = self._load()
        called = names(self.property_bytes, queries.inputs)
        return Box(self._region(queries), image_shape(model.input_shape, called) is not None)

    def _premises(self, queries: Queries) -> tuple[bool | None, str]:
        """Whether the claim is vacuous (None: not known), and how that was found."""
        from warrant.claims._premises import premises

        return premises(queries)

    def _inputs(self, certificate: bytes) -> tuple[tuple[float, ...], tuple[float, ...] | None, tuple[str, ...]]:
        """The input in a witness, the outputs of ONNX Runtime there if it is installed, and the inputs' names."""
        inputs = tuple(float(word) for word in certificate[6:].decode("ascii").split())
        return inputs, outputs_at(self.model_bytes, inputs), names(self.property_bytes, len(inputs))

    def _region(self, queries: Queries) -> tuple[Span, ...]:
        """The least box with all boxes of the property in it, rounded outwards."""
        called = names(self.property_bytes, queries.inputs) or [f"X_{i}" for i in range(queries.inputs)]
        return spans(queries.queries, called)

    def _load(self) -> tuple[Lowered | Forest | Decided | Linked, Queries]:
        from warrant import models, properties

        model = models.read(self.model_bytes, name=self.model_name)
        if isinstance(model, models.Linked):
            raise Unsupported(
                "probabilities", file=self.model_name, expected="scores, or a claim of the family probabilities"
            )
        return model, properties.load(self.property_bytes, model, name=self.property_name)


@dataclass(frozen=True)
class Safe(_AboutNetwork):
    """The claim that a network never does what a property describes.

    Attributes:
        model_bytes: the bytes of an ONNX file.
        property_bytes: the bytes of a VNN-LIB file; it asserts what inputs and outputs that must not occur are like.
        model_name, property_name: what the user calls them, for messages.
    """

    family: ClassVar[str] = "network"
    theorems: ClassVar[tuple[Theorem, Theorem]] = (_PROVED, _REFUTED)

    @staticmethod
    def of(model: str | os.PathLike[str] | bytes | ModelProto, property: str | os.PathLike[str] | bytes) -> Safe:
        """The claim about a model (path, bytes or ModelProto) and a property (path, bytes or text).

        A string with a parenthesis or a line break in it that names no file is taken for the text of a property.

        Raises:
            WrongInput: a file cannot be read, or is larger than a Coq string can be.
        """
        return Safe.stated(*_read_both(model, property))

    @staticmethod
    def stated(model: bytes, property: bytes, model_name: str, property_name: str) -> Safe:
        """The claim about the bytes of a model and of a property, of scores or labels, or of probabilities.

        Raises:
            WrongInput: the model cannot be read.
        """
        from warrant.claims.probabilities import Probabilities
        from warrant.models import has_link

        kind = Probabilities if has_link(model, name=model_name) else Safe
        return kind(model, property, model_name, property_name)

    def counterexample(self, certificate: bytes) -> Counterexample:
        """The input in a witness."""
        return Counterexample(*self._inputs(certificate))


@dataclass(frozen=True)
class Reaches(_AboutNetwork):
    """The claim that a network does, at some input, what a target describes.

    Attributes:
        model_bytes: the bytes of an ONNX file.
        property_bytes: the bytes of a VNN-LIB file; it asserts what an input and output that are to occur are like.
        model_name, property_name: what the user calls them, for messages.
    """

    family: ClassVar[str] = "reachable"
    parts: ClassVar[tuple[Part, ...]] = (
        Part("model.onnx", "model_file", "model"),
        Part("target.vnnlib", "target_file", "property"),
    )
    theorems: ClassVar[tuple[Theorem, Theorem]] = (_NOT_REACHED, _REACHED)

    property_name: str = "target.vnnlib"

    @staticmethod
    def of(model: str | os.PathLike[str] | bytes | ModelProto, target: str | os.PathLike[str] | bytes) -> Reaches:
        """The claim about a model and a target, as ``Safe.of`` takes them.

        Raises:
            WrongInput: a file cannot be read, or is larger than a Coq string can be.
        """
        return Reaches(*_read_both(model, target))

    def counterexample(self, certificate: bytes) -> None:
        """There is none: what refutes such a claim is a proof about all inputs."""

    def witness(self, certificate: bytes) -> Witness:
        """The input in a witness."""
        return Witness(*self._inputs(certificate))

    def _premises(self, queries: Queries) -> tuple[bool | None, str]:
        """Such a claim is never vacuous: where nothing can satisfy the premises, it fails."""
        empty, sentence = super()._premises(queries)
        fails = " So the claim fails, whatever the model." if empty else ""
        return False, f"It says that there is an input, and fails where none can be. {sentence}{fails}"


def _read_both(model: object, property: object) -> tuple[bytes, bytes, str, str]:
    """The bytes of a model and of a property, and their names."""
    if isinstance(property, str) and ("(" in property or "\n" in property) and not _is_file(property):
        property = property.encode()
    model_data, model_name = read_model(model)
    property_data, property_name = read_source(property, "property.vnnlib", "a VNN-LIB file")
    return model_data, property_data, model_name, property_name


def _is_file(path: str) -> bool:
    try:
        return Path(path).is_file()
    except (OSError, ValueError):
        return False


def read_model(model: object) -> tuple[bytes, str]:
    """The bytes of a model (a path, bytes or a ModelProto), and a name for messages.

    Raises:
        WrongInput: it cannot be read, or is larger than a Coq string can be.
    """
    return read_source(
        model.SerializeToString() if hasattr(model, "SerializeToString") else model, "model.onnx", "an ONNX file"
    )


def read_source(source: object, name: str, expected: str) -> tuple[bytes, str]:
    """The bytes of a path or of bytes, and a name for messages."""
    if isinstance(source, bytes | bytearray | memoryview):
        data = bytes(source)
    elif isinstance(source, str | os.PathLike):
        name = os.fspath(source) if isinstance(source, str) else str(source)
        data = read_file(name, expected)
    else:
        raise WrongInput(
            f"an object of type {type(source).__name__}", file=name, expected=f"a path or the bytes of {expected}"
        )
    if not data:
        raise WrongInput("the file is empty", file=name, expected=expected)
    return limited(data, name, hint="a smaller model, or weights of 16 bits, may fit"), name


def excerpt(text: bytes) -> tuple[str, ...]:
    """The first lines that assert something, and how many there are besides."""
    lines = [line.strip() for line in text.decode("utf-8", "replace").splitlines()]
    said = [line for line in lines if line and not line.startswith(";") and "declare-" not in line]
    shown = [line if len(line) <= 160 else line[:157] + "..." for line in said[-_EXCERPT_LINES:]]
    left = len(said) - len(shown)
    return (f"... ({left} lines before these)", *shown) if left else tuple(shown)


def outputs_at(model: bytes, inputs: tuple[float, ...]) -> tuple[float, ...] | None:
    """What ONNX Runtime computes; None where it is not installed or refuses the model."""
    import numpy as np

    from warrant.claims._runtime import evaluator

    evaluate = evaluator(model)
    if evaluate is None:
        return None
    try:
        return tuple(float(y) for y in evaluate(np.array([inputs]))[0])
    except (RuntimeError, ValueError):
        return None

"""Claims about several runs of a network, or of two networks: a VNN-LIB 2.0 property of them never holds."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar

from warrant._decimals import decimal
from warrant._files import stem
from warrant._words import number_of
from warrant.claims._comments import names, said
from warrant.claims._interface import Counterexample, Found, Report, Summary, Theorem
from warrant.claims._of_files import OfFiles, Part
from warrant.claims._pictures import Box, Illustration, spans
from warrant.claims.network import excerpt, read_source
from warrant.errors import WrongInput

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from onnx import ModelProto

    from warrant.models import Decided, Ensembles, Lowered
    from warrant.properties import Queries, Relation
    from warrant.search.attack import Evaluate

__all__ = ["Compares", "Relates"]

Source = str | os.PathLike[str] | bytes


@dataclass(frozen=True)
class Relates(OfFiles):
    """The claim that runs of one network are never related as a property describes.

    Attributes:
        model_bytes: the bytes of an ONNX file.
        property_bytes: the bytes of a VNN-LIB 2.0 file that declares the network several times (``equal-to``).
        model_name, property_name: what the user calls them, for messages.
    """

    family: ClassVar[str] = "relation"
    parts: ClassVar[tuple[Part, ...]] = (
        Part("model.onnx", "model_file", "model"),
        Part("property.vnnlib", "property_file", "property"),
    )

    model_bytes: bytes = field(repr=False)
    property_bytes: bytes = field(repr=False)
    model_name: str = "model.onnx"
    property_name: str = "property.vnnlib"

    @classmethod
    def of(cls, model: Source | ModelProto, property: str | bytes, *, name: str = "property.vnnlib") -> Relates:
        """The claim about a model (path, bytes or ModelProto) and the text of a property.

        Raises:
            WrongInput: the model cannot be read, or is larger than a Coq string can be.
        """
        model_data, model_name = _model(model, "model.onnx")
        text = property.encode() if isinstance(property, str) else property
        return Relates.stated(model_data, text, model_name, name)

    @staticmethod
    def stated(model: bytes, property: bytes, model_name: str, property_name: str) -> Relates:
        """The claim about the bytes of a model and of a property, of scores or labels, or of probabilities.

        Raises:
            WrongInput: the model cannot be read.
        """
        from warrant.claims.linked_relation import LinkedRelates
        from warrant.models import has_link

        kind = LinkedRelates if has_link(model, name=model_name) else Relates
        return kind(model, property, model_name, property_name)

    @property
    def models(self) -> tuple[tuple[bytes, str], ...]:
        """The models' bytes and names."""
        return ((self.model_bytes, self.model_name),)

    @property
    def stem(self) -> str:
        """``<model>-<property>``, from the names of the files."""
        return f"{stem(self.model_name, '.onnx')}-{stem(self.property_name, '.vnnlib')}"

    def validate(self) -> None:
        """Read the files.

        Raises:
            WrongInput: one of them cannot be read or has no meaning, or they do not fit together.
        """
        self._load()

    def theorem(self, certificate: bytes) -> Theorem | None:
        """``HoldsTogether`` for a proof, ``RefutedTogether`` for a witness."""
        return _theorem(certificate, "relation", "(model_file :: nil)")

    def counterexample(self, certificate: bytes) -> Counterexample:
        """The inputs in a witness, of one run after the other, and the outputs of ONNX Runtime there if it is there."""
        inputs = tuple(float(word) for word in certificate[6:].decode("ascii").split())
        called = names(self.property_bytes, len(inputs))
        return Counterexample(inputs, _outputs(self.models, self._relation(), inputs), called)

    def find(self, *, timeout: float | None, jobs: int, report: Report | None) -> Found:
        """Search for a proof or a counterexample (warrant.search); ONNX Runtime must agree to a counterexample."""
        from warrant import certificates
        from warrant.claims._searching import look
        from warrant.properties import together

        relation, product, queries = self._load()
        n = relation.networks[0].inputs

        checks = self._checks(relation, product)
        found = look(product, queries, timeout=timeout, jobs=jobs, report=report, checks=checks)
        if found.certificate is None or found.certificate[5:6] != b"R":
            return found
        z = [Fraction(word) for word in found.certificate[6:].decode("ascii").split()]
        words = [decimal(x) for x in together(z, n)]
        if any(word is None for word in words):
            return Found(None, "a counterexample was found that has no short decimals", found.figures)
        return Found(certificates.witness_bytes([word or "" for word in words]), "", found.figures)

    def _checks(self, relation: Relation, product: Lowered | Decided | Ensembles) -> list[Evaluate]:
        """What a counterexample has to pass besides: ONNX Runtime's outputs of all networks."""
        return _checks(self.models, relation)

    def summary(self) -> Summary:
        """The runs, the first lines of the property, and whether any inputs satisfy its premises.

        Raises:
            WrongInput: the files cannot be read.
        """
        from warrant.claims._premises import premises

        relation, _, queries = self._load()
        vacuous, sentence = premises(queries)
        runs = "; ".join(
            f"{r.name} is {self.artefacts[r.model].file}, with {number_of(r.inputs, 'input')} and "
            f"{number_of(r.outputs, 'output')}"
            for r in relation.networks
        )
        words = said(self.property_bytes)
        return Summary(f"The runs: {runs}.", excerpt(self.property_bytes), vacuous, sentence, said=words)

    def illustration(self, certificate: bytes) -> Illustration:
        """The regions of a proof: of the first run's inputs, and of how those of others differ; or two images.

        Raises:
            WrongInput: the files cannot be read.
        """
        from warrant import models
        from warrant.claims._illustrations import drawn, image

        relation, _, queries = self._load()
        n, runs = relation.networks[0].inputs, relation.networks
        called = self._called(relation)
        if certificate[5:6] != b"R":
            return drawn(certificate, queries, [*called, *(f"change of {name}" for _ in runs[1:] for name in called)])
        found = self.counterexample(certificate).inputs
        shape = models.read(self.model_bytes, name=self.model_name).input_shape
        two = image(shape, called, found[:n], found[n:], ("first", "second")) if len(runs) == 2 else None
        return Illustration(image=two)

    def least_box(self) -> Box:
        """The least box around the inputs of the first run.

        Raises:
            WrongInput: the files cannot be read.
        """
        from warrant import models
        from warrant.claims._illustrations import image_shape

        relation, _, queries = self._load()
        called = self._called(relation)
        shape = models.read(self.model_bytes, name=self.model_name).input_shape
        return Box(spans(queries.queries, called), image_shape(shape, called) is not None)

    def _called(self, relation: Relation) -> tuple[str, ...]:
        """What the inputs of the first run are called."""
        n, runs = relation.networks[0].inputs, len(relation.networks)
        return names(self.property_bytes, n * runs)[:n] or tuple(f"X_{i}" for i in range(n))

    def _relation(self) -> Relation:
        from warrant import properties

        relation = properties.read_relation(self.property_bytes, name=self.property_name)
        if relation.models != len(self.models):
            raise WrongInput(
                f"the property is about {relation.models} models",
                file=self.property_name,
                expected=f"{len(self.models)}",
                hint="another run of a model is declared with (equal-to …)",
            )
        return relation

    def _load(self) -> tuple[Relation, Lowered | Decided | Ensembles, Queries]:
        from warrant import models, properties

        relation = self._relation()
        data, names = zip(*self.models, strict=True)
        product = models.load_product(data, [r.model for r in relation.networks], names=names)
        self._fits(relation)
        return relation, product, properties.related(relation, product)

    def _fits(self, relation: Relation) -> None:
        """Raises WrongInput where the models have other inputs or outputs than the property declares."""
        from warrant import models

        for r in relation.networks:
            data, name = self.models[r.model]
            one = models.read(data, name=name)
            for what, declared, found in (("inputs", r.inputs, one.inputs), ("outputs", r.outputs, one.outputs)):
                if declared != found:
                    raise WrongInput(f"{r.name} has {declared} {what}, the model {found}", file=self.property_name)


@dataclass(frozen=True)
class Compares(Relates):
    """The claim that runs of two networks are never related as a property describes.

    Attributes:
        other_bytes, other_name: the second model; the property declares it without ``equal-to``, after the first.
    """

    family: ClassVar[str] = "comparison"
    parts: ClassVar[tuple[Part, ...]] = (
        Part("model.onnx", "model_file", "model"),
        Part("other.onnx", "other_file", "other"),
        Part("property.vnnlib", "property_file", "property"),
    )

    other_bytes: bytes = field(repr=False, default=b"")
    other_name: str = "other.onnx"

    @classmethod
    def between(
        cls,
        model: Source | ModelProto,
        other: Source | ModelProto,
        property: str | bytes,
        *,
        name: str = "property.vnnlib",
    ) -> Compares:
        """The claim about two models (path, bytes or ModelProto) and the text of a property.

        Raises:
            WrongInput: a model cannot be read, or is larger than a Coq string can be.
        """
        model_data, model_name = _model(model, "model.onnx")
        other_data, other_name = _model(other, "other.onnx")
        from warrant.claims.linked_relation import LinkedCompares
        from warrant.models import has_link

        text = property.encode() if isinstance(property, str) else property
        kind = LinkedCompares if has_link(model_data, name=model_name) else Compares
        return kind(model_data, text, model_name, name, other_data, other_name)

    def named(self, model_name: str, other_name: str) -> Compares:
        """The same claim with other names of the models."""
        return replace(self, model_name=model_name, other_name=other_name)

    @property
    def models(self) -> tuple[tuple[bytes, str], ...]:
        """The models' bytes and names."""
        return ((self.model_bytes, self.model_name), (self.other_bytes, self.other_name))

    def theorem(self, certificate: bytes) -> Theorem | None:
        """``HoldsTogether`` for a proof, ``RefutedTogether`` for a witness."""
        return _theorem(certificate, "comparison", "(model_file :: other_file :: nil)")


def _theorem(certificate: bytes, family: str, models: str) -> Theorem | None:
    runs = "No inputs, one for each network that the property declares, with the outputs that the networks have there"
    proved = Theorem(
        statement=f"HoldsTogether {models} property_file",
        soundness=f"{family}_proved_sound",
        verdict="PROVED",
        words=f"{runs} over the exact real numbers, satisfy all the assertions of the property.",
        module="Relations",
        meaning="Relations.v",
    )
    if certificate[:6] in (b"WRNT\x01P", b"WRNT\x01D", b"WRNT\x01C", b"WRNT\x01T"):
        return proved
    if certificate[:6] != b"WRNT\x01R":
        return None
    return replace(
        proved,
        statement=f"RefutedTogether {models} property_file",
        soundness=f"{family}_refuted_sound",
        verdict="REFUTED",
        words=proved.words.replace("No inputs", "Some inputs", 1),
    )


def _model(model: Source | ModelProto, name: str) -> tuple[bytes, str]:
    source: object = model.SerializeToString() if hasattr(model, "SerializeToString") else model
    return read_source(source, name, "an ONNX file")


def _checks(models: Sequence[tuple[bytes, str]], relation: Relation) -> list[Any]:
    """ONNX Runtime's outputs of all networks, at first inputs and differences (batch, inputs)."""
    import numpy as np

    from warrant.claims._runtime import evaluator

    evaluators = [evaluator(data) for data, _ in models]
    if any(e is None for e in evaluators):
        return []
    n = relation.networks[0].inputs

    def outputs(z: NDArray[np.float64]) -> NDArray[np.float64]:
        first = z[:, :n]
        parts = []
        for k, network in enumerate(relation.networks):
            evaluate = evaluators[network.model]
            assert evaluate is not None
            parts.append(evaluate(first + z[:, k * n : (k + 1) * n] if k else first))
        return np.concatenate(parts, axis=1)

    return [outputs]


def _outputs(
    models: Sequence[tuple[bytes, str]], relation: Relation, inputs: tuple[float, ...]
) -> tuple[float, ...] | None:
    """What ONNX Runtime computes on the networks' inputs; None where it is not installed or refuses a model."""
    import numpy as np

    n = relation.networks[0].inputs
    x = np.array(inputs).reshape(-1, n)
    z = np.concatenate([x[:1], x[1:] - x[:1]]).reshape(1, -1)
    checks = _checks(models, relation)
    try:
        return tuple(float(y) for y in checks[0](z)[0]) if checks else None
    except (RuntimeError, ValueError):
        return None

"""Claims about slopes: between any two inputs of a domain, outputs change within limits."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar

from warrant._files import stem
from warrant._words import number_of
from warrant.claims._comments import names, said
from warrant.claims._interface import Counterexample, Found, Report, Summary, Theorem
from warrant.claims._of_files import OfFiles, Part
from warrant.claims._pictures import Box, Illustration, spans
from warrant.errors import Unsupported

if TYPE_CHECKING:
    from warrant.models import Lowered
    from warrant.slopes import Limits

__all__ = ["Slopes"]

_PROVED = Theorem(
    statement="SlopesHold model_file claim_file",
    soundness="slopes_sound",
    verdict="PROVED",
    words="Between any two inputs of the domain that may follow each other, the outputs of the network, over the exact "
    "real numbers, change within the limits: at least and at most so many times as much as the inputs.",
    module="Slopes",
    meaning="Slopes.v",
)
_REFUTED = Theorem(
    statement="SlopesFail model_file claim_file",
    soundness="slopes_refuted_sound",
    verdict="REFUTED",
    words="Between some two inputs of the domain that may follow each other, an output of the network, over the exact "
    "real numbers, changes by more, or by less, than the limits say.",
    module="Slopes",
    meaning="Slopes.v",
)


@dataclass(frozen=True)
class Slopes(OfFiles):
    """The claim that a network's outputs change within limits between any two inputs of a domain (docs/slopes.md).

    Attributes:
        model_bytes: the bytes of an ONNX file.
        claim_bytes: the text of the statement.
        model_name: what the user calls the file, for messages.
    """

    family: ClassVar[str] = "slopes"
    parts: ClassVar[tuple[Part, ...]] = (
        Part("model.onnx", "model_file", "model"),
        Part("claim.slopes", "claim_file", "claim"),
    )

    model_bytes: bytes = field(repr=False)
    claim_bytes: bytes = field(repr=False)
    model_name: str = "model.onnx"

    @property
    def stem(self) -> str:
        """``<model>-slopes``, from the name of the file."""
        return f"{stem(self.model_name, '.onnx')}-slopes"

    def validate(self) -> None:
        """Read the files.

        Raises:
            WrongInput: one of them cannot be read or has no meaning, or they do not fit together.
        """
        self._load()

    def theorem(self, certificate: bytes) -> Theorem | None:
        """``SlopesHold`` for a proof, ``SlopesFail`` for a pair of inputs."""
        return {b"WRNT\x01P": _PROVED, b"WRNT\x01R": _REFUTED}.get(certificate[:6])

    def counterexample(self, certificate: bytes) -> Counterexample:
        """The two inputs, one after the other, and the outputs of ONNX Runtime at both if it is installed."""
        from warrant.claims.network import outputs_at

        inputs = tuple(float(word) for word in certificate[6:].decode("ascii").split())
        half = len(inputs) // 2
        called = names(self.claim_bytes, half)
        both = [outputs_at(self.model_bytes, part) for part in (inputs[:half], inputs[half:])]
        outputs = None if both[0] is None or both[1] is None else (*both[0], *both[1])
        return Counterexample(inputs, outputs, called + tuple(f"{name} (second)" for name in called))

    def find(self, *, timeout: float | None, jobs: int, report: Report | None) -> Found:
        """Search for a proof about derivatives, or for a pair of inputs (warrant.search)."""
        from warrant import certificates, search
        from warrant.claims._searching import look
        from warrant.slopes.search import attack, confirmer, pair, queries_of

        limits, network, tangents = self._load()

        words = attack(limits, tangents, network.evaluate)
        if words is not None:
            return Found(certificates.witness_bytes(words), "", {"regions": 0.0})

        found = look(
            tangents,
            queries_of(limits, tangents),
            timeout=timeout,
            jobs=jobs,
            report=report,
            checks=[confirmer(limits, tangents, network.evaluate)],
            options=search.Options(axes=0),  # derivatives change where neurons do
        )
        if found.certificate is None or found.certificate[5:6] != b"R":
            return found
        z = [Fraction(word) for word in found.certificate[6:].decode("ascii").split()]
        words = pair(limits, network.evaluate, z[: network.inputs], z[network.inputs :])
        if words is None:
            steep = "a derivative is outside of the limits at some input, but no pair of inputs was found that shows it"
            return Found(None, steep, found.figures)
        return Found(certificates.witness_bytes(words), "", found.figures)

    def summary(self) -> Summary:
        """The numbers of inputs and outputs, and the statement's text.

        Raises:
            WrongInput: the files cannot be read.
        """
        limits, network, _ = self._load()
        inputs, outputs = number_of(network.inputs, "input"), number_of(network.outputs, "output")
        subject = f"The network (model.onnx) has {inputs} and {outputs}."
        lines = self.claim_bytes.decode("utf-8", "replace").splitlines()
        excerpt = tuple(line for line in lines if not line.startswith(";"))[:12]
        empty = limits.empty(network.inputs)
        found = {
            True: "The domain is empty",
            False: "The domain has points",
            None: "Whether the domain is empty is open",
        }
        return Summary(subject, excerpt, empty, f"{found[empty]} (found by the audit).", said=said(self.claim_bytes))

    def illustration(self, certificate: bytes) -> Illustration:
        """The regions of a proof, of directions and of inputs; or the two inputs, if they are images.

        Raises:
            WrongInput: the files cannot be read.
        """
        from warrant.claims._illustrations import drawn, image
        from warrant.slopes.search import queries_of

        limits, network, tangents = self._load()
        n, called = network.inputs, self._called(network.inputs)
        if certificate[5:6] != b"R":
            return drawn(certificate, queries_of(limits, tangents), [*(f"direction of {c}" for c in called), *called])
        found = self.counterexample(certificate).inputs
        return Illustration(image=image(network.input_shape, called, found[:n], found[n:], ("first", "second")))

    def least_box(self) -> Box:
        """The box of the domain.

        Raises:
            WrongInput: the files cannot be read.
        """
        from warrant.claims._illustrations import image_shape
        from warrant.slopes.search import queries_of

        limits, network, tangents = self._load()
        called = self._called(network.inputs)
        both = spans(queries_of(limits, tangents).queries, (*called, *called))  # of directions, then of inputs
        return Box(both[network.inputs :], image_shape(network.input_shape, called) is not None)

    def _called(self, inputs: int) -> tuple[str, ...]:
        return names(self.claim_bytes, inputs) or tuple(f"X_{i}" for i in range(inputs))

    def _load(self) -> tuple[Limits, Lowered, Lowered]:
        """The statement, the network, and its derivative."""
        from warrant import models
        from warrant.slopes import read_limits

        limits = read_limits(self.claim_bytes, file="claim.slopes")
        network = models.read(self.model_bytes, name=self.model_name)
        if not isinstance(network, models.Lowered):
            kind = (
                "an ensemble of trees" if isinstance(network, models.Forest) else "a network with labels or categories"
            )
            raise Unsupported(f"{kind}, whose output jumps", file=self.model_name, expected="a network")
        limits.fits(network.inputs, network.outputs, file="claim.slopes")
        return limits, network, models.load_tangents(self.model_bytes, name=self.model_name)

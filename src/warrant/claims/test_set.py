"""Claims about a model on a whole test set: at least so many inputs are classified rightly and robustly."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from warrant._files import stem
from warrant.claims._interface import Artefact, Counterexample, Found, Progress, Report, Summary, Theorem
from warrant.errors import Unsupported, WrongInput

if TYPE_CHECKING:
    from warrant.certified import Statement
    from warrant.certified.data import Labelled
    from warrant.certified.search import Answers
    from warrant.models import Decided, Forest, Lowered

__all__ = ["OnTestSet"]

_PROVED = Theorem(
    statement="Certified model_file claim_file inputs_file labels_file",
    soundness="certified_sound",
    verdict="PROVED",
    words="At least {least} of the {n} inputs are classified rightly and robustly: at the input and at all inputs near "
    "it, the model, over the exact real numbers, says what the label says.",
    module="Certified",
    meaning="Certified.v",
)
_REFUTED = Theorem(
    statement="NotCertified model_file claim_file inputs_file labels_file",
    soundness="certified_refuted_sound",
    verdict="REFUTED",
    words="Fewer than {least} of the {n} inputs are classified rightly and robustly: for all others, there is an input "
    "near them where the model, over the exact real numbers, does not say what the label says.",
    module="Certified",
    meaning="Certified.v",
)


@dataclass(frozen=True)
class OnTestSet:
    """The claim that a model classifies at least so many inputs of a test set rightly and robustly (docs/certified.md).

    Attributes:
        model_bytes: the bytes of an ONNX file.
        claim_bytes: the text of the statement.
        inputs_bytes: an ``.npy`` file, (n, …).
        labels_bytes: an ``.npy`` file, (n,) or (n, 1).
        model_name, inputs_name, labels_name: what the user calls them, for messages.
        known: a certificate that was found before, so that none has to be looked for.
        features: what the inputs of the model are called, for counterexamples.
    """

    family: ClassVar[str] = "certified"
    files: ClassVar[tuple[str, ...]] = ("model.onnx", "claim.certified", "inputs.npy", "labels.npy")

    model_bytes: bytes = field(repr=False)
    claim_bytes: bytes = field(repr=False)
    inputs_bytes: bytes = field(repr=False)
    labels_bytes: bytes = field(repr=False)
    model_name: str = "model.onnx"
    inputs_name: str = "inputs.npy"
    labels_name: str = "labels.npy"
    known: bytes | None = field(default=None, repr=False)
    features: tuple[str, ...] = ()

    @classmethod
    def from_files(cls, model: bytes, claim: bytes, inputs: bytes, labels: bytes) -> OnTestSet:
        """The claim about the files of a warrant, in the order of ``files``."""
        return cls(model, claim, inputs, labels)

    @property
    def artefacts(self) -> tuple[Artefact, ...]:
        """The model, the statement, the inputs and the labels."""
        return (
            Artefact("model.onnx", "model_file", self.model_bytes),
            Artefact("claim.certified", "claim_file", self.claim_bytes),
            Artefact("inputs.npy", "inputs_file", self.inputs_bytes),
            Artefact("labels.npy", "labels_file", self.labels_bytes),
        )

    @property
    def names(self) -> tuple[tuple[str, str], ...]:
        """The names that the user gave the files."""
        given = (self.model_name, self.inputs_name, self.labels_name)
        return tuple(zip(("model.onnx", "inputs.npy", "labels.npy"), (Path(g).name for g in given), strict=True))

    @property
    def stem(self) -> str:
        """``<model>-<inputs>``, from the names of the files."""
        return f"{stem(self.model_name, '.onnx')}-{stem(self.inputs_name, '.npy')}"

    def validate(self) -> None:
        """Read the files.

        Raises:
            WrongInput: one of them cannot be read or has no meaning, or they do not fit together.
        """
        from warrant.certified.search import failures

        statement, model, data = self._load()
        for k in sorted({data.label(k): k for k in reversed(range(len(data.y)))}.values()):
            try:
                failures(statement, data.label(k), model.inputs, model.outputs)
            except WrongInput as problem:
                raise problem.at(file=self.labels_name, place=f"row {k}") from problem

    def theorem(self, certificate: bytes) -> Theorem | None:
        """``Certified`` for a proof, ``NotCertified`` for a refutation; None where the files cannot be read."""
        from warrant.certified import read_statement
        from warrant.certified.certificate import marks
        from warrant.certified.data import read_data

        kinds = {b"WRNT\x01P": _PROVED, b"WRNT\x01C": _PROVED, b"WRNT\x01B": _PROVED, b"WRNT\x01R": _REFUTED}
        kind = kinds.get(certificate[:6])
        if kind is None:
            return None
        try:
            least = read_statement(self.claim_bytes, file="claim.certified").least
            n = len(read_data(self.inputs_bytes, self.labels_bytes, files=("inputs.npy", "labels.npy")).X)
        except WrongInput:
            return None
        words = kind.words.format(least=least, n=n)
        shown = tuple(map(bool, marks(certificate, n)))
        return Theorem(kind.statement, kind.soundness, kind.verdict, words, kind.module, kind.meaning, marks=shown)

    def counterexample(self, certificate: bytes) -> Counterexample:
        """The point near the first input that fails, and the outputs of ONNX Runtime there if it is installed."""
        from warrant.certified.certificate import read_points
        from warrant.certified.data import read_data
        from warrant.claims.network import outputs_at

        data = read_data(self.inputs_bytes, self.labels_bytes, files=("inputs.npy", "labels.npy"))
        points = read_points(certificate, *data.X.shape)
        row = min(points)
        inputs = tuple(float(v) for v in points[row])
        remark = f"near input {row}, whose label is {data.y[row]}, the model says something else"
        return Counterexample(inputs, outputs_at(self.model_bytes, inputs), self.features, remark)

    def find(self, *, timeout: float | None, jobs: int, report: Report | None) -> Found:
        """The certificate that is known, or one of proofs or counterexamples for enough of the inputs."""
        import time

        from warrant.certified.certificate import proof_bytes, refutation_bytes
        from warrant.certified.search import decide
        from warrant.claims._runtime import evaluator

        if self.known is not None:
            return Found(self.known, "")
        statement, model, data = self._load()
        n, begun = len(data.X), time.monotonic()
        evaluate = evaluator(self.model_bytes)

        def tell(answers: Answers) -> None:
            if report is not None:
                done = len(answers.proved) + len(answers.refuted) + len(answers.unknown)
                report(Progress(n - done, len(answers.proved), len(answers.proved) / n, time.monotonic() - begun))

        answers = decide(
            statement,
            model,
            data,
            timeout=math.inf if timeout is None else timeout,
            jobs=jobs,
            checks=[] if evaluate is None else [evaluate],
            tell=tell,
        )
        counts = {"proved": len(answers.proved), "refuted": len(answers.refuted), "regions": answers.regions}
        figures = {name: float(count) for name, count in counts.items()}
        if len(answers.proved) >= statement.least:
            return Found(proof_bytes(n, answers.proved, answers.kind), "", figures)
        if len(answers.refuted) > n - statement.least:
            return Found(refutation_bytes(n, answers.refuted), "", figures)
        row, reason = next(iter(answers.unknown.items()), (0, "the search was interrupted"))
        tried = f"{len(answers.proved)} of {n} inputs are proved, {len(answers.refuted)} refuted"
        return Found(None, f"no certificate was found: {tried}; input {row}: {reason}", figures)

    def summary(self) -> Summary:
        """The numbers of inputs and features, and the statement's text.

        Raises:
            WrongInput: the files cannot be read.
        """
        _, model, data = self._load()
        subject = (
            f"The model (model.onnx) has {model.inputs} inputs and {model.outputs} outputs; inputs.npy has "
            f"{len(data.X)} inputs for it, labels.npy their labels."
        )
        excerpt = tuple(self.claim_bytes.decode("ascii").splitlines()[:12])
        return Summary(
            subject, excerpt, False, "An input counts only if it is near itself, so that no region is empty."
        )

    def _load(self) -> tuple[Statement, Lowered | Forest | Decided, Labelled]:
        from warrant import models
        from warrant.certified import read_statement
        from warrant.certified.data import read_data

        statement = read_statement(self.claim_bytes, file="claim.certified")
        data = read_data(self.inputs_bytes, self.labels_bytes, files=(self.inputs_name, self.labels_name))
        model = models.read(self.model_bytes, name=self.model_name)
        if isinstance(model, models.Linked):
            hint = "leave the last step out of the model: the scores before it have the same order"
            raise Unsupported("probabilities", file=self.model_name, expected="scores, or labels", hint=hint)
        if data.X.shape[1] != model.inputs:
            found = f"{data.X.shape[1]} numbers a row, the model has {model.inputs} inputs"
            raise WrongInput(found, file=self.inputs_name)
        statement.fits(model.inputs, file="claim.certified")
        return statement, model, data

"""Claims about a model on a whole test set: at least so many inputs are classified rightly and robustly."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from warrant._files import stem
from warrant._words import number_of
from warrant.claims._interface import Counterexample, Found, Progress, Report, Summary, Theorem
from warrant.claims._of_files import OfFiles, Part
from warrant.claims._pictures import Illustration, Margins
from warrant.errors import Unsupported, WrongInput

if TYPE_CHECKING:
    from warrant.certified import Statement
    from warrant.certified.data import Labelled
    from warrant.certified.search import Answers
    from warrant.models import Decided, Forest, Lowered

__all__ = ["OnTestSet"]

_NORMS = {"linf": "ℓ∞", "l1": "ℓ1", "l2": "ℓ2"}

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


def _of_one(kind: Theorem) -> str:
    """What is said of the one input of a test set."""
    if kind is _PROVED:
        return (
            "The input is classified rightly and robustly: at it and at all inputs near it, the model, over the exact "
            "real numbers, says what the label says."
        )
    return "For some input near this one the model, over the exact real numbers, does not say what the label says."


@dataclass(frozen=True)
class OnTestSet(OfFiles):
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
    parts: ClassVar[tuple[Part, ...]] = (
        Part("model.onnx", "model_file", "model"),
        Part("claim.certified", "claim_file", "claim"),
        Part("inputs.npy", "inputs_file", "inputs"),
        Part("labels.npy", "labels_file", "labels"),
    )

    model_bytes: bytes = field(repr=False)
    claim_bytes: bytes = field(repr=False)
    inputs_bytes: bytes = field(repr=False)
    labels_bytes: bytes = field(repr=False)
    model_name: str = "model.onnx"
    inputs_name: str = "inputs.npy"
    labels_name: str = "labels.npy"
    known: bytes | None = field(default=None, repr=False)
    features: tuple[str, ...] = ()

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
        words = _of_one(kind) if n == least == 1 else kind.words.format(least=least, n=n)
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
        statement, model, data = self._load()
        inputs, outputs = number_of(model.inputs, "input"), number_of(model.outputs, "output")
        subject = (
            f"The model (model.onnx) has {inputs} and {outputs}; "
            f"inputs.npy has {number_of(len(data.X), 'row')} of such inputs, labels.npy their labels."
        )
        excerpt = tuple(self.claim_bytes.decode("ascii").splitlines()[:12])
        if statement.least == 0:
            return Summary(subject, excerpt, True, "It asks for at least 0 inputs, which is so of every model.")
        return Summary(
            subject, excerpt, False, "An input counts only if it is near itself, so that no region is empty."
        )

    def illustration(self, certificate: bytes) -> Illustration:
        """The margins on the test set, and the first input that fails beside the point near it, if inputs are images.

        Raises:
            WrongInput: the files cannot be read.
        """
        from warrant.certified.certificate import read_points
        from warrant.certified.data import shape_of
        from warrant.claims._illustrations import image

        statement, model, data = self._load()
        points = read_points(certificate, *data.X.shape)
        shown = None
        if points:
            row, point = min(points.items())
            shape = shape_of(self.inputs_bytes)[1:]
            shape = shape if len(shape) > 1 else model.input_shape
            original = [float(v) for v in data.X[row]]
            shown = image(shape, self.features, original, point.tolist(), (f"input {row}", "counterexample"))
        try:
            return Illustration(margins=self._margins(statement, data), image=shown)
        except WrongInput as problem:
            return Illustration(image=shown, missing=(f"There is no picture of the margins: {problem}.",))

    def _margins(self, statement: Statement, data: Labelled) -> Margins:
        """The margins, as ONNX Runtime computes them.

        Raises:
            WrongInput: it does not.
        """
        from hashlib import sha256

        from warrant.claims._illustrations import margins, outputs_of
        from warrant.claims._runtime import evaluator

        outputs = outputs_of(evaluator(self.model_bytes), data.X.astype("float64"))
        values, right, meaning = margins(statement, data, outputs)
        decision = f"{statement.decision} {statement.number}".encode()
        about = [sha256(b).hexdigest() for b in (self.model_bytes, self.inputs_bytes, self.labels_bytes, decision)]
        radii, norm = [float(r) for r in statement.radii], _NORMS[statement.norm]
        radius = f"radius {radii[0]:g}" if len(set(radii)) == 1 else f"radii {min(radii):g} to {max(radii):g}"
        return Margins(values, right, meaning, f"{radius} ({norm})", (norm, max(radii)), " ".join(about))

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

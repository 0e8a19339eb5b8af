"""The verbs: prove, converges, gradient, check and audit."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warrant._bounds import Bounds, Number
from warrant._verdicts import Proved, Refuted, Unknown, Verdict
from warrant.checkers import PROVED, UNKNOWN, Answer, check_bytes, check_kernel, unknown
from warrant.claims import Claim, Existential, Found, Gradient, Progress, Report, Safe, Theorem, read_model
from warrant.errors import SearchError, WrongInput
from warrant.evidence import (
    CERTIFICATE,
    RECORD,
    Audit,
    Record,
    audit_warrant,
    coq_files,
    differences,
    digest,
    read_warrant,
    refuse_target,
    write_warrant,
)

if TYPE_CHECKING:
    from numpy.typing import ArrayLike
    from onnx import ModelProto

    from warrant.losses import Translated
    from warrant.models.exporters import Original, Output
    from warrant.statements import Statement

__all__ = [
    "DEFAULT_TIMEOUT",
    "audit",
    "check",
    "converges",
    "gradient",
    "package_version",
    "prove",
    "prove_claim",
]

DEFAULT_TIMEOUT = 300.0
Folder = str | os.PathLike[str]
Stage = Callable[[str], None]


def _absolute(path: Folder) -> Path:
    """The path without ``..``, and with its links as they are."""
    return Path(os.path.normpath(Path(path).absolute()))


def package_version() -> str:
    """The version of Warrant, or ``unknown`` where it is not installed."""
    try:
        return version("warrant-ml")
    except PackageNotFoundError:
        return "unknown"


def prove(
    model: Folder | bytes | ModelProto | Any,
    property: Folder | bytes | Statement,
    *,
    timeout: float | None = DEFAULT_TIMEOUT,
    kernel: bool = False,
    jobs: int = 1,
    out: Folder | None = None,
    samples: ArrayLike | None = None,
    output: Output = "label",
) -> Verdict:
    """Find out whether a claim about a model holds, and have the answer checked.

    Args:
        model: an ONNX model: a path, its bytes, or an ``onnx.ModelProto``; a fitted estimator or pipeline of
            scikit-learn, XGBoost or LightGBM, which skl2onnx exports (a classifier's output is then its label); or a
            ``torch.nn.Module``, which PyTorch exports.  For a property of losses, an expression of CVXPY, too.
        property: a statement, such as ``Robust(x, 0.1)``; or a VNN-LIB property: a path, its bytes, or its text (a
            string with a parenthesis in it), which describes the pairs of input and output that must not occur.
        timeout: seconds for the search; None for no limit.  Checking takes as long as it takes.
        kernel: also have the Coq kernel check the theorem.
        jobs: how many threads or processes the search may use.
        out: a folder to write the warrant to; None writes nothing.
        samples: (n, features) inputs, or for a module n inputs of its shape, on which an exported file is compared with
            the model that it came from; needed for all but ONNX models.
        output: what the claim calls the outputs of an estimator that classifies, or of its ONNX file where that gives
            both label and probabilities: its label, the probabilities of its classes, or the scores behind them.

    Returns:
        Proved, Refuted or Unknown.  How well an exported file agrees with its model stands in the notes.

    Raises:
        WrongInput: the model or the property cannot be read or has no meaning, or ``out`` is taken by something else.
    """
    from warrant.models.exporters import replayed
    from warrant.statements import Equivalent, LossProperty, Statement, UpperBounds

    known = given(model, samples, output)
    if known.defaults is not None:
        if not isinstance(property, LossProperty):
            raise WrongInput("a CVXPY expression", expected="a property of losses, such as warrant.Convex()")
        property = property.within(known.defaults.variables, known.defaults.bounds)
    notes, originals = known.notes, [known.original]
    if isinstance(property, UpperBounds) and not property.word:
        bound = given(property.other, samples, output)
        limits = bound.defaults.bounds if bound.defaults is not None else {}
        property = replace(property, by=None, other=bound.data, bounds={**limits, **property.bounds})
        notes = (*notes, *bound.notes)
    if isinstance(property, Equivalent):
        second = given(property.other, samples, output)
        property = replace(property, other=second.data)
        notes, originals = (*notes, *second.notes), [known.original, second.original]
    if isinstance(property, Statement):
        claim = property.claim(known.data, name=known.name)
    else:
        claim = replace(Safe.of(known.data, property), model_name=known.name)
    verdict = prove_claim(claim, timeout=timeout, kernel=kernel, jobs=jobs, out=out)
    if verdict.point is not None:
        which = "counterexample" if isinstance(verdict, Refuted) else "witness"
        notes += replayed(originals, verdict.point.inputs, which)
    return replace(verdict, notes=(*notes, *verdict.notes))


@dataclass(frozen=True)
class Given:
    """A model that a user gave: an ONNX file's bytes and name, what it came from, and notes on the export."""

    data: bytes
    name: str
    original: Original | None = None
    notes: tuple[str, ...] = ()
    defaults: Translated | None = None


def given(model: object, samples: ArrayLike | None, output: Output = "label") -> Given:
    """A model of any kind that :func:`prove` takes.

    Raises:
        WrongInput: it cannot be read or exported.
        SearchError: it is no ONNX model, and there are no samples.
    """
    from warrant.losses import is_expression, translate
    from warrant.models.exporters import export, is_exportable
    from warrant.models.selection import with_chosen_output

    if is_expression(model):
        expression = translate(model)
        return Given(expression.data, "expression.onnx", None, (expression.note,), expression)
    if not is_exportable(model):
        data, name = read_model(model)
        chosen = with_chosen_output(data, output)
        if chosen is None:
            return Given(data, name)
        note = (
            f"{name} gives a label and probabilities; the claim is about a part of it, the file of its {output} alone"
        )
        return Given(chosen, name, None, (note,))
    kind = type(model).__name__
    if samples is None:
        raise SearchError(f"samples: expected inputs of the {kind}, to compare the exported file on")
    exported = export(model, samples, output)
    return Given(exported.data, f"{kind}.onnx", exported.original, (exported.note,))


def converges(
    objective: Any,
    A: Folder | ArrayLike,
    y: Folder | ArrayLike,
    *,
    penalty: object = None,
    delta: object = None,
    intercept: bool | None = None,
    method: str = "gradient-descent",
    step: object = None,
    momentum: object = None,
    steps: int | None = None,
    accuracy: object = None,
    kernel: bool = False,
    out: Folder | None = None,
) -> Verdict:
    """Prove or refute that a gradient method on a training objective converges on your data, and have it checked.

    The objective is f(w) = 1/n Σ loss(<a(i), w>, y(i)) + α/2 ‖w‖²; with an intercept, which is one more weight without
    penalty, the prediction is <a(i), w> + b.  The theorem says that the run
    from 0, in exact arithmetic, ends with f(w(N)) <= f(w) + ε for every w.  Gradient descent is
    w(k+1) = w(k) - γ ∇f(w(k)); Nesterov's method takes the step from v(k) = w(k) + β (w(k) - w(k-1)) instead.  Gradient
    descent on ridge regression is refuted where an eigenvector of the Hessian shows that it misses the accuracy, as it
    does with a step above 2/L.

    Args:
        objective: ``"ridge"`` (the loss 1/2 (z - y)²), ``"logistic"`` (log(1 + exp(-y z)), labels 1 and -1),
            ``"huber"``; or a ``Ridge`` or ``LogisticRegression`` of scikit-learn, fitted or not.
        A: the features, (n, d) or (n,): an array, or the path of an ``.npy`` file of float64 numbers.
        y: the labels, (n,) or (n, 1), likewise; for a ``LogisticRegression`` any two different ones, in an array.
        penalty: α, where the objective is a word.
        delta: where Huber's loss becomes linear.
        intercept: whether there is one, where the objective is a word; None means no.  An estimator says its own.
        method: ``"gradient-descent"`` or ``"nesterov"``.
        step: γ; None takes 1/L, rounded down, for the L that is proved.
        momentum: β of Nesterov's method; None takes (1 - q)/(1 + q) with q = √(γµ), rounded, for the µ that is proved,
            or, where that is 0, the momentum of 1983, which grows (docs/training.md).
        steps: N; None takes as many as the accuracy needs, or would need with the step 1/L if the step is too large.
        accuracy: ε; None takes what is proved after the steps.  One of the two has to be given.
        kernel: also have the Coq kernel check the theorem.
        out: a folder to write the warrant to; None writes nothing.

    Returns:
        Proved, Refuted or Unknown (with the largest step that can be proved, where the step is too large).  A number
        that is a float stands for the decimal that Python prints for it.

    Raises:
        WrongInput: the data or a number has no meaning.
        Unsupported: the estimator minimises another objective.
        SearchError: the arguments do not fit together.
    """
    from warrant.training.state import state

    claim = state(
        objective,
        A,
        y,
        penalty=penalty,
        delta=delta,
        intercept=intercept,
        method=method,
        step=step,
        momentum=momentum,
        steps=steps,
        accuracy=accuracy,
    )
    return prove_claim(claim, timeout=None, kernel=kernel, out=out)


def gradient(
    function: Folder | bytes | ModelProto,
    derivative: Folder | bytes | ModelProto,
    *,
    wrt: Sequence[str] | None = None,
    domain: Bounds | None = None,
    tolerance: Number = 0,
    timeout: float | None = DEFAULT_TIMEOUT,
    kernel: bool = False,
    out: Folder | None = None,
) -> Verdict:
    """Prove that one ONNX graph computes the gradient of another, and have the proof checked.

    The theorem is about the exact real numbers, and about all inputs in the domain: that the function is smooth at all
    of them, if that can be proved; else it is about those at which the function is defined and none of its kinks is
    hit, and says what the derivative gives at kinks, if it can.  docs/gradients.md says it in full.

    Args:
        function: an ONNX graph with one output: a path, its bytes, or an ``onnx.ModelProto``.
        derivative: an ONNX graph that takes inputs of the function by their names, and may take one more, the
            cotangent, of the shape of the function's output.  Its outputs have the shapes of the inputs in ``wrt``.
        wrt: the names of the inputs by which the function is differentiated; None for all of them.
        domain: for inputs by name, the least and the greatest number that their entries may be (None: no such bound).
        tolerance: how far each entry of the derivative may be off, for cotangents whose entries lie between -1 and 1.
        timeout: seconds for the search; None for no limit.
        kernel: also have the Coq kernel check the theorem.
        out: a folder to write the warrant to; None writes nothing.

    Returns:
        Proved, Refuted (with an input at which the two differ) or Unknown.

    Raises:
        WrongInput: a graph cannot be read, or the two do not fit together.
    """
    claim = Gradient.of(function, derivative, wrt, domain, tolerance)
    return prove_claim(claim, timeout=timeout, kernel=kernel, out=out)


def prove_claim(
    claim: Claim,
    *,
    timeout: float | None = DEFAULT_TIMEOUT,
    kernel: bool = False,
    jobs: int = 1,
    out: Folder | None = None,
    report: Report | None = None,
    stage: Stage | None = None,
) -> Verdict:
    """As :func:`prove`, for a claim of any family.

    ``report`` is called now and then with the search's progress, ``stage`` with the name of what begins.
    """
    if timeout is not None and not timeout > 0:
        raise SearchError(f"timeout: {timeout} seconds; expected a number above 0")
    if jobs < 1:
        raise SearchError(f"jobs: {jobs}; expected at least 1")
    folder = _absolute(out) if out is not None else None
    if folder is not None:
        refuse_target(folder)
    claim.validate()
    start = time.monotonic()
    found = _search(claim, timeout=timeout, jobs=jobs, report=report)
    seconds = {"search": time.monotonic() - start}
    theorem = claim.theorem(found.certificate) if found.certificate is not None else None
    if found.certificate is None or theorem is None:
        reason = found.reason or "the search gave no certificate"
        return Unknown(reason=reason, seconds=seconds, figures=found.figures, versions=_versions())
    try:
        answers = _ask(claim, found.certificate, theorem, kernel=kernel, stage=stage)
    except KeyboardInterrupt:
        answers = [unknown("native", "the check was interrupted")]
    verdict = replace(_verdict(claim, found.certificate, theorem, answers, seconds), figures=found.figures)
    return _written(claim, theorem, verdict, folder) if folder is not None else verdict


def _search(claim: Claim, *, timeout: float | None, jobs: int, report: Report | None) -> Found:
    """Search, and give up with what was reached so far when interrupted from the keyboard."""
    reached: list[Progress] = []

    def remember(state: Progress) -> None:
        reached[:] = [state]
        if report is not None:
            report(state)

    try:
        return claim.find(timeout=timeout, jobs=jobs, report=remember)
    except KeyboardInterrupt:
        if not reached:
            return Found(None, "the search was interrupted")
        return Found(None, f"the search was interrupted: {reached[0]}")


def _ask(
    claim: Claim, certificate: bytes, theorem: Theorem, *, kernel: bool, second_look: bool = False, stage: Stage | None
) -> list[Answer]:
    """Ask the native checker, then, if that did not say no, the kernel."""
    begin = stage or (lambda name: None)
    begin("checking natively")
    files = {a.file: a.data for a in claim.artefacts} | {CERTIFICATE: certificate}
    answers = [check_bytes(claim.family, list(files.values()), list(files))]
    said_no = answers[0].word == UNKNOWN and bool(answers[0].versions)
    if (kernel or second_look) and not said_no:
        begin("checking in the Coq kernel" + (" and with coqchk (minutes)" if second_look else ""))
        answers += check_kernel(claim.artefacts, certificate, theorem, second_look=second_look)
    return answers


def _verdict(
    claim: Claim, certificate: bytes, theorem: Theorem, answers: list[Answer], seconds: Mapping[str, float]
) -> Verdict:
    """What the answers come to: the last checker that was asked decides, if no other contradicts it."""
    last = answers[-1]
    times = {**seconds, **{answer.mode: answer.seconds for answer in answers if answer.seconds}}
    notes = tuple(f"{a.mode}: {a.reason}" for a in answers[:-1] if a.reason)
    notes += tuple(line for a in answers if a.mode == "native" for line in a.log.splitlines() if line.strip())
    versions = _versions(answers)
    strange = {a.word for a in answers} - {theorem.verdict, UNKNOWN}
    if strange or last.word == UNKNOWN:
        reason = (
            f"a checker answered {strange.pop()} of a certificate for {theorem.verdict}" if strange else last.reason
        )
        return Unknown(certificate=certificate, reason=reason, seconds=times, versions=versions, notes=notes)
    notes += (theorem.remark,) if theorem.remark else ()
    agreed = tuple(answer.mode for answer in answers if answer.word == last.word)
    if last.word == PROVED:
        return Proved(
            certificate=certificate,
            checked_by=agreed,
            assumptions=last.assumptions,
            seconds=times,
            versions=versions,
            notes=notes,
            witness=claim.witness(certificate) if isinstance(claim, Existential) else None,
        )
    return Refuted(
        certificate=certificate,
        checked_by=agreed,
        assumptions=last.assumptions,
        seconds=times,
        versions=versions,
        notes=notes,
        counterexample=claim.counterexample(certificate),
    )


def _versions(answers: Iterable[Answer] = ()) -> dict[str, str]:
    versions = {"warrant": package_version(), "python": platform.python_version()}
    for answer in answers:
        versions |= dict(answer.versions)
    return versions


def _written(claim: Claim, theorem: Theorem, verdict: Verdict, folder: Path) -> Verdict:
    """Write the warrant, and say where it is."""
    assert verdict.certificate is not None
    try:
        artefacts_text, theorem_text = coq_files(claim, verdict.certificate, theorem)
    except ValueError as problem:
        reason = f"no warrant was written: {problem}"
        return Unknown(reason=reason, seconds=verdict.seconds, figures=verdict.figures, versions=verdict.versions)
    files = {a.file: a.data for a in claim.artefacts}
    files |= {CERTIFICATE: verdict.certificate, "Artefacts.v": artefacts_text, "Theorem.v": theorem_text}
    if isinstance(verdict, Unknown):
        verdict = replace(verdict, reason=f"{verdict.reason}; the certificate is at {folder / CERTIFICATE}")
    record = Record(
        family=claim.family,
        verdict=verdict.word,
        reason=verdict.reason if isinstance(verdict, Unknown) else "",
        checked_by=verdict.checked_by,
        names=claim.names,
        digests=tuple((name, digest(data)) for name, data in files.items()),
        versions=tuple(verdict.versions.items()),
        seconds=tuple((name, round(value, 3)) for name, value in verdict.seconds.items()),
        theorem=theorem.name,
        statement=theorem.shown,
        words=theorem.words,
        assumptions=verdict.assumptions,
    )
    write_warrant(folder, files | {RECORD: record.render()})
    return replace(verdict, folder=folder)


def check(folder: Folder, *, kernel: bool = False, recheck: bool = False) -> Verdict:
    """Check a warrant again, from its folder alone; the verdict that it records is not believed.

    Args:
        folder: a warrant, as :func:`prove` writes it.
        kernel: also have the Coq kernel check the theorem.
        recheck: and then have coqchk check the compiled theorem and the library (slow; for small warrants).

    Returns:
        Proved, Refuted or Unknown; Unknown if any byte of the folder's files has changed.

    Raises:
        WrongInput: the folder is not a warrant.
    """
    return check_folder(folder, kernel=kernel, recheck=recheck)


def check_folder(folder: Folder, *, kernel: bool = False, recheck: bool = False, stage: Stage | None = None) -> Verdict:
    """As :func:`check`; ``stage`` is called with the name of what begins."""
    warrant = read_warrant(_absolute(folder))
    changed = differences(warrant)
    theorem = warrant.claim.theorem(warrant.certificate)
    if changed or theorem is None:
        reason = changed[0] if changed else f"{CERTIFICATE} is not a certificate"
        return Unknown(reason=reason, notes=changed[1:], folder=warrant.folder, versions=_versions())
    answers = _ask(warrant.claim, warrant.certificate, theorem, kernel=kernel, second_look=recheck, stage=stage)
    return replace(_verdict(warrant.claim, warrant.certificate, theorem, answers, {}), folder=warrant.folder)


def audit(folder: Folder) -> Audit:
    """What a warrant says, what it rests on, and what the native checker says of it now, for a reader.

    Raises:
        WrongInput: the folder is not a warrant.
    """
    warrant = read_warrant(_absolute(folder))
    verdict = check(folder)
    return audit_warrant(warrant, differences(warrant), verdict.line, notes=verdict.notes)

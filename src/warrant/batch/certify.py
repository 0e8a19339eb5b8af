"""Certified accuracy: how many inputs of a test set are classified rightly, and so is everything near them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warrant._api import DEFAULT_TIMEOUT, Folder, Given, given, prove_claim
from warrant._verdicts import Unknown, Verdict
from warrant.batch.run import Entry, Outcome, prove_all
from warrant.certified import Norm, read_statement
from warrant.certified import Statement as CertifiedStatement
from warrant.claims import OnTestSet
from warrant.errors import WrongInput
from warrant.evidence import read_warrant
from warrant.statements import Domain, Robust
from warrant.statements.robust import on_test_set

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from warrant.certified.data import Labelled
    from warrant.statements.text import Number

__all__ = ["Certified", "CertifiedAccuracy", "certify", "claim_about", "decided_claim"]


@dataclass(frozen=True)
class CertifiedAccuracy:
    """For each of n inputs, the statement that it and all inputs near it are classified as its label says.

    Attributes:
        X: (n, features) inputs, an array or the path of an ``.npy`` file, or of an ``.npz`` file that has an array X;
            their binary values are meant exactly.
        y: (n,) labels, likewise (the array y of an ``.npz`` file): whole numbers; with a threshold 1 (above) or 0 (not
            above).
        radius, norm, top, threshold, within, names: as in :class:`warrant.Robust`.
    """

    X: ArrayLike | str | os.PathLike[str] = field(repr=False)
    y: ArrayLike | str | os.PathLike[str] = field(repr=False)
    radius: Number | Sequence[Number]
    top: int = 1
    threshold: Number | None = None
    within: Domain | None = None
    names: Sequence[str] | None = None
    norm: Norm = "linf"

    def files(self) -> tuple[tuple[bytes, str], tuple[bytes, str]]:
        """The bytes and the names of the ``.npy`` files of X and y; arrays become the files that NumPy writes."""
        from warrant.certified.data import as_file

        return as_file(self.X, "X"), as_file(self.y, "y")

    def arrays(self) -> tuple[Any, Any]:
        """X and y."""
        import numpy as np

        from warrant.certified.data import read_data

        if not any(isinstance(given, str | os.PathLike) for given in (self.X, self.y)):
            return np.asarray(self.X), np.asarray(self.y)
        (X, x_name), (y, y_name) = self.files()
        data = read_data(X, y, files=(x_name, y_name))
        return data.X, data.y

    def statements(self) -> tuple[Robust, ...]:
        """The n statements.

        Raises:
            WrongInput: X is no table of numbers, or y not one whole number for each of its rows.
        """
        import numpy as np

        rows, labels = self.arrays()
        if rows.ndim < 2 or not len(rows) or rows.dtype.kind not in "iuf":
            found = f"an array of shape {rows.shape} and type {rows.dtype}"
            raise WrongInput(found, place="X", expected="(n, features) numbers, n at least 1")
        labels = labels.reshape(-1) if labels.shape == (len(rows), 1) else labels
        if labels.shape != (len(rows),) or labels.dtype.kind not in "iufb":
            found = f"an array of shape {labels.shape} and type {labels.dtype}"
            raise WrongInput(found, place="y", expected=f"({len(rows)},) whole numbers")
        whole = np.isfinite(labels) & (np.floor(labels) == labels) if labels.dtype.kind == "f" else labels == labels
        if not whole.all():
            row = int(np.flatnonzero(~whole)[0])
            raise WrongInput(f"{labels[row]}", place=f"y, row {row}", expected="a whole number")
        if self.threshold is not None and not np.isin(labels, (0, 1)).all():
            row = int(np.flatnonzero(~np.isin(labels, (0, 1)))[0])
            raise WrongInput(f"{labels[row]}", place=f"y, row {row}", expected="0 or 1, where there is a threshold")
        return tuple(
            Robust(
                row,
                self.radius,
                label=int(label),
                top=self.top,
                threshold=self.threshold,
                within=self.within,
                names=self.names,
                norm=self.norm,
            )
            for row, label in zip(rows.reshape(len(rows), -1), labels, strict=True)
        )


@dataclass(frozen=True)
class Certified:
    """What came of the inputs of a test set.

    Attributes:
        outcomes: one for each input.
        notes: on the model, such as how it was exported.
        folder: where the warrants are.
        verdict: of the one theorem about the whole test set: that at least so many inputs are classified as their label
            says, with all inputs near them (as many as were proved, where no number was asked for).
    """

    outcomes: tuple[Outcome, ...]
    notes: tuple[str, ...]
    folder: Path
    verdict: Verdict

    def count(self, word: str) -> int:
        """How many inputs have this verdict."""
        return sum(outcome.word == word for outcome in self.outcomes)

    @property
    def certified(self) -> int:
        """How many inputs are proved to be classified as their label says, with all inputs near them."""
        return self.count("PROVED")

    @property
    def accuracy(self) -> float:
        """Their share, from 0 to 1: a lower bound of the robust accuracy on these inputs."""
        return self.certified / len(self.outcomes)

    def __str__(self) -> str:
        n = len(self.outcomes)
        return (
            f"{self.certified} of {n} inputs are proved to be classified as their label says, with all inputs near "
            f"them; for {self.count('REFUTED')} an input near them, or they themselves, is proved not to be; "
            f"{self.count('UNKNOWN')} are unknown"
        )


def certify(
    model: Any,
    accuracy: CertifiedAccuracy,
    out: Folder,
    *,
    at_least: int | None = None,
    timeout: float | None = DEFAULT_TIMEOUT,
    kernel: bool = False,
    jobs: int = 1,
    executor: Executor | None = None,
    samples: ArrayLike | None = None,
    whole: Folder | None = None,
    tell: Callable[[Outcome], None] | None = None,
    stage: Callable[[str], None] | None = None,
) -> Certified:
    """Prove or refute, for every input of a test set, that it and all inputs near it are classified as its label says.

    Then one theorem about the files of the whole test set is made of these proofs (docs/certified.md).

    Args:
        model: as in :func:`warrant.prove`.
        accuracy: the inputs, their labels and the radius.
        out: a folder for the warrants, one for each input; a run that was interrupted goes on from there.
        at_least: how many inputs the theorem is about; None for as many as are proved, at least one.
        timeout: seconds for the search for each input.
        kernel: also have the Coq kernel check the theorem about the whole test set.
        jobs: how many inputs at once, each in a process of its own if there are more than one.
        executor: a ``concurrent.futures.Executor`` that takes the inputs instead, such as that of a Dask cluster,
            ``distributed.Client(...).get_executor()``; its workers must see the folder, under the same path.
        samples: as in :func:`warrant.prove`; None takes X.
        whole: a folder for the warrant of that theorem; None for the folder ``whole`` in ``out``.
        tell: called with each outcome, as they come.
        stage: called with the name of what begins after them.

    Returns:
        What came of it.  After an interruption from the keyboard, the verdict is Unknown and says what there is so far.

    Raises:
        WrongInput: the model, the inputs or the labels have no meaning, or do not fit together.
    """
    known = given(model, accuracy.arrays()[0] if samples is None else samples)
    folder = Path(out)
    entries = _entries(accuracy, known)
    outcomes = prove_all(entries, folder, timeout=timeout, jobs=jobs, executor=executor, tell=tell)
    found = Certified(outcomes, known.notes, folder, Unknown(reason="no input was proved"))
    if any(outcome.interrupted for outcome in outcomes):
        done = f"{found.certified} of {len(outcomes)} inputs are proved, {found.count('REFUTED')} refuted so far"
        return replace(found, verdict=Unknown(reason=f"interrupted: {done}"))
    if at_least is None and not found.certified:
        return found
    try:
        claim = _decided(accuracy, known, at_least, _certificates(outcomes, folder))
    except WrongInput as problem:
        return replace(found, verdict=Unknown(reason=f"no theorem about the test set: {problem}"))
    place = folder / "whole" if whole is None else whole
    return replace(found, verdict=prove_claim(claim, timeout=timeout, kernel=kernel, out=place, stage=stage))


def decided_claim(
    model: Given,
    accuracy: CertifiedAccuracy,
    folder: Path,
    at_least: int,
    *,
    timeout: float | None,
    jobs: int,
    executor: Executor | None,
    tell: Callable[[Outcome], None],
) -> OnTestSet:
    """The claim that at least so many inputs are as their labels say, with a certificate, from warrants in a folder.

    Raises:
        WrongInput: the inputs have no meaning, or what is found of them settles nothing.
        KeyboardInterrupt: it was interrupted before enough was found.
    """
    entries = _entries(accuracy, model)
    outcomes = prove_all(entries, folder, timeout=timeout, jobs=jobs, executor=executor, tell=tell)
    if any(outcome.interrupted for outcome in outcomes):
        raise KeyboardInterrupt
    return _decided(accuracy, model, at_least, _certificates(outcomes, folder))


def claim_about(accuracy: CertifiedAccuracy, model: Given, at_least: int) -> OnTestSet:
    """The claim that at least so many inputs are as their labels say, without a certificate.

    Raises:
        WrongInput: it cannot be said of a whole test set, or the model cannot be read.
    """
    from warrant import models

    inputs, labels = accuracy.files()
    labelled = models.read(model.data, name=model.name).label
    statement = accuracy.statements()[0].statement(at_least, labelled=labelled)
    names = accuracy.within.names if accuracy.within is not None else tuple(accuracy.names or ())
    return on_test_set(model.data, model.name, inputs, labels, statement, names)


def _entries(accuracy: CertifiedAccuracy, model: Given) -> list[Entry]:
    """The claims about all inputs."""
    statements = accuracy.statements()
    width = len(str(len(statements) - 1))
    entries = []
    for k, statement in enumerate(statements):
        try:
            claim = statement.claim(model.data, name=model.name)
        except WrongInput as problem:
            raise problem.at(place=f"row {k}") from problem
        entries.append(Entry(f"input-{k:0{width}d}", claim))
    return entries


def _certificates(outcomes: Sequence[Outcome], folder: Path) -> dict[int, bytes]:
    found = {k: outcome for k, outcome in enumerate(outcomes) if outcome.word != "UNKNOWN"}
    return {k: read_warrant(folder / outcome.name).certificate for k, outcome in found.items()}


def _decided(
    accuracy: CertifiedAccuracy, model: Given, at_least: int | None, certificates: Mapping[int, bytes]
) -> OnTestSet:
    """The claim about the test set, with the certificate that those of its inputs make.

    Raises:
        WrongInput: it cannot be said of a whole test set, or what was found settles nothing.
    """
    from warrant.certified.certificate import proof_bytes, refutation_bytes
    from warrant.certified.data import read_data

    start = 6 if accuracy.norm == "linf" else 7  # a claim about one input of a test set has its mark first
    proofs = {k: found for k, found in certificates.items() if found[5:6] != b"R"}
    claim = claim_about(accuracy, model, len(proofs) if at_least is None else at_least)
    data = read_data(claim.inputs_bytes, claim.labels_bytes, files=(claim.inputs_name, claim.labels_name))
    statement = read_statement(claim.claim_bytes, file="claim.certified")
    kinds = {found[5:6] for found in proofs.values()}
    if len(proofs) >= statement.least and len(kinds) <= 1:
        bodies = {k: found[start:] for k, found in proofs.items()}
        return replace(claim, known=proof_bytes(len(data.X), bodies, kinds.pop() if kinds else b"P"))
    points = _points(statement, data, certificates)
    if len(points) <= len(data.X) - statement.least:
        counts = f"{len(proofs)} of {len(data.X)} inputs are proved, {len(points)} refuted"
        raise WrongInput(f"{counts}, which settles nothing about {statement.least}", place="at_least")
    return replace(claim, known=refutation_bytes(len(data.X), points))


def _points(statement: CertifiedStatement, data: Labelled, certificates: Mapping[int, bytes]) -> dict[int, Any]:
    """The points near inputs that are refuted, (inputs,) each."""
    import numpy as np

    from warrant.certified.search import point_of

    points = {}
    for k, found in certificates.items():
        if found[5:6] != b"R":
            continue
        if statement.norm != "linf":  # a refutation of the claim about this one input
            points[k] = np.frombuffer(found[7:], "<f8")
            continue
        point = point_of(statement, data.row(k), found[6:].decode("ascii").split())
        if point is not None:
            points[k] = point
    return points

"""Certified accuracy: how many inputs of a test set are classified rightly, and so is everything near them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warrant._api import DEFAULT_TIMEOUT, Folder, given
from warrant.batch.run import Entry, Outcome, prove_all
from warrant.errors import WrongInput
from warrant.statements import Domain, Robust

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from warrant.statements.text import Number

__all__ = ["Certified", "CertifiedAccuracy", "certify"]


@dataclass(frozen=True)
class CertifiedAccuracy:
    """For each of n inputs, the statement that it and all inputs near it are classified as its label says.

    Attributes:
        X: (n, features) inputs; their binary values are meant exactly.
        y: (n,) labels: whole numbers; with a threshold 1 (above) or 0 (not above).
        radius, top, threshold, within, names: as in :class:`warrant.Robust`.
    """

    X: ArrayLike = field(repr=False)
    y: ArrayLike = field(repr=False)
    radius: Number | Sequence[Number]
    top: int = 1
    threshold: Number | None = None
    within: Domain | None = None
    names: Sequence[str] | None = None

    def statements(self) -> tuple[Robust, ...]:
        """The n statements.

        Raises:
            WrongInput: X is no table of numbers, or y not one whole number for each of its rows.
        """
        import numpy as np

        rows, labels = np.asarray(self.X), np.asarray(self.y)
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
            )
            for row, label in zip(rows.reshape(len(rows), -1), labels, strict=True)
        )


@dataclass(frozen=True)
class Certified:
    """What came of the inputs of a test set.  The count is an aggregation of n theorems, and no theorem itself.

    Attributes:
        outcomes: one for each input.
        notes: on the model, such as how it was exported.
        folder: where the warrants are.
    """

    outcomes: tuple[Outcome, ...]
    notes: tuple[str, ...]
    folder: Path

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
    timeout: float | None = DEFAULT_TIMEOUT,
    kernel: bool = False,
    jobs: int = 1,
    executor: Executor | None = None,
    samples: ArrayLike | None = None,
    tell: Callable[[Outcome], None] | None = None,
) -> Certified:
    """Prove or refute, for every input of a test set, that it and all inputs near it are classified as its label says.

    Args:
        model: as in :func:`warrant.prove`.
        accuracy: the inputs, their labels and the radius.
        out: a folder for the warrants, one for each input; a run that was interrupted goes on from there.
        timeout: seconds for the search for each input.
        kernel: also have the Coq kernel check the theorems.
        jobs: how many inputs at once, each in a process of its own if there are more than one.
        executor: a ``concurrent.futures.Executor`` that takes the inputs instead, such as that of a Dask cluster,
            ``distributed.Client(...).get_executor()``; its workers must see the folder, under the same path.
        samples: as in :func:`warrant.prove`; None takes X.
        tell: called with each outcome, as they come.

    Raises:
        WrongInput: the model, the inputs or the labels have no meaning, or do not fit together.
    """
    statements = accuracy.statements()
    known = given(model, accuracy.X if samples is None else samples)
    width = len(str(len(statements) - 1))
    entries = []
    for k, statement in enumerate(statements):
        try:
            claim = statement.claim(known.data, name=known.name)
        except WrongInput as problem:
            raise problem.at(place=f"row {k}") from problem
        entries.append(Entry(f"input-{k:0{width}d}", claim))
    folder = Path(out)
    outcomes = prove_all(entries, folder, timeout=timeout, kernel=kernel, jobs=jobs, executor=executor, tell=tell)
    return Certified(outcomes, known.notes, folder)

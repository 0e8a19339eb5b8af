"""Claims about training runs: a gradient method on a data set ends close to the least objective."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from warrant._files import stem
from warrant.claims._interface import Counterexample, Found, Report, Summary, Theorem
from warrant.claims._of_files import OfFiles, Part
from warrant.errors import WrongInput

if TYPE_CHECKING:
    from warrant.training import Problem
    from warrant.training.data import Floats

__all__ = ["Converges"]

_WORDS = (
    "{method} from 0 on the objective, on these data and in exact arithmetic, ends after {steps} steps at a "
    "point where the objective is at most {accuracy} above its value at any other point."
)
_FAILURE = (
    "{method} from 0 on the objective, on these data and in exact arithmetic, is after {steps} steps at a "
    "point where the objective is more than {accuracy} above its value at some other point."
)
_DIVERGENCE = _FAILURE + " With ever more steps the difference becomes larger than any number, and stays so."
_LOSSES = {"squared": "1/2 (z - y)^2", "logistic": "log(1 + exp(-y z))", "huber": "Huber's loss of z - y"}


_INTERCEPT = " The intercept b is a weight too, without penalty."


@dataclass(frozen=True)
class Converges(OfFiles):
    """The claim that a training run converges (docs/training.md).

    Attributes:
        problem_bytes: the text of the problem.
        features_bytes: an ``.npy`` file, (n, d).
        labels_bytes: an ``.npy`` file, (n,) or (n, 1).
        features_name, labels_name: what the user calls them, for messages.
        known: a certificate that was found with the problem, so that none has to be looked for.
    """

    family: ClassVar[str] = "training"
    parts: ClassVar[tuple[Part, ...]] = (
        Part("problem.training", "problem_file", "problem"),
        Part("features.npy", "features_file", "features"),
        Part("labels.npy", "labels_file", "labels"),
    )

    problem_bytes: bytes = field(repr=False)
    features_bytes: bytes = field(repr=False)
    labels_bytes: bytes = field(repr=False)
    features_name: str = "features.npy"
    labels_name: str = "labels.npy"
    known: bytes | None = field(default=None, repr=False)

    @property
    def stem(self) -> str:
        """The name of the features' file, without ``.npy``."""
        return stem(self.features_name, ".npy", "training")

    def validate(self) -> None:
        """Read the files.

        Raises:
            WrongInput: one of them cannot be read or has no meaning, or they do not fit together.
        """
        self._load()

    def theorem(self, certificate: bytes) -> Theorem | None:
        """``TrainingConverges``, ``TrainingFails`` or ``TrainingDiverges`` of the files; None for any other one."""
        from warrant.training import DIVERGENCE, MAGIC, NEAR, NESTEROV, REFUTATION, read_problem

        statement, soundness, words = {
            MAGIC: ("TrainingConverges", "training_sound", _WORDS),
            NEAR: ("TrainingConverges", "training_sound", _WORDS),
            REFUTATION: ("TrainingFails", "training_refuted_sound", _FAILURE),
            DIVERGENCE: ("TrainingDiverges", "training_diverges_sound", _DIVERGENCE),
        }.get(certificate[: len(MAGIC)], ("", "", ""))
        if not statement:
            return None
        try:
            problem = read_problem(self.problem_bytes, file="problem.training")
        except WrongInput:
            return None
        method = "Nesterov's accelerated gradient method" if problem.method == NESTEROV else "Gradient descent"
        return Theorem(
            statement=f"{statement} problem_file features_file labels_file",
            soundness=soundness,
            verdict="PROVED" if words is _WORDS else "REFUTED",
            words=words.format(method=method, steps=problem.steps, accuracy=problem.accuracy),
            module="Training",
            meaning="Training.v",
        )

    def counterexample(self, certificate: bytes) -> Counterexample:
        """No numbers, but how far the objective is from that of a better point, and what could be proved instead."""
        from warrant.training import bounds_of, constants, failure, shortfall

        problem, a, y = self._load()
        found = failure(problem, a, y)
        reason = shortfall(problem, constants(problem, a, y, bounds_of(problem, a)))
        if found is None:
            return Counterexample((), None, remark=reason)
        grows = f"along one direction the gradient is multiplied by about {found.factor:.6g} in each step"
        return Counterexample((), None, remark=f"{grows}; the objective ends about {found.gap} too high; {reason}")

    def find(self, *, timeout: float | None, jobs: int, report: Report | None) -> Found:
        """The certificate that is known, or bounds of the spectrum; where they prove nothing, a refutation, or why."""
        from warrant.training import (
            bounds_of,
            constants,
            failure,
            shortfall,
            write_certificate,
            write_point,
            write_refutation,
        )

        problem, a, y = self._load()
        bounds = bounds_of(problem, a)
        known = constants(problem, a, y, bounds)
        figures = {"smoothness": float(known.smoothness), "strong convexity": float(known.convexity)}
        reason = shortfall(problem, known)
        if reason:
            failing = failure(problem, a, y) if problem.steps else None
            if failing is not None:
                return Found(write_refutation(failing), "", figures)
            return Found(None, f"no certificate was found: {reason}", figures)
        if self.known is not None:
            return Found(self.known, "", figures)
        return Found(
            write_certificate(bounds) if isinstance(known.point, str) else write_point(known.point, bounds), "", figures
        )

    def summary(self) -> Summary:
        """The numbers of rows and columns, and the problem's text.

        Raises:
            WrongInput: the files cannot be read.
        """
        problem, a, _ = self._load()
        prediction = "<a(i), w> + b" if problem.intercept else "<a(i), w>"
        subject = (
            f"The objective is 1/n Σ loss({prediction}, y(i)) + α/2 ‖w‖² with the loss {_LOSSES[problem.loss]}, for "
            f"the n = {a.shape[0]} rows of features.npy, with d = {a.shape[1] - problem.intercept} features each, and "
            f"the labels of labels.npy.{_INTERCEPT if problem.intercept else ''}"
        )
        excerpt = tuple(self.problem_bytes.decode("ascii").splitlines()[:12])
        return Summary(subject, excerpt, False, "It has no premises: it is about these data and no others.")

    def _load(self) -> tuple[Problem, Floats, Floats]:
        import numpy as np

        from warrant.training import LOGISTIC, MOST_COLUMNS, read_matrix, read_problem, with_ones

        problem = read_problem(self.problem_bytes, file="problem.training")
        a = with_ones(read_matrix(self.features_bytes, file=self.features_name), problem.intercept)
        y = read_matrix(self.labels_bytes, file=self.labels_name)
        if y.shape[1] != 1:
            raise WrongInput(f"{y.shape[1]} columns", file=self.labels_name, expected="one label a row")
        if len(a) != len(y):
            rows = f"{len(y)} labels for the {len(a)} rows of {self.features_name}"
            raise WrongInput(rows, file=self.labels_name, expected="as many labels as rows")
        if a.shape[1] > MOST_COLUMNS:
            columns = f"{a.shape[1]} columns{', with the ones of the intercept,' if problem.intercept else ''}"
            raise WrongInput(
                columns, file=self.features_name, expected=f"at most {MOST_COLUMNS}", hint="select features"
            )
        if problem.loss == LOGISTIC and not np.isin(y, (1.0, -1.0)).all():
            place = f"row {int(np.argwhere(~np.isin(y[:, 0], (1.0, -1.0)))[0, 0])}"
            raise WrongInput(
                "a label that is neither 1 nor -1",
                file=self.labels_name,
                place=place,
                expected="1 or -1",
                hint="2 * y - 1 makes them of 1 and 0",
            )
        return problem, a, y[:, 0]

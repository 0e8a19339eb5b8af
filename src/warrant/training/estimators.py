"""What a training objective is called: by a word, or by a scikit-learn estimator that minimises it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from warrant.errors import SearchError, Unsupported, WrongInput
from warrant.training.problem import HUBER, LOGISTIC, SQUARED, rational

__all__ = ["Objective", "objective_of"]

_WORDS = {"ridge": SQUARED, "logistic": LOGISTIC, "huber": HUBER}


@dataclass(frozen=True)
class Objective:
    """A loss with its parameter and its penalty.

    Attributes:
        loss: ``squared``, ``logistic`` or ``huber``.
        delta: where Huber's loss becomes linear; None for the others.
        intercept: whether there is one, without penalty.
        penalty: α of the term α/2 ‖w‖².
        classes: whether any two labels will do, as scikit-learn's classifiers take them.
    """

    loss: str
    delta: Fraction | None
    intercept: bool
    penalty: Fraction
    classes: bool = False


def objective_of(
    objective: Any, rows: int, *, penalty: object, delta: object, intercept: bool | None = None
) -> Objective:
    """The objective that a word or an estimator says, for so many rows.

    scikit-learn's ``Ridge`` minimises ‖Aw - y‖² + alpha ‖w‖², so that α is alpha/n; its ``LogisticRegression``
    minimises C Σ log(1 + exp(-y <a, w>)) + 1/2 ‖w‖², so that α is 1/(C n).  Their intercepts have no penalty; nor has
    the one of a word's objective.

    Raises:
        WrongInput: there is no such objective.
        Unsupported: an estimator whose objective is another one.
        SearchError: arguments that do not belong together.
    """
    if isinstance(objective, str):
        if objective not in _WORDS:
            known = ", ".join(map(repr, _WORDS))
            raise WrongInput(f"objective: {objective!r}", expected=f"{known}, or an estimator of scikit-learn")
        if penalty is None:
            raise SearchError(f"penalty: not given; expected the α of α/2 ‖w‖², for the objective {objective!r}")
        if (delta is not None) != (objective == "huber"):
            raise SearchError("delta: expected for the objective 'huber', and for no other")
        width = None if delta is None else _at_least(rational(delta, "delta"), "delta")
        return Objective(_WORDS[objective], width, bool(intercept), _at_least(rational(penalty, "penalty"), "penalty"))
    if penalty is not None or delta is not None or intercept is not None:
        what = "penalty, delta and intercept"
        raise SearchError(f"{what}: expected only where the objective is a word; the estimator says its own")
    name = type(objective).__name__
    if not type(objective).__module__.startswith("sklearn.") or name not in ("Ridge", "LogisticRegression"):
        raise Unsupported(f"objective: a {name}", expected="Ridge or LogisticRegression of scikit-learn, or a word")
    settings = objective.get_params()
    ones = bool(settings["fit_intercept"])
    if name == "Ridge":
        _require(name, settings, "positive", (False,), "")
        alpha = _at_least(rational(settings["alpha"], "Ridge: alpha"), "Ridge: alpha")
        return Objective(SQUARED, None, ones, alpha / rows)
    _require(name, settings, "class_weight", (None,), "")
    _require(name, settings, "penalty", ("l2", "deprecated"), "")
    _require(name, settings, "l1_ratio", (None, 0, 0.0), "")
    _require(name, settings, "dual", (False,), "")
    if ones and settings["solver"] == "liblinear":
        hint = "its solver penalises the intercept: append a column of ones, with fit_intercept=False, or use another"
        raise Unsupported(
            "LogisticRegression: solver='liblinear' with an intercept", expected="another solver", hint=hint
        )
    strength = rational(settings["C"], "LogisticRegression: C")
    if strength <= 0:
        raise WrongInput(f"LogisticRegression: C={settings['C']!r}", expected="a number above 0")
    return Objective(LOGISTIC, None, ones, 1 / (strength * rows), classes=True)


def _require(name: str, settings: dict[str, Any], key: str, allowed: tuple[object, ...], hint: str) -> None:
    value = settings.get(key, allowed[0])
    if not any(value is a or (value == a and type(value) is type(a)) for a in allowed):
        raise Unsupported(f"{name}: {key}={value!r}", expected=f"{key}={allowed[0]!r}", hint=hint)


def _at_least(value: Fraction, name: str) -> Fraction:
    if value < 0:
        raise WrongInput(f"{name}: {float(value)}", expected="a number of at least 0")
    return value

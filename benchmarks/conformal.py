"""Thresholds of split conformal prediction: Warrant's beside MAPIE's, for the same scores and coverages.

pip install mapie, and then: python benchmarks/conformal.py [--largest N]
"""

from __future__ import annotations

import argparse
import warnings
from fractions import Fraction

import numpy as np
from mapie.regression import SplitConformalRegressor
from sklearn.base import BaseEstimator, RegressorMixin

from warrant.probability.conformal import rule


class Zero(RegressorMixin, BaseEstimator):
    """A fitted regression that predicts 0, so that the scores |y - 0| are what one wants."""

    def __sklearn_is_fitted__(self) -> bool:
        """It needs no fitting."""
        return True

    def fit(self, x: np.ndarray, y: np.ndarray) -> Zero:
        """Nothing to do."""
        return self

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Zeros."""
        return np.zeros(len(x))


def main() -> None:
    """Print how many thresholds are the same, and where some differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--largest", type=int, default=500)
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    random = np.random.default_rng(0)
    levels = [f"{i / 100:.2f}" for i in range(50, 100)]
    same, few = 0, 0
    larger: list[str] = []
    smaller: list[str] = []
    none: list[str] = []
    for n in range(10, arguments.largest + 1):
        scores = random.exponential(size=n)
        usable = [level for level in levels if np.ceil((n + 1) * Fraction(level)) <= n]
        few += len(levels) - len(usable)
        for level in usable:
            mapie = SplitConformalRegressor(Zero(), confidence_level=float(level), prefit=True)
            exact = float(rule([Fraction(score) for score in scores.tolist()], Fraction(level)))
            try:
                mapie.conformalize(np.zeros((n, 1)), scores)
                theirs = float(mapie.predict_interval(np.zeros((1, 1)))[1][0, 1, 0])
            except ValueError:
                none.append(f"n = {n}, coverage {level}: MAPIE asks for more scores")
                continue
            if theirs == exact:
                same += 1
                continue
            (larger if theirs > exact else smaller).append(
                f"n = {n}, coverage {level}: score number {np.searchsorted(np.sort(scores), exact) + 1} in increasing "
                f"order; MAPIE takes number {np.searchsorted(np.sort(scores), theirs) + 1}"
            )
    print(
        f"{same} thresholds are the same; MAPIE's is larger {len(larger)} times, smaller {len(smaller)} times, and "
        f"missing {len(none)} times; {few} coverages need more scores"
    )
    print(*larger[:5], *smaller[:5], *none[:5], sep="\n")


if __name__ == "__main__":
    main()

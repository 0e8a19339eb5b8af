"""Proves one claim of each kind about a model trained on real data, and refutes another; and ensembles of 100 trees.

    python benchmarks/claims.py [--only TEXT] [--kernel] [--timeout S]
    python benchmarks/claims.py --forests [--rows N] [--timeout S]

prints a table in Markdown.  The data sets are those that scikit-learn ships; each fourth row is for testing.  The
models, which this script trains in a few seconds, are

    diabetes   10 features in their own units → progression, a scaler and 2×64 ReLUs (MLPRegressor)
    rounded    the same with the weights of each layer rounded to 8 bits
    tumours    30 measurements → benign above 1/2, a scaler and 2×64 ReLUs (MLPRegressor)
    wine       13 measurements → one of three labels, or their probabilities, a scaler and 2×64 ReLUs (MLPClassifier)
    digits     64 pixels → ten scores, 2×32 ReLUs (that of certified.py)
    demo       examples/tumour.onnx

``quarters`` is the box between the first and third quartiles of all features, and σ is a feature's standard deviation.
Seconds are CPU seconds: of the search (this process) and of the native checker (its children); with ``--kernel`` also
of a second check by both checkers.  ``--forests`` asks whether the label of N test rows stays the same where each
feature changes by at most so many σ.  A verdict other than the expected one ends in exit code 1.
"""

from __future__ import annotations

import argparse
import copy
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import certified
import numpy as np
from cpu import children
from sklearn.datasets import load_breast_cancer, load_diabetes, load_wine
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

import warrant
from warrant import (
    Bounded,
    Domain,
    Equivalent,
    Fair,
    Feature,
    Lipschitz,
    Monotone,
    Reachable,
    Robust,
    Stable,
    Statement,
)
from warrant.models.exporters import export

EXAMPLES = Path(__file__).parents[1] / "examples"


@dataclass(frozen=True)
class Data:
    """A data set in training and test part: (n, features) and (n,); the standard deviations of the features."""

    names: tuple[str, ...]
    X: np.ndarray
    y: np.ndarray
    X_test: np.ndarray
    y_test: np.ndarray
    spread: np.ndarray

    @classmethod
    def of(cls, loaded: Any) -> Data:
        """What scikit-learn loaded, in binary32, in which models compute."""
        X, y = loaded.data.astype(np.float32), loaded.target
        test = np.arange(len(X)) % 4 == 3
        names = tuple(str(name) for name in loaded.feature_names)
        return cls(names, X[~test], y[~test], X[test], y[test], X[~test].std(axis=0))

    def radii(self, share: float) -> list[float]:
        """The share of each standard deviation, to four digits."""
        return [float(f"{share * s:.4g}") for s in self.spread]

    def quarters(self, **listed: list[int]) -> Domain:
        """The box between the quartiles; some features have a list of values instead."""
        low, high = np.quantile(self.X, [0.25, 0.75], axis=0)
        return Domain(
            tuple(
                Feature.one_of(name, listed[name]) if name in listed else Feature.real(name, float(a), float(b))
                for name, a, b in zip(self.names, low, high, strict=True)
            )
        )


def network(kind: type, data: Data, alpha: float, *, scaled: bool = False) -> Pipeline:
    """A scaler and 2×64 ReLUs; with ``scaled`` trained on standardised targets, which the last layer undoes."""
    net = kind(hidden_layer_sizes=(64, 64), alpha=alpha, max_iter=500, random_state=0)
    pipeline = make_pipeline(StandardScaler(), net)
    mean, spread = (data.y.mean(), data.y.std()) if scaled else (0, 1)
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        pipeline.fit(data.X, (data.y - mean) / spread if scaled else data.y)
    if scaled:
        net.coefs_[-1] *= spread
        net.intercepts_[-1] = net.intercepts_[-1] * spread + mean
    return pipeline


def rounded(pipeline: Pipeline) -> Pipeline:
    """The same with 8 bits for each weight."""
    other = copy.deepcopy(pipeline)
    steps = [abs(w).max() / 127 for w in other[-1].coefs_]
    other[-1].coefs_ = [np.round(w / s) * s for w, s in zip(other[-1].coefs_, steps, strict=True)]
    return other


def file(pipeline: Any, data: Data) -> bytes:
    """The exported model."""
    return export(pipeline, data.X).data


Prove = Callable[[Path], warrant.Verdict]
Case = tuple[str, str, str, str, Prove]
"""Kind of claim, model, claim in words, expected verdict, and how to prove it into a folder."""


def cases(timeout: float) -> Iterator[Case]:
    """A claim that holds and one that fails, of each kind."""

    def stated(kind: str, name: str, model: bytes, *claims: tuple[str, Statement]) -> Iterator[Case]:
        for expected, (words, statement) in zip(("PROVED", "REFUTED"), claims, strict=True):
            yield kind, name, words, expected, of(model, statement)

    def of(model: bytes | Path, statement: Statement | Path) -> Prove:
        return lambda place: warrant.prove(model, statement, timeout=timeout, out=place)

    sugar, cells, cultivars = (Data.of(load(**how)) for load, how in LOADED)
    diabetes = network(MLPRegressor, sugar, alpha=10, scaled=True)
    tumours = network(MLPRegressor, cells, alpha=1)
    wine = network(MLPClassifier, cultivars, alpha=1)
    layers, images, digits = certified.train()
    right = ((tumours.predict(cells.X_test) > 0.5) == cells.y_test).mean()
    print(f"On test rows: R² of diabetes {diabetes.score(sugar.X_test, sugar.y_test):.3f}", end="; ")
    print(f"accuracy of tumours {right:.4f}, of wine {wine.score(cultivars.X_test, cultivars.y_test):.4f}\n")
    score, score_8 = file(diabetes, sugar), file(rounded(diabetes), sugar)
    cell, label, image = file(tumours, cells), file(wine, cultivars), certified.onnx_bytes(layers, label=False)
    probabilities = export(wine, cultivars.X, "probabilities").data
    box, both, person = sugar.quarters(), sugar.quarters(sex=[1, 2]), sugar.X_test[0]
    pixels = Domain.box(np.zeros(64), np.full(64, 16.0))
    middle, around, bottle = cultivars.X_test[5], np.array(cultivars.radii(0.1)), int(cultivars.y_test[5])
    bottles = Domain.box(middle - around, middle + around, names=cultivars.names)

    yield from stated(
        "Bounded",
        "diabetes",
        score,
        *((f"{a} to {b}, quarters", Bounded(box, a, b)) for a, b in ((75, 255), (85, 245))),
    )
    yield from stated(
        "Reachable", "diabetes", score, *((f"at least {a}, quarters", Reachable(box, low=a)) for a in (225, 230))
    )
    for percent, expected in ((18, "PROVED"), (20, "REFUTED")):
        text = EXAMPLES / f"within-{percent}-percent.vnnlib"
        yield "Safe", "demo", f"examples/{text.name}", expected, of(EXAMPLES / "tumour.onnx", text)
    yield from stated("Robust, ℓ∞", "digits", image, *((f"radius {r}", Robust(images[0], r)) for r in (1, 1.5)))
    for norm, radii in (("l2", (4, 8)), ("l1", (16, 32))):
        balls = ((f"radius {r}, within [0, 16]", Robust(images[0], r, norm=norm, within=pixels)) for r in radii)
        yield from stated(f"Robust, ℓ{norm[1]}", "digits", image, *balls)
    yield from stated(
        "Robust, top 2", "digits", image, *((f"radius {r}", Robust(images[0], r, top=2)) for r in (1.5, 2))
    )
    yield from stated(
        "Robust, a radius each",
        "tumours",
        cell,
        *((f"{s} σ", Robust(cells.X_test[5], cells.radii(s), threshold=0.5, names=cells.names)) for s in (1, 2)),
    )
    yield from stated(
        "Robust, labels",
        "wine",
        label,
        *((f"{s} σ", Robust(cultivars.X_test[5], cultivars.radii(s), names=cultivars.names)) for s in (0.2, 0.3)),
    )
    yield from stated(
        "Bounded, probabilities",
        "wine",
        probabilities,
        *((f"{p} or more for its label, 0.1 σ", Bounded(bottles, low=p, output=bottle)) for p in (0.8, 0.9)),
    )
    yield from stated(
        "Robust, regression",
        "diabetes",
        score,
        *((f"0.1 σ moves it by at most {t}", Robust(person, sugar.radii(0.1), tolerance=t)) for t in (8, 6)),
    )
    for least, expected in ((40, "PROVED"), (41, "REFUTED")):
        claim = warrant.CertifiedAccuracy(images[:50], digits[:50], 1, within=pixels)

        def whole(place: Path, claim: Any = claim, least: int = least) -> warrant.Verdict:
            return warrant.certify(image, claim, place, at_least=least, timeout=timeout).verdict

        yield "CertifiedAccuracy", "digits", f"at least {least} of 50, radius 1", expected, whole
    for kind, tolerance in (("Monotone", 1), ("Monotone, exactly", 0)):
        slack = f", but for {tolerance}" if tolerance else ""
        ups = ((f"{name}{slack}, quarters", Monotone(name, "increasing", box, tolerance)) for name in ("bmi", "s1"))
        yield from stated(kind, "diabetes", score, *ups)
    yield from stated("Fair", "diabetes", score, *((f"sex, {t}, quarters", Fair("sex", both, t)) for t in (20, 15)))
    yield from stated(
        "Stable",
        "diabetes",
        score,
        *((f"0.1 σ, {t}, quarters", Stable(sugar.radii(0.1), box, t)) for t in (12, 10)),
    )
    for norm, slopes in (("linf", (80, 70)), ("l2", (50, 40)), ("l1", (50, 40))):
        name = {"linf": "ℓ∞", "l2": "ℓ2", "l1": "ℓ1"}[norm]
        steep = ((f"{s}, quarters", Lipschitz(s, box, norm=norm)) for s in slopes)
        yield from stated(f"Lipschitz, {name}", "diabetes", score, *steep)
    yield from stated(
        "Equivalent", "diabetes, rounded", score, *((f"{t}, quarters", Equivalent(score_8, box, t)) for t in (5, 0.2))
    )


WORDS = ("PROVED", "REFUTED", "UNKNOWN")
SECONDS = ("search, CPU s", "native, CPU s")
LOADED = ((load_diabetes, {"scaled": False}), (load_breast_cancer, {}), (load_wine, {}))


def heading(*columns: str) -> None:
    """Print the head of a table."""
    print("|", " | ".join(columns), "|")
    print("|---" * len(columns) + "|")


def run(case: Case, kernel: bool) -> bool:
    """Prove one claim, print its row, and say whether the verdict is the expected one."""
    kind, model, words, expected, prove = case
    with tempfile.TemporaryDirectory() as made:
        place = Path(made) / "w"
        own, others = time.process_time(), children()
        verdict = prove(place)
        own, others = time.process_time() - own, children() - others
        again = ""
        if kernel and verdict.word != "UNKNOWN":
            begun = children()
            checked = warrant.check(place / "whole" if (place / "whole").exists() else place, kernel=True)
            again = f"{children() - begun:.1f}" if checked.word == verdict.word else checked.line
    regions = verdict.figures.get("regions")
    size, shown = len(verdict.certificate or b""), "" if regions is None else f"{regions:.0f}"
    row = (kind, model, words, verdict.word, shown, size, f"{own:.1f}", f"{others:.1f}", *[again] * kernel)
    print("|", " | ".join(str(cell) for cell in row), "|", flush=True)
    if verdict.word != expected:
        print(f"expected {expected}: {verdict.line}", file=sys.stderr)
    return verdict.word == expected


def forests(count: int, timeout: float) -> None:
    """Print how many test rows of breast cancer are robust for two ensembles of 100 trees."""
    cells = Data.of(load_breast_cancer())
    rows = cells.X_test[:: len(cells.X_test) // count][:count]
    heading("model", "test accuracy", "radius", *WORDS, "largest certificate, bytes", *SECONDS)
    for model in (
        RandomForestClassifier(100, random_state=0),
        GradientBoostingClassifier(n_estimators=100, max_depth=4, random_state=0),
        GradientBoostingClassifier(n_estimators=100, max_depth=6, random_state=0),
    ):
        model.fit(cells.X, cells.y)
        data, right = file(model, cells), model.score(cells.X_test, cells.y_test)
        for share in (0.02, 0.05, 0.1, 0.2, 0.3):
            own, others = time.process_time(), children()
            found = [warrant.prove(data, Robust(x, cells.radii(share)), timeout=timeout) for x in rows]
            own, others = time.process_time() - own, children() - others
            counts = [sum(v.word == word for v in found) for word in WORDS]
            size = max(len(v.certificate or b"") for v in found)
            row = (type(model).__name__, f"{right:.4f}", share, *counts, size, f"{own:.1f}", f"{others:.1f}")
            print("|", " | ".join(str(cell) for cell in row), "|", flush=True)


def main() -> int:
    """Train, prove, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="claims whose kind has this text in it")
    parser.add_argument("--kernel", action="store_true", help="check in the kernel, too")
    parser.add_argument("--forests", action="store_true", help="ensembles of trees instead")
    parser.add_argument("--rows", type=int, default=24, help="test rows for the ensembles")
    parser.add_argument("--timeout", type=float, default=300)
    given = parser.parse_args()
    if given.forests:
        forests(given.rows, given.timeout)
        return 0
    chosen = [case for case in cases(given.timeout) if given.only.lower() in case[0].lower()]
    last = ["native and kernel, CPU s"] * given.kernel
    heading("kind", "model", "claim", "verdict", "regions", "certificate, bytes", *SECONDS, *last)
    verdicts = [run(case, given.kernel) for case in chosen]
    return 0 if all(verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())

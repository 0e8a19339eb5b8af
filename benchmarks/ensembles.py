"""Measures claims about two runs, and about probabilities, of ensembles of 100 decision trees that this script trains.

    python benchmarks/ensembles.py [--kernel] [--only KIND] [--timeout S]

The credit scores are those of benchmarks/relations.py, 12 features on [0, 1]; a *monotone* ensemble was trained to rise
with income, assets and years, and to fall with debt, late and loan.  The other data are the breast cancer data of
scikit-learn, 30 features, of which every other patient is trained on; the output is the probability of benign.  The
classifier of credit scores says whether they are above the median, behind a scaler.
Seconds are CPU seconds of this process and its children.
"""

from __future__ import annotations

import argparse
import sys
import time

import numpy as np
import xgboost
from cpu import children
from relations import NAMES, data
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import GradientBoostingRegressor, RandomForestRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import warrant
from warrant import Bounded, Domain, Equivalent, Fair, Monotone, Stable
from warrant._api import prove_claim
from warrant.models.exporters import export

SIGNS = (1, 1, 1, 0, -1, -1, -1, 0, 0, 0, 0, 0)


def main() -> int:
    """Train, state, prove, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kernel", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--timeout", type=float, default=60)
    args = parser.parse_args()
    x, y = data(4000, np.random.default_rng(0), unfair=False)
    x = x.astype(np.float32)
    boosted = xgboost.XGBRegressor(n_estimators=100, max_depth=4, learning_rate=0.1)
    free = export(boosted.fit(x, y), x).data
    deep = xgboost.XGBRegressor(n_estimators=100, max_depth=6, learning_rate=0.1, monotone_constraints=SIGNS)
    rising = export(deep.fit(x, y), x).data
    forest = RandomForestRegressor(100, max_depth=6, random_state=0, monotonic_cst=SIGNS)
    rising_forest = export(forest.fit(x, y), x).data
    forest = RandomForestRegressor(100, max_depth=6, random_state=0).fit(x, y)
    free_forest = export(forest, x).data
    forest.estimators_ = forest.estimators_[:90]
    short = export(forest, x).data
    cancer = load_breast_cancer()
    z, label, names = cancer.data.astype(np.float32), cancer.target, list(cancer.feature_names)
    spread = z.std(axis=0)
    of_cancer = export(RandomForestRegressor(100, max_depth=6, random_state=0).fit(z[::2], label[::2]), z).data
    boosted_cancer = GradientBoostingRegressor(n_estimators=100, max_depth=4, random_state=0).fit(z[::2], label[::2])
    of_cancer_boosted = export(boosted_cancer, z).data
    classifier = xgboost.XGBClassifier(n_estimators=100, max_depth=4, learning_rate=0.1)
    of_classes = export(classifier.fit(z[::2], label[::2]), z, "probabilities").data
    credit = make_pipeline(StandardScaler(), xgboost.XGBClassifier(n_estimators=100, max_depth=4, learning_rate=0.1))
    of_credit = export(credit.fit(x, (y > np.median(y)).astype(int)), x, "probabilities").data
    around = Domain.box(list(z[1] - 0.05 * spread), list(z[1] + 0.05 * spread), names=names)
    malignant = float(classifier.predict_proba(z[1:2])[0, 0])
    unit = Domain.box([0] * 12, [1] * 12, names=NAMES)
    whole = Domain.box(list(z.min(axis=0)), list(z.max(axis=0)), names=names)
    near = Domain.box(list(z[1] - 0.5 * spread), list(z[1] + 0.5 * spread), names=names)
    step = list(0.005 * spread)
    claims = [
        ("Monotone, boosted, depth 6, monotone", rising, Monotone("income", "increasing", unit, tolerance=0)),
        ("Monotone, forest, depth 6, monotone", rising_forest, Monotone("income", "increasing", unit, tolerance=0)),
        ("Monotone, boosted, depth 4", free, Monotone("income", "increasing", unit, tolerance=0)),
        ("Monotone, boosted, depth 4", free, Monotone("income", "increasing", unit, tolerance=0.1)),
        ("Fair, boosted, depth 4", free, Fair("group", unit, tolerance=0.05)),
        ("Fair, boosted, depth 4", free, Fair("group", unit, tolerance=0.15)),
        ("Fair, forest, depth 6", free_forest, Fair("group", unit, tolerance=0.01)),
        ("Fair, forest, depth 6", free_forest, Fair("group", unit, tolerance=0.002)),
        ("Equivalent, forest, 90 of 100 trees", free_forest, Equivalent(short, unit, tolerance=0.15)),
        ("Equivalent, forest, 90 of 100 trees", free_forest, Equivalent(short, unit, tolerance=0.02)),
        ("Fair, cancer, forest", of_cancer, Fair("mean radius", whole, tolerance=0.1)),
        ("Fair, cancer, forest", of_cancer, Fair("mean radius", whole, tolerance=0.05)),
        ("Fair, cancer, boosted", of_cancer_boosted, Fair("mean radius", whole, tolerance=0.2)),
        ("Fair, cancer, boosted", of_cancer_boosted, Fair("mean radius", whole, tolerance=0.1)),
        ("Stable, cancer, forest", of_cancer, Stable(step, near, tolerance=0.3)),
        ("Stable, cancer, forest", of_cancer, Stable(step, near, tolerance=0.2)),
        ("Stable, cancer, forest", of_cancer, Stable(step, near, tolerance=0.1)),
        ("Stable, cancer, boosted", of_cancer_boosted, Stable(step, near, tolerance=0.1)),
        ("Stable, cancer, boosted, everywhere", of_cancer_boosted, Stable(step, whole, tolerance=0.6)),
        ("Probability, cancer, XGBoost", of_classes, Bounded(around, low=round(malignant - 0.05, 3))),
        ("Probability, cancer, XGBoost", of_classes, Bounded(near, low=0.5)),
        ("Probability, cancer, XGBoost", of_classes, Bounded(near, low=round(malignant, 3))),
        ("Probability, Fair, credit, scaled", of_credit, Fair("group", unit, tolerance=0.25, output=1)),
        ("Probability, Fair, credit, scaled", of_credit, Fair("group", unit, tolerance=0.1, output=1)),
        ("Probability, Monotone, credit, scaled", of_credit, Monotone("income", "increasing", unit, 0.4, output=1)),
        ("Probability, Monotone, credit, scaled", of_credit, Monotone("income", "increasing", unit, 0, output=1)),
    ]
    for kind, model, claim in claims:
        if args.only not in kind:
            continue
        begin = time.process_time() + children()
        verdict = prove_claim(claim.claim(model), kernel=args.kernel, timeout=args.timeout)
        spent = time.process_time() + children() - begin
        regions = verdict.figures.get("regions", 0)
        limit = getattr(claim, "tolerance", getattr(claim, "low", None))
        print(
            f"{kind:<38} {limit!s:<6} {verdict.word:<8} regions {regions:7.0f}  "
            f"bytes {len(verdict.certificate or b''):7}  CPU s {spent:6.1f}  wall s {dict(verdict.seconds)}",
            flush=True,
        )
        if isinstance(verdict, warrant.Unknown):
            print("   ", verdict.reason, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""What ``warrant`` exports is exactly what is meant to be, with docstrings, and costs little to import."""

from __future__ import annotations

import inspect
import subprocess
import sys

import warrant

NAMES = [
    "Audit",
    "Bounded",
    "Certified",
    "CertifiedAccuracy",
    "ClassificationCalibrated",
    "Convex",
    "Counterexample",
    "Domain",
    "Equivalent",
    "Fair",
    "Feature",
    "GradcheckError",
    "Lipschitz",
    "LipschitzLoss",
    "MinimisedExactlyAt",
    "Monotone",
    "NonNegative",
    "Proved",
    "Reachable",
    "Refuted",
    "Robust",
    "RoundingError",
    "Safe",
    "SearchError",
    "SmoothLoss",
    "Stable",
    "Statement",
    "StrictlyProper",
    "Unknown",
    "Unsupported",
    "UpperBounds",
    "Verdict",
    "WarrantError",
    "Witness",
    "WrongInput",
    "__version__",
    "accuracy",
    "assert_proved",
    "audit",
    "certify",
    "chain",
    "check",
    "conformal",
    "converges",
    "gradcheck",
    "gradient",
    "independent",
    "posterior",
    "privacy",
    "prove",
    "report",
    "smoothing",
]


def test_names() -> None:
    assert sorted(warrant.__all__) == NAMES


def test_every_public_thing_is_documented() -> None:
    for name in warrant.__all__:
        thing = getattr(warrant, name)
        if not isinstance(thing, str):
            assert inspect.getdoc(thing), name


def test_nothing_else_that_is_public_was_defined() -> None:
    public = {name for name, thing in vars(warrant).items() if not name.startswith("_") and not inspect.ismodule(thing)}
    assert public == {name for name in NAMES if not name.startswith("_")} | {"package_version"}


def test_importing_does_not_load_the_heavy_libraries() -> None:
    heavy = ("numpy", "scipy", "onnx", "onnxruntime", "torch")
    code = f"import sys, warrant; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

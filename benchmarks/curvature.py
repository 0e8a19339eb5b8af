"""Curvature and slopes of losses by branch and bound on derivatives: boxes and CPU seconds (docs/losses.md).

Run with ``PYTHONPATH=src:tests .venv/bin/python benchmarks/curvature.py [--kernel]``.
"""

from __future__ import annotations

import resource
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import small_losses as small

import warrant
from warrant.claims import Loss
from warrant.losses import COVER, list_loss
from warrant.statements import Convex, LipschitzLoss, LossProperty, SmoothLoss

Result = TypeVar("Result")

_DATA: small.Bounds = {"w": (-2, 2), "x": (-1, 1), "y": (-1, 1)}
_CUBE: small.Bounds = {"x": (-1, 1), "y": (-1, 1), "z": (-1, 1)}
_CLAIMS: list[tuple[str, small.Example, LossProperty]] = [
    *(
        (f"5 ln(1 + exp z) - ln(exp z + exp(-z)), ±{size}", small.indirect(), Convex(bounds={"z": (-size, size)}))
        for size in (5, 50)
    ),
    ("the same with 4.01 for 5, ±5", small.indirect(4.01), Convex(bounds={"z": (-5, 5)})),
    ("z sigmoid z, ±2", small.swish(), Convex(bounds={"z": (-2, 2)})),
    ("z sigmoid z, ±10, slope 1.1", small.swish(), LipschitzLoss(bounds={"z": (-10, 10)}, constant="11/10")),
    ("z sigmoid z, ±10, bend 0.501", small.swish(), SmoothLoss(bounds={"z": (-10, 10)}, constant="501/1000")),
    ("z (1 + erf(z/2)), ±1.9", small.gelu(), Convex(bounds={"z": ("-19/10", "19/10")})),
    ("ln(1 + z²), ±0.99", small.cauchy(), Convex(bounds={"z": ("-99/100", "99/100")})),
    ("ln(1 + z²), ±100, bend 2.01", small.cauchy(), SmoothLoss(bounds={"z": (-100, 100)}, constant="201/100")),
    ("x² + y² - y tanh x, ±3, ±1", small.coupled(), Convex(bounds={"x": (-3, 3), "y": (-1, 1)})),
    ("x² + y² + z² - z sigmoid(x y), ±1", small.gated(), Convex(bounds={"v": (-1, 1)})),
    ("the first at <w, x> - y, 6 weights, by w", small.linear_model(), Convex(("w",), _DATA)),
    ("the same, slope 9.8", small.linear_model(), LipschitzLoss(("w",), _DATA, constant="98/10")),
    ("swish(x - y) + swish(y - z) + (x + y + z)², ±1", small.differences(), Convex(bounds=_CUBE)),
    ("|x|² + ln(1 + |x|²)/2 of 4 numbers, ±1", small.heavy_tailed(), Convex(bounds={"x": (-1, 1)})),
]


def _seconds(work: Callable[[], Result]) -> tuple[Result, float]:
    """What it gives, and the CPU seconds of this process and of the programs that it ran."""

    def used() -> float:
        both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        return sum(u.ru_utime + u.ru_stime for u in both)

    before = used()
    return work(), used() - before


def _boxes(certificate: bytes, claim: Loss) -> int:
    """How many boxes a bisection ends in: after the first number come twice as many choices, less one."""
    listing = list_loss([a.data for a in claim.artefacts])
    assert not isinstance(listing, str)
    numbers = sum(name == "input" for name, _, _ in listing.program.instructions)
    return (len(certificate) - len(COVER) - 8 * numbers) // 8


def main() -> None:
    """Print the table."""
    kernel = "--kernel" in sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        for k, (name, example, claimed) in enumerate(_CLAIMS):
            out = Path(folder) / f"{k}.warrant"

            def prove(
                example: small.Example = example, claimed: LossProperty = claimed, out: Path = out
            ) -> warrant.Verdict:
                return warrant.prove(example.loss, claimed, kernel=kernel, out=out)

            verdict, seconds = _seconds(prove)
            found = (out / "certificate.bin").read_bytes() if isinstance(verdict, warrant.Proved) else b""
            boxes = _boxes(found, claimed.claim(example.loss)) if found.startswith(COVER) else 0
            print(f"| {name} | {type(verdict).__name__} | {boxes} | {seconds:.2f} |")


if __name__ == "__main__":
    main()

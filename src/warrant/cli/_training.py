"""The verb about training runs: converges."""

from __future__ import annotations

import argparse
from typing import Any

from warrant._api import prove_claim
from warrant._svg import require_matplotlib
from warrant._verdicts import Verdict
from warrant.cli._arguments import Finish, add_usual, folder
from warrant.cli._progress import progress

__all__ = ["add"]


def add(verbs: Any, finish: Finish, codes: str) -> None:
    """Add the verb to a parser; ``finish`` shows a verdict and gives the exit code."""
    converges = verbs.add_parser(
        "converges",
        help="prove or refute that a gradient method on your data ends close to the least objective",
        description="The objective is 1/n Σ loss(<a(i), w>, y(i)) + α/2 ‖w‖²; with --intercept, the predictions are "
        "<a(i), w> + b.  The run begins at 0, in exact arithmetic.  Numbers are decimals or fractions, exactly "
        "(docs/training.md).",
        epilog=codes,
    )
    converges.add_argument("objective", choices=("ridge", "logistic", "huber"), help="what the loss is")
    converges.add_argument("features", metavar="FEATURES", help="an .npy file, float64, (n, d)")
    converges.add_argument("labels", metavar="LABELS", help="an .npy file, float64, (n,)")
    converges.add_argument("--penalty", required=True, metavar="α", help="of the term α/2 ‖w‖²")
    converges.add_argument("--delta", metavar="δ", help="where Huber's loss becomes linear")
    converges.add_argument("--intercept", action="store_true", help="an intercept, without penalty")
    converges.add_argument("--method", choices=("gradient-descent", "nesterov"), default="gradient-descent")
    converges.add_argument("--step", metavar="γ", help="default: 1/L, rounded down, for the L that is proved")
    converges.add_argument(
        "--momentum", metavar="β", help="of Nesterov's method; default: from the µ that is proved, or one that grows"
    )
    converges.add_argument(
        "--steps", type=int, metavar="N", help="default: as many as the accuracy needs (with 1/L, if γ is too large)"
    )
    converges.add_argument("--accuracy", metavar="ε", help="default: what is proved after N steps")
    add_usual(converges, "FEATURES")
    converges.add_argument("--plot", metavar="FILE.svg", help="draw a run in binary64 under the proved bound")
    converges.set_defaults(run=lambda arguments: finish(_converges(arguments)))


def _converges(arguments: argparse.Namespace) -> Verdict:
    from warrant.training.state import state

    if arguments.plot is not None:
        require_matplotlib()
    with progress("bounding the spectrum") as (_, stage):
        claim = state(
            arguments.objective,
            arguments.features,
            arguments.labels,
            penalty=arguments.penalty,
            delta=arguments.delta,
            intercept=arguments.intercept,
            method=arguments.method,
            step=arguments.step,
            momentum=arguments.momentum,
            steps=arguments.steps,
            accuracy=arguments.accuracy,
        )
        verdict = prove_claim(claim, timeout=None, kernel=arguments.kernel, out=folder(arguments, claim), stage=stage)
        if arguments.plot is not None and verdict.word == "PROVED":
            from warrant.training.plot import curves, draw

            if stage:
                stage("drawing")
            draw([(claim.stem, [curves(claim)])], arguments.plot)
    summary = claim.summary()
    print(f"{'claim':<12} {summary.subject}")
    for line in summary.excerpt[1:]:
        print(f"{'':<12} {line}")
    return verdict

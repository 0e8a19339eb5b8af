"""The verb about losses: loss."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import Any

from warrant._api import DEFAULT_TIMEOUT, prove_claim
from warrant._verdicts import Verdict
from warrant.cli._arguments import Finish, add_usual, bounds, folder, names, positive
from warrant.cli._progress import progress

__all__ = ["add"]


def add(verbs: Any, finish: Finish, codes: str) -> None:
    """Add the verb to a parser; ``finish`` shows a verdict and gives the exit code."""
    loss = verbs.add_parser(
        "loss",
        help="prove or refute that a loss is convex, smooth, calibrated and so on, and have it checked",
        description="The loss is an ONNX graph whose output is one number.  Convexity is found by the rules of "
        "disciplined convex programming, in the checker itself.",
        epilog=codes,
    )
    loss.add_argument(
        "loss",
        metavar="LOSS",
        help="an ONNX file with one output, one number; or MODULE:NAME, an expression of CVXPY",
    )
    which = loss.add_mutually_exclusive_group(required=True)
    which.add_argument("--convex", action="store_true", help="it is convex")
    which.add_argument("--nonnegative", action="store_true", help="it is at least 0")
    which.add_argument("--lipschitz", metavar="L", help="it is Lipschitz with this constant")
    which.add_argument("--smooth", metavar="L", help="its gradient is Lipschitz with this constant")
    which.add_argument(
        "--upper-bounds",
        metavar="(zero-one | OTHER)",
        help="as a loss of a margin, it is at least the 0–1 loss; or it is at least another loss, given like LOSS",
    )
    which.add_argument(
        "--calibrated", action="store_true", help="as a loss of a margin, it is calibrated for classification"
    )
    which.add_argument("--minimised-at", metavar="AT", help="it is least exactly at this input, or this number")
    which.add_argument(
        "--minimised-at-logarithm", metavar="NAME", help="it is least exactly at the logarithms of this input's entries"
    )
    which.add_argument(
        "--strictly-proper",
        action="store_true",
        help="it is a strictly proper score of the forecast that --by names; the other input is the outcome",
    )
    which.add_argument(
        "--rounding-error",
        metavar="E",
        help="evaluated in floating point it is off by at most E, and does not overflow",
    )
    loss.add_argument("--relative", metavar="R", help="with --rounding-error: by R times its size more (default: 0)")
    loss.add_argument(
        "--format",
        choices=["binary32", "binary64"],
        help="with --rounding-error: in which it is evaluated (default: binary64)",
    )
    loss.add_argument(
        "--ulps",
        metavar="K",
        help="with --rounding-error: the machine's exponentials and logarithms are within so many units in the last "
        "place (default: 1)",
    )
    loss.add_argument(
        "--by",
        type=names,
        metavar="NAMES",
        help="in these inputs, with commas between them; the others are held fixed (default: in all)",
    )
    loss.add_argument(
        "--bounds",
        action="append",
        default=[],
        type=bounds,
        metavar="NAME=LEAST:MOST",
        help="the entries of this input lie between these numbers; either may be left out",
    )
    loss.add_argument("--timeout", type=positive, default=DEFAULT_TIMEOUT, metavar="S", help="seconds for the analysis")
    add_usual(loss, "LOSS-PROPERTY")
    loss.set_defaults(run=lambda arguments: finish(_loss(arguments)))


def _loss(arguments: argparse.Namespace) -> Verdict:
    from warrant.losses.state import PROPERTIES, ROUNDING, state

    said = {name: getattr(arguments, name) for name in (*PROPERTIES, *ROUNDING)}
    claim, notes = state(arguments.loss, by=arguments.by, bounds=dict(arguments.bounds), **said)
    with progress("analysing the loss") as (report, stage):
        verdict = prove_claim(
            claim,
            timeout=arguments.timeout,
            kernel=arguments.kernel,
            out=folder(arguments, claim),
            report=report,
            stage=stage,
        )
    return replace(verdict, notes=(*notes, *verdict.notes))

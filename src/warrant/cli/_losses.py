"""The verb about losses: loss."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import Any
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warrant._api import DEFAULT_TIMEOUT, prove_claim
from warrant._verdicts import Verdict
from warrant.cli._arguments import Finish, add_usual, bounds, folder, names, positive
from warrant.cli._progress import progress

if TYPE_CHECKING:
    from warrant.losses import Translated

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
    limits = dict(arguments.bounds)
    claimed: LossProperty
    if arguments.convex:
        claimed = Convex(arguments.by, limits)
    elif arguments.nonnegative:
        claimed = NonNegative(arguments.by, limits)
    elif arguments.calibrated:
        claimed = ClassificationCalibrated(arguments.by, limits)
    elif arguments.strictly_proper:
        claimed = StrictlyProper(arguments.by, limits)
    elif arguments.minimised_at is not None:
        claimed = MinimisedExactlyAt(arguments.by, limits, arguments.minimised_at)
    elif arguments.minimised_at_logarithm is not None:
        claimed = MinimisedExactlyAt(arguments.by, limits, arguments.minimised_at_logarithm, logarithm=True)
    elif arguments.upper_bounds is not None:
        claimed = UpperBounds(arguments.by, limits, arguments.upper_bounds)
    elif arguments.smooth is not None:
        claimed = SmoothLoss(arguments.by, limits, arguments.smooth)
    elif arguments.rounding_error is not None:
        claimed = RoundingError(
            arguments.by, limits, arguments.rounding_error, arguments.relative, arguments.format, arguments.ulps
        )
    else:
        claimed = LipschitzLoss(arguments.by, limits, arguments.lipschitz)
    expression = _expression(arguments.loss)
    note: tuple[str, ...] = ()
    if expression is not None:
        data, name, note = expression.data, f"{arguments.loss.partition(':')[2]}.onnx", (expression.note,)
        claimed = claimed.within(expression.variables, expression.bounds)
    else:
        data, name = read_model(Path(arguments.loss))
    if isinstance(claimed, UpperBounds) and not claimed.word:
        other = _expression(claimed.other)
        by = None if expression is not None else claimed.by
        claimed = replace(claimed, by=by, other=claimed.other if other is None else other.data)
        if other is not None:
            note = (*note, other.note)
            claimed = replace(claimed, bounds={**other.bounds, **claimed.bounds})
    claim = claimed.claim(data, name=name)
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
    return replace(verdict, notes=(*note, *verdict.notes))


def _expression(given: str) -> Translated | None:
    """The expression of CVXPY that MODULE:NAME names; None: it is the path of a file."""
    from warrant.losses import is_expression, translate

    if not names_object(given) or Path(given).exists():
        return None
    found = import_object(given, kind="expression", expected="MODULE:NAME")
    if not is_expression(found):
        raise WrongInput(f"{given} is a {type(found).__name__}", expected="an expression of CVXPY")
    return translate(found)

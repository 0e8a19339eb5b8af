"""The verb about rates of optimisation methods: rate."""

from __future__ import annotations

import argparse
import ast
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from warrant._api import prove_claim
from warrant._svg import require_matplotlib
from warrant._verdicts import Unknown
from warrant.claims import ForAllSteps
from warrant.cli._arguments import Finish, positive
from warrant.cli._progress import progress
from warrant.errors import WrongInput

__all__ = ["add"]

_PROVED, _UNKNOWN = 0, 3
_MOST = 200
"""The largest number of values of a range."""
_STEPS = range(1, 13)
"""The numbers of steps that are drawn where no range says others."""


@dataclass(frozen=True)
class _Range:
    values: tuple[int | float, ...]


def _number(text: str) -> Fraction | None:
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        return None


def _range(text: str) -> _Range | None:
    """A..B or A..B..STEP; None if it is neither."""
    ends = [_number(part) for part in text.split("..")]
    match ends:
        case [Fraction() as low, Fraction() as high]:
            step = Fraction(1)
        case [Fraction() as low, Fraction() as high, Fraction() as step] if step > 0:
            pass
        case _:
            return None
    if low > high or (high - low) / step >= _MOST:
        raise argparse.ArgumentTypeError(f"{text}: expected an increasing range of at most {_MOST} values")
    exact = [low + i * step for i in range(int((high - low) / step) + 1)]
    return _Range(tuple(int(q) if low.denominator == step.denominator == 1 else float(q) for q in exact))


def _argument(text: str) -> tuple[str, object]:
    name, equals, value = text.partition("=")
    if not name.isidentifier() or not equals:
        raise argparse.ArgumentTypeError(f"{text}: expected NAME=VALUE")
    if ".." in value and (values := _range(value)) is not None:
        return name, values
    try:
        return name, ast.literal_eval(value)
    except (ValueError, SyntaxError):
        number = _number(value)
        return name, value if number is None else float(number)


def add(verbs: Any, finish: Finish, codes: str) -> None:
    """Add the verb to a parser; ``finish`` shows a verdict and gives the exit code."""
    rate = verbs.add_parser(
        "rate",
        help="prove the worst-case rate of an optimisation method, and have it checked",
        description="Run a PEPit worst-case function, make an exact certificate of its dual, and have it checked.",
        epilog=codes,
    )
    rate.add_argument(
        "problem", metavar="MODULE:FUNCTION", help="a PEPit function, a rate problem (*.rate) or a method (*.method)"
    )
    rate.add_argument(
        "--arg",
        action="append",
        default=[],
        type=_argument,
        metavar="NAME=VALUE",
        help="an argument of the function; of one of them a range, A..B or A..B..STEP",
    )
    how = rate.add_mutually_exclusive_group()
    how.add_argument(
        "--slack", type=positive, default=1e-3, metavar="S", help="the bound is PEPit's times 1 + S (default 1e-3)"
    )
    how.add_argument("--exact", action="store_true", help="prove the worst case itself, where it is a simple rational")
    rate.add_argument(
        "--potential",
        action="store_true",
        help="a rate for every number of steps: of the method that a PEPit function of n repeats, or of the text that "
        "MODULE:FUNCTION gives, as those of warrant.rates.methods do",
    )
    rate.add_argument(
        "--out", metavar="DIR", help="folder of the warrant, or of warrants (default: FUNCTION.warrant, here)"
    )
    rate.add_argument("--kernel", action="store_true", help="also have the Coq kernel check the theorem")
    rate.add_argument(
        "--plot",
        metavar="FILE.svg",
        help="draw what is proved, PEPit's numbers and a simulated run, over a range, or with --potential over steps",
    )
    rate.set_defaults(run=lambda arguments: _rate(arguments, finish))


def _rate(arguments: argparse.Namespace, finish: Finish) -> int:
    from warrant.rates import METHOD, NotFound, claim_about, title

    ranges = {name: value.values for name, value in arguments.arg if isinstance(value, _Range)}
    given = {name: value for name, value in arguments.arg if not isinstance(value, _Range)}
    every = arguments.potential or arguments.problem.endswith(METHOD)
    if len(ranges) > 1:
        raise WrongInput(f"{' and '.join(ranges)} are ranges", expected="a range for one argument at most")
    if every and ranges and "n" not in ranges:
        raise WrongInput(f"{next(iter(ranges))} is a range", expected="with --potential only n, the number of steps")
    if arguments.plot is not None:
        require_matplotlib()
        if not ranges and not every:
            raise WrongInput("--plot without a range", expected="such as --arg n=1..20, or --potential")
    if ranges and not every:
        return _over(arguments, given, *next(iter(ranges.items())))
    with progress("solving the performance estimation problem") as (_, stage):
        claim = claim_about(
            arguments.problem,
            arguments=given,
            slack=arguments.slack,
            exact=arguments.exact,
            potential=arguments.potential,
            stage=stage or (lambda name: None),
        )
        if isinstance(claim, NotFound):
            return finish(Unknown(reason=f"no certificate was found: {claim.reason}"))
        out = arguments.out or f"{title(arguments.problem)}.warrant"
        verdict = prove_claim(claim, timeout=None, kernel=arguments.kernel, out=out, stage=stage)
        if isinstance(claim, ForAllSteps):
            for i, line in enumerate(claim.text().splitlines()):
                print(f"{'method' if i == 0 else '':<12} {line}")
        if arguments.plot is not None and isinstance(claim, ForAllSteps):
            from warrant.rates.plot import draw
            from warrant.rates.sweep import after_steps

            steps = [int(n) for n in ranges.get("n", _STEPS) if n >= 1]
            rows = list(after_steps(claim, verdict, steps, problem=arguments.problem, arguments=given, stage=stage))
            name = f"{title(arguments.problem)}: {_shown(given)}".rstrip(": ")
            draw(rows, arguments.plot, title=name, over="number of steps", proved="proved for every number of steps")
    return finish(verdict)


def _over(arguments: argparse.Namespace, given: dict[str, object], name: str, values: tuple[int | float, ...]) -> int:
    """A range: a line for each value, and the figure."""
    from warrant.rates import title
    from warrant.rates.sweep import sweep

    rows = []
    with progress(f"{name} = {values[0]}") as (_, stage):
        for row in sweep(
            arguments.problem,
            name,
            values,
            arguments=given,
            slack=None if arguments.exact else arguments.slack,
            kernel=arguments.kernel,
            out=Path(arguments.out or f"{title(arguments.problem)}.warrants"),
            stage=stage,
        ):
            rows.append(row)
            bound = f"proved {row.proved}" if row.proved is not None else row.verdict.line
            print(f"{f'{name} = {row.value}':<16} PEPit {row.pepit:<12.6g} {bound}", flush=True)
        if arguments.plot is not None:
            from warrant.rates.plot import draw

            draw(rows, arguments.plot, title=f"{title(arguments.problem)}: {_shown(given)}".rstrip(": "), over=name)
    open_rows = [row for row in rows if row.proved is None]
    if open_rows:
        print(f"UNKNOWN: {len(open_rows)} of {len(rows)} values of {name} are not proved")
        return _UNKNOWN
    print("PROVED")
    return _PROVED


def _shown(given: dict[str, object]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in given.items())

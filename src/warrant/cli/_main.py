"""Arguments in, a verdict line and an exit code out."""

from __future__ import annotations

import argparse
import io
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from warrant._api import DEFAULT_TIMEOUT, audit, check_folder, package_version, prove_claim
from warrant._verdicts import Verdict
from warrant.claims import Gradient, Reaches, about
from warrant.cli import _certify, _losses, _probability, _rate, _training
from warrant.cli._arguments import add_usual, bounds, count, folder, names, positive
from warrant.cli._cluster import add_executor
from warrant.cli._progress import progress
from warrant.cli._show import show
from warrant.errors import WarrantError, WrongInput

__all__ = ["main"]

PROVED, REFUTED, BAD_INPUT, UNKNOWN = 0, 1, 2, 3
_EXIT = {"PROVED": PROVED, "REFUTED": REFUTED, "UNKNOWN": UNKNOWN}
_CODES = "exit codes: 0 proved, 1 refuted, 2 bad usage or input, 3 unknown"


class _Parser(argparse.ArgumentParser):
    """A parser that complains in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(BAD_INPUT, f"{self.prog}: {message}; see {self.prog} --help\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="warrant",
        description="Turn a claim about machine learning into a theorem that Coq has checked.",
        epilog=_CODES,
    )
    parser.add_argument("--version", action="version", version=f"warrant {package_version()}")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")

    prove = verbs.add_parser("prove", help="search for a proof or a counterexample, and have it checked", epilog=_CODES)
    prove.add_argument(
        "models", nargs="+", metavar="MODEL", help="an ONNX file; two, where the property is about two networks"
    )
    prove.add_argument("property", metavar="PROPERTY", help="a VNN-LIB file: it describes what must not happen")
    prove.add_argument(
        "--reachable",
        action="store_true",
        help="the file describes what is to happen at some input: an input proves it, and a proof about all refutes it",
    )
    prove.add_argument(
        "--timeout",
        type=positive,
        default=DEFAULT_TIMEOUT,
        metavar="S",
        help=f"seconds for the search (default {DEFAULT_TIMEOUT:g}); checking takes as long as it takes",
    )
    add_usual(prove, "MODEL-PROPERTY")
    prove.add_argument(
        "--jobs", type=count, default=1, metavar="N", help="how much the search may do at once (default 1)"
    )
    prove.set_defaults(run=_prove)

    _certify.add(verbs, _finish, _CODES)
    _rate.add(verbs, _finish, _CODES)
    _probability.add(verbs, _finish, _CODES)
    _training.add(verbs, _finish, _CODES)
    _gradient_parser(verbs)
    _losses.add(verbs, _finish, _CODES)

    again = verbs.add_parser("check", help="check a warrant, from its folder alone", epilog=_CODES)
    again.add_argument("folder", metavar="DIR", help="a warrant")
    again.add_argument("--kernel", action="store_true", help="also have the Coq kernel check the theorem")
    again.add_argument(
        "--recheck",
        action="store_true",
        help="and then have coqchk check the compiled theorem and the library, without Coq's virtual machine: "
        "slow, for small warrants (implies --kernel)",
    )
    again.set_defaults(run=_check)

    audited = verbs.add_parser(
        "audit", help="what a warrant says, and what has to be trusted to believe it", epilog=_CODES
    )
    audited.add_argument("folder", metavar="DIR", help="a warrant")
    audited.set_defaults(run=_audit)

    report = verbs.add_parser(
        "report", help="check a warrant, or all in a folder, and write an HTML page", epilog=_CODES
    )
    report.add_argument("folder", metavar="DIR", help="a warrant, or a folder of warrants")
    report.add_argument("-o", dest="output", metavar="FILE", help="the page (default: DIR.html, here)")
    report.add_argument("--in-toto", metavar="FILE", help="also write an in-toto statement (of one warrant only)")
    report.add_argument("--model-card", metavar="FILE", help="also write a section in Markdown for a model's card")
    report.add_argument(
        "--data",
        metavar="FILE",
        help="draw regions of inputs against this data (.npy, .npz or .csv; columns: features)",
    )
    report.add_argument("--kernel", action="store_true", help="also have the Coq kernel check the theorems")
    report.set_defaults(run=_report)

    run = verbs.add_parser(
        "run",
        help="prove what a warrant.toml asks for",
        description="Prove the claims of a project that have changed, check again those that have not, and say which "
        "are not as expected.",
        epilog="exit codes: 0 all as expected, 1 a claim has the opposite verdict, 2 bad usage or input, 3 unknown",
    )
    run.add_argument("-c", dest="config", default="warrant.toml", metavar="FILE", help="default: warrant.toml")
    run.add_argument("--only", action="append", default=[], metavar="PATTERN", help="only claims of such names")
    run.add_argument("--jobs", type=count, default=1, metavar="N", help="claims at once (default 1)")
    add_executor(run, "claims")
    run.add_argument("--timeout", type=positive, metavar="S", help="seconds for each search, in place of the file's")
    run.add_argument("--kernel", action="store_true", help="also have the Coq kernel check the theorems")
    run.add_argument("--junit", metavar="FILE", help="write the outcomes in JUnit's XML, too")
    run.set_defaults(run=_run)
    _bench_parser(verbs)
    return parser


def _gradient_parser(verbs: argparse._SubParsersAction[_Parser]) -> None:
    gradient = verbs.add_parser(
        "gradient",
        help="prove that one ONNX graph computes the gradient of another, and have it checked",
        description="Differentiate the function in reverse mode, and compare with the derivative by normal forms.",
        epilog=_CODES,
    )
    gradient.add_argument("function", metavar="FUNCTION", help="an ONNX file with one output")
    gradient.add_argument("derivative", metavar="DERIVATIVE", help="an ONNX file with an output for each named input")
    gradient.add_argument(
        "--wrt",
        type=names,
        metavar="NAMES",
        help="the inputs by which it is differentiated, with commas between them (default: all, in the file's order)",
    )
    gradient.add_argument(
        "--domain",
        action="append",
        default=[],
        type=bounds,
        metavar="NAME=LEAST:MOST",
        help="the entries of this input lie between these numbers; either may be left out",
    )
    gradient.add_argument(
        "--tolerance",
        default="0",
        metavar="EPS",
        help="each entry of the derivative may be off by so much, for cotangents between -1 and 1 (default: 0)",
    )
    gradient.add_argument(
        "--timeout",
        type=positive,
        default=DEFAULT_TIMEOUT,
        metavar="S",
        help=f"seconds for the search (default {DEFAULT_TIMEOUT:g}); checking takes as long as it takes",
    )
    add_usual(gradient, "DERIVATIVE")
    gradient.set_defaults(run=_gradient)


def _bench_parser(verbs: argparse._SubParsersAction[_Parser]) -> None:
    bench = verbs.add_parser(
        "bench",
        help="run a benchmark in VNN-COMP's layout, or compare results",
        description="Run every instance that a folder's instances.csv lists, and write a table of verdicts, seconds "
        "and bytes. What stands in the table is not run again.",
        epilog="exit codes: 0 done, 1 a verdict contradicts the ground truth, 2 bad usage or input, 3 interrupted",
    )
    bench.add_argument("folder", nargs="?", metavar="FOLDER", help="it has instances.csv")
    bench.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="PATTERN",
        help="only instances whose line has this text or glob in it; may be given several times",
    )
    bench.add_argument("--jobs", type=count, default=1, metavar="N", help="instances at once (default 1)")
    bench.add_argument("--timeout", type=positive, metavar="S", help="at most so many seconds for an instance")
    bench.add_argument(
        "--memory",
        type=positive,
        metavar="GIB",
        help="memory for an instance (default: four fifths of the machine's, divided by N)",
    )
    bench.add_argument("--kernel", action="store_true", help="also have the Coq kernel check every verdict")
    bench.add_argument(
        "--kernel-timeout", type=positive, default=3600.0, metavar="S", help="seconds for that (default 3600)"
    )
    bench.add_argument("--keep", metavar="DIR", help="keep the warrants in this folder")
    bench.add_argument(
        "-o",
        dest="output",
        metavar="FILE",
        help="the table (default results.csv), or with --compare the plot (cactus.svg)",
    )
    compare = bench.add_argument_group("comparing")
    compare.add_argument(
        "--compare",
        nargs="+",
        metavar="FILE",
        help="run nothing; compare tables, also VNN-COMP's, and draw a cactus plot",
    )
    compare.add_argument(
        "--curve",
        action="append",
        default=[],
        metavar="PATTERN",
        help="only curves whose name has this text or glob in it",
    )
    compare.add_argument("--by", choices=("property", "model"), help="what makes a group (default: the fewer)")
    bench.set_defaults(run=_bench)


def _prove(arguments: argparse.Namespace) -> int:
    models = [Path(model) for model in arguments.models]
    if arguments.reachable and len(models) > 1:
        raise WrongInput("two models", place="--reachable", expected="one")
    claim = (
        Reaches.of(models[0], Path(arguments.property))
        if arguments.reachable
        else about(models, Path(arguments.property))
    )
    with progress("searching") as (report, stage):
        verdict = prove_claim(
            claim,
            timeout=arguments.timeout,
            kernel=arguments.kernel,
            jobs=arguments.jobs,
            out=folder(arguments, claim),
            report=report,
            stage=stage,
        )
    return _finish(verdict)


def _gradient(arguments: argparse.Namespace) -> int:
    function, derivative = Path(arguments.function), Path(arguments.derivative)
    claim = Gradient.of(function, derivative, arguments.wrt, dict(arguments.domain), arguments.tolerance)
    with progress("comparing normal forms") as (report, stage):
        verdict = prove_claim(
            claim,
            timeout=arguments.timeout,
            kernel=arguments.kernel,
            out=folder(arguments, claim),
            report=report,
            stage=stage,
        )
    return _finish(verdict)


def _check(arguments: argparse.Namespace) -> int:
    with progress("reading") as (_, stage):
        verdict = check_folder(arguments.folder, kernel=arguments.kernel, recheck=arguments.recheck, stage=stage)
    return _finish(verdict)


def _finish(verdict: Verdict) -> int:
    for line in show(verdict):
        print(line)
    print(verdict.line)
    return _EXIT[verdict.word]


def _audit(arguments: argparse.Namespace) -> int:
    found = audit(arguments.folder)
    print(found.text)
    print(found.line)
    return _EXIT[found.line.partition(":")[0]]


def _report(arguments: argparse.Namespace) -> int:
    from warrant.cli._report import report

    return _EXIT[report(arguments)]


def _run(arguments: argparse.Namespace) -> int:
    from warrant.cli._run import run

    return run(arguments)


def _bench(arguments: argparse.Namespace) -> int:
    from warrant.cli._bench import bench

    return bench(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the last line on stdout is the verdict.

    Returns:
        0 proved, 1 refuted, 2 bad usage or input, 3 unknown; those of ``bench`` are its own.
        Whatever goes wrong, never 0 or 1 without a checker's verdict.
    """
    try:
        parsed = _parser().parse_args(arguments)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else BAD_INPUT
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        code = int(parsed.run(parsed))
        sys.stdout.flush()
        return code
    except WarrantError as problem:
        print(f"warrant: {' '.join(str(problem).split())}", file=sys.stderr)
        return BAD_INPUT
    except BrokenPipeError:  # whoever was reading has gone, and has seen no verdict
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return UNKNOWN
    except KeyboardInterrupt:
        print("UNKNOWN: interrupted")
        return UNKNOWN
    except Exception as problem:  # a crash must not look like a verdict
        traceback.print_exc()
        what = " ".join(f"{type(problem).__name__}: {problem}".split())
        print(f"UNKNOWN: an error inside Warrant (please report it): {what}")
        return UNKNOWN

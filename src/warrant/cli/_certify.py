"""The verb about test sets: certify."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from warrant._api import DEFAULT_TIMEOUT
from warrant._files import stem
from warrant._verdicts import Verdict
from warrant.batch import CertifiedAccuracy, Outcome, certify
from warrant.certified import NORMS
from warrant.cli._arguments import Finish, add_usual, count, names, positive
from warrant.cli._cluster import add_executor, cluster
from warrant.cli._progress import progress
from warrant.errors import WrongInput
from warrant.evidence import refuse_target
from warrant.statements import Domain, Feature
from warrant.statements.text import named

__all__ = ["add"]


def add(verbs: Any, finish: Finish, codes: str) -> None:
    """Add the verb to a parser; ``finish`` shows a verdict and gives the exit code."""
    parser = verbs.add_parser(
        "certify",
        help="prove how many inputs of a test set are classified rightly and robustly",
        description="Each input is proved or refuted in a warrant of its own, in the folder DIR.inputs, from where an "
        "interrupted run goes on; then one theorem is made of them about the whole test set.  Numbers are decimals "
        "or fractions, exactly (docs/certified.md).",
        epilog=codes,
    )
    parser.add_argument("model", metavar="MODEL", help="an ONNX file")
    parser.add_argument("inputs", metavar="TESTSET", help="an .npz file with the arrays X and y, or an .npy file of X")
    parser.add_argument("labels", nargs="?", metavar="LABELS", help="the .npy file of y, beside an .npy file of X")
    parser.add_argument(
        "--radius", required=True, type=names, metavar="R", help="one, or with linf one for each feature, with commas"
    )
    parser.add_argument("--norm", choices=NORMS, default="linf", help="of the distance between inputs (default linf)")
    parser.add_argument(
        "--at-least", type=count, metavar="K", help="how many inputs (default: as many as are proved, at least one)"
    )
    parser.add_argument("--top", type=count, default=1, metavar="T", help="the label's score is among the first T")
    parser.add_argument(
        "--threshold", metavar="T", help="of a model with one output: the label is 1 above it, and 0 elsewhere"
    )
    parser.add_argument("--low", metavar="L", help="no input is below it, such as 0 for pixels; with --high")
    parser.add_argument("--high", metavar="H", help="no input is above it")
    parser.add_argument("--names", type=names, metavar="NAMES", help="of the features, with commas between them")
    parser.add_argument(
        "--timeout",
        type=positive,
        default=DEFAULT_TIMEOUT,
        metavar="S",
        help=f"seconds for the search for each input (default {DEFAULT_TIMEOUT:g})",
    )
    parser.add_argument("--jobs", type=count, default=1, metavar="N", help="inputs at once (default 1)")
    add_executor(parser, "inputs")
    add_usual(parser, "MODEL-TESTSET")
    parser.set_defaults(run=lambda arguments: finish(_certify(arguments)))


def _certify(arguments: argparse.Namespace) -> Verdict:
    accuracy = _accuracy(arguments)
    total = len(accuracy.arrays()[0])
    whole = Path(arguments.out or f"{_called(arguments)}.warrant").absolute()
    refuse_target(whole)
    words: list[str] = []
    with progress("reading") as (_, stage), cluster(arguments.executor) as executor:

        def tell(outcome: Outcome) -> None:
            words.append(outcome.word)
            if stage is not None:
                counts = ", ".join(f"{words.count(word)} {word}" for word in ("PROVED", "REFUTED", "UNKNOWN"))
                stage(f"{len(words)} of {total} inputs: {counts}")

        found = certify(
            arguments.model,
            accuracy,
            whole.with_name(f"{whole.name}.inputs"),
            at_least=arguments.at_least,
            timeout=arguments.timeout,
            kernel=arguments.kernel,
            jobs=arguments.jobs,
            executor=executor,
            whole=whole,
            tell=tell,
            stage=stage,
        )
    print(f"{'inputs':<12} {found}")
    print(f"{'':<12} their warrants: {found.folder}")
    return found.verdict


def _accuracy(arguments: argparse.Namespace) -> CertifiedAccuracy:
    """What is claimed of each input.

    Raises:
        WrongInput: the test set cannot be read, or the options do not fit together.
    """
    inputs, labels = arguments.inputs, arguments.labels
    if (labels is None) != inputs.endswith(".npz"):
        found = "an .npz file has its labels in it" if labels is not None else "the labels are missing"
        raise WrongInput(found, file=inputs, expected="an .npz file with X and y, or two .npy files")
    if (arguments.low is None) != (arguments.high is None):
        raise WrongInput("one of --low and --high", place="certify", expected="both, or none")
    accuracy = CertifiedAccuracy(
        inputs,
        labels or inputs,
        arguments.radius[0] if len(arguments.radius) == 1 else arguments.radius,
        top=arguments.top,
        threshold=arguments.threshold,
        names=arguments.names,
        norm=arguments.norm,
    )
    if arguments.low is None:
        return accuracy
    called = named(arguments.names, accuracy.arrays()[0].shape[1])
    within = Domain(tuple(Feature.real(name, arguments.low, arguments.high) for name in called))
    return CertifiedAccuracy(**{**vars(accuracy), "within": within})


def _called(arguments: argparse.Namespace) -> str:
    return f"{stem(arguments.model, '.onnx')}-{stem(stem(arguments.inputs, '.npy'), '.npz')}"

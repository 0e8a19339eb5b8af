"""The verbs about samples, chains, networks and privacy: accuracy, conformal, smoothing, chain, posterior, privacy."""

from __future__ import annotations

import argparse
from typing import Any

from warrant._api import prove_claim
from warrant._svg import require_matplotlib
from warrant._verdicts import Proved, Refuted, Verdict
from warrant.claims import Chain, Claim, Independence, Posterior, Privacy
from warrant.cli._arguments import Finish, add_usual, count, folder
from warrant.cli._progress import progress
from warrant.errors import WrongInput

__all__ = ["add"]

_WIDTH = 12


def add(verbs: Any, finish: Finish, codes: str) -> None:
    """Add the verbs to a parser; ``finish`` shows a verdict and gives the exit code."""
    accuracy = verbs.add_parser(
        "accuracy",
        help="bound a classifier's probability of error from its errors on examples, and have it checked",
        description="Upper confidence limits (Clopper and Pearson) of the probabilities of error of one or several "
        "models, on all examples and on groups.  All of them hold at once with the confidence.",
        epilog=codes,
    )
    accuracy.add_argument("labels", metavar="LABELS", help="a CSV or .npy file, a row for each example")
    accuracy.add_argument("predictions", metavar="PREDICTIONS", help="likewise, a column for each model")
    accuracy.add_argument("--confidence", default="0.99", metavar="C", help="between 0 and 1 (default 0.99)")
    accuracy.add_argument(
        "--at-most", metavar="U", help="prove this bound, difference or calibration error (default: the least)"
    )
    accuracy.add_argument("--label", default="0", metavar="COLUMN", help="of the labels, by name or number (default 0)")
    accuracy.add_argument(
        "--model",
        action="append",
        metavar="COLUMN",
        help="of the predictions; may be given several times (default: all)",
    )
    accuracy.add_argument("--group", metavar="COLUMN", help="of the labels' file: also a bound for each of its values")
    accuracy.add_argument(
        "--fairness",
        metavar="CRITERION",
        help="bound what demographic_parity, equalized_odds or predictive_parity compares between the groups",
    )
    accuracy.add_argument(
        "--positive", default="1", metavar="LABEL", help="the positive label and prediction (default 1)"
    )
    accuracy.add_argument(
        "--bins",
        type=count,
        metavar="N",
        help="the predictions are scores from 0 to 1: bound the fractions of positive labels in N bins of equal width, "
        "and the expected calibration error",
    )
    accuracy.add_argument("--plot", metavar="FILE.svg", help="with --bins: draw a reliability diagram, with the bounds")
    accuracy.add_argument(
        "--bound",
        default="clopper-pearson",
        choices=["clopper-pearson", "hoeffding"],
        help="which limit to state (default clopper-pearson, the least)",
    )
    _add_header(accuracy)
    add_usual(accuracy, "PREDICTIONS")
    accuracy.set_defaults(run=lambda arguments: finish(_accuracy(arguments)))

    conformal = verbs.add_parser(
        "conformal",
        help="the threshold of split conformal prediction and its guarantee, and have them checked",
        description="With k = (n + 1) times the coverage, rounded up, the threshold is the k-th smallest of n scores.",
        epilog=codes,
    )
    conformal.add_argument("scores", metavar="SCORES", help="a CSV or .npy file, a row for each calibration example")
    conformal.add_argument("--coverage", default="0.9", metavar="C", help="between 0 and 1 (default 0.9)")
    conformal.add_argument("--threshold", metavar="T", help="prove or refute this one (default: the rule's)")
    conformal.add_argument("--column", default="0", metavar="COLUMN", help="by name or number (default 0)")
    _add_header(conformal)
    add_usual(conformal, "SCORES")
    conformal.add_argument("--plot", metavar="FILE.svg", help="draw stated, proved and measured coverage")
    conformal.add_argument(
        "--new",
        metavar="SCORES",
        help="measure the coverage on these (default: that of the second half of the scores by the first)",
    )
    conformal.set_defaults(run=lambda arguments: finish(_conformal(arguments)))

    smoothing = verbs.add_parser(
        "smoothing",
        help="radii of a smoothed classifier from counts of noisy copies' classes, and have them checked",
        description="The class of an input is the one that most of its noisy copies got.  All radii hold at once with "
        "the confidence.",
        epilog=codes,
    )
    smoothing.add_argument(
        "counts", metavar="COUNTS", help="a CSV or .npy file, a row for each input, a column for each class"
    )
    smoothing.add_argument(
        "--noise",
        required=True,
        metavar="NOISE",
        help="such as gaussian:0.25 (ℓ2), uniform:0.5 (ℓ1), or ablation:45/784 (ℓ0)",
    )
    smoothing.add_argument("--confidence", default="0.999", metavar="C", help="between 0 and 1 (default 0.999)")
    smoothing.add_argument(
        "--radius", metavar="R", help="prove this one for all inputs (default: the greatest that can be proved, each)"
    )
    _add_header(smoothing)
    add_usual(smoothing, "COUNTS")
    smoothing.set_defaults(run=lambda arguments: finish(_smoothing(arguments)))

    chain = verbs.add_parser(
        "chain",
        help="prove or refute that a Markov chain keeps a distribution, or soon comes near it, and have it checked",
        description="All numbers are exact rationals: decimals, fractions such as 3/7, binary floating-point numbers.",
        epilog=codes,
    )
    chain.add_argument("matrix", metavar="MATRIX", help="a CSV or .npy file: row i, column j: from state i to state j")
    chain.add_argument(
        "--stationary", metavar="PI", help="a CSV or .npy file: the distribution (default: one is computed)"
    )
    chain.add_argument("--balanced", action="store_true", help="the claim is detailed balance, which is more")
    chain.add_argument(
        "--mixing",
        metavar="EPS",
        help="the claim is that the chain comes within this total variation distance of it, the only stationary one",
    )
    chain.add_argument("--steps", type=int, metavar="T", help="after T steps (default: the fewest that can be proved)")
    chain.add_argument("--normalise", action="store_true", help="divide each row by its sum, exactly")
    chain.add_argument(
        "--plot", metavar="FILE.svg", help="with --mixing: draw proved, computed and simulated distances"
    )
    add_usual(chain, "MATRIX")
    chain.set_defaults(run=lambda arguments: finish(_chain(arguments)))

    posterior = verbs.add_parser(
        "posterior",
        help="the exact posterior of a variable of a Bayesian network, or independence of two, and have it checked",
        description="The probabilities in the file are exact rationals: decimals, or fractions such as 3/7.  "
        "Independence is proved by d-separation, and refuted by states for which the numbers show a dependence.",
        epilog=codes,
    )
    posterior.add_argument("network", metavar="NETWORK", help="a BIF file")
    asked = posterior.add_mutually_exclusive_group(required=True)
    asked.add_argument("--query", metavar="X", help="the variable that is asked for")
    asked.add_argument(
        "--independent", nargs=2, metavar=("X", "Y"), help="the claim is that these variables are independent"
    )
    posterior.add_argument(
        "--given",
        action="append",
        default=[],
        metavar="Y=y",
        help="the state of a variable, or with --independent a variable; may be given several times",
    )
    posterior.add_argument("--normalise", action="store_true", help="divide each row by its sum, exactly")
    add_usual(posterior, "NETWORK")
    posterior.set_defaults(run=lambda arguments: finish(_posterior(arguments)))

    privacy = verbs.add_parser(
        "privacy",
        help="the privacy budget that a plan of releases keeps to, and have it checked",
        description="The plan lists mechanisms, how often each is used, and the budget of all of them together; "
        "without epsilon, the least one that can be proved is taken.",
        epilog=codes,
    )
    privacy.add_argument("plan", metavar="PLAN", help="a TOML file (docs/privacy.md)")
    privacy.add_argument(
        "--plot", metavar="FILE.svg", help="draw the epsilon that the plan keeps to, for each delta (needs matplotlib)"
    )
    add_usual(privacy, "PLAN")
    privacy.set_defaults(run=lambda arguments: finish(_privacy(arguments)))


def _accuracy(arguments: argparse.Namespace) -> Verdict:
    from warrant.probability.state import state

    if arguments.plot is not None:
        if arguments.bins is None:
            raise WrongInput(f"--plot {arguments.plot}", expected="--bins N with it")
        require_matplotlib()
    with progress("counting"):
        claim = state(
            arguments.labels,
            arguments.predictions,
            confidence=arguments.confidence,
            at_most=arguments.at_most,
            label=arguments.label,
            models=arguments.model,
            group=arguments.group,
            header=arguments.header,
            fairness=arguments.fairness,
            positive=arguments.positive,
            bins=arguments.bins,
            method=arguments.bound,
        )
    verdict = _prove(claim, arguments)
    if arguments.plot is not None and isinstance(verdict, Proved):
        from warrant.probability.reliability import diagram, draw

        draw(diagram(claim), arguments.plot, title=claim.stem)
    return verdict


def _add_header(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--header",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="whether the first row of CSV files holds names (default: if none of its cells is a number)",
    )


def _conformal(arguments: argparse.Namespace) -> Verdict:
    from warrant.probability.conformal import state

    if arguments.new is not None and arguments.plot is None:
        raise WrongInput(f"--new {arguments.new}", expected="--plot FILE.svg with it")
    if arguments.plot is not None:
        require_matplotlib()
    with progress("reading"):
        claim = state(
            arguments.scores,
            coverage=arguments.coverage,
            threshold=arguments.threshold,
            column=arguments.column,
            header=arguments.header,
        )
    verdict = _prove(claim, arguments)
    if arguments.plot is not None:
        from warrant.probability.coverage import curve, draw

        draw(curve(claim, arguments.new), arguments.plot, title=claim.stem)
    return verdict


def _smoothing(arguments: argparse.Namespace) -> Verdict:
    from warrant.probability.smoothing import state

    with progress("reading"):
        claim = state(
            arguments.counts,
            noise=arguments.noise,
            confidence=arguments.confidence,
            radius=arguments.radius,
            header=arguments.header,
        )
    return _prove(claim, arguments)


def _chain(arguments: argparse.Namespace) -> Verdict:
    if arguments.plot is not None:
        if arguments.mixing is None:
            raise WrongInput(f"--plot {arguments.plot}", expected="--mixing EPS with it")
        require_matplotlib()
    with progress("reading"):
        claim = Chain.of(
            arguments.matrix,
            arguments.stationary,
            balanced=arguments.balanced,
            mixing=arguments.mixing,
            steps=arguments.steps,
            normalise=arguments.normalise,
        )
    verdict = _prove(claim, arguments)
    if arguments.plot is not None:
        from warrant.probability.curves import curve, draw

        draw(curve(claim), arguments.plot, title=claim.stem)
    return verdict


def _posterior(arguments: argparse.Namespace) -> Verdict:
    if arguments.independent is not None:
        first, second = arguments.independent
        with progress("reading"):
            about = Independence.of(arguments.network, first, second, arguments.given, normalise=arguments.normalise)
        return _prove(about, arguments)
    pairs = [pair.partition("=") for pair in arguments.given]
    for name, equals, state in pairs:
        if not (name and equals and state):
            raise WrongInput(f"--given {name}{equals}{state}", expected="a variable and its state, such as smoke=yes")
    with progress("eliminating"):
        claim = Posterior.of(
            arguments.network,
            arguments.query,
            [(name, state) for name, _, state in pairs],
            normalise=arguments.normalise,
        )
    return _prove(claim, arguments)


def _privacy(arguments: argparse.Namespace) -> Verdict:
    if arguments.plot is not None:
        require_matplotlib()
    with progress("reading"):
        claim = Privacy.of(arguments.plan)
    verdict = _prove(claim, arguments)
    if arguments.plot is not None:
        from warrant.probability.budget_curve import draw

        draw(claim.plan, arguments.plot, title=claim.stem)
    return verdict


def _prove(claim: Claim, arguments: argparse.Namespace) -> Verdict:
    """Have the claim checked; where it is proved, say first what it supposes and then what it says."""
    with progress("checking") as (_, stage):
        verdict = prove_claim(claim, timeout=None, kernel=arguments.kernel, out=folder(arguments, claim), stage=stage)
    if isinstance(verdict, Proved | Refuted):
        summary = claim.summary()
        for title, lines in (("supposing", summary.hypotheses), ("claim", summary.excerpt)):
            for number, line in enumerate(lines):
                print(f"{title if number == 0 else '':<{_WIDTH}} {line}")
    return verdict

"""The verbs about samples and privacy: accuracy, conformal, smoothing and privacy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from warrant._api import Folder, prove_claim
from warrant._verdicts import Verdict
from warrant.claims import Privacy

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["accuracy", "conformal", "privacy", "smoothing"]


def accuracy(
    labels: Folder | ArrayLike,
    predictions: Folder | ArrayLike,
    *,
    confidence: object = "0.99",
    at_most: object = None,
    label: str | int = 0,
    models: Sequence[str | int] | None = None,
    group: str | int | None = None,
    header: bool | None = None,
    fairness: str | None = None,
    positive: object = 1,
    bins: int | None = None,
    method: str = "clopper-pearson",
    kernel: bool = False,
    out: Folder | None = None,
) -> Verdict:
    """Bound probabilities of error by the errors on a set of examples, and have the bounds checked.

    The bounds are Clopper and Pearson's upper confidence limits, rounded up.  All of them hold at once with the
    confidence (union bound).  The theorem supposes that mistakes are independent and equally probable.

    Args:
        labels: a table with a row for each example: a CSV or ``.npy`` file, or an array (n,) or (n, columns).
        predictions: likewise, with a column for each model.  A prediction is a mistake where it is another number than
            the label, or another text.
        confidence: between 0 and 1, as a decimal or a fraction; a float stands for the decimal that Python prints.
        at_most: a bound to prove, with ``fairness`` of the differences, with ``bins`` of the calibration error; None
            takes the least one that can be proved (up to 2.5e-10).
        label: the column of the labels, by name or by number from 0 on.
        models: the columns of the predictions; None for all.
        group: a column of the labels' table; then each group has a bound of its own, beside that of all rows.
        header: whether the first row of CSV files holds names; None: if none of its cells is a number.
        fairness: ``demographic_parity``, ``equalized_odds`` or ``predictive_parity``: instead of errors, bound the
            groups' rates that it compares, and how much they differ between groups.
        positive: the label, and prediction, that counts as positive for them.
        bins: the predictions are scores between 0 and 1: bound the fractions of positive labels, from above and below,
            in so many bins of equal width (a reliability diagram), and the expected calibration error.
        method: ``clopper-pearson``, or ``hoeffding`` for the wider limits k/n + sqrt(ln(1/δ)/(2n)), rounded up, which
            Clopper and Pearson's sets prove, too.
        kernel: also have the Coq kernel check the theorem.
        out: a folder to write the warrant to; None writes nothing.

    Returns:
        Proved, or Unknown if ``at_most`` is too small.

    Raises:
        WrongInput: a table cannot be read, or they do not fit together.
        SearchError: the confidence is not between 0 and 1, or there is no such criterion or method.

    Source: C. Clopper and E. Pearson, Biometrika 26, 1934; M. Hardt, E. Price and N. Srebro, Equality of opportunity in
    supervised learning, 2016 (equalised odds); C. Guo et al., On calibration of modern neural networks, 2017.
    """
    from warrant.probability.state import state

    claim = state(
        labels,
        predictions,
        confidence=confidence,
        at_most=at_most,
        label=label,
        models=models,
        group=group,
        header=header,
        fairness=fairness,
        positive=positive,
        bins=bins,
        method=method,
    )
    return prove_claim(claim, timeout=None, kernel=kernel, out=out)


def conformal(
    scores: Folder | ArrayLike,
    *,
    coverage: object = "0.9",
    threshold: object = None,
    column: str | int = 0,
    header: bool | None = None,
    kernel: bool = False,
    out: Folder | None = None,
) -> Verdict:
    """Prove what split conformal prediction guarantees with these calibration scores, and have it checked.

    The rule's threshold is the k-th smallest of the n scores, with k = (n + 1) times the coverage, rounded up.  A new
    score is at most the rule's threshold with a probability of at least the coverage, and, where no two scores are
    equal, of at most the coverage + 1/(n + 1).  The theorem supposes that old and new scores are exchangeable.

    Args:
        scores: a table with a row for each calibration example: a CSV or ``.npy`` file, or an array (n,) or
            (n, columns).
        coverage: between 0 and 1, as a decimal or a fraction; a float stands for the decimal that Python prints.
        threshold: a threshold of your own; None takes the rule's.
        column: the column of the scores, by name or by number from 0 on.
        header: whether the first row of a CSV file holds names; None: if none of its cells is a number.
        kernel: also have the Coq kernel check the theorem.
        out: a folder to write the warrant to; None writes nothing.

    Returns:
        Proved if the threshold is at least the rule's, else Refuted.

    Raises:
        WrongInput: the scores cannot be read, or are no numbers, or too few for the coverage.
        SearchError: the coverage is not between 0 and 1.

    Source: V. Vovk, A. Gammerman and G. Shafer, Algorithmic Learning in a Random World, 2005; J. Lei et al.,
    Distribution-free predictive inference for regression, 2018.
    """
    from warrant.probability.conformal import state

    claim = state(scores, coverage=coverage, threshold=threshold, column=column, header=header)
    return prove_claim(claim, timeout=None, kernel=kernel, out=out)


def smoothing(
    counts: Folder | ArrayLike,
    *,
    noise: str,
    confidence: object = "0.999",
    radius: object = None,
    header: bool | None = None,
    kernel: bool = False,
    out: Folder | None = None,
) -> Verdict:
    """Certify radii of a smoothed classifier from counts of noisy copies, and have them checked.

    The class of each input is the one that most of its copies got.  All radii hold at once with the confidence (union
    bound over inputs and classes, so that classes and inputs may be chosen by looking at the counts).  The theorem
    supposes that the copies of each input are independent.

    Args:
        counts: a table with a row for each input and a column for each class, of the numbers of noisy copies that got
            the class: a CSV or ``.npy`` file, or an array (inputs, classes).
        noise: ``gaussian:0.25`` for normal numbers of standard deviation 0.25 that are added to each coordinate (radii
            in ℓ2), ``uniform:0.5`` for numbers between -0.5 and 0.5 that are added to each coordinate (radii in ℓ1), or
            ``ablation:45/784`` where only 45 of 784 coordinates, chosen at random, are shown (radii in ℓ0).
        confidence: between 0 and 1, as a decimal or a fraction; a float stands for the decimal that Python prints.
        radius: a radius to prove for all inputs; None takes the greatest one that can be proved for each input (up to
            rounding), and leaves out those for which there is none.
        header: whether the first row of a CSV file holds names; None: if none of its cells is a number.
        kernel: also have the Coq kernel check the theorem.
        out: a folder to write the warrant to; None writes nothing.

    Returns:
        Proved, or Unknown if ``radius`` is too large for an input.

    Raises:
        WrongInput: the counts cannot be read, or the noise is none that is known.
        SearchError: the confidence is not between 0 and 1, or no input has a radius.

    Source: J. Cohen, E. Rosenfeld and Z. Kolter, Certified adversarial robustness via randomized smoothing, 2019;
    A. Levine and S. Feizi, Robustness certificates for sparse adversarial attacks by randomized ablation, 2020;
    G. Yang et al., Randomized smoothing of all shapes and sizes, 2020.
    """
    from warrant.probability.smoothing import state

    claim = state(counts, noise=noise, confidence=confidence, radius=radius, header=header)
    return prove_claim(claim, timeout=None, kernel=kernel, out=out)


def privacy(plan: Folder | Mapping[str, Any], *, kernel: bool = False, out: Folder | None = None) -> Verdict:
    """Prove that all releases of a plan together are (epsilon, delta)-differentially private, or that they are not.

    The theorem is about all data sets, all questions as sensitive as the plan says, and all sets of outputs.

    Args:
        plan: a TOML file (docs/privacy.md), or a mapping that says what it would say, such as
            ``{"epsilon": 1, "use": [{"mechanism": "laplace", "scale": 10, "times": 8}]}``; a float stands for the
            decimal that Python prints.  Without epsilon, the least one that can be proved is taken.
        kernel: also have the Coq kernel check the theorem.
        out: a folder to write the warrant to; None writes nothing.

    Returns:
        Proved; Refuted where delta is 0 and the losses exceed epsilon, or randomised response exceeds the budget with
        its delta, too; else Unknown.

    Raises:
        WrongInput: the plan cannot be read, or a number is out of its range.
        Unsupported: the plan needs a theorem that is not there; the message says which.

    Source: C. Dwork and A. Roth, 2014; I. Mironov, 2017; C. Canonne, G. Kamath and T. Steinke, 2020.
    """
    return prove_claim(Privacy.of(plan), timeout=None, kernel=kernel, out=out)

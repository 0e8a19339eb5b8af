"""The verbs about Markov chains and Bayesian networks: chain, independent and posterior."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from warrant._api import Folder, prove_claim
from warrant._verdicts import Verdict
from warrant.claims import Chain, Independence, Posterior

if TYPE_CHECKING:
    from fractions import Fraction

    from warrant.probability.tabulate import Matrix, Vector

__all__ = ["chain", "independent", "posterior"]


def chain(
    matrix: Matrix,
    distribution: Vector | None = None,
    *,
    states: Sequence[Hashable] | None = None,
    balanced: bool = False,
    mixing: Fraction | str | None = None,
    steps: int | None = None,
    normalise: bool = False,
    kernel: bool = False,
    out: Folder | None = None,
) -> Verdict:
    """Prove or refute that a Markov chain keeps a distribution, or soon comes near it, and have the answer checked.

    All numbers are exact rationals: fractions, decimals as texts, and the numbers that the bits of NumPy arrays denote;
    a Python float stands for the decimal that Python prints for it.

    Args:
        matrix: a CSV or ``.npy`` file, or an array (n, n): row i, column j has the probability of going from state i to
            state j; or a function that maps each of ``states`` to the probabilities of the states that follow it.
        distribution: a file or an array (n,), or probabilities by states; None computes a stationary one, exactly.
        states: all states, where ``matrix`` is a function; state i of messages and of the theorem is ``states[i]``.
        balanced: the claim is detailed balance, which is more than stationarity.
        mixing: the claim is that the chain comes within this total variation distance of the distribution, the only
            stationary one, wherever it begins.
        steps: after so many steps; None takes the fewest that can be proved.
        normalise: divide each row by its sum, exactly.
        kernel: also have the Coq kernel check the theorem.
        out: a folder to write the warrant to; None writes nothing.

    Returns:
        Proved, Refuted (with the state where the property fails) or Unknown.

    Raises:
        WrongInput: the matrix is no chain, or the distribution none on its states.
        SearchError: no stationary distribution, or no number of steps, was found.

    Source: D. Levin, Y. Peres, Markov Chains and Mixing Times, 2017.
    """
    claim = Chain.of(
        matrix,
        distribution,
        states=states,
        balanced=balanced,
        mixing=mixing,
        steps=steps,
        normalise=normalise,
    )
    return prove_claim(claim, timeout=None, kernel=kernel, out=out)


def posterior(
    network: object,
    query: str,
    given: Mapping[str, str] | None = None,
    *,
    normalise: bool = False,
    kernel: bool = False,
    out: Folder | None = None,
) -> Verdict:
    """Compute the posterior distribution of a variable of a Bayesian network, exactly, and have it checked.

    Args:
        network: a BIF file, or a discrete Bayesian network of pgmpy, whose floats stand for the decimals that Python
            prints for them.
        query: the name of the variable that is asked for.
        given: states of other variables, by their names.
        normalise: the claim is about the network with each row divided by its sum.
        kernel: also have the Coq kernel check the theorem.
        out: a folder to write the warrant to; None writes nothing.

    Returns:
        Proved; ``notes`` say the probabilities, exactly, and ``figures`` have them by state, as floats.

    Raises:
        WrongInput: the network cannot be read, has no such variable or state, or the evidence has probability 0.

    Source: J. Pearl, Probabilistic Reasoning in Intelligent Systems, 1988.
    """
    claim = Posterior.of(network, query, given or {}, normalise=normalise)
    verdict = prove_claim(claim, timeout=None, kernel=kernel, out=out)
    figures = {state: float(number) for state, number in claim.numbers}
    return replace(verdict, notes=(*verdict.notes, *claim.summary().excerpt), figures=figures)


def independent(
    network: object,
    first: str,
    second: str,
    given: Sequence[str] = (),
    *,
    normalise: bool = False,
    kernel: bool = False,
    out: Folder | None = None,
) -> Verdict:
    """Prove or refute that two variables of a Bayesian network are independent given others, and have it checked.

    It is proved where the others d-separate the two, so that they are independent whatever the numbers in the network
    are; and refuted by states for which the numbers show a dependence.

    Args:
        network: a BIF file, or a discrete Bayesian network of pgmpy, as for :func:`warrant.posterior`.
        first: the name of a variable.
        second: that of another one.
        given: the names of others.
        normalise: the claim is about the network with each row divided by its sum.
        kernel: also have the Coq kernel check the theorem.
        out: a folder to write the warrant to; None writes nothing.

    Returns:
        Proved; Refuted, with the states; or Unknown, where there is no separation and no dependence was found.

    Raises:
        WrongInput: the network cannot be read, has no such variable, or a variable is named twice.

    Source: J. Pearl, Probabilistic Reasoning in Intelligent Systems, 1988, section 3.3; R. Shachter, Bayes-ball, 1998.
    """
    claim = Independence.of(network, first, second, given, normalise=normalise)
    return prove_claim(claim, timeout=None, kernel=kernel, out=out)

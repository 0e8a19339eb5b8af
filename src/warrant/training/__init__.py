"""Training runs: from a data set and an objective to a theorem about gradient descent on it.  Untrusted."""

from warrant.training.data import as_file, read_matrix
from warrant.training.estimators import Objective, objective_of
from warrant.training.failure import DIVERGENCE, REFUTATION, Failure, failure, write_refutation
from warrant.training.plan import Constants, constants, shortfall
from warrant.training.problem import HUBER, LOGISTIC, SQUARED, Problem, read_problem, write_problem
from warrant.training.spectrum import MAGIC, MOST_COLUMNS, Spectrum, spectrum, write_certificate

__all__ = [
    "DIVERGENCE",
    "HUBER",
    "LOGISTIC",
    "MAGIC",
    "MOST_COLUMNS",
    "REFUTATION",
    "SQUARED",
    "Constants",
    "Failure",
    "Objective",
    "Problem",
    "Spectrum",
    "as_file",
    "constants",
    "failure",
    "objective_of",
    "read_matrix",
    "read_problem",
    "shortfall",
    "spectrum",
    "write_certificate",
    "write_problem",
    "write_refutation",
]

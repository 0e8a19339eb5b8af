"""Training runs: from a data set and an objective to a theorem about gradient descent on it.  Untrusted."""

from warrant.training.data import as_file, read_matrix, with_ones
from warrant.training.estimators import Objective, objective_of
from warrant.training.failure import DIVERGENCE, REFUTATION, Failure, failure, write_refutation
from warrant.training.plan import Constants, bounds_of, constants, shortfall
from warrant.training.point import NEAR, Point, nearest, write_point
from warrant.training.problem import DESCENT, HUBER, LOGISTIC, NESTEROV, SQUARED, Problem, read_problem, write_problem
from warrant.training.spectrum import MAGIC, MOST_COLUMNS, Spectrum, spectrum, write_certificate

__all__ = [
    "DESCENT",
    "DIVERGENCE",
    "HUBER",
    "LOGISTIC",
    "MAGIC",
    "MOST_COLUMNS",
    "NEAR",
    "NESTEROV",
    "REFUTATION",
    "SQUARED",
    "Constants",
    "Failure",
    "Objective",
    "Point",
    "Problem",
    "Spectrum",
    "as_file",
    "bounds_of",
    "constants",
    "failure",
    "nearest",
    "objective_of",
    "read_matrix",
    "read_problem",
    "shortfall",
    "spectrum",
    "with_ones",
    "write_certificate",
    "write_point",
    "write_problem",
    "write_refutation",
]

"""Rates of a classifier's decisions, by Fairlearn's names, and the fairness criteria that compare them between groups.

Source: M. Hardt, E. Price and N. Srebro, Equality of opportunity in supervised learning, 2016; A. Chouldechova, Fair
prediction with disparate impact, 2017; H. Weerts et al., Fairlearn: assessing and improving fairness of AI systems,
2023.
"""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["CRITERIA", "FRACTIONS", "OPPOSITE", "RATES"]

RATES: dict[str, Callable[[bool, bool], bool | None]] = {
    "selection_rate": lambda y, z: z,
    "rejection_rate": lambda y, z: not z,
    "true_positive_rate": lambda y, z: z if y else None,
    "false_negative_rate": lambda y, z: not z if y else None,
    "false_positive_rate": lambda y, z: None if y else z,
    "true_negative_rate": lambda y, z: None if y else not z,
    "precision": lambda y, z: y if z else None,
    "false_discovery_rate": lambda y, z: not y if z else None,
}
"""Of a row whose label is positive (y) or not, and whose prediction is (z): whether it happened; None: not counted."""

FRACTIONS: dict[str, Callable[[bool], bool]] = {
    "fraction_of_positives": lambda y: y,
    "fraction_of_negatives": lambda y: not y,
}
"""Of a row whose label is positive (y) or not, and whose prediction is a score in a bin: whether it happened."""

_PAIRS = (
    ("selection_rate", "rejection_rate"),
    ("true_positive_rate", "false_negative_rate"),
    ("false_positive_rate", "true_negative_rate"),
    ("precision", "false_discovery_rate"),
    ("fraction_of_positives", "fraction_of_negatives"),
)
OPPOSITE = dict(_PAIRS) | {second: first for first, second in _PAIRS}
"""For each rate the one that is 1 minus it."""

CRITERIA = {
    "demographic_parity": ("selection_rate",),
    "equalized_odds": ("true_positive_rate", "false_positive_rate"),
    "predictive_parity": ("precision",),
}
"""Which rates each criterion compares between groups."""

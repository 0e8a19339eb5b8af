"""Benchmarks in VNN-COMP's layout: run them, each instance in a process of its own, and compare the results.

Source: the rules of the International Verification of Neural Networks Competition, https://vnncomp.github.io
"""

from warrant._pool import memory_of_machine
from warrant.bench.compare import Curve, read_curves, table
from warrant.bench.folder import Instance, read_folder
from warrant.bench.plot import cactus
from warrant.bench.results import Results, Row, is_wrong
from warrant.bench.run import Settings, run, standing

__all__ = [
    "Curve",
    "Instance",
    "Results",
    "Row",
    "Settings",
    "cactus",
    "is_wrong",
    "memory_of_machine",
    "read_curves",
    "read_folder",
    "run",
    "standing",
    "table",
]

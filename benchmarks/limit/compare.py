"""Multiply-adds of warrants, and what one costs: in the C loop of limit.c, in the native checker, in Coq's kernel.

    python benchmarks/limit/compare.py WARRANT... [--kernel]

Each WARRANT is a folder that ``warrant prove`` wrote, of a chain of dense layers.  Start-up is measured with the same
files and a certificate whose trees are empty, and taken off.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import scipy.sparse as sp

from warrant import models, properties
from warrant.certificates import Advance, Close, Improve, Places, Slopes, Split, Tree, read_proof
from warrant.checkers import artefacts_v, find_checker, find_coq, find_library
from warrant.claims import Artefact
from warrant.models import Block
from warrant.properties import Query

HERE = Path(__file__).parent
REPETITIONS = 20


def exported(folder: Path) -> np.ndarray:
    """What limit.c reads: for each query its box, its layers and its tree, as binary64 numbers."""
    model = models.load((folder / "model.onnx").read_bytes())
    queries = properties.load((folder / "property.vnnlib").read_bytes(), model).queries
    proof = read_proof((folder / "certificate.bin").read_bytes(), [q.sizes for q in queries])
    numbers: list[float] = [len(queries)]
    for query, tree in zip(queries, proof.trees, strict=True):
        blocks = [*model.blocks, query.block]
        numbers += [len(blocks), model.inputs]
        numbers += [x for pair in zip(query.low, query.high, strict=True) for x in pair]
        for i, block in enumerate(blocks):
            numbers += dense(block, blocks[i - 1].start if i else 0)
        numbers += list(ops(tree, query))
    return np.array(numbers, np.float64)


def dense(block: Block, before: int) -> list[float]:
    """A block that reads nothing but the values from ``before`` on: function, shape, weights, bias."""
    weights = sp.csc_matrix(block.weights)
    if weights[:, :before].nnz:
        sys.exit("this network is no chain of layers: a block reads values of several blocks")
    matrix = weights[:, before:].toarray()
    return [block.function == "relu", *matrix.shape, *matrix.ravel(), *block.bias]


def ops(tree: Tree, query: Query) -> Iterator[float]:
    """A tree: 1 ADVANCE, 2 IMPROVE, 3 CLOSE; 0 and an end: 0 DONE, 1 EMPTY, 2 SPLIT."""
    for op in tree.ops:
        match op:
            case Advance():
                yield 1
            case Improve():
                sides = op.rows.sides
                yield from (2, op.block, ("unstable", "all", "listed").index(op.rows.kind), len(sides), *sides)
                yield from table(op.slopes)
            case Close():
                goal = query.disjuncts[op.disjunct]
                yield from (3, goal.start, len(op.weights), *op.weights)
                yield from table(op.slopes)
            case Places():
                pass  # the tables that were read are by row
    match tree.end:
        case None:
            yield from (0, 0)
        case Split() as s:
            yield from (0, 2, s.block, s.row, s.value)
            yield from ops(s.below, query)
            yield from ops(s.above, query)
        case empty:
            yield from (0, 1, empty.block, empty.row)


def table(s: Slopes) -> Iterator[float]:
    """A slope table: bits, unit, entries."""
    yield from (s.bits, s.unit, len(s.entries), *s.entries)


def cpu(*command: object, folder: Path, environment: dict[str, str] | None = None) -> tuple[float, str]:
    """User CPU seconds of a program, and what it prints."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    done = subprocess.run([str(c) for c in command], cwd=folder, env=environment, capture_output=True, text=True)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before, done.stdout


def empty_certificate(folder: Path) -> bytes:
    """One tree for each query, with nothing in it."""
    model = models.load((folder / "model.onnx").read_bytes())
    queries = properties.load((folder / "property.vnnlib").read_bytes(), model).queries
    return b"WRNT\x01P" + b"\0" * len(queries)


def native(folder: Path, certificate: bytes, work: Path) -> float:
    """User CPU seconds of warrant-check."""
    (work / "certificate").write_bytes(certificate)
    files = (folder / "model.onnx", folder / "property.vnnlib", work / "certificate")
    return cpu(find_checker(), "network", *(f.absolute() for f in files), folder=work)[0]


def kernel(folder: Path, certificate: bytes, work: Path, answer: str) -> float:
    """User CPU seconds of coqc, which evaluates the checker with vm_compute."""
    coq = find_coq()
    names = (("model.onnx", "model_file"), ("property.vnnlib", "property_file"))
    artefacts = [Artefact(file, name, (folder / file).read_bytes()) for file, name in names]
    (work / "Artefacts.v").write_bytes(artefacts_v(artefacts, certificate))
    (work / "Evaluate.v").write_text(
        "From Warrant Require Import Main.\nLoad Artefacts.\n"
        "Eval vm_compute in prove model_file property_file certificate_file.\n"
    )
    options = ("-q", "-Q", find_library(coq), "Warrant", "-Q", ".", "")
    seconds, said = cpu(coq.coqc, *options, "Evaluate.v", folder=work, environment=dict(coq.environment))
    if f"= {answer}" not in said:
        sys.exit(f"{folder}: the kernel does not answer {answer}")
    return seconds


def main() -> None:
    """Print a line for each warrant."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("warrants", nargs="+", type=Path, metavar="WARRANT")
    parser.add_argument("--kernel", action="store_true", help="also measure Coq's kernel")
    parser.add_argument("--cc", default="gcc", help="the C compiler (default gcc)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        source = (HERE / "limit.c").absolute()
        subprocess.run([given.cc, "-std=c99", "-O2", source, "-o", work / "limit", "-lm"], check=True)
        print(f"{'':24}{'multiply-adds':>15}{'C':>8}{'native':>8}{'kernel':>8}   ns per multiply-add")
        total = np.zeros(4)
        for folder in given.warrants:
            certificate = (folder / "certificate.bin").read_bytes()
            exported(folder).tofile(work / "passes")
            adds, seconds, sign = cpu(work / "limit", work / "passes", REPETITIONS, folder=work)[1].split(maxsplit=2)
            if sign.strip() != "positive":
                sys.exit(f"{folder}: the C loop finds a bound that is not positive")
            empty = empty_certificate(folder)
            by_native = native(folder, certificate, work) - native(folder, empty, work)
            by_kernel = np.nan
            if given.kernel:
                by_kernel = kernel(folder, certificate, work, "true") - kernel(folder, empty, work, "false")
            row = np.array([float(adds), float(seconds), by_native, by_kernel])
            total += row
            show(folder.name, row)
        show("all", total)


def show(name: str, row: np.ndarray) -> None:
    """A line of the table; row: multiply-adds, then CPU seconds."""
    print(f"{name[:23]:24}{row[0]:15,.0f}" + "".join(f"{1e9 * s / row[0]:8.2f}" for s in row[1:]), flush=True)


if __name__ == "__main__":
    main()

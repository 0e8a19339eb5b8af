"""Posteriors of Bayesian networks in BIF files, checked natively and, with --kernel, in Coq; beside them pgmpy's.

python benchmarks/posteriors.py [--kernel] [--given N] [--queries N] FILE.bif...

Each network is asked for several variables, each with evidence on others that is drawn at random; the rows are
normalised.  Where pgmpy is installed, the table has the largest difference between its numbers and the theorems'.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from pathlib import Path
from typing import Any

from warrant._api import prove_claim
from warrant.claims import Posterior
from warrant.probability.networks import Network, posterior, read_network

try:
    from pgmpy.inference import VariableElimination
    from pgmpy.readwrite import BIFReader
except ImportError:
    BIFReader = None


def questions(network: Network, number: int, given: int) -> list[tuple[int, dict[int, int]]]:
    """Variables, and evidence on others that can occur: states drawn from their posteriors, one after the other."""
    draw = random.Random(0)
    asked = []
    for _ in range(number):
        x, *others = draw.sample(range(len(network.variables)), given + 1)
        evidence: dict[int, int] = {}
        for v in others:
            law = posterior(network, v, evidence)
            assert law is not None
            evidence[v] = draw.choices(range(len(law)), [float(p) for p in law])[0]
        asked.append((x, evidence))
    return asked


def difference(model: Any, network: Network, claim: Posterior, x: int, evidence: dict[int, int]) -> float:
    """The largest difference from pgmpy's numbers."""
    asked = network.variables[x].name
    names = {network.variables[v].name: network.variables[v].states[i] for v, i in evidence.items()}
    answer = VariableElimination(model).query([asked], evidence=names, show_progress=False)
    return max(abs(float(q) - answer.get_value(**{asked: state})) for state, q in claim.numbers)


def main() -> None:
    """Print a line for each network."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--queries", type=int, default=5)
    parser.add_argument("--given", type=int, default=3)
    parser.add_argument("--kernel", action="store_true", help="also check each in the kernel of Coq")
    arguments = parser.parse_args()
    print("network, variables, parameters, queries proved, seconds of the native checker, of the kernel, difference")
    for file in arguments.files:
        network = read_network(file.read_bytes(), file=str(file), normalise=True)
        parameters = sum(len(row) - 1 for c in network.conditionals for row in c.rows.values())
        model = BIFReader(str(file)).get_model() if BIFReader else None
        for table in model.get_cpds() if model else []:
            table.normalize()
        proved, native, kernel, far = 0, 0.0, 0.0, 0.0
        for x, evidence in questions(network, arguments.queries, arguments.given):
            pairs = [network.variables[v] for v in evidence]
            given = [(variable.name, variable.states[evidence[v]]) for variable, v in zip(pairs, evidence, strict=True)]
            claim = Posterior.of(file, network.variables[x].name, given, normalise=True)
            with tempfile.TemporaryDirectory() as folder:
                verdict = prove_claim(claim, kernel=arguments.kernel, out=Path(folder) / "w")
            proved += verdict.word == "PROVED"
            native += verdict.seconds.get("native", 0.0)
            kernel += verdict.seconds.get("kernel", 0.0)
            far = max(far, difference(model, network, claim, x, evidence)) if model else far
        shown = f"{far:.1e}" if model else "-"
        print(
            f"{file.stem}, {len(network.variables)}, {parameters}, {proved} of {arguments.queries}, "
            f"{native:.2f}, {kernel:.1f}, {shown}",
            flush=True,
        )


if __name__ == "__main__":
    main()

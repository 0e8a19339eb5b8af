"""Rates for every number of steps of PEPit's examples whose step repeats: what is read and proved, as a Markdown table.

Usage: .venv/bin/python benchmarks/rate_potentials.py [--only WORD]... [--timeout S]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from typing import Any

CONVEX = "PEPit.examples.unconstrained_convex_minimization."
MONOTONE = "PEPit.examples.monotone_inclusions_variational_inequalities."
CASES: list[tuple[str, dict[str, Any]]] = [
    (CONVEX + "gradient_descent:wc_gradient_descent", {"L": 1, "gamma": 1}),
    (CONVEX + "gradient_descent:wc_gradient_descent", {"L": 3, "gamma": 0.1}),
    (CONVEX + "proximal_point:wc_proximal_point", {"gamma": 3}),
    (MONOTONE + "proximal_point:wc_proximal_point", {"alpha": 2.2}),
    (CONVEX + "heavy_ball_momentum:wc_heavy_ball_momentum", {"mu": 0.25, "L": 1, "alpha": 1, "beta": 1 / 16}),
    (CONVEX + "accelerated_gradient_strongly_convex:wc_accelerated_gradient_strongly_convex", {"mu": 0.25, "L": 1}),
    (CONVEX + "subgradient_method_rsi_eb:wc_subgradient_method_rsi_eb", {"mu": 0.1, "L": 1, "gamma": 0.1}),
    (CONVEX + "gradient_descent_qg_convex:wc_gradient_descent_qg_convex", {"L": 1, "gamma": 0.2}),
    (CONVEX + "triple_momentum:wc_triple_momentum", {"mu": 0.25, "L": 1}),
    (CONVEX + "accelerated_gradient_convex:wc_accelerated_gradient_convex", {"mu": 0, "L": 1}),
]


def one(where: str, arguments: dict[str, Any]) -> list[str]:
    """The last cells of a row."""
    from warrant._api import prove_claim
    from warrant.rates import NotFound
    from warrant.rates.prove import state_method

    begin = time.process_time()
    claim = state_method(where, arguments=arguments)
    if isinstance(claim, NotFound):
        return [claim.reason, f"{time.process_time() - begin:.1f}"]
    verdict = prove_claim(claim, timeout=None)
    conclusion = claim.text().splitlines()[-1].removeprefix("(conclude ").removesuffix(")")
    return [f"{verdict.word}: `{conclusion}`", f"{time.process_time() - begin:.1f}"]


def main() -> None:
    """Run the cases, each in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", default=[], metavar="WORD", help="only functions with this in them")
    parser.add_argument("--timeout", type=float, default=300.0, metavar="S", help="seconds for each (default 300)")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one is not None:
        print(json.dumps(one(*CASES[options.one])))
        return
    print("| example | arguments | conclusion | CPU s |\n|---|---|---|---|", flush=True)
    for number, (where, arguments) in enumerate(CASES):
        if options.only and not any(word in where for word in options.only):
            continue
        command = [sys.executable, "-W", "ignore", __file__, "--one", str(number)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=options.timeout, check=False)
            cells = json.loads(done.stdout) if done.returncode == 0 else [done.stderr.strip().splitlines()[-1], ""]
        except subprocess.TimeoutExpired:
            cells = [f"nothing after {options.timeout:g} s", ""]
        name = ".".join(where.partition(":")[0].split(".")[-2:])
        given = ", ".join(f"{key} = {value}" for key, value in arguments.items())
        print(f"| `{name}` | {given} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()

"""Certifies the rates of all examples that PEPit ships, each in a process of its own, and writes a table.

Usage: .venv/bin/python benchmarks/rates.py [-o rates.csv] [--only PATTERN]... [--timeout S] [--keep DIR] [--exact]
"""

from __future__ import annotations

import argparse
import ast
import csv
import fnmatch
import inspect
import json
import resource
import subprocess
import sys
from importlib import import_module
from pathlib import Path

COLUMNS = [
    "example",
    "pepit",
    "theory",
    "inaccurate",
    "slack",
    "bound",
    "facts",
    "spans",
    "squares",
    "bytes",
    "seconds",
    "exact",
    "reason",
]
SLACK = 1e-3


class Called(Exception):
    """The worst-case function of an example is called, with these arguments."""

    def __init__(self, function: str, arguments: dict[str, object]) -> None:
        self.function, self.arguments = function, arguments


def example_call(module_name: str) -> tuple[str, dict[str, object]]:
    """The call that a module's own main block makes: the function's name and its arguments."""
    module = import_module(module_name)
    scope = dict(vars(module))

    def recorder(name: str, signature: inspect.Signature) -> object:
        def record(*positional: object, **named: object) -> None:
            raise Called(name, dict(signature.bind(*positional, **named).arguments))

        return record

    for name, value in vars(module).items():
        if name.startswith("wc_"):
            scope[name] = recorder(name, inspect.signature(value))
    for node in ast.parse(Path(inspect.getsourcefile(module) or "").read_text()).body:
        if isinstance(node, ast.If) and "__main__" in ast.dump(node.test):
            try:
                exec(compile(ast.Module(node.body, []), module_name, "exec"), scope)
            except Called as call:
                settings = ("wrapper", "solver", "verbose")
                return call.function, {k: v for k, v in call.arguments.items() if k not in settings}
    raise ValueError(f"{module_name} calls no worst-case function")


def examples() -> list[str]:
    """The modules of PEPit's examples."""
    import PEPit.examples

    root = Path(next(iter(PEPit.examples.__path__)))
    files = sorted(p for p in root.glob("*/*.py") if p.stem != "__init__")
    return [f"PEPit.examples.{p.parent.name}.{p.stem}" for p in files]


def one(module_name: str, keep: str, closed: bool) -> dict[str, object]:
    """A row of the table."""
    from warrant.errors import WarrantError
    from warrant.rates import Found, NotFound, find, solve, write_certificate, write_problem

    function, arguments = example_call(module_name)
    row: dict[str, object] = {}
    try:
        solved = solve(f"{module_name}:{function}", arguments)
        row.update(pepit=solved.value, theory=solved.theory, inaccurate=solved.inaccurate)
        if closed:
            exact = find(solved, slack=None)
            row["exact"] = str(exact.problem.bound) if isinstance(exact, Found) else ""
        before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
        slack, found = SLACK, find(solved, slack=SLACK)
        if isinstance(found, NotFound):
            row["reason"] = found.reason
            if found.works is not None:
                slack, found = found.works, find(solved, slack=found.works)
        row["seconds"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_utime - before, 1)
        if isinstance(found, Found):
            c, text = found.certificate, write_certificate(found.certificate)
            row.update(slack=slack, bound=str(found.problem.bound), bytes=len(text))
            row.update(facts=len(c.facts), spans=len(c.spans), squares=len(c.squares))
            if keep:
                stem = Path(keep) / module_name.removeprefix("PEPit.examples.")
                Path(f"{stem}.rate").write_text(write_problem(found.problem))
                Path(f"{stem}.cert").write_text(text)
    except WarrantError as error:
        row["reason"] = str(error)
    return row


def main() -> None:
    """Runs the sweep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", default="rates.csv")
    parser.add_argument("--only", action="append", default=[], metavar="PATTERN")
    parser.add_argument("--timeout", type=float, default=300.0)
    parser.add_argument("--keep", default="", metavar="DIR")
    parser.add_argument("--exact", action="store_true", help="look for closed forms too")
    parser.add_argument("--one", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(one(options.one, options.keep, options.exact)))
        return
    if options.keep:
        Path(options.keep).mkdir(parents=True, exist_ok=True)
    chosen = [e for e in examples() if not options.only or any(fnmatch.fnmatch(e, p) for p in options.only)]
    with Path(options.output).open("w", newline="") as file:
        table = csv.DictWriter(file, COLUMNS)
        table.writeheader()
        for number, example in enumerate(chosen, 1):
            command = [sys.executable, "-W", "ignore", __file__, "--one", example, "--keep", options.keep]
            command += ["--exact"] * options.exact
            try:
                done = subprocess.run(command, capture_output=True, text=True, timeout=options.timeout, check=False)
                last = (done.stdout.splitlines() or [""])[-1]
                row = json.loads(last) if done.returncode == 0 else {"reason": done.stderr.strip().splitlines()[-1]}
            except subprocess.TimeoutExpired:
                row = {"reason": f"more than {options.timeout:g} s"}
            row["example"] = example.removeprefix("PEPit.examples.")
            table.writerow(row)
            file.flush()
            shown = row.get("slack") or row.get("reason")
            print(f"{number}/{len(chosen)} {row['example']}: {shown}", file=sys.stderr)


if __name__ == "__main__":
    main()

"""The verb ``run``: proves what a ``warrant.toml`` asks for, shows a table, and writes JUnit's XML."""

from __future__ import annotations

import argparse
import fnmatch
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

from warrant._files import write_file
from warrant.batch import Entry, Outcome, Planned, prove_all, read_plan
from warrant.batch.certify import decided_claim
from warrant.batch.plan import Expected
from warrant.batch.run import lies_there
from warrant.cli._cluster import cluster
from warrant.cli._progress import progress
from warrant.errors import WrongInput
from warrant.evidence.view import readable

__all__ = ["run"]


def run(arguments: argparse.Namespace) -> int:
    """Prove the claims, and give the exit code: 0 where each is as expected, 1 where one is not, 3 where it is unknown.

    Raises:
        WrongInput: the file or a claim has no meaning, or the JUnit file cannot be written.
    """
    plan = _chosen(read_plan(Path(arguments.config)), arguments.only)
    total = len(plan.claims)
    done: list[Outcome] = []
    with progress(f"0 of {total} claims") as (_, stage):

        def tell(outcome: Outcome) -> None:
            done.append(outcome)
            if stage is not None:
                stage(f"{len(done)} of {total} claims; last {outcome.name}: {outcome.word}")

        try:
            with cluster(arguments.executor) as executor:
                timeout = arguments.timeout or plan.timeout

                def inputs(claim: Expected) -> Entry | Outcome:
                    return _decided(claim, plan.folder, timeout, arguments.jobs, executor, stage)

                decided = [inputs(claim) for claim in plan.claims]
                undecided = {found.name: found for found in decided if isinstance(found, Outcome)}
                for found in undecided.values():
                    tell(found)
                proved = prove_all(
                    [found for found in decided if isinstance(found, Entry)],
                    plan.folder,
                    timeout=timeout,
                    kernel=arguments.kernel or plan.kernel,
                    jobs=arguments.jobs,
                    executor=executor,
                    tell=tell,
                )
                outcomes = (*proved, *undecided.values())
        except KeyboardInterrupt:
            outcomes = tuple(done)
    if arguments.junit is not None:
        write_file(Path(arguments.junit), junit(plan.claims, outcomes))
    return _show(plan.claims, outcomes)


def _decided(
    claim: Expected,
    folder: Path,
    timeout: float,
    jobs: int,
    executor: Executor | None,
    stage: Callable[[str], None] | None,
) -> Entry | Outcome:
    """The claim; of a test set, with the certificate that the warrants of its inputs make, in NAME.inputs."""
    entry, test_set = claim.entry, claim.test_set
    if test_set is None or lies_there(entry.claim, folder / entry.name):
        return entry
    done = 0

    def tell(outcome: Outcome) -> None:
        nonlocal done
        done += 1
        if stage is not None:
            stage(f"{entry.name}: {done} inputs; last {outcome.name}: {outcome.word}")

    try:
        found = decided_claim(
            test_set.model,
            test_set.accuracy,
            folder / f"{entry.name}.inputs",
            test_set.at_least,
            timeout=timeout,
            jobs=jobs,
            executor=executor,
            tell=tell,
        )
    except WrongInput as problem:
        return Outcome(entry.name, "UNKNOWN", str(problem), False, 0.0)
    return replace(entry, claim=found)


def _chosen(plan: Planned, patterns: Sequence[str]) -> Planned:
    if not patterns:
        return plan
    kept = tuple(c for c in plan.claims if any(fnmatch.fnmatchcase(c.entry.name, pattern) for pattern in patterns))
    if not kept:
        raise WrongInput("no claim has such a name", place="--only", expected="a name, or a pattern with *")
    return replace(plan, claims=kept)


def _show(claims: Sequence[Expected], outcomes: Sequence[Outcome]) -> int:
    """Print a line for each claim, and give the exit code."""
    found = {outcome.name: outcome for outcome in outcomes}
    width = max(len(claim.entry.name) for claim in claims)
    wrong: list[str] = []
    for claim in claims:
        outcome = found.get(claim.entry.name) or Outcome(claim.entry.name, "UNKNOWN", "interrupted", False, 0.0)
        good = claim.met(outcome.word) and claim.entry.name in found
        mark = "ok" if good else "FAILED"
        kept = " (checked again)" if outcome.found else ""
        reason = f": {readable(outcome.reason)}" if outcome.reason else ""
        print(f"{mark:<6} {claim.entry.name:<{width}} {outcome.word:<8} {outcome.seconds:8.2f} s{kept}{reason}")
        if not good:
            wrong.append(outcome.word)
    print(f"{len(claims) - len(wrong)} of {len(claims)} claims are as expected")
    if not wrong:
        return 0
    return 3 if set(wrong) == {"UNKNOWN"} else 1


def junit(claims: Sequence[Expected], outcomes: Sequence[Outcome]) -> bytes:
    """The outcomes in JUnit's XML: a failure where a verdict is not the expected one, an error where it is unknown."""
    found = {outcome.name: outcome for outcome in outcomes}
    suite = ElementTree.Element("testsuite", name="warrant", tests=str(len(claims)))
    failures = errors = 0
    for claim in claims:
        outcome = found.get(claim.entry.name) or Outcome(claim.entry.name, "UNKNOWN", "interrupted", False, 0.0)
        case = ElementTree.SubElement(
            suite, "testcase", classname="warrant", name=outcome.name, time=f"{outcome.seconds:.3f}"
        )
        if claim.met(outcome.word) and claim.entry.name in found:
            continue
        unknown = outcome.word == "UNKNOWN"
        errors, failures = errors + unknown, failures + (not unknown)
        message = readable(outcome.reason) or f"{outcome.word}, expected {claim.verdict}"
        ElementTree.SubElement(case, "error" if unknown else "failure", message=message, type=outcome.word)
    suite.set("failures", str(failures))
    suite.set("errors", str(errors))
    text: bytes = ElementTree.tostring(suite, encoding="utf-8", xml_declaration=True)
    return text + b"\n"

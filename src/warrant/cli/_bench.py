"""``warrant bench``: arguments, progress, and what is printed."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median

from warrant.bench import (
    Results,
    Row,
    Settings,
    cactus,
    is_wrong,
    read_curves,
    read_folder,
    run,
    standing,
    table,
)
from warrant.errors import WrongInput

__all__ = ["bench"]

DONE, WRONG, UNFINISHED = 0, 1, 3


def bench(arguments: argparse.Namespace) -> int:
    """Run a benchmark, or compare results.

    Returns:
        0 done; 1 a verdict contradicts the ground truth; 3 interrupted.
    """
    if arguments.compare:
        return _compare(arguments)
    if arguments.folder is None:
        raise WrongInput("warrant bench: no folder was given", expected="a folder with instances.csv, or --compare")
    return _run(arguments)


def _run(arguments: argparse.Namespace) -> int:
    folder = Path(arguments.folder)
    instances = read_folder(folder, only=arguments.only, cap=arguments.timeout)
    keep = None if arguments.keep is None else Path(arguments.keep).absolute()
    memory = None if arguments.memory is None else int(arguments.memory * 2**30)
    kernel = arguments.kernel_timeout if arguments.kernel else None
    settings = Settings(kernel, keep, arguments.jobs, memory)
    file = Path(arguments.output or "results.csv")
    interrupted = False
    with Results(file) as results:
        missing = standing(folder, instances, results, settings)
        done = len(instances) - len(missing)
        if results.torn:
            _say(f"{file}: the last line was torn, and was dropped")
        if done:
            _say(f"{done} of {len(instances)} instances stand in {file} and are not run again")
        left = {instance.key for instance in missing}
        rows = run(folder, missing, results, settings)
        try:
            with _progress(len(instances), done) as show:
                for row in rows:
                    left.discard(row.key)
                    show(row)
        except KeyboardInterrupt:
            interrupted = True
        finally:
            rows.close()
        ran = [replace(results.rows[i.key], truth=i.truth) for i in instances if i.key not in left]
    for line in _summary(ran, len(instances), file):
        print(line)
    if interrupted:
        print(f"interrupted: {len(left)} instances are left; the same command goes on with them")
    if any(map(is_wrong, ran)):
        return WRONG
    return UNFINISHED if interrupted else DONE


def _say(text: str) -> None:
    print(f"warrant: {text}", file=sys.stderr)


@contextmanager
def _progress(total: int, done: int) -> Iterator[Callable[[Row], None]]:
    """A function that shows a row on stderr, as a line, over a bar where stderr is a terminal."""
    if not sys.stderr.isatty():
        yield lambda row: print(_line(row), file=sys.stderr, flush=True)
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=total, completed=done)
        counts: Counter[str] = Counter()

        def show(row: Row) -> None:
            counts["WRONG" if is_wrong(row) else row.result] += 1
            bar.console.print(_line(row), style="bold red" if is_wrong(row) else None, markup=False, highlight=False)
            bar.update(task, advance=1, description=" ".join(f"{word} {n}" for word, n in sorted(counts.items())))

        yield show


def _line(row: Row) -> str:
    what = f"{row.result:<8}{row.run_s:>9.2f} s  {row.onnx}  {row.vnnlib}"
    if is_wrong(row):
        return f"WRONG: {what}: the ground truth is {row.truth}"
    return f"{what}  {row.reason}" if row.reason else what


def _summary(rows: Sequence[Row], total: int, file: Path) -> Iterator[str]:
    """Counts, totals, and whatever is wrong, last."""
    counts = Counter(row.result for row in rows)
    yield f"{len(rows)} of {total} instances: " + ", ".join(f"{n} {word}" for word, n in sorted(counts.items()))
    for name, unit in (
        ("run_s", "s wall"),
        ("search_cpu_s", "s CPU"),
        ("native_cpu_s", "s CPU"),
        ("kernel_cpu_s", "s CPU"),
        ("certificate_bytes", "bytes"),
    ):
        values = [value for row in rows if (value := getattr(row, name)) is not None]
        if values:
            numbers = (sum(values), median(values), max(values))
            form = "{:.0f}" if unit == "bytes" else "{:.2f}"
            amount, middle, most = map(form.format, numbers)
            yield f"{name.rsplit('_', 1)[0].replace('_', ' '):<12} total {amount} {unit}, median {middle}, most {most}"
    yield f"results      {file}"
    wrong = [row for row in rows if is_wrong(row)]
    yield from map(_line, wrong)
    if wrong:
        yield f"WRONG: {len(wrong)} verdicts contradict the ground truth"


def _compare(arguments: argparse.Namespace) -> int:
    from rich.console import Console
    from rich.table import Table

    files = [Path(name) for name in arguments.compare]
    curves = read_curves(files, only=arguments.only, curves=arguments.curve)
    shown = Table(box=None, pad_edge=False)
    for title in ("group", "results", "instances", "solved", "wrong", "total s", "median s"):
        shown.add_column(title, justify="left" if title in ("group", "results") else "right", no_wrap=True)
    group = None
    for line in table(curves, by=arguments.by):
        if group not in (None, line.group):
            shown.add_row()
        wrong = "?" if line.wrong is None else str(line.wrong)
        middle = "" if line.median is None else f"{line.median:.2f}"
        name = line.group if line.group != group else ""
        shown.add_row(name, line.curve, str(line.instances), str(line.solved), wrong, f"{line.total:.1f}", middle)
        group = line.group
    console = Console()
    console.print(shown, width=None if console.is_terminal else 200)
    file = Path(arguments.output or "cactus.svg")
    cactus(curves, file)
    print(f"plot  {file}")
    return DONE

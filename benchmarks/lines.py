"""In: programs of both languages; out: what source lines cost: a run with them as a multiple of one without, as rows of a table."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from benchmarks.measure import median, spread
from grader.exercise import read_submission
from grader.explore import Lab
from grader.model import Exercise, Plan

ANYTHING = Exercise("program", "any program", 1, (), 1, ("python", "c"), "")
HEAD = ["a run", "without lines", "with lines", "ratio", "more for the first run"]


def line_rows(files: Mapping[str, Path], stdin: bytes, times: int, folder: Path) -> list[list[str]]:
    """One row a program: milliseconds of a run without and with lines in turn, the median ratio, what the first one costs more."""
    return [_row(name, path, stdin, times, folder / name) for name, path in files.items()]


def _row(name: str, path: Path, stdin: bytes, times: int, folder: Path) -> list[str]:
    seconds: dict[bool, list[float]] = {False: [], True: []}
    with ExitStack() as closing:
        labs = {lines: closing.enter_context(Lab.open(folder / f"lines-{lines}", lines=lines)) for lines in seconds}
        built = {lines: lab.build(read_submission(str(path), ANYTHING)) for lines, lab in labs.items()}
        for number in range(times + 1):
            for lines, lab in labs.items():
                started = time.perf_counter()
                lab.run(built[lines], Plan(f"run-{number}", stdin=stdin))
                seconds[lines].append(time.perf_counter() - started)
    (first_bare, *bare), (first_placed, *placed) = seconds[False], seconds[True]
    ratio = median([with_lines / without for with_lines, without in zip(placed, bare, strict=True)])
    return [name, spread(bare), spread(placed), f"{ratio:.2f}", f"{(first_placed - first_bare) * 1000:.0f}"]

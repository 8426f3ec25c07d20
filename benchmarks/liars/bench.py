"""In: this machine; out: thirteen programs judged by a plain grader and by this one, as the table docs/comparison.md.

Every program is graded by the whole command of either grader, in turn, `--runs` times. Exit status 1: a verdict of ours is not
the expected one, or something of ours was left.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.liars.leftovers import Ended, carry_out, prepare  # noqa: E402 - found only now, wherever this is started
from benchmarks.liars.truth import COURSE, EXERCISE, TRUTH, source_of  # noqa: E402 - as above
from benchmarks.measure import SURROUNDINGS  # noqa: E402 - as above

OUTPUT = ROOT / "docs" / "comparison.md"
HEAD = """# Beside a plain grader

Thirteen programs answer one task: *a child hands `hello` to its parent through any kind of IPC; the parent prints it; nothing is
left behind.* Two are right; eleven are wrong, and most of them print `hello` all the same. Each was graded by two graders,
{runs} times by each:

- **plain**: the test that instructors usually write, in pytest: compile, run, compare standard output and exit status, with a limit
  of 2 seconds (`benchmarks/liars/plain/`).
- **grader**: `grader check` with the exercise in `benchmarks/liars/course/`, whose `reference/` has the programs.

`make bench-liars` repeats the comparison and writes this file. *Left* is what was still running or lying about when the grader
had ended, counted over all its runs; the benchmark itself then clears it away. Seconds are medians of whole commands, compiler
included.

"""
COLUMNS = (
    "program",
    "what it is",
    "accepted by plain",
    "by grader",
    "seconds plain",
    "grader",
    "left by plain",
    "by grader",
)
TAIL = """
Not every rejection by *plain* is a judgement: whoever keeps standard output open, or hangs, runs into its limit, and the message
says no more than that. A right program on a busy machine can run into it as well.

## Pending

One program goes wrong only where two tasks take turns between single accesses to memory, and those are no scheduling points yet.
No verdict is promised for it; this is what comes out today:

"""


@dataclass(frozen=True, slots=True)
class Judged:
    """One grading: accepted or not, the reason for a rejection, and how the command ended."""

    accepted: bool
    why: str
    ended: Ended


def judge_plain(source: Path, folder: Path) -> Judged:
    """Grade by the plain grader."""
    line = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull]
    line += ["--basetemp", str(folder / "plain"), str(HERE / "plain")]
    surroundings = SURROUNDINGS | {"PROGRAM": str(source), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    ended = carry_out(line, source, folder, surroundings)
    if ended.status not in {0, 1}:
        raise SystemExit(ended.output)
    why = "time limit" if "TimeoutExpired" in ended.output else "other output or status"
    return Judged(ended.status == 0, "" if ended.status == 0 else why, ended)


def judge(source: Path, folder: Path) -> Judged:
    """Grade by the command of this project; why is its first finding, by check and in words."""
    result = folder / "result.json"
    line = [sys.executable, "-m", "grader.cli", "check", str(source), "--exercise", EXERCISE]
    line += ["--course", str(COURSE), "--json", str(result)]
    ended = carry_out(line, source, folder, SURROUNDINGS | {"PYTHONPATH": str(ROOT)})
    if ended.status not in {0, 1}:
        raise SystemExit(ended.output)
    checks = json.loads(result.read_text(encoding="utf-8"))["checks"]
    why = next((f"`{check['id']}`: {check['seen']}" for check in checks if check["outcome"] == "fail"), "")
    return Judged(ended.status == 0, why, ended)


def accepted(judged: Sequence[Judged]) -> str:
    """`10/10`, or how many and why the others were not."""
    count = f"{sum(each.accepted for each in judged)}/{len(judged)}"
    reasons = Counter(each.why for each in judged if not each.accepted)
    return ": ".join([count, *("; ".join(reasons),) * bool(reasons)])


def left(judged: Sequence[Judged]) -> str:
    """What was left, with its number."""
    counted = Counter(thing for each in judged for thing in each.ended.left)
    return "; ".join(f"{number} × {thing}" for thing, number in counted.items()) or "nothing"


def row(name: str, plain: Sequence[Judged], ours: Sequence[Judged]) -> str:
    """One line of the table."""
    cells = (
        f"`{name}`", TRUTH[name].words, accepted(plain), accepted(ours), f"{median(e.ended.seconds for e in plain):.2f}",
        f"{median(e.ended.seconds for e in ours):.2f}", left(plain), left(ours),
    )  # fmt: skip
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def pending(name: str, ours: Sequence[Judged]) -> str:
    """What is promised of such a program, and what comes out now."""
    return f"- `{name}` ({TRUTH[name].words}): accepted in {accepted(ours)}. {TRUTH[name].pending}"


def faults(name: str, ours: Sequence[Judged]) -> list[str]:
    """What is not as it has to be with the verdicts of ours."""
    expected = TRUTH[name]
    found = [f"{name}: left {left(ours)}"] if left(ours) != "nothing" else []
    first = f"`{expected.check}`: " if expected.check else ""
    found += [
        f"{name}: expected {expected.check or 'no finding'}, found {each.why or 'none'}"
        for each in ours
        if not expected.pending and (each.accepted is bool(first) or not each.why.startswith(first))
    ]
    return found


def document(plain: Mapping[str, Sequence[Judged]], ours: Mapping[str, Sequence[Judged]], runs: int) -> str:
    """The whole of docs/comparison.md."""
    lines = ["| " + " | ".join(COLUMNS) + " |", "|---" * len(COLUMNS) + "|"]
    lines += [row(name, plain[name], ours[name]) for name in TRUTH]
    machine = f"{os.cpu_count()} processors, Linux {platform.release()}, Python {platform.python_version()}"
    late = "\n".join(pending(name, ours[name]) for name, truth in TRUTH.items() if truth.pending)
    return f"{HEAD.format(runs=runs)}{chr(10).join(lines)}\n\nMeasured with {machine}.\n{TAIL}{late}\n"


def main() -> int:
    """Grade all, write the table, say what is not as expected."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10, metavar="N", help="gradings of each program by each grader")
    parser.add_argument("--output", type=Path, default=OUTPUT, metavar="FILE", help="where the table is written")
    options = parser.parse_args()
    prepare()
    plain: dict[str, list[Judged]] = {name: [] for name in TRUTH}
    ours: dict[str, list[Judged]] = {name: [] for name in TRUTH}
    with tempfile.TemporaryDirectory() as temporary:
        for turn in range(options.runs):
            for name in TRUTH:
                print(f"run {turn + 1} of {options.runs}: {name}", file=sys.stderr)
                plain[name].append(judge_plain(source_of(name), Path(temporary)))
                ours[name].append(judge(source_of(name), Path(temporary)))
            # an interrupted comparison is whole too, over fewer runs
            options.output.write_text(document(plain, ours, turn + 1), encoding="utf-8")
    wrong = [fault for name in TRUTH for fault in faults(name, ours[name])]
    print("\n".join(wrong) or f"every verdict is as expected, nothing is left; see {options.output}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

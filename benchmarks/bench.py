"""In: this machine; out: how long a check takes, beside a bare run, strace and a plain grader, as a Markdown table.

All commands are measured in turn in one run, so that their ratios hold on a busy machine too; medians, with the range.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.corpus import ROOT, programs, write_submission
from benchmarks.costs import cost_rows
from benchmarks.growth import HEAD as GROWTH
from benchmarks.growth import growth_rows
from benchmarks.lines import HEAD, line_rows
from benchmarks.measure import SURROUNDINGS, Command, Sample, measure, median, spread

EXERCISE = "pipe-one-way"
HERE = Path(__file__).resolve().parent
GRADER = [sys.executable, "-P", "-m", "grader.cli"]
TEXT = b"Ahoy, Zoe: @[`{ /09:\nmany Zn, Nm and 3 bytes of anything;\nthe last line has no newline"
TARGETS = {"check c": 1000, "check python": 2500, "check deadlock, after locking": 500, "help": 150}  # milliseconds
LOCKS = "wrong/c/keeps_write_end.c"


def submissions(folder: Path) -> dict[str, Path]:
    """The programs that are measured: right in both languages, and one that deadlocks."""
    wanted = {"c": "solution.c", "python": "solution.py", "deadlock": LOCKS}
    return {
        name: write_submission(programs(f"{EXERCISE}/{path}")[0], "", folder / name) for name, path in wanted.items()
    }


def commands(files: Mapping[str, Path], folder: Path) -> dict[str, Command]:
    """What is measured, by name: the checks, and what they are compared with."""
    program = folder / "program"
    subprocess.run(["cc", "-O1", "-o", str(program), str(files["c"])], check=True)
    check = {
        f"check {name}": Command([*GRADER, "check", str(path), "--exercise", EXERCISE], int(name == "deadlock"))
        for name, path in files.items()
    }
    evidence = folder / "evidence"
    options = ["--exercise", EXERCISE, "--evidence", str(evidence)]
    check["check deadlock, kept"] = Command(
        [*GRADER, "check", str(files["deadlock"]), *options],
        1,
        before=lambda: shutil.rmtree(evidence, ignore_errors=True),
        after=lambda ended: {"after locking": ended - first_lock(evidence)},
    )
    bare = {"c": [str(program)], "python": [sys.executable, str(files["python"])]}
    strace = ["strace", "-f", "--seccomp-bpf", "-o", str(folder / "strace.txt")]
    plain = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull, str(HERE / "plain")]
    peers = {f"bare {name}": Command(line, stdin=TEXT) for name, line in bare.items()}
    peers |= {f"strace {name}": Command([*strace, *line], stdin=TEXT) for name, line in bare.items()}
    for name, path in files.items():
        surroundings = {"PROGRAM": str(path), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        peers[f"plain {name}"] = Command(plain, int(name == "deadlock"), surroundings)
    return check | peers | {"help": Command([*GRADER, "--help"])}


def first_lock(evidence: Path) -> float:
    """When the first deadlock was on record. It is written at once, as soon as the tracer has proved it."""
    ends = {path: json.loads(path.read_bytes().splitlines()[-1]) for path in evidence.glob("*.jsonl")}
    return min(path.stat().st_mtime for path, end in ends.items() if end["outcome"] == "deadlock")


def stages(files: Mapping[str, Path], times: int) -> dict[str, dict[str, list[float]]]:
    """Seconds in each stage, by language, `times` times."""
    found: dict[str, dict[str, list[float]]] = {"c": {}, "python": {}}
    for _ in range(times):
        for name, figures in found.items():
            line = [sys.executable, str(HERE / "stages.py"), EXERCISE, str(files[name])]
            output = subprocess.run(line, capture_output=True, check=True, text=True, cwd=ROOT, env=SURROUNDINGS).stdout
            for stage, seconds in json.loads(output.splitlines()[-1]).items():
                figures.setdefault(stage, []).append(seconds)
    return found


def rows(samples: Mapping[str, Sequence[Sample]]) -> list[list[str]]:
    """One row a command: time on the clock, processor time, times the bare run and the plain grader, target."""
    walls = {name: [sample.wall for sample in each] for name, each in samples.items()}
    walls["check deadlock, after locking"] = [each.more["after locking"] for each in samples["check deadlock, kept"]]
    walls.pop("check deadlock, kept")
    table = []
    for name, values in walls.items():
        cpu = spread([sample.cpu for sample in samples[name]]) if name in samples else ""
        kind = name.split()[-1] if name.split()[-1] in ("c", "python", "deadlock") else ""
        ratios = [ratio(values, walls.get(f"{peer} {kind}")) for peer in ("bare", "strace", "plain")]
        target = TARGETS.get(name)
        verdict = "" if target is None else f"≤ {target}: {'met' if median(values) * 1000 <= target else 'MISSED'}"
        table.append([name, spread(values), cpu, *ratios, verdict])
    return table


def ratio(values: Sequence[float], peer: Sequence[float] | None) -> str:
    """How many times the peer's time; empty where there is none."""
    return f"{median(values) / median(peer):.2f}" if peer else ""


def stage_rows(figures: Mapping[str, Mapping[str, Sequence[float]]]) -> list[list[str]]:
    """One row a stage, and what an event costs the tracer."""
    table = [
        [stage, *(spread(each[stage]) for each in figures.values())] for stage in figures["c"] if stage != "events"
    ]
    events = {name: median(each["events"]) for name, each in figures.items()}
    table.append(["events (a number)", *(f"{count:.0f}" for count in events.values())])
    costs = [
        ("tracer, µs an event", "tracer"), ("writing, µs an event", "evidence: write"), ("loading, µs an event", "evidence: load"),
    ]  # fmt: skip
    for label, stage in costs:
        table.append([label, *(f"{median(each[stage]) / events[name] * 1e6:.0f}" for name, each in figures.items())])
    return table


def markdown(head: Sequence[str], table: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---", *("---:" for _ in head[1:])], *table]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=5, help="executions of each command that are counted (default: 5)")
    parser.add_argument("--undisturbed", action="store_true", help="before all else on a busy machine (root only)")
    parser.add_argument(
        "--only", choices=["commands", "search", "growth"], help="one of the three parts (default: all)"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="all samples as JSON")
    return parser.parse_args()


def main() -> int:
    """Measure and print. Exit status 1: a target was missed."""
    arguments = _arguments()
    if arguments.undisturbed:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    load = "/".join(f"{value:.1f}" for value in os.getloadavg())
    print(f"{platform.machine()}, {len(os.sched_getaffinity(0))} processors, Linux {platform.release()}, ", end="")
    print(f"Python {platform.python_version()}, load {load}; {arguments.times} times each", end="")
    print(f"{', undisturbed' if arguments.undisturbed else ''}; median (range) in ms\n")
    parts = {"commands": _commands, "search": _search, "growth": _growth}
    with tempfile.TemporaryDirectory(prefix="grader-bench-") as name:
        folder = Path(name)
        files = submissions(folder)
        tables = [part(arguments, files, folder) for word, part in parts.items() if arguments.only in (None, word)]
    return 1 if any("MISSED" in cell for table in tables for row in table for cell in row) else 0


def _commands(arguments: argparse.Namespace, files: Mapping[str, Path], folder: Path) -> list[list[str]]:
    """Whole commands, beside others; the stages of a check; source lines."""
    samples = measure(commands(files, folder), arguments.times, folder)
    figures = stages(files, arguments.times)
    lines = line_rows({name: files[name] for name in ("c", "python")}, TEXT, 4 * arguments.times, folder / "lines")
    table = rows(samples)
    print(markdown(["command", "clock", "processor", "× bare", "× strace", "× plain", "target"], table))
    difference = median([s.wall for s in samples["check deadlock"]]) - median([s.wall for s in samples["check c"]])
    print(f"\nThe check of the deadlocked program takes {difference * 1000:+.0f} ms compared with the right one.\n")
    print(markdown(["stage of a check", "c", "python"], stage_rows(figures)))
    print(f"\nSource lines, {4 * arguments.times} runs with and without in turn, evidence loaded; ms:\n")
    print(markdown(HEAD, lines))
    print(f"\nstrace: {shlex.join(['strace', '-f', '--seccomp-bpf'])}; plain: benchmarks/plain, with a timeout of 2 s.")
    if arguments.json:
        raw = {"samples": {each: [[s.wall, s.cpu] for s in of] for each, of in samples.items()}, "stages": figures}
        arguments.json.write_text(json.dumps(raw, indent=1) + "\n", encoding="utf-8")
    return table


def _search(arguments: argparse.Namespace, files: Mapping[str, Path], _folder: Path) -> list[list[str]]:
    """What one schedule of a search costs, by parts."""
    table = cost_rows(EXERCISE, {name: files[name] for name in ("c", "python")}, arguments.times)
    print("\nOne schedule of a search, ms:\n")
    print(markdown(["part of a schedule", "c", "python"], table))
    return table


def _growth(arguments: argparse.Namespace, _files: Mapping[str, Path], _folder: Path) -> list[list[str]]:
    """Time and memory of runs of growing length."""
    tables = growth_rows(arguments.times)
    for name, table in tables.items():
        print(f"\nRuns of growing length, {name}:\n")
        print(markdown(GROWTH, table))
    return [row for table in tables.values() for row in table]


if __name__ == "__main__":
    sys.exit(main())

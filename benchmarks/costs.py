"""In: a submission of a given exercise; out: what one schedule of a search costs, part by part, as one line of JSON in seconds.

A process of its own a measurement (`python costs.py EXERCISE FILE`): it is the supervisor and the searching process in one, so that
each part can be timed; `search` is the same through a real laboratory, where judging and supervisor have a processor each.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from benchmarks.corpus import ROOT
from benchmarks.measure import SURROUNDINGS, median
from benchmarks.stages import plans_of
from grader.box import Box, Tree, ptrace
from grader.evidence import EvidenceWriter, load
from grader.evidence.codec import Json, to_json
from grader.exercise import find_course, read_submission
from grader.explore import Lab, Search
from grader.explore.budget import mixed
from grader.explore.worker import Worker, pin
from grader.model import Artifact, Plan, Submission
from grader.trace import ticking

PARTS = (
    "box: copy and arm",
    "program and its interpreter",
    "tracer: stops",
    "evidence: write",
    "box: end",
    "evidence: load",
)
SCHEDULES = 60
TARGETS = {"c": 60, "python": 15}
"""Schedules a second at least, box included, on two processors that nobody else uses."""


@dataclass(slots=True)
class Clock:
    """Adds up the time spent in functions; what runs inside another one is taken off that one."""

    spent: dict[str, float] = field(default_factory=dict)
    _inside: list[str] = field(default_factory=list)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Time spent here belongs to this part, and not to the one around it."""
        started = time.perf_counter()
        self._inside.append(name)
        try:
            yield
        finally:
            took = time.perf_counter() - started
            self._inside.pop()
            self.spent[name] = self.spent.get(name, 0.0) + took
            if self._inside:
                self.spent[self._inside[-1]] = self.spent.get(self._inside[-1], 0.0) - took

    def over(self, owner: object, name: str, part: str) -> None:
        """Time every call of a function."""
        function = getattr(owner, name)

        def timed(*given: object, **named: object) -> object:
            with self.part(part):
                return function(*given, **named)

        setattr(owner, name, timed)


def parts(artifact: Artifact, plan: Plan, folder: Path) -> tuple[dict[str, float], float]:
    """Seconds a schedule by part, and events a run."""
    pin()
    ticking()
    worker, clock = Worker(""), Clock()
    tokens = ["f1", *mixed(SCHEDULES, lambda: 20)]

    def run(token: str, *, lines: bool = False) -> None:
        asked: dict[str, Json] = {"artifact": to_json(artifact), "plan": to_json(replace(plan, schedule=token))}
        worker.run(asked | {"path": str(folder / "run.jsonl"), "durable": False, "lines": lines})

    try:
        worker.hello({})  # opens the box, which is done once a grading
        began = time.perf_counter()
        run(tokens[0])
        first = time.perf_counter() - began
        placed = _took(lambda: [run(token, lines=True) for token in tokens])
        bare = _took(lambda: [run(token) for token in tokens])
        _watch(clock)
        events = 0
        for token in tokens:
            with clock.part("the rest"):
                run(token)
            with clock.part("evidence: load"):
                events += len(load(folder / "run.jsonl").events)
    finally:
        ticking(on=False)
        worker.close()
    count = len(tokens)
    found = {name: clock.spent.get(name, 0.0) / count for name in (*PARTS, "the rest")}
    more = {
        "source lines, where asked for": (placed - bare) / count,
        "once a program: its zygote": first - bare / count,
    }
    return found | more, events / count


def _took(what: Callable[[], object]) -> float:
    started = time.perf_counter()
    what()
    return time.perf_counter() - started


def _watch(clock: Clock) -> None:
    from grader.explore import worker

    clock.over(Box, "start", "box: copy and arm")
    clock.over(Tree, "destroy", "box: end")
    clock.over(worker, "trace", "tracer: stops")
    clock.over(EvidenceWriter, "finish", "evidence: write")
    clock.over(EvidenceWriter, "add", "evidence: write")
    # A wait during the set-up of a box is the box's; one in a run is for the program.
    waited = ptrace.wait

    def wait(tid: int, options: int = ptrace.WALL) -> int | None:
        if clock._inside[-1:] != ["tracer: stops"]:  # noqa: SLF001 - its own instrument
            return waited(tid, options)
        with clock.part("program and its interpreter"):
            return waited(tid, options)

    ptrace.wait = wait


def search(submission: Submission, plan: Plan, folder: Path) -> tuple[float, Artifact]:
    """Seconds a schedule of a whole search, evidence loaded, and the program."""
    with ExitStack() as closing:
        lab = closing.enter_context(Lab.open(folder / "lab"))
        artifact = lab.build(submission)
        seek = Search(lab, artifact, plan)
        list(seek.mixed(5))
        started = time.perf_counter()
        count = sum(1 for _ in seek.others(SCHEDULES, seed=1))
        seconds = (time.perf_counter() - started) / count
        keep = Path(tempfile.mkdtemp(prefix="program-", dir=folder))
        keep.chmod(0o755)
        return seconds, _kept(artifact, keep)


def _kept(artifact: Artifact, folder: Path) -> Artifact:
    """The program, in a folder that outlives the laboratory."""
    shutil.copytree(artifact.folder, folder, dirs_exist_ok=True)
    return replace(artifact, folder=str(folder))


def cost_rows(exercise: str, files: Mapping[str, Path], times: int) -> list[list[str]]:
    """One row a part, and one that says how many schedules a second a search makes, with its target."""
    found: dict[str, list[Mapping[str, float]]] = {name: [] for name in files}
    for _ in range(times):
        for name, path in files.items():
            line = [sys.executable, "-m", "benchmarks.costs", exercise, str(path)]
            output = subprocess.run(line, capture_output=True, check=True, text=True, cwd=ROOT, env=SURROUNDINGS).stdout
            found[name].append(json.loads(output.splitlines()[-1]))
    table = []
    for part in next(iter(found.values()))[0]:
        if part != "events":
            columns = ([each[part] for each in samples] for samples in found.values())
            table.append([f"whole, {part}" if part == "search" else part, *(precise(each) for each in columns)])
    table.append(["events (a number)", *(f"{median([each['events'] for each in of]):.0f}" for of in found.values())])
    rates = {name: 1 / median([each["search"] for each in of]) for name, of in found.items()}
    verdicts = {name: "met" if rate >= TARGETS[name] else "MISSED" for name, rate in rates.items()}
    told = (f"{rate:.0f} (≥ {TARGETS[name]}: {verdicts[name]})" for name, rate in rates.items())
    return [*table, ["schedules a second", *told]]


def precise(seconds: Sequence[float]) -> str:
    """Median and range in milliseconds with one digit."""
    return f"{median(seconds) * 1000:.1f} ({min(seconds) * 1000:.1f}-{max(seconds) * 1000:.1f})"


def main() -> Mapping[str, float]:
    """Measure once."""
    exercise = find_course(None).exercise(sys.argv[1])
    submission = read_submission(sys.argv[2], exercise)
    plan = next(iter(plans_of(exercise).values()))
    with tempfile.TemporaryDirectory(prefix="grader-costs-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        whole, artifact = search(submission, plan, folder)
        found, events = parts(artifact, plan, folder)
    return found | {"search": whole, "events": events}


if __name__ == "__main__":
    print(json.dumps(main()))

"""In: minutes, a number of seeds, a folder for the state; out: how many reference programs are misjudged in some variant.

It is what `grader lint --variants N` looks at, for all exercises, one variant after the other: each program in the default
variant, in those at the limits of the parameters, and in those of N seeds. Misjudged is: a stub or wrong program that passes, a
right one that fails, a wrong one that fails anything else than expected.yaml says, or no verdict. Each grading is a line of the
state file, which a change of `grader/`, `exercises/` or `reference/` begins anew; so it goes on where it was ended.
Exit status 1: something was misjudged.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import asdict, dataclass
from itertools import zip_longest
from pathlib import Path

from benchmarks.bound import upper_bound
from benchmarks.corpus import ROOT
from benchmarks.fingerprint import fingerprint
from benchmarks.kept import whole_lines
from grader.batch import Crew, Graded, Job, jobs_of, proof_seeds
from grader.batch.lint import Desk, run_faults, sit_down
from grader.errors import UsageError
from grader.exercise import load_course

__all__ = ["Judged", "State", "main", "planned"]

SEEDS = 20
Planned = tuple[Desk, Job]


@dataclass(frozen=True, slots=True)
class Judged:
    """One program in one variant; `fault` is empty, or says how it was misjudged."""

    exercise: str
    program: str
    seed: str
    fault: str


class State:
    """What was judged so far: by (exercise, program, seed), and as lines of a file that only grows."""

    def __init__(self, folder: Path, mark: str) -> None:
        """`mark` stands for the sources that this state is about."""
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"variants-{mark}.jsonl"
        lines = [Judged(**json.loads(line)) for line in whole_lines(self.path)]
        self.judged = {(each.exercise, each.program, each.seed): each for each in lines}

    def add(self, judged: Judged) -> None:
        """Keep one more, safe from whatever ends this process next."""
        self.judged[judged.exercise, judged.program, judged.seed] = judged
        with self.path.open("a", encoding="ascii") as file:
            file.write(json.dumps(asdict(judged)) + "\n")


def planned(desks: tuple[Desk, ...], seeds: int) -> Iterator[Planned]:
    """Every program in every variant that proves its exercise: the variants of all exercises in turn, the default ones first."""
    variants = zip_longest(*([(desk, seed) for seed in proof_seeds(desk.exercise, seeds)] for desk in desks))
    for desk, seed in (each for row in variants for each in row if each):
        for job in jobs_of(desk.course, desk.exercise, desk.expected, seed, exact=True):
            yield desk, job


def desks_of(course: Path, only: str) -> tuple[Desk, ...]:
    """What the authors have written. Raises UsageError for what cannot be read: there is nothing to judge by."""
    known = load_course(course)
    found: list[Desk] = []
    for name in (name for name in known.ids if only.partition("/")[0] in name):
        desk = sit_down(known, name, course)
        fault = next(iter(desk if isinstance(desk, tuple) else desk.faults), None)
        if fault is not None or isinstance(desk, tuple):
            raise UsageError(fault.fault if fault else "cannot be read", where=fault.where if fault else name)
        found.append(desk)
    if not found:
        raise UsageError(f"no exercise has '{only}' in its name", where="--only", action="look into exercises/")
    return tuple(found)


def judge(todo: Iterator[Planned], crew: Crew, size: int, deadline: float, state: State) -> int:
    """Grade until time is up or all is done; the number of gradings. What has begun is waited for."""
    waiting: dict[Future[Graded], Desk] = {}
    done = 0
    for desk, job in todo:
        if time.monotonic() > deadline:
            break
        waiting[crew.submit(job)] = desk
        if len(waiting) > size:
            done += _collect(waiting, state)
    while waiting:
        done += _collect(waiting, state)
    return done


def _collect(waiting: dict[Future[Graded], Desk], state: State) -> int:
    finished, _ = wait(waiting, return_when=FIRST_COMPLETED)
    for future in finished:
        desk, graded = waiting.pop(future), future.result()
        faults = [str(fault) for fault in run_faults(desk, graded)]
        if graded.doubt:
            faults.append(f"not graded: {graded.doubt}")
        judged = Judged(graded.job.exercise, graded.job.name, graded.job.seed, "; ".join(faults))
        state.add(judged)
        if judged.fault:
            print(f"soak: MISJUDGED {judged.exercise} {judged.program} seed '{judged.seed}'", file=sys.stderr)
    return len(finished)


def report(state: State, plan: tuple[Planned, ...], done: int, seconds: float) -> int:
    """Print what the state says of this plan; returns the exit status."""
    keys = {(job.exercise, job.name, job.seed) for _, job in plan}
    judged = [each for key, each in state.judged.items() if key in keys]
    faulty = [each for each in judged if each.fault]
    variants = len({(each.exercise, each.seed) for each in judged})
    print(f"this time   {done} gradings in {seconds:.0f} s")
    print(f"in all      {len(judged)} of {len(keys)} (program, variant) pairs, in {variants} variants")
    print(
        f"misjudged   {len(faulty)} pairs; 95 % upper bound of their rate: {upper_bound(len(faulty), len(judged)):.3%}"
    )
    for each in faulty:
        print(f"  {each.fault}")
    print(f"state       {state.path}")
    return 1 if faulty or not judged else 0


def main(words: list[str], course: Path = ROOT) -> int:
    """Soak, then report; raises UsageError for an exercise that cannot be read."""
    parser = argparse.ArgumentParser(prog="soak --part variants", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--state", type=Path, default=ROOT / "soak-state")
    parser.add_argument("--only", default="")
    parser.add_argument("--jobs", type=int, default=0)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    arguments = parser.parse_args(words)
    started = time.monotonic()
    desks = desks_of(course, arguments.only)
    plan = tuple(each for each in planned(desks, arguments.seeds) if _wanted(each[1], arguments.only))
    state = State(arguments.state, fingerprint("grader", "exercises", "reference"))
    todo = (each for each in plan if (each[1].exercise, each[1].name, each[1].seed) not in state.judged)
    done = 0
    try:
        with Crew.open(arguments.jobs) as crew:
            done = judge(todo, crew, 2 * (arguments.jobs or 2), started + arguments.minutes * 60, state)
    except KeyboardInterrupt:
        print("soak: ended by a signal; what was running is not counted", file=sys.stderr)
    return report(state, plan, done, time.monotonic() - started)


def _wanted(job: Job, only: str) -> bool:
    return only in f"{job.exercise}/{job.name}"

"""In: minutes and a folder for its state; out: how many gradings were wrong, and the 95 % bound on their rate.

Every right and wrong program of every exercise is graded by the whole command, for one variant after the other, each
twice, beside four busy processes and a neighbour that reads the memory maps of the traced programs. Wrong is: another
verdict or another set of failed checks than expected.yaml says, or a second digest for one (program, plan, token).
Every trial is a line of the state file, so a soak that was ended goes on where it was. Exit status 1: something was wrong.

`--part` soaks something else: `bugs` and `twins` of tests/programs/quality (benchmarks/proof.py), `tokens` that are to have one
digest (benchmarks/tokens.py), or `variants`: every program in the variants that prove its exercise (benchmarks/variants.py).
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import asdict, replace
from itertools import count, groupby, zip_longest
from pathlib import Path
from types import FrameType

from benchmarks import schedules, tokens, variants
from benchmarks.bound import upper_bound
from benchmarks.corpus import ROOT, Program, programs
from benchmarks.fingerprint import fingerprint
from benchmarks.kept import whole_lines
from benchmarks.noise import neighbours
from benchmarks.trial import Trial, carry_out
from grader.errors import GraderError

Task = tuple[Program, str, int]
PARTS = {"gradings": "", "bugs": "bug", "twins": "twin", "tokens": "", "variants": ""}


class State:
    """The trials so far: in memory by (program, seed, turn), and as lines of a file that only grows.

    Trials under other sources, another interpreter or compiler are in other files: they say nothing about these.
    """

    def __init__(self, folder: Path, faults: Path) -> None:
        """`faults` keeps all that came of a grading that was wrong."""
        folder.mkdir(parents=True, exist_ok=True)
        self.faults = faults
        self.path = folder / (fingerprint("grader", "exercises", "reference") + ".jsonl")
        self.trials: dict[tuple[str, str, int], Trial] = {}
        self.digests: dict[str, str] = {}
        for line in whole_lines(self.path):
            self._take(Trial(**json.loads(line)))
        self._file = self.path.open("a", encoding="ascii")

    def add(self, trial: Trial) -> Trial:
        """Keep a trial; it comes back with a fault if a run of it has another digest than the same run before."""
        trial = self._take(trial)
        self._file.write(json.dumps(asdict(trial)) + "\n")
        self._file.flush()
        return trial

    def _take(self, trial: Trial) -> Trial:
        second = [key for key, digest in trial.digests.items() if self.digests.setdefault(key, digest) != digest]
        if second and not trial.fault:
            trial = replace(trial, fault=f"second digest for {', '.join(second)}")
        self.trials[trial.program, trial.seed, trial.turn] = trial
        return trial


class Soak:
    """Runs tasks side by side, in order, until time is up or they are all done."""

    def __init__(self, state: State, jobs: int, deadline: float) -> None:
        self._state = state
        self._jobs = jobs
        self._deadline = deadline
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self._ending = False
        self.done = 0

    def run(self, tasks: Iterator[Task]) -> None:
        """Carry out what was not done before. Ctrl-C or SIGTERM ends it in good order."""
        waiting: set[Future[None]] = set()
        todo = (task for task in tasks if _key(task) not in self._state.trials)
        with ThreadPoolExecutor(self._jobs) as pool:
            try:
                for task in todo:
                    if time.monotonic() > self._deadline:
                        break
                    waiting.add(pool.submit(self._one, task))
                    while len(waiting) >= self._jobs:
                        waiting = self._collect(waiting)
                while waiting:
                    waiting = self._collect(waiting)
            except KeyboardInterrupt:
                print("soak: ended by a signal; what was running is not counted", file=sys.stderr)
            finally:
                self._end()

    def _collect(self, waiting: set[Future[None]]) -> set[Future[None]]:
        finished, unfinished = wait(waiting, return_when=FIRST_COMPLETED)
        for future in finished:
            future.result()
        return unfinished

    def _one(self, task: Task) -> None:
        """One trial, in a thread of its own."""
        program, seed, turn = task
        with tempfile.TemporaryDirectory(prefix="grader-soak-") as name:
            trial = carry_out(program, seed, turn, Path(name), self._started)
            with self._lock:
                if self._ending:
                    return
                trial = self._state.add(trial)
                self.done += 1
                if trial.fault:
                    kept = self._state.faults / f"{program.name.replace('/', '-')}-{seed or 'default'}-{turn}"
                    shutil.copytree(name, kept, dirs_exist_ok=True)
                    print(f"soak: WRONG {trial.program} seed '{seed}': {trial.fault}; kept in {kept}", file=sys.stderr)
                elif self.done % 50 == 0:
                    print(f"soak: {self.done} gradings, {trial.program} seed '{seed}'", file=sys.stderr)

    def _started(self, process: subprocess.Popen[bytes]) -> None:
        with self._lock:
            self._running = {one for one in self._running if one.poll() is None} | {process}
            if self._ending:
                process.terminate()

    def _end(self) -> None:
        """Ask every grading that still runs to end; each closes its own box."""
        with self._lock:
            self._ending = True
            for process in self._running:
                process.terminate()


def _key(task: Task) -> tuple[str, str, int]:
    return task[0].name, task[1], task[2]


def tasks(chosen: tuple[Program, ...], seeds: Iterator[str], turns: int) -> Iterator[Task]:
    """One variant after the other; of each all programs, exercises in turn, right and wrong in turn, each once for every turn."""
    mixed = [program for row in zip_longest(*_by_exercise(chosen)) for program in row if program]
    for seed in seeds:
        yield from ((program, seed, turn) for program in mixed for turn in range(1, turns + 1))


def _by_exercise(chosen: tuple[Program, ...]) -> Iterator[tuple[Program, ...]]:
    for _, group in groupby(chosen, key=lambda program: program.exercise):
        every = tuple(group)
        right, wrong = ([each for each in every if bool(each.fails) == fails] for fails in (False, True))
        yield tuple(program for pair in zip_longest(right, wrong) for program in pair if program)


def all_seeds() -> Iterator[str]:
    """The default variant, then the seeds 0, 1, 2 and on, without end."""
    yield ""
    yield from (str(number) for number in count())


def report(state: State, done: int, seconds: float) -> int:
    """Print what all trials of the state say; returns the exit status."""
    trials = list(state.trials.values())
    pairs = {(trial.program, trial.seed) for trial in trials}
    faulty = {(trial.program, trial.seed) for trial in trials if trial.fault}
    digests = sum(len(trial.digests) for trial in trials)
    unsteady = sum(trial.unsteady for trial in trials)
    bound = upper_bound(len(faulty), len(pairs))
    print(f"this time   {done} gradings in {seconds:.0f} s")
    print(f"in all      {len(trials)} gradings of {len(pairs)} distinct (program, variant) pairs")
    print(f"wrong       {len(faulty)} pairs; 95 % upper bound of their rate: {bound:.3%}")
    print(
        "            (exact, Clopper-Pearson, one-sided, over distinct pairs; for 0 wrong: 1 - 0.05^(1/n), about 3/n)"
    )
    print(f"digests     {digests} runs of {len(state.digests)} (program, plan, token), {unsteady} more not comparable")
    for trial in trials:
        if trial.fault:
            print(f"  WRONG {trial.program} seed '{trial.seed}' turn {trial.turn}: {trial.fault}")
    print(f"state       {state.path}")
    return 1 if faulty or not trials else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[2])
    parser.add_argument("--minutes", type=float, default=10.0, help="when to begin no further grading (default: 10)")
    parser.add_argument("--state", type=Path, default=ROOT / "soak-state", metavar="DIR", help="default: soak-state/")
    parser.add_argument("--once", action="store_true", help="each program once, default variant, no noise, no state")
    parser.add_argument("--only", default="", metavar="TEXT", help="only programs with this in their name")
    parser.add_argument("--part", choices=PARTS, default="gradings", help="what to soak (default: gradings)")
    parser.add_argument(
        "--seeds", type=int, default=variants.SEEDS, metavar="N", help="of --part variants (default: 20)"
    )
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)), help="gradings side by side")
    return parser.parse_args()


def main() -> int:
    """Soak, then report."""
    arguments = _arguments()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    if arguments.part != "gradings":
        return _other_part(arguments)
    started = time.monotonic()
    with ExitStack() as closing:
        if arguments.once:
            folder = Path(closing.enter_context(tempfile.TemporaryDirectory(prefix="grader-soak-")))
            todo, deadline = tasks(programs(arguments.only), iter([""]), 1), float("inf")
        else:
            folder = arguments.state
            todo, deadline = tasks(programs(arguments.only), all_seeds(), 2), started + arguments.minutes * 60
            closing.enter_context(neighbours(os.getpid()))
        state = State(folder, arguments.state / "faults")
        soak = Soak(state, arguments.jobs, deadline)
        soak.run(todo)
        return report(state, soak.done, time.monotonic() - started)


def _other_part(arguments: argparse.Namespace) -> int:
    minutes = ["--minutes", str(arguments.minutes)]
    if arguments.part == "tokens":
        return tokens.main(minutes)
    where = ["--only", arguments.only, "--state", str(arguments.state)]
    if arguments.part == "variants":
        return variants.main([*minutes, *where, "--jobs", str(arguments.jobs), "--seeds", str(arguments.seeds)])
    return schedules.main([*minutes, *where, "--prove", PARTS[arguments.part]])


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    try:
        sys.exit(main())
    except GraderError as fault:
        print(f"soak: {fault}", file=sys.stderr)
        sys.exit(2)

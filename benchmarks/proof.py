"""In: minutes, a folder for its state; out: at how many seeds each planted bug is found, under how many its twin is accused.

A seed of a bug is one search with the default budget, a seed of a twin one schedule of the mix (of a twin that is looked at with
faults: one schedule with one fault); twins run beside four busy processes and a reader of memory maps. Seeds are taken in turn
from all programs. Each is a line of the state file, so a proof that was ended goes on where it was.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path

from benchmarks.bound import upper_bound
from benchmarks.fingerprint import fingerprint
from benchmarks.kept import whole_lines
from benchmarks.noise import neighbours
from grader.explore import BUDGETS, Search
from grader.explore.budget import mixed, of_kind
from tests.quality.library import Planted, attempts, fails, library, searches
from tests.support.schedules import Workshop

__all__ = ["ROLES", "prove"]

SEEDS = 59
"""Searches for each bug: if all find it, then at least 95 % of all seeds do, with a confidence of 95 %."""
TWIN_SEEDS = 300
ROLES = {"bug": SEEDS, "twin": TWIN_SEEDS}
_APART = 1_000
_ELSEWHERE = 10**6

Key = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Trial:
    """One seed of a bug or of a twin: how many runs it took, and under which schedule the contract was broken (empty: none)."""

    program: str
    role: str
    seed: int
    runs: int
    failed: str

    @property
    def key(self) -> Key:
        """What names it."""
        return self.program, self.role, self.seed


class State:
    """The trials so far, as lines of a file that only grows. Other sources or another machine have another file."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"quality-{fingerprint('grader', 'tests/programs/quality', 'tests/quality')}.jsonl"
        trials = (Trial(**json.loads(line)) for line in whole_lines(self.path))
        self.trials = {trial.key: trial for trial in trials}

    def add(self, trial: Trial) -> None:
        """Keep a trial."""
        self.trials[trial.key] = trial
        with self.path.open("a", encoding="ascii") as file:
            file.write(json.dumps(asdict(trial)) + "\n")

    def of(self, planted: Planted, role: str) -> list[Trial]:
        """Those of one program."""
        return [trial for trial in self.trials.values() if (trial.program, trial.role) == (planted.name, role)]


@dataclass
class _Twins:
    """The searches over the twins, one after the other once they are needed."""

    workshop: Workshop
    opened: dict[str, tuple[Search, ...]] = field(default_factory=dict)

    def trial(self, planted: Planted, seed: int) -> Trial:
        """The twin under the schedule with this number."""
        if planted.name not in self.opened:
            self.opened[planted.name] = searches(self.workshop, planted, planted.twin)
            for search in self.opened[planted.name]:  # a first run tells how long one is
                (_,) = search.each([of_kind("r", 2 * _ELSEWHERE, 0, hurries=planted.hurries)])
        among = self.opened[planted.name]
        search = among[seed % len(among)]
        several = mixed(seed + 1, lambda: search.longest, seed=_ELSEWHERE, hurries=planted.hurries)
        (tried,) = search.each(islice(several, seed, None))
        return Trial(planted.name, "twin", seed, 1, tried.token if fails(tried.evidence) else "")


def _bug(workshop: Workshop, planted: Planted, seed: int) -> Trial:
    """One search for a bug, up to its first failing run."""
    number = 0
    for number, (_, tried) in enumerate(attempts(workshop, planted, planted.bug, BUDGETS["default"], seed * _APART), 1):
        if fails(tried.evidence):
            return Trial(planted.name, "bug", seed, number, tried.token)
    return Trial(planted.name, "bug", seed, number, "")


def _todo(chosen: list[Planted], role: str) -> Iterator[tuple[Planted, int]]:
    """One seed of each program after the other."""
    return ((planted, seed) for seed in range(ROLES[role]) for planted in chosen)


def prove(workshop: Workshop, chosen: list[Planted], role: str, folder: Path, deadline: float) -> int:
    """Go on until all is done or time is up, print the table; the exit status is 1 if a bug was missed or a twin accused."""
    state, twins, runs, began = State(folder), _Twins(workshop), 0, time.monotonic()
    with neighbours(workshop.supervisor) if role == "twin" else nullcontext():
        for planted, seed in _todo(chosen, role):
            if time.monotonic() >= deadline:
                break
            if (planted.name, role, seed) not in state.trials:
                trial = twins.trial(planted, seed) if role == "twin" else _bug(workshop, planted, seed)
                state.add(trial)
                runs += trial.runs
    print(f"this time {runs} schedules in {time.monotonic() - began:.0f} s; state {state.path}")
    return report(state, list(library()))


def report(state: State, chosen: list[Planted]) -> int:
    """What all trials of the state say."""
    print("| program | found at | schedules needed: mean, most | twin accused under |\n|---|---|---|---|")
    missed = accused = hunts = schedules = 0
    for planted in chosen:
        bugs, twins = state.of(planted, "bug"), state.of(planted, "twin")
        found = [trial.runs for trial in bugs if trial.failed]
        wrong = [trial.failed for trial in twins if trial.failed]
        needed = f"{sum(found) / len(found):.1f}, {max(found)}" if found else "–"
        told = f" ({' '.join(wrong)})" if wrong else ""
        print(f"| {planted.name} | {len(found)} of {len(bugs)} | {needed} | {len(wrong)} of {len(twins)}{told} |")
        missed, hunts = missed + len(bugs) - len(found), hunts + len(bugs)
        accused, schedules = accused + len(wrong), schedules + len(twins)
    print(
        f"\nMissed {missed} of {hunts} searches: at most {upper_bound(missed, hunts):.2%} of all, with 95 % confidence"
    )
    print(f"(of one program: 0 of {SEEDS}, at most {upper_bound(0, SEEDS):.2%}).")
    print(f"Accused {accused} of {schedules} runs of twins: at most {upper_bound(accused, schedules):.3%}")
    print(f"(of one twin: 0 of {TWIN_SEEDS}, at most {upper_bound(0, TWIN_SEEDS):.2%}).")
    return int(missed + accused > 0)

"""In: how many runs; out: how many digests each of twenty (program, token) pairs has on a machine that is kept busy: one.

Beside the runs go four busy processes, two storms of forks and a reader of memory maps. Every tenth run is made by a new
supervisor, on whichever processor it comes to lie. Exit status 1: some pair has a second digest.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.noise import neighbours
from grader.explore.budget import of_kind
from tests.quality.library import FOLDER
from tests.support.schedules import Workshop

__all__ = ["PAIRS", "main", "repeat"]

RUNS = 50
TOGETHER = 10
STORMS = 2

PAIRS: tuple[tuple[str, str], ...] = (
    ("bugs/barrier_reuse.c", "f1"), ("twins/cond_one_waiter.c", of_kind("r", 1, 0)),
    ("bugs/cond_one_waiter.c", of_kind("w3", 2, 0)), ("twins/lock_unlinked.c", of_kind("p2", 3, 60)),
    ("bugs/dining_eventfd.c", of_kind("p3", 4, 60)), ("twins/early_signal.c", of_kind("r", 5, 0)),
    ("bugs/mq_type_order.c", of_kind("w3", 6, 0)), ("twins/coalescing.c", "f1~chld.0.5"),
    ("bugs/sleep_sync.c", of_kind("r", 8, 0, hurries=True)), ("twins/semaphore_order.c", of_kind("p3", 9, 40)),
    ("bugs/fifo_reopen.py", "f1"), ("twins/sigchld_merged.py", of_kind("r", 11, 0)),
    ("bugs/pause_lost_wakeup.py", of_kind("w3", 12, 0)), ("twins/barrier_reuse.py", of_kind("p2", 13, 80)),
    ("bugs/semaphore_order.py", of_kind("p3", 14, 80)), ("twins/short_record.py", of_kind("r", 15, 0)),
    ("bugs/philosophers.py", of_kind("w3", 16, 0)), ("twins/early_signal.py", "f1~usr1.0.z"),
    ("bugs/sleep_connect.py", of_kind("r", 18, 0, hurries=True)), ("twins/lost_update.py", of_kind("p3", 19, 60)),
)  # fmt: skip
"""Ten in C, ten in Python: every policy, signals from outside, sleeps that end early, threads, virtual time."""


@dataclass
class Pair:
    """What all runs of one program under one token have shown. `replay` names the same run by its switches."""

    program: str
    token: str
    replay: str = ""
    digests: dict[str, int] = field(default_factory=dict)

    @property
    def runs(self) -> int:
        """How many there were."""
        return sum(self.digests.values())

    @property
    def row(self) -> str:
        """One line of the table."""
        return f"| {self.program} | `{self.token}` | {self.runs} | {len(self.digests)} |"


def repeat(pairs: list[Pair], times: int, deadline: float) -> None:
    """Run each pair `times` times, every other time by its switches, a few with each supervisor."""
    while time.monotonic() < deadline and any(pair.runs < times for pair in pairs):
        with tempfile.TemporaryDirectory(prefix="grader-tokens-") as name:
            Path(name).chmod(0o755)
            with Workshop.open(Path(name)) as workshop:
                for pair in pairs:
                    for digest in _few(workshop, pair, min(TOGETHER, times - pair.runs), deadline):
                        pair.digests[digest] = pair.digests.get(digest, 0) + 1


def _few(workshop: Workshop, pair: Pair, times: int, deadline: float) -> Iterator[str]:
    search = workshop.search(FOLDER / pair.program)
    for number in range(times):
        if time.monotonic() >= deadline:
            return
        (tried,) = search.each([pair.replay if number % 2 and pair.replay else pair.token])
        pair.replay = pair.replay or tried.notes.replay
        yield tried.evidence.end.digest


def main(words: list[str] | None = None) -> int:
    """Repeat, print, judge; `words` instead of the command line's."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[2])
    parser.add_argument("--runs", type=int, default=RUNS, help=f"of each pair (default: {RUNS})")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="begin nothing further after that")
    arguments = parser.parse_args(words)
    pairs = [Pair(program, token) for program, token in PAIRS]
    with ExitStack() as closing:
        closing.enter_context(neighbours(os.getpid(), storms=STORMS))
        repeat(pairs, arguments.runs, time.monotonic() + 60 * arguments.minutes)
    print("| program | token | runs | digests |\n|---|---|---|---|")
    for pair in pairs:
        print(pair.row)
    steady = sum(len(pair.digests) == 1 for pair in pairs)
    print(f"\n{steady} of {len(pairs)} pairs have one digest in {sum(pair.runs for pair in pairs)} runs")
    return int(any(len(pair.digests) > 1 for pair in pairs))


if __name__ == "__main__":
    sys.exit(main())

"""In: how many seeds; out: how many schedules each policy needs to find each planted bug, and what one schedule costs.

Every search starts at a seed of its own and ends at its first failing run, or after `--most` schedules (counted as that many,
so a mean over such searches is a lower bound, and marked). Twins are run under as many schedules; none may fail. With `--minutes`
it goes on with further seeds until then: exit status 1 when a twin was accused or a bug was not found.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from grader.explore import Search
from grader.explore.budget import mixed, of_kind
from tests.quality.library import Planted, fails, library
from tests.support.schedules import Workshop

POLICIES = ("random", "pct 2", "pct 3", "mixed")


@dataclass(frozen=True, slots=True)
class Hunt:
    """One search for one bug."""

    policy: str
    needed: int
    found: bool


def tokens(policy: str, seed: int, most: int, search: Search, planted: Planted) -> Iterator[str]:
    """The schedules of one search."""
    if policy == "mixed":
        return mixed(most, lambda: search.longest, seed=seed, hurries=planted.hurries)
    kind = "r" if policy == "random" else f"p{policy[-1]}"
    return (of_kind(kind, seed + index, search.longest or 1, hurries=planted.hurries) for index in range(most))


def hunt(workshop: Workshop, planted: Planted, policy: str, seed: int, most: int) -> Hunt:
    """Search until the bug shows."""
    search = workshop.search(planted.bug)
    (_,) = search.each([of_kind("r", 10**6, 0)])  # tells how long a run is
    for number, tried in enumerate(search.each(tokens(policy, seed, most, search, planted)), 1):
        if fails(tried.evidence):
            return Hunt(policy, number, found=True)
    return Hunt(policy, most, found=False)


def accused(workshop: Workshop, planted: Planted, seed: int, most: int) -> list[str]:
    """The schedules under which a twin fails."""
    search = workshop.search(planted.twin)
    return [tried.token for tried in search.each(tokens("mixed", seed, most, search, planted)) if fails(tried.evidence)]


def row(planted: Planted, hunts: list[Hunt]) -> str:
    """One line of the table."""
    cells = []
    for policy in POLICIES:
        of_policy = [each for each in hunts if each.policy == policy]
        mean = sum(each.needed for each in of_policy) / len(of_policy)
        missed = sum(not each.found for each in of_policy)
        cells.append(f"{'≥ ' if missed else ''}{mean:.1f}" + (f" ({missed} missed)" if missed else ""))
    return f"| {planted.name} | " + " | ".join(cells) + " |"


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[2])
    parser.add_argument("--seeds", type=int, default=5, help="searches a bug and policy (default: 5)")
    parser.add_argument("--most", type=int, default=200, help="schedules a search (default: 200)")
    parser.add_argument("--only", default="", metavar="TEXT", help="only programs with this in their name")
    parser.add_argument("--minutes", type=float, default=0.0, help="go on with further seeds until then")
    arguments = parser.parse_args()
    ends = time.monotonic() + 60 * arguments.minutes
    faults = 0
    with tempfile.TemporaryDirectory(prefix="grader-schedules-") as name:
        Path(name).chmod(0o755)
        with Workshop.open(Path(name)) as workshop:
            for first in count(0, arguments.seeds * 10_000):
                faults += _table(workshop, arguments, first)
                if time.monotonic() >= ends:
                    break
    return int(faults > 0)


def _table(workshop: Workshop, arguments: argparse.Namespace, first: int) -> int:
    """All bugs, all policies, from one seed on; how many were missed by the mixed search, or accused wrongly."""
    faults = 0
    print("| program | " + " | ".join(POLICIES) + " | twin accused |\n|---|" + "---|" * (len(POLICIES) + 1), flush=True)
    began, runs = time.monotonic(), 0
    for planted in library():
        if arguments.only not in planted.name:
            continue
        hunts = [
            hunt(workshop, planted, policy, first + seed * 10_000, arguments.most)
            for policy in POLICIES
            for seed in range(arguments.seeds)
        ]
        wrong = accused(workshop, planted, first, arguments.most)
        runs += sum(each.needed + 1 for each in hunts) + arguments.most
        faults += len(wrong) + sum(not each.found for each in hunts if each.policy == "mixed")
        print(f"{row(planted, hunts)} {' '.join(wrong) or '0'} of {arguments.most} |", flush=True)
    print(f"{runs} schedules, {(time.monotonic() - began) / max(runs, 1) * 1e3:.0f} ms each", flush=True)
    return faults


if __name__ == "__main__":
    sys.exit(main())

"""In: how many seeds; out: how many schedules each policy needs to find each planted bug, and what one schedule costs.

Every search starts at a seed of its own and ends at its first failing run, or after `--most` schedules (counted as that many,
so a mean over such searches is a lower bound, and marked). `mixed` is a whole budget: the fair schedule counts, and where faults
show the bug, so do the runs with them. Twins are run under as many schedules; none may fail. Exit status 1: a twin was accused, or
a bug was not found. With `--prove bug` each bug is looked for at 59 seeds instead, with `--prove twin` each twin is tried at 300,
beside noise (benchmarks/proof.py).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks.corpus import ROOT
from benchmarks.proof import ROLES, prove
from grader.explore.budget import of_kind
from tests.quality.library import Planted, attempts, fails, library
from tests.support.schedules import Workshop

POLICIES = {"random": "r", "few places": "w3", "PCT 2": "p2", "PCT 3": "p3", "mixed": ""}


@dataclass(frozen=True, slots=True)
class Hunt:
    """One search for one bug."""

    policy: str
    needed: int
    found: bool


def hunt(workshop: Workshop, planted: Planted, policy: str, seed: int, most: int) -> Hunt:
    """Search until the bug shows."""
    number = 0
    for number, failed in enumerate(_failures(workshop, planted, policy, seed, most), 1):
        if failed:
            return Hunt(policy, number, found=True)
    return Hunt(policy, number, found=False)


def _failures(workshop: Workshop, planted: Planted, policy: str, seed: int, most: int) -> Iterator[bool]:
    if policy == "mixed":
        return (fails(tried.evidence) for _, tried in attempts(workshop, planted, planted.bug, most, seed))
    search = workshop.search(planted.bug)
    (_,) = search.each([of_kind("r", 10**6, 0)])  # tells how long a run is
    tokens = (
        of_kind(POLICIES[policy], seed + index, search.longest or 1, hurries=planted.hurries) for index in range(most)
    )
    return (fails(tried.evidence) for tried in search.each(tokens))


def accused(workshop: Workshop, planted: Planted, seed: int, most: int) -> list[str]:
    """The schedules under which a twin fails."""
    runs = attempts(workshop, planted, planted.twin, most, seed)
    return [tried.token for _, tried in runs if fails(tried.evidence)]


def cell(hunts: list[Hunt]) -> str:
    """What all searches of one policy for one bug say."""
    if not hunts:
        return "–"
    mean = sum(each.needed for each in hunts) / len(hunts)
    missed = sum(not each.found for each in hunts)
    return f"{'≥ ' if missed else ''}{mean:.1f}" + (f" ({missed})" if missed else "")


def table(workshop: Workshop, chosen: list[Planted], seeds: int, most: int, deadline: float) -> int:
    """All bugs, all policies; how many were missed by the mixed search, or accused wrongly."""
    print("| program | " + " | ".join(POLICIES) + " | twin accused |\n|---|" + "---|" * (len(POLICIES) + 1), flush=True)
    began, runs, faults = time.monotonic(), 0, 0
    for planted in chosen:
        if time.monotonic() >= deadline:
            break
        policies = ["mixed"] if planted.fault else list(POLICIES)
        hunts = [hunt(workshop, planted, policy, seed * 10_000, most) for policy in policies for seed in range(seeds)]
        wrong = accused(workshop, planted, 0, most)
        runs += sum(each.needed for each in hunts) + most
        faults += len(wrong) + sum(not each.found for each in hunts if each.policy == "mixed")
        cells = [cell([each for each in hunts if each.policy == policy]) for policy in POLICIES]
        print(f"| {planted.name} | {' | '.join(cells)} | {' '.join(wrong) or '0'} of {most} |", flush=True)
    print(f"{runs} schedules, {(time.monotonic() - began) / max(runs, 1) * 1e3:.0f} ms each", flush=True)
    return int(faults > 0)


def main(words: list[str] | None = None) -> int:
    """Measure, print, judge; `words` instead of the command line's."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[2])
    parser.add_argument("--seeds", type=int, default=5, help="searches a bug and policy (default: 5)")
    parser.add_argument("--most", type=int, default=200, help="schedules a search (default: 200)")
    parser.add_argument("--only", default="", metavar="TEXT", help="only programs with this in their name")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="begin nothing further after that")
    parser.add_argument(
        "--prove", choices=ROLES, help="59 seeds of each bug, or 300 of each twin beside noise; goes on"
    )
    parser.add_argument("--state", type=Path, default=ROOT / "soak-state", metavar="DIR", help="default: soak-state/")
    arguments = parser.parse_args(words)
    deadline = time.monotonic() + 60 * arguments.minutes
    chosen = [planted for planted in library() if arguments.only in planted.name]
    with ExitStack() as closing:
        folder = Path(closing.enter_context(tempfile.TemporaryDirectory(prefix="grader-schedules-")))
        folder.chmod(0o755)
        workshop = closing.enter_context(Workshop.open(folder))
        if arguments.prove:
            return prove(workshop, chosen, arguments.prove, arguments.state, deadline)
        return table(workshop, chosen, arguments.seeds, arguments.most, deadline)


if __name__ == "__main__":
    sys.exit(main())

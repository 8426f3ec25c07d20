"""In: what is kept of many runs; out: advice where the outcome of a program hangs on the order in which its processes move.

Compared are the ways in which the program ends by itself, and what it prints. Spared are process ids, times, and whatever has
no order of its own: lines of processes of which none descends from the other, who of several workers does what (see `difference`).
"""

from __future__ import annotations

from collections.abc import Sequence

from grader.analysis.differences import difference
from grader.analysis.looks import Look
from grader.model import RuleFinding

__all__ = ["order"]

RULE = "order"
ENDED = frozenset({"exited", "signalled"})


def order(look: Look, looks: Sequence[Look]) -> tuple[RuleFinding, ...]:
    """One finding: the first difference from the first run. Level: style."""
    first = looks[0]
    if not {look.ending[0], first.ending[0]} <= ENDED or any(sleep.early for sleep in look.sleeps):
        return ()
    found = difference(look, first)
    if found is None:
        return ()
    seen = f"the outcome depends on the schedule: {found.words} (event {look.last} is the last)"
    why = "nothing in the program says which of its processes comes first, so the same program may end otherwise next time"
    then = "if the order matters, make one process wait for the other: waitpid(), a pipe, a semaphore, a lock"
    return (RuleFinding(RULE, "style", "P0", seen, why, then, (look.last,), (), look.schedule),)

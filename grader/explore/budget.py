"""In: how much a search may cost; out: the schedules that it tries, in order, by their tokens.

The rule: the fair schedule first, for it is what a quiet machine does; then, of each eight, three random walks among all steps,
three among few places, and two runs of probabilistic concurrency testing, at depth 2 and 3. Few places find bugs whose steps
lie far apart among many others, and those that need several tasks held at once; a walk among all finds what hangs on steps of
many kinds, priorities what needs one task to be held back for long (figures: docs/schedules.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count, islice

from grader.explore.tokens import Schedule

__all__ = ["BUDGETS", "JUDGED", "mixed", "of_kind", "share"]

BUDGETS = {"small": 25, "default": 200, "large": 2_000}
"""Schedules of one program, all its plans together."""

JUDGED = {"small": 10, "default": 40, "large": 2_000}
"""The same where a submission is graded, and somebody waits (figures: docs/schedules.md)."""

_MIX = ("r", "w3", "p3", "w3", "r", "w3", "p2", "r")


def share(total: int, plans: int) -> tuple[int, ...]:
    """How many schedules each of `plans` gets: the same, the first ones one more where it does not go up; never none."""
    each, rest = divmod(total, max(plans, 1))
    return tuple(max(1, each + (1 if index < rest else 0)) for index in range(plans))


def mixed(size: int, length: Callable[[], int], *, seed: int = 0, hurries: bool = False) -> Iterator[str]:
    """`size` tokens after the fair one. `length()` tells, once the first random walk is over, how many decisions it had."""
    return islice(_all(length, seed, hurries), size)


def _all(length: Callable[[], int], seed: int, hurries: bool) -> Iterator[str]:
    for index in count():
        turn, place = divmod(index, len(_MIX))
        kind = _MIX[place]
        number = seed + turn * _MIX.count(kind) + _MIX[:place].count(kind)
        yield of_kind(kind, number, length() if kind[0] == "p" else 0, hurries=hurries)


def of_kind(kind: str, seed: int, length: int, *, hurries: bool = False) -> str:
    """The token of one policy: `r`, `w` with its part, or `p` with its depth."""
    numbers = (seed, *(int(digit) for digit in kind[1:]), *((max(length, 1),) if kind[0] == "p" else ()))
    return Schedule(kind[0], numbers, hurries=hurries).token

"""In: a seed, a depth, a length; out: a policy of random priorities that change at few random points.

Probabilistic concurrency testing (Burckhardt et al., ASPLOS 2010): a bug that needs `depth` ordering constraints is found in a run
of n tasks and `length` decisions with a chance of at least 1 / (n · length^(depth-1)).
"""

from __future__ import annotations

from random import Random

from grader.explore.choosers import Decision
from grader.trace.policy import PATIENCE


class Pct:
    """The movable task of highest priority moves; at `depth` - 1 random decisions the one that would move becomes the lowest."""

    def __init__(self, seed: int, depth: int, length: int) -> None:
        """`length` is how many decisions a run is expected to have; they begin with the first fork."""
        self._random = Random(f"pct {seed}").random
        self._changes = {int(self._random() * length) for _ in range(depth - 1)}
        self._priority: dict[int, float] = {}
        self._lowest = 0.0
        self._idle_before = 0

    def choose(self, decision: Decision) -> int:
        """The one of highest priority, unless it has asked in vain for too long: it would starve whoever it waits for."""
        for order in decision.movable:
            if order not in self._priority:
                self._priority[order] = self._random()
        picked = self._highest(decision)
        self._idle_before = min(self._idle_before, decision.idle)
        if decision.number in self._changes:
            self._lower(picked)
        elif decision.idle - self._idle_before >= PATIENCE:
            self._idle_before = decision.idle
            self._lower(picked)
        return self._highest(decision)

    def _highest(self, decision: Decision) -> int:
        return max(decision.movable, key=lambda order: self._priority[order])

    def _lower(self, order: int) -> None:
        self._lowest -= 1
        self._priority[order] = self._lowest

    def finished(self, decisions: int) -> None:
        """Any number of decisions is right."""

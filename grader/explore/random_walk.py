"""In: a seed; out: a policy that picks each time with equal chances: the plain random walk."""

from __future__ import annotations

from random import Random

from grader.explore.choosers import Decision


class RandomWalk:
    """Each that can move has the same chance, at every decision."""

    def __init__(self, seed: int) -> None:
        """The same seed makes the same choices where the same tasks can move."""
        self._random = Random(f"random {seed}").random

    def choose(self, decision: Decision) -> int:
        """Any of them."""
        # Only random() is promised to stay the same in all versions of Python.
        return decision.movable[int(self._random() * len(decision.movable))]

    def finished(self, decisions: int) -> None:
        """Any number of decisions is right."""

"""In: a seed, a part; out: a policy that lets tasks run to their next call of some kinds, and picks at random there.

A bug of few ordered steps hides among many that have nothing to do with it: a random walk spends its choices on all of them
alike. Here only the entries of some calls are places of choice, one in `part` of all names of calls, drawn anew for each seed. A
task that stands elsewhere goes on; once all stand at such a place, each of them has the same chance. So a run chooses among the
orders of few steps, and the fewer there are, the more often each order comes (for why that helps: Yuan, Yang and Gu, Partial
order aware concurrency sampling, CAV 2018). Half of the seeds keep in step: whoever has passed fewest places is next, so tasks that
do the same do it at the same time, as in a circle of waiting.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from random import Random

from grader.explore.choosers import Decision
from grader.trace import TIME
from grader.trace.policy import PATIENCE


class Focused:
    """Whoever stands at no place of choice moves first; among those that do, each has the same chance."""

    def __init__(self, seed: int, part: int) -> None:
        """With part 1 every traced call is a place of choice, with 2 every other one, and so on."""
        self._seed = f"focused {seed} {part}"
        self._random = Random(self._seed).random
        self._part = part
        self._in_step = self._random() < 1 / 2
        self._chosen: dict[str, bool] = {}
        self._passed: Counter[int] = Counter()
        self._idle_before = 0

    def choose(self, decision: Decision) -> int:
        """Go on with who moved last, if it stands nowhere in particular; who asks in vain for too long waits like the others."""
        self._idle_before = min(self._idle_before, decision.idle)
        tired = decision.idle - self._idle_before >= PATIENCE
        if tired:
            self._idle_before = decision.idle
        first = () if tired else [order for order in decision.movable if not self._is_place(decision, order)]
        if decision.going in first:
            return decision.going
        candidates = first or self._next(decision.movable)
        picked = candidates[int(self._random() * len(candidates))]
        self._passed[picked] += not first
        return picked

    def _next(self, movable: Sequence[int]) -> Sequence[int]:
        if not self._in_step:
            return movable
        fewest = min(self._passed[order] for order in movable)
        return [order for order in movable if self._passed[order] == fewest]

    def _is_place(self, decision: Decision, order: int) -> bool:
        if order == TIME:
            return True
        step = decision.scene.step(order)
        if step.point != "entry":
            return False
        if step.call not in self._chosen:
            # By its name, not by the order in which calls come: that is another under another choice.
            self._chosen[step.call] = Random(f"{self._seed} {step.call}").random() * self._part < 1
        return self._chosen[step.call]

    def finished(self, decisions: int) -> None:
        """Any number of decisions is right."""

"""In: one decision; out: who moves: the interface behind which every policy of the search stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from grader.frozen import dataclass
from grader.trace import Scene


@dataclass(frozen=True, slots=True)
class Decision:
    """A point of a run at which more than one thing could happen.

    `number` counts the run's decisions from 0. `movable` are orders of creation, ascending, TIME first where a plain sleep may
    end. `fair` is what the fair policy would pick, for the `nth` time (from 0); `going` is the task that moved last if it can
    go on (else -2). `idle` counts calls since the last progress. `check` condenses all decisions so far, in two letters.
    """

    number: int
    movable: Sequence[int]
    fair: int
    nth: int
    going: int
    idle: int
    check: str
    scene: Scene


class Chooser(Protocol):
    """Picks at each decision; a task that moves alone is no decision."""

    def choose(self, decision: Decision) -> int:
        """One of `decision.movable`."""
        ...

    def finished(self, decisions: int) -> None:
        """The run is over after so many decisions. Raises DivergedReplay when it was to be longer."""
        ...

"""In: the tasks that could move; out: the one that does; a policy sees numbers, never time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

PATIENCE = 16


class Policy(Protocol):
    """Chooses who takes the next step. Same questions, same answers: that is what makes a run repeatable."""

    @property
    def token(self) -> str:
        """What replays this policy's choices."""
        ...

    def pick(self, movable: Sequence[int], idle: int) -> int:
        """One of `movable` (orders of creation, ascending); `idle` counts calls since the last progress."""
        ...


class Fair:
    """Run to block: the same task goes on until it blocks, ends, or has made `PATIENCE` calls that achieved nothing.

    Then the next in order of creation has its turn, so that a program which polls cannot starve the one it waits for.
    """

    token = "f1"  # noqa: S105 - names a schedule, guards no secret

    def __init__(self) -> None:
        """Begin with the first task."""
        self._current = 0
        self._idle_before = 0

    def pick(self, movable: Sequence[int], idle: int) -> int:
        """The current task while it can move and gets on, else the next one after it, round and round."""
        tired = idle - self._idle_before >= PATIENCE
        if idle < self._idle_before:
            self._idle_before = 0
        if self._current not in movable or (tired and len(movable) > 1):
            self._current = next((order for order in movable if order > self._current), movable[0])
            self._idle_before = idle
        return self._current

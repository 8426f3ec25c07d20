"""In: the tasks that could move, and what each would do; out: the one that does: policies see no real time and no memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from typing import Protocol

from grader.frozen import dataclass
from grader.model import Args, Point

PATIENCE = 16
TIME = -1
"""Stands among the movable for virtual time itself: whoever picks it lets the next plain sleep end."""


@dataclass(frozen=True, slots=True)
class Step:
    """What a task that can move would do next.

    point: `entry` (it is held before the instruction of `call`, whose `args` are those of docs/events.md) · `user` (it goes on
    in its own code, after a call or at its birth) · `inside` (it goes on inside `call`, which has made a child or replaced
    the program) · `signal` (`call` is the name of the signal that is delivered) · `end` (its last moment).
    """

    order: int
    task: str
    point: str
    call: str = ""
    args: Args = field(default_factory=dict)


class Scene(Protocol):
    """What a policy may look at when it picks."""

    @property
    def events(self) -> int:
        """How many events are on record."""
        ...

    def step(self, order: int) -> Step:
        """What the movable task with this order of creation would do."""
        ...


class Policy(Protocol):
    """Chooses who takes the next step. Same questions, same answers: that is what makes a run repeatable."""

    @property
    def token(self) -> str:
        """What replays this policy's choices."""
        ...

    @property
    def signals_first(self) -> bool:
        """Whether a signal that comes while a task is held before a call reaches it before that call, as it may."""
        ...

    @property
    def hurries(self) -> bool:
        """Whether plain sleeps may end although tasks can move: then TIME may stand among the movable."""
        ...

    @property
    def points(self) -> list[Point] | None:
        """Is filled with each scheduling point that a process passes once its program has begun; None: nobody asks."""
        ...

    def skip(self, moves: int) -> None:
        """The first task, alone, was moved so many times already: there was nothing to pick."""
        ...

    def pick(self, movable: Sequence[int], idle: int, scene: Scene) -> int:
        """One of `movable` (orders of creation, ascending); `idle` counts calls since the last progress."""
        ...


class Fair:
    """Run to block: the same task goes on until it blocks, ends, or has made `PATIENCE` calls that achieved nothing.

    Then the next in order of creation has its turn, so that a program which polls cannot starve the one it waits for.
    """

    token = "f1"  # noqa: S105 - names a schedule, guards no secret
    signals_first = False
    hurries = False
    points = None

    def __init__(self) -> None:
        """Begin with the first task."""
        self._current = 0
        self._idle_before = 0

    def pick(self, movable: Sequence[int], idle: int, scene: Scene | None = None) -> int:
        """The current task while it can move and gets on, else the next one after it, round and round."""
        del scene
        tired = idle - self._idle_before >= PATIENCE
        if idle < self._idle_before:
            self._idle_before = 0
        if self._current not in movable or (tired and len(movable) > 1):
            self._current = next((order for order in movable if order > self._current), movable[0])
            self._idle_before = idle
        return self._current

    def skip(self, moves: int) -> None:
        """Alone, the first task stays the current one."""

    def follow(self, order: int, idle: int) -> None:
        """Somebody else has picked: go on with that task."""
        if order != self._current:
            self._current, self._idle_before = order, idle

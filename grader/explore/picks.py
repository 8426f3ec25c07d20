"""In: nothing; out: `Pick`, one step of a run as its trail has it."""

from __future__ import annotations

from grader.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Pick:
    """One step of a run, from its first decision on: who moved and, in `movable`, who could have.

    `fair` and `going` are those of `Decision`; `events` counts what was on record before; `task` and `point` say what the step
    was (`grader.trace.Step`).
    """

    chosen: int
    fair: int
    going: int
    events: int
    movable: tuple[int, ...]
    task: str
    point: str

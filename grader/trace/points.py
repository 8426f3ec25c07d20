"""In: tasks that come to their scheduling points; out: how many each process has passed, and, if asked for, which."""

from __future__ import annotations

from dataclasses import field

from grader.frozen import dataclass
from grader.model import Point
from grader.trace.names import signal_name
from grader.trace.task import Mode, Tracee

__all__ = ["POINTS", "Points"]

POINTS = {Mode.USER: "user", Mode.ENTRY: "entry", Mode.CALL: "inside", Mode.SIGNAL: "signal", Mode.DYING: "end"}


@dataclass(slots=True)
class Points:
    """What has been passed in one run; `seen` None: the points are counted, not kept."""

    passed: dict[str, int] = field(default_factory=dict)
    seen: list[Point] | None = None

    def reached(self, tracee: Tracee, events: int) -> None:
        """A task of a program that has begun stands at its next point: held, asleep or gone."""
        step = self.passed[tracee.process] = self.passed.get(tracee.process, 0) + 1
        if self.seen is None:
            return
        point = POINTS.get(tracee.mode, "asleep" if tracee.mode is Mode.BLOCKED else "end")
        if tracee.mode is Mode.SIGNAL:
            self.seen.append(Point(tracee.process, step, point, signal_name(tracee.signal), "", events))
            return
        context = tracee.context
        about = context.args.get("object") if context is not None else ""
        call = context.name if context is not None else ""
        self.seen.append(Point(tracee.process, step, point, call, about if isinstance(about, str) else "", events))

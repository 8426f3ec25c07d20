"""In: a run between two steps; out: what each held task would do next, as frozen data for a policy."""

from __future__ import annotations

from grader.trace.names import signal_name
from grader.trace.points import POINTS
from grader.trace.policy import Step
from grader.trace.run import Run
from grader.trace.task import Mode


class Held:
    """Looks at one run; costs nothing until it is asked."""

    def __init__(self, run: Run) -> None:
        """Keep the run."""
        self._run = run

    @property
    def events(self) -> int:
        """How many events are on record."""
        return self._run.recorder.count

    def step(self, order: int) -> Step:
        """What this task would do, were it picked."""
        tracee = self._run.tracees[order]
        point = POINTS.get(tracee.mode, "asleep")
        if tracee.mode is Mode.SIGNAL:
            return Step(order, tracee.name, point, signal_name(tracee.signal))
        context = tracee.context
        if context is None:
            return Step(order, tracee.name, point)
        return Step(order, tracee.name, point, context.name, dict(context.args))

"""In: what happened; out: numbered events to a sink, the kernel model in step, and the limits on both."""

from __future__ import annotations

from collections.abc import Callable

from grader.kernel import State, initial, may_wake, step
from grader.model import Args, Event, Limits
from grader.trace.calls import FRUITFUL, FRUITLESS
from grader.trace.clock import Clock
from grader.trace.sites import NO_PLACE, Place

AFTERMATH = frozenset({"limit", "deadlock", "left", "missed", "unstarted"})
"""Events that tell how the run ended: they count as events, but end nothing any more."""


class LimitReached(Exception):
    """The run has used up what its plan allows; `name` says which limit, `value` how much that was."""

    def __init__(self, name: str, value: float) -> None:
        """Carry both to the end of the run."""
        super().__init__(name)
        self.name = name
        self.value = value


class Recorder:
    """Numbers events, steps the model, and knows whether the run gets on."""

    def __init__(self, sink: Callable[[Event], None], clock: Clock, limits: Limits) -> None:
        """`sink` takes each event once, in order."""
        self._sink = sink
        self._clock = clock
        self._limits = limits
        self.state: State = initial()
        self.count = 0
        self.idle = 0
        # Whether anything since the last look can have woken a sleeping task, or sent a signal.
        self.stirred = True
        # Where each task was in its source at its last traced call, with the call's name, or at a signal (no name).
        self.places: dict[str, tuple[str, Place]] = {}

    def go_on(self, state: State, count: int, idle: int, *, stirred: bool) -> None:
        """Take over from another run with the same beginning; the sink is not told again."""
        self.state, self.count, self.idle, self.stirred = state, count, idle, stirred

    def emit(
        self,
        task: str,
        kind: str,
        call: str = "",
        args: Args | None = None,
        *,
        result: int | None = None,
        error: str = "",
        data: bytes | None = None,
    ) -> Event:
        """Record one event. Raises LimitReached when that was one too many."""
        self.count += 1
        # A copy: a decoder goes on filling its args after the block event that they were recorded in.
        place = self._place(task, kind, call)
        event = Event(
            self.count, task, kind, call, dict(args or {}), result, error, data, self._clock.now,
            place.source, place.function,
        )  # fmt: skip
        before = self.state
        self.state = step(before, event)
        self._sink(event)
        if kind not in AFTERMATH:
            self._account(event, moved=self.state is not before)
        return event

    def _place(self, task: str, kind: str, call: str) -> Place:
        # A call that is not traced has no place: another one's must not stand in for it.
        known, place = self.places.get(task, ("", NO_PLACE))
        if kind not in {"call", "block", "signal"} or known != call:
            return NO_PLACE
        if kind == "signal":
            self.places.pop(task, None)
        return place

    def wasted(self) -> None:
        """Something was done that may have achieved nothing. Raises LimitReached when that was one time too many."""
        self.idle += 1
        if self.idle >= self._limits.idle:
            raise LimitReached("idle", self._limits.idle)

    def _account(self, event: Event, *, moved: bool) -> None:
        self.stirred = self.stirred or may_wake(event)
        moved = moved or (event.call in FRUITFUL and not event.error)
        if event.kind == "call" and not event.data and (not moved or (event.call in FRUITLESS and not event.result)):
            self.wasted()
        elif event.kind != "block":
            self.idle = 0
        if self.count >= self._limits.events:
            raise LimitReached("events", self._limits.events)

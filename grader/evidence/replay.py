"""In: the events of a run; out: the kernel's state after any of them, in bounded memory."""

from __future__ import annotations

from grader.kernel import State, initial, step
from grader.model import Event

__all__ = ["Replay"]

STRIDE = 1024
"""Events between two kept states: 100 000 events keep 98 of them, and any state is at most 1024 steps away."""


class Replay:
    """States by event number, computed when asked for. Asking in rising order costs one step an event."""

    def __init__(self, events: tuple[Event, ...]) -> None:
        """Keep the events; nothing is computed yet."""
        self._events = events
        self._kept: list[State] = [initial()]
        self._last: tuple[int, State] = (0, self._kept[0])

    def at(self, n: int) -> State:
        """The state after event `n`; 0 is before the run. Raises IndexError when there is no such event."""
        if not 0 <= n <= len(self._events):
            message = f"there is no event {n}: the run has events 1 to {len(self._events)}"
            raise IndexError(message)
        number, state = self._nearest(n)
        for event in self._events[number:n]:
            state = step(state, event)
            if event.n % STRIDE == 0 and event.n // STRIDE == len(self._kept):
                self._kept.append(state)
        self._last = (n, state)
        return state

    def _nearest(self, n: int) -> tuple[int, State]:
        """The closest known state at or before event `n`."""
        mark = min(n // STRIDE, len(self._kept) - 1)
        kept = (mark * STRIDE, self._kept[mark])
        return self._last if kept[0] <= self._last[0] <= n else kept

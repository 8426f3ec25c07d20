"""In: what happened; out: numbered events, and the limits that end a run."""

from __future__ import annotations

import pytest

from grader.model import Event, Limits
from grader.trace.clock import Clock
from grader.trace.recorder import LimitReached, Recorder


def test_events_are_numbered_and_their_args_are_copies() -> None:
    """A decoder that goes on filling its args does not change what was recorded."""
    events: list[Event] = []
    recorder = Recorder(events.append, Clock(), Limits())
    args: dict[str, object] = {"fd": 3}
    recorder.emit("P0", "block", "read", args)  # type: ignore[arg-type]
    args["late"] = 1
    recorder.emit("P0", "begin")
    assert [(event.n, event.kind) for event in events] == [(1, "block"), (2, "begin")]
    assert events[0].args == {"fd": 3}


def test_calls_that_change_nothing_are_counted_until_one_does() -> None:
    """The limit names itself and its value."""
    recorder = Recorder(lambda _event: None, Clock(), Limits(idle=3))
    recorder.emit("P0", "call", "sched_yield", result=0)
    recorder.emit("P0", "call", "read", {"fd": 0}, error="EAGAIN")
    assert recorder.idle == 2
    recorder.emit("P0", "call", "read", {"fd": 0}, result=1, data=b"x")
    assert recorder.idle == 0
    recorder.wasted()
    recorder.wasted()
    with pytest.raises(LimitReached) as reached:
        recorder.wasted()
    assert (reached.value.name, reached.value.value) == ("idle", 3)


def test_the_limit_of_events_counts_them_all() -> None:
    """But the events that say so, and what was left behind, are not too many."""
    recorder = Recorder(lambda _event: None, Clock(), Limits(events=2))
    recorder.emit("P0", "begin")
    with pytest.raises(LimitReached, match="events"):
        recorder.emit("P0", "begin")
    assert recorder.emit("outside", "limit").n == 3
    assert recorder.emit("outside", "left", args={"type": "file", "name": "/tmp/a"}).n == 4


def test_waiting_for_a_signal_in_vain_is_no_progress() -> None:
    """The model notes that the task slept, and all is as before; a signal that was taken is progress."""
    recorder = Recorder(lambda _event: None, Clock(), Limits())
    recorder.emit("P0", "start", args={"argv": ("a",), "fds": {}})
    for _ in range(3):
        recorder.emit("P0", "block", "rt_sigtimedwait", {"set": ("SIGINT",), "timeout": 1})
        recorder.emit("P0", "call", "rt_sigtimedwait", {"set": ("SIGINT",), "timeout": 1}, error="EAGAIN")
    assert recorder.idle == 3
    recorder.emit("P0", "block", "rt_sigtimedwait", {"set": ("SIGINT",), "timeout": 1})
    recorder.emit("P0", "call", "rt_sigtimedwait", {"set": ("SIGINT",), "signal": "SIGINT"}, result=2)
    assert recorder.idle == 0

"""In: a run in which nothing can move, or whose clock has gone on; out: the same run with what the virtual time brings."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from grader.kernel import holders
from grader.trace import steps, timers
from grader.trace.limits import SLEEPS
from grader.trace.run import Run
from grader.trace.task import Mode, Tracee
from grader.trace.timers import Timer

_Instant = tuple[int, int, int]  # when; deadlines before timers; in order of creation


def pass_time(run: Run) -> bool:
    """Go on to the next instant at which something happens by itself, and let it happen. False: nothing ever will."""
    instants = _instants(run)
    if not instants:
        return False
    first = min(instants)
    run.clock.now = max(run.clock.now, first[0])
    instants[first]()
    return True


def sleep_is_next(run: Run) -> bool:
    """Whether the next thing that time brings is the end of a plain sleep, and so no watchdog and no time limit."""
    instants = _instants(run)
    if not instants:
        return False
    _, kind, order = min(instants)
    context = run.tracees[order].context if kind == 0 else None
    return context is not None and context.name in SLEEPS


def due(run: Run) -> bool:
    """Whether the clock has already reached an instant (it goes on a little at each look, and while a task computes)."""
    if run.clock.now == run.told:
        return False
    run.told = run.clock.now
    return any(when <= run.clock.now for when, _, _ in _instants(run))


def _instants(run: Run) -> dict[_Instant, Callable[[], None]]:
    def end_wait(tracee: Tracee) -> Callable[[], None]:
        return lambda: steps.time_out(run, tracee)

    def ring(timer: Timer) -> Callable[[], None]:
        return lambda: _ring(run, timer)

    waits = {
        (tracee.deadline, 0, tracee.order): end_wait(tracee)
        for tracee in run.tracees
        if tracee.mode is Mode.BLOCKED and tracee.deadline is not None
    }
    return waits | {(timer.expires, 1, timer.order): ring(timer) for timer in run.timers.armed()}


def _ring(run: Run, timer: Timer) -> None:
    """A timer goes off: its signal is sent, or its descriptor becomes readable."""
    run.timers.ring(timer)
    run.recorder.stirred = True
    run.recorder.wasted()
    process, which = timer.key
    if not process:
        _expire(run, str(which))
        return
    target = run.leader(process)
    thread = 0
    if timer.thread > 0:
        name = run.world.pids.get(timer.thread)
        thread = next((task.tid for task in run.live() if task.name == name), 0)
    if target is not None and timer.thread >= 0 and not _pending(target, timer.signal):
        with contextlib.suppress(ProcessLookupError):
            timers.send(timer, target.tid, thread)


def _pending(tracee: Tracee, number: int) -> bool:
    """Whether the signal already waits for the process: one timer has no more than one on the way (timer_create(2))."""
    pending = 0
    with contextlib.suppress(OSError), open(f"/proc/{tracee.tid}/status", "rb") as status:
        for line in status:
            if line.startswith((b"SigPnd", b"ShdPnd")):
                pending |= int(line.split()[1], 16)
    return bool(pending >> number - 1 & 1)


def _expire(run: Run, name: str) -> None:
    for holder in holders(run.recorder.state, name, "read"):
        leader = run.leader(holder.process)
        if leader is not None:
            try:
                timers.expire(leader.tid, holder.fd)
            except OSError as error:
                run.lost.append(f"{name} could not go off: {error.strerror}")
            return
    run.timers.dropped(name)

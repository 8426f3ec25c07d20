"""In: what is kept of many runs; out: findings for waits that a signal was to end, and that came after it.

Suspected is a task that sleeps for ever in `pause`, or in poll, select and their kin without a limit, and that took a signal
in a handler at the last moment before. It is a finding when that signal has ended the very same wait in another run, which came to
a good end: so the signal was what it waited for. Since the run is over (nothing moves, no time is left to pass), no continuation
wakes it. A sender that repeats its signal does wake it, so such programs are silent. `sigsuspend` with the signal blocked before
cannot lose it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.analysis.looks import Look, Suspicion
from grader.analysis.runtime import is_python
from grader.analysis.words import at, found, who
from grader.evidence import Evidence
from grader.model import Event, RuleFinding

__all__ = ["lost_signal", "lost_suspicions"]

RULE = "lost-signal"
PURE = frozenset({"pause", "rt_sigsuspend"})
WATCHING = frozenset("poll ppoll select pselect6 epoll_wait epoll_pwait epoll_pwait2".split())
"""Waits that a handled signal ends too; Python begins them again (PEP 475)."""
ENDLESS = frozenset({"blocked", "deadlock"})


def lost_signal(look: Look, looks: Sequence[Look]) -> tuple[RuleFinding, ...]:
    """One finding for each task that missed its signal. Level: must."""
    if look.ending[0] not in ENDLESS:
        return ()
    return tuple(each.finding for each in look.lost if any(_confirms(other, each) for other in looks))


def _confirms(other: Look, each: Suspicion) -> bool:
    return other.ending[0] == "exited" and (each.process, each.call, each.signal) in other.woken


def lost_suspicions(run: Evidence) -> tuple[Suspicion, ...]:
    """The last sleeps of a run that began right after a handler had returned."""
    if not run.complete or run.outcome not in ENDLESS:
        return ()
    return tuple(
        Suspicion(wait.process, delivery.text("signal"), wait.call, _finding(run, wait, delivery))
        for wait in run.blocked
        if _waits_for_signals(run, wait)
        for delivery in _just_handled(run, wait)
    )


def _waits_for_signals(run: Evidence, wait: Event) -> bool:
    if wait.call in PURE:
        return True
    endless = "timeout" in wait.args and wait.args["timeout"] is None
    return wait.call in WATCHING and endless and not is_python(run.process(wait.process))


def _just_handled(run: Evidence, wait: Event) -> Iterator[Event]:
    """The signals whose handlers were the last that the task did before this wait, and that did not end another wait."""
    before = [event for event in run.events_of(wait.process) if event.task == wait.task and event.n < wait.n]
    depth = 0
    while before:
        event = before.pop()
        if event.call == "rt_sigreturn":
            depth += 1
        elif event.kind == "signal" and event.text("action") == "handler":
            depth -= 1
            if before and before[-1].error not in {"EINTR", "ERESTART"}:
                yield event
        elif depth <= 0:
            return


def _finding(run: Evidence, wait: Event, delivery: Event) -> RuleFinding:
    signal = delivery.text("signal")
    seen = (
        f"{who(run, wait.process)} sleeps for ever in {_named(wait)}, {at(wait)}: {signal}, which ends that wait in another"
        f" schedule, came just before it, {at(delivery)}"
    )
    why = (
        f"between the moment at which {wait.process} decides to wait and the wait itself the signal may come: its handler runs,"
        " and nothing wakes the wait that begins after it"
    )
    then = (
        f"block {signal} with sigprocmask() before you look whether it came, and wait with sigsuspend(), ppoll() or"
        " sigwait(), which let it in only while they sleep"
    )
    return found(run, RULE, "must", wait.process, (seen, why, then), [delivery, wait])


def _named(wait: Event) -> str:
    return f"{wait.call.removeprefix('rt_')}()"

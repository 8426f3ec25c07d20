"""In: a run; out: which signals the outside sent to it, and from which event on a further one would kill a process."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from grader.model import Event

if TYPE_CHECKING:  # the command line starts without it
    from grader.evidence import Evidence, ProcessView

__all__ = ["sent_signals", "unguarded", "would_kill"]

CHANGES = frozenset({"rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "execve", "execveat"})
"""Calls after which a signal may do something else than before."""


def sent_signals(run: Evidence, to: str = "P0") -> tuple[Event, ...]:
    """The signals that the plan sent to a process while that lived, in order (`stimulus` events)."""
    end = run.process(to).exit
    return tuple(
        event
        for event in run.events
        if event.kind == "stimulus" and event.text("target") == to and (end is None or event.n < end.n)
    )


def would_kill(run: Evidence, process: ProcessView, signal: str, after: Event) -> bool:
    """Whether this signal, sent to the process right after the event, would meet its default action.

    That is the case if it is neither caught nor ignored and some thread does not block it (signal(7)); the mask of a
    call that sleeps counts while it sleeps. What an interpreter's start-up has installed (Python's KeyboardInterrupt)
    counts as caught. The default action of the signals asked for must be to end the process.
    """
    state = run.state(after.n)
    known = state.processes.get(process.name)
    if known is None or known.exit is not None:
        return False
    masks = {task.name: task.mask for task in state.tasks.values() if task.process == process.name}
    if _has_mask(after) and after.task in masks:
        masks[after.task] = frozenset(after.texts("mask"))
    action = known.dispositions.get(signal)
    return (action is None or action.action == "default") and any(signal not in mask for mask in masks.values())


def unguarded(
    run: Evidence, process: ProcessView, signals: Iterable[str], first: Event, end: Event
) -> tuple[str, Event] | None:
    """The first signal that would kill the process at some moment from event `first` on and before `end`, and that event."""
    moments = (first, *(event for event in process.events if first.n < event.n < end.n and _changes(event)))
    names = tuple(signals)
    return next(((name, event) for event in moments for name in names if would_kill(run, process, name, event)), None)


def _has_mask(event: Event) -> bool:
    return event.kind == "block" and isinstance(event.args.get("mask"), tuple)


def _changes(event: Event) -> bool:
    return _has_mask(event) or event.kind == "signal" or (event.kind == "call" and event.call in CHANGES)

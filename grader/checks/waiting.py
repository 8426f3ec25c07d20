"""In: a run and a process of it; out: when the process slept until another let it go on, and when it only let time pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from grader.checks.helpers import require
from grader.model import Event
from grader.texts import gettext

if TYPE_CHECKING:  # the command line starts without it
    from grader.evidence import Evidence, ProcessView

__all__ = [
    "asked_in_vain",
    "overslept",
    "require_no_asking",
    "require_no_timed_wait",
    "sleeps",
    "spells",
    "timed_waits",
]

LASTING = frozenset(
    (
        "futex futex_waitv semop semtimedop msgrcv msgsnd mq_timedreceive mq_timedsend read readv recvfrom recvmsg accept"
        " accept4 poll ppoll select pselect6 epoll_wait epoll_pwait epoll_pwait2 flock fcntl"
    ).split()
)
"""Calls in which a process sleeps until another process does its part."""

EXPIRES = {
    **dict.fromkeys(("futex", "mq_timedreceive", "mq_timedsend"), "ETIMEDOUT"),
    **dict.fromkeys(("semtimedop", "rt_sigtimedwait"), "EAGAIN"),
}
"""Waits with a limit that tell by an error that it was reached; poll and its kin tell by the result 0."""

POLLS = frozenset(("poll", "ppoll", "select", "pselect6", "epoll_wait", "epoll_pwait", "epoll_pwait2"))
STANDARD = ("stdin", "stdout", "stderr")


def sleeps(run: Evidence, process: ProcessView) -> tuple[Event, ...]:
    """The beginnings (`block` events) of all sleeps that another process ends: in a semaphore, a lock, a message, a pipe.

    No such sleep is one for a thread of its own (a private futex), for standard input or output, for a child, or for time.
    """
    return tuple(event for event in run.events_of(process.name) if _is_sleep(event))


def _is_sleep(event: Event) -> bool:
    """Whether the event begins a sleep as `sleeps` means it."""
    return (
        event.kind == "block"
        and event.call in LASTING
        and event.args.get("shared") is not False
        and event.text("object") not in STANDARD
    )


def overslept(run: Evidence, process: ProcessView, marks: Sequence[Event], many: int) -> tuple[Event, ...]:
    """The first sleep, as `sleeps` means it, that lasted over `many` of the marks: its beginning, the last of these, its end.

    Empty if there is none. A sleep ends with the next event of its task, or never: then the last event stands for its end.
    """
    for begun in sleeps(run, process):
        later = (event for event in run.events_of(process.name) if event.n > begun.n and event.task == begun.task)
        end = next(later, run.last)
        inside = [mark for mark in marks if begun.n < mark.n <= end.n]
        if len(inside) >= many:
            return begun, inside[many - 1], end
    return ()


def spells(run: Evidence, worker: ProcessView, partner: ProcessView) -> Iterator[tuple[Event, ...]]:
    """What the worker did in one go: its events between two of its sleeps, as long as the partner did not run either.

    In a fair run this is what was there for the worker to do at that moment. A wait of the partner that returns is no step
    of it: the worker has woken it, and goes on.
    """
    current: list[Event] = []
    asleep = False
    for event in run.events:
        ran = event.process == partner.name and not (asleep and event.kind == "call")
        if event.process == partner.name:
            asleep = event.kind == "block"
        if ran or (event.process == worker.name and _is_sleep(event)):
            yield tuple(current)
            current = []
        elif event.process == worker.name:
            current.append(event)
    yield tuple(current)


def require_no_timed_wait(process: ProcessView, advice: str) -> None:
    """The process never let time pass. `advice` says what to do instead."""
    timed = timed_waits(process)[:1]
    require(
        not timed,
        seen=gettext("{process} let time pass: ", process=process.name)
        + "".join(gettext("{call} at event {event}", call=event.call, event=event.n) for event in timed),
        why=gettext("no time is right: on a busy machine it is too short, on an idle one it is wasted"),
        next=advice,
        events=timed,
    )


def require_no_asking(process: ProcessView, advice: str) -> None:
    """The process never asked again and again for what it could have slept for. `advice` says what to do instead."""
    asked = asked_in_vain(process)
    require(
        not asked,
        seen=gettext(
            "{process} asked by {call} {asked} times in a row, in vain, from event {asked2} on",
            process=process.name,
            call=asked[0].call,
            asked=len(asked),
            asked2=asked[0].n,
        )
        if asked
        else "",
        why=gettext(
            "to wait is to sleep inside the kernel; a loop that asks takes the machine from those it waits for"
        ),
        next=advice,
        events=(*asked[:1], *asked[-1:]),
    )


def asked_in_vain(process: ProcessView, many: int = 10) -> tuple[Event, ...]:
    """The first `many` calls in a row by which a task of the process asked the same, and got the same `not yet`; or none.

    What asks without waiting, and what `not yet` means for it, is what the rule `spin` goes by. One that slept, or that
    did anything else in between, has not asked in a row; whether others could have moved meanwhile does not matter.
    """
    from grader.analysis.questions import in_vain, question_of

    rows: dict[str, list[Event]] = {}
    for event in process.events:
        row = rows.setdefault(event.task, [])
        answer = in_vain(event) if event.kind == "call" and question_of(event) else ""
        if row and (not answer or (question_of(row[-1]), in_vain(row[-1])) != (question_of(event), answer)):
            row.clear()
        if answer:
            row.append(event)
        if len(row) >= many:
            return tuple(row)
    return ()


def timed_waits(process: ProcessView) -> tuple[Event, ...]:
    """The calls by which the process let time pass: nanosleep and its kin, and waits whose time limit was reached.

    A limit of zero is a question, not a wait; a wait that ended before its limit counts as an ordinary one.
    """
    return tuple(event for event in process.events if event.kind == "call" and _by_time(event))


def _by_time(event: Event) -> bool:
    if event.call in ("nanosleep", "clock_nanosleep"):
        return True
    if not event.args.get("timeout"):
        return False
    if event.call in EXPIRES:
        return event.error == EXPIRES[event.call]
    return event.call in POLLS and not event.failed and event.result == 0

"""In: a run; out: nothing where a universal fact holds, else a `Violation`: exec, bytes on their way, order, reach of signals.

As in `facts`: what an exercise does not ask for in its statement, its tests do not call.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from grader.checks.facts import own_processes
from grader.checks.helpers import counted, fail, first_difference, require
from grader.model import Event
from grader.texts import gettext

if TYPE_CHECKING:  # the command line starts without it
    from grader.evidence import Evidence, PipeView

__all__ = ["require_before", "require_carried", "require_contained", "require_exec_clean"]

STANDARD = (0, 1, 2)
KILLS = ("kill", "tkill", "tgkill", "pidfd_send_signal", "rt_sigqueueinfo")


def require_exec_clean(run: Evidence, stated: Collection[str] = ()) -> None:
    """Whatever program a process executes gets descriptors 0, 1 and 2, and of others only those of the objects `stated`.

    The descriptors are those that survive the call (execve(2): FD_CLOEXEC closes the rest).
    """
    for process in own_processes(run):
        for begun in run.calls("execve", "execveat", by=process.name, ok=True):
            extra = [
                entry
                for entry in run.entries
                if entry.process == process.name
                and entry.covers(begun.n)
                and entry.fd not in STANDARD
                and entry.object not in stated
            ]
            require(
                not extra,
                seen=gettext(
                    "the program that {process} executed at event {begun} got ", process=process.name, begun=begun.n
                )
                + ", ".join(gettext("fd {fd} ({object})", fd=entry.fd, object=entry.object) for entry in extra[:3]),
                why=gettext(
                    "a program that gets an end of a pipe which it does not know never closes it, and somebody waits for that"
                ),
                next=gettext(
                    "close {value} before execve, or set FD_CLOEXEC",
                    value=gettext("it") if len(extra) == 1 else gettext("them"),
                ),
                events=(*(entry.since for entry in extra[:1]), begun),
            )


def require_carried(run: Evidence, pipe: PipeView, data: bytes) -> None:
    """The bytes that were put into the pipe are exactly `data`: no read or write that did less than asked has lost any.

    Bytes that splice and its kin moved are not on record: with one of them in the run the fact holds.
    """
    written = pipe.written
    if written == data or any(event.data is None and event.result for event in pipe.writes):
        return
    place = first_difference(data, written)
    short = next(
        (event for event in pipe.writes if event.result is not None and event.result < event.number("count", 0)), None
    )
    shown = (
        gettext(
            "byte {place} is {found} where {wanted} belongs",
            place=place + 1,
            found=f"{written[place]:#04x}",
            wanted=f"{data[place]:#04x}",
        )
        if place < min(len(data), len(written))
        else gettext(
            "{counted} went into it where {data} belong", counted=counted(len(written), "byte"), data=len(data)
        )
    )
    fail(
        seen=f"{pipe.name}: {shown}"
        + (
            gettext(
                "; the write at event {short} took {result} of {count}",
                short=short.n,
                result=short.result,
                count=short.number("count"),
            )
            if short
            else ""
        ),
        why=gettext(
            "read and write may do less than they were asked for, and say so by their result; nothing is wrong then"
        ),
        next=gettext("go on from where the last call stopped, until all is done"),
        events=(*((short,) if short else ()), *pipe.writes[-1:]) or (run.last,),
    )


def require_before(run: Evidence, first: Event | None, then: Event | None, *, what: str, why: str, next: str) -> None:  # noqa: A002
    """`first` came before `then`, if `then` came at all. `what` names the two: `the fork; the line ready`."""
    if then is None:
        return
    earlier, _, later = what.partition("; ")
    require(
        first is not None and first.n < then.n,
        seen=gettext("{later} came at event {then}, {earlier} ", later=later, then=then.n, earlier=earlier)
        + (gettext("at event {first}", first=first.n) if first else gettext("never")),
        why=why,
        next=next,
        events=(then, *((first,) if first else (run.last,))),
    )


def require_contained(run: Evidence, most: int) -> None:
    """The program makes at most `most` processes besides itself, and signals nobody but these: no group, not everybody."""
    made = own_processes(run)[1:]
    require(
        len(made) <= most,
        seen=gettext(
            "the program made {counted}: {list}",
            counted=counted(len(made), "process", "processes"),
            list=", ".join(each.name for each in made[:6]),
        ),
        why=gettext("the statement allows {most}", most=most),
        next=gettext("let each child end before it reaches another fork"),
        events=tuple(each.born for each in made[most : most + 3]),
    )
    for process in own_processes(run):
        for event in run.calls(*KILLS, by=process.name):
            target = event.text("target")
            require(
                target not in ("group", "all", "unknown") or event.text("signal") == "none",
                seen=gettext(
                    "{process} sent {signal} to {reach} at event {event}",
                    process=process.name,
                    signal=event.text("signal"),
                    reach=_reach(target),
                    event=event.n,
                ),
                why=gettext("such a signal reaches whoever happens to be there, outside of the program too"),
                next=gettext("signal the process that is meant, by the id that fork returned"),
                events=(event,),
            )


def _reach(target: str) -> str:
    return {"group": gettext("its whole process group"), "all": gettext("every process that it may signal")}.get(
        target, gettext("a process that is none of the program's")
    )

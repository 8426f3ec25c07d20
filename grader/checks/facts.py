"""In: a run; out: nothing where a universal fact holds, else a `Violation`: children, pipe ends and how processes end.

These are the facts that every exercise may ask for in its statement. What an exercise does not ask for, its tests do
not call. A fact that the record cannot decide (the process never came so far) holds: another check says what stopped it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.checks.helpers import fail, require
from grader.model import Event
from grader.texts import gettext, gettext_noop

if TYPE_CHECKING:  # the command line starts without it
    from grader.evidence import Evidence, PipeView, ProcessView

__all__ = [
    "fate",
    "own_processes",
    "require_all_exit_zero",
    "require_all_reaped",
    "require_end_closed",
    "require_nothing_left",
    "require_one_child",
    "require_one_way",
    "uses",
]

MODES = (gettext_noop("read"), gettext_noop("write"))


def fate(run: Evidence, process: ProcessView) -> str:
    """How a process ended, or why it did not, in words that follow its name: `ended with status 1`."""
    if process.killed_by:
        return gettext("was killed by {killed_by}", killed_by=process.killed_by)
    if process.exit_status is not None:
        return gettext("ended with status {exit_status}", exit_status=process.exit_status)
    waiting = [wait for wait in run.deadlock if wait.startswith(f"{process.name} ")]
    return (
        gettext("never ended: {waiting}", waiting=waiting[0])
        if waiting
        else gettext("never ended ({limit})", limit=run.end.limit or run.outcome)
    )


def uses(run: Evidence, process: ProcessView | None, pipe: PipeView, mode: str = "") -> tuple[Event, ...]:
    """What a process (None: any) did to the bytes of a pipe: calls that succeeded, and calls in which it slept.

    `mode` is `read`, `write` or empty for both. A call that slept and then succeeded counts twice, in order.
    Raises ValueError for another mode.
    """
    if mode not in ("", *MODES):
        message = f"mode is {mode!r}; use 'read', 'write' or ''"
        raise ValueError(message)
    found = run.transfers(pipe.name, mode)
    return found if process is None else tuple(event for event in found if event.process == process.name)


def own_processes(run: Evidence) -> tuple[ProcessView, ...]:
    """The processes of the program, the root first: without the helpers that Python's multiprocessing starts by itself."""
    from grader.analysis import is_helper

    return tuple(process for process in run.processes if process == run.root or not is_helper(process))


def require_all_reaped(run: Evidence, before: Event | None = None) -> None:
    """The parent of every process that the program made has collected its status before the event (None: before the end).

    Where SIGCHLD is ignored the kernel throws the status away, and no wait can return it (wait(2), NOTES).
    """
    limit = before or run.root.exit
    for child in own_processes(run)[1:]:
        collected = child.reaped
        require(
            collected is not None and (limit is None or collected.n < limit.n),
            seen=_uncollected(run, child, collected, before),
            why=gettext("a child whose parent has not asked for its status stays behind, as a zombie or as an orphan")
            if before is None
            else gettext("only a wait that has returned the status of a child says that it has ended"),
            next=_how_to_collect(run, child, before),
            events=(child.born, *(event for event in (before, collected) if event), run.root.exit or run.last),
        )


def _how_to_collect(run: Evidence, child: ProcessView, before: Event | None) -> str:
    parent = (child.parent or run.root).name
    if child.last.auto_reaped:
        return gettext("leave SIGCHLD alone in {parent}, and wait for {child}", parent=parent, child=child.name)
    when = gettext("as the last step") if before is None else gettext("before that")
    return gettext(
        "wait for {child} in {parent} {when}, and see to it that {child} ends",
        child=child.name,
        parent=parent,
        when=when,
    )


def _uncollected(run: Evidence, child: ProcessView, collected: Event | None, before: Event | None) -> str:
    """What is missing: a wait, or a wait in time."""
    parent = child.parent or run.root
    if before is not None:
        values = {"process": before.process, "call": before.call, "before": before.n, "child": child.name}
        if collected is None:
            return gettext("{process} made its {call} at event {before}; {child} was collected never", **values)
        return gettext(
            "{process} made its {call} at event {before}; {child} was collected only at event {collected}",
            collected=collected.n,
            **values,
        )
    if child.last.auto_reaped:
        return gettext(
            "{parent} ignores SIGCHLD, so the status of {child} was thrown away when it ended",
            parent=parent.name,
            child=child.name,
        )
    if run.root.exit is not None and parent == run.root:
        return gettext(
            "{parent} never waited for {child}, and ended at event {exit}",
            parent=parent.name,
            child=child.name,
            exit=run.root.exit.n,
        )
    fates = f"{run.root.name} {fate(run, run.root)}, {child.name} {fate(run, child)}"
    return gettext(
        "{parent} has not collected the status of {child}: {fates}", parent=parent.name, child=child.name, fates=fates
    )


def require_all_exit_zero(run: Evidence) -> None:
    """Every process ended by itself, with status 0."""
    for process in own_processes(run):
        require(
            process.exit_status == 0,
            seen=f"{process.name} {fate(run, process)}",
            why=gettext(
                "each process must end, with status 0: another status, or none, tells whoever started it of a failure"
            ),
            next=gettext(
                "look for the way on which {process} ends, and let it end with status 0", process=process.name
            ),
            events=(process.exit or run.last,),
        )


def require_nothing_left(run: Evidence) -> None:
    """No shared memory, semaphore, queue, FIFO, socket file or System V object outlives the run (the rule `residue`)."""
    from grader.analysis import rules

    for finding in rules(run, only=("residue",)):
        fail(seen=finding.seen, why=finding.why, next=finding.next, events=finding.events)


def require_one_child(run: Evidence) -> None:
    """The root has made one process, that one none, and none has executed another program."""
    made = own_processes(run)[1:]
    names = ", ".join(process.name for process in made)
    require(
        len(made) == 1,
        seen=gettext("the program made {made} processes: {names}", made=len(made), names=names)
        if made
        else gettext("the program made no child"),
        why=gettext("the statement asks for two processes: the program itself and exactly one child"),
        next=gettext("call fork once")
        + (gettext(", and let the child end before it reaches that line again") if made else ""),
        events=tuple(process.born for process in made) or (run.last,),
    )
    executed = run.calls("execve", "execveat", by=made[0].name, ok=True)
    require(
        not executed,
        seen=gettext("{made} executed {path}", made=made[0].name, path=executed[0].text("path") if executed else ""),
        why=gettext("both processes run your own code, and share what they inherit"),
        next=gettext("do in the child itself what the other program does"),
        events=executed,
    )


def require_one_way(run: Evidence, pipe: PipeView) -> None:
    """At most one process writes to the pipe, at most one reads from it (or sleeps in a read), and they are not the same."""
    givers = {event.process: event for event in reversed(uses(run, None, pipe, "write"))}
    takers = {event.process: event for event in reversed(uses(run, None, pipe, "read"))}
    why = gettext("a pipe is a queue without addresses: a byte goes to whoever reads next, even to its own writer")
    advice = gettext("make a second pipe, and use each for one direction only")
    for name in sorted(givers.keys() & takers.keys()):
        fail(
            seen=gettext("{name} writes to {pipe} and reads from it as well", name=name, pipe=pipe.name),
            why=why,
            next=advice,
            events=(givers[name], takers[name]),
        )
    for users, does in ((givers, gettext("write to")), (takers, gettext("read from"))):
        require(
            len(users) < 2,
            seen=gettext(
                "{list} both {does} {pipe}", list=gettext(" and ").join(sorted(users)), does=does, pipe=pipe.name
            ),
            why=why,
            next=advice,
            events=tuple(users.values()),
        )


def require_end_closed(process: ProcessView, pipe: PipeView, mode: str, first: Event) -> None:
    """Just before the event `first`, the process does not hold the end `mode` (`read` or `write`) of the pipe."""
    kept = [holder for holder in pipe.holders(mode, at=first.n - 1) if holder.process == process.name]
    if not kept:
        return
    consequence = {
        "write": gettext(
            "a reader that is itself a writer is never told that the other writer is gone: it would wait for ever"
        ),
        "read": gettext(
            "a writer that is itself a reader is never told that the other reader is gone: it would write to nobody"
        ),
    }
    fail(
        seen=gettext(
            "{process} still holds the {mode} end of {pipe}, fd {fd}, at event {first}, its first {call} on a pipe",
            process=process.name,
            mode=gettext(mode),
            pipe=pipe.name,
            fd=kept[0].fd,
            first=first.n,
            call=first.call,
        ),
        why=consequence[mode],
        next=gettext(
            "close the {mode} end of {pipe} in {process} right after the fork",
            mode=gettext(mode),
            pipe=pipe.name,
            process=process.name,
        ),
        events=(kept[0].since, first),
    )

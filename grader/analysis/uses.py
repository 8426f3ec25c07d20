"""In: a run; out: which process uses which end of which pipe, and which tasks wait for one at the end.

Use is reading or writing (also in vain, also blocked), watching with poll, select or epoll, handing the descriptor over
in a message, and having the end as descriptor 0, 1 or 2: those are there for whatever program runs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from grader.evidence import Evidence, Hold
from grader.evidence.calls import EXECS, MOVES, READS, WRITES, read_from, written_to
from grader.frozen import dataclass
from grader.kernel import wait_of
from grader.model import Event

__all__ = ["FAR", "WATCHES", "Use", "Waiter", "handed_over", "numbers_of", "uses_of", "waiters_of", "watched"]

Use = tuple[str, str, str]
"""A process, an object, and the end of it (`read` or `write`) that the process uses."""

WATCHES = frozenset({"poll", "ppoll", "select", "pselect6", "epoll_ctl"})
STANDARD_FDS = frozenset({0, 1, 2})
FAR = {"read": "write", "write": "read"}


@dataclass(frozen=True, slots=True)
class Waiter:
    """A task that gets no further on an object until the end `needs` (`read` or `write`) of it moves or goes.

    `event` is its block, or its last call in vain; `proved` says that nothing else could help: no signal, no timer.
    """

    task: str
    object: str
    needs: str
    event: Event
    proved: bool


def uses_of(run: Evidence) -> frozenset[Use]:
    """All uses of the run."""
    held: dict[str, list[Hold]] = defaultdict(list)
    for hold in run.holds:
        held[hold.process].append(hold)
    acts = (event for event in run.events if event.kind in {"call", "block"} and event.error != "EBADF")
    standard = ((hold.process, hold.object, hold.mode) for hold in run.holds if STANDARD_FDS & {*hold.fds})
    return frozenset(use for event in acts for use in _uses(event, held)) | frozenset(standard)


def _uses(event: Event, held: Mapping[str, list[Hold]]) -> Iterator[Use]:
    """What one call uses; a watched number is the end that it is open for."""
    if source := read_from(event):
        yield event.process, source, "read"
    if target := written_to(event):
        yield event.process, target, "write"
    for fd in watched(event):
        for hold in held[event.process]:
            if fd in hold.fds and hold.covers(event.n):
                yield event.process, hold.object, hold.mode


def watched(event: Event) -> tuple[int, ...]:
    """The descriptors that a call watches, or hands over."""
    if event.call == "epoll_ctl":
        return (event.number("target"),)
    if event.call == "sendmsg":
        return _numbers(event, "passed")
    if event.call not in WATCHES:
        return ()
    listed = event.args.get("fds")
    entries = [entry for entry in listed if isinstance(entry, Mapping)] if isinstance(listed, tuple) else []
    polled = [fd for entry in entries if isinstance(fd := entry.get("fd"), int)]
    return (*polled, *(fd for name in ("read", "write", "except") for fd in _numbers(event, name)))


def numbers_of(event: Event) -> tuple[int, ...]:
    """The descriptors that a call works on, watches or hands over; closing one, or asking for its flags, is no use."""
    if event.call in {"close", "close_range", *EXECS} or event.text("command") == "F_GETFD":
        return ()
    named = (event.number("fd"), event.number("to") if event.call in MOVES else -1)
    return (*(fd for fd in named if fd >= 0), *watched(event))


def handed_over(run: Evidence) -> frozenset[str]:
    """The objects whose descriptors travelled in a message, received or still on the way."""
    received = (event.args.get("fds") for event in run.calls("recvmsg", ok=True))
    names = {str(name) for fds in received if isinstance(fds, Mapping) for name in fds.values()}
    return frozenset(names | {entry.object for entry in run.final.passed})


def _numbers(event: Event, name: str) -> tuple[int, ...]:
    value = event.args.get(name)
    return tuple(fd for fd in value if isinstance(fd, int)) if isinstance(value, tuple) else ()


def waiters_of(run: Evidence) -> tuple[Waiter, ...]:
    """The tasks that wait for a pipe when the run is over: those asleep, and at a limit those that ask in vain."""
    asleep = (waiter for event in run.blocked for waiter in _asleep(run, event))
    return (*asleep, *(_asking(run) if run.outcome == "limit" else ()))


def _asleep(run: Evidence, event: Event) -> Iterator[Waiter]:
    wait = wait_of(run.final, event.task)
    proved = wait is not None and not wait.outside and not wait.timer
    if event.call in WATCHES and event.args.get("timeout") is None:
        ends = {
            (hold.object, hold.mode)
            for hold in run.holds
            for fd in watched(event)
            if hold.process == event.process and fd in hold.fds and hold.covers(event.n)
        }
    else:
        ends = {(read_from(event), "read"), (written_to(event), "write")}
    for name, mode in sorted(ends):
        if name:
            yield Waiter(event.task, name, FAR[mode], event, proved)


def _asking(run: Evidence) -> Iterator[Waiter]:
    """Tasks whose last read or write failed because there was nothing to read, or no room, yet."""
    last = {event.task: event for event in run.calls(*READS, *WRITES, *MOVES) if event.task in run.final.tasks}
    for event in last.values():
        if event.error == "EAGAIN":
            mode = "read" if read_from(event) else "write"
            yield Waiter(event.task, event.text("object"), FAR[mode], event, proved=True)

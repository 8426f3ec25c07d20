"""In: the evidence of one run; out: its story in lines: who made, closed, read, wrote, waited for what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from grader.evidence import Evidence, describe
from grader.model import Event

__all__ = ["story"]

MOST = 120
TOLD = frozenset(
    "pipe pipe2 close close_range dup dup2 dup3 fork vfork clone clone3 execve execveat wait4 waitid "
    "kill tkill tgkill pidfd_send_signal rt_sigqueueinfo rt_sigaction rt_sigsuspend rt_sigtimedwait pause mq_open mq_unlink "
    "shmget semget msgget shmctl semctl msgctl semop semtimedop msgsnd msgrcv mknod mknodat socket socketpair bind "
    "connect listen accept accept4 eventfd2 signalfd4 memfd_create flock alarm setitimer nanosleep "
    "clock_nanosleep unlink unlinkat splice tee".split()
)
MOVES = frozenset("read readv recvfrom recvmsg write writev sendto sendmsg mq_timedreceive mq_timedsend".split())
MEANS = ("std", "pipe", "fifo", "socket", "queue", "eventfd", "signalfd", "timerfd", "semaphore", "shm")


def story(evidence: Evidence, see: str, most: int = MOST) -> tuple[str, ...]:
    """At most `most` lines on events between processes; files and the start-up of an interpreter are left out.

    The same call repeated on the same object is told once and counted; `see` names where all events are.
    """
    lines = [line for _, group in groupby(_told(evidence.events), _sort) for line in _group(list(group))]
    if len(lines) <= most:
        return tuple(lines)
    head, tail = most // 2, most - most // 2 - 1
    return (*lines[:head], f"… ({len(lines) - head - tail} more lines, see {see})", *lines[-tail:])


def _told(events: Sequence[Event]) -> Iterator[Event]:
    """The events worth a line."""
    starting = {event.process for event in events if event.kind == "begin"}
    for event in events:
        if event.kind == "begin":
            starting.discard(event.process)
        elif event.kind != "call" or (event.process not in starting and _matters(event)):
            yield event


def _matters(event: Event) -> bool:
    between = event.text("object").startswith(MEANS)
    if event.call in {"close", "dup", "dup2", "dup3"}:
        return between and not event.text("object").startswith("std")
    return event.call in TOLD or (event.call in MOVES and between) or event.args.get("refused") is True


def _sort(event: Event) -> tuple[str, ...]:
    return (event.task, event.kind, event.call, event.text("object"), event.text("signal"), event.error)


def _group(events: Sequence[Event]) -> Iterator[str]:
    """Up to three alike are told one by one."""
    if len(events) <= 3:
        yield from (describe(event) for event in events)
        return
    yield describe(events[0])
    yield f"  … {len(events) - 1} more like it, the last is #{events[-1].n}"

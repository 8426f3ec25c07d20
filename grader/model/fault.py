"""In: what an exercise wants to see survived; out: `Fault`, one failure that the kernel may really deliver, as data.

A fault that no kernel delivers would fail right programs, so what a fault may hit stands here in a table, and anything else is
refused when it is written down. What the table cannot know is looked at when the call is made (`grader.trace.faults`): where the
kernel could not do it there and then, the call is left alone, and an event `missed` says why.
"""

from __future__ import annotations

import re
import signal
from collections.abc import Mapping

from grader.errors import UsageError
from grader.frozen import dataclass

_TRANSFERS_IN = frozenset({"read", "readv", "recvfrom", "recvmsg"})
_TRANSFERS_OUT = frozenset({"write", "writev", "sendto", "sendmsg"})
_OPENS = frozenset({"open", "openat", "openat2", "creat"})
_NEW_FILES = _OPENS | frozenset(
    "pipe pipe2 socket socketpair accept accept4 eventfd eventfd2 epoll_create epoll_create1 signalfd signalfd4 "
    "timerfd_create memfd_create inotify_init1".split()
)

RESTARTED = _TRANSFERS_IN | _TRANSFERS_OUT | _OPENS | frozenset(
    "wait4 waitid accept accept4 connect flock fcntl futex mq_timedsend mq_timedreceive".split()
)  # fmt: skip
"""Calls that go on after a handler with SA_RESTART (signal(7)); with a time limit some of them do not."""

_GIVES_UP = frozenset(
    "pause rt_sigsuspend rt_sigtimedwait poll ppoll select pselect6 epoll_wait epoll_pwait epoll_pwait2 nanosleep "
    "clock_nanosleep msgsnd msgrcv semop semtimedop".split()
)

CALLS: Mapping[str, frozenset[str]] = {
    "EINTR": RESTARTED | _GIVES_UP,
    "short read": frozenset({"read", "recvfrom"}),
    "short write": _TRANSFERS_OUT,
    "EAGAIN": frozenset({"fork", "vfork", "clone"}),
    "EMFILE": _NEW_FILES | {"dup", "fcntl", "mq_open"},
    "ENFILE": _NEW_FILES,
    "ENOSPC": _OPENS
    | frozenset({"write", "pwrite64", "fallocate", "mknod", "mknodat", "mq_open", "shmget", "semget", "msgget"}),
    "ENOMEM": frozenset({"mmap"}),
    "SIGKILL": frozenset(),
}
"""The kinds of faults, and the calls that each may hit (SIGKILL: any)."""

_ELSEWHERE: Mapping[str, str] = {
    "EPIPE": "a broken pipe is no fault of its own: kill the reader with a SIGKILL fault",
    "SIGPIPE": "a broken pipe is no fault of its own: kill the reader with a SIGKILL fault",
}
_NEVER: Mapping[tuple[str, str], str] = {
    ("ENOSPC", "ftruncate"): "ftruncate reserves nothing on tmpfs; the write or fallocate that needs the room fails",
    ("EMFILE", "dup2"): "dup2 takes the number it is given",
    ("EMFILE", "dup3"): "dup3 takes the number it is given",
    ("ENFILE", "dup"): "dup opens no file",
    ("ENFILE", "mq_open"): "the queue would have been made all the same",
    ("short read", "pread64"): "a file is read up to its end",
    ("EINTR", "close"): "Linux closes all the same, and no program can tell",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One failure: the `nth` call (from 1) that fits, and the `times` - 1 after it.

    kind: `EINTR` (`signal` is sent while the call sleeps, and its handler runs) · `short read` (at most `size` bytes of stdin,
    or the bytes of one write of a pipe) · `short write` (a write that has moved a part and sleeps returns that part, as after
    a stop and continue) · `EAGAIN` (of fork) · `EMFILE` · `ENFILE` · `ENOSPC` · `ENOMEM` (of a shared mapping) · `SIGKILL`
    (before the call).

    A call fits if it is made after its process's own code began (event `begin`) and is of this `process`, this `call`, and on this
    `object` or path; empty fits any that the kind may hit. EINTR and `short write` count the calls that sleep, all others those
    that are made. Raises UsageError for what no kernel does, naming the field.
    """

    kind: str
    process: str = ""
    call: str = ""
    object: str = ""
    nth: int = 1
    times: int = 1
    signal: str = ""
    size: int = 1

    def __post_init__(self) -> None:
        """Refuse what the kernel could not deliver."""
        if self.kind not in CALLS:
            known = ", ".join(CALLS)
            raise _refused("kind", f"is no fault: {self.kind!r}", _ELSEWHERE.get(self.kind, f"give one of {known}"))
        hit = CALLS[self.kind]
        if self.call and hit and self.call not in hit:
            why = _NEVER.get((self.kind, self.call), f"give one of {', '.join(sorted(hit))}")
            raise _refused("call", f"the kernel never gives {self.kind} for {self.call!r}", why)
        if (self.kind == "EINTR") != bool(self.signal):
            rule = "EINTR comes only with a signal that the program handles"
            raise _refused("signal", rule, "name the signal of an EINTR fault, and of no other")
        if self.signal in {"SIGKILL", "SIGSTOP"}:
            raise _refused("signal", f"no program handles {self.signal}", "name a signal that it handles")
        if self.signal and not _is_signal(self.signal):
            raise _refused("signal", f"there is no signal {self.signal!r}", "name it as SIGUSR1")
        for name in ("nth", "times", "size"):
            if getattr(self, name) < 1:
                raise _refused(name, "is no number from 1", "count from 1")

    def __str__(self) -> str:
        """The fault in one word or two and the fields that are not empty: `EAGAIN,process=P0,nth=2`."""
        given = (
            (name, getattr(self, name)) for name in ("process", "call", "object", "nth", "times", "signal", "size")
        )
        return ",".join([self.kind, *(f"{name}={value}" for name, value in given if value not in {"", 1})])

    @classmethod
    def read(cls, text: str) -> Fault:
        """The fault that `str` has written. Raises UsageError."""
        kind, *words = text.split(",")
        given: dict[str, str | int] = {}
        for word in words:
            name, equals, value = word.partition("=")
            if not equals or name not in cls.__slots__ or name == "kind" or name in given:
                raise UsageError(
                    f"has no part {name!r}", where=text, action="write it as EAGAIN,process=P0,call=fork,nth=2"
                )
            if name in {"nth", "times", "size"}:
                given[name] = int(value) if value.isascii() and value.isdigit() else 0
            else:
                given[name] = value
        return cls(kind, **given)  # type: ignore[arg-type]  # each by its name, numbers as numbers

    def fits(self, process: str, call: str, target: str) -> bool:
        """Whether a call is one of those that are counted."""
        hit = CALLS[self.kind]
        return (
            (not hit or call in hit)
            and self.process in {"", process}
            and self.call in {"", call}
            and self.object in {"", target}
        )


def _is_signal(name: str) -> bool:
    return name in signal.Signals.__members__ or re.fullmatch(r"SIGRTMIN\+[1-9][0-9]?", name) is not None


def _refused(name: str, fault: str, action: str) -> UsageError:
    return UsageError(fault, where=f"Plan.faults: {name}", action=action)

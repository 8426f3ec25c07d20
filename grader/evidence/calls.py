"""In: nothing; out: which calls read, write, make and wait: the groups that queries and rules speak of."""

from __future__ import annotations

from grader.model import Event

__all__ = [
    "CREATES_PROCESS",
    "EXECS",
    "MOVES",
    "OPENS",
    "READS",
    "STANDARD",
    "WAITS",
    "WRITES",
    "read_from",
    "written_to",
]

READS = frozenset({"read", "readv", "pread64", "preadv", "preadv2", "recvfrom", "recvmsg", "mq_timedreceive"})
"""Calls that take bytes out of the object of their descriptor."""

WRITES = frozenset(
    {"write", "writev", "pwrite64", "pwritev", "pwritev2", "sendto", "sendmsg", "mq_timedsend", "vmsplice"}
)
"""Calls that put bytes into the object of their descriptor."""

MOVES = frozenset({"splice", "tee", "sendfile", "copy_file_range"})
"""Calls that move bytes from the object `object` to the object `to_object`."""

OPENS = frozenset({"open", "openat", "openat2", "creat"})
"""Calls that make a descriptor from a path."""

CREATES_PROCESS = frozenset({"fork", "vfork", "clone", "clone3"})
EXECS = frozenset({"execve", "execveat"})
WAITS = frozenset({"wait4", "waitid"})

STANDARD = ("stdin", "stdout", "stderr")
"""The three pipes of the run, whose far ends the outside holds."""


def read_from(event: Event) -> str:
    """The name of the object that this call takes bytes from, or empty."""
    return event.text("object") if event.call in READS or event.call in MOVES else ""


def written_to(event: Event) -> str:
    """The name of the object that this call puts bytes into, or empty."""
    if event.call in WRITES:
        return event.text("object")
    return event.text("to_object") if event.call in MOVES else ""

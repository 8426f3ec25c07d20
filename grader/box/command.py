"""In: what a caller wants started; out: `Command` and `Completed`, the plain values around a box."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from grader.frozen import dataclass
from grader.model import Limits

if TYPE_CHECKING:
    from grader.box.tree import Tree

HOME = "/home/student"
PROGRAM = "/box"
PEERS = "/peers"


@dataclass(frozen=True, slots=True)
class Command:
    """A program to start in a box.

    `argv[0]` is an absolute path inside: under `/box` (the folder `folder` outside, read-only unless `writable`), under
    one of `mounts` (further folders, read-only at their own paths), or one of the system's programs. `environment` is
    added to the box's own. It starts in `/home/student`, or in `/box` if that is writable. `stdin_capacity` is the
    pipe's size in bytes (None: the kernel's default). `trace_filter` is a seccomp filter from
    `grader.box.filters.tracing`, in force from the program's first instruction (empty: none). `further`: other programs
    will be started beside it (`Tree.enter`); `peers` is a folder with such programs, which all see as `/peers`, read-only.
    """

    argv: tuple[str, ...]
    folder: str
    limits: Limits
    mounts: tuple[str, ...] = ()
    writable: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)
    stdin_capacity: int | None = None
    trace_filter: bytes = b""
    further: bool = False
    peers: str = ""


@dataclass(frozen=True, slots=True)
class Lead:
    """How far a program may be led before it is copied for its runs: to where nothing has happened yet that is its own.

    `go` takes the held program to the entry of a call that the trace filter stops at, as a tracer would, and tells what is to be
    known of the way; None: it did not get there. `key` tells leads apart whose ways differ for the same command.
    """

    key: object
    go: Callable[[Tree], object]


@dataclass(frozen=True, slots=True)
class Completed:
    """A command that has ended. `status` is 0-255 (128 + signal if one ended it); `output` is stdout and stderr together.

    `cut` says that more was printed than is kept. The status comes from the box's launcher, which a hostile command can
    forge: judge a compiler by the file it leaves, never by this number alone.
    """

    status: int
    output: bytes
    cut: bool

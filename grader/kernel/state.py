"""In: nothing; out: the frozen values of a kernel state (`State`, `Task`, `Process`, …) and `evolve`, which copies one.

A state holds what exists now. Whatever is gone leaves it (a closed pipe, a dead task), so that a step costs the same
after ten events and after a hundred thousand; reaped processes go to `past`, a log that only grows at its head.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TypedDict, Unpack

from grader.frozen import dataclass
from grader.model import Event

INIT = "init"
OUTSIDE = "outside"
PIPE_CAPACITY = 65_536
STANDARD = ("stdin", "stdout", "stderr")


@dataclass(frozen=True, slots=True)
class Descriptor:
    """One entry of a descriptor table (open(2), dup(2)).

    `mode` is `r`, `w` or `rw` (empty for O_PATH, which can do neither). `opened` is the event that made this entry,
    or the one that fork copied. `description` names the open file description; dup and fork share it, and with it
    `nonblock`.
    """

    object: str
    mode: str
    cloexec: bool
    opened: int
    nonblock: bool
    description: int


Table = Mapping[int, Descriptor]


@dataclass(frozen=True, slots=True)
class Disposition:
    """What a process does with one signal (sigaction(2)); action: `handler`, `ignore` or `default`.

    `runtime` is True for a handler that an interpreter's start-up installed: it stands for no wish of the program.
    """

    action: str
    flags: frozenset[str] = frozenset()
    mask: frozenset[str] = frozenset()
    since: int = 0
    runtime: bool = False


@dataclass(frozen=True, slots=True)
class Timer:
    """An armed timer: the `signal` it sends (none for a timerfd), `expires` in virtual ns, `interval` 0: fires once."""

    signal: str
    since: int
    expires: int
    interval: int = 0


@dataclass(frozen=True, slots=True)
class Task:
    """A live thread of execution. `blocked` is the event that says it sleeps inside a call, None while it may run.

    `mask` are the signals it blocks; `saved` the masks that returning handlers will restore, innermost last;
    `temporary` the mask of a sigsuspend that has just ended and whose handler has not begun.
    """

    name: str
    process: str
    blocked: Event | None = None
    mask: frozenset[str] = frozenset()
    stopped: bool = False
    pending: frozenset[str] = frozenset()
    saved: tuple[frozenset[str], ...] = ()
    temporary: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Process:
    """A process: alive while `exit` is None, then a zombie until someone reaps it.

    `parent` is who may wait for it now (`init` after its parent died, `outside` for the root), `creator` who made it.
    `exit`, `reaped` and `adopted` tell how it went: the exit event, the event of the wait that reaped it, the event
    that gave it a new parent. `auto_reaped`: the parent ignored SIGCHLD (or set SA_NOCLDWAIT), no wait was needed.
    `born` is the event that made it, `began` whether the program's own code runs (an interpreter's start-up is over).
    `peer`: it is a peer of the exercise, or made by one: not the submission's.
    `table` and `memory` are ids of its descriptor table and address space: equal where two processes share them.
    """

    name: str
    parent: str
    creator: str
    table: int
    memory: int
    born: int
    argv: tuple[str, ...] = ()
    dispositions: Mapping[str, Disposition] = field(default_factory=dict)
    timers: Mapping[str, Timer] = field(default_factory=dict)
    pending: frozenset[str] = frozenset()
    began: bool = False
    subreaper: bool = False
    exit: Event | None = None
    reaped: int | None = None
    auto_reaped: bool = False
    adopted: int | None = None
    peer: bool = False


@dataclass(frozen=True, slots=True)
class Pipe:
    """A pipe or FIFO that somebody holds. `written` and `read` count bytes of returned calls; `capacity` in bytes."""

    name: str
    created: int
    written: int = 0
    read: int = 0
    capacity: int = PIPE_CAPACITY

    @property
    def fill(self) -> int:
        """Bytes known to wait in it: a write still in progress is not counted, however much of it was read already."""
        return max(0, self.written - self.read)


@dataclass(frozen=True, slots=True)
class Watch:
    """A member of an epoll set: the descriptor as it was added, under number `fd`, and the `events` that are asked for.

    It stays until it is taken out, or nobody holds its open file description any more (epoll(7), Questions 6).
    """

    fd: int
    entry: Descriptor
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Thing:
    """What is known of an object that is no pipe, while somebody holds it.

    `peer`: the other end of a connected socket, or the process of a pidfd;
    `family`: a socket's; `timed`: it has a receive or send timeout;
    `address`: what it was bound to; `listening`: it was listened on;
    `armed`: a timerfd's timer; `awaited`: the signals of a signalfd (None where unknown);
    `watched`: the members of an epoll set (None where not all of them are known).
    """

    name: str
    created: int
    peer: str = ""
    family: str = ""
    timed: bool = False
    armed: Timer | None = None
    awaited: frozenset[str] | None = None
    watched: tuple[Watch, ...] | None = None
    address: str = ""
    listening: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """An object that outlives its processes until someone removes it; `type` and `name` as in `model.Residue`."""

    type: str
    name: str
    since: int
    process: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Past:
    """One entry of the log of processes that are gone, and the entries before it."""

    process: Process
    before: Past | None


@dataclass(frozen=True, slots=True)
class State:
    """All that exists at one instant. Never changed in place; mappings are shared between states.

    `n` is the last event that changed something. `tasks` holds live tasks by name, `processes` live ones and zombies,
    `tables` the descriptor tables of live processes, `pipes` and `things` the objects that somebody holds, `names` the
    objects that outlive processes (by path, or System V id), `passed` the descriptors that travel in a message which
    nobody has received, `outside` the pipe ends (object, `read` or `write`) that the outside holds, `past` the log of
    processes that are gone.
    """

    n: int
    tasks: Mapping[str, Task]
    processes: Mapping[str, Process]
    tables: Mapping[int, Table]
    pipes: Mapping[str, Pipe]
    things: Mapping[str, Thing]
    names: Mapping[str, Named]
    passed: tuple[Descriptor, ...]
    outside: frozenset[tuple[str, str]]
    past: Past | None = field(default=None, compare=False, repr=False)


def initial() -> State:
    """The state before the first event: nothing exists."""
    return State(0, {}, {}, {}, {}, {}, {}, (), frozenset())


class Parts(TypedDict, total=False):
    """The parts of a `State` that `evolve` can replace."""

    tasks: Mapping[str, Task]
    processes: Mapping[str, Process]
    tables: Mapping[int, Table]
    pipes: Mapping[str, Pipe]
    things: Mapping[str, Thing]
    names: Mapping[str, Named]
    passed: tuple[Descriptor, ...]
    outside: frozenset[tuple[str, str]]
    past: Past | None


def evolve(state: State, n: int, **parts: Unpack[Parts]) -> State:
    """A copy of `state` as of event `n` with the given parts new (dataclasses.replace takes three times as long)."""
    return State(
        n,
        parts.get("tasks", state.tasks),
        parts.get("processes", state.processes),
        parts.get("tables", state.tables),
        parts.get("pipes", state.pipes),
        parts.get("things", state.things),
        parts.get("names", state.names),
        parts.get("passed", state.passed),
        parts.get("outside", state.outside),
        parts.get("past", state.past),
    )


def with_task(state: State, n: int, task: Task) -> State:
    """`state` with this task new or changed."""
    return evolve(state, n, tasks={**state.tasks, task.name: task})


def with_process(state: State, n: int, process: Process) -> State:
    """`state` with this process new or changed."""
    return evolve(state, n, processes={**state.processes, process.name: process})

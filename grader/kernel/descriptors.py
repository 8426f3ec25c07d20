"""In: a state and a call on descriptors; out: the state with the descriptor tables changed.

Each function answers to one call of the dispatch table and is called only for calls that succeeded (close also when
it was interrupted: Linux has closed the descriptor by then, close(2)).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from grader.kernel.queries import is_held
from grader.kernel.state import PIPE_CAPACITY, STANDARD, Descriptor, Pipe, State, Table, Thing, evolve
from grader.model import Event

READ_ONLY = ("inotify_init", "inotify_init1")
ALWAYS_CLOEXEC = ("pidfd_open", "mq_open", "pidfd_getfd")


def table_of(state: State, event: Event) -> tuple[int, Table] | None:
    """Id and entries of the table that the event's task uses."""
    process = state.processes.get(event.process)
    if process is None:
        return None
    table = state.tables.get(process.table)
    return None if table is None else (process.table, table)


def description_id(event: Event, index: int = 0) -> int:
    """A number for the `index`-th open file description that this event makes; no other event gives the same."""
    return event.n << 8 | index


def has(flags: Iterable[str], ending: str) -> bool:
    """Whether one of the flags ends so: O_CLOEXEC, SOCK_CLOEXEC and EFD_CLOEXEC mean the same."""
    return any(flag.endswith(ending) for flag in flags)


def install(state: State, event: Event, new: Mapping[int, Descriptor]) -> State:
    """`state` with these descriptors in the caller's table; an entry that was there is closed."""
    found = table_of(state, event)
    if found is None:
        return state
    key, old = found
    state = evolve(state, event.n, tables={**state.tables, key: {**old, **new}})
    return sweep(state, event.n, [old[fd] for fd in new if fd in old])


def remove(state: State, event: Event, key: int, fds: Iterable[int]) -> State:
    """`state` with these open descriptors gone from table `key`."""
    table = dict(state.tables[key])
    gone = [table.pop(fd) for fd in fds]
    if not gone:
        return state
    state = evolve(state, event.n, tables={**state.tables, key: table})
    return sweep(state, event.n, gone)


def sweep(state: State, n: int, closed: Iterable[Descriptor]) -> State:
    """`state` without the pipes and things that these closed descriptors were the last to hold."""
    names = {entry.object for entry in closed if entry.object in state.pipes or entry.object in state.things}
    kept = {*STANDARD, *(entry.object for entry in state.passed)}
    lost = {name for name in names if name not in kept and not is_held(state, name)}
    if not lost:
        return state
    return evolve(
        state,
        n,
        pipes={name: pipe for name, pipe in state.pipes.items() if name not in lost},
        things={name: thing for name, thing in state.things.items() if name not in lost},
    )


def open_mode(call: str, flags: tuple[str, ...]) -> str:
    """What an open with these flags may do: `r`, `w`, `rw`, or nothing at all (O_PATH)."""
    if call == "creat" or "O_WRONLY" in flags:
        return "w"
    if "O_RDWR" in flags:
        return "rw"
    return "" if "O_PATH" in flags else "r"


def opened(state: State, event: Event) -> State:
    """open, openat, openat2, creat, mq_open: a new descriptor; a FIFO also begins to hold bytes."""
    flags = event.texts("flags")
    cloexec = event.call in ALWAYS_CLOEXEC or has(flags, "CLOEXEC")
    obj = event.text("object")
    entry = Descriptor(
        obj, open_mode(event.call, flags), cloexec, event.n, has(flags, "NONBLOCK"), description_id(event)
    )
    if event.result is None:
        return state
    state = install(state, event, {event.result: entry})
    if obj.startswith("fifo ") and obj not in state.pipes:
        state = evolve(state, event.n, pipes={**state.pipes, obj: Pipe(obj, event.n)})
    return state


def created(state: State, event: Event) -> State:
    """eventfd2, memfd_create, epoll_create1, …: a new descriptor of a new object."""
    if event.result is None:
        return state
    flags = event.texts("flags")
    obj = event.text("object")
    mode = "r" if event.call in READ_ONLY else "rw"
    cloexec = event.call in ALWAYS_CLOEXEC or has(flags, "CLOEXEC")
    entry = Descriptor(obj, mode, cloexec, event.n, has(flags, "NONBLOCK"), description_id(event))
    return install(state, event, {event.result: entry})


def pidfd(state: State, event: Event) -> State:
    """pidfd_open: a descriptor of the process `target`, ready when that ends."""
    obj = event.text("object")
    thing = Thing(obj, event.n, peer=event.text("target"))
    return created(evolve(state, event.n, things={**state.things, obj: thing}), event)


def signalfd(state: State, event: Event) -> State:
    """signalfd4: a new descriptor, or a new set for an old one; the set is known where the event tells it."""
    known = event.number("fd")
    if known < 0:
        state = created(state, event)
        obj = event.text("object")
    else:
        found = table_of(state, event)
        entry = found[1].get(known) if found else None
        obj = entry.object if entry else ""
    awaited = frozenset(event.texts("set")) if "set" in event.args else None
    old = state.things.get(obj)
    thing = Thing(obj, event.n, awaited=awaited) if old is None else replace(old, awaited=awaited)
    if not obj or thing == old:
        return state
    return evolve(state, event.n, things={**state.things, obj: thing})


def pipe(state: State, event: Event) -> State:
    """pipe, pipe2: two descriptors, two open file descriptions, one pipe."""
    flags = event.texts("flags")
    cloexec, nonblock = has(flags, "CLOEXEC"), has(flags, "NONBLOCK")
    obj, read, write = event.text("object"), event.number("read"), event.number("write")
    if read < 0 or write < 0:
        return state  # its caller was killed inside the call
    made = Pipe(obj, event.n, capacity=event.number("capacity", PIPE_CAPACITY))
    state = evolve(state, event.n, pipes={**state.pipes, obj: made})
    ends = {
        read: Descriptor(obj, "r", cloexec, event.n, nonblock, description_id(event)),
        write: Descriptor(obj, "w", cloexec, event.n, nonblock, description_id(event, 1)),
    }
    return install(state, event, ends)


def close(state: State, event: Event) -> State:
    """close: the descriptor is gone; a number that is not open changes nothing (EBADF)."""
    found = table_of(state, event)
    fd = event.number("fd")
    if found is None or fd not in found[1]:
        return state
    return remove(state, event, found[0], (fd,))


def close_range(state: State, event: Event) -> State:
    """Closes, or marks close-on-exec, all from first to last, perhaps in a copied table: man close_range."""
    flags = event.texts("flags")
    if has(flags, "UNSHARE"):
        state = unshare(state, event)
    found = table_of(state, event)
    if found is None:
        return state
    key, table = found
    first, last = event.number("first"), event.number("last")
    # The kernel takes unsigned numbers; a tracer that shows ~0 as -1 means "to the end" just the same.
    inside = [fd for fd in table if fd >= first and (last < 0 or fd <= last)]
    if has(flags, "CLOEXEC"):
        return _changed(state, event, {fd: replace(table[fd], cloexec=True) for fd in inside})
    return remove(state, event, key, inside)


def unshare(state: State, event: Event) -> State:
    """`state` with the caller's table its own: a copy, when another live process uses the same."""
    process = state.processes[event.process]
    shared = any(
        other.table == process.table and other.exit is None and other.name != process.name
        for other in state.processes.values()
    )
    if not shared:
        return state
    return evolve(
        state,
        event.n,
        processes={**state.processes, process.name: replace(process, table=event.n)},
        tables={**state.tables, event.n: state.tables[process.table]},
    )


def dup(state: State, event: Event) -> State:
    """dup, dup2, dup3: one more descriptor of the same open file description, kept at exec unless O_CLOEXEC says so."""
    return _duplicate(state, event, has(event.texts("flags"), "CLOEXEC"))


def _duplicate(state: State, event: Event, cloexec: bool) -> State:
    found = table_of(state, event)
    fd, to = event.number("fd"), event.result
    if found is None or to is None or to == fd or fd not in found[1]:
        return state
    return install(state, event, {to: replace(found[1][fd], cloexec=cloexec, opened=event.n)})


def _changed(state: State, event: Event, new: Mapping[int, Descriptor]) -> State:
    """`state` with entries replaced in the caller's table, the same state when they are equal."""
    found = table_of(state, event)
    if found is None or all(found[1].get(fd) == entry for fd, entry in new.items()):
        return state
    return evolve(state, event.n, tables={**state.tables, found[0]: {**found[1], **new}})


def _set_cloexec(state: State, event: Event, value: bool) -> State:
    found = table_of(state, event)
    fd = event.number("fd")
    if found is None or fd not in found[1]:
        return state
    return _changed(state, event, {fd: replace(found[1][fd], cloexec=value)})


def _set_nonblock(state: State, event: Event, value: bool) -> State:
    """The flag belongs to the open file description: every descriptor that shares it changes, in every table."""
    found = table_of(state, event)
    entry = found[1].get(event.number("fd")) if found else None
    if entry is None or entry.nonblock == value:
        return state
    same = entry.description
    tables = {
        key: {fd: replace(each, nonblock=value) if each.description == same else each for fd, each in table.items()}
        for key, table in state.tables.items()
    }
    return evolve(state, event.n, tables=tables)


def _set_capacity(state: State, event: Event) -> State:
    found = table_of(state, event)
    entry = found[1].get(event.number("fd")) if found else None
    size = event.result or event.number("value", 0)
    old = state.pipes.get(entry.object) if entry else None
    if old is None or size <= 0 or old.capacity == size:
        return state
    return evolve(state, event.n, pipes={**state.pipes, old.name: replace(old, capacity=size)})


FCNTL: Mapping[str, Callable[[State, Event], State]] = {
    "F_DUPFD": lambda state, event: _duplicate(state, event, cloexec=False),
    "F_DUPFD_CLOEXEC": lambda state, event: _duplicate(state, event, cloexec=True),
    "F_SETFD": lambda state, event: _set_cloexec(
        state, event, "FD_CLOEXEC" in event.texts("flags") or event.number("value", 0) & 1 == 1
    ),
    "F_SETFL": lambda state, event: _set_nonblock(state, event, has(event.texts("flags"), "NONBLOCK")),
    "F_SETPIPE_SZ": _set_capacity,
}
IOCTL: Mapping[str, Callable[[State, Event], State]] = {
    "FIONBIO": lambda state, event: _set_nonblock(state, event, event.number("value", 0) != 0),
    "FIOCLEX": lambda state, event: _set_cloexec(state, event, value=True),
    "FIONCLEX": lambda state, event: _set_cloexec(state, event, value=False),
}


def fcntl(state: State, event: Event) -> State:
    """fcntl: duplicates and flags; every other command changes nothing here."""
    act = FCNTL.get(event.text("command"))
    return state if act is None else act(state, event)


def queue_flags(state: State, event: Event) -> State:
    """mq_getsetattr: O_NONBLOCK, where new attributes were passed (mq_getattr(3)); to ask changes nothing."""
    if "flags" not in event.args:
        return state
    return _set_nonblock(state, event, has(event.texts("flags"), "NONBLOCK"))


def ioctl(state: State, event: Event) -> State:
    """ioctl: the three requests that change flags; every other changes nothing here."""
    act = IOCTL.get(event.text("request"))
    return state if act is None else act(state, event)

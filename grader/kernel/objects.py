"""In: a state and a call on a socket or a name; out: the state with `things` or `names` changed."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import replace

from grader.kernel.descriptors import description_id, has, install, opened
from grader.kernel.state import Descriptor, Named, State, Thing, evolve
from grader.model import Event

SHM = "/dev/shm/"
QUEUES = "/dev/mqueue/"
SYSTEM_V = ("sysv-shm", "sysv-sem", "sysv-msg")
TIMEOUT_OPTIONS = ("SO_RCVTIMEO", "SO_SNDTIMEO")


def path_key(path: str) -> str:
    """The key of a path in `State.names`: the same for `./a` and `a`, `//tmp/a` and `/tmp/a`."""
    clean = posixpath.normpath(path) if path else ""
    return clean[1:] if clean.startswith("//") else clean


def queue_key(path: str) -> str:
    """The key of a POSIX message queue: its file in /dev/mqueue (mq_overview(7)); a leading `/` makes no difference."""
    return QUEUES + path.lstrip("/")


def _named(kind: str, key: str, event: Event) -> Named:
    """The entry for a path, with type and name as a person knows them (sem_overview(7): /dev/shm/sem.NAME)."""
    if key.startswith(QUEUES):
        return Named("queue", "/" + key.removeprefix(QUEUES), event.n, event.process)
    if key.startswith(SHM):
        name = key.removeprefix(SHM)
        semaphore = name.startswith("sem.")
        return Named("semaphore" if semaphore else "shm", "/" + name.removeprefix("sem."), event.n, event.process)
    return Named(kind, key, event.n, event.process)


def _with_name(state: State, event: Event, key: str, named: Named) -> State:
    return evolve(state, event.n, names={**state.names, key: named})


def open_named(state: State, event: Event) -> State:
    """A descriptor (open(2)), and with O_CREAT in /dev/shm or /dev/mqueue an object that outlives the process."""
    state = opened(state, event)
    path = event.text("path")
    if not path.startswith("/dev/"):
        return state
    key = path_key(path)
    if "O_CREAT" not in event.texts("flags") or key in state.names or not key.startswith((SHM, QUEUES)):
        return state
    return _with_name(state, event, key, _named("shm", key, event))


def mq_open(state: State, event: Event) -> State:
    """mq_open: a descriptor, and with O_CREAT a queue that outlives the process."""
    state = opened(state, event)
    key = queue_key(event.text("path"))
    if "O_CREAT" not in event.texts("flags") or key in state.names:
        return state
    return _with_name(state, event, key, _named("queue", key, event))


def mknod(state: State, event: Event) -> State:
    """mknod, mknodat: a FIFO or a socket in the file system (regular files are not followed)."""
    kind, key = event.text("type"), path_key(event.text("path"))
    return _with_name(state, event, key, _named(kind, key, event)) if kind in {"fifo", "socket"} and key else state


def _without(state: State, event: Event, key: str) -> State:
    if key not in state.names:
        return state
    return evolve(state, event.n, names={name: each for name, each in state.names.items() if name != key})


def unlink(state: State, event: Event) -> State:
    """unlink, unlinkat, rmdir: the name is gone."""
    return _without(state, event, path_key(event.text("path")))


def mq_unlink(state: State, event: Event) -> State:
    """mq_unlink: the queue's name is gone."""
    return _without(state, event, queue_key(event.text("path")))


def link(state: State, event: Event) -> State:
    """link, linkat: one more name (sem_open makes a semaphore under a temporary name, links it, unlinks the first)."""
    old, key = state.names.get(path_key(event.text("path"))), path_key(event.text("to"))
    return state if old is None or not key else _with_name(state, event, key, _named(old.type, key, event))


def rename(state: State, event: Event) -> State:
    """Another name, and what had that name is gone (rename(2); renameat2 may exchange the two)."""
    source, target = path_key(event.text("path")), path_key(event.text("to"))
    old, other = state.names.get(source), state.names.get(target)
    if source == target or (old is None and other is None):
        return state
    names = {name: each for name, each in state.names.items() if name not in {source, target}}
    if old is not None:
        names[target] = _named(old.type, target, event)
    if other is not None and "RENAME_EXCHANGE" in event.texts("flags"):
        names[source] = _named(other.type, source, event)
    return evolve(state, event.n, names=names)


def sysv_get(state: State, event: Event) -> State:
    """shmget, semget, msgget: a System V object; it outlives everybody until IPC_RMID."""
    name = event.text("id")
    kind = name.partition(" ")[0]
    if kind not in SYSTEM_V or name in state.names:
        return state
    return _with_name(state, event, name, Named(kind, name, event.n, event.process))


def sysv_control(state: State, event: Event) -> State:
    """shmctl, semctl, msgctl: only IPC_RMID changes what exists."""
    return _without(state, event, event.text("id")) if event.text("command") == "IPC_RMID" else state


def socket(state: State, event: Event) -> State:
    """socket: a descriptor of a new socket."""
    return _with_socket(state, event, Thing(event.text("object"), event.n, family=event.text("family")))


def accepted(state: State, event: Event) -> State:
    """accept, accept4: a descriptor of a new socket, connected to `peer`."""
    name, peer = event.text("accepted"), event.text("peer")
    listening = state.things.get(event.text("object"))
    family = "" if listening is None else listening.family
    state = _with_socket(state, event, Thing(name, event.n, peer, family))
    other = state.things.get(peer)
    if other is None or not name or other.peer == name:
        return state
    return evolve(state, event.n, things={**state.things, peer: replace(other, peer=name)})


def _with_socket(state: State, event: Event, thing: Thing) -> State:
    if event.result is None or not thing.name:
        return state
    state = evolve(state, event.n, things={**state.things, thing.name: thing})
    return install(state, event, {event.result: _socket_entry(event, thing.name, 0)})


def _socket_entry(event: Event, name: str, index: int) -> Descriptor:
    flags = (*event.texts("flags"), *event.texts("type"), *event.text("type").split("|"))
    cloexec, nonblock = has(flags, "CLOEXEC"), has(flags, "NONBLOCK")
    return Descriptor(name, "rw", cloexec, event.n, nonblock, description_id(event, index))


def socketpair(state: State, event: Event) -> State:
    """socketpair: two sockets, each the peer of the other."""
    pair = event.args.get("pair")
    first, second = event.text("object"), event.text("peer")
    fds = [fd for fd in pair if isinstance(fd, int)] if isinstance(pair, tuple) else []
    if len(fds) != 2 or not first or not second:
        return state
    family = event.text("family")
    things: Mapping[str, Thing] = {
        **state.things,
        first: Thing(first, event.n, peer=second, family=family),
        second: Thing(second, event.n, peer=first, family=family),
    }
    state = evolve(state, event.n, things=things)
    ends = zip(fds, (first, second), strict=True)
    return install(state, event, {fd: _socket_entry(event, name, index) for index, (fd, name) in enumerate(ends)})


def bind(state: State, event: Event) -> State:
    """bind: a Unix socket with a path leaves a file behind (unix(7)); abstract and network addresses do not."""
    address = event.text("address")
    thing = state.things.get(event.text("object"))
    family = thing.family if thing is not None else ""
    if thing is not None and address:
        state = evolve(state, event.n, things={**state.things, thing.name: replace(thing, address=address)})
    if not address or address.startswith("@") or family not in {"AF_UNIX", "AF_LOCAL"}:
        return state
    key = path_key(address)
    return _with_name(state, event, key, _named("socket", key, event))


def listen(state: State, event: Event) -> State:
    """listen: from now on others can connect to it."""
    thing = state.things.get(event.text("object"))
    if thing is None or thing.listening:
        return state
    return evolve(state, event.n, things={**state.things, thing.name: replace(thing, listening=True)})


def setsockopt(state: State, event: Event) -> State:
    """setsockopt: a receive or send timeout makes every wait on the socket a timed one."""
    thing = state.things.get(event.text("object"))
    if thing is None or thing.timed or event.text("option") not in TIMEOUT_OPTIONS:
        return state
    return evolve(state, event.n, things={**state.things, thing.name: replace(thing, timed=True)})

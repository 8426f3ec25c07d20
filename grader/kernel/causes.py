"""In: a state, a task and a descriptor it sleeps on; out: `Cause`, what it waits for and who could end that.

Signals and timers are not looked at here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from grader.frozen import dataclass
from grader.kernel.queries import READ, WRITE, Holder, descriptor, held_outside, holders, others, tasks_of
from grader.kernel.signal_sets import NOT_FROM_OUTSIDE
from grader.kernel.state import STANDARD, Descriptor, State, Task

EITHER = "either"


@dataclass(frozen=True, slots=True)
class Cause:
    """Like `Wait`, without the task: `what` continues the words "P1 waits in", `why` are the reasons, one each."""

    what: str
    objects: tuple[str, ...]
    providers: frozenset[str]
    outside: bool
    timer: bool
    why: tuple[str, ...]


def unproved(what: str, why: str, *objects: str) -> Cause:
    """A wait of which the model cannot say who could end it: the outside may."""
    return Cause(what, objects, frozenset(), True, False, (why,))


def union(call: str, causes: tuple[Cause, ...]) -> Cause:
    """The wait for any of several things."""
    return Cause(
        f"{call} for any of: " + ", ".join(cause.what.removeprefix(call) for cause in causes),
        tuple(dict.fromkeys(obj for cause in causes for obj in cause.objects)),
        frozenset[str]().union(*(cause.providers for cause in causes)),
        any(cause.outside for cause in causes),
        any(cause.timer for cause in causes),
        tuple(dict.fromkeys(part for cause in causes for part in cause.why)),
    )


def on_descriptor(state: State, task: Task, call: str, fd: int, way: str) -> Cause:
    """The wait until `fd` can be read or written (`way`: read, write; either: as the descriptor's mode says)."""
    entry = descriptor(state, task.name, fd)
    if entry is None:
        return unproved(f"{call}(fd {fd})", "the descriptor is not known")
    return on_entry(state, task, call, fd, entry, way)


def on_entry(state: State, task: Task, call: str, fd: int, entry: Descriptor, way: str) -> Cause:
    """The same for a descriptor that is known, also if the task has closed its number (a member of an epoll set)."""
    if way == EITHER:
        way = READ if "r" in entry.mode else WRITE
    kind = entry.object if entry.object in STANDARD else entry.object.partition(" ")[0]
    cause = KINDS.get(kind, _unknown)(state, task, entry, way)
    cause = replace(cause, what=f"{call}(fd {fd}) on {cause.what}")
    if any(sent.object in {entry.object, _peer(state, entry)} for sent in state.passed) and not cause.outside:
        why = "a descriptor of it travels in a message, which any task may receive"
        cause = replace(cause, providers=others(state, task), why=(*cause.why, why))
    return cause


def ends(found: tuple[Holder, ...], task: Task) -> str:
    """The holders in words: `P1 itself (fd 4, since event 12), P0 (fd 4, since event 12)`."""
    by_process: dict[str, list[Holder]] = {}
    for holder in found:
        by_process.setdefault(holder.process, []).append(holder)
    words = []
    for name, held in by_process.items():
        who = f"{name} itself" if name == task.process else name
        words.append(f"{who} ({', '.join(f'fd {each.fd}, since event {each.since}' for each in held)})")
    return ", ".join(words)


def _pipe(state: State, task: Task, entry: Descriptor, way: str) -> Cause:
    """A reader waits for whoever holds a write end, a writer on a full pipe for whoever holds a read end (pipe(7))."""
    obj, far = entry.object, WRITE if way == READ else READ
    found = holders(state, obj, far)
    what = f"{obj}, which is full" if way == WRITE else obj
    if held_outside(state, obj, far):
        return Cause(what, (obj,), frozenset(), True, False, (f"the outside holds its {far} end",))
    if not found:
        return unproved(what, f"nobody is known to hold its {far} end", obj)
    providers = tasks_of(state, (holder.process for holder in found))
    return Cause(what, (obj,), providers, False, False, (f"{far} ends still open: {ends(found, task)}",))


def _fifo(state: State, task: Task, entry: Descriptor, way: str) -> Cause:
    """As a pipe; but any live task could open it by its name."""
    cause = _pipe(state, task, entry, way)
    return cause if cause.outside else replace(cause, providers=others(state, task))


def _socket(state: State, task: Task, entry: Descriptor, way: str) -> Cause:
    """A connected socket whose peer the tree holds; of any other the outside may know more than the model."""
    del way
    thing = state.things.get(entry.object)
    peer = _peer(state, entry)
    found = holders(state, peer, READ) if peer else ()
    if thing is None or not found:
        return unproved(entry.object, "its other end is not known to be held in the tree", entry.object)
    timer = thing.timed
    same = holders(state, entry.object, READ)
    providers = tasks_of(state, (holder.process for holder in (*found, *same)))
    why = f"its other end, {peer}, is still open: {ends(found, task)}"
    return Cause(entry.object, (entry.object,), providers, False, timer, (why,))


def _peer(state: State, entry: Descriptor) -> str:
    thing = state.things.get(entry.object)
    return "" if thing is None else thing.peer


def _pidfd(state: State, task: Task, entry: Descriptor, way: str) -> Cause:
    """A pidfd is ready when its process ends (pidfd_open(2))."""
    del task, way
    target = _peer(state, entry)
    tasks = tasks_of(state, (target,))
    if not tasks:
        return unproved(entry.object, "its process is not known to live", entry.object)
    return Cause(entry.object, (entry.object,), tasks, False, False, (f"{target} is still alive",))


def _shared(state: State, task: Task, entry: Descriptor, way: str) -> Cause:
    """Whoever holds it could change it."""
    del way
    found = holders(state, entry.object, READ)
    providers = tasks_of(state, (holder.process for holder in found))
    return Cause(entry.object, (entry.object,), providers, False, False, (f"held by: {ends(found, task)}",))


def _eventfd(state: State, task: Task, entry: Descriptor, way: str) -> Cause:
    cause = _shared(state, task, entry, way)
    return replace(cause, why=("nobody has written to it" if way == READ else "nobody has read it", *cause.why))


def _timerfd(state: State, task: Task, entry: Descriptor, way: str) -> Cause:
    thing = state.things.get(entry.object)
    cause = _shared(state, task, entry, way)
    if thing is None or thing.armed is None:
        return replace(cause, why=("it is not armed", *cause.why))
    return replace(cause, timer=True, why=(f"armed since event {thing.armed.since}",))


def _signalfd(state: State, task: Task, entry: Descriptor, way: str) -> Cause:
    del way
    thing = state.things.get(entry.object)
    awaited = thing.awaited if thing is not None else None
    if awaited is None or awaited - NOT_FROM_OUTSIDE:
        return unproved(entry.object, "its signals can come from outside", entry.object)
    why = f"only its signals can end it: {', '.join(sorted(awaited)) or 'it has none'}"
    return Cause(entry.object, (entry.object,), others(state, task), False, False, (why,))


def _queue(state: State, task: Task, entry: Descriptor, way: str) -> Cause:
    why = "nobody has sent a message" if way == READ else "nobody has taken a message out of the full queue"
    return Cause(entry.object, (entry.object,), others(state, task), False, False, (why,))


def _unknown(state: State, task: Task, entry: Descriptor, way: str) -> Cause:
    del state, task, way
    return unproved(entry.object, "the model does not know who could end it", entry.object)


KINDS: Mapping[str, Callable[[State, Task, Descriptor, str], Cause]] = {
    **dict.fromkeys((*STANDARD, "pipe"), _pipe),
    "fifo": _fifo,
    "socket": _socket,
    "eventfd": _eventfd,
    "timerfd": _timerfd,
    "signalfd": _signalfd,
    "queue": _queue,
    "pidfd": _pidfd,
}

"""In: a state, and a call on an epoll set or a task that waits for one; out: the set's members, or who could end the wait."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from grader.kernel.causes import EITHER, Cause, on_entry, union, unproved
from grader.kernel.descriptors import created
from grader.kernel.queries import READ, WRITE, descriptor, holders, others, tasks_of
from grader.kernel.state import State, Task, Thing, Watch, evolve
from grader.model import Event

KIND = "epoll "


def made(state: State, event: Event) -> State:
    """epoll_create, epoll_create1: a descriptor of a new set, which is empty."""
    obj = event.text("object")
    if event.result is None or not obj:
        return state
    thing = Thing(obj, event.n, watched=())
    return created(evolve(state, event.n, things={**state.things, obj: thing}), event)


def controlled(state: State, event: Event) -> State:
    """epoll_ctl: a member comes, goes or changes. One that the model does not know makes the whole set unknown."""
    thing = state.things.get(event.text("object"))
    if thing is None or thing.watched is None:
        return state
    entry = descriptor(state, event.task, event.number("target"))
    watched: tuple[Watch, ...] | None = None
    if entry is not None and event.text("op") in {"EPOLL_CTL_ADD", "EPOLL_CTL_MOD", "EPOLL_CTL_DEL"}:
        new = Watch(event.number("target"), entry, event.texts("events"))
        # A member is the pair of number and open file description (epoll(7), Questions 0).
        kept = (old for old in thing.watched if (old.fd, old.entry.description) != (new.fd, entry.description))
        watched = (*kept, *(() if event.text("op") == "EPOLL_CTL_DEL" else (new,)))
    return evolve(state, event.n, things={**state.things, thing.name: replace(thing, watched=watched)})


def watches(state: State, task: Task, event: Event) -> Cause:
    """The wait of epoll_wait without a time limit: whoever could make a member ready, or could add another, may end it."""
    thing = state.things.get(event.text("object"))
    what = f"{event.call}(fd {event.number('fd')})"
    if thing is None or thing.watched is None:
        return unproved(what, "not all that this epoll set watches is known")
    alive = [watch for watch in thing.watched if _is_open(state, watch)]
    causes = [
        on_entry(state, task, event.call, watch.fd, watch.entry, way) for watch in alive for way in asked(watch.events)
    ]
    adders = tasks_of(state, (holder.process for holder in holders(state, thing.name, READ)))
    if any(entry.object == thing.name for entry in state.passed):
        adders = others(state, task)
    if not causes:
        why = "its epoll set is empty, so only a signal can end it"
        return Cause(f"{what} on {thing.name}", (thing.name,), others(state, task), False, False, (why,))
    cause = union(event.call, tuple(causes))
    return replace(cause, providers=cause.providers | adders)


def asked(events: Iterable[str]) -> list[str]:
    """For what a descriptor is watched: read, write, both; either where only errors and hang-ups are (poll(2))."""
    names = " ".join(events)
    ways = ((READ, "IN"), (READ, "RDNORM"), (READ, "RDHUP"), (WRITE, "OUT"), (WRITE, "WRNORM"))
    # Errors and hang-ups are always watched for: whoever holds the far end can end the wait.
    return list(dict.fromkeys(way for way, sign in ways if sign in names)) or [EITHER]


def _is_open(state: State, watch: Watch) -> bool:
    """Whether the open file description may still be held; else the kernel has taken it out of the set.

    A descriptor of the same object counts as well: one that came in a message may be the same description.
    """
    same = watch.entry.object
    held = any(entry.object == same for table in state.tables.values() for entry in table.values())
    return held or any(entry.object == same for entry in state.passed)

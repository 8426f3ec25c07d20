"""In: a call that waits for descriptors, held at its stops; out: the args of its event (docs/events.md)."""

from __future__ import annotations

from grader.model import Arg
from grader.trace import memory
from grader.trace.context import Context, Spec
from grader.trace.names import flag_names, signal_set


def _set(c: Context, index: int) -> tuple[str, ...]:
    return signal_set(memory.number(c.tid, c.raw[index], "<Q"))


_POLL = {"POLLIN": 1, "POLLPRI": 2, "POLLOUT": 4, "POLLERR": 8, "POLLHUP": 16, "POLLNVAL": 32}


def _poll(c: Context) -> dict[str, Arg]:
    if c.name == "poll":
        timeout = c.limit(None if c.int32(2) < 0 else c.int32(2) * 10**6)
        return {"fds": _poll_fds(c), "timeout": timeout, "mask": None}
    mask = _set(c, 3) if c.raw[3] else None
    return {"fds": _poll_fds(c), "timeout": c.limit(memory.duration(c.tid, c.raw[2])), "mask": mask}


def _poll_fds(c: Context) -> tuple[Arg, ...]:
    watched = memory.numbers(c.tid, c.raw[0], "<ihh", min(c.raw[1], 1024))
    return tuple(
        {
            "fd": fd, "object": c.world.object_of(c.task, fd), "events": flag_names(events, _POLL),
            "revents": flag_names(revents, _POLL),
        }
        for fd, events, revents in watched
    )  # fmt: skip


def _poll_done(c: Context, _result: int) -> None:
    c.args["fds"] = _poll_fds(c)


def _select_sets(c: Context) -> dict[str, Arg]:
    count = min(max(c.int32(0), 0), 4096)
    return {name: memory.bits(c.tid, c.raw[at], count) for at, name in ((1, "read"), (2, "write"), (3, "except"))}


def _select(c: Context) -> dict[str, Arg]:
    unit = 1000 if c.name == "select" else 1
    mask = None
    if c.name == "pselect6" and c.raw[5]:
        pointer = memory.number(c.tid, c.raw[5], "<Q")
        mask = signal_set(memory.number(c.tid, pointer, "<Q")) if pointer else None
    return _select_sets(c) | {
        "timeout": c.limit(memory.duration(c.tid, c.raw[4], unit, strict=unit == 1)),
        "mask": mask,
    }


def _select_done(c: Context, _result: int) -> None:
    c.args["ready"] = _select_sets(c)


_EPOLL = {"EPOLLIN": 1, "EPOLLPRI": 2, "EPOLLOUT": 4, "EPOLLERR": 8, "EPOLLHUP": 16, "EPOLLRDHUP": 0x2000}


def _epoll_wait(c: Context) -> dict[str, Arg]:
    milliseconds = None if c.int32(3) < 0 else c.int32(3) * 10**6
    timeout = memory.duration(c.tid, c.raw[3]) if c.name == "epoll_pwait2" else milliseconds
    mask = _set(c, 4) if c.name != "epoll_wait" and c.raw[4] else None
    return c.descriptor() | {"timeout": c.limit(timeout), "mask": mask}


def _epoll_wait_done(c: Context, result: int) -> None:
    found = memory.numbers(c.tid, c.raw[1], "<Iii", result)
    c.args["ready"] = tuple({"fd": fd, "events": flag_names(events, _EPOLL)} for events, fd, _ in found)


def _epoll_ctl(c: Context) -> dict[str, Arg]:
    op = {1: "EPOLL_CTL_ADD", 2: "EPOLL_CTL_DEL", 3: "EPOLL_CTL_MOD"}.get(c.int32(1), str(c.int32(1)))
    events = memory.number(c.tid, c.raw[3], "<I") if c.raw[3] else 0
    return c.descriptor() | {"op": op, "target": c.int32(2), "events": flag_names(events, _EPOLL)}


POLL, SELECT = Spec(_poll, _poll_done), Spec(_select, _select_done)
EPOLL_WAIT = Spec(_epoll_wait, _epoll_wait_done)

SPECS: dict[str, Spec] = {
    "poll": POLL, "ppoll": POLL, "select": SELECT, "pselect6": SELECT,
    "epoll_wait": EPOLL_WAIT, "epoll_pwait": EPOLL_WAIT, "epoll_pwait2": EPOLL_WAIT, "epoll_ctl": Spec(_epoll_ctl),
}  # fmt: skip

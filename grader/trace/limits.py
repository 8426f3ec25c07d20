"""In: a call with a time limit, held at its entry; out: the same call without, and at its end what the limit would have given.

The kernel's own clock must not end a wait: the call is made to wait for ever, its virtual deadline is kept, and when nothing
else can move the sleeper is interrupted from outside.
"""

from __future__ import annotations

import contextlib
import errno
import struct

from grader.box import ptrace
from grader.box.numbers import NUMBERS
from grader.trace.clock import Clock
from grader.trace.context import Context
from grader.trace.socket_limits import CALLS as SOCKET_CALLS
from grader.trace.task import Interrupted, Tracee

SLEEPS = frozenset({"nanosleep", "clock_nanosleep"})
RESTARTS = frozenset(range(-516, -511))  # ERESTARTSYS … ERESTART_RESTARTBLOCK, linux/errno.h
RESTART_IF_ASKED, RESTART_ALWAYS, RESTART_UNLESS_HANDLED, RESTART_BY_FUNCTION = -512, -513, -514, -516
_PAUSE = NUMBERS["pause"]

# Which argument holds the limit, and what stands there when there is none.
_ENDLESS: dict[str, tuple[int, int]] = {
    "poll": (2, -1), "ppoll": (2, 0), "select": (4, 0), "pselect6": (4, 0), "epoll_wait": (3, -1), "epoll_pwait": (3, -1),
    "epoll_pwait2": (3, 0), "futex": (3, 0), "rt_sigtimedwait": (2, 0), "semtimedop": (3, 0), "mq_timedsend": (4, 0),
    "mq_timedreceive": (4, 0),
}  # fmt: skip
_EXPIRED: dict[str, int] = {
    "futex": -errno.ETIMEDOUT, "mq_timedsend": -errno.ETIMEDOUT, "mq_timedreceive": -errno.ETIMEDOUT,
    "rt_sigtimedwait": -errno.EAGAIN, "semtimedop": -errno.EAGAIN, **dict.fromkeys(SOCKET_CALLS, -errno.EAGAIN),
}  # fmt: skip
_TELLS_REST = {"ppoll": (2, 1), "select": (4, 1000), "pselect6": (4, 1)}
# With a limit the kernel never restarts these after a handler, whatever SA_RESTART says (signal(7)).
_GIVE_UP = frozenset({"futex", *SOCKET_CALLS})
_FD_SETS = frozenset({"select", "pselect6"})


def enter(tracee: Tracee, c: Context) -> None:
    """At the entry of a call whose context has a deadline: take the limit away."""
    tracee.deadline = c.deadline
    if c.name in SLEEPS:
        ptrace.set_number(c.tid, _PAUSE)
    elif c.name in _ENDLESS:
        ptrace.set_argument(c.tid, *_ENDLESS[c.name])


def resume(clock: Clock, interrupted: Interrupted, c: Context) -> None:
    """At the entry of a call that the kernel has restarted: it goes on with the deadline that it had."""
    if c.name == interrupted.call and c.deadline is not None:
        c.deadline = interrupted.deadline
        c.args["duration" if c.name in SLEEPS else "timeout"] = max(0, c.deadline - clock.now)


def interrupted(result: int) -> bool:
    """Whether this result says that a signal, or we, ended the wait."""
    return result in RESTARTS or result == -errno.EINTR


def leave(clock: Clock, tracee: Tracee, c: Context, result: int) -> int:
    """At the exit of the same call: undo what `enter` did; returns the result as the program would have it."""
    if c.name in SLEEPS:
        ptrace.set_number(c.tid, NUMBERS[c.name])
    elif c.name in _ENDLESS:
        index = _ENDLESS[c.name][0]
        ptrace.set_argument(c.tid, index, c.raw[index])
    deadline, expired = tracee.deadline, tracee.expired
    tracee.deadline, tracee.expired = None, False
    assert deadline is not None
    if expired and interrupted(result):
        result = _EXPIRED.get(c.name, 0)
        if c.name in _FD_SETS:
            _nothing_ready(c)
    elif result in RESTARTS and (c.name in _GIVE_UP or result == RESTART_BY_FUNCTION):
        result = RESTART_UNLESS_HANDLED
    if interrupted(result):
        tracee.interrupted = Interrupted(c.name, deadline, _rest_at(c))
    ptrace.answer(c.tid, result)
    if c.name in _TELLS_REST:
        index, unit = _TELLS_REST[c.name]
        write_rest(c.tid, c.raw[index], deadline - clock.now, unit)
    return result


def _rest_at(c: Context) -> int:
    """Where a sleep that a handler ends tells how much is left (nanosleep(2), clock_nanosleep(2))."""
    if c.name == "nanosleep":
        return c.raw[1]
    return c.raw[3] if c.name == "clock_nanosleep" and not c.raw[1] & 1 else 0


def write_rest(tid: int, address: int, left: int, unit: int = 1) -> None:
    """Tell the program how much of its time is left; like the kernel, do nothing where it cannot be written."""
    seconds, rest = divmod(max(left, 0), 10**9)
    if address:
        with contextlib.suppress(OSError):
            ptrace.write(tid, address, struct.pack("<qq", seconds, rest // unit))


def _nothing_ready(c: Context) -> None:
    """An interrupted select leaves the sets as they were; one that ran out of time empties them."""
    size = (max(c.int32(0), 0) + 63) // 64 * 8
    for index in (1, 2, 3):
        if c.raw[index]:
            with contextlib.suppress(OSError):
                ptrace.write(c.tid, c.raw[index], bytes(size))

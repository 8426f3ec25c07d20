"""In: SO_RCVTIMEO and SO_SNDTIMEO, and calls on such sockets; out: the same limits, but going by virtual time (socket(7)).

The kernel never learns of the limit: its clock must not end a wait. What the program asked for is kept here by the socket's
name, and each later call on it gets a virtual deadline.
"""

from __future__ import annotations

import socket
import struct

from grader.box import ptrace
from grader.model import Arg
from grader.trace import memory
from grader.trace.context import Context, Spec

_RECEIVE, _SEND = "SO_RCVTIMEO", "SO_SNDTIMEO"
OPTIONS: dict[int, str] = {20: _RECEIVE, 21: _SEND, 66: _RECEIVE, 67: _SEND}  # the last two: asm-generic/socket.h, _NEW
CALLS: dict[str, str] = {
    **dict.fromkeys(("read", "readv", "recvfrom", "recvmsg", "accept", "accept4"), _RECEIVE),
    **dict.fromkeys(("write", "writev", "sendto", "sendmsg", "connect"), _SEND),
}
_SCRATCH = 1024  # below the stack pointer and its red zone, where nothing of the program can lie
_VALUE = 3


def enter(c: Context) -> None:
    """At the entry of setsockopt: the kernel is told of no limit at all, and still judges descriptor and size."""
    duration = c.args.get("duration")
    if isinstance(duration, int) and duration > 0:
        address = (c.stack - _SCRATCH) & ~0xF
        ptrace.write(c.tid, address, bytes(16))
        ptrace.set_argument(c.tid, _VALUE, address)
        c.note = (1,)


def leave(c: Context) -> None:
    """At its exit: the program finds its registers as they were."""
    if c.note:
        ptrace.set_argument(c.tid, _VALUE, c.raw[_VALUE])


def limit(c: Context) -> None:
    """At the entry of any call: give one that may wait on a socket with a limit its deadline."""
    option = CALLS.get(c.name)
    if option is None or not c.world.socket_limits or c.args.get("nonblock") is True:
        return
    length = c.world.socket_limits.get((str(c.args.get("object")), option))
    if length is not None:
        c.args["timeout"] = c.limit(length)


def _option(c: Context) -> dict[str, Arg]:
    ours = OPTIONS.get(c.int32(2)) if c.int32(1) == socket.SOL_SOCKET else None
    args = c.descriptor() | {"option": ours or str(c.int32(2))}
    if ours and c.name == "setsockopt":
        args["duration"] = memory.duration(c.tid, c.raw[_VALUE], 1000)
    return args


def _set(c: Context, _result: int) -> None:
    key = (str(c.args["object"]), str(c.args["option"]))
    duration = c.args.get("duration")
    if isinstance(duration, int) and duration > 0:
        c.world.socket_limits[key] = duration
    else:
        c.world.socket_limits.pop(key, None)


def _get(c: Context, _result: int) -> None:
    length = c.world.socket_limits.get((str(c.args["object"]), str(c.args["option"])))
    if length is not None:
        seconds, rest = divmod(length, 10**9)
        ptrace.write(c.tid, c.raw[_VALUE], struct.pack("<qq", seconds, rest // 1000))


SPECS: dict[str, Spec] = {"setsockopt": Spec(_option, _set), "getsockopt": Spec(_option, _get)}

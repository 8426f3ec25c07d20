"""In: a call on descriptors, files or pipes, held at its stops; out: the args and data of its event (docs/events.md)."""

from __future__ import annotations

import os
import socket

from grader.box import ptrace
from grader.model import Arg
from grader.trace import memory
from grader.trace.context import Context, Spec
from grader.trace.names import FCNTL, IOCTL, fd_flags, flag_names, open_flags, signal_set


def _pipe(c: Context) -> dict[str, Arg]:
    return {"flags": fd_flags(c.int32(1)) if c.name == "pipe2" else ()}


def _pipe_done(c: Context, _result: int) -> None:
    pair = memory.numbers(c.tid, c.raw[0], "<ii")
    if pair:
        c.args |= {"read": pair[0][0], "write": pair[0][1]}
        c.args["object"] = c.world.objects.identify(c.tid, pair[0][0], "pipe")


def _socketpair(c: Context) -> dict[str, Arg]:
    return _socket(c)


def _socketpair_done(c: Context, _result: int) -> None:
    pair = memory.numbers(c.tid, c.raw[3], "<ii")
    if pair:
        c.args["pair"] = pair[0]
        c.args["object"] = c.world.objects.identify(c.tid, pair[0][0], "socket")
        c.args["peer"] = c.world.objects.identify(c.tid, pair[0][1], "socket")


_FAMILIES: dict[int, str] = {socket.AF_UNIX: "AF_UNIX", socket.AF_INET: "AF_INET", socket.AF_INET6: "AF_INET6"}
_TYPES: dict[int, str] = {
    socket.SOCK_STREAM: "SOCK_STREAM",
    socket.SOCK_DGRAM: "SOCK_DGRAM",
    socket.SOCK_SEQPACKET: "SOCK_SEQPACKET",
}


def _socket(c: Context) -> dict[str, Arg]:
    kind = c.int32(1)
    return {
        "family": _FAMILIES.get(c.int32(0), str(c.int32(0))),
        "type": _TYPES.get(kind & 0xF, str(kind & 0xF)),
        "flags": fd_flags(kind),
    }


def _new_descriptor(kind: str) -> Spec:
    """A call that returns a descriptor on a new anonymous object of `kind`; its flags are in argument `flags_at`."""

    def done(c: Context, _result: int) -> None:
        c.args["object"] = c.world.objects.fresh(kind)

    where = {"eventfd": 1, "timerfd": 1, "memfd": 1, "signalfd": 3, "epoll": 0, "pidfd": 1}.get(kind, 1)

    # The kernel gives every new flag of these calls the value of O_CLOEXEC and O_NONBLOCK, but memfd's MFD_CLOEXEC is 1.
    def entry(c: Context) -> dict[str, Arg]:
        value = c.int32(where)
        if kind == "memfd":
            return {"flags": ("O_CLOEXEC",) if value & 1 else ()}
        if kind == "pidfd":
            return {"flags": ("O_CLOEXEC",), "target": c.world.process(c.int32(0))}
        return {"flags": fd_flags(value)}

    return Spec(entry, done)


def _socket_done(c: Context, result: int) -> None:
    c.args["object"] = c.world.objects.identify(c.tid, result, "socket")


def _signalfd(c: Context) -> dict[str, Arg]:
    flags = fd_flags(c.int32(3)) if c.name == "signalfd4" else ()
    return {"fd": c.int32(0), "flags": flags, "set": _signals(c, 1)}


def _signalfd_done(c: Context, _result: int) -> None:
    fd = c.int32(0)
    c.args["object"] = c.world.object_of(c.task, fd) if fd >= 0 else c.world.objects.fresh("signalfd")


def _signals(c: Context, index: int) -> tuple[str, ...]:
    return signal_set(memory.number(c.tid, c.raw[index], "<Q"))


def _open(path_at: int, flags_at: int | None) -> Spec:
    def entry(c: Context) -> dict[str, Arg]:
        flags = os.O_CREAT | os.O_WRONLY | os.O_TRUNC if flags_at is None else c.int32(flags_at)
        if c.name == "openat2":
            flags = memory.number(c.tid, c.raw[2], "<Q")
        return {"path": memory.text(c.tid, c.raw[path_at]), "flags": open_flags(flags)}

    def done(c: Context, result: int) -> None:
        c.args["object"] = c.world.objects.opened(c.tid, result)

    return Spec(entry, done)


def _queue(c: Context) -> dict[str, Arg]:
    flags = open_flags(c.int32(1))
    shape = memory.numbers(c.tid, c.raw[3] + 8, "<qq") if "O_CREAT" in flags and c.raw[3] else []
    asked: dict[str, Arg] = {"maxmsg": shape[0][0], "msgsize": shape[0][1]} if shape else {}
    return {"path": memory.text(c.tid, c.raw[0]), "flags": flags, **asked}


def _queue_done(c: Context, result: int) -> None:
    # Not by its path: the queue's descriptor lies on a mount that no path leads to.
    c.args["object"] = c.world.objects.identify(c.tid, result, "queue")


def _accept_done(c: Context, result: int) -> None:
    c.args["accepted"] = c.world.objects.identify(c.tid, result, "socket")


def _accept(c: Context) -> dict[str, Arg]:
    return c.descriptor() | {"flags": fd_flags(c.int32(3)) if c.name == "accept4" else (), **_nonblock(c)}


def _nonblock(c: Context) -> dict[str, Arg]:
    return {"nonblock": True} if c.world.nonblock_of(c.task, c.int32(0)) else {}


def _read(c: Context) -> dict[str, Arg]:
    return c.descriptor() | {"count": c.int64(2)} | _nonblock(c)


def _read_done(c: Context, result: int) -> None:
    c.keep(ptrace.read(c.tid, c.raw[1], min(result, c.data_limit())), result)


def _write_done(c: Context, result: int) -> None:
    c.keep(ptrace.read(c.tid, c.raw[1], min(result, c.data_limit())), result)


def _vector(c: Context) -> dict[str, Arg]:
    records = memory.numbers(c.tid, c.raw[1], "<QQ", min(c.int32(2), 1024))
    return c.descriptor() | {"count": sum(size for _, size in records)} | _nonblock(c)


def _vector_done(c: Context, result: int) -> None:
    c.keep(memory.gather(c.tid, c.raw[1], c.int32(2), min(result, c.data_limit())), result)


_MESSAGE_FLAGS = {"MSG_PEEK": 0x2, "MSG_DONTWAIT": 0x40, "MSG_WAITALL": 0x100, "MSG_CMSG_CLOEXEC": 0x40000000}


def _message(c: Context) -> dict[str, Arg]:
    header = memory.numbers(c.tid, c.raw[1], "<QI4xQQQQ")
    count = 0
    if header:
        count = sum(size for _, size in memory.numbers(c.tid, header[0][2], "<QQ", min(header[0][3], 1024)))
    extra: dict[str, Arg] = {}
    if c.name == "sendmsg":
        extra["passed"] = memory.passed_descriptors(c.tid, c.raw[1])
    else:
        extra["flags"] = flag_names(c.int32(2), _MESSAGE_FLAGS)
    dont_wait: dict[str, Arg] = {"nonblock": True} if c.int32(2) & socket.MSG_DONTWAIT else _nonblock(c)
    return c.descriptor() | {"count": count} | extra | dont_wait


def _message_done(c: Context, result: int) -> None:
    header = memory.numbers(c.tid, c.raw[1], "<QI4xQQQQ")
    if header:
        c.keep(memory.gather(c.tid, header[0][2], header[0][3], min(result, c.data_limit())), result)
    if c.name == "recvmsg":
        received = memory.passed_descriptors(c.tid, c.raw[1])
        c.args["fds"] = {str(fd): c.world.objects.opened(c.tid, fd) for fd in received}


def _sendto(c: Context) -> dict[str, Arg]:
    extra: dict[str, Arg] = {"nonblock": True} if c.int32(3) & socket.MSG_DONTWAIT else _nonblock(c)
    if c.name == "sendto" and c.raw[4]:
        extra = extra | {"address": memory.socket_address(c.tid, c.raw[4], c.int32(5))}
    return c.descriptor() | {"count": c.int64(2)} | extra


def _address(c: Context) -> dict[str, Arg]:
    return c.descriptor() | {"address": memory.socket_address(c.tid, c.raw[1], c.int32(2))}


def _close_range(c: Context) -> dict[str, Arg]:
    flags = {2: "CLOSE_RANGE_UNSHARE", 4: "CLOSE_RANGE_CLOEXEC"}
    return {
        "first": c.raw[0] & 0xFFFFFFFF,
        "last": c.raw[1] & 0xFFFFFFFF,
        "flags": tuple(name for bit, name in flags.items() if c.raw[2] & bit),
    }


def _dup(c: Context) -> dict[str, Arg]:
    extra: dict[str, Arg] = {} if c.name == "dup" else {"to": c.int32(1)}
    return c.descriptor() | extra | {"flags": fd_flags(c.int32(2)) if c.name == "dup3" else ()}


def _fcntl(c: Context) -> dict[str, Arg]:
    command = FCNTL.get(c.int32(1), str(c.int32(1)))
    args = c.descriptor() | {"command": command}
    if command == "F_SETFD":
        return args | {"flags": ("FD_CLOEXEC",) if c.raw[2] & 1 else ()}
    if command == "F_SETFL":
        return args | {"flags": open_flags(c.int32(2))}
    if "LK" in command:
        kind = memory.number(c.tid, c.raw[2], "<h")
        return args | {"flags": ({0: "F_RDLCK", 1: "F_WRLCK", 2: "F_UNLCK"}.get(kind, str(kind)),)}
    return args | {"value": c.int32(2)} if command in _WITH_NUMBER else args


# For any other command the third register holds an address, or whatever a call before has left there.
_WITH_NUMBER = frozenset({"F_DUPFD", "F_DUPFD_CLOEXEC", "F_SETPIPE_SZ"})


def _ioctl(c: Context) -> dict[str, Arg]:
    request = IOCTL.get(c.int32(1), str(c.raw[1] & 0xFFFFFFFF))
    value = memory.number(c.tid, c.raw[2], "<i") if request == "FIONBIO" else 0
    return c.descriptor() | {"request": request, "value": value}


def _transfer(to_at: int, count_at: int, from_at: int = 0) -> Spec:
    def entry(c: Context) -> dict[str, Arg]:
        to = c.int32(to_at)
        return c.descriptor(from_at) | {
            "to": to,
            "to_object": c.world.object_of(c.task, to),
            "count": c.int64(count_at),
        }

    return Spec(entry)


_RENAME_FLAGS = {"RENAME_NOREPLACE": 1, "RENAME_EXCHANGE": 2, "RENAME_WHITEOUT": 4}


def _path(index: int, second: int | None = None) -> Spec:
    def entry(c: Context) -> dict[str, Arg]:
        args: dict[str, Arg] = {"path": memory.text(c.tid, c.raw[index])}
        if second is not None:
            args["to"] = memory.text(c.tid, c.raw[second])
        if c.name == "renameat2":
            args["flags"] = flag_names(c.int32(4), _RENAME_FLAGS)
        return args

    return Spec(entry)


def _mknod(path_at: int) -> Spec:
    def entry(c: Context) -> dict[str, Arg]:
        kind = {0o010000: "fifo", 0o140000: "socket"}.get(c.int32(path_at + 1) & 0o170000, "file")
        return {"path": memory.text(c.tid, c.raw[path_at]), "type": kind}

    return Spec(entry)


def _mmap(c: Context) -> dict[str, Arg]:
    anonymous = bool(c.raw[3] & 0x20)
    found: dict[str, Arg] = {"fd": -1, "object": ""} if anonymous else c.descriptor(4)
    return found | {"shared": True, "length": c.int64(1), "write": bool(c.raw[2] & 2)}


def _truncate(c: Context) -> dict[str, Arg]:
    what: dict[str, Arg] = c.descriptor() if c.name == "ftruncate" else {"path": memory.text(c.tid, c.raw[0])}
    return what | {"length": c.int64(1)}


def _fallocate(c: Context) -> dict[str, Arg]:
    return c.descriptor() | {"offset": c.int64(2), "length": c.int64(3)}


def _descriptor_only(c: Context) -> dict[str, Arg]:
    return c.descriptor()


def _how(c: Context) -> dict[str, Arg]:
    return c.descriptor() | {"how": c.int32(1)}


def _flock(c: Context) -> dict[str, Arg]:
    names = {1: "LOCK_SH", 2: "LOCK_EX", 4: "LOCK_NB", 8: "LOCK_UN"}
    return c.descriptor() | {"flags": tuple(name for bit, name in names.items() if c.raw[1] & bit)}


READ, WRITE = Spec(_read, _read_done), Spec(_read, _write_done)
VECTOR = Spec(_vector, _vector_done)

SPECS: dict[str, Spec] = {
    "pipe": Spec(_pipe, _pipe_done), "pipe2": Spec(_pipe, _pipe_done),
    "socketpair": Spec(_socketpair, _socketpair_done), "socket": Spec(_socket, _socket_done),
    "open": _open(0, 1), "openat": _open(1, 2), "openat2": _open(1, 2), "creat": _open(0, None),
    "mq_open": Spec(_queue, _queue_done),
    "close": Spec(_descriptor_only), "close_range": Spec(_close_range),
    "dup": Spec(_dup), "dup2": Spec(_dup), "dup3": Spec(_dup), "fcntl": Spec(_fcntl), "ioctl": Spec(_ioctl),
    "read": READ, "pread64": READ, "write": WRITE, "pwrite64": WRITE,
    "readv": VECTOR, "writev": VECTOR, "preadv": VECTOR, "pwritev": VECTOR, "preadv2": VECTOR, "pwritev2": VECTOR,
    "recvfrom": Spec(_sendto, _read_done), "sendto": Spec(_sendto, _write_done),
    "recvmsg": Spec(_message, _message_done), "sendmsg": Spec(_message, _message_done),
    "bind": Spec(_address), "connect": Spec(_address), "listen": Spec(_how), "shutdown": Spec(_how),
    "accept": Spec(_accept, _accept_done), "accept4": Spec(_accept, _accept_done),
    "splice": _transfer(2, 4), "tee": _transfer(1, 2), "sendfile": _transfer(0, 3, 1),
    "copy_file_range": _transfer(2, 4), "vmsplice": Spec(_vector),
    "flock": Spec(_flock), "mmap": Spec(_mmap),
    "truncate": Spec(_truncate), "ftruncate": Spec(_truncate), "fallocate": Spec(_fallocate),
    "eventfd2": _new_descriptor("eventfd"), "eventfd": _new_descriptor("eventfd"),
    "timerfd_create": _new_descriptor("timerfd"), "memfd_create": _new_descriptor("memfd"),
    "epoll_create1": _new_descriptor("epoll"), "epoll_create": _new_descriptor("epoll"),
    "inotify_init1": _new_descriptor("inotify"), "pidfd_open": _new_descriptor("pidfd"),
    "signalfd4": Spec(_signalfd, _signalfd_done), "signalfd": Spec(_signalfd, _signalfd_done),
    "unlink": _path(0), "unlinkat": _path(1), "mq_unlink": _path(0), "rmdir": _path(0),
    "link": _path(0, 1), "symlink": _path(0, 1), "rename": _path(0, 1),
    "linkat": _path(1, 3), "symlinkat": _path(0, 2), "renameat": _path(1, 3), "renameat2": _path(1, 3),
    "mknod": _mknod(0), "mknodat": _mknod(1),
}  # fmt: skip

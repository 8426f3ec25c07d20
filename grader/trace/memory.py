"""In: a stopped task and an address; out: the C value that lies there (string, struct, array), or a harmless default."""

from __future__ import annotations

import os
import socket
import struct

from grader.box import ptrace


def signed(value: int, bits: int = 32) -> int:
    """A raw register as the signed C number it stands for."""
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> bits - 1 else value


def text(tid: int, address: int, limit: int = 4096) -> str:
    """The NUL-terminated string at `address`, undecodable bytes kept as surrogates."""
    raw = ptrace.read(tid, address, min(limit, 4096 - address % 4096 or 4096))
    if b"\0" not in raw and len(raw) < limit:
        raw += ptrace.read(tid, address + len(raw), limit - len(raw))
    return os.fsdecode(raw.partition(b"\0")[0])


def number(tid: int, address: int, form: str, default: int = 0) -> int:
    """One number of struct format `form`."""
    raw = ptrace.read(tid, address, struct.calcsize(form))
    return int(struct.unpack(form, raw)[0]) if len(raw) == struct.calcsize(form) else default


def numbers(tid: int, address: int, form: str, count: int = 1) -> list[tuple[int, ...]]:
    """`count` records of struct format `form`; fewer when the memory ends."""
    size = struct.calcsize(form)
    raw = ptrace.read(tid, address, size * count)
    return list(struct.iter_unpack(form, raw[: len(raw) - len(raw) % size]))


def duration(tid: int, address: int, unit: int = 1, *, strict: bool = True) -> int | None:
    """A timespec (unit 1) or timeval (unit 1000) in nanoseconds; None for a null pointer (no limit), −1 for an invalid one.

    Only select(2) is not strict: it takes more than a second's worth of microseconds.
    """
    if not address:
        return None
    pairs = numbers(tid, address, "<qq")
    if not pairs or min(pairs[0]) < 0 or (strict and pairs[0][1] * unit >= 10**9):
        return -1
    return pairs[0][0] * 10**9 + pairs[0][1] * unit


def gather(tid: int, address: int, count: int, total: int) -> bytes:
    """The first `total` bytes of an iovec array (readv, writev, msghdr)."""
    parts = []
    for base, size in numbers(tid, address, "<QQ", min(count, 1024)):
        take = min(size, total)
        parts.append(ptrace.read(tid, base, take))
        total -= take
        if total <= 0:
            break
    return b"".join(parts)


def strings(tid: int, address: int, limit: int = 64) -> tuple[str, ...]:
    """A NULL-terminated array of strings, as execve takes it."""
    found: list[str] = []
    while len(found) < limit:
        pointer = number(tid, address + 8 * len(found), "<Q")
        if not pointer:
            break
        found.append(text(tid, pointer))
    return tuple(found)


def bits(tid: int, address: int, count: int) -> tuple[int, ...]:
    """The descriptors in an fd_set of `count` bits."""
    raw = ptrace.read(tid, address, (count + 7) // 8) if address else b""
    return tuple(fd for fd in range(count) if fd // 8 < len(raw) and raw[fd // 8] >> fd % 8 & 1)


def socket_address(tid: int, address: int, size: int) -> str:
    """A sockaddr in words: a path, `@abstract`, `127.0.0.1:80`."""
    raw = ptrace.read(tid, address, min(size, 128))
    if len(raw) < 2:
        return ""
    family = int.from_bytes(raw[:2], "little")
    if family == socket.AF_UNIX:
        path = raw[2:]
        return "@" + os.fsdecode(path[1:]) if path[:1] == b"\0" else os.fsdecode(path.partition(b"\0")[0])
    if family == socket.AF_INET and len(raw) >= 8:
        return f"{socket.inet_ntop(family, raw[4:8])}:{int.from_bytes(raw[2:4], 'big')}"
    if family == socket.AF_INET6 and len(raw) >= 24:
        return f"[{socket.inet_ntop(family, raw[8:24])}]:{int.from_bytes(raw[2:4], 'big')}"
    return f"family {family}"


def passed_descriptors(tid: int, header: int) -> tuple[int, ...]:
    """The descriptors that arrived in a msghdr's control data (SCM_RIGHTS, unix(7))."""
    records = numbers(tid, header, "<QIxxxxQQQQ")
    if not records:
        return ()
    control = ptrace.read(tid, records[0][4], min(records[0][5], 4096))
    found: list[int] = []
    while len(control) >= 16:
        length, level, kind = struct.unpack_from("<Qii", control)
        if length < 16:
            break
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            found += [fd for (fd,) in struct.iter_unpack("<i", control[16 : length - (length - 16) % 4])]
        control = control[(length + 7) & ~7 :]
    return tuple(found)

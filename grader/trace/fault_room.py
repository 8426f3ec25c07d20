"""In: a call that needs room on a file system or in a table of the kernel; out: whether that can be full, and what still fits.

A full tmpfs refuses what needs a new page or a new inode, and nothing else: bytes that go into pages which a file has already are
written, and a file is made longer by ftruncate without any page (tmpfs(5)).
"""

from __future__ import annotations

import os
from collections.abc import Collection

from grader.trace.context import Context

KEYED = frozenset({"shmget", "semget", "msgget"})
_OPENS = frozenset({"open", "openat", "openat2", "creat"})
_NODES = frozenset({"mknod", "mknodat"})
_ON_DISK = ("file ", "shm ", "semaphore ")
_PAGE = 4096
QUEUES = "/dev/mqueue/"
_AT_FDCWD = -100


def takes_room(c: Context) -> bool:
    """Whether this call may need a new page, inode, or entry of a table."""
    flags = c.args.get("flags")
    if c.name in _OPENS or c.name == "mq_open":
        return c.name == "creat" or (isinstance(flags, tuple) and "O_CREAT" in flags)
    if c.name in _NODES or c.name in KEYED:
        return True
    return str(c.args.get("object")).startswith(_ON_DISK)


def room(c: Context, keys: Collection[str], names: Collection[str]) -> tuple[int, str]:
    """How many bytes still fit (0: the call fails), and why the call cannot fail for want of room (empty: it can).

    `keys` are the System V keys in use, each after its call, `names` the paths of objects that the program made.
    """
    if c.name in KEYED:
        return 0, "" if f"{c.name} {c.args.get('key')}" not in keys or c.args.get("key") == "private" else "it exists"
    if c.name == "mq_open":
        return 0, "it exists" if QUEUES + str(c.args.get("path")).lstrip("/") in names else ""
    if c.name in _OPENS | _NODES:
        return 0, _cannot_be_made(c)
    fd = c.int32(0)
    try:
        status = os.stat(f"/proc/{c.tid}/fd/{fd}")
        start = _position(c, fd, status.st_size)
    except (OSError, ValueError):
        return 0, "the file could not be looked at"
    held = -(-status.st_size // _PAGE) * _PAGE
    if status.st_blocks * 512 not in (0, held):
        return 0, "which pages the file has is not known"
    end = held if status.st_blocks else 0
    count = c.int64(3 if c.name == "fallocate" else 2)
    if count <= 0 or start + count <= end:
        return 0, "all of it fits into pages that the file has"
    return (0 if c.name == "fallocate" else max(0, end - start)), ""


def _position(c: Context, fd: int, size: int) -> int:
    """Where the bytes would go."""
    if c.name == "pwrite64":
        return c.int64(3)
    if c.name == "fallocate":
        return c.int64(2)
    with open(f"/proc/{c.tid}/fdinfo/{fd}", encoding="ascii") as lines:
        told = dict(line.split(":", 1) for line in lines if line.count(":") == 1)
    return size if int(told["flags"], 8) & os.O_APPEND else int(told["pos"])


def _cannot_be_made(c: Context) -> str:
    """Why nothing new is made: it is there already, or its folder is not."""
    at = c.name.endswith(("at", "at2"))
    path = str(c.args.get("path"))
    start = c.int32(0) if at else _AT_FDCWD
    if path.startswith("/"):
        path = f"/proc/{c.tid}/root{path}"
    else:
        path = f"/proc/{c.tid}/{'cwd' if start == _AT_FDCWD else f'fd/{start}'}/{path}"
    if os.path.lexists(path):
        return "it exists"
    return "" if os.path.isdir(os.path.dirname(path)) else "its folder does not exist, which the kernel says first"

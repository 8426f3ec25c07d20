"""In: the id of a stopped or sleeping task; out: what /proc says of it (proc(5)), in the words of the kernel model."""

from __future__ import annotations

import ctypes
import fcntl
import os
import stat
import struct
import termios
from dataclasses import dataclass
from pathlib import Path

from grader.box.numbers import NAMES
from grader.trace.reach import borrowed

MODES = {os.O_RDONLY: "r", os.O_WRONLY: "w", os.O_RDWR: "rw"}
ANONYMOUS = {
    "[eventfd]": "eventfd", "[eventpoll]": "epoll", "[signalfd]": "signalfd", "[timerfd]": "timerfd", "[pidfd]": "pidfd",
    "inotify": "inotify",
}  # fmt: skip
QUEUES = 0x19800202  # MQUEUE_MAGIC, linux/magic.h
_libc = ctypes.CDLL(None)


@dataclass(frozen=True)
class Entry:
    """One open descriptor: what kind of object, how it may be used, and which object it is."""

    kind: str
    mode: str
    cloexec: bool
    nonblock: bool
    inode: tuple[int, int]


def table(tid: int) -> dict[int, Entry]:
    """The descriptors of the task, by number."""
    return {int(link.name): entry(tid, link) for link in Path(f"/proc/{tid}/fd").iterdir()}


def entry(tid: int, link: Path) -> Entry:
    """One descriptor: fdinfo has its flags in octal, O_CLOEXEC among them."""
    lines = Path(f"/proc/{tid}/fdinfo/{link.name}").read_text(encoding="ascii", errors="replace").splitlines()
    flags = next(int(line.split()[1], 8) for line in lines if line.startswith("flags:"))
    status = link.stat()
    mode = "" if flags & os.O_PATH else MODES[flags & os.O_ACCMODE]
    nonblock = bool(flags & os.O_NONBLOCK)
    return Entry(kind(link, status), mode, bool(flags & os.O_CLOEXEC), nonblock, (status.st_dev, status.st_ino))


def kind(link: Path, status: os.stat_result) -> str:
    """The first word of the name that the model gives to such an object."""
    target, form = str(link.readlink()), stat.S_IFMT(status.st_mode)
    if form == stat.S_IFIFO:
        return "pipe" if target.startswith("pipe:") else "fifo"
    if target.startswith("anon_inode:"):
        return ANONYMOUS[target.partition(":")[2]]
    if target.startswith("/memfd:"):
        return "memfd"
    if target.startswith("/dev/shm/"):
        return "semaphore" if target.startswith("/dev/shm/sem.") else "shm"
    if form == stat.S_IFREG:
        return "queue" if filesystem(link) == QUEUES else "file"
    return {stat.S_IFSOCK: "socket", stat.S_IFDIR: "dir", stat.S_IFCHR: "device", stat.S_IFBLK: "device"}[form]


def filesystem(link: Path) -> int:
    """The magic number of the file system on which a file lies (statfs(2))."""
    buffer = ctypes.create_string_buffer(256)
    if _libc.statfs(bytes(link), buffer):
        raise OSError(f"statfs of {link} failed")
    return int(struct.unpack_from("<q", buffer.raw)[0])


def fill(tid: int, fd: int) -> int:
    """How many bytes wait in the pipe behind a descriptor (FIONREAD, pipe(7))."""
    with borrowed(tid, fd) as ours:
        return int(struct.unpack("<i", fcntl.ioctl(ours, termios.FIONREAD, b"\0" * 4))[0])


def children(tid: int) -> set[int]:
    """The ids of the children that the process of this task may wait for."""
    found = set()
    for task in Path(f"/proc/{tid}/task").iterdir():
        found |= {int(word) for word in (task / "children").read_text(encoding="ascii").split()}
    return found


def state(tid: int) -> str:
    """The one-letter state."""
    line = Path(f"/proc/{tid}/stat").read_bytes()
    return chr(line[line.rfind(b")") + 2])


def call(tid: int) -> tuple[str, int]:
    """The name of the call in which the task sleeps, and its first argument as a C int; `running`, −1 when it does not."""
    words = Path(f"/proc/{tid}/syscall").read_text(encoding="ascii").split()
    if len(words) < 2:
        return words[0], -1
    first = int(words[1], 16) & 0xFFFFFFFF
    return NAMES[int(words[0])], first - (1 << 32) if first >> 31 else first

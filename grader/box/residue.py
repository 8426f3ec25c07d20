"""In: folders as a box sees them; out: the objects that a program has left in them, as `Residue`.

The folders are a hostile program's: nothing is followed, only names and types are read, and no more than `_MOST` of them.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from grader.box.command import HOME
from grader.model import Residue

_MOST = 10_000
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_KINDS = {stat.S_IFIFO: "fifo", stat.S_IFSOCK: "socket", stat.S_IFREG: "file"}
_SYSV = {"shm": "sysv-shm", "sem": "sysv-sem", "msg": "sysv-msg"}


def in_box(init: int) -> tuple[Residue, ...]:
    """What is left in the box whose process 1 is `init`: shared memory, queues, and FIFOs and sockets in the usual places."""
    root = f"/proc/{init}/root"
    found = [*shared(root + "/dev/shm"), *queues(root + "/dev/mqueue"), *files(root + HOME, HOME)]
    found += [item for item in files(root + "/tmp", "/tmp") if item.type != "file"]
    return tuple(found)


def shared(folder: str) -> list[Residue]:
    """POSIX shared memory and named semaphores."""
    names = _names(folder)
    return [
        Residue("semaphore", "/" + name[4:]) if name.startswith("sem.") else Residue("shm", "/" + name)
        for name in names
    ]


def queues(folder: str) -> list[Residue]:
    """POSIX message queues, where their file system is mounted on `folder`."""
    return [Residue("queue", "/" + name) for name in _names(folder)]


def files(folder: str, shown: str) -> list[Residue]:
    """Files, FIFOs and sockets in a folder and below it, on its own file system; their names begin with `shown`."""
    found = []
    for path, kind in _walk(folder, shown):
        found.append(Residue(kind, path))
        if len(found) == _MOST:
            break
    return found


def sysv() -> dict[Residue, int]:
    """The System V objects of this IPC namespace and the user id that made each; the name is the object's number."""
    found = {}
    for table, kind in _SYSV.items():
        try:
            lines = Path("/proc/sysvipc", table).read_text().splitlines()
        except OSError:
            continue
        maker = lines[0].split().index("cuid")
        for line in lines[1:]:
            fields = line.split()
            found[Residue(kind, fields[1])] = int(fields[maker])
    return found


def _names(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))[:_MOST]
    except OSError:
        return []


def _walk(folder: str, shown: str) -> Iterator[tuple[str, str]]:
    """(name, kind) of what lies below, without following a link or leaving the file system."""
    try:
        top = os.open(folder, _FOLDER)
    except OSError:
        return
    pending = [(top, shown)]
    device = os.fstat(top).st_dev
    try:
        while pending:
            fd, prefix = pending.pop()
            try:
                for name in sorted(os.listdir(fd)):
                    status = os.stat(name, dir_fd=fd, follow_symlinks=False)
                    if stat.S_ISDIR(status.st_mode) and status.st_dev == device and len(pending) < 100:
                        pending.append((os.open(name, _FOLDER, dir_fd=fd), f"{prefix}/{name}"))
                    kind = _KINDS.get(stat.S_IFMT(status.st_mode))
                    if kind:
                        yield f"{prefix}/{name}", kind
            finally:
                os.close(fd)
    finally:
        for fd, _ in pending:
            os.close(fd)
